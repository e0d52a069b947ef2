/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "nl668-secret.h"

/* Of this length, text is no word any more, and must not be shown. */
#define LENGTH_MIN 4

#define HIDDEN_QUERY "?…"

/* The ways to spell a secret */
typedef enum {
    SPELLING_TEXT,
    SPELLING_HEX,
    /* One for each position of the secret in a group of three bytes */
    SPELLING_BASE64,
    SPELLING_LAST = SPELLING_BASE64 + 3
} Spelling;

struct _Nl668Secret {
    GRegex *regexes[SPELLING_LAST];
};

/*****************************************************************************/
/* Spellings */

/* The byte @c in hexadecimal digits. A plus is a space in a query. */
static void
append_hex (GString *pattern,
            guint8   c)
{
    if (g_ascii_isalpha (c))
        g_string_append_printf (pattern, "(?:%02x|%02x)", g_ascii_tolower (c), g_ascii_toupper (c));
    else if (c == ' ' || c == '+')
        g_string_append (pattern, "2[0b]");
    else
        g_string_append_printf (pattern, "%02x", c);
}

/* As it is, or with any of its bytes as %41, %2541, =41, \x41, \u0041, 0x41 or &#x41; */
static GString *
build_text (const gchar *text)
{
    GString     *pattern;
    const gchar *c;

    pattern = g_string_new (NULL);
    for (c = text; *c; c++) {
        if (*c == ' ' || *c == '+')
            g_string_append (pattern, "(?:[ +]");
        else
            g_string_append_printf (pattern, "(?:\\x%02x", (guint8) *c);
        g_string_append (pattern, "|(?:[%=](?:25)*|\\\\x|\\\\u00|0x|&#x)");
        append_hex (pattern, (guint8) *c);
        g_string_append (pattern, ";?)");
    }
    return pattern;
}

/* 4142, 41 42, 41:42, 0x41, 0x42, \x41\x42, and the same as UCS-2: 00410042, U+0041 U+0042, … */
static GString *
build_hex (const gchar *text)
{
    GString     *pattern;
    const gchar *c;

    pattern = g_string_new (NULL);
    for (c = text; *c; c++) {
        if (c != text)
            g_string_append (pattern, "[^0-9a-z]{0,3}+(?:0?x|u\\+?)?+(?:00)?+[^0-9a-z]?+");
        append_hex (pattern, (guint8) *c);
    }
    return pattern;
}

/* @offset: how many bytes are before the secret in its group of three. They and those behind it are
 * not known, and neither are the characters that depend on them. */
static GString *
build_base64 (const gchar *text,
              gsize        offset)
{
    g_autofree gchar *encoded = NULL;
    g_autofree gchar *padded = NULL;
    GString          *pattern;
    gsize             size = offset + strlen (text);
    gsize             i;

    padded = g_strconcat (&"xx"[2 - offset], text, NULL);
    encoded = g_base64_encode ((const guchar *) padded, size);
    pattern = g_string_new (NULL);
    for (i = (offset * 8 + 5) / 6; i < size * 8 / 6; i++) {
        if (encoded[i] == '+')
            g_string_append (pattern, "[+-]");
        else if (encoded[i] == '/')
            g_string_append (pattern, "[/_]");
        else
            g_string_append_c (pattern, encoded[i]);
    }
    g_string_append (pattern, "[0-9a-z+/_-]?=*");
    return pattern;
}

static GRegex *
build_regex (const gchar *text,
             Spelling     spelling)
{
    GString *pattern;
    GRegex  *regex;

    if (spelling == SPELLING_TEXT)
        pattern = build_text (text);
    else if (spelling == SPELLING_HEX)
        pattern = build_hex (text);
    else
        pattern = build_base64 (text, spelling - SPELLING_BASE64);
    regex = g_regex_new (pattern->str, G_REGEX_RAW | G_REGEX_CASELESS, 0, NULL);
    g_string_free (pattern, TRUE);
    return regex;
}

static gboolean
may_be_a_word (const gchar *text)
{
    gboolean     has_digit = FALSE;
    gboolean     has_letter = FALSE;
    const gchar *c;

    for (c = text; *c; c++) {
        has_digit |= g_ascii_isdigit (*c);
        has_letter |= g_ascii_isalpha (*c);
    }
    return c - text < LENGTH_MIN || !has_digit || !has_letter;
}

Nl668Secret *
nl668_secret_new (const gchar *text)
{
    Nl668Secret *self;
    guint        i;

    if (may_be_a_word (text))
        return NULL;

    self = g_new0 (Nl668Secret, 1);
    for (i = 0; i < SPELLING_LAST; i++)
        self->regexes[i] = build_regex (text, i);
    return self;
}

void
nl668_secret_free (Nl668Secret *self)
{
    guint i;

    for (i = 0; i < SPELLING_LAST; i++)
        g_regex_unref (self->regexes[i]);
    g_free (self);
}

/*****************************************************************************/
/* Finding it */

static void
mark (gboolean *marks,
      gsize     start,
      gsize     end)
{
    gsize i;

    for (i = start; i < end; i++)
        marks[i] = TRUE;
}

/* From @start to @length, @text contains the beginning of the secret. */
static void
mark_beginning (const GRegex *regex,
                const gchar  *text,
                gsize         length,
                gsize         start,
                gboolean     *marks)
{
    for (; start + LENGTH_MIN <= length; start++) {
        g_autoptr(GMatchInfo) match_info = NULL;

        g_regex_match_full (regex, text, (gssize) length, (gint) start,
                            G_REGEX_MATCH_ANCHORED | G_REGEX_MATCH_PARTIAL, &match_info, NULL);
        if (g_match_info_is_partial_match (match_info)) {
            mark (marks, start, length);
            return;
        }
    }
}

/* Matches may overlap. */
static void
mark_spelling (const GRegex *regex,
               const gchar  *text,
               gsize         length,
               gboolean     *marks)
{
    gint start = 0;

    for (;;) {
        g_autoptr(GMatchInfo) match_info = NULL;
        gint                  end;

        if (!g_regex_match_full (regex, text, (gssize) length, start, G_REGEX_MATCH_PARTIAL,
                                 &match_info, NULL)) {
            if (g_match_info_is_partial_match (match_info))
                mark_beginning (regex, text, length, (gsize) start, marks);
            return;
        }
        g_match_info_fetch_pos (match_info, 0, &start, &end);
        mark (marks, (gsize) start, (gsize) end);
        start++;
    }
}

void
nl668_secret_mark (const Nl668Secret *self,
                   const gchar       *text,
                   gboolean          *marks)
{
    guint i;

    for (i = 0; i < SPELLING_LAST; i++)
        mark_spelling (self->regexes[i], text, strlen (text), marks);
}

/*****************************************************************************/
/* Source */

gchar *
nl668_secret_hide_query (const gchar *url)
{
    const gchar *query;

    query = strchr (url, '?');
    if (!query || !query[1])
        return g_strdup (url);
    return g_strdup_printf ("%.*s" HIDDEN_QUERY, (gint) (query - url), url);
}

gboolean
nl668_secret_is_needed_by (const gchar *source)
{
    return g_str_has_prefix (source, "ftp:") || g_str_has_suffix (source, HIDDEN_QUERY);
}
