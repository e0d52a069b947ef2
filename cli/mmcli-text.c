/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-text.h"

static guint
get_char_width (const gchar *c)
{
    gunichar unichar = g_utf8_get_char (c);

    if (g_unichar_iszerowidth (unichar))
        return 0;
    return g_unichar_iswide (unichar) ? 2 : 1;
}

guint
mmcli_text_get_width (const gchar *text)
{
    const gchar *c;
    guint        width = 0;

    for (c = text; *c; c = g_utf8_next_char (c))
        width += get_char_width (c);
    return width;
}

gsize
mmcli_text_get_length (const gchar *text,
                       guint        columns)
{
    const gchar *c;
    guint        width = 0;

    for (c = text; *c; c = g_utf8_next_char (c)) {
        width += get_char_width (c);
        if (width > columns)
            break;
    }
    return (gsize) (c - text);
}

void
mmcli_text_append_right (GString     *string,
                         const gchar *text,
                         guint        width)
{
    guint i;

    for (i = mmcli_text_get_width (text); i < width; i++)
        g_string_append_c (string, ' ');
    g_string_append (string, text);
}
