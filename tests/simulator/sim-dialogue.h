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
 * The AT dialogue on one port of a module, while that is on the bus: makes
 * command lines of what is received and has them answered, by the script or
 * else by the module. While a call carries data it listens to nothing.
 */
typedef struct _SimDialogue SimDialogue;

/**
 * SimDialogueFuncs:
 * @command: a command came, without its end.
 * @say: @text is to be said on the port.
 * @answered: a command was answered so by the module.
 */
typedef struct {
    void (* command)  (guint             interface,
                       const gchar      *command,
                       gpointer          user_data);
    void (* say)      (guint             interface,
                       const gchar      *text,
                       gpointer          user_data);
    void (* answered) (const SimAtReply *reply,
                       gpointer          user_data);
} SimDialogueFuncs;

SimDialogue *sim_dialogue_new (guint                   interface,
                               SimAt                  *at,
                               SimScript              *script,
                               const SimDialogueFuncs *funcs,
                               gpointer                user_data);

/* Answers that are late are not given any more */
void sim_dialogue_free (SimDialogue *self);

void sim_dialogue_receive (SimDialogue *self,
                           const gchar *data,
                           gsize        length);

/**
 * sim_dialogue_hang_up:
 *
 * Says that the call is over, if the port carried its data.
 */
void sim_dialogue_hang_up (SimDialogue *self);

/**
 * sim_dialogue_port_closed:
 *
 * No program has the port open any more, which hangs up, too.
 */
void sim_dialogue_port_closed (SimDialogue *self);

#endif /* SIM_DIALOGUE_H */
