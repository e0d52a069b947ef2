/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-qmi.h"
#include "sim-qmi-service.h"

/* QMUX frame: a marker, the length of everything after it, flags, service, client */
#define MARKER      QMI_MESSAGE_QMUX_MARKER
#define FRAME_START 3
#define MAX_FRAME   4096

/* Offsets and values of the flags of an indication */
#define FRAME_FLAGS   3
#define MESSAGE_FLAGS 6
#define FROM_MODULE   0x80
#define INDICATION    0x04

#define MAX_CLIENT_ID 254

/* The state whose changes are indicated */
typedef struct {
    guint    registration;
    gboolean registered;
    guint    function;
    guint    card;
} Snapshot;

struct _SimQmi {
    guint                  interface;
    const SimControlFuncs *funcs;
    gpointer               user_data;
    SimQmiState            state;
    Snapshot               last;
    GByteArray            *input;
    GPtrArray             *clients;
    guint16                n_indications;
};

static const SimQmiService *const services[] = {
    &sim_qmi_wds, &sim_qmi_dms, &sim_qmi_nas, &sim_qmi_wms, &sim_qmi_uim, &sim_qmi_wda
};

static const SimQmiService *
find_service (guint64 number)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (services); i++) {
        if (services[i]->service == number)
            return services[i];
    }
    return NULL;
}

static SimQmiClient *
find_client (SimQmi  *self,
             guint64  service,
             guint64  id)
{
    guint i;

    for (i = 0; i < self->clients->len; i++) {
        SimQmiClient *client = g_ptr_array_index (self->clients, i);

        if (client->service == service && client->id == id)
            return client;
    }
    return NULL;
}

void
sim_qmi_call_register_event (SimQmiCall  *call,
                             guint8       type,
                             SimQmiEvent  event)
{
    guint64 enabled;

    if (!sim_qmi_message_get_number (call->request, type, 0, 1, &enabled))
        return;
    call->client->events &= ~event;
    if (enabled)
        call->client->events |= event;
}

static void
send_message (SimQmi     *self,
              QmiMessage *message)
{
    self->funcs->write (self->interface, message->data, message->len, self->user_data);
}

/*****************************************************************************/
/* Indications */

static const struct {
    SimQmiEvent   event;
    guint16       id;
    void       (* fill) (const SimQmiState *state,
                         QmiMessage        *indication);
} indications[] = {
    { SIM_QMI_EVENT_SYSTEM_INFO,    0x004e, sim_qmi_add_system_info    },
    { SIM_QMI_EVENT_SIGNAL_INFO,    0x0051, sim_qmi_add_signal_info    },
    { SIM_QMI_EVENT_OPERATING_MODE, 0x0001, sim_qmi_add_operating_mode },
    { SIM_QMI_EVENT_CARD_STATUS,    0x0032, sim_qmi_add_card_status    },
};

static QmiMessage *
indication_new (SimQmi             *self,
                const SimQmiClient *client,
                guint16             id)
{
    QmiMessage *indication;

    indication = qmi_message_new (client->service, client->id, ++self->n_indications, id);
    indication->data[FRAME_FLAGS] = FROM_MODULE;
    indication->data[MESSAGE_FLAGS] = INDICATION;
    return indication;
}

static void
indicate (SimQmi             *self,
          const SimQmiClient *client,
          guint               events)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (indications); i++) {
        g_autoptr(QmiMessage) indication = NULL;

        if (!(client->events & events & indications[i].event))
            continue;
        indication = indication_new (self, client, indications[i].id);
        indications[i].fill (&self->state, indication);
        send_message (self, indication);
    }
}

/* Sends a Packet Service Status indication */
static void
end_connection (SimQmi       *self,
                SimQmiClient *client)
{
    g_autoptr(QmiMessage) indication = indication_new (self, client, 0x0022);

    client->packet_data_handle = 0;
    sim_qmi_message_add (indication, 0x01, "bb", QMI_WDS_CONNECTION_STATUS_DISCONNECTED, 0);
    send_message (self, indication);
}

static Snapshot
take_snapshot (const SimQmi *self)
{
    SimAt *at = self->state.at;

    return (Snapshot) {
        sim_at_get_registration (at), sim_at_is_registered (at),
        sim_at_get_function (at), sim_at_get_card (at)
    };
}

void
sim_qmi_send_indications (SimQmi *self)
{
    Snapshot now = take_snapshot (self);
    guint    events = 0;
    guint    i;

    if (now.registration != self->last.registration || now.registered != self->last.registered)
        events |= SIM_QMI_EVENT_SYSTEM_INFO | SIM_QMI_EVENT_SIGNAL_INFO;
    if (now.function != self->last.function)
        events |= SIM_QMI_EVENT_OPERATING_MODE;
    if (now.card != self->last.card)
        events |= SIM_QMI_EVENT_CARD_STATUS;
    self->last = now;
    for (i = 0; i < self->clients->len; i++) {
        SimQmiClient *client = g_ptr_array_index (self->clients, i);

        indicate (self, client, events);
        if (client->packet_data_handle && !now.registered)
            end_connection (self, client);
    }
}

/*****************************************************************************/
/* Control service (CTL) */

static void
add_versions (QmiMessage *response)
{
    g_autoptr(GByteArray) value = g_byte_array_new ();
    guint                 i;

    sim_qmi_append (value, "bbww", (guint) G_N_ELEMENTS (services) + 1, QMI_SERVICE_CTL, 1, 5);
    for (i = 0; i < G_N_ELEMENTS (services); i++)
        sim_qmi_append (value, "bww", services[i]->service, services[i]->major, services[i]->minor);
    sim_qmi_message_add_value (response, 0x01, value);
}

static QmiProtocolError
allocate_client (SimQmi     *self,
                 QmiMessage *request,
                 QmiMessage *response)
{
    SimQmiClient *client;
    guint64       service;
    guint         id = 1;

    if (!sim_qmi_message_get_number (request, 0x01, 0, 1, &service))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (!find_service (service))
        return QMI_PROTOCOL_ERROR_INVALID_SERVICE_TYPE;
    while (find_client (self, service, id))
        id++;
    if (id > MAX_CLIENT_ID)
        return QMI_PROTOCOL_ERROR_CLIENT_IDS_EXHAUSTED;
    client = g_new0 (SimQmiClient, 1);
    client->service = service;
    client->id = id;
    g_ptr_array_add (self->clients, client);
    sim_qmi_message_add (response, 0x01, "bb", client->service, client->id);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
release_client (SimQmi     *self,
                QmiMessage *request,
                QmiMessage *response)
{
    SimQmiClient *client;
    guint64       service;
    guint64       id;

    if (!sim_qmi_message_get_number (request, 0x01, 0, 1, &service) ||
        !sim_qmi_message_get_number (request, 0x01, 1, 1, &id))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    client = find_client (self, service, id);
    if (!client)
        return QMI_PROTOCOL_ERROR_INVALID_CLIENT_ID;
    g_ptr_array_remove (self->clients, client);
    sim_qmi_message_add (response, 0x01, "bb", (guint) service, (guint) id);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
run_control (SimQmi     *self,
             QmiMessage *request,
             QmiMessage *response)
{
    switch (qmi_message_get_message_id (request)) {
    case 0x0021:
        add_versions (response);
        return QMI_PROTOCOL_ERROR_NONE;
    case 0x0022:
        return allocate_client (self, request, response);
    case 0x0023:
        return release_client (self, request, response);
    case 0x0027:
        /* Sync: releases all clients */
        g_ptr_array_set_size (self->clients, 0);
        return QMI_PROTOCOL_ERROR_NONE;
    default:
        return QMI_PROTOCOL_ERROR_NOT_SUPPORTED;
    }
}

/*****************************************************************************/
/* Messages */

static QmiProtocolError
run_service (SimQmi     *self,
             QmiMessage *request,
             QmiMessage *response)
{
    const SimQmiService *service = find_service (qmi_message_get_service (request));
    guint16              id = qmi_message_get_message_id (request);
    SimQmiCall           call = { &self->state, NULL, request, response };
    const SimQmiCommand *command;

    call.client = find_client (self, qmi_message_get_service (request),
                               qmi_message_get_client_id (request));
    if (!call.client)
        return QMI_PROTOCOL_ERROR_INVALID_CLIENT_ID;
    for (command = service->commands; command->id; command++) {
        if (command->id == id)
            return command->handler ? command->handler (&call) : QMI_PROTOCOL_ERROR_NONE;
    }
    return QMI_PROTOCOL_ERROR_NOT_SUPPORTED;
}

static void
handle_request (SimQmi     *self,
                QmiMessage *request)
{
    g_autoptr(QmiMessage)  response = qmi_message_response_new (request, QMI_PROTOCOL_ERROR_NONE);
    g_autofree gchar      *text = sim_qmi_message_describe (request);
    QmiProtocolError       error;

    self->funcs->request (self->interface, text, self->user_data);
    if (qmi_message_get_service (request) == QMI_SERVICE_CTL)
        error = run_control (self, request, response);
    else
        error = run_service (self, request, response);
    if (error != QMI_PROTOCOL_ERROR_NONE) {
        qmi_message_unref (response);
        response = qmi_message_response_new (request, error);
    }
    send_message (self, response);
    sim_qmi_send_indications (self);
    if (self->state.reset)
        self->funcs->reset (self->user_data);
    self->state.reset = FALSE;
}

/* Returns: whether the input may begin with a message, complete or not */
static gboolean
is_frame (const GByteArray *input)
{
    return input->data[0] == MARKER &&
           (input->len < FRAME_START || (input->data[1] | input->data[2] << 8) < MAX_FRAME);
}

static void
skip_to_frame (GByteArray *input)
{
    while (input->len && !is_frame (input)) {
        const guint8 *next = memchr (input->data + 1, MARKER, input->len - 1);

        g_byte_array_remove_range (input, 0, next ? (guint) (next - input->data) : input->len);
    }
}

void
sim_qmi_receive (SimQmi       *self,
                 const guint8 *data,
                 gsize         length)
{
    guint before;

    g_byte_array_append (self->input, data, length);
    do {
        g_autoptr(QmiMessage) request = NULL;

        skip_to_frame (self->input);
        before = self->input->len;
        request = qmi_message_new_from_raw (self->input, NULL);
        if (request && qmi_message_is_request (request))
            handle_request (self, request);
        /* qmi_message_new_from_raw() removes every complete frame, even invalid ones */
    } while (self->input->len != before);
}

/*****************************************************************************/

SimQmi *
sim_qmi_new (guint                  interface,
             SimAt                 *at,
             const SimConfig       *config,
             const SimControlFuncs *funcs,
             gpointer               user_data)
{
    SimQmi *self = g_new0 (SimQmi, 1);

    self->interface = interface;
    self->funcs = funcs;
    self->user_data = user_data;
    self->state.at = at;
    self->state.config = config;
    self->state.link_layer = QMI_WDA_LINK_LAYER_PROTOCOL_RAW_IP;
    sim_qmi_nas_init (&self->state);
    sim_qmi_wms_init (&self->state);
    self->input = g_byte_array_new ();
    self->clients = g_ptr_array_new_with_free_func (g_free);
    self->last = take_snapshot (self);
    return self;
}

void
sim_qmi_free (SimQmi *self)
{
    g_ptr_array_unref (self->clients);
    g_byte_array_unref (self->input);
    g_ptr_array_unref (self->state.messages);
    g_free (self);
}
