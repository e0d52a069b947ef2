/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "nl668-properties.h"
#include "record-fixture.h"

Fixture fixture;

static int
remove_cb (const char        *name,
           const struct stat *status,
           int                type,
           struct FTW        *ftw)
{
    return remove (name);
}

void
fixture_remove_directory (void)
{
    if (g_access (fixture.parent, F_OK) == 0)
        g_assert_no_errno (nftw (fixture.parent, remove_cb, 16, FTW_DEPTH | FTW_PHYS));
    fixture.n_warnings = 0;
}

void
fixture_reset (void)
{
    fixture_remove_directory ();
    g_assert_no_errno (g_mkdir_with_parents (fixture.directory, 0755));
}

static void
warning_cb (const gchar *message,
            gpointer     user_data)
{
    g_assert_cmpstr (user_data, ==, "data");
    g_assert_null (strchr (message, '\n'));
    g_free (fixture.last_warning);
    fixture.last_warning = g_strdup (message);
    fixture.n_warnings++;
}

Nl668Record *
fixture_load (void)
{
    g_autoptr(GError)  error = NULL;
    Nl668Record       *record;

    record = nl668_record_load (IMEI, warning_cb, (gpointer) "data", &error);
    g_assert_no_error (error);
    return record;
}

gboolean
fixture_try_to_save (const Nl668Record  *record,
                     GError            **error)
{
    g_autoptr(GBytes) contents = NULL;

    contents = nl668_record_serialize (record, IMEI, error);
    return contents && nl668_record_write (IMEI, contents, error);
}

void
fixture_save (const Nl668Record *record)
{
    g_autoptr(GError) error = NULL;

    fixture_try_to_save (record, &error);
    g_assert_no_error (error);
}

void
fixture_write (const gchar *contents,
               gssize       length)
{
    g_autoptr(GError) error = NULL;

    /* Without fsync(), which is slow */
    g_file_set_contents_full (fixture.path, contents, length, G_FILE_SET_CONTENTS_NONE, 0600,
                              &error);
    g_assert_no_error (error);
    g_assert_no_errno (g_chmod (fixture.path, 0600));
}

guint
fixture_count_files (void)
{
    g_autoptr(GDir) dir = NULL;
    guint           n_files = 0;

    dir = g_dir_open (fixture.directory, 0, NULL);
    g_assert_nonnull (dir);
    while (g_dir_read_name (dir))
        n_files++;
    return n_files;
}

void
fixture_assert_set_aside (const gchar *reason)
{
    g_autoptr(Nl668Record) record = NULL;
    struct stat            status;

    fixture.n_warnings = 0;
    record = fixture_load ();
    g_assert_null (record);
    g_assert_cmpuint (fixture.n_warnings, ==, 1);
    g_assert_nonnull (strstr (fixture.last_warning, fixture.path));
    if (!strstr (fixture.last_warning, reason))
        g_error ("no '%s' in '%s'", reason, fixture.last_warning);
    g_assert_cmpint (lstat (fixture.path, &status), <, 0);
    g_assert_no_errno (lstat (fixture.bad_path, &status));

    /* Once: there is no record now. */
    g_assert_null (fixture_load ());
    g_assert_cmpuint (fixture.n_warnings, ==, 1);
}

Nl668Record *
fixture_new_record (void)
{
    Nl668Record *record;
    guint        i;

    record = nl668_record_new ();
    record->state = NL668_STATE_DOWNLOADING;
    record->progress = 52;
    record->started = 1735689600;
    record->finished = G_MAXUINT64;
    record->package = g_strdup ("NL668-EAU-00_02.73.13_to_02.73.15");
    record->source = g_strdup ("http://example.net/a;b\\c=#%20[x]");
    record->previous_version = g_strdup (" 19011.1000.00.02.73.13 ");
    record->target_version = g_strdup ("19011.1000.00.02.73.15");
    record->error_name = g_strdup ("org.freedesktop.ModemManager1.Error.Core.Failed");
    record->error_message = g_strdup ("\xe2\x80\x9ekaputt\xe2\x80\x9c: \\n; = [Update] # ");
    nl668_saved_set_modes (&record->saved, "12;8");
    for (i = 0; i < NL668_SETTING_LAST; i++)
        nl668_saved_set_value (&record->saved, i, "0");
    nl668_saved_set_value (&record->saved, NL668_SETTING_GTRAT, "10,3,2");
    nl668_saved_set_locked_gtrat (&record->saved, "3");
    nl668_saved_set_locked_mode (&record->saved, "8");
    return record;
}

void
fixture_assert_equal (const Nl668Record *a,
                      const Nl668Record *b)
{
    guint i;

    g_assert_nonnull (a);
    g_assert_cmpuint (a->state, ==, b->state);
    g_assert_cmpuint (a->progress, ==, b->progress);
    g_assert_cmpuint (a->started, ==, b->started);
    g_assert_cmpuint (a->finished, ==, b->finished);
    g_assert_cmpstr (a->package, ==, b->package);
    g_assert_cmpstr (a->source, ==, b->source);
    g_assert_cmpstr (a->previous_version, ==, b->previous_version);
    g_assert_cmpstr (a->target_version, ==, b->target_version);
    g_assert_cmpstr (a->error_name, ==, b->error_name);
    g_assert_cmpstr (a->error_message, ==, b->error_message);
    g_assert_true (a->saved.has_modes == b->saved.has_modes);
    if (a->saved.has_modes) {
        g_assert_cmpuint (a->saved.allowed_modes, ==, b->saved.allowed_modes);
        g_assert_cmpuint (a->saved.preferred_mode, ==, b->saved.preferred_mode);
    }
    for (i = 0; i < NL668_SETTING_LAST; i++)
        g_assert_cmpstr (a->saved.values[i], ==, b->saved.values[i]);
    g_assert_cmpstr (a->saved.locked_gtrat, ==, b->saved.locked_gtrat);
    g_assert_cmpuint (a->saved.locked_mode, ==, b->saved.locked_mode);
}

/*****************************************************************************/

void
fixture_set_up (void)
{
    g_autoptr(GError) error = NULL;

    fixture.top = g_dir_make_tmp ("nl668-record-XXXXXX", &error);
    g_assert_no_error (error);
    g_assert_no_errno (g_chmod (fixture.top, 0755));
    fixture.parent = g_build_filename (fixture.top, "parent", NULL);
    fixture.directory = g_build_filename (fixture.parent, "directory", NULL);
    fixture.path = g_build_filename (fixture.directory, IMEI ".conf", NULL);
    fixture.bad_path = g_strconcat (fixture.path, ".bad", NULL);
    g_setenv ("FIBOCOM_NL668_STATE_DIR", fixture.directory, TRUE);
}

void
fixture_tear_down (void)
{
    g_assert_no_errno (nftw (fixture.top, remove_cb, 16, FTW_DEPTH | FTW_PHYS));
    g_free (fixture.top);
    g_free (fixture.parent);
    g_free (fixture.directory);
    g_free (fixture.path);
    g_free (fixture.bad_path);
    g_free (fixture.last_warning);
}
