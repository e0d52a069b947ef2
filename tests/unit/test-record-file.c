/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The file of a record: links and other special files, permissions, and a disk that cannot be
 * written to */

#include <config.h>

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "record-fixture.h"

/*****************************************************************************/
/* Special files in place of the record */

static void
test_link (void)
{
    g_autofree gchar *target = NULL;
    g_autofree gchar *contents = NULL;

    fixture_reset ();
    target = g_build_filename (fixture.top, "target", NULL);
    g_assert_true (g_file_set_contents (target, GOOD, -1, NULL));
    g_assert_no_errno (symlink (target, fixture.path));
    fixture_assert_set_aside ("is a symbolic link");

    g_assert_true (g_file_test (fixture.bad_path, G_FILE_TEST_IS_SYMLINK));
    g_assert_true (g_file_get_contents (target, &contents, NULL, NULL));
    g_assert_cmpstr (contents, ==, GOOD);

    g_assert_no_errno (symlink ("nowhere", fixture.path));
    fixture_assert_set_aside ("is a symbolic link");
}

/* The record replaces the link, not its target. */
static void
test_save_over_link (void)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autofree gchar       *target = NULL;
    g_autofree gchar       *contents = NULL;

    fixture_reset ();
    target = g_build_filename (fixture.top, "target", NULL);
    g_assert_true (g_file_set_contents (target, "mine", -1, NULL));
    g_assert_no_errno (symlink (target, fixture.path));
    record = fixture_new_record ();
    fixture_save (record);

    g_assert_true (g_file_get_contents (target, &contents, NULL, NULL));
    g_assert_cmpstr (contents, ==, "mine");
    g_assert_false (g_file_test (fixture.path, G_FILE_TEST_IS_SYMLINK));
}

static void
create_socket (void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    gint               fd;

    g_assert_cmpuint (strlen (fixture.path), <, sizeof (address.sun_path));
    strcpy (address.sun_path, fixture.path);
    fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_no_errno (fd);
    g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof (address)));
    close (fd);
}

static void
test_special (void)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autofree gchar       *inside = NULL;

    fixture_reset ();
    g_assert_no_errno (mkfifo (fixture.path, 0600));
    fixture_assert_set_aside ("is not a regular file");
    create_socket ();
    fixture_assert_set_aside ("is not a regular file");
    /* The .bad file is a socket now, and a directory is renamed to it; then the other way round. */
    g_assert_no_errno (g_mkdir (fixture.path, 0700));
    fixture_assert_set_aside ("is not a regular file");
    fixture_write ("", 0);
    fixture_assert_set_aside ("is empty");

    if (geteuid () == 0) {
        fixture_write (GOOD, -1);
        g_assert_no_errno (chown (fixture.path, 12345, 12345));
        fixture_assert_set_aside ("is owned by another user");
    }

    /* The .bad file is a directory that cannot be replaced. */
    inside = g_build_filename (fixture.bad_path, "inside", NULL);
    g_assert_no_errno (g_remove (fixture.bad_path));
    g_assert_no_errno (g_mkdir_with_parents (inside, 0700));
    fixture_write ("", 0);
    fixture.n_warnings = 0;
    g_assert_null (fixture_load ());
    g_assert_cmpuint (fixture.n_warnings, ==, 1);
    g_assert_nonnull (strstr (fixture.last_warning, "cannot be renamed"));
    record = fixture_new_record ();
    fixture_save (record);
}

/* Others cannot get at it, because of its directory. */
static void
test_mode (void)
{
    static const gint modes[] = { 0660, 0602, 0644, 0400 };
    guint             i;

    fixture_reset ();
    for (i = 0; i < G_N_ELEMENTS (modes); i++) {
        g_autoptr(Nl668Record) record = NULL;
        struct stat            status;

        fixture_write (GOOD, -1);
        g_assert_no_errno (g_chmod (fixture.path, modes[i]));
        record = fixture_load ();
        g_assert_nonnull (record);
        g_assert_no_errno (stat (fixture.path, &status));
        g_assert_cmpint (status.st_mode & 07777, ==, 0600);
    }
    g_assert_cmpuint (fixture.n_warnings, ==, 0);
}

/*****************************************************************************/
/* A record that may be good is never set aside. */

static void
assert_not_now (const gchar *reason)
{
    g_autoptr(GError) error = NULL;

    g_assert_null (nl668_record_load (IMEI, NULL, NULL, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    if (!strstr (error->message, fixture.path) || !strstr (error->message, reason))
        g_error ("no '%s' in '%s'", reason, error->message);
}

static void
test_no_descriptors (void)
{
    g_autoptr(Nl668Record) record = NULL;
    struct rlimit          limit;
    struct rlimit          old_limit;
    gint                   fd;

    fixture_reset ();
    fixture_write (GOOD, -1);
    g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &old_limit));
    fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    g_assert_no_errno (fd);
    limit = old_limit;
    /* One for the directory, none for the file; then none at all */
    limit.rlim_cur = fd + 2;
    g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
    assert_not_now ("cannot be opened: Too many open files");
    limit.rlim_cur = fd + 1;
    g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
    assert_not_now ("its directory cannot be opened: Too many open files");
    g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &old_limit));
    close (fd);

    record = fixture_load ();
    g_assert_nonnull (record);
}

/* Whoever may write to the directory can replace the record. */
static void
test_writable_directory (void)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(GError)      error = NULL;

    fixture_reset ();
    fixture_write (GOOD, -1);
    record = fixture_new_record ();
    g_assert_no_errno (g_chmod (fixture.directory, 0770));
    assert_not_now ("is writable by others than its owner: use chmod 700");
    g_assert_false (fixture_try_to_save (record, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "is writable by others than its owner"));
    if (geteuid () == 0) {
        g_assert_no_errno (g_chmod (fixture.directory, 0700));
        g_assert_no_errno (chown (fixture.directory, 12345, 12345));
        assert_not_now ("is owned by another user: chown it to root");
        g_assert_no_errno (chown (fixture.directory, 0, 0));
    }
    g_assert_cmpuint (fixture_count_files (), ==, 1);
}

/* Of a daemon that was killed while it wrote a record */
static void
test_leftovers (void)
{
    static const gchar *const names[] = {
        IMEI ".conf.staged", IMEI ".conf.A1b2C3",
        IMEI ".conf.bad", "12.conf.staged", IMEI ".conf.stagedd", IMEI "x.conf.staged", "staged",
    };
    guint i;

    fixture_remove_directory ();
    nl668_record_remove_leftovers ();
    fixture_reset ();
    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *path = NULL;

        path = g_build_filename (fixture.directory, names[i], NULL);
        g_assert_true (g_file_set_contents (path, "", 0, NULL));
    }
    fixture_write (GOOD, -1);
    nl668_record_remove_leftovers ();
    g_assert_cmpuint (fixture_count_files (), ==, G_N_ELEMENTS (names) - 2 + 1);
    for (i = 0; i < 2; i++) {
        g_autofree gchar *path = NULL;

        path = g_build_filename (fixture.directory, names[i], NULL);
        g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
}

/*****************************************************************************/
/* For clients */

static void
test_read (void)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autoptr(GError)       missing = NULL;
    g_autoptr(GError)       bad = NULL;

    fixture_reset ();
    g_assert_null (nl668_record_read (IMEI, &missing));
    g_assert_error (missing, G_FILE_ERROR, G_FILE_ERROR_NOENT);

    fixture_write (GOOD, -1);
    record = nl668_record_read (IMEI, NULL);
    g_assert_nonnull (record);
    g_assert_cmpuint (record->progress, ==, 5);

    /* Only the daemon renames it. */
    fixture_reset ();
    fixture_write (HEAD, -1);
    g_assert_null (nl668_record_read (IMEI, &bad));
    g_assert_nonnull (strstr (bad->message, "State"));
    g_assert_cmpuint (fixture_count_files (), ==, 1);
    g_assert_cmpuint (fixture.n_warnings, ==, 0);
}

static void
test_list (void)
{
    static const gchar *const names[] = {
        OTHER ".conf", IMEI ".conf.bad", "12.conf", OTHER, IMEI "1.conf.XXXXXX",
    };
    g_autoptr(GError) error = NULL;
    g_auto(GStrv)     none = NULL;
    g_auto(GStrv)     imeis = NULL;
    guint             i;

    fixture_remove_directory ();
    g_assert_null (nl668_record_list (&error));
    g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);

    fixture_reset ();
    none = nl668_record_list (NULL);
    g_assert_nonnull (none);
    g_assert_null (none[0]);

    for (i = 0; i < G_N_ELEMENTS (names); i++) {
        g_autofree gchar *path = NULL;

        path = g_build_filename (fixture.directory, names[i], NULL);
        g_assert_true (g_file_set_contents (path, "", 0, NULL));
    }
    fixture_write (GOOD, -1);
    imeis = nl668_record_list (NULL);
    g_assert_cmpuint (g_strv_length (imeis), ==, 2);
    g_assert_cmpstr (imeis[0], ==, IMEI);
    g_assert_cmpstr (imeis[1], ==, OTHER);
}

/*****************************************************************************/
/* Directory and disk */

static void
test_directory (void)
{
    g_autoptr(Nl668Record) record = NULL;
    struct stat            status;

    fixture_remove_directory ();
    g_assert_null (fixture_load ());
    g_assert_cmpuint (fixture.n_warnings, ==, 0);

    record = fixture_new_record ();
    fixture_save (record);
    g_assert_no_errno (stat (fixture.parent, &status));
    g_assert_cmpint (status.st_mode & 07777, ==, 0700);
    g_assert_no_errno (stat (fixture.directory, &status));
    g_assert_cmpint (status.st_mode & 07777, ==, 0700);
    g_assert_no_errno (stat (fixture.path, &status));
    g_assert_cmpint (status.st_mode & 07777, ==, 0600);

    /* Saving also corrects the mode. */
    g_assert_no_errno (g_chmod (fixture.path, 0644));
    fixture_save (record);
    g_assert_no_errno (stat (fixture.path, &status));
    g_assert_cmpint (status.st_mode & 07777, ==, 0600);
    g_assert_cmpuint (fixture_count_files (), ==, 1);
}

static void
assert_not_saved (const gchar *version,
                  const gchar *message)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(GError)      error = NULL;

    record = fixture_new_record ();
    g_free (record->target_version);
    record->target_version = g_strdup (version);
    g_assert_false (fixture_try_to_save (record, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, message));
    g_assert_true (g_str_is_ascii (error->message));
}

/* Every failure leaves the old record and no temporary file. */
static void
test_not_saved (void)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autoptr(Nl668Record)  loaded = NULL;
    g_autofree gchar       *too_long = NULL;
    struct rlimit           limit;
    struct rlimit           old_limit;
    uid_t                   user;

    fixture_reset ();
    record = fixture_new_record ();
    fixture_save (record);

    /* Values that could not be loaded */
    too_long = g_strnfill (NL668_RECORD_STRING_MAX + 1, '1');
    assert_not_saved (too_long, "TargetVersion: is too long");
    assert_not_saved ("1\n2", "TargetVersion: has an invalid value");

    /* As if the disk were full */
    signal (SIGXFSZ, SIG_IGN);
    g_assert_no_errno (getrlimit (RLIMIT_FSIZE, &old_limit));
    limit = old_limit;
    limit.rlim_cur = 100;
    g_assert_no_errno (setrlimit (RLIMIT_FSIZE, &limit));
    assert_not_saved ("1", fixture.path);
    g_assert_no_errno (setrlimit (RLIMIT_FSIZE, &old_limit));

    /* A read-only directory; root could write to it. */
    user = geteuid ();
    g_assert_no_errno (g_chmod (fixture.directory, 0555));
    if (user == 0)
        g_assert_no_errno (seteuid (65534));
    assert_not_saved ("1", fixture.path);
    g_assert_no_errno (seteuid (user));
    g_assert_no_errno (g_chmod (fixture.directory, 0700));

    g_assert_cmpuint (fixture_count_files (), ==, 1);
    loaded = fixture_load ();
    fixture_assert_equal (loaded, record);

    /* A directory that cannot be created */
    fixture_remove_directory ();
    g_assert_true (g_file_set_contents (fixture.parent, "", -1, NULL));
    assert_not_saved ("1", fixture.path);
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

    g_test_add_func ("/nl668/record-file/link", test_link);
    g_test_add_func ("/nl668/record-file/save-over-link", test_save_over_link);
    g_test_add_func ("/nl668/record-file/special", test_special);
    g_test_add_func ("/nl668/record-file/mode", test_mode);
    g_test_add_func ("/nl668/record-file/no-descriptors", test_no_descriptors);
    g_test_add_func ("/nl668/record-file/writable-directory", test_writable_directory);
    g_test_add_func ("/nl668/record-file/leftovers", test_leftovers);
    g_test_add_func ("/nl668/record-file/read", test_read);
    g_test_add_func ("/nl668/record-file/list", test_list);
    g_test_add_func ("/nl668/record-file/directory", test_directory);
    g_test_add_func ("/nl668/record-file/not-saved", test_not_saved);
    status = g_test_run ();

    fixture_tear_down ();
    return status;
}
