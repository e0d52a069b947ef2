/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The packages that the administrator and the distribution have for modules. */

#ifndef NL668_CATALOGUE_H
#define NL668_CATALOGUE_H

#include <gio/gio.h>

#include "nl668-key-file.h"
#include "nl668-package.h"

/**
 * nl668_catalogue_get_directories:
 *
 * For tests, the environment variable FIBOCOM_NL668_CONFIG_DIR is a directory
 * whose packages.d stands for all of them. It is read once.
 *
 * Returns: (transfer none): the NULL-terminated directories of package files,
 *   of the administrator first, then of the distribution.
 */
const gchar * const *nl668_catalogue_get_directories (void);

/**
 * nl668_catalogue_load:
 * @directories: NULL-terminated; it does not matter if one does not exist.
 * @warning: called once for each bad file, with the file and, if it is about
 *   one, the key.
 * @user_data: for @warning.
 *
 * Reads every file *.conf that is not hidden. One masks those of the same name
 * in later directories, even if it is bad; an empty one or a link to /dev/null
 * does nothing else. Of packages with the same id the first is taken, by
 * directory and then by file name.
 *
 * Returns: (transfer full) (element-type Nl668Package): the good packages,
 *   sorted by id.
 */
GPtrArray *nl668_catalogue_load (const gchar * const *directories,
                                 Nl668WarningFunc     warning,
                                 gpointer             user_data);

#endif /* NL668_CATALOGUE_H */
