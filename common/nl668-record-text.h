/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Converts a record to and from the text in its file. See nl668-record.h for the file. */

#ifndef NL668_RECORD_TEXT_H
#define NL668_RECORD_TEXT_H

#include <gio/gio.h>

#include "nl668-saved.h"
#include "nl668-state.h"

/* The maximum length of a string, in bytes */
#define NL668_RECORD_STRING_MAX 1024

/* Optional strings are NULL. */
typedef struct {
    /* A #Nl668State */
    guint       state;
    /* In states preparing and failed: whether the module has not been told to start the update, or
     * has refused to */
    gboolean    is_unrequested;
    /* In states installing and failed: whether the module has left the bus and come back since the
     * download was complete, or seemed to be */
    gboolean    has_returned;
    /* Whether a failure is tentative */
    Nl668Doubt  doubt;
    /* In percent */
    guint       progress;
    /* Seconds since the epoch, or 0 */
    guint64     started;
    guint64     finished;
    /* Printable ASCII */
    gchar      *package;
    gchar      *source;
    gchar      *previous_version;
    gchar      *target_version;
    gchar      *error_name;
    /* UTF-8 without control characters */
    gchar      *error_message;
    /* The original settings of the module, until they are restored: RadioModes, GTRAT, CALLBREAK,
     * GPRSFIRST; and what the radio was locked to: LockedMode, LockedGTRAT. Older records lack
     * the latter. */
    Nl668Saved  saved;
} Nl668Record;

/**
 * nl668_record_new:
 *
 * Returns: (transfer full): an empty record, whose state must be set.
 */
Nl668Record *nl668_record_new  (void);

Nl668Record *nl668_record_copy (const Nl668Record *self);

void         nl668_record_free (Nl668Record *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Record, nl668_record_free)

/**
 * nl668_record_parse:
 * @contents: the contents of a file, which are not trusted.
 * @imei: the equipment identifier that must be in it.
 * @error: return location for an error that names the key.
 *
 * Returns: (transfer full): the record, or NULL.
 */
Nl668Record *nl668_record_parse (GBytes       *contents,
                                 const gchar  *imei,
                                 GError      **error);

/**
 * nl668_record_serialize:
 * @error: return location for an error that names the key.
 *
 * A source or an error message that is too long is truncated, and control characters in them
 * are replaced with spaces. What does not apply to the state is left out.
 *
 * Returns: (transfer full): contents that nl668_record_parse () converts back to the same
 *   record, or NULL.
 */
GBytes *nl668_record_serialize (const Nl668Record  *self,
                                const gchar        *imei,
                                GError            **error);

#endif /* NL668_RECORD_TEXT_H */
