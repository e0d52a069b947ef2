/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Locks the radio to one access technology during the download, as the manual recommends
 * (1.1).
 *
 * If the daemon lists a mode with that technology alone, its own method is used. Otherwise,
 * AT+GTRAT is used, if the module supports it. */

#ifndef NL668_RADIO_H
#define NL668_RADIO_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-saved.h"

/**
 * nl668_radio_get_modes:
 * @modes: (out): the daemon's current modes, in the form in which they can be restored.
 *
 * Returns: whether the daemon can lock the modem to each technology that it supports, and can
 *   restore the current modes. If not, @modes is not changed.
 */
gboolean nl668_radio_get_modes (MmGdbusModem *skeleton,
                                Nl668Saved   *modes);

/**
 * nl668_radio_load:
 * @cancellable: as for nl668_settings_load ().
 *
 * Finds out how the radio can be locked, and what to restore afterwards. Changes nothing.
 */
void nl668_radio_load (MMBaseModem         *modem,
                       MmGdbusModem        *skeleton,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data);

/**
 * nl668_radio_load_finish:
 * @error: as for nl668_settings_load_finish ().
 *
 * Returns: (transfer full): the current modes, or the current value of +GTRAT. If it is empty,
 *   the radio cannot be locked. NULL if the module has not responded.
 */
Nl668Saved *nl668_radio_load_finish (MMBaseModem   *modem,
                                     GAsyncResult  *res,
                                     GError       **error);

/**
 * nl668_radio_lock:
 * @saved: from nl668_radio_load_finish ().
 * @cancellable: (nullable): stops waiting.
 *
 * Locks the radio to LTE or 3G, whichever the modem is registered on, and waits until it is
 * registered again. On 2G, tries LTE and then 3G, and waits until the modem is registered on it.
 * Restores nothing on failure.
 */
void nl668_radio_lock (MMBaseModem         *modem,
                       MmGdbusModem        *skeleton,
                       const Nl668Saved    *saved,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data);

/**
 * nl668_radio_lock_finish:
 * @error: return location for an error, a #G_IO_ERROR_CANCELLED among others.
 *
 * Returns: (transfer full): @saved and what the radio was locked to, even if the module has
 *   refused that; or NULL.
 */
Nl668Saved *nl668_radio_lock_finish (MMBaseModem   *modem,
                                     GAsyncResult  *res,
                                     GError       **error);

/* Whether the radio was turned off, for example by a desktop. @modem may be NULL. */
gboolean nl668_radio_is_off (MMBaseModem *modem);

#endif /* NL668_RADIO_H */
