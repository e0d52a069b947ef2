/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The table of evidence in HACKING.md: each cell is a test, named after its row and its column.
 * tests/test_documents.py compares both tables. */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-update-internal.h"

/* Those of test-update.h take a fixture. */
#undef IFACE
#undef PROPS

#include "stub-usb-port.h"
#include "test-update.h"

/*****************************************************************************/
/* Columns: how an update gets into a state */

static void
come (Fixture     *fixture,
      const gchar *revision)
{
    stub_usb_port_change (NL668_USB_PORT_STATE_PRESENT);
    nl668_update_module_came (fixture->update, NULL, "/sys/usb");
    nl668_update_module_runs (fixture->update, revision);
}

static void
leave (Fixture *fixture)
{
    stub_usb_port_change (NL668_USB_PORT_STATE_ABSENT);
    nl668_update_module_left (fixture->update);
}

/* What is expected does not happen in time. */
static void
time_out (Fixture *fixture)
{
    GSource *source;

    if (!fixture->update->timeout_id)
        return;
    source = g_main_context_find_source_by_id (NULL, fixture->update->timeout_id);
    g_source_set_ready_time (source, 0);
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

static void
set_up_idle (Fixture     *fixture,
             const gchar *target)
{
}

static void
set_up_preparing (Fixture     *fixture,
                  const gchar *target)
{
    begin (fixture, target);
}

static void
set_up_accepted (Fixture     *fixture,
                 const gchar *target)
{
    begin (fixture, target);
    tell_module (fixture);
    nl668_update_accepted (fixture->update);
}

static void
set_up_downloading (Fixture     *fixture,
                    const gchar *target)
{
    set_up_accepted (fixture, target);
    report (fixture, "GTOTA DOWNLOAD START|GTOTA DOWNLOADING: 50%");
}

static void
set_up_installing (Fixture     *fixture,
                   const gchar *target)
{
    set_up_downloading (fixture, target);
    report (fixture, "GTOTA DOWNLOAD COMPLETE");
}

static void
set_up_returned (Fixture     *fixture,
                 const gchar *target)
{
    set_up_installing (fixture, target);
    leave (fixture);
    come (fixture, "1.0");
}

static void
set_up_silent (Fixture     *fixture,
               const gchar *target)
{
    set_up_downloading (fixture, target);
    time_out (fixture);
}

static void
set_up_gone (Fixture     *fixture,
             const gchar *target)
{
    set_up_downloading (fixture, target);
    leave (fixture);
}

static void
refuse (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    error = g_error_new_literal (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN,
                                 "Unknown error");
    g_error_free (nl668_update_fail (fixture->update, error, FALSE));
}

static void
set_up_refused (Fixture     *fixture,
                const gchar *target)
{
    begin (fixture, target);
    tell_module (fixture);
    refuse (fixture);
}

static void
set_up_settled (Fixture     *fixture,
                const gchar *target)
{
    set_up_silent (fixture, target);
    time_out (fixture);
}

static void
set_up_succeeded (Fixture     *fixture,
                  const gchar *target)
{
    set_up_installing (fixture, target);
    leave (fixture);
    come (fixture, target ? target : "1.1");
}

static const struct {
    const gchar  *name;
    void       (* set_up) (Fixture     *fixture,
                           const gchar *target);
} columns[] = {
    { "idle",        set_up_idle },
    { "preparing",   set_up_preparing },
    { "accepted",    set_up_accepted },
    { "downloading", set_up_downloading },
    { "installing",  set_up_installing },
    { "returned",    set_up_returned },
    { "silent",      set_up_silent },
    { "gone",        set_up_gone },
    { "refused",     set_up_refused },
    { "settled",     set_up_settled },
    { "succeeded",   set_up_succeeded },
};

#define N_COLUMNS G_N_ELEMENTS (columns)

/*****************************************************************************/
/* Rows: evidence */

static void
see_ok (Fixture *fixture)
{
    nl668_update_accepted (fixture->update);
}

static void
see_no_response (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    error = g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT, "timed out");
    g_error_free (nl668_update_fail (fixture->update, error, TRUE));
}

static void
see_start (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOAD START");
}

static void
see_percentage (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOADING: 60%");
}

static void
see_percentages (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOADING: 60%|GTOTA DOWNLOADING: 61%");
}

static void
see_complete (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOAD COMPLETE");
}

static void
see_failure (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOAD ERROR: retry 1 of 3");
}

static void
see_failure_and_silence (Fixture *fixture)
{
    see_failure (fixture);
    time_out (fixture);
}

static void
see_unknown_report (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOAD ABORT,701");
}

static void
leave_at_95 (Fixture *fixture)
{
    report (fixture, "GTOTA DOWNLOADING: 95%");
    leave (fixture);
}

static void
leave_unheard (Fixture *fixture)
{
    nl668_update_module_heard (fixture->update, FALSE);
    leave (fixture);
}

static void
lose_modem_object (Fixture *fixture)
{
    nl668_update_module_left (fixture->update);
}

static void
become_emergency (Fixture *fixture)
{
    stub_usb_port_change (NL668_USB_PORT_STATE_EMERGENCY);
}

static void
become_other_device (Fixture *fixture)
{
    stub_usb_port_change (NL668_USB_PORT_STATE_OTHER);
}

static void
run_previous (Fixture *fixture)
{
    leave (fixture);
    come (fixture, "1.0");
}

static void
run_previous_long (Fixture *fixture)
{
    run_previous (fixture);
    time_out (fixture);
}

static void
run_target (Fixture *fixture)
{
    leave (fixture);
    come (fixture, "NL668-EAU-00_2.0");
}

static void
run_other (Fixture *fixture)
{
    leave (fixture);
    come (fixture, "1.5");
}

static void
run_other_long (Fixture *fixture)
{
    run_other (fixture);
    time_out (fixture);
}

static void
run_unknown (Fixture *fixture)
{
    leave (fixture);
    come (fixture, "PB DONE\r\n\r\n1.0");
}

static void
run_unknown_long (Fixture *fixture)
{
    run_unknown (fixture);
    time_out (fixture);
}

static void
start (Fixture *fixture)
{
    g_autoptr(GError) error = NULL;

    try_to_begin (fixture, NULL, &error);
}

/* "failed?" is tentative; "-" cannot happen. */
typedef struct {
    const gchar  *name;
    void       (* happens) (Fixture *fixture);
    const gchar  *target;
    const gchar  *states;
} Row;

static const Row rows[] = {
    { "ok", see_ok, NULL,
      "- - preparing downloading installing - - - - - -" },
    { "refusal", refuse, NULL,
      "- failed failed - - - - - - - -" },
    { "no-response", see_no_response, NULL,
      "- - failed? - - - - - - - -" },
    { "start", see_start, NULL,
      "idle downloading downloading downloading downloading downloading downloading failed? "
      "failed failed succeeded" },
    { "percentage", see_percentage, NULL,
      "idle downloading downloading downloading installing installing downloading failed? "
      "failed failed succeeded" },
    { "percentages", see_percentages, NULL,
      "idle downloading downloading downloading downloading downloading downloading failed? "
      "failed failed succeeded" },
    { "complete", see_complete, NULL,
      "idle installing installing installing installing installing installing installing "
      "failed failed succeeded" },
    { "failure", see_failure, NULL,
      "idle preparing preparing downloading installing installing failed? failed? failed "
      "failed succeeded" },
    { "failure-silence", see_failure_and_silence, NULL,
      "idle preparing failed? failed? failed? failed? failed failed? failed failed "
      "succeeded" },
    { "unknown-report", see_unknown_report, NULL,
      "idle preparing preparing downloading installing installing failed? failed? failed "
      "failed succeeded" },
    { "silence", time_out, NULL,
      "idle preparing failed? failed? failed? failed failed failed? failed failed succeeded" },
    { "leaves", leave, NULL,
      "idle failed failed? failed? installing installing failed? failed? failed failed "
      "succeeded" },
    { "leaves-at-95", leave_at_95, NULL,
      "idle installing installing installing installing installing installing installing "
      "failed failed succeeded" },
    { "leaves-unheard", leave_unheard, NULL,
      "idle failed installing installing installing installing failed? failed? failed "
      "failed succeeded" },
    { "modem-lost", lose_modem_object, NULL,
      "idle preparing preparing downloading installing installing failed? failed? failed "
      "failed succeeded" },
    { "05c6:9008", become_emergency, NULL,
      "idle failed failed? failed? failed? failed? failed? failed? failed failed succeeded" },
    { "other-id", become_other_device, NULL,
      "idle preparing preparing downloading installing installing failed? failed? failed "
      "failed succeeded" },
    { "previous", run_previous, NULL,
      "idle failed failed? failed? installing installing failed? failed? failed failed "
      "failed?" },
    { "previous-long", run_previous_long, NULL,
      "idle failed failed failed failed failed failed failed failed failed failed" },
    { "target", run_target, "2.0",
      "idle succeeded succeeded succeeded succeeded succeeded succeeded succeeded succeeded "
      "succeeded succeeded" },
    { "not-target", run_other, "2.0",
      "idle failed installing installing installing installing installing installing failed "
      "failed succeeded" },
    { "not-target-long", run_other_long, "2.0",
      "idle failed failed failed failed failed failed failed failed failed succeeded" },
    { "another", run_other, NULL,
      "idle failed succeeded succeeded succeeded succeeded succeeded succeeded failed "
      "succeeded succeeded" },
    { "unknown", run_unknown, NULL,
      "idle failed failed? failed? installing installing failed? failed? failed failed "
      "succeeded" },
    { "unknown-long", run_unknown_long, NULL,
      "idle failed failed failed failed? failed? failed failed failed failed succeeded" },
    { "start-method", start, NULL,
      "preparing preparing preparing downloading installing installing preparing preparing "
      "preparing preparing preparing" },
};

/*****************************************************************************/

typedef struct {
    const Row *row;
    guint      column;
    gchar     *state;
} Cell;

static void
test_cell (Fixture       *fixture,
           gconstpointer  data)
{
    const Cell       *cell = data;
    g_autofree gchar *state = NULL;

    stub_usb_port_reset ();
    come (fixture, "1.0");
    columns[cell->column].set_up (fixture, cell->row->target);
    cell->row->happens (fixture);

    state = g_strconcat (nl668_state_get_name (nl668_properties_get_state (PROPS (fixture))),
                         nl668_properties_get_doubt (PROPS (fixture)) ? "?" : "", NULL);
    g_assert_cmpstr (state, ==, cell->state);
}

static void
add_row (const Row *row)
{
    g_auto(GStrv) states = NULL;
    guint         i;

    states = g_strsplit (row->states, " ", -1);
    g_assert_cmpuint (g_strv_length (states), ==, N_COLUMNS);
    for (i = 0; i < N_COLUMNS; i++) {
        g_autofree gchar *name = NULL;
        Cell             *cell;

        if (g_str_equal (states[i], "-"))
            continue;
        /* Freed with the program */
        cell = g_new0 (Cell, 1);
        cell->row = row;
        cell->column = i;
        cell->state = g_strdup (states[i]);
        name = g_strdup_printf ("evidence/%s/%s", row->name, columns[i].name);
        add_test (name, cell, test_cell);
    }
}

/* Two modules have the same equipment identifier. */
static void
test_shared (Fixture       *fixture,
             gconstpointer  data)
{
    stub_usb_port_reset ();
    come (fixture, "1.0");
    nl668_update_set_shared (fixture->update);
    set_up_succeeded (fixture, "2.0");
    assert_state (fixture, NL668_STATE_SUCCEEDED);
    run_previous (fixture);
    assert_state (fixture, NL668_STATE_SUCCEEDED);

    set_up_settled (fixture, "2.0");
    run_target (fixture);
    assert_state (fixture, NL668_STATE_FAILED);
}

/* Only the modem object has gone away, and does not come back: either another program has inhibited
 * the module, or another device is in its place. */
static void
test_no_modem (Fixture       *fixture,
               gconstpointer  data)
{
    stub_usb_port_reset ();
    come (fixture, "1.0");
    set_up_downloading (fixture, NULL);
    if (!strstr (data, "inhibited"))
        become_other_device (fixture);
    lose_modem_object (fixture);
    time_out (fixture);
    assert_failed (fixture, data);
}

void
add_evidence_tests (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (rows); i++)
        add_row (&rows[i]);
    add_test ("evidence-shared", NULL, test_shared);
    add_test ("evidence-other-device", "a device with the ID 18d1:d00d is now", test_no_modem);
    add_test ("evidence-inhibited", "whether another program has inhibited it", test_no_modem);
}
