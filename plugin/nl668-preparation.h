/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The dialogue that has the module download: one table of steps.
 *
 * Nothing is undone here. What a step changes on the module was handed to
 * Nl668RememberFunc before, for nl668_restore (). */

#ifndef NL668_PREPARATION_H
#define NL668_PREPARATION_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-request.h"
#include "nl668-restore.h"

#define NL668_TYPE_PREPARATION (nl668_preparation_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Preparation, nl668_preparation, NL668, PREPARATION, GObject)

/* Writes down what is about to be changed. If it cannot, nothing is changed. */
typedef gboolean (* Nl668RememberFunc) (gpointer           user_data,
                                        const Nl668Saved  *saved,
                                        GError           **error);

/**
 * nl668_preparation_new:
 * @request: (transfer full): what to install.
 * @transports: what the module takes, or 0 to ask it.
 * @remember_data: (transfer none): an object that stays until the end of it.
 */
Nl668Preparation *nl668_preparation_new (Nl668Request      *request,
                                         guint              transports,
                                         Nl668RememberFunc  remember,
                                         GObject           *remember_data);

/**
 * nl668_preparation_run:
 * @modem: a modem with an open AT port.
 *
 * Asks the module for the update, which has accepted it when this ends well.
 */
void     nl668_preparation_run        (Nl668Preparation     *self,
                                       MMBaseModem          *modem,
                                       MmGdbusModem         *skeleton,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean nl668_preparation_run_finish (Nl668Preparation     *self,
                                       GAsyncResult         *res,
                                       GError              **error);

/**
 * nl668_preparation_cancel:
 *
 * It sends no further command, and fails.
 */
void nl668_preparation_cancel (Nl668Preparation *self);

/**
 * nl668_preparation_was_requested:
 *
 * Returns: whether the module was asked for the update, and not only prepared.
 */
gboolean nl668_preparation_was_requested (Nl668Preparation *self);

/**
 * nl668_preparation_get_transports:
 *
 * Returns: what the module takes, or 0 if that is not known.
 */
guint nl668_preparation_get_transports (Nl668Preparation *self);

#endif /* NL668_PREPARATION_H */
