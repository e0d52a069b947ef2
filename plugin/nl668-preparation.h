/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What is done before the module downloads, and undone after it.
 *
 * Each step has its entry in one table, with what undoes it. So whichever way
 * an update ends, nothing of it is forgotten. */

#ifndef NL668_PREPARATION_H
#define NL668_PREPARATION_H

#include <gio/gio.h>

#include "mm-daemon.h"
#include "nl668-request.h"

#define NL668_TYPE_PREPARATION (nl668_preparation_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Preparation, nl668_preparation, NL668, PREPARATION, GObject)

/**
 * nl668_preparation_new:
 * @request: (transfer full): what to install.
 * @transports: what the module takes, or 0 to ask it.
 */
Nl668Preparation *nl668_preparation_new (Nl668Request *request,
                                         guint         transports);

/**
 * nl668_preparation_run:
 *
 * Asks the module for the update, which has accepted it when this ends well.
 * When it fails, all that was done until then has been undone.
 */
void     nl668_preparation_run        (Nl668Preparation     *self,
                                       MMBaseModem          *modem,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean nl668_preparation_run_finish (Nl668Preparation     *self,
                                       GAsyncResult         *res,
                                       GError              **error);

/**
 * nl668_preparation_undo:
 *
 * To be called once the update is over, or its modem gone; not from within a
 * handler of reports. While it runs, it goes no further and fails.
 */
void nl668_preparation_undo (Nl668Preparation *self);

/**
 * nl668_preparation_get_transports:
 *
 * Returns: what the module takes, or 0 if that is not known.
 */
guint nl668_preparation_get_transports (Nl668Preparation *self);

#endif /* NL668_PREPARATION_H */
