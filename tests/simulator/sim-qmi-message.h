/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_QMI_MESSAGE_H
#define SIM_QMI_MESSAGE_H

#include <libqmi-glib.h>

/**
 * sim_qmi_append:
 * @format: a letter for each number or string that follows: `b`, `w`, `d`, `q`
 * for 8, 16, 32 and 64 bits (the last one a #guint64), `s` for a string, `S` for
 * one with its length before it, in a byte.
 */
void sim_qmi_append (GByteArray  *value,
                     const gchar *format,
                     ...);

/**
 * sim_qmi_message_add:
 * @format: as in sim_qmi_append().
 *
 * Adds a TLV.
 */
void sim_qmi_message_add (QmiMessage  *self,
                          guint8       type,
                          const gchar *format,
                          ...);

/* The same with a value that was built before */
void sim_qmi_message_add_value (QmiMessage       *self,
                                guint8            type,
                                const GByteArray *value);

/**
 * sim_qmi_message_get_number:
 * @offset: in the value of the TLV.
 * @size: in bytes.
 *
 * Returns: whether there is such a TLV, and it is long enough.
 */
gboolean sim_qmi_message_get_number (QmiMessage *self,
                                     guint8      type,
                                     gsize       offset,
                                     gsize       size,
                                     guint64    *number);

/**
 * sim_qmi_message_get_bytes:
 * @offset: of a length of @prefix bytes, which the bytes follow.
 *
 * Returns: (transfer full): the bytes, or %NULL if the TLV is not there or too
 * short.
 */
GBytes *sim_qmi_message_get_bytes (QmiMessage *self,
                                   guint8      type,
                                   gsize       offset,
                                   gsize       prefix);

/**
 * sim_qmi_message_describe:
 *
 * Returns: (transfer full): the message in libqmi's words, as one line; without
 * what differs from one run to the next.
 */
gchar *sim_qmi_message_describe (QmiMessage *self);

#endif /* SIM_QMI_MESSAGE_H */
