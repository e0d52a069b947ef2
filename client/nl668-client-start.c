/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "nl668-client-find.h"
#include "nl668-client-patience.h"
#include "nl668-client-start.h"
#include "nl668-client-words.h"
#include "nl668-error.h"

struct _Nl668ClientStart {
    GObject                  parent_instance;

    MMObject                *object;
    MMModem                 *modem;
    GDBusProxy              *proxy;
    Nl668ClientFollower     *follower;
    const Nl668ClientStatus *status;
    GVariant                *settings;
    /* For the reply to Start(), in milliseconds */
    guint                    timeout;

    GTask                   *task;
    gboolean                 is_sent;

    /* Registration */
    gulong                   state_id;
    gulong                   cancelled_id;
    guint                    timeout_id;
    gboolean                 is_enabling;
    gboolean                 has_enabled;
    gboolean                 has_registered;
};

enum {
    SIGNAL_ACTIVITY,
    SIGNAL_LAST
};

static guint signals[SIGNAL_LAST];

G_DEFINE_TYPE (Nl668ClientStart, nl668_client_start, G_TYPE_OBJECT)

static void call_start (Nl668ClientStart *self);

static void
emit_activity (Nl668ClientStart    *self,
               Nl668ClientActivity  activity)
{
    g_signal_emit (self, signals[SIGNAL_ACTIVITY], 0, activity);
}

static GError *
new_cancelled_error (void)
{
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("cancelled"));
}

/* Takes ownership of @error, which is NULL if the update has started */
static void
end_run (Nl668ClientStart *self,
         GError           *error)
{
    g_autoptr(GTask) task = g_steal_pointer (&self->task);

    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
}

/*****************************************************************************/
/* Errors of D-Bus */

static gboolean
has_no_reply (const GError *error)
{
    return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT);
}

/* Instead of ModemManager, the bus has replied */
static gboolean
may_be_stopped (const GError *error)
{
    return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

static gboolean
has_no_modem (const GError *error)
{
    return g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE) ||
           g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT);
}

/* The messages of ModemManager need no explanation, those of the bus and of GIO do.
 * Takes ownership of @error. */
static GError *
explain (GError *error)
{
    g_dbus_error_strip_remote_error (error);
    if (has_no_modem (error)) {
        g_error_free (error);
        return nl668_client_words_new_removed ();
    }

    if (has_no_reply (error))
        g_prefix_error (&error, _("ModemManager did not reply; look at its log and for a "
                                  "password prompt: "));
    else if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
        g_prefix_error (&error, _("the message bus does not allow the call; run `systemctl reload "
                                  "dbus`: "));
    else if (error->domain == G_DBUS_ERROR)
        g_prefix_error (&error, _("couldn't call ModemManager: "));
    return error;
}

static void
wait_ready (GObject      *source,
            GAsyncResult *res,
            gpointer      user_data)
{
    Nl668ClientStart *self = user_data;
    GError           *error = NULL;

    nl668_client_follower_wait_finish (self->follower, res, &error);
    self->is_sent = self->status->state != NL668_STATE_FAILED;
    end_run (self, error);
}

/* If ModemManager has begun the update, its verdict is in the properties. If it was stopped before,
 * the follower notices. */
static void
wait_for_verdict (Nl668ClientStart *self)
{
    nl668_client_follower_wait (self->follower, NL668_CLIENT_UNTIL_STARTED, wait_ready, self);
}

/*****************************************************************************/
/* Registration */

static gboolean
may_register (MMModemState state)
{
    return state != MM_MODEM_STATE_FAILED && state != MM_MODEM_STATE_LOCKED &&
           state < MM_MODEM_STATE_REGISTERED;
}

/* Takes ownership of @error, which is NULL if Start() is to be called again */
static void
end_registration (Nl668ClientStart *self,
                  GError           *error)
{
    g_clear_signal_handler (&self->state_id, self->modem);
    g_clear_signal_handler (&self->cancelled_id, g_task_get_cancellable (self->task));
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    emit_activity (self, NL668_CLIENT_ACTIVITY_NONE);

    if (may_be_stopped (error)) {
        g_error_free (error);
        wait_for_verdict (self);
        return;
    }
    if (error) {
        end_run (self, error);
        return;
    }
    self->has_registered = TRUE;
    call_start (self);
}

static void advance_registration (Nl668ClientStart *self);

static void
enable_ready (GObject      *source,
              GAsyncResult *res,
              gpointer      user_data)
{
    Nl668ClientStart *self = user_data;
    GError           *error = NULL;

    self->is_enabling = FALSE;
    if (!mm_modem_enable_finish (self->modem, res, &error)) {
        error = explain (error);
        g_prefix_error (&error, _("couldn't enable the modem: "));
        end_registration (self, error);
        return;
    }
    self->has_enabled = TRUE;
    advance_registration (self);
}

static void
advance_registration (Nl668ClientStart *self)
{
    MMModemState state;

    /* Wait even if cancelled: only the reply shows whether there is anything to undo */
    if (self->is_enabling)
        return;

    if (g_cancellable_is_cancelled (g_task_get_cancellable (self->task))) {
        end_registration (self, new_cancelled_error ());
        return;
    }

    state = mm_modem_get_state (self->modem);
    g_debug ("the modem is %s", mm_modem_state_get_string (state));
    if (!may_register (state)) {
        /* Call Start() again: its error says why the modem cannot register */
        end_registration (self, NULL);
        return;
    }

    if (state == MM_MODEM_STATE_DISABLED) {
        emit_activity (self, NL668_CLIENT_ACTIVITY_ENABLING);
        self->is_enabling = TRUE;
        mm_modem_enable (self->modem, NULL, enable_ready, self);
        return;
    }

    emit_activity (self, NL668_CLIENT_ACTIVITY_REGISTERING);
}

static gboolean
registration_timeout_cb (gpointer user_data)
{
    Nl668ClientStart *self = user_data;

    /* The call has its own timeout */
    if (self->is_enabling)
        return G_SOURCE_CONTINUE;

    self->timeout_id = 0;
    end_registration (self,
                      g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                           _("the modem did not register with a network: "
                                             "check its SIM, its antenna and the coverage")));
    return G_SOURCE_REMOVE;
}

static void
register_modem (Nl668ClientStart *self)
{
    GCancellable *cancellable = g_task_get_cancellable (self->task);
    guint         timeout;

    self->state_id = g_signal_connect_swapped (self->modem, "notify::state",
                                               G_CALLBACK (advance_registration), self);
    if (cancellable)
        self->cancelled_id = g_signal_connect_swapped (cancellable, "cancelled",
                                                       G_CALLBACK (advance_registration), self);
    timeout = nl668_client_patience_get (NL668_CLIENT_PATIENCE_REGISTRATION);
    self->timeout_id = g_timeout_add (timeout, registration_timeout_cb, self);
    advance_registration (self);
}

/*****************************************************************************/
/* Start() */

static gboolean
is_not_registered (Nl668ClientStart *self,
                   const GError     *error)
{
    return !self->has_registered &&
           g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE) &&
           may_register (mm_modem_get_state (self->modem));
}

static void
start_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GVariant)  reply = NULL;
    g_autoptr(GError)    error = NULL;
    Nl668ClientStart    *self = user_data;

    reply = g_dbus_proxy_call_finish (self->proxy, res, &error);
    if (reply) {
        end_run (self, NULL);
        return;
    }

    if (may_be_stopped (error) ||
        (has_no_reply (error) && self->status->state > NL668_STATE_IDLE)) {
        wait_for_verdict (self);
        return;
    }

    /* Another update is under way and needs the modem */
    if (g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS))
        self->has_enabled = FALSE;

    /* Without a reply, ModemManager may still start the update */
    self->is_sent = has_no_reply (error) || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    if (is_not_registered (self, error)) {
        register_modem (self);
        return;
    }
    end_run (self, explain (g_steal_pointer (&error)));
}

/* The modem is enabled only after Start() has failed: ModemManager checks its state last, so
 * nothing else is wrong */
static void
call_start (Nl668ClientStart *self)
{
    emit_activity (self, NL668_CLIENT_ACTIVITY_STARTING);
    self->is_sent = TRUE;
    g_dbus_proxy_call (self->proxy, "Start", g_variant_new ("(@a{sv})", self->settings),
                       G_DBUS_CALL_FLAGS_NONE, (gint) self->timeout, NULL, start_ready, self);
}

static void
ports_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *name = NULL;
    Nl668ClientStart  *self = user_data;

    name = nl668_client_find_taken_port_finish (res, &error);
    if (error) {
        end_run (self, new_cancelled_error ());
        return;
    }
    nl668_client_follower_set_taken_port (self->follower, name);
    call_start (self);
}

void
nl668_client_start_run (Nl668ClientStart    *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
    self->task = g_task_new (self, cancellable, callback, user_data);
    g_task_set_check_cancellable (self->task, FALSE);
    nl668_client_find_taken_port (self->object, cancellable, ports_ready, self);
}

gboolean
nl668_client_start_run_finish (Nl668ClientStart  *self,
                               GAsyncResult      *res,
                               GError           **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

gboolean
nl668_client_start_is_sent (Nl668ClientStart *self)
{
    return self->is_sent;
}

/*****************************************************************************/
/* Undo */

static void
disable_ready (GObject      *source,
               GAsyncResult *res,
               gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    GError           *error = NULL;

    if (!mm_modem_disable_finish (MM_MODEM (source), res, &error)) {
        error = explain (error);
        g_prefix_error (&error, _("couldn't disable the modem again: "));
        g_task_return_error (task, error);
        return;
    }
    g_task_return_boolean (task, TRUE);
}

void
nl668_client_start_undo (Nl668ClientStart    *self,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
    g_autoptr(GTask) task = NULL;

    task = g_task_new (self, NULL, callback, user_data);
    if (!self->has_enabled || !nl668_client_follower_has_object (self->follower, self->object)) {
        g_task_return_boolean (task, TRUE);
        return;
    }
    mm_modem_disable (self->modem, NULL, disable_ready, g_steal_pointer (&task));
}

gboolean
nl668_client_start_undo_finish (Nl668ClientStart  *self,
                                GAsyncResult      *res,
                                GError           **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

/*****************************************************************************/

Nl668ClientStart *
nl668_client_start_new (MMObject                *object,
                        Nl668ClientFollower     *follower,
                        const Nl668ClientStatus *status,
                        GVariant                *settings,
                        guint                    timeout)
{
    Nl668ClientStart *self;
    guint             call_timeout;

    self = g_object_new (NL668_CLIENT_TYPE_START, NULL);
    self->object = g_object_ref (object);
    self->modem = mm_object_get_modem (object);
    self->proxy = nl668_client_get_update_proxy (object);
    self->follower = g_object_ref (follower);
    self->status = status;
    self->settings = g_variant_ref (settings);

    call_timeout = timeout * 1000;
    self->timeout = call_timeout;
    if (!timeout) {
        call_timeout = nl668_client_patience_get (NL668_CLIENT_PATIENCE_CALL);
        self->timeout = nl668_client_patience_get (NL668_CLIENT_PATIENCE_START);
    }
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (self->modem), (gint) call_timeout);
    return self;
}

static void
nl668_client_start_init (Nl668ClientStart *self)
{
}

static void
dispose (GObject *object)
{
    Nl668ClientStart *self = NL668_CLIENT_START (object);

    g_clear_object (&self->object);
    g_clear_object (&self->modem);
    g_clear_object (&self->proxy);
    g_clear_object (&self->follower);
    g_clear_pointer (&self->settings, g_variant_unref);

    G_OBJECT_CLASS (nl668_client_start_parent_class)->dispose (object);
}

static void
nl668_client_start_class_init (Nl668ClientStartClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = dispose;

    /* GDBus must know the names of these errors before one arrives. */
    nl668_error_quark ();

    signals[SIGNAL_ACTIVITY] =
        g_signal_new ("activity", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_LAST,
                      0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}
