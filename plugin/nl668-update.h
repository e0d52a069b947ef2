/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The update of one module: what happens to the module, and what follows from that for the
 * state of the update.
 *
 * It belongs to the module, not to a modem object. A module restarts during an update and its
 * modem object goes away, but its update stays. What must survive the daemon is in the record
 * of the module. */

#ifndef NL668_UPDATE_H
#define NL668_UPDATE_H

#include "nl668-properties.h"

#define NL668_TYPE_UPDATE (nl668_update_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Update, nl668_update, NL668, UPDATE, Nl668Properties)

/**
 * nl668_update_new:
 * @imei: (nullable): the equipment identifier of the module.
 *
 * Returns: (transfer full): the update as of the record of the module.
 */
Nl668Update *nl668_update_new (const gchar *imei);

/**
 * nl668_update_may_go_on:
 *
 * Returns: whether the update is under way, or has failed without proof that the module has
 *   stopped.
 */
gboolean nl668_update_may_go_on (Nl668Update *self);

/*****************************************************************************/
/* What happens to the module */

/**
 * nl668_update_module_came:
 * @modem: its new modem object, for the log.
 * @usb_path: (nullable): its USB device in sysfs.
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

/* Its modem object is gone. */
void nl668_update_module_left (Nl668Update *self);

/*****************************************************************************/
/* What happens to the update */

/**
 * nl668_update_begin:
 * @package: (nullable): the id of the package in the catalogue.
 *
 * Writes the record, and asks logind to keep the machine running. If this fails, nothing has
 * begun.
 */
void     nl668_update_begin        (Nl668Update          *self,
                                    const Nl668Request   *request,
                                    const gchar          *package,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean nl668_update_begin_finish (Nl668Update          *self,
                                    GAsyncResult         *res,
                                    GError              **error);

/* The module has accepted it, and is expected to report. */
void nl668_update_accepted (Nl668Update *self);

/* A line that nl668_at_get_urc_regex () matched */
void nl668_update_report (Nl668Update *self,
                          const gchar *line);

/**
 * nl668_update_fail:
 * @may_go_on: whether the module may have accepted the update all the same, because it did
 *   not respond. The update then goes on if a report or a new revision proves that.
 */
void nl668_update_fail (Nl668Update  *self,
                        const GError *error,
                        gboolean      may_go_on);

#endif /* NL668_UPDATE_H */
