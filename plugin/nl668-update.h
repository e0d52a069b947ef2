/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The update of one module: what happens to it, and what is concluded from that.
 *
 * There is one object per module, not per modem: the module restarts during an
 * update and its modem object goes, but not what is known of the update. What
 * must outlive the daemon is in the module's record. */

#ifndef NL668_UPDATE_H
#define NL668_UPDATE_H

#include "nl668-status.h"

#define NL668_TYPE_UPDATE (nl668_update_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Update, nl668_update, NL668, UPDATE, Nl668Status)

/**
 * nl668_update_new:
 * @imei: (nullable): the equipment identifier of the module.
 *
 * Returns: (transfer full): what the record of the module tells.
 */
Nl668Update *nl668_update_new (const gchar *imei);

/**
 * nl668_update_may_go_on:
 *
 * Returns: whether it is under way, or failed but perhaps just for us.
 */
gboolean nl668_update_may_go_on (Nl668Update *self);

/*****************************************************************************/
/* What happens to the module */

/**
 * nl668_update_module_came:
 * @modem: its modem object, for the log.
 * @usb_path: (nullable): where the module is in sysfs.
 */
void nl668_update_module_came (Nl668Update *self,
                               MMBaseModem *modem,
                               const gchar *usb_path);

/**
 * nl668_update_module_runs:
 * @revision: (nullable): the firmware revision of the module.
 */
void nl668_update_module_runs (Nl668Update *self,
                               const gchar *revision);

/* Its modem object is gone */
void nl668_update_module_left (Nl668Update *self);

/*****************************************************************************/
/* What happens to an update */

/**
 * nl668_update_begin:
 * @package: (nullable): the id of the catalogue's package.
 *
 * Writes the record, and has logind keep the machine running. Nothing has begun
 * if this fails.
 */
void     nl668_update_begin        (Nl668Update          *self,
                                    const Nl668Request   *request,
                                    const gchar          *package,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean nl668_update_begin_finish (Nl668Update          *self,
                                    GAsyncResult         *res,
                                    GError              **error);

/* The module has accepted it, and will report */
void nl668_update_accepted (Nl668Update  *self);

/* A line that nl668_get_gtota_urc_regex () matched */
void nl668_update_report   (Nl668Update  *self,
                            const gchar  *line);

void nl668_update_fail     (Nl668Update  *self,
                            const GError *error);

/* Fails as well, unless the module reports that it has heard the request after all */
void nl668_update_not_answered (Nl668Update  *self,
                                const GError *error);

#endif /* NL668_UPDATE_H */
