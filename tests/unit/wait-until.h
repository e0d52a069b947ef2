/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Runs the main loop until a condition is true */

#ifndef WAIT_UNTIL_H
#define WAIT_UNTIL_H

#include <glib.h>

#define WAIT_SECONDS 60

static inline gboolean
wait_tick_cb (guint *n_ticks)
{
    if (++*n_ticks == WAIT_SECONDS * 100)
        g_error ("timed out");
    return G_SOURCE_CONTINUE;
}

/* Polls: not every condition wakes up the main loop. */
#define wait_until(condition) \
    G_STMT_START { \
        guint n_ticks_ = 0; \
        guint tick_id_ = g_timeout_add (10, (GSourceFunc) wait_tick_cb, &n_ticks_); \
        while (!(condition)) \
            g_main_context_iteration (NULL, TRUE); \
        g_source_remove (tick_id_); \
    } G_STMT_END

/* For what must not happen in the meantime */
static inline void
let_time_pass (guint milliseconds)
{
    gint64 end = g_get_monotonic_time () + milliseconds * G_TIME_SPAN_MILLISECOND;

    wait_until (g_get_monotonic_time () > end);
}

#endif /* WAIT_UNTIL_H */
