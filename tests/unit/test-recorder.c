/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Writing a record in a thread: the order of writes, writes that fail, and the end of the daemon */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "nl668-recorder.h"
#include "record-fixture.h"
#include "wait-until.h"

typedef struct {
    Nl668Recorder *recorder;
    /* What the function was called with */
    guint          n_calls;
    guint          serial;
    GError        *error;
} Test;

static void
written (guint         serial,
         const GError *error,
         gpointer      user_data)
{
    Test *test = user_data;

    test->n_calls++;
    test->serial = serial;
    g_clear_error (&test->error);
    test->error = error ? g_error_copy (error) : NULL;
}

static guint
save (Test        *test,
      const gchar *text)
{
    g_autoptr(GBytes) contents = NULL;

    contents = text ? g_bytes_new_static (text, strlen (text)) : NULL;
    return nl668_recorder_save (test->recorder, contents);
}

static void
set_up (Test          *test,
        gconstpointer  data)
{
    fixture_reset ();
    test->recorder = nl668_recorder_new (IMEI, NULL, written, test);
    g_assert_true (nl668_recorder_is_done (test->recorder));
}

static void
tear_down (Test          *test,
           gconstpointer  data)
{
    g_clear_pointer (&test->recorder, nl668_recorder_free);
    g_clear_error (&test->error);
}

static void
assert_on_disk (const gchar *text)
{
    g_autofree gchar *contents = NULL;

    g_file_get_contents (fixture.path, &contents, NULL, NULL);
    g_assert_cmpstr (contents, ==, text);
    g_assert_cmpuint (fixture_count_files (), ==, text ? 1 : 0);
}

static void
test_saved (Test          *test,
            gconstpointer  data)
{
    guint serial;

    serial = save (test, "a");
    g_assert_false (nl668_recorder_is_done (test->recorder));
    wait_until (test->n_calls);
    g_assert_cmpuint (test->serial, ==, serial);
    g_assert_no_error (test->error);
    g_assert_true (nl668_recorder_is_done (test->recorder));
    assert_on_disk ("a");

    /* There is nothing to write. */
    g_assert_cmpuint (save (test, "a"), >, serial);
    g_assert_true (nl668_recorder_is_done (test->recorder));

    save (test, NULL);
    nl668_recorder_flush (test->recorder);
    g_assert_cmpuint (test->n_calls, ==, 2);
    assert_on_disk (NULL);
}

/* What is saved during a write is written after it, and only the newest. */
static void
test_newest (Test          *test,
             gconstpointer  data)
{
    guint first;
    guint last;

    first = save (test, "a");
    save (test, "b");
    last = save (test, "c");
    wait_until (test->n_calls == 1);
    g_assert_cmpuint (test->serial, ==, first);
    wait_until (test->n_calls == 2);
    g_assert_cmpuint (test->serial, ==, last);
    assert_on_disk ("c");
}

/* It may also be what is being written. */
static void
test_same (Test          *test,
           gconstpointer  data)
{
    guint last;

    save (test, "a");
    save (test, "b");
    last = save (test, "a");
    wait_until (test->n_calls == 1);
    g_assert_cmpuint (test->serial, ==, last);
    g_assert_true (nl668_recorder_is_done (test->recorder));
    assert_on_disk ("a");
}

static void
block (void)
{
    g_assert_no_errno (g_mkdir (fixture.path, 0700));
}

static void
unblock (void)
{
    g_assert_no_errno (g_rmdir (fixture.path));
}

/* It is written as soon as that is possible, without anybody asking for it. */
static void
test_retried (Test          *test,
              gconstpointer  data)
{
    guint serial;

    block ();
    serial = save (test, "a");
    wait_until (test->n_calls == 3);
    g_assert_cmpuint (test->serial, ==, serial);
    g_assert_error (test->error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_false (nl668_recorder_is_done (test->recorder));
    nl668_recorder_flush (test->recorder);
    g_assert_error (test->error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    unblock ();
    wait_until (!test->error);
    g_assert_true (nl668_recorder_is_done (test->recorder));
    assert_on_disk ("a");
}

/* After a failure, it is not known what is on disk, so the same is written again. */
static void
test_undone (Test          *test,
             gconstpointer  data)
{
    save (test, "a");
    nl668_recorder_flush (test->recorder);
    g_assert_no_errno (g_unlink (fixture.path));
    block ();
    save (test, "b");
    wait_until (test->error);
    unblock ();
    save (test, "a");
    wait_until (!test->error);
    assert_on_disk ("a");
}

/* Nothing is lost if the recorder goes away. */
static void
test_freed (Test          *test,
            gconstpointer  data)
{
    save (test, "a");
    save (test, "b");
    g_clear_pointer (&test->recorder, nl668_recorder_free);
    assert_on_disk ("b");
    while (g_main_context_iteration (NULL, FALSE))
        ;
    g_assert_cmpuint (test->n_calls, ==, 0);
}

/* And if the daemon exits */
static void
test_exit_subprocess (void)
{
    Test test = { NULL };

    test.recorder = nl668_recorder_new (IMEI, NULL, written, &test);
    save (&test, "a");
    save (&test, "b");
    exit (0);
}

static void
test_exit (void)
{
    fixture_reset ();
    g_test_trap_subprocess ("/nl668/recorder/exit/subprocess", 0, 0);
    g_test_trap_assert_passed ();
    assert_on_disk ("b");
}

#define add_test(name, function) \
    g_test_add ("/nl668/recorder/" name, Test, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    gint status;

    /* The timeout becomes 50 ms. */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.005", TRUE);
    g_test_init (&argc, &argv, NULL);
    if (!g_test_subprocess ())
        fixture_set_up ();
    add_test ("saved", test_saved);
    add_test ("newest", test_newest);
    add_test ("same", test_same);
    add_test ("retried", test_retried);
    add_test ("undone", test_undone);
    add_test ("freed", test_freed);
    g_test_add_func ("/nl668/recorder/exit", test_exit);
    g_test_add_func ("/nl668/recorder/exit/subprocess", test_exit_subprocess);
    status = g_test_run ();
    if (!g_test_subprocess ())
        fixture_tear_down ();
    return status;
}
