/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <umockdev.h>
#include <unistd.h>

#include "sim-usb.h"

#define BCD_DEVICE       0x0318
#define PIECE_GAP        3      /* ms between two writes */
#define QUIET_TIME       (100 * G_TIME_SPAN_MILLISECOND)
#define LISTENER_TIMEOUT 5000   /* ms for a program to read its uevents */

struct _SimUsb {
    UMockdevTestbed   *testbed;
    UMockdevIoctlBase *ioctls;
    gchar             *root;
    GHashTable        *ports;         /* device node -> Port */
    guint              next_tty;
    guint              next_address;
};

typedef struct {
    gchar          *text;
    gsize           length;
    gsize           written;
    gsize           fragment;
    SimUsbSaidFunc  said;
} Speech;

typedef struct {
    SimUsbDevice *device;
    guint         interface;
    gchar        *name;
    gchar        *node;
    gint          fd;
    guint         read_source;
    GQueue        speeches;
    guint         write_source;
} Port;

struct _SimUsbDevice {
    SimUsb         *usb;
    GPtrArray      *paths;            /* in sysfs, outermost first */
    GPtrArray      *ports;
    SimUsbReadFunc  read;
    gpointer        user_data;
    gint64          last_write;
};

/*****************************************************************************/
/* Uevents
 *
 * umockdev sends them to a socket of each listener, and aborts if one is full;
 * where the kernel allows ten messages that takes a busy daemon and two modules.
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
        g_printerr ("a program does not read its uevents: it gets no more of them\n");
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
/* What programs do with the ports */

static gboolean
port_read_cb (gint         fd,
              GIOCondition condition,
              gpointer     user_data)
{
    Port    *port = user_data;
    gchar    buffer[1024];
    gssize   length;

    length = read (fd, buffer, sizeof (buffer));
    if (length > 0) {
        port->device->read (port->interface, buffer, (gsize) length, port->device->user_data);
        return G_SOURCE_CONTINUE;
    }
    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;

    /* Nobody has the port open: it would poll as hung up until somebody has */
    port->read_source = 0;
    return G_SOURCE_REMOVE;
}

typedef struct {
    SimUsb *self;
    gchar  *node;
} Opened;

static void
opened_free (Opened *opened)
{
    g_free (opened->node);
    g_free (opened);
}

static gboolean
opened_cb (gpointer user_data)
{
    Opened *opened = user_data;
    Port   *port = g_hash_table_lookup (opened->self->ports, opened->node);

    if (port && !port->read_source)
        port->read_source = g_unix_fd_add (port->fd, G_IO_IN | G_IO_HUP | G_IO_ERR,
                                           port_read_cb, port);
    return G_SOURCE_REMOVE;
}

/* This and the next one are called in umockdev's thread */
static void
client_connected_cb (UMockdevIoctlBase   *ioctls,
                     UMockdevIoctlClient *client,
                     gpointer             user_data)
{
    Opened *opened = g_new0 (Opened, 1);

    opened->self = user_data;
    opened->node = g_strdup (umockdev_ioctl_client_get_devnode (client));
    g_idle_add_full (G_PRIORITY_DEFAULT, opened_cb, opened, (GDestroyNotify) opened_free);
}

/* A daemon locks the port, which umockdev does not know. The pty would do it,
 * but stay locked when it is closed again, for all but root. */
static gboolean
handle_ioctl_cb (UMockdevIoctlBase   *ioctls,
                 UMockdevIoctlClient *client,
                 gpointer             user_data)
{
    gulong request = umockdev_ioctl_client_get_request (client);

    if (request != TIOCEXCL && request != TIOCNXCL)
        return FALSE;
    umockdev_ioctl_client_complete (client, 0, 0);
    return TRUE;
}

/*****************************************************************************/
/* What the device says */

static void
speech_free (Speech *speech)
{
    g_free (speech->text);
    g_free (speech);
}

static gboolean
port_write_cb (gpointer user_data)
{
    Port         *port = user_data;
    SimUsbDevice *device = port->device;
    Speech       *speech;

    while ((speech = g_queue_peek_head (&port->speeches))) {
        gsize    left = speech->length - speech->written;
        gboolean pause = speech->fragment < left;
        gssize   length;

        length = write (port->fd, speech->text + speech->written, MIN (speech->fragment, left));
        if (length < 0 && (errno == EAGAIN || errno == EINTR))
            return G_SOURCE_CONTINUE;
        device->last_write = g_get_monotonic_time ();
        /* Lost as a whole if nobody has the port open */
        speech->written = length > 0 ? speech->written + (gsize) length : speech->length;
        if (speech->written == speech->length) {
            g_queue_pop_head (&port->speeches);
            if (speech->said)
                speech->said (port->interface, speech->text, device->user_data);
            speech_free (speech);
        }
        if (pause)
            return G_SOURCE_CONTINUE;
    }
    port->write_source = 0;
    return G_SOURCE_REMOVE;
}

static Port *
find_port (SimUsbDevice *device,
           guint         interface)
{
    guint i;

    for (i = 0; i < device->ports->len; i++) {
        Port *port = g_ptr_array_index (device->ports, i);

        if (port->interface == interface)
            return port;
    }
    return NULL;
}

gboolean
sim_usb_device_write (SimUsbDevice   *device,
                      guint           interface,
                      const gchar    *text,
                      guint           fragment,
                      SimUsbSaidFunc  said)
{
    Port   *port = find_port (device, interface);
    Speech *speech;

    if (!port)
        return FALSE;
    if (!*text)
        return TRUE;
    speech = g_new0 (Speech, 1);
    speech->text = g_strdup (text);
    speech->length = strlen (text);
    speech->fragment = fragment ? fragment : speech->length;
    speech->said = said;
    g_queue_push_tail (&port->speeches, speech);
    if (!port->write_source && port_write_cb (port) == G_SOURCE_CONTINUE)
        port->write_source = g_timeout_add (PIECE_GAP, port_write_cb, port);
    return TRUE;
}

gboolean
sim_usb_device_is_quiet (SimUsbDevice *device)
{
    guint i;

    for (i = 0; i < device->ports->len; i++) {
        const Port *port = g_ptr_array_index (device->ports, i);

        if (port->write_source)
            return FALSE;
    }
    return g_get_monotonic_time () - device->last_write > QUIET_TIME;
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
        g_error ("umockdev does not take this device: %s\n%s", error->message, description);
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

    g_string_append_printf (properties,
                            "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
                            "E: PRODUCT=%x/%x/%x\nE: BUSNUM=001\nE: DEVNUM=%03u\n"
                            "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: bcdDevice=%04x\\n\n"
                            "A: manufacturer=%s\\n\nA: product=%s\\n\n"
                            "A: busnum=1\\n\nA: devnum=%u\\n\n"
                            "L: driver=../../bus/usb/drivers/usb\n",
                            description->vendor, description->product, BCD_DEVICE,
                            device->usb->next_address,
                            description->vendor, description->product, BCD_DEVICE,
                            description->manufacturer, description->product_name,
                            device->usb->next_address);
    device->usb->next_address++;
    return add_device (device, "/devices", name, properties);
}

static gchar *
add_usb_interface (SimUsbDevice          *device,
                   const gchar           *parent,
                   const SimUsbInterface *interface)
{
    g_autofree gchar *parent_name = g_path_get_basename (parent);
    g_autofree gchar *name = g_strdup_printf ("%s:1.%u", parent_name, interface->number);
    const gchar      *class = interface->diag ? "ff" : "00";
    GString          *properties = g_string_new (NULL);

    g_string_append_printf (properties,
                            "E: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER=option\n"
                            "A: bInterfaceNumber=%02x\\n\nA: bInterfaceClass=ff\\n\n"
                            "A: bInterfaceSubClass=%s\\n\nA: bInterfaceProtocol=%s\\n\n"
                            "L: driver=../../../bus/usb/drivers/option\n",
                            interface->number, class, class);
    return add_device (device, parent, name, properties);
}

static void
add_port (SimUsbDevice          *device,
          const gchar           *parent,
          const SimUsbInterface *interface)
{
    SimUsb            *usb = device->usb;
    Port              *port = g_new0 (Port, 1);
    GString           *properties = g_string_new ("E: SUBSYSTEM=usb-serial\nE: DRIVER=option1\n");
    g_autofree gchar  *serial_path = NULL;
    g_autofree gchar  *tty_name = NULL;
    g_autofree gchar  *tty_path = NULL;
    g_autoptr(GError)  error = NULL;

    port->device = device;
    port->interface = interface->number;
    port->name = g_strdup_printf ("ttyUSB%u", usb->next_tty++);
    port->node = g_strconcat ("/dev/", port->name, NULL);
    g_queue_init (&port->speeches);
    g_ptr_array_add (device->ports, port);

    /* Before the node is there, so that nobody can open it without */
    if (!umockdev_testbed_attach_ioctl (usb->testbed, port->node, usb->ioctls, &error))
        g_error ("umockdev does not take an ioctl handler: %s", error->message);

    serial_path = add_device (device, parent, port->name, properties);
    properties = g_string_new (NULL);
    g_string_append_printf (properties,
                            "N: %s\nE: SUBSYSTEM=tty\nE: DEVNAME=%s\nE: ID_MM_CANDIDATE=1\n"
                            "E: ID_BUS=usb\nE: ID_USB_INTERFACE_NUM=%02x\n",
                            port->name, port->node, interface->number);
    if (interface->hint)
        g_string_append_printf (properties, "E: %s\n", interface->hint);
    tty_name = g_build_filename ("tty", port->name, NULL);
    tty_path = add_device (device, serial_path, tty_name, properties);

    port->fd = umockdev_testbed_get_dev_fd (usb->testbed, port->node);
    g_unix_set_fd_nonblocking (port->fd, TRUE, NULL);
    g_hash_table_insert (usb->ports, port->node, port);
}

static void
port_unplug (Port *port)
{
    SimUsb           *usb = port->device->usb;
    g_autofree gchar *link = g_strconcat (usb->root, port->node, NULL);

    g_hash_table_remove (usb->ports, port->node);
    g_clear_handle_id (&port->read_source, g_source_remove);
    g_clear_handle_id (&port->write_source, g_source_remove);
    g_queue_clear_full (&port->speeches, (GDestroyNotify) speech_free);
    /* umockdev leaves these two to us */
    close (port->fd);
    g_unlink (link);
    umockdev_testbed_detach_ioctl (usb->testbed, port->node, NULL);
    g_free (port->node);
    g_free (port->name);
    g_free (port);
}

SimUsbDevice *
sim_usb_plug (SimUsb                  *self,
              guint                    port,
              const SimUsbDescription *description,
              SimUsbReadFunc           read_func,
              gpointer                 user_data)
{
    SimUsbDevice     *device = g_new0 (SimUsbDevice, 1);
    g_autofree gchar *path = NULL;
    guint             i;

    device->usb = self;
    device->paths = g_ptr_array_new_with_free_func (g_free);
    device->ports = g_ptr_array_new_with_free_func ((GDestroyNotify) port_unplug);
    device->read = read_func;
    device->user_data = user_data;

    path = add_usb_device (device, port, description);
    for (i = 0; i < description->n_interfaces; i++) {
        g_autofree gchar *interface_path = NULL;

        interface_path = add_usb_interface (device, path, &description->interfaces[i]);
        add_port (device, interface_path, &description->interfaces[i]);
    }
    return device;
}

void
sim_usb_unplug (SimUsbDevice *device)
{
    guint i;

    /* The kernel, too, hangs up before it tells */
    g_ptr_array_unref (device->ports);
    for (i = device->paths->len; i > 0; i--) {
        const gchar *path = g_ptr_array_index (device->paths, i - 1);

        wait_for_listeners (device->usb);
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
        const Port *port = g_ptr_array_index (device->ports, i);

        g_string_append_printf (text, " %u:%s", port->interface, port->name);
    }
    return g_string_free (text, FALSE);
}

/*****************************************************************************/

const gchar *
sim_usb_get_root (SimUsb *self)
{
    return self->root;
}

SimUsb *
sim_usb_new (void)
{
    g_autoptr(UMockdevTestbed)  testbed = umockdev_testbed_new ();
    SimUsb                     *self;

    /* Not to be asked before: umockdev remembers the first answer */
    if (!umockdev_in_mock_environment ())
        return NULL;
    self = g_new0 (SimUsb, 1);
    self->testbed = g_steal_pointer (&testbed);
    self->root = umockdev_testbed_get_root_dir (self->testbed);
    self->ports = g_hash_table_new (g_str_hash, g_str_equal);
    /* The address of the root hub is 1 */
    self->next_address = 2;
    self->ioctls = umockdev_ioctl_base_new ();
    g_signal_connect (self->ioctls, "client-connected", G_CALLBACK (client_connected_cb), self);
    g_signal_connect (self->ioctls, "handle-ioctl", G_CALLBACK (handle_ioctl_cb), self);
    return self;
}

void
sim_usb_free (SimUsb *self)
{
    g_signal_handlers_disconnect_by_data (self->ioctls, self);
    g_object_unref (self->ioctls);
    g_object_unref (self->testbed);
    g_hash_table_unref (self->ports);
    g_free (self->root);
    g_free (self);
}
