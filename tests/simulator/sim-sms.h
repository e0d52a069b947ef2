/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_SMS_H
#define SIM_SMS_H

#include "sim-command.h"

/**
 * SimSms:
 *
 * Text messages by AT commands, in PDU mode: those that the card keeps, and a
 * network in which everybody answers every message with the same words.
 */
typedef struct _SimSms SimSms;

extern const SimCommand sim_sms_commands[];
extern const guint      sim_sms_n_commands;

SimSms *sim_sms_new  (void);
void    sim_sms_free (SimSms *self);

/**
 * sim_sms_restart:
 *
 * Forgets what a module does not keep when it restarts; the card keeps all.
 */
void sim_sms_restart (SimSms *self);

/**
 * sim_sms_enter:
 * @pdu: what was typed after %SIM_PROMPT.
 * @text: what the command says, and the report of a message that came.
 *
 * Does what the command wanted the text for.
 */
void sim_sms_enter (SimSms      *self,
                    const gchar *pdu,
                    GString     *text);

/**
 * sim_sms_build_answer:
 * @message: a PDU, with the address of the service centre.
 *
 * Returns: (transfer full): the network's answer to it, the same words from the
 * number that it went to, or %NULL if it is no whole SMS-SUBMIT.
 */
GByteArray *sim_sms_build_answer (const GByteArray *message);

#endif /* SIM_SMS_H */
