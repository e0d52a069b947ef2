/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-at.h"
#include "sim-composition.h"
#include "sim-download.h"
#include "sim-installation.h"
#include "sim-interfaces.h"
#include "sim-module.h"

#define QUIET_INTERVAL 10     /* ms */

#define COMPLETE "GTOTA DOWNLOAD COMPLETE"

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

    SimInterfaces      *interfaces;       /* NULL while it is off the bus */
    gboolean            powered_off;      /* by AT+CPWROFF */

    /* Update */
    Download           *download;
    guint               n_downloads;      /* including cancelled ones that still run */
    SimInstallation    *installation;
    gboolean            is_installing;    /* from the download to the last restart */
    guint               restart_source;
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

static void
emit_revision (SimModule *self)
{
    emit (self, "revision %u %s", self->number, self->config->revision);
}

static gboolean
is_quiet (SimModule *self)
{
    return sim_usb_device_is_quiet (sim_interfaces_get_device (self->interfaces));
}

/*****************************************************************************/
/* On and off the bus */

static const SimInterfacesFuncs interfaces_funcs;

static void
connect_to_bus (SimModule *self)
{
    const SimInterfacesModule module = { self->at, self->config, self->script };
    SimUsbInterface           interfaces[SIM_MAX_INTERFACES];
    SimUsbDescription         description = {
        self->config->id, SIM_AT_MANUFACTURER, self->config->model, interfaces
    };
    SimUsbId                  other_id;
    g_autofree gchar         *shown = NULL;

    if (sim_installation_get_other (self->installation, &other_id))
        description = (SimUsbDescription) { other_id, "Other", "Other" };
    else
        description.n_interfaces = sim_composition_list (self->config, interfaces);
    self->powered_off = FALSE;
    sim_script_start_module (self->script);
    sim_at_restart (self->at);
    sim_at_set_updating (self->at, sim_installation_is_under_way (self->installation));
    emit (self, "id %u %04x:%04x", self->number, description.id.vendor, description.id.product);
    if (description.n_interfaces)
        emit_revision (self);
    self->interfaces = sim_interfaces_new (self->usb, self->config->port, &description,
                                           &module, &interfaces_funcs, self);
    shown = sim_usb_device_describe (sim_interfaces_get_device (self->interfaces));
    emit (self, "usb %u plugged %s", self->number, shown);
}

static void
stop_download (SimModule *self)
{
    if (!self->download)
        return;
    /* download_ready() is still called, and frees it */
    g_cancellable_cancel (self->download->cancellable);
    self->download = NULL;
    sim_at_set_updating (self->at, FALSE);
}

static void
disconnect_from_bus (SimModule *self)
{
    stop_download (self);
    g_clear_pointer (&self->interfaces, sim_interfaces_free);
    emit (self, "usb %u unplugged", self->number);
}

/*****************************************************************************/
/* Restarts */

static gboolean restart_disconnect_cb (gpointer user_data);

static void
schedule_restart (SimModule *self)
{
    if (!self->restart_source)
        self->restart_source = g_timeout_add (sim_installation_get_stay (self->installation),
                                              restart_disconnect_cb, self);
}

/* There are no more restarts to come. */
static void
end_installation (SimModule *self)
{
    if (self->is_installing)
        emit (self, "installation %u ends", self->number);
    self->is_installing = FALSE;
}

static gboolean
restart_connect_cb (gpointer user_data)
{
    SimModule *self = user_data;

    self->restart_source = 0;
    connect_to_bus (self);
    if (sim_installation_is_under_way (self->installation))
        schedule_restart (self);
    else
        end_installation (self);
    return G_SOURCE_REMOVE;
}

static gboolean
restart_disconnect_cb (gpointer user_data)
{
    SimModule *self = user_data;

    self->restart_source = 0;
    if (!is_quiet (self)) {
        self->restart_source = g_timeout_add (QUIET_INTERVAL, restart_disconnect_cb, self);
        return G_SOURCE_REMOVE;
    }
    disconnect_from_bus (self);
    /* Without an update, this is the key `unplug` */
    if (!sim_installation_is_under_way (self->installation))
        return G_SOURCE_REMOVE;
    if (sim_installation_restart (self->installation))
        self->restart_source = g_timeout_add (self->config->away, restart_connect_cb, self);
    else
        end_installation (self);
    return G_SOURCE_REMOVE;
}

static gboolean
reset_cb (gpointer user_data)
{
    SimModule *self = user_data;

    self->restart_source = 0;
    if (!is_quiet (self)) {
        self->restart_source = g_timeout_add (QUIET_INTERVAL, reset_cb, self);
        return G_SOURCE_REMOVE;
    }
    disconnect_from_bus (self);
    if (!self->powered_off)
        self->restart_source = g_timeout_add (self->config->away, restart_connect_cb, self);
    return G_SOURCE_REMOVE;
}

static void
schedule_reset (gpointer user_data)
{
    SimModule *self = user_data;

    if (!self->restart_source)
        self->restart_source = g_timeout_add (QUIET_INTERVAL, reset_cb, self);
}

/*****************************************************************************/
/* Update */

static void
download_progress (guint    percent,
                   gpointer user_data)
{
    Download         *download = user_data;
    SimModule        *self = download->module;
    g_autofree gchar *urc = g_strdup_printf ("GTOTA DOWNLOADING: %u%%", percent);

    if (percent == 0 && self->config->start)
        sim_interfaces_write_urc (self->interfaces, "GTOTA DOWNLOAD START");
    if (self->config->percentages)
        sim_interfaces_write_urc (self->interfaces, urc);
    if (self->config->stall == (gint) percent || self->config->unplug == (gint) percent)
        stop_download (self);
    if (self->config->unplug == (gint) percent)
        restart_disconnect_cb (self);
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
        sim_installation_begin (self->installation, package);
        self->is_installing = TRUE;
        emit (self, "installation %u begins", self->number);
        /* Otherwise urc_written() schedules it */
        if (!sim_interfaces_write_urc (self->interfaces, COMPLETE))
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

    emit (self, "accepted %u %s", self->number, request->ftp ? "ftp" : "http");
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
/* What happens on the interfaces */

static void
interface_event (const gchar *kind,
                 guint        interface,
                 const gchar *text,
                 gpointer     user_data)
{
    SimModule *self = user_data;

    emit (self, "%s %u %u %s", kind, self->number, interface, text);
}

static void
command_done (const SimAtResponse *response,
              gpointer             user_data)
{
    SimModule *self = user_data;

    if (response->request)
        start_update (self, response->request);
    if (response->power != SIM_AT_POWER_ON) {
        self->powered_off = response->power == SIM_AT_POWER_OFF;
        schedule_reset (self);
    }
}

static void
urc_written (guint        interface,
             const gchar *urc,
             gpointer     user_data)
{
    SimModule *self = user_data;

    interface_event ("urc", interface, urc, self);
    if (g_str_equal (urc, COMPLETE))
        schedule_restart (self);
}

static void
registration_changed (gpointer user_data)
{
    SimModule *self = user_data;

    if (self->interfaces)
        sim_interfaces_registration_changed (self->interfaces);
}

static const SimInterfacesFuncs interfaces_funcs = {
    interface_event, command_done, urc_written, schedule_reset
};

/*****************************************************************************/
/* What the test does to the module */

gboolean
sim_module_plug (SimModule  *self,
                 GError    **error)
{
    if (self->interfaces) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                     "module %u is already on the bus", self->number);
        return FALSE;
    }
    g_clear_handle_id (&self->restart_source, g_source_remove);
    sim_installation_repair (self->installation);
    restart_connect_cb (self);
    return TRUE;
}

gboolean
sim_module_unplug (SimModule  *self,
                   GError    **error)
{
    if (!self->interfaces && !self->restart_source) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                     "module %u is already off the bus", self->number);
        return FALSE;
    }
    g_clear_handle_id (&self->restart_source, g_source_remove);
    sim_installation_abort (self->installation);
    end_installation (self);
    if (self->interfaces)
        disconnect_from_bus (self);
    return TRUE;
}

gboolean
sim_module_set (SimModule    *self,
                const gchar  *assignment,
                GError      **error)
{
    guint registration = sim_at_get_registration (self->at);

    if (!sim_config_change (self->config, assignment, error))
        return FALSE;
    if (g_str_has_prefix (assignment, "revision="))
        emit_revision (self);
    if (sim_at_get_registration (self->at) != registration)
        registration_changed (self);
    return TRUE;
}

static SimPort *
find_port (SimModule  *self,
           guint       interface,
           GError    **error)
{
    SimPort *port = NULL;

    if (self->interfaces)
        port = sim_usb_device_find_port (sim_interfaces_get_device (self->interfaces), interface);
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

gboolean
sim_module_report (SimModule    *self,
                   guint         interface,
                   const gchar  *line,
                   GError      **error)
{
    if (!find_port (self, interface, error))
        return FALSE;
    sim_interfaces_write_line (self->interfaces, interface, line);
    return TRUE;
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
    sim_interfaces_flood (self->interfaces, port, text, count, rate);
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

    if (!config || !sim_composition_complete_config (config, error))
        return NULL;
    self = g_new0 (SimModule, 1);
    self->usb = usb;
    self->number = number;
    self->event = event;
    self->user_data = user_data;
    self->config = g_steal_pointer (&config);
    self->at = sim_at_new (self->config, registration_changed, self);
    self->script = sim_script_new ();
    self->installation = sim_installation_new (self->config);
    if (self->config->plugged)
        connect_to_bus (self);
    return self;
}

void
sim_module_free (SimModule *self)
{
    sim_module_unplug (self, NULL);
    while (self->n_downloads)
        g_main_context_iteration (NULL, TRUE);

    sim_installation_free (self->installation);
    sim_script_free (self->script);
    sim_at_free (self->at);
    sim_config_free (self->config);
    g_free (self);
}
