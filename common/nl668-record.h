/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What is known of the last update of one module, on disk: for the next modem
 * object, the next daemon or the next boot. Never a password.
 *
 * It is the file <IMEI>.conf in $(localstatedir)/lib/ModemManager/fibocom-nl668.
 * For tests, the environment variable FIBOCOM_NL668_STATE_DIR is another
 * directory. It is read once. */

#ifndef NL668_RECORD_H
#define NL668_RECORD_H

#include <gio/gio.h>

#include "nl668-key-file.h"

/* No string is longer, in bytes */
#define NL668_RECORD_STRING_MAX 1024

/* A string is NULL if there is nothing to tell. */
typedef struct {
    /* The D-Bus property "State": 1 (idle) to 6 (failed) */
    guint    state;
    /* In percent */
    guint    progress;
    /* Seconds since the epoch, 0 if not yet */
    guint64  started;
    guint64  finished;
    /* Printable ASCII */
    gchar   *package;
    gchar   *source;
    gchar   *previous_version;
    gchar   *target_version;
    gchar   *error_name;
    /* UTF-8 without control characters */
    gchar   *error_message;
    /* What is to be put back on the module: MMModemModes allowed and preferred
     * ("12;8"), the numbers of +GTRAT ("10,3"), those of +GTSET ("0") */
    gchar   *radio_modes;
    gchar   *gtrat;
    gchar   *callbreak;
    gchar   *gprsfirst;
} Nl668Record;

/**
 * nl668_record_new:
 *
 * Returns: (transfer full): a record in no valid state, which has to be set.
 */
Nl668Record *nl668_record_new  (void);

void         nl668_record_free (Nl668Record *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Record, nl668_record_free)

/**
 * nl668_record_is_imei:
 * @imei: (nullable): what the module says that it is.
 *
 * Returns: whether it is 14 to 16 digits, and so fit for a file name.
 */
gboolean nl668_record_is_imei (const gchar *imei);

/**
 * nl668_record_read:
 * @imei: the module; must be one.
 * @error: return location for a #GFileError, of which #G_FILE_ERROR_NOENT says
 *   that there is no record, or for an error that says what is wrong with it.
 *
 * Changes nothing on the disk: for others than the daemon.
 *
 * Returns: (transfer full): the record, or NULL.
 */
Nl668Record *nl668_record_read (const gchar  *imei,
                                GError      **error);

/**
 * nl668_record_list:
 * @error: return location for a #GFileError.
 *
 * Returns: (transfer full): the equipment identifiers of all modules that have
 *   a record, sorted; or NULL if the directory cannot be read.
 */
GStrv nl668_record_list (GError **error);

/**
 * nl668_record_load:
 * @imei: (nullable): the module.
 * @warning: called once if there is a record that cannot be trusted.
 * @user_data: for @warning.
 *
 * A record that cannot be trusted is set aside: renamed to <IMEI>.conf.bad.
 *
 * Returns: (transfer full): the record, or NULL if there is no good one.
 */
Nl668Record *nl668_record_load (const gchar      *imei,
                                Nl668WarningFunc  warning,
                                gpointer          user_data);

/**
 * nl668_record_save:
 * @imei: (nullable): the module.
 * @error: return location for a #MM_CORE_ERROR_FAILED that says what to do.
 *
 * Writes a record that nl668_record_load () will take, and it is on the disk
 * when this returns; or leaves the old one as it was. Of @source and
 * @error_message, what does not fit in is cut off; control characters in the
 * latter become spaces.
 */
gboolean nl668_record_save (const Nl668Record  *self,
                            const gchar        *imei,
                            GError            **error);

#endif /* NL668_RECORD_H */
