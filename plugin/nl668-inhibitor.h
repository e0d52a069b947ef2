/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Keeps the machine from sleeping and shutting down: a block inhibitor of logind, see
 * https://systemd.io/INHIBITOR_LOCKS. */

#ifndef NL668_INHIBITOR_H
#define NL668_INHIBITOR_H

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

/**
 * nl668_inhibitor_take:
 * @cancellable: (nullable): to give up. If logind grants the inhibitor after that, it is
 *   released at once.
 *
 * Asks logind for an inhibitor, on the connection of the daemon to the system bus. The call takes
 * at most %NL668_TIMEOUT_COMMAND.
 */
void nl668_inhibitor_take (GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

/**
 * nl668_inhibitor_take_finish:
 * @error: return location for %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CANCELLED, or an error of
 *   logind or the bus. A machine without logind is not unusual.
 *
 * Returns: (transfer full): the file descriptor that is the inhibitor, in a list that closes
 *   it when it is freed; or NULL.
 */
GUnixFDList *nl668_inhibitor_take_finish (GAsyncResult  *res,
                                          GError       **error);

#endif /* NL668_INHIBITOR_H */
