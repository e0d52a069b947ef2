/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-composition.h"
#include "sim-installation.h"

/* The chip in emergency download mode */
static const SimUsbId emergency_id = { 0x05c6, 0x9008 };

struct _SimInstallation {
    SimConfig *config;
    gchar     *package;
    guint      restarts_left;
    guint      n_restarts;          /* after which it was itself */
    gboolean   is_other;
};

static gboolean
becomes_other (const SimInstallation *self)
{
    return self->config->install == SIM_INSTALL_EDL || self->config->install == SIM_INSTALL_OTHER;
}

static void
set_revision (SimInstallation *self)
{
    gchar **revisions = self->config->revisions;
    guint   n = revisions ? g_strv_length (revisions) : 0;

    self->n_restarts++;
    if (n) {
        g_free (self->config->revision);
        self->config->revision = g_strdup (revisions[MIN (self->n_restarts, n) - 1]);
    } else if (!self->restarts_left) {
        sim_config_install (self->config, self->package);
    }
}

static void
set_address (SimInstallation *self)
{
    SimConfig *config = self->config;

    if (config->new_port)
        config->port = config->new_port;
    if (!config->new_id.vendor)
        return;
    config->id = config->new_id;
    config->interfaces = 0;
    if (sim_composition_complete_config (config, NULL))
        return;
    config->composition = SIM_COMPOSITION_AT;
    sim_composition_complete_config (config, NULL);
}

gboolean
sim_installation_restart (SimInstallation *self)
{
    gboolean was_other = self->is_other;

    self->is_other = FALSE;
    self->restarts_left--;
    if (!was_other && !self->restarts_left) {
        if (self->config->install == SIM_INSTALL_GONE)
            return FALSE;
        if (becomes_other (self)) {
            self->is_other = TRUE;
            self->restarts_left = self->config->other_for ? 1 : 0;
            return TRUE;
        }
    }
    if (self->config->install != SIM_INSTALL_SAME)
        set_revision (self);
    if (!self->restarts_left)
        set_address (self);
    return TRUE;
}

guint
sim_installation_get_stay (const SimInstallation *self)
{
    return self->is_other ? self->config->other_for : self->config->restart_after;
}

gboolean
sim_installation_get_other (const SimInstallation *self,
                            SimUsbId              *id)
{
    *id = self->config->install == SIM_INSTALL_OTHER ? self->config->other_id : emergency_id;
    return self->is_other;
}

gboolean
sim_installation_is_under_way (const SimInstallation *self)
{
    return self->restarts_left > 0;
}

void
sim_installation_repair (SimInstallation *self)
{
    if (!self->is_other || becomes_other (self))
        return;
    self->is_other = FALSE;
    self->restarts_left = 0;
}

void
sim_installation_abort (SimInstallation *self)
{
    self->restarts_left = 0;
}

void
sim_installation_begin (SimInstallation *self,
                        const gchar     *package)
{
    g_free (self->package);
    self->package = g_strdup (package);
    self->restarts_left = self->config->restarts;
    self->n_restarts = 0;
}

/*****************************************************************************/

SimInstallation *
sim_installation_new (SimConfig *config)
{
    SimInstallation *self = g_new0 (SimInstallation, 1);

    self->config = config;
    return self;
}

void
sim_installation_free (SimInstallation *self)
{
    g_free (self->package);
    g_free (self);
}
