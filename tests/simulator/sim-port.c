/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "sim-port.h"

#define WRITE_GAP  3      /* ms between two fragments */
#define QUIET_TIME (100 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    gchar              *data;         /* NUL-terminated */
    gsize               length;
    gsize               n_written;
    gsize               fragment;
    SimPortWrittenFunc  written;
} Output;

struct _SimPort {
    guint            interface;
    gchar           *name;
    gint             fd;
    SimPortReadFunc  read;
    gpointer         user_data;
    guint            read_source;
    GQueue           outputs;
    guint            write_source;
    gint64           last_write;
};

/*****************************************************************************/
/* Input */

static gboolean
read_cb (gint         fd,
         GIOCondition condition,
         gpointer     user_data)
{
    SimPort *self = user_data;
    gchar    buffer[4096];
    gssize   length;

    length = read (fd, buffer, sizeof (buffer));
    if (length > 0) {
        self->read (self->interface, buffer, (gsize) length, self->user_data);
        return G_SOURCE_CONTINUE;
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;

    /* No program has the port open: poll() would report a hangup until one has */
    self->read_source = 0;
    self->read (self->interface, NULL, 0, self->user_data);
    return G_SOURCE_REMOVE;
}

void
sim_port_watch (SimPort *self)
{
    if (!self->read_source)
        self->read_source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, read_cb, self);
}

/*****************************************************************************/
/* Output */

static void
output_free (Output *output)
{
    g_free (output->data);
    g_free (output);
}

static gboolean
write_cb (gpointer user_data)
{
    SimPort *self = user_data;
    Output  *output;

    while ((output = g_queue_peek_head (&self->outputs))) {
        gsize    left = output->length - output->n_written;
        gboolean pause = output->fragment < left;
        gssize   length;

        length = write (self->fd, output->data + output->n_written, MIN (output->fragment, left));
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return G_SOURCE_CONTINUE;
        self->last_write = g_get_monotonic_time ();
        /* An error means that no program has the port open: everything is lost */
        output->n_written = length > 0 ? output->n_written + (gsize) length : output->length;
        if (output->n_written == output->length) {
            g_queue_pop_head (&self->outputs);
            if (output->written)
                output->written (self->interface, output->data, self->user_data);
            output_free (output);
        }
        if (pause)
            return G_SOURCE_CONTINUE;
    }
    self->write_source = 0;
    return G_SOURCE_REMOVE;
}

void
sim_port_write (SimPort            *self,
                const gchar        *data,
                gsize               length,
                guint               fragment,
                SimPortWrittenFunc  written)
{
    Output *output;

    if (!length)
        return;
    output = g_new0 (Output, 1);
    output->data = g_malloc0 (length + 1);
    memcpy (output->data, data, length);
    output->length = length;
    output->fragment = fragment ? fragment : length;
    output->written = written;
    g_queue_push_tail (&self->outputs, output);
    if (!self->write_source && write_cb (self) == G_SOURCE_CONTINUE)
        self->write_source = g_timeout_add (WRITE_GAP, write_cb, self);
}

gboolean
sim_port_is_quiet (const SimPort *self)
{
    return !self->write_source && g_get_monotonic_time () - self->last_write > QUIET_TIME;
}

/*****************************************************************************/

guint
sim_port_get_interface (const SimPort *self)
{
    return self->interface;
}

const gchar *
sim_port_get_name (const SimPort *self)
{
    return self->name;
}

SimPort *
sim_port_new (guint            interface,
              const gchar     *name,
              gint             fd,
              SimPortReadFunc  read_func,
              gpointer         user_data)
{
    SimPort *self = g_new0 (SimPort, 1);

    self->interface = interface;
    self->name = g_strdup (name);
    self->fd = fd;
    self->read = read_func;
    self->user_data = user_data;
    g_queue_init (&self->outputs);
    g_unix_set_fd_nonblocking (fd, TRUE, NULL);
    return self;
}

void
sim_port_free (SimPort *self)
{
    g_clear_handle_id (&self->read_source, g_source_remove);
    g_clear_handle_id (&self->write_source, g_source_remove);
    g_queue_clear_full (&self->outputs, (GDestroyNotify) output_free);
    close (self->fd);
    g_free (self->name);
    g_free (self);
}
