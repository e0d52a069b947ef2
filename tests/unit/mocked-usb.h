/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A USB bus of umockdev */

#ifndef MOCKED_USB_H
#define MOCKED_USB_H

#include <umockdev.h>

#define MOCKED_USB_BUS "/sys/devices/pci0000:00/0000:00:14.0/usb1/"

/* Runs the program of @argv again with the library of umockdev preloaded, without which the bus
 * cannot be seen. Returns if that is already so; exits if it is not possible. */
void mocked_usb_init (char **argv);

/* Adds devices. umockdev sends the "add" events itself. */
void mocked_usb_add (UMockdevTestbed *testbed,
                     const gchar     *description);

/* Plugs a device into the port @name, like "1-2". The IDs are in hexadecimal, as in PRODUCT. */
void mocked_usb_plug (UMockdevTestbed *testbed,
                      const gchar     *name,
                      const gchar     *vendor,
                      const gchar     *product);

void mocked_usb_unplug (UMockdevTestbed *testbed,
                        const gchar     *path);

#endif /* MOCKED_USB_H */
