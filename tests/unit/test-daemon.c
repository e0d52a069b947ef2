/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The built plugin in a stand-in for the daemon: creating modems, and an update */

#include <config.h>

#include <string.h>
#include <sys/socket.h>

#include <glib/gstdio.h>

#include "nl668-state.h"
#include "test-daemon.h"
#include "wait-until.h"

/* Parts of the notes of the stand-in */
#define DEVICE    UID ", " SINCE_1_22 (PHYSDEV ", ") "option1, "
#define IDS       ", 1122, " SINCE_1_24 ("3344, ") "probes)\n"
#define AUTHORIZE G_STRINGIFY (mm_authorize)

void
set_configuration (const gchar *contents)
{
    g_autofree gchar  *path = NULL;
    g_autoptr(GError)  error = NULL;

    path = g_build_filename (g_getenv ("FIBOCOM_NL668_CONFIG_DIR"), "plugin.conf", NULL);
    if (!contents) {
        g_unlink (path);
        return;
    }
    g_assert_true (g_file_set_contents (path, contents, -1, &error));
    g_assert_no_errno (g_chmod (path, 0644));
}

/*****************************************************************************/
/* Creating modems */

/* Runs all pending sources, such as the one that the plugin adds to run once all plugins are
 * loaded. */
static void
iterate (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

static void
create_modem (MMPlugin *plugin,
              guint16   vendor,
              guint16   product)
{
    g_autoptr(GError)  error = NULL;
    MMBaseModem       *modem;

    modem = standin_create_modem (plugin, vendor, product, &error);
    g_assert_no_error (error);
    g_assert_nonnull (modem);
    g_object_unref (modem);
}

/* Without the stock Fibocom plugin */
static void
generic_subprocess (void)
{
    MMPlugin *plugin;

    plugin = load_plugin ();
    iterate ();
    assert_log ("info: fibocom-nl668 " PACKAGE_VERSION " is loaded\n"
                "debug: no stock Fibocom plugin: using generic modems\n");

    create_modem (plugin, 0x1508, 0x1001);
    standin_has_mbim_port = TRUE;
    create_modem (plugin, 0x2cb7, 0x01a0);
    standin_has_qmi_port = TRUE;
    create_modem (plugin, 0x1508, 0x1000);
    assert_notes ("mm_broadband_modem_new (" DEVICE "fibocom-nl668, 1508, 1001)\n"
                  "mm_broadband_modem_mbim_new (" DEVICE "fibocom-nl668, 2cb7, 01a0)\n"
                  "mm_broadband_modem_qmi_new (" DEVICE "fibocom-nl668, 1508, 1000)\n");
}

/* With a daemon that is built without QMI and MBIM */
static void
at_only_subprocess (void)
{
    standin_replace_symbol ("mm_broadband_modem_qmi_new", NULL);
    standin_replace_symbol ("mm_broadband_modem_mbim_new", NULL);
    standin_has_qmi_port = TRUE;
    standin_has_mbim_port = TRUE;
    create_modem (load_plugin (), 0x1508, 0x1001);
    assert_notes ("mm_broadband_modem_new (" DEVICE "fibocom-nl668, 1508, 1001)\n");
}

void
run_subprocess (gconstpointer path)
{
    g_test_trap_subprocess (path, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
}

/* The administrator has accepted a daemon that was not tried. */
static void
untried_subprocess (void)
{
    MMPlugin *stock;

    standin_set_version ("1.28.0");
    set_configuration ("[Plugin]\nNewestModemManager=1.28\n");
    load_plugin ();
    assert_log ("info: fibocom-nl668 " PACKAGE_VERSION " is loaded\n"
                "warn: this version of ModemManager was not tried: a module that comes back with "
                "another USB ID is not followed\n");

    /* The class of the stock plugin is left alone, but creates the modems of ours. */
    stock = g_object_new (standin_plugin_fibocom_get_type (), "name", "fibocom", NULL);
    iterate ();
    create_modem (stock, 0x2cb7, 0x01a0);
    create_modem (load_plugin (), 0x2cb7, 0x01a0);
    assert_notes ("create_modem (fibocom, " DEVICE "2cb7, 01a0" IDS
                  "create_modem (fibocom-nl668, " DEVICE "2cb7, 01a0" IDS);
    set_configuration (NULL);
}

/* The same, with the stock plugin in front of ours */
static void
untried_late_subprocess (void)
{
    MMPlugin *stock;

    standin_set_version ("1.28.0");
    set_configuration ("[Plugin]\nNewestModemManager=1.28\n");
    stock = g_object_new (standin_plugin_fibocom_get_type (), "name", "fibocom", NULL);
    load_plugin ();
    assert_log ("info: fibocom-nl668 " PACKAGE_VERSION " is loaded\n"
                "warn: this version of ModemManager was not tried: a module that comes back with "
                "another USB ID is not followed\n"
                "warn: the stock Fibocom plugin was loaded first, and gets the modules: remove "
                "libmm-plugin-fibocom.so from the plugin directory\n");
    g_object_unref (stock);
    set_configuration (NULL);
}

static MMPlugin *
load_stock_plugin (void)
{
    static MMPlugin *stock;

    load_plugin ();
    if (!stock)
        stock = g_object_new (standin_plugin_fibocom_get_type (), "name", "fibocom", NULL);
    iterate ();
    return stock;
}

static void
test_stock (void)
{
    MMPlugin          *stock;
    g_autoptr(GError)  error = NULL;

    stock = load_stock_plugin ();
    g_free (standin_take_log ());

    /* Whichever plugin the daemon asks, an NL668 is ours. */
    create_modem (load_plugin (), 0x1508, 0x1001);
    create_modem (stock, 0x2cb7, 0x01a0);
    create_modem (stock, 0x2cb7, 0x0007);
    assert_notes ("create_modem (fibocom-nl668, " DEVICE "1508, 1001" IDS
                  "create_modem (fibocom-nl668, " DEVICE "2cb7, 01a0" IDS
                  "create_modem (fibocom, " DEVICE "2cb7, 0007" IDS);

    g_assert_null (standin_create_modem (stock, 0x2cb7, 0, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED);
    assert_notes ("create_modem (fibocom, " DEVICE "2cb7, 0000" IDS);
    assert_log ("");
}

/*****************************************************************************/
/* Fixture: a modem and a client */

static void
connected (GObject      *source,
           GAsyncResult *res,
           gpointer      user_data)
{
    GDBusConnection   **connection = user_data;
    g_autoptr(GError)   error = NULL;

    *connection = g_dbus_connection_new_finish (res, &error);
    g_assert_no_error (error);
}

static void
connect_end (GDBusConnection      **connection,
             gint                   fd,
             const gchar           *guid,
             GDBusConnectionFlags   flags)
{
    g_autoptr(GSocket)           socket = NULL;
    g_autoptr(GSocketConnection) stream = NULL;
    g_autoptr(GError)            error = NULL;

    socket = g_socket_new_from_fd (fd, &error);
    g_assert_no_error (error);
    stream = g_socket_connection_factory_create_connection (socket);
    g_dbus_connection_new (G_IO_STREAM (stream), guid, flags, NULL, NULL, connected, connection);
}

static void
connect_both (Fixture *fixture)
{
    g_autofree gchar *guid = NULL;
    gint              fds[2];

    guid = g_dbus_generate_guid ();
    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
    connect_end (&fixture->daemon, fds[0], guid, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER);
    connect_end (&fixture->client, fds[1], NULL, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT);
    while (!fixture->daemon || !fixture->client)
        g_main_context_iteration (NULL, TRUE);
}

static void
called (GObject      *source,
        GAsyncResult *res,
        gpointer      user_data)
{
    GAsyncResult **result = user_data;

    *result = g_object_ref (res);
}

static GVariant *
call (Fixture      *fixture,
      const gchar  *interface,
      const gchar  *method,
      GVariant     *arguments,
      GError      **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    g_dbus_connection_call (fixture->client, NULL, PATH, interface, method, arguments, NULL,
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, called, &result);
    while (!result)
        g_main_context_iteration (NULL, TRUE);
    return g_dbus_connection_call_finish (fixture->client, result, error);
}

guint
get_state (Fixture *fixture)
{
    g_autoptr(GVariant) reply = NULL;
    g_autoptr(GVariant) value = NULL;
    g_autoptr(GError)   error = NULL;

    reply = call (fixture, "org.freedesktop.DBus.Properties", "Get",
                  g_variant_new ("(ss)", UPDATE, "State"), &error);
    g_assert_no_error (error);
    g_variant_get (reply, "(v)", &value);
    return g_variant_get_uint32 (value);
}

void
wait_for_state (Fixture *fixture,
                guint    state)
{
    wait_until (get_state (fixture) == state);
}

void
start (Fixture  *fixture,
       GError  **error)
{
    g_autoptr(GVariant) reply = NULL;
    GVariantDict        settings;

    g_variant_dict_init (&settings, NULL);
    g_variant_dict_insert (&settings, "url", "s", "http://h/f");
    reply = call (fixture, UPDATE, "Start",
                  g_variant_new ("(@a{sv})", g_variant_dict_end (&settings)), error);
}

static MmGdbusModem *
create_modem_skeleton (const gchar *imei,
                       const gchar *revision)
{
    MmGdbusModem *skeleton;
    MMModemMode   both = MM_MODEM_MODE_3G | MM_MODEM_MODE_4G;

    skeleton = mm_gdbus_modem_skeleton_new ();
    mm_gdbus_modem_set_equipment_identifier (skeleton, imei);
    mm_gdbus_modem_set_primary_port (skeleton, "nl668-no-such-port");
    mm_gdbus_modem_set_revision (skeleton, revision);
    mm_gdbus_modem_set_state (skeleton, MM_MODEM_STATE_REGISTERED);
    mm_gdbus_modem_set_access_technologies (skeleton, MM_MODEM_ACCESS_TECHNOLOGY_LTE);
    mm_gdbus_modem_set_supported_modes (skeleton,
                                        g_variant_new_parsed ("[(%u, %u), (%u, %u), (%u, %u)]",
                                                              MM_MODEM_MODE_3G, MM_MODEM_MODE_NONE,
                                                              MM_MODEM_MODE_4G, MM_MODEM_MODE_NONE,
                                                              both, MM_MODEM_MODE_4G));
    mm_gdbus_modem_set_current_modes (skeleton, g_variant_new ("(uu)", standin_allowed_modes,
                                                               standin_preferred_mode));
    return skeleton;
}

void
bring_up (Fixture     *fixture,
          const gchar *revision)
{
    g_autoptr(GDBusInterface) update = NULL;
    g_autoptr(GError)         error = NULL;
    MmGdbusModem             *skeleton;
    MmGdbusModemFirmware     *firmware;

    standin_revision = revision;
    skeleton = create_modem_skeleton (fixture->imei, revision);
    firmware = mm_gdbus_modem_firmware_skeleton_new ();
    fixture->modem = standin_create_modem (load_plugin (), 0x1508, 0x1001, &error);
    g_assert_no_error (error);
    g_object_set (fixture->modem, "iface-modem-dbus-skeleton", skeleton, NULL);
    g_object_set (fixture->modem, "iface-modem-firmware-dbus-skeleton", firmware, NULL);
    iterate ();

    update = g_dbus_object_get_interface (G_DBUS_OBJECT (fixture->modem), UPDATE);
    g_assert_nonnull (update);
    g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (update), fixture->daemon, PATH,
                                      &error);
    g_assert_no_error (error);
    g_object_unref (skeleton);
    g_object_unref (firmware);
}

void
take_down (Fixture *fixture)
{
    g_autoptr(GDBusInterface) update = NULL;

    update = g_dbus_object_get_interface (G_DBUS_OBJECT (fixture->modem), UPDATE);
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (update));
    g_object_set (fixture->modem, "iface-modem-firmware-dbus-skeleton", NULL, NULL);
    iterate ();
    g_clear_object (&fixture->modem);
}

void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
    static guint      n_fixtures = 0;
    g_autofree gchar *name = NULL;

    fixture->imei = g_strdup_printf ("867698040%06u", ++n_fixtures);
    name = g_strconcat (fixture->imei, ".conf", NULL);
    fixture->record = g_build_filename (g_getenv ("FIBOCOM_NL668_STATE_DIR"), name, NULL);
    load_stock_plugin ();
    connect_both (fixture);
    g_free (standin_take_notes ());
    standin_callbreak = 0;
    standin_allowed_modes = MM_MODEM_MODE_3G | MM_MODEM_MODE_4G;
    standin_preferred_mode = MM_MODEM_MODE_4G;
    bring_up (fixture, "1.0");
    assert_notes ("create_modem (fibocom-nl668, " DEVICE "1508, 1001" IDS
                  "send-delay (ttyUSB1, 0)\n"
                  "send-delay (ttyUSB2, 0)\n"
                  "mm_port_serial_at_add_unsolicited_msg_handler (ttyUSB1)\n"
                  "mm_port_serial_at_add_unsolicited_msg_handler (ttyUSB2)\n"
                  "mm_base_modem_at_command (+GTOTA=?, 10, FALSE)\n");
    g_free (standin_take_log ());
}

void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
    take_down (fixture);
    /* An update that may still go on would be kept. */
    bring_up (fixture, "9.9");
    take_down (fixture);
    g_clear_object (&fixture->client);
    g_clear_object (&fixture->daemon);
    g_free (standin_take_notes ());
    g_free (standin_take_log ());
    g_unlink (fixture->record);
    g_free (fixture->record);
    g_free (fixture->imei);
}

/*****************************************************************************/
/* An update */

static void
test_unauthorized (Fixture       *fixture,
                   gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    standin_denies = TRUE;
    start (fixture, &error);
    standin_denies = FALSE;
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED);
    assert_notes (AUTHORIZE " (Start, org.freedesktop.ModemManager1.Firmware)\n");
    wait_for_state (fixture, NL668_STATE_IDLE);
}

static void
test_update (Fixture       *fixture,
             gconstpointer  data)
{
    g_autofree gchar  *log = NULL;
    g_autoptr(GError)  error = NULL;

    start (fixture, &error);
    g_assert_no_error (error);
    assert_notes (AUTHORIZE " (Start, org.freedesktop.ModemManager1.Firmware)\n"
                  "mm_port_serial_open (ttyUSB1)\n"
                  "mm_port_serial_open (ttyUSB2)\n"
                  "mm_base_modem_at_command (+GTSET?, 10, FALSE)\n"
                  "mm_iface_modem_set_current_modes (4g, none)\n"
                  "mm_base_modem_at_command (+GTSET=\"CALLBREAK\",1, 10, FALSE)\n"
                  "mm_base_modem_at_command (+GTSET=\"GPRSFIRST\",1, 10, FALSE)\n"
                  "mm_base_modem_at_command (+GTOTA=0,\"http://h/f\", 10, FALSE)\n");
    log = standin_take_log ();
    g_assert_nonnull (strstr (log, "info: processing user request to update the firmware from "
                                   "'http://h/f'...\n"));
    g_assert_nonnull (strstr (log, "warn: cannot watch the module restart: its USB port is "
                                   "unknown\n"));
    wait_for_state (fixture, NL668_STATE_PREPARING);

    standin_receive (fixture->modem, "\r\nGTOTA DOWNLOAD START\r\n");
    wait_for_state (fixture, NL668_STATE_DOWNLOADING);
    assert_notes ("");
    standin_receive (fixture->modem, "\r\nGTOTA DOWNLOAD COMPLETE\r\n");
    wait_for_state (fixture, NL668_STATE_INSTALLING);
    assert_notes ("");

    take_down (fixture);
    assert_notes ("mm_port_serial_close (ttyUSB2)\n"
                  "mm_port_serial_close (ttyUSB1)\n");
    bring_up (fixture, "1.1");
    wait_for_state (fixture, NL668_STATE_SUCCEEDED);
    assert_notes ("create_modem (fibocom-nl668, " DEVICE "1508, 1001" IDS
                  "send-delay (ttyUSB1, 0)\n"
                  "send-delay (ttyUSB2, 0)\n"
                  "mm_port_serial_open (ttyUSB1)\n"
                  "mm_port_serial_open (ttyUSB2)\n"
                  "mm_base_modem_at_command (+CGMR, 10, FALSE)\n"
                  "mm_port_serial_at_add_unsolicited_msg_handler (ttyUSB1)\n"
                  "mm_port_serial_at_add_unsolicited_msg_handler (ttyUSB2)\n"
                  "mm_base_modem_at_command (+GTOTA=?, 10, FALSE)\n"
                  "mm_base_modem_at_command (+GMR, 10, FALSE)\n"
                  "mm_base_modem_at_command (+GTSET?, 10, FALSE)\n"
                  "mm_base_modem_at_command (+GTSET=\"CALLBREAK\",0, 10, FALSE)\n"
                  "mm_iface_modem_set_current_modes (3g, 4g, 4g)\n"
                  "mm_port_serial_close (ttyUSB2)\n"
                  "mm_port_serial_close (ttyUSB1)\n");
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_autofree gchar *state = NULL;
    gint              status;

    state = g_dir_make_tmp ("nl668-XXXXXX", NULL);
    g_setenv ("FIBOCOM_NL668_STATE_DIR", state, TRUE);
    g_setenv ("FIBOCOM_NL668_CONFIG_DIR", state, TRUE);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    g_unsetenv ("FIBOCOM_NL668_TIMEOUT_SCALE");
    g_test_init (&argc, &argv, NULL);
    add_binding_tests ();
    g_test_add_func ("/nl668/plugin/generic/subprocess", generic_subprocess);
    g_test_add_data_func ("/nl668/plugin/generic", "/nl668/plugin/generic/subprocess",
                          run_subprocess);
    g_test_add_func ("/nl668/plugin/at-only/subprocess", at_only_subprocess);
    g_test_add_data_func ("/nl668/plugin/at-only", "/nl668/plugin/at-only/subprocess",
                          run_subprocess);
    g_test_add_func ("/nl668/plugin/untried/subprocess", untried_subprocess);
    g_test_add_data_func ("/nl668/plugin/untried", "/nl668/plugin/untried/subprocess",
                          run_subprocess);
    g_test_add_func ("/nl668/plugin/untried-late/subprocess", untried_late_subprocess);
    g_test_add_data_func ("/nl668/plugin/untried-late", "/nl668/plugin/untried-late/subprocess",
                          run_subprocess);
    g_test_add_func ("/nl668/plugin/stock", test_stock);
    g_test_add ("/nl668/plugin/unauthorized", Fixture, NULL,
                fixture_set_up, test_unauthorized, fixture_tear_down);
    g_test_add ("/nl668/plugin/update", Fixture, NULL,
                fixture_set_up, test_update, fixture_tear_down);
    add_failure_tests ();
    add_authorize_tests ();
    status = g_test_run ();
    g_rmdir (state);
    return status;
}
