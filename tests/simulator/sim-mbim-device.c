/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-mbim-commands.h"

#define MBIM_VERSION   0x0100
#define MBIMEX_VERSION 0x0200

#define PIN_LENGTH_MIN 4
#define PIN_LENGTH_MAX 8
#define N_OTHER_PINS   9
#define PUK_RETRIES    10

/*****************************************************************************/
/* Module */

static MbimStatusError
query_device_caps (SimMbimState  *state,
                   SimMbimReader *request,
                   SimMbimBuffer *response)
{
    sim_mbim_buffer_add_guint32 (response, MBIM_DEVICE_TYPE_EMBEDDED);
    sim_mbim_buffer_add_guint32 (response, MBIM_CELLULAR_CLASS_GSM);
    sim_mbim_buffer_add_guint32 (response, MBIM_VOICE_CLASS_NO_VOICE);
    sim_mbim_buffer_add_guint32 (response, MBIM_SIM_CLASS_REMOVABLE);
    sim_mbim_buffer_add_guint32 (response, MBIM_DATA_CLASS_GPRS | MBIM_DATA_CLASS_EDGE |
                                         MBIM_DATA_CLASS_UMTS | MBIM_DATA_CLASS_HSDPA |
                                         MBIM_DATA_CLASS_HSUPA | MBIM_DATA_CLASS_LTE);
    sim_mbim_buffer_add_guint32 (response, MBIM_SMS_CAPS_PDU_RECEIVE | MBIM_SMS_CAPS_PDU_SEND);
    sim_mbim_buffer_add_guint32 (response, MBIM_CTRL_CAPS_REG_MANUAL);
    /* Maximum number of sessions, custom data class */
    sim_mbim_buffer_add_guint32 (response, 1);
    sim_mbim_buffer_add_string (response, "");
    sim_mbim_buffer_add_string (response, state->config->imei);
    sim_mbim_buffer_add_string (response, state->config->revision);
    sim_mbim_buffer_add_string (response, state->config->model);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_extended_device_caps (SimMbimState  *state,
                            SimMbimReader *request,
                            SimMbimBuffer *response)
{
    MbimStatusError status = query_device_caps (state, request, response);

    /* Executor index */
    sim_mbim_buffer_add_guint32 (response, 0);
    return status;
}

static MbimStatusError
query_version (SimMbimState  *state,
               SimMbimReader *request,
               SimMbimBuffer *response)
{
    sim_mbim_read_guint16 (request);
    state->extended = sim_mbim_read_guint16 (request) >= MBIMEX_VERSION;
    sim_mbim_buffer_add_guint16 (response, MBIM_VERSION);
    sim_mbim_buffer_add_guint16 (response, MBIMEX_VERSION);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_device_reset (SimMbimState  *state,
                  SimMbimReader *request,
                  SimMbimBuffer *response)
{
    state->reset = TRUE;
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_radio_state (SimMbimState  *state,
                   SimMbimReader *request,
                   SimMbimBuffer *response)
{
    gboolean on = sim_at_get_function (state->at) == 1;

    /* Hardware switch */
    sim_mbim_buffer_add_guint32 (response, MBIM_RADIO_SWITCH_STATE_ON);
    sim_mbim_buffer_add_guint32 (response, on ? MBIM_RADIO_SWITCH_STATE_ON :
                                                MBIM_RADIO_SWITCH_STATE_OFF);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_radio_state (SimMbimState  *state,
                 SimMbimReader *request,
                 SimMbimBuffer *response)
{
    guint32 value = sim_mbim_read_guint32 (request);

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    sim_at_set_function (state->at, value == MBIM_RADIO_SWITCH_STATE_ON ? 1 : 4);
    return query_radio_state (state, request, response);
}

/*****************************************************************************/
/* SIM card */

MbimStatusError
sim_mbim_get_card_status (const SimMbimState *state)
{
    static const MbimStatusError statuses[] = {
        [SIM_CARD_READY]   = MBIM_STATUS_ERROR_NONE,
        [SIM_CARD_PIN]     = MBIM_STATUS_ERROR_PIN_REQUIRED,
        [SIM_CARD_MISSING] = MBIM_STATUS_ERROR_SIM_NOT_INSERTED
    };

    return statuses[sim_at_get_card (state->at)];
}

static MbimStatusError
query_subscriber_ready_status (SimMbimState  *state,
                               SimMbimReader *request,
                               SimMbimBuffer *response)
{
    static const MbimSubscriberReadyState ready_states[] = {
        [SIM_CARD_READY]   = MBIM_SUBSCRIBER_READY_STATE_INITIALIZED,
        [SIM_CARD_PIN]     = MBIM_SUBSCRIBER_READY_STATE_DEVICE_LOCKED,
        [SIM_CARD_MISSING] = MBIM_SUBSCRIBER_READY_STATE_SIM_NOT_INSERTED
    };
    SimCard  card = sim_at_get_card (state->at);
    gboolean ready = card == SIM_CARD_READY;

    sim_mbim_buffer_add_guint32 (response, ready_states[card]);
    sim_mbim_buffer_add_string (response, ready ? SIM_UICC_IMSI : "");
    sim_mbim_buffer_add_string (response, ready ? SIM_UICC_ICCID : "");
    sim_mbim_buffer_add_guint32 (response, MBIM_READY_INFO_FLAG_NONE);
    /* Telephone numbers */
    sim_mbim_buffer_add_guint32 (response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_pin (SimMbimState  *state,
           SimMbimReader *request,
           SimMbimBuffer *response)
{
    SimCard card = sim_at_get_card (state->at);
    guint   retries = sim_uicc_get_pin_retries (sim_at_get_uicc (state->at));

    sim_mbim_buffer_add_guint32 (response, retries ? MBIM_PIN_TYPE_PIN1 : MBIM_PIN_TYPE_PUK1);
    sim_mbim_buffer_add_guint32 (response, card == SIM_CARD_PIN ? MBIM_PIN_STATE_LOCKED :
                                                                  MBIM_PIN_STATE_UNLOCKED);
    sim_mbim_buffer_add_guint32 (response, retries ? retries : PUK_RETRIES);
    return card == SIM_CARD_MISSING ? MBIM_STATUS_ERROR_SIM_NOT_INSERTED : MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_pin (SimMbimState  *state,
         SimMbimReader *request,
         SimMbimBuffer *response)
{
    SimUicc          *uicc = sim_at_get_uicc (state->at);
    guint32           type = sim_mbim_read_guint32 (request);
    guint32           operation = sim_mbim_read_guint32 (request);
    g_autofree gchar *pin = sim_mbim_read_string (request);
    g_autofree gchar *new_pin = sim_mbim_read_string (request);
    gboolean          correct;

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (type != MBIM_PIN_TYPE_PIN1)
        return MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
    switch (operation) {
    case MBIM_PIN_OPERATION_ENTER:
        correct = sim_uicc_enter_pin (uicc, pin);
        break;
    case MBIM_PIN_OPERATION_ENABLE:
    case MBIM_PIN_OPERATION_DISABLE:
        correct = sim_uicc_set_lock (uicc, operation == MBIM_PIN_OPERATION_ENABLE, pin);
        break;
    case MBIM_PIN_OPERATION_CHANGE:
        correct = sim_uicc_change_pin (uicc, pin, new_pin);
        break;
    default:
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    }
    query_pin (state, request, response);
    return correct ? MBIM_STATUS_ERROR_NONE : MBIM_STATUS_ERROR_FAILURE;
}

static void
add_pin_description (SimMbimBuffer *response,
                     MbimPinMode    mode)
{
    gboolean supported = mode != MBIM_PIN_MODE_NOT_SUPPORTED;

    sim_mbim_buffer_add_guint32 (response, mode);
    sim_mbim_buffer_add_guint32 (response, supported ? MBIM_PIN_FORMAT_NUMERIC :
                                                       MBIM_PIN_FORMAT_UNKNOWN);
    sim_mbim_buffer_add_guint32 (response, supported ? PIN_LENGTH_MIN : 0);
    sim_mbim_buffer_add_guint32 (response, supported ? PIN_LENGTH_MAX : 0);
}

static MbimStatusError
query_pin_list (SimMbimState  *state,
                SimMbimReader *request,
                SimMbimBuffer *response)
{
    gboolean enabled = sim_uicc_get_lock (sim_at_get_uicc (state->at));
    guint    i;

    add_pin_description (response, enabled ? MBIM_PIN_MODE_ENABLED : MBIM_PIN_MODE_DISABLED);
    for (i = 0; i < N_OTHER_PINS; i++)
        add_pin_description (response, MBIM_PIN_MODE_NOT_SUPPORTED);
    return MBIM_STATUS_ERROR_NONE;
}

/*****************************************************************************/

#define BASIC(name) \
    MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_BASIC_CONNECT_##name
#define EXTENSIONS(name) \
    MBIM_SERVICE_MS_BASIC_CONNECT_EXTENSIONS, MBIM_CID_MS_BASIC_CONNECT_EXTENSIONS_##name

const SimMbimCommand sim_mbim_device_commands[] = {
    { BASIC (DEVICE_CAPS),             query_device_caps },
    { BASIC (SUBSCRIBER_READY_STATUS), query_subscriber_ready_status, .indicated = TRUE },
    { BASIC (RADIO_STATE),             query_radio_state, set_radio_state, .indicated = TRUE },
    { BASIC (PIN),                     query_pin, set_pin },
    { BASIC (PIN_LIST),                query_pin_list },
    { EXTENSIONS (DEVICE_CAPS),        query_extended_device_caps, .extended = TRUE },
    { EXTENSIONS (DEVICE_RESET),       NULL, set_device_reset },
    { EXTENSIONS (VERSION),            query_version, .extended = TRUE },
    { MBIM_SERVICE_INVALID }
};
