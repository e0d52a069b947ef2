/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_PORT_H
#define SIM_PORT_H

#include <glib.h>

/**
 * SimPort:
 *
 * The module's side of a port while the module is on the bus.
 */
typedef struct _SimPort SimPort;

/**
 * SimPortReadFunc:
 *
 * Called with the data that a program wrote to the port of @interface, and with
 * a @length of 0 when the last program closed it. Must not free the port.
 */
typedef void (* SimPortReadFunc) (guint        interface,
                                  const gchar *data,
                                  gsize        length,
                                  gpointer     user_data);

/**
 * SimPortWrittenFunc:
 *
 * Called when @text was written to the port of @interface. Must not free the
 * port.
 */
typedef void (* SimPortWrittenFunc) (guint        interface,
                                     const gchar *text,
                                     gpointer     user_data);

/**
 * sim_port_new:
 * @interface: number of the USB interface.
 * @name: of the device node, without directory.
 * @fd: the module's side; the port closes it.
 * @user_data: for @read and for the callbacks of sim_port_write().
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
 * Reads from the port until the last program closes it.
 */
void sim_port_watch (SimPort *self);

/**
 * sim_port_write:
 * @fragment: size of the pieces to write, a few milliseconds apart; 0: all at once.
 * @written: (nullable): called when everything was written.
 *
 * Queues @data. It is lost if no program has the port open, like on a real port.
 */
void sim_port_write (SimPort            *self,
                     const gchar        *data,
                     gsize               length,
                     guint               fragment,
                     SimPortWrittenFunc  written);

/**
 * sim_port_is_quiet:
 *
 * Returns: whether everything was written, long enough ago for a program to have
 * read it. Unplugging discards unread data.
 */
gboolean sim_port_is_quiet (const SimPort *self);

#endif /* SIM_PORT_H */
