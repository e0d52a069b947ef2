/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The settings of Start(), validated according to section 1.2 of the manual (+GTOTA). */

#ifndef NL668_REQUEST_H
#define NL668_REQUEST_H

#include <gio/gio.h>

#include "nl668-at.h"

typedef struct {
    Nl668Transport  transport;
    /* HTTP: the URL of the package. FTP: just the server. */
    gchar          *url;
    /* FTP only, NULL otherwise */
    gchar          *file_name;
    gchar          *user;
    gchar          *password;
    /* The URL without user, password and query */
    gchar          *source;
    /* Whether to lock the radio to the best access technology */
    gboolean        network_lock;
    /* Whether to go on if the module cannot keep calls from interrupting the download */
    gboolean        is_callbreak_optional;
    /* Whether to start even if the machine runs on a low battery */
    gboolean        ignore_battery;
    /* (nullable): the revision that the package installs */
    gchar          *version;
} Nl668Request;

/**
 * nl668_request_new:
 * @settings: the a{sv} of the D-Bus method Start().
 * @error: return location for a #MM_CORE_ERROR_INVALID_ARGS that names the key.
 *
 * The strings of the request are safe in a command: no longer than #NL668_AT_STRING_MAX, and
 * printable ASCII without quotes and backslashes.
 *
 * Returns: (transfer full): the request, or NULL.
 */
Nl668Request *nl668_request_new (GVariant  *settings,
                                 GError   **error);

void nl668_request_free (Nl668Request *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Request, nl668_request_free)

/**
 * nl668_request_build_command:
 *
 * Returns: (transfer full): the +GTOTA command, without the leading AT.
 */
gchar *nl668_request_build_command (const Nl668Request *self);

#endif /* NL668_REQUEST_H */
