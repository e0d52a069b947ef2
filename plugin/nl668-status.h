/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The properties of org.freedesktop.ModemManager1.Modem.Firmware.Update of one
 * module, on the bus and in the module's record. */

#ifndef NL668_STATUS_H
#define NL668_STATUS_H

#include "mm-daemon.h"
#include "nl668-dbus.h"
#include "nl668-request.h"
#include "nl668-restore.h"
#include "nl668-state.h"

#define NL668_TYPE_STATUS (nl668_status_get_type ())
G_DECLARE_DERIVABLE_TYPE (Nl668Status, nl668_status, NL668, STATUS, Nl668ModemFirmwareSkeleton)

struct _Nl668StatusClass {
    Nl668ModemFirmwareSkeletonClass parent;
};

/**
 * nl668_status_load:
 * @imei: (nullable): the equipment identifier of the module. Without one there
 *   is no record, and there can be no update.
 *
 * Takes what the record of the module tells.
 */
void nl668_status_load (Nl668Status *self,
                        const gchar *imei);

/* NULL if the module has none that can be relied on */
const gchar *nl668_status_get_imei (Nl668Status *self);

/* @modem: (nullable): for the log; not referenced */
void         nl668_status_set_modem (Nl668Status *self,
                                     MMBaseModem *modem);
MMBaseModem *nl668_status_get_modem (Nl668Status *self);

/*****************************************************************************/
/* State */

Nl668State nl668_status_get_state (Nl668Status *self);

/* Writes the record, and tells everybody */
void nl668_status_set_state (Nl668Status *self,
                             Nl668State   state);

/**
 * nl668_status_is_downloading:
 *
 * Returns: whether the module was asked for an update, and did not say yet that
 *   it has the whole package.
 */
gboolean nl668_status_is_downloading (Nl668Status *self);

/**
 * nl668_status_is_under_way:
 *
 * Returns: whether an update began that did neither succeed nor fail.
 */
gboolean nl668_status_is_under_way (Nl668Status *self);

/**
 * nl668_status_begin:
 * @package: (nullable): the id of the catalogue's package.
 *
 * Sets all that is known at the beginning of an update, and the state to
 * preparing. If the record cannot be written, nothing is changed.
 */
gboolean nl668_status_begin (Nl668Status         *self,
                             const Nl668Request  *request,
                             const gchar         *package,
                             GError             **error);

/* It goes on: it did not end */
void nl668_status_reopen (Nl668Status *self);

/* @error: (nullable): why it failed; NULL if it succeeded */
void nl668_status_end (Nl668Status  *self,
                       const GError *error);

/* Tells everybody at once, and writes the record within a second */
void nl668_status_set_progress (Nl668Status *self,
                                guint        percent);

/**
 * nl668_status_get_last_error:
 *
 * Returns: (transfer full): why the last update failed.
 */
GError *nl668_status_get_last_error (Nl668Status *self);

/*****************************************************************************/
/* What is to be put back on the module when the update is over */

/* Adds it to the record; see Nl668RememberFunc */
gboolean          nl668_status_remember  (Nl668Status       *self,
                                          const Nl668Saved  *saved,
                                          GError           **error);

const Nl668Saved *nl668_status_get_saved (Nl668Status *self);

/* It was put back */
void              nl668_status_forget    (Nl668Status *self);

#endif /* NL668_STATUS_H */
