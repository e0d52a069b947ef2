/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Following and starting an update, with a fake ModemManager and a mocked USB bus */

#include <config.h>

#include <string.h>

#include "fake-manager.h"
#include "mocked-usb.h"
#include "nl668-client-find.h"
#include "nl668-client-follower.h"
#include "nl668-client-patience.h"
#include "nl668-client-start.h"
#include "nl668-client-words.h"
#include "wait-until.h"

/* Makes the longest time that is waited for a few seconds */
#define TIMEOUT_SCALE "0.0015"

#define PORT_PATH  MOCKED_USB_BUS "1-2"
#define OTHER_PATH MOCKED_USB_BUS "1-3"

/* Shared, because they change the environment, which is not safe once there are threads */
static UMockdevTestbed *testbed;
static GTestDBus       *bus;

typedef struct {
    FakeManager         *fake;
    MMManager           *manager;
    Nl668ClientStatus   *status;
    Nl668ClientFollower *follower;
    Nl668ClientStart    *start;
    /* A bit for each #Nl668ClientEvent */
    guint                events;
    /* The result of waiting, or of starting */
    gboolean             done;
    GError              *error;
} Fixture;

/*****************************************************************************/
/* Events */

static gboolean
has_event (Fixture          *fixture,
           Nl668ClientEvent  event)
{
    return (fixture->events & (1u << event)) != 0;
}

static void
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

/* @settings: (nullable): of an update that is not started yet. */
static MMObject *
follow (Fixture  *fixture,
        GVariant *settings)
{
    g_autoptr(GDBusConnection) connection = NULL;
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
    nl668_client_status_set_modem (fixture->status, object);
    nl668_client_status_read_port (fixture->status, port);
    fixture->follower = nl668_client_follower_new (fixture->manager, object, port, fixture->status,
                                                   settings);
    g_signal_connect_swapped (fixture->follower, "event", G_CALLBACK (event_cb), fixture);
    return object;
}

static void
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

static void
assert_success (Fixture *fixture)
{
    wait_until (fixture->done);
    g_assert_no_error (fixture->error);
}

static void
assert_error (Fixture     *fixture,
              Nl668State   state,
              const gchar *text)
{
    wait_until (fixture->done);
    g_assert_error (fixture->error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (fixture->error->message, text));
    g_assert_cmpint (fixture->status->state, ==, state);
}

static void
start_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    Fixture *fixture = user_data;

    nl668_client_start_run_finish (fixture->start, res, &fixture->error);
    fixture->done = TRUE;
}

/* Starts an update, with a second for the reply, and waits for the call.
 * @interface: (nullable): that of a data connection. */
static void
start_update (Fixture     *fixture,
              const gchar *interface)
{
    g_autoptr(MMObject) object = NULL;
    g_autoptr(GVariant) settings = NULL;

    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_IDLE, 0);
    if (interface)
        fake_manager_add_bearer (fixture->fake, interface);
    settings = g_variant_ref_sink (g_variant_new_parsed ("{'url': <'http://host/package'>}"));
    object = follow (fixture, settings);
    fixture->start = nl668_client_start_new (object, fixture->follower, fixture->status, settings,
                                             1);
    nl668_client_start_run (fixture->start, NULL, start_ready, fixture);
    wait_until (fixture->fake->invocation);
}

/*****************************************************************************/
/* The module */

static void
leave (Fixture *fixture)
{
    mocked_usb_unplug (testbed, PORT_PATH);
    fake_manager_remove_modem (fixture->fake);
}

static void
come_back (Fixture    *fixture,
           Nl668State  state)
{
    mocked_usb_plug (testbed, "1-2", "1508", "1001");
    fake_manager_add_modem (fixture->fake, PORT_PATH, state, 100);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
    mocked_usb_plug (testbed, "1-2", "1508", "1001");
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

/*****************************************************************************/
/* Other USB IDs */

static void
test_emergency (Fixture       *fixture,
                gconstpointer  user_data)
{
    follow_update (fixture, NL668_STATE_INSTALLING, 100);
    leave (fixture);
    mocked_usb_plug (testbed, "1-2", "5c6", "9008");
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_EMERGENCY);
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

/*****************************************************************************/
/* Data connections */

/* A module that cannot be heard may leave at any time, and be installing */
static void
test_taken_port (Fixture       *fixture,
                 gconstpointer  user_data)
{
    start_update (fixture, "ttyUSB1");
    g_assert_true (has_event (fixture, NL668_CLIENT_EVENT_PORT_TAKEN));
    g_assert_cmpstr (fixture->status->taken_port, ==, "ttyUSB1");

    fake_manager_set_state (fixture->fake, NL668_STATE_PREPARING, 0);
    g_dbus_method_invocation_return_value (g_steal_pointer (&fixture->fake->invocation), NULL);
    assert_success (fixture);

    fixture->done = FALSE;
    nl668_client_follower_wait (fixture->follower, NL668_CLIENT_UNTIL_SUCCEEDED, wait_ready,
                                fixture);
    wait_until (fixture->status->state == NL668_STATE_PREPARING);
    leave (fixture);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_LEFT_EARLY);
    wait_until (!fixture->status->path);
    come_back (fixture, NL668_STATE_SUCCEEDED);
    assert_success (fixture);
}

/* Other ports, and a module that is heard all the same */
static void
test_heard (Fixture       *fixture,
            gconstpointer  user_data)
{
    start_update (fixture, "wwan0");
    g_assert_null (fixture->status->taken_port);
    fixture->status->taken_port = g_strdup ("ttyUSB1");
    fake_manager_set_state (fixture->fake, NL668_STATE_DOWNLOADING, 1);
    wait_until (!fixture->status->taken_port);
    g_dbus_method_invocation_return_value (g_steal_pointer (&fixture->fake->invocation), NULL);
    assert_success (fixture);
}

/*****************************************************************************/
/* Start() does not reply in time */

/* There is no event when the call times out */
static void
start_slowly (Fixture *fixture)
{
    gint64 end = g_get_monotonic_time () + 3 * G_TIME_SPAN_SECOND / 2;

    start_update (fixture, NULL);
    fake_manager_set_state (fixture->fake, NL668_STATE_PREPARING, 0);
    wait_until (g_get_monotonic_time () > end);
    g_assert_false (fixture->done);
}

static void
test_late_start (Fixture       *fixture,
                 gconstpointer  user_data)
{
    start_slowly (fixture);
    fake_manager_set_state (fixture->fake, NL668_STATE_DOWNLOADING, 0);
    assert_success (fixture);
    g_assert_true (nl668_client_start_is_sent (fixture->start));
}

static void
test_late_refusal (Fixture       *fixture,
                   gconstpointer  user_data)
{
    start_slowly (fixture);
    fake_manager_fail (fixture->fake, "the module did not start the update");
    assert_error (fixture, NL668_STATE_FAILED, "the module did not start the update");
    g_assert_false (nl668_client_start_is_sent (fixture->start));
}

/* As far as is known, nothing has happened */
static void
test_no_reply (Fixture       *fixture,
               gconstpointer  user_data)
{
    start_update (fixture, NULL);
    wait_until (fixture->done);
    g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
    g_assert_true (g_str_has_prefix (fixture->error->message, "ModemManager did not reply"));
    g_assert_false (nl668_client_start_is_sent (fixture->start));
}

/*****************************************************************************/

#define ADD(path, function) \
    g_test_add ("/client/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    gint status;

    mocked_usb_init (argv);

    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", TIMEOUT_SCALE, TRUE);
    g_test_init (&argc, &argv, NULL);
    testbed = umockdev_testbed_new ();
    bus = g_test_dbus_new (G_TEST_DBUS_NONE);
    g_test_dbus_up (bus);

    ADD ("follower/restarted-manager", test_restarted_manager);
    ADD ("follower/restarting-module", test_restarting_module);
    ADD ("follower/unplugged", test_unplugged);
    ADD ("follower/left-early", test_left_early);
    ADD ("follower/never-back", test_never_back);
    ADD ("follower/emergency", test_emergency);
    ADD ("follower/stuck-in-emergency", test_stuck_in_emergency);
    ADD ("follower/other-id", test_other_id);
    ADD ("follower/other-port", test_other_port);
    ADD ("follower/taken-port", test_taken_port);
    ADD ("follower/heard", test_heard);
    ADD ("start/late", test_late_start);
    ADD ("start/late-refusal", test_late_refusal);
    ADD ("start/no-reply", test_no_reply);

    status = g_test_run ();
    g_test_dbus_down (bus);
    g_object_unref (bus);
    g_object_unref (testbed);
    return status;
}
