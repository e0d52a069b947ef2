/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-status.h"
#include "nl668-request.h"

Nl668ClientStatus *
nl668_client_status_new (void)
{
    return g_new0 (Nl668ClientStatus, 1);
}

static void
clear_update (Nl668ClientStatus *self)
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
clear_properties (Nl668ClientStatus *self)
{
    clear_update (self);
    g_clear_pointer (&self->path, g_free);
    g_clear_pointer (&self->current_version, g_free);
}

void
nl668_client_status_free (Nl668ClientStatus *self)
{
    clear_properties (self);
    g_free (self->imei);
    g_free (self->port_id);
    g_free (self->taken_port);
    g_free (self);
}

/*****************************************************************************/
/* The modem object */

/* On D-Bus, an unknown string is empty */
static gchar *
dup_unless_empty (const gchar *string)
{
    return string && *string ? g_strdup (string) : NULL;
}

void
nl668_client_status_set_modem (Nl668ClientStatus *self,
                               MMObject          *object)
{
    MMModem *modem = mm_object_peek_modem (object);

    g_free (self->path);
    g_free (self->imei);
    self->path = mm_object_dup_path (object);
    self->imei = dup_unless_empty (mm_modem_get_equipment_identifier (modem));
}

void
nl668_client_status_unset_modem (Nl668ClientStatus *self)
{
    g_clear_pointer (&self->path, g_free);
    g_clear_pointer (&self->current_version, g_free);
}

void
nl668_client_status_set_unheard (Nl668ClientStatus *self)
{
    if (self->has_port && self->port_state == NL668_USB_PORT_STATE_PRESENT)
        self->is_unheard = TRUE;
}

/* The proxy was created without interface info, so it does not check the types */
static GVariant *
get_property_of_type (GDBusProxy  *proxy,
                      const gchar *name,
                      const gchar *type)
{
    g_autoptr(GVariant) value = NULL;

    value = g_dbus_proxy_get_cached_property (proxy, name);
    if (!value || !g_variant_is_of_type (value, G_VARIANT_TYPE (type)))
        return NULL;
    return g_steal_pointer (&value);
}

static guint
get_uint (GDBusProxy  *proxy,
          const gchar *name)
{
    g_autoptr(GVariant) value = NULL;

    value = get_property_of_type (proxy, name, "u");
    return value ? g_variant_get_uint32 (value) : 0;
}

static guint64
get_uint64 (GDBusProxy  *proxy,
            const gchar *name)
{
    g_autoptr(GVariant) value = NULL;

    value = get_property_of_type (proxy, name, "t");
    return value ? g_variant_get_uint64 (value) : 0;
}

static gchar *
dup_string (GDBusProxy  *proxy,
            const gchar *name)
{
    g_autoptr(GVariant) value = NULL;

    value = get_property_of_type (proxy, name, "s");
    return value ? dup_unless_empty (g_variant_get_string (value, NULL)) : NULL;
}

static void
read_error (Nl668ClientStatus *self,
            GDBusProxy        *proxy)
{
    g_autoptr(GVariant)  value = NULL;
    const gchar         *name;
    const gchar         *message;

    value = get_property_of_type (proxy, "Error", "(ss)");
    if (!value)
        return;
    g_variant_get (value, "(&s&s)", &name, &message);
    self->error_name = dup_unless_empty (name);
    self->error_message = dup_unless_empty (message);
}

gboolean
nl668_client_status_is_known (GDBusProxy *proxy)
{
    return get_uint (proxy, "State") != NL668_STATE_UNKNOWN;
}

void
nl668_client_status_read_properties (Nl668ClientStatus *self,
                                     GDBusProxy        *proxy)
{
    guint state = get_uint (proxy, "State");

    clear_properties (self);
    self->path             = g_strdup (g_dbus_proxy_get_object_path (proxy));
    self->state            = nl668_state_get_name (state) ? state : NL668_STATE_UNKNOWN;
    self->progress         = MIN (get_uint (proxy, "Progress"), 100);
    self->package          = dup_string (proxy, "Package");
    self->source           = dup_string (proxy, "Source");
    self->previous_version = dup_string (proxy, "PreviousVersion");
    self->current_version  = dup_string (proxy, "CurrentVersion");
    self->target_version   = dup_string (proxy, "TargetVersion");
    self->started          = get_uint64 (proxy, "Started");
    self->finished         = get_uint64 (proxy, "Finished");
    self->transports       = get_uint (proxy, "Transports");
    self->is_unheard       = FALSE;
    read_error (self, proxy);
}

/*****************************************************************************/
/* The record and the USB port */

void
nl668_client_status_read_record (Nl668ClientStatus *self,
                                 const gchar       *imei,
                                 const Nl668Record *record)
{
    clear_properties (self);
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
    self->is_unheard       = TRUE;
}

void
nl668_client_status_read_port (Nl668ClientStatus *self,
                               Nl668UsbPort      *port)
{
    g_clear_pointer (&self->port_id, g_free);
    self->has_port = port != NULL;
    if (!port)
        return;
    self->port_state = nl668_usb_port_get_state (port);
    self->port_id = g_strdup (nl668_usb_port_get_id (port));
}

/*****************************************************************************/
/* An update that has not started, or that fails to start */

static gchar *
dup_setting (GVariant    *settings,
             const gchar *key)
{
    const gchar *value;

    return g_variant_lookup (settings, key, "&s", &value) ? g_strdup (value) : NULL;
}

void
nl668_client_status_set_request (Nl668ClientStatus *self,
                                 GVariant          *settings)
{
    g_autoptr(Nl668Request) request = NULL;

    clear_update (self);
    self->state = NL668_STATE_IDLE;
    if (!settings)
        return;

    self->package = dup_setting (settings, "package");
    self->target_version = dup_setting (settings, "version");
    /* Removes the secret parts of the URL. Fails if there is no URL. */
    request = nl668_request_new (settings, NULL);
    if (request)
        self->source = g_strdup (request->source);
}

static gint
get_core_error_code (const GError *error)
{
    if (error->domain == G_OPTION_ERROR)
        return MM_CORE_ERROR_INVALID_ARGS;
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return MM_CORE_ERROR_CANCELLED;
    return MM_CORE_ERROR_FAILED;
}

static gchar *
dup_error_name (const GError *error)
{
    g_autoptr(GError)  core_error = NULL;
    gchar             *name;

    name = g_dbus_error_get_remote_error (error);
    if (!name)
        name = g_dbus_error_encode_gerror (error);
    /* The name that GDBus generates for an error without one */
    if (!g_str_has_prefix (name, "org.gtk.GDBus.UnmappedGError."))
        return name;

    g_free (name);
    core_error = g_error_new_literal (MM_CORE_ERROR, get_core_error_code (error), "");
    return g_dbus_error_encode_gerror (core_error);
}

void
nl668_client_status_set_error (Nl668ClientStatus *self,
                               Nl668State         state,
                               const GError      *error)
{
    g_free (self->error_name);
    g_free (self->error_message);
    self->state = state;
    self->error_name = dup_error_name (error);
    self->error_message = g_strdup (error->message);
}
