/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Following an update */

#include <config.h>

#include <string.h>

#include "mocked-usb.h"
#include "nl668-client-find.h"
#include "nl668-client-patience.h"
#include "test-client-follower.h"
#include "wait-until.h"

/* Makes the longest time that is waited for a few seconds */
#define TIMEOUT_SCALE "0.0015"

#define OTHER_PATH MOCKED_USB_BUS "1-3"

/* Shared, because they change the environment, which is not safe once there are threads */
static UMockdevTestbed *testbed;
static GTestDBus       *bus;

/*****************************************************************************/
/* Events */

gboolean
has_event (Fixture          *fixture,
           Nl668ClientEvent  event)
{
    return (fixture->events & (1u << event)) != 0;
}

void
wait_for_event (Fixture          *fixture,
                Nl668ClientEvent  event)
{
    wait_until (has_event (fixture, event));
    fixture->events &= ~(1u << event);
    g_assert_false (fixture->done);
}

/*****************************************************************************/
/* The client */

static void
event_cb (Fixture *fixture,
          guint    event)
{
    fixture->events |= 1u << event;
}

static void
connect_ready (GObject      *source,
               GAsyncResult *res,
               gpointer      user_data)
{
    Fixture           *fixture = user_data;
    g_autoptr(GError)  error = NULL;

    fixture->manager = nl668_client_connect_finish (res, &error);
    g_assert_no_error (error);
}

MMObject *
follow (Fixture  *fixture,
        GVariant *settings)
{
    g_autoptr(GDBusConnection) connection = NULL;
    g_autoptr(GDBusProxy)      proxy = NULL;
    g_autoptr(Nl668UsbPort)    port = NULL;
    g_autoptr(GError)          error = NULL;
    MMObject                  *object;

    connection = fake_manager_connect (fixture->fake);
    nl668_client_connect (connection, connect_ready, fixture);
    wait_until (fixture->manager);
    object = nl668_client_find_modem (fixture->manager, FAKE_IMEI, &error);
    g_assert_no_error (error);

    port = nl668_client_open_port (object);
    g_assert_nonnull (port);
    proxy = nl668_client_get_update_proxy (object);
    nl668_client_status_set_modem (fixture->status, object);
    nl668_client_status_read_properties (fixture->status, proxy);
    nl668_client_status_read_port (fixture->status, port);
    fixture->follower = nl668_client_follower_new (fixture->manager, object, port, fixture->status,
                                                   settings);
    g_signal_connect_swapped (fixture->follower, "event", G_CALLBACK (event_cb), fixture);
    return object;
}

void
wait_ready (GObject      *source,
            GAsyncResult *res,
            gpointer      user_data)
{
    Fixture *fixture = user_data;

    nl668_client_follower_wait_finish (fixture->follower, res, &fixture->error);
    fixture->done = TRUE;
}

/* Follows an update that is in @state */
static void
follow_update (Fixture    *fixture,
               Nl668State  state,
               guint       progress)
{
    g_autoptr(MMObject) object = NULL;

    fake_manager_add_modem (fixture->fake, PORT_PATH, state, progress);
    object = follow (fixture, NULL);
    nl668_client_follower_wait (fixture->follower, NL668_CLIENT_UNTIL_SUCCEEDED, wait_ready,
                                fixture);
}

void
assert_success (Fixture *fixture)
{
    wait_until (fixture->done);
    g_assert_no_error (fixture->error);
}

void
assert_error (Fixture     *fixture,
              Nl668State   state,
              const gchar *text)
{
    wait_until (fixture->done);
    g_assert_error (fixture->error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (fixture->error->message, text));
    g_assert_cmpint (fixture->status->state, ==, state);
}

/*****************************************************************************/
/* The module */

void
leave (Fixture *fixture)
{
    mocked_usb_unplug (testbed, PORT_PATH);
    fake_manager_remove_modem (fixture->fake);
}

void
plug (void)
{
    mocked_usb_plug (testbed, "1-2", "1508", "1001");
}

void
come_back (Fixture    *fixture,
           Nl668State  state)
{
    plug ();
    fake_manager_add_modem (fixture->fake, PORT_PATH, state, 100);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
    plug ();
    fixture->fake = fake_manager_new (bus);
    fixture->status = nl668_client_status_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
    g_clear_object (&fixture->start);
    g_clear_object (&fixture->follower);
    g_clear_object (&fixture->manager);
    g_clear_error (&fixture->error);
    nl668_client_status_free (fixture->status);
    fake_manager_free (fixture->fake);
    umockdev_testbed_clear (testbed);
}

/*****************************************************************************/
/* Connecting */

static void
connect_failed (GObject      *source,
                GAsyncResult *res,
                gpointer      user_data)
{
    Fixture *fixture = user_data;

    g_assert_null (nl668_client_connect_finish (res, &fixture->error));
    fixture->done = TRUE;
}

/* The name is owned by something else; the message is that of the bus without its error name */
static void
test_other_owner (Fixture       *fixture,
                  gconstpointer  user_data)
{
    g_autoptr(GDBusConnection) connection = NULL;

    g_dbus_object_manager_server_set_connection (fixture->fake->server, NULL);
    connection = fake_manager_connect (fixture->fake);
    nl668_client_connect (connection, connect_failed, fixture);
    wait_until (fixture->done);
    g_assert_true (g_str_has_prefix (fixture->error->message, "couldn't create manager: "));
    g_assert_null (strstr (fixture->error->message, "GDBus.Error"));
}

/*****************************************************************************/
/* Patience */

/* After the modem object was away, a download may take longer than an installation */
static void
test_restarted_manager (Fixture       *fixture,
                        gconstpointer  user_data)
{
    guint  longer = nl668_client_patience_get (NL668_CLIENT_PATIENCE_INSTALLATION) * 5 / 4;
    guint  progress = 1;
    gint64 end;

    follow_update (fixture, NL668_STATE_DOWNLOADING, progress);
    fake_manager_stop (fixture->fake);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT);
    fake_manager_start (fixture->fake);
    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_DOWNLOADING, progress);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODEM_FOUND);

    end = g_get_monotonic_time () + longer * G_TIME_SPAN_MILLISECOND;
    while (g_get_monotonic_time () < end && !fixture->done) {
        progress = progress % 50 + 1;
        fake_manager_set_state (fixture->fake, NL668_STATE_DOWNLOADING, progress);
        wait_until (fixture->status->progress == progress || fixture->done);
    }
    g_assert_false (fixture->done);

    fake_manager_set_state (fixture->fake, NL668_STATE_SUCCEEDED, 100);
    assert_success (fixture);
}

/* A module that restarts for ever is given up, and the update does not count as failed */
static void
test_restarting_module (Fixture       *fixture,
                        gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_INSTALLING, 100);
    while (!fixture->done) {
        leave (fixture);
        wait_until (has_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT) || fixture->done);
        come_back (fixture, NL668_STATE_INSTALLING);
        wait_until (has_event (fixture, NL668_CLIENT_EVENT_MODEM_FOUND) || fixture->done);
        fixture->events = 0;
    }
    assert_error (fixture, NL668_STATE_INSTALLING, "keeps restarting");
}

/* In the middle of the download, the module was probably unplugged */
static void
test_unplugged (Fixture       *fixture,
                gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    leave (fixture);
    assert_error (fixture, NL668_STATE_DOWNLOADING, "was it unplugged or reset? plug it in again");
    g_assert_true (has_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT));
    g_assert_false (has_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT_EARLY));
}

/* Near the end of the download, it is more likely installing */
static void
test_left_early (Fixture       *fixture,
                 gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 95);
    leave (fixture);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT_EARLY);
    wait_until (!fixture->status->path);
    come_back (fixture, NL668_STATE_SUCCEEDED);
    assert_success (fixture);
}

/* If it stays away, the client does not say that the update has failed */
static void
test_never_back (Fixture       *fixture,
                 gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 95);
    leave (fixture);
    assert_error (fixture, NL668_STATE_DOWNLOADING, "did not come back to the bus");
}

/* While another program has inhibited the module, it goes on, and the daemon waits longer than for
 * a restart of ModemManager */
static void
test_inhibited (Fixture       *fixture,
                gconstpointer  user_data)
{
    guint longer = nl668_client_patience_get (NL668_CLIENT_PATIENCE_ABSENT) * 5 / 4;

    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    fake_manager_remove_modem (fixture->fake);
    wait_until (!fixture->status->path);
    let_time_pass (longer);

    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_DOWNLOADING, 60);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODEM_FOUND);
    fake_manager_set_state (fixture->fake, NL668_STATE_SUCCEEDED, 100);
    assert_success (fixture);
}

/* A module that leaves while nobody listens is probably installing, whatever its progress was.
 * The daemon says so, too. */
static void
assert_installs (Fixture *fixture)
{
    guint longer = nl668_client_patience_get (NL668_CLIENT_PATIENCE_UNPLUGGED) * 2;

    mocked_usb_unplug (testbed, PORT_PATH);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT_EARLY);
    if (!has_event (fixture, NL668_CLIENT_EVENT_MODEM_LOST))
        fake_manager_start (fixture->fake);
    let_time_pass (longer);
    g_assert_false (fixture->done);
    come_back (fixture, NL668_STATE_SUCCEEDED);
    assert_success (fixture);
}

static void
test_left_while_stopped (Fixture       *fixture,
                         gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    fake_manager_stop (fixture->fake);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT);
    assert_installs (fixture);
}

static void
test_left_while_inhibited (Fixture       *fixture,
                           gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    fake_manager_remove_modem (fixture->fake);
    wait_until (has_event (fixture, NL668_CLIENT_EVENT_MODEM_LOST));
    assert_installs (fixture);
}

static void
test_always_inhibited (Fixture       *fixture,
                       gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    fake_manager_remove_modem (fixture->fake);
    assert_error (fixture, NL668_STATE_DOWNLOADING, "did not find the modem again");
}

/* The next ModemManager has a plugin that does not report the state like this one */
static void
test_other_plugin (Fixture       *fixture,
                   gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    fake_manager_stop (fixture->fake);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT);
    fake_manager_start (fixture->fake);
    fake_manager_add_modem (fixture->fake, PORT_PATH, (Nl668State) 99, 0);
    assert_error (fixture, NL668_STATE_UNKNOWN, "no longer knows about the update");
}

/*****************************************************************************/
/* Other USB IDs */

static void
test_emergency (Fixture       *fixture,
                gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_INSTALLING, 100);
    g_assert_cmpstr (fixture->status->current_version, ==, FAKE_REVISION);
    leave (fixture);
    mocked_usb_plug (testbed, "1-2", "5c6", "9008");
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_EMERGENCY);
    /* What it runs is not known any more */
    wait_until (!fixture->status->current_version);
    g_assert_cmpstr (fixture->status->port_id, ==, "05c6:9008");
    mocked_usb_unplug (testbed, PORT_PATH);
    come_back (fixture, NL668_STATE_SUCCEEDED);
    assert_success (fixture);
}

static void
test_stuck_in_emergency (Fixture       *fixture,
                         gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_INSTALLING, 100);
    leave (fixture);
    mocked_usb_plug (testbed, "1-2", "5c6", "9008");
    assert_error (fixture, NL668_STATE_INSTALLING, "(05c6:9008)");
    g_assert_nonnull (strstr (fixture->error->message, "flash tool"));
}

static void
test_other_id (Fixture       *fixture,
               gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 40);
    leave (fixture);
    mocked_usb_plug (testbed, "1-2", "18d1", "d00d");
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_OTHER);
    g_assert_cmpstr (fixture->status->port_id, ==, "18d1:d00d");
    assert_error (fixture, NL668_STATE_DOWNLOADING, "as 18d1:d00d");
    g_assert_nonnull (strstr (fixture->error->message, "leave it alone"));
}

/* The module may be back at another port */
static void
test_other_port (Fixture       *fixture,
                 gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_INSTALLING, 100);
    leave (fixture);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT);
    mocked_usb_plug (testbed, "1-3", "1508", "1001");
    fake_manager_add_modem (fixture->fake, OTHER_PATH, NL668_STATE_INSTALLING, 100);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODEM_FOUND);
    g_assert_cmpint (fixture->status->port_state, ==, NL668_USB_PORT_STATE_PRESENT);

    mocked_usb_unplug (testbed, OTHER_PATH);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT);
    fake_manager_set_state (fixture->fake, NL668_STATE_SUCCEEDED, 100);
    assert_success (fixture);
}

/* Its result is not that of this update */
static void
test_another_update (Fixture       *fixture,
                     gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_DOWNLOADING, 41);
    fake_manager_stop (fixture->fake);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT);
    fixture->fake->started++;
    fake_manager_start (fixture->fake);
    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_SUCCEEDED, 100);
    assert_error (fixture, NL668_STATE_IDLE, "no longer knows about the update");
}

/*****************************************************************************/

void
add_test (const gchar *name,
          void       (*test) (Fixture *, gconstpointer))
{
    g_autofree gchar *path = g_strconcat ("/client/", name, NULL);

    g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int    argc,
      char **argv)
{
    gint status;

    mocked_usb_init (argv);

    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", TIMEOUT_SCALE, TRUE);
    g_test_init (&argc, &argv, NULL);
    /* Before the testbed starts threads: GTestDBus forks a process without exec(), which would
     * wait for ever for a lock of AddressSanitizer that one of them had. */
    bus = g_test_dbus_new (G_TEST_DBUS_NONE);
    g_test_dbus_up (bus);
    testbed = umockdev_testbed_new ();

    add_test ("connect/other-owner", test_other_owner);
    add_test ("follower/restarted-manager", test_restarted_manager);
    add_test ("follower/restarting-module", test_restarting_module);
    add_test ("follower/unplugged", test_unplugged);
    add_test ("follower/left-early", test_left_early);
    add_test ("follower/never-back", test_never_back);
    add_test ("follower/inhibited", test_inhibited);
    add_test ("follower/always-inhibited", test_always_inhibited);
    add_test ("follower/left-while-stopped", test_left_while_stopped);
    add_test ("follower/left-while-inhibited", test_left_while_inhibited);
    add_test ("follower/other-plugin", test_other_plugin);
    add_test ("follower/emergency", test_emergency);
    add_test ("follower/stuck-in-emergency", test_stuck_in_emergency);
    add_test ("follower/other-id", test_other_id);
    add_test ("follower/other-port", test_other_port);
    add_test ("follower/another-update", test_another_update);
    add_start_tests ();

    status = g_test_run ();
    g_test_dbus_down (bus);
    g_object_unref (bus);
    g_object_unref (testbed);
    return status;
}
