/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Asks a module who it is until it answers. After a restart, modules refuse such commands for a
 * while or mix their answers with reports, and the daemon asks only once. */

#ifndef NL668_QUERY_H
#define NL668_QUERY_H

#include "mm-daemon.h"

/**
 * nl668_query:
 * @command: the command, without the leading AT.
 * @parse: returns the answer in a response, or NULL if the response contains none.
 * @cancellable: cancelled when @modem goes away.
 *
 * Asks again after %NL668_TIMEOUT_QUERY, after twice that time, and so on, a limited number of
 * times. An AT port must be open.
 */
void   nl668_query        (MMBaseModem          *modem,
                           const gchar          *command,
                           gchar *            (* parse) (const gchar *response),
                           GCancellable         *cancellable,
                           GAsyncReadyCallback   callback,
                           gpointer              user_data);

/**
 * nl668_query_finish:
 *
 * Returns: (transfer full) (nullable): the answer, or NULL if there was none.
 */
gchar *nl668_query_finish (GAsyncResult         *res);

#endif /* NL668_QUERY_H */
