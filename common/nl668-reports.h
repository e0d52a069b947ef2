/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The reports of a download, as they arrive on the ports of a module: how far it is, whether it
 * has begun anew, and the last words that the manual does not document. */

#ifndef NL668_REPORTS_H
#define NL668_REPORTS_H

#include "nl668-at.h"

typedef struct _Nl668Reports Nl668Reports;

Nl668Reports *nl668_reports_new  (void);
void          nl668_reports_free (Nl668Reports *self);

/* @secret: (nullable): a password, which the module may repeat at any time. If it looks like a word
 * of the module's own, words are hidden from now on. */
void nl668_reports_add_secret (Nl668Reports *self,
                               const gchar  *secret);

/* @url: (nullable): its query, and each value in it, are secrets. */
void nl668_reports_add_query  (Nl668Reports *self,
                               const gchar  *url);

/**
 * nl668_reports_hide_words:
 *
 * From now on, words that are not in the manual may contain a secret that is not known, because an
 * earlier daemon has sent it.
 */
void nl668_reports_hide_words (Nl668Reports *self);

/**
 * nl668_reports_quote:
 * @words: text from the module.
 *
 * Returns: (transfer full): @words without secrets, safe for a log and a message.
 */
gchar *nl668_reports_quote (Nl668Reports *self,
                            const gchar  *words);

typedef struct {
    Nl668Urc     urc;
    /* With START, PROGRESS and COMPLETE: how far the download is, in percent */
    guint        percent;
    /* With START: whether this is another download than that of the reports before */
    gboolean     is_new;
    /* Whether it differs from the last one on its port, which a module may repeat for ever */
    gboolean     is_changed;
    /* The line, safe for a log and a message; valid until the next report */
    const gchar *shown;
} Nl668Report;

/**
 * nl668_reports_add:
 * @port: identifies the port, and is not dereferenced.
 * @line: a line that nl668_at_get_urc_regex () matched.
 *
 * A module may report on several ports, one of which is read later than the other.
 */
Nl668Report nl668_reports_add (Nl668Reports  *self,
                               gconstpointer  port,
                               const gchar   *line);

/* Whether the module has reported a download, and not that it is complete, since
 * nl668_reports_forget_ports () */
gboolean nl668_reports_is_incomplete (Nl668Reports *self);

/* The next report belongs to another download: the module has restarted, or is told to start
 * one. */
void nl668_reports_forget_ports (Nl668Reports *self);

/**
 * nl668_reports_get_words:
 *
 * Returns: (transfer none) (nullable): the last report that is not in the manual, or the last one
 *   of a failure, if none that is in the manual followed; bounded, printable, and without
 *   secrets.
 */
const gchar *nl668_reports_get_words   (Nl668Reports *self);
void         nl668_reports_clear_words (Nl668Reports *self);

#endif /* NL668_REPORTS_H */
