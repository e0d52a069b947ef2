/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The properties of org.freedesktop.ModemManager1.Modem.Firmware.Update and the
 * states behind them.
 *
 * There is one object per module, not per modem: the module restarts during an
 * update and its modem object goes, but not what is known of the update. What
 * must outlive the daemon is in the module's record. */

#ifndef NL668_UPDATE_H
#define NL668_UPDATE_H

#include "mm-daemon.h"
#include "nl668-dbus.h"
#include "nl668-request.h"
#include "nl668-restore.h"

#define NL668_TYPE_UPDATE (nl668_update_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Update, nl668_update, NL668, UPDATE, Nl668ModemFirmwareSkeleton)

/* The D-Bus property "State", and of GObject "state" */
typedef enum {
    NL668_UPDATE_STATE_UNKNOWN,
    NL668_UPDATE_STATE_IDLE,
    NL668_UPDATE_STATE_PREPARING,
    NL668_UPDATE_STATE_DOWNLOADING,
    NL668_UPDATE_STATE_INSTALLING,
    NL668_UPDATE_STATE_SUCCEEDED,
    NL668_UPDATE_STATE_FAILED,
} Nl668UpdateState;

/**
 * nl668_update_new:
 * @imei: (nullable): the equipment identifier of the module. Without one there
 *   is no record, and there can be no update.
 *
 * Returns: (transfer full): what the record of the module tells.
 */
Nl668Update *nl668_update_new (const gchar *imei);

/* NULL if it has none that can be relied on */
const gchar *nl668_update_get_imei (Nl668Update *self);

gboolean nl668_update_has_modem (Nl668Update *self);

/**
 * nl668_update_is_downloading:
 *
 * Returns: whether the module was asked for an update, and did not say yet that
 *   it has the whole package.
 */
gboolean nl668_update_is_downloading (Nl668Update *self);

/**
 * nl668_update_is_under_way:
 *
 * Returns: whether an update began that did neither succeed nor fail.
 */
gboolean nl668_update_is_under_way (Nl668Update *self);

/**
 * nl668_update_may_go_on:
 *
 * Returns: whether it is under way, or failed but perhaps just for us.
 */
gboolean nl668_update_may_go_on (Nl668Update *self);

/**
 * nl668_update_get_last_error:
 *
 * Returns: (transfer full): why the last update failed.
 */
GError *nl668_update_get_last_error (Nl668Update *self);

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

/*****************************************************************************/
/* What is to be put back on the module when the update is over */

/* Adds it to the record; see Nl668RememberFunc */
gboolean          nl668_update_remember  (Nl668Update       *self,
                                          const Nl668Saved  *saved,
                                          GError           **error);

const Nl668Saved *nl668_update_get_saved (Nl668Update *self);

/* It was put back */
void              nl668_update_forget    (Nl668Update *self);

#endif /* NL668_UPDATE_H */
