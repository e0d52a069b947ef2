/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdio.h>

#include <gudev/gudev.h>

#include "nl668-usb-port.h"

#define EMERGENCY_VENDOR  0x05c6
#define EMERGENCY_PRODUCT 0x9008

const Nl668UsbId nl668_usb_ids[] = {
    /* NL668 for IoT, without MBIM: Linux, drivers/usb/serial/option.c and
     * drivers/net/usb/qmi_wwan.c, commits 30360224441c and 110a1cc28bc3 */
    { 0x1508, 0x1001 },
    /* The same without a diagnostics port (AT+GTUSBMODE=21, 22, 23): qmi_wwan_f.c, the
     * manufacturer's Linux driver */
    { 0x1508, 0x1000 },
    /* NL668-AM and NL652-EU, M.2 cards with MBIM: Linux,
     * drivers/usb/serial/option.c, commit 5e4d659b10fd */
    { 0x2cb7, 0x01a0 },
    { 0, 0 }
};

struct _Nl668UsbPort {
    GObject            parent_instance;

    gchar             *sysfs_path;
    GUdevClient       *client;
    gboolean           is_absent;
    Nl668UsbId         id;
    gchar              id_text[sizeof ("ffff:ffff")];
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

/* PRODUCT is part of the uevent. By the time the uevent is dispatched, sysfs may already
 * describe another device. */
static Nl668UsbId
get_device_id (GUdevDevice *device)
{
    const gchar *product_property;
    guint        vendor;
    guint        product;

    product_property = g_udev_device_get_property (device, "PRODUCT");
    if (!product_property || sscanf (product_property, "%4x/%4x/", &vendor, &product) != 2) {
        vendor = get_id_attribute (device, "idVendor");
        product = get_id_attribute (device, "idProduct");
    }
    return (Nl668UsbId) { (guint16) vendor, (guint16) product };
}

static void
set_id (Nl668UsbPort *self,
        Nl668UsbId    id)
{
    self->is_absent = FALSE;
    self->id = id;
    g_snprintf (self->id_text, sizeof (self->id_text), "%04x:%04x", id.vendor, id.product);
}

static void
uevent_cb (GUdevClient  *client,
           const gchar  *action,
           GUdevDevice  *device,
           Nl668UsbPort *self)
{
    if (g_strcmp0 (g_udev_device_get_sysfs_path (device), self->sysfs_path) != 0)
        return;

    if (g_str_equal (action, "remove")) {
        if (self->is_absent)
            return;
        self->is_absent = TRUE;
    } else {
        Nl668UsbId id;

        id = get_device_id (device);
        if (!self->is_absent && id.vendor == self->id.vendor && id.product == self->id.product)
            return;
        set_id (self, id);
    }
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/*****************************************************************************/

Nl668UsbPortState
nl668_usb_port_get_state (Nl668UsbPort *self)
{
    guint i;

    g_return_val_if_fail (NL668_IS_USB_PORT (self), NL668_USB_PORT_STATE_ABSENT);

    if (self->is_absent)
        return NL668_USB_PORT_STATE_ABSENT;
    if (self->id.vendor == EMERGENCY_VENDOR && self->id.product == EMERGENCY_PRODUCT)
        return NL668_USB_PORT_STATE_EMERGENCY;
    /* An ID that cannot be read proves nothing. */
    if (!self->id.vendor)
        return NL668_USB_PORT_STATE_PRESENT;
    for (i = 0; nl668_usb_ids[i].vendor; i++) {
        if (self->id.vendor == nl668_usb_ids[i].vendor &&
            self->id.product == nl668_usb_ids[i].product)
            return NL668_USB_PORT_STATE_PRESENT;
    }
    return NL668_USB_PORT_STATE_OTHER;
}

const gchar *
nl668_usb_port_get_id (Nl668UsbPort *self)
{
    g_return_val_if_fail (NL668_IS_USB_PORT (self), NULL);

    return self->is_absent ? NULL : self->id_text;
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

    /* Connect before reading the state, so that no change is missed. */
    self->client = ref_client ();
    g_signal_connect (self->client, "uevent", G_CALLBACK (uevent_cb), self);

    self->is_absent = TRUE;
    device = g_udev_client_query_by_sysfs_path (self->client, sysfs_path);
    if (device)
        set_id (self, get_device_id (device));
    /* uevents contain the path with symbolic links resolved. */
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

    /* The client is shared, and may be in the middle of dispatching a uevent. */
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
