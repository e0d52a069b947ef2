/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Brings a modem into its network: the module downloads over the air. */

#ifndef MMCLI_REGISTER_H
#define MMCLI_REGISTER_H

#include <libmm-glib.h>

#include "mmcli-output.h"

/**
 * mmcli_register:
 * @modem: the modem; enabled if it is not.
 * @output: where it is told.
 * @cancellable: to wait no longer; what ModemManager was asked for is waited for.
 *
 * Waits until the modem is registered, or is in a state that no waiting will
 * change (failed, locked): ModemManager has the right words for that.
 */
void mmcli_register (MMModem             *modem,
                     MmcliOutput         *output,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data);

/**
 * mmcli_register_finish:
 * @was_enabled: (out): whether the modem was disabled, and is enabled now.
 * @error: return location for an error of ModemManager, or a #MMCoreError if
 *  it took too long.
 *
 * Returns: whether the update can be tried.
 */
gboolean mmcli_register_finish (MMModem       *modem,
                                GAsyncResult  *res,
                                gboolean      *was_enabled,
                                GError       **error);

#endif /* MMCLI_REGISTER_H */
