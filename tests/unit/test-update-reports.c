/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the module reports during the download, or fails to report */

#include <config.h>

#include "nl668-timeouts.h"
#include "test-update.h"

/*****************************************************************************/
/* Sequences of reports: each percentage is announced once, in rising order. */

typedef struct {
    const gchar *name;
    const gchar *lines;
    const gchar *announced;
} SequenceTest;

static const SequenceTest sequence_tests[] = {
    { "no-start",
      "GTOTA DOWNLOADING: 3%",
      "preparing downloading 3" },
    { "only-complete",
      "GTOTA DOWNLOAD COMPLETE",
      "preparing downloading 100 installing" },
    { "repeated",
      "GTOTA DOWNLOAD START|GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 3%|GTOTA DOWNLOADING: 3%|"
      "GTOTA DOWNLOAD COMPLETE|GTOTA DOWNLOAD COMPLETE",
      "preparing downloading 3 100 installing" },
    { "falling",
      "GTOTA DOWNLOADING: 5%|GTOTA DOWNLOADING: 4%|GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 6%",
      "preparing downloading 5 6" },
    { "out-of-range",
      "GTOTA DOWNLOADING: 5%|GTOTA DOWNLOADING: 101%|GTOTA DOWNLOADING: 12345678901234567890%|"
      "GTOTA DOWNLOADING: %|GTOTA DOWNLOADING: -1%",
      "preparing downloading 5" },
    { "unknown",
      "GTOTA DOWNLOADING: 5%|GTOTA VERIFYING|GTOTA DOWNLOADING: 6%",
      "preparing downloading 5 6" },
    { "after-complete",
      "GTOTA DOWNLOAD COMPLETE|GTOTA DOWNLOADING: 100%|GTOTA DOWNLOAD COMPLETE|GTOTA ERROR",
      "preparing downloading 100 installing" },
    { "again",
      "GTOTA DOWNLOADING: 50%|GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 1%|GTOTA DOWNLOADING: 2%",
      "preparing downloading 50 1 2" },
    { "again-after-complete",
      "GTOTA DOWNLOAD COMPLETE|GTOTA DOWNLOADING: 5%|GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 6%",
      "preparing downloading 100 installing downloading 6" },
};

static void
test_sequence (Fixture       *fixture,
               gconstpointer  data)
{
    const SequenceTest *test = data;

    request (fixture, NULL);
    report (fixture, test->lines);
    assert_announced (fixture, test->announced);
}

static void
test_no_update (Fixture       *fixture,
                gconstpointer  data)
{
    report (fixture,
            "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 5%|GTOTA DOWNLOAD COMPLETE|GTOTA ERROR");
    assert_announced (fixture, "");
}

/*****************************************************************************/
/* Failures that the module reports */

static void
test_failure (Fixture       *fixture,
              gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD FAILED\x1b");
    wait_for_end (fixture);
    assert_failed (fixture, "the module reports: GTOTA DOWNLOAD FAILED\\033");
}

static void
test_secret (Fixture       *fixture,
             gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture,
            "GTOTA DOWNLOAD START|GTOTA LOGIN me:" PASSWORD "@h FAILED FOR " PASSWORD);
    wait_for_end (fixture);
    assert_failed (fixture, "GTOTA LOGIN me:***@h FAILED FOR ***");
}

/* The password must be known after a timeout, too. */
static void
test_late_secret (Fixture       *fixture,
                  gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START");
    wait_for_end (fixture);
    report (fixture, "GTOTA DOWNLOADING: 1%|GTOTA LOGIN me:" PASSWORD "@h FAILED");
    wait_for_end (fixture);
    assert_failed (fixture, "GTOTA LOGIN me:***@h FAILED");
}

/* Only the daemon that has started the update knew it. */
static void
test_unknown_secret (Fixture       *fixture,
                     gconstpointer  data)
{
    request (fixture, NULL);
    nl668_modem_firmware_update_set_source (IFACE (fixture), data);
    report (fixture, "GTOTA DOWNLOAD START");
    restart_daemon (fixture, "1.0");
    report (fixture, "GTOTA LOGIN me:" PASSWORD "@h FAILED");
    wait_for_end (fixture);
    assert_failed (fixture, "the module reports: words that are not shown because they may "
                            "contain a secret; check");

    /* It may still be that of the last update. */
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA LOGIN me:An0therSecret@h FAILED");
    wait_for_end (fixture);
    assert_failed (fixture, "the module reports: words that are not shown");
}

/* Otherwise, what is missing from our own sentences would reveal it. */
static void
test_own_words (Fixture       *fixture,
                gconstpointer  data)
{
    g_autoptr(GError) refusal = NULL;
    g_autoptr(GError) shown = NULL;

    request (fixture, NULL);
    refusal = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "not " PASSWORD);
    shown = nl668_update_fail (fixture->update, refusal, FALSE);
    g_assert_cmpstr (shown->message, ==, refusal->message);
    assert_failed (fixture, refusal->message);
}

/*****************************************************************************/
/* Silence */

static void
test_silence (Fixture       *fixture,
              gconstpointer  data)
{
    request (fixture, NULL);
    nl668_update_accepted (fixture->update);
    wait_for_end (fixture);
    assert_announced (fixture, "preparing failed");
    assert_failed (fixture, "has not reported that it is downloading");
}

static void
test_stall (Fixture       *fixture,
            gconstpointer  data)
{
    request (fixture, NULL);
    nl668_update_accepted (fixture->update);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    assert_announced (fixture, "preparing downloading 41 failed");
    assert_failed (fixture, "stopped at 41%");
}

/* COMPLETE was lost. */
static void
test_all_of_it (Fixture       *fixture,
                gconstpointer  data)
{
    nl668_update_module_came (fixture->update, NULL, "/sys/usb");
    nl668_update_module_runs (fixture->update, "1.0");
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 100%");
    wait_for_end (fixture);
    assert_failed (fixture, "the module has the package, but it has not installed it yet");
}

/* The module goes on after it has reported a failure. */
static void
test_retry (Fixture       *fixture,
            gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture,
            "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 10%|GTOTA DOWNLOAD ERROR: retry 1 of 3|"
            "GTOTA DOWNLOADING: 11%");
    wait_for_end (fixture);
    assert_failed (fixture, "the download seems to have stopped at 11%: check");
}

/* Words that the manual does not know are quoted. */
static void
test_last_words (Fixture       *fixture,
                 gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD ABORT,701");
    wait_for_end (fixture);
    assert_failed (fixture, "at 0% (its last report: GTOTA DOWNLOAD ABORT,701): check");
}

static gboolean
set_flag_cb (gpointer user_data)
{
    *(gboolean *) user_data = TRUE;
    return G_SOURCE_REMOVE;
}

/* The module still has the package, so a failure does not count. */
static void
test_failure_withdrawn (Fixture       *fixture,
                        gconstpointer  data)
{
    gboolean is_over = FALSE;

    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE|GTOTA ERROR|"
                     "GTOTA DOWNLOADING: 100%");
    g_timeout_add (2 * nl668_timeout_get (NL668_TIMEOUT_FAILURE), set_flag_cb, &is_over);
    while (!is_over)
        g_main_context_iteration (NULL, TRUE);
    assert_state (fixture, NL668_STATE_INSTALLING);
}

/* After a restart with the previous firmware, too */
static void
test_last_words_installing (Fixture       *fixture,
                            gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE|GTOTA UPDATE FAILED: 7");
    restart_module (fixture, "1.0");
    wait_for_end (fixture);
    assert_failed (fixture, "did not install the package (its last report: GTOTA UPDATE FAILED: "
                            "7), it still runs 1.0: check");
}

static gboolean
repeat_percentage_cb (gpointer user_data)
{
    report (user_data, "GTOTA DOWNLOADING: 41%");
    return G_SOURCE_CONTINUE;
}

/* Reports without progress are signs of life, but not for ever. */
static void
test_stall_with_reports (Fixture       *fixture,
                         gconstpointer  data)
{
    gboolean is_over = FALSE;
    guint    source_id;

    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START");
    source_id = g_timeout_add (10, repeat_percentage_cb, fixture);
    g_timeout_add (2 * nl668_timeout_get (NL668_TIMEOUT_PROGRESS), set_flag_cb, &is_over);
    while (!is_over)
        g_main_context_iteration (NULL, TRUE);
    assert_state (fixture, NL668_STATE_DOWNLOADING);

    wait_for_end (fixture);
    g_source_remove (source_id);
    assert_failed (fixture, "stopped at 41%");
    repeat_percentage_cb (fixture);
    assert_state (fixture, NL668_STATE_FAILED);
    report (fixture, "GTOTA DOWNLOADING: 42%");
    assert_state (fixture, NL668_STATE_DOWNLOADING);
}

/* After a timeout, any report resumes the update. */
static void
test_late_reports (Fixture       *fixture,
                   gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 41%");
    wait_for_end (fixture);
    report (fixture, "GTOTA DOWNLOADING: 41%");
    assert_announced (fixture, "preparing downloading 41 failed preparing downloading");
    report (fixture, "GTOTA DOWNLOADING: 42%|GTOTA DOWNLOAD COMPLETE");
    assert_announced (fixture, "preparing downloading 41 failed "
                               "preparing downloading 42 100 installing");
}

/* There was no response to AT+GTOTA, but the module starts the download all the same. */
static void
test_no_response (Fixture       *fixture,
                  gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    request (fixture, NULL);
    error = g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT, "timed out");
    g_error_free (nl668_update_fail (fixture->update, error, TRUE));
    assert_announced (fixture, "preparing failed");
    report (fixture, "GTOTA VERIFYING|GTOTA DOWNLOAD START");
    assert_announced (fixture, "preparing failed preparing downloading");
}

/*****************************************************************************/
/* Ports that are not read any more, or not yet */

/* The next modem object has other ports. */
static void
test_other_ports (Fixture       *fixture,
                  gconstpointer  data)
{
    nl668_update_module_came (fixture->update, NULL, "/sys/usb");
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOADING: 50%|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, "/sys/usb");
    nl668_update_report (fixture->update, "other port", "GTOTA DOWNLOAD START");
    nl668_update_report (fixture->update, "other port", "GTOTA DOWNLOADING: 1%");
    assert_announced (fixture, "preparing downloading 50 100 installing downloading 1");
}

/* A module that was not heard before it left, and is not heard now, may still download. */
static void
test_unheard_again (Fixture       *fixture,
                    gconstpointer  data)
{
    request (fixture, NULL);
    nl668_update_module_heard (fixture->update, FALSE);
    nl668_update_accepted (fixture->update);
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, NULL);
    nl668_update_module_runs (fixture->update, "1.0");
    nl668_update_module_heard (fixture->update, FALSE);
    wait_for_end (fixture);
    assert_failed (fixture, "the module's reports could not be read for too long");
    g_assert_true (nl668_properties_is_unsettled (PROPS (fixture)));
}

/* A module that has the package need not report anything. */
static void
test_unheard_installing (Fixture       *fixture,
                         gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE|GTOTA UPDATE FAILED: 7");
    nl668_update_module_heard (fixture->update, FALSE);
    wait_for_end (fixture);
    assert_failed (fixture, "the module reports: GTOTA UPDATE FAILED: 7; leave it on");
}

/*****************************************************************************/
/* Revisions */

/* The first firmware after the restart is not the target yet. */
static void
test_intermediate_version (Fixture       *fixture,
                           gconstpointer  data)
{
    request (fixture, "1.2");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.1");
    restart_module (fixture, "1.2");
    assert_announced (fixture, "preparing downloading 100 installing succeeded");
}

/* It downloads the rest before it is known what it runs. */
static void
test_intermediate_download (Fixture       *fixture,
                            gconstpointer  data)
{
    nl668_update_module_came (fixture->update, NULL, "/sys/usb");
    request (fixture, "1.2");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    nl668_update_module_left (fixture->update);
    nl668_update_module_came (fixture->update, NULL, "/sys/usb");
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 1%");
    nl668_update_module_runs (fixture->update, "1.1");
    report (fixture, "GTOTA DOWNLOADING: 2%|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.2");
    assert_announced (fixture, "preparing downloading 100 installing downloading 1 2 100 "
                               "installing succeeded");
}

/* The same firmware, spelled with a date */
static void
test_same_spelled_otherwise (Fixture       *fixture,
                             gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.0 [Sep 17 2019 09:00:00]");
    wait_for_end (fixture);
    assert_failed (fixture, "still runs 1.0 [Sep 17 2019 09:00:00]");
}

/* A report of the boot within the response to AT+CGMR is not a new revision. */
static void
test_unknown_version (Fixture       *fixture,
                      gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "PB DONE\r\n\r\n1.0");
    assert_state (fixture, NL668_STATE_INSTALLING);
    g_assert_cmpstr (nl668_modem_firmware_update_get_current_version (IFACE (fixture)), ==, "");
    wait_for_end (fixture);
    assert_failed (fixture, "it is not known whether the update was installed");

    nl668_update_module_runs (fixture->update, "1.1");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
}

/* The module falls back to its previous firmware. */
static void
test_undone (Fixture       *fixture,
             gconstpointer  data)
{
    request (fixture, NULL);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOAD COMPLETE");
    restart_module (fixture, "1.1");
    restart_module (fixture, "1.0");
    assert_announced (fixture, "preparing downloading 100 installing succeeded failed");
    assert_failed (fixture, "the module runs 1.0 again");
}

/*****************************************************************************/

void
add_report_tests (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (sequence_tests); i++) {
        g_autofree gchar *name = NULL;

        name = g_strconcat ("reports/", sequence_tests[i].name, NULL);
        add_test (name, &sequence_tests[i], test_sequence);
    }
    add_test ("revisions/intermediate-version", NULL, test_intermediate_version);
    add_test ("revisions/intermediate-download", NULL, test_intermediate_download);
    add_test ("revisions/same-spelled-otherwise", NULL, test_same_spelled_otherwise);
    add_test ("revisions/unknown-version", NULL, test_unknown_version);
    add_test ("revisions/undone", NULL, test_undone);
    add_test ("reports/no-update", NULL, test_no_update);
    add_test ("reports/failure", NULL, test_failure);
    add_test ("reports/secret", NULL, test_secret);
    add_test ("reports/late-secret", NULL, test_late_secret);
    add_test ("reports/unknown-secret/ftp", "ftp://h/f", test_unknown_secret);
    add_test ("reports/unknown-secret/query", "http://h/f?…", test_unknown_secret);
    add_test ("reports/own-words", NULL, test_own_words);
    add_test ("reports/silence", NULL, test_silence);
    add_test ("reports/retry", NULL, test_retry);
    add_test ("reports/last-words", NULL, test_last_words);
    add_test ("reports/last-words-installing", NULL, test_last_words_installing);
    add_test ("reports/failure-withdrawn", NULL, test_failure_withdrawn);
    add_test ("reports/other-ports", NULL, test_other_ports);
    add_test ("reports/unheard-again", NULL, test_unheard_again);
    add_test ("reports/unheard-installing", NULL, test_unheard_installing);
    add_test ("reports/stall", NULL, test_stall);
    add_test ("reports/all-of-it", NULL, test_all_of_it);
    add_test ("reports/stall-with-reports", NULL, test_stall_with_reports);
    add_test ("reports/late", NULL, test_late_reports);
    add_test ("reports/no-response", NULL, test_no_response);
}
