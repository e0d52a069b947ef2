/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Settings that were saved, and what the module has now: the original values, what the update
 * has set, or what the user has changed since */

#include <config.h>

#include <locale.h>

#include "nl668-saved.h"

#define GTRAT     NL668_SETTING_GTRAT
#define CALLBREAK NL668_SETTING_CALLBREAK
#define GPRSFIRST NL668_SETTING_GPRSFIRST

/*****************************************************************************/
/* The next update */

static void
test_merge (void)
{
    g_autoptr(Nl668Saved) original = g_new0 (Nl668Saved, 1);
    g_autoptr(Nl668Saved) newer = g_new0 (Nl668Saved, 1);

    nl668_saved_set_value (original, GTRAT, "10");
    nl668_saved_set_value (newer, GTRAT, "3");
    nl668_saved_set_value (newer, CALLBREAK, "0");
    nl668_saved_set_modes (newer, "8;0");

    /* 3 is what an update sets. */
    nl668_saved_merge (original, newer);
    g_assert_cmpstr (original->values[GTRAT], ==, "10");
    g_assert_cmpstr (original->values[CALLBREAK], ==, "0");
    g_assert_true (original->has_modes);
    g_assert_cmpuint (original->allowed_modes, ==, 8);

    nl668_saved_clear (original);
    nl668_saved_set_modes (original, "14;8");
    nl668_saved_merge (original, newer);
    g_assert_cmpstr (original->values[GTRAT], ==, "3");
    g_assert_cmpuint (original->allowed_modes, ==, 14);
    g_assert_cmpuint (original->preferred_mode, ==, 8);
}

/* The user has changed the settings since they were saved. */
static void
test_merge_foreign (void)
{
    g_autoptr(Nl668Saved) original = g_new0 (Nl668Saved, 1);
    g_autoptr(Nl668Saved) newer = g_new0 (Nl668Saved, 1);

    nl668_saved_set_value (original, GTRAT, "10");
    nl668_saved_set_locked_gtrat (original, "3");
    nl668_saved_set_value (original, CALLBREAK, "0");
    nl668_saved_set_value (original, GPRSFIRST, "0");
    nl668_saved_set_modes (original, "14;8");
    nl668_saved_set_locked_mode (original, "8");
    nl668_saved_set_value (newer, GTRAT, "2");
    nl668_saved_set_value (newer, CALLBREAK, "2");
    nl668_saved_set_modes (newer, "14;4");

    nl668_saved_merge (original, newer);
    g_assert_cmpstr (original->values[GTRAT], ==, "2");
    g_assert_cmpstr (original->values[CALLBREAK], ==, "2");
    g_assert_cmpstr (original->values[GPRSFIRST], ==, "0");
    g_assert_cmpuint (original->preferred_mode, ==, 4);
}

/* What the radio is locked to is not known between two changes. */
static void
test_merge_lock (void)
{
    g_autoptr(Nl668Saved) original = g_new0 (Nl668Saved, 1);
    g_autoptr(Nl668Saved) newer = g_new0 (Nl668Saved, 1);

    nl668_saved_set_value (original, GTRAT, "10");
    nl668_saved_set_locked_gtrat (original, "3");
    nl668_saved_set_value (newer, CALLBREAK, "0");
    nl668_saved_merge (original, newer);
    g_assert_cmpstr (original->locked_gtrat, ==, "3");

    nl668_saved_set_value (newer, GTRAT, "3");
    nl668_saved_merge (original, newer);
    g_assert_null (original->locked_gtrat);
    nl668_saved_set_locked_gtrat (newer, "2");
    nl668_saved_merge (original, newer);
    g_assert_cmpstr (original->locked_gtrat, ==, "2");
    g_assert_cmpstr (original->values[GTRAT], ==, "10");
}

/*****************************************************************************/
/* Present values */

static const struct {
    Nl668SettingId  id;
    const gchar    *original;
    const gchar    *locked;
    const gchar    *present;
    Nl668Present    result;
} value_tests[] = {
    { GTRAT,     "10",     "3",  NULL,     NL668_PRESENT_UNKNOWN  },
    { GTRAT,     "10",     "3",  "10",     NL668_PRESENT_ORIGINAL },
    { GTRAT,     "10",     "3",  "3",      NL668_PRESENT_OURS     },
    { GTRAT,     "10",     "3",  "3,2",    NL668_PRESENT_OURS     },
    { GTRAT,     "10",     "3",  "2",      NL668_PRESENT_FOREIGN  },
    { GTRAT,     "10",     "3",  "1",      NL668_PRESENT_FOREIGN  },
    { GTRAT,     "10",     "3",  "31",     NL668_PRESENT_FOREIGN  },
    { GTRAT,     "10,3,0", "3",  "3,3,0",  NL668_PRESENT_OURS     },
    { GTRAT,     "10,3,0", "3",  "10",     NL668_PRESENT_FOREIGN  },
    { GTRAT,     "3",      "3",  "3",      NL668_PRESENT_ORIGINAL },
    { GTRAT,     "10",     NULL, "3",      NL668_PRESENT_OURS     },
    { GTRAT,     "10",     NULL, "2",      NL668_PRESENT_OURS     },
    { GTRAT,     "10",     NULL, "20",     NL668_PRESENT_FOREIGN  },
    { GTRAT,     "10",     NULL, "1",      NL668_PRESENT_FOREIGN  },
    { CALLBREAK, "0",      NULL, NULL,     NL668_PRESENT_UNKNOWN  },
    { CALLBREAK, "0",      NULL, "0",      NL668_PRESENT_ORIGINAL },
    { CALLBREAK, "0",      NULL, "1",      NL668_PRESENT_OURS     },
    { CALLBREAK, "0",      NULL, "2",      NL668_PRESENT_FOREIGN  },
};

static void
test_present_values (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (value_tests); i++) {
        Nl668Saved saved = { 0 };

        g_test_message ("%s, %s", nl668_settings[value_tests[i].id].name, value_tests[i].present);
        g_assert_true (nl668_saved_set_value (&saved, value_tests[i].id, value_tests[i].original));
        if (value_tests[i].locked)
            g_assert_true (nl668_saved_set_locked_gtrat (&saved, value_tests[i].locked));
        g_assert_cmpuint (nl668_saved_judge_value (&saved, value_tests[i].id,
                                                   value_tests[i].present), ==,
                          value_tests[i].result);
        nl668_saved_clear (&saved);
    }
}

static const struct {
    const gchar  *original;
    const gchar  *locked;
    const gchar  *present;
    Nl668Present  result;
} mode_tests[] = {
    { "14;8", "8",  NULL,   NL668_PRESENT_UNKNOWN  },
    { "14;8", "8",  "14;8", NL668_PRESENT_ORIGINAL },
    { "14;8", "8",  "8;0",  NL668_PRESENT_OURS     },
    { "14;8", "8",  "4;0",  NL668_PRESENT_FOREIGN  },
    { "14;8", "8",  "14;4", NL668_PRESENT_FOREIGN  },
    { "14;8", "8",  "8;8",  NL668_PRESENT_FOREIGN  },
    { "8;0",  "8",  "8;0",  NL668_PRESENT_ORIGINAL },
    { "14;8", NULL, "8;0",  NL668_PRESENT_OURS     },
    { "14;8", NULL, "4;0",  NL668_PRESENT_OURS     },
    { "14;8", NULL, "2;0",  NL668_PRESENT_FOREIGN  },
};

static void
test_present_modes (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (mode_tests); i++) {
        Nl668Saved saved = { 0 };
        Nl668Saved present = { 0 };

        g_test_message ("%s", mode_tests[i].present);
        g_assert_true (nl668_saved_set_modes (&saved, mode_tests[i].original));
        if (mode_tests[i].locked)
            g_assert_true (nl668_saved_set_locked_mode (&saved, mode_tests[i].locked));
        if (mode_tests[i].present)
            g_assert_true (nl668_saved_set_modes (&present, mode_tests[i].present));
        g_assert_cmpuint (nl668_saved_judge_modes (&saved, &present), ==, mode_tests[i].result);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/saved-changes/merge", test_merge);
    g_test_add_func ("/nl668/saved-changes/merge-foreign", test_merge_foreign);
    g_test_add_func ("/nl668/saved-changes/merge-lock", test_merge_lock);
    g_test_add_func ("/nl668/saved-changes/present-values", test_present_values);
    g_test_add_func ("/nl668/saved-changes/present-modes", test_present_modes);

    return g_test_run ();
}
