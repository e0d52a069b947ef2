/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_FFS_H
#define SIM_FFS_H

#include "sim-usb.h"

/**
 * SimFfs:
 *
 * The interfaces of a device that the kernel's FunctionFS puts onto a real bus:
 * their descriptors, and what goes through their endpoints. They can be serial
 * ports, and QMI that is never used.
 */
typedef struct _SimFfs SimFfs;

/**
 * sim_ffs_new:
 * @name: of the FunctionFS instance, which exists already.
 * @user_data: for @read.
 *
 * Returns: (transfer full): the interfaces, ready to be bound to a controller.
 */
SimFfs *sim_ffs_new  (const gchar             *name,
                      const SimUsbDescription *description,
                      SimPortReadFunc          read,
                      gpointer                 user_data);

/**
 * sim_ffs_free:
 *
 * To be called when the device is off the bus: nothing moves any more then.
 */
void    sim_ffs_free (SimFfs                  *self);

/**
 * sim_ffs_get_ports:
 *
 * Returns: (transfer none) (element-type SimPort): in the order of the interfaces.
 */
GPtrArray *sim_ffs_get_ports (SimFfs *self);

#endif /* SIM_FFS_H */
