/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Locks the radio to one access technology during the download, as the manual recommends
 * (1.1).
 *
 * If the daemon lists a mode of that technology alone, its own method is used. If not,
 * AT+GTRAT is, if the module has it. */

#ifndef NL668_RADIO_H
#define NL668_RADIO_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-saved.h"

/**
 * nl668_radio_load:
 *
 * Finds out how the radio can be locked, and what to restore afterwards. Changes nothing.
 */
void nl668_radio_load (MMBaseModem         *modem,
                       MmGdbusModem        *skeleton,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data);

/**
 * nl668_radio_load_finish:
 *
 * Returns: (transfer full): the current modes, or the current value of +GTRAT. If it is empty,
 *   the radio cannot be locked.
 */
Nl668Saved *nl668_radio_load_finish (MMBaseModem  *modem,
                                     GAsyncResult *res);

/**
 * nl668_radio_lock:
 * @saved: from nl668_radio_load_finish ().
 * @cancellable: (nullable): to stop waiting.
 *
 * Locks the radio to LTE or 3G, whichever the modem is registered on. From 2G, tries LTE and
 * then 3G, and waits until the modem is registered on it. Restores nothing if it fails.
 */
void     nl668_radio_lock        (MMBaseModem          *modem,
                                  MmGdbusModem         *skeleton,
                                  const Nl668Saved     *saved,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean nl668_radio_lock_finish (MMBaseModem          *modem,
                                  GAsyncResult         *res,
                                  GError              **error);

/**
 * nl668_radio_set_modes:
 * @allowed: a mask of #MMModemMode.
 * @preferred: a #MMModemMode.
 *
 * Sets the modes of the daemon. If the module refuses them, nl668_is_refusal () is %TRUE for
 * the error, whatever the protocol.
 */
void     nl668_radio_set_modes        (MMBaseModem          *modem,
                                       guint                 allowed,
                                       guint                 preferred,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean nl668_radio_set_modes_finish (MMBaseModem          *modem,
                                       GAsyncResult         *res,
                                       GError              **error);

/* @modem: (nullable). For example, a desktop may have turned mobile broadband off. */
gboolean nl668_radio_is_off (MMBaseModem *modem);

#endif /* NL668_RADIO_H */
