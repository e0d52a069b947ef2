/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* SMS (WMS) */

#include "sim-qmi-service.h"

#define MAX_MESSAGES 32

typedef struct {
    guint8  storage;
    guint8  tag;
    guint32 index;
    GBytes *pdu;
} Message;

/* "A message for you" from +4912345678, with the address of the service centre */
static const guint8 received[] = {
    0x07, 0x91, 0x94, 0x71, 0x01, 0x67, 0x05, 0x00,
    0x04, 0x0a, 0x91, 0x94, 0x21, 0x43, 0x65, 0x87, 0x00, 0x00,
    0x62, 0x11, 0x22, 0x21, 0x43, 0x65, 0x00,
    0x11, 0x41, 0x50, 0xbb, 0x3c, 0x9f, 0x87, 0xcf, 0x65, 0x90, 0xf9, 0x2d, 0x07, 0xe5, 0xdf, 0x75
};

static void
message_free (Message *message)
{
    g_bytes_unref (message->pdu);
    g_free (message);
}

static guint32
find_free_index (const SimQmiState *state,
                 guint8             storage)
{
    guint32 index = 0;
    guint   i = 0;

    while (i < state->messages->len) {
        const Message *message = g_ptr_array_index (state->messages, i++);

        if (message->storage == storage && message->index == index) {
            index++;
            i = 0;
        }
    }
    return index;
}

static guint32
store_message (SimQmiState *state,
               guint8       storage,
               guint8       tag,
               GBytes      *pdu)
{
    Message *message = g_new0 (Message, 1);

    message->storage = storage;
    message->tag = tag;
    message->index = find_free_index (state, storage);
    message->pdu = g_bytes_ref (pdu);
    g_ptr_array_add (state->messages, message);
    return message->index;
}

static Message *
find_message (SimQmiCall *call,
              guint8      storage,
              guint64     index)
{
    guint i;

    for (i = 0; i < call->state->messages->len; i++) {
        Message *message = g_ptr_array_index (call->state->messages, i);

        if (message->storage == storage && message->index == index)
            return message;
    }
    return NULL;
}

/*****************************************************************************/

static QmiProtocolError
list_messages (SimQmiCall *call)
{
    g_autoptr(GByteArray) value = g_byte_array_new ();
    guint64               storage;
    guint64               tag;
    gboolean              tagged;
    guint                 n = 0;
    guint                 i;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 1, &storage))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    tagged = sim_qmi_message_get_number (call->request, 0x11, 0, 1, &tag);
    for (i = 0; i < call->state->messages->len; i++) {
        const Message *message = g_ptr_array_index (call->state->messages, i);

        if (message->storage != storage || (tagged && message->tag != tag))
            continue;
        sim_qmi_append (value, "db", message->index, message->tag);
        n++;
    }
    g_byte_array_prepend (value, (const guint8[]) { n, 0, 0, 0 }, 4);
    sim_qmi_message_add_value (call->response, 0x01, value);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
read_message (SimQmiCall *call)
{
    g_autoptr(GByteArray)  value = g_byte_array_new ();
    guint64                storage;
    guint64                index;
    Message               *message;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 1, &storage) ||
        !sim_qmi_message_get_number (call->request, 0x01, 1, 4, &index))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    message = find_message (call, storage, index);
    if (!message)
        return QMI_PROTOCOL_ERROR_NO_ENTRY;
    sim_qmi_append (value, "bbw", message->tag, QMI_WMS_MESSAGE_FORMAT_GSM_WCDMA_POINT_TO_POINT,
                    (guint) g_bytes_get_size (message->pdu));
    g_byte_array_append (value, g_bytes_get_data (message->pdu, NULL),
                         g_bytes_get_size (message->pdu));
    sim_qmi_message_add_value (call->response, 0x01, value);
    if (message->tag == QMI_WMS_MESSAGE_TAG_TYPE_MT_NOT_READ)
        message->tag = QMI_WMS_MESSAGE_TAG_TYPE_MT_READ;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
write_message (SimQmiCall *call)
{
    g_autoptr(GBytes) pdu = sim_qmi_message_get_bytes (call->request, 0x01, 2, 2);
    guint64           storage;

    if (!pdu || !sim_qmi_message_get_number (call->request, 0x01, 0, 1, &storage))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (call->state->messages->len == MAX_MESSAGES)
        return QMI_PROTOCOL_ERROR_DEVICE_STORAGE_FULL;
    sim_qmi_message_add (call->response, 0x01, "d",
                         store_message (call->state, storage,
                                        QMI_WMS_MESSAGE_TAG_TYPE_MO_NOT_SENT, pdu));
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
send_message (SimQmiCall *call)
{
    g_autoptr(GBytes) pdu = sim_qmi_message_get_bytes (call->request, 0x01, 1, 2);

    if (!pdu)
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (!sim_at_is_registered (call->state->at))
        return QMI_PROTOCOL_ERROR_NETWORK_NOT_READY;
    sim_qmi_message_add (call->response, 0x01, "w", 1);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
send_stored_message (SimQmiCall *call)
{
    guint64  storage;
    guint64  index;
    Message *message;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 1, &storage) ||
        !sim_qmi_message_get_number (call->request, 0x01, 1, 4, &index))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    message = find_message (call, storage, index);
    if (!message)
        return QMI_PROTOCOL_ERROR_NO_ENTRY;
    if (!sim_at_is_registered (call->state->at))
        return QMI_PROTOCOL_ERROR_NETWORK_NOT_READY;
    message->tag = QMI_WMS_MESSAGE_TAG_TYPE_MO_SENT;
    sim_qmi_message_add (call->response, 0x10, "w", 1);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
delete_message (SimQmiCall *call)
{
    guint64  storage;
    guint64  index;
    Message *message;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 1, &storage) ||
        !sim_qmi_message_get_number (call->request, 0x10, 0, 4, &index))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    message = find_message (call, storage, index);
    if (!message)
        return QMI_PROTOCOL_ERROR_NO_ENTRY;
    g_ptr_array_remove (call->state->messages, message);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* There is only one route, that of the first entry */
static QmiProtocolError
set_routes (SimQmiCall *call)
{
    guint64 storage;

    if (!sim_qmi_message_get_number (call->request, 0x01, 4, 1, &storage))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    call->state->storage = storage;
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_routes (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "wbbbbbbbb", 2,
                         QMI_WMS_MESSAGE_TYPE_POINT_TO_POINT, QMI_WMS_MESSAGE_CLASS_0,
                         call->state->storage, QMI_WMS_RECEIPT_ACTION_STORE_AND_NOTIFY,
                         QMI_WMS_MESSAGE_TYPE_POINT_TO_POINT, QMI_WMS_MESSAGE_CLASS_1,
                         call->state->storage, QMI_WMS_RECEIPT_ACTION_STORE_AND_NOTIFY);
    return QMI_PROTOCOL_ERROR_NONE;
}

void
sim_qmi_wms_init (SimQmiState *state)
{
    g_autoptr(GBytes) pdu = g_bytes_new_static (received, sizeof (received));

    state->storage = QMI_WMS_STORAGE_TYPE_NV;
    state->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) message_free);
    store_message (state, QMI_WMS_STORAGE_TYPE_UIM, QMI_WMS_MESSAGE_TAG_TYPE_MT_NOT_READ, pdu);
}

static const SimQmiCommand commands[] = {
    { 0x0001                      },     /* Set Event Report */
    { 0x0020, send_message        },
    { 0x0021, write_message       },
    { 0x0022, read_message        },
    { 0x0024, delete_message      },
    { 0x0031, list_messages       },
    { 0x0032, set_routes          },
    { 0x0033, get_routes          },
    { 0x0042, send_stored_message },
    { 0 }
};

const SimQmiService sim_qmi_wms = { QMI_SERVICE_WMS, 1, 10, commands };
