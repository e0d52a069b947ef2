/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The directories of package files. What was read is kept, and read again when stat(2) tells
 * that it may have changed. */

#ifndef NL668_PACKAGE_FILES_H
#define NL668_PACKAGE_FILES_H

#include <gio/gio.h>

#include "nl668-key-file.h"
#include "nl668-package.h"

typedef struct _Nl668PackageFiles Nl668PackageFiles;

/**
 * nl668_package_files_new:
 * @directories: NULL-terminated. Directories that do not exist are skipped.
 *
 * Reads nothing yet.
 */
Nl668PackageFiles *nl668_package_files_new (const gchar * const *directories);

void nl668_package_files_free (Nl668PackageFiles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668PackageFiles, nl668_package_files_free)

/**
 * nl668_package_files_exist:
 *
 * Opens no file, and lists a directory only if it has changed.
 *
 * Returns: whether there is any file with the name of a package file, or a directory cannot be
 *   listed.
 */
gboolean nl668_package_files_exist (Nl668PackageFiles *self);

/**
 * nl668_package_files_load:
 * @warning: called once for each invalid file, with the file and, if possible, the key.
 * @user_data: for @warning.
 *
 * Checks all *.conf files that are not hidden, and reads those that are new or have changed. A
 * file masks files with the same name in later directories, even if it is invalid; an empty file
 * or a link to /dev/null does nothing else. If several packages have the same id, the first one
 * is used, by directory and then by file name.
 *
 * Returns: (transfer none) (element-type Nl668Package): the valid packages, sorted by id, which
 *   are valid until the next call.
 */
GPtrArray *nl668_package_files_load (Nl668PackageFiles *self,
                                     Nl668WarningFunc   warning,
                                     gpointer           user_data);

#endif /* NL668_PACKAGE_FILES_H */
