/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The settings that an update changes, and their original values */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-saved.h"

#define GTRAT     NL668_SETTING_GTRAT
#define CALLBREAK NL668_SETTING_CALLBREAK
#define GPRSFIRST NL668_SETTING_GPRSFIRST

/*****************************************************************************/
/* Table of settings */

static void
check_setting (const Nl668Setting *setting)
{
    g_test_message ("%s", setting->name);
    g_assert_cmpuint (strspn (setting->name, G_CSET_A_2_Z), ==, strlen (setting->name));
    g_assert_cmpuint (setting->n_numbers_max, >=, 1);
    /* The daemon adds the leading AT. */
    g_assert_true (g_str_has_prefix (setting->query, "+"));
    g_assert_nonnull (setting->parse);
    g_assert_nonnull (setting->build_command);
    g_assert_true (setting->update_value || !setting->is_required);
    g_assert_true (!setting->update_value || setting->failure);
    g_assert_true (setting->is_required || !setting->remedy);
}

static void
test_table (void)
{
    guint i;
    guint j;

    for (i = 0; i < NL668_SETTING_LAST; i++) {
        Nl668Saved saved = { 0 };

        g_assert_nonnull (nl668_settings[i].name);
        check_setting (&nl668_settings[i]);
        for (j = 0; j < i; j++)
            g_assert_cmpstr (nl668_settings[i].name, !=, nl668_settings[j].name);

        if (nl668_settings[i].update_value)
            g_assert_true (nl668_saved_set_value (&saved, i, nl668_settings[i].update_value));
        nl668_saved_clear (&saved);
    }
}

/* The remedy is for a module that has refused the setting, not for a silent one. */
static void
test_explain (void)
{
    static const struct {
        guint        id;
        gint         refusal;
        const gchar *message;
    } tests[] = {
        { CALLBREAK, MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN,
          "the module cannot keep calls from interrupting the download "
          "(AT+GTSET=\"CALLBREAK\",1): why; if it has no voice, start with callbreak=optional" },
        { CALLBREAK, MM_MOBILE_EQUIPMENT_ERROR_SIM_BUSY,
          "the module cannot keep calls from interrupting the download "
          "(AT+GTSET=\"CALLBREAK\",1): why" },
        { CALLBREAK, -1,
          "the module cannot keep calls from interrupting the download "
          "(AT+GTSET=\"CALLBREAK\",1): why" },
        { GPRSFIRST, -1,
          "the module does not give data priority (AT+GTSET=\"GPRSFIRST\",1): why" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(GError) error = NULL;

        error = tests[i].refusal >= 0 ?
            g_error_new_literal (MM_MOBILE_EQUIPMENT_ERROR, tests[i].refusal, "why") :
            g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT, "why");
        nl668_setting_explain (&nl668_settings[tests[i].id], error);
        g_assert_cmpstr (error->message, ==, tests[i].message);
    }
}

static void
test_commands (void)
{
    static const struct {
        const gchar *value;
        const gchar *command;
    } tests[] = {
        [GTRAT]     = { "10,3,2", "+GTRAT=10,3,2" },
        [CALLBREAK] = { "0",      "+GTSET=\"CALLBREAK\",0" },
        [GPRSFIRST] = { "0",      "+GTSET=\"GPRSFIRST\",0" },
    };
    guint i;

    G_STATIC_ASSERT (G_N_ELEMENTS (tests) == NL668_SETTING_LAST);
    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar *command = NULL;

        command = nl668_setting_build_command (&nl668_settings[i], tests[i].value);
        g_assert_cmpstr (command, ==, tests[i].command);
    }
}

/*****************************************************************************/
/* Values */

static void
test_valid_values (void)
{
    static const struct {
        Nl668SettingId  id;
        const gchar    *value;
    } tests[] = {
        { GTRAT,     "10"              },
        { GTRAT,     "10,3,2"          },
        { GTRAT,     "1,2,3,4,5,6,7,8" },
        { GTRAT,     "4294967295,0"    },
        { CALLBREAK, "0"               },
        { CALLBREAK, "255"             },
        { CALLBREAK, "0000000001"      },
        { GPRSFIRST, "1"               },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        Nl668Saved saved = { 0 };

        g_test_message ("%s=%s", nl668_settings[tests[i].id].name, tests[i].value);
        g_assert_true (nl668_saved_set_value (&saved, tests[i].id, tests[i].value));
        g_assert_cmpstr (saved.values[tests[i].id], ==, tests[i].value);
        nl668_saved_clear (&saved);
    }
}

static void
test_invalid_values (void)
{
    static const gchar *values[] = {
        "", " ", ",", "10,", ",10", "10,,2", "10;2", "10.2", "10 2",
        "1,2,3,4,5,6,7,8,9",
        " 10", "10 ", "10, 2", "10 ,2", "\t10", "\v10", "10,\v2", "10\f",
        "-1", "+1", "0x1", "1e1", "a", "10a", "\"10\"", "(10)", "\xd9\xa1", "\xef\xbc\x91",
        "4294967296", "18446744073709551617", "00000000001", "10,00000000001",
        "1;+CFUN=0", "1\r\nAT+CFUN=0", "1\rAT+CFUN=0", "1\n", "1\r", "1,+CFUN=0", "1\x1a",
    };
    Nl668Saved saved = { 0 };
    guint      id;
    guint      i;

    for (id = 0; id < NL668_SETTING_LAST; id++) {
        g_assert_true (nl668_saved_set_value (&saved, id, "7"));
        for (i = 0; i < G_N_ELEMENTS (values); i++) {
            g_test_message ("value %u", i);
            g_assert_false (nl668_saved_set_value (&saved, id, values[i]));
            g_assert_cmpstr (saved.values[id], ==, "7");
        }
    }

    g_assert_false (nl668_saved_set_value (&saved, CALLBREAK, "1,2"));
    g_assert_false (nl668_saved_set_value (&saved, GPRSFIRST, "1,2"));
    nl668_saved_clear (&saved);
}

/*****************************************************************************/
/* Modes */

static void
test_valid_modes (void)
{
    static const struct {
        const gchar *modes;
        guint        allowed;
        guint        preferred;
    } tests[] = {
        { "12;8",         12,          8 },
        { "0;0",          0,           0 },
        { "4294967295;0", G_MAXUINT32, 0 },
    };
    Nl668Saved saved = { 0 };
    guint      i;

    g_assert_null (nl668_saved_dup_modes (&saved));
    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar *modes = NULL;

        g_assert_true (nl668_saved_set_modes (&saved, tests[i].modes));
        g_assert_true (saved.has_modes);
        g_assert_cmpuint (saved.allowed_modes, ==, tests[i].allowed);
        g_assert_cmpuint (saved.preferred_mode, ==, tests[i].preferred);
        modes = nl668_saved_dup_modes (&saved);
        g_assert_cmpstr (modes, ==, tests[i].modes);
    }
}

static void
test_invalid_modes (void)
{
    static const gchar *modes[] = {
        "", ";", "12", "12;", ";8", "12;8;", "12;8;4", "12,8", "12 8",
        " 12;8", "12; 8", "12;8 ", "12;8\n", "-1;8", "12;+8", "12;x", "4g;3g",
        "4294967296;0", "12;4294967296", "00000000012;8",
    };
    Nl668Saved saved = { 0 };
    guint      i;

    for (i = 0; i < G_N_ELEMENTS (modes); i++) {
        g_test_message ("modes '%s'", modes[i]);
        g_assert_false (nl668_saved_set_modes (&saved, modes[i]));
        g_assert_false (saved.has_modes);
    }

    g_assert_true (nl668_saved_set_modes (&saved, "12;8"));
    g_assert_false (nl668_saved_set_modes (&saved, "4;x"));
    g_assert_true (saved.has_modes);
    g_assert_cmpuint (saved.allowed_modes, ==, 12);
    g_assert_cmpuint (saved.preferred_mode, ==, 8);
}

/*****************************************************************************/
/* Structure */

static void
test_is_empty (void)
{
    Nl668Saved saved = { 0 };
    guint      i;

    g_assert_true (nl668_saved_is_empty (&saved));
    for (i = 0; i < NL668_SETTING_LAST; i++) {
        nl668_saved_set_value (&saved, i, "0");
        g_assert_false (nl668_saved_is_empty (&saved));
        nl668_saved_clear (&saved);
        g_assert_true (nl668_saved_is_empty (&saved));
    }

    nl668_saved_set_modes (&saved, "0;0");
    g_assert_false (nl668_saved_is_empty (&saved));
    nl668_saved_clear (&saved);
    g_assert_true (nl668_saved_is_empty (&saved));
}

static void
test_copy (void)
{
    g_autofree gchar *modes = NULL;
    Nl668Saved        saved = { 0 };
    Nl668Saved        copy = { 0 };

    nl668_saved_set_value (&saved, GTRAT, "10,3");
    nl668_saved_set_modes (&saved, "12;8");
    /* Replaced by the copy */
    nl668_saved_set_value (&copy, GTRAT, "2");
    nl668_saved_set_value (&copy, CALLBREAK, "0");
    nl668_saved_set_modes (&copy, "4;0");

    nl668_saved_copy (&copy, &saved);
    nl668_saved_clear (&saved);
    g_assert_cmpstr (copy.values[GTRAT], ==, "10,3");
    g_assert_null (copy.values[CALLBREAK]);
    g_assert_null (copy.values[GPRSFIRST]);
    modes = nl668_saved_dup_modes (&copy);
    g_assert_cmpstr (modes, ==, "12;8");

    nl668_saved_copy (&copy, &saved);
    g_assert_true (nl668_saved_is_empty (&copy));
}

static void
test_invalid_locks (void)
{
    static const gchar *values[] = {
        "", " 3", "3,2", "3;+CFUN=0", "-1", "x", "4294967296", "00000000003",
    };
    Nl668Saved saved = { 0 };
    guint      i;

    for (i = 0; i < G_N_ELEMENTS (values); i++) {
        g_assert_false (nl668_saved_set_locked_gtrat (&saved, values[i]));
        g_assert_false (nl668_saved_set_locked_mode (&saved, values[i]));
        g_assert_null (saved.locked_gtrat);
        g_assert_cmpuint (saved.locked_mode, ==, 0);
    }
}

static void
test_forget (void)
{
    Nl668Saved saved = { 0 };

    nl668_saved_set_value (&saved, GTRAT, "10");
    nl668_saved_set_locked_gtrat (&saved, "3");
    nl668_saved_set_value (&saved, CALLBREAK, "0");
    nl668_saved_set_modes (&saved, "14;8");
    nl668_saved_set_locked_mode (&saved, "8");

    nl668_saved_forget_value (&saved, CALLBREAK);
    g_assert_null (saved.values[CALLBREAK]);
    g_assert_cmpstr (saved.locked_gtrat, ==, "3");
    nl668_saved_forget_value (&saved, GTRAT);
    g_assert_null (saved.locked_gtrat);
    g_assert_false (nl668_saved_is_empty (&saved));
    nl668_saved_forget_modes (&saved);
    g_assert_cmpuint (saved.locked_mode, ==, 0);
    g_assert_true (nl668_saved_is_empty (&saved));
}

/*****************************************************************************/
/* Responses of the module */

typedef struct {
    const gchar *query;
    const gchar *response;
    const gchar *values[NL668_SETTING_LAST];
} ResponseTest;

#define GTSET_LINE(name, value) "+GTSET: \"" name "\"," value "\r\n"

static const ResponseTest response_tests[] = {
    { NL668_AT_GTSET_QUERY,
      GTSET_LINE ("CALLBREAK", "0") GTSET_LINE ("GPRSFIRST", "2"),
      { [CALLBREAK] = "0", [GPRSFIRST] = "2" } },
    /* A setting that an update does not change is not saved. */
    { NL668_AT_GTSET_QUERY,
      GTSET_LINE ("CALLBREAK", "0") GTSET_LINE ("GPRSFIRST", "1"),
      { [CALLBREAK] = "0" } },
    { NL668_AT_GTSET_QUERY,
      GTSET_LINE ("CALLBREAK", "1") GTSET_LINE ("GPRSFIRST", "1"),
      { NULL } },
    { NL668_AT_GTSET_QUERY,
      GTSET_LINE ("VOLTE", "1") GTSET_LINE ("GPRSFIRST", "0") GTSET_LINE ("GTRAT", "3"),
      { [GPRSFIRST] = "0" } },
    { NL668_AT_GTSET_QUERY,
      GTSET_LINE ("CALLBREAK", "0;+CFUN=0") GTSET_LINE ("GPRSFIRST", "-1"),
      { NULL } },
    { NL668_AT_GTSET_QUERY, "", { NULL } },
    { NL668_AT_GTSET_QUERY, "+GTRAT: 10", { NULL } },

    { NL668_AT_GTRAT_QUERY, "\r\n+GTRAT: 10,3,2\r\n", { [GTRAT] = "10,3,2" } },
    { NL668_AT_GTRAT_QUERY, "+GTRAT: 3", { [GTRAT] = "3" } },
    { NL668_AT_GTRAT_QUERY, "+GTRAT: 10;+CFUN=0", { NULL } },
    { NL668_AT_GTRAT_QUERY, GTSET_LINE ("CALLBREAK", "0"), { NULL } },

    { "+CSQ", GTSET_LINE ("CALLBREAK", "0") "+GTRAT: 10", { NULL } },
};

static void
test_responses (void)
{
    guint i;
    guint id;

    for (i = 0; i < G_N_ELEMENTS (response_tests); i++) {
        const ResponseTest *test = &response_tests[i];
        Nl668Saved          saved = { 0 };

        g_test_message ("response %u to AT%s", i, test->query);
        nl668_saved_add_response (&saved, test->query, test->response);
        for (id = 0; id < NL668_SETTING_LAST; id++)
            g_assert_cmpstr (saved.values[id], ==, test->values[id]);
        nl668_saved_clear (&saved);
    }
}

static void
test_two_responses (void)
{
    Nl668Saved saved = { 0 };

    nl668_saved_add_response (&saved, NL668_AT_GTSET_QUERY, GTSET_LINE ("CALLBREAK", "0"));
    nl668_saved_add_response (&saved, NL668_AT_GTRAT_QUERY, "+GTRAT: 10");
    g_assert_cmpstr (saved.values[CALLBREAK], ==, "0");
    g_assert_cmpstr (saved.values[GTRAT], ==, "10");
    nl668_saved_clear (&saved);
}

/*****************************************************************************/

typedef struct {
    const gchar *response;
    const gchar *value;
} GtratTest;

static const GtratTest gtrat_tests[] = {
    { "+GTRAT: 10",             "10"     },
    { "\r\n+GTRAT: 10,3,2\r\n", "10,3,2" },
    { "+GTRAT:3",               "3"      },
    { "+GTRAT: 10,,2",          NULL     },
    { "",                       NULL     },
    { "+GTRAT:",                NULL     },
    { "+GTRAT: ,3",             NULL     },
    { "+GTRAT: \"10\"",         NULL     },
    { "+GTRAT: 10;+CFUN=0",     NULL     },
    { "+GTRAT: 10 x",           NULL     },
    { "+GTRAT: -1",             NULL     },
    { "+CREG: 0,1",             NULL     },
    { "+GTRAT: 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1", NULL },
};

static void
test_gtrat_response (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (gtrat_tests); i++) {
        g_autofree gchar *value = NULL;

        g_test_message ("response %u", i);
        value = nl668_settings[GTRAT].parse (gtrat_tests[i].response, NULL);
        g_assert_cmpstr (value, ==, gtrat_tests[i].value);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/saved/table", test_table);
    g_test_add_func ("/nl668/saved/explain", test_explain);
    g_test_add_func ("/nl668/saved/commands", test_commands);
    g_test_add_func ("/nl668/saved/valid-values", test_valid_values);
    g_test_add_func ("/nl668/saved/invalid-values", test_invalid_values);
    g_test_add_func ("/nl668/saved/valid-modes", test_valid_modes);
    g_test_add_func ("/nl668/saved/invalid-modes", test_invalid_modes);
    g_test_add_func ("/nl668/saved/is-empty", test_is_empty);
    g_test_add_func ("/nl668/saved/copy", test_copy);
    g_test_add_func ("/nl668/saved/invalid-locks", test_invalid_locks);
    g_test_add_func ("/nl668/saved/forget", test_forget);
    g_test_add_func ("/nl668/saved/responses", test_responses);
    g_test_add_func ("/nl668/saved/two-responses", test_two_responses);
    g_test_add_func ("/nl668/saved/gtrat-response", test_gtrat_response);

    return g_test_run ();
}
