/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Package files that were read are read again only if they have changed. */

#include <config.h>

#include <sys/inotify.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "package-directories.h"
#include "package-files.h"

/* Seconds; a file that was just written is as good as old */
static gint64 clock_offset;

/* Reports which files in the first directory are opened */
static gint inotify;

/* Replaces that of GLib. */
gint64
g_get_real_time (void)
{
    struct timespec now;

    clock_gettime (CLOCK_REALTIME, &now);
    return (now.tv_sec + clock_offset) * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
set_up (Fixture       *self,
        gconstpointer  user_data)
{
    fixture_set_up (self, user_data);
    clock_offset = 0;
    inotify = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
    g_assert_cmpint (inotify_add_watch (inotify, self->etc, IN_OPEN), >=, 0);
}

static void
tear_down (Fixture       *self,
           gconstpointer  user_data)
{
    close (inotify);
    fixture_tear_down (self, user_data);
}

/* Checks how many files in etc, and how often etc itself, were opened since the last call. */
static void
assert_opened (guint n_files,
               guint n_lists)
{
    gchar  buffer[4096] __attribute__ ((aligned (__alignof__ (struct inotify_event))));
    guint  n_opened[] = { 0, 0 };
    gssize length;
    gchar *c;

    while ((length = read (inotify, buffer, sizeof (buffer))) > 0) {
        for (c = buffer; c < buffer + length;) {
            struct inotify_event *event = (struct inotify_event *) c;

            n_opened[(event->mask & IN_ISDIR) ? 1 : 0]++;
            c += sizeof (*event) + event->len;
        }
    }
    g_assert_cmpuint (n_opened[0], ==, n_files);
    g_assert_cmpuint (n_opened[1], ==, n_lists);
}

/* Ignores what the test itself has opened. */
static GPtrArray *
load_and_count (Fixture *self,
                guint    n_files,
                guint    n_lists)
{
    GPtrArray *packages;
    gchar      buffer[4096];

    while (read (inotify, buffer, sizeof (buffer)) > 0)
        ;
    packages = load (self);
    assert_opened (n_files, n_lists);
    return packages;
}

/* Changes neither the file's inode nor its directory. @contents must have another length. */
static void
overwrite (const gchar *path,
           const gchar *contents)
{
    g_autoptr(GError) error = NULL;

    g_file_set_contents_full (path, contents, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error);
    g_assert_no_error (error);
}

static void
test_kept (Fixture       *self,
           gconstpointer  user_data)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *bad_path = NULL;

    path = g_build_filename (self->etc, "a.conf", NULL);
    bad_path = g_build_filename (self->etc, "bad.conf", NULL);
    write_bytes (path, VALID, -1, 0644);
    write_bytes (bad_path, P, -1, 0644);
    write_file (self->etc, "empty.conf", "", 0644);
    clock_offset = 10;

    get_package (load_and_count (self, 3, 1), 0, "a");
    assert_warned_once (self, bad_path, "Model: is missing");
    get_package (load_and_count (self, 0, 0), 0, "a");
    g_assert_cmpuint (self->warnings->len, ==, 1);
    assert_warned_once (self, bad_path, "Model: is missing");

    overwrite (path, VALID "Id=b\n");
    get_package (load_and_count (self, 1, 0), 0, "b");
    overwrite (bad_path, "bad");
    load_and_count (self, 1, 0);
    assert_warned_once (self, bad_path, "is not a key file");
    overwrite (bad_path, VALID);
    g_assert_cmpuint (load_and_count (self, 1, 0)->len, ==, 2);
    g_assert_cmpuint (self->warnings->len, ==, 0);

    g_assert_no_errno (g_chmod (path, 0666));
    get_package (load_and_count (self, 1, 0), 0, "bad");
    assert_warned_once (self, path, "is writable by others");
    g_assert_no_errno (g_chmod (path, 0644));
    get_package (load_and_count (self, 1, 0), 0, "b");
    if (geteuid () == 0) {
        g_assert_no_errno (chown (path, 12345, -1));
        get_package (load_and_count (self, 1, 0), 0, "bad");
        assert_warned_once (self, path, "is owned by another user");
    }

    /* The directory has changed */
    g_assert_no_errno (unlink (path));
    g_assert_cmpuint (load_and_count (self, 0, 1)->len, ==, 1);
}

static void
test_kept_links (Fixture       *self,
                 gconstpointer  user_data)
{
    g_autofree gchar *link_path = NULL;
    g_autofree gchar *target = NULL;

    link_path = g_build_filename (self->etc, "a.conf", NULL);
    target = g_build_filename (self->top, "target", NULL);
    write_file (self->usr, "a.conf", VALID "Id=usr\n", 0644);
    write_bytes (target, VALID "Id=b\n", -1, 0644);
    g_assert_no_errno (symlink (target, link_path));
    clock_offset = 10;
    get_package (load (self), 0, "b");

    overwrite (target, VALID "Id=ccc\n");
    get_package (load (self), 0, "ccc");
    /* It is the target that is replaced, not the link */
    write_bytes (target, VALID "Id=dd\n", -1, 0644);
    get_package (load (self), 0, "dd");
    g_assert_no_errno (unlink (target));
    g_assert_cmpuint (load (self)->len, ==, 0);
    assert_warned_once (self, link_path, "cannot be opened");

    g_assert_no_errno (unlink (link_path));
    g_assert_no_errno (symlink ("/dev/null", link_path));
    g_assert_cmpuint (load (self)->len, ==, 0);
    g_assert_cmpuint (self->warnings->len, ==, 0);
    g_assert_no_errno (unlink (link_path));
    get_package (load (self), 0, "usr");
}

/* A second change within the same tick of the clock would not show. */
static void
test_too_new (Fixture       *self,
              gconstpointer  user_data)
{
    write_file (self->etc, "a.conf", VALID, 0644);
    load_and_count (self, 1, 1);
    load_and_count (self, 1, 1);
    /* It was too new when it was read */
    clock_offset = 10;
    load_and_count (self, 1, 1);
    load_and_count (self, 0, 0);
    /* The clock was set back: what is kept was read later than the file was written */
    clock_offset = -3600;
    load_and_count (self, 0, 0);
    write_file (self->etc, "b.conf", VALID, 0644);
    load_and_count (self, 1, 1);
    load_and_count (self, 1, 1);
}

static rlim_t
limit_files (rlim_t n_files)
{
    struct rlimit limit;
    rlim_t        before;

    g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
    before = limit.rlim_cur;
    limit.rlim_cur = n_files;
    g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
    return before;
}

/* What may go away is not kept. */
static void
test_temporary (Fixture       *self,
                gconstpointer  user_data)
{
    g_autofree gchar *path = NULL;
    rlim_t            before;

    clock_offset = 10;
    load (self);
    path = g_build_filename (self->etc, "a.conf", NULL);
    write_bytes (path, VALID, -1, 0644);

    before = limit_files (0);
    g_assert_cmpuint (load (self)->len, ==, 0);
    /* For /nonexistent as well */
    g_assert_cmpuint (self->warnings->len, ==, 2);
    g_assert_true (g_str_has_prefix (self->warnings->pdata[0], "package files are ignored: "));
    g_assert_true (nl668_package_files_exist (self->files));
    limit_files (before);
    g_assert_true (nl668_package_files_exist (self->files));

    limit_files (0);
    g_assert_cmpuint (load (self)->len, ==, 0);
    assert_warned_once (self, path, "cannot be opened: Too many open files");
    limit_files (before);
    get_package (load (self), 0, "a");
    g_assert_cmpuint (self->warnings->len, ==, 0);
    limit_files (0);
    get_package (load (self), 0, "a");
    limit_files (before);
}

/* No file is opened, and the directory is listed once. */
static void
test_exist (Fixture       *self,
            gconstpointer  user_data)
{
    guint i;

    load (self);
    g_assert_false (nl668_package_files_exist (self->files));
    write_file (self->etc, "a.conf~", VALID, 0644);
    g_assert_false (nl668_package_files_exist (self->files));
    write_file (self->usr, "a.conf", "", 0644);
    g_assert_true (nl668_package_files_exist (self->files));
    write_file (self->etc, "b.conf", VALID, 0644);
    clock_offset = 10;
    load_and_count (self, 1, 1);

    write_file (self->etc, "c.conf", VALID, 0644);
    assert_opened (1, 0);
    for (i = 0; i < 100; i++)
        g_assert_true (nl668_package_files_exist (self->files));
    assert_opened (0, 1);
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
    g_test_add ("/nl668/package-files/" path, Fixture, NULL, set_up, function, tear_down)

    ADD ("kept", test_kept);
    ADD ("kept-links", test_kept_links);
    ADD ("too-new", test_too_new);
    ADD ("temporary", test_temporary);
    ADD ("exist", test_exist);

    return g_test_run ();
}
