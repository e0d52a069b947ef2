/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-radio.h"
#include "nl668-restore.h"
#include "nl668-timeouts.h"

typedef struct {
    /* What is left to restore */
    Nl668Saved saved;
    guint      n_left;
} RestoreContext;

static void restore_next (GTask *task);

static void
restore_context_free (RestoreContext *ctx)
{
    nl668_saved_clear (&ctx->saved);
    g_slice_free (RestoreContext, ctx);
}

/* Takes @error. */
static void
restored (GTask  *task,
          GError *error)
{
    if (error && !nl668_is_refusal (error)) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    if (error) {
        mm_daemon_warn (g_task_get_source_object (task),
                        "a setting of the module cannot be restored: %s", error->message);
        g_error_free (error);
    }
    restore_next (task);
}

static void
command_ready (MMBaseModem  *modem,
               GAsyncResult *res,
               gpointer      user_data)
{
    GError *error = NULL;

    mm_daemon_at_command_finish (modem, res, &error);
    restored (user_data, error);
}

static void
modes_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    GError *error = NULL;

    nl668_radio_set_modes_finish (modem, res, &error);
    restored (user_data, error);
}

static void
restore_next (GTask *task)
{
    RestoreContext   *ctx = g_task_get_task_data (task);
    MMBaseModem      *modem = g_task_get_source_object (task);
    g_autofree gchar *command = NULL;

    while (ctx->n_left > 0 && !ctx->saved.values[ctx->n_left - 1])
        ctx->n_left--;
    if (ctx->n_left > 0) {
        ctx->n_left--;
        command = nl668_setting_build_command (&nl668_settings[ctx->n_left],
                                               ctx->saved.values[ctx->n_left]);
        mm_daemon_at_command (modem, command, nl668_timeout_get_command_seconds (),
                              (GAsyncReadyCallback) command_ready, task);
    } else if (ctx->saved.has_modes) {
        ctx->saved.has_modes = FALSE;
        nl668_radio_set_modes (modem, ctx->saved.allowed_modes, ctx->saved.preferred_mode,
                               (GAsyncReadyCallback) modes_ready, task);
    } else {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    }
}

gboolean
nl668_restore_finish (MMBaseModem   *modem,
                      GAsyncResult  *res,
                      GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_restore (MMBaseModem         *modem,
               const Nl668Saved    *saved,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
    RestoreContext *ctx;
    GTask          *task;

    ctx = g_slice_new0 (RestoreContext);
    nl668_saved_copy (&ctx->saved, saved);
    ctx->n_left = NL668_SETTING_LAST;
    task = g_task_new (modem, NULL, callback, user_data);
    g_task_set_task_data (task, ctx, (GDestroyNotify) restore_context_free);
    restore_next (task);
}
