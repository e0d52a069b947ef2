/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Starts an update. If ModemManager requires nothing else, enables the modem and waits until it
 * is registered: the module downloads the package over its own radio. */

#ifndef NL668_CLIENT_START_H
#define NL668_CLIENT_START_H

#include <libmm-glib.h>

#include "nl668-client-follower.h"

#define NL668_CLIENT_TYPE_START (nl668_client_start_get_type ())
G_DECLARE_FINAL_TYPE (Nl668ClientStart, nl668_client_start, NL668_CLIENT, START, GObject)

/* Signals:
 *
 *   activity (activity: u)   a #Nl668ClientActivity has begun
 */

/**
 * nl668_client_start_new:
 * @object: the modem object, which must have the interface Modem.Firmware.Update.
 * @follower: follows the modem, and has the same settings.
 * @status: the status of the modem, kept up to date by the follower; must outlive the start.
 * @settings: the settings of Start().
 * @timeout: for each D-Bus call, in seconds; 0 for the default.
 *
 * Returns: (transfer full): the start of an update.
 */
Nl668ClientStart *nl668_client_start_new (MMObject                *object,
                                          Nl668ClientFollower     *follower,
                                          const Nl668ClientStatus *status,
                                          GVariant                *settings,
                                          guint                    timeout);

/**
 * nl668_client_start_run:
 * @cancellable: (nullable): cancels the registration. An update cannot be cancelled, so this
 *  has no effect once nl668_client_start_is_sent() returns %TRUE.
 *
 * Must be called only once.
 */
void nl668_client_start_run (Nl668ClientStart    *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);

/**
 * nl668_client_start_run_finish:
 * @error: return location for an error of ModemManager, for a %MM_CORE_ERROR_FAILED if the
 *  modem does not register, for %G_IO_ERROR_CANCELLED, or for %G_IO_ERROR_CLOSED if the
 *  connection to the bus was lost. If nl668_client_start_is_sent() still returns %TRUE, it is
 *  unknown whether the update has started.
 *
 * Returns: %TRUE if the module has accepted the update.
 */
gboolean nl668_client_start_run_finish (Nl668ClientStart  *self,
                                        GAsyncResult      *res,
                                        GError           **error);

/**
 * nl668_client_start_is_sent:
 *
 * Returns: %TRUE if Start() was called and has not failed: the module may continue the update
 *  without this program.
 */
gboolean nl668_client_start_is_sent (Nl668ClientStart *self);

/**
 * nl668_client_start_undo:
 *
 * Disables the modem again if it was enabled and is still there. To be called if the update did
 * not start.
 */
void nl668_client_start_undo (Nl668ClientStart    *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data);

/**
 * nl668_client_start_undo_finish:
 * @error: return location for an error of ModemManager.
 *
 * Returns: %FALSE if the modem could not be disabled.
 */
gboolean nl668_client_start_undo_finish (Nl668ClientStart  *self,
                                         GAsyncResult      *res,
                                         GError           **error);

#endif /* NL668_CLIENT_START_H */
