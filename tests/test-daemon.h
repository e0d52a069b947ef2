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

#endif /* TEST_DAEMON_H */
