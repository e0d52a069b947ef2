/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_MBIM_MESSAGE_H
#define SIM_MBIM_MESSAGE_H

#include <libmbim-glib.h>

/* MBIM messages from the device's point of view, which libmbim-glib does not
 * have: commands are read, their results and indications are written. */

/* What the control port takes in one transfer, in both directions */
#define SIM_MBIM_MAX_TRANSFER 4096

/**
 * SimMbimReader:
 * @failed: whether something was asked for that is not there.
 *
 * Reads the fields of an information buffer in order. What is not there reads
 * as 0, or as an empty string.
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
 * Returns: a reader of what a pair of offset and length refers to.
 */
SimMbimReader sim_mbim_read_reference (SimMbimReader *self);

/* Returns: (transfer full): a string, never %NULL */
gchar *sim_mbim_read_string (SimMbimReader *self);

/*****************************************************************************/

/**
 * SimMbimBuffer:
 *
 * An information buffer, or a structure in one: its fields in order, then what
 * they refer to.
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

/* An offset alone, of something whose length is known otherwise */
void sim_mbim_buffer_add_offset (SimMbimBuffer *self,
                                 gconstpointer  data,
                                 gsize          length);

/* A pair of offset and length; both 0 if @length is */
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
 * Returns: (transfer full): all of it. Nothing can be added any more.
 */
GBytes *sim_mbim_buffer_finish (SimMbimBuffer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimMbimBuffer, sim_mbim_buffer_free)

/*****************************************************************************/

/**
 * SimMbimRequest:
 * @type: MbimMessageType.
 * @fragments: how many; the rest is that of a command.
 * @information: refers to the data that it was read from.
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
 * @length: of @data, which may go on after the message.
 * @request: filled in if there is a whole message.
 *
 * Returns: the length of the message, 0 if it is not complete yet, or -1 if
 * @data does not begin with one.
 */
gssize sim_mbim_request_parse (const guint8   *data,
                               gsize           length,
                               SimMbimRequest *request);

/* Returns: (transfer full): the request in one line of words. */
gchar *sim_mbim_request_describe (const SimMbimRequest *request);

/* Returns: (transfer full): the messages that a device sends. */
GBytes *sim_mbim_build_command_done (const SimMbimRequest *request,
                                     MbimStatusError       status,
                                     GBytes               *information);
GBytes *sim_mbim_build_indication   (MbimService           service,
                                     guint32               cid,
                                     GBytes               *information);

#endif /* SIM_MBIM_MESSAGE_H */
