/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* From the beginning of an update to its end: states, restarts and versions */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <glib/gstdio.h>

#include "test-update.h"
#include "wait-until.h"

#define IMEI "867698040000017"

/*****************************************************************************/
/* Fixture */

static void
state_changed (Fixture *fixture)
{
    g_string_append_printf (fixture->announced, "%s%s", fixture->announced->len ? " " : "",
                            nl668_state_get_name (nl668_properties_get_state (PROPS (fixture))));
}

/* Only what a client sees: the skeleton also notifies when a property is set to the value that
 * it has, and the reset to 0 at the beginning of an update comes with a new state. */
static void
progress_changed (Fixture *fixture)
{
    guint progress;

    progress = nl668_modem_firmware_update_get_progress (IFACE (fixture));
    if (progress == fixture->progress)
        return;
    fixture->progress = progress;
    if (progress)
        g_string_append_printf (fixture->announced, " %u", progress);
}

gchar *
build_record_path (void)
{
    return g_build_filename (g_getenv ("FIBOCOM_NL668_STATE_DIR"), IMEI ".conf", NULL);
}

static void
create_update (Fixture     *fixture,
               const gchar *revision)
{
    fixture->update = nl668_update_new (IMEI);
    g_signal_connect_swapped (fixture->update, "notify::state",
                              G_CALLBACK (state_changed), fixture);
    g_signal_connect_swapped (fixture->update, "notify::progress",
                              G_CALLBACK (progress_changed), fixture);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, revision);
}

static void
end_daemon (Fixture *fixture)
{
    nl668_properties_flush (PROPS (fixture));
    /* Who waits for the record, or for logind, holds a reference. */
    g_object_add_weak_pointer (G_OBJECT (fixture->update), (gpointer *) &fixture->update);
    g_object_unref (fixture->update);
    wait_until (!fixture->update);
}

void
restart_daemon (Fixture     *fixture,
                const gchar *revision)
{
    end_daemon (fixture);
    create_update (fixture, revision);
}

void
restart_module (Fixture     *fixture,
                const gchar *revision)
{
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, revision);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
    fixture->announced = g_string_new (NULL);
    create_update (fixture, "1.0");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
    g_autofree gchar *path = NULL;

    end_daemon (fixture);
    g_string_free (fixture->announced, TRUE);
    path = build_record_path ();
    g_unlink (path);
}

void
add_test (const gchar    *name,
          gconstpointer   data,
          void         (* test) (Fixture *, gconstpointer))
{
    g_autofree gchar *path = NULL;

    path = g_strconcat ("/nl668/update/", name, NULL);
    g_test_add (path, Fixture, data, set_up, test, tear_down);
}

void
store_result (GObject      *source,
              GAsyncResult *res,
              gpointer      user_data)
{
    GAsyncResult **result = user_data;

    *result = g_object_ref (res);
}

void
begin_async (Fixture       *fixture,
             const gchar   *target,
             GAsyncResult **result)
{
    Nl668Request request = {
        .transport = NL668_TRANSPORT_HTTP,
        .source = (gchar *) SOURCE,
        .password = (gchar *) PASSWORD,
        .version = (gchar *) target,
    };

    nl668_update_begin (fixture->update, &request, NULL, store_result, result);
}

gboolean
begin_finish (Fixture       *fixture,
              GAsyncResult **result,
              GError       **error)
{
    wait_until (*result);
    return nl668_update_begin_finish (fixture->update, *result, error);
}

void
try_to_begin (Fixture      *fixture,
              const gchar  *target,
              GError      **error)
{
    g_autoptr(GAsyncResult) result = NULL;

    begin_async (fixture, target, &result);
    begin_finish (fixture, &result, error);
}

void
begin (Fixture     *fixture,
       const gchar *target)
{
    g_autoptr(GError) error = NULL;

    try_to_begin (fixture, target, &error);
    g_assert_no_error (error);
}

void
tell_module (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    record_request (fixture, &error);
    g_assert_no_error (error);
    nl668_update_request (fixture->update);
}

void
request (Fixture     *fixture,
         const gchar *target)
{
    begin (fixture, target);
    tell_module (fixture);
}

void
report (Fixture     *fixture,
        const gchar *lines)
{
    g_auto(GStrv) split = NULL;
    guint         i;

    split = g_strsplit (lines, "|", -1);
    for (i = 0; split[i]; i++)
        nl668_update_report (fixture->update, NULL, split[i]);
}

void
wait_for_end (Fixture *fixture)
{
    while (nl668_properties_is_under_way (PROPS (fixture)))
        g_main_context_iteration (NULL, TRUE);
}

void
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
/* States */

/* The chart in nl668-state.h, from left to right and from top to bottom */
static const Nl668State state_changes[][2] = {
    { NL668_STATE_IDLE,        NL668_STATE_PREPARING   },
    { NL668_STATE_PREPARING,   NL668_STATE_DOWNLOADING },
    { NL668_STATE_DOWNLOADING, NL668_STATE_INSTALLING  },
    { NL668_STATE_INSTALLING,  NL668_STATE_DOWNLOADING },
    { NL668_STATE_PREPARING,   NL668_STATE_SUCCEEDED   },
    { NL668_STATE_DOWNLOADING, NL668_STATE_SUCCEEDED   },
    { NL668_STATE_INSTALLING,  NL668_STATE_SUCCEEDED   },
    { NL668_STATE_PREPARING,   NL668_STATE_FAILED      },
    { NL668_STATE_DOWNLOADING, NL668_STATE_FAILED      },
    { NL668_STATE_INSTALLING,  NL668_STATE_FAILED      },
    { NL668_STATE_SUCCEEDED,   NL668_STATE_PREPARING   },
    { NL668_STATE_FAILED,      NL668_STATE_PREPARING   },
    { NL668_STATE_SUCCEEDED,   NL668_STATE_FAILED      },
};

static gboolean
is_in_chart (Nl668State before,
             Nl668State after)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (state_changes); i++) {
        if (state_changes[i][0] == before && state_changes[i][1] == after)
            return TRUE;
    }
    return FALSE;
}

static void
check_state_change (Fixture    *fixture,
                    Nl668State  before,
                    Nl668State  after)
{
    gboolean is_allowed;

    is_allowed = is_in_chart (before, after);
    nl668_modem_firmware_update_set_state (IFACE (fixture), before);
    g_assert_true (nl668_state_can_follow (before, after) == is_allowed);

    if (!is_allowed)
        g_test_expect_message (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL,
                               "firmware update: * must not follow *");
    nl668_properties_set_state (PROPS (fixture), after);
    g_test_assert_expected_messages ();
    assert_state (fixture, after);
}

static void
test_state_changes (Fixture       *fixture,
                    gconstpointer  data)
{
    Nl668State before;
    Nl668State after;

    for (before = NL668_STATE_IDLE; before <= NL668_STATE_FAILED; before++) {
        for (after = NL668_STATE_UNKNOWN; after <= NL668_STATE_FAILED; after++)
            check_state_change (fixture, before, after);
    }
}

/*****************************************************************************/
/* Restarts of the module, and its version afterwards */

static void
test_success (Fixture       *fixture,
              gconstpointer  data)
{
    Nl668ModemFirmwareUpdate *iface = IFACE (fixture);
    guint64                   started;

    request (fixture, NULL);
    nl668_update_accepted (fixture->update);
    report (fixture,
            "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 0%|GTOTA DOWNLOADING: 50%|"
            "GTOTA DOWNLOADING: 100%|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.1");

    assert_announced (fixture, "preparing downloading 50 100 installing succeeded");
    g_assert_cmpstr (nl668_modem_firmware_update_get_previous_version (iface), ==, "1.0");
    g_assert_cmpstr (nl668_modem_firmware_update_get_current_version (iface), ==, "1.1");
    g_assert_cmpstr (nl668_modem_firmware_update_get_source (iface), ==, SOURCE);
    started = nl668_modem_firmware_update_get_started (iface);
    g_assert_cmpuint (started, !=, 0);
    g_assert_cmpuint (nl668_modem_firmware_update_get_finished (iface), >=, started);
}

/* After the first restart, the module still reports the old revision. */
static void
test_two_restarts (Fixture       *fixture,
                   gconstpointer  data)
{
    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, NULL);
    nl668_update_module_runs (fixture->update, "1.0");
    restart_module (fixture, "1.1");
    assert_announced (fixture, "preparing downloading 100 installing succeeded");
}

static void
test_same_version (Fixture       *fixture,
                   gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.0");
    g_assert_true (nl668_properties_is_under_way (PROPS (fixture)));
    wait_for_end (fixture);
    assert_announced (fixture, "preparing downloading 100 installing failed");
    assert_failed (fixture, "still runs 1.0");
}

static void
test_wrong_version (Fixture       *fixture,
                    gconstpointer  data)
{
    request (fixture, "1.1");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.2");
    assert_announced (fixture, "preparing downloading 100 installing");
    wait_for_end (fixture);
    assert_announced (fixture, "preparing downloading 100 installing failed");
    assert_failed (fixture, "now runs 1.2, not 1.1");
}

static void
test_disappears (Fixture       *fixture,
                 gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    nl668_update_module_left (fixture->update);
    assert_failed (fixture, "disappeared");

    /* Reports that were in the buffer of the port */
    report (fixture, "GTOTA DOWNLOADING: 42%");
    assert_announced (fixture, "preparing downloading 41 failed");
    report (fixture, "GTOTA DOWNLOAD COMPLETE");
    assert_announced (fixture, "preparing downloading 41 failed "
                               "preparing 100 downloading installing");
}

/* Then only COMPLETE is missing. */
static void
test_disappears_at_100 (Fixture       *fixture,
                        gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 100%");
    restart_module (fixture, "1.1");
    assert_announced (fixture, "preparing downloading 100 installing succeeded");
}

/* The last percentages were lost as well, but the new version proves the update. */
static void
test_comes_back_updated (Fixture       *fixture,
                         gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 58%");
    restart_module (fixture, "1.1");
    assert_announced (fixture, "preparing downloading 58 failed preparing 100 succeeded");
}

/* At more than 90 %, it is more likely installing. */
static void
test_disappears_at_95 (Fixture       *fixture,
                       gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 95%");
    restart_module (fixture, "1.0");
    wait_for_end (fixture);
    assert_announced (fixture, "preparing downloading 95 installing failed");
    assert_failed (fixture, "left the bus at 95% and still runs 1.0");
}

static void
test_second_update (Fixture       *fixture,
                    gconstpointer  data)
{
    Nl668ModemFirmwareUpdate *iface = IFACE (fixture);
    const gchar              *name;

    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 99%|GTOTA ERROR");
    wait_for_end (fixture);
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOADING: 1%");
    assert_announced (fixture, "preparing downloading 99 failed preparing downloading 1");
    g_assert_cmpuint (nl668_modem_firmware_update_get_finished (iface), ==, 0);
    g_variant_get (nl668_modem_firmware_update_get_error (iface), "(&s&s)", &name, NULL);
    g_assert_cmpstr (name, ==, "");
}

/*****************************************************************************/
/* Failures on the way */

/* The module leaves before nl668_update_begin() has finished. */
static void
test_fails_while_beginning (Fixture       *fixture,
                            gconstpointer  data)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(GError)       error = NULL;

    begin_async (fixture, NULL, &result);
    nl668_update_module_left (fixture->update);
    g_assert_false (begin_finish (fixture, &result, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_ABORTED);
    g_assert_cmpstr (error->message, ==, "the modem is gone");
}

/* An error domain without D-Bus names becomes MM_CORE_ERROR_FAILED. */
static void
test_unmapped_error (Fixture       *fixture,
                     gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    request (fixture, NULL);
    error = g_error_new_literal (G_IO_CHANNEL_ERROR, G_IO_CHANNEL_ERROR_IO, "Input/output error");
    g_error_free (nl668_update_fail (fixture->update, error, FALSE));
    assert_failed (fixture, "Input/output error");
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_autofree gchar *directory = NULL;
    gint              status;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    directory = g_dir_make_tmp ("nl668-XXXXXX", NULL);
    g_setenv ("FIBOCOM_NL668_STATE_DIR", directory, TRUE);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    /* The timeouts become 0.2 to 0.6 s. */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.001", TRUE);

    add_test ("state-changes", NULL, test_state_changes);
    add_test ("success", NULL, test_success);
    add_test ("two-restarts", NULL, test_two_restarts);
    add_test ("same-version", NULL, test_same_version);
    add_test ("wrong-version", NULL, test_wrong_version);
    add_test ("disappears", NULL, test_disappears);
    add_test ("disappears-at-100", NULL, test_disappears_at_100);
    add_test ("disappears-at-95", NULL, test_disappears_at_95);
    add_test ("comes-back-updated", NULL, test_comes_back_updated);
    add_test ("second-update", NULL, test_second_update);
    add_test ("fails-while-beginning", NULL, test_fails_while_beginning);
    add_test ("unmapped-error", NULL, test_unmapped_error);
    add_evidence_tests ();
    add_report_tests ();
    add_fault_tests ();
    add_record_tests ();

    status = g_test_run ();
    g_rmdir (directory);
    return status;
}
