/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-bar.h"

static void
test_bar (void)
{
    static const struct {
        const gchar *label;
        gint         percent;
        guint        seconds;
        guint        columns;
        gboolean     utf8;
        const gchar *line;
    } tests[] = {
        { "downloading", 60, 42, 40, FALSE, "[#######-----]   60%  downloading  0:42" },
        { "downloading", 60, 42, 40, TRUE,  "[███████░░░░░]   60%  downloading  0:42" },
        { "downloading", 0, 0, 40, FALSE,   "[------------]    0%  downloading  0:00" },
        { "downloading", 100, 0, 40, FALSE, "[############]  100%  downloading  0:00" },
        { "downloading", 200, 0, 40, FALSE, "[############]  100%  downloading  0:00" },
        { "downloading", 50, 0, 300, FALSE,
          "[####################--------------------]   50%  downloading  0:00" },
        /* The mark moves to the end and back */
        { "installing", MMCLI_BAR_UNKNOWN, 0, 34, FALSE,  "[###----------]  installing  0:00" },
        { "installing", MMCLI_BAR_UNKNOWN, 1, 34, FALSE,  "[-###---------]  installing  0:01" },
        { "installing", MMCLI_BAR_UNKNOWN, 10, 34, FALSE, "[----------###]  installing  0:10" },
        { "installing", MMCLI_BAR_UNKNOWN, 11, 34, FALSE, "[---------###-]  installing  0:11" },
        { "installing", MMCLI_BAR_UNKNOWN, 20, 34, FALSE, "[###----------]  installing  0:20" },
        /* No room for the bar, or not even for the text */
        { "downloading", 60, 42, 35, FALSE, " 60%  downloading  0:42" },
        { "downloading", 60, 42, 10, FALSE, " 60%  dow" },
        { "downloading", 60, 42, 1, FALSE,  "" },
        { "downloading", 60, 42, 0, FALSE,  "" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar *line = NULL;

        line = mmcli_bar_render (tests[i].label, tests[i].percent, tests[i].seconds,
                                 tests[i].columns, tests[i].utf8);
        g_assert_cmpstr (line, ==, tests[i].line);
        g_assert_cmpint (g_utf8_strlen (line, -1), <, MAX (tests[i].columns, 1));
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/bar", test_bar);

    return g_test_run ();
}
