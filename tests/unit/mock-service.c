/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mock-service.h"

int
mock_bus_run_tests (void)
{
    g_autoptr(GTestDBus) bus = NULL;
    gint                 status;

    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", MOCK_TIMEOUT_SCALE, TRUE);
    bus = g_test_dbus_new (G_TEST_DBUS_NONE);
    g_test_dbus_up (bus);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);
    status = g_test_run ();
    g_test_dbus_down (bus);
    return status;
}

GDBusConnection *
mock_bus_connect (void)
{
    GDBusConnection   *connection;
    g_autoptr(GError)  error = NULL;

    connection = g_dbus_connection_new_for_address_sync (
        g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"),
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
        G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
        NULL, NULL, &error);
    g_assert_no_error (error);
    return connection;
}

void
mock_bus_settle (const gchar *name)
{
    g_autoptr(GDBusConnection)  connection = NULL;
    g_autoptr(GVariant)         pong = NULL;
    g_autoptr(GError)           error = NULL;

    connection = g_bus_get_sync (G_BUS_TYPE_SYSTEM, NULL, &error);
    g_assert_no_error (error);
    /* A thread of GDBus answers it, after what was sent before. */
    pong = g_dbus_connection_call_sync (connection, name, "/", "org.freedesktop.DBus.Peer", "Ping",
                                        NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
    g_assert_no_error (error);
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

/*****************************************************************************/

static void
method_call_cb (GDBusConnection       *connection,
                const gchar           *sender,
                const gchar           *path,
                const gchar           *interface,
                const gchar           *method,
                GVariant              *arguments,
                GDBusMethodInvocation *invocation,
                gpointer               user_data)
{
    MockService *self = user_data;

    g_assert_null (self->invocation);
    g_clear_pointer (&self->arguments, g_variant_unref);
    self->arguments = g_variant_ref (arguments);
    self->invocation = invocation;
    if (self->answer)
        self->answer (self);
}

void
mock_service_start (MockService *self,
                    const gchar *name,
                    const gchar *path,
                    const gchar *introspection)
{
    static const GDBusInterfaceVTable  vtable = { .method_call = method_call_cb };
    g_autoptr(GDBusNodeInfo)           node = NULL;
    g_autoptr(GVariant)                result = NULL;
    g_autoptr(GError)                  error = NULL;

    node = g_dbus_node_info_new_for_xml (introspection, &error);
    g_assert_no_error (error);
    self->connection = mock_bus_connect ();
    g_dbus_connection_register_object (self->connection, path, node->interfaces[0], &vtable, self,
                                       NULL, &error);
    g_assert_no_error (error);
    result = g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus",
                                          "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                          "RequestName", g_variant_new ("(su)", name, 0),
                                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
    g_assert_no_error (error);
}

void
mock_service_stop (MockService *self)
{
    g_autoptr(GError) error = NULL;

    g_clear_object (&self->invocation);
    g_clear_pointer (&self->arguments, g_variant_unref);
    g_dbus_connection_close_sync (self->connection, NULL, &error);
    g_assert_no_error (error);
    g_clear_object (&self->connection);
}

/* Not with g_dbus_method_invocation_return_value(), which checks the type of the reply */
void
mock_service_send (MockService *self,
                   GVariant    *body,
                   GUnixFDList *fd_list)
{
    g_autoptr(GDBusMessage)  message = NULL;
    g_autoptr(GError)        error = NULL;

    message = g_dbus_message_new_method_reply (
        g_dbus_method_invocation_get_message (self->invocation));
    g_dbus_message_set_body (message, body);
    if (fd_list)
        g_dbus_message_set_unix_fd_list (message, fd_list);
    g_dbus_connection_send_message (self->connection, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                    NULL, &error);
    g_assert_no_error (error);
    g_clear_object (&self->invocation);
}

void
mock_service_send_error (MockService *self)
{
    g_dbus_method_invocation_return_error_literal (g_steal_pointer (&self->invocation),
                                                   G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED,
                                                   "Permission denied");
}
