/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_DIAG_H
#define SIM_DIAG_H

#include "sim-control.h"

/**
 * SimDiag:
 *
 * The QCDM port of a module while it is on the bus. It supports only the
 * version information command, with which ModemManager probes for QCDM.
 */
typedef struct _SimDiag SimDiag;

SimDiag *sim_diag_new  (guint                  interface,
                        const SimControlFuncs *funcs,
                        gpointer               user_data);
void     sim_diag_free (SimDiag               *self);

void sim_diag_receive (SimDiag      *self,
                       const guint8 *data,
                       gsize         length);

#endif /* SIM_DIAG_H */
