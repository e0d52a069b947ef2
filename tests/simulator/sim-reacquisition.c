/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-reacquisition.h"

struct _SimReacquisition {
    const SimConfig      *config;
    SimReacquisitionFunc  changed;
    gpointer              user_data;
    gboolean              is_searching;
    guint                 registration;
    guint                 source;
};

static gboolean
found_cb (gpointer user_data)
{
    SimReacquisition *self = user_data;

    self->source = 0;
    self->is_searching = FALSE;
    self->changed (self->user_data);
    return G_SOURCE_REMOVE;
}

static gboolean
lost_cb (gpointer user_data)
{
    SimReacquisition *self = user_data;

    self->source = g_timeout_add (self->config->reacquire, found_cb, self);
    self->is_searching = TRUE;
    self->changed (self->user_data);
    return G_SOURCE_REMOVE;
}

gboolean
sim_reacquisition_is_searching (const SimReacquisition *self)
{
    return self->is_searching;
}

gboolean
sim_reacquisition_is_delayed (const SimReacquisition *self,
                              guint                  *registration)
{
    *registration = self->registration;
    return self->source && !self->is_searching;
}

void
sim_reacquisition_abort (SimReacquisition *self)
{
    g_clear_handle_id (&self->source, g_source_remove);
    self->is_searching = FALSE;
}

/* A change during the search begins the search anew */
void
sim_reacquisition_begin (SimReacquisition *self,
                         guint             registration)
{
    gboolean was_searching = self->is_searching;

    if (!self->config->reacquire)
        return;
    g_clear_handle_id (&self->source, g_source_remove);
    if (was_searching) {
        self->source = g_timeout_add (self->config->reacquire, found_cb, self);
        return;
    }
    self->registration = registration;
    self->source = g_timeout_add (self->config->reacquire_after, lost_cb, self);
}

/*****************************************************************************/

SimReacquisition *
sim_reacquisition_new (const SimConfig      *config,
                       SimReacquisitionFunc  changed,
                       gpointer              user_data)
{
    SimReacquisition *self = g_new0 (SimReacquisition, 1);

    self->config = config;
    self->changed = changed;
    self->user_data = user_data;
    return self;
}

void
sim_reacquisition_free (SimReacquisition *self)
{
    sim_reacquisition_abort (self);
    g_free (self);
}
