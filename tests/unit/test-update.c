/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The states of an update, without a daemon and without a bus */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "nl668-record.h"
#include "nl668-update.h"

#define IMEI     "867698040000017"
#define PASSWORD "Zebra4711"

/*****************************************************************************/
/* Story of an update: what was announced, in order */

#define IFACE(fixture) NL668_MODEM_FIRMWARE_UPDATE ((fixture)->update)
#define PROPS(fixture) NL668_PROPERTIES ((fixture)->update)

typedef struct {
    Nl668Update *update;
    GString     *story;
    guint        progress;
} Fixture;

static void
state_changed (Fixture *fixture)
{
    g_string_append_printf (fixture->story, "%s%s", fixture->story->len ? " " : "",
                            nl668_state_get_name (nl668_properties_get_state (PROPS (fixture))));
}

static void
progress_changed (Fixture *fixture)
{
    guint progress;

    /* It is 0 again when an update begins; and what does not change is notified
     * as well, though not on the bus. */
    progress = nl668_modem_firmware_update_get_progress (IFACE (fixture));
    if (progress == fixture->progress)
        return;
    fixture->progress = progress;
    if (progress)
        g_string_append_printf (fixture->story, " %u", progress);
}

static gchar *
build_record_path (void)
{
    return g_build_filename (g_getenv ("FIBOCOM_NL668_STATE_DIR"), IMEI ".conf", NULL);
}

static void
create_update (Fixture *fixture)
{
    fixture->update = nl668_update_new (IMEI);
    g_signal_connect_swapped (fixture->update, "notify::state", G_CALLBACK (state_changed), fixture);
    g_signal_connect_swapped (fixture->update, "notify::progress", G_CALLBACK (progress_changed), fixture);
}

/* The daemon is killed and another one finds the module, which runs @revision. */
static void
restart_daemon (Fixture     *fixture,
                const gchar *revision)
{
    g_object_unref (fixture->update);
    create_update (fixture);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, revision);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
    fixture->story = g_string_new (NULL);
    create_update (fixture);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.0");
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
    g_autofree gchar *path = NULL;

    g_object_unref (fixture->update);
    g_string_free (fixture->story, TRUE);
    path = build_record_path ();
    g_unlink (path);
}

static void
begin_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    GAsyncResult **result = user_data;

    *result = g_object_ref (res);
}

static void
try_to_begin (Fixture      *fixture,
              const gchar  *target,
              GError      **error)
{
    g_autoptr(GAsyncResult) result = NULL;
    Nl668Request request = {
        .transport = NL668_TRANSPORT_HTTP,
        .source = (gchar *) "http://h/f",
        .password = (gchar *) PASSWORD,
        .version = (gchar *) target,
    };

    nl668_update_begin (fixture->update, &request, NULL, begin_ready, &result);
    while (!result)
        g_main_context_iteration (NULL, TRUE);
    nl668_update_begin_finish (fixture->update, result, error);
}

static void
begin (Fixture     *fixture,
       const gchar *target)
{
    g_autoptr(GError) error = NULL;

    try_to_begin (fixture, target, &error);
    g_assert_no_error (error);
}

static void
report_all (Fixture     *fixture,
            const gchar *lines)
{
    g_auto(GStrv) split = NULL;
    guint         i;

    split = g_strsplit (lines, "|", -1);
    for (i = 0; split[i]; i++)
        nl668_update_report (fixture->update, split[i]);
}

/* Runs the main loop until the update is over */
static void
wait_for_end (Fixture *fixture)
{
    while (nl668_properties_is_under_way (PROPS (fixture)))
        g_main_context_iteration (NULL, TRUE);
}

static void
assert_failed (Fixture     *fixture,
               const gchar *message)
{
    g_autoptr(GError) error = NULL;

    error = nl668_properties_get_last_error (PROPS (fixture));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, message));
    g_assert_cmpuint (nl668_modem_firmware_update_get_finished (IFACE (fixture)), !=, 0);
}

/*****************************************************************************/

static void
test_success (Fixture       *fixture,
              gconstpointer  data)
{
    Nl668ModemFirmwareUpdate *iface = IFACE (fixture);

    begin (fixture, NULL);
    nl668_update_accepted (fixture->update);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 0%|GTOTA DOWNLOADING: "
                         "50%|GTOTA DOWNLOADING: 100%|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.1");

    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 50 100 installing succeeded");
    g_assert_cmpstr (nl668_modem_firmware_update_get_previous_version (iface), ==, "1.0");
    g_assert_cmpstr (nl668_modem_firmware_update_get_current_version (iface), ==, "1.1");
    g_assert_cmpstr (nl668_modem_firmware_update_get_source (iface), ==, "http://h/f");
    g_assert_cmpuint (nl668_modem_firmware_update_get_started (iface), !=, 0);
    g_assert_cmpuint (nl668_modem_firmware_update_get_finished (iface), >=, nl668_modem_firmware_update_get_started (iface));
}

/* The first restart still shows the old revision. */
static void
test_two_restarts (Fixture       *fixture,
                   gconstpointer  data)
{
    begin (fixture, "1.1");
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, NULL);
    nl668_update_module_runs (fixture->update, "1.0");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.1");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 100 installing succeeded");
}

static void
test_same_revision (Fixture       *fixture,
                    gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.0");
    g_assert_true (nl668_properties_is_under_way (PROPS (fixture)));
    wait_for_end (fixture);
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 100 installing failed");
    assert_failed (fixture, "still runs 1.0");
}

static void
test_other_target (Fixture       *fixture,
                   gconstpointer  data)
{
    begin (fixture, "1.1");
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.2");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 100 installing failed");
    assert_failed (fixture, "now runs 1.2, not 1.1");
}

/* Nothing of what the module says reaches a log or a terminal as it is. */
static void
test_strange_revision (Fixture       *fixture,
                       gconstpointer  data)
{
    begin (fixture, "1.1");
    report_all (fixture, "GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_runs (fixture->update, "1.2\n\033[2J");
    assert_failed (fixture, "the module now runs 1.2\\n\\033[2J, not 1.1");
}

static void
test_no_start (Fixture       *fixture,
               gconstpointer  data)
{
    begin (fixture, NULL);
    nl668_update_accepted (fixture->update);
    wait_for_end (fixture);
    g_assert_cmpstr (fixture->story->str, ==, "preparing failed");
    assert_failed (fixture, "did not start the download");
}

static void
test_stall (Fixture       *fixture,
            gconstpointer  data)
{
    begin (fixture, NULL);
    nl668_update_accepted (fixture->update);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 41 failed");
    assert_failed (fixture, "stopped at 41%");
}

static gboolean
repeat_percentage_cb (gpointer user_data)
{
    report_all (user_data, "GTOTA DOWNLOADING: 41%");
    return G_SOURCE_CONTINUE;
}

/* The same percentage again and again is no progress. */
static void
test_stall_repeated (Fixture       *fixture,
                     gconstpointer  data)
{
    guint source_id;

    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START");
    source_id = g_timeout_add (10, repeat_percentage_cb, fixture);
    wait_for_end (fixture);
    g_source_remove (source_id);
    assert_failed (fixture, "stopped at 41%");
}

static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    nl668_update_module_left (fixture->update);
    assert_failed (fixture, "disappeared");

    /* What it still had to say */
    report_all (fixture, "GTOTA DOWNLOADING: 42%|GTOTA DOWNLOAD COMPLETE");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 41 failed");
}

/* COMPLETE was lost, or the module went on after it disappeared. */
static void
test_gone_with_all_of_it (Fixture       *fixture,
                          gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 100%");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.1");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 100 installing succeeded");
}

static void
test_gone_and_back_with_another (Fixture       *fixture,
                                 gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 98%");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.1");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 98 failed preparing 100 "
                                              "succeeded");
}

static void
test_reported_failure (Fixture       *fixture,
                       gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD FAILED\x1b");
    assert_failed (fixture, "the module reports: GTOTA DOWNLOAD FAILED\\033");
}

/* The module repeats the password. */
static void
test_secret (Fixture       *fixture,
             gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA LOGIN me:" PASSWORD "@h FAILED FOR " PASSWORD);
    assert_failed (fixture, "GTOTA LOGIN me:***@h FAILED FOR ***");
}

/* It does so after we gave up. */
static void
test_late_secret (Fixture       *fixture,
                  gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START");
    wait_for_end (fixture);
    report_all (fixture, "GTOTA DOWNLOADING: 1%|GTOTA LOGIN me:" PASSWORD "@h FAILED");
    assert_failed (fixture, "GTOTA LOGIN me:***@h FAILED");
}

static void
test_again (Fixture       *fixture,
            gconstpointer  data)
{
    Nl668ModemFirmwareUpdate *iface = IFACE (fixture);
    const gchar        *name;

    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 99%|GTOTA ERROR");
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOADING: 1%");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 99 failed preparing "
                                              "downloading 1");
    g_assert_cmpuint (nl668_modem_firmware_update_get_finished (iface), ==, 0);
    g_variant_get (nl668_modem_firmware_update_get_error (iface), "(&s&s)", &name, NULL);
    g_assert_cmpstr (name, ==, "");
}

/*****************************************************************************/
/* Record: whenever the daemon goes, the next one knows */

static void
test_restart_while_downloading (Fixture       *fixture,
                                gconstpointer  data)
{
    Nl668ModemFirmwareUpdate *iface;

    begin (fixture, "1.1");
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    restart_daemon (fixture, "1.0");
    iface = IFACE (fixture);
    g_assert_cmpuint (nl668_properties_get_state (PROPS (fixture)), ==, NL668_STATE_DOWNLOADING);
    g_assert_cmpstr (nl668_modem_firmware_update_get_source (iface), ==, "http://h/f");
    g_assert_cmpstr (nl668_modem_firmware_update_get_target_version (iface), ==, "1.1");

    /* The module goes on */
    report_all (fixture, "GTOTA DOWNLOADING: 42%|GTOTA DOWNLOAD COMPLETE");
    g_assert_cmpuint (nl668_properties_get_state (PROPS (fixture)), ==, NL668_STATE_INSTALLING);
}

static void
test_restart_then_silence (Fixture       *fixture,
                           gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START");
    restart_daemon (fixture, "1.0");
    wait_for_end (fixture);
    assert_failed (fixture, "the download stopped");
}

/* All of it happened while there was no daemon. */
static void
test_restart_after_all (Fixture       *fixture,
                        gconstpointer  data)
{
    begin (fixture, "1.1");
    report_all (fixture, "GTOTA DOWNLOAD START");
    restart_daemon (fixture, "1.1");
    g_assert_cmpuint (nl668_properties_get_state (PROPS (fixture)), ==,
                      NL668_STATE_SUCCEEDED);
}

static void
test_restart_while_installing (Fixture       *fixture,
                               gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD COMPLETE");
    restart_daemon (fixture, "1.0");
    g_assert_cmpuint (nl668_properties_get_state (PROPS (fixture)), ==,
                      NL668_STATE_INSTALLING);
    wait_for_end (fixture);
    assert_failed (fixture, "still runs 1.0");
}

static void
test_restart_after_end (Fixture       *fixture,
                        gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA ERROR");
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "the module reports");
    restart_daemon (fixture, "1.5");
    assert_failed (fixture, "the module reports");
}

static void
test_no_record_no_update (Fixture       *fixture,
                          gconstpointer  data)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *path = NULL;

    /* A directory in the way is what even root cannot write to */
    path = build_record_path ();
    g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
    try_to_begin (fixture, NULL, &error);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, path));
    g_assert_cmpuint (nl668_properties_get_state (PROPS (fixture)), ==,
                      NL668_STATE_IDLE);
    g_rmdir (path);
}

/* What could not be remembered at the time is, as soon as the module leaves or comes. */
static void
test_record_late (Fixture       *fixture,
                  gconstpointer  data)
{
    g_autofree gchar *path = NULL;

    begin (fixture, NULL);
    path = build_record_path ();
    g_assert_cmpint (g_unlink (path), ==, 0);
    g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
    report_all (fixture, "GTOTA DOWNLOAD FAILED");
    g_assert_cmpint (g_rmdir (path), ==, 0);
    nl668_update_module_left (fixture->update);
    restart_daemon (fixture, "1.0");
    assert_failed (fixture, "the module reports");
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
    const Nl668Saved *stored;

    begin (fixture, NULL);
    g_assert_true (nl668_properties_set_saved (PROPS (fixture), &saved, &error));
    g_assert_no_error (error);
    restart_daemon (fixture, "1.1");
    stored = nl668_properties_get_saved (PROPS (fixture));
    g_assert_cmpstr (stored->values[NL668_SETTING_GTRAT], ==, "10");
    g_assert_cmpstr (stored->values[NL668_SETTING_CALLBREAK], ==, "0");
    g_assert_null (stored->values[NL668_SETTING_GPRSFIRST]);

    nl668_properties_clear_saved (PROPS (fixture));
    restart_daemon (fixture, "1.1");
    g_assert_true (nl668_saved_is_empty (nl668_properties_get_saved (PROPS (fixture))));
}

/* It fails before the method Start () goes on. */
static void
test_failure_at_begin (Fixture       *fixture,
                       gconstpointer  data)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError)       error = NULL;
    Nl668Request request = {
        .transport = NL668_TRANSPORT_HTTP,
        .source = (gchar *) "http://h/f",
    };

    nl668_update_begin (fixture->update, &request, NULL, begin_ready, &result);
    report_all (fixture, "GTOTA ERROR");
    while (!result)
        g_main_context_iteration (NULL, TRUE);
    g_assert_false (nl668_update_begin_finish (fixture->update, result, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED);
    g_assert_nonnull (strstr (error->message, "GTOTA ERROR"));
}

/* Then the update goes on without one; what is to be put back is not changed. */
static void
test_record_fails (Fixture       *fixture,
                   gconstpointer  data)
{
    g_autofree gchar  *path = NULL;
    g_autoptr(GError)  error = NULL;
    Nl668Saved         saved = { .values = { [NL668_SETTING_CALLBREAK] = (gchar *) "0" } };

    begin (fixture, NULL);
    path = build_record_path ();
    g_unlink (path);
    g_assert_no_errno (g_mkdir (path, 0700));

    g_assert_false (nl668_properties_set_saved (PROPS (fixture), &saved, &error));
    g_assert_nonnull (strstr (error->message, "cannot record the update"));
    g_assert_true (nl668_saved_is_empty (nl668_properties_get_saved (PROPS (fixture))));
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 41");
    g_assert_no_errno (g_rmdir (path));
}

/* We gave up on it too early. */
static void
test_late_reports (Fixture       *fixture,
                   gconstpointer  data)
{
    begin (fixture, NULL);
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    report_all (fixture, "GTOTA DOWNLOADING: 41%");
    g_assert_cmpstr (fixture->story->str, ==, "preparing downloading 41 failed");
    report_all (fixture, "GTOTA DOWNLOADING: 42%|GTOTA DOWNLOAD COMPLETE");
    g_assert_cmpstr (fixture->story->str, ==,
                     "preparing downloading 41 failed preparing downloading 42 100 installing");
}

/* It did not answer in time. */
static void
test_not_answered (Fixture       *fixture,
                   gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    begin (fixture, NULL);
    error = g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT, "timed out");
    nl668_update_fail (fixture->update, error, TRUE);
    g_assert_cmpstr (fixture->story->str, ==, "preparing failed");
    report_all (fixture, "GTOTA VERIFYING|GTOTA DOWNLOAD START");
    g_assert_cmpstr (fixture->story->str, ==, "preparing failed preparing downloading");
}

/* What others cannot know is a plain failure to them. */
static void
test_error_name (Fixture       *fixture,
                 gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    begin (fixture, NULL);
    error = g_error_new_literal (G_IO_CHANNEL_ERROR, G_IO_CHANNEL_ERROR_IO, "Input/output error");
    nl668_update_fail (fixture->update, error, FALSE);
    assert_failed (fixture, "Input/output error");
}

/*****************************************************************************/
/* Percentages: each announced once, and rising */

typedef struct {
    const gchar *name;
    const gchar *lines;
    const gchar *story;
} ReportsTest;

static const ReportsTest reports_tests[] = {
    { "no-start",
      "GTOTA DOWNLOADING: 3%",
      "preparing downloading 3" },
    { "only-complete",
      "GTOTA DOWNLOAD COMPLETE",
      "preparing downloading 100 installing" },
    { "doubled",
      "GTOTA DOWNLOAD START|GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 3%|GTOTA DOWNLOADING: "
      "3%|GTOTA DOWNLOAD COMPLETE|GTOTA DOWNLOAD COMPLETE",
      "preparing downloading 3 100 installing" },
    { "going-back",
      "GTOTA DOWNLOADING: 5%|GTOTA DOWNLOADING: 4%|GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 6%",
      "preparing downloading 5 6" },
    { "out-of-range",
      "GTOTA DOWNLOADING: 5%|GTOTA DOWNLOADING: 101%|GTOTA DOWNLOADING: "
      "12345678901234567890%|GTOTA DOWNLOADING: %|GTOTA DOWNLOADING: -1%",
      "preparing downloading 5" },
    { "unknown",
      "GTOTA DOWNLOADING: 5%|GTOTA VERIFYING|GTOTA DOWNLOADING: 6%",
      "preparing downloading 5 6" },
    { "after-complete",
      "GTOTA DOWNLOAD COMPLETE|GTOTA DOWNLOADING: 5%|GTOTA DOWNLOAD START|GTOTA ERROR",
      "preparing downloading 100 installing" },
};

static void
test_reports (Fixture       *fixture,
              gconstpointer  data)
{
    const ReportsTest *test = data;

    begin (fixture, NULL);
    report_all (fixture, test->lines);
    g_assert_cmpstr (fixture->story->str, ==, test->story);
}

static void
test_idle (Fixture       *fixture,
           gconstpointer  data)
{
    report_all (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 5%|GTOTA DOWNLOAD "
                         "COMPLETE|GTOTA ERROR");
    g_assert_cmpstr (fixture->story->str, ==, "");
}

/*****************************************************************************/

static void
add (const gchar    *name,
     gconstpointer   data,
     void         (* test) (Fixture *, gconstpointer))
{
    g_autofree gchar *path = NULL;

    path = g_strconcat ("/nl668/update/", name, NULL);
    g_test_add (path, Fixture, data, fixture_set_up, test, fixture_tear_down);
}

int
main (int    argc,
      char **argv)
{
    g_autofree gchar *directory = NULL;
    guint             i;
    gint              status;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    directory = g_dir_make_tmp ("nl668-XXXXXX", NULL);
    g_setenv ("FIBOCOM_NL668_STATE_DIR", directory, TRUE);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    /* 0.2 to 0.6 s for each wait */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.001", TRUE);

    add ("success", NULL, test_success);
    add ("two-restarts", NULL, test_two_restarts);
    add ("same-revision", NULL, test_same_revision);
    add ("other-target", NULL, test_other_target);
    add ("strange-revision", NULL, test_strange_revision);
    add ("no-start", NULL, test_no_start);
    add ("stall", NULL, test_stall);
    add ("stall-repeated", NULL, test_stall_repeated);
    add ("gone", NULL, test_gone);
    add ("gone-with-all-of-it", NULL, test_gone_with_all_of_it);
    add ("gone-and-back-with-another", NULL, test_gone_and_back_with_another);
    add ("reported-failure", NULL, test_reported_failure);
    add ("secret", NULL, test_secret);
    add ("late-secret", NULL, test_late_secret);
    add ("again", NULL, test_again);
    add ("idle", NULL, test_idle);
    add ("restart-while-downloading", NULL, test_restart_while_downloading);
    add ("restart-then-silence", NULL, test_restart_then_silence);
    add ("restart-after-all", NULL, test_restart_after_all);
    add ("restart-while-installing", NULL, test_restart_while_installing);
    add ("restart-after-end", NULL, test_restart_after_end);
    add ("no-record-no-update", NULL, test_no_record_no_update);
    add ("record-late", NULL, test_record_late);
    add ("saved-settings", NULL, test_saved_settings);
    add ("failure-at-begin", NULL, test_failure_at_begin);
    add ("record-fails", NULL, test_record_fails);
    add ("late-reports", NULL, test_late_reports);
    add ("not-answered", NULL, test_not_answered);
    add ("error-name", NULL, test_error_name);
    for (i = 0; i < G_N_ELEMENTS (reports_tests); i++) {
        g_autofree gchar *name = NULL;

        name = g_strconcat ("reports-", reports_tests[i].name, NULL);
        add (name, &reports_tests[i], test_reports);
    }

    status = g_test_run ();
    g_rmdir (directory);
    return status;
}
