/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A disk that fails while a record or a package file is read or written */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "nl668-key-file.h"
#include "record-fixture.h"

/*****************************************************************************/
/* Functions that replace those of the C library */

/* A function that fails with an error number, or NULL; and how often it succeeds before */
static const gchar *failing;
static gint         number;
static guint        n_good;

static gboolean
fails (const gchar *function)
{
    if (g_strcmp0 (function, failing) != 0 || n_good-- > 0)
        return FALSE;
    failing = NULL;
    errno = number;
    return TRUE;
}

static void
fail (const gchar *function,
      gint         with,
      guint        after)
{
    failing = function;
    number = with;
    n_good = after;
}

int
fstat (int          fd,
       struct stat *status)
{
    return fails ("fstat") ? -1 : fstatat (fd, "", status, AT_EMPTY_PATH);
}

int
fsync (int fd)
{
    return fails ("fsync") ? -1 : fdatasync (fd);
}

int
fchmod (int    fd,
        mode_t mode)
{
    g_autofree gchar *path = NULL;

    path = g_strdup_printf ("/proc/self/fd/%d", fd);
    return fails ("fchmod") ? -1 : chmod (path, mode);
}

/*****************************************************************************/
/* Reading */

static void
assert_not_loaded (const gchar *reason)
{
    g_autoptr(GError) error = NULL;

    g_assert_null (nl668_record_load (IMEI, NULL, NULL, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, reason));
}

static void
test_not_readable (void)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(GError)      error = NULL;

    fixture_reset ();
    fixture_write (GOOD, -1);
    fail ("fstat", EIO, 0);
    assert_not_loaded ("its directory cannot be opened: Input/output error");
    fail ("fstat", EIO, 1);
    assert_not_loaded ("cannot be read: Input/output error");
    fail ("fstat", EIO, 0);
    g_assert_null (nl668_key_file_read (fixture.path, 100, NULL, &error));
    g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_IO);

    /* The mode is of no importance. */
    g_assert_no_errno (g_chmod (fixture.path, 0644));
    fail ("fchmod", EROFS, 0);
    record = fixture_load ();
    g_assert_nonnull (record);
    g_assert_null (failing);
}

/* Of a process that has ended, no directory can be read. */
static void
test_list_fails (void)
{
    g_autofree gchar  *path = NULL;
    g_autoptr(GError)  error = NULL;
    siginfo_t          info;
    pid_t              child;

    child = fork ();
    g_assert_no_errno (child);
    if (!child)
        _exit (0);
    g_assert_no_errno (waitid (P_PID, child, &info, WEXITED | WNOWAIT));
    path = g_strdup_printf ("/proc/%d/net", (gint) child);
    g_assert_null (nl668_key_file_list (path, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    g_assert_no_errno (waitpid (child, NULL, 0));
}

/*****************************************************************************/
/* Writing */

static void
assert_not_saved (const gchar *reason)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(GError)      error = NULL;

    record = fixture_new_record ();
    g_assert_false (fixture_try_to_save (record, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, reason));
}

/* It is all the same whether the file or its directory is not on disk. */
static void
test_not_synced (void)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(Nl668Record) loaded = NULL;

    fixture_reset ();
    record = fixture_new_record ();
    fail ("fchmod", EIO, 0);
    assert_not_saved ("Input/output error");
    fail ("fsync", EIO, 0);
    assert_not_saved ("Input/output error");
    g_assert_cmpuint (fixture_count_files (), ==, 0);
    fail ("fsync", EIO, 1);
    assert_not_saved ("Input/output error");

    /* What signals interrupt is repeated. Some file systems cannot sync a directory. */
    fail ("fsync", EINTR, 0);
    fixture_save (record);
    fail ("fsync", EINVAL, 1);
    fixture_save (record);
    g_assert_null (failing);
    loaded = fixture_load ();
    fixture_assert_equal (loaded, record);
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    int status;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    fixture_set_up ();
    g_test_add_func ("/nl668/disk/not-readable", test_not_readable);
    g_test_add_func ("/nl668/disk/list-fails", test_list_fails);
    g_test_add_func ("/nl668/disk/not-synced", test_not_synced);
    status = g_test_run ();
    fixture_tear_down ();
    return status;
}
