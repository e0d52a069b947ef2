/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-timeouts.h"

static void
test_scale (void)
{
    g_assert_cmpuint (nl668_timeout_scale (120, NULL), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "0.05"), ==, 6000);
    g_assert_cmpuint (nl668_timeout_scale (120, "2"), ==, 240000);
    g_assert_cmpuint (nl668_timeout_scale (120, "100"), ==, 12000000);
    g_assert_cmpuint (nl668_timeout_scale (120, ""), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "0"), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "-1"), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "nan"), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "1e9"), ==, 120000);
}

/* A client waits for the reply to Start() at least as long as the daemon may take without a
 * prompt: 10 commands, two queries that are sent three times each, and the radio twice */
static void
test_start_call (void)
{
    g_assert_cmpuint (nl668_timeout_get_start_call (), >,
                      10 * 10000 + 2 * (10000 + 5000 + 10000 + 10000 + 10000) +
                      2 * (10000 + 3000 + 60000));
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/timeouts/scale", test_scale);
    g_test_add_func ("/timeouts/start-call", test_start_call);

    return g_test_run ();
}
