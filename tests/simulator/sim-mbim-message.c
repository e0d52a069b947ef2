/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-mbim-message.h"

#define HEADER_LENGTH 12

/*****************************************************************************/
/* Reader */

const guint8 *
sim_mbim_read_bytes (SimMbimReader *self,
                     gsize          length)
{
    const guint8 *bytes;

    if (self->failed || length > self->length - self->position) {
        self->failed = TRUE;
        return NULL;
    }
    bytes = self->data + self->position;
    self->position += length;
    return bytes;
}

guint16
sim_mbim_read_guint16 (SimMbimReader *self)
{
    const guint8 *bytes = sim_mbim_read_bytes (self, sizeof (guint16));

    return bytes ? (guint16) (bytes[0] | bytes[1] << 8) : 0;
}

guint32
sim_mbim_read_guint32 (SimMbimReader *self)
{
    guint32 low = sim_mbim_read_guint16 (self);

    return low | (guint32) sim_mbim_read_guint16 (self) << 16;
}

SimMbimReader
sim_mbim_read_reference (SimMbimReader *self)
{
    guint32       offset = sim_mbim_read_guint32 (self);
    guint32       length = sim_mbim_read_guint32 (self);
    SimMbimReader target = { .length = length };

    if (offset > self->length || length > self->length - offset)
        self->failed = TRUE;
    if (self->failed)
        target.length = 0;
    else
        target.data = self->data + offset;
    return target;
}

gchar *
sim_mbim_read_string (SimMbimReader *self)
{
    SimMbimReader       target = sim_mbim_read_reference (self);
    g_autofree guint16 *units = g_new0 (guint16, target.length / 2 + 1);
    gchar              *string;
    gsize               i;

    for (i = 0; i < target.length / 2; i++)
        units[i] = sim_mbim_read_guint16 (&target);
    string = g_utf16_to_utf8 (units, (glong) i, NULL, NULL, NULL);
    if (string)
        return string;
    self->failed = TRUE;
    return g_strdup ("");
}

/*****************************************************************************/
/* Buffer */

struct _SimMbimBuffer {
    GByteArray *fields;
    GByteArray *data;
    /* Positions of offset fields, which sim_mbim_buffer_finish() corrects by the
     * length of the fields */
    GArray     *offsets;
};

SimMbimBuffer *
sim_mbim_buffer_new (void)
{
    SimMbimBuffer *self = g_new0 (SimMbimBuffer, 1);

    self->fields = g_byte_array_new ();
    self->data = g_byte_array_new ();
    self->offsets = g_array_new (FALSE, FALSE, sizeof (guint));
    return self;
}

void
sim_mbim_buffer_free (SimMbimBuffer *self)
{
    g_byte_array_unref (self->fields);
    g_byte_array_unref (self->data);
    g_array_unref (self->offsets);
    g_free (self);
}

void
sim_mbim_buffer_add_bytes (SimMbimBuffer *self,
                           gconstpointer  data,
                           gsize          length)
{
    g_byte_array_append (self->fields, data, (guint) length);
}

void
sim_mbim_buffer_add_guint16 (SimMbimBuffer *self,
                             guint16        value)
{
    guint16 little = GUINT16_TO_LE (value);

    sim_mbim_buffer_add_bytes (self, &little, sizeof (little));
}

void
sim_mbim_buffer_add_guint32 (SimMbimBuffer *self,
                             guint32        value)
{
    guint32 little = GUINT32_TO_LE (value);

    sim_mbim_buffer_add_bytes (self, &little, sizeof (little));
}

void
sim_mbim_buffer_add_guint64 (SimMbimBuffer *self,
                             guint64        value)
{
    guint64 little = GUINT64_TO_LE (value);

    sim_mbim_buffer_add_bytes (self, &little, sizeof (little));
}

void
sim_mbim_buffer_add_offset (SimMbimBuffer *self,
                            gconstpointer  data,
                            gsize          length)
{
    static const guint8 padding[3] = { 0 };

    if (!length) {
        sim_mbim_buffer_add_guint32 (self, 0);
        return;
    }
    g_array_append_val (self->offsets, self->fields->len);
    sim_mbim_buffer_add_guint32 (self, self->data->len);
    g_byte_array_append (self->data, data, (guint) length);
    g_byte_array_append (self->data, padding, -self->data->len % 4);
}

void
sim_mbim_buffer_add_reference (SimMbimBuffer *self,
                               gconstpointer  data,
                               gsize          length)
{
    sim_mbim_buffer_add_offset (self, data, length);
    sim_mbim_buffer_add_guint32 (self, (guint32) length);
}

void
sim_mbim_buffer_add_string (SimMbimBuffer *self,
                            const gchar   *value)
{
    glong               length = 0;
    g_autofree guint16 *units = g_utf8_to_utf16 (value, -1, NULL, &length, NULL);
    glong               i;

    for (i = 0; i < length; i++)
        units[i] = GUINT16_TO_LE (units[i]);
    sim_mbim_buffer_add_reference (self, units, (gsize) length * sizeof (guint16));
}

void
sim_mbim_buffer_add_structure (SimMbimBuffer *self,
                               SimMbimBuffer *structure)
{
    g_autoptr(GBytes) bytes = sim_mbim_buffer_finish (structure);

    sim_mbim_buffer_add_reference (self, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

GBytes *
sim_mbim_buffer_finish (SimMbimBuffer *self)
{
    guint i;

    for (i = 0; i < self->offsets->len; i++) {
        guint8  *field = self->fields->data + g_array_index (self->offsets, guint, i);
        guint32  offset;

        memcpy (&offset, field, sizeof (offset));
        offset = GUINT32_TO_LE (GUINT32_FROM_LE (offset) + self->fields->len);
        memcpy (field, &offset, sizeof (offset));
    }
    g_array_set_size (self->offsets, 0);
    g_byte_array_append (self->fields, self->data->data, self->data->len);
    g_byte_array_set_size (self->data, 0);
    return g_bytes_new (self->fields->data, self->fields->len);
}

/*****************************************************************************/
/* Messages */

static void
parse_command (SimMbimReader  *reader,
               SimMbimRequest *request)
{
    const guint8 *service_id;
    guint32       length;

    request->fragments = sim_mbim_read_guint32 (reader);
    sim_mbim_read_guint32 (reader);
    service_id = sim_mbim_read_bytes (reader, sizeof (MbimUuid));
    request->cid = sim_mbim_read_guint32 (reader);
    request->set = sim_mbim_read_guint32 (reader) == MBIM_MESSAGE_COMMAND_TYPE_SET;
    length = sim_mbim_read_guint32 (reader);
    request->information.data = sim_mbim_read_bytes (reader, length);
    request->information.length = length;
    if (reader->failed)
        return;
    memcpy (&request->service_id, service_id, sizeof (MbimUuid));
    request->service = mbim_uuid_to_service (&request->service_id);
}

gssize
sim_mbim_request_parse (const guint8   *data,
                        gsize           length,
                        SimMbimRequest *request)
{
    SimMbimReader reader = { data, length, 0, FALSE };
    guint32       message_length;

    memset (request, 0, sizeof (*request));
    if (length < HEADER_LENGTH)
        return 0;
    request->type = sim_mbim_read_guint32 (&reader);
    message_length = sim_mbim_read_guint32 (&reader);
    request->transaction = sim_mbim_read_guint32 (&reader);
    if (message_length < HEADER_LENGTH || message_length > SIM_MBIM_MAX_TRANSFER)
        return -1;
    if (message_length > length)
        return 0;
    reader.length = message_length;
    if (request->type == MBIM_MESSAGE_TYPE_COMMAND)
        parse_command (&reader, request);
    return reader.failed ? -1 : (gssize) message_length;
}

gchar *
sim_mbim_request_describe (const SimMbimRequest *request)
{
    const gchar *service = mbim_service_get_string (request->service);
    const gchar *command = NULL;
    GString     *text = g_string_new (NULL);
    gsize        i;

    if (request->service != MBIM_SERVICE_INVALID && request->cid)
        command = mbim_cid_get_printable (request->service, request->cid);
    g_string_printf (text, "%s %s ", request->set ? "set" : "query", service);
    if (command)
        g_string_append (text, command);
    else
        g_string_append_printf (text, "%u", request->cid);
    if (request->information.length)
        g_string_append_c (text, ' ');
    for (i = 0; i < request->information.length; i++)
        g_string_append_printf (text, "%02x", request->information.data[i]);
    return g_string_free (text, FALSE);
}

static GBytes *
build_message (MbimMessageType  type,
               guint32          transaction,
               const MbimUuid  *service_id,
               guint32          cid,
               const guint32   *status,
               GBytes          *information)
{
    g_autoptr(SimMbimBuffer) buffer = sim_mbim_buffer_new ();
    gsize                    length = information ? g_bytes_get_size (information) : 0;
    guint                    n_words = 3 + 2 + 4 + 1 + (status ? 1 : 0) + 1;

    sim_mbim_buffer_add_guint32 (buffer, type);
    sim_mbim_buffer_add_guint32 (buffer, n_words * sizeof (guint32) + (guint32) length);
    sim_mbim_buffer_add_guint32 (buffer, transaction);
    /* Number of fragments, current fragment */
    sim_mbim_buffer_add_guint32 (buffer, 1);
    sim_mbim_buffer_add_guint32 (buffer, 0);
    sim_mbim_buffer_add_bytes (buffer, service_id, sizeof (MbimUuid));
    sim_mbim_buffer_add_guint32 (buffer, cid);
    if (status)
        sim_mbim_buffer_add_guint32 (buffer, *status);
    sim_mbim_buffer_add_guint32 (buffer, (guint32) length);
    if (length)
        sim_mbim_buffer_add_bytes (buffer, g_bytes_get_data (information, NULL), length);
    return sim_mbim_buffer_finish (buffer);
}

GBytes *
sim_mbim_build_command_done (const SimMbimRequest *request,
                             MbimStatusError       status,
                             GBytes               *information)
{
    guint32 field = status;

    return build_message (MBIM_MESSAGE_TYPE_COMMAND_DONE, request->transaction,
                          &request->service_id, request->cid, &field, information);
}

GBytes *
sim_mbim_build_indication (MbimService  service,
                           guint32      cid,
                           GBytes      *information)
{
    return build_message (MBIM_MESSAGE_TYPE_INDICATE_STATUS, 0,
                          mbim_uuid_from_service (service), cid, NULL, information);
}
