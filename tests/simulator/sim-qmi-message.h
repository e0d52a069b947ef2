/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_QMI_MESSAGE_H
#define SIM_QMI_MESSAGE_H

#include <libqmi-glib.h>

/**
 * sim_qmi_append:
 * @format: a letter for each argument: `b`, `w`, `d` for an integer that is encoded
 * with 8, 16 or 32 bits, `q` for a #guint64, `s` for a string, `S` for a string
 * that is preceded by its length in one byte.
 */
void sim_qmi_append (GByteArray  *value,
                     const gchar *format,
                     ...);

/**
 * sim_qmi_message_add:
 * @format: see sim_qmi_append().
 *
 * Adds a TLV.
 */
void sim_qmi_message_add (QmiMessage  *self,
                          guint8       type,
                          const gchar *format,
                          ...);

/* Adds a TLV with a value built by sim_qmi_append() */
void sim_qmi_message_add_value (QmiMessage       *self,
                                guint8            type,
                                const GByteArray *value);

/**
 * sim_qmi_message_get_number:
 * @offset: of the number in the value.
 * @size: of the number, in bytes.
 *
 * Returns: whether the TLV exists and is long enough.
 */
gboolean sim_qmi_message_get_number (QmiMessage *self,
                                     guint8      type,
                                     gsize       offset,
                                     gsize       size,
                                     guint64    *number);

/**
 * sim_qmi_message_get_bytes:
 * @offset: of the length in the value; the bytes follow it.
 * @prefix: size of the length, in bytes.
 *
 * Returns: (transfer full): the bytes, or %NULL if the TLV is missing or too short.
 */
GBytes *sim_qmi_message_get_bytes (QmiMessage *self,
                                   guint8      type,
                                   gsize       offset,
                                   gsize       prefix);

/**
 * sim_qmi_message_describe:
 *
 * Returns: (transfer full): the message as printed by libqmi, but on one line and
 * without client and transaction ids.
 */
gchar *sim_qmi_message_describe (QmiMessage *self);

#endif /* SIM_QMI_MESSAGE_H */
