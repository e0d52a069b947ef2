/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_FLOOD_H
#define SIM_FLOOD_H

#include "sim-port.h"

/**
 * SimFlood:
 *
 * Floods a port with the same text many times, or with random bytes.
 */
typedef struct _SimFlood SimFlood;

/**
 * SimFloodDoneFunc:
 * @milliseconds: the time until everything was read.
 *
 * May free the flood.
 */
typedef void (* SimFloodDoneFunc) (SimFlood *flood,
                                   guint     interface,
                                   guint     milliseconds,
                                   gpointer  user_data);

/**
 * sim_flood_new:
 * @port: must outlive the flood.
 * @text: (nullable): what to write, or %NULL for a random byte.
 * @count: how many times to write it.
 * @rate: how many times per second, if the reader keeps up.
 */
SimFlood *sim_flood_new  (SimPort          *port,
                          const gchar      *text,
                          guint             count,
                          guint             rate,
                          SimFloodDoneFunc  done,
                          gpointer          user_data);
void      sim_flood_free (SimFlood         *self);

#endif /* SIM_FLOOD_H */
