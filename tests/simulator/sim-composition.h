/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_COMPOSITION_H
#define SIM_COMPOSITION_H

#include "sim-config.h"
#include "sim-usb.h"

/* The USB interfaces of a module, which depend on its USB id and the key `composition` */

/**
 * sim_composition_complete_config:
 *
 * Sets the key `interfaces` to the default of the composition if it is missing.
 *
 * Returns: %FALSE with @error set if the USB id does not have the composition. The
 * other functions require that it does.
 */
gboolean sim_composition_complete_config (SimConfig  *config,
                                          GError    **error);

/**
 * sim_composition_list:
 * @interfaces: (out): room for SIM_MAX_INTERFACES elements.
 *
 * Returns: the number of interfaces.
 */
guint sim_composition_list (const SimConfig *config,
                            SimUsbInterface *interfaces);

/**
 * sim_composition_get_report_interfaces:
 *
 * Returns: the mask of interfaces on which the module reports the progress of
 * an update.
 */
guint sim_composition_get_report_interfaces (const SimConfig *config);

#endif /* SIM_COMPOSITION_H */
