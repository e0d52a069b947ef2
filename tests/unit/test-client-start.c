/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Starting an update */

#include <config.h>

#include "nl668-client-patience.h"
#include "test-client-follower.h"
#include "wait-until.h"

#define URL         "http://host/package"
#define NO_REPLY    "org.freedesktop.DBus.Error.NoReply"
#define WRONG_STATE MM_CORE_ERROR_DBUS_PREFIX ".WrongState"

static void
start_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    Fixture *fixture = user_data;

    nl668_client_start_run_finish (fixture->start, res, &fixture->error);
    fixture->done = TRUE;
}

/* Replies with an error */
static void
refuse (Fixture     *fixture,
        const gchar *name)
{
    g_dbus_method_invocation_return_dbus_error (g_steal_pointer (&fixture->fake->invocation), name,
                                                "too technical");
}

/* Starts an update, with a second for the reply, and waits for the call.
 * @previous: the state of the previous update.
 * @interface: (nullable): that of a data connection. */
static void
start_update (Fixture     *fixture,
              Nl668State   previous,
              const gchar *interface)
{
    g_autoptr(MMObject) object = NULL;
    g_autoptr(GVariant) settings = NULL;

    fake_manager_add_modem (fixture->fake, PORT_PATH, previous, 0);
    if (interface)
        fake_manager_add_bearer (fixture->fake, interface);
    settings = g_variant_ref_sink (g_variant_new_parsed ("{'url': <%s>}", URL));
    object = follow (fixture, settings);
    fixture->start = nl668_client_start_new (object, fixture->follower, fixture->status, settings,
                                             1);
    nl668_client_start_run (fixture->start, NULL, start_ready, fixture);
    wait_until (fixture->fake->invocation);
}

/*****************************************************************************/
/* Data connections */

/* A module that is back, while ModemManager takes its time to find it */
static void
come_back_slowly (Fixture *fixture)
{
    guint longer = nl668_client_patience_get (NL668_CLIENT_PATIENCE_LEAVING) * 5 / 4;

    plug ();
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODULE_BACK);
    let_time_pass (longer);
    g_assert_false (has_event (fixture, NL668_CLIENT_EVENT_MODEM_LOST));
    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_SUCCEEDED, 100);
}

/* A module that cannot be heard may leave at any time, and be installing */
static void
test_taken_port (Fixture       *fixture,
                 gconstpointer  user_data)
{
    start_update (fixture, NL668_STATE_IDLE, "ttyUSB1");
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
    come_back_slowly (fixture);
    assert_success (fixture);
}

/* Other ports, and a module that is heard all the same */
static void
test_heard (Fixture       *fixture,
            gconstpointer  user_data)
{
    start_update (fixture, NL668_STATE_IDLE, "wwan0");
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
    start_update (fixture, NL668_STATE_IDLE, NULL);
    fake_manager_set_state (fixture->fake, NL668_STATE_PREPARING, 0);
    let_time_pass (1500);
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

/* Nothing has happened yet, but ModemManager may still start the update */
static void
test_no_reply (Fixture       *fixture,
               gconstpointer  user_data)
{
    start_update (fixture, NL668_STATE_IDLE, NULL);
    wait_until (fixture->done);
    g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
    g_assert_true (g_str_has_prefix (fixture->error->message, "ModemManager did not reply"));
    g_assert_true (nl668_client_start_is_sent (fixture->start));
}

/*****************************************************************************/
/* ModemManager is stopped */

#define NOT_BEGUN "ModemManager was stopped before it began the update: start it again"

static void
assert_not_begun (Fixture *fixture)
{
    assert_error (fixture, NL668_STATE_FAILED, NOT_BEGUN);
    g_assert_cmpstr (fixture->status->error_message, ==, NOT_BEGUN);
    g_assert_cmpstr (fixture->status->source, ==, URL);
    g_assert_cmpuint (fixture->status->started, ==, 0);
    g_assert_false (nl668_client_start_is_sent (fixture->start));
}

/* The module does not go on with an update that has not begun */
static void
test_stopped (Fixture       *fixture,
              gconstpointer  user_data)
{
    start_update (fixture, NL668_STATE_SUCCEEDED, NULL);
    fake_manager_stop (fixture->fake);
    assert_not_begun (fixture);
    g_assert_false (has_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT));
    fake_manager_start (fixture->fake);
}

static void
changed_cb (gboolean *has_changed)
{
    *has_changed = TRUE;
}

/* The bus may say that ModemManager does not reply before it says that it has gone */
static void
stop_after_no_reply (Fixture *fixture)
{
    gboolean is_waiting = FALSE;

    g_signal_connect_swapped (fixture->follower, "changed", G_CALLBACK (changed_cb), &is_waiting);
    refuse (fixture, NO_REPLY);
    wait_until (is_waiting);
    g_signal_handlers_disconnect_by_data (fixture->follower, &is_waiting);
    g_assert_false (fixture->done);

    fake_manager_stop (fixture->fake);
    assert_not_begun (fixture);
    fake_manager_start (fixture->fake);
}

static void
test_stopped_later (Fixture       *fixture,
                    gconstpointer  user_data)
{
    start_update (fixture, NL668_STATE_SUCCEEDED, NULL);
    stop_after_no_reply (fixture);
}

static void
test_stopped_while_enabling (Fixture       *fixture,
                             gconstpointer  user_data)
{
    fixture->fake->modem_state = MM_MODEM_STATE_DISABLED;
    start_update (fixture, NL668_STATE_SUCCEEDED, NULL);
    refuse (fixture, WRONG_STATE);
    wait_until (fixture->fake->invocation);
    stop_after_no_reply (fixture);
}

/* @state: of the update that the next ModemManager knows, which was started at @started */
static void
restart_after_begin (Fixture    *fixture,
                     guint64     started,
                     Nl668State  state)
{
    start_update (fixture, NL668_STATE_FAILED, NULL);
    fixture->fake->started = 2;
    fake_manager_set_state (fixture->fake, NL668_STATE_PREPARING, 0);
    wait_until (fixture->status->state == NL668_STATE_PREPARING);
    fake_manager_stop (fixture->fake);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT);

    fixture->fake->started = started;
    fake_manager_start (fixture->fake);
    fake_manager_add_modem (fixture->fake, PORT_PATH, state, 41);
}

static void
test_restarted (Fixture       *fixture,
                gconstpointer  user_data)
{
    restart_after_begin (fixture, 2, NL668_STATE_DOWNLOADING);
    assert_success (fixture);
    /* Not once more when the bus says that there will be no reply */
    g_assert_false (has_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT));
}

/* The result of the previous update is not that of this one */
static void
test_previous_failed (Fixture       *fixture,
                      gconstpointer  user_data)
{
    restart_after_begin (fixture, 1, NL668_STATE_FAILED);
    assert_not_begun (fixture);
}

static void
test_previous_goes_on (Fixture       *fixture,
                       gconstpointer  user_data)
{
    restart_after_begin (fixture, 1, NL668_STATE_DOWNLOADING);
    assert_not_begun (fixture);
}

/* The same ModemManager says so itself */
static void
test_previous_found (Fixture       *fixture,
                     gconstpointer  user_data)
{
    start_update (fixture, NL668_STATE_FAILED, NULL);
    fixture->fake->started = 2;
    fake_manager_set_state (fixture->fake, NL668_STATE_PREPARING, 0);
    wait_until (fixture->status->state == NL668_STATE_PREPARING);

    fixture->fake->started = 1;
    fake_manager_set_state (fixture->fake, NL668_STATE_DOWNLOADING, 42);
    g_dbus_method_invocation_return_error (g_steal_pointer (&fixture->fake->invocation),
                                           MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS, "already");
    wait_until (fixture->done);
    g_assert_error (fixture->error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS);
    g_assert_cmpuint (fixture->status->started, ==, 0);
}

/* The clock was set back after the previous update */
static void
test_earlier (Fixture       *fixture,
              gconstpointer  user_data)
{
    fixture->fake->started = G_MAXINT32;
    start_update (fixture, NL668_STATE_FAILED, NULL);
    fixture->fake->started = 1;
    fake_manager_set_state (fixture->fake, NL668_STATE_PREPARING, 0);
    wait_until (fixture->status->state == NL668_STATE_PREPARING);
    g_assert_cmpuint (fixture->status->started, ==, 1);
    g_dbus_method_invocation_return_value (g_steal_pointer (&fixture->fake->invocation), NULL);
    assert_success (fixture);
}

/*****************************************************************************/
/* Errors of the bus */

static void
assert_explained (Fixture     *fixture,
                  const gchar *name,
                  const gchar *expected)
{
    start_update (fixture, NL668_STATE_IDLE, NULL);
    refuse (fixture, name);
    wait_until (fixture->done);
    g_assert_nonnull (fixture->error);
    g_assert_cmpstr (fixture->error->message, ==, expected);
    g_assert_false (nl668_client_start_is_sent (fixture->start));
}

static void
test_no_object (Fixture       *fixture,
                gconstpointer  user_data)
{
    assert_explained (fixture, "org.freedesktop.DBus.Error.UnknownMethod",
                      "the modem was removed");
}

static void
test_no_policy (Fixture       *fixture,
                gconstpointer  user_data)
{
    assert_explained (fixture, "org.freedesktop.DBus.Error.AccessDenied",
                      "the message bus does not allow the call; run `systemctl reload dbus`: "
                      "too technical");
}

static void
test_other_error (Fixture       *fixture,
                  gconstpointer  user_data)
{
    assert_explained (fixture, "org.freedesktop.DBus.Error.LimitsExceeded",
                      "couldn't call ModemManager: too technical");
}

/* Those of ModemManager are clear enough */
static void
test_refused (Fixture       *fixture,
              gconstpointer  user_data)
{
    assert_explained (fixture, WRONG_STATE, "too technical");
}

/*****************************************************************************/

/* After a restart, ModemManager cannot read the record at first. */
static void
test_unread (Fixture       *fixture,
             gconstpointer  user_data)
{
    g_autoptr(MMObject) object = NULL;

    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_DOWNLOADING, 40);
    object = follow (fixture, NULL);
    nl668_client_follower_wait (fixture->follower, NL668_CLIENT_UNTIL_SUCCEEDED, wait_ready,
                                fixture);
    fake_manager_stop (fixture->fake);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MANAGER_LEFT);
    fake_manager_start (fixture->fake);
    fake_manager_add_modem (fixture->fake, PORT_PATH, NL668_STATE_UNKNOWN, 0);
    wait_for_event (fixture, NL668_CLIENT_EVENT_MODEM_FOUND);
    g_assert_false (fixture->done);
    g_assert_cmpint (fixture->status->state, ==, NL668_STATE_DOWNLOADING);

    fake_manager_set_state (fixture->fake, NL668_STATE_SUCCEEDED, 100);
    assert_success (fixture);
}

void
add_start_tests (void)
{
    add_test ("start/unread", test_unread);
    add_test ("follower/taken-port", test_taken_port);
    add_test ("follower/heard", test_heard);
    add_test ("start/late", test_late_start);
    add_test ("start/late-refusal", test_late_refusal);
    add_test ("start/no-reply", test_no_reply);
    add_test ("start/stopped", test_stopped);
    add_test ("start/stopped-later", test_stopped_later);
    add_test ("start/stopped-while-enabling", test_stopped_while_enabling);
    add_test ("start/restarted", test_restarted);
    add_test ("start/previous-failed", test_previous_failed);
    add_test ("start/previous-goes-on", test_previous_goes_on);
    add_test ("start/previous-found", test_previous_found);
    add_test ("start/earlier", test_earlier);
    add_test ("start/no-object", test_no_object);
    add_test ("start/no-policy", test_no_policy);
    add_test ("start/other-error", test_other_error);
    add_test ("start/refused", test_refused);
}
