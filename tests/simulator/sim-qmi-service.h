/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Private to sim-qmi.c and the services */

#ifndef SIM_QMI_SERVICE_H
#define SIM_QMI_SERVICE_H

#include "sim-at.h"
#include "sim-qmi-message.h"

#define SIM_QMI_N_TECHNOLOGIES 3

/**
 * SimQmiState:
 *
 * @acquisition: the acquisition order, of #QmiNasRadioInterface.
 * @bands: mask of GSM and WCDMA bands, as in the messages.
 * @lte_bands: mask of LTE bands, as in the messages.
 * @link_layer: a #QmiWdaLinkLayerProtocol.
 * @messages: the stored SMS.
 * @storage: where received SMS are stored, a #QmiWmsStorageType.
 * @reset: whether a client asked the module to reset.
 */
typedef struct {
    SimAt           *at;
    const SimConfig *config;
    guint8           acquisition[SIM_QMI_N_TECHNOLOGIES];
    guint64          bands;
    guint64          lte_bands;
    guint32          link_layer;
    GPtrArray       *messages;
    guint8           storage;
    gboolean         reset;
} SimQmiState;

/* Indications that a client can register for */
typedef enum {
    SIM_QMI_EVENT_SYSTEM_INFO    = 1 << 0,
    SIM_QMI_EVENT_SIGNAL_INFO    = 1 << 1,
    SIM_QMI_EVENT_OPERATING_MODE = 1 << 2,
    SIM_QMI_EVENT_CARD_STATUS    = 1 << 3
} SimQmiEvent;

/**
 * SimQmiClient:
 *
 * @events: mask of #SimQmiEvent.
 * @packet_data_handle: of its connection; 0 if it has none.
 */
typedef struct {
    guint8  service;
    guint8  id;
    guint   events;
    guint32 packet_data_handle;
} SimQmiClient;

/**
 * SimQmiCall:
 *
 * A request, and its response, to which the handler adds TLVs.
 */
typedef struct {
    SimQmiState  *state;
    SimQmiClient *client;
    QmiMessage   *request;
    QmiMessage   *response;
} SimQmiCall;

typedef QmiProtocolError (*SimQmiHandler) (SimQmiCall *call);

/* Without a handler, the request has no effect and succeeds. */
typedef struct {
    guint16       id;
    SimQmiHandler handler;
} SimQmiCommand;

typedef struct {
    guint8               service;
    guint16              major;
    guint16              minor;
    const SimQmiCommand *commands;      /* terminated by id 0 */
} SimQmiService;

extern const SimQmiService sim_qmi_dms;
extern const SimQmiService sim_qmi_nas;
extern const SimQmiService sim_qmi_uim;
extern const SimQmiService sim_qmi_wda;
extern const SimQmiService sim_qmi_wds;
extern const SimQmiService sim_qmi_wms;

/* Initialize the fields of @state that belong to the service */
void sim_qmi_nas_init (SimQmiState *state);
void sim_qmi_wms_init (SimQmiState *state);

/* Add the TLVs that responses and indications have in common */
void sim_qmi_add_system_info    (const SimQmiState *state,
                                 QmiMessage        *message);
void sim_qmi_add_signal_info    (const SimQmiState *state,
                                 QmiMessage        *message);
void sim_qmi_add_operating_mode (const SimQmiState *state,
                                 QmiMessage        *indication);
void sim_qmi_add_card_status    (const SimQmiState *state,
                                 QmiMessage        *message);

/**
 * sim_qmi_call_register_event:
 * @type: of a TLV with a boolean.
 *
 * If the request has this TLV, registers or unregisters the client for @event.
 */
void sim_qmi_call_register_event (SimQmiCall  *call,
                                  guint8       type,
                                  SimQmiEvent  event);

#endif /* SIM_QMI_SERVICE_H */
