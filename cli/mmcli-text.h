/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef MMCLI_TEXT_H
#define MMCLI_TEXT_H

#include <glib.h>

/* printf() counts bytes; a terminal counts the columns of what it shows, of
 * which a Chinese character takes two. */

/**
 * mmcli_text_get_width:
 * @text: valid UTF-8.
 *
 * Returns: how many columns @text takes.
 */
guint mmcli_text_get_width (const gchar *text);

/**
 * mmcli_text_get_length:
 *
 * Returns: how many bytes of @text fit into @columns.
 */
gsize mmcli_text_get_length (const gchar *text,
                             guint        columns);

/**
 * mmcli_text_append_right:
 *
 * Appends @text, with spaces before it if it takes fewer columns than @width.
 */
void mmcli_text_append_right (GString     *string,
                              const gchar *text,
                              guint        width);

#endif /* MMCLI_TEXT_H */
