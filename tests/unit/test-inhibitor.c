/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The inhibitor, with a mock of logind on a private bus */

#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#include "mock-service.h"
#include "nl668-inhibitor.h"

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
    MockService     logind;
    Reply           reply;
    guint           n_calls;
    /* The end of the pipe that logind keeps; the other end is the inhibitor. */
    gint            pipe_fd;
    Nl668Inhibitor *inhibitor;
    /* The callback was called */
    gboolean        done;
    /* What was logged, a line each */
    GString        *log;
} Fixture;

#define LOGIND  "org.freedesktop.login1"
#define FAILURE "this machine can be turned off during the firmware update: "
#define RELEASE "nothing was heard from the module for an hour: this machine may sleep again\n"

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

static void
send_pipe (Fixture *fixture,
           gint32   handle)
{
    g_autoptr(GUnixFDList) fd_list = NULL;
    g_autoptr(GError)      error = NULL;
    gint                   fds[2];

    if (fixture->pipe_fd >= 0)
        g_close (fixture->pipe_fd, NULL);
    g_unix_open_pipe (fds, FD_CLOEXEC, &error);
    g_assert_no_error (error);
    fixture->pipe_fd = fds[0];
    g_unix_set_fd_nonblocking (fixture->pipe_fd, TRUE, NULL);
    fd_list = g_unix_fd_list_new_from_array (&fds[1], 1);
    mock_service_send (&fixture->logind, g_variant_new ("(h)", handle), fd_list);
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
        mock_service_send (&fixture->logind, g_variant_new ("(h)", 0), NULL);
        break;
    case REPLY_OTHER_TYPE:
        mock_service_send (&fixture->logind, g_variant_new ("(s)", "granted"), NULL);
        break;
    case REPLY_ERROR:
        mock_service_send_error (&fixture->logind);
        break;
    case REPLY_NONE:
    default:
        break;
    }
}

/* The mock is the first member of the fixture. */
static void
answer (MockService *logind)
{
    Fixture *fixture = (Fixture *) logind;

    fixture->n_calls++;
    send_reply (fixture, fixture->reply);
}

static void
start_logind (Fixture *fixture,
              Reply    reply)
{
    fixture->reply = reply;
    fixture->logind.answer = answer;
    mock_service_start (&fixture->logind, LOGIND, "/org/freedesktop/login1",
                        introspection);
}

/*****************************************************************************/
/* File descriptors of the inhibitor */

static gboolean
is_released (Fixture *fixture)
{
    gchar byte;

    return read (fixture->pipe_fd, &byte, 1) == 0;
}

/* logind reads an end of file once all of them are closed. */
static void
assert_released (Fixture *fixture)
{
    wait_until (is_released (fixture));
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

/* The worker thread of GDBus closes its copies. */
static void
assert_held (Fixture *fixture)
{
    wait_until (count_fds (fixture) == 1);
}

/*****************************************************************************/
/* Fixture */

static void
log_cb (const gchar *message,
        gpointer     user_data)
{
    Fixture *fixture = user_data;

    g_assert_nonnull (fixture->inhibitor);
    g_string_append_printf (fixture->log, "%s\n", message);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *res,
          gpointer      user_data)
{
    Fixture *fixture = user_data;

    g_assert_false (fixture->done);
    fixture->done = TRUE;
}

static void
create (Fixture *fixture)
{
    fixture->inhibitor = nl668_inhibitor_new (log_cb, fixture, asked_cb, fixture);
    g_assert_false (fixture->done);
}

static void
take (Fixture *fixture)
{
    create (fixture);
    wait_until (fixture->done);
}

/* The module is silent for NL668_TIMEOUT_INHIBIT. */
static void
time_out (Fixture *fixture)
{
    GSource *source;

    source = g_main_context_find_source_by_user_data (NULL, fixture->inhibitor);
    g_assert_nonnull (source);
    g_source_set_ready_time (source, 0);
    wait_until (!g_main_context_find_source_by_user_data (NULL, fixture->inhibitor));
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
    fixture->pipe_fd = -1;
    fixture->log = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
    g_clear_pointer (&fixture->inhibitor, nl668_inhibitor_free);
    if (fixture->logind.connection)
        mock_service_stop (&fixture->logind);
    if (fixture->pipe_fd >= 0)
        g_close (fixture->pipe_fd, NULL);
    g_string_free (fixture->log, TRUE);
}

/*****************************************************************************/
/* Taking it */

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
    g_assert_cmpstr (fixture->log->str, ==, "");

    g_variant_get (fixture->logind.arguments, "(&s&s&s&s)", &what, &who, &why, &mode);
    g_assert_cmpstr (what, ==, "sleep:shutdown:handle-lid-switch:handle-power-key:"
                               "handle-suspend-key:handle-hibernate-key");
    g_assert_cmpstr (who, ==, "ModemManager");
    g_assert_nonnull (strstr (why, "firmware"));
    g_assert_cmpstr (mode, ==, "block");

    assert_held (fixture);
    g_clear_pointer (&fixture->inhibitor, nl668_inhibitor_free);
    assert_released (fixture);
    g_assert_cmpstr (fixture->log->str, ==, "");
}

static void
test_not_granted (Fixture       *fixture,
                  gconstpointer  user_data)
{
    start_logind (fixture, GPOINTER_TO_UINT (user_data));
    take (fixture);
    g_assert_true (g_str_has_prefix (fixture->log->str, FAILURE));
    if (fixture->reply == REPLY_ERROR)
        g_assert_cmpstr (fixture->log->str, ==, FAILURE "Permission denied\n");
    else if (fixture->reply != REPLY_OTHER_TYPE)
        g_assert_cmpstr (fixture->log->str, ==,
                         FAILURE "the reply from logind has no file descriptor\n");
    if (fixture->pipe_fd >= 0)
        assert_released (fixture);
}

static void
test_no_logind (Fixture       *fixture,
                gconstpointer  user_data)
{
    take (fixture);
    g_assert_true (g_str_has_prefix (fixture->log->str, FAILURE));
    g_assert_null (strstr (fixture->log->str, "GDBus.Error"));
}

/* An inhibitor that is granted after the timeout must be released. */
static void
test_no_reply (Fixture       *fixture,
               gconstpointer  user_data)
{
    start_logind (fixture, REPLY_NONE);
    take (fixture);
    g_assert_cmpstr (fixture->log->str, ==, FAILURE "logind does not answer\n");

    send_reply (fixture, REPLY_FD);
    assert_released (fixture);
}

static void
test_logind_exits (Fixture       *fixture,
                   gconstpointer  user_data)
{
    start_logind (fixture, REPLY_NONE);
    create (fixture);
    wait_until (fixture->logind.arguments != NULL);
    mock_service_stop (&fixture->logind);
    wait_until (fixture->done);
    g_assert_true (g_str_has_prefix (fixture->log->str, FAILURE));
}

/* In a process of its own: GLib keeps the connection to the system bus. */
static void
test_no_bus (Fixture       *fixture,
             gconstpointer  user_data)
{
    if (g_test_subprocess ()) {
        g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/socket", TRUE);
        take (fixture);
        g_assert_true (g_str_has_prefix (fixture->log->str, FAILURE));
        return;
    }
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
}

/*****************************************************************************/
/* Freeing it while logind is asked: the callback is called, and nothing is logged. */

static void
test_freed (Fixture       *fixture,
            gconstpointer  user_data)
{
    start_logind (fixture, REPLY_NONE);
    create (fixture);
    wait_until (fixture->logind.arguments != NULL);
    g_clear_pointer (&fixture->inhibitor, nl668_inhibitor_free);
    g_assert_false (fixture->done);
    wait_until (fixture->done);

    send_reply (fixture, REPLY_FD);
    assert_released (fixture);
}

static void
test_freed_at_once (Fixture       *fixture,
                    gconstpointer  user_data)
{
    start_logind (fixture, REPLY_FD);
    create (fixture);
    g_clear_pointer (&fixture->inhibitor, nl668_inhibitor_free);
    wait_until (fixture->done);
    g_assert_null (fixture->logind.arguments);
}

/*****************************************************************************/
/* Signs of life */

static void
test_silence (Fixture       *fixture,
              gconstpointer  user_data)
{
    start_logind (fixture, REPLY_FD);
    take (fixture);
    assert_held (fixture);
    time_out (fixture);
    assert_released (fixture);
    g_assert_cmpstr (fixture->log->str, ==, RELEASE);
}

/* A sign of life restarts the time, and asks logind for nothing. */
static void
test_renewed (Fixture       *fixture,
              gconstpointer  user_data)
{
    GSource *before;
    guint    id;

    start_logind (fixture, REPLY_FD);
    take (fixture);
    before = g_main_context_find_source_by_user_data (NULL, fixture->inhibitor);
    id = g_source_get_id (before);
    g_source_set_ready_time (before, 0);
    nl668_inhibitor_renew (fixture->inhibitor);
    g_assert_null (g_main_context_find_source_by_id (NULL, id));

    while (g_main_context_iteration (NULL, FALSE))
        ;
    assert_held (fixture);
    g_assert_cmpuint (fixture->n_calls, ==, 1);
    g_assert_cmpstr (fixture->log->str, ==, "");
}

static void
test_taken_again (Fixture       *fixture,
                  gconstpointer  user_data)
{
    start_logind (fixture, REPLY_FD);
    take (fixture);
    time_out (fixture);
    assert_released (fixture);

    nl668_inhibitor_renew (fixture->inhibitor);
    nl668_inhibitor_renew (fixture->inhibitor);
    wait_until (fixture->n_calls == 2);
    mock_bus_settle (LOGIND);
    assert_held (fixture);
    time_out (fixture);
    assert_released (fixture);
    g_assert_cmpuint (fixture->n_calls, ==, 2);
    g_assert_cmpstr (fixture->log->str, ==, RELEASE RELEASE);
}

/* logind is asked once an hour, whatever the module says. */
static void
test_refused_again (Fixture       *fixture,
                    gconstpointer  user_data)
{
    start_logind (fixture, REPLY_ERROR);
    take (fixture);
    nl668_inhibitor_renew (fixture->inhibitor);
    time_out (fixture);
    g_assert_cmpstr (fixture->log->str, ==, FAILURE "Permission denied\n");

    nl668_inhibitor_renew (fixture->inhibitor);
    nl668_inhibitor_renew (fixture->inhibitor);
    wait_until (fixture->n_calls == 2);
    mock_bus_settle (LOGIND);
    g_assert_cmpstr (fixture->log->str, ==,
                     FAILURE "Permission denied\n" FAILURE "Permission denied\n");
}

/* Freed while it is being taken again */
static void
test_freed_again (Fixture       *fixture,
                  gconstpointer  user_data)
{
    start_logind (fixture, REPLY_FD);
    take (fixture);
    time_out (fixture);
    assert_released (fixture);

    fixture->reply = REPLY_NONE;
    nl668_inhibitor_renew (fixture->inhibitor);
    wait_until (fixture->n_calls == 2);
    g_clear_pointer (&fixture->inhibitor, nl668_inhibitor_free);
    send_reply (fixture, REPLY_FD);
    assert_released (fixture);
    g_assert_cmpstr (fixture->log->str, ==, RELEASE);
}

/*****************************************************************************/

#define ADD(name, data, function) \
    g_test_add ("/nl668/inhibitor/" name, Fixture, GUINT_TO_POINTER (data), \
                set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    ADD ("taken", 0, test_taken);
    ADD ("refused", REPLY_ERROR, test_not_granted);
    ADD ("without-fd", REPLY_WITHOUT_FD, test_not_granted);
    ADD ("handle-too-big", REPLY_HANDLE_TOO_BIG, test_not_granted);
    ADD ("handle-negative", REPLY_HANDLE_NEGATIVE, test_not_granted);
    ADD ("other-type", REPLY_OTHER_TYPE, test_not_granted);
    ADD ("no-logind", 0, test_no_logind);
    ADD ("no-reply", 0, test_no_reply);
    ADD ("logind-exits", 0, test_logind_exits);
    ADD ("no-bus", 0, test_no_bus);
    ADD ("freed", 0, test_freed);
    ADD ("freed-at-once", 0, test_freed_at_once);
    ADD ("silence", 0, test_silence);
    ADD ("renewed", 0, test_renewed);
    ADD ("taken-again", 0, test_taken_again);
    ADD ("refused-again", 0, test_refused_again);
    ADD ("freed-again", 0, test_freed_again);

    return mock_bus_run_tests ();
}
