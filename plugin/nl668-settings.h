/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Loads and changes the settings of the module that an update requires, apart from the radio. */

#ifndef NL668_SETTINGS_H
#define NL668_SETTINGS_H

#include "mm-daemon.h"
#include "nl668-saved.h"

/**
 * nl668_settings_load:
 * @modem: a modem with an open AT port.
 *
 * Asks the module for the settings of AT+GTSET.
 */
void        nl668_settings_load        (MMBaseModem          *modem,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);

/**
 * nl668_settings_load_finish:
 *
 * Returns: (transfer full): what the module has reported, which may be nothing.
 */
Nl668Saved *nl668_settings_load_finish (GAsyncResult         *res);

/**
 * nl668_settings_change:
 * @modem: a modem with an open AT port.
 * @are_all_optional: whether to go on if the module refuses a setting that is required.
 * @cancellable: stops between two settings.
 */
void        nl668_settings_change      (MMBaseModem          *modem,
                                        gboolean              are_all_optional,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);

/**
 * nl668_settings_change_finish:
 * @error: return location for an error of the module or the daemon, which names the setting.
 *
 * Returns: %FALSE if a required setting could not be changed. If it was cancelled, %TRUE.
 */
gboolean    nl668_settings_change_finish (GAsyncResult       *res,
                                          GError            **error);

#endif /* NL668_SETTINGS_H */
