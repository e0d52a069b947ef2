/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A USB port without udev, in place of common/nl668-usb-port.c. There is only one, and the test
 * decides what is there. */

#ifndef STUB_USB_PORT_H
#define STUB_USB_PORT_H

#include "nl668-usb-port.h"

/* Announces the change, if the port is watched. */
void stub_usb_port_change (Nl668UsbPortState state);

/* The next port that is watched is in this state. */
void stub_usb_port_reset (void);

#endif /* STUB_USB_PORT_H */
