/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-saved.h"

#define NUMBER_LENGTH_MAX 10

/* Section 1.1 of the manual requires CALLBREAK, and GPRSFIRST if the product supports it. */
const Nl668Setting nl668_settings[NL668_SETTING_LAST] = {
    [NL668_SETTING_GTRAT] = {
        .name          = "GTRAT",
        .n_numbers_max = 8,
        .query         = NL668_AT_GTRAT_QUERY,
        .parse         = nl668_at_parse_gtrat,
        .build_command = nl668_at_build_gtrat,
    },
    [NL668_SETTING_CALLBREAK] = {
        .name          = "CALLBREAK",
        .n_numbers_max = 1,
        .query         = NL668_AT_GTSET_QUERY,
        .parse         = nl668_at_parse_gtset,
        .build_command = nl668_at_build_gtset,
        .update_value  = "1",
        .is_required   = TRUE,
        .failure       = "the module cannot keep calls from interrupting the download",
        .remedy        = "if it has no voice, start with callbreak=optional",
    },
    [NL668_SETTING_GPRSFIRST] = {
        .name          = "GPRSFIRST",
        .n_numbers_max = 1,
        .query         = NL668_AT_GTSET_QUERY,
        .parse         = nl668_at_parse_gtset,
        .build_command = nl668_at_build_gtset,
        .update_value  = "1",
        .failure       = "the module does not give data priority",
    },
};

gchar *
nl668_setting_build_command (const Nl668Setting *self,
                             const gchar        *value)
{
    return self->build_command (self->name, value);
}

void
nl668_setting_explain (const Nl668Setting *self,
                       GError             *error)
{
    g_autofree gchar *command = NULL;
    g_autofree gchar *reason = NULL;
    gboolean          has_remedy;

    command = nl668_setting_build_command (self, self->update_value);
    has_remedy = self->remedy && nl668_is_refusal (error) && !nl668_is_busy (error);
    reason = g_steal_pointer (&error->message);
    error->message = g_strconcat (self->failure, " (AT", command, "): ", reason,
                                  has_remedy ? "; " : NULL, self->remedy, NULL);
}

/*****************************************************************************/

static gboolean
parse_numbers (const gchar *text,
               const gchar *separator,
               guint        n_min,
               guint        n_max,
               guint        numbers[])
{
    g_auto(GStrv) parts = NULL;
    guint         n_parts;
    guint         i;

    parts = g_strsplit (text, separator, -1);
    n_parts = g_strv_length (parts);
    if (n_parts < n_min || n_parts > n_max)
        return FALSE;

    for (i = 0; i < n_parts; i++) {
        guint64 number;

        /* g_ascii_string_to_unsigned () accepts a vertical tab before the number. */
        if (strlen (parts[i]) > NUMBER_LENGTH_MAX || !g_ascii_isdigit (*parts[i]) ||
            !g_ascii_string_to_unsigned (parts[i], 10, 0, G_MAXUINT32, &number, NULL))
            return FALSE;
        if (numbers)
            numbers[i] = (guint) number;
    }
    return TRUE;
}

gboolean
nl668_saved_is_empty (const Nl668Saved *self)
{
    guint i;

    for (i = 0; i < NL668_SETTING_LAST; i++) {
        if (self->values[i])
            return FALSE;
    }
    return !self->has_modes;
}

void
nl668_saved_copy (Nl668Saved       *self,
                  const Nl668Saved *from)
{
    guint i;

    nl668_saved_clear (self);
    *self = *from;
    for (i = 0; i < NL668_SETTING_LAST; i++)
        self->values[i] = g_strdup (from->values[i]);
    self->locked_gtrat = g_strdup (from->locked_gtrat);
}

void
nl668_saved_forget_value (Nl668Saved     *self,
                          Nl668SettingId  id)
{
    g_clear_pointer (&self->values[id], g_free);
    self->is_doubtful[id] = FALSE;
    if (id == NL668_SETTING_GTRAT)
        g_clear_pointer (&self->locked_gtrat, g_free);
}

void
nl668_saved_forget_modes (Nl668Saved *self)
{
    self->has_modes = FALSE;
    self->locked_mode = 0;
    self->is_doubtful[NL668_SETTING_LAST] = FALSE;
}

void
nl668_saved_clear (Nl668Saved *self)
{
    guint i;

    nl668_saved_forget_modes (self);
    for (i = 0; i < NL668_SETTING_LAST; i++)
        nl668_saved_forget_value (self, i);
}

void
nl668_saved_free (Nl668Saved *self)
{
    nl668_saved_clear (self);
    g_free (self);
}

/*****************************************************************************/
/* Present values */

/* Whether @value begins with the number @number */
static gboolean
has_number (const gchar *value,
            const gchar *number)
{
    gsize length = strlen (number);

    return g_str_has_prefix (value, number) && (!value[length] || value[length] == ',');
}

static gboolean
is_own_value (const Nl668Saved *self,
              Nl668SettingId    id,
              const gchar      *value)
{
    if (nl668_settings[id].update_value)
        return g_str_equal (value, nl668_settings[id].update_value);
    if (self->locked_gtrat)
        return has_number (value, self->locked_gtrat);
    return has_number (value, NL668_AT_GTRAT_LTE) || has_number (value, NL668_AT_GTRAT_3G);
}

Nl668Present
nl668_saved_judge_value (const Nl668Saved *self,
                         Nl668SettingId    id,
                         const gchar      *present)
{
    if (!present)
        return NL668_PRESENT_UNKNOWN;
    if (g_str_equal (present, self->values[id]))
        return NL668_PRESENT_ORIGINAL;
    return is_own_value (self, id, present) ? NL668_PRESENT_OURS : NL668_PRESENT_FOREIGN;
}

static gboolean
are_own_modes (const Nl668Saved *self,
               const Nl668Saved *modes)
{
    if (modes->preferred_mode != MM_MODEM_MODE_NONE)
        return FALSE;
    if (self->locked_mode)
        return modes->allowed_modes == self->locked_mode;
    return (modes->allowed_modes == MM_MODEM_MODE_4G || modes->allowed_modes == MM_MODEM_MODE_3G);
}

Nl668Present
nl668_saved_judge_modes (const Nl668Saved *self,
                         const Nl668Saved *present)
{
    if (!present->has_modes)
        return NL668_PRESENT_UNKNOWN;
    if (present->allowed_modes == self->allowed_modes &&
        present->preferred_mode == self->preferred_mode)
        return NL668_PRESENT_ORIGINAL;
    return are_own_modes (self, present) ? NL668_PRESENT_OURS : NL668_PRESENT_FOREIGN;
}

/*****************************************************************************/
/* Original values */

static void
merge_value (Nl668Saved       *self,
             const Nl668Saved *newer,
             Nl668SettingId    id)
{
    const gchar *value = newer->values[id];

    if (self->values[id] && nl668_saved_judge_value (self, id, value) != NL668_PRESENT_FOREIGN)
        return;
    g_free (self->values[id]);
    self->values[id] = g_strdup (value);
}

static void
merge_modes (Nl668Saved       *self,
             const Nl668Saved *newer)
{
    if (self->has_modes && nl668_saved_judge_modes (self, newer) != NL668_PRESENT_FOREIGN)
        return;
    self->has_modes = TRUE;
    self->allowed_modes = newer->allowed_modes;
    self->preferred_mode = newer->preferred_mode;
}

void
nl668_saved_merge (Nl668Saved       *self,
                   const Nl668Saved *newer)
{
    guint i;

    for (i = 0; i < NL668_SETTING_LAST; i++) {
        if (newer->values[i])
            merge_value (self, newer, i);
    }
    if (newer->has_modes)
        merge_modes (self, newer);

    /* The radio is going to be locked anew, or was. */
    if (newer->values[NL668_SETTING_GTRAT]) {
        g_free (self->locked_gtrat);
        self->locked_gtrat = g_strdup (newer->locked_gtrat);
    }
    if (newer->has_modes)
        self->locked_mode = newer->locked_mode;
}

gboolean
nl668_saved_set_value (Nl668Saved     *self,
                       Nl668SettingId  id,
                       const gchar    *value)
{
    if (!parse_numbers (value, ",", 1, nl668_settings[id].n_numbers_max, NULL))
        return FALSE;

    g_free (self->values[id]);
    self->values[id] = g_strdup (value);
    return TRUE;
}

gboolean
nl668_saved_add_response (Nl668Saved  *self,
                          const gchar *query,
                          const gchar *response)
{
    gboolean is_complete = TRUE;
    guint    i;

    for (i = 0; i < NL668_SETTING_LAST; i++) {
        g_autofree gchar *value = NULL;

        if (!g_str_equal (nl668_settings[i].query, query))
            continue;
        value = nl668_settings[i].parse (response, nl668_settings[i].name);
        if (!value)
            is_complete = FALSE;
        else if (g_strcmp0 (value, nl668_settings[i].update_value) != 0)
            nl668_saved_set_value (self, i, value);
    }
    return is_complete;
}

gboolean
nl668_saved_is_complete (const gchar *query,
                         const gchar *response)
{
    g_autoptr(Nl668Saved) saved = g_new0 (Nl668Saved, 1);

    return nl668_saved_add_response (saved, query, response);
}

gboolean
nl668_saved_set_modes (Nl668Saved  *self,
                       const gchar *modes)
{
    guint numbers[2];

    if (!parse_numbers (modes, ";", 2, 2, numbers))
        return FALSE;

    self->has_modes = TRUE;
    self->allowed_modes = numbers[0];
    self->preferred_mode = numbers[1];
    return TRUE;
}

gchar *
nl668_saved_dup_modes (const Nl668Saved *self)
{
    if (!self->has_modes)
        return NULL;
    return g_strdup_printf ("%u;%u", self->allowed_modes, self->preferred_mode);
}

gboolean
nl668_saved_set_locked_gtrat (Nl668Saved  *self,
                              const gchar *value)
{
    if (!parse_numbers (value, ",", 1, 1, NULL))
        return FALSE;

    g_free (self->locked_gtrat);
    self->locked_gtrat = g_strdup (value);
    return TRUE;
}

gboolean
nl668_saved_set_locked_mode (Nl668Saved  *self,
                             const gchar *mode)
{
    return parse_numbers (mode, ",", 1, 1, &self->locked_mode);
}
