/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-update-internal.h"
#include "nl668-update.h"
#include "nl668-verdict.h"

gboolean
nl668_update_begin_finish (Nl668Update   *self,
                           GAsyncResult  *res,
                           GError       **error)
{
    if (!g_task_propagate_boolean (G_TASK (res), error))
        return FALSE;
    if (STATE (self) != NL668_STATE_FAILED)
        return TRUE;

    /* The module may have left in the meantime. */
    g_propagate_error (error, nl668_properties_get_last_error (PROPS (self)));
    return FALSE;
}

static void
held (Nl668Update  *self,
      GAsyncResult *res,
      gpointer      user_data)
{
    g_autoptr(GTask) task = user_data;

    g_task_return_boolean (task, TRUE);
}

/* The last update may still go on. */
static void
hold_last (Nl668Update *self)
{
    if (!IS_UNSETTLED (self))
        return;
    if (!self->inhibitor)
        nl668_update_hold (self, NULL, NULL);
    if (self->is_here && !self->timeout_id)
        nl668_update_expect (self, NL668_TIMEOUT_GRACE);
}

static void
begun (Nl668Update  *self,
       GAsyncResult *res,
       gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    GError           *error = NULL;

    if (!nl668_properties_save_finish (PROPS (self), res, &error)) {
        hold_last (self);
        g_task_return_error (task, error);
    } else if (IS_UNSETTLED (self))
        nl668_update_hold (self, (GAsyncReadyCallback) held, g_steal_pointer (&task));
    else
        g_task_return_boolean (task, TRUE);
}

void
nl668_update_begin (Nl668Update         *self,
                    const Nl668Request  *request,
                    const gchar         *package,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    GError *error = NULL;

    if (!nl668_properties_can_begin (PROPS (self), &error)) {
        g_task_report_error (self, callback, user_data, NULL, error);
        return;
    }
    nl668_properties_begin (PROPS (self), request, package, (GAsyncReadyCallback) begun,
                            g_task_new (self, NULL, callback, user_data));
    self->n_unknown_reports = 0;
    self->has_missed = self->is_unheard;
    self->is_undone &= nl668_properties_has_last (PROPS (self));
    self->progressed_at = g_get_monotonic_time ();
    /* What is held for the last update stays held until this one has begun. */
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    nl668_reports_add_secret (self->reports, request->password);
    nl668_reports_add_query (self->reports, request->url);
    if (self->is_unheard)
        nl668_update_log_unheard (self);
}

void
nl668_update_request (Nl668Update *self)
{
    self->has_reported = FALSE;
    self->has_started = FALSE;
    nl668_reports_clear_words (self->reports);
    nl668_reports_forget_ports (self->reports);
    nl668_properties_set_requested (PROPS (self));
}

void
nl668_update_accepted (Nl668Update *self)
{
    nl668_properties_drop_last (PROPS (self));
    self->is_undone = FALSE;
    /* The first report may come before the response. */
    if (STATE (self) == NL668_STATE_PREPARING)
        nl668_update_expect (self, NL668_TIMEOUT_START);
}

gboolean
nl668_update_has_reported (Nl668Update *self)
{
    return nl668_properties_has_last (PROPS (self)) ? self->has_started : self->has_reported;
}

gboolean
nl668_update_go_on_with_last (Nl668Update *self)
{
    guint progress = PROGRESS (self);

    if (!self->has_reported || !nl668_properties_has_last (PROPS (self)))
        return FALSE;
    nl668_properties_go_on_with_last (PROPS (self));
    nl668_properties_set_progress (PROPS (self), progress);
    return TRUE;
}

GError *
nl668_update_fail (Nl668Update  *self,
                   const GError *error,
                   gboolean      may_go_on)
{
    g_autoptr(GError) busy = NULL;
    gboolean          has_last;

    has_last = !may_go_on && nl668_properties_has_last (PROPS (self));
    if (has_last && IS_REQUESTED (self))
        error = busy = nl668_verdict_busy (error);
    if (has_last)
        mm_daemon_warn (MODEM (self), "the firmware update was not started: %s", error->message);
    if (may_go_on)
        self->is_undone = FALSE;
    else
        nl668_properties_set_refused (PROPS (self));
    nl668_update_fail_with (self, may_go_on ? NL668_DOUBT_SILENT : NL668_DOUBT_NONE, error);
    return g_error_copy (error);
}
