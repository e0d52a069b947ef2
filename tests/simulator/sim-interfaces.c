/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-composition.h"
#include "sim-diag.h"
#include "sim-dialogue.h"
#include "sim-flood.h"
#include "sim-interfaces.h"
#include "sim-mbim.h"
#include "sim-qmi.h"

struct _SimInterfaces {
    SimInterfacesModule       module;
    const SimInterfacesFuncs *funcs;
    gpointer                  user_data;
    SimUsbDevice             *device;
    SimUsbFunction            functions[SIM_MAX_INTERFACES];
    SimDialogue              *dialogues[SIM_MAX_INTERFACES];    /* NULL if not an AT port */
    SimDiag                  *diag;
    SimQmi                   *qmi;
    SimMbim                  *mbim;
    GPtrArray                *floods;
};

static void
write_to_port (SimInterfaces *self,
               guint          interface,
               gconstpointer  data,
               gsize          length)
{
    sim_port_write (sim_usb_device_find_port (self->device, interface), data, length, 0, NULL);
}

static void
send_indications (SimInterfaces *self)
{
    if (self->qmi)
        sim_qmi_send_indications (self->qmi);
    if (self->mbim)
        sim_mbim_send_indications (self->mbim);
}

/*****************************************************************************/
/* AT ports */

static void
command_received (guint        interface,
                  const gchar *command,
                  gpointer     user_data)
{
    SimInterfaces    *self = user_data;
    g_autofree gchar *escaped = g_strescape (command, NULL);

    self->funcs->event ("at", interface, escaped, self->user_data);
}

static void
write_text (guint        interface,
            const gchar *text,
            gpointer     user_data)
{
    write_to_port (user_data, interface, text, strlen (text));
}

static void
command_done (const SimAtResponse *response,
              gpointer             user_data)
{
    SimInterfaces *self = user_data;
    guint          i;

    for (i = 0; i < SIM_MAX_INTERFACES && response->hung_up; i++) {
        if (self->dialogues[i])
            sim_dialogue_hang_up (self->dialogues[i]);
    }
    send_indications (self);
    self->funcs->command_done (response, self->user_data);
}

static const SimDialogueFuncs dialogue_funcs = { command_received, write_text, command_done };

/* Nothing is reported on a port in data mode */
static SimPort *
find_report_port (SimInterfaces *self,
                  guint          interface)
{
    const SimDialogue *dialogue = self->dialogues[interface];

    return dialogue && !sim_dialogue_is_online (dialogue) ?
           sim_usb_device_find_port (self->device, interface) : NULL;
}

void
sim_interfaces_registration_changed (SimInterfaces *self)
{
    g_autofree gchar *urcs = sim_at_build_registration_urcs (self->module.at);
    guint             i;

    for (i = 0; i < SIM_MAX_INTERFACES; i++) {
        if (find_report_port (self, i))
            write_text (i, urcs, self);
    }
    send_indications (self);
}

static void
urc_written (guint        interface,
             const gchar *text,
             gpointer     user_data)
{
    SimInterfaces    *self = user_data;
    g_autofree gchar *urc = g_strstrip (g_strdup (text));

    self->funcs->urc_written (interface, urc, self->user_data);
}

static gchar *
build_report (SimInterfaces *self,
              const gchar   *line)
{
    static const gchar *const breaks[] = {
        [SIM_FRAMING_CRLF]   = "\r\n",
        [SIM_FRAMING_CRCRLF] = "\r\r\n",
        [SIM_FRAMING_CR]     = "\r",
        [SIM_FRAMING_LF]     = "\n"
    };
    const gchar *line_break = breaks[self->module.config->framing];

    return g_strconcat (line_break, line, line_break, NULL);
}

gboolean
sim_interfaces_write_urc (SimInterfaces *self,
                          const gchar   *urc)
{
    const SimConfig  *config = self->module.config;
    guint             mask = sim_composition_get_report_interfaces (config);
    g_autofree gchar *text = build_report (self, urc);
    gboolean          found = FALSE;
    guint             i;

    for (i = 0; i < SIM_MAX_INTERFACES; i++) {
        SimPort *port = mask & (1u << i) ? find_report_port (self, i) : NULL;

        if (!port)
            continue;
        sim_port_write (port, text, strlen (text), config->fragment, urc_written);
        found = TRUE;
    }
    return found;
}

void
sim_interfaces_write_line (SimInterfaces *self,
                           guint          interface,
                           const gchar   *line)
{
    SimPort          *port = find_report_port (self, interface);
    g_autofree gchar *text = build_report (self, line);

    if (port)
        sim_port_write (port, text, strlen (text), 0, NULL);
}

/*****************************************************************************/
/* Control and diagnostics ports */

static void
request_received (guint        interface,
                  const gchar *text,
                  gpointer     user_data)
{
    SimInterfaces *self = user_data;

    self->funcs->event ("control", interface, text, self->user_data);
}

static void
write_message (guint         interface,
               const guint8 *data,
               gsize         length,
               gpointer      user_data)
{
    write_to_port (user_data, interface, data, length);
}

static void
reset_requested (gpointer user_data)
{
    SimInterfaces *self = user_data;

    self->funcs->reset (self->user_data);
}

static const SimControlFuncs control_funcs = { request_received, write_message, reset_requested };

/*****************************************************************************/
/* Floods */

static void
flood_done (SimFlood *flood,
            guint     interface,
            guint     milliseconds,
            gpointer  user_data)
{
    SimInterfaces    *self = user_data;
    g_autofree gchar *text = g_strdup_printf ("%u", milliseconds);

    self->funcs->event ("flood", interface, text, self->user_data);
    g_ptr_array_remove (self->floods, flood);
}

void
sim_interfaces_flood (SimInterfaces *self,
                      SimPort       *port,
                      const gchar   *text,
                      guint          count,
                      guint          rate)
{
    g_ptr_array_add (self->floods, sim_flood_new (port, text, count, rate, flood_done, self));
}

/*****************************************************************************/

static void
port_read (guint        interface,
           const gchar *data,
           gsize        length,
           gpointer     user_data)
{
    SimInterfaces *self = user_data;

    if (!length) {
        if (self->functions[interface] == SIM_USB_AT)
            sim_dialogue_port_closed (self->dialogues[interface]);
        return;
    }
    switch (self->functions[interface]) {
    case SIM_USB_AT:
        sim_dialogue_receive (self->dialogues[interface], data, length);
        break;
    case SIM_USB_DIAG:
        sim_diag_receive (self->diag, (const guint8 *) data, length);
        break;
    case SIM_USB_QMI:
        sim_qmi_receive (self->qmi, (const guint8 *) data, length);
        break;
    case SIM_USB_MBIM:
        sim_mbim_receive (self->mbim, (const guint8 *) data, length);
        break;
    default:
        g_assert_not_reached ();
    }
}

static void
add_interface (SimInterfaces         *self,
               const SimUsbInterface *interface)
{
    SimAt           *at = self->module.at;
    const SimConfig *config = self->module.config;
    guint            number = interface->number;

    self->functions[number] = interface->function;
    switch (interface->function) {
    case SIM_USB_DIAG:
        self->diag = sim_diag_new (number, &control_funcs, self);
        break;
    case SIM_USB_AT:
        self->dialogues[number] = sim_dialogue_new (number, at, self->module.script,
                                                    &dialogue_funcs, self);
        break;
    case SIM_USB_QMI:
        self->qmi = sim_qmi_new (number, at, config, &control_funcs, self);
        break;
    case SIM_USB_MBIM:
        self->mbim = sim_mbim_new (number, at, config, &control_funcs, self);
        break;
    default:
        /* No device node */
        break;
    }
}

SimUsbDevice *
sim_interfaces_get_device (SimInterfaces *self)
{
    return self->device;
}

SimInterfaces *
sim_interfaces_new (SimUsb                    *usb,
                    guint                      port,
                    const SimUsbDescription   *description,
                    const SimInterfacesModule *module,
                    const SimInterfacesFuncs  *funcs,
                    gpointer                   user_data)
{
    SimInterfaces *self = g_new0 (SimInterfaces, 1);
    guint          i;

    self->module = *module;
    self->funcs = funcs;
    self->user_data = user_data;
    self->floods = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_flood_free);
    for (i = 0; i < description->n_interfaces; i++)
        add_interface (self, &description->interfaces[i]);
    self->device = sim_usb_plug (usb, port, description, port_read, self);
    return self;
}

void
sim_interfaces_free (SimInterfaces *self)
{
    guint i;

    g_ptr_array_unref (self->floods);
    for (i = 0; i < SIM_MAX_INTERFACES; i++)
        g_clear_pointer (&self->dialogues[i], sim_dialogue_free);
    g_clear_pointer (&self->diag, sim_diag_free);
    g_clear_pointer (&self->qmi, sim_qmi_free);
    g_clear_pointer (&self->mbim, sim_mbim_free);
    sim_usb_unplug (self->device);
    g_free (self);
}
