/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_FLOOD_H
#define SIM_FLOOD_H

#include "sim-port.h"

/**
 * SimFlood:
 *
 * What a module says on one port that is out of its mind: the same text many
 * times, or bytes by chance.
 */
typedef struct _SimFlood SimFlood;

/**
 * SimFloodEndFunc:
 * @milliseconds: how long it took until all of it was read.
 *
 * The flood may be freed from here.
 */
typedef void (* SimFloodEndFunc) (SimFlood *flood,
                                  guint     interface,
                                  guint     milliseconds,
                                  gpointer  user_data);

/**
 * sim_flood_new:
 * @port: must outlive it.
 * @text: what is said @count times; %NULL for a byte by chance, any byte.
 * @rate: times in a second, if the other side reads as fast.
 */
SimFlood *sim_flood_new  (SimPort         *port,
                          const gchar     *text,
                          guint            count,
                          guint            rate,
                          SimFloodEndFunc  end,
                          gpointer         user_data);
void      sim_flood_free (SimFlood        *self);

#endif /* SIM_FLOOD_H */
