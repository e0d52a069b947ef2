/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The built plugin, loaded into a stand-in for the daemon of one generation. The stand-in notes
 * the calls of the plugin. */

#ifndef TEST_DAEMON_H
#define TEST_DAEMON_H

#include <gmodule.h>

#include "standin-daemon.h"

#define assert_taken(lines, expected)             \
    G_STMT_START {                                \
        g_autofree gchar *taken_ = lines;         \
        g_assert_cmpstr (taken_, ==, expected);   \
    } G_STMT_END
#define assert_notes(expected) assert_taken (standin_take_notes (), expected)
#define assert_log(expected)   assert_taken (standin_take_log (), expected)

/**
 * load_plugin:
 *
 * Returns: (transfer none): the plugin, which is loaded once and never unloaded.
 */
MMPlugin *load_plugin (void);

/* Tests with the plugin not loaded yet, so they must come first */
void add_binding_tests (void);

/* Tests of updates that fail, and of modems that go away */
void add_failure_tests (void);

/* Tests of daemons that say yes to everybody */
void add_authorize_tests (void);

/* @contents: (nullable): of plugin.conf, or NULL to remove it. */
void set_configuration (const gchar *contents);

/* Runs another test in a process of its own. */
void run_subprocess (gconstpointer path);

/*****************************************************************************/
/* A modem, and a client that is connected to the daemon without a bus */

#define UPDATE "org.freedesktop.ModemManager1.Modem.Firmware.Update"
#define PATH   "/org/freedesktop/ModemManager1/Modem/0"

typedef struct {
    GDBusConnection *daemon;
    GDBusConnection *client;
    MMBaseModem     *modem;
    /* Of this fixture alone: its update may be kept until it is on disk. */
    gchar           *imei;
    /* The path of its record */
    gchar           *record;
} Fixture;

void fixture_set_up    (Fixture       *fixture,
                        gconstpointer  data);
void fixture_tear_down (Fixture       *fixture,
                        gconstpointer  data);

/* Creates and exports the modem, as the daemon does.
 * @revision: (nullable): the firmware revision */
void bring_up (Fixture     *fixture,
               const gchar *revision);

/* Removes the modem, as the daemon does when the module is unplugged. */
void take_down (Fixture *fixture);

/* Calls Start() with a URL. */
void start (Fixture  *fixture,
            GError  **error);

/* The property State, a #Nl668State */
guint get_state (Fixture *fixture);

/* It changes once it is on disk. */
void wait_for_state (Fixture *fixture,
                     guint    state);

#endif /* TEST_DAEMON_H */
