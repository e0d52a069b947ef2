/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-mbim-commands.h"
#include "sim-sms.h"

/* They must all fit into one transfer */
#define MAX_MESSAGES 16
#define MAX_PDU      176

/* "Hello" from +4912345678, with the address of the service centre */
static const guint8 received[] = {
    0x07, 0x91, 0x94, 0x71, 0x01, 0x67, 0x05, 0x00,
    0x04, 0x0a, 0x91, 0x94, 0x21, 0x43, 0x65, 0x87, 0x00, 0x00,
    0x62, 0x11, 0x22, 0x21, 0x43, 0x65, 0x00,
    0x05, 0xc8, 0x32, 0x9b, 0xfd, 0x06
};

typedef struct {
    guint32        index;
    MbimSmsStatus  status;
    GByteArray    *pdu;
} Message;

static void
message_free (Message *message)
{
    g_byte_array_unref (message->pdu);
    g_free (message);
}

/* Takes ownership of @pdu. A new index makes query_store_status() report it. */
static void
store_message (GPtrArray  *messages,
               GByteArray *pdu)
{
    const Message *last = messages->len ? g_ptr_array_index (messages, messages->len - 1) : NULL;
    Message       *message = g_new0 (Message, 1);

    message->index = last ? last->index + 1 : 1;
    message->status = MBIM_SMS_STATUS_NEW;
    message->pdu = pdu;
    g_ptr_array_add (messages, message);
}

GPtrArray *
sim_mbim_create_messages (void)
{
    GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) message_free);

    store_message (messages,
                   g_byte_array_append (g_byte_array_new (), received, sizeof (received)));
    return messages;
}

/*****************************************************************************/

static MbimStatusError
query_configuration (SimMbimState  *state,
                     SimMbimReader *request,
                     SimMbimBuffer *response)
{
    sim_mbim_buffer_add_guint32 (response, MBIM_SMS_STORAGE_STATE_INITIALIZED);
    sim_mbim_buffer_add_guint32 (response, MBIM_SMS_FORMAT_PDU);
    sim_mbim_buffer_add_guint32 (response, MAX_MESSAGES);
    /* CDMA message size, address of the service centre */
    sim_mbim_buffer_add_guint32 (response, 0);
    sim_mbim_buffer_add_string (response, "");
    return MBIM_STATUS_ERROR_NONE;
}

static gboolean
message_matches (const Message *message,
                 guint32        flag,
                 guint32        index)
{
    switch (flag) {
    case MBIM_SMS_FLAG_ALL:
        return TRUE;
    case MBIM_SMS_FLAG_INDEX:
        return message->index == index;
    case MBIM_SMS_FLAG_NEW:
        return message->status == MBIM_SMS_STATUS_NEW;
    case MBIM_SMS_FLAG_OLD:
        return message->status == MBIM_SMS_STATUS_OLD;
    default:
        return FALSE;
    }
}

static void
add_record (SimMbimBuffer *records,
            Message       *message)
{
    g_autoptr(SimMbimBuffer) record = sim_mbim_buffer_new ();

    sim_mbim_buffer_add_guint32 (record, message->index);
    sim_mbim_buffer_add_guint32 (record, message->status);
    sim_mbim_buffer_add_reference (record, message->pdu->data, message->pdu->len);
    sim_mbim_buffer_add_structure (records, record);
    message->status = MBIM_SMS_STATUS_OLD;
}

static MbimStatusError
query_read (SimMbimState  *state,
            SimMbimReader *request,
            SimMbimBuffer *response)
{
    guint32 format = sim_mbim_read_guint32 (request);
    guint32 flag = sim_mbim_read_guint32 (request);
    guint32 index = sim_mbim_read_guint32 (request);
    guint32 n_matching = 0;
    guint   i;

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (format != MBIM_SMS_FORMAT_PDU)
        return MBIM_STATUS_ERROR_SMS_FORMAT_NOT_SUPPORTED;
    for (i = 0; i < state->messages->len; i++)
        n_matching += message_matches (g_ptr_array_index (state->messages, i), flag, index);
    if (flag == MBIM_SMS_FLAG_INDEX && !n_matching)
        return MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX;
    sim_mbim_buffer_add_guint32 (response, MBIM_SMS_FORMAT_PDU);
    sim_mbim_buffer_add_guint32 (response, n_matching);
    for (i = 0; i < state->messages->len; i++) {
        Message *message = g_ptr_array_index (state->messages, i);

        if (message_matches (message, flag, index))
            add_record (response, message);
    }
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_send (SimMbimState  *state,
          SimMbimReader *request,
          SimMbimBuffer *response)
{
    guint32                format = sim_mbim_read_guint32 (request);
    SimMbimReader          record = { request->data + request->position,
                                      request->length - request->position };
    SimMbimReader          pdu = sim_mbim_read_reference (&record);
    g_autoptr(GByteArray)  message = g_byte_array_new ();
    GByteArray            *reply;

    if (request->failed || record.failed || !pdu.length || pdu.length > MAX_PDU)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (format != MBIM_SMS_FORMAT_PDU)
        return MBIM_STATUS_ERROR_SMS_FORMAT_NOT_SUPPORTED;
    if (!sim_at_is_registered (state->at))
        return MBIM_STATUS_ERROR_NOT_REGISTERED;
    g_byte_array_append (message, pdu.data, (guint) pdu.length);
    reply = sim_sms_build_reply (message);
    if (!reply)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    if (state->messages->len == MAX_MESSAGES)
        g_byte_array_unref (reply);
    else
        store_message (state->messages, reply);
    /* Message reference */
    sim_mbim_buffer_add_guint32 (response, 1);
    return MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
set_delete (SimMbimState  *state,
            SimMbimReader *request,
            SimMbimBuffer *response)
{
    guint32 flag = sim_mbim_read_guint32 (request);
    guint32 index = sim_mbim_read_guint32 (request);
    guint   length = state->messages->len;
    guint   i;

    if (request->failed)
        return MBIM_STATUS_ERROR_INVALID_PARAMETERS;
    for (i = length; i > 0; i--) {
        if (message_matches (g_ptr_array_index (state->messages, i - 1), flag, index))
            g_ptr_array_remove_index (state->messages, i - 1);
    }
    return flag == MBIM_SMS_FLAG_INDEX && state->messages->len == length ?
           MBIM_STATUS_ERROR_INVALID_MEMORY_INDEX : MBIM_STATUS_ERROR_NONE;
}

static MbimStatusError
query_store_status (SimMbimState  *state,
                    SimMbimReader *request,
                    SimMbimBuffer *response)
{
    const Message *last = NULL;
    gboolean       unread;

    if (state->messages->len)
        last = g_ptr_array_index (state->messages, state->messages->len - 1);
    unread = last && last->status == MBIM_SMS_STATUS_NEW;
    sim_mbim_buffer_add_guint32 (response, unread ? MBIM_SMS_STATUS_FLAG_NEW_MESSAGE :
                                                    MBIM_SMS_STATUS_FLAG_NONE);
    sim_mbim_buffer_add_guint32 (response, unread ? last->index : 0);
    return MBIM_STATUS_ERROR_NONE;
}

/*****************************************************************************/

#define SMS(name) MBIM_SERVICE_SMS, MBIM_CID_SMS_##name

const SimMbimCommand sim_mbim_sms_commands[] = {
    { SMS (CONFIGURATION),        query_configuration, .needs_card = TRUE },
    { SMS (READ),                 query_read,          .needs_card = TRUE },
    { SMS (SEND),                 NULL, set_send,      .needs_card = TRUE },
    { SMS (DELETE),               NULL, set_delete,    .needs_card = TRUE },
    { SMS (MESSAGE_STORE_STATUS), query_store_status, .indicated = TRUE },
    { MBIM_SERVICE_INVALID }
};
