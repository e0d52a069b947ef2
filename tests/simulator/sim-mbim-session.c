/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-mbim-commands.h"

#define MTU    1500
#define PREFIX 24

#define N_STATISTICS_WORDS 12

/* In 192.0.2.0/24, which is reserved for documentation (RFC 5737) */
static const guint8 address[] = { 192, 0, 2, 10 };
static const guint8 gateway[] = { 192, 0, 2, 1 };
static const guint8 dns_server[] = { 192, 0, 2, 53 };

static gboolean
is_activated (SimMbimState *state)
{
    /* Attaching again does not activate the session again */
    if (!sim_mbim_is_attached (state))
        state->ip_type = MBIM_CONTEXT_IP_TYPE_DEFAULT;
    return state->ip_type != MBIM_CONTEXT_IP_TYPE_DEFAULT;
}

static MbimStatusError
query_connect (SimMbimState  *state,
               SimMbimReader *request,
               SimMbimBuffer *response)
{
    gboolean activated = is_activated (state);
    guint32  session = sim_mbim_read_guint32 (request);

    sim_mbim_buffer_add_guint32 (response, session);
    sim_mbim_buffer_add_guint32 (response, activated && session == 0 ?
                                           MBIM_ACTIVATION_STATE_ACTIVATED :
                                           MBIM_ACTIVATION_STATE_DEACTIVATED);
    sim_mbim_buffer_add_guint32 (response, MBIM_VOICE_CALL_STATE_NONE);
    sim_mbim_buffer_add_guint32 (response, activated ? state->ip_type :
                                                       MBIM_CONTEXT_IP_TYPE_DEFAULT);
    sim_mbim_buffer_add_bytes (response, mbim_uuid_from_context_type (MBIM_CONTEXT_TYPE_INTERNET),
                               sizeof (MbimUuid));
    /* Network error */
    sim_mbim_buffer_add_guint32 (response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_connect (SimMbimState  *state,
             SimMbimReader *request,
             SimMbimBuffer *response)
{
    SimMbimReader session = *request;
    guint32       number = sim_mbim_read_guint32 (request);
    guint32       command = sim_mbim_read_guint32 (request);

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (number != 0)
        return MBIM_STATUS_ERROR_MAX_ACTIVATED_CONTEXTS;
    if (command == MBIM_ACTIVATION_COMMAND_ACTIVATE) {
        if (!sim_mbim_is_attached (state))
            return MBIM_STATUS_ERROR_PACKET_SERVICE_DETACHED;
        /* The network supports nothing else */
        state->ip_type = MBIM_CONTEXT_IP_TYPE_IPV4;
    } else {
        if (!is_activated (state))
            return MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED;
        state->ip_type = MBIM_CONTEXT_IP_TYPE_DEFAULT;
    }
    return query_connect (state, &session, response);
}

static MbimStatusError
query_ip_configuration (SimMbimState  *state,
                        SimMbimReader *request,
                        SimMbimBuffer *response)
{
    guint32 session = sim_mbim_read_guint32 (request);
    guint32 prefix = GUINT32_TO_LE (PREFIX);
    guint8  element[sizeof (prefix) + sizeof (address)];

    if (session != 0 || !is_activated (state))
        return MBIM_STATUS_ERROR_CONTEXT_NOT_ACTIVATED;
    memcpy (element, &prefix, sizeof (prefix));
    memcpy (element + sizeof (prefix), address, sizeof (address));
    sim_mbim_buffer_add_guint32 (response, session);
    sim_mbim_buffer_add_guint32 (response, MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_ADDRESS |
                                         MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_GATEWAY |
                                         MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_DNS |
                                         MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_MTU);
    sim_mbim_buffer_add_guint32 (response, MBIM_IP_CONFIGURATION_AVAILABLE_FLAG_NONE);
    /* IPv4 and IPv6 of each: addresses (count and offset), gateways (offset), DNS
     * servers (count and offset), MTU */
    sim_mbim_buffer_add_guint32 (response, 1);
    sim_mbim_buffer_add_offset (response, element, sizeof (element));
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_offset (response, gateway, sizeof (gateway));
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_guint32 (response, 1);
    sim_mbim_buffer_add_offset (response, dns_server, sizeof (dns_server));
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_guint32 (response, MTU);
    sim_mbim_buffer_add_guint32 (response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_provisioned_contexts (SimMbimState  *state,
                            SimMbimReader *request,
                            SimMbimBuffer *response)
{
    g_autoptr(SimMbimBuffer) context = sim_mbim_buffer_new ();

    sim_mbim_buffer_add_guint32 (context, 1);
    sim_mbim_buffer_add_bytes (context, mbim_uuid_from_context_type (MBIM_CONTEXT_TYPE_INTERNET),
                               sizeof (MbimUuid));
    /* Access string, user name, password */
    sim_mbim_buffer_add_string (context, "internet");
    sim_mbim_buffer_add_string (context, "");
    sim_mbim_buffer_add_string (context, "");
    sim_mbim_buffer_add_guint32 (context, MBIM_COMPRESSION_NONE);
    sim_mbim_buffer_add_guint32 (context, MBIM_AUTH_PROTOCOL_NONE);
    sim_mbim_buffer_add_guint32 (response, 1);
    sim_mbim_buffer_add_structure (response, context);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_packet_statistics (SimMbimState  *state,
                         SimMbimReader *request,
                         SimMbimBuffer *response)
{
    guint i;

    for (i = 0; i < N_STATISTICS_WORDS; i++)
        sim_mbim_buffer_add_guint32 (response, 0);
    return MBIM_STATUS_ERROR_NONE;
}

/*****************************************************************************/

#define BASIC(name) MBIM_SERVICE_BASIC_CONNECT, MBIM_CID_BASIC_CONNECT_##name

const SimMbimCommand sim_mbim_session_commands[] = {
    { BASIC (CONNECT),              query_connect, set_connect, .indicated = TRUE },
    { BASIC (IP_CONFIGURATION),     query_ip_configuration },
    { BASIC (PROVISIONED_CONTEXTS), query_provisioned_contexts, .needs_card = TRUE },
    { BASIC (PACKET_STATISTICS),    query_packet_statistics },
    { MBIM_SERVICE_INVALID }
};
