/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_MBIM_COMMANDS_H
#define SIM_MBIM_COMMANDS_H

#include "sim-at.h"
#include "sim-mbim-message.h"

/* What a module answers to MBIM commands, as tables. No I/O. */

/**
 * SimMbimState:
 * @extended: whether the host has asked for MBIMEx 2.0.
 * @attached: whether the packet service is wanted.
 * @ip_type: of the one session; MBIM_CONTEXT_IP_TYPE_DEFAULT if it is not
 * activated.
 * @messages: what is stored of SMS.
 * @restart: whether the module is to restart.
 */
typedef struct {
    SimAt           *at;
    const SimConfig *config;
    gboolean         extended;
    gboolean         attached;
    guint32          ip_type;
    guint32          signal_interval;
    guint32          rssi_threshold;
    guint32          error_rate_threshold;
    GPtrArray       *messages;
    gboolean         restart;
} SimMbimState;

/**
 * SimMbimHandler:
 * @answer: to be filled in; goes out also with a status that is an error.
 */
typedef MbimStatusError (* SimMbimHandler) (SimMbimState  *state,
                                            SimMbimReader *request,
                                            SimMbimBuffer *answer);

/**
 * SimMbimCommand:
 * @query: (nullable): what is indicated, too, if @indicated. It may be called
 * with an empty request then.
 * @needs_card: refused without a card that can be used.
 * @extended: there only with the key `mbimex`.
 */
typedef struct {
    MbimService    service;
    guint32        cid;
    SimMbimHandler query;
    SimMbimHandler set;
    gboolean       indicated;
    gboolean       needs_card;
    gboolean       extended;
} SimMbimCommand;

/* Each ends with MBIM_SERVICE_INVALID */
extern const SimMbimCommand sim_mbim_device_commands[];
extern const SimMbimCommand sim_mbim_network_commands[];
extern const SimMbimCommand sim_mbim_session_commands[];
extern const SimMbimCommand sim_mbim_sms_commands[];

/* Returns: (transfer full): the messages of a card that nobody has used yet. */
GPtrArray *sim_mbim_create_messages (void);

/* Returns: MBIM_STATUS_ERROR_NONE if the card can be used */
MbimStatusError sim_mbim_check_card (const SimMbimState *state);

/* Returns: whether the module is registered, and attached */
gboolean sim_mbim_is_attached (const SimMbimState *state);

#endif /* SIM_MBIM_COMMANDS_H */
