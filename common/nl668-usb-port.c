/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdio.h>

#include <gudev/gudev.h>

#include "nl668-usb-port.h"

#define EMERGENCY_VENDOR  0x05c6
#define EMERGENCY_PRODUCT 0x9008

struct _Nl668UsbPort {
    GObject            parent_instance;

    gchar             *sysfs_path;
    GUdevClient       *client;
    Nl668UsbPortState  state;
};

enum {
    SIGNAL_CHANGED,
    SIGNAL_LAST
};

static guint signals[SIGNAL_LAST];

G_DEFINE_TYPE (Nl668UsbPort, nl668_usb_port, G_TYPE_OBJECT)

/*****************************************************************************/
/* What is at the port */

static guint
get_id_attribute (GUdevDevice *device,
                  const gchar *name)
{
    const gchar *value;
    guint64      id = 0;

    value = g_udev_device_get_sysfs_attr (device, name);
    if (!value || !g_ascii_string_to_unsigned (value, 16, 0, G_MAXUINT16, &id, NULL))
        return 0;
    return (guint) id;
}

/* PRODUCT is part of the uevent. By the time it is dispatched, sysfs may already be about
 * another device. */
static gboolean
is_emergency (GUdevDevice *device)
{
    const gchar *product_property;
    guint        vendor;
    guint        product;

    product_property = g_udev_device_get_property (device, "PRODUCT");
    if (!product_property || sscanf (product_property, "%4x/%4x/", &vendor, &product) != 2) {
        vendor = get_id_attribute (device, "idVendor");
        product = get_id_attribute (device, "idProduct");
    }
    return vendor == EMERGENCY_VENDOR && product == EMERGENCY_PRODUCT;
}

static Nl668UsbPortState
get_device_state (GUdevDevice *device)
{
    return is_emergency (device) ? NL668_USB_PORT_STATE_EMERGENCY : NL668_USB_PORT_STATE_PRESENT;
}

static void
set_state (Nl668UsbPort      *self,
           Nl668UsbPortState  state)
{
    if (self->state == state)
        return;
    self->state = state;
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
uevent_cb (GUdevClient  *client,
           const gchar  *action,
           GUdevDevice  *device,
           Nl668UsbPort *self)
{
    if (g_strcmp0 (g_udev_device_get_sysfs_path (device), self->sysfs_path) != 0)
        return;

    if (g_str_equal (action, "remove"))
        set_state (self, NL668_USB_PORT_STATE_ABSENT);
    else
        set_state (self, get_device_state (device));
}

/*****************************************************************************/

Nl668UsbPortState
nl668_usb_port_get_state (Nl668UsbPort *self)
{
    g_return_val_if_fail (NL668_IS_USB_PORT (self), NL668_USB_PORT_STATE_ABSENT);

    return self->state;
}

gchar *
nl668_usb_port_find_path (const gchar *port_name)
{
    static const gchar *const subsystems[] = { "tty", "usbmisc", "net", "wwan" };
    g_autoptr(GUdevClient)    client = NULL;
    guint                     i;

    g_return_val_if_fail (port_name != NULL, NULL);

    client = g_udev_client_new (NULL);
    for (i = 0; i < G_N_ELEMENTS (subsystems); i++) {
        g_autoptr(GUdevDevice) port = NULL;
        g_autoptr(GUdevDevice) usb_device = NULL;

        port = g_udev_client_query_by_subsystem_and_name (client, subsystems[i], port_name);
        if (port)
            usb_device = g_udev_device_get_parent_with_subsystem (port, "usb", "usb_device");
        if (usb_device)
            return g_strdup (g_udev_device_get_sysfs_path (usb_device));
    }
    return NULL;
}

/*****************************************************************************/

/* Shared by all ports: each client has a socket that receives every uevent. */
static GUdevClient *
ref_client (void)
{
    static const gchar *const  subsystems[] = { "usb/usb_device", NULL };
    static GUdevClient        *client;

    if (client)
        return g_object_ref (client);
    client = g_udev_client_new (subsystems);
    g_object_add_weak_pointer (G_OBJECT (client), (gpointer *) &client);
    return client;
}

Nl668UsbPort *
nl668_usb_port_new (const gchar *sysfs_path)
{
    g_autoptr(GUdevDevice)  device = NULL;
    Nl668UsbPort           *self;

    g_return_val_if_fail (sysfs_path != NULL, NULL);

    self = g_object_new (NL668_TYPE_USB_PORT, NULL);

    /* Connect first, so that no change is lost in between. */
    self->client = ref_client ();
    g_signal_connect (self->client, "uevent", G_CALLBACK (uevent_cb), self);

    device = g_udev_client_query_by_sysfs_path (self->client, sysfs_path);
    if (device)
        self->state = get_device_state (device);
    /* uevents have the path with links resolved. */
    self->sysfs_path = g_strdup (device ? g_udev_device_get_sysfs_path (device) : sysfs_path);
    return self;
}

static void
nl668_usb_port_init (Nl668UsbPort *self)
{
}

static void
finalize (GObject *object)
{
    Nl668UsbPort *self = NL668_USB_PORT (object);

    /* The client is shared, and a uevent may be in the middle of being dispatched. */
    g_signal_handlers_disconnect_by_data (self->client, self);
    g_object_unref (self->client);
    g_free (self->sysfs_path);

    G_OBJECT_CLASS (nl668_usb_port_parent_class)->finalize (object);
}

static void
nl668_usb_port_class_init (Nl668UsbPortClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->finalize = finalize;

    signals[SIGNAL_CHANGED] =
        g_signal_new ("changed", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_FIRST,
                      0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}
