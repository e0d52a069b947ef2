/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H

#include <glib.h>

/**
 * SimRequest:
 *
 * @url: the HTTP URL, or host[:port] of the FTP server.
 * @file_name: (nullable): %NULL for HTTP.
 * @user: (nullable): %NULL for HTTP.
 * @password: (nullable): %NULL for HTTP.
 *
 * The parameters of AT+GTOTA.
 */
typedef struct {
    gboolean  ftp;
    gchar    *url;
    gchar    *file_name;
    gchar    *user;
    gchar    *password;
} SimRequest;

/**
 * sim_request_parse:
 * @arguments: the rest of the command line after `AT+GTOTA=`.
 *
 * Returns: (transfer full): the request, or %NULL if the parameters are invalid
 * according to the manual.
 */
SimRequest *sim_request_parse (const gchar *arguments);
void        sim_request_free  (SimRequest  *self);

/**
 * sim_request_build_url:
 *
 * Returns: (transfer full): the URL to download. For FTP, it contains neither
 * user nor password.
 */
gchar *sim_request_build_url (const SimRequest *self);

/**
 * sim_request_build_shown_url:
 *
 * Returns: (transfer full): the URL to show, with C escapes and without user and
 * password.
 */
gchar *sim_request_build_shown_url (const SimRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRequest, sim_request_free)

#endif /* SIM_REQUEST_H */
