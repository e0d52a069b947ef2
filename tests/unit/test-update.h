/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* An update without a daemon and without a bus: the test calls what the plugin calls when a
 * modem object comes or goes, when the module reports, and when the daemon is restarted. */

#ifndef TEST_UPDATE_H
#define TEST_UPDATE_H

#include <libmm-glib.h>

#include "nl668-update.h"

/* Of every request */
#define SOURCE   "http://h/f"
#define PASSWORD "Zebra4711"

typedef struct {
    Nl668Update *update;
    /* The states and percentages in the order in which they were announced, for example
     * "preparing downloading 50" */
    GString     *announced;
    guint        progress;
} Fixture;

#define IFACE(fixture) NL668_MODEM_FIRMWARE_UPDATE ((fixture)->update)
#define PROPS(fixture) NL668_PROPERTIES ((fixture)->update)

#define assert_announced(fixture, expected) \
    g_assert_cmpstr ((fixture)->announced->str, ==, expected)
#define assert_state(fixture, expected) \
    g_assert_cmpuint (nl668_properties_get_state (PROPS (fixture)), ==, expected)

/* The update has failed, and its error contains @message. */
void assert_failed (Fixture     *fixture,
                    const gchar *message);

/* Begins an update. @target: (nullable): the version that the package installs. */
void try_to_begin (Fixture      *fixture,
                   const gchar  *target,
                   GError      **error);
void begin        (Fixture      *fixture,
                   const gchar  *target);

/* The same in two steps. @result: set between them */
void     begin_async  (Fixture       *fixture,
                       const gchar   *target,
                       GAsyncResult **result);
gboolean begin_finish (Fixture       *fixture,
                       GAsyncResult **result,
                       GError       **error);

/* Records that the module is told to start the update that has begun. */
void record_request (Fixture  *fixture,
                     GError  **error);

/* And tells it. */
void tell_module  (Fixture      *fixture);

/* Both */
void request      (Fixture      *fixture,
                   const gchar  *target);

/* The module refuses it. Returns: (transfer full): what the caller is told. */
GError *refuse_update (Fixture *fixture);

/* @lines: unsolicited reports of the module, separated by "|" */
void report (Fixture     *fixture,
             const gchar *lines);

/* The module restarts, and runs @revision afterwards. */
void restart_module (Fixture     *fixture,
                     const gchar *revision);

/* The daemon is killed. The next one finds a module that runs @revision. */
void restart_daemon (Fixture     *fixture,
                     const gchar *revision);

/* For an asynchronous function; @user_data is where the #GAsyncResult is stored. */
void store_result (GObject      *source,
                   GAsyncResult *res,
                   gpointer      user_data);

/* Runs the main loop until the update is over. */
void wait_for_end (Fixture *fixture);

/* Returns: (transfer full): the record of the module */
gchar *build_record_path (void);

/* @name: follows /nl668/update/ in the path of the test */
void add_test (const gchar    *name,
               gconstpointer   data,
               void         (* test) (Fixture *, gconstpointer));

void add_evidence_tests (void);
void add_fault_tests (void);
void add_report_tests (void);
void add_record_tests (void);

#endif /* TEST_UPDATE_H */
