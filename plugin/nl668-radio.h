/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Holds the radio to one access technology during a download, as the manual
 * recommends (1.1), and puts back what was there before.
 *
 * Where the daemon lists a mode of that technology alone, its own setting is
 * used. Else AT+GTRAT is, if the module has it: 2 is 3G only, 3 is LTE only
 * (not in the manual; two public sources agree). */

#ifndef NL668_RADIO_H
#define NL668_RADIO_H

#include <libmm-glib.h>

#include "mm-daemon.h"

/* What to put back. One of the two at most is not NULL. */
typedef struct {
    /* The daemon's modes, "allowed;preferred", numbers of #MMModemMode */
    gchar *modes;
    /* The parameters of AT+GTRAT: digits and commas */
    gchar *gtrat;
} Nl668RadioMode;

void nl668_radio_mode_clear (Nl668RadioMode *mode);

/**
 * nl668_parse_gtrat_response:
 *
 * Returns: (transfer full) (nullable): the parameters in an answer to
 *   AT+GTRAT?, or NULL if it is none.
 */
gchar *nl668_parse_gtrat_response (const gchar *response);

/**
 * nl668_radio_load:
 *
 * Finds out how the radio can be held, and what is to be put back afterwards;
 * changes nothing. If it cannot be held, @mode is left empty.
 */
void nl668_radio_load        (MMBaseModem         *modem,
                              MmGdbusModem        *skeleton,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data);
void nl668_radio_load_finish (MMBaseModem         *modem,
                              GAsyncResult        *res,
                              Nl668RadioMode      *mode);

/**
 * nl668_radio_hold:
 * @mode: what nl668_radio_load () found.
 * @cancellable: (nullable): to wait no longer.
 *
 * Holds the radio to LTE or 3G, whichever the modem is registered on. From 2G,
 * waits for one of the two to come up. When this fails, nothing is put back yet.
 */
void     nl668_radio_hold        (MMBaseModem           *modem,
                                  MmGdbusModem          *skeleton,
                                  const Nl668RadioMode  *mode,
                                  GCancellable          *cancellable,
                                  GAsyncReadyCallback    callback,
                                  gpointer               user_data);
gboolean nl668_radio_hold_finish (MMBaseModem           *modem,
                                  GAsyncResult          *res,
                                  GError               **error);

/**
 * nl668_radio_restore:
 * @mode: what nl668_radio_load () found, perhaps before a restart.
 */
void     nl668_radio_restore        (MMBaseModem           *modem,
                                     const Nl668RadioMode  *mode,
                                     GAsyncReadyCallback    callback,
                                     gpointer               user_data);
gboolean nl668_radio_restore_finish (MMBaseModem           *modem,
                                     GAsyncResult          *res,
                                     GError               **error);

#endif /* NL668_RADIO_H */
