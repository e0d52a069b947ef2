/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Loads and changes the settings of the module that an update requires. nl668-radio.h changes those
 * of the radio. */

#ifndef NL668_SETTINGS_H
#define NL668_SETTINGS_H

#include "mm-daemon.h"
#include "nl668-saved.h"

/**
 * nl668_settings_load:
 * @modem: a modem with an open AT port.
 * @query: #NL668_AT_GTSET_QUERY or #NL668_AT_GTRAT_QUERY.
 * @cancellable: (nullable): stops waiting between two queries.
 *
 * Asks the module for its settings, more than once if it is busy or does not respond.
 */
void        nl668_settings_load        (MMBaseModem          *modem,
                                        const gchar          *query,
                                        GCancellable         *cancellable,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);

/**
 * nl668_settings_load_finish:
 * @error: return location for an error, a #G_IO_ERROR_CANCELLED among others.
 *
 * Returns: (transfer full): what the module has reported, which may be nothing; or NULL if it has
 *   not responded, in which case it must not be changed.
 */
Nl668Saved *nl668_settings_load_finish (GAsyncResult         *res,
                                        GError              **error);

/**
 * nl668_settings_change:
 * @modem: a modem with an open AT port.
 * @is_callbreak_optional: whether to go on if the module refuses the setting that is required.
 * @cancellable: stops between two settings.
 */
void        nl668_settings_change      (MMBaseModem          *modem,
                                        gboolean              is_callbreak_optional,
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
