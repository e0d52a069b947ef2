/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* One physical USB port, watched while the module behind it restarts: the
 * daemon shows nothing of a module that is away. */

#ifndef NL668_USB_PORT_H
#define NL668_USB_PORT_H

#include <glib-object.h>

typedef enum {
    NL668_USB_PORT_STATE_ABSENT,
    NL668_USB_PORT_STATE_PRESENT,
    /* 05c6:9008, the emergency download mode of Qualcomm, is there: the module
     * has no firmware that it can start. */
    NL668_USB_PORT_STATE_EMERGENCY,
} Nl668UsbPortState;

#define NL668_TYPE_USB_PORT (nl668_usb_port_get_type ())
G_DECLARE_FINAL_TYPE (Nl668UsbPort, nl668_usb_port, NL668, USB_PORT, GObject)

/**
 * nl668_usb_port_new:
 * @sysfs_path: the usb_device in sysfs, e.g. the "Device" property of a modem.
 *
 * Nothing needs to be there yet. The changes are dispatched in the
 * thread-default main context of the caller, which must be the same for all
 * ports. What leaves and comes back between two iterations of it is still seen
 * as two changes of the property "state".
 *
 * Returns: (transfer full): the port.
 */
Nl668UsbPort *nl668_usb_port_new (const gchar *sysfs_path);

/**
 * nl668_usb_port_find_path:
 * @port_name: name of a port of the modem, e.g. ttyUSB1, cdc-wdm0 or wwan0.
 *
 * Returns: (transfer full): the sysfs path of the usb_device that the port
 *  belongs to, or %NULL.
 */
gchar *nl668_usb_port_find_path (const gchar *port_name);

/**
 * nl668_usb_port_get_state:
 *
 * Returns: what is at the port, as of the last change that was dispatched.
 */
Nl668UsbPortState nl668_usb_port_get_state (Nl668UsbPort *self);

#endif /* NL668_USB_PORT_H */
