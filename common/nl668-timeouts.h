/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Every wait of an update, in one table. */

#ifndef NL668_TIMEOUTS_H
#define NL668_TIMEOUTS_H

#include <glib.h>

typedef enum {
    /* For the answer to a command: the manual says less than 1 s (1.2.3) */
    NL668_TIMEOUT_COMMAND,
    /* For an access technology to come up */
    NL668_TIMEOUT_RADIO,
    /* From the module's OK to its first report */
    NL668_TIMEOUT_START,
    /* From one percentage to the next */
    NL668_TIMEOUT_PROGRESS,
    /* For another revision, once the module has the package or is back */
    NL668_TIMEOUT_INSTALL,
    NL668_TIMEOUT_LAST
} Nl668Timeout;

/**
 * nl668_timeout_scale:
 * @unscaled: a time in seconds.
 * @scale: (nullable): a decimal factor, as in FIBOCOM_NL668_TIMEOUT_SCALE;
 *   one that is missing or not above 0 and up to 100 is 1.
 *
 * Returns: the same in milliseconds, scaled.
 */
guint nl668_timeout_scale (guint        unscaled,
                           const gchar *scale);

/**
 * nl668_timeout_get:
 *
 * For tests, the environment variable FIBOCOM_NL668_TIMEOUT_SCALE is a factor
 * on all of them. It is read once.
 *
 * Returns: the time in milliseconds.
 */
guint nl668_timeout_get (Nl668Timeout timeout);

/* The first of them as the daemon wants it, in whole seconds */
guint nl668_timeout_get_command_seconds (void);

#endif /* NL668_TIMEOUTS_H */
