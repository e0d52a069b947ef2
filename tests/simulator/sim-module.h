/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_MODULE_H
#define SIM_MODULE_H

#include <gio/gio.h>

#include "sim-script.h"
#include "sim-usb.h"

/**
 * SimModule:
 *
 * A simulated module: when it is on the bus, and its firmware updates.
 */
typedef struct _SimModule SimModule;

/**
 * SimModuleEventFunc:
 * @event: a line for the test, see tests/testbed/simulator.py.
 */
typedef void (* SimModuleEventFunc) (const gchar *event,
                                     gpointer     user_data);

/**
 * sim_module_new:
 * @number: of the module, from 0; its USB port is @number + 1, unless an installation
 * changes it.
 * @keys: as in sim_config_new().
 *
 * Returns: (transfer full): a module, on the bus unless the key `plugged` is
 * `no`, or %NULL with @error set.
 */
SimModule *sim_module_new (SimUsb              *usb,
                           guint                number,
                           const gchar         *keys,
                           SimModuleEventFunc   event,
                           gpointer             user_data,
                           GError             **error);

/**
 * sim_module_free:
 *
 * Unplugs the module and waits for a download to stop.
 */
void sim_module_free (SimModule *self);

/**
 * sim_module_plug:
 *
 * Brings the module onto the bus. If it is restarting, it comes back at once.
 */
gboolean sim_module_plug (SimModule  *self,
                          GError    **error);

/**
 * sim_module_unplug:
 *
 * Pulls the cable. A download or restart in progress is aborted.
 */
gboolean sim_module_unplug (SimModule  *self,
                            GError    **error);

/**
 * sim_module_set:
 * @assignment: as in sim_config_change().
 */
gboolean sim_module_set (SimModule    *self,
                         const gchar  *assignment,
                         GError      **error);

/**
 * sim_module_get_script:
 *
 * Returns: (transfer none): the scripted responses of this module, which are
 * kept while it is off the bus.
 */
SimScript *sim_module_get_script (SimModule *self);

/**
 * sim_module_send:
 *
 * Writes @text to the port of @interface, without adding line breaks.
 */
gboolean sim_module_send (SimModule    *self,
                          guint         interface,
                          const gchar  *text,
                          GError      **error);

/**
 * sim_module_report:
 * @line: without line breaks.
 *
 * Writes @line to the port of @interface, with the line breaks of the key `framing`;
 * not in data mode.
 */
gboolean sim_module_report (SimModule    *self,
                            guint         interface,
                            const gchar  *line,
                            GError      **error);

/**
 * sim_module_flood:
 * @text: (nullable): as in sim_flood_new().
 *
 * Emits the event `flood` when everything was read.
 */
gboolean sim_module_flood (SimModule    *self,
                           guint         interface,
                           const gchar  *text,
                           guint         count,
                           guint         rate,
                           GError      **error);

#endif /* SIM_MODULE_H */
