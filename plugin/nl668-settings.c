/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-query.h"
#include "nl668-settings.h"
#include "nl668-timeouts.h"

/*****************************************************************************/
/* Load */

/* What was changed without knowing the original value would stay changed. */
static void
blame_module (GError      *error,
              const gchar *query)
{
    g_free (error->message);
    if (nl668_is_busy (error))
        error->message = g_strdup_printf ("the module is too busy to report its settings (AT%s), "
                                          "so they could not be restored after an update: try "
                                          "again later", query);
    else
        error->message = g_strdup_printf ("the module's settings cannot be read (AT%s), so they "
                                          "could not be restored after an update: reset the "
                                          "module, and start the update again", query);
}

static void
load_ready (MMBaseModem  *modem,
            GAsyncResult *res,
            gpointer      user_data)
{
    g_autoptr(GTask)   task = user_data;
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *response = NULL;
    const gchar       *query = g_task_get_task_data (task);
    Nl668Saved        *saved;

    response = nl668_query_finish (res, &error);
    if (!response && (!nl668_is_refusal (error) || nl668_is_busy (error))) {
        if (!nl668_is_cancelled (error))
            blame_module (error, query);
        g_task_return_error (task, g_steal_pointer (&error));
        return;
    }
    saved = g_new0 (Nl668Saved, 1);
    if (response && *response)
        nl668_saved_add_response (saved, query, response);
    else
        mm_daemon_debug (modem, "the module does not report its settings (AT%s), they will not be "
                                "restored: %s", query, error ? error->message : "OK");
    g_task_return_pointer (task, saved, (GDestroyNotify) nl668_saved_free);
}

Nl668Saved *
nl668_settings_load_finish (GAsyncResult  *res,
                            GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

void
nl668_settings_load (MMBaseModem         *modem,
                     const gchar         *query,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
    GTask *task;

    task = g_task_new (modem, NULL, callback, user_data);
    g_task_set_task_data (task, (gpointer) query, NULL);
    nl668_query_briefly (modem, query, nl668_saved_is_complete, cancellable,
                         (GAsyncReadyCallback) load_ready, task);
}

/*****************************************************************************/
/* Change */

typedef struct {
    gboolean is_callbreak_optional;
    guint    setting;
} ChangeContext;

static void change_next (GTask *task);

static void
change_context_free (ChangeContext *ctx)
{
    g_slice_free (ChangeContext, ctx);
}

/* A module that is busy may support the setting. */
static gboolean
is_needed (ChangeContext      *ctx,
           const Nl668Setting *setting,
           const GError       *error)
{
    if (!nl668_is_refusal (error))
        return TRUE;
    return setting->is_required && (!ctx->is_callbreak_optional || nl668_is_busy (error));
}

static void
change_ready (MMBaseModem  *modem,
              GAsyncResult *res,
              gpointer      user_data)
{
    GTask              *task = user_data;
    ChangeContext      *ctx = g_task_get_task_data (task);
    const Nl668Setting *setting = &nl668_settings[ctx->setting];
    GError             *error = NULL;

    if (!mm_daemon_at_command_finish (modem, res, &error)) {
        if (is_needed (ctx, setting, error)) {
            nl668_setting_explain (setting, error);
            g_task_return_error (task, error);
            g_object_unref (task);
            return;
        }
        mm_daemon_info (modem, "the module does not support %s: %s", setting->name, error->message);
        g_error_free (error);
    }
    ctx->setting++;
    change_next (task);
}

static void
change_next (GTask *task)
{
    ChangeContext      *ctx = g_task_get_task_data (task);
    const Nl668Setting *setting;
    g_autofree gchar   *command = NULL;

    while (ctx->setting < NL668_SETTING_LAST && !nl668_settings[ctx->setting].update_value)
        ctx->setting++;
    if (ctx->setting == NL668_SETTING_LAST ||
        g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
        return;
    }

    setting = &nl668_settings[ctx->setting];
    command = nl668_setting_build_command (setting, setting->update_value);
    mm_daemon_at_command (g_task_get_source_object (task), command,
                          nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) change_ready, task);
}

gboolean
nl668_settings_change_finish (GAsyncResult  *res,
                              GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_settings_change (MMBaseModem         *modem,
                       gboolean             is_callbreak_optional,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
    ChangeContext *ctx;
    GTask         *task;

    ctx = g_slice_new0 (ChangeContext);
    ctx->is_callbreak_optional = is_callbreak_optional;
    task = g_task_new (modem, cancellable, callback, user_data);
    /* The caller asks the cancellable itself. */
    g_task_set_check_cancellable (task, FALSE);
    g_task_set_task_data (task, ctx, (GDestroyNotify) change_context_free);
    change_next (task);
}
