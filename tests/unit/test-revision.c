/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Revisions, and the responses of a module that is asked for its revision and its IMEI */

#include <config.h>

#include <string.h>

#include "nl668-at.h"
#include "nl668-revision.h"

/*****************************************************************************/
/* What is a revision */

static const gchar *const valid[] = {
    "19011.1000.00.02.73.13",
    "NL668-EAU-00_02.73.13",
    "19011.1000.00.02.73.13 [Sep 17 2019 09:00:00]",
    "19006.1000.00.02.62_6002.01_A04",
    "1",
    "a1",
    "1.0\"; rm -rf /",
    "1%s%n",
};

static void
test_valid (void)
{
    g_autofree gchar *longest = NULL;
    guint             i;

    for (i = 0; i < G_N_ELEMENTS (valid); i++) {
        g_test_message ("'%s'", valid[i]);
        g_assert_true (nl668_revision_is_valid (valid[i]));
    }
    longest = g_strnfill (NL668_REVISION_MAX, '1');
    g_assert_true (nl668_revision_is_valid (longest));
}

static const gchar *const invalid[] = {
    "",
    " ",
    " 1.0",
    "\t1.0",
    /* A response with reports in it, as the daemon passes it on */
    "PB DONE\r\n\r\n19011.1000.00.02.73.13",
    "RING\r\n\r\n19011.1000.00.02.73.13",
    "AT command ready\r\n\r\n19011.1000.00.02.73.13",
    "GTOTA DOWNLOADING: 12%\r\n\r\n19011.1000.00.02.73.13",
    "19011.1000.00.02.73.13\r\n\r\nPB DONE",
    "19011.1000.00.02.73.13\r",
    "19011.1000.00.02.73.13\n",
    "1.0\n2.0",
    /* Only reports */
    "PB DONE",
    "RDY",
    "RING",
    "AT command ready",
    "+CEREG: 1",
    "GTOTA DOWNLOADING: 12%",
    "1 gtota",
    "OK",
    "ERROR",
    "+CME ERROR: 14",
    /* Not printable ASCII */
    "1.0\x1b[31m",
    "1.0\x01",
    "1.0\x7f",
    "1.0\xc3\xa9",
    "1.0\xff",
    "1.0\t2",
};

static void
test_invalid (void)
{
    g_autofree gchar *too_long = NULL;
    guint             i;

    g_assert_false (nl668_revision_is_valid (NULL));
    for (i = 0; i < G_N_ELEMENTS (invalid); i++) {
        g_test_message ("'%s'", invalid[i]);
        g_assert_false (nl668_revision_is_valid (invalid[i]));
    }
    too_long = g_strnfill (NL668_REVISION_MAX + 1, '1');
    g_assert_false (nl668_revision_is_valid (too_long));
}

/*****************************************************************************/
/* Spellings of the same revision */

typedef struct {
    const gchar *a;
    const gchar *b;
    gboolean     is_same;
} SameTest;

#define V13 "19011.1000.00.02.73.13"

static const SameTest same_tests[] = {
    { V13,               V13,                                  TRUE },
    { V13,               V13 " [Sep 17 2019 09:00:00]",        TRUE },
    { V13,               "NL668-EAU-00_" V13,                  TRUE },
    { V13,               "NL668-EAU-00_" V13 "_A04 [Sep 17]",  TRUE },
    { V13,               "NL668 (" V13 ")",                    TRUE },
    { "19006.1000.00.02.62", "19006.1000.00.02.62_6002.01_A04", TRUE },
    /* The first occurrence is part of a longer number. */
    { "1.2",             "11.2 1.2",                           TRUE },
    { "1.2",             "1.23_1.2",                           TRUE },
    /* A number that goes on is another one. */
    { V13,               "19011.1000.00.02.73.15",             FALSE },
    { V13,               V13 "1",                              FALSE },
    { V13,               V13 ".1",                             FALSE },
    { V13,               V13 "a",                              FALSE },
    { V13,               "1" V13,                              FALSE },
    { V13,               "1." V13,                             FALSE },
    { "02.73",           "02.73.13",                           FALSE },
    { "73.13",           "02.73.13",                           FALSE },
    { "1.2",             "11.2 1.23 1.2.3",                    FALSE },
    /* Longer on different sides */
    { "NL668_1.0",       "1.0_A04",                            TRUE  },
    { "NL668_1.0",       "11.0_A04",                           FALSE },
    { "NL668_1.0",       "1.0.1_A04",                          FALSE },
    { "NL668_A04",       "A04_1.0",                            FALSE },
    { "NL668_1.13",      "13_1.0",                             FALSE },
    { "a1",              "A1",                                 TRUE  },
    /* With a V before the number */
    { V13,               "V" V13,                              TRUE  },
    { V13,               "NL668_v" V13 " [Sep 17 2019]",       TRUE  },
    { "NL668_V1.0",      "1.0_A04",                            TRUE  },
    { V13,               "REV" V13,                            FALSE },
    { V13,               "V1." V13,                            FALSE },
    { "A04_1.0",         "VA04_1.0",                           FALSE },
    /* Unknown ones */
    { "",                "",                                   FALSE },
    { "",                V13,                                  FALSE },
};

static void
test_same (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (same_tests); i++) {
        const SameTest *test = &same_tests[i];

        g_test_message ("'%s' and '%s'", test->a, test->b);
        g_assert_cmpint (nl668_revision_is_same (test->a, test->b), ==, test->is_same);
        g_assert_cmpint (nl668_revision_is_same (test->b, test->a), ==, test->is_same);
    }
}

/*****************************************************************************/
/* What a module runs */

typedef struct {
    const gchar *current;
    const gchar *previous;
    const gchar *target;
    Nl668Runs    runs;
} CompareTest;

static const CompareTest compare_tests[] = {
    { "",        "1.0", "",        NL668_RUNS_UNKNOWN  },
    { "",        "1.0", "2.0",     NL668_RUNS_UNKNOWN  },
    { "",        "",    "",        NL668_RUNS_UNKNOWN  },
    { "1.0",     "1.0", "",        NL668_RUNS_PREVIOUS },
    { "1.0",     "1.0", "2.0",     NL668_RUNS_PREVIOUS },
    { "N_1.0",   "1.0", "2.0",     NL668_RUNS_PREVIOUS },
    { "1.0",     "1.0 [x]", "2.0", NL668_RUNS_PREVIOUS },
    { "2.0",     "1.0", "2.0",     NL668_RUNS_TARGET   },
    { "2.0",     "1.0", "2.0_A04", NL668_RUNS_TARGET   },
    { "2.0_A04", "1.0", "2.0",     NL668_RUNS_TARGET   },
    { "1.5",     "1.0", "2.0",     NL668_RUNS_OTHER    },
    { "2.0",     "1.0", "",        NL668_RUNS_OTHER    },
    { "2.0",     "",    "",        NL668_RUNS_OTHER    },
    /* The target is spelled like the previous one, with a suffix that tells them apart. */
    { "1.0_A04", "1.0", "1.0_A04", NL668_RUNS_TARGET   },
};

static void
test_compare (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (compare_tests); i++) {
        const CompareTest *test = &compare_tests[i];

        g_test_message ("'%s' after '%s', target '%s'", test->current, test->previous,
                        test->target);
        g_assert_cmpint (nl668_revision_compare (test->current, test->previous, test->target), ==,
                         test->runs);
    }
}

/*****************************************************************************/
/* Responses to AT+CGMR and AT+CGSN */

typedef struct {
    const gchar *response;
    const gchar *value;
} IdentityTest;

static const IdentityTest cgmr_tests[] = {
    { V13,                                      V13 },
    { "\r\n" V13 "\r\n\r\n",                    V13 },
    { "+CGMR: " V13,                            V13 },
    { "+CGMR:" V13 "\r\n",                      V13 },
    { "\"" V13 "\"",                            V13 },
    { "+CGMR: \"" V13 "\"",                     V13 },
    { V13 " [Sep 17 2019 09:00:00]",            V13 " [Sep 17 2019 09:00:00]" },
    { "NL668-EAU-00_" V13,                      "NL668-EAU-00_" V13 },
    /* With reports: the module is asked again. */
    { "PB DONE\r\n\r\n" V13,                    NULL },
    { V13 "\r\n\r\nPB DONE",                    NULL },
    { "RING\r\n\r\n" V13,                       NULL },
    { "AT command ready\r\n\r\n" V13,           NULL },
    { "GTOTA DOWNLOADING: 12%\r\n\r\n" V13,     NULL },
    { "PB DONE",                                NULL },
    { "GTOTA DOWNLOADING: 12%",                 NULL },
    { "+CEREG: 1",                              NULL },
    { "",                                       NULL },
    { "\r\n",                                   NULL },
    { "\"\"",                                   NULL },
    { "\"",                                     NULL },
    { "+CGMR:",                                 NULL },
    { V13 "\x1b[31m",                           NULL },
};

static const IdentityTest cgsn_tests[] = {
    { "864773030000401",                        "864773030000401" },
    { "\r\n864773030000401\r\n",                "864773030000401" },
    { "+CGSN: 864773030000401",                 "864773030000401" },
    { "+CGSN: \"864773030000401\"",             "864773030000401" },
    { "86477303000040",                         "86477303000040" },
    { "8647730300004012",                       "8647730300004012" },
    { "PB DONE\r\n\r\n864773030000401",         NULL },
    { "864773030000401\r\n\r\nRING",            NULL },
    { "8647730300004",                          NULL },
    { "86477303000040123",                      NULL },
    { "86477303000040a",                        NULL },
    { "864773030000401 ",                       "864773030000401" },
    { "8647 73030000401",                       NULL },
    { "../../etc/passwd",                       NULL },
    { "",                                       NULL },
};

static void
check_identities (gchar *            (* parse) (const gchar *response),
                  const IdentityTest  *tests,
                  guint                n_tests)
{
    guint i;

    for (i = 0; i < n_tests; i++) {
        g_autofree gchar *value = NULL;

        g_test_message ("response '%s'", tests[i].response);
        value = parse (tests[i].response);
        g_assert_cmpstr (value, ==, tests[i].value);
    }
}

static void
test_cgmr_response (void)
{
    check_identities (nl668_at_parse_cgmr, cgmr_tests, G_N_ELEMENTS (cgmr_tests));
}

static void
test_cgsn_response (void)
{
    check_identities (nl668_at_parse_cgsn, cgsn_tests, G_N_ELEMENTS (cgsn_tests));
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/revision/valid", test_valid);
    g_test_add_func ("/nl668/revision/invalid", test_invalid);
    g_test_add_func ("/nl668/revision/same", test_same);
    g_test_add_func ("/nl668/revision/compare", test_compare);
    g_test_add_func ("/nl668/revision/cgmr-response", test_cgmr_response);
    g_test_add_func ("/nl668/revision/cgsn-response", test_cgsn_response);

    return g_test_run ();
}
