/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The built plugin, loaded into the stand-in as the daemon does it */

#ifndef TEST_DAEMON_H
#define TEST_DAEMON_H

#include <gmodule.h>

#include "standin-daemon.h"

/* Full path of the built plugin */
gchar *build_plugin_path (void);

/* Opens it, or fails the test */
GModule *open_plugin (void);

/* What the daemon has it create, or NULL */
MMPlugin *create_plugin (GModule *module);

/**
 * load_plugin:
 *
 * Returns: (transfer none): the plugin, which is loaded once and stays.
 */
MMPlugin *load_plugin (void);

/* Tests of what the plugin refuses */
void add_guard_tests (void);

/* Tests of updates that fail, and of modems that go */
void add_failure_tests (void);

/*****************************************************************************/
/* A modem, and a client of its own on a connection without a bus */

#define UPDATE "org.freedesktop.ModemManager1.Modem.Firmware.Update"
#define PATH   "/org/freedesktop/ModemManager1/Modem/0"
#define IMEI   "867698040000017"

typedef struct {
    GDBusConnection *daemon;
    GDBusConnection *client;
    MMBaseModem     *modem;
} Fixture;

void fixture_set_up    (Fixture       *fixture,
                        gconstpointer  data);
void fixture_tear_down (Fixture       *fixture,
                        gconstpointer  data);

/* As the daemon does it, until the modem is exported; @revision may be NULL */
void bring_up (Fixture     *fixture,
               const gchar *revision);

/* As the daemon does it when the module has gone */
void take_down (Fixture *fixture);

/* Calls the method Start() */
void start (Fixture  *fixture,
            GError  **error);

/* The property State */
guint get_state (Fixture *fixture);

#endif /* TEST_DAEMON_H */
