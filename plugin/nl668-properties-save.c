/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-properties-internal.h"
#include "nl668-properties-record.h"
#include "nl668-properties.h"
#include "nl668-timeouts.h"

/*****************************************************************************/
/* Properties and record */

static gboolean
has_record (Nl668Properties *self)
{
    return PRIV (self)->imei && !PRIV (self)->unread;
}

static Nl668Record *
build_record (Nl668Properties *self)
{
    Nl668Record *record;

    /* The module does not know of this update, but it may still be busy with the last one. */
    if (PRIV (self)->last && !PRIV (self)->is_about_to_request &&
        !nl668_properties_is_requested (self))
        record = nl668_record_copy (PRIV (self)->last);
    else {
        record = nl668_record_from_properties (IFACE (self));
        record->doubt = PRIV (self)->doubt;
        record->is_unrequested = !PRIV (self)->is_requested && !PRIV (self)->is_about_to_request;
        record->has_returned = PRIV (self)->has_returned;
    }
    nl668_saved_copy (&record->saved, &PRIV (self)->saved);
    return record;
}

static void
apply_record (Nl668Properties   *self,
              const Nl668Record *record)
{
    nl668_record_to_properties (record, IFACE (self));
    PRIV (self)->is_requested = !record->is_unrequested;
    PRIV (self)->has_returned = record->has_returned;
    PRIV (self)->doubt = record->doubt;
    nl668_saved_copy (&PRIV (self)->saved, &record->saved);
    nl668_modem_firmware_update_set_state (IFACE (self), record->state);
}

/* Without an update there is no record. */
static gboolean
build_contents (Nl668Properties  *self,
                GBytes          **contents,
                GError          **error)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autoptr(GError)       inner_error = NULL;
    g_autofree gchar       *path = NULL;

    *contents = NULL;
    record = build_record (self);
    if (record->state == NL668_STATE_IDLE && nl668_saved_is_empty (&record->saved))
        return TRUE;
    *contents = nl668_record_serialize (record, PRIV (self)->imei, &inner_error);
    if (*contents)
        return TRUE;
    path = nl668_record_build_path (PRIV (self)->imei);
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                 "cannot record the update in %s: %s", path, inner_error->message);
    return FALSE;
}

/*****************************************************************************/
/* Saving */

void
nl668_properties_show (Nl668Properties *self)
{
    nl668_interface_show (PRIV (self)->interface, nl668_record_from_properties (IFACE (self)));
}

static void
warn_if_failing (const GError *error,
                 gpointer      user_data)
{
    Nl668Properties *self = user_data;

    if (error && !PRIV (self)->is_failing)
        mm_daemon_warn (PRIV (self)->modem, "the firmware update is not recorded for now: %s",
                        error->message);
    else if (!error && PRIV (self)->is_failing)
        mm_daemon_info (PRIV (self)->modem, "the firmware update is recorded again");
    PRIV (self)->is_failing = !!error;
}

/* Returns: %FALSE if nothing is written, with or without an error; then @func is not called. */
static gboolean
write_and_announce (Nl668Properties     *self,
                    Nl668InterfaceFunc   func,
                    gpointer             user_data,
                    GError             **error)
{
    g_autoptr(GBytes) contents = NULL;

    g_clear_handle_id (&PRIV (self)->save_id, g_source_remove);
    if (!has_record (self) || !build_contents (self, &contents, error))
        return FALSE;
    nl668_interface_save (PRIV (self)->interface, nl668_record_from_properties (IFACE (self)),
                          contents, func, user_data);
    return TRUE;
}

void
nl668_properties_save (Nl668Properties *self)
{
    g_autoptr(GError) error = NULL;

    if (write_and_announce (self, NULL, NULL, &error))
        return;
    nl668_properties_show (self);
    if (error)
        warn_if_failing (error, self);
}

typedef void (* UndoFunc) (Nl668Properties   *self,
                           const Nl668Record *before);

/* A change that a caller waits for, and that is undone if it cannot be written */
typedef struct {
    GTask       *task;
    UndoFunc     undo;
    Nl668Record *before;
} Change;

/* Ends the change. */
static gboolean
saved_or_undo (const GError *error,
               gpointer      user_data)
{
    Change          *change = user_data;
    Nl668Properties *self = g_task_get_source_object (change->task);
    gboolean         is_undone = FALSE;

    PRIV (self)->n_uncertain--;
    if (error) {
        change->undo (self, change->before);
        g_task_return_error (change->task, g_error_copy (error));
        is_undone = TRUE;
    } else
        g_task_return_boolean (change->task, TRUE);
    g_object_unref (change->task);
    g_clear_pointer (&change->before, nl668_record_free);
    g_free (change);
    return is_undone;
}

/* Like nl668_properties_save (), and then calls @callback. If that fails, undoes what has changed
 * since @before, of which it takes ownership. */
static void
save_or_undo (Nl668Properties     *self,
              Nl668Record         *before,
              UndoFunc             undo,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
    g_autoptr(GError)  error = NULL;
    Change            *change;

    change = g_new0 (Change, 1);
    change->task = g_task_new (self, NULL, callback, user_data);
    change->undo = undo;
    change->before = before;
    PRIV (self)->n_uncertain++;
    if (!write_and_announce (self, saved_or_undo, change, &error))
        saved_or_undo (error, change);
}

gboolean
nl668_properties_save_finish (Nl668Properties  *self,
                              GAsyncResult     *res,
                              GError          **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

static gboolean
save_cb (gpointer user_data)
{
    Nl668Properties *self = NL668_PROPERTIES (user_data);

    PRIV (self)->save_id = 0;
    nl668_properties_save (self);
    return G_SOURCE_REMOVE;
}

void
nl668_properties_save_soon (Nl668Properties *self)
{
    if (!PRIV (self)->save_id)
        PRIV (self)->save_id = g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_RECORD), save_cb,
                                              self);
}

void
nl668_properties_wait (Nl668Properties     *self,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
    nl668_interface_wait (PRIV (self)->interface, callback, user_data);
}

gboolean
nl668_properties_is_recorded (Nl668Properties *self)
{
    return !PRIV (self)->save_id && nl668_interface_is_recorded (PRIV (self)->interface);
}

void
nl668_properties_flush (Nl668Properties *self)
{
    if (PRIV (self)->save_id)
        nl668_properties_save (self);
    nl668_interface_flush (PRIV (self)->interface);
}

/*****************************************************************************/
/* Load */

void
nl668_properties_load (Nl668Properties *self,
                       const gchar     *imei)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autoptr(GBytes)       contents = NULL;

    PRIV (self)->imei = g_strdup (imei);
    record = nl668_record_load (imei, mm_daemon_warn_once, NULL, &PRIV (self)->unread);
    if (PRIV (self)->unread) {
        mm_daemon_warn_once (PRIV (self)->unread->message, NULL);
        nl668_modem_firmware_update_set_state (IFACE (self), NL668_STATE_UNKNOWN);
        nl668_properties_show (self);
    }
    if (!has_record (self))
        return;

    if (record) {
        apply_record (self, record);
        nl668_properties_show (self);
        contents = nl668_record_serialize (record, imei, NULL);
    }
    nl668_interface_record (PRIV (self)->interface, imei, contents, warn_if_failing, self);
}

const GError *
nl668_properties_get_unread (Nl668Properties *self)
{
    return PRIV (self)->unread;
}

/*****************************************************************************/
/* Changes that must be on disk before the module is told anything */

static void
undo_request (Nl668Properties   *self,
              const Nl668Record *before)
{
    PRIV (self)->is_about_to_request = FALSE;
    nl668_properties_save (self);
}

void
nl668_properties_record_request (Nl668Properties     *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
    PRIV (self)->is_about_to_request = TRUE;
    save_or_undo (self, NULL, undo_request, callback, user_data);
}

/* Unless something has happened in the meantime */
static void
undo_begin (Nl668Properties   *self,
            const Nl668Record *before)
{
    if (nl668_properties_is_requested (self))
        return;
    nl668_properties_drop_last (self);
    apply_record (self, before);
    nl668_properties_log_state (self, NL668_STATE_PREPARING);
    nl668_properties_save (self);
}

gboolean
nl668_properties_can_begin (Nl668Properties  *self,
                            GError          **error)
{
    /* The caller of the last update may still wait for the disk although that update is over. */
    if (PRIV (self)->n_uncertain ||
        !nl668_state_can_follow (nl668_properties_get_state (self), NL668_STATE_PREPARING))
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                             "a firmware update is already under way");
    else if (PRIV (self)->unread)
        g_propagate_error (error, g_error_copy (PRIV (self)->unread));
    else if (!has_record (self))
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                             "cannot record the update: the module does not report its IMEI");
    else
        return TRUE;
    return FALSE;
}

void
nl668_properties_begin (Nl668Properties     *self,
                        const Nl668Request  *request,
                        const gchar         *package,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
    Nl668Record *before;

    before = build_record (self);
    nl668_properties_drop_last (self);
    if (before->doubt != NL668_DOUBT_NONE)
        PRIV (self)->last = nl668_record_copy (before);

    g_object_freeze_notify (G_OBJECT (self));
    nl668_request_to_properties (request, package, nl668_properties_get_time (),
                                 IFACE (self));
    PRIV (self)->is_requested = FALSE;
    PRIV (self)->has_returned = FALSE;
    PRIV (self)->doubt = NL668_DOUBT_NONE;
    g_object_thaw_notify (G_OBJECT (self));
    nl668_properties_log_state (self, before->state);
    save_or_undo (self, before, undo_begin, callback, user_data);
}

static void
undo_add_saved (Nl668Properties   *self,
                const Nl668Record *before)
{
    nl668_saved_copy (&PRIV (self)->saved, &before->saved);
    nl668_properties_save (self);
}

void
nl668_properties_add_saved (Nl668Properties     *self,
                            const Nl668Saved    *saved,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
    Nl668Record *before;

    before = build_record (self);
    nl668_saved_merge (&PRIV (self)->saved, saved);
    save_or_undo (self, before, undo_add_saved, callback, user_data);
}
