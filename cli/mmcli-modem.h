/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The modem that the user means, found as the stock client finds it, and by its
 * equipment identifier. */

#ifndef MMCLI_MODEM_H
#define MMCLI_MODEM_H

#include <libmm-glib.h>

#include "nl668-usb-port.h"

typedef enum {
    MMCLI_MODEM_PATH,
    MMCLI_MODEM_ANY,
    /* 14 to 16 digits: no index is that long */
    MMCLI_MODEM_IMEI,
    /* Also what HEAD calls the physdev: the same sysfs path, unless a udev rule
     * gives the device a name of its own. */
    MMCLI_MODEM_UID,
} MmcliModemKind;

/**
 * mmcli_modem_parse:
 * @string: (nullable): the value of --modem.
 * @kind: (out): what it is.
 *
 * Returns: (transfer full): the object path, the UID or the equipment identifier
 *  ("any" is returned as it is); %NULL if @string says nothing.
 */
gchar *mmcli_modem_parse (const gchar    *string,
                          MmcliModemKind *kind);

/**
 * mmcli_modem_connect:
 * @connection: the bus.
 *
 * Looks for ModemManager and its modems, and never starts it.
 */
void mmcli_modem_connect (GDBusConnection     *connection,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data);

/**
 * mmcli_modem_connect_finish:
 * @error: return location for an error whose message is that of the stock
 *  client, but for the "error: " before it.
 *
 * Returns: (transfer full): what has the modems, or %NULL.
 */
MMManager *mmcli_modem_connect_finish (GAsyncResult  *res,
                                       GError       **error);

/**
 * mmcli_modem_connect_sync:
 * @connection: the bus.
 * @error: return location for an error: there is no ModemManager.
 *
 * The same, for callers with nothing else to attend to: the asynchronous call
 * takes a thread, and half a millisecond for it.
 *
 * Returns: (transfer full): ModemManager, or %NULL.
 */
MMManager *mmcli_modem_connect_sync (GDBusConnection  *connection,
                                     GError          **error);

/**
 * mmcli_modem_list:
 * @manager: what has the modems.
 *
 * Returns: (transfer container) (element-type MMObject): the modems that have the
 *  interface Modem.Firmware.Update, in the order of their indices.
 */
GPtrArray *mmcli_modem_list (MMManager *manager);

/**
 * mmcli_modem_find:
 * @manager: what has the modems.
 * @string: (nullable): the value of --modem.
 * @error: return location for a #MMCoreError, worded as the stock client words it.
 *
 * Returns: (transfer full): the modem, or %NULL. If there are several, "any" is
 *  the one that the stock client takes.
 */
MMObject *mmcli_modem_find (MMManager    *manager,
                            const gchar  *string,
                            GError      **error);

/**
 * mmcli_modem_find_only:
 *
 * The same for what must not be done to just any modem: several that can be
 * updated are an error that lists them, and if there is one only, "any" is that
 * one.
 */
MMObject *mmcli_modem_find_only (MMManager    *manager,
                                 const gchar  *string,
                                 GError      **error);

/**
 * mmcli_modem_get_update:
 *
 * Returns: (transfer full) (nullable): the modem's interface
 *  Modem.Firmware.Update, with the properties as they are now; or %NULL if it
 *  has none.
 */
GDBusProxy *mmcli_modem_get_update (MMObject *object);

/**
 * mmcli_modem_open_port:
 * @object: the modem.
 *
 * Returns: (transfer full): the USB port that the modem is at; %NULL if it is
 *  at none that udev knows.
 */
Nl668UsbPort *mmcli_modem_open_port (MMObject *object);

#endif /* MMCLI_MODEM_H */
