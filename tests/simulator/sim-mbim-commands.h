/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_MBIM_COMMANDS_H
#define SIM_MBIM_COMMANDS_H

#include "sim-at.h"
#include "sim-mbim-message.h"

/* Tables of MBIM commands */

/**
 * SimMbimState:
 * @extended: whether the host has negotiated MBIMEx 2.0.
 * @attached: whether the host wants the packet service.
 * @ip_type: of the only session; %MBIM_CONTEXT_IP_TYPE_DEFAULT if it is not
 * activated.
 * @messages: the stored SMS.
 * @reset: whether the host asked the module to reset.
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
    gboolean         reset;
} SimMbimState;

/**
 * SimMbimHandler:
 * @response: the information buffer, which is sent even if the status is an error.
 */
typedef MbimStatusError (* SimMbimHandler) (SimMbimState  *state,
                                            SimMbimReader *request,
                                            SimMbimBuffer *response);

/**
 * SimMbimCommand:
 * @query: (nullable): if @indicated, it is also called for indications, with an
 * empty request.
 * @indicated: whether changes are indicated.
 * @needs_card: fails unless the card is ready.
 * @extended: supported only with the key `mbimex`.
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

/* Returns: (transfer full): the SMS of a new module */
GPtrArray *sim_mbim_create_messages (void);

/* Returns: %MBIM_STATUS_ERROR_NONE if the card is ready */
MbimStatusError sim_mbim_get_card_status (const SimMbimState *state);

/* Returns: whether the module is registered and attached */
gboolean sim_mbim_is_attached (const SimMbimState *state);

#endif /* SIM_MBIM_COMMANDS_H */
