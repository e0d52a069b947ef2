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
 * The QMI control port of a module while it is on the bus. It supports the
 * requests of the services DMS, NAS, UIM, WDA, WDS and WMS that ModemManager
 * sends.
 */
typedef struct _SimQmi SimQmi;

/**
 * sim_qmi_new:
 * @at: the state of the module, which it shares with the AT ports.
 * @config: not copied.
 */
SimQmi *sim_qmi_new  (guint                  interface,
                      SimAt                 *at,
                      const SimConfig       *config,
                      const SimControlFuncs *funcs,
                      gpointer               user_data);
void    sim_qmi_free (SimQmi                *self);

/**
 * sim_qmi_receive:
 *
 * Handles data that a program wrote to the port. It may be split anywhere;
 * anything but messages is discarded.
 */
void sim_qmi_receive (SimQmi       *self,
                      const guint8 *data,
                      gsize         length);

/**
 * sim_qmi_send_indications:
 *
 * Indicates changes of the state that clients have registered for.
 */
void sim_qmi_send_indications (SimQmi *self);

#endif /* SIM_QMI_H */
