/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-revision.h"

#define PRINTABLE_MAX 80

#define TRANSPORTS_ALL (NL668_TRANSPORT_HTTP | NL668_TRANSPORT_FTP)

/*****************************************************************************/
/* +GTOTA */

static const gchar *
skip_blanks (const gchar *text)
{
    return text + strspn (text, " \t\r\n");
}

static gboolean
parse_type (gchar   *text,
            guint64 *type)
{
    return g_ascii_string_to_unsigned (g_strstrip (text), 10, 0, G_MAXUINT16, type, NULL);
}

/* "0", "1" or "0-1" */
static gboolean
add_type_range (const gchar *range,
                guint       *transports)
{
    g_auto(GStrv) ends = NULL;
    guint64       first;
    guint64       last;
    guint         n_ends;

    ends = g_strsplit (range, "-", 3);
    n_ends = g_strv_length (ends);
    if (n_ends < 1 || n_ends > 2 ||
        !parse_type (ends[0], &first) || !parse_type (ends[n_ends - 1], &last))
        return FALSE;

    if (first == 0)
        *transports |= NL668_TRANSPORT_HTTP;
    if (first <= 1 && last >= 1)
        *transports |= NL668_TRANSPORT_FTP;
    return TRUE;
}

/* "(0-1),..." or "(0,1),..." */
static gboolean
parse_type_list (const gchar *list,
                 guint       *transports)
{
    g_autofree gchar *types = NULL;
    g_auto(GStrv)     ranges = NULL;
    const gchar      *end;
    guint             i;

    end = strchr (list, ')');
    if (!end)
        return FALSE;

    types = g_strndup (list + 1, end - list - 1);
    ranges = g_strsplit (types, ",", -1);
    for (i = 0; ranges[i]; i++) {
        if (!add_type_range (ranges[i], transports))
            return FALSE;
    }
    return *transports != 0;
}

gboolean
nl668_at_parse_gtota_test (const gchar *response,
                           guint       *transports)
{
    const gchar *parameters;
    guint        found = 0;

    parameters = skip_blanks (response);
    if (!*parameters) {
        *transports = TRANSPORTS_ALL;
        return TRUE;
    }

    if (g_str_has_prefix (parameters, "+GTOTA:")) {
        parameters = skip_blanks (parameters + strlen ("+GTOTA:"));
        if (*parameters == '(') {
            if (!parse_type_list (parameters, &found))
                found = 0;
        } else if (g_str_has_prefix (parameters, "<type>")) {
            /* The parameters after the URL are for FTP only. */
            found = strstr (parameters, "filename") ? TRANSPORTS_ALL : NL668_TRANSPORT_HTTP;
        }
    }

    if (!found)
        return FALSE;
    *transports = found;
    return TRUE;
}

gchar *
nl668_at_build_gtota (const gchar *url,
                      const gchar *file_name,
                      const gchar *user,
                      const gchar *password)
{
    if (!file_name)
        return g_strdup_printf ("+GTOTA=0,\"%s\"", url);
    return g_strdup_printf ("+GTOTA=1,\"%s\",\"%s\",\"%s\",\"%s\"",
                            url, file_name, user, password);
}

/*****************************************************************************/
/* +GTSET and +GTRAT */

/* Returns match 1 of the first line that matches as a whole. */
static gchar *
match_line (const gchar *response,
            const gchar *pattern)
{
    g_autoptr(GRegex)     regex = NULL;
    g_autoptr(GMatchInfo) match_info = NULL;
    g_autofree gchar     *line = NULL;

    line = g_strdup_printf ("^[ \\t]*%s[ \\t]*$", pattern);
    regex = g_regex_new (line, G_REGEX_RAW | G_REGEX_MULTILINE | G_REGEX_NEWLINE_ANYCRLF, 0, NULL);
    if (!g_regex_match (regex, response, 0, &match_info))
        return NULL;
    return g_match_info_fetch (match_info, 1);
}

gchar *
nl668_at_parse_gtset (const gchar *response,
                      const gchar *name)
{
    g_autofree gchar *pattern = NULL;

    pattern = g_strdup_printf ("\\+GTSET:[ \\t]*\"%s\"[ \\t]*,[ \\t]*(\\d{1,3})", name);
    return match_line (response, pattern);
}

gchar *
nl668_at_build_gtset (const gchar *name,
                      const gchar *value)
{
    return g_strdup_printf ("+GTSET=\"%s\",%s", name, value);
}

gchar *
nl668_at_parse_gtrat (const gchar *response,
                      const gchar *name)
{
    return match_line (response, "\\+GTRAT:[ \\t]*(\\d{1,3}(?:,\\d{1,3}){0,7})");
}

gchar *
nl668_at_build_gtrat (const gchar *name,
                      const gchar *value)
{
    return g_strdup_printf ("+GTRAT=%s", value);
}

/*****************************************************************************/
/* Identity */

/* Returns the only line of @response, without the name of the command and without quotes. */
static gchar *
find_only_line (const gchar *response,
                const gchar *prefix)
{
    g_autofree gchar *line = NULL;
    const gchar      *start;
    gsize             length;

    line = g_strstrip (g_strdup (response));
    start = line;
    if (g_str_has_prefix (start, prefix))
        start = skip_blanks (start + strlen (prefix));
    length = strlen (start);
    if (length >= 2 && start[0] == '"' && start[length - 1] == '"') {
        start++;
        length -= 2;
    }
    if (strpbrk (start, "\r\n"))
        return NULL;
    return g_strndup (start, length);
}

gchar *
nl668_at_parse_cgmr (const gchar *response)
{
    g_autofree gchar *revision = NULL;

    revision = find_only_line (response, "+CGMR:");
    return nl668_revision_is_valid (revision) ? g_steal_pointer (&revision) : NULL;
}

gboolean
nl668_is_imei (const gchar *imei)
{
    gsize length;

    if (!imei)
        return FALSE;
    length = strspn (imei, G_CSET_DIGITS);
    return length >= 14 && length <= 16 && !imei[length];
}

gchar *
nl668_at_parse_cgsn (const gchar *response)
{
    g_autofree gchar *imei = NULL;

    imei = find_only_line (response, "+CGSN:");
    return nl668_is_imei (imei) ? g_steal_pointer (&imei) : NULL;
}

/*****************************************************************************/
/* Unsolicited reports */

GRegex *
nl668_at_get_urc_regex (void)
{
    /* The daemon matches its whole buffer again whenever more data arrives. Lengths are
     * therefore bounded, blanks are possessive, and only the beginnings of lines are tried. An
     * empty line before the report is removed along with it; the end of any other line is not,
     * because that line would become incomplete. */
    return g_regex_new ("^(?:(?<![^\\n])\\r{0,3}+\\n)?[ \\t]*+("
                        "GTOTA[^\\r\\n]{0,200}"
                        "|\\+[ \\t]*+GTOTA(?:(?![ \\t]*+:)[^\\r\\n]{0,200}"
                        "|[ \\t]*+:[^\\r\\n]{0,200}?(?:FAIL|ERROR)[^\\r\\n]{0,200})"
                        ")(?:\\r{1,4}+\\n?|\\n)",
                        G_REGEX_RAW | G_REGEX_CASELESS | G_REGEX_OPTIMIZE |
                        G_REGEX_MULTILINE | G_REGEX_NEWLINE_ANYCRLF, 0, NULL);
}

/* Skips blanks and @word at the beginning of @line. */
static gboolean
skip_word (const gchar **line,
           const gchar  *word)
{
    const gchar *rest;

    rest = skip_blanks (*line);
    if (g_ascii_strncasecmp (rest, word, strlen (word)) != 0)
        return FALSE;

    *line = rest + strlen (word);
    return TRUE;
}

/* Whether @line is @word and blanks */
static gboolean
is_word (const gchar *line,
         const gchar *word)
{
    return skip_word (&line, word) && !*skip_blanks (line);
}

/* ": <percent>%" */
static gboolean
parse_percent (const gchar **line,
               guint        *percent)
{
    g_autofree gchar *digits = NULL;
    const gchar      *rest = *line;
    guint64           value;
    gsize             n_digits;

    if (!skip_word (&rest, ":"))
        return FALSE;

    rest = skip_blanks (rest);
    n_digits = strspn (rest, "0123456789");
    digits = g_strndup (rest, n_digits);
    if (!g_ascii_string_to_unsigned (digits, 10, 0, 100, &value, NULL))
        return FALSE;

    rest += n_digits;
    if (!is_word (rest, "%"))
        return FALSE;

    *percent = value;
    return TRUE;
}

static gboolean
reports_failure (const gchar *line)
{
    g_autofree gchar *lower = NULL;

    lower = g_ascii_strdown (line, -1);
    return strstr (lower, "fail") || strstr (lower, "error");
}

Nl668Urc
nl668_at_parse_urc (const gchar *line,
                    guint       *percent)
{
    const gchar *rest = line;

    skip_word (&rest, "+");
    if (skip_word (&rest, "GTOTA")) {
        if (skip_word (&rest, "DOWNLOADING")) {
            if (parse_percent (&rest, percent))
                return NL668_URC_PROGRESS;
        } else if (skip_word (&rest, "DOWNLOAD")) {
            if (is_word (rest, "START"))
                return NL668_URC_START;
            if (is_word (rest, "COMPLETE"))
                return NL668_URC_COMPLETE;
        }
    }

    return reports_failure (line) ? NL668_URC_FAILURE : NL668_URC_OTHER;
}

/*****************************************************************************/

gboolean
nl668_is_refusal (const GError *error)
{
    return (error->domain == MM_MOBILE_EQUIPMENT_ERROR ||
            g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED));
}

gboolean
nl668_is_busy (const GError *error)
{
    return (error->domain == MM_MOBILE_EQUIPMENT_ERROR &&
            (error->code == MM_MOBILE_EQUIPMENT_ERROR_SIM_BUSY ||
             error->code == MM_MOBILE_EQUIPMENT_ERROR_COMMAND_ABORTED ||
             error->code == MM_MOBILE_EQUIPMENT_ERROR_TEMPORARILY_OUT_OF_SERVICE));
}

gboolean
nl668_is_cancelled (const GError *error)
{
    return (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
            g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_CANCELLED));
}

/* Not a list of what restarts a module: nobody knows all of that, and a line may have several
 * commands. */
gboolean
nl668_at_is_harmless (const gchar *command)
{
    return g_regex_match_simple ("^(AT)?(I|\\+(CSQ|CGM[IMR]|CGSN|GM[IMR]|GSN)|"
                                 "\\+[A-Z0-9]+=?\\?|"
                                 "\\+GTRAT=[0-9,]+|"
                                 "\\+GTSET=\"(CALLBREAK|GPRSFIRST)\",[01])$",
                                 command, G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0);
}

gchar *
nl668_printable (const gchar *text)
{
    g_autofree gchar *start = NULL;

    start = g_strndup (text, PRINTABLE_MAX);
    return g_strescape (start, NULL);
}
