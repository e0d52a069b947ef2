/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <glib.h>

/**
 * SimScript:
 *
 * Responses and delays that a test sets for certain commands, which are matched
 * by a prefix, with or without AT.
 *
 * The module does not run a command that has such a response, unless the response
 * contains one of these marks.
 */
typedef struct _SimScript SimScript;

SimScript *sim_script_new  (void);
void       sim_script_free (SimScript *self);

/* Stands for the module's own response */
#define SIM_SCRIPT_ANSWER "<answer>"
/* Stands for nothing: the module's own response gets lost */
#define SIM_SCRIPT_RUN    "<run>"

/**
 * sim_script_add_response:
 * @text: the response, without the line breaks around it; empty for no response.
 * @count: how many times to use it; 0 for always.
 * @each_start: whether to use it that often after each start of the module to
 * come, and not now.
 *
 * If several responses match, the one added last is used.
 */
void sim_script_add_response (SimScript   *self,
                              const gchar *prefix,
                              const gchar *text,
                              guint        count,
                              gboolean     each_start);

/**
 * sim_script_remove_responses:
 *
 * Returns: whether there were responses for exactly this prefix.
 */
gboolean sim_script_remove_responses (SimScript   *self,
                                      const gchar *prefix);

/**
 * sim_script_take_response:
 *
 * Returns: (transfer full): the response to @line, or %NULL if there is none.
 */
gchar *sim_script_take_response (SimScript   *self,
                                 const gchar *line);

/**
 * sim_script_start_module:
 *
 * The module has started: the responses for each start are used again.
 */
void sim_script_start_module (SimScript *self);

/**
 * sim_script_set_delay:
 * @delay: of the response, in milliseconds; 0 for none.
 */
void sim_script_set_delay (SimScript   *self,
                           const gchar *prefix,
                           guint        delay);

/**
 * sim_script_get_delay:
 *
 * Returns: the delay of the response to @line in milliseconds.
 */
guint sim_script_get_delay (SimScript   *self,
                            const gchar *line);

#endif /* SIM_SCRIPT_H */
