/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Input of a serial port, split into arbitrary reads: which URCs the daemon finds in
 * it, and how the plugin parses them. */

#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "nl668-at.h"

#define REPORT "GTOTA DOWNLOADING: 57%"

static GRegex *urc_regex;
/* Another specification of what the parser must accept */
static GRegex *progress_regex;
static GRegex *event_regex;

typedef struct {
    GByteArray *buffer;
    GPtrArray  *lines;
    gboolean    remove_echo;
} Port;

static void
port_init (Port     *self,
           gboolean  remove_echo)
{
    self->buffer = g_byte_array_new ();
    self->lines = g_ptr_array_new_with_free_func (g_free);
    self->remove_echo = remove_echo;
}

static void
port_clear (Port *self)
{
    g_byte_array_unref (self->buffer);
    g_ptr_array_unref (self->lines);
}

/* Like the daemon, takes everything before the first line break for an echo */
static void
remove_echo (GByteArray *buffer)
{
    const guint8 *end;

    end = memmem (buffer->data, buffer->len, "\r\n", 2);
    if (end && buffer->len > 2)
        g_byte_array_remove_range (buffer, 0, (guint) (end - buffer->data));
}

/* Like the daemon, handles a read: removes all matches from the buffer */
static void
port_read (Port         *self,
           const guint8 *data,
           gsize         size)
{
    g_autoptr(GMatchInfo)  match_info = NULL;
    g_autoptr(GByteArray)  rest = NULL;
    const gchar           *text;
    gint                   copied = 0;
    gint                   start;
    gint                   end;

    g_byte_array_append (self->buffer, data, (guint) size);
    if (self->remove_echo)
        remove_echo (self->buffer);
    if (!self->buffer->len)
        return;

    text = (const gchar *) self->buffer->data;
    if (!g_regex_match_full (urc_regex, text, self->buffer->len, 0, 0, &match_info, NULL))
        return;

    rest = g_byte_array_new ();
    while (g_match_info_matches (match_info)) {
        g_assert_true (g_match_info_fetch_pos (match_info, 0, &start, &end));
        g_byte_array_append (rest, self->buffer->data + copied, (guint) (start - copied));
        copied = end;
        g_ptr_array_add (self->lines, g_match_info_fetch (match_info, 1));
        g_match_info_next (match_info, NULL);
    }
    g_byte_array_append (rest, self->buffer->data + copied, self->buffer->len - (guint) copied);
    g_byte_array_unref (self->buffer);
    self->buffer = g_steal_pointer (&rest);
}

/* Alternates between reads of @step and 2 * @step bytes */
static void
port_read_split (Port         *self,
                 const guint8 *data,
                 gsize         size,
                 gsize         step)
{
    gboolean twice = FALSE;

    while (size) {
        gsize n = MIN (size, twice ? 2 * step : step);

        port_read (self, data, n);
        data += n;
        size -= n;
        twice = !twice;
    }
}

/*****************************************************************************/

static void
check_line (const gchar *line)
{
    g_autoptr(GMatchInfo) match_info = NULL;
    g_autofree gchar     *lower = NULL;
    g_autofree gchar     *printable = NULL;
    guint                 percent = 1000;
    Nl668Urc              urc;

    g_assert_null (strpbrk (line, "\r\n"));
    printable = nl668_printable (line);
    fuzz_assert_message (printable);

    urc = nl668_at_parse_urc (line, &percent);
    lower = g_ascii_strdown (line, -1);
    if (g_regex_match (progress_regex, line, 0, &match_info)) {
        g_autofree gchar *digits = g_match_info_fetch (match_info, 1);

        g_assert_cmpint (urc, ==, NL668_URC_PROGRESS);
        g_assert_cmpuint (percent, ==, g_ascii_strtoull (digits, NULL, 10));
        g_assert_cmpuint (percent, <=, 100);
        return;
    }

    g_assert_cmpuint (percent, ==, 1000);
    if (g_regex_match (event_regex, line, 0, NULL))
        g_assert_cmpint (urc, ==, strstr (lower, "complete") ? NL668_URC_COMPLETE :
                                                               NL668_URC_START);
    else if (strstr (lower, "fail") || strstr (lower, "error"))
        g_assert_cmpint (urc, ==, NL668_URC_FAILURE);
    else
        g_assert_cmpint (urc, ==, NL668_URC_OTHER);
}

/* Splitting the input does not change the lines. */
static void
check_split (const guint8 *data,
             gsize         size,
             gsize         step)
{
    Port  whole;
    Port  split;
    guint i;

    port_init (&whole, FALSE);
    port_init (&split, FALSE);
    port_read (&whole, data, size);
    port_read_split (&split, data, size, step);

    g_assert_cmpuint (split.lines->len, ==, whole.lines->len);
    for (i = 0; i < whole.lines->len; i++) {
        g_assert_cmpstr (split.lines->pdata[i], ==, whole.lines->pdata[i]);
        check_line (whole.lines->pdata[i]);
    }

    port_clear (&whole);
    port_clear (&split);
}

/* No input before a URC prevents it from being found. It only has to begin on a new
 * line. */
static void
check_report (const guint8 *data,
              gsize         size,
              gsize         step)
{
    Port port;

    port_init (&port, TRUE);
    port_read_split (&port, data, size, step);
    port_read (&port, (const guint8 *) "\r\n", 2);
    port_read_split (&port, (const guint8 *) "\r\n" REPORT "\r\n",
                     strlen ("\r\n" REPORT "\r\n"), step);
    g_assert_cmpuint (port.lines->len, >, 0);
    g_assert_cmpstr (port.lines->pdata[port.lines->len - 1], ==, REPORT);
    port_clear (&port);
}

static void
initialize (void)
{
#define BLANKS "[ \\t]*"
#define START  "\\A" BLANKS "\\+?" BLANKS "GTOTA" BLANKS
#define END    BLANKS "\\z"
    const GRegexCompileFlags flags = G_REGEX_RAW | G_REGEX_CASELESS | G_REGEX_OPTIMIZE;

    urc_regex = nl668_at_get_urc_regex ();
    progress_regex = g_regex_new (START "DOWNLOADING" BLANKS ":" BLANKS
                                  "(0*(?:100|[0-9]{1,2}))" BLANKS "%" END, flags, 0, NULL);
    event_regex = g_regex_new (START "DOWNLOAD" BLANKS "(?:START|COMPLETE)" END, flags, 0, NULL);
#undef BLANKS
#undef START
#undef END
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    gsize step;

    if (!urc_regex)
        initialize ();
    if (!size)
        return 0;

    /* The first byte determines how the others are split */
    step = MAX (data[0] % 32u + 1, size / 6);
    check_split (data + 1, size - 1, step);
    check_report (data + 1, size - 1, step);
    return 0;
}
