/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-modem.h"
#include "nl668-at.h"
#include "nl668-record.h"
#include "nl668-start.h"
#include "nl668-stock-firmware.h"
#include "nl668-timeouts.h"
#include "nl668-usb-port.h"

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
    return self && nl668_status_is_under_way (NL668_STATUS (self->update));
}

/*****************************************************************************/
/* Ports */

static gboolean
close_ports_cb (gpointer ports)
{
    nl668_ports_close (ports);
    return G_SOURCE_REMOVE;
}

/* Not right away: the daemon may be reading a report from one of them. */
static void
release_ports (Nl668Modem *self)
{
    if (self->ports)
        g_idle_add_full (G_PRIORITY_HIGH, close_ports_cb, g_steal_pointer (&self->ports), NULL);
}

gboolean
nl668_modem_hold_ports (Nl668Modem  *self,
                        GError     **error)
{
    if (!self->modem) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the modem is gone");
        return FALSE;
    }
    if (!self->ports)
        self->ports = nl668_ports_open (self->modem, error);
    return !!self->ports;
}

/* As the update needs them, whatever it is that has changed */
static void
hold_or_release_ports (Nl668Modem *self)
{
    g_autoptr(GError) error = NULL;

    if (!nl668_status_is_downloading (NL668_STATUS (self->update)) && !self->restoring)
        release_ports (self);
    else if (!nl668_modem_hold_ports (self, &error))
        mm_daemon_warn (self->modem, "the module's reports will be lost: %s", error->message);
}

/*****************************************************************************/
/* Putting the module back as it was */

gboolean
nl668_modem_wait_restored_finish (GAsyncResult  *res,
                                  GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_modem_wait_restored (Nl668Modem          *self,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
    g_autoptr(GTask) task = NULL;

    task = g_task_new (NULL, NULL, callback, user_data);
    if (self->restoring)
        g_queue_push_tail (&self->waiting, g_steal_pointer (&task));
    else
        g_task_return_boolean (task, TRUE);
}

static void
end_waiting (Nl668Modem *self)
{
    GTask *task;

    while ((task = g_queue_pop_head (&self->waiting))) {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    }
}

static void
restore_ready (MMBaseModem  *modem,
               GAsyncResult *res,
               gpointer      user_data)
{
    g_autoptr(Nl668Modem) self = user_data;
    g_autoptr(GError)     error = NULL;

    self->restoring = FALSE;
    if (nl668_restore_finish (modem, res, &error))
        nl668_status_forget (NL668_STATUS (self->update));
    else
        mm_daemon_warn (modem, "the module's settings are not restored yet: %s", error->message);
    end_waiting (self);

    if (self->modem)
        hold_or_release_ports (self);
}

static gboolean
can_be_restored (Nl668Modem *self)
{
    return (self->modem && !self->starting && !self->preparation && !self->restoring &&
            !nl668_status_is_under_way (NL668_STATUS (self->update)) &&
            mm_gdbus_modem_get_state (self->skeleton) >= MM_MODEM_STATE_DISABLED);
}

void
nl668_modem_restore (Nl668Modem *self)
{
    const Nl668Saved *saved;

    saved = nl668_status_get_saved (NL668_STATUS (self->update));
    if (nl668_saved_is_empty (saved) || !can_be_restored (self))
        return;

    self->restoring = TRUE;
    hold_or_release_ports (self);
    mm_daemon_info (self->modem, "restoring the module's settings after the firmware update...");
    nl668_restore (self->modem, saved, (GAsyncReadyCallback) restore_ready, nl668_modem_ref (self));
}

/*****************************************************************************/
/* What changes */

static void
update_state_changed (Nl668Modem *self)
{
    if (self->preparation && !nl668_status_is_under_way (NL668_STATUS (self->update)))
        nl668_preparation_cancel (self->preparation);
    nl668_modem_restore (self);
    hold_or_release_ports (self);
}

static void
load_revision (Nl668Modem *self)
{
    nl668_update_module_runs (self->update, mm_gdbus_modem_get_revision (self->skeleton));
}

static gboolean
handle_start (Nl668Modem            *self,
              GDBusMethodInvocation *invocation,
              GVariant              *settings)
{
    nl668_start (self, invocation, settings);
    return TRUE;
}

/*****************************************************************************/
/* Ports: how they are written to, and the reports that come from them */

/* Called while the daemon reads: see MMDaemonUrcFunc */
static void
report_received (MMPortSerialAt *port,
                 GMatchInfo     *match_info,
                 gpointer        update)
{
    g_autofree gchar *line = NULL;

    line = g_match_info_fetch (match_info, 1);
    nl668_update_report (update, line);
}

/* The daemon initializes one interface after the other, so that no command is being
 * sent at this moment. */
static void
set_up_ports (Nl668Modem *self)
{
    g_autoptr(GRegex)  regex = NULL;
    GList             *ports;
    GList             *l;

    regex = nl668_get_gtota_urc_regex ();
    ports = mm_daemon_find_at_ports (self->modem);
    for (l = ports; l; l = g_list_next (l)) {
        mm_daemon_port_send_at_once (l->data);
        mm_daemon_port_add_urc_handler (l->data, regex, report_received,
                                        g_object_ref (self->update), g_object_unref);
    }
    g_list_free_full (ports, g_object_unref);
}

/*****************************************************************************/
/* What the module takes */

static void
transports_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(Nl668ModemFirmware)  update = user_data;
    g_autoptr(GError)              error = NULL;
    const gchar                   *response;
    guint                          transports = 0;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (!response || !nl668_parse_gtota_test_response (response, &transports, &error))
        mm_daemon_debug (modem, "cannot tell how the module updates its firmware: %s", error->message);
    nl668_modem_firmware_set_transports (update, transports);
}

/* The daemon has the primary port open while it initializes the modem. What the
 * module does not answer now, it is asked again when an update starts. */
static void
load_transports (Nl668Modem *self)
{
    mm_daemon_at_command (self->modem, NL668_COMMAND_GTOTA_TEST, nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) transports_ready, g_object_ref (self->update));
}

/*****************************************************************************/
/* The modules by equipment identifier: those that have a modem, and those in
 * the middle of an update */

static GHashTable *
get_modules (void)
{
    static GHashTable *modules = NULL;

    if (!modules)
        modules = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
    return modules;
}

/* An identifier that is none, or another module's as well, is as good as none. */
static Nl668Update *
find_or_create_update (const gchar *imei)
{
    Nl668Update *update;

    if (!imei || !nl668_record_is_imei (imei))
        return nl668_update_new (NULL);

    update = g_hash_table_lookup (get_modules (), imei);
    if (update && nl668_status_get_modem (NL668_STATUS (update))) {
        mm_daemon_warn (NULL, "two modems have the equipment identifier %s: the second one gets "
                              "no firmware updates", imei);
        return nl668_update_new (NULL);
    }
    if (!update) {
        update = nl668_update_new (imei);
        g_hash_table_insert (get_modules (), (gpointer) nl668_status_get_imei (NL668_STATUS (update)), update);
    }
    return g_object_ref (update);
}

static void
forget_update (Nl668Update *update)
{
    /* The record on the disk has the rest */
    if (nl668_status_get_imei (NL668_STATUS (update)) && !nl668_update_may_go_on (update))
        g_hash_table_remove (get_modules (), nl668_status_get_imei (NL668_STATUS (update)));
}

/*****************************************************************************/
/* Decoration */

static void
detach (Nl668Modem *self)
{
    g_signal_handlers_disconnect_by_data (self->update, self);
    g_signal_handlers_disconnect_by_data (self->skeleton, self);
    nl668_update_module_left (self->update);
    if (self->preparation)
        nl668_preparation_cancel (self->preparation);
    release_ports (self);
    forget_update (self->update);
    self->modem = NULL;
    nl668_modem_unref (self);
}

/* The modem is being disposed, and drops its interfaces by itself. Its data would
 * stay until it is finalized. */
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
    g_dbus_object_skeleton_remove_interface (G_DBUS_OBJECT_SKELETON (modem), G_DBUS_INTERFACE_SKELETON (update));
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
    return self;
}

static void
attach (Nl668Modem *self)
{
    g_autofree gchar *usb_path = NULL;

    g_signal_connect_swapped (self->update, "handle-start", G_CALLBACK (handle_start), self);
    g_signal_connect_swapped (self->update, "notify::state", G_CALLBACK (update_state_changed), self);
    g_signal_connect_swapped (self->skeleton, "notify::revision", G_CALLBACK (load_revision), self);
    g_signal_connect_swapped (self->skeleton, "notify::state", G_CALLBACK (nl668_modem_restore), self);

    usb_path = nl668_usb_port_find_path (mm_gdbus_modem_get_primary_port (self->skeleton));
    nl668_update_module_came (self->update, self->modem, usb_path);
    load_revision (self);
    set_up_ports (self);
    hold_or_release_ports (self);
    load_transports (self);
    g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (self->modem),
                                          G_DBUS_INTERFACE_SKELETON (self->update));
}

void
nl668_modem_decorate (MMBaseModem          *modem,
                      MmGdbusModemFirmware *firmware)
{
    MmGdbusModem *skeleton = NULL;
    Nl668Modem   *self;

    if (g_object_get_data (G_OBJECT (modem), MODEM_TAG))
        return;

    g_object_get (modem, "iface-modem-dbus-skeleton", &skeleton, NULL);
    if (!skeleton)
        return;

    self = modem_new (modem, skeleton);
    g_object_unref (skeleton);
    g_object_set_data (G_OBJECT (modem), MODEM_TAG, self);
    g_object_weak_ref (G_OBJECT (modem), modem_gone_cb, NULL);
    attach (self);
    nl668_stock_firmware_join (self, firmware);
}
