/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-restore.h"
#include "nl668-timeouts.h"

gboolean
nl668_saved_is_empty (const Nl668Saved *self)
{
    return !self->radio.modes && !self->radio.gtrat && !self->callbreak && !self->gprsfirst;
}

void
nl668_saved_copy (Nl668Saved       *self,
                  const Nl668Saved *from)
{
    nl668_saved_clear (self);
    self->radio.modes = g_strdup (from->radio.modes);
    self->radio.gtrat = g_strdup (from->radio.gtrat);
    self->callbreak = g_strdup (from->callbreak);
    self->gprsfirst = g_strdup (from->gprsfirst);
}

void
nl668_saved_clear (Nl668Saved *self)
{
    nl668_radio_mode_clear (&self->radio);
    g_clear_pointer (&self->callbreak, g_free);
    g_clear_pointer (&self->gprsfirst, g_free);
}

/*****************************************************************************/

typedef enum {
    STEP_GPRSFIRST,
    STEP_CALLBREAK,
    STEP_RADIO,
    STEP_LAST
} Step;

typedef struct {
    Nl668Saved saved;
    Step       step;
} RestoreContext;

static void
restore_context_free (RestoreContext *ctx)
{
    nl668_saved_clear (&ctx->saved);
    g_slice_free (RestoreContext, ctx);
}

static void restore_step (GTask *task);

/* Takes @error */
static void
step_ready (GTask  *task,
            GError *error)
{
    RestoreContext *ctx = g_task_get_task_data (task);

    if (error && !nl668_is_refusal (error)) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    if (error) {
        mm_daemon_warn (g_task_get_source_object (task), "a setting of the module cannot be "
                                                         "restored: %s", error->message);
        g_error_free (error);
    }
    ctx->step++;
    restore_step (task);
}

static void
gtset_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    GError *error = NULL;

    mm_daemon_at_command_finish (modem, res, &error);
    step_ready (user_data, error);
}

static void
radio_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    GError *error = NULL;

    nl668_radio_restore_finish (modem, res, &error);
    step_ready (user_data, error);
}

static void
restore_gtset (GTask       *task,
               const gchar *name,
               const gchar *value)
{
    g_autofree gchar *command = NULL;

    if (!value) {
        step_ready (task, NULL);
        return;
    }
    command = g_strdup_printf ("+GTSET=\"%s\",%s", name, value);
    mm_daemon_at_command (g_task_get_source_object (task), command, nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) gtset_ready, task);
}

static void
restore_step (GTask *task)
{
    RestoreContext *ctx = g_task_get_task_data (task);

    switch (ctx->step) {
    case STEP_GPRSFIRST:
        restore_gtset (task, "GPRSFIRST", ctx->saved.gprsfirst);
        return;
    case STEP_CALLBREAK:
        restore_gtset (task, "CALLBREAK", ctx->saved.callbreak);
        return;
    case STEP_RADIO:
        nl668_radio_restore (g_task_get_source_object (task), &ctx->saved.radio,
                             (GAsyncReadyCallback) radio_ready, task);
        return;
    case STEP_LAST:
    default:
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
        return;
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
    task = g_task_new (modem, NULL, callback, user_data);
    g_task_set_task_data (task, ctx, (GDestroyNotify) restore_context_free);
    restore_step (task);
}
