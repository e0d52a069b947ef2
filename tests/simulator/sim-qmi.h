/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_QMI_H
#define SIM_QMI_H

#include "sim-at.h"
#include "sim-control.h"

/**
 * SimQmi:
 *
 * What a module answers on its QMI control port, while it is on the bus. It has
 * what the stock daemon needs of the services DMS, NAS, UIM, WDA, WDS and WMS,
 * and does not support anything else.
 */
typedef struct _SimQmi SimQmi;

/**
 * sim_qmi_new:
 * @at: the state of the module; read and changed.
 * @config: not copied.
 */
SimQmi *sim_qmi_new  (guint                  interface,
                      SimAt                 *at,
                      const SimConfig       *config,
                      const SimControlFuncs *funcs,
                      gpointer               user_data);
void    sim_qmi_free (SimQmi                *self);

/* What is no message is thrown away. */
void sim_qmi_receive (SimQmi       *self,
                      const guint8 *data,
                      gsize         length);

/**
 * sim_qmi_announce:
 *
 * The state of the module may have changed: sends the indications that were
 * asked for.
 */
void sim_qmi_announce (SimQmi *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimQmi, sim_qmi_free)

#endif /* SIM_QMI_H */
