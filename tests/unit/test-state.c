/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-state.h"

#define N_STATES (NL668_STATE_FAILED + 1)

/*****************************************************************************/
/* Names */

static const gchar *const names[N_STATES] = {
    [NL668_STATE_UNKNOWN]     = "unknown",
    [NL668_STATE_IDLE]        = "idle",
    [NL668_STATE_PREPARING]   = "preparing",
    [NL668_STATE_DOWNLOADING] = "downloading",
    [NL668_STATE_INSTALLING]  = "installing",
    [NL668_STATE_SUCCEEDED]   = "succeeded",
    [NL668_STATE_FAILED]      = "failed",
};

static void
test_names (void)
{
    guint state;

    for (state = 0; state < N_STATES; state++) {
        g_assert_cmpstr (nl668_state_get_name (state), ==, names[state]);
        g_assert_cmpint (nl668_state_from_name (names[state]), ==, state);
    }
}

static void
test_unknown_names (void)
{
    static const gchar *const unknown[] = { "", "Idle", " idle", "idle ", "idl", "finished", "1" };
    guint                     i;

    g_assert_null (nl668_state_get_name (N_STATES));
    g_assert_null (nl668_state_get_name (G_MAXUINT));
    for (i = 0; i < G_N_ELEMENTS (unknown); i++)
        g_assert_cmpint (nl668_state_from_name (unknown[i]), ==, NL668_STATE_UNKNOWN);
}

/*****************************************************************************/
/* Transitions: every pair, row by row from the state before to the state after */

static const gboolean transitions[N_STATES][N_STATES] = {
                              /* UNKNOWN IDLE PREPARING DOWNLOADING INSTALLING SUCCEEDED FAILED */
    [NL668_STATE_UNKNOWN]     = { 0,     0,   0,        0,          0,         0,        0 },
    [NL668_STATE_IDLE]        = { 0,     0,   1,        0,          0,         0,        0 },
    [NL668_STATE_PREPARING]   = { 0,     0,   0,        1,          0,         1,        1 },
    [NL668_STATE_DOWNLOADING] = { 0,     0,   0,        0,          1,         1,        1 },
    [NL668_STATE_INSTALLING]  = { 0,     0,   0,        1,          0,         1,        1 },
    [NL668_STATE_SUCCEEDED]   = { 0,     0,   1,        0,          0,         0,        1 },
    [NL668_STATE_FAILED]      = { 0,     0,   1,        0,          0,         0,        0 },
};

static void
test_transitions (void)
{
    guint before;
    guint after;

    for (before = 0; before < N_STATES; before++) {
        for (after = 0; after < N_STATES; after++) {
            g_test_message ("%s to %s", names[before], names[after]);
            g_assert_cmpint (nl668_state_can_follow (before, after),
                             ==, transitions[before][after]);
        }
    }
}

/*****************************************************************************/
/* Groups of states */

static const struct {
    gboolean downloading;
    gboolean under_way;
} groups[N_STATES] = {
    [NL668_STATE_UNKNOWN]     = { FALSE, FALSE },
    [NL668_STATE_IDLE]        = { FALSE, FALSE },
    [NL668_STATE_PREPARING]   = { TRUE,  TRUE  },
    [NL668_STATE_DOWNLOADING] = { TRUE,  TRUE  },
    [NL668_STATE_INSTALLING]  = { FALSE, TRUE  },
    [NL668_STATE_SUCCEEDED]   = { FALSE, FALSE },
    [NL668_STATE_FAILED]      = { FALSE, FALSE },
};

static void
test_groups (void)
{
    guint state;

    for (state = 0; state < N_STATES; state++) {
        g_test_message ("%s", names[state]);
        g_assert_cmpint (nl668_state_is_downloading (state), ==, groups[state].downloading);
        g_assert_cmpint (nl668_state_is_under_way (state), ==, groups[state].under_way);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/state/names", test_names);
    g_test_add_func ("/nl668/state/unknown-names", test_unknown_names);
    g_test_add_func ("/nl668/state/transitions", test_transitions);
    g_test_add_func ("/nl668/state/groups", test_groups);

    return g_test_run ();
}
