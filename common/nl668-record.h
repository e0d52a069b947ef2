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
 * nl668_record_load:
 * @imei: (nullable): the equipment identifier of the module.
 * @warning: called once if there is an invalid record.
 * @user_data: for @warning.
 *
 * For the daemon: an invalid record is renamed to <IMEI>.conf.bad.
 *
 * Returns: (transfer full) (nullable): the record, if there is a valid one.
 */
Nl668Record *nl668_record_load (const gchar      *imei,
                                Nl668WarningFunc  warning,
                                gpointer          user_data);

/**
 * nl668_record_save:
 * @imei: (nullable): the equipment identifier of the module.
 * @error: return location for a #MM_CORE_ERROR_FAILED that says what to do.
 *
 * Replaces the record atomically, with one that nl668_record_load () accepts. It is on disk
 * when this returns.
 */
gboolean nl668_record_save (const Nl668Record  *self,
                            const gchar        *imei,
                            GError            **error);

#endif /* NL668_RECORD_H */
