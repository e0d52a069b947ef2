/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_UICC_H
#define SIM_UICC_H

#include "sim-command.h"
#include "sim-config.h"

/* The same for every card */
#define SIM_UICC_IMSI  "001010123456789"
#define SIM_UICC_ICCID "8988211000000123458"

/**
 * SimUicc:
 *
 * The SIM card and its PIN lock.
 */
typedef struct _SimUicc SimUicc;

extern const SimCommand sim_uicc_commands[];
extern const guint      sim_uicc_n_commands;

/* @config is not copied: changes apply to the next command */
SimUicc *sim_uicc_new  (const SimConfig *config);
void     sim_uicc_free (SimUicc         *self);

/**
 * sim_uicc_restart:
 *
 * Requires the PIN again if the lock is enabled.
 */
void sim_uicc_restart (SimUicc *self);

/* Returns: the state of the card, %SIM_CARD_READY once it is unlocked */
SimCard sim_uicc_get_state (const SimUicc *self);

/**
 * sim_uicc_get_error:
 *
 * Returns: (nullable): the final result of commands that need the card, or %NULL
 * if it is ready.
 */
const gchar *sim_uicc_get_error (const SimUicc *self);

gboolean sim_uicc_get_lock        (const SimUicc *self);
guint    sim_uicc_get_pin_retries (const SimUicc *self);

/* Each returns whether @pin is correct. If not, a retry is used up. */
gboolean sim_uicc_enter_pin  (SimUicc     *self,
                              const gchar *pin);
gboolean sim_uicc_set_lock   (SimUicc     *self,
                              gboolean     enabled,
                              const gchar *pin);
gboolean sim_uicc_change_pin (SimUicc     *self,
                              const gchar *pin,
                              const gchar *new_pin);

#endif /* SIM_UICC_H */
