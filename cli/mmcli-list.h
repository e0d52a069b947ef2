/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* All modules: those that have a modem, and those that the daemon remembers. */

#ifndef MMCLI_LIST_H
#define MMCLI_LIST_H

#include <libmm-glib.h>

#include "mmcli-status.h"

/**
 * mmcli_list_read_record:
 * @imei: the equipment identifier of a module.
 * @error: return location for a #GFileError, or for what is wrong with the record.
 *
 * Returns: (transfer full): what the daemon wrote down of its last update, or
 *  %NULL.
 */
MmcliStatus *mmcli_list_read_record (const gchar  *imei,
                                     GError      **error);

/**
 * mmcli_list_new:
 * @manager: (nullable): what has the modems; %NULL if there is no ModemManager.
 * @error: (out): why the records cannot be read, in which case the modems alone
 *  are returned; none if there is no record.
 *
 * Returns: (transfer full) (element-type MmcliStatus): the modems in the order of
 *  their indices, then the modules that are away in that of their equipment
 *  identifiers.
 */
GPtrArray *mmcli_list_new (MMManager  *manager,
                           GError    **error);

#endif /* MMCLI_LIST_H */
