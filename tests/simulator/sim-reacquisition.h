/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_REACQUISITION_H
#define SIM_REACQUISITION_H

#include "sim-config.h"

/**
 * SimReacquisition:
 *
 * What happens after a change of the modes: the module stays on its network for a
 * while, then searches, and then is on the network that the modes allow. Nothing of
 * this happens if the key `reacquire` is 0.
 */
typedef struct _SimReacquisition SimReacquisition;

/**
 * SimReacquisitionFunc:
 *
 * The search has begun or ended.
 */
typedef void (* SimReacquisitionFunc) (gpointer user_data);

SimReacquisition *sim_reacquisition_new  (const SimConfig      *config,
                                          SimReacquisitionFunc  changed,
                                          gpointer              user_data);
void              sim_reacquisition_free (SimReacquisition     *self);

/**
 * sim_reacquisition_begin:
 * @registration: the network before the change, from SimRegistration.
 */
void sim_reacquisition_begin (SimReacquisition *self,
                              guint             registration);

/* Without a call of the function */
void sim_reacquisition_abort (SimReacquisition *self);

/**
 * sim_reacquisition_is_delayed:
 * @registration: (out): the network that the module still is on.
 *
 * Returns: whether the search has not begun yet.
 */
gboolean sim_reacquisition_is_delayed (const SimReacquisition *self,
                                       guint                  *registration);

gboolean sim_reacquisition_is_searching (const SimReacquisition *self);

#endif /* SIM_REACQUISITION_H */
