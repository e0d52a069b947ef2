/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <linux/usb/functionfs.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sim-ffs.h"

#define BULK_PACKET      512
#define INTERRUPT_PACKET 10
#define INTERRUPT_PERIOD 9      /* 32 ms at high speed */

#define ENDPOINT_INTERVAL (10 * G_TIME_SPAN_MILLISECOND)

#define REQUEST_SET_CONTROL_LINE_STATE 0x22
#define LINE_STATE_DTR                 0x01

/* An AT or diagnostics interface. Two threads copy between a socket of its SimPort
 * and its endpoints, because the endpoints of FunctionFS cannot be polled. */
typedef struct {
    gint     socket;
    gint     in_fd;
    gint     out_fd;
    GThread *in_thread;
    GThread *out_thread;
    gint     dtr;                     /* atomic; set while the port is open */
    gint     disconnected;            /* atomic */
} Serial;

struct _SimFfs {
    gchar     *directory;
    gint       control_fd;
    guint      control_source;
    GPtrArray *serials;
    GPtrArray *ports;
};

/*****************************************************************************/
/* Descriptors */

static void
append_endpoint (GByteArray *descriptors,
                 guint       address,
                 guint       type,
                 guint       packet,
                 guint       period)
{
    const struct usb_endpoint_descriptor_no_audio endpoint = {
        .bLength = sizeof (endpoint),
        .bDescriptorType = USB_DT_ENDPOINT,
        .bEndpointAddress = address,
        .bmAttributes = type,
        .wMaxPacketSize = GUINT16_TO_LE (packet),
        .bInterval = period
    };

    g_byte_array_append (descriptors, (const guint8 *) &endpoint, sizeof (endpoint));
}

/* The endpoint addresses are those of the module; the controller may change them.
 *
 * Returns: the number of descriptors. */
static guint
append_interface (GByteArray     *descriptors,
                  guint           number,
                  SimUsbFunction  function,
                  guint          *last_in,
                  guint          *last_out)
{
    const gboolean                        notifies = function != SIM_USB_DIAG;
    const guint                           class = function == SIM_USB_AT ?
                                                  0 : USB_CLASS_VENDOR_SPEC;
    const struct usb_interface_descriptor interface = {
        .bLength = sizeof (interface),
        .bDescriptorType = USB_DT_INTERFACE,
        .bInterfaceNumber = number,
        .bNumEndpoints = notifies ? 3 : 2,
        .bInterfaceClass = USB_CLASS_VENDOR_SPEC,
        .bInterfaceSubClass = class,
        .bInterfaceProtocol = class
    };
    const guint                           in = ++*last_in;

    g_byte_array_append (descriptors, (const guint8 *) &interface, sizeof (interface));
    if (notifies)
        append_endpoint (descriptors, USB_DIR_IN | ++*last_in, USB_ENDPOINT_XFER_INT,
                         INTERRUPT_PACKET, INTERRUPT_PERIOD);
    append_endpoint (descriptors, USB_DIR_IN | in, USB_ENDPOINT_XFER_BULK, BULK_PACKET, 0);
    append_endpoint (descriptors, USB_DIR_OUT | ++*last_out, USB_ENDPOINT_XFER_BULK,
                     BULK_PACKET, 0);
    return interface.bNumEndpoints + 1;
}

static GByteArray *
build_descriptors (const SimUsbDescription *description)
{
    struct {
        struct usb_functionfs_descs_head_v2 head;
        __le32                              n_high_speed;
    } __attribute__ ((packed)) header = {
        .head.magic = GUINT32_TO_LE (FUNCTIONFS_DESCRIPTORS_MAGIC_V2),
        .head.flags = GUINT32_TO_LE (FUNCTIONFS_HAS_HS_DESC)
    };
    GByteArray *descriptors = g_byte_array_new ();
    guint       last_in = 0;
    guint       last_out = 0;
    guint       n = 0;
    guint       i;

    g_byte_array_set_size (descriptors, sizeof (header));
    for (i = 0; i < description->n_interfaces; i++)
        n += append_interface (descriptors, i, description->interfaces[i].function,
                               &last_in, &last_out);
    header.head.length = GUINT32_TO_LE (descriptors->len);
    header.n_high_speed = GUINT32_TO_LE (n);
    memcpy (descriptors->data, &header, sizeof (header));
    return descriptors;
}

static void
write_descriptors (SimFfs                  *self,
                   const SimUsbDescription *description)
{
    const struct usb_functionfs_strings_head strings = {
        .magic = GUINT32_TO_LE (FUNCTIONFS_STRINGS_MAGIC),
        .length = GUINT32_TO_LE (sizeof (strings))
    };
    g_autoptr(GByteArray)                    descriptors = build_descriptors (description);
    const gssize                             length = descriptors->len;

    if (write (self->control_fd, descriptors->data, descriptors->len) != length ||
        write (self->control_fd, &strings, sizeof (strings)) != sizeof (strings))
        g_error ("FunctionFS rejected these interfaces: %s", g_strerror (errno));
}

/*****************************************************************************/
/* Threads */

/* An endpoint is disabled until the host has configured the device. Meanwhile,
 * FunctionFS disables and enables all of them for each interface. */
static gboolean
wait_for_endpoint (const Serial *serial)
{
    if (g_atomic_int_get (&serial->disconnected))
        return FALSE;
    g_usleep (ENDPOINT_INTERVAL);
    return TRUE;
}

static gpointer
read_out_endpoint (gpointer user_data)
{
    Serial *serial = user_data;
    gchar   buffer[BULK_PACKET];
    gssize  length;

    do {
        while ((length = read (serial->out_fd, buffer, sizeof (buffer))) >= 0)
            send (serial->socket, buffer, (gsize) length, MSG_NOSIGNAL);
    } while (wait_for_endpoint (serial));
    return NULL;
}

static gpointer
write_in_endpoint (gpointer user_data)
{
    Serial *serial = user_data;
    gchar   buffer[BULK_PACKET];
    gssize  length;

    while ((length = recv (serial->socket, buffer, sizeof (buffer), 0)) > 0) {
        /* While the port is closed, the data would wait for the next program */
        while (g_atomic_int_get (&serial->dtr) &&
               write (serial->in_fd, buffer, (gsize) length) < 0 &&
               wait_for_endpoint (serial));
    }
    return NULL;
}

/*****************************************************************************/
/* Control requests */

static void
handle_setup (SimFfs                       *self,
              const struct usb_ctrlrequest *setup)
{
    guint    number = GUINT16_FROM_LE (setup->wIndex);
    gboolean in = setup->bRequestType & USB_DIR_IN;
    gssize   done;

    if (number < self->serials->len && !in && setup->bRequest == REQUEST_SET_CONTROL_LINE_STATE) {
        Serial *serial = g_ptr_array_index (self->serials, number);

        g_atomic_int_set (&serial->dtr, GUINT16_FROM_LE (setup->wValue) & LINE_STATE_DTR);
        done = read (self->control_fd, NULL, 0);
    } else {
        /* Rejected: an access in the wrong direction stalls the endpoint */
        done = in ? read (self->control_fd, NULL, 0) : write (self->control_fd, NULL, 0);
    }
    if (done < 0 && errno != EL2HLT)
        g_printerr ("interface %u: the host cancelled a request\n", number);
}

static gboolean
control_cb (gint         fd,
            GIOCondition condition,
            gpointer     user_data)
{
    SimFfs                      *self = user_data;
    struct usb_functionfs_event  events[4];
    gssize                       length = read (fd, events, sizeof (events));
    guint                        i;

    for (i = 0; length > 0 && i < (gsize) length / sizeof (events[0]); i++) {
        if (events[i].type == FUNCTIONFS_SETUP)
            handle_setup (self, &events[i].u.setup);
    }
    return G_SOURCE_CONTINUE;
}

/*****************************************************************************/

static gint
open_file (SimFfs      *self,
           const gchar *name)
{
    g_autofree gchar *path = g_build_filename (self->directory, name, NULL);
    /* With O_NONBLOCK, no thread blocks on a disabled endpoint */
    gint              fd = open (path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        g_error ("cannot open %s: %s", path, g_strerror (errno));
    return fd;
}

static gint
open_endpoint (SimFfs *self,
               guint   number)
{
    g_autofree gchar *name = g_strdup_printf ("ep%u", number);

    return open_file (self, name);
}

static void
add_serial (SimFfs                *self,
            const SimUsbInterface *interface,
            guint                 *last_endpoint,
            SimPortReadFunc        read_func,
            gpointer               user_data)
{
    Serial           *serial = g_new0 (Serial, 1);
    g_autofree gchar *name = g_strdup_printf ("if%u", interface->number);
    gint              sockets[2];
    SimPort          *port;

    /* QMI is always the last interface, and nothing uses it */
    if (interface->function == SIM_USB_QMI)
        return;
    if (interface->function != SIM_USB_AT && interface->function != SIM_USB_DIAG)
        g_error ("interface %u is not a serial port: not supported", interface->number);
    if (interface->number != self->serials->len)
        g_error ("interface %u: FunctionFS numbers interfaces without gaps", interface->number);
    if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
        g_error ("cannot create a socket: %s", g_strerror (errno));

    serial->socket = sockets[1];
    /* The interrupt endpoint is not used */
    if (interface->function == SIM_USB_AT)
        ++*last_endpoint;
    serial->in_fd = open_endpoint (self, ++*last_endpoint);
    serial->out_fd = open_endpoint (self, ++*last_endpoint);
    serial->in_thread = g_thread_new ("in", write_in_endpoint, serial);
    serial->out_thread = g_thread_new ("out", read_out_endpoint, serial);
    g_ptr_array_add (self->serials, serial);

    port = sim_port_new (interface->number, name, sockets[0], read_func, user_data);
    sim_port_watch (port);
    g_ptr_array_add (self->ports, port);
}

static void
serial_free (Serial *serial)
{
    g_atomic_int_set (&serial->disconnected, TRUE);
    g_thread_join (serial->in_thread);
    g_thread_join (serial->out_thread);
    close (serial->socket);
    close (serial->in_fd);
    close (serial->out_fd);
    g_free (serial);
}

GPtrArray *
sim_ffs_get_ports (SimFfs *self)
{
    return self->ports;
}

SimFfs *
sim_ffs_new (const gchar             *name,
             const SimUsbDescription *description,
             SimPortReadFunc          read_func,
             gpointer                 user_data)
{
    SimFfs            *self = g_new0 (SimFfs, 1);
    g_autoptr(GError)  error = NULL;
    guint              last_endpoint = 0;
    guint              i;

    self->directory = g_dir_make_tmp ("nl668-ffs-XXXXXX", &error);
    if (!self->directory)
        g_error ("%s", error->message);
    if (mount (name, self->directory, "functionfs", 0, NULL) < 0)
        g_error ("cannot mount FunctionFS %s: %s", name, g_strerror (errno));
    self->control_fd = open_file (self, "ep0");
    write_descriptors (self, description);

    self->serials = g_ptr_array_new_with_free_func ((GDestroyNotify) serial_free);
    self->ports = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_port_free);
    for (i = 0; i < description->n_interfaces; i++)
        add_serial (self, &description->interfaces[i], &last_endpoint, read_func, user_data);
    self->control_source = g_unix_fd_add (self->control_fd, G_IO_IN, control_cb, self);
    return self;
}

void
sim_ffs_free (SimFfs *self)
{
    g_source_remove (self->control_source);
    /* Ports first: closing their sockets wakes up the threads */
    g_ptr_array_unref (self->ports);
    g_ptr_array_unref (self->serials);
    close (self->control_fd);
    if (umount (self->directory) < 0)
        g_error ("cannot unmount %s: %s", self->directory, g_strerror (errno));
    g_rmdir (self->directory);
    g_free (self->directory);
    g_free (self);
}
