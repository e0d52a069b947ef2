/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include "package-directories.h"

void
fixture_set_up (Fixture       *self,
                gconstpointer  user_data)
{
    g_autoptr(GError) error = NULL;

    self->top = g_dir_make_tmp ("nl668-catalogue-XXXXXX", &error);
    g_assert_no_error (error);
    self->etc = g_build_filename (self->top, "etc", NULL);
    self->usr = g_build_filename (self->top, "usr", NULL);
    g_assert_no_errno (g_mkdir (self->etc, 0755));
    g_assert_no_errno (g_mkdir (self->usr, 0755));
    self->warnings = g_ptr_array_new_with_free_func (g_free);
}

static int
remove_cb (const char        *path,
           const struct stat *status,
           int                type,
           struct FTW        *ftw)
{
    return remove (path);
}

void
fixture_tear_down (Fixture       *self,
                   gconstpointer  user_data)
{
    g_assert_no_errno (nftw (self->top, remove_cb, 16, FTW_DEPTH | FTW_PHYS));
    g_free (self->top);
    g_free (self->etc);
    g_free (self->usr);
    g_ptr_array_unref (self->warnings);
    g_clear_pointer (&self->files, nl668_package_files_free);
}

static void
warning_cb (const gchar *message,
            gpointer     user_data)
{
    Fixture *self = user_data;

    g_test_message ("%s", message);
    g_assert_null (strstr (message, "secret"));
    g_assert_null (strchr (message, '\n'));
    g_assert_true (g_utf8_validate (message, -1, NULL));
    g_ptr_array_add (self->warnings, g_strdup (message));
}

GPtrArray *
load (Fixture *self)
{
    const gchar *directories[] = { self->etc, "/nonexistent", self->usr, NULL };

    if (!self->files)
        self->files = nl668_package_files_new (directories);
    g_ptr_array_set_size (self->warnings, 0);
    return nl668_package_files_load (self->files, warning_cb, self);
}

void
write_bytes (const gchar *path,
             const gchar *contents,
             gssize       length,
             gint         mode)
{
    g_autoptr(GError) error = NULL;

    g_file_set_contents (path, contents, length, &error);
    g_assert_no_error (error);
    g_assert_no_errno (g_chmod (path, mode));
}

void
write_file (const gchar *directory,
            const gchar *name,
            const gchar *contents,
            gint         mode)
{
    g_autofree gchar *path = NULL;

    path = g_build_filename (directory, name, NULL);
    write_bytes (path, contents, -1, mode);
}

void
assert_warned_once (Fixture     *self,
                    const gchar *path,
                    const gchar *what)
{
    g_autofree gchar *escaped = NULL;
    g_autofree gchar *start = NULL;
    guint             n_warnings = 0;
    guint             i;

    escaped = g_strescape (path, NULL);
    start = g_strdup_printf ("package file %s is ignored: %s", escaped, what);
    for (i = 0; i < self->warnings->len; i++)
        n_warnings += g_str_has_prefix (g_ptr_array_index (self->warnings, i), start);
    if (n_warnings != 1)
        g_error ("%u warnings that begin with: %s", n_warnings, start);
}

const Nl668Package *
get_package (GPtrArray   *packages,
             guint        i,
             const gchar *id)
{
    const Nl668Package *package;

    g_assert_cmpuint (packages->len, >, i);
    package = g_ptr_array_index (packages, i);
    g_assert_cmpstr (package->id, ==, id);
    return package;
}
