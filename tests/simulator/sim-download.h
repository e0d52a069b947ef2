/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_DOWNLOAD_H
#define SIM_DOWNLOAD_H

#include <gio/gio.h>

/* The part of a package that is kept */
#define SIM_DOWNLOAD_HEAD 1024

/**
 * SimDownloadFunc:
 * @percent: 0 when the first data arrive, then each whole percent to 100.
 *
 * Called in the main context that the download was started in, never after
 * its cancellable was cancelled.
 */
typedef void (* SimDownloadFunc) (guint    percent,
                                  gpointer user_data);

/**
 * sim_download_async:
 * @url: http:// or ftp:// URL.
 * @user: (nullable): FTP user; then @password is given too.
 * @pace: the least time between two percentages, in milliseconds; the download
 * itself waits, so that what is said is true.
 *
 * Downloads in a thread of its own and throws the data away but for their
 * beginning. libcurl must be initialised.
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
 * @size: (out): bytes downloaded.
 *
 * Returns: (transfer full): the first #SIM_DOWNLOAD_HEAD bytes as text, or %NULL
 * with @error set.
 */
gchar *sim_download_finish (GAsyncResult  *result,
                            goffset       *size,
                            GError       **error);

#endif /* SIM_DOWNLOAD_H */
