/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Implements sim-usb.h with a USB gadget on a real bus: dummy_hcd of the kernel, a
 * host controller and a device controller that are connected to each other. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "sim-ffs.h"
#include "sim-usb.h"

#define GADGETS "/sys/kernel/config/usb_gadget"
#define ENGLISH "strings/0x409"
#define CONFIG  "configs/c.1"

struct _SimUsb {
    gchar *gadgets;
};

struct _SimUsbDevice {
    gchar  *name;
    gchar  *directory;
    gchar  *controller;
    SimFfs *ffs;
};

/*****************************************************************************/
/* Gadget in configfs */

static gchar *
build_path (const SimUsbDevice *device,
            const gchar        *name)
{
    return g_build_filename (device->directory, name, NULL);
}

static gchar *
build_function_path (const SimUsbDevice *device)
{
    g_autofree gchar *name = g_strconcat ("functions/ffs.", device->name, NULL);

    return build_path (device, name);
}

static void
make_directory (const SimUsbDevice *device,
                const gchar        *name)
{
    g_autofree gchar *path = build_path (device, name);

    if (g_mkdir (path, 0755) < 0)
        g_error ("cannot create %s: %s", path, g_strerror (errno));
}

static void
remove_directory (const SimUsbDevice *device,
                  const gchar        *name)
{
    g_autofree gchar *path = build_path (device, name);

    if (g_rmdir (path) < 0)
        g_error ("cannot remove %s: %s", path, g_strerror (errno));
}

static void
write_attribute (const SimUsbDevice *device,
                 const gchar        *name,
                 const gchar        *value)
{
    g_autofree gchar *path = build_path (device, name);
    gint              fd = open (path, O_WRONLY | O_CLOEXEC);

    if (fd < 0 || write (fd, value, strlen (value)) < 0)
        g_error ("cannot write '%s' to %s: %s", value, path, g_strerror (errno));
    close (fd);
}

static void
write_number (const SimUsbDevice *device,
              const gchar        *name,
              guint               number)
{
    g_autofree gchar *value = g_strdup_printf ("0x%04x", number);

    write_attribute (device, name, value);
}

static void
make_gadget (const SimUsbDevice      *device,
             const SimUsbDescription *description)
{
    g_autofree gchar *function = build_function_path (device);
    g_autofree gchar *link = build_path (device, CONFIG "/function");

    make_directory (device, "");
    write_number (device, "idVendor", description->id.vendor);
    write_number (device, "idProduct", description->id.product);
    write_number (device, "bcdDevice", SIM_USB_RELEASE);
    write_number (device, "bcdUSB", 0x0200);
    make_directory (device, ENGLISH);
    write_attribute (device, ENGLISH "/manufacturer", description->manufacturer);
    write_attribute (device, ENGLISH "/product", description->product_name);
    make_directory (device, CONFIG);
    write_number (device, CONFIG "/bmAttributes", 0xa0);
    write_attribute (device, CONFIG "/MaxPower", "500");
    if (g_mkdir (function, 0755) < 0 || symlink (function, link) < 0)
        g_error ("cannot create %s: %s", function, g_strerror (errno));
}

static void
remove_gadget (const SimUsbDevice *device)
{
    g_autofree gchar *function = build_function_path (device);
    g_autofree gchar *link = build_path (device, CONFIG "/function");

    if (g_unlink (link) < 0 || g_rmdir (function) < 0)
        g_error ("cannot remove %s: %s", function, g_strerror (errno));
    remove_directory (device, CONFIG);
    remove_directory (device, ENGLISH);
    remove_directory (device, "");
}

/*****************************************************************************/

SimUsbDevice *
sim_usb_plug (SimUsb                  *self,
              guint                    port,
              const SimUsbDescription *description,
              SimPortReadFunc          read_func,
              gpointer                 user_data)
{
    SimUsbDevice *device = g_new0 (SimUsbDevice, 1);

    device->name = g_strdup_printf ("nl668-%u", port);
    device->directory = g_build_filename (self->gadgets, device->name, NULL);
    /* Each dummy_hcd has one port */
    device->controller = g_strdup_printf ("dummy_udc.%u", port - 1);
    make_gadget (device, description);
    device->ffs = sim_ffs_new (device->name, description, read_func, user_data);
    write_attribute (device, "UDC", device->controller);
    return device;
}

void
sim_usb_unplug (SimUsbDevice *device)
{
    write_attribute (device, "UDC", "\n");
    sim_ffs_free (device->ffs);
    remove_gadget (device);
    g_free (device->controller);
    g_free (device->directory);
    g_free (device->name);
    g_free (device);
}

SimPort *
sim_usb_device_find_port (SimUsbDevice *device,
                          guint         interface)
{
    GPtrArray *ports = sim_ffs_get_ports (device->ffs);

    return interface < ports->len ? g_ptr_array_index (ports, interface) : NULL;
}

gboolean
sim_usb_device_is_quiet (SimUsbDevice *device)
{
    GPtrArray *ports = sim_ffs_get_ports (device->ffs);
    guint      i;

    for (i = 0; i < ports->len; i++) {
        if (!sim_port_is_quiet (g_ptr_array_index (ports, i)))
            return FALSE;
    }
    return TRUE;
}

gchar *
sim_usb_device_describe (SimUsbDevice *device)
{
    GPtrArray *ports = sim_ffs_get_ports (device->ffs);
    GString   *text = g_string_new (device->controller);
    guint      i;

    for (i = 0; i < ports->len; i++) {
        const SimPort *port = g_ptr_array_index (ports, i);

        g_string_append_printf (text, " %u:%s",
                                sim_port_get_interface (port), sim_port_get_name (port));
    }
    return g_string_free (text, FALSE);
}

/*****************************************************************************/

const gchar *
sim_usb_get_root (SimUsb *self)
{
    return self->gadgets;
}

SimUsb *
sim_usb_new (GError **error)
{
    SimUsb *self;

    if (!g_file_test (GADGETS, G_FILE_TEST_IS_DIR)) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                     "%s does not exist: load libcomposite and dummy_hcd, as root", GADGETS);
        return NULL;
    }
    self = g_new0 (SimUsb, 1);
    self->gadgets = g_strdup (GADGETS);
    return self;
}

void
sim_usb_free (SimUsb *self)
{
    g_free (self->gadgets);
    g_free (self);
}
