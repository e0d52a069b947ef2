/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The record of a module's last update on disk, which survives the modem object, the daemon and
 * a reboot. It never contains a password.
 *
 * It is the file <IMEI>.conf in $(localstatedir)/lib/ModemManager/fibocom-nl668. For tests, the
 * environment variable FIBOCOM_NL668_STATE_DIR names another directory. It is read once. */

#ifndef NL668_RECORD_H
#define NL668_RECORD_H

#include <gio/gio.h>

#include "nl668-key-file.h"
#include "nl668-record-text.h"

/**
 * nl668_record_read:
 * @imei: a valid equipment identifier.
 * @error: return location for %G_FILE_ERROR_NOENT if there is no record, or for an error that
 *   says what is wrong with it.
 *
 * For clients: changes nothing on disk.
 *
 * Returns: (transfer full): the record, or NULL.
 */
Nl668Record *nl668_record_read (const gchar  *imei,
                                GError      **error);

/**
 * nl668_record_list:
 * @error: return location for a #GFileError.
 *
 * Returns: (transfer full): the sorted equipment identifiers of all modules that have a record,
 *   or NULL if the directory cannot be read.
 */
GStrv nl668_record_list (GError **error);

/**
 * nl668_record_build_path:
 *
 * Returns: (transfer full): the path of the record of this module.
 */
gchar *nl668_record_build_path (const gchar *imei);

/**
 * nl668_record_load:
 * @imei: (nullable): the equipment identifier of the module.
 * @warning: called once if there is an invalid record.
 * @user_data: for @warning.
 * @error: return location for a #MM_CORE_ERROR_FAILED if there may be a record that cannot be read
 *   now, and that must not be replaced.
 *
 * For the daemon: renames an invalid record to <IMEI>.conf.bad, and corrects a wrong file mode.
 *
 * Returns: (transfer full) (nullable): the record, if there is a valid one.
 */
Nl668Record *nl668_record_load (const gchar       *imei,
                                Nl668WarningFunc   warning,
                                gpointer           user_data,
                                GError           **error);

/**
 * nl668_record_write:
 * @imei: a valid equipment identifier.
 * @contents: (nullable): from nl668_record_serialize (), or NULL to remove the record.
 * @error: return location for a #MM_CORE_ERROR_FAILED that says what to do.
 *
 * Replaces the record atomically. It is on disk when this returns. After a failure, either the old
 * or the new one is. May be called in any thread, but not in two at once for the same module.
 */
gboolean nl668_record_write (const gchar  *imei,
                             GBytes       *contents,
                             GError      **error);

/**
 * nl668_record_remove_leftovers:
 *
 * Removes what a daemon left that was killed while it wrote a record. Must be called before the
 * first record is written.
 */
void nl668_record_remove_leftovers (void);

#endif /* NL668_RECORD_H */
