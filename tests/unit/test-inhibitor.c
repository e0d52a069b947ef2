/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The inhibitor, with a mock of logind on a private bus */

#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <glib/gstdio.h>

#include "nl668-inhibitor.h"
#include "wait-until.h"

/* Makes NL668_TIMEOUT_COMMAND one second */
#define TIMEOUT_SCALE "0.1"

typedef enum {
    REPLY_FD,
    REPLY_ERROR,
    REPLY_WITHOUT_FD,
    REPLY_HANDLE_TOO_BIG,
    REPLY_HANDLE_NEGATIVE,
    REPLY_OTHER_TYPE,
    /* The test sends it later. */
    REPLY_NONE,
} Reply;

typedef struct {
    /* The mock */
    GDBusConnection       *connection;
    Reply                  reply;
    GVariant              *arguments;
    GDBusMethodInvocation *invocation;
    /* The end of the pipe that logind keeps; the other end is the inhibitor. */
    gint                   pipe_fd;
    /* The result of nl668_inhibitor_take() */
    gboolean               done;
    GUnixFDList           *inhibitor;
    GError                *error;
} Fixture;

/*****************************************************************************/
/* Mock of logind */

static const gchar introspection[] =
    "<node>"
    "  <interface name='org.freedesktop.login1.Manager'>"
    "    <method name='Inhibit'>"
    "      <arg type='s' name='what' direction='in'/>"
    "      <arg type='s' name='who' direction='in'/>"
    "      <arg type='s' name='why' direction='in'/>"
    "      <arg type='s' name='mode' direction='in'/>"
    "      <arg type='h' name='fd' direction='out'/>"
    "    </method>"
    "  </interface>"
    "</node>";

/* Not with g_dbus_method_invocation_return_value(), which checks the type of the reply */
static void
send_body (Fixture     *fixture,
           GVariant    *body,
           GUnixFDList *fd_list)
{
    g_autoptr(GDBusMessage)  message = NULL;
    g_autoptr(GError)        error = NULL;

    message = g_dbus_message_new_method_reply (
        g_dbus_method_invocation_get_message (fixture->invocation));
    g_dbus_message_set_body (message, body);
    if (fd_list)
        g_dbus_message_set_unix_fd_list (message, fd_list);
    g_dbus_connection_send_message (fixture->connection, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE,
                                    NULL, &error);
    g_assert_no_error (error);
    g_clear_object (&fixture->invocation);
}

static void
send_pipe (Fixture *fixture,
           gint32   handle)
{
    g_autoptr(GUnixFDList) fd_list = NULL;
    g_autoptr(GError)      error = NULL;
    gint                   fds[2];

    g_unix_open_pipe (fds, FD_CLOEXEC, &error);
    g_assert_no_error (error);
    fixture->pipe_fd = fds[0];
    g_unix_set_fd_nonblocking (fixture->pipe_fd, TRUE, NULL);
    fd_list = g_unix_fd_list_new_from_array (&fds[1], 1);
    send_body (fixture, g_variant_new ("(h)", handle), fd_list);
}

static void
send_reply (Fixture *fixture,
            Reply    reply)
{
    switch (reply) {
    case REPLY_FD:
        send_pipe (fixture, 0);
        break;
    case REPLY_HANDLE_TOO_BIG:
        send_pipe (fixture, 1);
        break;
    case REPLY_HANDLE_NEGATIVE:
        send_pipe (fixture, -1);
        break;
    case REPLY_WITHOUT_FD:
        send_body (fixture, g_variant_new ("(h)", 0), NULL);
        break;
    case REPLY_OTHER_TYPE:
        send_body (fixture, g_variant_new ("(s)", "granted"), NULL);
        break;
    case REPLY_ERROR:
        g_dbus_method_invocation_return_error_literal (g_steal_pointer (&fixture->invocation),
                                                       G_DBUS_ERROR,
                                                       G_DBUS_ERROR_ACCESS_DENIED,
                                                       "Permission denied");
        break;
    case REPLY_NONE:
    default:
        break;
    }
}

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
    Fixture *fixture = user_data;

    g_assert_null (fixture->invocation);
    g_clear_pointer (&fixture->arguments, g_variant_unref);
    fixture->arguments = g_variant_ref (arguments);
    fixture->invocation = invocation;
    send_reply (fixture, fixture->reply);
}

static void
start_logind (Fixture *fixture,
              Reply    reply)
{
    static const GDBusInterfaceVTable  vtable = { .method_call = method_call_cb };
    g_autoptr(GDBusNodeInfo)           node = NULL;
    g_autoptr(GVariant)                result = NULL;
    g_autoptr(GError)                  error = NULL;

    fixture->reply = reply;
    node = g_dbus_node_info_new_for_xml (introspection, &error);
    g_assert_no_error (error);
    fixture->connection =
        g_dbus_connection_new_for_address_sync (g_getenv ("DBUS_SYSTEM_BUS_ADDRESS"),
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
    g_assert_no_error (error);
    g_dbus_connection_register_object (fixture->connection, "/org/freedesktop/login1",
                                       node->interfaces[0], &vtable, fixture, NULL, &error);
    g_assert_no_error (error);
    result = g_dbus_connection_call_sync (fixture->connection, "org.freedesktop.DBus",
                                          "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                          "RequestName",
                                          g_variant_new ("(su)", "org.freedesktop.login1", 0),
                                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
    g_assert_no_error (error);
}

static void
stop_logind (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    g_clear_object (&fixture->invocation);
    g_clear_pointer (&fixture->arguments, g_variant_unref);
    g_dbus_connection_close_sync (fixture->connection, NULL, &error);
    g_assert_no_error (error);
    g_clear_object (&fixture->connection);
}

/*****************************************************************************/
/* File descriptors of the inhibitor */

/* logind reads an end of file once all of them are closed. */
static void
assert_released (Fixture *fixture)
{
    gchar byte;

    wait_until (read (fixture->pipe_fd, &byte, 1) == 0);
}

static guint
count_fds (Fixture *fixture)
{
    struct stat pipe_status;
    struct stat status;
    guint       n_fds = 0;
    gint        fd;

    g_assert_cmpint (fstat (fixture->pipe_fd, &pipe_status), ==, 0);
    for (fd = 0; fd < 1024; fd++) {
        if (fd == fixture->pipe_fd || fstat (fd, &status) < 0 ||
            status.st_dev != pipe_status.st_dev || status.st_ino != pipe_status.st_ino)
            continue;
        g_assert_cmpint (fcntl (fd, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
        n_fds++;
    }
    return n_fds;
}

/*****************************************************************************/
/* Fixture */

static void
take_ready (GObject      *source,
            GAsyncResult *res,
            gpointer      user_data)
{
    Fixture *fixture = user_data;

    fixture->inhibitor = nl668_inhibitor_take_finish (res, &fixture->error);
    fixture->done = TRUE;
}

static void
take (Fixture *fixture)
{
    nl668_inhibitor_take (NULL, take_ready, fixture);
    wait_until (fixture->done);
}

#define assert_not_taken(fixture, domain, code) \
    G_STMT_START { \
        g_assert_error ((fixture)->error, domain, code); \
        g_assert_null ((fixture)->inhibitor); \
    } G_STMT_END

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
    fixture->pipe_fd = -1;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
    if (fixture->connection)
        stop_logind (fixture);
    if (fixture->pipe_fd >= 0)
        g_close (fixture->pipe_fd, NULL);
    g_clear_object (&fixture->inhibitor);
    g_clear_error (&fixture->error);
}

/*****************************************************************************/

static void
test_taken (Fixture       *fixture,
            gconstpointer  user_data)
{
    const gchar *what;
    const gchar *who;
    const gchar *why;
    const gchar *mode;

    start_logind (fixture, REPLY_FD);
    take (fixture);
    g_assert_no_error (fixture->error);
    g_assert_true (G_IS_UNIX_FD_LIST (fixture->inhibitor));

    g_variant_get (fixture->arguments, "(&s&s&s&s)", &what, &who, &why, &mode);
    g_assert_cmpstr (what, ==, "sleep:shutdown");
    g_assert_cmpstr (who, ==, "ModemManager");
    g_assert_nonnull (strstr (why, "firmware"));
    g_assert_cmpstr (mode, ==, "block");

    /* The worker thread of GDBus closes its copies. */
    wait_until (count_fds (fixture) == 1);

    g_clear_object (&fixture->inhibitor);
    assert_released (fixture);
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  user_data)
{
    start_logind (fixture, REPLY_ERROR);
    take (fixture);
    assert_not_taken (fixture, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED);
    g_assert_cmpstr (fixture->error->message, ==, "Permission denied");
}

static void
test_bad_reply (Fixture       *fixture,
                gconstpointer  user_data)
{
    start_logind (fixture, GPOINTER_TO_UINT (user_data));
    take (fixture);
    if (fixture->reply == REPLY_OTHER_TYPE)
        assert_not_taken (fixture, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    else
        assert_not_taken (fixture, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    if (fixture->pipe_fd >= 0)
        assert_released (fixture);
}

static void
test_no_logind (Fixture       *fixture,
                gconstpointer  user_data)
{
    take (fixture);
    assert_not_taken (fixture, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN);
    g_assert_null (strstr (fixture->error->message, "GDBus.Error"));
}

/* An inhibitor that is granted after the timeout must be released. */
static void
test_no_reply (Fixture       *fixture,
               gconstpointer  user_data)
{
    start_logind (fixture, REPLY_NONE);
    take (fixture);
    assert_not_taken (fixture, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);

    send_reply (fixture, REPLY_FD);
    assert_released (fixture);
}

static void
test_logind_exits (Fixture       *fixture,
                   gconstpointer  user_data)
{
    start_logind (fixture, REPLY_NONE);
    nl668_inhibitor_take (NULL, take_ready, fixture);
    wait_until (fixture->arguments != NULL);
    stop_logind (fixture);
    wait_until (fixture->done);
    assert_not_taken (fixture, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  user_data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new ();

    start_logind (fixture, REPLY_NONE);
    nl668_inhibitor_take (cancellable, take_ready, fixture);
    wait_until (fixture->arguments != NULL);
    g_cancellable_cancel (cancellable);
    wait_until (fixture->done);
    assert_not_taken (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED);

    send_reply (fixture, REPLY_FD);
    assert_released (fixture);
}

static void
test_cancelled_before (Fixture       *fixture,
                       gconstpointer  user_data)
{
    g_autoptr(GCancellable) cancellable = g_cancellable_new ();

    start_logind (fixture, REPLY_FD);
    g_cancellable_cancel (cancellable);
    nl668_inhibitor_take (cancellable, take_ready, fixture);
    g_assert_false (fixture->done);
    wait_until (fixture->done);
    assert_not_taken (fixture, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_null (fixture->arguments);
}

/* In a process of its own: GLib keeps the connection to the system bus. */
static void
test_no_bus (Fixture       *fixture,
             gconstpointer  user_data)
{
    if (g_test_subprocess ()) {
        g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/socket", TRUE);
        take (fixture);
        assert_not_taken (fixture, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
        return;
    }
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
}

/*****************************************************************************/

#define ADD(name, data, function) \
    g_test_add ("/nl668/inhibitor/" name, Fixture, GUINT_TO_POINTER (data), \
                set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    g_autoptr(GTestDBus) bus = NULL;
    gint                 status;

    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", TIMEOUT_SCALE, TRUE);
    g_test_init (&argc, &argv, NULL);

    bus = g_test_dbus_new (G_TEST_DBUS_NONE);
    g_test_dbus_up (bus);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (bus), TRUE);

    ADD ("taken", 0, test_taken);
    ADD ("refused", 0, test_refused);
    ADD ("without-fd", REPLY_WITHOUT_FD, test_bad_reply);
    ADD ("handle-too-big", REPLY_HANDLE_TOO_BIG, test_bad_reply);
    ADD ("handle-negative", REPLY_HANDLE_NEGATIVE, test_bad_reply);
    ADD ("other-type", REPLY_OTHER_TYPE, test_bad_reply);
    ADD ("no-logind", 0, test_no_logind);
    ADD ("no-reply", 0, test_no_reply);
    ADD ("logind-exits", 0, test_logind_exits);
    ADD ("cancelled", 0, test_cancelled);
    ADD ("cancelled-before", 0, test_cancelled_before);
    ADD ("no-bus", 0, test_no_bus);

    status = g_test_run ();
    g_test_dbus_down (bus);
    return status;
}
