/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_AT_H
#define SIM_AT_H

#include <glib.h>

#include "sim-config.h"
#include "sim-request.h"
#include "sim-uicc.h"

/* The network and the card, the same for every module */
#define SIM_AT_OPERATOR "Test Network"
#define SIM_AT_MCC      "001"
#define SIM_AT_MNC      "01"
#define SIM_AT_IMSI     "001010123456789"
#define SIM_AT_ICCID    "8988211000000123458"
#define SIM_AT_PIN      "1234"

/* All bits of `1u << SimRegistration` */
#define SIM_AT_ANY (1u << SIM_REGISTRATION_GSM | 1u << SIM_REGISTRATION_UMTS | 1u << SIM_REGISTRATION_LTE)

/**
 * SimAt:
 *
 * The state of a module, and what it answers to AT commands. No I/O: a command
 * line goes in, an answer comes out.
 */
typedef struct _SimAt SimAt;

typedef enum {
    SIM_AT_POWER_ON,
    SIM_AT_POWER_RESTART,
    SIM_AT_POWER_OFF
} SimAtPower;

/**
 * SimAtReply:
 *
 * @text: what to write, with its line ends.
 * @echo: whether the port echoes commands; read and written by the command.
 * @prompt: the text of a message is wanted now, by sim_at_enter_text().
 * @online: the port carries data from now on.
 * @hung_up: a port does so no longer.
 * @power: what becomes of the module after @text was written.
 * @request: the update to start after @text was written, or %NULL.
 */
typedef struct {
    gchar      *text;
    gboolean    echo;
    gboolean    prompt;
    gboolean    online;
    gboolean    hung_up;
    SimAtPower  power;
    SimRequest *request;
} SimAtReply;

/* @config is not copied: changes of it show in the next answer */
SimAt *sim_at_new  (const SimConfig *config);
void   sim_at_free (SimAt           *self);

/**
 * sim_at_restart:
 *
 * Forgets what a module does not keep when it restarts.
 */
void sim_at_restart (SimAt *self);

/**
 * sim_at_set_updating:
 *
 * While an update runs AT+GTOTA is refused. An accepted one sets this itself.
 */
void sim_at_set_updating (SimAt    *self,
                          gboolean  updating);

/**
 * sim_at_run:
 * @line: a command line that begins with "AT", without its end.
 * @reply: @echo is set by the caller, all else is filled in; @text and @request
 * are owned by the caller.
 */
void sim_at_run (SimAt       *self,
                 const gchar *line,
                 SimAtReply  *reply);

/**
 * sim_at_enter_text:
 *
 * Returns: (transfer full): what is said to the text that was wanted.
 */
gchar *sim_at_enter_text (SimAt       *self,
                          const gchar *text);

/**
 * sim_at_hang_up:
 *
 * Ends a call, as the port that carried its data was closed.
 */
void sim_at_hang_up (SimAt *self);

/**
 * sim_at_get_registration:
 *
 * Returns: the network that the module finds, as far as the keys and what it is
 * held to decide.
 */
guint sim_at_get_registration (const SimAt *self);

/**
 * sim_at_is_registered:
 *
 * Returns: whether it found one, has a card that can be used, and its radio on.
 */
gboolean sim_at_is_registered (const SimAt *self);

/* What a control port holds the radio to, beside +GTRAT: a mask of
 * 1u << SimRegistration; SIM_AT_ANY if it is not held. */
guint sim_at_get_allowed (const SimAt *self);
void  sim_at_set_allowed (SimAt       *self,
                          guint        technologies);

/* <fun> of +CFUN */
guint sim_at_get_function (const SimAt *self);
void  sim_at_set_function (SimAt       *self,
                           guint        function);

/**
 * sim_at_get_card:
 *
 * Returns: what state the card is in; SIM_CARD_READY once it is unlocked.
 */
SimCard sim_at_get_card (const SimAt *self);

/* Returns: whether @pin unlocked the card. */
gboolean sim_at_enter_pin (SimAt       *self,
                           const gchar *pin);

/**
 * sim_at_build_registration_urcs:
 *
 * Returns: (transfer full): the registration URCs that are switched on, with
 * their line ends; may be empty.
 */
gchar *sim_at_build_registration_urcs (const SimAt *self);

/* Its PIN lock. Returns: (transfer none). */
SimUicc *sim_at_get_uicc (SimAt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimAt, sim_at_free)

#endif /* SIM_AT_H */
