/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-reports.h"

/* The value of a port on which COMPLETE has been read; others are percentages. */
#define COMPLETE 101

/* A module may repeat the password of an update that is long over. */
#define SECRETS_MAX 16

/* What has been read on a port: the highest value of this download, and the last value */
typedef struct {
    guint highest;
    guint last;
} PortReports;

struct _Nl668Reports {
    /* Ports to #PortReports */
    GHashTable *ports;
    GPtrArray  *secrets;
    gchar      *shown;
    gchar      *words;
    gboolean    is_failure;
    gboolean    is_hidden;
};

Nl668Reports *
nl668_reports_new (void)
{
    Nl668Reports *self;

    self = g_new0 (Nl668Reports, 1);
    self->ports = g_hash_table_new_full (NULL, NULL, NULL, g_free);
    self->secrets = g_ptr_array_new_with_free_func (g_free);
    return self;
}

void
nl668_reports_free (Nl668Reports *self)
{
    g_hash_table_unref (self->ports);
    g_ptr_array_unref (self->secrets);
    g_free (self->shown);
    g_free (self->words);
    g_free (self);
}

void
nl668_reports_add_secret (Nl668Reports *self,
                          const gchar  *secret)
{
    if (!secret || g_ptr_array_find_with_equal_func (self->secrets, secret, g_str_equal, NULL))
        return;
    if (self->secrets->len == SECRETS_MAX)
        g_ptr_array_remove_index (self->secrets, 0);
    g_ptr_array_add (self->secrets, g_strdup (secret));
}

void
nl668_reports_hide_words (Nl668Reports *self)
{
    self->is_hidden = TRUE;
}

gchar *
nl668_reports_redact (Nl668Reports *self,
                      const gchar  *text)
{
    gchar *redacted;
    guint  i;

    redacted = g_strdup (text);
    for (i = 0; i < self->secrets->len; i++) {
        g_autofree gchar *before = redacted;

        redacted = nl668_redact (before, self->secrets->pdata[i]);
    }
    return redacted;
}

GError *
nl668_reports_redact_error (Nl668Reports *self,
                            const GError *error)
{
    g_autofree gchar *message = NULL;

    message = nl668_reports_redact (self, error->message);
    return g_error_new_literal (error->domain, error->code, message);
}

void
nl668_reports_forget_ports (Nl668Reports *self)
{
    g_hash_table_remove_all (self->ports);
}

const gchar *
nl668_reports_get_words (Nl668Reports *self)
{
    return self->words;
}

void
nl668_reports_clear_words (Nl668Reports *self)
{
    g_clear_pointer (&self->words, g_free);
    self->is_failure = FALSE;
}

static guint
get_value (Nl668Report *report)
{
    if (report->urc == NL668_URC_START)
        return 0;
    return report->urc == NL668_URC_COMPLETE ? COMPLETE : report->percent;
}

/* The port that has read most is ahead of the others. */
static guint
get_percent (Nl668Reports *self)
{
    GHashTableIter iter;
    gpointer       value;
    guint          percent = 0;

    g_hash_table_iter_init (&iter, self->ports);
    while (g_hash_table_iter_next (&iter, NULL, &value))
        percent = MAX (percent, MIN (((PortReports *) value)->highest, 100));
    return percent;
}

gboolean
nl668_reports_is_incomplete (Nl668Reports *self)
{
    return g_hash_table_size (self->ports) && get_percent (self) < 100;
}

static void
add_to_port (Nl668Reports  *self,
             gconstpointer  port,
             Nl668Report   *report)
{
    PortReports *read;
    guint        value;

    read = g_hash_table_lookup (self->ports, port);
    value = get_value (report);
    report->is_changed = read && value != read->last;
    report->is_new = (report->urc == NL668_URC_START &&
                      (read ? read->highest > 0 : !g_hash_table_size (self->ports)));
    /* Percentages that rise below the highest one are another download, too: START was lost. A port
     * that cannot be read any more must not keep its percentage. */
    if (report->is_new || (read && value > read->last && value < read->highest)) {
        g_hash_table_remove_all (self->ports);
        read = NULL;
    }
    if (!read) {
        read = g_new0 (PortReports, 1);
        g_hash_table_insert (self->ports, (gpointer) port, read);
    }
    read->highest = MAX (read->highest, value);
    read->last = value;
    report->percent = get_percent (self);
}

/* A failure is not replaced by words that say less. */
static void
set_words (Nl668Reports *self,
           gboolean      is_failure)
{
    if (self->is_failure && !is_failure)
        return;
    g_free (self->words);
    self->words = g_strdup (self->shown);
    self->is_failure = is_failure;
}

static void
set_shown (Nl668Reports *self,
           const gchar  *line,
           gboolean      is_documented)
{
    g_autofree gchar *redacted = NULL;

    g_free (self->shown);
    if (self->is_hidden && !is_documented)
        self->shown = g_strdup ("GTOTA, not shown because it may contain the password");
    else {
        redacted = nl668_reports_redact (self, line);
        self->shown = nl668_printable (redacted);
    }
}

Nl668Report
nl668_reports_add (Nl668Reports  *self,
                   gconstpointer  port,
                   const gchar   *line)
{
    Nl668Report report = { 0 };
    gboolean    is_documented;

    report.urc = nl668_at_parse_urc (line, &report.percent);
    is_documented = report.urc != NL668_URC_FAILURE && report.urc != NL668_URC_OTHER;
    set_shown (self, line, is_documented);
    report.shown = self->shown;
    if (!is_documented)
        set_words (self, report.urc == NL668_URC_FAILURE);
    else {
        nl668_reports_clear_words (self);
        add_to_port (self, port, &report);
    }
    return report;
}
