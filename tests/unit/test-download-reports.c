/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The reports of a download, in common/nl668-reports.c */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "nl668-reports.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Reports, nl668_reports_free)

#define START    "GTOTA DOWNLOAD START"
#define COMPLETE "GTOTA DOWNLOAD COMPLETE"
#define HIDDEN   "words that are not shown because they may contain a secret"

/*****************************************************************************/
/* Progress, on one port or two */

typedef struct {
    const gchar *name;
    /* What is read, one after the other: the port, and a percentage, "start" or "complete" */
    const gchar *reports;
    /* How far the download is after each of them; "!" if it belongs to another download */
    const gchar *progress;
} ProgressTest;

static const ProgressTest progress_tests[] = {
    { "one-port",         "1:start 1:1 1:50 1:100 1:complete", "0! 1 50 100 100" },
    { "no-start",         "1:3 1:4",                           "3 4" },
    { "only-complete",    "1:complete",                        "100" },
    { "repeated",         "1:start 1:start 1:5 1:5",           "0! 0 5 5" },
    { "falling",          "1:20 1:5 1:0 1:21",                 "20 20 20 21" },
    { "other-port",       "2:start 2:1 2:50",                  "0! 1 50" },
    { "both-ports",       "1:start 2:start 1:1 2:1 1:2 2:2",   "0! 0 1 1 2 2" },
    { "second-port-lags", "1:start 1:1 1:2 2:start 2:1 2:2 2:3", "0! 1 2 2 2 2 3" },
    { "only-one-starts",  "1:start 1:5 2:6 1:7",               "0! 5 6 7" },
    /* The second one has ended long ago on the first port. */
    { "second-port-late", "1:start 1:9 1:complete 2:start 2:9 2:complete",
                          "0! 9 100 100 100 100" },
    /* A new START */
    { "again",            "1:50 1:start 1:1 1:2",              "50 0! 1 2" },
    { "again-both-ports", "1:start 2:start 1:50 2:50 1:start 2:start 1:1 2:1",
                          "0! 0 50 50 0! 0 1 1" },
    { "again-lags",       "1:50 2:40 1:start 1:1 2:50 2:start 2:1 1:2",
                          "50 50 0! 1 50 0! 1 2" },
    { "again-and-again",  "1:5 1:start 1:start 1:5 1:start",   "5 0! 0 5 0!" },
    /* After COMPLETE, a single percentage is late. */
    { "complete-twice",   "1:complete 1:complete 2:complete",  "100 100 100" },
    { "hundred-late",     "1:complete 1:100",                  "100 100" },
    { "next-download",    "1:complete 1:start 1:7",            "100 0! 7" },
    { "next-percentage",  "1:complete 1:7 2:7",                "100 100 100" },
    { "next-percentages", "1:complete 1:7 1:8 2:8 1:9",        "100 100 8 8 9" },
    { "next-no-start",    "1:50 1:1 1:1 1:2 1:3",              "50 50 50 2 3" },
};

static void
add_report (Nl668Reports *reports,
            const gchar  *text,
            GString      *progress)
{
    g_autofree gchar *percentage = NULL;
    g_auto(GStrv)     parts = NULL;
    Nl668Report       report;
    const gchar      *line;

    parts = g_strsplit (text, ":", 2);
    percentage = g_strdup_printf ("GTOTA DOWNLOADING: %s%%", parts[1]);
    if (g_str_equal (parts[1], "start"))
        line = START;
    else
        line = g_str_equal (parts[1], "complete") ? COMPLETE : percentage;

    report = nl668_reports_add (reports, GUINT_TO_POINTER (atoi (parts[0])), line);
    g_assert_cmpint (report.urc, >=, NL668_URC_START);
    g_assert_cmpstr (report.shown, ==, line);
    g_string_append_printf (progress, "%s%u%s", progress->len ? " " : "", report.percent,
                            report.is_new ? "!" : "");
}

static void
test_progress (gconstpointer data)
{
    g_autoptr(Nl668Reports)  reports = nl668_reports_new ();
    g_autoptr(GString)       progress = g_string_new (NULL);
    g_auto(GStrv)            texts = NULL;
    const ProgressTest      *test = data;
    guint                    i;

    texts = g_strsplit (test->reports, " ", -1);
    for (i = 0; texts[i]; i++)
        add_report (reports, texts[i], progress);
    g_assert_cmpstr (progress->str, ==, test->progress);
}

static void
test_restart (void)
{
    g_autoptr(Nl668Reports) reports = nl668_reports_new ();
    g_autoptr(GString)      progress = g_string_new (NULL);

    add_report (reports, "1:60", progress);
    nl668_reports_forget_ports (reports);
    add_report (reports, "1:7", progress);
    add_report (reports, "1:8", progress);
    g_assert_cmpstr (progress->str, ==, "60 7 8");
}

/*****************************************************************************/
/* Last words */

static void
assert_words (Nl668Reports *reports,
              const gchar  *line,
              const gchar  *words)
{
    nl668_reports_add (reports, reports, line);
    g_assert_cmpstr (nl668_reports_get_words (reports), ==, words);
}

static void
test_words (void)
{
    g_autoptr(Nl668Reports) reports = nl668_reports_new ();

    g_assert_null (nl668_reports_get_words (reports));
    assert_words (reports, START, NULL);
    assert_words (reports, "GTOTA DOWNLOAD ABORT,701", "GTOTA DOWNLOAD ABORT,701");
    assert_words (reports, "GTOTA VERIFYING", "GTOTA VERIFYING");
    /* A failure says more than what follows it, except another failure. */
    assert_words (reports, "GTOTA ERROR: 1", "GTOTA ERROR: 1");
    assert_words (reports, "GTOTA VERIFYING", "GTOTA ERROR: 1");
    assert_words (reports, "GTOTA failed, 2", "GTOTA failed, 2");
    /* The module goes on. */
    assert_words (reports, "GTOTA DOWNLOADING: 5%", NULL);
    assert_words (reports, "GTOTA VERIFYING", "GTOTA VERIFYING");
    assert_words (reports, COMPLETE, NULL);
}

static void
test_clear_words (void)
{
    g_autoptr(Nl668Reports) reports = nl668_reports_new ();

    assert_words (reports, "GTOTA ERROR: 1", "GTOTA ERROR: 1");
    nl668_reports_clear_words (reports);
    g_assert_null (nl668_reports_get_words (reports));
    assert_words (reports, "GTOTA VERIFYING", "GTOTA VERIFYING");
}

static void
test_shown (void)
{
    g_autoptr(Nl668Reports)  reports = nl668_reports_new ();
    g_autofree gchar        *filling = g_strnfill (1000, 'x');
    g_autofree gchar        *line = g_strconcat ("GTOTA FAIL ", filling, NULL);
    Nl668Report              report;

    report = nl668_reports_add (reports, reports, "GTOTA FAIL \x1b[31m\xff");
    g_assert_cmpint (report.urc, ==, NL668_URC_FAILURE);
    g_assert_cmpstr (report.shown, ==, "GTOTA FAIL \\033[31m\\377");
    g_assert_cmpstr (nl668_reports_get_words (reports), ==, report.shown);

    report = nl668_reports_add (reports, reports, line);
    g_assert_cmpuint (strlen (report.shown), ==, 80);
}

/*****************************************************************************/
/* Secrets */

static void
assert_quoted (Nl668Reports *reports,
               const gchar  *words,
               const gchar  *expected)
{
    g_autofree gchar *quoted = NULL;

    quoted = nl668_reports_quote (reports, words);
    g_assert_cmpstr (quoted, ==, expected);
}

static void
test_secrets (void)
{
    g_autoptr(Nl668Reports) reports = nl668_reports_new ();
    guint                   i;

    nl668_reports_add_secret (reports, NULL);
    nl668_reports_add_secret (reports, "s3cret");
    nl668_reports_add_secret (reports, "0ther");
    assert_words (reports, "GTOTA ERROR: s3cret,0ther,S3cret", "GTOTA ERROR: ***,***,***");
    assert_quoted (reports, "user:s3cret@host\x1b", "user:***@host\\033");
    /* Of two secrets that overlap, nothing is left. */
    nl668_reports_add_secret (reports, "cret00");
    assert_quoted (reports, "s3cret00", "***");

    /* Only so many are remembered. Until then, each is recognized. */
    for (i = 0; i < 13; i++) {
        g_autofree gchar *secret = g_strdup_printf ("secret%c0", 'a' + i);

        nl668_reports_add_secret (reports, "0ther");
        nl668_reports_add_secret (reports, secret);
    }
    assert_quoted (reports, "s3cret,0ther,secreta0,secretm0,no", "***,***,***,***,no");
    nl668_reports_add_secret (reports, "an0ther");
    assert_quoted (reports, "no", HIDDEN);
    /* What was heard before stays redacted. */
    g_assert_cmpstr (nl668_reports_get_words (reports), ==, "GTOTA ERROR: ***,***,***");
}

static const gchar *const secret_words[] = {
    "a", "5", "x1", "GTOTA", "download", "FAILED", "module", "disappeared", "not_shown",
};

/* A secret that may be a word is not revealed by what is left of the others. */
static void
test_secret_word (gconstpointer data)
{
    g_autoptr(Nl668Reports) reports = nl668_reports_new ();
    Nl668Report             report;

    nl668_reports_add_secret (reports, data);
    report = nl668_reports_add (reports, reports, START);
    g_assert_cmpstr (report.shown, ==, START);
    assert_words (reports, "GTOTA DOWNLOAD FAILED", HIDDEN);
    assert_words (reports, "GTOTA ERROR: 5", HIDDEN);
}

static void
test_query (void)
{
    g_autoptr(Nl668Reports) reports = nl668_reports_new ();

    nl668_reports_add_query (reports, NULL);
    nl668_reports_add_query (reports, "http://h/f");
    nl668_reports_add_query (reports, "http://h/f?");
    nl668_reports_add_query (reports, "http://h/f?token=a%2Fb12&x=;c3d4%zz");
    assert_words (reports, "GTOTA ERROR: /f?token=a%2Fb12&x=;c3d4%zz", "GTOTA ERROR: /f?***");
    assert_quoted (reports, "a/b12", "***");
    assert_quoted (reports, "612F623132", "***");
    assert_quoted (reports, "TOKEN C3D4%ZZ", "TOKEN ***");
    assert_quoted (reports, "/f token.", "/f token.");
    nl668_reports_add_query (reports, "http://h/f?v=2");
    assert_quoted (reports, "/f token.", HIDDEN);
}

/* Whatever is cut off, no part of a secret is left. */
static void
test_secret_at_end (void)
{
    g_autoptr(Nl668Reports)  reports = nl668_reports_new ();
    guint                    length;

    nl668_reports_add_secret (reports, "s3cret");
    for (length = 60; length < 90; length++) {
        g_autofree gchar *filling = g_strnfill (length, 'x');
        g_autofree gchar *line = g_strconcat ("GTOTA ", filling, "s3cret", NULL);
        Nl668Report       report;

        report = nl668_reports_add (reports, reports, line);
        g_assert_null (strstr (report.shown, "s3"));
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);

    for (i = 0; i < G_N_ELEMENTS (progress_tests); i++) {
        g_autofree gchar *path = NULL;

        path = g_strconcat ("/nl668/download-reports/progress/", progress_tests[i].name, NULL);
        g_test_add_data_func (path, &progress_tests[i], test_progress);
    }
    g_test_add_func ("/nl668/download-reports/restart", test_restart);
    g_test_add_func ("/nl668/download-reports/words", test_words);
    g_test_add_func ("/nl668/download-reports/clear-words", test_clear_words);
    g_test_add_func ("/nl668/download-reports/shown", test_shown);
    g_test_add_func ("/nl668/download-reports/secrets", test_secrets);
    for (i = 0; i < G_N_ELEMENTS (secret_words); i++) {
        g_autofree gchar *path = NULL;

        path = g_strconcat ("/nl668/download-reports/secret-word/", secret_words[i], NULL);
        g_test_add_data_func (path, secret_words[i], test_secret_word);
    }
    g_test_add_func ("/nl668/download-reports/query", test_query);
    g_test_add_func ("/nl668/download-reports/secret-at-end", test_secret_at_end);

    return g_test_run ();
}
