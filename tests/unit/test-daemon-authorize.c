/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Who may start an update if the daemon says yes to everybody. The client is the bus, too. */

#include <config.h>

#include <unistd.h>

#include "nl668-state.h"
#include "test-daemon.h"

#define CALLER ":1.7"
#define OTHER_USER 65534

#define DENIED "this ModemManager does not use polkit: only root may update the firmware"

/* The user of the caller, as the bus tells it */
static guint user;
/* Or its error */
static gboolean bus_fails;
static guint n_asked;

static void
get_connection_unix_user (GDBusConnection       *connection,
                          const gchar           *sender,
                          const gchar           *path,
                          const gchar           *interface,
                          const gchar           *method,
                          GVariant              *parameters,
                          GDBusMethodInvocation *invocation,
                          gpointer               user_data)
{
    const gchar *name;

    g_variant_get (parameters, "(&s)", &name);
    g_assert_cmpstr (name, ==, CALLER);
    n_asked++;
    if (bus_fails)
        g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR,
                                                       G_DBUS_ERROR_NAME_HAS_NO_OWNER,
                                                       "no such name");
    else
        g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", user));
}

static void
export_bus (Fixture *fixture)
{
    static const GDBusInterfaceVTable  vtable = { .method_call = get_connection_unix_user };
    g_autoptr(GDBusNodeInfo)           info = NULL;
    g_autoptr(GError)                  error = NULL;

    info = g_dbus_node_info_new_for_xml ("<node><interface name='org.freedesktop.DBus'>"
                                         "<method name='GetConnectionUnixUser'>"
                                         "<arg type='s' direction='in'/>"
                                         "<arg type='u' direction='out'/>"
                                         "</method></interface></node>", &error);
    g_assert_no_error (error);
    g_dbus_connection_register_object (fixture->client, "/org/freedesktop/DBus",
                                       info->interfaces[0], &vtable, NULL, NULL, &error);
    g_assert_no_error (error);
}

static void
replied (GObject      *source,
         GAsyncResult *res,
         gpointer      user_data)
{
    GDBusMessage      **reply = user_data;
    g_autoptr(GError)   error = NULL;

    *reply = g_dbus_connection_send_message_with_reply_finish (G_DBUS_CONNECTION (source), res,
                                                               &error);
    g_assert_no_error (error);
}

/* Calls Start () with a sender, which there is only on a bus. */
static void
start_as (Fixture  *fixture,
          guint     caller,
          GError  **error)
{
    g_autoptr(GDBusMessage) message = NULL;
    g_autoptr(GDBusMessage) reply = NULL;

    user = caller;
    n_asked = 0;
    message = g_dbus_message_new_method_call (NULL, PATH, UPDATE, "Start");
    g_dbus_message_set_sender (message, CALLER);
    g_dbus_message_set_body (message, g_variant_new_parsed ("({'url': <'http://h/f'>},)"));
    g_dbus_connection_send_message_with_reply (fixture->client, message,
                                               G_DBUS_SEND_MESSAGE_FLAGS_NONE, -1, NULL, NULL,
                                               replied, &reply);
    while (!reply)
        g_main_context_iteration (NULL, TRUE);
    g_dbus_message_to_gerror (reply, error);
}

static void
assert_denied (Fixture     *fixture,
               guint        caller,
               const gchar *message)
{
    g_autofree gchar  *notes = NULL;
    g_autoptr(GError)  error = NULL;
    guint              before;

    before = get_state (fixture);
    start_as (fixture, caller, &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED);
    g_dbus_error_strip_remote_error (error);
    g_assert_cmpstr (error->message, ==, message);
    g_assert_cmpuint (n_asked, ==, 1);
    g_assert_cmpuint (get_state (fixture), ==, before);
    /* Nothing is sent to the module. */
    assert_notes (G_STRINGIFY (mm_authorize) " (Start, org.freedesktop.ModemManager1.Firmware)\n");
}

static void
assert_allowed (Fixture *fixture,
                guint    caller,
                guint    asked)
{
    g_autoptr(GError) error = NULL;

    start_as (fixture, caller, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (n_asked, ==, asked);
    g_assert_cmpuint (get_state (fixture), ==, NL668_STATE_PREPARING);
}

/*****************************************************************************/

/* The answer of polkit is enough. */
static void
test_polkit (Fixture       *fixture,
             gconstpointer  data)
{
    export_bus (fixture);
    assert_allowed (fixture, OTHER_USER, 0);
}

static void
test_user (Fixture       *fixture,
           gconstpointer  data)
{
    export_bus (fixture);
    standin_is_test_session = TRUE;
    assert_denied (fixture, OTHER_USER, DENIED);
    assert_denied (fixture, G_MAXUINT32, DENIED);
    assert_allowed (fixture, 0, 1);
    standin_is_test_session = FALSE;
}

/* The user of the daemon, for tests without root */
static void
test_same_user (Fixture       *fixture,
                gconstpointer  data)
{
    export_bus (fixture);
    standin_is_test_session = TRUE;
    assert_allowed (fixture, geteuid (), 1);
    standin_is_test_session = FALSE;
}

/* The caller is gone. */
static void
test_bus_fails (Fixture       *fixture,
                gconstpointer  data)
{
    export_bus (fixture);
    standin_is_test_session = TRUE;
    bus_fails = TRUE;
    assert_denied (fixture, 0, "the bus does not tell who the caller is: no such name");
    bus_fails = FALSE;
    standin_is_test_session = FALSE;
}

/* The daemon refuses: the bus is not asked. */
static void
test_daemon_denies (Fixture       *fixture,
                    gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    export_bus (fixture);
    standin_is_test_session = TRUE;
    standin_denies = TRUE;
    start_as (fixture, 0, &error);
    standin_denies = FALSE;
    standin_is_test_session = FALSE;
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNAUTHORIZED);
    g_assert_cmpuint (n_asked, ==, 0);
}

/* It is not known whether the daemon runs in a test session. */
static void
unknown_subprocess (Fixture       *fixture,
                    gconstpointer  data)
{
    export_bus (fixture);
    assert_denied (fixture, OTHER_USER, DENIED);
    assert_allowed (fixture, 0, 1);
}

static void
set_up_unknown (Fixture       *fixture,
                gconstpointer  data)
{
    standin_replace_symbol ("mm_context_get_test_session", NULL);
    fixture_set_up (fixture, data);
}

void
add_authorize_tests (void)
{
#define ADD(name, set_up, function) \
    g_test_add ("/nl668/plugin/authorize/" name, Fixture, NULL, \
                set_up, function, fixture_tear_down)

    ADD ("polkit", fixture_set_up, test_polkit);
    ADD ("user", fixture_set_up, test_user);
    ADD ("same-user", fixture_set_up, test_same_user);
    ADD ("bus-fails", fixture_set_up, test_bus_fails);
    ADD ("daemon-denies", fixture_set_up, test_daemon_denies);
    ADD ("unknown/subprocess", set_up_unknown, unknown_subprocess);
    g_test_add_data_func ("/nl668/plugin/authorize/unknown",
                          "/nl668/plugin/authorize/unknown/subprocess", run_subprocess);

#undef ADD
}
