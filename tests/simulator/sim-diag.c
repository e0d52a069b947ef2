/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-diag.h"

/* HDLC frames: escaped, followed by a checksum and a flag */
#define FLAG        0x7e
#define ESCAPE      0x7d
#define ESCAPE_MASK 0x20

#define VERSION_INFO        0
#define VERSION_INFO_LENGTH 55      /* of the response */
#define BAD_COMMAND         19

#define MAX_FRAME 2048

struct _SimDiag {
    guint                  interface;
    const SimControlFuncs *funcs;
    gpointer               user_data;
    GByteArray            *frame;
    gboolean               escaped;
};

/* CRC-16 of ISO/IEC 13239, as in PPP and X.25 */
static guint16
compute_checksum (const guint8 *data,
                  gsize         length)
{
    guint16 checksum = 0xffff;
    gsize   i;
    guint   bit;

    for (i = 0; i < length; i++) {
        checksum ^= data[i];
        for (bit = 0; bit < 8; bit++)
            checksum = checksum & 1 ? (checksum >> 1) ^ 0x8408 : checksum >> 1;
    }
    return (guint16) ~checksum;
}

static void
append_escaped (GByteArray *frame,
                guint8      byte)
{
    guint8 escaped[] = { ESCAPE, byte ^ ESCAPE_MASK };

    if (byte == FLAG || byte == ESCAPE)
        g_byte_array_append (frame, escaped, sizeof (escaped));
    else
        g_byte_array_append (frame, &byte, 1);
}

static void
send_response (SimDiag      *self,
               const guint8 *response,
               gsize         length)
{
    g_autoptr(GByteArray) frame = g_byte_array_new ();
    guint16               checksum = compute_checksum (response, length);
    const guint8          flag = FLAG;
    gsize                 i;

    for (i = 0; i < length; i++)
        append_escaped (frame, response[i]);
    append_escaped (frame, checksum & 0xff);
    append_escaped (frame, checksum >> 8);
    g_byte_array_append (frame, &flag, 1);
    self->funcs->write (self->interface, frame->data, frame->len, self->user_data);
}

static void
run_command (SimDiag *self)
{
    static const guint8 version_info[VERSION_INFO_LENGTH] = { VERSION_INFO };
    guint8              bad_command[] = { BAD_COMMAND, 0 };
    gsize               length = self->frame->len;

    /* Ignore empty frames between two flags, and AT commands of probing */
    if (length < 3 || compute_checksum (self->frame->data, length - 2) !=
                      (self->frame->data[length - 2] | self->frame->data[length - 1] << 8))
        return;
    bad_command[1] = self->frame->data[0];
    if (bad_command[1] == VERSION_INFO)
        send_response (self, version_info, sizeof (version_info));
    else
        send_response (self, bad_command, sizeof (bad_command));
}

void
sim_diag_receive (SimDiag      *self,
                  const guint8 *data,
                  gsize         length)
{
    gsize i;

    for (i = 0; i < length; i++) {
        guint8 byte = self->escaped ? data[i] ^ ESCAPE_MASK : data[i];

        if (data[i] == FLAG) {
            run_command (self);
            g_byte_array_set_size (self->frame, 0);
            self->escaped = FALSE;
        } else if (data[i] == ESCAPE && !self->escaped)
            self->escaped = TRUE;
        else {
            self->escaped = FALSE;
            if (self->frame->len < MAX_FRAME)
                g_byte_array_append (self->frame, &byte, 1);
        }
    }
}

SimDiag *
sim_diag_new (guint                  interface,
              const SimControlFuncs *funcs,
              gpointer               user_data)
{
    SimDiag *self = g_new0 (SimDiag, 1);

    self->interface = interface;
    self->funcs = funcs;
    self->user_data = user_data;
    self->frame = g_byte_array_new ();
    return self;
}

void
sim_diag_free (SimDiag *self)
{
    g_byte_array_unref (self->frame);
    g_free (self);
}
