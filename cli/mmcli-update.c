/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdlib.h>

#include <glib/gi18n.h>

#include "mmcli-session.h"
#include "mmcli-update.h"
#include "nl668-client-find.h"
#include "nl668-client-words.h"

static void
end_started (MmcliSession *self)
{
    mmcli_output_show_activity (self->output, NULL);
    mmcli_output_show_step (self->output, _("successfully started the firmware update"));
    mmcli_output_show_result (self->output, self->status);
    mmcli_session_end (self, EXIT_SUCCESS);
}

static void
end_in_progress (MmcliSession *self)
{
    g_autoptr(GError) error = NULL;

    /* The status is that of the other update */
    nl668_client_status_set_request (self->status, self->settings);
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                                 _("an update is under way: "
                                   "follow it with --firmware-update-status --wait"));
    mmcli_session_end_with_update_error (self, error);
}

static void
run_ready (GObject      *source,
           GAsyncResult *res,
           gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    MmcliSession      *self = user_data;
    gboolean           has_started;

    has_started = nl668_client_start_run_finish (self->start, res, &error);
    /* GIO emits "closed" next, which ends the session */
    if (self->is_ending || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        return;

    if (!has_started && self->interrupted_by)
        mmcli_session_end_interrupted (self);
    else if (g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS) &&
             nl668_state_is_under_way (self->status->state))
        end_in_progress (self);
    else if (!has_started)
        mmcli_session_end_with_update_error (self, error);
    else if (self->options->no_wait)
        end_started (self);
    else
        mmcli_session_wait (self);
}

static void
activity_cb (MmcliSession *self,
             guint         activity)
{
    mmcli_output_show_activity (self->output, nl668_client_words_get_activity (activity));
}

static void
start_update (MmcliSession *self)
{
    if (nl668_state_is_under_way (self->status->state)) {
        end_in_progress (self);
        return;
    }

    mmcli_session_create_follower (self);
    self->cancellable = g_cancellable_new ();
    self->start = nl668_client_start_new (self->object, self->follower, self->status,
                                          self->settings, (guint) self->options->timeout);
    g_signal_connect_swapped (self->start, "activity", G_CALLBACK (activity_cb), self);
    nl668_client_start_run (self->start, self->cancellable, run_ready, self);
}

static void
update_connect_ready (GObject      *source,
                      GAsyncResult *res,
                      gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    MmcliSession      *self = user_data;
    MMObject          *object = NULL;

    self->manager = nl668_client_connect_finish (res, &error);
    if (self->is_ending)
        return;
    if (self->manager && nl668_client_has_owner (self->manager, &error))
        object = nl668_client_find_only_modem (self->manager, self->options->modem, &error);
    if (!object)
        mmcli_session_end_with_error (self, error);
    else if (mmcli_session_set_modem (self, object))
        start_update (self);
}

gint
mmcli_update_run (const MmcliOptions *options,
                  GVariant           *settings,
                  MmcliOutput        *output)
{
    g_autoptr(MmcliSession)  self = NULL;
    g_autoptr(GError)        error = NULL;

    self = mmcli_session_new (options, settings, output);
    if (!mmcli_session_connect_to_bus (self, &error))
        mmcli_session_end_with_error (self, error);
    else {
        mmcli_session_catch_signals (self);
        nl668_client_connect (self->connection, update_connect_ready, self);
    }
    return mmcli_session_run (self);
}
