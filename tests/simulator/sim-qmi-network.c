/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The network (NAS) */

#include <stdlib.h>
#include <string.h>

#include "sim-qmi-service.h"

/* Masks of DMS and NAS: EGSM 900, DCS 1800 and WCDMA 2100; LTE 1, 3 and 7 */
#define BANDS     (1 << 8 | 1 << 7 | 1 << 22)
#define LTE_BANDS (1 << 0 | 1 << 2 | 1 << 6)

#define CELL_ID       0x01c3d4e5
#define LOCATION_AREA 0x1a2b

#define NOT_REJECTED 0, 0, 0

/* In the default acquisition order. Each technology has a TLV for its service
 * status and one for its system information. */
static const struct {
    guint                   technology;
    QmiNasRatModePreference mode;
    QmiNasRadioInterface    interface;
    guint8                  status_type;
    guint8                  info_type;
} technologies[SIM_QMI_N_TECHNOLOGIES] = {
    {
        SIM_REGISTRATION_LTE,
        QMI_NAS_RAT_MODE_PREFERENCE_LTE, QMI_NAS_RADIO_INTERFACE_LTE,
        0x14, 0x19
    },
    {
        SIM_REGISTRATION_UMTS,
        QMI_NAS_RAT_MODE_PREFERENCE_UMTS, QMI_NAS_RADIO_INTERFACE_UMTS,
        0x13, 0x18
    },
    {
        SIM_REGISTRATION_GSM,
        QMI_NAS_RAT_MODE_PREFERENCE_GSM, QMI_NAS_RADIO_INTERFACE_GSM,
        0x12, 0x17
    },
};

/*****************************************************************************/
/* System and signal */

static void
append_system (GByteArray *value,
               guint       technology)
{
    /* Service domain, service capability, roaming, forbidden: each preceded by
     * whether it is valid */
    sim_qmi_append (value, "bbbbbbbb",
                    1, QMI_NAS_NETWORK_SERVICE_DOMAIN_CS_PS,
                    1, QMI_NAS_NETWORK_SERVICE_DOMAIN_CS_PS,
                    1, QMI_NAS_ROAMING_STATUS_OFF,
                    1, 0);
    sim_qmi_append (value, "bwbd", technology != SIM_REGISTRATION_LTE, LOCATION_AREA, 1, CELL_ID);
    sim_qmi_append (value, "bbb", NOT_REJECTED);
    sim_qmi_append (value, "bssb", 1, SIM_AT_MCC, SIM_AT_MNC, 0xff);
    switch (technology) {
    case SIM_REGISTRATION_LTE:
        sim_qmi_append (value, "bw", 1, LOCATION_AREA);
        break;
    case SIM_REGISTRATION_UMTS:
        sim_qmi_append (value, "bbbbbw", 0, 0, 0, 0, 0, 0);
        break;
    default:
        sim_qmi_append (value, "bbbb", 0, 0, 0, 0);
        break;
    }
}

void
sim_qmi_add_system_info (const SimQmiState *state,
                         QmiMessage        *message)
{
    guint registration = SIM_REGISTRATION_NONE;
    guint i;

    if (sim_at_is_registered (state->at))
        registration = sim_at_get_registration (state->at);
    for (i = 0; i < SIM_QMI_N_TECHNOLOGIES; i++) {
        gboolean              registered = technologies[i].technology == registration;
        guint                 status = registered ? QMI_NAS_SERVICE_STATUS_AVAILABLE :
                                                    QMI_NAS_SERVICE_STATUS_NONE;
        g_autoptr(GByteArray) value = g_byte_array_new ();

        sim_qmi_message_add (message, technologies[i].status_type, "bbb",
                             status, status, registered);
        if (!registered)
            continue;
        append_system (value, registration);
        sim_qmi_message_add_value (message, technologies[i].info_type, value);
    }
}

static QmiProtocolError
get_system_info (SimQmiCall *call)
{
    sim_qmi_add_system_info (call->state, call->response);
    return QMI_PROTOCOL_ERROR_NONE;
}

void
sim_qmi_add_signal_info (const SimQmiState *state,
                         QmiMessage        *message)
{
    if (!sim_at_is_registered (state->at))
        return;
    switch (sim_at_get_registration (state->at)) {
    case SIM_REGISTRATION_LTE:
        /* RSSI, RSRQ, RSRP, SNR */
        sim_qmi_message_add (message, 0x14, "bbww", -65, -10, -92, 120);
        break;
    case SIM_REGISTRATION_UMTS:
        /* RSSI, ECIO */
        sim_qmi_message_add (message, 0x13, "bw", -65, 10);
        break;
    default:
        /* RSSI */
        sim_qmi_message_add (message, 0x12, "b", -65);
        break;
    }
}

static QmiProtocolError
get_signal_info (SimQmiCall *call)
{
    sim_qmi_add_signal_info (call->state, call->response);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
register_indications (SimQmiCall *call)
{
    sim_qmi_call_register_event (call, 0x18, SIM_QMI_EVENT_SYSTEM_INFO);
    sim_qmi_call_register_event (call, 0x19, SIM_QMI_EVENT_SIGNAL_INFO);
    return QMI_PROTOCOL_ERROR_NONE;
}

/*****************************************************************************/
/* Operators */

static QmiProtocolError
get_plmn_name (SimQmiCall *call)
{
    const guint ascii = QMI_NAS_NETWORK_DESCRIPTION_ENCODING_ASCII7;

    sim_qmi_message_add (call->response, 0x10, "bSbbbSbbbS", ascii, SIM_AT_OPERATOR,
                         ascii, 0, 0, SIM_AT_OPERATOR, ascii, 0, 0, SIM_AT_OPERATOR);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_home_network (SimQmiCall *call)
{
    if (sim_at_get_card (call->state->at) != SIM_CARD_READY)
        return QMI_PROTOCOL_ERROR_NOT_PROVISIONED;
    sim_qmi_message_add (call->response, 0x01, "wwS",
                         atoi (SIM_AT_MCC), atoi (SIM_AT_MNC), SIM_AT_OPERATOR);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
scan_networks (SimQmiCall *call)
{
    guint status = QMI_NAS_NETWORK_STATUS_HOME | QMI_NAS_NETWORK_STATUS_NOT_FORBIDDEN;

    status |= sim_at_is_registered (call->state->at) ? QMI_NAS_NETWORK_STATUS_CURRENT_SERVING :
                                                       QMI_NAS_NETWORK_STATUS_AVAILABLE;
    sim_qmi_message_add (call->response, 0x10, "wwwbS", 1,
                         atoi (SIM_AT_MCC), atoi (SIM_AT_MNC), status, SIM_AT_OPERATOR);
    sim_qmi_message_add (call->response, 0x11, "wwwb", 1, atoi (SIM_AT_MCC), atoi (SIM_AT_MNC),
                         QMI_NAS_RADIO_INTERFACE_LTE);
    return QMI_PROTOCOL_ERROR_NONE;
}

/*****************************************************************************/
/* System selection preference */

static QmiProtocolError
get_system_selection_preference (SimQmiCall *call)
{
    const SimQmiState *state = call->state;
    guint              allowed = sim_at_get_allowed_modes (state->at);
    guint              mode = 0;
    guint              i;

    for (i = 0; i < SIM_QMI_N_TECHNOLOGIES; i++) {
        if (allowed & 1u << technologies[i].technology)
            mode |= technologies[i].mode;
    }
    sim_qmi_message_add (call->response, 0x11, "w", mode);
    sim_qmi_message_add (call->response, 0x12, "q", state->bands);
    sim_qmi_message_add (call->response, 0x14, "w", QMI_NAS_ROAMING_PREFERENCE_ANY);
    sim_qmi_message_add (call->response, 0x15, "q", state->lte_bands);
    sim_qmi_message_add (call->response, 0x16, "b", QMI_NAS_NETWORK_SELECTION_PREFERENCE_AUTOMATIC);
    if (state->config->acquisition)
        sim_qmi_message_add (call->response, 0x1c, "bbbb", SIM_QMI_N_TECHNOLOGIES,
                             state->acquisition[0], state->acquisition[1], state->acquisition[2]);
    return QMI_PROTOCOL_ERROR_NONE;
}

static gboolean
set_mode_preference (SimQmiState *state,
                     guint64      mode)
{
    guint allowed = 0;
    guint i;

    for (i = 0; i < SIM_QMI_N_TECHNOLOGIES; i++) {
        if (mode & technologies[i].mode)
            allowed |= 1u << technologies[i].technology;
    }
    if (!allowed)
        return FALSE;
    sim_at_set_allowed_modes (state->at, allowed);
    return TRUE;
}

/* The order must contain each technology once, like on a real module */
static gboolean
set_acquisition_order (SimQmiState *state,
                       GBytes      *order)
{
    gsize         length;
    const guint8 *values = g_bytes_get_data (order, &length);
    guint         i;

    if (length != SIM_QMI_N_TECHNOLOGIES || !state->config->acquisition)
        return FALSE;
    for (i = 0; i < SIM_QMI_N_TECHNOLOGIES; i++) {
        if (!memchr (values, technologies[i].interface, length))
            return FALSE;
    }
    memcpy (state->acquisition, values, length);
    return TRUE;
}

static QmiProtocolError
set_system_selection_preference (SimQmiCall *call)
{
    g_autoptr(GBytes) order = sim_qmi_message_get_bytes (call->request, 0x1e, 0, 1);
    guint64           mode;

    if (sim_qmi_message_get_number (call->request, 0x11, 0, 2, &mode) &&
        (sim_at_take_refusal (call->state->at) || !set_mode_preference (call->state, mode)))
        return QMI_PROTOCOL_ERROR_INVALID_ARGUMENT;
    if (order && !set_acquisition_order (call->state, order))
        return QMI_PROTOCOL_ERROR_INVALID_ARGUMENT;
    sim_qmi_message_get_number (call->request, 0x12, 0, 8, &call->state->bands);
    sim_qmi_message_get_number (call->request, 0x15, 0, 8, &call->state->lte_bands);
    return QMI_PROTOCOL_ERROR_NONE;
}

/*****************************************************************************/

void
sim_qmi_nas_init (SimQmiState *state)
{
    guint i;

    state->bands = BANDS;
    state->lte_bands = LTE_BANDS;
    for (i = 0; i < SIM_QMI_N_TECHNOLOGIES; i++)
        state->acquisition[i] = technologies[i].interface;
}

static const SimQmiCommand commands[] = {
    { 0x0003, register_indications            },
    { 0x0021, scan_networks                   },
    { 0x0022                                  },     /* Initiate Network Register */
    { 0x0023                                  },     /* Attach Detach */
    { 0x0025, get_home_network                },
    { 0x0033, set_system_selection_preference },
    { 0x0034, get_system_selection_preference },
    { 0x0044, get_plmn_name                   },
    { 0x004d, get_system_info                 },
    { 0x004f, get_signal_info                 },
    { 0x006c                                  },     /* Config Signal Info v2 */
    { 0 }
};

const SimQmiService sim_qmi_nas = { QMI_SERVICE_NAS, 1, 25, commands };
