/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The modem that the user means, found as the stock client finds it. */

#ifndef MMCLI_MODEM_H
#define MMCLI_MODEM_H

#include <libmm-glib.h>

#include "nl668-usb-port.h"

typedef enum {
    MMCLI_MODEM_PATH,
    MMCLI_MODEM_ANY,
    /* Also what HEAD calls the physdev: the same sysfs path, unless a udev rule
     * gives the device a name of its own. */
    MMCLI_MODEM_UID,
} MmcliModemKind;

/**
 * mmcli_modem_parse:
 * @string: (nullable): the value of --modem.
 * @kind: (out): what it is.
 *
 * Returns: (transfer full): the object path or the UID ("any" is returned as it
 *  is); %NULL if @string says nothing.
 */
gchar *mmcli_modem_parse (const gchar    *string,
                          MmcliModemKind *kind);

/**
 * mmcli_modem_find:
 * @connection: the bus.
 * @string: (nullable): the value of --modem.
 */
void mmcli_modem_find (GDBusConnection     *connection,
                       const gchar         *string,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data);

/**
 * mmcli_modem_find_finish:
 * @manager: (out) (transfer full): the manager that @string was looked up in.
 * @error: return location for an error whose message is that of the stock
 *  client, but for the "error: " before it.
 *
 * Returns: (transfer full): the modem, or %NULL.
 */
MMObject *mmcli_modem_find_finish (GAsyncResult  *res,
                                   MMManager    **manager,
                                   GError       **error);

/**
 * mmcli_modem_get_update:
 *
 * Returns: (transfer full) (nullable): the modem's interface
 *  Modem.Firmware.Update, with the properties as they are now; or %NULL if it
 *  has none.
 */
GDBusProxy *mmcli_modem_get_update (MMObject *object);

/**
 * mmcli_modem_dup_stable_name:
 * @object: the modem.
 * @string: the value of --modem that it was found by.
 *
 * Returns: (transfer full): a value of --modem that goes on to name it after it
 *  came back with another index.
 */
gchar *mmcli_modem_dup_stable_name (MMObject    *object,
                                    const gchar *string);

/**
 * mmcli_modem_open_port:
 * @object: the modem.
 *
 * Returns: (transfer full): the USB port that the modem is at; %NULL if it is
 *  at none that udev knows.
 */
Nl668UsbPort *mmcli_modem_open_port (MMObject *object);

#endif /* MMCLI_MODEM_H */
