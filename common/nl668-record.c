/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-key-file.h"
#include "nl668-record.h"

/* Enough for all strings of a record with every byte escaped */
#define FILE_SIZE_MAX (16 * 1024)

/*****************************************************************************/
/* Path */

static const gchar *
get_directory (void)
{
    static const gchar *directory = NULL;

    if (!directory) {
        directory = g_getenv ("FIBOCOM_NL668_STATE_DIR");
        directory = directory && *directory ? g_strdup (directory) : NL668_STATEDIR;
    }
    return directory;
}

static gchar *
build_path (const gchar *imei)
{
    g_autofree gchar *name = NULL;

    name = g_strconcat (imei, NL668_KEY_FILE_SUFFIX, NULL);
    return g_build_filename (get_directory (), name, NULL);
}

/*****************************************************************************/
/* Load */

/* Returns a description of the result, for a message. */
static gchar *
set_aside (const gchar *path)
{
    g_autofree gchar *bad_path = NULL;
    gboolean          moved;
    gint              number;

    bad_path = g_strconcat (path, ".bad", NULL);
    moved = g_rename (path, bad_path) == 0;
    number = errno;
    /* rename () does not replace a directory with a file. */
    if (!moved)
        moved = g_remove (bad_path) == 0 && g_rename (path, bad_path) == 0;

    if (moved)
        return g_strdup_printf ("it is kept as %s", bad_path);
    return g_strdup_printf ("it cannot be renamed: %s", g_strerror (number));
}

Nl668Record *
nl668_record_read (const gchar  *imei,
                   GError      **error)
{
    g_autoptr(GBytes)  contents = NULL;
    g_autofree gchar  *path = NULL;

    g_return_val_if_fail (nl668_is_imei (imei), NULL);

    path = build_path (imei);
    contents = nl668_key_file_read (path, O_NOFOLLOW, FILE_SIZE_MAX, NULL, error);
    return contents ? nl668_record_parse (contents, imei, error) : NULL;
}

Nl668Record *
nl668_record_load (const gchar      *imei,
                   Nl668WarningFunc  warning,
                   gpointer          user_data)
{
    g_autoptr(Nl668Record)  self = NULL;
    g_autoptr(GError)       error = NULL;
    g_autofree gchar       *path = NULL;
    g_autofree gchar       *outcome = NULL;
    g_autofree gchar       *message = NULL;

    if (!nl668_is_imei (imei))
        return NULL;

    self = nl668_record_read (imei, &error);
    if (error && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        path = build_path (imei);
        outcome = set_aside (path);
        message = g_strdup_printf ("the record of an update %s is ignored: %s; %s",
                                   path, error->message, outcome);
        warning (message, user_data);
    }
    return g_steal_pointer (&self);
}

GStrv
nl668_record_list (GError **error)
{
    g_auto(GStrv)  names = NULL;
    GPtrArray     *imeis;
    guint          i;

    names = nl668_key_file_list (get_directory (), error);
    if (!names)
        return NULL;

    imeis = g_ptr_array_new ();
    for (i = 0; names[i]; i++) {
        g_autofree gchar *imei = NULL;

        imei = g_strndup (names[i], strlen (names[i]) - strlen (NL668_KEY_FILE_SUFFIX));
        if (nl668_is_imei (imei))
            g_ptr_array_add (imeis, g_steal_pointer (&imei));
    }
    g_ptr_array_add (imeis, NULL);
    return (GStrv) g_ptr_array_free (imeis, FALSE);
}

/*****************************************************************************/
/* Save */

static gboolean
write_contents (GBytes       *contents,
                const gchar  *path,
                GError      **error)
{
    if (g_mkdir_with_parents (get_directory (), 0700) < 0) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "its directory cannot be created: %s", g_strerror (errno));
        return FALSE;
    }
    if (!g_file_set_contents_full (path,
                                   g_bytes_get_data (contents, NULL),
                                   g_bytes_get_size (contents),
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600,
                                   error))
        return FALSE;

    /* Newer versions of GLib keep the mode of the old file. */
    if (g_chmod (path, 0600) < 0) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "its mode cannot be set: %s", g_strerror (errno));
        return FALSE;
    }
    return TRUE;
}

gboolean
nl668_record_save (const Nl668Record  *self,
                   const gchar        *imei,
                   GError            **error)
{
    g_autoptr(GBytes)  contents = NULL;
    g_autoptr(GError)  inner_error = NULL;
    g_autofree gchar  *path = NULL;
    g_autofree gchar  *reason = NULL;

    if (!nl668_is_imei (imei)) {
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                             "cannot record the update: the module does not report its IMEI");
        return FALSE;
    }

    path = build_path (imei);
    contents = nl668_record_serialize (self, imei, &inner_error);
    if (!contents) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "cannot record the update in %s: %s", path, inner_error->message);
        return FALSE;
    }
    if (!write_contents (contents, path, &inner_error)) {
        /* GLib quotes file names with characters that not every terminal has. */
        reason = g_str_to_ascii (inner_error->message, "C");
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "cannot record the update in %s, free some space or make it writable: %s",
                     path, reason);
        return FALSE;
    }
    return TRUE;
}
