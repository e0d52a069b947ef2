/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

#include "sim-port.h"

#define PIECE_GAP  3      /* ms between two writes */
#define QUIET_TIME (100 * G_TIME_SPAN_MILLISECOND)

typedef struct {
    gchar           *data;            /* with a NUL behind */
    gsize            length;
    gsize            written;
    gsize            fragment;
    SimPortSaidFunc  said;
} Speech;

struct _SimPort {
    guint            interface;
    gchar           *name;
    gint             fd;
    SimPortReadFunc  read;
    gpointer         user_data;
    guint            read_source;
    GQueue           speeches;
    guint            write_source;
    gint64           last_write;
};

/*****************************************************************************/
/* What programs say */

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

    /* Nobody has the port open: it would poll as hung up until somebody has */
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
/* What the module says */

static void
speech_free (Speech *speech)
{
    g_free (speech->data);
    g_free (speech);
}

static gboolean
write_cb (gpointer user_data)
{
    SimPort *self = user_data;
    Speech  *speech;

    while ((speech = g_queue_peek_head (&self->speeches))) {
        gsize    left = speech->length - speech->written;
        gboolean pause = speech->fragment < left;
        gssize   length;

        length = write (self->fd, speech->data + speech->written, MIN (speech->fragment, left));
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return G_SOURCE_CONTINUE;
        self->last_write = g_get_monotonic_time ();
        /* Lost as a whole if nobody has the port open */
        speech->written = length > 0 ? speech->written + (gsize) length : speech->length;
        if (speech->written == speech->length) {
            g_queue_pop_head (&self->speeches);
            if (speech->said)
                speech->said (self->interface, speech->data, self->user_data);
            speech_free (speech);
        }
        if (pause)
            return G_SOURCE_CONTINUE;
    }
    self->write_source = 0;
    return G_SOURCE_REMOVE;
}

void
sim_port_write (SimPort         *self,
                const gchar     *data,
                gsize            length,
                guint            fragment,
                SimPortSaidFunc  said)
{
    Speech *speech;

    if (!length)
        return;
    speech = g_new0 (Speech, 1);
    speech->data = g_malloc0 (length + 1);
    memcpy (speech->data, data, length);
    speech->length = length;
    speech->fragment = fragment ? fragment : length;
    speech->said = said;
    g_queue_push_tail (&self->speeches, speech);
    if (!self->write_source && write_cb (self) == G_SOURCE_CONTINUE)
        self->write_source = g_timeout_add (PIECE_GAP, write_cb, self);
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
    g_queue_init (&self->speeches);
    g_unix_set_fd_nonblocking (fd, TRUE, NULL);
    return self;
}

void
sim_port_free (SimPort *self)
{
    g_clear_handle_id (&self->read_source, g_source_remove);
    g_clear_handle_id (&self->write_source, g_source_remove);
    g_queue_clear_full (&self->speeches, (GDestroyNotify) speech_free);
    close (self->fd);
    g_free (self->name);
    g_free (self);
}
