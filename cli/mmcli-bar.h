/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The progress bar, as text. */

#ifndef MMCLI_BAR_H
#define MMCLI_BAR_H

#include <glib.h>

/* The percentage of an activity without progress */
#define MMCLI_BAR_UNKNOWN (-1)

/**
 * mmcli_bar_render:
 * @label: what is going on, in valid UTF-8.
 * @percent: 0 to 100, or #MMCLI_BAR_UNKNOWN for a mark that moves.
 * @seconds: the elapsed time.
 * @columns: the width of the terminal.
 * @utf8: whether the bar may use block characters, or only ASCII.
 *
 * Returns: (transfer full): a line of less than @columns columns, without a bar if there is
 *  no room for it.
 */
gchar *mmcli_bar_render (const gchar *label,
                         gint         percent,
                         guint        seconds,
                         guint        columns,
                         gboolean     utf8);

#endif /* MMCLI_BAR_H */
