/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-command.h"
#include "sim-config.h"

void
sim_add_line (GString     *text,
              const gchar *format,
              ...)
{
    va_list arguments;

    g_string_append (text, "\r\n");
    va_start (arguments, format);
    g_string_append_vprintf (text, format, arguments);
    va_end (arguments);
    g_string_append (text, "\r\n");
}

gchar **
sim_split_arguments (const gchar *arguments)
{
    gchar **words = g_strsplit (arguments, ",", -1);
    guint   i;

    for (i = 0; words[i]; i++)
        g_strstrip (g_strdelimit (words[i], "\"", ' '));
    return words;
}

const gchar *
sim_command_set_number (const SimCall *call)
{
    guint *number = G_STRUCT_MEMBER_P (call->state, call->command->offset);

    return sim_parse_number (call->arguments, 0, call->command->max, number) ?
           SIM_OK : SIM_INCORRECT_PARAMETERS;
}

const gchar *
sim_command_get_number (const SimCall *call)
{
    const gchar *name = call->command->name;

    sim_add_line (call->text, "%.*s: %u", (gint) strlen (name) - 1, name,
                  G_STRUCT_MEMBER (guint, call->state, call->command->offset));
    return SIM_OK;
}

const SimCommand *
sim_command_find (const SimCommand *commands,
                  guint             n_commands,
                  const gchar      *line)
{
    guint i;

    for (i = 0; i < n_commands; i++) {
        const gchar *name = commands[i].name;
        gsize        length = strlen (name);

        if (g_str_has_suffix (name, "=") ?
            g_ascii_strncasecmp (line, name, length) == 0 :
            g_ascii_strcasecmp (line, name) == 0)
            return &commands[i];
    }
    return NULL;
}
