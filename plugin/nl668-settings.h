/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Changes the settings of the module that an update requires, apart from the radio. */

#ifndef NL668_SETTINGS_H
#define NL668_SETTINGS_H

#include "mm-daemon.h"

/**
 * nl668_settings_change:
 * @modem: a modem with an open AT port.
 * @are_all_optional: whether to go on if the module refuses a setting that is required.
 * @cancellable: stops between two settings.
 */
void     nl668_settings_change        (MMBaseModem          *modem,
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
gboolean nl668_settings_change_finish (GAsyncResult         *res,
                                       GError              **error);

#endif /* NL668_SETTINGS_H */
