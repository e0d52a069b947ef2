/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-flood.h"

#define INTERVAL 10     /* ms */

struct _SimFlood {
    SimPort         *port;
    gchar           *text;
    guint            count;
    guint            rate;
    SimFloodEndFunc  end;
    gpointer         user_data;
    GRand           *random;
    gint64           begin;
    guint            said;
    guint            source;
};

static void
append (SimFlood *self,
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
    guint     milliseconds = (guint) ((g_get_monotonic_time () - self->begin) / G_TIME_SPAN_MILLISECOND);
    guint     due = (guint) MIN ((guint64) milliseconds * self->rate / 1000, self->count);
    GString  *text = g_string_new (NULL);

    for (; self->said < due; self->said++)
        append (self, text);
    sim_port_write (self->port, text->str, text->len, 0, NULL);
    g_string_free (text, TRUE);
    if (self->said < self->count || !sim_port_is_quiet (self->port))
        return G_SOURCE_CONTINUE;
    self->source = 0;
    self->end (self, sim_port_get_interface (self->port), milliseconds, self->user_data);
    return G_SOURCE_REMOVE;
}

SimFlood *
sim_flood_new (SimPort         *port,
               const gchar     *text,
               guint            count,
               guint            rate,
               SimFloodEndFunc  end,
               gpointer         user_data)
{
    SimFlood *self = g_new0 (SimFlood, 1);

    self->port = port;
    self->text = g_strdup (text);
    self->count = count;
    self->rate = rate;
    self->end = end;
    self->user_data = user_data;
    /* The same bytes each time */
    self->random = g_rand_new_with_seed (count);
    self->begin = g_get_monotonic_time ();
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
