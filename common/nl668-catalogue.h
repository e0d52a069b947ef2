/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The packages that the administrator and the distribution provide: chooses the one that an
 * update installs. */

#ifndef NL668_CATALOGUE_H
#define NL668_CATALOGUE_H

#include <gio/gio.h>

#include "nl668-key-file.h"
#include "nl668-package.h"

/**
 * nl668_catalogue_get_directories:
 *
 * For tests, the environment variable FIBOCOM_NL668_CONFIG_DIR names a directory whose
 * packages.d is the only one. The variable is read once.
 *
 * Returns: (transfer none): the NULL-terminated directories of package files: that of the
 *   administrator, then that of the distribution.
 */
const gchar * const *nl668_catalogue_get_directories (void);

/**
 * nl668_catalogue_has_files:
 *
 * Opens no file: to be called for callers that are not authorized yet.
 *
 * Returns: %FALSE if there are no package files.
 */
gboolean nl668_catalogue_has_files (void);

/**
 * nl668_catalogue_list:
 * @model: (nullable): the model of a module.
 * @revision: (nullable): its firmware revision.
 * @warning: called as by nl668_package_files_load (), with NULL.
 *
 * Reads the files that have changed.
 *
 * Returns: (transfer container) (element-type Nl668Package): the packages that apply to the
 *   module, sorted by id, which are valid until the catalogue is used again.
 */
GPtrArray *nl668_catalogue_list (const gchar      *model,
                                 const gchar      *revision,
                                 Nl668WarningFunc  warning);

/**
 * nl668_catalogue_is_needed:
 * @settings: the a{sv} of the D-Bus method Start().
 *
 * Returns: whether @settings name a package, or do not say in any other way what to install.
 */
gboolean nl668_catalogue_is_needed (GVariant *settings);

/**
 * nl668_catalogue_resolve:
 * @settings: the a{sv} of the D-Bus method Start().
 * @model: (nullable): the model of the module.
 * @revision: (nullable): its firmware revision.
 * @warning: called as by nl668_package_files_load (), with NULL.
 * @package_id: (out) (transfer full) (nullable): the package that is used, if any.
 * @error: return location for a #MM_CORE_ERROR.
 *
 * If the catalogue is needed, reads the files that have changed, and fills in the settings of the
 * package. If no package is specified, exactly one must apply.
 *
 * Returns: (transfer full): settings for nl668_request_new (), or NULL.
 */
GVariant *nl668_catalogue_resolve (GVariant          *settings,
                                   const gchar       *model,
                                   const gchar       *revision,
                                   Nl668WarningFunc   warning,
                                   gchar            **package_id,
                                   GError           **error);

#endif /* NL668_CATALOGUE_H */
