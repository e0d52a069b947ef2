/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_DATA_H
#define SIM_DATA_H

#include "sim-command.h"

/**
 * SimData:
 *
 * PDP contexts by AT commands, and what activates them: +CGACT, a call, or
 * +GTRNDIS. No data flows.
 */
typedef struct _SimData SimData;

extern const SimCommand sim_data_commands[];
extern const guint      sim_data_n_commands;

/* @has_network: whether there is an ECM interface, that is, +GTRNDIS. */
SimData *sim_data_new  (gboolean  has_network);
void     sim_data_free (SimData  *self);

/**
 * sim_data_set_attached:
 *
 * Without a network there is no data: all contexts are deactivated.
 */
void sim_data_set_attached (SimData  *self,
                            gboolean  attached);

/**
 * sim_data_dial:
 * @number: what follows ATD.
 *
 * Returns: the final result; SIM_CONNECT if the port carries data from now on.
 */
const gchar *sim_data_dial    (SimData     *self,
                               const gchar *number);
void         sim_data_hang_up (SimData     *self);

/* Returns: whether there is a call. */
gboolean     sim_data_in_call (const SimData *self);

#endif /* SIM_DATA_H */
