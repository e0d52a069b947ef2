/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Watches the physical USB port of a module while the module restarts, when the daemon has
 * no modem object for it. */

#ifndef NL668_USB_PORT_H
#define NL668_USB_PORT_H

#include <glib-object.h>

typedef enum {
    NL668_USB_PORT_STATE_ABSENT,
    /* With one of the USB IDs of an NL668 */
    NL668_USB_PORT_STATE_PRESENT,
    /* 05c6:9008, Qualcomm's emergency download mode: the module cannot boot its firmware, or has
     * not done so yet. */
    NL668_USB_PORT_STATE_EMERGENCY,
    /* With any other USB ID, like that of a boot loader */
    NL668_USB_PORT_STATE_OTHER,
} Nl668UsbPortState;

typedef struct {
    guint16 vendor;
    guint16 product;
} Nl668UsbId;

/* The USB IDs of an NL668, ending with vendor 0 */
extern const Nl668UsbId nl668_usb_ids[];

#define NL668_TYPE_USB_PORT (nl668_usb_port_get_type ())
G_DECLARE_FINAL_TYPE (Nl668UsbPort, nl668_usb_port, NL668, USB_PORT, GObject)

/**
 * nl668_usb_port_new:
 * @sysfs_path: the usb_device in sysfs, e.g. the "Device" property of a modem.
 *
 * The device does not need to exist yet. The signal "changed" is emitted when the state or the
 * USB ID has changed, in the thread-default main context of the caller, which must be the same
 * for all ports. A device that leaves and comes back between two iterations of that context causes
 * two changes.
 *
 * Returns: (transfer full): the port.
 */
Nl668UsbPort *nl668_usb_port_new (const gchar *sysfs_path);

/**
 * nl668_usb_port_find_path:
 * @port_name: a port of the modem, e.g. ttyUSB1, cdc-wdm0 or wwan0.
 *
 * Returns: (transfer full) (nullable): the sysfs path of its usb_device.
 */
gchar *nl668_usb_port_find_path (const gchar *port_name);

/**
 * nl668_usb_port_get_state:
 *
 * Returns: the state as of the last uevent that was dispatched.
 */
Nl668UsbPortState nl668_usb_port_get_state (Nl668UsbPort *self);

/**
 * nl668_usb_port_get_id:
 *
 * Returns: (transfer none) (nullable): the USB ID of the device at the port, like "1508:1001",
 *   or NULL if there is none. Valid until the state changes.
 */
const gchar *nl668_usb_port_get_id (Nl668UsbPort *self);

#endif /* NL668_USB_PORT_H */
