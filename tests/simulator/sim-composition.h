/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_COMPOSITION_H
#define SIM_COMPOSITION_H

#include "sim-config.h"
#include "sim-usb.h"

/* The USB interfaces of a module, as its USB id and `composition` decide. */

/**
 * sim_composition_exists:
 *
 * Returns: whether there is such a module; nothing else may be asked of one
 * that does not exist.
 */
gboolean sim_composition_exists (const SimConfig *config);

/**
 * sim_composition_get_default:
 *
 * Returns: the mask of interfaces that the module has unless it is told others.
 */
guint sim_composition_get_default (const SimConfig *config);

/**
 * sim_composition_list:
 * @interfaces: filled in; room for SIM_INTERFACES.
 *
 * Returns: how many interfaces the module has.
 */
guint sim_composition_list (const SimConfig *config,
                            SimUsbInterface *interfaces);

/**
 * sim_composition_get_report:
 *
 * Returns: the mask of the interfaces that the URCs of an update go to.
 */
guint sim_composition_get_report (const SimConfig *config);

#endif /* SIM_COMPOSITION_H */
