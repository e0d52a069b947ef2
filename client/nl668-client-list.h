/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* All modules: those with a modem object, and those that the daemon has a record of. */

#ifndef NL668_CLIENT_LIST_H
#define NL668_CLIENT_LIST_H

#include <libmm-glib.h>

#include "nl668-client-status.h"

/**
 * nl668_client_read_record:
 * @imei: the IMEI of a module.
 * @error: return location for a #GFileError, or for the reason why the record is invalid.
 *
 * Only root can read the records. %G_FILE_ERROR_NOENT means that there is none.
 *
 * Returns: (transfer full): the last update of the module, or %NULL.
 */
Nl668ClientStatus *nl668_client_read_record (const gchar  *imei,
                                             GError      **error);

/**
 * nl668_client_list_modules:
 * @manager: (nullable): the manager, or %NULL if ModemManager does not run.
 * @error: (out): set if the records cannot be read; the list has only the modem objects
 *  then. That there are no records is not an error.
 *
 * Returns: (transfer full) (element-type Nl668ClientStatus): the modules with a modem
 *  object by index, then the others by IMEI.
 */
GPtrArray *nl668_client_list_modules (MMManager  *manager,
                                      GError    **error);

#endif /* NL668_CLIENT_LIST_H */
