/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "mmcli-status.h"
#include "nl668-request.h"

MmcliStatus *
mmcli_status_new (void)
{
    return g_new0 (MmcliStatus, 1);
}

/* All that is of one update */
static void
clear_update (MmcliStatus *self)
{
    g_clear_pointer (&self->package, g_free);
    g_clear_pointer (&self->source, g_free);
    g_clear_pointer (&self->previous_version, g_free);
    g_clear_pointer (&self->target_version, g_free);
    g_clear_pointer (&self->error_name, g_free);
    g_clear_pointer (&self->error_message, g_free);
    self->progress = 0;
    self->started = 0;
    self->finished = 0;
}

static void
clear (MmcliStatus *self)
{
    clear_update (self);
    g_clear_pointer (&self->path, g_free);
    g_clear_pointer (&self->current_version, g_free);
}

void
mmcli_status_free (MmcliStatus *self)
{
    clear (self);
    g_free (self->imei);
    g_free (self);
}

/*****************************************************************************/

/* On the bus, what is unknown is an empty string */
static gchar *
dup_known (const gchar *string)
{
    return string && *string ? g_strdup (string) : NULL;
}

/* NULL also if it is of another type: the proxy does not know the interface. */
static GVariant *
get_property (GDBusProxy  *proxy,
              const gchar *name,
              const gchar *type)
{
    g_autoptr(GVariant) value = NULL;

    value = g_dbus_proxy_get_cached_property (proxy, name);
    return value && g_variant_is_of_type (value, G_VARIANT_TYPE (type)) ? g_steal_pointer (&value) : NULL;
}

static guint
get_uint (GDBusProxy  *proxy,
          const gchar *name)
{
    g_autoptr(GVariant) value = NULL;

    value = get_property (proxy, name, "u");
    return value ? g_variant_get_uint32 (value) : 0;
}

static guint64
get_time (GDBusProxy  *proxy,
          const gchar *name)
{
    g_autoptr(GVariant) value = NULL;

    value = get_property (proxy, name, "t");
    return value ? g_variant_get_uint64 (value) : 0;
}

static gchar *
dup_string (GDBusProxy  *proxy,
            const gchar *name)
{
    g_autoptr(GVariant) value = NULL;

    value = get_property (proxy, name, "s");
    return value ? dup_known (g_variant_get_string (value, NULL)) : NULL;
}

static void
read_error (MmcliStatus *self,
            GDBusProxy  *proxy)
{
    g_autoptr(GVariant)  value = NULL;
    const gchar         *name;
    const gchar         *message;

    value = get_property (proxy, "Error", "(ss)");
    if (!value)
        return;
    g_variant_get (value, "(&s&s)", &name, &message);
    self->error_name = dup_known (name);
    self->error_message = dup_known (message);
}

void
mmcli_status_read (MmcliStatus *self,
                   GDBusProxy  *proxy)
{
    guint state;

    clear (self);
    state = get_uint (proxy, "State");
    self->path             = g_strdup (g_dbus_proxy_get_object_path (proxy));
    self->state            = state <= MMCLI_STATE_FAILED ? (MmcliState) state : MMCLI_STATE_UNKNOWN;
    self->progress         = MIN (get_uint (proxy, "Progress"), 100);
    self->package          = dup_string (proxy, "Package");
    self->source           = dup_string (proxy, "Source");
    self->previous_version = dup_string (proxy, "PreviousVersion");
    self->current_version  = dup_string (proxy, "CurrentVersion");
    self->target_version   = dup_string (proxy, "TargetVersion");
    self->started          = get_time (proxy, "Started");
    self->finished         = get_time (proxy, "Finished");
    self->transports       = get_uint (proxy, "Transports");
    read_error (self, proxy);
}

void
mmcli_status_set_modem (MmcliStatus *self,
                        MMObject    *object)
{
    g_free (self->path);
    g_free (self->imei);
    self->path = mm_object_dup_path (object);
    self->imei = dup_known (mm_modem_get_equipment_identifier (mm_object_peek_modem (object)));
}

void
mmcli_status_read_record (MmcliStatus       *self,
                          const gchar       *imei,
                          const Nl668Record *record)
{
    clear (self);
    g_free (self->imei);
    self->imei             = g_strdup (imei);
    self->state            = record->state;
    self->progress         = record->progress;
    self->package          = g_strdup (record->package);
    self->source           = g_strdup (record->source);
    self->previous_version = g_strdup (record->previous_version);
    self->target_version   = g_strdup (record->target_version);
    self->started          = record->started;
    self->finished         = record->finished;
    self->error_name       = g_strdup (record->error_name);
    self->error_message    = g_strdup (record->error_message);
}

void
mmcli_status_leave (MmcliStatus *self)
{
    g_clear_pointer (&self->path, g_free);
}

/*****************************************************************************/
/* An update that did not begin yet, or does not begin at all */

static gchar *
dup_setting (GVariant    *settings,
             const gchar *key)
{
    const gchar *value;

    return g_variant_lookup (settings, key, "&s", &value) ? g_strdup (value) : NULL;
}

void
mmcli_status_set_request (MmcliStatus *self,
                          GVariant    *settings)
{
    g_autoptr(Nl668Request) request = NULL;

    clear_update (self);
    self->state = MMCLI_STATE_IDLE;
    if (!settings)
        return;

    self->package = dup_setting (settings, "package");
    self->target_version = dup_setting (settings, "version");
    /* It knows what of a URL is secret. Without a URL there is none. */
    request = nl668_request_new (settings, NULL);
    if (request)
        self->source = g_strdup (request->source);
}

/* Errors that are not of ModemManager have no name that others know. */
static gchar *
dup_error_name (const GError *error)
{
    gint                code = MM_CORE_ERROR_FAILED;
    g_autoptr(GError)   known = NULL;
    gchar              *name;

    name = g_dbus_error_get_remote_error (error);
    if (!name)
        name = g_dbus_error_encode_gerror (error);
    if (!g_str_has_prefix (name, "org.gtk.GDBus.UnmappedGError."))
        return name;

    g_free (name);
    if (error->domain == G_OPTION_ERROR)
        code = MM_CORE_ERROR_INVALID_ARGS;
    else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        code = MM_CORE_ERROR_CANCELLED;
    known = g_error_new_literal (MM_CORE_ERROR, code, "");
    return g_dbus_error_encode_gerror (known);
}

void
mmcli_status_set_error (MmcliStatus  *self,
                        MmcliState    state,
                        const GError *error)
{
    g_free (self->error_name);
    g_free (self->error_message);
    self->state = state;
    self->error_name = dup_error_name (error);
    self->error_message = g_strdup (error->message);
}

void
mmcli_status_read_port (MmcliStatus  *self,
                        Nl668UsbPort *port)
{
    self->has_port = port != NULL;
    if (port)
        self->port_state = nl668_usb_port_get_state (port);
}

/*****************************************************************************/

gboolean
mmcli_status_is_active (const MmcliStatus *self)
{
    return self->state == MMCLI_STATE_PREPARING ||
           self->state == MMCLI_STATE_DOWNLOADING ||
           self->state == MMCLI_STATE_INSTALLING;
}

const gchar *
mmcli_status_get_state_name (const MmcliStatus *self)
{
    static const gchar *const names[] = {
        [MMCLI_STATE_UNKNOWN]     = N_("unknown"),
        [MMCLI_STATE_IDLE]        = N_("idle"),
        [MMCLI_STATE_PREPARING]   = N_("preparing"),
        [MMCLI_STATE_DOWNLOADING] = N_("downloading"),
        [MMCLI_STATE_INSTALLING]  = N_("installing"),
        [MMCLI_STATE_SUCCEEDED]   = N_("succeeded"),
        [MMCLI_STATE_FAILED]      = N_("failed"),
    };

    return names[self->state];
}
