/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-mbim-commands.h"
#include "sim-mbim.h"

typedef struct {
    const SimMbimCommand *command;
    gboolean              subscribed;
    GBytes               *last_indicated;
} Command;

struct _SimMbim {
    guint                  interface;
    const SimControlFuncs *funcs;
    gpointer               user_data;
    SimMbimState           state;
    GArray                *commands;
    GByteArray            *input;
    gboolean               open;
};

static const SimMbimCommand *const tables[] = {
    sim_mbim_device_commands,
    sim_mbim_network_commands,
    sim_mbim_session_commands,
    sim_mbim_sms_commands
};

static void
send_bytes (SimMbim *self,
            GBytes  *bytes)
{
    gsize         length;
    const guint8 *data = g_bytes_get_data (bytes, &length);

    self->funcs->write (self->interface, data, length, self->user_data);
}

static void
send_message (SimMbim     *self,
              MbimMessage *message)
{
    guint32       length;
    const guint8 *data = mbim_message_get_raw (message, &length, NULL);

    self->funcs->write (self->interface, data, length, self->user_data);
    mbim_message_unref (message);
}

static Command *
find_command (SimMbim     *self,
              MbimService  service,
              guint32      cid)
{
    guint i;

    for (i = 0; i < self->commands->len; i++) {
        Command *entry = &g_array_index (self->commands, Command, i);

        if (entry->command->service == service && entry->command->cid == cid)
            return entry;
    }
    return NULL;
}

/*****************************************************************************/
/* Indications */

static GBytes *
build_information (SimMbim              *self,
                   const SimMbimCommand *command)
{
    g_autoptr(SimMbimBuffer) buffer = sim_mbim_buffer_new ();
    SimMbimReader            empty = { 0 };

    command->query (&self->state, &empty, buffer);
    return sim_mbim_buffer_finish (buffer);
}

/* @send: FALSE to only remember the current state */
static void
indicate_changes (SimMbim *self,
                  gboolean send)
{
    guint i;

    for (i = 0; i < self->commands->len; i++) {
        Command           *entry = &g_array_index (self->commands, Command, i);
        g_autoptr(GBytes)  information = NULL;
        g_autoptr(GBytes)  message = NULL;

        if (!entry->command->indicated)
            continue;
        information = build_information (self, entry->command);
        if (entry->last_indicated && g_bytes_equal (entry->last_indicated, information))
            continue;
        g_clear_pointer (&entry->last_indicated, g_bytes_unref);
        entry->last_indicated = g_bytes_ref (information);
        if (!send || !entry->subscribed)
            continue;
        message = sim_mbim_build_indication (entry->command->service, entry->command->cid,
                                             information);
        send_bytes (self, message);
    }
}

void
sim_mbim_send_indications (SimMbim *self)
{
    if (self->open)
        indicate_changes (self, TRUE);
}

/* @service: MBIM_SERVICE_INVALID for all services */
static void
set_subscribed (SimMbim     *self,
                MbimService  service,
                gboolean     subscribed)
{
    guint i;

    for (i = 0; i < self->commands->len; i++) {
        Command *entry = &g_array_index (self->commands, Command, i);

        if (service == MBIM_SERVICE_INVALID || service == entry->command->service)
            entry->subscribed = subscribed;
    }
}

/* An entry without CIDs subscribes to all of the service */
static void
subscribe_service (SimMbim       *self,
                   SimMbimReader *entry)
{
    const guint8 *service_id = sim_mbim_read_bytes (entry, sizeof (MbimUuid));
    guint32       n_cids = sim_mbim_read_guint32 (entry);
    MbimService   service;
    MbimUuid      uuid;
    guint         i;

    if (entry->failed)
        return;
    memcpy (&uuid, service_id, sizeof (uuid));
    service = mbim_uuid_to_service (&uuid);
    if (service != MBIM_SERVICE_INVALID && n_cids == 0)
        set_subscribed (self, service, TRUE);
    for (i = 0; i < n_cids && !entry->failed; i++) {
        Command *command = find_command (self, service, sim_mbim_read_guint32 (entry));

        if (command)
            command->subscribed = TRUE;
    }
}

static MbimStatusError
subscribe (SimMbim       *self,
           SimMbimReader *request,
           SimMbimBuffer *response)
{
    SimMbimReader all = *request;
    guint32       n_entries = sim_mbim_read_guint32 (request);
    guint         i;

    set_subscribed (self, MBIM_SERVICE_INVALID, FALSE);
    for (i = 0; i < n_entries && !request->failed; i++) {
        SimMbimReader entry = sim_mbim_read_reference (request);

        subscribe_service (self, &entry);
    }
    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    sim_mbim_buffer_add_bytes (response, all.data, all.length);
    return MBIM_STATUS_ERROR_NONE;
}

/*****************************************************************************/
/* Services */

static void
add_service (SimMbim       *self,
             MbimService    service,
             SimMbimBuffer *services)
{
    g_autoptr(SimMbimBuffer) element = sim_mbim_buffer_new ();
    g_autoptr(GArray)        cids = g_array_new (FALSE, FALSE, sizeof (guint32));
    guint                    i;

    for (i = 0; i < self->commands->len; i++) {
        const SimMbimCommand *command = g_array_index (self->commands, Command, i).command;

        if (command->service == service)
            g_array_append_val (cids, command->cid);
    }
    sim_mbim_buffer_add_bytes (element, mbim_uuid_from_service (service), sizeof (MbimUuid));
    /* DSS payload, maximum number of DSS instances */
    sim_mbim_buffer_add_guint32 (element, 0);
    sim_mbim_buffer_add_guint32 (element, 0);
    sim_mbim_buffer_add_guint32 (element, cids->len);
    for (i = 0; i < cids->len; i++)
        sim_mbim_buffer_add_guint32 (element, g_array_index (cids, guint32, i));
    sim_mbim_buffer_add_structure (services, element);
}

static MbimStatusError
query_services (SimMbim       *self,
                SimMbimBuffer *response)
{
    static const MbimService services[] = {
        MBIM_SERVICE_BASIC_CONNECT, MBIM_SERVICE_SMS, MBIM_SERVICE_MS_BASIC_CONNECT_EXTENSIONS
    };
    guint i;

    sim_mbim_buffer_add_guint32 (response, G_N_ELEMENTS (services));
    sim_mbim_buffer_add_guint32 (response, 0);
    for (i = 0; i < G_N_ELEMENTS (services); i++)
        add_service (self, services[i], response);
    return MBIM_STATUS_ERROR_NONE;
}

/*****************************************************************************/
/* Requests */

static MbimStatusError
run_command (SimMbim              *self,
             const SimMbimCommand *command,
             SimMbimRequest       *request,
             SimMbimBuffer        *response)
{
    SimMbimHandler handler = request->set ? command->set : command->query;

    if (!handler)
        return MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
    if (command->needs_card && sim_mbim_get_card_status (&self->state))
        return sim_mbim_get_card_status (&self->state);
    return handler (&self->state, &request->information, response);
}

static MbimStatusError
run_request (SimMbim        *self,
             SimMbimRequest *request,
             SimMbimBuffer  *response)
{
    Command *entry = find_command (self, request->service, request->cid);

    if (entry)
        return run_command (self, entry->command, request, response);
    if (request->service != MBIM_SERVICE_BASIC_CONNECT)
        return MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
    if (request->cid == MBIM_CID_BASIC_CONNECT_DEVICE_SERVICES && !request->set)
        return query_services (self, response);
    if (request->cid == MBIM_CID_BASIC_CONNECT_DEVICE_SERVICE_SUBSCRIBE_LIST && request->set)
        return subscribe (self, &request->information, response);
    return MBIM_STATUS_ERROR_NO_DEVICE_SUPPORT;
}

static void
handle_command (SimMbim        *self,
                SimMbimRequest *request)
{
    g_autoptr(SimMbimBuffer) response = sim_mbim_buffer_new ();
    g_autofree gchar        *text = sim_mbim_request_describe (request);
    g_autoptr(GBytes)        information = NULL;
    g_autoptr(GBytes)        message = NULL;
    MbimStatusError          status;

    self->funcs->request (self->interface, text, self->user_data);
    status = run_request (self, request, response);
    information = sim_mbim_buffer_finish (response);
    message = sim_mbim_build_command_done (request, status, information);
    send_bytes (self, message);
    indicate_changes (self, TRUE);
    if (self->state.reset)
        self->funcs->reset (self->user_data);
    self->state.reset = FALSE;
}

/* All services are subscribed to until the host sends a list. */
static void
open_session (SimMbim *self)
{
    self->open = TRUE;
    self->state.extended = FALSE;
    set_subscribed (self, MBIM_SERVICE_INVALID, TRUE);
    indicate_changes (self, FALSE);
}

static void
send_error (SimMbim              *self,
            const SimMbimRequest *request,
            MbimProtocolError     error)
{
    send_message (self, mbim_message_function_error_new (request->transaction, error));
}

static void
handle_request (SimMbim        *self,
                SimMbimRequest *request)
{
    switch (request->type) {
    case MBIM_MESSAGE_TYPE_OPEN:
        self->funcs->request (self->interface, "open", self->user_data);
        open_session (self);
        send_message (self, mbim_message_open_done_new (request->transaction,
                                                        MBIM_STATUS_ERROR_NONE));
        return;
    case MBIM_MESSAGE_TYPE_CLOSE:
        self->funcs->request (self->interface, "close", self->user_data);
        self->open = FALSE;
        send_message (self, mbim_message_close_done_new (request->transaction,
                                                         MBIM_STATUS_ERROR_NONE));
        return;
    case MBIM_MESSAGE_TYPE_COMMAND:
        if (!self->open)
            send_error (self, request, MBIM_PROTOCOL_ERROR_NOT_OPENED);
        else if (request->fragments != 1)
            send_error (self, request, MBIM_PROTOCOL_ERROR_MAX_TRANSFER);
        else
            handle_command (self, request);
        return;
    default:
        /* Errors of the host need no response */
        return;
    }
}

void
sim_mbim_receive (SimMbim      *self,
                  const guint8 *data,
                  gsize         length)
{
    g_byte_array_append (self->input, data, (guint) length);
    while (self->input->len > 0) {
        SimMbimRequest request;
        gssize         used;

        used = sim_mbim_request_parse (self->input->data, self->input->len, &request);
        if (used == 0)
            return;
        if (used < 0) {
            self->funcs->request (self->interface, "garbage", self->user_data);
            g_byte_array_set_size (self->input, 0);
            return;
        }
        handle_request (self, &request);
        g_byte_array_remove_range (self->input, 0, (guint) used);
    }
}

/*****************************************************************************/

SimMbim *
sim_mbim_new (guint                  interface,
              SimAt                 *at,
              const SimConfig       *config,
              const SimControlFuncs *funcs,
              gpointer               user_data)
{
    SimMbim *self = g_new0 (SimMbim, 1);
    guint    i;

    self->interface = interface;
    self->funcs = funcs;
    self->user_data = user_data;
    self->state.at = at;
    self->state.config = config;
    self->state.attached = TRUE;
    self->state.messages = sim_mbim_create_messages ();
    self->input = g_byte_array_new ();
    self->commands = g_array_new (FALSE, TRUE, sizeof (Command));
    for (i = 0; i < G_N_ELEMENTS (tables); i++) {
        Command entry = { tables[i] };

        for (; entry.command->service != MBIM_SERVICE_INVALID; entry.command++) {
            if (!entry.command->extended || config->mbimex)
                g_array_append_val (self->commands, entry);
        }
    }
    return self;
}

void
sim_mbim_free (SimMbim *self)
{
    guint i;

    for (i = 0; i < self->commands->len; i++)
        g_clear_pointer (&g_array_index (self->commands, Command, i).last_indicated, g_bytes_unref);
    g_array_unref (self->commands);
    g_ptr_array_unref (self->state.messages);
    g_byte_array_unref (self->input);
    g_free (self);
}
