/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The settings of an update, checked, and the command made of them: no I/O.
 *
 * The source for the rules is the "FIBOCOM NL668 AT Commands User Manual_FOTA",
 * V2.0.5, section 1.2 (+GTOTA). */

#ifndef NL668_REQUEST_H
#define NL668_REQUEST_H

#include <gio/gio.h>

#include "nl668-at.h"

/* The longest string that +GTOTA takes, in bytes (1.2.4). */
#define NL668_STRING_MAX 255

typedef struct {
    Nl668Transport  transport;
    /* HTTP: the URL of the package. FTP: just the server. */
    gchar          *url;
    /* FTP only, NULL otherwise */
    gchar          *file_name;
    gchar          *user;
    gchar          *password;
    /* Where the package is, for people: never with user or password */
    gchar          *source;
    /* Whether the radio is held to the best access technology */
    gboolean        network_lock;
    /* The revision that the package installs, or NULL */
    gchar          *version;
} Nl668Request;

/**
 * nl668_request_new:
 * @settings: the a{sv} of the D-Bus method Start().
 * @error: return location for a #MM_CORE_ERROR_INVALID_ARGS that names the key.
 *
 * Checks every rule of the manual. What is returned can be sent to the module
 * as it is: no string in it is longer than #NL668_STRING_MAX or holds anything
 * but printable ASCII without quotes and backslashes.
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
