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
 * One simulated module: its AT dialogue, its updates and its restarts.
 */
typedef struct _SimModule SimModule;

/**
 * SimModuleEventFunc:
 * @event: a line for the one who drives the test.
 */
typedef void (* SimModuleEventFunc) (const gchar *event,
                                     gpointer     user_data);

/**
 * sim_module_new:
 * @number: of the module, from 0; it is in USB port @number + 1.
 * @keys: `key=value,key=value…`.
 *
 * Returns: (transfer full): a module, plugged in unless the keys say otherwise,
 * or %NULL with @error set.
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
 * Unplugs the module and, if it downloads, waits for the end of that.
 */
void sim_module_free (SimModule *self);

/**
 * sim_module_plug:
 *
 * Brings the module onto the bus, at once if it would come by itself later.
 */
gboolean sim_module_plug (SimModule  *self,
                          GError    **error);

/**
 * sim_module_unplug:
 *
 * Pulls the cable. A download or a restart under way is lost.
 */
gboolean sim_module_unplug (SimModule  *self,
                            GError    **error);

/**
 * sim_module_set:
 * @assignment: `key=value`.
 */
gboolean sim_module_set (SimModule    *self,
                         const gchar  *assignment,
                         GError      **error);

/**
 * sim_module_get_script:
 *
 * Returns: (transfer none): what this module is told to answer to commands. It
 * stays the same when the module leaves the bus.
 */
SimScript *sim_module_get_script (SimModule *self);

/**
 * sim_module_send:
 *
 * Says @text on the port of @interface as it is.
 */
gboolean sim_module_send (SimModule    *self,
                          guint         interface,
                          const gchar  *text,
                          GError      **error);

/**
 * sim_module_flood:
 * @text: (nullable): what is said @count times, @rate times in a second; %NULL
 *  for bytes by chance.
 *
 * Emits the event `flood` when all of it was read.
 */
gboolean sim_module_flood (SimModule    *self,
                           guint         interface,
                           const gchar  *text,
                           guint         count,
                           guint         rate,
                           GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimModule, sim_module_free)

#endif /* SIM_MODULE_H */
