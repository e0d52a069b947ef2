/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* All timeouts of an update. */

#ifndef NL668_TIMEOUTS_H
#define NL668_TIMEOUTS_H

#include <glib.h>

/* How often a module is asked what it may not support, if it is busy or does not respond */
#define NL668_BRIEF_QUERIES_MAX 3

/* How often the revision is read before an update until it is the same twice */
#define NL668_REVISION_QUERIES_MAX 3

typedef enum {
    /* For the response to a command. The manual says less than 1 s (1.2.3). */
    NL668_TIMEOUT_COMMAND,
    /* For registration on an access technology */
    NL668_TIMEOUT_RADIO,
    /* For the loss of registration after the radio was changed: modules are still registered when
     * they respond */
    NL668_TIMEOUT_RADIO_CHANGE,
    /* From OK to the first report */
    NL668_TIMEOUT_START,
    /* From one report to the next */
    NL668_TIMEOUT_PROGRESS,
    /* From a report of a failure, which the manual does not document, to any other report */
    NL668_TIMEOUT_FAILURE,
    /* Since the last progress, in place of the three above, if reports cannot be heard */
    NL668_TIMEOUT_UNHEARD,
    /* From the end of the download to the first restart */
    NL668_TIMEOUT_LEAVE,
    /* For a new revision, from the last restart */
    NL668_TIMEOUT_INSTALL,
    /* From a failure that the module may disprove until it is settled */
    NL668_TIMEOUT_GRACE,
    /* From the last sign of life until the machine may sleep */
    NL668_TIMEOUT_INHIBIT,
    /* Between two queries of a module that does not report its revision, its IMEI or its settings;
     * each time longer by that */
    NL668_TIMEOUT_QUERY,
    /* Between two attempts to restore the settings of a module */
    NL668_TIMEOUT_RESTORE,
    /* How far the progress in the record may lag behind; between two attempts to write a record */
    NL668_TIMEOUT_RECORD,
    NL668_TIMEOUT_LAST
} Nl668Timeout;

/**
 * nl668_timeout_scale:
 * @unscaled: in seconds.
 * @scale: (nullable): a decimal factor above 0 and up to 100. Anything else counts as 1.
 *
 * Returns: the scaled time in milliseconds.
 */
guint nl668_timeout_scale (guint        unscaled,
                           const gchar *scale);

/**
 * nl668_timeout_get:
 *
 * For tests, the environment variable FIBOCOM_NL668_TIMEOUT_SCALE is a factor for all
 * timeouts. It is read once.
 *
 * Returns: the timeout in milliseconds.
 */
guint nl668_timeout_get (Nl668Timeout timeout);

/* NL668_TIMEOUT_COMMAND in seconds, at least 1 */
guint nl668_timeout_get_command_seconds (void);

/**
 * nl668_timeout_get_start_call:
 *
 * Returns: how long Start() may take at most, in milliseconds: the sum of the timeouts of its
 *  steps, and some time for a user who has to enter a password. Not scaled.
 */
guint nl668_timeout_get_start_call (void);

#endif /* NL668_TIMEOUTS_H */
