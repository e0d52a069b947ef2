/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Asks a module until it answers. After a restart, modules refuse commands for a while or mix their
 * answers with reports, and a response may be lost. */

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
void   nl668_query         (MMBaseModem          *modem,
                            const gchar          *command,
                            gchar *            (* parse) (const gchar *response),
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);

/**
 * nl668_query_briefly:
 * @command: the command, without the leading AT. The module may not support it.
 * @is_complete: (nullable): whether the responses so far are the whole answer to @command.
 *   Otherwise, every response is, but OK alone.
 * @cancellable: (nullable): cancelled when the answer does not matter any more.
 *
 * The same, but at most %NL668_BRIEF_QUERIES_MAX times, and only until the module has refused it
 * twice without being busy. The answer is all responses together, even if they are not complete in
 * the end.
 */
void   nl668_query_briefly (MMBaseModem          *modem,
                            const gchar          *command,
                            gboolean           (* is_complete) (const gchar *command,
                                                                const gchar *responses),
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);

/**
 * nl668_query_finish:
 * @error: return location for the last error of the module or the daemon, or a
 *   #G_IO_ERROR_CANCELLED. It may not be set if the response of the module was not an answer.
 *
 * Returns: (transfer full) (nullable): the answer, or NULL if there was none.
 */
gchar *nl668_query_finish  (GAsyncResult         *res,
                            GError              **error);

#endif /* NL668_QUERY_H */
