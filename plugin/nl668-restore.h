/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Restores the original settings of the module after an update. */

#ifndef NL668_RESTORE_H
#define NL668_RESTORE_H

#include "mm-daemon.h"
#include "nl668-saved.h"

/**
 * nl668_restore:
 * @modem: a modem with an open AT port.
 *
 * Restores @saved in reverse order. If the module refuses a value, it is left as it is, with
 * a warning.
 */
void     nl668_restore        (MMBaseModem          *modem,
                               const Nl668Saved     *saved,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);

/**
 * nl668_restore_finish:
 *
 * Returns: %FALSE if the module did not respond. Then it must be tried again later.
 */
gboolean nl668_restore_finish (MMBaseModem          *modem,
                               GAsyncResult         *res,
                               GError              **error);

#endif /* NL668_RESTORE_H */
