/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Follows one module through its update: through the restarts of the module,
 * under new modem objects, and through restarts of ModemManager. */

#ifndef MMCLI_FOLLOWER_H
#define MMCLI_FOLLOWER_H

#include <libmm-glib.h>

#include "mmcli-output.h"
#include "mmcli-status.h"

#define MMCLI_TYPE_FOLLOWER (mmcli_follower_get_type ())
G_DECLARE_FINAL_TYPE (MmcliFollower, mmcli_follower, MMCLI, FOLLOWER, GObject)

/**
 * mmcli_follower_new:
 * @manager: where modem objects come and go.
 * @object: (nullable): the modem as it is now; %NULL while it is away.
 * @port: (nullable): its USB port, if that can be watched.
 * @status: what is known of the update, as @object and @port have it now; kept up
 *  to date from here on, and outlives the follower. Its equipment identifier is
 *  what the module is recognized by.
 * @settings: (nullable): those of the update that is about to be started; %NULL
 *  to follow the one that is under way.
 * @output: where what happens is shown; outlives the follower.
 *
 * To be made before the update is started, or nothing tells an end of the last
 * one from the end of this one.
 *
 * Returns: (transfer full): the follower, which shows nothing yet.
 */
MmcliFollower *mmcli_follower_new (MMManager    *manager,
                                   MMObject     *object,
                                   Nl668UsbPort *port,
                                   MmcliStatus  *status,
                                   GVariant     *settings,
                                   MmcliOutput  *output);

/**
 * mmcli_follower_start:
 *
 * From here on what happens is shown: to be called before the method Start(),
 * if at all.
 */
void mmcli_follower_start (MmcliFollower *self);

/**
 * mmcli_follower_wait:
 *
 * Waits for the end of the update, once it is under way. Each wait for something
 * to happen is bounded.
 */
void mmcli_follower_wait (MmcliFollower       *self,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data);

/**
 * mmcli_follower_wait_finish:
 * @error: return location for why the update failed, or why nobody knows.
 *
 * Returns: whether the update succeeded.
 */
gboolean mmcli_follower_wait_finish (MmcliFollower  *self,
                                     GAsyncResult   *res,
                                     GError        **error);

#endif /* MMCLI_FOLLOWER_H */
