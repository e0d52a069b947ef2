/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_SMS_H
#define SIM_SMS_H

#include "sim-command.h"

/**
 * SimSms:
 *
 * SMS in PDU mode: the messages on the card, and a network in which each message
 * sent is replied to with the same text.
 */
typedef struct _SimSms SimSms;

extern const SimCommand sim_sms_commands[];
extern const guint      sim_sms_n_commands;

SimSms *sim_sms_new  (void);
void    sim_sms_free (SimSms *self);

/**
 * sim_sms_restart:
 *
 * Resets the settings that do not survive a restart of the module. The messages
 * on the card do.
 */
void sim_sms_restart (SimSms *self);

/**
 * sim_sms_receive_pdu:
 * @pdu: what was entered after %SIM_PROMPT.
 * @text: the response, and a +CMTI for the reply if enabled.
 *
 * Completes the command that returned %SIM_PROMPT.
 */
void sim_sms_receive_pdu (SimSms      *self,
                          const gchar *pdu,
                          GString     *text);

/**
 * sim_sms_build_reply:
 * @message: a PDU, with the address of the service centre.
 *
 * Returns: (transfer full): an SMS-DELIVER with the same text, from the number
 * that @message was sent to, or %NULL if it is not a complete SMS-SUBMIT.
 */
GByteArray *sim_sms_build_reply (const GByteArray *message);

#endif /* SIM_SMS_H */
