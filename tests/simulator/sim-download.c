/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <curl/curl.h>
#include <string.h>

#include "sim-download.h"

#define CONNECT_TIMEOUT 30L   /* seconds */
#define HTTP_OK         200

typedef struct {
    gchar           *url;
    gchar           *user;
    gchar           *password;
    guint            pace;
    SimDownloadFunc  progress;
    gpointer         progress_data;
    GThread         *thread;
    /* Used by the thread only, until it returns */
    CURL            *curl;
    GString         *head;
    goffset          size;
    gint             percent;
    gint64           last_percent_time;
} Download;

static void
download_free (Download *self)
{
    g_string_free (self->head, TRUE);
    g_free (self->url);
    g_free (self->user);
    g_free (self->password);
    g_free (self);
}

/*****************************************************************************/
/* From the thread to the main context */

typedef struct {
    GTask *task;
    guint  percent;
} Progress;

static void
progress_free (Progress *progress)
{
    g_object_unref (progress->task);
    g_free (progress);
}

static gboolean
progress_cb (gpointer user_data)
{
    Progress *progress = user_data;
    Download *self = g_task_get_task_data (progress->task);

    if (!g_cancellable_is_cancelled (g_task_get_cancellable (progress->task)))
        self->progress (progress->percent, self->progress_data);
    return G_SOURCE_REMOVE;
}

static void
send_progress (GTask *task,
               guint  percent)
{
    g_autoptr(GSource) source = g_idle_source_new ();
    Progress          *progress = g_new0 (Progress, 1);

    progress->task = g_object_ref (task);
    progress->percent = percent;
    /* With the priority of the task, its callback is called after the progress */
    g_source_set_priority (source, g_task_get_priority (task));
    g_source_set_callback (source, progress_cb, progress, (GDestroyNotify) progress_free);
    g_source_attach (source, g_task_get_context (task));
}

/*****************************************************************************/
/* The thread */

static void
wait_for_pace (GTask *task)
{
    Download *self = g_task_get_task_data (task);
    gint64    until = self->last_percent_time + self->pace * G_TIME_SPAN_MILLISECOND;
    GPollFD   fd;
    gint64    left;

    while ((left = until - g_get_monotonic_time ()) > 0) {
        if (!g_cancellable_make_pollfd (g_task_get_cancellable (task), &fd))
            return;
        g_poll (&fd, 1, (gint) (left / G_TIME_SPAN_MILLISECOND) + 1);
        g_cancellable_release_fd (g_task_get_cancellable (task));
        if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
            return;
    }
    self->last_percent_time = g_get_monotonic_time ();
}

static void
advance_to (GTask *task,
            gint   percent)
{
    Download *self = g_task_get_task_data (task);

    while (self->percent < percent) {
        if (self->percent >= 0)
            wait_for_pace (task);
        self->percent++;
        send_progress (task, (guint) self->percent);
    }
}

static size_t
write_cb (char   *data,
          size_t  item_size,
          size_t  n_items,
          void   *user_data)
{
    GTask      *task = user_data;
    Download   *self = g_task_get_task_data (task);
    gsize       length = item_size * n_items;
    curl_off_t  total = -1;
    glong       response = 0;

    curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &response);
    if (g_str_has_prefix (self->url, "http://") && response != HTTP_OK)
        return 0;

    g_string_append_len (self->head, data,
                         (gssize) MIN (length, SIM_DOWNLOAD_HEAD - self->head->len));
    advance_to (task, 0);
    self->size += (goffset) length;
    curl_easy_getinfo (self->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &total);
    if (total > 0)
        advance_to (task, (gint) MIN (self->size * 100 / total, 100));
    return length;
}

static int
transfer_cb (void       *user_data,
             curl_off_t  download_total,
             curl_off_t  download_now,
             curl_off_t  upload_total,
             curl_off_t  upload_now)
{
    /* Anything but 0 aborts the transfer */
    return g_cancellable_is_cancelled (g_task_get_cancellable (user_data));
}

static void
set_up_curl (CURL  *curl,
             GTask *task)
{
    Download *self = g_task_get_task_data (task);

    curl_easy_setopt (curl, CURLOPT_URL, self->url);
    curl_easy_setopt (curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt (curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt (curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT);
    /* Ignore the proxies of the environment */
    curl_easy_setopt (curl, CURLOPT_PROXY, "");
    curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, write_cb);
    curl_easy_setopt (curl, CURLOPT_WRITEDATA, task);
    curl_easy_setopt (curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt (curl, CURLOPT_XFERINFOFUNCTION, transfer_cb);
    curl_easy_setopt (curl, CURLOPT_XFERINFODATA, task);
    if (self->user) {
        curl_easy_setopt (curl, CURLOPT_USERNAME, self->user);
        curl_easy_setopt (curl, CURLOPT_PASSWORD, self->password);
    }
}

static void
perform (GTask *task)
{
    Download *self = g_task_get_task_data (task);
    CURLcode  code;

    code = curl_easy_perform (self->curl);
    if (g_task_return_error_if_cancelled (task))
        return;
    if (code != CURLE_OK) {
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                                 "%s", curl_easy_strerror (code));
        return;
    }
    if (!self->size) {
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "no data");
        return;
    }
    /* If the server has not sent a length, all percentages are due now */
    advance_to (task, 100);
    g_task_return_boolean (task, TRUE);
}

static gpointer
download_thread (gpointer user_data)
{
    g_autoptr(GTask)  task = user_data;
    Download         *self = g_task_get_task_data (task);

    self->curl = curl_easy_init ();
    if (self->curl && (g_str_has_prefix (self->url, "http://") ||
                       g_str_has_prefix (self->url, "ftp://"))) {
        set_up_curl (self->curl, task);
        perform (task);
    } else {
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                 "neither HTTP nor FTP");
    }
    curl_easy_cleanup (self->curl);
    return NULL;
}

/*****************************************************************************/

gchar *
sim_download_finish (GAsyncResult  *result,
                     goffset       *size,
                     GError       **error)
{
    Download *self = g_task_get_task_data (G_TASK (result));

    g_thread_join (self->thread);
    if (!g_task_propagate_boolean (G_TASK (result), error))
        return NULL;
    *size = self->size;
    return g_strndup (self->head->str, self->head->len);
}

void
sim_download_async (const gchar         *url,
                    const gchar         *user,
                    const gchar         *password,
                    guint                pace,
                    SimDownloadFunc      progress,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    g_autoptr(GTask)  task = g_task_new (NULL, cancellable, callback, user_data);
    Download         *self = g_new0 (Download, 1);

    self->url = g_strdup (url);
    self->user = g_strdup (user);
    self->password = g_strdup (password);
    self->pace = pace;
    self->progress = progress;
    self->progress_data = user_data;
    self->head = g_string_new (NULL);
    self->percent = -1;
    g_task_set_task_data (task, self, (GDestroyNotify) download_free);
    self->thread = g_thread_new ("download", download_thread, g_object_ref (task));
}
