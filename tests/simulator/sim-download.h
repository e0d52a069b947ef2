/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_DOWNLOAD_H
#define SIM_DOWNLOAD_H

#include <gio/gio.h>

/* How much of a package is kept, in bytes */
#define SIM_DOWNLOAD_HEAD 1024

/**
 * SimDownloadFunc:
 * @percent: 0 on the first data, then each percentage up to 100.
 *
 * Called in the thread-default main context of sim_download_async(), and never
 * after its cancellable was cancelled.
 */
typedef void (* SimDownloadFunc) (guint    percent,
                                  gpointer user_data);

/**
 * sim_download_async:
 * @url: an http:// or ftp:// URL.
 * @user: (nullable): the FTP user; requires @password.
 * @pace: the minimum time between two percentages, in milliseconds. The
 * transfer itself is slowed down, so that the percentages are correct.
 *
 * Downloads in a thread and discards everything but the first
 * #SIM_DOWNLOAD_HEAD bytes. libcurl must be initialized.
 */
void sim_download_async (const gchar         *url,
                         const gchar         *user,
                         const gchar         *password,
                         guint                pace,
                         SimDownloadFunc      progress,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data);

/**
 * sim_download_finish:
 * @size: (out): the size of the package in bytes.
 *
 * Returns: (transfer full): the beginning of the package as text, or %NULL with
 * @error set.
 */
gchar *sim_download_finish (GAsyncResult  *result,
                            goffset       *size,
                            GError       **error);

#endif /* SIM_DOWNLOAD_H */
