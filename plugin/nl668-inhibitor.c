/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>

#include "nl668-inhibitor.h"
#include "nl668-timeouts.h"

struct _Nl668Inhibitor {
    GObject parent;
    /* logind holds the inhibitor until this is closed */
    gint    fd;
};

G_DEFINE_TYPE (Nl668Inhibitor, nl668_inhibitor, G_TYPE_OBJECT)

static Nl668Inhibitor *
inhibitor_new (gint fd)
{
    Nl668Inhibitor *self;

    self = g_object_new (NL668_TYPE_INHIBITOR, NULL);
    self->fd = fd;
    return self;
}

/*****************************************************************************/
/* Taking one: the data of the task */

typedef struct {
    /* Of everything that is under way: by the caller, or by the time */
    GCancellable *cancellable;
    GCancellable *callers_cancellable;
    gulong        cancelled_id;
    guint         timeout_id;
} Taking;

static void
taking_free (Taking *taking)
{
    if (taking->timeout_id)
        g_source_remove (taking->timeout_id);
    g_cancellable_disconnect (taking->callers_cancellable, taking->cancelled_id);
    g_clear_object (&taking->callers_cancellable);
    g_object_unref (taking->cancellable);
    g_free (taking);
}

static gboolean
timeout_cb (Taking *taking)
{
    taking->timeout_id = 0;
    g_cancellable_cancel (taking->cancellable);
    return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *callers_cancellable,
              GCancellable *cancellable)
{
    g_cancellable_cancel (cancellable);
}

static Taking *
taking_new (GCancellable *cancellable)
{
    Taking *taking;

    taking = g_new0 (Taking, 1);
    taking->cancellable = g_cancellable_new ();
    taking->timeout_id = g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_COMMAND),
                                        (GSourceFunc) timeout_cb, taking);
    if (cancellable) {
        taking->callers_cancellable = g_object_ref (cancellable);
        taking->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb),
                                                      taking->cancellable, NULL);
    }
    return taking;
}

static void
take_failed (GTask  *task,
             GError *error)
{
    Taking *taking = g_task_get_task_data (task);

    if (!taking->timeout_id && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_error_free (error);
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "logind does not answer");
    }
    g_dbus_error_strip_remote_error (error);
    g_task_return_error (task, error);
}

/*****************************************************************************/
/* Taking one: the steps */

static gint
get_fd (GVariant     *reply,
        GUnixFDList  *fd_list,
        GError      **error)
{
    gint32 handle;

    g_variant_get (reply, "(h)", &handle);
    if (!fd_list || handle < 0 || handle >= g_unix_fd_list_get_length (fd_list)) {
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             "the reply from logind has no file descriptor");
        return -1;
    }
    /* A duplicate, closed on exec like all that GIO hands out: a child of the
     * daemon would go on holding the inhibitor. */
    return g_unix_fd_list_get (fd_list, handle, error);
}

static void
inhibit_ready (GDBusConnection *connection,
               GAsyncResult    *res,
               gpointer         user_data)
{
    g_autoptr(GTask)        task = user_data;
    g_autoptr(GVariant)     reply = NULL;
    g_autoptr(GUnixFDList)  fd_list = NULL;
    GError                 *error = NULL;
    gint                    fd = -1;

    reply = g_dbus_connection_call_with_unix_fd_list_finish (connection, &fd_list, res, &error);
    if (reply)
        fd = get_fd (reply, fd_list, &error);
    if (fd < 0) {
        take_failed (task, error);
        return;
    }
    g_task_return_pointer (task, inhibitor_new (fd), g_object_unref);
}

static void
bus_ready (GObject      *source,
           GAsyncResult *res,
           gpointer      user_data)
{
    g_autoptr(GTask)            task = user_data;
    Taking                     *taking = g_task_get_task_data (task);
    g_autoptr(GDBusConnection)  connection = NULL;
    GError                     *error = NULL;

    connection = g_bus_get_finish (res, &error);
    if (!connection) {
        take_failed (task, error);
        return;
    }

    /* Started if need be: not with systemd, whose logind always runs unless it
     * restarts right now, but an elogind may be left to be started by the first
     * who wants something of it. That could be the one who asks for a reboot. */
    g_dbus_connection_call_with_unix_fd_list (connection,
                                              "org.freedesktop.login1",
                                              "/org/freedesktop/login1",
                                              "org.freedesktop.login1.Manager",
                                              "Inhibit",
                                              g_variant_new ("(ssss)",
                                                             "sleep:shutdown",
                                                             "ModemManager",
                                                             "The firmware of the mobile "
                                                             "broadband modem is being updated; "
                                                             "turning off now may break the modem",
                                                             "block"),
                                              G_VARIANT_TYPE ("(h)"),
                                              G_DBUS_CALL_FLAGS_NONE,
                                              G_MAXINT, /* the task is timed as a whole */
                                              NULL,
                                              taking->cancellable,
                                              (GAsyncReadyCallback) inhibit_ready,
                                              g_steal_pointer (&task));
}

/*****************************************************************************/

Nl668Inhibitor *
nl668_inhibitor_take_finish (GAsyncResult  *res,
                             GError       **error)
{
    g_return_val_if_fail (g_task_is_valid (res, NULL), NULL);

    return g_task_propagate_pointer (G_TASK (res), error);
}

void
nl668_inhibitor_take (GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    GTask  *task;
    Taking *taking;

    task = g_task_new (NULL, cancellable, callback, user_data);
    taking = taking_new (cancellable);
    g_task_set_task_data (task, taking, (GDestroyNotify) taking_free);
    g_bus_get (G_BUS_TYPE_SYSTEM, taking->cancellable, bus_ready, task);
}

static void
nl668_inhibitor_init (Nl668Inhibitor *self)
{
    self->fd = -1;
}

static void
finalize (GObject *object)
{
    Nl668Inhibitor *self = NL668_INHIBITOR (object);

    if (self->fd >= 0)
        g_close (self->fd, NULL);
    G_OBJECT_CLASS (nl668_inhibitor_parent_class)->finalize (object);
}

static void
nl668_inhibitor_class_init (Nl668InhibitorClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->finalize = finalize;
}
