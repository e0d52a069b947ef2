/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Text for a terminal: how wide it is, what may be printed, and times. */

#ifndef MMCLI_TEXT_H
#define MMCLI_TEXT_H

#include <glib.h>

/**
 * mmcli_text_get_width:
 * @text: valid UTF-8.
 *
 * printf() counts bytes, but a Chinese character takes three bytes and two columns.
 *
 * Returns: the number of columns that @text takes.
 */
guint mmcli_text_get_width (const gchar *text);

/**
 * mmcli_text_get_length:
 * @text: valid UTF-8.
 *
 * Returns: the number of bytes of @text that fit into @columns, in whole characters.
 */
gsize mmcli_text_get_length (const gchar *text,
                             guint        columns);

/**
 * mmcli_text_append_right:
 *
 * Appends @text, right-aligned in a field of @width columns.
 */
void mmcli_text_append_right (GString     *string,
                              const gchar *text,
                              guint        width);

/**
 * mmcli_text_is_printable:
 *
 * Returns: whether @unichar is shown as it is: not a control or format character, such as those
 *  of bidirectional text, not a separator of lines, not invisible, private or unassigned.
 */
gboolean mmcli_text_is_printable (gunichar unichar);

/**
 * mmcli_text_make_printable:
 * @text: text from the module, the daemon or the user.
 *
 * Returns: (transfer full): valid UTF-8 with a question mark for each character that is not
 *  printable.
 */
gchar *mmcli_text_make_printable (const gchar *text);

/**
 * mmcli_text_format_elapsed:
 *
 * Returns: (transfer full): the time as 0:07 or 1:02:03.
 */
gchar *mmcli_text_format_elapsed (guint64 seconds);

/**
 * mmcli_text_format_date:
 * @seconds: seconds since the epoch.
 *
 * Returns: (transfer full) (nullable): the time in ISO 8601, in UTC; %NULL if @seconds is 0
 *  or out of range.
 */
gchar *mmcli_text_format_date (guint64 seconds);

#endif /* MMCLI_TEXT_H */
