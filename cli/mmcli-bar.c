/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-bar.h"
#include "mmcli-text.h"

#define CELLS_MIN 8
#define CELLS_MAX 40
/* Two brackets and two spaces */
#define FRAME     4

/* The mark moves by one cell each second, to the end and back */
static guint
get_mark_start (guint seconds,
                guint room)
{
    guint step;

    step = seconds % (2 * room);
    return step <= room ? step : 2 * room - step;
}

static void
append_cells (GString  *line,
              gint      percent,
              guint     seconds,
              guint     cells,
              gboolean  utf8)
{
    const gchar *full = utf8 ? "█" : "#";
    const gchar *empty = utf8 ? "░" : "-";
    guint        first = 0;
    guint        count;
    guint        i;

    if (percent >= 0)
        count = cells * (guint) MIN (percent, 100) / 100;
    else {
        count = cells / 4;
        first = get_mark_start (seconds, cells - count);
    }

    for (i = 0; i < cells; i++)
        g_string_append (line, i >= first && i < first + count ? full : empty);
}

gchar *
mmcli_bar_render (const gchar *label,
                  gint         percent,
                  guint        seconds,
                  guint        columns,
                  gboolean     utf8)
{
    g_autofree gchar *elapsed = NULL;
    g_autofree gchar *text = NULL;
    GString          *line;
    gsize             length;
    gint              cells;

    elapsed = mmcli_text_format_elapsed (seconds);
    if (percent >= 0)
        text = g_strdup_printf ("%3d%%  %s  %s", MIN (percent, 100), label, elapsed);
    else
        text = g_strdup_printf ("%s  %s", label, elapsed);

    line = g_string_new (NULL);
    /* Some terminals wrap the line when its last column is written */
    cells = (gint) MIN (columns, 1000) - 1 - FRAME - (gint) mmcli_text_get_width (text);
    if (cells >= CELLS_MIN) {
        g_string_append_c (line, '[');
        append_cells (line, percent, seconds, (guint) MIN (cells, CELLS_MAX), utf8);
        g_string_append (line, "]  ");
        g_string_append (line, text);
    } else {
        length = mmcli_text_get_length (text, columns > 0 ? columns - 1 : 0);
        g_string_append_len (line, text, (gssize) length);
    }
    return g_string_free (line, FALSE);
}
