/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Updates that fail, and modems that go away at the wrong moment */

#include <config.h>

#include <string.h>

#include <glib/gstdio.h>

#include "nl668-state.h"
#include "test-daemon.h"

#define TIMEOUT_MESSAGE "Serial command timed out"

static GError *
build_timeout (void)
{
    return g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT,
                                TIMEOUT_MESSAGE);
}

static void
assert_contains (const gchar *text,
                 const gchar *part)
{
    if (!strstr (text, part))
        g_error ("no '%s' in '%s'", part, text);
}

static void
assert_started (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    start (fixture, &error);
    g_assert_no_error (error);
    wait_for_state (fixture, NL668_STATE_PREPARING);
}

static void
assert_not_started (Fixture     *fixture,
                    guint        state,
                    const gchar *message)
{
    g_autoptr(GError) error = NULL;

    start (fixture, &error);
    g_assert_nonnull (error);
    assert_contains (error->message, message);
    wait_for_state (fixture, state);
}

/* Waits until something is logged, and until the rest of the attempt is over. */
static void
wait_for_log (const gchar *text)
{
    g_autofree gchar *log = NULL;

    log = standin_take_log ();
    while (!strstr (log, text)) {
        g_main_context_iteration (NULL, TRUE);
        g_free (log);
        log = standin_take_log ();
    }
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

static void
bring_up_again (Fixture     *fixture,
                const gchar *revision)
{
    take_down (fixture);
    bring_up (fixture, revision);
}

/*****************************************************************************/
/* Commands that fail */

/* AT+GTOTA=? fails when the module comes, and is sent again by Start(). */
static void
test_transports_later (Fixture       *fixture,
                       gconstpointer  data)
{
    g_autofree gchar *notes = NULL;

    standin_fail ("+GTOTA=?", build_timeout ());
    bring_up_again (fixture, "1.0");
    g_free (standin_take_notes ());
    standin_fail (NULL, NULL);
    assert_started (fixture);
    notes = standin_take_notes ();
    assert_contains (notes, "(+GTOTA=?, 10, FALSE)");
}

static void
test_transports_never (Fixture       *fixture,
                       gconstpointer  data)
{
    standin_fail ("+GTOTA=?", build_timeout ());
    bring_up_again (fixture, "1.0");
    assert_not_started (fixture, NL668_STATE_FAILED,
                        "cannot tell how the module updates its firmware (AT+GTOTA=?): "
                        TIMEOUT_MESSAGE);
    standin_fail (NULL, NULL);
}

static void
test_gprsfirst (Fixture       *fixture,
                gconstpointer  data)
{
    standin_fail ("+GTSET=\"GPRSFIRST\"", build_timeout ());
    assert_not_started (fixture, NL668_STATE_FAILED,
                        "the module does not give data priority (AT+GTSET=\"GPRSFIRST\",1): "
                        TIMEOUT_MESSAGE);
    standin_fail (NULL, NULL);
}

/* The next modem object tries again when it is enabled. */
static gchar *
enable_next_modem (Fixture *fixture)
{
    MmGdbusModem *skeleton = NULL;

    standin_fail (NULL, NULL);
    bring_up_again (fixture, "1.1");
    g_free (standin_take_notes ());
    g_object_get (fixture->modem, "iface-modem-dbus-skeleton", &skeleton, NULL);
    mm_gdbus_modem_set_state (skeleton, MM_MODEM_STATE_ENABLED);
    g_object_unref (skeleton);
    while (g_main_context_iteration (NULL, FALSE))
        ;
    return standin_take_notes ();
}

static void
fail_to_restore (Fixture *fixture,
                 gint     code)
{
    assert_started (fixture);
    standin_fail ("+GTSET=\"CALLBREAK\",0",
                  g_error_new_literal (MM_MOBILE_EQUIPMENT_ERROR, code, "failed"));
    bring_up_again (fixture, "1.1");
    wait_for_state (fixture, NL668_STATE_SUCCEEDED);
}

/* If the module refuses to restore a setting, it is tried again. */
static void
test_restore_refused (Fixture       *fixture,
                      gconstpointer  data)
{
    g_autofree gchar *notes = NULL;

    fail_to_restore (fixture, MM_MOBILE_EQUIPMENT_ERROR_NOT_ALLOWED);
    wait_for_log ("info: the module's settings are not restored yet: "
                  "AT+GTSET=\"CALLBREAK\",0: failed\n");
    notes = enable_next_modem (fixture);
    assert_contains (notes, "(+GTSET=\"CALLBREAK\",0");
}

/* If the module does not support that, it is not tried again. */
static void
test_restore_unsupported (Fixture       *fixture,
                          gconstpointer  data)
{
    g_autofree gchar *notes = NULL;

    fail_to_restore (fixture, MM_MOBILE_EQUIPMENT_ERROR_NOT_SUPPORTED);
    wait_for_log ("warn: the module does not support restoring a setting "
                  "(AT+GTSET=\"CALLBREAK\",0): failed\n");
    notes = enable_next_modem (fixture);
    g_assert_null (strstr (notes, "CALLBREAK"));
}

static void
test_no_revision (Fixture       *fixture,
                  gconstpointer  data)
{
    guint before;

    before = get_state (fixture);
    bring_up_again (fixture, NULL);
    assert_not_started (fixture, before, "the module does not report its firmware version");
}

/*****************************************************************************/
/* Ports that cannot be opened */

static void
test_ports (Fixture       *fixture,
            gconstpointer  data)
{
    standin_closes_ports = TRUE;
    assert_not_started (fixture, NL668_STATE_FAILED,
                        "no AT port of the modem can be used: cannot open ttyUSB2");
    standin_closes_ports = FALSE;
    assert_started (fixture);
}

/* The new version is enough to see that the update has succeeded. */
static void
test_ports_after_restart (Fixture       *fixture,
                          gconstpointer  data)
{
    g_autofree gchar *log = NULL;

    assert_started (fixture);
    standin_receive (fixture->modem, "\r\nGTOTA DOWNLOAD COMPLETE\r\n");
    wait_for_state (fixture, NL668_STATE_INSTALLING);
    g_free (standin_take_log ());
    standin_closes_ports = TRUE;
    bring_up_again (fixture, "1.1");
    standin_closes_ports = FALSE;
    log = standin_take_log ();
    assert_contains (log, "warn: the module's reports will be lost: "
                          "no AT port of the modem can be used");
    wait_for_state (fixture, NL668_STATE_SUCCEEDED);
}

/*****************************************************************************/
/* Modems that go away */

static void
started (GObject      *source,
         GAsyncResult *res,
         gpointer      user_data)
{
    GError **error = user_data;

    g_assert_null (g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), res, error));
}

/* Calls Start(), and returns as soon as the notes or the log contain @text. */
static void
start_until (Fixture      *fixture,
             gchar     *(* take) (void),
             const gchar  *text,
             GError      **error)
{
    gboolean is_reached = FALSE;

    g_free (take ());
    g_dbus_connection_call (fixture->client, NULL, PATH, UPDATE, "Start",
                            g_variant_new_parsed ("({'url': <'http://h/f'>},)"), NULL,
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, started, error);
    while (!is_reached) {
        g_autofree gchar *lines = NULL;

        g_main_context_iteration (NULL, TRUE);
        lines = take ();
        is_reached = !!strstr (lines, text);
    }
}

typedef struct {
    const gchar  *name;
    gchar     *(* take) (void);
    const gchar  *text;
    gboolean      has_begun;
} GoneTest;

/* While a command is being answered, the module is assumed to be gone, too: its USB port is
 * unknown. */
static const GoneTest gone_tests[] = {
    { "authorization", standin_take_notes, G_STRINGIFY (mm_authorize), FALSE },
    { "begin", standin_take_log, "processing user request", TRUE },
    { "command", standin_take_notes, "(+GTSET=\"CALLBREAK\",1", TRUE },
};

static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
    const GoneTest    *test = data;
    g_autoptr(GError)  error = NULL;
    guint              before;

    before = get_state (fixture);
    start_until (fixture, test->take, test->text, &error);
    take_down (fixture);
    while (!error)
        g_main_context_iteration (NULL, TRUE);
    assert_contains (error->message, "the modem is gone");
    bring_up (fixture, "1.0");
    wait_for_state (fixture, test->has_begun ? NL668_STATE_FAILED : before);
    assert_started (fixture);
}

/* If the original settings cannot be recorded, nothing is changed. */
static void
test_not_saved (Fixture       *fixture,
                gconstpointer  data)
{
    g_autofree gchar  *notes = NULL;
    g_autoptr(GError)  error = NULL;

    start_until (fixture, standin_take_notes, "(+GTSET?", &error);
    g_assert_no_errno (g_unlink (fixture->record));
    g_assert_no_errno (g_mkdir (fixture->record, 0700));
    while (!error)
        g_main_context_iteration (NULL, TRUE);
    g_assert_no_errno (g_rmdir (fixture->record));
    assert_contains (error->message, "cannot record the update");
    notes = standin_take_notes ();
    g_assert_null (strstr (notes, "mm_base_modem_at_command"));
    g_assert_null (strstr (notes, "mm_iface_modem_set_current_modes"));
    wait_for_state (fixture, NL668_STATE_FAILED);
}

/* The daemon exits without removing the interfaces of the modem. */
static void
test_disposed (Fixture       *fixture,
               gconstpointer  data)
{
    g_autoptr(GDBusInterface)  update = NULL;
    g_autofree gchar          *notes = NULL;

    assert_started (fixture);
    update = g_dbus_object_get_interface (G_DBUS_OBJECT (fixture->modem), UPDATE);
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (update));
    g_free (standin_take_notes ());
    g_object_add_weak_pointer (G_OBJECT (fixture->modem), (gpointer *) &fixture->modem);
    g_object_unref (fixture->modem);
    g_assert_null (fixture->modem);

    bring_up (fixture, "1.0");
    wait_for_state (fixture, NL668_STATE_FAILED);
    notes = standin_take_notes ();
    assert_contains (notes, "mm_port_serial_close (ttyUSB2)\nmm_port_serial_close (ttyUSB1)\n");
}

/* The daemon may initialize the interface twice, for example when the SIM is unlocked. */
static void
test_notified_twice (Fixture       *fixture,
                     gconstpointer  data)
{
    g_autoptr(GDBusInterface) before = NULL;
    g_autoptr(GDBusInterface) after = NULL;

    before = g_dbus_object_get_interface (G_DBUS_OBJECT (fixture->modem), UPDATE);
    g_object_notify (G_OBJECT (fixture->modem), "iface-modem-firmware-dbus-skeleton");
    after = g_dbus_object_get_interface (G_DBUS_OBJECT (fixture->modem), UPDATE);
    g_assert_true (before == after);
}

/* A modem with the interface Modem.Firmware, but without the interface Modem */
static void
test_no_skeleton (Fixture       *fixture,
                  gconstpointer  data)
{
    g_autoptr(GDBusInterface)  update = NULL;
    g_autoptr(GError)          error = NULL;
    MmGdbusModemFirmware      *firmware;
    MMBaseModem               *modem;

    modem = standin_create_modem (load_plugin (), 0x1508, 0x1001, &error);
    g_assert_no_error (error);
    firmware = mm_gdbus_modem_firmware_skeleton_new ();
    g_object_set (modem, "iface-modem-firmware-dbus-skeleton", firmware, NULL);
    update = g_dbus_object_get_interface (G_DBUS_OBJECT (modem), UPDATE);
    g_assert_null (update);
    g_object_set (modem, "iface-modem-firmware-dbus-skeleton", NULL, NULL);
    g_object_unref (firmware);
    g_object_unref (modem);
}

/*****************************************************************************/

void
add_failure_tests (void)
{
    guint i;

#define ADD(name, function) \
    g_test_add ("/nl668/plugin/failures/" name, Fixture, NULL, \
                fixture_set_up, function, fixture_tear_down)

    ADD ("transports-later", test_transports_later);
    ADD ("transports-never", test_transports_never);
    ADD ("gprsfirst", test_gprsfirst);
    ADD ("restore-refused", test_restore_refused);
    ADD ("restore-unsupported", test_restore_unsupported);
    ADD ("no-revision", test_no_revision);
    ADD ("ports", test_ports);
    ADD ("ports-after-restart", test_ports_after_restart);
    ADD ("not-saved", test_not_saved);
    ADD ("disposed", test_disposed);
    ADD ("notified-twice", test_notified_twice);
    ADD ("no-skeleton", test_no_skeleton);

#undef ADD

    for (i = 0; i < G_N_ELEMENTS (gone_tests); i++) {
        g_autofree gchar *path = NULL;

        path = g_strconcat ("/nl668/plugin/failures/gone-at-", gone_tests[i].name, NULL);
        g_test_add (path, Fixture, &gone_tests[i], fixture_set_up, test_gone, fixture_tear_down);
    }
}
