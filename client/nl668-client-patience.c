/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-patience.h"
#include "nl668-timeouts.h"

/* How much longer than the daemon a client waits, so that the daemon's verdict comes first */
#define MARGIN_SECONDS (5 * 60)
/* How many restarts of the module are part of an installation */
#define RESTARTS_MAX   6

/* Like the stock mmcli */
#define CALL_MILLISECONDS 30000

/* Like the daemon */
#define LEAVING_MILLISECONDS 2000

static guint
scale (guint seconds)
{
    return nl668_timeout_scale (seconds, g_getenv ("FIBOCOM_NL668_TIMEOUT_SCALE"));
}

static guint
get_installing (void)
{
    return MAX (nl668_timeout_get (NL668_TIMEOUT_LEAVE), nl668_timeout_get (NL668_TIMEOUT_INSTALL));
}

guint
nl668_client_patience_get (Nl668ClientPatience patience)
{
    switch (patience) {
    case NL668_CLIENT_PATIENCE_CALL:
        return CALL_MILLISECONDS;
    case NL668_CLIENT_PATIENCE_START:
        return nl668_timeout_get_start_call ();
    case NL668_CLIENT_PATIENCE_REGISTRATION:
        return scale (120);
    case NL668_CLIENT_PATIENCE_UPDATE:
        return nl668_timeout_get (NL668_TIMEOUT_UNHEARD) + scale (MARGIN_SECONDS);
    case NL668_CLIENT_PATIENCE_IDLE:
        return scale (30);
    case NL668_CLIENT_PATIENCE_ABSENT:
    case NL668_CLIENT_PATIENCE_EMERGENCY:
        return scale (10 * 60);
    /* Short, because the user has probably unplugged it */
    case NL668_CLIENT_PATIENCE_UNPLUGGED:
        return scale (15);
    case NL668_CLIENT_PATIENCE_LEAVING:
        return LEAVING_MILLISECONDS;
    case NL668_CLIENT_PATIENCE_INSTALLING:
        return get_installing () + scale (MARGIN_SECONDS);
    case NL668_CLIENT_PATIENCE_INSTALLATION:
    default:
        return get_installing () + RESTARTS_MAX * nl668_timeout_get (NL668_TIMEOUT_INSTALL) +
               scale (MARGIN_SECONDS);
    }
}
