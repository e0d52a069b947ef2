/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Finds the modem that the user has selected, like the stock mmcli, but also by its IMEI. */

#ifndef NL668_CLIENT_FIND_H
#define NL668_CLIENT_FIND_H

#include <libmm-glib.h>

#include "nl668-usb-port.h"

typedef enum {
    /* An object path or a modem index */
    NL668_CLIENT_SELECTOR_PATH,
    NL668_CLIENT_SELECTOR_ANY,
    /* 14 to 16 digits; a modem index is never that long */
    NL668_CLIENT_SELECTOR_IMEI,
    /* The property "Device" or, since ModemManager 1.22, "Physdev": both are the path in
     * sysfs, unless a udev rule sets "Device" to a name (ID_MM_PHYSDEV_UID) */
    NL668_CLIENT_SELECTOR_UID,
} Nl668ClientSelector;

/**
 * nl668_client_parse_selector:
 * @string: (nullable): what the user wrote to select a modem, as in mmcli's --modem.
 * @kind: (out): the kind of selector.
 *
 * Returns: (transfer full): the object path, the IMEI, the UID, or @string itself for
 *  %NL668_CLIENT_SELECTOR_ANY; %NULL if @string is %NULL or empty.
 */
gchar *nl668_client_parse_selector (const gchar         *string,
                                    Nl668ClientSelector *kind);

/**
 * nl668_client_connect:
 * @connection: the bus.
 *
 * Gets ModemManager and its modem objects. Does not start ModemManager: see
 * nl668_client_has_owner().
 */
void nl668_client_connect (GDBusConnection     *connection,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);

/**
 * nl668_client_connect_finish:
 * @error: return location for an error, worded like that of the stock mmcli.
 *
 * Returns: (transfer full): the manager, or %NULL.
 */
MMManager *nl668_client_connect_finish (GAsyncResult  *res,
                                        GError       **error);

/**
 * nl668_client_connect_sync:
 * @connection: the bus.
 * @error: return location for an error.
 *
 * The same as nl668_client_connect(), for a program that has nothing else to do. Half a
 * millisecond faster, because GIO does not need a thread.
 *
 * Returns: (transfer full): the manager, or %NULL.
 */
MMManager *nl668_client_connect_sync (GDBusConnection  *connection,
                                      GError          **error);

/**
 * nl668_client_has_owner:
 * @manager: the manager.
 * @error: return location for a #MMCoreError, worded like that of the stock mmcli.
 *
 * Returns: whether ModemManager is on the bus.
 */
gboolean nl668_client_has_owner (MMManager  *manager,
                                 GError    **error);

/**
 * nl668_client_list_modems:
 * @manager: the manager.
 *
 * Returns: (transfer full) (element-type MMObject): the modems that have the interface
 *  Modem.Firmware.Update, by index.
 */
GPtrArray *nl668_client_list_modems (MMManager *manager);

/**
 * nl668_client_find_modem:
 * @manager: the manager.
 * @selector: (nullable): see nl668_client_parse_selector().
 * @error: return location for a #MMCoreError, worded like that of the stock mmcli.
 *
 * Returns: (transfer full): the modem, or %NULL. If there are several, "any" selects the one
 *  that the stock mmcli would use.
 */
MMObject *nl668_client_find_modem (MMManager    *manager,
                                   const gchar  *selector,
                                   GError      **error);

/**
 * nl668_client_find_only_modem:
 * @manager: the manager.
 * @selector: (nullable): see nl668_client_parse_selector().
 * @error: return location for a #MMCoreError.
 *
 * The same as nl668_client_find_modem(), but "any" selects the only modem that has the
 * interface Modem.Firmware.Update. If there are several, the error lists them.
 *
 * Returns: (transfer full): the modem, or %NULL.
 */
MMObject *nl668_client_find_only_modem (MMManager    *manager,
                                        const gchar  *selector,
                                        GError      **error);

/**
 * nl668_client_find_again:
 * @manager: the manager.
 * @imei: (nullable): the IMEI of a module.
 * @device: (nullable): its property "Device", which matters only without an IMEI.
 *
 * Returns: (transfer full): the modem object of that module, if it has the interface
 *  Modem.Firmware.Update, or %NULL.
 */
MMObject *nl668_client_find_again (MMManager   *manager,
                                   const gchar *imei,
                                   const gchar *device);

/**
 * nl668_client_get_update_proxy:
 *
 * Returns: (transfer full) (nullable): the interface Modem.Firmware.Update of the modem
 *  object with its current properties, or %NULL if it has none.
 */
GDBusProxy *nl668_client_get_update_proxy (MMObject *object);

/**
 * nl668_client_open_port:
 * @object: the modem object.
 *
 * Returns: (transfer full) (nullable): the USB port that the modem is plugged into, or
 *  %NULL if udev does not know it.
 */
Nl668UsbPort *nl668_client_open_port (MMObject *object);

/**
 * nl668_client_find_taken_port:
 * @object: the modem object.
 * @cancellable: (nullable): a cancellable.
 *
 * Finds an AT port that carries a data connection (PPP). ModemManager does not hear what the
 * module reports on it.
 */
void nl668_client_find_taken_port (MMObject            *object,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data);

/**
 * nl668_client_find_taken_port_finish:
 * @error: return location for %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full) (nullable): the name of the port, or %NULL if there is none.
 */
gchar *nl668_client_find_taken_port_finish (GAsyncResult  *res,
                                            GError       **error);

#endif /* NL668_CLIENT_FIND_H */
