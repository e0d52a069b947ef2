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

GError *
refuse_update (Fixture *fixture)
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
    g_error_free (refuse_update (fixture));
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
    g_error_free (refuse_update (fixture));
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
    error = refuse_update (fixture);
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
    g_error_free (refuse_update (fixture));
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
    g_error_free (refuse_update (fixture));
    g_assert_cmpstr (nl668_modem_firmware_update_get_target_version (IFACE (fixture)), ==, "2.0");
    g_assert_false (nl668_properties_is_unsettled (PROPS (fixture)));
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
}
