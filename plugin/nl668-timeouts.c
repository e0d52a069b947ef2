/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-timeouts.h"

static const guint seconds[] = {
    [NL668_TIMEOUT_COMMAND]  = 10,
    [NL668_TIMEOUT_RADIO]    = 60,
    [NL668_TIMEOUT_START]    = 180,
    [NL668_TIMEOUT_PROGRESS] = 300,
    [NL668_TIMEOUT_INSTALL]  = 600,
};

G_STATIC_ASSERT (G_N_ELEMENTS (seconds) == NL668_TIMEOUT_LAST);

static gdouble
get_scale (void)
{
    static gdouble scale = 0;

    if (scale == 0) {
        const gchar *text;

        text = g_getenv ("FIBOCOM_NL668_TIMEOUT_SCALE");
        scale = text ? g_ascii_strtod (text, NULL) : 1;
        if (!(scale > 0 && scale <= 100))
            scale = 1;
    }
    return scale;
}

guint
nl668_timeout_get (Nl668Timeout timeout)
{
    return seconds[timeout] * 1000 * get_scale ();
}

guint
nl668_timeout_get_command_seconds (void)
{
    return MAX (nl668_timeout_get (NL668_TIMEOUT_COMMAND) / 1000, 1);
}
