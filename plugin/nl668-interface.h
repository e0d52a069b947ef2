/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The D-Bus interface Modem.Firmware.Update of a module, as clients see it. It lags behind
 * Nl668Properties: clients are not told what is not on disk. */

#ifndef NL668_INTERFACE_H
#define NL668_INTERFACE_H

#include "nl668-dbus.h"
#include "nl668-record.h"

#define NL668_TYPE_INTERFACE (nl668_interface_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Interface, nl668_interface, NL668, INTERFACE,
                      Nl668ModemFirmwareUpdateSkeleton)

/**
 * nl668_interface_new:
 * @properties: its properties that are not in a record are always the same.
 */
Nl668Interface *nl668_interface_new (Nl668ModemFirmwareUpdate *properties);

/**
 * Nl668InterfaceWrittenFunc:
 * @error: (nullable): why the record could not be written. That was not undone, and is tried again.
 */
typedef void (* Nl668InterfaceWrittenFunc) (const GError *error,
                                            gpointer      user_data);

/**
 * nl668_interface_record:
 * @imei: a valid equipment identifier.
 * @on_disk: (nullable): the contents of its record, or NULL if there is none.
 * @func: called after each write.
 *
 * From now on, there is a record.
 */
void nl668_interface_record (Nl668Interface            *self,
                             const gchar               *imei,
                             GBytes                    *on_disk,
                             Nl668InterfaceWrittenFunc  func,
                             gpointer                   user_data);

/**
 * nl668_interface_show:
 * @shown: (transfer full): what clients are told.
 *
 * Announces it, at once if what was saved before is on disk.
 */
void nl668_interface_show (Nl668Interface *self,
                           Nl668Record    *shown);

/* Calls @callback once everything has been announced. Cannot fail. */
void nl668_interface_wait (Nl668Interface      *self,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

/**
 * Nl668InterfaceFunc:
 * @error: (nullable): why the record could not be written.
 *
 * Returns: %TRUE if the change has been undone, so that it is not announced.
 */
typedef gboolean (* Nl668InterfaceFunc) (const GError *error,
                                         gpointer      user_data);

/**
 * nl668_interface_save:
 * @shown: (transfer full): what clients are told.
 * @contents: (nullable): of the record that is written before, NULL for none.
 * @func: (nullable): called before that.
 *
 * If the record cannot be written, it is announced all the same, unless @func has undone it.
 */
void nl668_interface_save (Nl668Interface     *self,
                           Nl668Record        *shown,
                           GBytes             *contents,
                           Nl668InterfaceFunc  func,
                           gpointer            user_data);

/* Whether everything that was saved is on disk */
gboolean nl668_interface_is_recorded (Nl668Interface *self);

/* Waits until it is, or cannot be written. */
void nl668_interface_flush (Nl668Interface *self);

#endif /* NL668_INTERFACE_H */
