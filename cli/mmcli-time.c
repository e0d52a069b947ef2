/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-time.h"
#include "nl668-timeouts.h"

guint
mmcli_time_get_timeout (guint seconds)
{
    return nl668_timeout_scale (seconds, g_getenv ("FIBOCOM_NL668_TIMEOUT_SCALE"));
}

gchar *
mmcli_time_format_elapsed (guint64 seconds)
{
    guint64 minutes = seconds / 60;

    if (minutes < 60)
        return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u",
                                minutes, (guint) (seconds % 60));
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u",
                            minutes / 60, (guint) (minutes % 60), (guint) (seconds % 60));
}

gchar *
mmcli_time_format_date (guint64 seconds)
{
    g_autoptr(GDateTime) date = NULL;

    if (seconds == 0 || seconds > G_MAXINT64)
        return NULL;
    date = g_date_time_new_from_unix_utc ((gint64) seconds);
    return date ? g_date_time_format (date, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}
