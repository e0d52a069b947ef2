/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Follows an update until it ends: through restarts of the module, which give it new modem
 * objects, and through restarts of ModemManager. */

#ifndef NL668_CLIENT_FOLLOWER_H
#define NL668_CLIENT_FOLLOWER_H

#include <libmm-glib.h>

#include "nl668-client-status.h"

#define NL668_CLIENT_TYPE_FOLLOWER (nl668_client_follower_get_type ())
G_DECLARE_FINAL_TYPE (Nl668ClientFollower, nl668_client_follower, NL668_CLIENT, FOLLOWER, GObject)

typedef enum {
    /* The module has begun the download */
    NL668_CLIENT_UNTIL_STARTED,
    /* It runs the new firmware */
    NL668_CLIENT_UNTIL_SUCCEEDED,
} Nl668ClientUntil;

/* Signals:
 *
 *   changed ()           the status has changed, or may have
 *   event   (event: u)   a #Nl668ClientEvent; the status is up to date
 */

/**
 * nl668_client_follower_new:
 * @manager: the manager.
 * @object: (nullable): the modem object; %NULL if the module is absent.
 * @port: (nullable): the USB port of the module, if it can be watched.
 * @status: the status of @object and @port, or the record of the absent module. The
 *  follower keeps it up to date; it must outlive the follower. The module is recognized by
 *  its IMEI.
 * @settings: (nullable): the settings of the update that is about to be started; %NULL to
 *  follow one that is under way.
 *
 * Must be called before Start(), to distinguish the end of the previous update from the end of
 * this one.
 *
 * Returns: (transfer full): the follower.
 */
Nl668ClientFollower *nl668_client_follower_new (MMManager         *manager,
                                                MMObject          *object,
                                                Nl668UsbPort      *port,
                                                Nl668ClientStatus *status,
                                                GVariant          *settings);

/**
 * nl668_client_follower_set_taken_port:
 * @name: (nullable): the result of nl668_client_find_taken_port().
 *
 * For a program that must know this before it goes on, like before Start(). The follower itself
 * finds it out sooner or later. Emits %NL668_CLIENT_EVENT_PORT_TAKEN if it is news.
 */
void nl668_client_follower_set_taken_port (Nl668ClientFollower *self,
                                           const gchar         *name);

/**
 * nl668_client_follower_has_object:
 *
 * Returns: %TRUE if @object is the current modem object.
 */
gboolean nl668_client_follower_has_object (Nl668ClientFollower *self,
                                           MMObject            *object);

/**
 * nl668_client_follower_wait:
 * @until: what to wait for.
 *
 * Waits until the update, which must be under way or about to begin, gets there or fails. It
 * fails if ModemManager was stopped before it began it. Gives up if nothing happens for too long.
 * Must not be called again before it has finished.
 */
void nl668_client_follower_wait (Nl668ClientFollower *self,
                                 Nl668ClientUntil     until,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);

/**
 * nl668_client_follower_wait_finish:
 * @error: return location for a %MM_CORE_ERROR_FAILED with ModemManager's message or the reason
 *  for giving up. The status is %NL668_STATE_FAILED only if the update has failed according to
 *  ModemManager, or has not begun; a client that gives up does not know.
 *
 * Returns: %TRUE if the update got there.
 */
gboolean nl668_client_follower_wait_finish (Nl668ClientFollower  *self,
                                            GAsyncResult         *res,
                                            GError              **error);

#endif /* NL668_CLIENT_FOLLOWER_H */
