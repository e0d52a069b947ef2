/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The contents of a record: what is saved loads again, and nothing else is accepted. */

#include <config.h>

#include <locale.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "nl668-properties.h"
#include "record-fixture.h"

/*****************************************************************************/
/* Round trip */

static void
test_round_trip (void)
{
    g_autoptr(Nl668Record) full = NULL;
    g_autoptr(Nl668Record) bare = NULL;
    Nl668State             state;

    fixture_reset ();
    g_assert_null (fixture_load ());

    full = fixture_new_record ();
    bare = nl668_record_new ();
    for (state = NL668_STATE_IDLE; state <= NL668_STATE_FAILED; state++) {
        g_autoptr(Nl668Record) loaded_full = NULL;
        g_autoptr(Nl668Record) loaded_bare = NULL;

        full->state = state;
        fixture_save (full);
        loaded_full = fixture_load ();
        fixture_assert_equal (loaded_full, full);

        bare->state = state;
        fixture_save (bare);
        loaded_bare = fixture_load ();
        fixture_assert_equal (loaded_bare, bare);
    }
    g_assert_cmpuint (fixture.n_warnings, ==, 0);
    g_assert_cmpuint (fixture_count_files (), ==, 1);
}

/* The names of the states in the file, for the numbers of the D-Bus interface */
static void
test_states (void)
{
    static const gchar *lines[] = {
        [NL668_STATE_IDLE]        = "State=idle\n",
        [NL668_STATE_PREPARING]   = "State=preparing\n",
        [NL668_STATE_DOWNLOADING] = "State=downloading\n",
        [NL668_STATE_INSTALLING]  = "State=installing\n",
        [NL668_STATE_SUCCEEDED]   = "State=succeeded\n",
        [NL668_STATE_FAILED]      = "State=failed\n",
    };
    g_autoptr(Nl668Record) record = NULL;
    guint                  i;

    fixture_reset ();
    record = nl668_record_new ();
    for (i = NL668_STATE_IDLE; i < G_N_ELEMENTS (lines); i++) {
        g_autofree gchar *contents = NULL;

        record->state = i;
        fixture_save (record);
        g_assert_true (g_file_get_contents (fixture.path, &contents, NULL, NULL));
        g_assert_nonnull (strstr (contents, lines[i]));
    }
}

/* Version 0.1 recorded it. */
static void
test_query (void)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(Nl668Record) loaded = NULL;
    g_autoptr(Nl668Record) loaded_again = NULL;

    fixture_reset ();
    record = fixture_new_record ();
    g_free (record->source);
    record->source = g_strdup ("http://h/f?token=a1b2");
    fixture_save (record);
    loaded = fixture_load ();
    g_assert_cmpstr (loaded->source, ==, "http://h/f?…");
    fixture_save (loaded);
    g_assert_cmpstr (loaded->error_message, ==, record->error_message);

    g_free (record->error_message);
    record->error_message = g_strdup ("cannot reach http://h/f?token=a1b2 and that");
    fixture_save (record);
    loaded_again = fixture_load ();
    g_assert_cmpstr (loaded_again->error_message, ==, "cannot reach http://h/f?… and that");

}

/* Text from the module or a server is made valid. */
static void
test_text (void)
{
    g_autoptr(Nl668Record)  record = NULL;
    g_autoptr(Nl668Record)  loaded = NULL;
    g_autoptr(Nl668Record)  loaded_long = NULL;
    g_autoptr(GString)      text = NULL;

    fixture_reset ();
    record = fixture_new_record ();
    g_free (record->error_message);
    record->error_message = g_strdup ("a\r\nb\xff" "c\x7f\xc2\x85" "d");
    g_free (record->package);
    record->package = g_strdup ("");
    fixture_save (record);
    loaded = fixture_load ();
    g_assert_cmpstr (loaded->error_message, ==, "a  b\xef\xbf\xbd" "c   d");
    g_assert_null (loaded->package);

    /* NL668_RECORD_STRING_MAX is in the middle of a character. */
    text = g_string_new ("x");
    while (text->len < 3000)
        g_string_append (text, "\xc3\xa4");
    g_free (record->error_message);
    record->error_message = g_strdup (text->str);
    g_free (record->source);
    record->source = g_strnfill (1025, 'x');
    fixture_save (record);
    loaded_long = fixture_load ();
    g_assert_cmpuint (strlen (loaded_long->error_message), ==, 1023);
    g_assert_true (g_str_has_prefix (text->str, loaded_long->error_message));
    g_assert_cmpuint (strlen (loaded_long->source), ==, 1024);
    g_assert_cmpuint (fixture.n_warnings, ==, 0);
}

/* A key file would lose the form feed, so this must fail. */
static void
assert_not_saved_with_blank (const Nl668Record  *record,
                             gchar             **value,
                             const gchar        *reason)
{
    g_autoptr(GError)  error = NULL;
    gchar             *before = *value;

    *value = (gchar *) "\f1";
    g_assert_false (fixture_try_to_save (record, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, reason));
    g_assert_cmpuint (fixture_count_files (), ==, 0);
    *value = before;
}

static void
test_blank (void)
{
    g_autoptr(Nl668Record) record = NULL;

    fixture_reset ();
    record = fixture_new_record ();
    assert_not_saved_with_blank (record, &record->target_version,
                                 "TargetVersion: has an invalid value");
    assert_not_saved_with_blank (record, &record->saved.values[NL668_SETTING_CALLBREAK],
                                 "CALLBREAK: has an invalid value");
    assert_not_saved_with_blank (record, &record->saved.locked_gtrat,
                                 "LockedGTRAT: has an invalid value");
}

/*****************************************************************************/
/* IMEI */

static void
test_imei (void)
{
    static const gchar *good[] = {
        "86412345678901", "864123456789012", "8641234567890123", "00000000000000",
    };
    static const gchar *bad[] = {
        NULL, "", "8641234567890", "86412345678901234", "86412345678901 ", " 86412345678901",
        "8641234567890x", "../8641234567890", "/tmp/86412345678901", "8641234567890\n",
        "\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1\xd9\xa1",
    };
    guint i;

    fixture_reset ();
    for (i = 0; i < G_N_ELEMENTS (good); i++)
        g_assert_true (nl668_is_imei (good[i]));
    for (i = 0; i < G_N_ELEMENTS (bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false (nl668_is_imei (bad[i]));
        g_assert_null (nl668_record_load (bad[i], NULL, NULL, &error));
        g_assert_no_error (error);
    }
    g_assert_cmpuint (fixture_count_files (), ==, 0);
}

/*****************************************************************************/
/* Invalid records */

static const struct {
    const gchar *contents;
    /* Part of the warning */
    const gchar *reason;
} invalid_tests[] = {
    { "",                                                 "is empty" },
    { "\n",                                               "no group [Update]" },
    { "hello",                                            "is not a key file" },
    { "[Other]\n",                                        "[Other]: unknown group" },
    { GOOD "[Other]\n",                                   "[Other]: unknown group" },
    { GOOD "Password=p\n",                                "Password: unknown key" },
    { GOOD "Package[de]=p\n",                             "Package[de]: unknown key" },
    { GOOD "ErrorMessage=\xff\n",                         "is not UTF-8 text" },
    { "[Update]\n" STATE NUMBERS,                         "IMEI: is missing" },
    { "[Update]\nIMEI=" OTHER "\n" STATE NUMBERS,         "IMEI: belongs to another module" },
    { HEAD NUMBERS,                                       "State: is missing" },
    { HEAD NUMBERS "State=\n",                            "State: is unknown" },
    { HEAD NUMBERS "State=unknown\n",                     "State: is unknown" },
    { HEAD NUMBERS "State=Idle\n",                        "State: is unknown" },
    { HEAD NUMBERS "State=3\n",                           "State: is unknown" },
    { HEAD STATE "Started=1\nFinished=2\n",               "Progress: is missing" },
    { HEAD STATE "Progress=101\nStarted=1\nFinished=2\n", "Progress: is not a number" },
    { HEAD STATE "Progress=-1\nStarted=1\nFinished=2\n",  "Progress: is not a number" },
    { HEAD STATE "Progress=\nStarted=1\nFinished=2\n",    "Progress: is not a number" },
    { HEAD STATE "Progress=5%\nStarted=1\nFinished=2\n",  "Progress: is not a number" },
    { HEAD STATE "Progress=5\nFinished=2\n",              "Started: is missing" },
    { HEAD STATE "Progress=5\nStarted=+1\nFinished=2\n",  "Started: is not a number" },
    { HEAD STATE "Progress=5\nStarted=1\n",               "Finished: is missing" },
    { HEAD STATE "Progress=5\nStarted=1\nFinished=18446744073709551616\n",
      "Finished: is not a number" },
    { GOOD "Requested=\\q\n",              "Requested: is missing or ill-formed" },
    { GOOD "Requested=yes\n",              "Requested: has an invalid value" },
    { GOOD "Tentative=\\q\n",              "Tentative: is missing or ill-formed" },
    { GOOD "Tentative=\n",                 "Tentative: has an invalid value" },
    { HEAD "State=idle\n" NUMBERS "Tentative=gone\n", "Tentative: has an invalid value" },
    { GOOD "Package=\n",                    "Package: has an invalid value" },
    { GOOD "Package=a\\nb\n",               "Package: has an invalid value" },
    { GOOD "Package=a\\qb\n",               "Package: is missing or ill-formed" },
    { GOOD "Source=a\xc2\x85\n",            "Source: has an invalid value" },
    { GOOD "PreviousVersion=a\\tb\n",       "PreviousVersion: has an invalid value" },
    { GOOD "TargetVersion=\x7f\n",          "TargetVersion: has an invalid value" },
    { GOOD "ErrorName=\x1b[31m\n",          "ErrorName: has an invalid value" },
    { GOOD "ErrorMessage=a\\nb\n",          "ErrorMessage: has an invalid value" },
    { GOOD "ErrorMessage=\xc2\x9b" "31m\n", "ErrorMessage: has an invalid value" },
    { GOOD "RadioModes=12\n",               "RadioModes: has an invalid value" },
    { GOOD "RadioModes=12;8;\n",            "RadioModes: has an invalid value" },
    { GOOD "RadioModes=12;8;4\n",           "RadioModes: has an invalid value" },
    { GOOD "RadioModes=12;x\n",             "RadioModes: has an invalid value" },
    { GOOD "RadioModes=12;4294967296\n",    "RadioModes: has an invalid value" },
    { GOOD "RadioModes=12;00000000008\n",   "RadioModes: has an invalid value" },
    { GOOD "GTRAT=10;ATZ\n",                "GTRAT: has an invalid value" },
    { GOOD "GTRAT=10,\n",                   "GTRAT: has an invalid value" },
    { GOOD "GTRAT=-1\n",                    "GTRAT: has an invalid value" },
    { GOOD "GTRAT=1,2,3,4,5,6,7,8,9\n",     "GTRAT: has an invalid value" },
    { GOOD "GTRAT=\\q\n",                  "GTRAT: is missing or ill-formed" },
    { GOOD "LockedGTRAT=3,2\n",             "LockedGTRAT: has an invalid value" },
    { GOOD "LockedGTRAT=3;ATZ\n",           "LockedGTRAT: has an invalid value" },
    { GOOD "LockedMode=8;0\n",              "LockedMode: has an invalid value" },
    { GOOD "LockedMode=4294967296\n",       "LockedMode: has an invalid value" },
    { GOOD "CALLBREAK=1,2\n",               "CALLBREAK: has an invalid value" },
    { GOOD "CALLBREAK=a\n",                 "CALLBREAK: has an invalid value" },
    { GOOD "GPRSFIRST=1\\rATZ\n",           "GPRSFIRST: has an invalid value" },
};

static void
test_invalid (void)
{
    guint i;

    fixture_reset ();
    for (i = 0; i < G_N_ELEMENTS (invalid_tests); i++) {
        g_test_message ("test %u: %s", i, invalid_tests[i].reason);
        fixture_write (invalid_tests[i].contents, -1);
        fixture_assert_set_aside (invalid_tests[i].reason);
    }
    /* Each has replaced the last one. */
    g_assert_cmpuint (fixture_count_files (), ==, 1);

    fixture_write (GOOD "Package=a\0b\n", sizeof (GOOD "Package=a\0b\n") - 1);
    fixture_assert_set_aside ("is not UTF-8 text");
}

static void
test_too_large (void)
{
    g_autoptr(GString) contents = NULL;
    gsize              length;

    fixture_reset ();
    contents = g_string_new (GOOD "Source=");
    for (length = 0; length <= NL668_RECORD_STRING_MAX; length++)
        g_string_append_c (contents, 'x');
    fixture_write (contents->str, contents->len);
    fixture_assert_set_aside ("Source: is too long");

    g_string_assign (contents, GOOD);
    while (contents->len <= 16 * 1024)
        g_string_append (contents, "# comment\n");
    fixture_write (contents->str, contents->len);
    fixture_assert_set_aside ("is larger than 16384 bytes");
}

/* A damaged record is loaded, or set aside with a warning. */
static void
check_damaged (const gchar *contents,
               gsize        length)
{
    g_autoptr(Nl668Record) record = NULL;

    fixture.n_warnings = 0;
    fixture_write (contents, length);
    record = fixture_load ();
    g_assert_cmpuint (fixture.n_warnings, ==, record ? 0 : 1);
    g_assert_cmpint (g_access (fixture.path, F_OK), ==, record ? 0 : -1);
}

static void
test_random_damage (void)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autofree gchar      *contents = NULL;
    gsize                  length;
    gsize                  i;

    fixture_reset ();
    record = fixture_new_record ();
    fixture_save (record);
    g_assert_true (g_file_get_contents (fixture.path, &contents, &length, NULL));

    for (i = 0; i < length; i++)
        check_damaged (contents, i);
    for (i = 0; i < 2000; i++) {
        g_autofree gchar *damaged = NULL;
        guint             n_changes;

        damaged = g_strndup (contents, length);
        for (n_changes = g_test_rand_int_range (1, 4); n_changes; n_changes--)
            damaged[g_test_rand_int_range (0, length)] = g_test_rand_int_range (0, 256);
        check_damaged (damaged, length);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    int status;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    fixture_set_up ();

    g_test_add_func ("/nl668/record/round-trip", test_round_trip);
    g_test_add_func ("/nl668/record/states", test_states);
    g_test_add_func ("/nl668/record/text", test_text);
    g_test_add_func ("/nl668/record/query", test_query);
    g_test_add_func ("/nl668/record/blank", test_blank);
    g_test_add_func ("/nl668/record/imei", test_imei);
    g_test_add_func ("/nl668/record/invalid", test_invalid);
    g_test_add_func ("/nl668/record/too-large", test_too_large);
    g_test_add_func ("/nl668/record/random-damage", test_random_damage);
    status = g_test_run ();

    fixture_tear_down ();
    return status;
}
