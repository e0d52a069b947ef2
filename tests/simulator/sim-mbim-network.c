/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-mbim-commands.h"

#define OPERATOR_CODE SIM_AT_MCC SIM_AT_MNC

#define RSSI          24          /* as in +CSQ */
#define UNKNOWN       99
#define UPLINK        50000000u   /* bit/s */
#define DOWNLINK      150000000u

/* The data classes of each technology, and the one that the network supports */
static const struct {
    guint32 all;
    guint32 current;
} data_classes[] = {
    [SIM_REGISTRATION_GSM] = {
        MBIM_DATA_CLASS_GPRS | MBIM_DATA_CLASS_EDGE,
        MBIM_DATA_CLASS_GPRS
    },
    [SIM_REGISTRATION_UMTS] = {
        MBIM_DATA_CLASS_UMTS | MBIM_DATA_CLASS_HSDPA | MBIM_DATA_CLASS_HSUPA,
        MBIM_DATA_CLASS_UMTS
    },
    [SIM_REGISTRATION_LTE] = {
        MBIM_DATA_CLASS_LTE,
        MBIM_DATA_CLASS_LTE
    },
};

static guint32
get_current_data_class (const SimMbimState *state)
{
    return sim_at_is_registered (state->at) ?
           data_classes[sim_at_get_registration (state->at)].current : 0;
}

gboolean
sim_mbim_is_attached (const SimMbimState *state)
{
    return state->attached && sim_at_is_registered (state->at);
}

/*****************************************************************************/
/* Providers */

static void
add_provider (SimMbimBuffer     *response,
              MbimProviderState  provider_state)
{
    sim_mbim_buffer_add_string (response, OPERATOR_CODE);
    sim_mbim_buffer_add_guint32 (response, provider_state);
    sim_mbim_buffer_add_string (response, SIM_AT_OPERATOR);
    sim_mbim_buffer_add_guint32 (response, MBIM_CELLULAR_CLASS_GSM);
    sim_mbim_buffer_add_guint32 (response, RSSI);
    sim_mbim_buffer_add_guint32 (response, UNKNOWN);
}

static MbimStatusError
query_home_provider (SimMbimState  *state,
                     SimMbimReader *request,
                     SimMbimBuffer *response)
{
    add_provider (response, MBIM_PROVIDER_STATE_HOME);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_visible_providers (SimMbimState  *state,
                         SimMbimReader *request,
                         SimMbimBuffer *response)
{
    g_autoptr(SimMbimBuffer) provider = sim_mbim_buffer_new ();
    guint32                  provider_state = MBIM_PROVIDER_STATE_HOME |
                                              MBIM_PROVIDER_STATE_VISIBLE;

    if (sim_at_is_registered (state->at))
        provider_state |= MBIM_PROVIDER_STATE_REGISTERED;
    add_provider (provider, provider_state);
    sim_mbim_buffer_add_guint32 (response, 1);
    sim_mbim_buffer_add_structure (response, provider);
    return MBIM_STATUS_ERROR_NONE;
}

/*****************************************************************************/
/* Registration */

static guint32
get_preferred_data_classes (const SimMbimState *state)
{
    guint   allowed = sim_at_get_allowed_modes (state->at);
    guint32 preferred = 0;
    guint   i;

    for (i = SIM_REGISTRATION_GSM; i <= SIM_REGISTRATION_LTE; i++) {
        if (allowed & (1u << i))
            preferred |= data_classes[i].all;
    }
    return preferred;
}

static MbimStatusError
query_register_state (SimMbimState  *state,
                      SimMbimReader *request,
                      SimMbimBuffer *response)
{
    gboolean registered = sim_at_is_registered (state->at);
    gboolean on = sim_at_get_function (state->at) == 1 && !sim_mbim_get_card_status (state);

    /* Network error */
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_guint32 (response, registered ? MBIM_REGISTER_STATE_HOME :
                                         on ? MBIM_REGISTER_STATE_SEARCHING :
                                         MBIM_REGISTER_STATE_DEREGISTERED);
    sim_mbim_buffer_add_guint32 (response, MBIM_REGISTER_MODE_AUTOMATIC);
    sim_mbim_buffer_add_guint32 (response, get_current_data_class (state));
    sim_mbim_buffer_add_guint32 (response, MBIM_CELLULAR_CLASS_GSM);
    sim_mbim_buffer_add_string (response, registered ? OPERATOR_CODE : "");
    sim_mbim_buffer_add_string (response, registered ? SIM_AT_OPERATOR : "");
    /* Roaming text */
    sim_mbim_buffer_add_string (response, "");
    sim_mbim_buffer_add_guint32 (response,
                                 MBIM_REGISTRATION_FLAG_PACKET_SERVICE_AUTOMATIC_ATTACH);
    if (state->extended)
        sim_mbim_buffer_add_guint32 (response, get_preferred_data_classes (state));
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_register_state (SimMbimState  *state,
                    SimMbimReader *request,
                    SimMbimBuffer *response)
{
    g_autofree gchar *provider = sim_mbim_read_string (request);
    guint32           action = sim_mbim_read_guint32 (request);
    guint32           data_classes_wanted = sim_mbim_read_guint32 (request);
    guint             allowed = 0;
    guint             i;

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (action == MBIM_REGISTER_ACTION_MANUAL && !g_str_equal (provider, OPERATOR_CODE))
        return MBIM_STATUS_ERROR_PROVIDER_NOT_VISIBLE;
    if (data_classes_wanted && sim_at_take_refusal (state->at))
        return MBIM_STATUS_ERROR_OPERATION_NOT_ALLOWED;
    for (i = SIM_REGISTRATION_GSM; i <= SIM_REGISTRATION_LTE; i++) {
        if (data_classes_wanted & data_classes[i].all)
            allowed |= 1u << i;
    }
    /* No data class leaves the choice to the module */
    sim_at_set_allowed_modes (state->at, allowed ? allowed : SIM_AT_ANY_MODE);
    return query_register_state (state, request, response);
}

/*****************************************************************************/
/* Packet service and signal */

static MbimStatusError
query_packet_service (SimMbimState  *state,
                      SimMbimReader *request,
                      SimMbimBuffer *response)
{
    gboolean attached = sim_mbim_is_attached (state);

    /* Network error */
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_guint32 (response, attached ? MBIM_PACKET_SERVICE_STATE_ATTACHED :
                                                    MBIM_PACKET_SERVICE_STATE_DETACHED);
    sim_mbim_buffer_add_guint32 (response, get_current_data_class (state));
    sim_mbim_buffer_add_guint64 (response, attached ? UPLINK : 0);
    sim_mbim_buffer_add_guint64 (response, attached ? DOWNLINK : 0);
    if (state->extended)
        sim_mbim_buffer_add_guint32 (response, MBIM_FREQUENCY_RANGE_UNKNOWN);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_packet_service (SimMbimState  *state,
                    SimMbimReader *request,
                    SimMbimBuffer *response)
{
    guint32 action = sim_mbim_read_guint32 (request);

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (!sim_at_is_registered (state->at))
        return MBIM_STATUS_ERROR_NOT_REGISTERED;
    state->attached = action == MBIM_PACKET_SERVICE_ACTION_ATTACH;
    return query_packet_service (state, request, response);
}

static MbimStatusError
query_signal_state (SimMbimState  *state,
                    SimMbimReader *request,
                    SimMbimBuffer *response)
{
    sim_mbim_buffer_add_guint32 (response, sim_at_is_registered (state->at) ? RSSI : UNKNOWN);
    /* Error rate */
    sim_mbim_buffer_add_guint32 (response, UNKNOWN);
    sim_mbim_buffer_add_guint32 (response, state->signal_interval);
    sim_mbim_buffer_add_guint32 (response, state->rssi_threshold);
    sim_mbim_buffer_add_guint32 (response, state->error_rate_threshold);
    /* RSRP and SNR are not supported */
    if (state->extended)
        sim_mbim_buffer_add_reference (response, NULL, 0);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_signal_state (SimMbimState  *state,
                  SimMbimReader *request,
                  SimMbimBuffer *response)
{
    guint32 interval = sim_mbim_read_guint32 (request);
    guint32 rssi = sim_mbim_read_guint32 (request);
    guint32 error_rate = sim_mbim_read_guint32 (request);

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    state->signal_interval = interval;
    state->rssi_threshold = rssi;
    state->error_rate_threshold = error_rate;
    return query_signal_state (state, request, response);
}

/*****************************************************************************/

#define BASIC(name) MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_BASIC_CONNECT_##name

const SimMbimCommand sim_mbim_network_commands[] = {
    { BASIC (HOME_PROVIDER),     query_home_provider,     .needs_card = TRUE },
    { BASIC (VISIBLE_PROVIDERS), query_visible_providers, .needs_card = TRUE },
    { BASIC (REGISTER_STATE),    query_register_state, set_register_state, .indicated = TRUE },
    { BASIC (PACKET_SERVICE),    query_packet_service, set_packet_service, .indicated = TRUE },
    { BASIC (SIGNAL_STATE),      query_signal_state,   set_signal_state,   .indicated = TRUE },
    { MBIM_SERVICE_INVALID }
};
