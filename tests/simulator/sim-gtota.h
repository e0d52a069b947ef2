/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_GTOTA_H
#define SIM_GTOTA_H

#include "sim-command.h"
#include "sim-config.h"
#include "sim-request.h"

/**
 * SimGtota:
 *
 * AT+GTOTA, which starts an update, and AT+GTSET, the settings it depends on.
 */
typedef struct _SimGtota SimGtota;

extern const SimCommand sim_gtota_commands[];
extern const guint      sim_gtota_n_commands;

/* @config is not copied: changes apply to the next command */
SimGtota *sim_gtota_new  (const SimConfig *config);
void      sim_gtota_free (SimGtota        *self);

/* +GTOTA is rejected during an update. An accepted +GTOTA sets this itself. */
void sim_gtota_set_updating (SimGtota *self,
                             gboolean  updating);

/**
 * sim_gtota_take_request:
 *
 * Returns: (transfer full) (nullable): the update that the last command requested.
 */
SimRequest *sim_gtota_take_request (SimGtota *self);

#endif /* SIM_GTOTA_H */
