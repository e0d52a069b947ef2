/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* One attempt to restore the original settings of a module after an update. */

#ifndef NL668_RESTORE_H
#define NL668_RESTORE_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-saved.h"

/**
 * nl668_restore:
 * @modem: a modem with an open AT port.
 * @saved: original values, and what the radio was locked to.
 * @cancellable: (nullable): ends the attempt before the next command.
 *
 * Restores @saved in reverse order. Each setting is on its own: it is read first, and only
 * restored if it has the value that an update has set.
 */
void     nl668_restore        (MMBaseModem          *modem,
                               MmGdbusModem         *skeleton,
                               const Nl668Saved     *saved,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);

/**
 * nl668_restore_finish:
 * @left: (out): what is left to restore: the module has refused it, or has not responded. What
 *   the user has changed, and what the module does not support, is not left.
 * @error: return location for the reason why something is left.
 *
 * Returns: whether nothing is left.
 */
gboolean nl668_restore_finish (MMBaseModem          *modem,
                               GAsyncResult         *res,
                               Nl668Saved           *left,
                               GError              **error);

/**
 * nl668_restore_build_commands:
 *
 * Returns: (transfer full): the commands with which a user restores @saved.
 */
gchar *nl668_restore_build_commands (const Nl668Saved *saved);

#endif /* NL668_RESTORE_H */
