/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "nl668-at.h"
#include "nl668-radio.h"
#include "nl668-restore.h"
#include "nl668-timeouts.h"

typedef struct {
    MmGdbusModem   *skeleton;
    Nl668Saved      left;
    /* The setting that is being restored; in reverse order */
    Nl668SettingId  id;
    /* The last query with its response, or why there is none */
    const gchar    *query;
    gchar          *response;
    GError         *query_error;
    /* Why the first setting of those that are left is left */
    GError         *error;
} RestoreContext;

static void
restore_context_free (RestoreContext *ctx)
{
    g_object_unref (ctx->skeleton);
    nl668_saved_clear (&ctx->left);
    g_free (ctx->response);
    g_clear_error (&ctx->query_error);
    g_clear_error (&ctx->error);
    g_slice_free (RestoreContext, ctx);
}

/*****************************************************************************/
/* Commands for users */

static gchar *
build_value_command (const Nl668Saved *saved,
                     Nl668SettingId    id)
{
    g_autofree gchar *command = NULL;

    command = nl668_setting_build_command (&nl668_settings[id], saved->values[id]);
    return g_strconcat ("AT", command, NULL);
}

static gchar *
build_modes_command (const Nl668Saved *saved)
{
    g_autofree gchar *names = NULL;
    g_autofree gchar *allowed = NULL;
    g_autofree gchar *preferred = NULL;
    g_auto(GStrv)     modes = NULL;

    /* It is NULL if the record has an unknown mode. */
    names = mm_modem_mode_build_string_from_mask (saved->allowed_modes);
    modes = g_strsplit (names ? names : "any", ", ", -1);
    allowed = g_strjoinv ("|", modes);
    preferred = mm_modem_mode_build_string_from_mask (saved->preferred_mode);
    if (!preferred || saved->preferred_mode == MM_MODEM_MODE_NONE)
        return g_strdup_printf ("mmcli -m any --set-allowed-modes='%s'", allowed);
    return g_strdup_printf ("mmcli -m any --set-allowed-modes='%s' --set-preferred-mode=%s",
                            allowed, preferred);
}

gchar *
nl668_restore_build_commands (const Nl668Saved *saved)
{
    g_autoptr(GPtrArray) commands = NULL;
    guint                i;

    commands = g_ptr_array_new_with_free_func (g_free);
    for (i = NL668_SETTING_LAST; i > 0; i--) {
        if (saved->values[i - 1])
            g_ptr_array_add (commands, build_value_command (saved, i - 1));
    }
    if (saved->has_modes)
        g_ptr_array_add (commands, build_modes_command (saved));
    g_ptr_array_add (commands, NULL);
    return g_strjoinv (" and ", (gchar **) commands->pdata);
}

/*****************************************************************************/
/* Settings that are left, and settings that are not tried again */

G_GNUC_PRINTF (3, 4)
static void
keep (RestoreContext *ctx,
      const gchar    *command,
      const gchar    *format,
      ...)
{
    g_autofree gchar *reason = NULL;
    va_list           args;

    if (ctx->error)
        return;
    va_start (args, format);
    reason = g_strdup_vprintf (format, args);
    va_end (args);
    ctx->error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "%s: %s", command, reason);
}

/* Whether the module will never restore the setting: it says so in two attempts, as it has
 * supported the setting before.
 * @id: the setting, or %NL668_SETTING_LAST for the modes. */
static gboolean
is_unsupported (GTask        *task,
                guint         id,
                const gchar  *command,
                const GError *error)
{
    RestoreContext *ctx = g_task_get_task_data (task);
    gboolean        is_certain;

    is_certain = ctx->left.is_doubtful[id];
    ctx->left.is_doubtful[id] =
        g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED) ||
        g_error_matches (error, MM_MOBILE_EQUIPMENT_ERROR,
                         MM_MOBILE_EQUIPMENT_ERROR_NOT_SUPPORTED);
    if (!is_certain || !ctx->left.is_doubtful[id]) {
        keep (ctx, command, "%s", error->message);
        return FALSE;
    }
    mm_daemon_warn (g_task_get_source_object (task),
                    "the module does not support restoring a setting (%s): %s",
                    command, error->message);
    return TRUE;
}

static void
log_foreign (GTask       *task,
             const gchar *name)
{
    mm_daemon_info (g_task_get_source_object (task),
                    "%s is not restored: it was changed in the meantime", name);
}

/*****************************************************************************/
/* Modes of the daemon */

static void
end (GTask *task)
{
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

static void
modes_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    GTask             *task = user_data;
    RestoreContext    *ctx = g_task_get_task_data (task);
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *command = NULL;

    command = build_modes_command (&ctx->left);
    if (mm_daemon_set_current_modes_finish (modem, res, &error) ||
        is_unsupported (task, NL668_SETTING_LAST, command, error))
        nl668_saved_forget_modes (&ctx->left);
    end (task);
}

static void
restore_modes (GTask *task)
{
    RestoreContext   *ctx = g_task_get_task_data (task);
    g_autofree gchar *command = NULL;
    Nl668Saved        present = { 0 };

    nl668_radio_get_modes (ctx->skeleton, &present);
    switch (nl668_saved_judge_modes (&ctx->left, &present)) {
    case NL668_PRESENT_OURS:
        mm_daemon_set_current_modes (g_task_get_source_object (task), ctx->left.allowed_modes,
                                     ctx->left.preferred_mode, (GAsyncReadyCallback) modes_ready,
                                     task);
        return;
    case NL668_PRESENT_FOREIGN:
        log_foreign (task, "RadioModes");
        nl668_saved_forget_modes (&ctx->left);
        break;
    case NL668_PRESENT_ORIGINAL:
        nl668_saved_forget_modes (&ctx->left);
        break;
    case NL668_PRESENT_UNKNOWN:
    default:
        command = build_modes_command (&ctx->left);
        keep (ctx, command, "the modem does not report its modes");
        break;
    }
    end (task);
}

/*****************************************************************************/
/* Settings of the module */

static void restore_next  (GTask *task);
static void restore_value (GTask *task);

static void
send_command (GTask               *task,
              const gchar         *command,
              GAsyncReadyCallback  callback)
{
    mm_daemon_at_command (g_task_get_source_object (task), command,
                          nl668_timeout_get_command_seconds (), callback, task);
}

static void
value_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    GTask             *task = user_data;
    RestoreContext    *ctx = g_task_get_task_data (task);
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *command = NULL;

    command = build_value_command (&ctx->left, ctx->id);
    if (mm_daemon_at_command_finish (modem, res, &error) ||
        is_unsupported (task, ctx->id, command, error))
        nl668_saved_forget_value (&ctx->left, ctx->id);
    restore_next (task);
}

static void
query_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    GTask          *task = user_data;
    RestoreContext *ctx = g_task_get_task_data (task);

    g_clear_error (&ctx->query_error);
    g_free (ctx->response);
    ctx->response = g_strdup (mm_daemon_at_command_finish (modem, res, &ctx->query_error));
    restore_value (task);
}

/* Whether the module has the value that the update has set. If it has another one, forgets the
 * original value. */
static gboolean
is_ours (GTask       *task,
         const gchar *command)
{
    RestoreContext     *ctx = g_task_get_task_data (task);
    const Nl668Setting *setting = &nl668_settings[ctx->id];
    g_autofree gchar   *present = NULL;

    if (!ctx->response) {
        if (is_unsupported (task, ctx->id, command, ctx->query_error))
            nl668_saved_forget_value (&ctx->left, ctx->id);
        return FALSE;
    }

    present = setting->parse (ctx->response, setting->name);
    switch (nl668_saved_judge_value (&ctx->left, ctx->id, present)) {
    case NL668_PRESENT_OURS:
        return TRUE;
    case NL668_PRESENT_FOREIGN:
        log_foreign (task, setting->name);
        nl668_saved_forget_value (&ctx->left, ctx->id);
        return FALSE;
    case NL668_PRESENT_ORIGINAL:
        nl668_saved_forget_value (&ctx->left, ctx->id);
        return FALSE;
    case NL668_PRESENT_UNKNOWN:
    default:
        keep (ctx, command, "AT%s does not report the current value", setting->query);
        return FALSE;
    }
}

static void
restore_value (GTask *task)
{
    RestoreContext     *ctx = g_task_get_task_data (task);
    const Nl668Setting *setting = &nl668_settings[ctx->id];
    g_autofree gchar   *command = NULL;

    if (g_strcmp0 (setting->query, ctx->query) != 0) {
        ctx->query = setting->query;
        send_command (task, setting->query, (GAsyncReadyCallback) query_ready);
        return;
    }

    command = build_value_command (&ctx->left, ctx->id);
    if (is_ours (task, command))
        send_command (task, command + strlen ("AT"), (GAsyncReadyCallback) value_ready);
    else
        restore_next (task);
}

static void
restore_next (GTask *task)
{
    RestoreContext *ctx = g_task_get_task_data (task);

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        if (!ctx->error)
            ctx->error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the modem is gone");
        end (task);
        return;
    }

    while (ctx->id > 0) {
        ctx->id--;
        if (ctx->left.values[ctx->id]) {
            restore_value (task);
            return;
        }
    }
    if (ctx->left.has_modes)
        restore_modes (task);
    else
        end (task);
}

gboolean
nl668_restore_finish (MMBaseModem   *modem,
                      GAsyncResult  *res,
                      Nl668Saved    *left,
                      GError       **error)
{
    RestoreContext *ctx = g_task_get_task_data (G_TASK (res));

    nl668_saved_copy (left, &ctx->left);
    if (ctx->error)
        g_propagate_error (error, g_steal_pointer (&ctx->error));
    return nl668_saved_is_empty (left);
}

void
nl668_restore (MMBaseModem         *modem,
               MmGdbusModem        *skeleton,
               const Nl668Saved    *saved,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
    RestoreContext *ctx;
    GTask          *task;

    ctx = g_slice_new0 (RestoreContext);
    ctx->skeleton = g_object_ref (skeleton);
    nl668_saved_copy (&ctx->left, saved);
    ctx->id = NL668_SETTING_LAST;
    task = g_task_new (modem, cancellable, callback, user_data);
    g_task_set_task_data (task, ctx, (GDestroyNotify) restore_context_free);
    restore_next (task);
}
