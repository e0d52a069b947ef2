/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "fake-manager.h"

#define ROOT   "/org/freedesktop/ModemManager1"
#define BEARER ROOT "/Bearer/0"

/*****************************************************************************/
/* The bus */

GDBusConnection *
fake_manager_connect (FakeManager *self)
{
    g_autoptr(GError)  error = NULL;
    GDBusConnection   *connection;

    connection = g_dbus_connection_new_for_address_sync (
        g_test_dbus_get_bus_address (self->bus),
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
        G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
    g_assert_no_error (error);
    return connection;
}

void
fake_manager_start (FakeManager *self)
{
    g_autoptr(GVariant) result = NULL;
    g_autoptr(GError)   error = NULL;

    self->connection = fake_manager_connect (self);
    g_dbus_object_manager_server_set_connection (self->server, self->connection);
    result = g_dbus_connection_call_sync (
        self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
        "RequestName", g_variant_new ("(su)", MM_DBUS_SERVICE, 0), NULL, G_DBUS_CALL_FLAGS_NONE,
        -1, NULL, &error);
    g_assert_no_error (error);
}

void
fake_manager_stop (FakeManager *self)
{
    if (self->path)
        fake_manager_remove_modem (self);
    g_dbus_object_manager_server_set_connection (self->server, NULL);
    g_dbus_connection_close_sync (self->connection, NULL, NULL);
    g_clear_object (&self->connection);
}

/*****************************************************************************/
/* The modem */

static gboolean
handle_start_cb (Nl668ModemFirmwareUpdate *update,
                 GDBusMethodInvocation    *invocation,
                 GVariant                 *settings,
                 FakeManager              *self)
{
    g_assert_null (self->invocation);
    self->invocation = invocation;
    return TRUE;
}

static gboolean
handle_enable_cb (MmGdbusModem          *modem,
                  GDBusMethodInvocation *invocation,
                  gboolean               enable,
                  FakeManager           *self)
{
    g_assert_null (self->invocation);
    self->invocation = invocation;
    return TRUE;
}

static MmGdbusModem *
create_modem (FakeManager *self,
              const gchar *device)
{
    static const gchar *const  no_bearers[] = { NULL };
    MmGdbusModem              *modem;

    modem = mm_gdbus_modem_skeleton_new ();
    mm_gdbus_modem_set_equipment_identifier (modem, FAKE_IMEI);
    mm_gdbus_modem_set_device (modem, device);
    mm_gdbus_modem_set_primary_port (modem, "ttyUSB1");
    mm_gdbus_modem_set_state (modem, self->modem_state);
    g_signal_connect (modem, "handle-enable", G_CALLBACK (handle_enable_cb), self);
    mm_gdbus_modem_set_bearers (modem, no_bearers);
    mm_gdbus_modem_set_ports (modem, g_variant_new_parsed (
        "[('ttyUSB0', %u), ('ttyUSB1', %u), ('ttyUSB2', %u)]",
        MM_MODEM_PORT_TYPE_QCDM, MM_MODEM_PORT_TYPE_AT, MM_MODEM_PORT_TYPE_AT));
    return modem;
}

void
fake_manager_add_modem (FakeManager *self,
                        const gchar *device,
                        Nl668State   state,
                        guint        progress)
{
    g_autoptr(GDBusObjectSkeleton) object = NULL;

    g_assert_null (self->path);
    self->path = g_strdup_printf (ROOT "/Modem/%u", self->n_modems++);
    self->modem = create_modem (self, device);
    self->update = nl668_modem_firmware_update_skeleton_new ();
    g_signal_connect (self->update, "handle-start", G_CALLBACK (handle_start_cb), self);
    nl668_modem_firmware_update_set_state (self->update, state);
    nl668_modem_firmware_update_set_progress (self->update, progress);
    nl668_modem_firmware_update_set_current_version (self->update, FAKE_REVISION);
    nl668_modem_firmware_update_set_error (self->update, g_variant_new ("(ss)", "", ""));
    nl668_modem_firmware_update_set_started (self->update,
                                             state > NL668_STATE_IDLE ? self->started : 0);

    object = g_dbus_object_skeleton_new (self->path);
    g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (self->modem));
    g_dbus_object_skeleton_add_interface (object, G_DBUS_INTERFACE_SKELETON (self->update));
    g_dbus_object_manager_server_export (self->server, object);
}

void
fake_manager_remove_modem (FakeManager *self)
{
    g_dbus_object_manager_server_unexport (self->server, self->path);
    if (self->bearer)
        g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (self->bearer));
    g_clear_object (&self->bearer);
    g_clear_object (&self->update);
    g_clear_object (&self->modem);
    g_clear_pointer (&self->path, g_free);
}

static void
flush (FakeManager *self)
{
    g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->update));
}

void
fake_manager_set_state (FakeManager *self,
                        Nl668State   state,
                        guint        progress)
{
    nl668_modem_firmware_update_set_state (self->update, state);
    nl668_modem_firmware_update_set_progress (self->update, progress);
    nl668_modem_firmware_update_set_started (self->update, self->started);
    flush (self);
}

void
fake_manager_fail (FakeManager *self,
                   const gchar *message)
{
    nl668_modem_firmware_update_set_error (
        self->update, g_variant_new ("(ss)", MM_CORE_ERROR_DBUS_PREFIX ".Failed", message));
    fake_manager_set_state (self, NL668_STATE_FAILED,
                            nl668_modem_firmware_update_get_progress (self->update));
}

void
fake_manager_add_bearer (FakeManager *self,
                         const gchar *interface)
{
    static const gchar *const bearers[] = { BEARER, NULL };
    g_autoptr(GError)         error = NULL;

    self->bearer = mm_gdbus_bearer_skeleton_new ();
    mm_gdbus_bearer_set_connected (self->bearer, TRUE);
    mm_gdbus_bearer_set_interface (self->bearer, interface);
    g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (self->bearer), self->connection,
                                      BEARER, &error);
    g_assert_no_error (error);
    mm_gdbus_modem_set_bearers (self->modem, bearers);
    g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->modem));
}

/*****************************************************************************/

FakeManager *
fake_manager_new (GTestDBus *bus)
{
    FakeManager *self;

    self = g_new0 (FakeManager, 1);
    self->bus = g_object_ref (bus);
    self->started = 1;
    self->modem_state = MM_MODEM_STATE_REGISTERED;
    self->server = g_dbus_object_manager_server_new (ROOT);
    fake_manager_start (self);
    return self;
}

void
fake_manager_free (FakeManager *self)
{
    g_clear_object (&self->invocation);
    fake_manager_stop (self);
    g_object_unref (self->server);
    g_object_unref (self->bus);
    g_free (self);
}
