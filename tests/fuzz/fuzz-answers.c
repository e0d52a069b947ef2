/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Responses of the module: the parsers must agree with the simpler ones below, which split
 * lines instead of matching regular expressions. */

#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "nl668-at.h"

/* g_strstrip() would strip other blanks as well. */
static gchar *
strip (gchar *text)
{
    gsize length;

    text += strspn (text, " \t");
    length = strlen (text);
    while (length && strchr (" \t", text[length - 1]))
        text[--length] = '\0';
    return text;
}

static gchar *
strip_prefix (const gchar *text,
              const gchar *prefix)
{
    if (!g_str_has_prefix (text, prefix))
        return NULL;
    return g_strdup (text + strlen (prefix) + strspn (text + strlen (prefix), " \t"));
}

static gboolean
is_digits (const gchar *text)
{
    gsize length = strlen (text);

    return length >= 1 && length <= 3 && strspn (text, G_CSET_DIGITS) == length;
}

/* +GTSET: "NAME",value */
static gchar *
read_gtset (const gchar *line,
            const gchar *name)
{
    g_autofree gchar *rest = NULL;
    g_autofree gchar *quoted = NULL;
    g_auto(GStrv)     fields = NULL;

    rest = strip_prefix (line, "+GTSET:");
    if (!rest)
        return NULL;
    fields = g_strsplit (rest, ",", -1);
    if (g_strv_length (fields) != 2)
        return NULL;
    quoted = g_strdup_printf ("\"%s\"", name);
    if (!g_str_equal (strip (fields[0]), quoted) || !is_digits (strip (fields[1])))
        return NULL;
    return g_strdup (strip (fields[1]));
}

/* +GTRAT: number,number... */
static gchar *
read_gtrat (const gchar *line,
            const gchar *unused)
{
    g_autofree gchar *rest = NULL;
    g_auto(GStrv)     fields = NULL;
    guint             i;

    rest = strip_prefix (line, "+GTRAT:");
    if (!rest || !*rest)
        return NULL;
    fields = g_strsplit (rest, ",", -1);
    for (i = 0; fields[i]; i++) {
        if (!is_digits (fields[i]) || i == 8)
            return NULL;
    }
    return g_steal_pointer (&rest);
}

/* The value in the first line that has one */
static gchar *
find (const gchar  *response,
      gchar     *(* read_line) (const gchar *line, const gchar *name),
      const gchar  *name)
{
    g_auto(GStrv)  lines = NULL;
    gchar         *found = NULL;
    guint          i;

    lines = g_strsplit_set (response, "\r\n", -1);
    for (i = 0; lines[i] && !found; i++)
        found = read_line (strip (lines[i]), name);
    return found;
}

/*****************************************************************************/

static void
check_gtota (const gchar *response)
{
    guint transports = 1000;

    if (nl668_at_parse_gtota_test (response, &transports)) {
        g_assert_cmpuint (transports, >, 0);
        g_assert_cmpuint (transports, <=, NL668_TRANSPORT_HTTP | NL668_TRANSPORT_FTP);
        /* Only OK, or a response to this command */
        g_assert_true (strstr (response, "GTOTA:") || !response[strspn (response, " \t\r\n")]);
    } else
        g_assert_cmpuint (transports, ==, 1000);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autofree gchar *response = NULL;
    g_autofree gchar *gtset = NULL;
    g_autofree gchar *gtset_expected = NULL;
    g_autofree gchar *gtrat = NULL;
    g_autofree gchar *gtrat_expected = NULL;

    response = g_strndup ((const gchar *) data, size);
    check_gtota (response);

    gtset = nl668_at_parse_gtset (response, "CALLBREAK");
    gtset_expected = find (response, read_gtset, "CALLBREAK");
    g_assert_cmpstr (gtset, ==, gtset_expected);

    gtrat = nl668_at_parse_gtrat (response, NULL);
    gtrat_expected = find (response, read_gtrat, NULL);
    g_assert_cmpstr (gtrat, ==, gtrat_expected);
    return 0;
}
