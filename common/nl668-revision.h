/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Firmware revisions, and what a revision says about an update. */

#ifndef NL668_REVISION_H
#define NL668_REVISION_H

#include <glib.h>

/* The maximum length of a revision, in bytes. The longest that is publicly known has 51. */
#define NL668_REVISION_MAX 128

/**
 * nl668_revision_is_valid:
 * @text: (nullable): what a module or the daemon reports as its revision.
 *
 * After a restart, modules report their boot ("PB DONE", "RDY", "+CEREG: 1") and downloads at any
 * time, also within a response. None of that is a revision: a revision is one line of printable
 * ASCII that begins with a letter or a digit, contains a digit, and does not contain "GTOTA".
 */
gboolean nl668_revision_is_valid (const gchar *text);

/**
 * nl668_revision_is_same:
 *
 * The same firmware may be spelled with or without a model, a date or the version of a
 * customization: "02.73.13", "NL668-EAU-00_02.73.13", "02.73.13 [Sep 17 2019 09:00:00]",
 * "V02.73.13". A dot continues a version number: "02.73" and "02.73.13" differ. Case does not
 * matter.
 *
 * Returns: whether one of them contains the other, delimited, or ends with the version that the
 *   other begins with.
 */
gboolean nl668_revision_is_same (const gchar *a,
                                 const gchar *b);

/* What a module runs, compared with the revisions of an update */
typedef enum {
    NL668_RUNS_UNKNOWN,
    NL668_RUNS_PREVIOUS,
    NL668_RUNS_TARGET,
    NL668_RUNS_OTHER,
} Nl668Runs;

/**
 * nl668_revision_compare:
 * @current: the revision that the module runs; empty if unknown.
 * @previous: its revision before the update; empty if there was none.
 * @target: the revision that the update installs; empty if unknown.
 */
Nl668Runs nl668_revision_compare (const gchar *current,
                                  const gchar *previous,
                                  const gchar *target);

#endif /* NL668_REVISION_H */
