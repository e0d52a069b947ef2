/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_USB_H
#define SIM_USB_H

#include <glib.h>

/**
 * SimUsb:
 *
 * A umockdev test bed with one USB bus.
 *
 * SimUsbDevice:
 *
 * A device while it is on that bus, with one serial port per interface.
 */
typedef struct _SimUsb       SimUsb;
typedef struct _SimUsbDevice SimUsbDevice;

/**
 * SimUsbInterface:
 *
 * @diag: class ff/ff/ff, not ff/00/00.
 * @hint: (nullable): what the udev rules say of the port, as `KEY=VALUE`.
 */
typedef struct {
    guint        number;
    gboolean     diag;
    const gchar *hint;
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
 * SimUsbReadFunc:
 *
 * Called with what a program wrote to the port of @interface.
 */
typedef void (* SimUsbReadFunc) (guint        interface,
                                 const gchar *data,
                                 gsize        length,
                                 gpointer     user_data);

/**
 * SimUsbSaidFunc:
 *
 * Called when @text was said on the port of @interface. Both functions get the
 * user data of the device, and must not unplug it.
 */
typedef void (* SimUsbSaidFunc) (guint        interface,
                                 const gchar *text,
                                 gpointer     user_data);

/**
 * sim_usb_new:
 *
 * Returns: (transfer full): a test bed with an empty bus, or %NULL if the
 * program does not run under umockdev-wrapper.
 */
SimUsb *sim_usb_new  (void);
void    sim_usb_free (SimUsb *self);

/**
 * sim_usb_get_root:
 *
 * Returns: (transfer none): UMOCKDEV_DIR for the programs under test.
 */
const gchar *sim_usb_get_root (SimUsb *self);

/**
 * sim_usb_plug:
 * @port: number of the USB port, from 1; it must be free. The device's path in
 * sysfs depends on nothing else.
 *
 * Returns: (transfer full): the device; its serial ports have new names each
 * time. sim_usb_unplug() frees it.
 */
SimUsbDevice *sim_usb_plug (SimUsb                  *self,
                            guint                    port,
                            const SimUsbDescription *description,
                            SimUsbReadFunc           read,
                            gpointer                 user_data);

/**
 * sim_usb_unplug:
 *
 * Pulls the cable: hangs up the ports and removes all devices.
 */
void sim_usb_unplug (SimUsbDevice *device);

/**
 * sim_usb_device_write:
 * @fragment: write in pieces of so many bytes, a few ms apart; 0: whole.
 * @said: (nullable): called once all of @text is written, if the device is
 * still on the bus then.
 *
 * Says @text on the port of @interface. If no program has the port open it is
 * lost, as it would be on a real one.
 *
 * Returns: %FALSE if there is no such port.
 */
gboolean sim_usb_device_write (SimUsbDevice   *device,
                               guint           interface,
                               const gchar    *text,
                               guint           fragment,
                               SimUsbSaidFunc  said);

/**
 * sim_usb_device_is_quiet:
 *
 * Returns: whether all that was said is written, and a program had the time to
 * read it: unplugging takes away what was not read.
 */
gboolean sim_usb_device_is_quiet (SimUsbDevice *device);

/**
 * sim_usb_device_describe:
 *
 * Returns: (transfer full): `PATH IFACE:ttyUSBn…`.
 */
gchar *sim_usb_device_describe (SimUsbDevice *device);

#endif /* SIM_USB_H */
