/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-inhibitor.h"
#include "nl668-timeouts.h"

/* A user who asks for a shutdown sees this. */
static const gchar reason[] = "The firmware of the mobile broadband modem is being updated; "
                              "turning off now may break the modem";

static void
inhibit_ready (GDBusConnection *connection,
               GAsyncResult    *res,
               gpointer         user_data)
{
    g_autoptr(GTask)        task = user_data;
    g_autoptr(GVariant)     reply = NULL;
    g_autoptr(GUnixFDList)  fd_list = NULL;
    GError                 *error = NULL;
    gint32                  handle;

    reply = g_dbus_connection_call_with_unix_fd_list_finish (connection, &fd_list, res, &error);
    if (!reply) {
        if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT)) {
            g_clear_error (&error);
            error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                                         "logind does not answer");
        }
        g_dbus_error_strip_remote_error (error);
        g_task_return_error (task, error);
        return;
    }

    g_variant_get (reply, "(h)", &handle);
    if (!fd_list || handle < 0 || handle >= g_unix_fd_list_get_length (fd_list)) {
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                 "the reply from logind has no file descriptor");
        return;
    }
    g_task_return_pointer (task, g_steal_pointer (&fd_list), g_object_unref);
}

static void
bus_ready (GObject      *source,
           GAsyncResult *res,
           gpointer      user_data)
{
    g_autoptr(GTask)            task = user_data;
    g_autoptr(GDBusConnection)  connection = NULL;
    GCancellable               *cancellable;
    GError                     *error = NULL;

    connection = g_bus_get_finish (res, &error);
    if (!connection) {
        g_task_return_error (task, error);
        return;
    }

    /* May start logind: elogind is activated on demand. */
    cancellable = g_task_get_cancellable (task);
    g_dbus_connection_call_with_unix_fd_list (connection,
                                              "org.freedesktop.login1",
                                              "/org/freedesktop/login1",
                                              "org.freedesktop.login1.Manager",
                                              "Inhibit",
                                              g_variant_new ("(ssss)", "sleep:shutdown",
                                                             "ModemManager", reason, "block"),
                                              G_VARIANT_TYPE ("(h)"),
                                              G_DBUS_CALL_FLAGS_NONE,
                                              nl668_timeout_get (NL668_TIMEOUT_COMMAND),
                                              NULL,
                                              cancellable,
                                              (GAsyncReadyCallback) inhibit_ready,
                                              g_steal_pointer (&task));
}

GUnixFDList *
nl668_inhibitor_take_finish (GAsyncResult  *res,
                             GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

void
nl668_inhibitor_take (GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    /* The daemon is connected already, so this returns its own connection. */
    g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, bus_ready,
               g_task_new (NULL, cancellable, callback, user_data));
}
