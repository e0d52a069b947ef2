/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "nl668-revision.h"

gboolean
nl668_revision_is_valid (const gchar *text)
{
    g_autofree gchar *upper = NULL;
    const gchar      *c;

    if (!text || !g_ascii_isalnum (*text) || strlen (text) > NL668_REVISION_MAX)
        return FALSE;
    for (c = text; *c; c++) {
        if (!g_ascii_isprint (*c))
            return FALSE;
    }
    upper = g_ascii_strup (text, -1);
    return strpbrk (text, "0123456789") && !strstr (upper, "GTOTA");
}

static gboolean
continues_version (gchar c)
{
    return g_ascii_isalnum (c) || c == '.';
}

/* Whether a version may begin at @start: "V1.0" is also spelled "1.0". */
static gboolean
begins_version (const gchar *text,
                const gchar *start)
{
    if (start > text && start[-1] == 'V' && g_ascii_isdigit (*start))
        start--;
    return start == text || !continues_version (start[-1]);
}

static gboolean
contains (const gchar *text,
          const gchar *part)
{
    gsize        length = strlen (part);
    const gchar *found;

    for (found = strstr (text, part); found; found = strstr (found + 1, part)) {
        if (begins_version (text, found) && !continues_version (found[length]))
            return TRUE;
    }
    return FALSE;
}

/* Whether @text ends with a version that @other begins with, both delimited:
 * "NL668_02.73" and "02.73 [Sep 17 2019]" */
static gboolean
overlaps (const gchar *text,
          const gchar *other)
{
    const gchar *end;

    for (end = text; *end; end++) {
        if (begins_version (text, end) && strchr (end, '.') &&
            g_str_has_prefix (other, end) && !continues_version (other[strlen (end)]))
            return TRUE;
    }
    return FALSE;
}

gboolean
nl668_revision_is_same (const gchar *a,
                        const gchar *b)
{
    g_autofree gchar *upper_a = g_ascii_strup (a, -1);
    g_autofree gchar *upper_b = g_ascii_strup (b, -1);

    return (*a && *b && (contains (upper_a, upper_b) || contains (upper_b, upper_a) ||
                         overlaps (upper_a, upper_b) || overlaps (upper_b, upper_a)));
}

Nl668Runs
nl668_revision_compare (const gchar *current,
                        const gchar *previous,
                        const gchar *target)
{
    if (!*current)
        return NL668_RUNS_UNKNOWN;
    if (nl668_revision_is_same (current, target))
        return NL668_RUNS_TARGET;
    if (nl668_revision_is_same (current, previous))
        return NL668_RUNS_PREVIOUS;
    return NL668_RUNS_OTHER;
}
