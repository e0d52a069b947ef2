/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_FFS_H
#define SIM_FFS_H

#include "sim-usb.h"

/**
 * SimFfs:
 *
 * The interfaces of a device on a real bus, implemented with the FunctionFS of
 * the kernel. AT and diagnostics ports work; a QMI interface only has its
 * descriptors.
 */
typedef struct _SimFfs SimFfs;

/**
 * sim_ffs_new:
 * @name: of the FunctionFS instance, which must exist.
 *
 * Returns: (transfer full): the interfaces, ready to be bound to a controller.
 */
SimFfs *sim_ffs_new (const gchar             *name,
                     const SimUsbDescription *description,
                     SimPortReadFunc          read,
                     gpointer                 user_data);

/**
 * sim_ffs_free:
 *
 * The device must be off the bus.
 */
void sim_ffs_free (SimFfs *self);

/**
 * sim_ffs_get_ports:
 *
 * Returns: (transfer none) (element-type SimPort): the ports, in the order of the
 * interfaces.
 */
GPtrArray *sim_ffs_get_ports (SimFfs *self);

#endif /* SIM_FFS_H */
