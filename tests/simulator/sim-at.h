/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_AT_H
#define SIM_AT_H

#include <glib.h>

#include "sim-config.h"
#include "sim-reacquisition.h"
#include "sim-request.h"
#include "sim-uicc.h"

#define SIM_AT_MANUFACTURER "Fibocom Wireless Inc."

/* The network, the same for every module */
#define SIM_AT_OPERATOR "Test Network"
#define SIM_AT_MCC      "001"
#define SIM_AT_MNC      "01"

/* All bits of `1u << SimRegistration` */
#define SIM_AT_ANY_MODE \
    (1u << SIM_REGISTRATION_GSM | 1u << SIM_REGISTRATION_UMTS | 1u << SIM_REGISTRATION_LTE)

/**
 * SimAt:
 *
 * The state of a module and its AT command interpreter. It does no I/O: it
 * turns a command line into a response.
 */
typedef struct _SimAt SimAt;

typedef enum {
    SIM_AT_POWER_ON,
    SIM_AT_POWER_RESTART,
    SIM_AT_POWER_OFF
} SimAtPower;

/**
 * SimAtResponse:
 * @text: the response, with its line breaks.
 * @echo: whether the port echoes commands; in and out.
 * @prompt: whether the command expects a PDU, for sim_at_receive_pdu().
 * @online: whether the port enters data mode.
 * @hung_up: whether the data call ended, so that its port leaves data mode.
 * @power: whether to restart or turn off the module after writing @text.
 * @request: (nullable): the update to start after writing @text.
 */
typedef struct {
    gchar      *text;
    gboolean    echo;
    gboolean    prompt;
    gboolean    online;
    gboolean    hung_up;
    SimAtPower  power;
    SimRequest *request;
} SimAtResponse;

/**
 * sim_at_new:
 * @config: not copied: changes apply to the next command.
 * @changed: called when the registration changes without a command or request.
 */
SimAt *sim_at_new  (SimConfig            *config,
                    SimReacquisitionFunc  changed,
                    gpointer              user_data);
void   sim_at_free (SimAt                *self);

/**
 * sim_at_restart:
 *
 * Resets the settings that do not survive a restart of the module.
 */
void sim_at_restart (SimAt *self);

/**
 * sim_at_set_updating:
 *
 * AT+GTOTA is rejected during an update. An accepted AT+GTOTA sets this itself.
 */
void sim_at_set_updating (SimAt    *self,
                          gboolean  updating);

/**
 * sim_at_run:
 * @line: a command line that begins with "AT", without line break.
 * @response: filled in, except for @echo, which the caller initializes. The
 * caller owns @text and @request.
 */
void sim_at_run (SimAt         *self,
                 const gchar   *line,
                 SimAtResponse *response);

/**
 * sim_at_receive_pdu:
 *
 * Completes a command that prompted for a PDU.
 *
 * Returns: (transfer full): the response.
 */
gchar *sim_at_receive_pdu (SimAt       *self,
                           const gchar *pdu);

/**
 * sim_at_hang_up:
 *
 * Ends a data call because its port was closed.
 */
void sim_at_hang_up (SimAt *self);

/**
 * sim_at_get_registration:
 *
 * Returns: the network that the module finds with its current modes, or still is on
 * after they were changed, from SimRegistration. It ignores the card and +CFUN.
 */
guint sim_at_get_registration (const SimAt *self);

/**
 * sim_at_is_registered:
 *
 * Returns: whether there is a network, the card is ready, and the radio is on and does
 * not search.
 */
gboolean sim_at_is_registered (const SimAt *self);

/* The modes allowed through a control port, independent of +GTRAT: a mask of
 * 1u << SimRegistration */
guint sim_at_get_allowed_modes (const SimAt *self);
void  sim_at_set_allowed_modes (SimAt       *self,
                                guint        modes);

/**
 * sim_at_take_refusal:
 *
 * Returns: whether the control port has to refuse modes this time.
 */
gboolean sim_at_take_refusal (SimAt *self);

/* <fun> of +CFUN */
guint sim_at_get_function (const SimAt *self);
void  sim_at_set_function (SimAt       *self,
                           guint        function);

/**
 * sim_at_get_card:
 *
 * Returns: the state of the card, %SIM_CARD_READY once it is unlocked.
 */
SimCard sim_at_get_card (const SimAt *self);

/**
 * sim_at_build_registration_urcs:
 *
 * Returns: (transfer full): the registration URCs that are enabled, with their
 * line breaks; may be empty.
 */
gchar *sim_at_build_registration_urcs (const SimAt *self);

/* Returns: (transfer none): the SIM card */
SimUicc *sim_at_get_uicc (SimAt *self);

#endif /* SIM_AT_H */
