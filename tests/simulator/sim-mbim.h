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
 * The MBIM function of a module, while the module is on the bus.
 */
typedef struct _SimMbim SimMbim;

/**
 * sim_mbim_new:
 * @interface: number of the USB interface.
 * @at: the state of the module, which the AT ports see as well.
 * @user_data: for all functions of @funcs.
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
 * Answers what a program wrote to the port, in whatever pieces it comes.
 */
void sim_mbim_receive (SimMbim      *self,
                       const guint8 *data,
                       gsize         length);

/**
 * sim_mbim_announce:
 *
 * Tells what has changed to those who have asked to be told.
 */
void sim_mbim_announce (SimMbim *self);

#endif /* SIM_MBIM_H */
