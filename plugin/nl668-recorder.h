/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Writes the record of one module, in a thread, as the disk may be slow: one write at a time, and
 * the newest contents only. A write that fails is tried again until it succeeds. */

#ifndef NL668_RECORDER_H
#define NL668_RECORDER_H

#include "nl668-record.h"

typedef struct _Nl668Recorder Nl668Recorder;

/**
 * Nl668RecorderFunc:
 * @serial: of the contents that were written, or of newer ones.
 * @error: (nullable): why they are not on disk, a #MM_CORE_ERROR_FAILED.
 *
 * Called in the main loop. Must not free the recorder.
 */
typedef void (* Nl668RecorderFunc) (guint         serial,
                                    const GError *error,
                                    gpointer      user_data);

/**
 * nl668_recorder_new:
 * @imei: a valid equipment identifier.
 * @on_disk: (nullable): the contents of the record, or NULL if there is none.
 * @func: called after each write.
 */
Nl668Recorder *nl668_recorder_new (const gchar       *imei,
                                   GBytes            *on_disk,
                                   Nl668RecorderFunc  func,
                                   gpointer           user_data);

/* Writes what has not been written yet, and waits for it. */
void nl668_recorder_free (Nl668Recorder *self);

/**
 * nl668_recorder_save:
 * @contents: (nullable): from nl668_record_serialize (), or NULL for no record.
 *
 * Returns: the serial of @contents, which is greater than that of the last ones.
 */
guint nl668_recorder_save (Nl668Recorder *self,
                           GBytes        *contents);

/* Whether the contents that were saved last are on disk */
gboolean nl668_recorder_is_done (Nl668Recorder *self);

/* Writes what has not been written yet, waits for it, and calls the function. */
void nl668_recorder_flush (Nl668Recorder *self);

#endif /* NL668_RECORDER_H */
