/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-restore.h"
#include "nl668-restorer.h"
#include "nl668-timeouts.h"

/* Of attempts by the timer, whose delay grows: within half an hour */
#define TIMEOUTS_MAX 10
/* Of all attempts: they may themselves cause changes of the modem that cause an attempt. */
#define ATTEMPTS_MAX 40

struct _Nl668Restorer {
    GObject          parent;
    /* NULL once it is gone */
    MMBaseModem     *modem;
    MmGdbusModem    *skeleton;
    Nl668Properties *properties;
    /* Of the running attempt, or NULL */
    GCancellable    *cancellable;
    /* (element-type GTask): tasks that wait for its end */
    GQueue           waiting;
    guint            timeout_id;
    guint            n_timeouts;
    guint            n_attempts;
    gboolean         is_given_up;
};

G_DEFINE_TYPE (Nl668Restorer, nl668_restorer, G_TYPE_OBJECT)

enum {
    SIGNAL_CHANGED,
    SIGNAL_DUE,
    SIGNAL_LAST
};

static guint signals[SIGNAL_LAST];

/*****************************************************************************/
/* After an attempt */

static void
stop_timer (Nl668Restorer *self)
{
    g_clear_handle_id (&self->timeout_id, g_source_remove);
}

static gboolean
due_cb (gpointer user_data)
{
    Nl668Restorer *self = NL668_RESTORER (user_data);

    self->timeout_id = 0;
    self->n_timeouts++;
    g_signal_emit (self, signals[SIGNAL_DUE], 0);
    return G_SOURCE_REMOVE;
}

static void
try_again_later (Nl668Restorer *self,
                 const GError  *error)
{
    mm_daemon_info (self->modem, "the module's settings are not restored yet: %s", error->message);
    if (!self->timeout_id)
        self->timeout_id = g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_RESTORE) *
                                          (self->n_timeouts + 1), due_cb, self);
}

static void
give_up (Nl668Restorer    *self,
         const Nl668Saved *left,
         const GError     *error)
{
    g_autofree gchar *commands = NULL;

    self->is_given_up = TRUE;
    stop_timer (self);
    commands = nl668_restore_build_commands (left);
    mm_daemon_warn (self->modem, "the module's settings cannot be restored (%s): restore them "
                                 "yourself with %s", error->message, commands);
}

static void
end_waiting (Nl668Restorer *self)
{
    GTask *task;

    while ((task = g_queue_pop_head (&self->waiting))) {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    }
}

static void
restore_ready (MMBaseModem  *modem,
               GAsyncResult *res,
               gpointer      user_data)
{
    g_autoptr(Nl668Restorer) self = user_data;
    g_autoptr(Nl668Saved)    left = NULL;
    g_autoptr(GError)        error = NULL;
    gboolean                 is_restored;

    left = g_new0 (Nl668Saved, 1);
    is_restored = nl668_restore_finish (modem, res, left, &error);

    /* Otherwise, the next modem object is in charge. */
    if (self->modem) {
        nl668_properties_set_saved (self->properties, left);
        if (is_restored)
            stop_timer (self);
        else if (self->n_timeouts < TIMEOUTS_MAX && self->n_attempts < ATTEMPTS_MAX)
            try_again_later (self, error);
        else
            give_up (self, left, error);
    }

    g_clear_object (&self->cancellable);
    end_waiting (self);
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/*****************************************************************************/
/* Attempts */

void
nl668_restorer_try (Nl668Restorer *self)
{
    const Nl668Saved *saved;

    saved = nl668_properties_get_saved (self->properties);
    if (!self->modem || self->cancellable || self->is_given_up || nl668_saved_is_empty (saved))
        return;

    self->cancellable = g_cancellable_new ();
    self->n_attempts++;
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    mm_daemon_info (self->modem, "restoring the module's settings after the firmware update...");
    nl668_restore (self->modem, self->skeleton, saved, self->cancellable,
                   (GAsyncReadyCallback) restore_ready, g_object_ref (self));
}

gboolean
nl668_restorer_is_running (Nl668Restorer *self)
{
    return !!self->cancellable;
}

void
nl668_restorer_renew (Nl668Restorer *self)
{
    stop_timer (self);
    self->n_timeouts = 0;
    self->n_attempts = 0;
    self->is_given_up = FALSE;
}

void
nl668_restorer_wait_finish (GAsyncResult *res)
{
    g_task_propagate_boolean (G_TASK (res), NULL);
}

void
nl668_restorer_wait (Nl668Restorer       *self,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
    g_autoptr(GTask) task = NULL;

    task = g_task_new (NULL, NULL, callback, user_data);
    if (self->cancellable)
        g_queue_push_tail (&self->waiting, g_steal_pointer (&task));
    else
        g_task_return_boolean (task, TRUE);
}

void
nl668_restorer_stop (Nl668Restorer *self)
{
    stop_timer (self);
    g_cancellable_cancel (self->cancellable);
    self->modem = NULL;
}

/*****************************************************************************/
/* GObject */

Nl668Restorer *
nl668_restorer_new (MMBaseModem     *modem,
                    MmGdbusModem    *skeleton,
                    Nl668Properties *properties)
{
    Nl668Restorer *self;

    self = g_object_new (NL668_TYPE_RESTORER, NULL);
    self->modem = modem;
    self->skeleton = g_object_ref (skeleton);
    self->properties = g_object_ref (properties);
    return self;
}

static void
nl668_restorer_init (Nl668Restorer *self)
{
}

static void
finalize (GObject *object)
{
    Nl668Restorer *self = NL668_RESTORER (object);

    stop_timer (self);
    g_object_unref (self->skeleton);
    g_object_unref (self->properties);
    G_OBJECT_CLASS (nl668_restorer_parent_class)->finalize (object);
}

static void
nl668_restorer_class_init (Nl668RestorerClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = finalize;

    signals[SIGNAL_CHANGED] = g_signal_new ("changed", NL668_TYPE_RESTORER, G_SIGNAL_RUN_LAST, 0,
                                            NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_DUE] = g_signal_new ("due", NL668_TYPE_RESTORER, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}
