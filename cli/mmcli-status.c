/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "mmcli-status.h"

MmcliStatus *
mmcli_status_new (void)
{
    return g_new0 (MmcliStatus, 1);
}

static void
clear (MmcliStatus *self)
{
    g_clear_pointer (&self->path, g_free);
    g_clear_pointer (&self->package, g_free);
    g_clear_pointer (&self->source, g_free);
    g_clear_pointer (&self->previous_version, g_free);
    g_clear_pointer (&self->current_version, g_free);
    g_clear_pointer (&self->target_version, g_free);
    g_clear_pointer (&self->error_name, g_free);
    g_clear_pointer (&self->error_message, g_free);
}

void
mmcli_status_free (MmcliStatus *self)
{
    clear (self);
    g_free (self);
}

/*****************************************************************************/

/* On the bus, what is unknown is an empty string */
static gchar *
dup_known (const gchar *string)
{
    return string && *string ? g_strdup (string) : NULL;
}

static MmcliState
get_state (Nl668ModemFirmware *proxy)
{
    guint state;

    state = nl668_modem_firmware_get_state (proxy);
    return state <= MMCLI_STATE_FAILED ? (MmcliState) state : MMCLI_STATE_UNKNOWN;
}

void
mmcli_status_read (MmcliStatus        *self,
                   Nl668ModemFirmware *proxy)
{
    const gchar *error_name = NULL;
    const gchar *error_message = NULL;
    GVariant    *error;

    error = nl668_modem_firmware_get_error (proxy);
    if (error)
        g_variant_get (error, "(&s&s)", &error_name, &error_message);

    clear (self);
    self->path             = g_strdup (g_dbus_proxy_get_object_path (G_DBUS_PROXY (proxy)));
    self->state            = get_state (proxy);
    self->progress         = MIN (nl668_modem_firmware_get_progress (proxy), 100);
    self->package          = dup_known (nl668_modem_firmware_get_package (proxy));
    self->source           = dup_known (nl668_modem_firmware_get_source (proxy));
    self->previous_version = dup_known (nl668_modem_firmware_get_previous_version (proxy));
    self->current_version  = dup_known (nl668_modem_firmware_get_current_version (proxy));
    self->target_version   = dup_known (nl668_modem_firmware_get_target_version (proxy));
    self->error_name       = dup_known (error_name);
    self->error_message    = dup_known (error_message);
    self->started          = nl668_modem_firmware_get_started (proxy);
    self->finished         = nl668_modem_firmware_get_finished (proxy);
    self->transports       = nl668_modem_firmware_get_transports (proxy);
}

void
mmcli_status_leave (MmcliStatus *self)
{
    g_clear_pointer (&self->path, g_free);
}

void
mmcli_status_fail (MmcliStatus  *self,
                   const GError *error)
{
    g_free (self->error_name);
    g_free (self->error_message);
    self->state = MMCLI_STATE_FAILED;
    self->error_name = g_dbus_error_encode_gerror (error);
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
