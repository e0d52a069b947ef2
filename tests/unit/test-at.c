/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <libmm-glib.h>

#include "nl668-at.h"

/*****************************************************************************/
/* Response to AT+GTOTA=? */

typedef struct {
    const gchar *response;
    /* 0 if parsing must fail */
    guint        transports;
} GtotaTest;

#define HTTP NL668_TRANSPORT_HTTP
#define FTP  NL668_TRANSPORT_FTP

static const GtotaTest gtota_tests[] = {
    /* As in the manual */
    { "+GTOTA: <type>,<\"url\">[,<\"filename\">,<\"username\">,<\"password\">]", HTTP | FTP },
    { "+GTOTA:<type>,<\"url\">[,<\"filename\">,<\"username\">,<\"password\">]",  HTTP | FTP },
    { "+GTOTA: <type>,<\"url\">",            HTTP       },
    /* Like responses to other test commands */
    { "+GTOTA: (0-1),(255)",                 HTTP | FTP },
    { "+GTOTA: (0,1),<url>",                 HTTP | FTP },
    { "+GTOTA: (0)",                         HTTP       },
    { "+GTOTA: ( 1 )",                       FTP        },
    { "\r\n+GTOTA: (0-1)\r\n",               HTTP | FTP },
    { "+GTOTA: (0-5)",                       HTTP | FTP },
    { "",                                    HTTP | FTP },
    { "\r\n",                                HTTP | FTP },
    /* Neither transport, or malformed */
    { "+GTOTA: (2-3)",                       0 },
    { "+GTOTA: (0-1",                        0 },
    { "+GTOTA: ()",                          0 },
    { "+GTOTA: (a-b)",                       0 },
    { "+GTOTA: (0-1-2)",                     0 },
    { "+GTOTA: (-1)",                        0 },
    { "+GTOTA: (99999999999999999999)",      0 },
    { "+GTOTA:",                             0 },
    { "+CSQ: 20,99",                         0 },
    { "GTOTA DOWNLOAD START",                0 },
};

static void
test_gtota_response (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (gtota_tests); i++) {
        guint    transports = 0;
        gboolean result;

        g_test_message ("response '%s'", gtota_tests[i].response);
        result = nl668_at_parse_gtota_test (gtota_tests[i].response, &transports);
        g_assert_true (result == (gtota_tests[i].transports != 0));
        g_assert_cmpuint (transports, ==, gtota_tests[i].transports);
    }
}

/*****************************************************************************/
/* Response to AT+GTSET? */

typedef struct {
    const gchar *response;
    /* NULL if it contains no valid value */
    const gchar *callbreak;
} GtsetTest;

static const GtsetTest gtset_tests[] = {
    { "+GTSET: \"CALLBREAK\",0",                                           "0"  },
    { "+GTSET: \"GPRSFIRST\",1\r\n+GTSET: \"CALLBREAK\",0\r\n+GTSET: \"X\",2", "0"  },
    { " +GTSET:\"CALLBREAK\" , 12 \r\n",                                   "12" },
    { "",                                                                  NULL },
    { "+GTSET: \"GPRSFIRST\",1",                                           NULL },
    { "+GTSET: \"CALLBREAK\",",                                            NULL },
    { "+GTSET: \"CALLBREAK\",1,2",                                         NULL },
    { "+GTSET: \"CALLBREAK\",\"1\"",                                       NULL },
    { "+GTSET: \"CALLBREAK\",-1",                                          NULL },
    { "+GTSET: \"CALLBREAK\",1234",                                        NULL },
    { "+GTSET: \"NOCALLBREAK\",1",                                         NULL },
    { "X+GTSET: \"CALLBREAK\",1",                                          NULL },
};

static void
test_gtset_response (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (gtset_tests); i++) {
        g_autofree gchar *value = NULL;

        g_test_message ("response %u", i);
        value = nl668_at_parse_gtset (gtset_tests[i].response, "CALLBREAK");
        g_assert_cmpstr (value, ==, gtset_tests[i].callbreak);
    }
}

/*****************************************************************************/
/* A single URC */

typedef struct {
    const gchar *line;
    Nl668Urc     urc;
    guint        percent;
} UrcTest;

static const UrcTest urc_tests[] = {
    /* As in the manual */
    { "GTOTA DOWNLOAD START",              NL668_URC_START         },
    { "GTOTA DOWNLOAD COMPLETE",           NL668_URC_COMPLETE      },
    { "GTOTA DOWNLOADING: 0%",             NL668_URC_PROGRESS, 0   },
    { "GTOTA DOWNLOADING: 41%",            NL668_URC_PROGRESS, 41  },
    { "GTOTA DOWNLOADING: 100%",           NL668_URC_PROGRESS, 100 },
    /* Stray spaces and plus signs */
    { "+GTOTA DOWNLOAD START",             NL668_URC_START         },
    { " + GTOTA  DOWNLOAD   START  ",      NL668_URC_START         },
    { "GTOTA DOWNLOADING:41%",             NL668_URC_PROGRESS, 41  },
    { "GTOTA DOWNLOADING :  41 % ",        NL668_URC_PROGRESS, 41  },
    { "+GTOTA\tDOWNLOADING: 7%",           NL668_URC_PROGRESS, 7   },
    { "GTOTADOWNLOADCOMPLETE",             NL668_URC_COMPLETE      },
    { "gtota download start",              NL668_URC_START         },
    { "GTOTA DOWNLOADING: 007%",           NL668_URC_PROGRESS, 7   },
    /* Anything else */
    { "GTOTA DOWNLOADING: 101%",           NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: -1%",            NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: %",              NL668_URC_OTHER },
    { "GTOTA DOWNLOADING:",                NL668_URC_OTHER },
    { "GTOTA DOWNLOADING",                 NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: 41",             NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: 4 1%",           NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: 41%%",           NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: 12345678901234567890%",   NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: 18446744073709551657%",   NL668_URC_OTHER },
    { "GTOTA DOWNLOADING: 0x10%",          NL668_URC_OTHER },
    { "GTOTA DOWNLOAD STARTED",            NL668_URC_OTHER },
    { "GTOTA DOWNLOAD START COMPLETE",     NL668_URC_OTHER },
    { "GTOTA DOWNLOAD",                    NL668_URC_OTHER },
    { "GTOTA UPGRADING: 10%",              NL668_URC_OTHER },
    { "GTOTA",                             NL668_URC_OTHER },
    { "",                                  NL668_URC_OTHER },
    /* Not in the manual, but unambiguous */
    { "GTOTA DOWNLOAD FAILED",             NL668_URC_FAILURE },
    { "GTOTA: ERROR 3",                    NL668_URC_FAILURE },
    { "+GTOTA: upgrade fail",              NL668_URC_FAILURE },
};

static void
test_urc (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (urc_tests); i++) {
        guint percent = 0;

        g_test_message ("line '%s'", urc_tests[i].line);
        g_assert_cmpint (nl668_at_parse_urc (urc_tests[i].line, &percent), ==, urc_tests[i].urc);
        g_assert_cmpuint (percent, ==, urc_tests[i].percent);
    }
}

/*****************************************************************************/
/* URCs in a stream of bytes. Like MMPortSerialAt, this matches all buffered data and
 * removes the matches from the buffer. */

typedef struct {
    GRegex    *regex;
    GString   *buffer;
    GPtrArray *lines;
} Stream;

static gboolean
remove_match (const GMatchInfo *match_info,
              GString          *result,
              gpointer          user_data)
{
    return FALSE;
}

static void
stream_feed (Stream      *self,
             const gchar *data,
             gsize        length)
{
    g_autoptr(GMatchInfo)  match_info = NULL;
    g_autofree gchar      *rest = NULL;

    g_string_append_len (self->buffer, data, length);
    g_regex_match_full (self->regex, self->buffer->str, self->buffer->len, 0, 0, &match_info, NULL);
    while (g_match_info_matches (match_info)) {
        g_ptr_array_add (self->lines, g_match_info_fetch (match_info, 1));
        g_match_info_next (match_info, NULL);
    }
    rest = g_regex_replace_eval (self->regex, self->buffer->str, self->buffer->len, 0, 0,
                                 remove_match, NULL, NULL);
    g_string_assign (self->buffer, rest);
}

static void
stream_init (Stream *self)
{
    self->regex = nl668_at_get_urc_regex ();
    self->buffer = g_string_new (NULL);
    self->lines = g_ptr_array_new_with_free_func (g_free);
}

static void
stream_clear (Stream *self)
{
    g_regex_unref (self->regex);
    g_string_free (self->buffer, TRUE);
    g_ptr_array_unref (self->lines);
}

typedef struct {
    const gchar *bytes;
    /* Joined by "|" */
    const gchar *lines;
    /* What remains in the buffer, as part of the response to a command */
    const gchar *rest;
} StreamTest;

static const StreamTest stream_tests[] = {
    { "\r\nGTOTA DOWNLOAD START\r\n",
      "GTOTA DOWNLOAD START", "" },
    { "\r\nGTOTA DOWNLOADING: 1%\r\n\r\nGTOTA DOWNLOADING: 2%\r\n",
      "GTOTA DOWNLOADING: 1%|GTOTA DOWNLOADING: 2%", "" },
    /* A single CRLF between two URCs */
    { "\r\nGTOTA DOWNLOADING: 1%\r\nGTOTA DOWNLOADING: 2%\r\nGTOTA DOWNLOAD COMPLETE\r\n",
      "GTOTA DOWNLOADING: 1%|GTOTA DOWNLOADING: 2%|GTOTA DOWNLOAD COMPLETE", "" },
    /* A single CRLF that also ends another line */
    { "\r\nOK\r\nGTOTA DOWNLOAD START\r\nGTOTA DOWNLOADING: 1%\r\n",
      "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 1%", "\r\nOK\r\n" },
    /* No CRLF before the first line */
    { "GTOTA DOWNLOAD START\r\n\r\n+CREG: 1\r\n",
      "GTOTA DOWNLOAD START", "\r\n+CREG: 1\r\n" },
    { "\r\n+CREG: 1\r\n\r\n+ GTOTA DOWNLOAD START\r\n\r\nOK\r\n",
      "+ GTOTA DOWNLOAD START", "\r\n+CREG: 1\r\n\r\nOK\r\n" },
    /* Incomplete */
    { "\r\nGTOTA DOWNLOADING: 4",
      "", "\r\nGTOTA DOWNLOADING: 4" },
    /* More than one CR before LF, or no LF */
    { "\r\r\nGTOTA DOWNLOADING: 1%\r\r\n\r\r\nGTOTA DOWNLOADING: 2%\r\r\n",
      "GTOTA DOWNLOADING: 1%|GTOTA DOWNLOADING: 2%", "" },
    { "\rGTOTA DOWNLOADING: 1%\r\rGTOTA DOWNLOADING: 2%\r",
      "GTOTA DOWNLOADING: 1%|GTOTA DOWNLOADING: 2%", "\r" },
    { "AT\rGTOTA DOWNLOAD START\r\n\r\nOK\r\n",
      "GTOTA DOWNLOAD START", "AT\r\r\nOK\r\n" },
    { "\nGTOTA DOWNLOADING: 1%\n\nGTOTA DOWNLOADING: 2%\n",
      "GTOTA DOWNLOADING: 1%|GTOTA DOWNLOADING: 2%", "" },
    /* The end of another line stays. */
    { "\r\nOK\r\r\nGTOTA DOWNLOAD START\r\r\n",
      "GTOTA DOWNLOAD START", "\r\nOK\r\r\n" },
    /* The echo of AT+GTOTA=?, and its response */
    { "AT+GTOTA=?\r\r\n+GTOTA: <type>,<\"url\">\r\n\r\nOK\r\n",
      "", "AT+GTOTA=?\r\r\n+GTOTA: <type>,<\"url\">\r\n\r\nOK\r\n" },
    { "\r\n+GTOTA : (0-1)\r\n\r\nOK\r\n",
      "", "\r\n+GTOTA : (0-1)\r\n\r\nOK\r\n" },
    /* Not at the beginning of a line */
    { "\r\n+CMT: GTOTA DOWNLOAD COMPLETE\r\n",
      "", "\r\n+CMT: GTOTA DOWNLOAD COMPLETE\r\n" },
    /* Possible failures */
    { "\r\n+GTOTA: ERROR\r\n",   "+GTOTA: ERROR",   "" },
    { "\r\nGTOTA: 3\r\n",        "GTOTA: 3",        "" },
    { "\r\nGTOTA ABORTED\r\n",   "GTOTA ABORTED",   "" },
};

static gchar *
join (GPtrArray *lines)
{
    GString *joined;
    guint    i;

    joined = g_string_new (NULL);
    for (i = 0; i < lines->len; i++)
        g_string_append_printf (joined, "%s%s", i ? "|" : "", (const gchar *) lines->pdata[i]);
    return g_string_free (joined, FALSE);
}

static void
test_stream (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (stream_tests); i++) {
        const StreamTest *test = &stream_tests[i];
        g_autofree gchar *lines = NULL;
        Stream            stream;

        g_test_message ("stream %u", i);
        stream_init (&stream);
        stream_feed (&stream, test->bytes, strlen (test->bytes));
        lines = join (stream.lines);
        g_assert_cmpstr (lines, ==, test->lines);
        g_assert_cmpstr (stream.buffer->str, ==, test->rest);
        stream_clear (&stream);
    }
}

/* Splitting the stream into two reads does not change the URCs. */
static void
test_stream_split (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (stream_tests); i++) {
        const StreamTest *test = &stream_tests[i];
        gsize             length;
        gsize             at;

        length = strlen (test->bytes);
        for (at = 1; at < length; at++) {
            g_autofree gchar *lines = NULL;
            Stream            stream;

            g_test_message ("stream %u, cut at %" G_GSIZE_FORMAT, i, at);
            stream_init (&stream);
            stream_feed (&stream, test->bytes, at);
            stream_feed (&stream, test->bytes + at, length - at);
            lines = join (stream.lines);
            g_assert_cmpstr (lines, ==, test->lines);
            stream_clear (&stream);
        }
    }
}

static void
test_stream_bytewise (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (stream_tests); i++) {
        g_autofree gchar *lines = NULL;
        const gchar      *c;
        Stream            stream;

        stream_init (&stream);
        for (c = stream_tests[i].bytes; *c; c++)
            stream_feed (&stream, c, 1);
        lines = join (stream.lines);
        g_assert_cmpstr (lines, ==, stream_tests[i].lines);
        stream_clear (&stream);
    }
}

/* A very long line must not cause excessive backtracking in the daemon. */
static void
test_stream_long_line (void)
{
    static const gchar *const pieces[] = {
        " ", "\t", "+", "+ ", "A", "GTOTA", "+GTOTA:FAIL", "\n ", "\r\n+ "
    };
    guint                     i;

    for (i = 0; i < G_N_ELEMENTS (pieces); i++) {
        g_autoptr(GString) bytes = NULL;
        Stream             stream;

        bytes = g_string_new ("\r\n");
        while (bytes->len < 200000)
            g_string_append (bytes, pieces[i]);
        g_string_append (bytes, "\r\nGTOTA DOWNLOADING: 7%\r\n");

        g_test_message ("'%s'", pieces[i]);
        g_test_timer_start ();
        stream_init (&stream);
        stream_feed (&stream, bytes->str, bytes->len);
        g_assert_cmpfloat (g_test_timer_elapsed (), <, 5);
        g_assert_cmpuint (stream.lines->len, ==, 1);
        stream_clear (&stream);
    }
}

/*****************************************************************************/

static void
test_printable (void)
{
    g_autofree gchar *escaped = NULL;
    g_autofree gchar *text = NULL;
    g_autofree gchar *bounded = NULL;

    escaped = nl668_printable ("a\r\nb\x1b[0m\xc3\xa4\"");
    g_assert_cmpstr (escaped, ==, "a\\r\\nb\\033[0m\\303\\244\\\"");

    text = g_strnfill (10000, 'x');
    bounded = nl668_printable (text);
    g_assert_cmpuint (strlen (bounded), ==, 80);
}

/*****************************************************************************/
/* Commands of a user */

static void
test_harmless (void)
{
    static const gchar *const harmless[] = {
        "+CSQ", "AT+CSQ", "at+csq", "I", "ATI", "+CGMR", "+GMR", "+CGSN",
        "+GTRAT?", "AT+GTSET?", "+GTOTA=?", "+CFUN?", "+COPS=?",
        "+GTRAT=2", "AT+GTRAT=10,3", "+GTSET=\"CALLBREAK\",0", "+gtset=\"GPRSFIRST\",1",
    };
    static const gchar *const others[] = {
        "", "AT", "Z", "ATZ", "ATZ?", "&F", "AT&F",
        "+CFUN=1,1", "AT+CFUN=0", "at+cfun=1,1", " +CFUN=1,1", "+CFUN =1,1",
        "+CPWROFF", "+RESET", "+GTUSBMODE=23", "+GTOTA=0,\"http://h/p\"",
        "+COPS=2", "+CGATT=0", "D*99#", "E0", "H",
        /* More than one */
        "+CSQ;+CFUN=1,1", "+CSQ\rAT+CFUN=1,1", "+CSQ\nAT+CFUN=1,1", "+CSQ\n", "+CSQ\r",
        "IZ", "I&F",
        "+CFUN=1,1;+CSQ?", "+GTRAT=2;+CFUN=1,1", "+GTSET=\"CALLBREAK\",0;+CFUN=1,1", "E0+CFUN=1,1?",
        "+GTSET=\"OTHER\",1", "+GTSET=\"CALLBREAK\",0\r+CFUN=1,1",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (harmless); i++)
        g_assert_true (nl668_at_is_harmless (harmless[i]));
    for (i = 0; i < G_N_ELEMENTS (others); i++)
        g_assert_false (nl668_at_is_harmless (others[i]));
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/at/gtota-response", test_gtota_response);
    g_test_add_func ("/nl668/at/gtset-response", test_gtset_response);
    g_test_add_func ("/nl668/at/urc", test_urc);
    g_test_add_func ("/nl668/at/stream", test_stream);
    g_test_add_func ("/nl668/at/stream-split", test_stream_split);
    g_test_add_func ("/nl668/at/stream-bytewise", test_stream_bytewise);
    g_test_add_func ("/nl668/at/stream-long-line", test_stream_long_line);
    g_test_add_func ("/nl668/at/printable", test_printable);
    g_test_add_func ("/nl668/at/harmless", test_harmless);

    return g_test_run ();
}
