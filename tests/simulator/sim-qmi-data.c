/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Connections (WDS) and data format (WDA) */

#include "sim-qmi-service.h"

#define ADDRESS 0x0a000002
#define GATEWAY 0x0a000001
#define NETMASK 0xfffffffc
#define DNS     0x0a000035
#define MTU     1500

/* Packet data handles are this plus the client id */
#define PACKET_DATA_HANDLE 0x10000000

/*****************************************************************************/
/* Connections */

static QmiProtocolError
start_network (SimQmiCall *call)
{
    guint64 family;

    if (sim_qmi_message_get_number (call->request, 0x19, 0, 1, &family) &&
        family == QMI_WDS_IP_FAMILY_IPV6)
        return QMI_PROTOCOL_ERROR_CALL_FAILED;
    if (!sim_at_is_registered (call->state->at))
        return QMI_PROTOCOL_ERROR_CALL_FAILED;
    if (call->client->packet_data_handle)
        return QMI_PROTOCOL_ERROR_NO_EFFECT;
    call->client->packet_data_handle = PACKET_DATA_HANDLE | call->client->id;
    sim_qmi_message_add (call->response, 0x01, "d", call->client->packet_data_handle);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
stop_network (SimQmiCall *call)
{
    guint64 handle;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 4, &handle))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (!call->client->packet_data_handle || handle != call->client->packet_data_handle)
        return QMI_PROTOCOL_ERROR_INVALID_HANDLE;
    call->client->packet_data_handle = 0;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_packet_service_status (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "b", call->client->packet_data_handle ?
                                                    QMI_WDS_CONNECTION_STATUS_CONNECTED :
                                                    QMI_WDS_CONNECTION_STATUS_DISCONNECTED);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_current_settings (SimQmiCall *call)
{
    if (!call->client->packet_data_handle)
        return QMI_PROTOCOL_ERROR_OUT_OF_CALL;
    sim_qmi_message_add (call->response, 0x15, "d", DNS);
    sim_qmi_message_add (call->response, 0x1e, "d", ADDRESS);
    sim_qmi_message_add (call->response, 0x20, "d", GATEWAY);
    sim_qmi_message_add (call->response, 0x21, "d", NETMASK);
    sim_qmi_message_add (call->response, 0x29, "d", MTU);
    sim_qmi_message_add (call->response, 0x2b, "b", QMI_WDS_IP_FAMILY_IPV4);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const SimQmiCommand wds_commands[] = {
    { 0x0001                            },     /* Set Event Report */
    { 0x0003                            },     /* Indication Register */
    { 0x0020, start_network             },
    { 0x0021, stop_network              },
    { 0x0022, get_packet_service_status },
    { 0x002d, get_current_settings      },
    { 0x004d                            },     /* Set IP Family */
    { 0 }
};

const SimQmiService sim_qmi_wds = { QMI_SERVICE_WDS, 1, 67, wds_commands };

/*****************************************************************************/
/* Data format */

static QmiProtocolError
get_data_format (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x11, "d", call->state->link_layer);
    sim_qmi_message_add (call->response, 0x12, "d", QMI_WDA_DATA_AGGREGATION_PROTOCOL_DISABLED);
    sim_qmi_message_add (call->response, 0x13, "d", QMI_WDA_DATA_AGGREGATION_PROTOCOL_DISABLED);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Aggregation is not supported: the response reports that it is disabled. */
static QmiProtocolError
set_data_format (SimQmiCall *call)
{
    guint64 link_layer;

    if (sim_qmi_message_get_number (call->request, 0x11, 0, 4, &link_layer)) {
        if (link_layer != QMI_WDA_LINK_LAYER_PROTOCOL_802_3 &&
            link_layer != QMI_WDA_LINK_LAYER_PROTOCOL_RAW_IP)
            return QMI_PROTOCOL_ERROR_INVALID_ARGUMENT;
        call->state->link_layer = (guint32) link_layer;
    }
    return get_data_format (call);
}

static const SimQmiCommand wda_commands[] = {
    { 0x0020, set_data_format },
    { 0x0021, get_data_format },
    { 0 }
};

const SimQmiService sim_qmi_wda = { QMI_SERVICE_WDA, 1, 16, wda_commands };
