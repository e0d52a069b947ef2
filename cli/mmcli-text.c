/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-text.h"

/* In a URL whose query is hidden */
#define ELLIPSIS 0x2026

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

/* Characters that have no shape of their own although they are letters or marks: two texts that
 * differ only in these look the same. */
static gboolean
is_invisible (gunichar unichar)
{
    static const struct {
        gunichar first;
        gunichar last;
    } ranges[] = {
        { 0x034f,  0x034f },  /* combining grapheme joiner */
        { 0x115f,  0x1160 },  /* Hangul fillers */
        { 0x17b4,  0x17b5 },  /* Khmer inherent vowels */
        { 0x180b,  0x180f },  /* Mongolian variation selectors */
        { 0x3164,  0x3164 },  /* Hangul filler */
        { 0xfe00,  0xfe0f },  /* variation selectors */
        { 0xffa0,  0xffa0 },  /* halfwidth Hangul filler */
        { 0xe0100, 0xe01ef }, /* variation selectors */
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (ranges); i++) {
        if (unichar >= ranges[i].first && unichar <= ranges[i].last)
            return TRUE;
    }
    return FALSE;
}

gboolean
mmcli_text_is_printable (gunichar unichar)
{
    switch (g_unichar_type (unichar)) {
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
        return FALSE;
    default:
        /* Not a control or format character, and assigned */
        return g_unichar_isprint (unichar) && !is_invisible (unichar);
    }
}

gchar *
mmcli_text_make_printable (const gchar *text)
{
    g_autofree gchar *valid = NULL;
    GString          *printable;
    const gchar      *c;

    valid = g_utf8_make_valid (text, -1);
    printable = g_string_new (NULL);
    for (c = valid; *c; c = g_utf8_next_char (c)) {
        gunichar unichar = g_utf8_get_char (c);

        if (unichar == ELLIPSIS && !g_get_charset (NULL))
            g_string_append (printable, "...");
        else
            g_string_append_unichar (printable, mmcli_text_is_printable (unichar) ? unichar : '?');
    }
    return g_string_free (printable, FALSE);
}

gchar *
mmcli_text_format_elapsed (guint64 seconds)
{
    guint64 minutes = seconds / 60;

    if (minutes < 60)
        return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u",
                                minutes, (guint) (seconds % 60));
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u",
                            minutes / 60, (guint) (minutes % 60), (guint) (seconds % 60));
}

gchar *
mmcli_text_format_date (guint64 seconds)
{
    g_autoptr(GDateTime) date = NULL;

    if (seconds == 0 || seconds > G_MAXINT64)
        return NULL;
    date = g_date_time_new_from_unix_utc ((gint64) seconds);
    return date ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}
