/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gi18n.h>

#include "mmcli-bar.h"
#include "mmcli-format.h"
#include "mmcli-output.h"
#include "mmcli-text.h"
#include "nl668-client-words.h"

#define COLUMNS_DEFAULT 80
/* Terminal control: return to the first column, clear to the end of the line */
#define RETURN      "\r"
#define CLEAR_REST  "\033[K"

struct _MmcliOutput {
    MmcliFormat  format;

    /* The live line */
    gboolean     is_live;
    gboolean     is_utf8;
    gboolean     is_drawn;
    gchar       *label;
    gint         percent;
    gint64       since;
    guint        tick_id;

    /* The last text, which is not printed twice in a row */
    gchar       *last;
};

/*****************************************************************************/
/* Live line */

static guint
get_columns (void)
{
    struct winsize size;

    if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS_DEFAULT;
    return size.ws_col;
}

static void
draw (MmcliOutput *self)
{
    g_autofree gchar *line = NULL;
    guint             seconds;

    if (!self->is_live || !self->label)
        return;

    seconds = (guint) ((g_get_monotonic_time () - self->since) / G_USEC_PER_SEC);
    line = mmcli_bar_render (self->label, self->percent, seconds, get_columns (), self->is_utf8);
    g_print (RETURN "%s" CLEAR_REST, line);
    self->is_drawn = TRUE;
}

static void
erase (MmcliOutput *self)
{
    if (!self->is_drawn)
        return;
    g_print (RETURN CLEAR_REST);
    self->is_drawn = FALSE;
}

static gboolean
tick_cb (gpointer user_data)
{
    draw (user_data);
    return G_SOURCE_CONTINUE;
}

static void
set_live (MmcliOutput *self,
          const gchar *label,
          gint         percent)
{
    g_free (self->label);
    self->label = g_strdup (label);
    self->percent = percent;

    if (!self->is_live)
        return;
    if (!label) {
        erase (self);
        g_clear_handle_id (&self->tick_id, g_source_remove);
        return;
    }
    if (!self->tick_id) {
        self->since = g_get_monotonic_time ();
        self->tick_id = g_timeout_add_seconds (1, tick_cb, self);
    }
    draw (self);
}

/*****************************************************************************/
/* Lines */

static void
print_line (MmcliOutput *self,
            const gchar *text)
{
    g_autofree gchar *printable = NULL;

    printable = mmcli_text_make_printable (text);
    erase (self);
    g_print ("%s\n", printable);
    draw (self);
}

/* Returns FALSE if it is @text already */
static gboolean
replace_last (MmcliOutput *self,
              const gchar *text)
{
    if (g_strcmp0 (self->last, text) == 0)
        return FALSE;
    g_free (self->last);
    self->last = g_strdup (text);
    return TRUE;
}

static void
print_plain (MmcliOutput *self,
             const gchar *label,
             gint         percent)
{
    g_autofree gchar *line = NULL;

    if (percent < 0)
        line = g_strdup (label);
    else
        line = g_strdup_printf ("%s: %d%%", label, percent / 10 * 10);
    if (replace_last (self, line))
        print_line (self, line);
}

/*****************************************************************************/

void
mmcli_output_show_status (MmcliOutput             *self,
                          const Nl668ClientStatus *status)
{
    g_autofree gchar *text = NULL;
    gboolean          is_first;

    text = mmcli_format_status (status, self->format);
    if (self->format == MMCLI_FORMAT_HUMAN) {
        g_print ("%s", text);
        return;
    }

    is_first = !self->last;
    if (!replace_last (self, text))
        return;
    if (!is_first && self->format == MMCLI_FORMAT_KEYVALUE)
        fputs ("\n", stdout);
    /* Not g_print(), which converts to the charset of the locale: JSON is UTF-8 */
    fputs (text, stdout);
    fflush (stdout);
}

void
mmcli_output_show_result (MmcliOutput             *self,
                          const Nl668ClientStatus *status)
{
    if (self->format != MMCLI_FORMAT_HUMAN)
        mmcli_output_show_status (self, status);
}

void
mmcli_output_show_activity (MmcliOutput *self,
                            const gchar *label)
{
    if (self->format != MMCLI_FORMAT_HUMAN)
        return;

    if (label && !self->is_live)
        print_plain (self, label, MMCLI_BAR_UNKNOWN);
    set_live (self, label, MMCLI_BAR_UNKNOWN);
}

void
mmcli_output_show_update (MmcliOutput             *self,
                          const Nl668ClientStatus *status)
{
    const gchar *label;
    gint         percent = MMCLI_BAR_UNKNOWN;

    if (self->format != MMCLI_FORMAT_HUMAN) {
        mmcli_output_show_status (self, status);
        return;
    }

    if (!nl668_state_is_under_way (status->state))
        return;
    label = nl668_client_words_get_state (status->state);
    if (status->state == NL668_STATE_DOWNLOADING)
        percent = (gint) status->progress;
    if (!self->is_live)
        print_plain (self, label, percent);
    set_live (self, label, percent);
}

void
mmcli_output_show_step (MmcliOutput *self,
                        const gchar *text)
{
    if (self->format == MMCLI_FORMAT_HUMAN)
        print_line (self, text);
}

void
mmcli_output_show_notice (MmcliOutput *self,
                          const gchar *text)
{
    g_autofree gchar *printable = NULL;

    mmcli_output_show_activity (self, NULL);
    printable = mmcli_text_make_printable (text);
    g_printerr ("%s\n", printable);
}

void
mmcli_output_show_error (MmcliOutput *self,
                         const gchar *text)
{
    g_autofree gchar *line = NULL;

    line = g_strdup_printf (_("error: %s"), text);
    mmcli_output_show_notice (self, line);
}

/*****************************************************************************/

/* A dumb terminal cannot move its cursor */
static gboolean
is_terminal (void)
{
    const gchar *term;

    term = g_getenv ("TERM");
    return isatty (STDOUT_FILENO) && term && *term && !g_str_equal (term, "dumb");
}

MmcliOutput *
mmcli_output_new (MmcliFormat format)
{
    MmcliOutput *self;

    self = g_new0 (MmcliOutput, 1);
    self->format = format;
    self->is_live = format == MMCLI_FORMAT_HUMAN && is_terminal ();
    self->is_utf8 = g_get_charset (NULL);
    return self;
}

void
mmcli_output_free (MmcliOutput *self)
{
    set_live (self, NULL, MMCLI_BAR_UNKNOWN);
    g_free (self->last);
    g_free (self);
}
