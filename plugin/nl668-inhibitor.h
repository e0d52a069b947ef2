/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Keeps the machine from being put to sleep or turned off: what logind calls a
 * block inhibitor. */

#ifndef NL668_INHIBITOR_H
#define NL668_INHIBITOR_H

#include <gio/gio.h>

/* The inhibitor holds as long as the object lives. */
#define NL668_TYPE_INHIBITOR (nl668_inhibitor_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Inhibitor, nl668_inhibitor, NL668, INHIBITOR, GObject)

/**
 * nl668_inhibitor_take:
 * @cancellable: (nullable): to give it up; what logind grants after that is
 *  let go at once.
 *
 * Asks logind on the system bus for an inhibitor. Takes no longer than
 * %NL668_TIMEOUT_COMMAND, even if there is a bus, or a logind, that does not
 * answer.
 */
void nl668_inhibitor_take (GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

/**
 * nl668_inhibitor_take_finish:
 * @error: why there is none: %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CANCELLED, or
 *  what logind, the bus or the connection to it says. Machines without a logind
 *  are no exception.
 *
 * Returns: (transfer full): the inhibitor, or %NULL.
 */
Nl668Inhibitor *nl668_inhibitor_take_finish (GAsyncResult  *res,
                                             GError       **error);

#endif /* NL668_INHIBITOR_H */
