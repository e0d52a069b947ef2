/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "stub-usb-port.h"

struct _Nl668UsbPort {
    GObject parent_instance;
};

G_DEFINE_TYPE (Nl668UsbPort, nl668_usb_port, G_TYPE_OBJECT)

static Nl668UsbPortState  current = NL668_USB_PORT_STATE_PRESENT;
static Nl668UsbPort      *watched;

void
stub_usb_port_change (Nl668UsbPortState state)
{
    current = state;
    if (watched)
        g_signal_emit_by_name (watched, "changed");
}

void
stub_usb_port_reset (void)
{
    current = NL668_USB_PORT_STATE_PRESENT;
}

Nl668UsbPort *
nl668_usb_port_new (const gchar *sysfs_path)
{
    watched = g_object_new (NL668_TYPE_USB_PORT, NULL);
    g_object_add_weak_pointer (G_OBJECT (watched), (gpointer *) &watched);
    return watched;
}

Nl668UsbPortState
nl668_usb_port_get_state (Nl668UsbPort *self)
{
    return current;
}

const gchar *
nl668_usb_port_get_id (Nl668UsbPort *self)
{
    return current == NL668_USB_PORT_STATE_OTHER ? "18d1:d00d" : "1508:1001";
}

static void
nl668_usb_port_init (Nl668UsbPort *self)
{
}

static void
nl668_usb_port_class_init (Nl668UsbPortClass *klass)
{
    g_signal_new ("changed", G_OBJECT_CLASS_TYPE (klass), G_SIGNAL_RUN_FIRST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}
