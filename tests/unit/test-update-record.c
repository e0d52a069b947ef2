/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The record of an update: the next daemon resumes where the last one was killed. */

#include <config.h>

#include <string.h>

#include <glib/gstdio.h>

#include "test-update.h"

/*****************************************************************************/
/* The daemon is restarted */

static void
test_while_downloading (Fixture       *fixture,
                        gconstpointer  data)
{
    Nl668ModemFirmwareUpdate *iface;

    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    restart_daemon (fixture, "1.0");
    iface = IFACE (fixture);
    assert_state (fixture, NL668_STATE_DOWNLOADING);
    g_assert_cmpstr (nl668_modem_firmware_update_get_source (iface), ==, SOURCE);
    g_assert_cmpstr (nl668_modem_firmware_update_get_target_version (iface), ==, "1.1");

    report (fixture, "GTOTA DOWNLOADING: 42%|GTOTA DOWNLOAD COMPLETE");
    assert_state (fixture, NL668_STATE_INSTALLING);
}

static void
test_then_silence (Fixture       *fixture,
                   gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START");
    restart_daemon (fixture, "1.0");
    wait_for_end (fixture);
    assert_failed (fixture, "the download seems to have stopped");
}

/* It has not reported a download that could have stopped. */
static void
test_silence_only (Fixture       *fixture,
                   gconstpointer  data)
{
    request (fixture, NULL);
    nl668_update_accepted (fixture->update);
    restart_daemon (fixture, "1.0");
    wait_for_end (fixture);
    assert_failed (fixture, "has not reported that it is downloading: check");
}

/* The module does not know of the update. */
static void
test_before_request (Fixture       *fixture,
                     gconstpointer  data)
{
    begin (fixture, NULL);
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "before it told the module to start the update");
    g_assert_false (nl668_properties_is_unsettled (PROPS (fixture)));
}

/* The module was updated while no daemon was running. */
static void
test_unattended (Fixture       *fixture,
                 gconstpointer  data)
{
    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD START");
    restart_daemon (fixture, "1.1");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
}

static void
test_while_installing (Fixture       *fixture,
                       gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD COMPLETE");
    restart_daemon (fixture, "1.0");
    assert_state (fixture, NL668_STATE_INSTALLING);
    wait_for_end (fixture);
    assert_failed (fixture, "still runs 1.0");
}

/* The next daemon knows that the module has left to install the package. */
static void
test_left (Fixture       *fixture,
           gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    restart_daemon (fixture, "1.0");
    assert_state (fixture, NL668_STATE_INSTALLING);
    wait_for_end (fixture);
    assert_failed (fixture, "did not install the package, it still runs 1.0");
}

/* Returns: (transfer full): what the caller is told. */
static GError *
refuse (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "refused");
    return nl668_update_fail (fixture->update, error, FALSE);
}

/* The module has refused the update: a new revision is not that of the update. */
static void
test_after_failure (Fixture       *fixture,
                    gconstpointer  data)
{
    request (fixture, NULL);
    g_error_free (refuse (fixture));
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "refused");
    restart_daemon (fixture, "1.5");
    assert_failed (fixture, "refused");
}

/* The next daemon knows that the failure is tentative, and hears the module. */
static void
test_tentative (Fixture       *fixture,
                gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "stopped at 41%");
    g_assert_true (nl668_properties_is_unsettled (PROPS (fixture)));
    report (fixture, "GTOTA DOWNLOADING: 42%");
    assert_state (fixture, NL668_STATE_DOWNLOADING);
}

/* The module was updated after a tentative failure, while no daemon was running. */
static void
test_tentative_unattended (Fixture       *fixture,
                           gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START");
    wait_for_end (fixture);
    restart_daemon (fixture, "1.1");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
}

/* Once the grace time is over, nothing is held any more, but a new revision proves the failure
 * wrong, also for the next daemon. */
static void
test_settled (Fixture       *fixture,
              gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START");
    wait_for_end (fixture);
    while (nl668_properties_is_unsettled (PROPS (fixture)))
        g_main_context_iteration (NULL, TRUE);
    restart_daemon (fixture, "1.0");
    assert_state (fixture, NL668_STATE_FAILED);
    g_assert_false (nl668_properties_is_unsettled (PROPS (fixture)));
    restart_daemon (fixture, "1.1");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
}

/* After a refusal, only the firmware of the update does. */
static void
test_settled_and_target (Fixture       *fixture,
                         gconstpointer  data)
{
    request (fixture, "1.1");
    g_error_free (refuse (fixture));
    restart_daemon (fixture, "1.1");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
}

/*****************************************************************************/
/* An update that is started while the one before it may still go on */

static void
begin_second (Fixture *fixture)
{
    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    begin (fixture, "2.0");
}

static void
assert_first_again (Fixture *fixture)
{
    Nl668ModemFirmwareUpdate *iface = IFACE (fixture);

    g_assert_cmpstr (nl668_modem_firmware_update_get_target_version (iface), ==, "1.1");
    g_assert_cmpuint (nl668_modem_firmware_update_get_progress (iface), ==, 41);
    g_assert_true (nl668_properties_is_unsettled (PROPS (fixture)));
}

static void
test_second_refused (Fixture       *fixture,
                     gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    begin_second (fixture);
    tell_module (fixture);
    error = refuse (fixture);
    g_assert_nonnull (strstr (error->message, "refused; it may still be busy"));
    assert_failed (fixture, "stopped at 41%");
    assert_first_again (fixture);
    restart_daemon (fixture, "1.0");
    assert_first_again (fixture);

    report (fixture, "GTOTA DOWNLOADING: 42%|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.1");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
}

/* The first one was undone, which is still its error if the module does nothing more. */
static void
test_second_after_undone (Fixture       *fixture,
                          gconstpointer  data)
{
    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.1");
    restart_module (fixture, "1.0");
    assert_failed (fixture, "runs 1.0 again");
    begin (fixture, "2.0");
    tell_module (fixture);
    g_error_free (refuse (fixture));
    assert_failed (fixture, "runs 1.0 again");
    while (nl668_properties_is_unsettled (PROPS (fixture)))
        g_main_context_iteration (NULL, TRUE);
    assert_failed (fixture, "runs 1.0 again");
}

/* The daemon is killed before the module is told: the first one may go on all the same. */
static void
test_second_interrupted (Fixture       *fixture,
                         gconstpointer  data)
{
    begin_second (fixture);
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "stopped at 41%");
    assert_first_again (fixture);
    report (fixture, "GTOTA DOWNLOADING: 42%");
    assert_state (fixture, NL668_STATE_DOWNLOADING);
}

/* The module reports before it is told to start the second one. */
static void
test_second_too_early (Fixture       *fixture,
                       gconstpointer  data)
{
    begin_second (fixture);
    report (fixture, "GTOTA DOWNLOADING: 41%");
    assert_state (fixture, NL668_STATE_DOWNLOADING);
    assert_first_again (fixture);
}

static void
test_second_accepted (Fixture       *fixture,
                      gconstpointer  data)
{
    begin_second (fixture);
    tell_module (fixture);
    nl668_update_accepted (fixture->update);
    g_error_free (refuse (fixture));
    g_assert_cmpstr (nl668_modem_firmware_update_get_target_version (IFACE (fixture)), ==, "2.0");
    g_assert_false (nl668_properties_is_unsettled (PROPS (fixture)));
}

static gboolean
add_saved (Fixture           *fixture,
           const Nl668Saved  *saved,
           GError           **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    nl668_properties_add_saved (PROPS (fixture), saved, store_result, &result);
    while (!result)
        g_main_context_iteration (NULL, TRUE);
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
    g_error_free (refuse (fixture));
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

/*****************************************************************************/

void
add_record_tests (void)
{
    add_test ("record/before-request", NULL, test_before_request);
    add_test ("record/while-downloading", NULL, test_while_downloading);
    add_test ("record/then-silence", NULL, test_then_silence);
    add_test ("record/silence-only", NULL, test_silence_only);
    add_test ("record/unattended", NULL, test_unattended);
    add_test ("record/while-installing", NULL, test_while_installing);
    add_test ("record/after-failure", NULL, test_after_failure);
    add_test ("record/left", NULL, test_left);
    add_test ("record/tentative", NULL, test_tentative);
    add_test ("record/tentative-unattended", NULL, test_tentative_unattended);
    add_test ("record/settled", NULL, test_settled);
    add_test ("record/settled-and-target", NULL, test_settled_and_target);
    add_test ("record/second-refused", NULL, test_second_refused);
    add_test ("record/second-after-undone", NULL, test_second_after_undone);
    add_test ("record/second-interrupted", NULL, test_second_interrupted);
    add_test ("record/second-too-early", NULL, test_second_too_early);
    add_test ("record/second-accepted", NULL, test_second_accepted);
    add_test ("record/saved-settings", NULL, test_saved_settings);
    add_test ("record/settings-kept", NULL, test_settings_kept);
    add_test ("record/not-begun", NULL, test_not_begun);
    add_test ("record/not-begun-yet", NULL, test_not_begun_yet);
    add_test ("record/late", NULL, test_late);
    add_test ("record/settings-not-saved", NULL, test_settings_not_saved);
}
