/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_USB_H
#define SIM_USB_H

#include "sim-port.h"

/* The device release that every NL668 has */
#define SIM_USB_RELEASE 0x0318

/**
 * SimUsb:
 *
 * A USB bus: of a umockdev test bed (sim-usb.c), or the kernel's (sim-gadget.c).
 *
 * SimUsbDevice:
 *
 * A device while it is on that bus.
 */
typedef struct _SimUsb       SimUsb;
typedef struct _SimUsbDevice SimUsbDevice;

/**
 * SimUsbFunction:
 *
 * What an interface is there for: a serial port for diagnostics or for
 * AT commands; a control port of QMI or MBIM with a network interface; the
 * network interface of ECM; or nothing of its own (the data of MBIM and ECM).
 */
typedef enum {
    SIM_USB_NONE,
    SIM_USB_DIAG,
    SIM_USB_AT,
    SIM_USB_QMI,
    SIM_USB_MBIM,
    SIM_USB_MBIM_DATA,
    SIM_USB_ECM,
    SIM_USB_ECM_DATA
} SimUsbFunction;

/**
 * SimUsbInterface:
 *
 * @hint: (nullable): what the udev rules say of its port, as `KEY=VALUE`.
 */
typedef struct {
    guint           number;
    SimUsbFunction  function;
    const gchar    *hint;
} SimUsbInterface;

typedef struct {
    guint                  vendor;
    guint                  product;
    const gchar           *manufacturer;
    const gchar           *product_name;
    const SimUsbInterface *interfaces;
    guint                  n_interfaces;
} SimUsbDescription;

/**
 * sim_usb_new:
 *
 * Returns: (transfer full): an empty bus, or %NULL with @error set.
 */
SimUsb *sim_usb_new  (GError **error);
void    sim_usb_free (SimUsb  *self);

/**
 * sim_usb_get_root:
 *
 * Returns: (transfer none): UMOCKDEV_DIR for the programs under test; on the
 * kernel's bus, where its gadgets are.
 */
const gchar *sim_usb_get_root (SimUsb *self);

/**
 * sim_usb_plug:
 * @port: number of the USB port, from 1; it must be free. The device's path in
 * sysfs depends on nothing else.
 *
 * Returns: (transfer full): the device; its ports have new names each time.
 * sim_usb_unplug() frees it.
 */
SimUsbDevice *sim_usb_plug (SimUsb                  *self,
                            guint                    port,
                            const SimUsbDescription *description,
                            SimPortReadFunc          read,
                            gpointer                 user_data);

/**
 * sim_usb_unplug:
 *
 * Pulls the cable: hangs up the ports and removes all devices.
 */
void sim_usb_unplug (SimUsbDevice *device);

/**
 * sim_usb_device_find_port:
 *
 * Returns: (transfer none) (nullable): the port with a device node that
 * belongs to @interface.
 */
SimPort *sim_usb_device_find_port (SimUsbDevice *device,
                                   guint         interface);

/**
 * sim_usb_device_is_quiet:
 *
 * Returns: whether sim_port_is_quiet() of all its ports.
 */
gboolean sim_usb_device_is_quiet (SimUsbDevice *device);

/**
 * sim_usb_device_describe:
 *
 * Returns: (transfer full): `PATH IFACE:NODE…`, like `1:ttyUSB0`.
 */
gchar *sim_usb_device_describe (SimUsbDevice *device);

#endif /* SIM_USB_H */
