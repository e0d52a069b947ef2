/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <dlfcn.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <umockdev.h>
#include <unistd.h>

#include "sim-usb.h"

#define LISTENER_TIMEOUT 5000   /* ms for a program to read its uevents */

/* The only descriptor that libmbim reads: MBIM 1.0, 4096 bytes in a control
 * message, 32 filters of 128 bytes, 2048 bytes in a segment, no capabilities */
#define MBIM_DESCRIPTOR "0c241b000100102080000800"

struct _SimUsb {
    UMockdevTestbed *testbed;
    gchar           *root;
    gint             inotify;         /* watches for nodes being opened */
    guint            opened_source;
    GHashTable      *ports;           /* inotify watch -> SimPort */
    guint            next_tty;
    guint            next_wdm;
    guint            next_net;
    guint            next_address;
};

struct _SimUsbDevice {
    SimUsb          *usb;
    GPtrArray       *paths;           /* in sysfs, outermost first */
    GPtrArray       *ports;
    SimPortReadFunc  read;
    gpointer         user_data;
};

/* An interface as the kernel shows it */
typedef struct {
    const gchar *class;
    const gchar *subclass;
    const gchar *protocol;
    const gchar *driver;
    gboolean     serial;
    gboolean     control;             /* a cdc-wdm node */
    const gchar *net;                 /* name prefix of its network interface, or NULL */
} Kind;

static const Kind kinds[] = {
    [SIM_USB_DIAG]      = { "ff", "ff", "ff", "option",    TRUE,  FALSE, NULL   },
    [SIM_USB_AT]        = { "ff", "00", "00", "option",    TRUE,  FALSE, NULL   },
    [SIM_USB_QMI]       = { "ff", "ff", "ff", "qmi_wwan",  FALSE, TRUE,  "wwan" },
    [SIM_USB_MBIM]      = { "02", "0e", "00", "cdc_mbim",  FALSE, TRUE,  "wwan" },
    [SIM_USB_MBIM_DATA] = { "0a", "00", "02", "cdc_mbim",  FALSE, FALSE, NULL   },
    [SIM_USB_ECM]       = { "02", "06", "00", "cdc_ether", FALSE, FALSE, "usb"  },
    [SIM_USB_ECM_DATA]  = { "0a", "00", "00", "cdc_ether", FALSE, FALSE, NULL   }
};

/*****************************************************************************/
/* Uevents
 *
 * umockdev sends them to a socket of each listener and aborts if one is full. The
 * default limit of ten messages is reached with two modules and a busy daemon.
 */

static void
wait_for_listener (const gchar *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    struct pollfd      poll_fd = { .events = POLLOUT };
    gint               ready = 1;

    if (g_strlcpy (address.sun_path, path, sizeof (address.sun_path)) >= sizeof (address.sun_path))
        return;
    poll_fd.fd = socket (AF_UNIX, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (poll_fd.fd < 0)
        return;
    if (connect (poll_fd.fd, (struct sockaddr *) &address, sizeof (address)) == 0)
        ready = poll (&poll_fd, 1, LISTENER_TIMEOUT);
    if (ready == 0) {
        g_printerr ("a program does not read its uevents and will not get any more\n");
        g_unlink (path);
    }
    close (poll_fd.fd);
}

static void
wait_for_listeners (SimUsb *self)
{
    g_autofree gchar *pattern = g_strdup_printf ("%s/event[0-9]*", self->root);
    glob_t            found = { 0 };
    gsize             i;

    if (glob (pattern, GLOB_NOSORT, NULL, &found) == 0) {
        for (i = 0; i < found.gl_pathc; i++)
            wait_for_listener (found.gl_pathv[i]);
    }
    globfree (&found);
}

/*****************************************************************************/
/* Opened ports */

static gboolean
opened_cb (gint         fd,
           GIOCondition condition,
           gpointer     user_data)
{
    SimUsb               *self = user_data;
    struct inotify_event  events[64];     /* without names, because only files are watched */
    gssize                length = read (fd, events, sizeof (events));
    gssize                i;

    for (i = 0; i < length / (gssize) sizeof (events[0]); i++) {
        SimPort *port = g_hash_table_lookup (self->ports, GINT_TO_POINTER (events[i].wd));

        if (port)
            sim_port_watch (port);
    }
    return G_SOURCE_CONTINUE;
}

static void
watch_node (SimUsb      *self,
            const gchar *node,
            SimPort     *port)
{
    g_autofree gchar *link = g_strconcat (self->root, node, NULL);
    gint              watch = inotify_add_watch (self->inotify, link, IN_OPEN);

    if (watch < 0)
        g_error ("couldn't watch %s: %s", link, g_strerror (errno));
    g_hash_table_insert (self->ports, GINT_TO_POINTER (watch), port);
    /* It may have been opened already */
    sim_port_watch (port);
}

/*****************************************************************************/
/* Device tree */

static gchar *
add_device (SimUsbDevice *device,
            const gchar  *parent,
            const gchar  *name,
            GString      *properties)
{
    g_autofree gchar  *path = g_build_filename (parent, name, NULL);
    g_autofree gchar  *description = g_strdup_printf ("P: %s\n%s", path, properties->str);
    g_autofree gchar  *syspath = g_strconcat ("/sys", path, NULL);
    g_autoptr(GError)  error = NULL;

    wait_for_listeners (device->usb);
    if (!umockdev_testbed_add_from_string (device->usb->testbed, description, &error))
        g_error ("umockdev rejected this device: %s\n%s", error->message, description);
    g_ptr_array_add (device->paths, g_steal_pointer (&syspath));
    g_string_free (properties, TRUE);
    return g_steal_pointer (&path);
}

static gchar *
add_usb_device (SimUsbDevice            *device,
                guint                    port,
                const SimUsbDescription *description)
{
    g_autofree gchar *name = g_strdup_printf ("1-%u", port);
    GString          *properties = g_string_new (NULL);
    guint             i;

    g_string_append_printf (properties,
                            "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
                            "E: PRODUCT=%x/%x/%x\nE: BUSNUM=001\nE: DEVNUM=%03u\n"
                            "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: bcdDevice=%04x\\n\n"
                            "A: manufacturer=%s\\n\nA: product=%s\\n\n"
                            "A: busnum=1\\n\nA: devnum=%u\\n\n"
                            "L: driver=../../bus/usb/drivers/usb\n",
                            description->id.vendor, description->id.product, SIM_USB_RELEASE,
                            device->usb->next_address,
                            description->id.vendor, description->id.product, SIM_USB_RELEASE,
                            description->manufacturer, description->product_name,
                            device->usb->next_address);
    for (i = 0; i < description->n_interfaces; i++) {
        if (description->interfaces[i].function == SIM_USB_MBIM)
            g_string_append (properties, "H: descriptors=" MBIM_DESCRIPTOR "\n");
    }
    device->usb->next_address++;
    return add_device (device, "/devices", name, properties);
}

static gchar *
add_usb_interface (SimUsbDevice          *device,
                   const gchar           *parent,
                   const SimUsbInterface *interface)
{
    const Kind       *kind = &kinds[interface->function];
    g_autofree gchar *parent_name = g_path_get_basename (parent);
    g_autofree gchar *name = g_strdup_printf ("%s:1.%u", parent_name, interface->number);
    g_autofree gchar *driver = g_build_filename (device->usb->root, "sys/bus/usb/drivers",
                                                 kind->driver, NULL);
    GString          *properties = g_string_new (NULL);

    /* Programs resolve the driver link, so its target must exist */
    g_mkdir_with_parents (driver, 0755);
    g_string_append_printf (properties,
                            "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER=%s\n"
                            "A: bInterfaceNumber=%02x\\n\nA: bInterfaceClass=%s\\n\n"
                            "A: bInterfaceSubClass=%s\\n\nA: bInterfaceProtocol=%s\\n\n"
                            "L: driver=../../../bus/usb/drivers/%s\n",
                            kind->driver, interface->number,
                            kind->class, kind->subclass, kind->protocol, kind->driver);
    return add_device (device, parent, name, properties);
}

static void
append_properties (GString               *properties,
                   const gchar           *subsystem,
                   const SimUsbInterface *interface)
{
    g_string_append_printf (properties,
                            "E: SUBSYSTEM=%s\nE: ID_MM_CANDIDATE=1\n"
                            "E: ID_BUS=usb\nE: ID_USB_INTERFACE_NUM=%02x\n",
                            subsystem, interface->number);
    if (interface->hint)
        g_string_append_printf (properties, "E: %s\n", interface->hint);
}

/* A device with a node; umockdev makes it a pty */
static SimPort *
add_port (SimUsbDevice          *device,
          const gchar           *parent,
          const gchar           *subsystem,
          const gchar           *name,
          GString               *properties,
          const SimUsbInterface *interface)
{
    SimUsb           *usb = device->usb;
    g_autofree gchar *node = g_strconcat ("/dev/", name, NULL);
    g_autofree gchar *directory = g_build_filename (subsystem, name, NULL);
    g_autofree gchar *path = NULL;
    SimPort          *port;

    g_string_append_printf (properties, "N: %s\nE: DEVNAME=%s\n", name, node);
    append_properties (properties, subsystem, interface);
    path = add_device (device, parent, directory, properties);

    port = sim_port_new (interface->number, name, umockdev_testbed_get_dev_fd (usb->testbed, node),
                         device->read, device->user_data);
    g_ptr_array_add (device->ports, port);
    watch_node (usb, node, port);
    return port;
}

static void
add_serial (SimUsbDevice          *device,
            const gchar           *parent,
            const SimUsbInterface *interface)
{
    g_autofree gchar *name = g_strdup_printf ("ttyUSB%u", device->usb->next_tty++);
    GString          *properties = g_string_new ("E: SUBSYSTEM=usb-serial\nE: DRIVER=option1\n");
    g_autofree gchar *path = add_device (device, parent, name, properties);

    add_port (device, path, "tty", name, g_string_new (NULL), interface);
}

static void
add_cdc_wdm (SimUsbDevice          *device,
             const gchar           *parent,
             const SimUsbInterface *interface)
{
    g_autofree gchar *name = g_strdup_printf ("cdc-wdm%u", device->usb->next_wdm++);
    g_autofree gchar *node = g_strconcat ("/dev/", name, NULL);
    g_autofree gchar *parent_name = g_path_get_basename (parent);
    GString          *properties = g_string_new (NULL);
    struct termios    termios;
    gint              fd;

    g_string_append_printf (properties, "L: device=../../../%s\n", parent_name);
    add_port (device, parent, "usbmisc", name, properties, interface);
    /* The pty must not process the data like a terminal */
    fd = umockdev_testbed_get_dev_fd (device->usb->testbed, node);
    if (tcgetattr (fd, &termios) == 0) {
        cfmakeraw (&termios);
        tcsetattr (fd, TCSANOW, &termios);
    }
}

static void
add_net (SimUsbDevice          *device,
         const gchar           *parent,
         const SimUsbInterface *interface)
{
    guint             number = device->usb->next_net++;
    g_autofree gchar *path = g_strdup_printf ("net/%s%u", kinds[interface->function].net, number);
    g_autofree gchar *parent_name = g_path_get_basename (parent);
    GString          *properties = g_string_new (NULL);
    g_autofree gchar *added = NULL;

    g_string_append_printf (properties,
                            "E: INTERFACE=%s\nE: IFINDEX=%u\nL: device=../../../%s\n"
                            "A: address=02:00:00:00:00:%02x\\n\nA: type=1\\n\nA: ifindex=%u\\n\n",
                            path + strlen ("net/"), number + 2, parent_name, number, number + 2);
    if (interface->function == SIM_USB_QMI)
        g_string_append (properties, "A: qmi/raw_ip=N\\n\n");
    append_properties (properties, "net", interface);
    added = add_device (device, parent, path, properties);
}

static void
add_interface (SimUsbDevice          *device,
               const gchar           *parent,
               const SimUsbInterface *interface)
{
    const Kind       *kind = &kinds[interface->function];
    g_autofree gchar *path = add_usb_interface (device, parent, interface);

    if (kind->serial)
        add_serial (device, path, interface);
    if (kind->control)
        add_cdc_wdm (device, path, interface);
    if (kind->net)
        add_net (device, path, interface);
}

SimUsbDevice *
sim_usb_plug (SimUsb                  *self,
              guint                    port,
              const SimUsbDescription *description,
              SimPortReadFunc          read_func,
              gpointer                 user_data)
{
    SimUsbDevice     *device = g_new0 (SimUsbDevice, 1);
    g_autofree gchar *path = NULL;
    guint             i;

    device->usb = self;
    device->paths = g_ptr_array_new_with_free_func (g_free);
    device->ports = g_ptr_array_new ();
    device->read = read_func;
    device->user_data = user_data;

    path = add_usb_device (device, port, description);
    for (i = 0; i < description->n_interfaces; i++)
        add_interface (device, path, &description->interfaces[i]);
    return device;
}

static gboolean
is_port (gpointer watch,
         gpointer value,
         gpointer port)
{
    return value == port;
}

static void
remove_port (SimUsb  *self,
             SimPort *port)
{
    g_autofree gchar *link = g_build_filename (self->root, "dev", sim_port_get_name (port), NULL);

    /* The kernel removes the watch together with the pty */
    g_hash_table_foreach_remove (self->ports, is_port, port);
    /* umockdev removes neither the pty nor the link */
    sim_port_free (port);
    g_unlink (link);
}

/* umockdev_testbed_remove_device() sends the uevent itself since 0.18.4. This
 * checks for a function of 0.19.0; no Debian release has a version in between. */
static gboolean
removal_sends_uevent (void)
{
    return dlsym (RTLD_DEFAULT, "umockdev_testbed_wait_script") != NULL;
}

void
sim_usb_unplug (SimUsbDevice *device)
{
    guint i;

    /* Like the kernel, hang up before sending the uevents */
    for (i = 0; i < device->ports->len; i++)
        remove_port (device->usb, g_ptr_array_index (device->ports, i));
    g_ptr_array_unref (device->ports);
    for (i = device->paths->len; i > 0; i--) {
        const gchar *path = g_ptr_array_index (device->paths, i - 1);

        wait_for_listeners (device->usb);
        if (!removal_sends_uevent ())
            umockdev_testbed_uevent (device->usb->testbed, path, "remove");
        umockdev_testbed_remove_device (device->usb->testbed, path);
    }
    g_ptr_array_unref (device->paths);
    g_free (device);
}

gchar *
sim_usb_device_describe (SimUsbDevice *device)
{
    GString *text = g_string_new (g_ptr_array_index (device->paths, 0));
    guint    i;

    for (i = 0; i < device->ports->len; i++) {
        const SimPort *port = g_ptr_array_index (device->ports, i);

        g_string_append_printf (text, " %u:%s",
                                sim_port_get_interface (port), sim_port_get_name (port));
    }
    return g_string_free (text, FALSE);
}

SimPort *
sim_usb_device_find_port (SimUsbDevice *device,
                          guint         interface)
{
    guint i;

    for (i = 0; i < device->ports->len; i++) {
        SimPort *port = g_ptr_array_index (device->ports, i);

        if (sim_port_get_interface (port) == interface)
            return port;
    }
    return NULL;
}

gboolean
sim_usb_device_is_quiet (SimUsbDevice *device)
{
    guint i;

    for (i = 0; i < device->ports->len; i++) {
        if (!sim_port_is_quiet (g_ptr_array_index (device->ports, i)))
            return FALSE;
    }
    return TRUE;
}

/*****************************************************************************/

const gchar *
sim_usb_get_root (SimUsb *self)
{
    return self->root;
}

SimUsb *
sim_usb_new (GError **error)
{
    g_autoptr(UMockdevTestbed)  testbed = umockdev_testbed_new ();
    SimUsb                     *self;

    /* Only after creating the test bed: umockdev caches the first result */
    if (!umockdev_in_mock_environment ()) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                     "this program must run under umockdev-wrapper");
        return NULL;
    }
    self = g_new0 (SimUsb, 1);
    self->testbed = g_steal_pointer (&testbed);
    self->root = umockdev_testbed_get_root_dir (self->testbed);
    self->inotify = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
    if (self->inotify < 0)
        g_error ("couldn't initialize inotify: %s", g_strerror (errno));
    self->opened_source = g_unix_fd_add (self->inotify, G_IO_IN, opened_cb, self);
    self->ports = g_hash_table_new (NULL, NULL);
    /* Address 1 is the root hub */
    self->next_address = 2;
    return self;
}

void
sim_usb_free (SimUsb *self)
{
    g_source_remove (self->opened_source);
    close (self->inotify);
    g_object_unref (self->testbed);
    g_hash_table_unref (self->ports);
    g_free (self->root);
    g_free (self);
}
