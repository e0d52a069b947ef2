/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_REQUEST_H
#define SIM_REQUEST_H

#include <glib.h>

/**
 * SimRequest:
 *
 * What an AT+GTOTA asks for. @url is that of the command: an HTTP URL, or the
 * host[:port] of the FTP server; the other three are %NULL for HTTP.
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
 * @arguments: what follows `AT+GTOTA=`.
 *
 * Returns: (transfer full): the request, or %NULL if the manual does not allow
 * these parameters.
 */
SimRequest *sim_request_parse (const gchar *arguments);
void        sim_request_free  (SimRequest  *self);

/**
 * sim_request_build_url:
 *
 * Returns: (transfer full): the URL to download, which never has the user and
 * password of an FTP request in it.
 */
gchar *sim_request_build_url (const SimRequest *self);

/**
 * sim_request_build_shown_url:
 *
 * Returns: (transfer full): the same with C escapes and without any user.
 */
gchar *sim_request_build_shown_url (const SimRequest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimRequest, sim_request_free)

#endif /* SIM_REQUEST_H */
