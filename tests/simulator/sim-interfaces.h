/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_INTERFACES_H
#define SIM_INTERFACES_H

#include "sim-at.h"
#include "sim-script.h"
#include "sim-usb.h"

/**
 * SimInterfaces:
 *
 * The USB interfaces of a module while it is on the bus, and the protocol that
 * runs on each of them.
 */
typedef struct _SimInterfaces SimInterfaces;

/**
 * SimInterfacesFuncs:
 * @event: something happened on @interface; @text describes it on one line.
 * @command_done: an AT command was run and its response was written.
 * @urc_written: @urc of sim_interfaces_write_urc() was written completely to @interface.
 * @reset: the host asked the module to reset.
 */
typedef struct {
    void (* event)        (const gchar         *kind,
                           guint                interface,
                           const gchar         *text,
                           gpointer             user_data);
    void (* command_done) (const SimAtResponse *response,
                           gpointer             user_data);
    void (* urc_written)  (guint                interface,
                           const gchar         *urc,
                           gpointer             user_data);
    void (* reset)        (gpointer             user_data);
} SimInterfacesFuncs;

/**
 * SimInterfacesModule:
 * @script: responses that take precedence over those of @at.
 *
 * The state of a module that its interfaces share. It must outlive them.
 */
typedef struct {
    SimAt           *at;
    const SimConfig *config;
    SimScript       *script;
} SimInterfacesModule;

/**
 * sim_interfaces_new:
 * @port: number of the USB port, from 1.
 *
 * Plugs in a device.
 *
 * Returns: (transfer full): its interfaces.
 */
SimInterfaces *sim_interfaces_new (SimUsb                    *usb,
                                   guint                      port,
                                   const SimUsbDescription   *description,
                                   const SimInterfacesModule *module,
                                   const SimInterfacesFuncs  *funcs,
                                   gpointer                   user_data);

/**
 * sim_interfaces_free:
 *
 * Unplugs the device. Pending responses and floods are dropped.
 */
void sim_interfaces_free (SimInterfaces *self);

/**
 * sim_interfaces_get_device:
 *
 * Returns: (transfer none): the device on the bus.
 */
SimUsbDevice *sim_interfaces_get_device (SimInterfaces *self);

/**
 * sim_interfaces_write_urc:
 * @urc: without line breaks.
 *
 * Reports something, as the keys of the module say. Nothing is written to a port in
 * data mode.
 *
 * Returns: whether it is written anywhere.
 */
gboolean sim_interfaces_write_urc (SimInterfaces *self,
                                   const gchar   *urc);

/**
 * sim_interfaces_write_line:
 * @line: without line breaks.
 *
 * The same on one interface, whatever the keys say, and without the event.
 */
void sim_interfaces_write_line (SimInterfaces *self,
                                guint          interface,
                                const gchar   *line);

/**
 * sim_interfaces_registration_changed:
 *
 * Writes the registration URCs and indications that programs have enabled.
 */
void sim_interfaces_registration_changed (SimInterfaces *self);

/**
 * sim_interfaces_flood:
 * @port: a port of this device.
 * @text: (nullable): as in sim_flood_new().
 *
 * Emits the event `flood`, with the duration in milliseconds, when everything
 * was read.
 */
void sim_interfaces_flood (SimInterfaces *self,
                           SimPort       *port,
                           const gchar   *text,
                           guint          count,
                           guint          rate);

#endif /* SIM_INTERFACES_H */
