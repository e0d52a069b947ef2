/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_INSTALLATION_H
#define SIM_INSTALLATION_H

#include "sim-config.h"
#include "sim-usb.h"

/**
 * SimInstallation:
 *
 * The installation of a package: what the module is after each restart.
 */
typedef struct _SimInstallation SimInstallation;

/* @config is not copied, and changed by the installation */
SimInstallation *sim_installation_new  (SimConfig       *config);
void             sim_installation_free (SimInstallation *self);

/**
 * sim_installation_begin:
 * @package: the beginning of the package.
 */
void sim_installation_begin (SimInstallation *self,
                             const gchar     *package);

void sim_installation_abort (SimInstallation *self);

/**
 * sim_installation_repair:
 *
 * A module that is something else is itself again, unless the key `install` still
 * says otherwise.
 */
void sim_installation_repair (SimInstallation *self);

/**
 * sim_installation_is_under_way:
 *
 * Returns: whether a restart is to come.
 */
gboolean sim_installation_is_under_way (const SimInstallation *self);

/**
 * sim_installation_get_stay:
 *
 * Returns: how long the module stays on the bus until the next restart, in
 * milliseconds.
 */
guint sim_installation_get_stay (const SimInstallation *self);

/**
 * sim_installation_restart:
 *
 * The module has left the bus to restart.
 *
 * Returns: whether it comes back.
 */
gboolean sim_installation_restart (SimInstallation *self);

/**
 * sim_installation_get_other:
 * @id: (out): the USB id.
 *
 * Returns: whether the module is something else: a device without ports.
 */
gboolean sim_installation_get_other (const SimInstallation *self,
                                     SimUsbId              *id);

#endif /* SIM_INSTALLATION_H */
