/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_PORT_H
#define SIM_PORT_H

#include <glib.h>

/**
 * SimPort:
 *
 * The module's side of one port, while the module is on the bus.
 */
typedef struct _SimPort SimPort;

/**
 * SimPortReadFunc:
 *
 * Called with what a program wrote to the port of @interface; with a @length of
 * 0 when no program has it open any more.
 */
typedef void (* SimPortReadFunc) (guint        interface,
                                  const gchar *data,
                                  gsize        length,
                                  gpointer     user_data);

/**
 * SimPortSaidFunc:
 *
 * Called when @text was said on the port of @interface. Neither function may
 * free the port.
 */
typedef void (* SimPortSaidFunc) (guint        interface,
                                  const gchar *text,
                                  gpointer     user_data);

/**
 * sim_port_new:
 * @interface: number of the USB interface.
 * @name: of the device node, without its directory.
 * @fd: the module's side, closed by sim_port_free().
 * @user_data: for all functions of this port.
 *
 * Returns: (transfer full): a port that does not read yet.
 */
SimPort *sim_port_new  (guint            interface,
                        const gchar     *name,
                        gint             fd,
                        SimPortReadFunc  read,
                        gpointer         user_data);
void     sim_port_free (SimPort         *self);

guint        sim_port_get_interface (const SimPort *self);
const gchar *sim_port_get_name      (const SimPort *self);

/**
 * sim_port_watch:
 *
 * Reads from now on, until no program has the port open any more.
 */
void sim_port_watch (SimPort *self);

/**
 * sim_port_write:
 * @fragment: write in pieces of so many bytes, a few ms apart; 0: whole.
 * @said: (nullable): called once all is written.
 *
 * Says @data, after all that was to be said before. If no program has the port
 * open it is lost, as it would be on a real one.
 */
void sim_port_write (SimPort         *self,
                     const gchar     *data,
                     gsize            length,
                     guint            fragment,
                     SimPortSaidFunc  said);

/**
 * sim_port_is_quiet:
 *
 * Returns: whether all that was said is written, and a program had the time to
 * read it: unplugging takes away what was not read.
 */
gboolean sim_port_is_quiet (const SimPort *self);

#endif /* SIM_PORT_H */
