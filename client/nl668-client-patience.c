/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-patience.h"
#include "nl668-timeouts.h"

static const guint seconds[] = {
    /* Like the stock mmcli */
    [NL668_CLIENT_PATIENCE_CALL]         = 30,
    /* polkit may ask for a password, and the radio needs up to a minute */
    [NL668_CLIENT_PATIENCE_START]        = 180,
    [NL668_CLIENT_PATIENCE_REGISTRATION] = 120,
    /* The daemon reports a failure after 5 minutes without progress, or 10 minutes after the
     * module came back with the old firmware. Longer, so that its error comes first. */
    [NL668_CLIENT_PATIENCE_UPDATE]       = 10 * 60,
    [NL668_CLIENT_PATIENCE_IDLE]         = 30,
    [NL668_CLIENT_PATIENCE_INSTALLING]   = 15 * 60,
    /* Short, for a user who has unplugged it */
    [NL668_CLIENT_PATIENCE_UNPLUGGED]    = 15,
    [NL668_CLIENT_PATIENCE_INSTALLATION] = 60 * 60,
};

G_STATIC_ASSERT (G_N_ELEMENTS (seconds) == NL668_CLIENT_PATIENCE_LAST);

guint
nl668_client_patience_get (Nl668ClientPatience patience)
{
    const gchar *scale = NULL;

    if (patience != NL668_CLIENT_PATIENCE_CALL && patience != NL668_CLIENT_PATIENCE_START)
        scale = g_getenv ("FIBOCOM_NL668_TIMEOUT_SCALE");
    return nl668_timeout_scale (seconds[patience], scale);
}
