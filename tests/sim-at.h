/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_AT_H
#define SIM_AT_H

#include <glib.h>

#include "sim-config.h"
#include "sim-request.h"

/**
 * SimAt:
 *
 * What a module answers to AT commands. No I/O: a command line goes in, an
 * answer comes out.
 */
typedef struct _SimAt SimAt;

/**
 * SimAtReply:
 *
 * @text: what to write, with its line ends.
 * @echo: whether the port echoes commands; read and written by the command.
 * @request: the update to start after @text was written, or %NULL.
 */
typedef struct {
    gchar      *text;
    gboolean    echo;
    SimRequest *request;
} SimAtReply;

/* @config is not copied: changes of it show in the next answer */
SimAt *sim_at_new  (const SimConfig *config);
void   sim_at_free (SimAt           *self);

/**
 * sim_at_restart:
 *
 * Forgets what a module does not keep when it restarts.
 */
void sim_at_restart (SimAt *self);

/**
 * sim_at_set_updating:
 *
 * While an update runs AT+GTOTA is refused. An accepted one sets this itself.
 */
void sim_at_set_updating (SimAt    *self,
                          gboolean  updating);

/**
 * sim_at_run:
 * @line: a command line that begins with "AT", without its end.
 * @reply: @echo is set by the caller; @text and @request are filled in and
 * owned by the caller.
 */
void sim_at_run (SimAt       *self,
                 const gchar *line,
                 SimAtReply  *reply);

/**
 * sim_at_get_registration:
 *
 * Returns: the network that the module finds, as far as keys and +GTRAT decide.
 */
guint sim_at_get_registration (const SimAt *self);

/**
 * sim_at_build_registration_urcs:
 *
 * Returns: (transfer full): the registration URCs that are switched on, with
 * their line ends; may be empty.
 */
gchar *sim_at_build_registration_urcs (const SimAt *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimAt, sim_at_free)

#endif /* SIM_AT_H */
