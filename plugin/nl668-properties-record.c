/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-properties-record.h"
#include "nl668-state.h"

/* Strings that are empty on the bus are NULL in the record. */
static gchar *
to_record (const gchar *value)
{
    return value && *value ? g_strdup (value) : NULL;
}

static const gchar *
from_record (const gchar *value)
{
    return value ? value : "";
}

Nl668Record *
nl668_record_from_properties (Nl668ModemFirmwareUpdate *iface)
{
    Nl668Record *self;
    const gchar *name;
    const gchar *message;

    self = nl668_record_new ();
    self->state = nl668_modem_firmware_update_get_state (iface);
    self->progress = nl668_modem_firmware_update_get_progress (iface);
    self->started = nl668_modem_firmware_update_get_started (iface);
    self->finished = nl668_modem_firmware_update_get_finished (iface);
    self->package = to_record (nl668_modem_firmware_update_get_package (iface));
    self->source = to_record (nl668_modem_firmware_update_get_source (iface));
    self->previous_version = to_record (nl668_modem_firmware_update_get_previous_version (iface));
    self->target_version = to_record (nl668_modem_firmware_update_get_target_version (iface));

    g_variant_get (nl668_modem_firmware_update_get_error (iface), "(&s&s)", &name, &message);
    self->error_name = to_record (name);
    self->error_message = to_record (message);
    return self;
}

void
nl668_record_to_properties (const Nl668Record        *self,
                            Nl668ModemFirmwareUpdate *iface)
{
    const gchar *previous = from_record (self->previous_version);
    GVariant    *error;

    nl668_modem_firmware_update_set_progress (iface, self->progress);
    nl668_modem_firmware_update_set_started (iface, self->started);
    nl668_modem_firmware_update_set_finished (iface, self->finished);
    nl668_modem_firmware_update_set_package (iface, from_record (self->package));
    nl668_modem_firmware_update_set_source (iface, from_record (self->source));
    nl668_modem_firmware_update_set_previous_version (iface, previous);
    nl668_modem_firmware_update_set_target_version (iface, from_record (self->target_version));

    error = g_variant_new ("(ss)", from_record (self->error_name),
                           from_record (self->error_message));
    nl668_modem_firmware_update_set_error (iface, error);
}

void
nl668_request_to_properties (const Nl668Request       *request,
                             const gchar              *package,
                             guint64                   started,
                             Nl668ModemFirmwareUpdate *iface)
{
    const gchar *version;

    version = nl668_modem_firmware_update_get_current_version (iface);
    nl668_modem_firmware_update_set_state (iface, NL668_STATE_PREPARING);
    nl668_modem_firmware_update_set_progress (iface, 0);
    nl668_modem_firmware_update_set_package (iface, from_record (package));
    nl668_modem_firmware_update_set_source (iface, request->source);
    nl668_modem_firmware_update_set_previous_version (iface, version);
    nl668_modem_firmware_update_set_target_version (iface, from_record (request->version));
    nl668_modem_firmware_update_set_started (iface, started);
    nl668_modem_firmware_update_set_finished (iface, 0);
    nl668_error_to_properties (NULL, iface);
}

/*****************************************************************************/
/* Error */

/* The daemon's libraries have error domains without D-Bus names. */
static gchar *
build_error_name (const GError *error)
{
    g_autoptr(GError)  failed = NULL;
    gchar             *name;

    name = g_dbus_error_encode_gerror (error);
    if (!g_str_has_prefix (name, "org.gtk.GDBus.UnmappedGError."))
        return name;

    g_free (name);
    failed = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "");
    return g_dbus_error_encode_gerror (failed);
}

void
nl668_error_to_properties (const GError             *error,
                           Nl668ModemFirmwareUpdate *iface)
{
    g_autofree gchar *name = NULL;

    name = error ? build_error_name (error) : g_strdup ("");
    nl668_modem_firmware_update_set_error (iface,
                                           g_variant_new ("(ss)", name,
                                                          error ? error->message : ""));
}

GError *
nl668_error_from_properties (Nl668ModemFirmwareUpdate *iface)
{
    g_autoptr(GError)  error = NULL;
    const gchar       *name;
    const gchar       *message;

    g_variant_get (nl668_modem_firmware_update_get_error (iface), "(&s&s)", &name, &message);
    error = g_dbus_error_new_for_dbus_error (name, "");
    return g_error_new_literal (error->domain, error->code, message);
}
