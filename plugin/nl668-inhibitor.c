/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gio/gunixfdlist.h>

#include "nl668-inhibitor.h"
#include "nl668-timeouts.h"

/* logind suspends a laptop whose lid is closed although sleep is inhibited. */
static const gchar what[] = "sleep:shutdown:handle-lid-switch:handle-power-key:"
                            "handle-suspend-key:handle-hibernate-key";

/* Shown to a user who requests a shutdown */
static const gchar reason[] = "The firmware of the mobile broadband modem is being updated; "
                              "turning off now may break the modem";

struct _Nl668Inhibitor {
    Nl668WarningFunc  log;
    gpointer          log_data;
    /* The file descriptor of the inhibitor, while it is held */
    GUnixFDList      *fd_list;
    /* Of the last request */
    GCancellable     *cancellable;
    /* Until the module has been silent for too long */
    guint             timeout_id;
};

/*****************************************************************************/
/* Asking logind. Its answer is lost once the inhibitor has been released or freed. */

static void
log_failure (Nl668Inhibitor *self,
             GError         *error)
{
    g_autofree gchar *message = NULL;

    g_dbus_error_strip_remote_error (error);
    message = g_strconcat ("this machine can be turned off during the firmware update: ",
                           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ?
                           "logind does not answer" : error->message, NULL);
    self->log (message, self->log_data);
}

static GUnixFDList *
inhibit_finish (GDBusConnection  *connection,
                GAsyncResult     *res,
                GError          **error)
{
    g_autoptr(GVariant)     reply = NULL;
    g_autoptr(GUnixFDList)  fd_list = NULL;
    gint32                  handle;

    reply = g_dbus_connection_call_with_unix_fd_list_finish (connection, &fd_list, res, error);
    if (!reply)
        return NULL;

    g_variant_get (reply, "(h)", &handle);
    if (!fd_list || handle < 0 || handle >= g_unix_fd_list_get_length (fd_list)) {
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             "the reply from logind has no file descriptor");
        return NULL;
    }
    return g_steal_pointer (&fd_list);
}

static void
inhibit_ready (GDBusConnection *connection,
               GAsyncResult    *res,
               gpointer         user_data)
{
    g_autoptr(GTask)        task = user_data;
    g_autoptr(GUnixFDList)  fd_list = NULL;
    g_autoptr(GError)       error = NULL;
    Nl668Inhibitor         *self = g_task_get_task_data (task);

    fd_list = inhibit_finish (connection, res, &error);
    if (g_task_return_error_if_cancelled (task))
        return;
    if (fd_list)
        self->fd_list = g_steal_pointer (&fd_list);
    else
        log_failure (self, error);
    g_task_return_boolean (task, TRUE);
}

static void
bus_ready (GObject      *source,
           GAsyncResult *res,
           gpointer      user_data)
{
    g_autoptr(GTask)            task = user_data;
    g_autoptr(GDBusConnection)  connection = NULL;
    g_autoptr(GError)           error = NULL;
    GCancellable               *cancellable = g_task_get_cancellable (task);

    connection = g_bus_get_finish (res, &error);
    if (g_task_return_error_if_cancelled (task))
        return;
    if (!connection) {
        log_failure (g_task_get_task_data (task), error);
        g_task_return_boolean (task, TRUE);
        return;
    }

    /* May start the service: elogind is activated on demand. */
    g_dbus_connection_call_with_unix_fd_list (connection,
                                              "org.freedesktop.login1",
                                              "/org/freedesktop/login1",
                                              "org.freedesktop.login1.Manager",
                                              "Inhibit",
                                              g_variant_new ("(ssss)", what, "ModemManager",
                                                             reason, "block"),
                                              G_VARIANT_TYPE ("(h)"),
                                              G_DBUS_CALL_FLAGS_NONE,
                                              (gint) nl668_timeout_get_command_seconds () * 1000,
                                              NULL,
                                              cancellable,
                                              (GAsyncReadyCallback) inhibit_ready,
                                              g_steal_pointer (&task));
}

static void
take (Nl668Inhibitor      *self,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
    GTask *task;

    self->cancellable = g_cancellable_new ();
    task = g_task_new (NULL, self->cancellable, callback, user_data);
    g_task_set_task_data (task, self, NULL);
    /* The daemon is connected already, so this returns its own connection. */
    g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, bus_ready, task);
}

static void
release (Nl668Inhibitor *self)
{
    g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
    g_clear_object (&self->fd_list);
}

/*****************************************************************************/
/* Signs of life of the module */

static gboolean
silent_cb (Nl668Inhibitor *self)
{
    self->timeout_id = 0;
    if (self->fd_list)
        self->log ("nothing was heard from the module for an hour: this machine may sleep again",
                   self->log_data);
    release (self);
    return G_SOURCE_REMOVE;
}

static void
watch (Nl668Inhibitor *self)
{
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    self->timeout_id = g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_INHIBIT),
                                      (GSourceFunc) silent_cb, self);
}

void
nl668_inhibitor_renew (Nl668Inhibitor *self)
{
    /* Not again just because logind has refused */
    if (!self->timeout_id)
        take (self, NULL, NULL);
    watch (self);
}

/*****************************************************************************/

Nl668Inhibitor *
nl668_inhibitor_new (Nl668WarningFunc     log,
                     gpointer             log_data,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
    Nl668Inhibitor *self = g_new0 (Nl668Inhibitor, 1);

    self->log = log;
    self->log_data = log_data;
    take (self, callback, user_data);
    watch (self);
    return self;
}

void
nl668_inhibitor_free (Nl668Inhibitor *self)
{
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    release (self);
    g_free (self);
}
