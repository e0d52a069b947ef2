/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_USB_H
#define SIM_USB_H

#include "sim-config.h"
#include "sim-port.h"

/* bcdDevice of every NL668 */
#define SIM_USB_RELEASE 0x0318

/**
 * SimUsb:
 *
 * A USB bus: that of an umockdev test bed (sim-usb.c) or of the kernel
 * (sim-gadget.c).
 *
 * SimUsbDevice:
 *
 * A device while it is on the bus.
 */
typedef struct _SimUsb       SimUsb;
typedef struct _SimUsbDevice SimUsbDevice;

/**
 * SimUsbFunction:
 *
 * The function of an interface: a serial port for diagnostics or AT commands, a
 * QMI or MBIM control port with a network interface, an ECM network interface,
 * or the data interface that belongs to MBIM or ECM.
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
 * @hint: (nullable): a property that udev rules set on its port, `KEY=VALUE`, or more of them as
 *   lines of a umockdev description.
 */
typedef struct {
    guint           number;
    SimUsbFunction  function;
    const gchar    *hint;
} SimUsbInterface;

typedef struct {
    SimUsbId               id;
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
 * Returns: (transfer none): the value of UMOCKDEV_DIR for the programs under
 * test; on the bus of the kernel, the directory of the gadgets.
 */
const gchar *sim_usb_get_root (SimUsb *self);

/**
 * sim_usb_plug:
 * @port: number of the USB port, from 1; it must be free. It alone determines
 * the path of the device in sysfs.
 *
 * Returns: (transfer full): the device, which sim_usb_unplug() frees. Its ports
 * get new names each time.
 */
SimUsbDevice *sim_usb_plug (SimUsb                  *self,
                            guint                    port,
                            const SimUsbDescription *description,
                            SimPortReadFunc          read,
                            gpointer                 user_data);

/**
 * sim_usb_unplug:
 *
 * Pulls the cable: hangs up the ports and removes the device.
 */
void sim_usb_unplug (SimUsbDevice *device);

/**
 * sim_usb_device_find_port:
 *
 * Returns: (transfer none) (nullable): the port of @interface, if it has a
 * device node.
 */
SimPort *sim_usb_device_find_port (SimUsbDevice *device,
                                   guint         interface);

/**
 * sim_usb_device_is_quiet:
 *
 * Returns: whether all its ports are quiet, see sim_port_is_quiet().
 */
gboolean sim_usb_device_is_quiet (SimUsbDevice *device);

/**
 * sim_usb_device_describe:
 *
 * Returns: (transfer full): the device and its ports, `PATH INTERFACE:NODE…`.
 */
gchar *sim_usb_device_describe (SimUsbDevice *device);

#endif /* SIM_USB_H */
