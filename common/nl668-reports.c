/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "nl668-reports.h"
#include "nl668-secret.h"

/* The value of a port on which COMPLETE has been read; others are percentages. */
#define COMPLETE 101

/* A module may repeat the password of an update that is long over. If there are more, words are
 * hidden. */
#define SECRETS_MAX 16

/* What has been read on a port: the highest value of this download, and the last value */
typedef struct {
    guint highest;
    guint last;
} PortReports;

struct _Nl668Reports {
    /* Ports to #PortReports */
    GHashTable *ports;
    /* Texts to #Nl668Secret */
    GHashTable *secrets;
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
    self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) nl668_secret_free);
    return self;
}

void
nl668_reports_free (Nl668Reports *self)
{
    g_hash_table_unref (self->ports);
    g_hash_table_unref (self->secrets);
    g_free (self->shown);
    g_free (self->words);
    g_free (self);
}

void
nl668_reports_add_secret (Nl668Reports *self,
                          const gchar  *secret)
{
    Nl668Secret *spellings = NULL;

    if (!secret || self->is_hidden || g_hash_table_contains (self->secrets, secret))
        return;
    if (g_hash_table_size (self->secrets) < SECRETS_MAX)
        spellings = nl668_secret_new (secret);
    if (spellings)
        g_hash_table_insert (self->secrets, g_strdup (secret), spellings);
    else
        nl668_reports_hide_words (self);
}

static void
add_encoded (Nl668Reports *self,
             const gchar  *encoded)
{
    g_autofree gchar *secret = NULL;

    if (!*encoded)
        return;
    secret = g_uri_unescape_string (encoded, NULL);
    nl668_reports_add_secret (self, secret ? secret : encoded);
}

void
nl668_reports_add_query (Nl668Reports *self,
                         const gchar  *url)
{
    g_auto(GStrv)  parameters = NULL;
    const gchar   *query;
    guint          i;

    query = url ? strchr (url, '?') : NULL;
    if (!query)
        return;
    add_encoded (self, query + 1);
    parameters = g_strsplit_set (query + 1, "&;", -1);
    for (i = 0; parameters[i]; i++) {
        const gchar *value = strchr (parameters[i], '=');

        add_encoded (self, value ? value + 1 : parameters[i]);
    }
}

void
nl668_reports_hide_words (Nl668Reports *self)
{
    self->is_hidden = TRUE;
}

static gchar *
redact (Nl668Reports *self,
        const gchar  *words)
{
    g_autofree gboolean *marks = NULL;
    GHashTableIter       iter;
    gpointer             secret;
    GString             *redacted;
    gsize                length = strlen (words);
    gsize                i;

    marks = g_new0 (gboolean, length + 1);
    g_hash_table_iter_init (&iter, self->secrets);
    while (g_hash_table_iter_next (&iter, NULL, &secret))
        nl668_secret_mark (secret, words, marks);

    redacted = g_string_new (NULL);
    for (i = 0; i < length; i++) {
        if (!marks[i])
            g_string_append_c (redacted, words[i]);
        else if (!marks[i + 1])
            g_string_append (redacted, "***");
    }
    return g_string_free (redacted, FALSE);
}

gchar *
nl668_reports_quote (Nl668Reports *self,
                     const gchar  *words)
{
    g_autofree gchar *redacted = NULL;

    if (self->is_hidden)
        return g_strdup ("words that are not shown because they may contain a secret");
    redacted = redact (self, words);
    return nl668_printable (redacted);
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

Nl668Report
nl668_reports_add (Nl668Reports  *self,
                   gconstpointer  port,
                   const gchar   *line)
{
    Nl668Report report = { 0 };
    gboolean    is_documented;

    report.urc = nl668_at_parse_urc (line, &report.percent);
    is_documented = report.urc != NL668_URC_FAILURE && report.urc != NL668_URC_OTHER;
    g_free (self->shown);
    /* Those that are in the manual have no room for a secret. */
    self->shown = is_documented ? nl668_printable (line) : nl668_reports_quote (self, line);
    report.shown = self->shown;
    if (!is_documented)
        set_words (self, report.urc == NL668_URC_FAILURE);
    else {
        nl668_reports_clear_words (self);
        add_to_port (self, port, &report);
    }
    return report;
}
