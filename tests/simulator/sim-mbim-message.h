/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_MBIM_MESSAGE_H
#define SIM_MBIM_MESSAGE_H

#include <libmbim-glib.h>

/* The device side of MBIM, which libmbim-glib does not have: parses commands and
 * builds responses and indications. */

/* Maximum size of a control transfer, in both directions */
#define SIM_MBIM_MAX_TRANSFER 4096

/**
 * SimMbimReader:
 * @failed: whether a read exceeded the data.
 *
 * Reads the fields of an information buffer in order. Failed reads return 0 or an
 * empty string.
 */
typedef struct {
    const guint8 *data;
    gsize         length;
    gsize         position;
    gboolean      failed;
} SimMbimReader;

guint16       sim_mbim_read_guint16 (SimMbimReader *self);
guint32       sim_mbim_read_guint32 (SimMbimReader *self);
const guint8 *sim_mbim_read_bytes   (SimMbimReader *self,
                                     gsize          length);

/**
 * sim_mbim_read_reference:
 *
 * Reads an offset and a length.
 *
 * Returns: a reader for the data they refer to.
 */
SimMbimReader sim_mbim_read_reference (SimMbimReader *self);

/* Returns: (transfer full): a string, never %NULL */
gchar *sim_mbim_read_string (SimMbimReader *self);

/*****************************************************************************/

/**
 * SimMbimBuffer:
 *
 * An information buffer, or a structure in one: its fields, followed by the data
 * that they refer to.
 */
typedef struct _SimMbimBuffer SimMbimBuffer;

SimMbimBuffer *sim_mbim_buffer_new  (void);
void           sim_mbim_buffer_free (SimMbimBuffer *self);

void sim_mbim_buffer_add_guint16 (SimMbimBuffer *self,
                                  guint16        value);
void sim_mbim_buffer_add_guint32 (SimMbimBuffer *self,
                                  guint32        value);
void sim_mbim_buffer_add_guint64 (SimMbimBuffer *self,
                                  guint64        value);
void sim_mbim_buffer_add_bytes   (SimMbimBuffer *self,
                                  gconstpointer  data,
                                  gsize          length);

/* Adds data and a field with its offset only */
void sim_mbim_buffer_add_offset (SimMbimBuffer *self,
                                 gconstpointer  data,
                                 gsize          length);

/* Add data and fields with its offset and length; both are 0 if the data is empty */
void sim_mbim_buffer_add_reference (SimMbimBuffer *self,
                                    gconstpointer  data,
                                    gsize          length);
void sim_mbim_buffer_add_string    (SimMbimBuffer *self,
                                    const gchar   *value);
void sim_mbim_buffer_add_structure (SimMbimBuffer *self,
                                    SimMbimBuffer *structure);

/**
 * sim_mbim_buffer_finish:
 *
 * Returns: (transfer full): the complete buffer. Nothing can be added to it later.
 */
GBytes *sim_mbim_buffer_finish (SimMbimBuffer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimMbimBuffer, sim_mbim_buffer_free)

/*****************************************************************************/

/**
 * SimMbimRequest:
 * @type: a #MbimMessageType.
 * @fragments: number of fragments. This and the following fields are set for
 * commands only.
 * @information: refers to the data passed to sim_mbim_request_parse().
 */
typedef struct {
    guint32       type;
    guint32       transaction;
    guint32       fragments;
    MbimUuid      service_id;
    MbimService   service;
    guint32       cid;
    gboolean      set;
    SimMbimReader information;
} SimMbimRequest;

/**
 * sim_mbim_request_parse:
 * @length: of @data, which may contain more than one message.
 * @request: (out): set if the message is complete.
 *
 * Returns: the length of the message, 0 if it is incomplete, or -1 if @data does
 * not begin with a message.
 */
gssize sim_mbim_request_parse (const guint8   *data,
                               gsize           length,
                               SimMbimRequest *request);

/* Returns: (transfer full): a description of the command on one line */
gchar *sim_mbim_request_describe (const SimMbimRequest *request);

/* Return: (transfer full): a message from the device */
GBytes *sim_mbim_build_command_done (const SimMbimRequest *request,
                                     MbimStatusError       status,
                                     GBytes               *information);
GBytes *sim_mbim_build_indication   (MbimService           service,
                                     guint32               cid,
                                     GBytes               *information);

#endif /* SIM_MBIM_MESSAGE_H */
