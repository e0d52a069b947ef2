/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-modem-internal.h"
#include "nl668-modem.h"
#include "nl668-ports.h"
#include "nl668-registry.h"
#include "nl668-timeouts.h"
#include "nl668-transports.h"
#include "nl668-usb-port.h"
#include "nl668-verdict.h"

#define MODEM_TAG "nl668-modem"

/*****************************************************************************/
/* References */

Nl668Modem *
nl668_modem_ref (Nl668Modem *self)
{
    return g_rc_box_acquire (self);
}

static void
modem_clear (gpointer data)
{
    Nl668Modem *self = data;

    g_free (self->unconfirmed);
    g_clear_object (&self->start_cancellable);
    g_object_unref (self->cancellable);
    g_object_unref (self->restorer);
    g_object_unref (self->update);
    g_object_unref (self->skeleton);
}

void
nl668_modem_unref (Nl668Modem *self)
{
    g_rc_box_release_full (self, modem_clear);
}

static void
unref_modem (gpointer  modem,
             GClosure *closure)
{
    nl668_modem_unref (modem);
}

void
nl668_modem_connect (Nl668Modem  *self,
                     gpointer     object,
                     const gchar *signal,
                     GCallback    handler)
{
    g_signal_connect_data (object, signal, handler, nl668_modem_ref (self), unref_modem,
                           G_CONNECT_SWAPPED);
}

static gboolean
has_imei (Nl668Modem *self)
{
    return nl668_is_imei (mm_gdbus_modem_get_equipment_identifier (self->skeleton));
}

static gboolean
is_at_awaited_port (Nl668Modem *self)
{
    return nl668_registry_is_awaited_at (nl668_update_get_usb_path (self->update));
}

/* It is asked who it is. */
static gboolean
may_be_awaited (Nl668Modem *self)
{
    return (self->n_queries &&
            (is_at_awaited_port (self) || (!has_imei (self) && nl668_registry_is_recorded ())));
}

gboolean
nl668_modem_is_updating (MMBaseModem *modem)
{
    Nl668Modem *self;

    self = g_object_get_data (G_OBJECT (modem), MODEM_TAG);
    return self && (nl668_properties_is_unsettled (PROPS (self)) ||
                    nl668_properties_get_unread (PROPS (self)) || may_be_awaited (self));
}

const gchar *
nl668_modem_get_revision (Nl668Modem *self)
{
    return nl668_modem_firmware_update_get_current_version (
        NL668_MODEM_FIRMWARE_UPDATE (self->update));
}

/*****************************************************************************/
/* AT ports */

gboolean
nl668_modem_is_here (Nl668Modem  *self,
                     GError     **error)
{
    if (self->modem && !nl668_ports_is_one_gone (self->open_ports))
        return TRUE;

    g_propagate_error (error, nl668_verdict_gone (FALSE));
    return FALSE;
}

gboolean
nl668_modem_hold_ports (Nl668Modem  *self,
                        GError     **error)
{
    if (!self->open_ports && nl668_modem_is_here (self, error))
        self->open_ports = nl668_ports_open (self->modem, error);
    return !!self->open_ports;
}

void
nl668_modem_hold_or_release_ports (Nl668Modem *self)
{
    g_autoptr(GError) error = NULL;

    if (!nl668_properties_is_unsettled (PROPS (self)) &&
        !nl668_restorer_is_running (self->restorer) && !self->n_queries)
        nl668_ports_close (g_steal_pointer (&self->open_ports));
    else if (!nl668_modem_hold_ports (self, &error))
        mm_daemon_warn (self->modem, "the module's reports will be lost: %s", error->message);
}

/* Called while the daemon reads: see MMDaemonUrcFunc. */
static void
report_received (MMPortSerialAt *port,
                 GMatchInfo     *match_info,
                 gpointer        update)
{
    g_autofree gchar *line = NULL;

    line = g_match_info_fetch (match_info, 1);
    nl668_update_report (update, port, line);
}

static void
port_connected (Nl668Modem *self)
{
    if (self->modem)
        nl668_update_module_heard (self->update, nl668_ports_are_heard (self->modem));
}

static void
watch_ports (Nl668Modem *self)
{
    GList *ports;
    GList *l;

    ports = mm_daemon_find_at_ports (self->modem);
    for (l = ports; l; l = g_list_next (l))
        nl668_modem_connect (self, l->data, "notify::connected", G_CALLBACK (port_connected));
    g_list_free_full (ports, g_object_unref);
}

/*****************************************************************************/
/* Restoring the settings of the module */

/* While the ports are used for a data connection, nothing can be sent, and no attempt counts. */
static gboolean
can_restore (Nl668Modem *self)
{
    return (self->modem && !self->start_cancellable &&
            !nl668_properties_is_unsettled (PROPS (self)) &&
            !nl668_ports_are_taken (self->modem) &&
            mm_gdbus_modem_get_state (self->skeleton) >= MM_MODEM_STATE_DISABLED);
}

void
nl668_modem_restore (Nl668Modem *self)
{
    if (can_restore (self))
        nl668_restorer_try (self->restorer);
}

/*****************************************************************************/
/* Changes of the update and of the modem */

static void
update_state_changed (Nl668Modem *self)
{
    if (!nl668_properties_is_under_way (PROPS (self)))
        g_cancellable_cancel (self->start_cancellable);
    nl668_modem_restore (self);
    nl668_modem_hold_or_release_ports (self);
}

/*****************************************************************************/
/* Attaching the update of a module to its modem object */

static gboolean replace_update_cb (gpointer user_data);

static void
attach (Nl668Modem *self)
{
    g_autofree gchar *usb_path = NULL;

    self->update = nl668_registry_take (mm_gdbus_modem_get_equipment_identifier (self->skeleton));
    g_signal_connect_swapped (self->update, "notify::state",
                              G_CALLBACK (update_state_changed), self);
    self->restorer = nl668_restorer_new (self->modem, self->skeleton, PROPS (self));
    g_signal_connect_swapped (self->restorer, "changed",
                              G_CALLBACK (nl668_modem_hold_or_release_ports), self);
    g_signal_connect_swapped (self->restorer, "due",
                              G_CALLBACK (nl668_modem_restore), self);
    self->update_func (self);

    usb_path = nl668_usb_port_find_path (mm_gdbus_modem_get_primary_port (self->skeleton));
    nl668_update_module_came (self->update, self->modem, usb_path);
    nl668_modem_read_revision (self);
    nl668_ports_listen (self->modem, report_received, self->update);
    port_connected (self);
    nl668_modem_hold_or_release_ports (self);
    g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (self->modem),
                                          nl668_properties_get_interface (PROPS (self)));
    /* Until the record can be read, it is not known whether there is an update. */
    if (nl668_properties_get_unread (PROPS (self)))
        g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_RECORD), replace_update_cb,
                       nl668_modem_ref (self));
}

static void
detach_update (Nl668Modem *self)
{
    g_signal_handlers_disconnect_by_data (self->update, self);
    g_signal_handlers_disconnect_by_data (nl668_properties_get_interface (PROPS (self)), self);
    g_signal_handlers_disconnect_by_data (self->restorer, self);
    nl668_restorer_stop (self->restorer);
    nl668_update_module_left (self->update);
    nl668_registry_forget (self->update);
}

static void
replace_update (Nl668Modem *self)
{
    g_autoptr(Nl668Restorer) old_restorer = self->restorer;
    g_autoptr(Nl668Update)   old = self->update;

    detach_update (self);
    g_dbus_object_skeleton_remove_interface (
        G_DBUS_OBJECT_SKELETON (self->modem),
        nl668_properties_get_interface (NL668_PROPERTIES (old)));
    attach (self);
    nl668_transports_load (self->modem, self->update);
}

/* Unless it has got one in the meantime */
static gboolean
replace_update_cb (gpointer user_data)
{
    g_autoptr(Nl668Modem) self = user_data;

    if (self->modem && (!nl668_properties_get_imei (PROPS (self)) ||
                        nl668_properties_get_unread (PROPS (self))))
        replace_update (self);
    return G_SOURCE_REMOVE;
}

/* Whether the module is not the one that it seemed to be. */
static gboolean
is_news (Nl668Modem  *self,
         const gchar *imei)
{
    if (!has_imei (self))
        return TRUE;
    return (!g_str_equal (imei, mm_gdbus_modem_get_equipment_identifier (self->skeleton)) &&
            nl668_registry_is_unsettled (imei));
}

static void
imei_ready (MMBaseModem  *modem,
            GAsyncResult *res,
            gpointer      user_data)
{
    g_autoptr(Nl668Modem)  self = user_data;
    g_autofree gchar      *imei = NULL;

    imei = nl668_modem_finish_query (self, res);
    if (!self->modem)
        return;
    if (imei && self->is_other_id && !nl668_registry_is_revisable (imei)) {
        nl668_modem_undecorate (modem);
        return;
    }
    if (imei && is_news (self, imei)) {
        mm_gdbus_modem_set_equipment_identifier (self->skeleton, imei);
        /* Clients must know whose update it is. */
        g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self->skeleton));
        replace_update (self);
    } else if (!has_imei (self))
        mm_daemon_warn (modem, "the module does not report its equipment identifier");
    nl668_modem_hold_or_release_ports (self);
}

/* Without it, a module that has restarted is not recognized. The daemon may have read a wrong one:
 * then another module than the one that has left seems to be at its port. */
static void
query_imei (Nl668Modem *self)
{
    if (!has_imei (self) ||
        (!nl668_properties_is_unsettled (PROPS (self)) && is_at_awaited_port (self)))
        nl668_modem_start_query (self, NL668_AT_CGSN, nl668_at_parse_cgsn,
                                 (GAsyncReadyCallback) imei_ready, nl668_modem_ref (self));
}

/*****************************************************************************/
/* Decorated modems */

static GList *modems;

/* Another module with the same equipment identifier could not be updated until now. Deferred,
 * because a modem is being disposed. */
static void
hand_over (const gchar *imei)
{
    GList *l;

    for (l = modems; l; l = g_list_next (l)) {
        Nl668Modem *self = l->data;

        if (g_strcmp0 (mm_gdbus_modem_get_equipment_identifier (self->skeleton), imei) == 0)
            g_idle_add (replace_update_cb, nl668_modem_ref (self));
    }
}

static void
detach (Nl668Modem *self)
{
    const gchar *imei;

    modems = g_list_remove (modems, self);
    g_signal_handlers_disconnect_by_data (self->skeleton, self);
    g_cancellable_cancel (self->cancellable);
    detach_update (self);
    g_cancellable_cancel (self->start_cancellable);
    nl668_ports_close (g_steal_pointer (&self->open_ports));
    imei = nl668_properties_get_imei (PROPS (self));
    if (imei && !nl668_properties_is_unsettled (PROPS (self)))
        hand_over (imei);
    self->modem = NULL;
    nl668_modem_unref (self);
}

/* The modem is being disposed, and drops its interfaces. Its data would be kept until it is
 * finalized. */
static void
modem_gone_cb (gpointer  user_data,
               GObject  *modem)
{
    detach (g_object_steal_data (modem, MODEM_TAG));
}

void
nl668_modem_undecorate (MMBaseModem *modem)
{
    g_autoptr(Nl668Update)  update = NULL;
    Nl668Modem             *self;

    self = g_object_steal_data (G_OBJECT (modem), MODEM_TAG);
    if (!self)
        return;

    g_object_weak_unref (G_OBJECT (modem), modem_gone_cb, NULL);
    update = g_object_ref (self->update);
    detach (self);
    g_dbus_object_skeleton_remove_interface (
        G_DBUS_OBJECT_SKELETON (modem),
        nl668_properties_get_interface (NL668_PROPERTIES (update)));
}

static Nl668Modem *
modem_new (MMBaseModem          *modem,
           MmGdbusModem         *skeleton,
           Nl668ModemUpdateFunc  update_func)
{
    Nl668Modem *self;

    self = g_rc_box_new0 (Nl668Modem);
    self->modem = modem;
    self->skeleton = g_object_ref (skeleton);
    self->cancellable = g_cancellable_new ();
    self->update_func = update_func;
    modems = g_list_prepend (modems, self);

    nl668_ports_set_up (modem);
    watch_ports (self);
    attach (self);
    g_signal_connect_swapped (self->skeleton, "notify::revision",
                              G_CALLBACK (nl668_modem_read_revision), self);
    g_signal_connect_swapped (self->skeleton, "notify::state",
                              G_CALLBACK (nl668_modem_restore), self);
    /* The daemon has the primary port open while it initializes the modem. */
    nl668_transports_load (self->modem, self->update);
    query_imei (self);
    return self;
}

Nl668Modem *
nl668_modem_decorate (MMBaseModem          *modem,
                      Nl668ModemUpdateFunc  update_func)
{
    MmGdbusModem *skeleton = NULL;
    Nl668Modem   *self;

    if (g_object_get_data (G_OBJECT (modem), MODEM_TAG))
        return NULL;

    g_object_get (modem, "iface-modem-dbus-skeleton", &skeleton, NULL);
    if (!skeleton)
        return NULL;

    self = modem_new (modem, skeleton, update_func);
    g_object_unref (skeleton);
    g_object_set_data (G_OBJECT (modem), MODEM_TAG, self);
    g_object_weak_ref (G_OBJECT (modem), modem_gone_cb, NULL);
    return self;
}

/* Until it says who it is, a modem at the USB port of a module that has left may be that one. */
static gboolean
is_expected (MmGdbusModem *skeleton)
{
    g_autofree gchar *usb_path = NULL;
    const gchar      *imei;

    imei = mm_gdbus_modem_get_equipment_identifier (skeleton);
    if (nl668_is_imei (imei))
        return nl668_registry_is_revisable (imei);
    usb_path = nl668_usb_port_find_path (mm_gdbus_modem_get_primary_port (skeleton));
    return nl668_registry_is_awaited_at (usb_path);
}

Nl668Modem *
nl668_modem_decorate_if_updating (MMBaseModem          *modem,
                                  Nl668ModemUpdateFunc  update_func)
{
    MmGdbusModem *skeleton;
    Nl668Modem   *self;

    skeleton = mm_gdbus_object_peek_modem (MM_GDBUS_OBJECT (modem));
    if (!skeleton || !is_expected (skeleton))
        return NULL;
    self = nl668_modem_decorate (modem, update_func);
    if (self)
        self->is_other_id = TRUE;
    return self;
}
