/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <glib.h>

/**
 * SimScript:
 *
 * What the one who drives the test wants certain commands to be answered, and
 * how late. Commands are told by a prefix, with or without the AT.
 */
typedef struct _SimScript SimScript;

SimScript *sim_script_new  (void);
void       sim_script_free (SimScript *self);

/**
 * sim_script_add_answer:
 * @count: how many times; 0 for always. Of several that fit the last one wins.
 */
void sim_script_add_answer (SimScript   *self,
                            const gchar *prefix,
                            const gchar *text,
                            guint        count);

/**
 * sim_script_remove_answers:
 *
 * Returns: whether there were answers of exactly this prefix.
 */
gboolean sim_script_remove_answers (SimScript   *self,
                                    const gchar *prefix);

/**
 * sim_script_take_answer:
 *
 * Returns: (transfer full): the answer to @line, or %NULL if there is none.
 */
gchar *sim_script_take_answer (SimScript   *self,
                               const gchar *line);

/**
 * sim_script_set_delay:
 * @delay: in milliseconds; 0 for none.
 */
void sim_script_set_delay (SimScript   *self,
                           const gchar *prefix,
                           guint        delay);

/**
 * sim_script_get_delay:
 *
 * Returns: by how many milliseconds the answer to @line is late.
 */
guint sim_script_get_delay (SimScript   *self,
                            const gchar *line);

#endif /* SIM_SCRIPT_H */
