/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The battery, with a mock of UPower on a private bus */

#include <config.h>

#include "mock-service.h"
#include "nl668-battery.h"

typedef struct {
    MockService      upower;
    GDBusConnection *connection;
    gboolean         done;
    gint             charge;
} Fixture;

static const gchar introspection[] =
    "<node>"
    "  <interface name='org.freedesktop.UPower.Device'>"
    "    <property type='b' name='IsPresent' access='read'/>"
    "    <property type='u' name='State' access='read'/>"
    "    <property type='d' name='Percentage' access='read'/>"
    "  </interface>"
    "</node>";

static void
start_upower (Fixture *fixture)
{
    mock_service_start (&fixture->upower, "org.freedesktop.UPower",
                        "/org/freedesktop/UPower/devices/DisplayDevice", introspection);
}

static void
load_ready (GObject      *source,
            GAsyncResult *res,
            gpointer      user_data)
{
    Fixture *fixture = user_data;

    fixture->charge = nl668_battery_load_finish (res);
    fixture->done = TRUE;
}

static void
ask (Fixture *fixture)
{
    fixture->done = FALSE;
    nl668_battery_load (fixture->connection, load_ready, fixture);
    g_assert_false (fixture->done);
}

static void
assert_charge (Fixture *fixture,
               gint     charge)
{
    wait_until (fixture->done);
    g_assert_cmpint (fixture->charge, ==, charge);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
    fixture->connection = mock_bus_connect ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
    g_clear_object (&fixture->connection);
    if (fixture->upower.connection)
        mock_service_stop (&fixture->upower);
}

/*****************************************************************************/

#define BATTERY(state, percentage) \
    "({'IsPresent': <true>, 'State': <uint32 " state ">, 'Percentage': <" percentage ">},)"

static const struct {
    /* In GVariant text format */
    const gchar *reply;
    gint         charge;
} replies[] = {
    { BATTERY ("2", "12.0"),     12                 },
    { BATTERY ("2", "19.99"),    19                 },
    { BATTERY ("2", "0.0"),      0                  },
    { BATTERY ("2", "100.0"),    100                },
    { BATTERY ("3", "1.0"),      1                  },
    { BATTERY ("6", "5.0"),      5                  },
    /* On mains, or unknown */
    { BATTERY ("0", "5.0"),      NL668_BATTERY_NONE },
    { BATTERY ("1", "5.0"),      NL668_BATTERY_NONE },
    { BATTERY ("4", "5.0"),      NL668_BATTERY_NONE },
    { BATTERY ("5", "5.0"),      NL668_BATTERY_NONE },
    { BATTERY ("7", "5.0"),      NL668_BATTERY_NONE },
    { BATTERY ("4294967295", "5.0"), NL668_BATTERY_NONE },
    { "({'IsPresent': <false>, 'State': <uint32 2>, 'Percentage': <5.0>},)", NL668_BATTERY_NONE },
    /* Not a percentage */
    { BATTERY ("2", "-0.1"),     NL668_BATTERY_NONE },
    { BATTERY ("2", "100.1"),    NL668_BATTERY_NONE },
    { BATTERY ("2", "1e300"),    NL668_BATTERY_NONE },
    { BATTERY ("2", "nan"),      NL668_BATTERY_NONE },
    { BATTERY ("2", "-inf"),     NL668_BATTERY_NONE },
    /* Properties that are missing or have another type */
    { "(@a{sv} {},)",            NL668_BATTERY_NONE },
    { "({'State': <uint32 2>, 'Percentage': <5.0>},)", NL668_BATTERY_NONE },
    { "({'IsPresent': <true>, 'Percentage': <5.0>},)", NL668_BATTERY_NONE },
    { "({'IsPresent': <true>, 'State': <uint32 2>},)", NL668_BATTERY_NONE },
    { "({'IsPresent': <1>, 'State': <uint32 2>, 'Percentage': <5.0>},)", NL668_BATTERY_NONE },
    { "({'IsPresent': <true>, 'State': <2>, 'Percentage': <5.0>},)",     NL668_BATTERY_NONE },
    { "({'IsPresent': <true>, 'State': <uint32 2>, 'Percentage': <5>},)", NL668_BATTERY_NONE },
    /* Another type altogether */
    { "({'IsPresent': true},)",  NL668_BATTERY_NONE },
    { "('12%',)",                NL668_BATTERY_NONE },
    { "()",                      NL668_BATTERY_NONE },
};

static void
test_replies (Fixture       *fixture,
              gconstpointer  user_data)
{
    const gchar *interface;
    guint        i;

    start_upower (fixture);
    for (i = 0; i < G_N_ELEMENTS (replies); i++) {
        g_autoptr(GError)   error = NULL;
        g_autoptr(GVariant) body = NULL;

        g_test_message ("reply %s", replies[i].reply);
        body = g_variant_parse (NULL, replies[i].reply, NULL, NULL, &error);
        g_assert_no_error (error);
        ask (fixture);
        wait_until (fixture->upower.invocation);
        g_variant_get (fixture->upower.arguments, "(&s)", &interface);
        g_assert_cmpstr (interface, ==, "org.freedesktop.UPower.Device");
        mock_service_send (&fixture->upower, body, NULL);
        assert_charge (fixture, replies[i].charge);
    }
}

static void
test_error (Fixture       *fixture,
            gconstpointer  user_data)
{
    start_upower (fixture);
    fixture->upower.answer = mock_service_send_error;
    ask (fixture);
    assert_charge (fixture, NL668_BATTERY_NONE);
}

static void
test_no_upower (Fixture       *fixture,
                gconstpointer  user_data)
{
    ask (fixture);
    assert_charge (fixture, NL668_BATTERY_NONE);
}

static void
test_no_reply (Fixture       *fixture,
               gconstpointer  user_data)
{
    start_upower (fixture);
    ask (fixture);
    assert_charge (fixture, NL668_BATTERY_NONE);
    g_assert_nonnull (fixture->upower.invocation);
}

static void
test_upower_exits (Fixture       *fixture,
                   gconstpointer  user_data)
{
    start_upower (fixture);
    ask (fixture);
    wait_until (fixture->upower.invocation);
    mock_service_stop (&fixture->upower);
    assert_charge (fixture, NL668_BATTERY_NONE);
}

static void
test_no_bus (Fixture       *fixture,
             gconstpointer  user_data)
{
    g_autoptr(GError) error = NULL;

    g_dbus_connection_close_sync (fixture->connection, NULL, &error);
    g_assert_no_error (error);
    ask (fixture);
    assert_charge (fixture, NL668_BATTERY_NONE);
}

/*****************************************************************************/

#define ADD(name, function) \
    g_test_add ("/nl668/battery/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    ADD ("replies", test_replies);
    ADD ("error", test_error);
    ADD ("no-upower", test_no_upower);
    ADD ("no-reply", test_no_reply);
    ADD ("upower-exits", test_upower_exits);
    ADD ("no-bus", test_no_bus);

    return mock_bus_run_tests ();
}
