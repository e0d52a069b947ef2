/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Authorization. A daemon that does not ask polkit says yes to everybody: it was built without
 * polkit, and relies on its D-Bus policy, or it runs in a test session. There, only root may
 * update the firmware. */

#include <config.h>

#include <unistd.h>

#include <libmm-glib.h>

#include "mm-daemon.h"

/* MM_AUTHORIZATION_FIRMWARE in src/mm-auth-provider.h */
#define AUTHORIZATION_FIRMWARE "org.freedesktop.ModemManager1.Firmware"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* Not known means no. */
static gboolean
asks_polkit (void)
{
    return mm.uses_polkit && mm.get_test_session && !mm.get_test_session ();
}

static void
get_user_ready (GDBusConnection *connection,
                GAsyncResult    *res,
                gpointer         user_data)
{
    g_autoptr(GTask)     task = user_data;
    g_autoptr(GVariant)  reply = NULL;
    g_autoptr(GError)    error = NULL;
    guint32              user;

    reply = g_dbus_connection_call_finish (connection, res, &error);
    if (!reply) {
        g_dbus_error_strip_remote_error (error);
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED,
                                 "the bus does not tell who the caller is: %s", error->message);
        return;
    }

    g_variant_get (reply, "(u)", &user);
    /* The daemon is root, except in tests. */
    if (user == 0 || user == geteuid ())
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED,
                                 "this ModemManager does not use polkit: "
                                 "only root may update the firmware");
}

static void
authorize_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(GTask)       task = user_data;
    GDBusMethodInvocation *invocation;
    GError                *error = NULL;

    if (!mm.authorize_finish (modem, res, &error)) {
        g_task_return_error (task, error);
        return;
    }

    invocation = g_task_get_task_data (task);
    g_dbus_connection_call (g_dbus_method_invocation_get_connection (invocation),
                            BUS_NAME, BUS_PATH, BUS_NAME, "GetConnectionUnixUser",
                            g_variant_new ("(s)", g_dbus_method_invocation_get_sender (invocation)),
                            G_VARIANT_TYPE ("(u)"), G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                            (GAsyncReadyCallback) get_user_ready, g_steal_pointer (&task));
}

void
mm_daemon_authorize_firmware (MMBaseModem           *modem,
                              GDBusMethodInvocation *invocation,
                              GAsyncReadyCallback    callback,
                              gpointer               user_data)
{
    GTask *task;

    if (asks_polkit ()) {
        mm.authorize (modem, invocation, AUTHORIZATION_FIRMWARE, callback, user_data);
        return;
    }

    task = g_task_new (modem, NULL, callback, user_data);
    g_task_set_source_tag (task, mm_daemon_authorize_firmware);
    g_task_set_task_data (task, g_object_ref (invocation), g_object_unref);
    mm.authorize (modem, invocation, AUTHORIZATION_FIRMWARE,
                  (GAsyncReadyCallback) authorize_ready, task);
}

gboolean
mm_daemon_authorize_firmware_finish (MMBaseModem   *modem,
                                     GAsyncResult  *res,
                                     GError       **error)
{
    if (g_async_result_is_tagged (res, mm_daemon_authorize_firmware))
        return g_task_propagate_boolean (G_TASK (res), error);
    return mm.authorize_finish (modem, res, error);
}
