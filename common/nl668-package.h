/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A package for modules, as its file describes it: fibocom-nl668-packages(5). */

#ifndef NL668_PACKAGE_H
#define NL668_PACKAGE_H

#include <gio/gio.h>

typedef struct {
    gchar *id;
    /* For people, or NULL */
    gchar *summary;
    /* Globs: what the package is for */
    GStrv  model;
    GStrv  from;
    /* The revision that it installs */
    gchar *to;
    /* Where it is, as the settings of Start () say it: NULL if not given */
    gchar *url;
    gchar *server;
    gchar *file_name;
    gchar *user;
    gchar *password;
    /* The path of the package file, for messages: printable ASCII */
    gchar *file;
} Nl668Package;

/**
 * nl668_package_new:
 * @contents: a package file.
 * @mode: its mode: nobody else may be able to read a password in it.
 * @path: where it is.
 * @error: return location for an error that names the key and quotes no value.
 *
 * Returns: (transfer full): the package, which nl668_request_new () will not
 *   refuse, or NULL.
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
 * Returns: (transfer none): the a{sv} for nl668_request_new (), floating. It
 *   has the password, if there is one.
 */
GVariant *nl668_package_build_settings (const Nl668Package *self);

/**
 * nl668_package_applies:
 * @model: (nullable): the module's model.
 * @revision: (nullable): the firmware revision that it runs.
 *
 * Returns: whether the package is for this model and revision, and installs
 *   another one.
 */
gboolean nl668_package_applies (const Nl668Package *self,
                                const gchar        *model,
                                const gchar        *revision);

#endif /* NL668_PACKAGE_H */
