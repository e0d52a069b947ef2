/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A package file: see fibocom-nl668-packages(5). */

#ifndef NL668_PACKAGE_H
#define NL668_PACKAGE_H

#include <gio/gio.h>

typedef struct {
    gchar *id;
    /* (nullable) */
    gchar *summary;
    /* Globs for the model and the revision of the module */
    GStrv  model;
    GStrv  from;
    /* The revision that it installs */
    gchar *to;
    /* As in the settings of Start(); NULL if not given */
    gchar *url;
    gchar *server;
    gchar *file_name;
    gchar *user;
    gchar *password;
    /* The path of the file for messages, in printable ASCII */
    gchar *file;
} Nl668Package;

/**
 * nl668_package_new:
 * @contents: the contents of the file.
 * @mode: its mode. If it contains a password, only the owner may be able to read it.
 * @path: its path.
 * @error: return location for an error that names the key and does not quote a value.
 *
 * Returns: (transfer full): a package that nl668_request_new () accepts, or NULL.
 */
Nl668Package *nl668_package_new (GBytes       *contents,
                                 guint         mode,
                                 const gchar  *path,
                                 GError      **error);

void nl668_package_free (Nl668Package *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Package, nl668_package_free)

/**
 * nl668_package_build_settings:
 *
 * Returns: (transfer none): a floating a{sv} for nl668_request_new (), with the password if
 *   there is one.
 */
GVariant *nl668_package_build_settings (const Nl668Package *self);

/**
 * nl668_package_applies:
 * @model: (nullable): the model of the module.
 * @revision: (nullable): its firmware revision.
 *
 * Returns: whether the package is for this model and revision, and installs another revision.
 */
gboolean nl668_package_applies (const Nl668Package *self,
                                const gchar        *model,
                                const gchar        *revision);

#endif /* NL668_PACKAGE_H */
