/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <glib/gi18n.h>

#include "mmcli-help.h"

static const struct {
    const gchar *option;
    const gchar *description;
} entries[] = {
    { "--firmware-update=[\"key=value,...\"]",
      N_("Update the firmware over the air and wait until it is done") },
    { "--firmware-update-status",
      N_("Show the state of the firmware update") },
    { "--wait",
      N_("With --firmware-update-status, follow the update until it is done") },
    { "--firmware-update-no-wait",
      N_("Return once the module has accepted the update") },
    { "--firmware-update-password-file=[FILE|-]",
      N_("Read the FTP password from a file or from stdin") },
};

/*****************************************************************************/
/* Layout: titles may be translated, options are not */

/* "  -h, --help" or "  --help-all", but not the line above a table */
static gboolean
is_option_line (const gchar *line)
{
    const gchar *name;

    if (!g_str_has_prefix (line, "  -"))
        return FALSE;
    name = line + strlen ("  -");
    if (*name == '-')
        name++;
    return g_ascii_isalnum (*name);
}

/* The index of the first option in the group that our options belong to, or -1 */
static gint
find_group (gchar     **lines,
            MmcliCall   help)
{
    gint group = -1;
    gint i;

    for (i = 0; lines[i]; i++) {
        if (!is_option_line (lines[i]))
            continue;
        /* The last group */
        if (help == MMCLI_CALL_HELP_APPLICATION && (i == 0 || !is_option_line (lines[i - 1])))
            group = i;
        if (help == MMCLI_CALL_HELP_FIRMWARE && g_str_has_prefix (lines[i], "  --firmware-"))
            return i;
    }
    return group;
}

/* Of a line such as "  --name=[VALUE]     Text" */
static gsize
get_description_column (const gchar *line)
{
    const gchar *gap;

    gap = strstr (line + 2, "  ");
    if (!gap)
        return 0;
    return (gsize) (gap - line) + strspn (gap, " ");
}

/* Wide enough for all options, with ours */
static gsize
get_common_column (gchar **lines)
{
    gsize column = 0;
    guint i;

    for (i = 0; lines[i]; i++) {
        if (is_option_line (lines[i]))
            column = MAX (column, get_description_column (lines[i]));
    }
    for (i = 0; i < G_N_ELEMENTS (entries); i++)
        column = MAX (column, strlen (entries[i].option) + strlen ("    "));
    return column;
}

static void
append_aligned (GString     *text,
                const gchar *line,
                gsize        column)
{
    g_autofree gchar *name = NULL;
    gsize             old_column;

    old_column = get_description_column (line);
    name = g_strchomp (g_strndup (line, old_column));
    if (*name)
        g_string_append_printf (text, "%-*s", (gint) column, name);
    g_string_append (text, line + old_column);
}

static void
append_entries (GString *text,
                gsize    column)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (entries); i++)
        g_string_append_printf (text, "  %-*s%s\n",
                                (gint) column - 2, entries[i].option, _(entries[i].description));
}

gchar *
mmcli_help_extend (const gchar *text,
                   MmcliCall    help)
{
    g_auto(GStrv)  lines = NULL;
    GString       *extended;
    gsize          column;
    gint           end;
    gint           i;

    lines = g_strsplit (text, "\n", -1);
    end = find_group (lines, help);
    if (end < 0)
        return g_strdup (text);
    while (lines[end] && is_option_line (lines[end]))
        end++;

    column = get_common_column (lines);
    extended = g_string_new (NULL);
    for (i = 0; lines[i]; i++) {
        if (i == end)
            append_entries (extended, column);
        if (is_option_line (lines[i]))
            append_aligned (extended, lines[i], column);
        else
            g_string_append (extended, lines[i]);
        if (lines[i + 1])
            g_string_append_c (extended, '\n');
    }
    return g_string_free (extended, FALSE);
}
