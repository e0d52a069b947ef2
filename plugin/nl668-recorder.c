/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdlib.h>

#include "nl668-recorder.h"
#include "nl668-timeouts.h"

/* Most of the time, they wait for the disk. */
#define THREADS_MAX 8

typedef struct {
    Nl668Recorder *recorder;
    gchar         *imei;
    GBytes        *contents;
    guint          serial;
    GError        *error;
    /* Set by the thread, and protected by the mutex */
    gboolean       is_done;
    /* The recorder does not wait for it any more. */
    gboolean       is_completed;
} Write;

struct _Nl668Recorder {
    gchar             *imei;
    Nl668RecorderFunc  func;
    gpointer           user_data;
    /* What the record should contain */
    GBytes            *contents;
    guint              serial;
    /* What it contains; unknown after a write that failed */
    GBytes            *on_disk;
    gboolean           is_known;
    /* In progress, or NULL */
    Write             *write;
    guint              retry_id;
};

static GMutex  mutex;
static GCond   cond;
/* (element-type Nl668Recorder) */
static GList  *recorders;

static void try_to_write (Nl668Recorder *self);

/*****************************************************************************/
/* One write */

static Write *
write_new (Nl668Recorder *self)
{
    Write *write;

    write = g_new0 (Write, 1);
    write->recorder = self;
    write->imei = g_strdup (self->imei);
    write->contents = self->contents ? g_bytes_ref (self->contents) : NULL;
    write->serial = self->serial;
    return write;
}

static void
write_free (Write *write)
{
    g_free (write->imei);
    g_clear_pointer (&write->contents, g_bytes_unref);
    g_clear_error (&write->error);
    g_free (write);
}

static void
wait_for_write (Write *write)
{
    g_mutex_lock (&mutex);
    while (!write->is_done)
        g_cond_wait (&cond, &mutex);
    g_mutex_unlock (&mutex);
}

/*****************************************************************************/
/* The results of writes */

static gboolean
is_equal (GBytes *a,
          GBytes *b)
{
    return a && b ? g_bytes_equal (a, b) : a == b;
}

gboolean
nl668_recorder_is_done (Nl668Recorder *self)
{
    return !self->write && self->is_known && is_equal (self->contents, self->on_disk);
}

static gboolean
retry_cb (Nl668Recorder *self)
{
    self->retry_id = 0;
    try_to_write (self);
    return G_SOURCE_REMOVE;
}

static void
set_on_disk (Nl668Recorder *self,
             GBytes        *contents)
{
    g_clear_pointer (&self->on_disk, g_bytes_unref);
    self->on_disk = contents ? g_bytes_ref (contents) : NULL;
}

/* The write is over. */
static void
complete (Nl668Recorder *self)
{
    Write             *write = g_steal_pointer (&self->write);
    g_autoptr(GError)  error = g_steal_pointer (&write->error);
    guint              serial = write->serial;

    write->is_completed = TRUE;
    self->is_known = !error;
    if (self->is_known)
        set_on_disk (self, write->contents);

    /* What was saved in the meantime may be the same. */
    if (nl668_recorder_is_done (self))
        serial = self->serial;
    else if (serial != self->serial)
        try_to_write (self);
    else
        self->retry_id = g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_RECORD),
                                        (GSourceFunc) retry_cb, self);
    self->func (serial, error, self->user_data);
}

static gboolean
write_done_cb (gpointer user_data)
{
    Write *write = user_data;

    if (!write->is_completed)
        complete (write->recorder);
    write_free (write);
    return G_SOURCE_REMOVE;
}

/*****************************************************************************/
/* The thread */

static void
write_in_thread (gpointer data,
                 gpointer user_data)
{
    Write *write = data;

    nl668_record_write (write->imei, write->contents, &write->error);
    g_mutex_lock (&mutex);
    write->is_done = TRUE;
    g_cond_broadcast (&cond);
    g_mutex_unlock (&mutex);
    g_idle_add_full (G_PRIORITY_DEFAULT, write_done_cb, write, NULL);
}

static GThreadPool *
get_threads (void)
{
    static GThreadPool *threads = NULL;

    if (!threads)
        threads = g_thread_pool_new (write_in_thread, NULL, THREADS_MAX, FALSE, NULL);
    return threads;
}

static void
try_to_write (Nl668Recorder *self)
{
    if (self->write || nl668_recorder_is_done (self))
        return;
    g_clear_handle_id (&self->retry_id, g_source_remove);
    self->write = write_new (self);
    /* If there can be no further thread, it waits for another one. */
    g_thread_pool_push (get_threads (), self->write, NULL);
}

/*****************************************************************************/
/* Before the recorder goes away, and before the daemon exits */

void
nl668_recorder_flush (Nl668Recorder *self)
{
    gboolean is_written;

    do {
        try_to_write (self);
        if (!self->write)
            return;
        wait_for_write (self->write);
        is_written = !self->write->error;
        complete (self);
    } while (is_written || self->write);
}

static void
finish (Nl668Recorder *self)
{
    if (self->write)
        wait_for_write (self->write);
    if (!self->write || self->write->error || self->write->serial != self->serial)
        nl668_record_write (self->imei, self->contents, NULL);
}

static void
finish_all (void)
{
    GList *l;

    for (l = recorders; l; l = g_list_next (l)) {
        if (!nl668_recorder_is_done (l->data))
            finish (l->data);
    }
}

/*****************************************************************************/

guint
nl668_recorder_save (Nl668Recorder *self,
                     GBytes        *contents)
{
    g_clear_pointer (&self->contents, g_bytes_unref);
    self->contents = contents ? g_bytes_ref (contents) : NULL;
    self->serial++;
    try_to_write (self);
    return self->serial;
}

Nl668Recorder *
nl668_recorder_new (const gchar       *imei,
                    GBytes            *on_disk,
                    Nl668RecorderFunc  func,
                    gpointer           user_data)
{
    static gboolean  is_registered = FALSE;
    Nl668Recorder   *self;

    self = g_new0 (Nl668Recorder, 1);
    self->imei = g_strdup (imei);
    self->contents = on_disk ? g_bytes_ref (on_disk) : NULL;
    self->on_disk = on_disk ? g_bytes_ref (on_disk) : NULL;
    self->is_known = TRUE;
    self->func = func;
    self->user_data = user_data;
    recorders = g_list_prepend (recorders, self);
    if (!is_registered)
        is_registered = atexit (finish_all) == 0;
    return self;
}

void
nl668_recorder_free (Nl668Recorder *self)
{
    if (!nl668_recorder_is_done (self))
        finish (self);
    if (self->write)
        self->write->is_completed = TRUE;
    recorders = g_list_remove (recorders, self);
    g_clear_handle_id (&self->retry_id, g_source_remove);
    g_clear_pointer (&self->contents, g_bytes_unref);
    g_clear_pointer (&self->on_disk, g_bytes_unref);
    g_free (self->imei);
    g_free (self);
}
