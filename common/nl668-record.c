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

#include "nl668-record.h"
#include "nl668-state.h"

#define GROUP "Update"

/* More than all that a record may have takes, every byte escaped */
#define FILE_SIZE_MAX     (16 * 1024)
#define NUMBER_LENGTH_MAX 10

/*****************************************************************************/
/* Values */

static gboolean
is_text (const gchar *value)
{
    const gchar *c;

    for (c = value; *c; c = g_utf8_next_char (c)) {
        if (g_unichar_iscntrl (g_utf8_get_char (c)))
            return FALSE;
    }
    return TRUE;
}

/* They end up in a command or a call: nothing but numbers can be in them */
static gboolean
are_numbers (const gchar *value,
             const gchar *separator,
             guint        n_min,
             guint        n_max)
{
    g_auto(GStrv) numbers = NULL;
    guint         n_numbers;
    guint         i;

    numbers = g_strsplit (value, separator, -1);
    n_numbers = g_strv_length (numbers);
    if (n_numbers < n_min || n_numbers > n_max)
        return FALSE;

    for (i = 0; i < n_numbers; i++) {
        if (strlen (numbers[i]) > NUMBER_LENGTH_MAX ||
            !g_ascii_string_to_unsigned (numbers[i], 10, 0, G_MAXUINT32, NULL, NULL))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_modes (const gchar *value)
{
    return are_numbers (value, ";", 2, 2);
}

static gboolean
is_gtrat (const gchar *value)
{
    return are_numbers (value, ",", 1, 8);
}

static gboolean
is_number (const gchar *value)
{
    return are_numbers (value, ",", 1, 1);
}

/*****************************************************************************/
/* Keys of the file */

typedef enum {
    KEY_IMEI,
    KEY_STATE,
    KEY_PROGRESS,
    KEY_STARTED,
    KEY_FINISHED,
    KEY_PACKAGE,
    KEY_SOURCE,
    KEY_PREVIOUS_VERSION,
    KEY_TARGET_VERSION,
    KEY_ERROR_NAME,
    KEY_ERROR_MESSAGE,
    KEY_RADIO_MODES,
    KEY_GTRAT,
    KEY_CALLBREAK,
    KEY_GPRSFIRST,
    KEY_LAST
} Key;

static const gchar *const key_names[] = {
    [KEY_IMEI]             = "IMEI",
    [KEY_STATE]            = "State",
    [KEY_PROGRESS]         = "Progress",
    [KEY_STARTED]          = "Started",
    [KEY_FINISHED]         = "Finished",
    [KEY_PACKAGE]          = "Package",
    [KEY_SOURCE]           = "Source",
    [KEY_PREVIOUS_VERSION] = "PreviousVersion",
    [KEY_TARGET_VERSION]   = "TargetVersion",
    [KEY_ERROR_NAME]       = "ErrorName",
    [KEY_ERROR_MESSAGE]    = "ErrorMessage",
    [KEY_RADIO_MODES]      = "RadioModes",
    [KEY_GTRAT]            = "GTRAT",
    [KEY_CALLBREAK]        = "CALLBREAK",
    [KEY_GPRSFIRST]        = "GPRSFIRST",
    [KEY_LAST]             = NULL,
};

/* All that may be missing */
static const struct {
    Key        key;
    gsize      offset;
    gboolean (*is_valid) (const gchar *value);
} strings[] = {
    { KEY_PACKAGE,          G_STRUCT_OFFSET (Nl668Record, package),          nl668_is_printable_ascii },
    { KEY_SOURCE,           G_STRUCT_OFFSET (Nl668Record, source),           nl668_is_printable_ascii },
    { KEY_PREVIOUS_VERSION, G_STRUCT_OFFSET (Nl668Record, previous_version), nl668_is_printable_ascii },
    { KEY_TARGET_VERSION,   G_STRUCT_OFFSET (Nl668Record, target_version),   nl668_is_printable_ascii },
    { KEY_ERROR_NAME,       G_STRUCT_OFFSET (Nl668Record, error_name),       nl668_is_printable_ascii },
    { KEY_ERROR_MESSAGE,    G_STRUCT_OFFSET (Nl668Record, error_message),    is_text },
    { KEY_RADIO_MODES,      G_STRUCT_OFFSET (Nl668Record, radio_modes),      is_modes },
    { KEY_GTRAT,            G_STRUCT_OFFSET (Nl668Record, gtrat),            is_gtrat },
    { KEY_CALLBREAK,        G_STRUCT_OFFSET (Nl668Record, callbreak),        is_number },
    { KEY_GPRSFIRST,        G_STRUCT_OFFSET (Nl668Record, gprsfirst),        is_number },
};

#define STRING(self, i) G_STRUCT_MEMBER (gchar *, self, strings[i].offset)

Nl668Record *
nl668_record_new (void)
{
    return g_new0 (Nl668Record, 1);
}

void
nl668_record_free (Nl668Record *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (strings); i++)
        g_free (STRING (self, i));
    g_free (self);
}

/*****************************************************************************/
/* File to record */

static gboolean
refuse (GError      **error,
        Key           key,
        const gchar  *reason)
{
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                 "%s: %s", key_names[key], reason);
    return FALSE;
}

static gchar *
read_string (GKeyFile  *key_file,
             Key        key,
             GError   **error)
{
    g_autofree gchar *value = NULL;

    value = nl668_key_file_get_string (key_file, GROUP, key_names[key]);
    if (!value)
        refuse (error, key, "is missing or ill-formed");
    else if (strlen (value) > NL668_RECORD_STRING_MAX)
        refuse (error, key, "is too long");
    else
        return g_steal_pointer (&value);
    return NULL;
}

static gboolean
read_imei (GKeyFile     *key_file,
           const gchar  *imei,
           GError      **error)
{
    g_autofree gchar *value = NULL;

    value = read_string (key_file, KEY_IMEI, error);
    if (!value)
        return FALSE;
    return g_str_equal (value, imei) || refuse (error, KEY_IMEI, "belongs to another module");
}

static gboolean
read_state (GKeyFile  *key_file,
            guint     *state,
            GError   **error)
{
    g_autofree gchar *value = NULL;

    value = read_string (key_file, KEY_STATE, error);
    if (!value)
        return FALSE;

    *state = nl668_state_from_name (value);
    return *state != NL668_STATE_UNKNOWN || refuse (error, KEY_STATE, "is unknown");
}

static gboolean
read_number (GKeyFile  *key_file,
             Key        key,
             guint64    max,
             guint64   *number,
             GError   **error)
{
    g_autofree gchar *value = NULL;

    value = read_string (key_file, key, error);
    if (!value)
        return FALSE;
    return (g_ascii_string_to_unsigned (value, 10, 0, max, number, NULL) ||
            refuse (error, key, "is not a number in its range"));
}

static gboolean
read_strings (GKeyFile     *key_file,
              Nl668Record  *self,
              GError      **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        if (!g_key_file_has_key (key_file, GROUP, key_names[strings[i].key], NULL))
            continue;
        STRING (self, i) = read_string (key_file, strings[i].key, error);
        if (!STRING (self, i))
            return FALSE;
        if (!*STRING (self, i) || !strings[i].is_valid (STRING (self, i)))
            return refuse (error, strings[i].key, "has an invalid value");
    }
    return TRUE;
}

static Nl668Record *
parse (GBytes       *contents,
       const gchar  *imei,
       GError      **error)
{
    g_autoptr(Nl668Record) self = NULL;
    g_autoptr(GKeyFile)    key_file = NULL;
    guint64                progress;

    key_file = nl668_key_file_parse (contents, GROUP, key_names, error);
    if (!key_file)
        return NULL;

    self = nl668_record_new ();
    if (!read_imei (key_file, imei, error) ||
        !read_state (key_file, &self->state, error) ||
        !read_number (key_file, KEY_PROGRESS, 100, &progress, error) ||
        !read_number (key_file, KEY_STARTED, G_MAXUINT64, &self->started, error) ||
        !read_number (key_file, KEY_FINISHED, G_MAXUINT64, &self->finished, error) ||
        !read_strings (key_file, self, error))
        return NULL;
    self->progress = progress;
    return g_steal_pointer (&self);
}

/*****************************************************************************/
/* Where it is */

gboolean
nl668_record_is_imei (const gchar *imei)
{
    gsize length;

    if (!imei)
        return FALSE;
    length = strspn (imei, G_CSET_DIGITS);
    return length >= 14 && length <= 16 && !imei[length];
}

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

/* Returns what it came to */
static gchar *
set_aside (const gchar *path)
{
    g_autofree gchar *bad_path = NULL;
    gboolean          moved;
    gint              number;

    bad_path = g_strconcat (path, ".bad", NULL);
    moved = g_rename (path, bad_path) == 0;
    number = errno;
    /* A file and a directory do not replace each other */
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

    g_return_val_if_fail (nl668_record_is_imei (imei), NULL);

    path = build_path (imei);
    contents = nl668_key_file_read (path, O_NOFOLLOW, FILE_SIZE_MAX, NULL, error);
    return contents ? parse (contents, imei, error) : NULL;
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

    if (!nl668_record_is_imei (imei))
        return NULL;

    self = nl668_record_read (imei, &error);
    if (!self && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
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
        if (nl668_record_is_imei (imei))
            g_ptr_array_add (imeis, g_steal_pointer (&imei));
    }
    g_ptr_array_add (imeis, NULL);
    return (GStrv) g_ptr_array_free (imeis, FALSE);
}

/*****************************************************************************/
/* Save */

static gboolean
is_others_text (Key key)
{
    return key == KEY_SOURCE || key == KEY_ERROR_MESSAGE;
}

/* What others said may be anything, and must not keep us from remembering */
static gchar *
build_text (const gchar *text)
{
    gchar *valid;
    gchar *c;
    gchar *next;

    valid = g_utf8_make_valid (text, -1);
    if (strlen (valid) > NL668_RECORD_STRING_MAX)
        *g_utf8_find_prev_char (valid, valid + NL668_RECORD_STRING_MAX + 1) = '\0';

    for (c = valid; *c; c = next) {
        next = g_utf8_next_char (c);
        if (g_unichar_iscntrl (g_utf8_get_char (c)))
            memset (c, ' ', next - c);
    }
    return valid;
}

static GBytes *
build_contents (const Nl668Record *self,
                const gchar       *imei)
{
    g_autoptr(GKeyFile)  key_file = NULL;
    const gchar         *name;
    gchar               *data;
    gsize                size;
    guint                i;

    key_file = g_key_file_new ();
    g_key_file_set_string (key_file, GROUP, key_names[KEY_IMEI], imei);
    name = nl668_state_get_name (self->state);
    if (name)
        g_key_file_set_string (key_file, GROUP, key_names[KEY_STATE], name);
    g_key_file_set_uint64 (key_file, GROUP, key_names[KEY_PROGRESS], self->progress);
    g_key_file_set_uint64 (key_file, GROUP, key_names[KEY_STARTED], self->started);
    g_key_file_set_uint64 (key_file, GROUP, key_names[KEY_FINISHED], self->finished);

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        g_autofree gchar *text = NULL;
        const gchar      *value = STRING (self, i);

        if (!value || !*value)
            continue;
        if (is_others_text (strings[i].key))
            value = text = build_text (value);
        g_key_file_set_string (key_file, GROUP, key_names[strings[i].key], value);
    }

    data = g_key_file_to_data (key_file, &size, NULL);
    return g_bytes_new_take (data, size);
}

/* By the rules of loading: what they refuse would be lost, and so would be what
 * a key file cannot hold. */
static gboolean
check_contents (const Nl668Record  *self,
                GBytes             *contents,
                const gchar        *imei,
                GError            **error)
{
    g_autoptr(Nl668Record) loaded = NULL;
    guint                  i;

    loaded = parse (contents, imei, error);
    if (!loaded)
        return FALSE;

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        if (!is_others_text (strings[i].key) && STRING (self, i) && *STRING (self, i) &&
            g_strcmp0 (STRING (self, i), STRING (loaded, i)) != 0)
            return refuse (error, strings[i].key, "has an invalid value");
    }
    return TRUE;
}

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

    /* Newer GLib leaves it the mode that it had */
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

    if (!nl668_record_is_imei (imei)) {
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                             "cannot record the update: the module does not report its IMEI");
        return FALSE;
    }

    path = build_path (imei);
    contents = build_contents (self, imei);
    if (!check_contents (self, contents, imei, &inner_error)) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "cannot record the update in %s: %s", path, inner_error->message);
        return FALSE;
    }
    if (!write_contents (contents, path, &inner_error)) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "cannot record the update in %s, free some space or make it writable: %s",
                     path, inner_error->message);
        return FALSE;
    }
    return TRUE;
}
