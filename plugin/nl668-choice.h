/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Which package of the catalogue an update takes. */

#ifndef NL668_CHOICE_H
#define NL668_CHOICE_H

#include "nl668-package.h"

/**
 * nl668_choice_list:
 *
 * Returns: (transfer full) (element-type Nl668Package): the packages of the
 *   catalogue, read afresh, that apply to a module of this model and revision.
 */
GPtrArray *nl668_choice_list (const gchar *model,
                              const gchar *revision);

/**
 * nl668_choice_resolve:
 * @settings: the a{sv} of the D-Bus method Start().
 * @package: (out): the id of the package, or NULL.
 * @error: return location for a #MM_CORE_ERROR.
 *
 * If @settings name a package, or nothing to install at all, what the catalogue
 * has takes their place.
 *
 * Returns: (transfer full): settings without a package, or NULL.
 */
GVariant *nl668_choice_resolve (GVariant     *settings,
                                const gchar  *model,
                                const gchar  *revision,
                                gchar       **package,
                                GError      **error);

#endif /* NL668_CHOICE_H */
