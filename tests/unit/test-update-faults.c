/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What must be in the record before the module is told anything: its settings, and the request.
 * Nothing happens if it cannot be written. */

#include <config.h>

#include <string.h>

#include <glib/gstdio.h>

#include "test-update.h"
#include "wait-until.h"

void
record_request (Fixture  *fixture,
                GError  **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    nl668_properties_record_request (PROPS (fixture), store_result, &result);
    wait_until (result);
    nl668_properties_save_finish (PROPS (fixture), result, error);
}

static gboolean
add_saved (Fixture           *fixture,
           const Nl668Saved  *saved,
           GError           **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    nl668_properties_add_saved (PROPS (fixture), saved, store_result, &result);
    wait_until (result);
    return nl668_properties_save_finish (PROPS (fixture), result, error);
}

static void
test_saved_settings (Fixture       *fixture,
                     gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = {
        .values = {
            [NL668_SETTING_GTRAT]     = (gchar *) "10",
            [NL668_SETTING_CALLBREAK] = (gchar *) "0",
        }
    };
    Nl668Saved        left = { 0 };
    const Nl668Saved *loaded;

    request (fixture, NULL);
    g_assert_true (add_saved (fixture, &saved, &error));
    g_assert_no_error (error);
    restart_daemon (fixture, "1.1");
    loaded = nl668_properties_get_saved (PROPS (fixture));
    g_assert_cmpstr (loaded->values[NL668_SETTING_GTRAT], ==, "10");
    g_assert_cmpstr (loaded->values[NL668_SETTING_CALLBREAK], ==, "0");
    g_assert_null (loaded->values[NL668_SETTING_GPRSFIRST]);

    nl668_saved_copy (&left, loaded);
    nl668_saved_forget_value (&left, NL668_SETTING_GTRAT);
    nl668_properties_set_saved (PROPS (fixture), &left);
    restart_daemon (fixture, "1.1");
    loaded = nl668_properties_get_saved (PROPS (fixture));
    g_assert_null (loaded->values[NL668_SETTING_GTRAT]);
    g_assert_cmpstr (loaded->values[NL668_SETTING_CALLBREAK], ==, "0");

    nl668_saved_clear (&left);
    nl668_properties_set_saved (PROPS (fixture), &left);
    restart_daemon (fixture, "1.1");
    g_assert_true (nl668_saved_is_empty (nl668_properties_get_saved (PROPS (fixture))));
}

/*****************************************************************************/
/* The record cannot be written, because there is a directory in its place. Permissions would
 * not stop root. */

static void
block_record (void)
{
    g_autofree gchar *path = NULL;

    path = build_record_path ();
    g_unlink (path);
    g_assert_no_errno (g_mkdir (path, 0700));
}

static void
unblock_record (void)
{
    g_autofree gchar *path = NULL;

    path = build_record_path ();
    g_assert_no_errno (g_rmdir (path));
}

static void
test_not_begun (Fixture       *fixture,
                gconstpointer  data)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *path = NULL;

    block_record ();
    try_to_begin (fixture, NULL, &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    path = build_record_path ();
    g_assert_nonnull (strstr (error->message, path));
    assert_state (fixture, NL668_STATE_IDLE);
    unblock_record ();
}

/* The module is back before that is known: another update must wait, as undoing this one would undo
 * both. */
static void
test_not_begun_yet (Fixture       *fixture,
                    gconstpointer  data)
{
    g_autoptr(GAsyncResult) first = NULL;
    g_autoptr(GAsyncResult) second = NULL;
    g_autoptr(GError)       error = NULL;

    block_record ();
    begin_async (fixture, NULL, &first);
    restart_module (fixture, "1.0");
    begin_async (fixture, NULL, &second);
    g_assert_false (begin_finish (fixture, &second, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS);
    g_assert_false (begin_finish (fixture, &first, NULL));
    assert_state (fixture, NL668_STATE_FAILED);
    unblock_record ();
    begin (fixture, NULL);
}

/* It is tried again when the module leaves. */
static void
test_late (Fixture       *fixture,
           gconstpointer  data)
{
    request (fixture, NULL);
    block_record ();
    g_error_free (refuse_update (fixture));
    unblock_record ();
    nl668_update_module_left (fixture->update);
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "refused");
}

/* If they could not be restored yet, the next update reads values that are not the original
 * ones. */
static void
test_settings_kept (Fixture       *fixture,
                    gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        original = { .has_modes = TRUE, .allowed_modes = 14 };
    Nl668Saved        later = {
        .has_modes = TRUE,
        .allowed_modes = 8,
        .values = { [NL668_SETTING_CALLBREAK] = (gchar *) "0" },
    };
    const Nl668Saved *kept;

    request (fixture, NULL);
    g_assert_true (add_saved (fixture, &original, &error));
    g_assert_true (add_saved (fixture, &later, &error));
    g_assert_no_error (error);
    kept = nl668_properties_get_saved (PROPS (fixture));
    g_assert_true (kept->has_modes);
    g_assert_cmpuint (kept->allowed_modes, ==, 14);
    g_assert_cmpstr (kept->values[NL668_SETTING_CALLBREAK], ==, "0");

    block_record ();
    later.values[NL668_SETTING_GPRSFIRST] = (gchar *) "0";
    g_assert_false (add_saved (fixture, &later, &error));
    g_assert_cmpuint (kept->allowed_modes, ==, 14);
    g_assert_cmpstr (kept->values[NL668_SETTING_CALLBREAK], ==, "0");
    g_assert_null (kept->values[NL668_SETTING_GPRSFIRST]);
    unblock_record ();
}

/* The original settings must be in the record before any is changed. The update itself does
 * not depend on it once it has begun. */
static void
test_settings_not_saved (Fixture       *fixture,
                         gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { .values = { [NL668_SETTING_CALLBREAK] = (gchar *) "0" } };

    request (fixture, NULL);
    block_record ();
    g_assert_false (add_saved (fixture, &saved, &error));
    g_assert_nonnull (strstr (error->message, "cannot record the update"));
    g_assert_true (nl668_saved_is_empty (nl668_properties_get_saved (PROPS (fixture))));

    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    assert_announced (fixture, "preparing downloading 41");
    unblock_record ();
}

/* Nor if it cannot be represented in the record */
static void
test_no_text (Fixture       *fixture,
              gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    try_to_begin (fixture, "1\n2", &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "TargetVersion: has an invalid value"));
    assert_state (fixture, NL668_STATE_IDLE);
}

/* Without an equipment identifier, there is no record. */
static void
test_no_imei (Fixture       *fixture,
              gconstpointer  data)
{
    g_autoptr(Nl668Update) known = fixture->update;
    g_autoptr(GError)      error = NULL;

    fixture->update = nl668_update_new (NULL);
    try_to_begin (fixture, NULL, &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "the module does not report its IMEI"));
    g_assert_finalize_object (fixture->update);
    fixture->update = g_steal_pointer (&known);
}

/* The module leaves in the meantime, which is what the caller is told. */
static void
test_not_begun_and_gone (Fixture       *fixture,
                         gconstpointer  data)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError)       error = NULL;

    block_record ();
    begin_async (fixture, NULL, &result);
    nl668_update_module_left (fixture->update);
    assert_state (fixture, NL668_STATE_FAILED);
    g_assert_false (begin_finish (fixture, &result, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    assert_state (fixture, NL668_STATE_FAILED);
    unblock_record ();
}

/* The update before it may still go on: until it is settled, it is waited for. */
static void
test_second_not_begun (Fixture       *fixture,
                       gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    block_record ();
    try_to_begin (fixture, "2.0", &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    unblock_record ();
    assert_failed (fixture, "stopped at 41%");
    g_assert_true (nl668_properties_is_unsettled (PROPS (fixture)));
    while (nl668_properties_is_unsettled (PROPS (fixture)))
        g_main_context_iteration (NULL, TRUE);
    assert_failed (fixture, "stopped at 41%");
}

/* The module is not told to start the update. */
static void
test_request_not_recorded (Fixture       *fixture,
                           gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    begin (fixture, NULL);
    block_record ();
    record_request (fixture, &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    unblock_record ();
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "before it told the module to start the update");
}

/*****************************************************************************/

void
add_fault_tests (void)
{
    add_test ("record/saved-settings", NULL, test_saved_settings);
    add_test ("record/settings-kept", NULL, test_settings_kept);
    add_test ("record/not-begun", NULL, test_not_begun);
    add_test ("record/not-begun-yet", NULL, test_not_begun_yet);
    add_test ("record/no-text", NULL, test_no_text);
    add_test ("record/no-imei", NULL, test_no_imei);
    add_test ("record/not-begun-and-gone", NULL, test_not_begun_and_gone);
    add_test ("record/second-not-begun", NULL, test_second_not_begun);
    add_test ("record/request-not-recorded", NULL, test_request_not_recorded);
    add_test ("record/late", NULL, test_late);
    add_test ("record/settings-not-saved", NULL, test_settings_not_saved);
}
