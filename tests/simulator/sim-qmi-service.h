/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What sim-qmi.c and the services behind it share. */

#ifndef SIM_QMI_SERVICE_H
#define SIM_QMI_SERVICE_H

#include "sim-at.h"
#include "sim-qmi-message.h"

/* Technologies in the order in which they are looked for */
#define SIM_QMI_TECHNOLOGIES 3

/**
 * SimQmiState:
 *
 * @acquisition: values of #QmiNasRadioInterface.
 * @bands: GSM and WCDMA, and @lte_bands: masks as in the messages.
 * @link_layer: a value of #QmiWdaLinkLayerProtocol.
 * @messages: what is stored of SMS, and @storage where what comes would be: a
 * value of #QmiWmsStorageType.
 * @restart: the module was told to restart.
 */
typedef struct {
    SimAt           *at;
    const SimConfig *config;
    guint8           acquisition[SIM_QMI_TECHNOLOGIES];
    guint64          bands;
    guint64          lte_bands;
    guint32          link_layer;
    GPtrArray       *messages;
    guint8           storage;
    gboolean         restart;
} SimQmiState;

/* What a client may want to be told of */
typedef enum {
    SIM_QMI_EVENT_SYSTEM_INFO    = 1 << 0,
    SIM_QMI_EVENT_SIGNAL_INFO    = 1 << 1,
    SIM_QMI_EVENT_OPERATING_MODE = 1 << 2,
    SIM_QMI_EVENT_CARD_STATUS    = 1 << 3
} SimQmiEvent;

/**
 * SimQmiClient:
 *
 * @events: mask of what it is to be told of.
 * @call: its packet data handle; 0 for none.
 */
typedef struct {
    guint8  service;
    guint8  id;
    guint   events;
    guint32 call;
} SimQmiClient;

/**
 * SimQmiCall:
 *
 * A request, and its reply, which a handler completes.
 */
typedef struct {
    SimQmiState  *state;
    SimQmiClient *client;
    QmiMessage   *request;
    QmiMessage   *reply;
} SimQmiCall;

typedef QmiProtocolError (*SimQmiHandler) (SimQmiCall *call);

/* A request without a handler succeeds, and does nothing. */
typedef struct {
    guint16       id;
    SimQmiHandler handler;
} SimQmiCommand;

typedef struct {
    guint8               service;
    guint16              major;
    guint16              minor;
    const SimQmiCommand *commands;      /* ends with one without an id */
} SimQmiService;

extern const SimQmiService sim_qmi_dms;
extern const SimQmiService sim_qmi_nas;
extern const SimQmiService sim_qmi_uim;
extern const SimQmiService sim_qmi_wda;
extern const SimQmiService sim_qmi_wds;
extern const SimQmiService sim_qmi_wms;

/* The values of @state that a module begins with */
void sim_qmi_nas_start (SimQmiState *state);
void sim_qmi_wms_start (SimQmiState *state);

/* What answers and indications have in common */
void sim_qmi_add_system_info    (const SimQmiState *state,
                                 QmiMessage        *message);
void sim_qmi_add_signal_info    (const SimQmiState *state,
                                 QmiMessage        *message);
void sim_qmi_add_operating_mode (const SimQmiState *state,
                                 QmiMessage        *indication);
void sim_qmi_add_card_status    (const SimQmiState *state,
                                 QmiMessage        *message);

/**
 * sim_qmi_call_follow:
 * @type: of a TLV of one byte.
 *
 * Tells the client of @event from now on, or does not any more, if the request
 * has such a TLV.
 */
void sim_qmi_call_follow (SimQmiCall  *call,
                          guint8       type,
                          SimQmiEvent  event);

#endif /* SIM_QMI_SERVICE_H */
