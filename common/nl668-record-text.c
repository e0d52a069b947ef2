/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-key-file.h"
#include "nl668-record-text.h"
#include "nl668-secret.h"
#include "nl668-state.h"

#define GROUP "Update"

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

/*****************************************************************************/
/* Keys of the file */

typedef enum {
    KEY_IMEI,
    KEY_STATE,
    KEY_REQUESTED,
    KEY_RETURNED,
    KEY_TENTATIVE,
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
    KEY_LOCKED_MODE,
    KEY_LOCKED_GTRAT,
    /* Followed by one for each setting */
    KEY_FIRST_SETTING,
    KEY_LAST = KEY_FIRST_SETTING + NL668_SETTING_LAST
} Key;

static const gchar *const fixed_key_names[KEY_FIRST_SETTING] = {
    [KEY_IMEI]             = "IMEI",
    [KEY_STATE]            = "State",
    [KEY_REQUESTED]        = "Requested",
    [KEY_RETURNED]         = "Returned",
    [KEY_TENTATIVE]        = "Tentative",
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
    [KEY_LOCKED_MODE]      = "LockedMode",
    [KEY_LOCKED_GTRAT]     = "LockedGTRAT",
};

static const gchar *
get_key_name (Key key)
{
    if (key < KEY_FIRST_SETTING)
        return fixed_key_names[key];
    return nl668_settings[key - KEY_FIRST_SETTING].name;
}

#define OFFSET(member) G_STRUCT_OFFSET (Nl668Record, member)

/* Optional strings */
static const struct {
    Key        key;
    gsize      offset;
    gboolean (*is_valid) (const gchar *value);
} strings[] = {
    { KEY_PACKAGE,          OFFSET (package),          nl668_is_printable_ascii },
    { KEY_SOURCE,           OFFSET (source),           is_text },
    { KEY_PREVIOUS_VERSION, OFFSET (previous_version), nl668_is_printable_ascii },
    { KEY_TARGET_VERSION,   OFFSET (target_version),   nl668_is_printable_ascii },
    { KEY_ERROR_NAME,       OFFSET (error_name),       nl668_is_printable_ascii },
    { KEY_ERROR_MESSAGE,    OFFSET (error_message),    is_text },
};

#define STRING(self, i) G_STRUCT_MEMBER (gchar *, self, strings[i].offset)

Nl668Record *
nl668_record_new (void)
{
    return g_new0 (Nl668Record, 1);
}

Nl668Record *
nl668_record_copy (const Nl668Record *self)
{
    Nl668Record *copy;
    guint        i;

    copy = nl668_record_new ();
    *copy = *self;
    for (i = 0; i < G_N_ELEMENTS (strings); i++)
        STRING (copy, i) = g_strdup (STRING (self, i));
    copy->saved = (Nl668Saved) { 0 };
    nl668_saved_copy (&copy->saved, &self->saved);
    return copy;
}

void
nl668_record_free (Nl668Record *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (strings); i++)
        g_free (STRING (self, i));
    nl668_saved_clear (&self->saved);
    g_free (self);
}

/*****************************************************************************/
/* Text to record */

#define reject_value(error, key, reason) \
    nl668_set_key_error (error, MM_CORE_ERROR_FAILED, get_key_name (key), "%s", reason)

static gchar *
read_string (GKeyFile  *key_file,
             Key        key,
             GError   **error)
{
    g_autofree gchar *value = NULL;

    value = nl668_key_file_get_string (key_file, GROUP, get_key_name (key));
    if (!value)
        reject_value (error, key, "is missing or ill-formed");
    else if (strlen (value) > NL668_RECORD_STRING_MAX)
        reject_value (error, key, "is too long");
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
    return g_str_equal (value, imei) || reject_value (error, KEY_IMEI, "belongs to another module");
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
    return *state != NL668_STATE_UNKNOWN || reject_value (error, KEY_STATE, "is unknown");
}

/* The states in which the module may not have been told to start the update, and in which it may
 * have come back with the package */
static gboolean
may_be_unrequested (guint state)
{
    return state == NL668_STATE_PREPARING || state == NL668_STATE_FAILED;
}

static gboolean
may_have_returned (guint state)
{
    return state == NL668_STATE_INSTALLING || state == NL668_STATE_FAILED;
}

/* Optional: it has only one value, in these states. */
static gboolean
read_flag (GKeyFile     *key_file,
           Key           key,
           const gchar  *only,
           gboolean      is_allowed,
           gboolean     *flag,
           GError      **error)
{
    g_autofree gchar *value = NULL;

    if (!g_key_file_has_key (key_file, GROUP, get_key_name (key), NULL))
        return TRUE;
    value = read_string (key_file, key, error);
    if (!value)
        return FALSE;

    *flag = is_allowed && g_str_equal (value, only);
    return *flag || reject_value (error, key, "has an invalid value");
}

/* Optional: it only follows the state failed. */
static gboolean
read_doubt (GKeyFile    *key_file,
            guint        state,
            Nl668Doubt  *doubt,
            GError     **error)
{
    g_autofree gchar *value = NULL;

    if (!g_key_file_has_key (key_file, GROUP, get_key_name (KEY_TENTATIVE), NULL))
        return TRUE;
    value = read_string (key_file, KEY_TENTATIVE, error);
    if (!value)
        return FALSE;

    *doubt = nl668_doubt_from_name (value);
    if (*doubt == NL668_DOUBT_LAST || (*doubt && state != NL668_STATE_FAILED))
        return reject_value (error, KEY_TENTATIVE, "has an invalid value");
    return TRUE;
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
            reject_value (error, key, "is not a number in its range"));
}

static gboolean
read_optional_strings (GKeyFile     *key_file,
                       Nl668Record  *self,
                       GError      **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        if (!g_key_file_has_key (key_file, GROUP, get_key_name (strings[i].key), NULL))
            continue;
        STRING (self, i) = read_string (key_file, strings[i].key, error);
        if (!STRING (self, i))
            return FALSE;
        if (!*STRING (self, i) || !strings[i].is_valid (STRING (self, i)))
            return reject_value (error, strings[i].key, "has an invalid value");
    }
    return TRUE;
}

/* Version 0.1 recorded the query of an HTTP URL, and repeated it in the error. */
static void
hide_query (Nl668Record *self)
{
    g_autofree gchar *source = self->source;
    g_auto(GStrv)     parts = NULL;

    if (!source)
        return;
    self->source = nl668_secret_hide_query (source);
    if (!self->error_message)
        return;
    parts = g_strsplit (self->error_message, source, -1);
    g_free (self->error_message);
    self->error_message = g_strjoinv (self->source, parts);
}

static gboolean
read_saved (GKeyFile    *key_file,
            Nl668Saved  *saved,
            GError     **error)
{
    guint key;

    for (key = KEY_RADIO_MODES; key < KEY_LAST; key++) {
        g_autofree gchar *value = NULL;
        gboolean          is_valid;

        if (!g_key_file_has_key (key_file, GROUP, get_key_name (key), NULL))
            continue;
        value = read_string (key_file, key, error);
        if (!value)
            return FALSE;

        if (key == KEY_RADIO_MODES)
            is_valid = nl668_saved_set_modes (saved, value);
        else if (key == KEY_LOCKED_MODE)
            is_valid = nl668_saved_set_locked_mode (saved, value);
        else if (key == KEY_LOCKED_GTRAT)
            is_valid = nl668_saved_set_locked_gtrat (saved, value);
        else
            is_valid = nl668_saved_set_value (saved, key - KEY_FIRST_SETTING, value);
        if (!is_valid)
            return reject_value (error, key, "has an invalid value");
    }
    return TRUE;
}

Nl668Record *
nl668_record_parse (GBytes       *contents,
                    const gchar  *imei,
                    GError      **error)
{
    g_autoptr(Nl668Record) self = NULL;
    g_autoptr(GKeyFile)    key_file = NULL;
    const gchar           *names[KEY_LAST + 1] = { NULL };
    guint64                progress;
    guint                  i;

    for (i = 0; i < KEY_LAST; i++)
        names[i] = get_key_name (i);
    key_file = nl668_key_file_parse (contents, GROUP, names, error);
    if (!key_file)
        return NULL;

    self = nl668_record_new ();
    if (!read_imei (key_file, imei, error) || !read_state (key_file, &self->state, error))
        return NULL;
    if (!read_flag (key_file, KEY_REQUESTED, "no", may_be_unrequested (self->state),
                    &self->is_unrequested, error) ||
        !read_flag (key_file, KEY_RETURNED, "yes", may_have_returned (self->state),
                    &self->has_returned, error) ||
        !read_doubt (key_file, self->state, &self->doubt, error) ||
        !read_number (key_file, KEY_PROGRESS, 100, &progress, error) ||
        !read_number (key_file, KEY_STARTED, G_MAXUINT64, &self->started, error) ||
        !read_number (key_file, KEY_FINISHED, G_MAXUINT64, &self->finished, error) ||
        !read_optional_strings (key_file, self, error) ||
        !read_saved (key_file, &self->saved, error))
        return NULL;
    self->progress = progress;
    hide_query (self);
    return g_steal_pointer (&self);
}

/*****************************************************************************/
/* Record to text */

static gboolean
is_foreign_text (Key key)
{
    return key == KEY_SOURCE || key == KEY_ERROR_MESSAGE;
}

/* Text from the module or a server must not keep the record from being written. */
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

static void
write_saved (GKeyFile         *key_file,
             const Nl668Saved *saved)
{
    g_autofree gchar *modes = NULL;
    guint             i;

    modes = nl668_saved_dup_modes (saved);
    if (modes)
        g_key_file_set_string (key_file, GROUP, get_key_name (KEY_RADIO_MODES), modes);
    for (i = 0; i < NL668_SETTING_LAST; i++) {
        if (saved->values[i])
            g_key_file_set_string (key_file, GROUP, nl668_settings[i].name, saved->values[i]);
    }
    if (saved->locked_mode)
        g_key_file_set_uint64 (key_file, GROUP, get_key_name (KEY_LOCKED_MODE),
                               saved->locked_mode);
    if (saved->locked_gtrat)
        g_key_file_set_string (key_file, GROUP, get_key_name (KEY_LOCKED_GTRAT),
                               saved->locked_gtrat);
}

static GBytes *
serialize (const Nl668Record *self,
           const gchar       *imei)
{
    g_autoptr(GKeyFile)  key_file = NULL;
    const gchar         *name;
    gchar               *data;
    gsize                size;
    guint                i;

    key_file = g_key_file_new ();
    g_key_file_set_string (key_file, GROUP, get_key_name (KEY_IMEI), imei);
    name = nl668_state_get_name (self->state);
    if (name)
        g_key_file_set_string (key_file, GROUP, get_key_name (KEY_STATE), name);
    if (self->is_unrequested && may_be_unrequested (self->state))
        g_key_file_set_string (key_file, GROUP, get_key_name (KEY_REQUESTED), "no");
    if (self->has_returned && may_have_returned (self->state))
        g_key_file_set_string (key_file, GROUP, get_key_name (KEY_RETURNED), "yes");
    if (self->doubt)
        g_key_file_set_string (key_file, GROUP, get_key_name (KEY_TENTATIVE),
                               nl668_doubt_get_name (self->doubt));
    g_key_file_set_uint64 (key_file, GROUP, get_key_name (KEY_PROGRESS), self->progress);
    g_key_file_set_uint64 (key_file, GROUP, get_key_name (KEY_STARTED), self->started);
    g_key_file_set_uint64 (key_file, GROUP, get_key_name (KEY_FINISHED), self->finished);

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        g_autofree gchar *text = NULL;
        const gchar      *value = STRING (self, i);

        if (!value || !*value)
            continue;
        if (is_foreign_text (strings[i].key))
            value = text = build_text (value);
        g_key_file_set_string (key_file, GROUP, get_key_name (strings[i].key), value);
    }

    write_saved (key_file, &self->saved);

    data = g_key_file_to_data (key_file, &size, NULL);
    return g_bytes_new_take (data, size);
}

/* Checks that nothing would be lost: nl668_record_parse () may reject a value, or a key file
 * may not be able to represent it. */
static gboolean
check_contents (const Nl668Record  *self,
                GBytes             *contents,
                const gchar        *imei,
                GError            **error)
{
    g_autoptr(Nl668Record) loaded = NULL;
    guint                  i;

    loaded = nl668_record_parse (contents, imei, error);
    if (!loaded)
        return FALSE;

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        if (!is_foreign_text (strings[i].key) && STRING (self, i) && *STRING (self, i) &&
            g_strcmp0 (STRING (self, i), STRING (loaded, i)) != 0)
            return reject_value (error, strings[i].key, "has an invalid value");
    }
    for (i = 0; i < NL668_SETTING_LAST; i++) {
        if (g_strcmp0 (self->saved.values[i], loaded->saved.values[i]) != 0)
            return reject_value (error, KEY_FIRST_SETTING + i, "has an invalid value");
    }
    if (g_strcmp0 (self->saved.locked_gtrat, loaded->saved.locked_gtrat) != 0)
        return reject_value (error, KEY_LOCKED_GTRAT, "has an invalid value");
    return TRUE;
}

GBytes *
nl668_record_serialize (const Nl668Record  *self,
                        const gchar        *imei,
                        GError            **error)
{
    g_autoptr(GBytes) contents = NULL;

    contents = serialize (self, imei);
    if (!check_contents (self, contents, imei, error))
        return NULL;
    return g_steal_pointer (&contents);
}
