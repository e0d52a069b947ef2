/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-flood.h"

#define INTERVAL 10     /* ms */

struct _SimFlood {
    SimPort          *port;
    gchar            *text;
    guint             count;
    guint             rate;
    SimFloodDoneFunc  done;
    gpointer          user_data;
    GRand            *random;
    gint64            start_time;
    guint             n_written;
    guint             source;
};

static void
append_once (SimFlood *self,
             GString  *text)
{
    if (self->text)
        g_string_append (text, self->text);
    else
        g_string_append_c (text, (gchar) g_rand_int_range (self->random, 0, 256));
}

static gboolean
flood_cb (gpointer user_data)
{
    SimFlood *self = user_data;
    gint64    elapsed = g_get_monotonic_time () - self->start_time;
    guint     milliseconds = (guint) (elapsed / G_TIME_SPAN_MILLISECOND);
    guint     due = (guint) MIN ((guint64) milliseconds * self->rate / 1000, self->count);
    GString  *text = g_string_new (NULL);

    for (; self->n_written < due; self->n_written++)
        append_once (self, text);
    sim_port_write (self->port, text->str, text->len, 0, NULL);
    g_string_free (text, TRUE);
    if (self->n_written < self->count || !sim_port_is_quiet (self->port))
        return G_SOURCE_CONTINUE;
    self->source = 0;
    self->done (self, sim_port_get_interface (self->port), milliseconds, self->user_data);
    return G_SOURCE_REMOVE;
}

SimFlood *
sim_flood_new (SimPort          *port,
               const gchar      *text,
               guint             count,
               guint             rate,
               SimFloodDoneFunc  done,
               gpointer          user_data)
{
    SimFlood *self = g_new0 (SimFlood, 1);

    self->port = port;
    self->text = g_strdup (text);
    self->count = count;
    self->rate = rate;
    self->done = done;
    self->user_data = user_data;
    /* A fixed seed makes tests reproducible */
    self->random = g_rand_new_with_seed (count);
    self->start_time = g_get_monotonic_time ();
    self->source = g_timeout_add (INTERVAL, flood_cb, self);
    return self;
}

void
sim_flood_free (SimFlood *self)
{
    g_clear_handle_id (&self->source, g_source_remove);
    g_rand_free (self->random);
    g_free (self->text);
    g_free (self);
}
