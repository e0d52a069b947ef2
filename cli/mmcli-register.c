/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "mmcli-register.h"
#include "mmcli-time.h"

#define REGISTRATION_SECONDS 120

typedef struct {
    MmcliOutput *output;
    gulong       state_id;
    gulong       cancelled_id;
    guint        timeout_id;
    gboolean     is_enabling;
    gboolean     was_enabled;
} Context;

/* Ends the waiting, and with it the reference that it held */
static void
complete (GTask  *task,
          GError *error)
{
    Context *context = g_task_get_task_data (task);

    g_clear_signal_handler (&context->state_id, g_task_get_source_object (task));
    g_clear_signal_handler (&context->cancelled_id, g_task_get_cancellable (task));
    g_clear_handle_id (&context->timeout_id, g_source_remove);
    mmcli_output_show_activity (context->output, NULL);

    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

static void advance (GTask *task);

static void
enable_ready (GObject      *source,
              GAsyncResult *res,
              gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    Context          *context = g_task_get_task_data (task);
    GError           *error = NULL;

    context->is_enabling = FALSE;
    if (!mm_modem_enable_finish (MM_MODEM (source), res, &error)) {
        g_dbus_error_strip_remote_error (error);
        g_prefix_error (&error, _("couldn't enable the modem: "));
        complete (task, error);
        return;
    }
    context->was_enabled = TRUE;
    advance (task);
}

static void
advance (GTask *task)
{
    Context      *context = g_task_get_task_data (task);
    MMModem      *modem = g_task_get_source_object (task);
    MMModemState  state;

    /* Without knowing what came of it, nobody could put it back. */
    if (context->is_enabling)
        return;

    if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
        complete (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("cancelled")));
        return;
    }

    state = mm_modem_get_state (modem);
    g_debug ("the modem is %s", mm_modem_state_get_string (state));
    if (state == MM_MODEM_STATE_FAILED ||
        state == MM_MODEM_STATE_LOCKED ||
        state >= MM_MODEM_STATE_REGISTERED) {
        complete (task, NULL);
        return;
    }

    if (state == MM_MODEM_STATE_DISABLED) {
        mmcli_output_show_activity (context->output, _("enabling the modem"));
        context->is_enabling = TRUE;
        mm_modem_enable (modem, NULL, enable_ready, g_object_ref (task));
        return;
    }

    mmcli_output_show_activity (context->output, _("waiting for registration"));
}

static gboolean
timeout_cb (gpointer user_data)
{
    GTask   *task = user_data;
    Context *context = g_task_get_task_data (task);

    /* Enabling has a timeout of its own. */
    if (context->is_enabling)
        return G_SOURCE_CONTINUE;

    context->timeout_id = 0;
    complete (task,
              g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                   _("the modem did not register with a network: "
                                     "check its SIM, its antenna and the coverage")));
    return G_SOURCE_REMOVE;
}

void
mmcli_register (MMModem             *modem,
                MmcliOutput         *output,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
    GTask   *task;
    Context *context;

    task = g_task_new (modem, cancellable, callback, user_data);
    g_task_set_check_cancellable (task, FALSE);
    context = g_new0 (Context, 1);
    context->output = output;
    g_task_set_task_data (task, context, g_free);

    context->state_id = g_signal_connect_swapped (modem, "notify::state", G_CALLBACK (advance), task);
    context->cancelled_id = g_signal_connect_swapped (cancellable, "cancelled",
                                                      G_CALLBACK (advance), task);
    context->timeout_id = g_timeout_add (mmcli_time_get_timeout (REGISTRATION_SECONDS), timeout_cb, task);
    advance (task);
}

gboolean
mmcli_register_finish (MMModem       *modem,
                       GAsyncResult  *res,
                       gboolean      *was_enabled,
                       GError       **error)
{
    Context *context = g_task_get_task_data (G_TASK (res));

    *was_enabled = context->was_enabled;
    return g_task_propagate_boolean (G_TASK (res), error);
}
