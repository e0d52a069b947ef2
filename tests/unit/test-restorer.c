/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Restoring the settings of a module: one attempt, and attempts until it succeeds or is given
 * up */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <glib/gstdio.h>

#include "mock-daemon.h"
#include "nl668-record.h"
#include "nl668-restore.h"
#include "nl668-restorer.h"

#define IMEI "867698040000017"

#define GTRAT     NL668_SETTING_GTRAT
#define CALLBREAK NL668_SETTING_CALLBREAK
#define GPRSFIRST NL668_SETTING_GPRSFIRST

#define SET_CALLBREAK "+GTSET=\"CALLBREAK\","
#define SET_GPRSFIRST "+GTSET=\"GPRSFIRST\","

static GError *
build_error (gint code)
{
    return g_error_new_literal (MM_MOBILE_EQUIPMENT_ERROR, code, "failed");
}

/* An update has set all of them. */
static void
fill (Nl668Saved *saved)
{
    nl668_saved_set_value (saved, GTRAT, "10");
    nl668_saved_set_locked_gtrat (saved, "3");
    nl668_saved_set_value (saved, CALLBREAK, "0");
    nl668_saved_set_value (saved, GPRSFIRST, "0");
    nl668_saved_set_modes (saved, "14;8");
    nl668_saved_set_locked_mode (saved, "8");

    mock->values[GTRAT] = g_strdup ("3");
    mock->values[CALLBREAK] = g_strdup ("1");
    mock->values[GPRSFIRST] = g_strdup ("1");
    mock_configure (QMI_MODES, LTE);
    mm_gdbus_modem_set_current_modes (mock->skeleton, g_variant_new ("(uu)", 8, 0));
}

/*****************************************************************************/
/* One attempt */

/* @left: (out): what is left */
static gboolean
restore (const Nl668Saved  *saved,
         Nl668Saved        *left,
         GError           **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    nl668_restore (mock->modem, mock->skeleton, saved, NULL, mock_store_result, &result);
    mock_wait (&result);
    return nl668_restore_finish (mock->modem, result, left, error);
}

typedef struct {
    const gchar *name;
    /* What fails, and with what code; or NULL */
    const gchar *failing;
    gint         code;
    /* What the user has changed, and to what; an empty value is not reported at all. */
    const gchar *changed;
    const gchar *value;
    /* All requests */
    const gchar *requests;
    /* The commands for what is left, or NULL */
    const gchar *left;
} AttemptTest;

#define REFUSED     MM_MOBILE_EQUIPMENT_ERROR_NOT_ALLOWED
#define UNSUPPORTED MM_MOBILE_EQUIPMENT_ERROR_NOT_SUPPORTED

#define MODES_COMMAND "mmcli -m any --set-allowed-modes='2g|3g|4g' --set-preferred-mode=4g"

static const AttemptTest attempt_tests[] = {
    { "all", NULL, 0, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 14;8 ", NULL },
    { "refused-gprsfirst", SET_GPRSFIRST, REFUSED, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 14;8 ", "AT" SET_GPRSFIRST "0" },
    { "refused-gtset", "+GTSET", REFUSED, NULL, NULL,
      "+GTRAT=10 14;8 ", "AT" SET_GPRSFIRST "0 and AT" SET_CALLBREAK "0" },
    { "refused-gtrat", "+GTRAT=", REFUSED, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 14;8 ", "AT+GTRAT=10" },
    { "refused-gtrat-query", "+GTRAT?", REFUSED, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 14;8 ", "AT+GTRAT=10" },
    { "refused-modes", "modes", REFUSED, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 14;8 ", MODES_COMMAND },
    { "unsupported-gprsfirst", SET_GPRSFIRST, UNSUPPORTED, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 14;8 ", "AT" SET_GPRSFIRST "0" },
    { "unsupported-gtset", "+GTSET?", UNSUPPORTED, NULL, NULL,
      "+GTRAT=10 14;8 ", "AT" SET_GPRSFIRST "0 and AT" SET_CALLBREAK "0" },
    { "unsupported-modes", "modes", UNSUPPORTED, NULL, NULL,
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 14;8 ", MODES_COMMAND },
    { "changed-gtrat", NULL, 0, "GTRAT", "2",
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 14;8 ", NULL },
    { "original-gtrat", NULL, 0, "GTRAT", "10",
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 14;8 ", NULL },
    { "unknown-gtrat", NULL, 0, "GTRAT", "10;+CFUN=0",
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 14;8 ", "AT+GTRAT=10" },
    { "changed-callbreak", NULL, 0, "CALLBREAK", "2",
      SET_GPRSFIRST "0 +GTRAT=10 14;8 ", NULL },
    { "unknown-callbreak", NULL, 0, "CALLBREAK", "",
      SET_GPRSFIRST "0 +GTRAT=10 14;8 ", "AT" SET_CALLBREAK "0" },
    { "changed-modes", NULL, 0, "modes", "4;0",
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 ", NULL },
    { "original-modes", NULL, 0, "modes", "14;8",
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 ", NULL },
    /* The daemon does not know them. */
    { "unknown-modes", NULL, 0, "modes", "0;0",
      SET_GPRSFIRST "0 " SET_CALLBREAK "0 +GTRAT=10 ", MODES_COMMAND },
};

static void
change (const gchar *name,
        const gchar *value)
{
    Nl668Saved modes = { 0 };
    guint      i;

    if (nl668_saved_set_modes (&modes, value))
        mm_gdbus_modem_set_current_modes (mock->skeleton,
                                          g_variant_new ("(uu)", modes.allowed_modes,
                                                         modes.preferred_mode));
    for (i = 0; i < NL668_SETTING_LAST; i++) {
        if (!g_str_equal (nl668_settings[i].name, name))
            continue;
        g_free (mock->values[i]);
        mock->values[i] = *value ? g_strdup (value) : NULL;
    }
}

static void
test_attempt (Mock          *self,
              gconstpointer  data)
{
    const AttemptTest     *test = data;
    g_autoptr(Nl668Saved)  saved = g_new0 (Nl668Saved, 1);
    g_autoptr(Nl668Saved)  left = g_new0 (Nl668Saved, 1);
    g_autoptr(GError)      error = NULL;
    g_autofree gchar      *commands = NULL;

    fill (saved);
    if (test->failing)
        mock_fail (test->failing, build_error (test->code));
    if (test->changed)
        change (test->changed, test->value);

    g_assert_true (restore (saved, left, &error) == !test->left);
    g_assert_cmpstr (mock->requests->str, ==, test->requests);
    g_assert_cmpuint (mock->n_queries, ==, 2);
    commands = nl668_restore_build_commands (left);
    if (test->left) {
        g_assert_cmpstr (commands, ==, test->left);
        g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    } else {
        g_assert_true (nl668_saved_is_empty (left));
        g_assert_no_error (error);
    }
    g_assert_cmpstr (mock->warnings->str, ==, "");
    g_assert_true (!!strstr (mock->infos->str, "in the meantime") ==
                   g_str_has_prefix (test->name, "changed-"));
}

/* @left is tried again. */
static void
assert_restore (Nl668Saved  *left,
                const gchar *commands)
{
    g_autoptr(Nl668Saved)  saved = g_new0 (Nl668Saved, 1);
    g_autoptr(GError)      error = NULL;
    g_autofree gchar      *text = NULL;

    nl668_saved_copy (saved, left);
    g_assert_true (restore (saved, left, &error) == !*commands);
    text = nl668_restore_build_commands (left);
    g_assert_cmpstr (text, ==, commands);
}

static void
test_unsupported_twice (Mock          *self,
                        gconstpointer  data)
{
    g_autoptr(Nl668Saved)  saved = g_new0 (Nl668Saved, 1);
    const gchar           *failing = data;

    fill (saved);
    mock_fail (failing, build_error (UNSUPPORTED));
    assert_restore (saved, g_str_has_suffix (failing, "?") ?
                           "AT+GTRAT=10" : "AT" SET_GPRSFIRST "0");
    g_assert_cmpstr (mock->warnings->str, ==, "");
    assert_restore (saved, "");
    g_assert_nonnull (strstr (mock->warnings->str, "does not support restoring a setting"));
}

/* Two that do not follow each other are no proof. */
static void
test_unsupported_between (Mock          *self,
                          gconstpointer  data)
{
    static const gint     codes[] = { UNSUPPORTED, REFUSED, UNSUPPORTED };
    g_autoptr(Nl668Saved) saved = g_new0 (Nl668Saved, 1);
    guint                 i;

    fill (saved);
    for (i = 0; i < G_N_ELEMENTS (codes); i++) {
        mock_fail (SET_GPRSFIRST, build_error (codes[i]));
        assert_restore (saved, "AT" SET_GPRSFIRST "0");
    }
    mock_fail (NULL, NULL);
    assert_restore (saved, "");
    g_assert_cmpstr (mock->warnings->str, ==, "");
}

/* The record may come from anywhere. */
static void
test_commands (void)
{
    static const struct {
        const gchar *modes;
        const gchar *command;
    } tests[] = {
        { "4294967295;0",          "mmcli -m any --set-allowed-modes='any'" },
        { "8;0",                   "mmcli -m any --set-allowed-modes='4g'" },
        { "12;4",                  "mmcli -m any --set-allowed-modes='3g|4g' "
                                   "--set-preferred-mode=3g" },
        { "1073741824;0",          "mmcli -m any --set-allowed-modes='any'" },
        { "1073741824;1073741824", "mmcli -m any --set-allowed-modes='any'" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        Nl668Saved        saved = { 0 };
        g_autofree gchar *command = NULL;

        g_assert_true (nl668_saved_set_modes (&saved, tests[i].modes));
        command = nl668_restore_build_commands (&saved);
        g_assert_cmpstr (command, ==, tests[i].command);
    }
}

/*****************************************************************************/
/* Attempts until it succeeds */

typedef struct {
    Nl668Properties *properties;
    Nl668Restorer   *restorer;
    guint            n_changes;
} Attempts;

static void
count_change (Attempts *attempts)
{
    attempts->n_changes++;
}

static void
begin_attempts (Attempts *attempts)
{
    g_autoptr(Nl668Saved)   saved = g_new0 (Nl668Saved, 1);
    g_autoptr(GAsyncResult) added = NULL;
    g_autoptr(GError)       error = NULL;

    fill (saved);
    attempts->n_changes = 0;
    attempts->properties = g_object_new (NL668_TYPE_PROPERTIES, NULL);
    nl668_properties_load (attempts->properties, IMEI);
    nl668_properties_add_saved (attempts->properties, saved, mock_store_result, &added);
    mock_wait (&added);
    nl668_properties_save_finish (attempts->properties, added, &error);
    g_assert_no_error (error);
    attempts->restorer = nl668_restorer_new (mock->modem, mock->skeleton, attempts->properties);
    g_signal_connect (attempts->restorer, "due", G_CALLBACK (nl668_restorer_try), NULL);
    g_signal_connect_swapped (attempts->restorer, "changed", G_CALLBACK (count_change), attempts);
}

static void
end_attempts (Attempts *attempts)
{
    g_autofree gchar *path = NULL;

    nl668_restorer_stop (attempts->restorer);
    g_object_unref (attempts->restorer);
    g_object_unref (attempts->properties);
    path = g_build_filename (g_getenv ("FIBOCOM_NL668_STATE_DIR"), IMEI ".conf", NULL);
    g_unlink (path);
}

static void
wait_for_attempt (Attempts *attempts)
{
    g_autoptr(GAsyncResult) waited = NULL;

    nl668_restorer_wait (attempts->restorer, mock_store_result, &waited);
    mock_wait (&waited);
    nl668_restorer_wait_finish (waited);
    g_assert_false (nl668_restorer_is_running (attempts->restorer));
}

static void
try_once (Attempts *attempts)
{
    nl668_restorer_try (attempts->restorer);
    g_assert_true (nl668_restorer_is_running (attempts->restorer));
    wait_for_attempt (attempts);
}

static guint
count_lines (const GString *log,
             const gchar   *text)
{
    g_auto(GStrv) parts = NULL;

    parts = g_strsplit (log->str, text, -1);
    return g_strv_length (parts) - 1;
}

/* What the record says is left */
static gchar *
load_left (Attempts *attempts)
{
    g_autoptr(Nl668Record) record = NULL;

    nl668_properties_flush (attempts->properties);
    record = nl668_record_load (IMEI, NULL, NULL, NULL);
    return record ? nl668_restore_build_commands (&record->saved) : g_strdup ("");
}

static void
assert_left (Attempts    *attempts,
             const gchar *commands)
{
    g_autofree gchar *left = load_left (attempts);

    g_assert_cmpstr (left, ==, commands);
}

static void
test_by_timer (Mock          *self,
               gconstpointer  data)
{
    Attempts attempts;

    begin_attempts (&attempts);
    mock_fail ("+GTRAT=", build_error (REFUSED));
    try_once (&attempts);
    assert_left (&attempts, "AT+GTRAT=10");
    mock_fail (NULL, NULL);
    g_string_truncate (mock->requests, 0);
    while (!nl668_saved_is_empty (nl668_properties_get_saved (attempts.properties)))
        g_main_context_iteration (NULL, TRUE);
    g_assert_cmpstr (mock->requests->str, ==, "+GTRAT=10 ");
    g_assert_cmpuint (attempts.n_changes, ==, 4);
    g_assert_cmpstr (mock->warnings->str, ==, "");
    assert_left (&attempts, "");
    end_attempts (&attempts);
}

/* There is one warning, and what is left stays in the record. */
static void
test_given_up (Mock          *self,
               gconstpointer  data)
{
    Attempts attempts;

    begin_attempts (&attempts);
    mock_fail ("+GTRAT=", build_error (REFUSED));
    try_once (&attempts);
    while (!*mock->warnings->str)
        g_main_context_iteration (NULL, TRUE);
    g_assert_cmpstr (mock->warnings->str, ==,
                     "the module's settings cannot be restored (AT+GTRAT=10: failed): restore "
                     "them yourself with AT+GTRAT=10\n");
    g_assert_cmpuint (count_lines (mock->requests, "+GTRAT=10 "), ==, 11);
    assert_left (&attempts, "AT+GTRAT=10");

    nl668_restorer_try (attempts.restorer);
    g_assert_false (nl668_restorer_is_running (attempts.restorer));

    /* The next update */
    nl668_restorer_renew (attempts.restorer);
    mock_fail (NULL, NULL);
    try_once (&attempts);
    assert_left (&attempts, "");
    end_attempts (&attempts);
}

/* Something may call nl668_restorer_try () all the time. */
static void
test_too_many (Mock          *self,
               gconstpointer  data)
{
    Attempts attempts;

    begin_attempts (&attempts);
    mock_fail ("+GTRAT=", build_error (REFUSED));
    while (!*mock->warnings->str)
        try_once (&attempts);
    g_assert_cmpuint (count_lines (mock->requests, "+GTRAT=10 "), <=, 40);
    end_attempts (&attempts);
}

/* The modem goes away while the module does not respond. */
static void
test_stopped (Mock          *self,
              gconstpointer  data)
{
    Attempts attempts;

    begin_attempts (&attempts);
    nl668_restorer_try (attempts.restorer);
    nl668_restorer_stop (attempts.restorer);
    wait_for_attempt (&attempts);
    g_assert_cmpuint (attempts.n_changes, ==, 2);
    /* Only the response that was under way is used, and nothing is forgotten. */
    g_assert_cmpuint (mock->n_queries, ==, 1);
    g_assert_false (nl668_saved_is_empty (nl668_properties_get_saved (attempts.properties)));
    nl668_restorer_try (attempts.restorer);
    g_assert_false (nl668_restorer_is_running (attempts.restorer));
    end_attempts (&attempts);
}

static void
test_nothing (Mock          *self,
              gconstpointer  data)
{
    Nl668Saved nothing = { 0 };
    Attempts   attempts;

    begin_attempts (&attempts);
    nl668_properties_set_saved (attempts.properties, &nothing);
    nl668_restorer_try (attempts.restorer);
    wait_for_attempt (&attempts);
    g_assert_cmpuint (attempts.n_changes, ==, 0);
    end_attempts (&attempts);
}

/*****************************************************************************/

static void
add_test (const gchar    *name,
          gconstpointer   data,
          void         (* test) (Mock *, gconstpointer))
{
    g_autofree gchar *path = NULL;

    path = g_strconcat ("/nl668/restorer/", name, NULL);
    g_test_add (path, Mock, data, mock_set_up, test, mock_tear_down);
}

int
main (int    argc,
      char **argv)
{
    g_autofree gchar *directory = NULL;
    guint             i;
    int               status;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    directory = g_dir_make_tmp ("nl668-XXXXXX", NULL);
    g_setenv ("FIBOCOM_NL668_STATE_DIR", directory, TRUE);
    /* NL668_TIMEOUT_RESTORE becomes 3 ms. */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.0001", TRUE);

    for (i = 0; i < G_N_ELEMENTS (attempt_tests); i++) {
        g_autofree gchar *name = NULL;

        name = g_strconcat ("attempt/", attempt_tests[i].name, NULL);
        add_test (name, &attempt_tests[i], test_attempt);
    }
    g_test_add_func ("/nl668/restorer/commands", test_commands);
    add_test ("unsupported-twice", SET_GPRSFIRST, test_unsupported_twice);
    add_test ("unsupported-query-twice", "+GTRAT?", test_unsupported_twice);
    add_test ("unsupported-between", NULL, test_unsupported_between);
    add_test ("by-timer", NULL, test_by_timer);
    add_test ("given-up", NULL, test_given_up);
    add_test ("too-many", NULL, test_too_many);
    add_test ("stopped", NULL, test_stopped);
    add_test ("nothing", NULL, test_nothing);

    status = g_test_run ();
    g_rmdir (directory);
    return status;
}
