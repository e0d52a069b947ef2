/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_MBIM_H
#define SIM_MBIM_H

#include "sim-at.h"
#include "sim-control.h"

/**
 * SimMbim:
 *
 * The MBIM control port of a module while it is on the bus.
 */
typedef struct _SimMbim SimMbim;

/**
 * sim_mbim_new:
 * @interface: number of the USB interface.
 * @at: the state of the module, which it shares with the AT ports.
 * @config: not copied.
 */
SimMbim *sim_mbim_new  (guint                  interface,
                        SimAt                 *at,
                        const SimConfig       *config,
                        const SimControlFuncs *funcs,
                        gpointer               user_data);
void     sim_mbim_free (SimMbim               *self);

/**
 * sim_mbim_receive:
 *
 * Handles data that a program wrote to the port. It may be split anywhere.
 */
void sim_mbim_receive (SimMbim      *self,
                       const guint8 *data,
                       gsize         length);

/**
 * sim_mbim_send_indications:
 *
 * Indicates changes of the state that the host has subscribed to.
 */
void sim_mbim_send_indications (SimMbim *self);

#endif /* SIM_MBIM_H */
