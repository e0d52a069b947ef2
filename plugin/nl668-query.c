/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-query.h"
#include "nl668-timeouts.h"

/* The last one is sent after about 40 minutes, when a tentative failure is settled. */
#define QUERIES_MAX 30

typedef struct {
    const gchar *command;
    gchar *   (* parse) (const gchar *response);
    guint        n_sent;
    /* Until the next query */
    guint        timeout_id;
    gulong       cancelled_id;
} QueryContext;

static void send_query (GTask *task);

static void
query_context_free (QueryContext *ctx)
{
    g_slice_free (QueryContext, ctx);
}

static void
stop_waiting (GTask *task)
{
    QueryContext *ctx = g_task_get_task_data (task);

    /* g_cancellable_disconnect () must not be called from the handler. */
    g_clear_signal_handler (&ctx->cancelled_id, g_task_get_cancellable (task));
    g_clear_handle_id (&ctx->timeout_id, g_source_remove);
}

/* Takes ownership of @answer. */
static void
end_query (GTask *task,
           gchar *answer)
{
    g_task_return_pointer (task, answer, g_free);
    g_object_unref (task);
}

static gboolean
query_again_cb (GTask *task)
{
    QueryContext *ctx = g_task_get_task_data (task);

    ctx->timeout_id = 0;
    stop_waiting (task);
    send_query (task);
    return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable,
              GTask        *task)
{
    stop_waiting (task);
    end_query (task, NULL);
}

static void
query_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autofree gchar  *answer = NULL;
    g_autoptr(GError)  error = NULL;
    GTask             *task = user_data;
    QueryContext      *ctx = g_task_get_task_data (task);
    const gchar       *response;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (response)
        answer = ctx->parse (response);
    if (answer || ctx->n_sent == QUERIES_MAX ||
        g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        end_query (task, g_steal_pointer (&answer));
        return;
    }

    mm_daemon_debug (modem, "the module does not answer AT%s yet", ctx->command);
    ctx->cancelled_id = g_signal_connect (g_task_get_cancellable (task), "cancelled",
                                          G_CALLBACK (cancelled_cb), task);
    ctx->timeout_id = g_timeout_add (ctx->n_sent * nl668_timeout_get (NL668_TIMEOUT_QUERY),
                                     (GSourceFunc) query_again_cb, task);
}

static void
send_query (GTask *task)
{
    QueryContext *ctx = g_task_get_task_data (task);

    ctx->n_sent++;
    mm_daemon_at_command (g_task_get_source_object (task), ctx->command,
                          nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) query_ready, task);
}

gchar *
nl668_query_finish (GAsyncResult *res)
{
    return g_task_propagate_pointer (G_TASK (res), NULL);
}

void
nl668_query (MMBaseModem         *modem,
             const gchar         *command,
             gchar *           (* parse) (const gchar *response),
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
    QueryContext *ctx;
    GTask        *task;

    ctx = g_slice_new0 (QueryContext);
    ctx->command = command;
    ctx->parse = parse;
    task = g_task_new (modem, cancellable, callback, user_data);
    /* An answer counts even if it comes while the modem goes away. */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, ctx, (GDestroyNotify) query_context_free);
    send_query (task);
}
