/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-at.h"
#include "sim-composition.h"
#include "sim-diag.h"
#include "sim-dialogue.h"
#include "sim-download.h"
#include "sim-flood.h"
#include "sim-mbim.h"
#include "sim-module.h"
#include "sim-qmi.h"

#define QUIET_INTERVAL 10     /* ms */

#define COMPLETE "GTOTA DOWNLOAD COMPLETE"

/* What the chip shows in its emergency download mode */
static const SimUsbDescription emergency_description = {
    0x05c6, 0x9008, "Qualcomm CDMA Technologies MSM", "QUSB__BULK"
};

typedef struct {
    SimModule    *module;
    gchar        *url;          /* without user and password */
    GCancellable *cancellable;
} Download;

struct _SimModule {
    SimUsb             *usb;
    guint               number;
    SimConfig          *config;
    SimAt              *at;
    SimScript          *script;
    SimModuleEventFunc  event;
    gpointer            user_data;

    /* While it is on the bus */
    SimUsbDevice       *device;
    SimUsbFunction      functions[SIM_INTERFACES];
    SimDialogue        *dialogues[SIM_INTERFACES];    /* NULL where there is no AT port */
    SimDiag            *diag;
    SimQmi             *qmi;
    SimMbim            *mbim;
    GPtrArray          *floods;

    gboolean            stays_away;       /* it was told to turn itself off */

    /* An update */
    Download           *download;
    guint               n_downloads;      /* with those that are being cancelled */
    gchar              *package;
    guint               restarts_left;
    guint               restart_source;
    gboolean            emergency;
};

static G_GNUC_PRINTF (2, 3) void
emit (SimModule   *self,
      const gchar *format,
      ...)
{
    g_autofree gchar *event = NULL;
    va_list           arguments;

    va_start (arguments, format);
    event = g_strdup_vprintf (format, arguments);
    va_end (arguments);
    self->event (event, self->user_data);
}

/*****************************************************************************/
/* On and off the bus */

static void start_update (SimModule        *self,
                          const SimRequest *request);
static void restart      (gpointer          user_data);

static void
receive (guint        interface,
         const gchar *data,
         gsize        length,
         gpointer     user_data)
{
    SimModule *self = user_data;

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
tell_command (guint        interface,
              const gchar *command,
              gpointer     user_data)
{
    SimModule        *self = user_data;
    g_autofree gchar *shown = g_strescape (command, NULL);

    emit (self, "at %u %u %s", self->number, interface, shown);
}

static void
say_text (guint        interface,
          const gchar *text,
          gpointer     user_data)
{
    SimModule *self = user_data;

    sim_port_write (sim_usb_device_find_port (self->device, interface), text, strlen (text), 0, NULL);
}

/* What has changed, where it was asked for */
static void
announce (SimModule *self)
{
    if (self->qmi)
        sim_qmi_announce (self->qmi);
    if (self->mbim)
        sim_mbim_announce (self->mbim);
}

static void
command_answered (const SimAtReply *reply,
                  gpointer          user_data)
{
    SimModule *self = user_data;
    guint      i;

    for (i = 0; i < SIM_INTERFACES && reply->hung_up; i++) {
        if (self->dialogues[i])
            sim_dialogue_hang_up (self->dialogues[i]);
    }
    announce (self);
    if (reply->request)
        start_update (self, reply->request);
    if (reply->power != SIM_AT_POWER_ON) {
        self->stays_away = reply->power == SIM_AT_POWER_OFF;
        restart (self);
    }
}

static const SimDialogueFuncs dialogue_funcs = { tell_command, say_text, command_answered };

static void
tell_message (guint        interface,
              const gchar *text,
              gpointer     user_data)
{
    SimModule *self = user_data;

    emit (self, "control %u %u %s", self->number, interface, text);
}

static void
send_message (guint         interface,
              const guint8 *data,
              gsize         length,
              gpointer      user_data)
{
    SimModule *self = user_data;

    sim_port_write (sim_usb_device_find_port (self->device, interface),
                    (const gchar *) data, length, 0, NULL);
}

static const SimControlFuncs control_funcs = { tell_message, send_message, restart };

static void
open_interface (SimModule             *self,
                const SimUsbInterface *interface)
{
    guint number = interface->number;

    self->functions[number] = interface->function;
    switch (interface->function) {
    case SIM_USB_DIAG:
        self->diag = sim_diag_new (number, &control_funcs, self);
        break;
    case SIM_USB_AT:
        self->dialogues[number] = sim_dialogue_new (number, self->at, self->script, &dialogue_funcs, self);
        break;
    case SIM_USB_QMI:
        self->qmi = sim_qmi_new (number, self->at, self->config, &control_funcs, self);
        break;
    case SIM_USB_MBIM:
        self->mbim = sim_mbim_new (number, self->at, self->config, &control_funcs, self);
        break;
    default:
        /* It has no port with a node */
        break;
    }
}

static void
enter_bus (SimModule *self)
{
    SimUsbInterface   interfaces[SIM_INTERFACES];
    SimUsbDescription description = {
        self->config->vendor, self->config->product,
        self->config->manufacturer, self->config->model, interfaces
    };
    g_autofree gchar *shown = NULL;
    guint             i;

    if (self->emergency)
        description = emergency_description;
    else
        description.n_interfaces = sim_composition_list (self->config, interfaces);
    for (i = 0; i < description.n_interfaces; i++)
        open_interface (self, &interfaces[i]);
    self->stays_away = FALSE;
    sim_at_restart (self->at);
    sim_at_set_updating (self->at, self->restarts_left > 0);
    self->device = sim_usb_plug (self->usb, self->number + 1, &description, receive, self);
    shown = sim_usb_device_describe (self->device);
    emit (self, "usb %u plugged %s", self->number, shown);
}

static void
stop_download (SimModule *self)
{
    if (!self->download)
        return;
    /* Its callback still comes, and frees it */
    g_cancellable_cancel (self->download->cancellable);
    self->download = NULL;
    sim_at_set_updating (self->at, FALSE);
}

static void
leave_bus (SimModule *self)
{
    guint i;

    stop_download (self);
    g_ptr_array_set_size (self->floods, 0);
    for (i = 0; i < SIM_INTERFACES; i++)
        g_clear_pointer (&self->dialogues[i], sim_dialogue_free);
    g_clear_pointer (&self->diag, sim_diag_free);
    g_clear_pointer (&self->qmi, sim_qmi_free);
    g_clear_pointer (&self->mbim, sim_mbim_free);
    sim_usb_unplug (self->device);
    self->device = NULL;
    emit (self, "usb %u unplugged", self->number);
}

/*****************************************************************************/
/* Restarts after an update */

static gboolean restart_leave_cb (gpointer user_data);

static void
schedule_restart (SimModule *self)
{
    if (!self->restart_source)
        self->restart_source = g_timeout_add (self->config->restart_after, restart_leave_cb, self);
}

static gboolean
restart_return_cb (gpointer user_data)
{
    SimModule *self = user_data;

    self->restart_source = 0;
    enter_bus (self);
    if (self->restarts_left)
        schedule_restart (self);
    return G_SOURCE_REMOVE;
}

static gboolean
restart_leave_cb (gpointer user_data)
{
    SimModule *self = user_data;

    self->restart_source = 0;
    if (!sim_usb_device_is_quiet (self->device)) {
        self->restart_source = g_timeout_add (QUIET_INTERVAL, restart_leave_cb, self);
        return G_SOURCE_REMOVE;
    }
    leave_bus (self);
    /* Not an update, but the cable that is pulled at some percentage */
    if (!self->restarts_left)
        return G_SOURCE_REMOVE;
    if (--self->restarts_left == 0) {
        switch ((SimInstall) self->config->install) {
        case SIM_INSTALL_PACKAGE:
            sim_config_install (self->config, self->package);
            break;
        case SIM_INSTALL_EDL:
            self->emergency = TRUE;
            break;
        case SIM_INSTALL_GONE:
            return G_SOURCE_REMOVE;
        case SIM_INSTALL_SAME:
            break;
        }
    }
    self->restart_source = g_timeout_add (self->config->away, restart_return_cb, self);
    return G_SOURCE_REMOVE;
}

/* The module was told to */
static gboolean
reset_cb (gpointer user_data)
{
    SimModule *self = user_data;

    self->restart_source = 0;
    if (!sim_usb_device_is_quiet (self->device)) {
        self->restart_source = g_timeout_add (QUIET_INTERVAL, reset_cb, self);
        return G_SOURCE_REMOVE;
    }
    leave_bus (self);
    if (!self->stays_away)
        self->restart_source = g_timeout_add (self->config->away, restart_return_cb, self);
    return G_SOURCE_REMOVE;
}

static void
restart (gpointer user_data)
{
    SimModule *self = user_data;

    if (!self->restart_source)
        self->restart_source = g_timeout_add (QUIET_INTERVAL, reset_cb, self);
}

/*****************************************************************************/
/* Update */

static void
said (guint        interface,
      const gchar *text,
      gpointer     user_data)
{
    SimModule        *self = user_data;
    g_autofree gchar *urc = g_strstrip (g_strdup (text));

    emit (self, "urc %u %u %s", self->number, interface, urc);
    if (g_str_equal (urc, COMPLETE))
        schedule_restart (self);
}

static gboolean
say (SimModule   *self,
     const gchar *urc)
{
    g_autofree gchar *text = g_strdup_printf ("\r\n%s\r\n", urc);
    guint             report = sim_composition_get_report (self->config);
    gboolean          heard = FALSE;
    guint             i;

    for (i = 0; i < SIM_INTERFACES; i++) {
        SimPort *port = report & (1u << i) ? sim_usb_device_find_port (self->device, i) : NULL;

        if (!port)
            continue;
        sim_port_write (port, text, strlen (text), self->config->fragment, said);
        heard = TRUE;
    }
    return heard;
}

static void
download_progress (guint    percent,
                   gpointer user_data)
{
    Download         *download = user_data;
    SimModule        *self = download->module;
    g_autofree gchar *urc = g_strdup_printf ("GTOTA DOWNLOADING: %u%%", percent);

    if (percent == 0 && self->config->start)
        say (self, "GTOTA DOWNLOAD START");
    say (self, urc);
    if (self->config->stall == (gint) percent || self->config->unplug == (gint) percent)
        stop_download (self);
    if (self->config->unplug == (gint) percent)
        restart_leave_cb (self);
}

static void
download_ready (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
    Download          *download = user_data;
    SimModule         *self = download->module;
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *package = NULL;
    goffset            size = 0;

    package = sim_download_finish (result, &size, &error);
    if (!package) {
        emit (self, "download %u %s fails %s", self->number, download->url, error->message);
        if (self->download == download)
            stop_download (self);
    } else {
        emit (self, "download %u %s ends %" G_GOFFSET_FORMAT, self->number, download->url, size);
        self->download = NULL;
        g_free (self->package);
        self->package = g_steal_pointer (&package);
        self->restarts_left = self->config->restarts;
        /* Otherwise when it was said */
        if (!say (self, COMPLETE))
            schedule_restart (self);
    }
    self->n_downloads--;
    g_object_unref (download->cancellable);
    g_free (download->url);
    g_free (download);
}

static void
start_update (SimModule        *self,
              const SimRequest *request)
{
    g_autofree gchar *url = NULL;
    Download         *download;

    if (self->config->download == SIM_DOWNLOAD_MANUAL) {
        sim_at_set_updating (self->at, FALSE);
        return;
    }
    url = sim_request_build_url (request);
    download = g_new0 (Download, 1);
    download->module = self;
    download->url = sim_request_build_shown_url (request);
    download->cancellable = g_cancellable_new ();
    self->download = download;
    self->n_downloads++;
    emit (self, "download %u %s begins", self->number, download->url);
    sim_download_async (url, request->user, request->password, self->config->pace,
                        download_progress, download->cancellable, download_ready, download);
}

/*****************************************************************************/
/* What the one who drives the test does */

gboolean
sim_module_plug (SimModule  *self,
                 GError    **error)
{
    if (self->device) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                     "module %u is on the bus already", self->number);
        return FALSE;
    }
    g_clear_handle_id (&self->restart_source, g_source_remove);
    /* Repaired with the maker's tool, if another outcome is asked for now */
    if (self->config->install != SIM_INSTALL_EDL)
        self->emergency = FALSE;
    restart_return_cb (self);
    return TRUE;
}

gboolean
sim_module_unplug (SimModule  *self,
                   GError    **error)
{
    if (!self->device && !self->restart_source) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     "module %u is off the bus already", self->number);
        return FALSE;
    }
    g_clear_handle_id (&self->restart_source, g_source_remove);
    self->restarts_left = 0;
    if (self->device)
        leave_bus (self);
    return TRUE;
}

gboolean
sim_module_set (SimModule    *self,
                const gchar  *assignment,
                GError      **error)
{
    guint             registration = sim_at_get_registration (self->at);
    g_autofree gchar *urcs = NULL;
    guint             i;

    if (!sim_config_change (self->config, assignment, error))
        return FALSE;
    if (!self->device || sim_at_get_registration (self->at) == registration)
        return TRUE;
    urcs = sim_at_build_registration_urcs (self->at);
    for (i = 0; i < SIM_INTERFACES; i++) {
        if (self->dialogues[i])
            say_text (i, urcs, self);
    }
    announce (self);
    return TRUE;
}

static SimPort *
find_port (SimModule  *self,
           guint       interface,
           GError    **error)
{
    SimPort *port = self->device ? sim_usb_device_find_port (self->device, interface) : NULL;

    if (!port)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     "module %u has no interface %u on the bus", self->number, interface);
    return port;
}

gboolean
sim_module_send (SimModule    *self,
                 guint         interface,
                 const gchar  *text,
                 GError      **error)
{
    SimPort *port = find_port (self, interface, error);

    if (!port)
        return FALSE;
    sim_port_write (port, text, strlen (text), 0, NULL);
    return TRUE;
}

static void
flooded (SimFlood *flood,
         guint     interface,
         guint     milliseconds,
         gpointer  user_data)
{
    SimModule *self = user_data;

    emit (self, "flood %u %u %u", self->number, interface, milliseconds);
    g_ptr_array_remove (self->floods, flood);
}

gboolean
sim_module_flood (SimModule    *self,
                  guint         interface,
                  const gchar  *text,
                  guint         count,
                  guint         rate,
                  GError      **error)
{
    SimPort *port = find_port (self, interface, error);

    if (!port)
        return FALSE;
    g_ptr_array_add (self->floods, sim_flood_new (port, text, count, rate, flooded, self));
    return TRUE;
}

SimScript *
sim_module_get_script (SimModule *self)
{
    return self->script;
}

/*****************************************************************************/

SimModule *
sim_module_new (SimUsb              *usb,
                guint                number,
                const gchar         *keys,
                SimModuleEventFunc   event,
                gpointer             user_data,
                GError             **error)
{
    g_autoptr(SimConfig)  config = sim_config_new (number, keys, error);
    SimModule            *self;

    if (!config)
        return NULL;
    self = g_new0 (SimModule, 1);
    self->usb = usb;
    self->number = number;
    self->event = event;
    self->user_data = user_data;
    self->config = g_steal_pointer (&config);
    self->at = sim_at_new (self->config);
    self->script = sim_script_new ();
    self->floods = g_ptr_array_new_with_free_func ((GDestroyNotify) sim_flood_free);
    if (self->config->plugged)
        enter_bus (self);
    return self;
}

void
sim_module_free (SimModule *self)
{
    sim_module_unplug (self, NULL);
    while (self->n_downloads)
        g_main_context_iteration (NULL, TRUE);

    g_ptr_array_unref (self->floods);
    sim_script_free (self->script);
    sim_at_free (self->at);
    sim_config_free (self->config);
    g_free (self->package);
    g_free (self);
}
