/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-timeouts.h"

static const guint seconds[] = {
    [NL668_TIMEOUT_COMMAND]      = 10,
    [NL668_TIMEOUT_RADIO]        = 60,
    [NL668_TIMEOUT_RADIO_CHANGE] = 3,
    [NL668_TIMEOUT_START]        = 180,
    [NL668_TIMEOUT_PROGRESS]     = 300,
    [NL668_TIMEOUT_FAILURE]      = 60,
    [NL668_TIMEOUT_UNHEARD]      = 60 * 60,
    [NL668_TIMEOUT_LEAVE]        = 30 * 60,
    [NL668_TIMEOUT_INSTALL]      = 600,
    [NL668_TIMEOUT_GRACE]        = 30 * 60,
    [NL668_TIMEOUT_INHIBIT]      = 60 * 60,
    [NL668_TIMEOUT_QUERY]        = 5,
    [NL668_TIMEOUT_RESTORE]      = 30,
    [NL668_TIMEOUT_RECORD]       = 10,
};

G_STATIC_ASSERT (G_N_ELEMENTS (seconds) == NL668_TIMEOUT_LAST);

#define SCALE_MAX 100

/* polkit does not limit the time for a password. */
#define AUTHORIZATION_SECONDS 300
/* Three settings and the modes that are restored first; UPower and logind; AT+GTOTA=?; CALLBREAK,
 * GPRSFIRST and AT+GTOTA */
#define N_START_COMMANDS      (4 + 2 + 1 + 3)
/* AT+CGMR; AT+GTSET? and AT+GTRAT? */
#define N_BRIEF_QUERIES       (NL668_REVISION_QUERIES_MAX + 2)
/* LTE and 3G */
#define N_TECHNOLOGIES        2

guint
nl668_timeout_scale (guint        unscaled,
                     const gchar *scale)
{
    gdouble factor = 0;

    if (scale)
        factor = g_ascii_strtod (scale, NULL);
    /* Also true for NaN */
    if (!(factor > 0 && factor <= SCALE_MAX))
        factor = 1;
    return (guint) (unscaled * 1000.0 * factor);
}

static const gchar *
get_scale (void)
{
    static gboolean  is_read = FALSE;
    static gchar    *scale = NULL;

    if (!is_read) {
        scale = g_strdup (g_getenv ("FIBOCOM_NL668_TIMEOUT_SCALE"));
        is_read = TRUE;
    }
    return scale;
}

guint
nl668_timeout_get (Nl668Timeout timeout)
{
    return nl668_timeout_scale (seconds[timeout], get_scale ());
}

guint
nl668_timeout_get_command_seconds (void)
{
    return MAX (nl668_timeout_get (NL668_TIMEOUT_COMMAND) / 1000, 1);
}

guint
nl668_timeout_get_start_call (void)
{
    guint technology;
    guint query;

    technology = seconds[NL668_TIMEOUT_COMMAND] + seconds[NL668_TIMEOUT_RADIO_CHANGE] +
                 seconds[NL668_TIMEOUT_RADIO];
    query = NL668_BRIEF_QUERIES_MAX * seconds[NL668_TIMEOUT_COMMAND] +
            NL668_BRIEF_QUERIES_MAX * (NL668_BRIEF_QUERIES_MAX - 1) / 2 *
            seconds[NL668_TIMEOUT_QUERY];
    return 1000 * (AUTHORIZATION_SECONDS +
                   N_START_COMMANDS * seconds[NL668_TIMEOUT_COMMAND] +
                   N_BRIEF_QUERIES * query +
                   N_TECHNOLOGIES * technology);
}
