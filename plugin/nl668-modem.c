/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-modem.h"
#include "nl668-record.h"
#include "nl668-timeouts.h"
#include "nl668-usb-port.h"

#define MODEM_TAG "nl668-modem"

#define PROPS(self) NL668_PROPERTIES ((self)->update)

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

    g_clear_object (&self->start_cancellable);
    g_object_unref (self->restorer);
    g_object_unref (self->update);
    g_object_unref (self->skeleton);
}

void
nl668_modem_unref (Nl668Modem *self)
{
    g_rc_box_release_full (self, modem_clear);
}

gboolean
nl668_modem_is_updating (MMBaseModem *modem)
{
    Nl668Modem *self;

    self = g_object_get_data (G_OBJECT (modem), MODEM_TAG);
    return self && nl668_properties_is_under_way (PROPS (self));
}

/*****************************************************************************/
/* AT ports */

static GList *
open_ports (MMBaseModem  *modem,
            GError      **error)
{
    g_autoptr(GError)  last_error = NULL;
    GList             *open = NULL;
    GList             *ports;
    GList             *l;

    ports = mm_daemon_find_at_ports (modem);
    for (l = ports; l; l = g_list_next (l)) {
        g_clear_error (&last_error);
        if (mm_daemon_port_open (l->data, &last_error))
            open = g_list_prepend (open, g_object_ref (l->data));
        else
            mm_daemon_debug (modem, "port not used for the firmware update: %s",
                             last_error->message);
    }
    g_list_free_full (ports, g_object_unref);

    if (!open)
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "no AT port of the modem can be used: %s",
                     last_error ? last_error->message : "it has none");
    return open;
}

static void
close_port (gpointer port)
{
    mm_daemon_port_close (port);
    g_object_unref (port);
}

static gboolean
close_ports_cb (gpointer ports)
{
    g_list_free_full (ports, close_port);
    return G_SOURCE_REMOVE;
}

/* Deferred, because the daemon may be reading a report from one of them. */
static void
release_ports (Nl668Modem *self)
{
    if (self->open_ports)
        g_idle_add_full (G_PRIORITY_HIGH, close_ports_cb,
                         g_steal_pointer (&self->open_ports), NULL);
}

gboolean
nl668_modem_hold_ports (Nl668Modem  *self,
                        GError     **error)
{
    if (!self->modem) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the modem is gone");
        return FALSE;
    }
    if (!self->open_ports)
        self->open_ports = open_ports (self->modem, error);
    return !!self->open_ports;
}

static void
hold_or_release_ports (Nl668Modem *self)
{
    g_autoptr(GError) error = NULL;

    if (!nl668_properties_is_downloading (PROPS (self)) &&
        !nl668_restorer_is_running (self->restorer))
        release_ports (self);
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
    nl668_update_report (update, line);
}

/* The daemon initializes its interfaces one after the other, and is not sending a command
 * right now. */
static void
set_up_ports (Nl668Modem *self)
{
    g_autoptr(GRegex)  regex = NULL;
    GList             *ports;
    GList             *l;

    regex = nl668_at_get_urc_regex ();
    ports = mm_daemon_find_at_ports (self->modem);
    for (l = ports; l; l = g_list_next (l)) {
        mm_daemon_port_send_at_once (l->data);
        mm_daemon_port_add_urc_handler (l->data, regex, report_received,
                                        g_object_ref (self->update), g_object_unref);
    }
    g_list_free_full (ports, g_object_unref);
}

/*****************************************************************************/
/* Restoring the settings of the module */

static gboolean
can_restore (Nl668Modem *self)
{
    return (self->modem && !self->start_cancellable &&
            !nl668_properties_is_under_way (PROPS (self)) &&
            mm_gdbus_modem_get_state (self->skeleton) >= MM_MODEM_STATE_DISABLED);
}

void
nl668_modem_restore (Nl668Modem *self)
{
    if (can_restore (self))
        nl668_restorer_try (self->restorer);
}

/*****************************************************************************/
/* Transports */

static void
gtota_test_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(GTask)   task = user_data;
    g_autoptr(GError)  error = NULL;
    Nl668Update       *update = g_task_get_task_data (task);
    const gchar       *response;
    guint              transports = 0;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (response)
        nl668_at_parse_gtota_test (response, &transports, &error);
    nl668_modem_firmware_update_set_transports (NL668_MODEM_FIRMWARE_UPDATE (update), transports);

    if (!error)
        g_task_return_int (task, transports);
    else if (nl668_is_refusal (error))
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                 "this module does not support firmware updates over the air "
                                 "(AT" NL668_AT_GTOTA_TEST "): %s", error->message);
    else {
        g_prefix_error (&error, "cannot tell how the module updates its firmware "
                                "(AT" NL668_AT_GTOTA_TEST "): ");
        g_task_return_error (task, g_steal_pointer (&error));
    }
}

guint
nl668_modem_load_transports_finish (GAsyncResult  *res,
                                    GError       **error)
{
    gssize transports;

    transports = g_task_propagate_int (G_TASK (res), error);
    return transports > 0 ? (guint) transports : 0;
}

void
nl668_modem_load_transports (Nl668Modem          *self,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
    GTask *task;

    task = g_task_new (self->modem, NULL, callback, user_data);
    g_task_set_task_data (task, g_object_ref (self->update), g_object_unref);
    mm_daemon_at_command (self->modem, NL668_AT_GTOTA_TEST, nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) gtota_test_ready, task);
}

/*****************************************************************************/
/* Changes of the update and of the modem */

static void
update_state_changed (Nl668Modem *self)
{
    if (!nl668_properties_is_under_way (PROPS (self)))
        g_cancellable_cancel (self->start_cancellable);
    nl668_modem_restore (self);
    hold_or_release_ports (self);
}

static void
revision_changed (Nl668Modem *self)
{
    nl668_update_module_runs (self->update, mm_gdbus_modem_get_revision (self->skeleton));
}

/* If the module does not respond now, it is queried again when an update starts. */
static void
initial_transports_ready (MMBaseModem  *modem,
                          GAsyncResult *res,
                          gpointer      user_data)
{
    g_autoptr(GError) error = NULL;

    if (!nl668_modem_load_transports_finish (res, &error))
        mm_daemon_debug (modem, "%s", error->message);
}

/*****************************************************************************/
/* Updates by equipment identifier, of modules that have a modem object or may be in the
 * middle of an update */

static GHashTable *
get_updates (void)
{
    static GHashTable *updates = NULL;

    if (!updates)
        updates = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
    return updates;
}

static Nl668Update *
find_or_create_update (const gchar *imei)
{
    Nl668Update *update;

    if (!imei || !nl668_record_is_imei (imei))
        return nl668_update_new (NULL);

    update = g_hash_table_lookup (get_updates (), imei);
    if (update && nl668_properties_get_modem (NL668_PROPERTIES (update))) {
        mm_daemon_warn (NULL, "two modems have the equipment identifier %s: the second one gets "
                              "no firmware updates", imei);
        return nl668_update_new (NULL);
    }
    if (!update) {
        update = nl668_update_new (imei);
        g_hash_table_insert (get_updates (),
                             (gpointer) nl668_properties_get_imei (NL668_PROPERTIES (update)),
                             update);
    }
    return g_object_ref (update);
}

static void
forget_update (Nl668Update *update)
{
    const gchar *imei;

    imei = nl668_properties_get_imei (NL668_PROPERTIES (update));
    if (imei && !nl668_update_may_go_on (update))
        g_hash_table_remove (get_updates (), imei);
}

/*****************************************************************************/
/* Decoration */

static void
detach (Nl668Modem *self)
{
    g_signal_handlers_disconnect_by_data (self->update, self);
    g_signal_handlers_disconnect_by_data (self->skeleton, self);
    g_signal_handlers_disconnect_by_data (self->restorer, self);
    nl668_restorer_stop (self->restorer);
    nl668_update_module_left (self->update);
    g_cancellable_cancel (self->start_cancellable);
    release_ports (self);
    forget_update (self->update);
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
    g_dbus_object_skeleton_remove_interface (G_DBUS_OBJECT_SKELETON (modem),
                                             G_DBUS_INTERFACE_SKELETON (update));
}

static Nl668Modem *
modem_new (MMBaseModem  *modem,
           MmGdbusModem *skeleton)
{
    Nl668Modem *self;

    self = g_rc_box_new0 (Nl668Modem);
    self->modem = modem;
    self->skeleton = g_object_ref (skeleton);
    self->update = find_or_create_update (mm_gdbus_modem_get_equipment_identifier (skeleton));
    self->restorer = nl668_restorer_new (modem, skeleton, PROPS (self));
    return self;
}

static void
attach (Nl668Modem *self)
{
    g_autofree gchar *usb_path = NULL;

    g_signal_connect_swapped (self->update, "notify::state",
                              G_CALLBACK (update_state_changed), self);
    g_signal_connect_swapped (self->skeleton, "notify::revision",
                              G_CALLBACK (revision_changed), self);
    g_signal_connect_swapped (self->skeleton, "notify::state",
                              G_CALLBACK (nl668_modem_restore), self);
    g_signal_connect_swapped (self->restorer, "changed",
                              G_CALLBACK (hold_or_release_ports), self);
    g_signal_connect_swapped (self->restorer, "due",
                              G_CALLBACK (nl668_modem_restore), self);

    usb_path = nl668_usb_port_find_path (mm_gdbus_modem_get_primary_port (self->skeleton));
    nl668_update_module_came (self->update, self->modem, usb_path);
    revision_changed (self);
    set_up_ports (self);
    hold_or_release_ports (self);
    /* The daemon has the primary port open while it initializes the modem. */
    nl668_modem_load_transports (self, (GAsyncReadyCallback) initial_transports_ready, NULL);
    g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (self->modem),
                                          G_DBUS_INTERFACE_SKELETON (self->update));
}

Nl668Modem *
nl668_modem_decorate (MMBaseModem *modem)
{
    MmGdbusModem *skeleton = NULL;
    Nl668Modem   *self;

    if (g_object_get_data (G_OBJECT (modem), MODEM_TAG))
        return NULL;

    g_object_get (modem, "iface-modem-dbus-skeleton", &skeleton, NULL);
    if (!skeleton)
        return NULL;

    self = modem_new (modem, skeleton);
    g_object_unref (skeleton);
    g_object_set_data (G_OBJECT (modem), MODEM_TAG, self);
    g_object_weak_ref (G_OBJECT (modem), modem_gone_cb, NULL);
    attach (self);
    return self;
}
