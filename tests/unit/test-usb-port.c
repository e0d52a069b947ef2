/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mocked-usb.h"
#include "nl668-usb-port.h"

#define PORT_PATH       MOCKED_USB_BUS "1-2"
#define OTHER_PORT_PATH MOCKED_USB_BUS "1-3"

#define WAIT_SECONDS 10

typedef struct {
    UMockdevTestbed *testbed;
    Nl668UsbPort    *port;
    GArray          *states;
} Fixture;

/*****************************************************************************/
/* The port under test */

static void
state_changed_cb (Nl668UsbPort *port,
                  Fixture      *fixture)
{
    Nl668UsbPortState state;

    state = nl668_usb_port_get_state (port);
    g_array_append_val (fixture->states, state);
}

static void
watch (Fixture     *fixture,
       const gchar *path)
{
    fixture->port = nl668_usb_port_new (path);
    g_signal_connect (fixture->port, "changed", G_CALLBACK (state_changed_cb), fixture);
}

static gboolean
timeout_cb (gpointer user_data)
{
    g_error ("the state of the port did not change");
    return G_SOURCE_REMOVE;
}

/* Waits for @n_states changes and checks them */
static void
assert_states (Fixture                 *fixture,
               const Nl668UsbPortState *states,
               guint                    n_states)
{
    guint timeout_id;
    guint i;

    timeout_id = g_timeout_add_seconds (WAIT_SECONDS, timeout_cb, NULL);
    while (fixture->states->len < n_states)
        g_main_context_iteration (NULL, TRUE);
    g_source_remove (timeout_id);

    g_assert_cmpuint (fixture->states->len, ==, n_states);
    for (i = 0; i < n_states; i++)
        g_assert_cmpint (g_array_index (fixture->states, Nl668UsbPortState, i), ==, states[i]);
    g_array_set_size (fixture->states, 0);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
    fixture->testbed = umockdev_testbed_new ();
    fixture->states = g_array_new (FALSE, FALSE, sizeof (Nl668UsbPortState));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
    g_clear_object (&fixture->port);
    g_array_unref (fixture->states);
    g_object_unref (fixture->testbed);
}

/*****************************************************************************/

static void
test_initial (Fixture       *fixture,
              gconstpointer  user_data)
{
    g_autoptr(Nl668UsbPort) empty = NULL;
    g_autoptr(Nl668UsbPort) emergency = NULL;

    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    mocked_usb_plug (fixture->testbed, "1-3", "5c6", "9008");

    watch (fixture, PORT_PATH);
    g_assert_cmpint (nl668_usb_port_get_state (fixture->port), ==, NL668_USB_PORT_STATE_PRESENT);

    emergency = nl668_usb_port_new (OTHER_PORT_PATH);
    g_assert_cmpint (nl668_usb_port_get_state (emergency), ==, NL668_USB_PORT_STATE_EMERGENCY);

    empty = nl668_usb_port_new (MOCKED_USB_BUS "1-4");
    g_assert_cmpint (nl668_usb_port_get_state (empty), ==, NL668_USB_PORT_STATE_ABSENT);
}

static void
test_restarts (Fixture       *fixture,
               gconstpointer  user_data)
{
    const Nl668UsbPortState states[] = {
        NL668_USB_PORT_STATE_ABSENT,
        NL668_USB_PORT_STATE_PRESENT,
        NL668_USB_PORT_STATE_ABSENT,
        NL668_USB_PORT_STATE_PRESENT,
    };

    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    watch (fixture, PORT_PATH);

    /* Everything happens before the main context runs again */
    mocked_usb_unplug (fixture->testbed, PORT_PATH);
    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    mocked_usb_unplug (fixture->testbed, PORT_PATH);
    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");

    assert_states (fixture, states, G_N_ELEMENTS (states));
}

static void
test_emergency (Fixture       *fixture,
                gconstpointer  user_data)
{
    const Nl668UsbPortState states[] = {
        NL668_USB_PORT_STATE_ABSENT,
        NL668_USB_PORT_STATE_EMERGENCY,
        NL668_USB_PORT_STATE_ABSENT,
        NL668_USB_PORT_STATE_PRESENT,
    };

    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    watch (fixture, PORT_PATH);

    mocked_usb_unplug (fixture->testbed, PORT_PATH);
    mocked_usb_plug (fixture->testbed, "1-2", "5c6", "9008");
    /* It can only leave once. */
    umockdev_testbed_uevent (fixture->testbed, PORT_PATH, "remove");
    mocked_usb_unplug (fixture->testbed, PORT_PATH);
    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");

    assert_states (fixture, states, G_N_ELEMENTS (states));
}

/* Without the udev property, it uses the sysfs attributes. */
static void
test_emergency_by_attributes (Fixture       *fixture,
                              gconstpointer  user_data)
{
    const Nl668UsbPortState states[] = { NL668_USB_PORT_STATE_EMERGENCY };

    watch (fixture, PORT_PATH);
    mocked_usb_add (fixture->testbed,
                    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-2\n"
                    "E: SUBSYSTEM=usb\n"
                    "E: DEVTYPE=usb_device\n"
                    "A: idVendor=05c6\n"
                    "A: idProduct=9008\n");

    assert_states (fixture, states, G_N_ELEMENTS (states));
}

/* A module that has become another device, like a boot loader */
static void
test_other_id (Fixture       *fixture,
               gconstpointer  user_data)
{
    const Nl668UsbPortState states[] = {
        NL668_USB_PORT_STATE_OTHER,
        NL668_USB_PORT_STATE_ABSENT,
        NL668_USB_PORT_STATE_OTHER,
    };

    watch (fixture, PORT_PATH);
    g_assert_null (nl668_usb_port_get_id (fixture->port));
    mocked_usb_plug (fixture->testbed, "1-2", "18d1", "d00d");
    assert_states (fixture, states, 1);
    g_assert_cmpstr (nl668_usb_port_get_id (fixture->port), ==, "18d1:d00d");
    mocked_usb_unplug (fixture->testbed, PORT_PATH);
    mocked_usb_plug (fixture->testbed, "1-2", "5c6", "90b6");
    assert_states (fixture, states + 1, 2);
    g_assert_cmpstr (nl668_usb_port_get_id (fixture->port), ==, "05c6:90b6");
}

/* An unidentified device is not in emergency download mode. */
static void
test_no_attributes (Fixture       *fixture,
                    gconstpointer  user_data)
{
    const Nl668UsbPortState states[] = { NL668_USB_PORT_STATE_PRESENT };

    watch (fixture, PORT_PATH);
    mocked_usb_add (fixture->testbed,
                    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-2\n"
                    "E: SUBSYSTEM=usb\n"
                    "E: DEVTYPE=usb_device\n"
                    "A: idVendor=none\n");

    assert_states (fixture, states, G_N_ELEMENTS (states));
}

static void
test_other_port (Fixture       *fixture,
                 gconstpointer  user_data)
{
    const Nl668UsbPortState states[] = { NL668_USB_PORT_STATE_ABSENT };

    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    watch (fixture, PORT_PATH);

    mocked_usb_plug (fixture->testbed, "1-3", "5c6", "9008");
    mocked_usb_unplug (fixture->testbed, OTHER_PORT_PATH);
    umockdev_testbed_uevent (fixture->testbed, PORT_PATH, "change");
    /* Events arrive in order, so this must be the first one that is noticed */
    mocked_usb_unplug (fixture->testbed, PORT_PATH);

    assert_states (fixture, states, G_N_ELEMENTS (states));
}

static void
test_several (Fixture       *fixture,
              gconstpointer  user_data)
{
    const Nl668UsbPortState  states[] = {
        NL668_USB_PORT_STATE_ABSENT,
        NL668_USB_PORT_STATE_PRESENT,
    };
    Nl668UsbPort            *other;

    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    mocked_usb_plug (fixture->testbed, "1-3", "1508", "1001");
    other = nl668_usb_port_new (OTHER_PORT_PATH);
    watch (fixture, PORT_PATH);

    mocked_usb_unplug (fixture->testbed, OTHER_PORT_PATH);
    while (nl668_usb_port_get_state (other) != NL668_USB_PORT_STATE_ABSENT)
        g_main_context_iteration (NULL, TRUE);
    /* The remaining port must still receive events */
    g_object_unref (other);
    mocked_usb_unplug (fixture->testbed, PORT_PATH);
    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");

    assert_states (fixture, states, G_N_ELEMENTS (states));
}

static void
test_find_path (Fixture       *fixture,
                gconstpointer  user_data)
{
    g_autofree gchar *tty = NULL;
    g_autofree gchar *net = NULL;
    g_autofree gchar *none = NULL;
    g_autofree gchar *not_usb = NULL;

    mocked_usb_plug (fixture->testbed, "1-2", "1508", "1001");
    mocked_usb_add (fixture->testbed,
                    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.4/net/wwan0\n"
                    "E: SUBSYSTEM=net\n"
                    "\n"
                    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.4\n"
                    "E: SUBSYSTEM=usb\n"
                    "E: DEVTYPE=usb_interface\n"
                    "\n"
                    "P: /devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.1/ttyUSB1/tty/ttyUSB1\n"
                    "E: SUBSYSTEM=tty\n"
                    "E: DEVNAME=/dev/ttyUSB1\n"
                    "\n"
                    "P: /devices/platform/serial/tty/ttyS0\n"
                    "E: SUBSYSTEM=tty\n");

    tty = nl668_usb_port_find_path ("ttyUSB1");
    g_assert_cmpstr (tty, ==, PORT_PATH);
    net = nl668_usb_port_find_path ("wwan0");
    g_assert_cmpstr (net, ==, PORT_PATH);
    not_usb = nl668_usb_port_find_path ("ttyS0");
    g_assert_null (not_usb);
    none = nl668_usb_port_find_path ("ttyUSB7");
    g_assert_null (none);
}

#define ADD(path, function) \
    g_test_add ("/nl668/usb-port/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    mocked_usb_init (argv);
    g_test_init (&argc, &argv, NULL);

    ADD ("initial", test_initial);
    ADD ("restarts", test_restarts);
    ADD ("emergency", test_emergency);
    ADD ("emergency-by-attributes", test_emergency_by_attributes);
    ADD ("other-id", test_other_id);
    ADD ("no-attributes", test_no_attributes);
    ADD ("other-port", test_other_port);
    ADD ("several", test_several);
    ADD ("find-path", test_find_path);

    return g_test_run ();
}
