/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* How long to wait, and how long it took. */

#ifndef MMCLI_TIME_H
#define MMCLI_TIME_H

#include <glib.h>

/**
 * mmcli_time_get_timeout:
 * @seconds: how long to wait.
 *
 * Returns: the same in milliseconds, scaled by FIBOCOM_NL668_TIMEOUT_SCALE.
 */
guint mmcli_time_get_timeout (guint seconds);

/**
 * mmcli_time_format_elapsed:
 * @seconds: how long it took.
 *
 * Returns: (transfer full): as 0:07 or 1:02:03.
 */
gchar *mmcli_time_format_elapsed (guint64 seconds);

/**
 * mmcli_time_format_date:
 * @seconds: seconds since the epoch.
 *
 * Returns: (transfer full): as ISO 8601 in UTC; %NULL if @seconds is 0 or no
 *  date that can be written so.
 */
gchar *mmcli_time_format_date (guint64 seconds);

#endif /* MMCLI_TIME_H */
