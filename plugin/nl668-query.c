/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-query.h"
#include "nl668-timeouts.h"

/* The last one is sent after about 40 minutes, when a tentative failure is settled. */
#define QUERIES_MAX 30

/* A single refusal may be the answer to another command. */
#define REFUSALS_MAX 2

typedef struct {
    const gchar *command;
    /* NULL if the responses are the answer */
    gchar *   (* parse)       (const gchar *response);
    gboolean  (* is_complete) (const gchar *command,
                               const gchar *responses);
    gchar       *responses;
    guint        n_sent;
    guint        n_max;
    guint        n_refusals;
    /* Until the next query */
    guint        timeout_id;
    gulong       cancelled_id;
} QueryContext;

static void send_query (GTask *task);

static void
query_context_free (QueryContext *ctx)
{
    g_free (ctx->responses);
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

/* Takes ownership of @answer and @error. */
static void
end_query (GTask  *task,
           gchar  *answer,
           GError *error)
{
    if (error && !answer)
        g_task_return_error (task, error);
    else {
        g_clear_error (&error);
        g_task_return_pointer (task, answer, g_free);
    }
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
    end_query (task, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
}

static void
add_response (QueryContext *ctx,
              const gchar  *response)
{
    g_autofree gchar *before = ctx->responses;

    ctx->responses = before ? g_strconcat (before, "\r\n", response, NULL) : g_strdup (response);
}

/* A module that answers OK alone, or only in part, has lost the rest. */
static gboolean
has_all (QueryContext *ctx)
{
    return (*ctx->responses &&
            (!ctx->is_complete || ctx->is_complete (ctx->command, ctx->responses)));
}

static gboolean
is_refused (const GError *error)
{
    return error && nl668_is_refusal (error) && !nl668_is_busy (error);
}

/* Returns NULL if there is no answer, or not all of it yet.
 * @response: (nullable) */
static gchar *
find_answer (QueryContext *ctx,
             const gchar  *response)
{
    gboolean is_all;

    if (ctx->parse)
        return response ? ctx->parse (response) : NULL;
    if (response) {
        add_response (ctx, response);
        is_all = has_all (ctx) || ctx->n_sent == ctx->n_max;
    } else
        is_all = ctx->n_refusals == REFUSALS_MAX;
    return is_all ? g_strdup (ctx->responses) : NULL;
}

static gboolean
is_last_word (QueryContext *ctx,
              const GError *error)
{
    if (ctx->n_sent == ctx->n_max)
        return TRUE;
    return (!ctx->parse && error &&
            (ctx->n_refusals == REFUSALS_MAX || nl668_is_cancelled (error)));
}

/* What the module may not support is asked again at once. */
static guint
get_delay (QueryContext *ctx,
           const GError *error)
{
    if (!ctx->parse && is_refused (error))
        return 0;
    return ctx->n_sent * nl668_timeout_get (NL668_TIMEOUT_QUERY);
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
    GCancellable      *cancellable = g_task_get_cancellable (task);
    const gchar       *response;

    response = mm_daemon_at_command_finish (modem, res, &error);
    ctx->n_refusals += is_refused (error);
    answer = find_answer (ctx, response);
    if (answer || is_last_word (ctx, error) || g_cancellable_is_cancelled (cancellable)) {
        end_query (task, g_steal_pointer (&answer), g_steal_pointer (&error));
        return;
    }

    mm_daemon_debug (modem, "the module does not answer AT%s yet", ctx->command);
    if (cancellable)
        ctx->cancelled_id = g_signal_connect (cancellable, "cancelled",
                                              G_CALLBACK (cancelled_cb), task);
    ctx->timeout_id = g_timeout_add (get_delay (ctx, error), (GSourceFunc) query_again_cb, task);
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
nl668_query_finish (GAsyncResult  *res,
                    GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

/* Takes ownership of @task. */
static void
begin_query (GTask        *task,
             QueryContext  query)
{
    /* An answer counts even if it comes while the modem goes away. */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, g_slice_dup (QueryContext, &query),
                          (GDestroyNotify) query_context_free);
    send_query (task);
}

void
nl668_query (MMBaseModem         *modem,
             const gchar         *command,
             gchar *           (* parse) (const gchar *response),
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
    begin_query (g_task_new (modem, cancellable, callback, user_data),
                 (QueryContext) { .command = command, .parse = parse, .n_max = QUERIES_MAX });
}

void
nl668_query_briefly (MMBaseModem         *modem,
                     const gchar         *command,
                     gboolean          (* is_complete) (const gchar *command,
                                                        const gchar *responses),
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
    begin_query (g_task_new (modem, cancellable, callback, user_data),
                 (QueryContext) { .command = command, .is_complete = is_complete,
                                  .n_max = NL668_BRIEF_QUERIES_MAX });
}
