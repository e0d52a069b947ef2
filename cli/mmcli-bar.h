/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The line that shows on a terminal how far it is: no I/O. */

#ifndef MMCLI_BAR_H
#define MMCLI_BAR_H

#include <glib.h>

/* In place of a percentage: it goes on, nobody knows how far it is. */
#define MMCLI_BAR_UNKNOWN (-1)

/**
 * mmcli_bar_render:
 * @label: what is going on, in ASCII.
 * @percent: 0 to 100, or #MMCLI_BAR_UNKNOWN, which shows a mark that moves.
 * @seconds: how long it has been going on.
 * @columns: the width of the terminal.
 * @utf8: whether blocks may be used, or ASCII only.
 *
 * Returns: (transfer full): a line of less than @columns columns; where a bar
 *  does not fit, it has none.
 */
gchar *mmcli_bar_render (const gchar *label,
                         gint         percent,
                         guint        seconds,
                         guint        columns,
                         gboolean     utf8);

#endif /* MMCLI_BAR_H */
