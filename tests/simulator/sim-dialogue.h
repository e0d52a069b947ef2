/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_DIALOGUE_H
#define SIM_DIALOGUE_H

#include "sim-at.h"
#include "sim-script.h"

/**
 * SimDialogue:
 *
 * The AT dialogue on one port of a module while it is on the bus. It splits the
 * input into command lines and gets their responses from the script or else
 * from the module. In data mode it ignores all input.
 */
typedef struct _SimDialogue SimDialogue;

/**
 * SimDialogueFuncs:
 * @command: a command line was received; without its line break.
 * @write: @text is to be written to the port.
 * @done: the module, not the script, ran a command; the response is written.
 */
typedef struct {
    void (* command) (guint                interface,
                      const gchar         *command,
                      gpointer             user_data);
    void (* write)   (guint                interface,
                      const gchar         *text,
                      gpointer             user_data);
    void (* done)    (const SimAtResponse *response,
                      gpointer             user_data);
} SimDialogueFuncs;

SimDialogue *sim_dialogue_new (guint                   interface,
                               SimAt                  *at,
                               SimScript              *script,
                               const SimDialogueFuncs *funcs,
                               gpointer                user_data);

/* Drops delayed responses */
void sim_dialogue_free (SimDialogue *self);

void sim_dialogue_receive (SimDialogue *self,
                           const gchar *data,
                           gsize        length);

/**
 * sim_dialogue_is_online:
 *
 * Returns: whether the port is in data mode, in which the module does not report.
 */
gboolean sim_dialogue_is_online (const SimDialogue *self);

/**
 * sim_dialogue_hang_up:
 *
 * Ends data mode, if the port is in it, with NO CARRIER.
 */
void sim_dialogue_hang_up (SimDialogue *self);

/**
 * sim_dialogue_port_closed:
 *
 * The last program has closed the port: hangs up in data mode.
 */
void sim_dialogue_port_closed (SimDialogue *self);

#endif /* SIM_DIALOGUE_H */
