/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_DATA_H
#define SIM_DATA_H

#include "sim-command.h"

/**
 * SimData:
 *
 * PDP contexts, and the AT commands that activate them: +CGACT, D and +GTRNDIS.
 * No data is transferred.
 */
typedef struct _SimData SimData;

extern const SimCommand sim_data_commands[];
extern const guint      sim_data_n_commands;

/**
 * sim_data_new:
 * @has_ecm: whether the module has an ECM interface, and thus +GTRNDIS.
 */
SimData *sim_data_new  (gboolean  has_ecm);
void     sim_data_free (SimData  *self);

/**
 * sim_data_set_attached:
 *
 * Detaching deactivates all contexts.
 */
void sim_data_set_attached (SimData  *self,
                            gboolean  attached);

/**
 * sim_data_dial:
 * @number: the rest of the command line after ATD.
 *
 * Returns: the final result; %SIM_CONNECT if the port enters data mode.
 */
const gchar *sim_data_dial    (SimData     *self,
                               const gchar *number);
void         sim_data_hang_up (SimData     *self);

gboolean sim_data_in_call (const SimData *self);

#endif /* SIM_DATA_H */
