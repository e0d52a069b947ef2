/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "mmcli-follower.h"
#include "mmcli-modem.h"
#include "mmcli-time.h"

/* How long nothing may happen. ModemManager itself gives up on a silent
 * download after 5 minutes, and on a module that came back unchanged after 10:
 * its verdict is to come first. */
#define PATIENCE_SECONDS            (10 * 60)
#define PATIENCE_INSTALLING_SECONDS (15 * 60)
#define PATIENCE_IDLE_SECONDS       30
/* For a module that left in the middle of its download, so that somebody who
 * pulled it out is not kept waiting */
#define PATIENCE_GONE_SECONDS       15
/* For a module that restarts again and again */
#define INSTALLATION_SECONDS        (60 * 60)

struct _MmcliFollower {
    GObject       parent_instance;

    MMManager    *manager;
    MmcliOutput  *output;
    Nl668UsbPort *port;
    MmcliStatus  *status;
    GVariant     *settings;

    /* Where the module is, which tells it if it has no equipment identifier */
    gchar        *device;

    /* Of the modem object, from when it is found to when it leaves */
    GDBusProxy   *proxy;
    gboolean      has_owner;

    gboolean      is_started;
    guint64       previous_start;
    /* What the proxy says is of this update, not of the last one. */
    gboolean      is_current;

    GTask        *task;
    guint         patience_id;
    guint         installation_id;
};

G_DEFINE_TYPE (MmcliFollower, mmcli_follower, G_TYPE_OBJECT)

/*****************************************************************************/
/* The end */

static void
show (MmcliFollower *self)
{
    if (self->is_started)
        mmcli_output_show_update (self->output, self->status);
}

static void
show_step (MmcliFollower *self,
           const gchar   *text)
{
    if (self->is_started)
        mmcli_output_show_step (self->output, text);
}

static void
complete (MmcliFollower *self,
          GError        *error)
{
    g_autoptr(GTask) task = g_steal_pointer (&self->task);

    g_clear_handle_id (&self->patience_id, g_source_remove);
    g_clear_handle_id (&self->installation_id, g_source_remove);
    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
}

/* It is not ModemManager that says so: it is the other way round. */
static void
give_up (MmcliFollower *self,
         const gchar   *message)
{
    complete (self, g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, message));
}

static void
evaluate (MmcliFollower *self)
{
    if (!self->task)
        return;

    if (self->port && nl668_usb_port_get_state (self->port) == NL668_USB_PORT_STATE_EMERGENCY) {
        give_up (self,
                 _("the installation failed: the module is in emergency download mode "
                   "(05c6:9008) and needs the manufacturer's flash tool"));
        return;
    }

    if (!self->proxy || !self->is_current)
        return;
    if (self->status->state == MMCLI_STATE_SUCCEEDED)
        complete (self, NULL);
    else if (self->status->state == MMCLI_STATE_FAILED)
        complete (self,
                  g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                       self->status->error_message ? self->status->error_message : _("unknown error")));
}

/*****************************************************************************/
/* Patience */

static gboolean
is_gone_too_early (MmcliFollower *self)
{
    return (self->has_owner && !self->proxy && self->port &&
            nl668_usb_port_get_state (self->port) == NL668_USB_PORT_STATE_ABSENT &&
            (self->status->state == MMCLI_STATE_PREPARING || self->status->state == MMCLI_STATE_DOWNLOADING));
}

static const gchar *
describe_silence (MmcliFollower *self)
{
    if (!self->has_owner)
        return _("ModemManager did not come back to the bus");
    if (is_gone_too_early (self))
        return _("the module disappeared before the download was complete: was it unplugged or "
                 "reset? start the update again");
    if (!self->proxy && self->port && nl668_usb_port_get_state (self->port) == NL668_USB_PORT_STATE_ABSENT)
        return _("the module did not come back to the bus: check its power and its cable");
    if (!self->proxy)
        return _("ModemManager did not find the modem again");
    if (self->status->state == MMCLI_STATE_IDLE)
        return _("ModemManager no longer knows about the update: compare the firmware versions");
    return _("nothing more was heard from the module");
}

static gboolean
patience_cb (gpointer user_data)
{
    MmcliFollower *self = user_data;

    self->patience_id = 0;
    give_up (self, describe_silence (self));
    return G_SOURCE_REMOVE;
}

static gboolean
installation_cb (gpointer user_data)
{
    MmcliFollower *self = user_data;

    self->installation_id = 0;
    give_up (self, _("the module keeps restarting and does not finish the installation"));
    return G_SOURCE_REMOVE;
}

static guint
get_patience (MmcliFollower *self)
{
    if (is_gone_too_early (self))
        return PATIENCE_GONE_SECONDS;
    if (self->proxy && self->status->state <= MMCLI_STATE_IDLE)
        return PATIENCE_IDLE_SECONDS;
    if (self->proxy && self->status->state == MMCLI_STATE_INSTALLING)
        return PATIENCE_INSTALLING_SECONDS;
    return PATIENCE_SECONDS;
}

/* Something happened */
static void
renew_patience (MmcliFollower *self)
{
    if (!self->task)
        return;
    g_clear_handle_id (&self->patience_id, g_source_remove);
    self->patience_id = g_timeout_add (mmcli_time_get_timeout (get_patience (self)), patience_cb, self);

    if (!self->installation_id && (!self->proxy || self->status->state == MMCLI_STATE_INSTALLING))
        self->installation_id = g_timeout_add (mmcli_time_get_timeout (INSTALLATION_SECONDS), installation_cb, self);
}

static void
changed (MmcliFollower *self)
{
    show (self);
    renew_patience (self);
    evaluate (self);
}

/*****************************************************************************/
/* The modem object */

static void
read_proxy (MmcliFollower *self)
{
    mmcli_status_read (self->status, self->proxy);
    if (mmcli_status_is_active (self->status) || self->status->started != self->previous_start)
        self->is_current = TRUE;
    if (!self->is_current)
        mmcli_status_set_request (self->status, self->settings);
}

static void
properties_changed_cb (MmcliFollower *self)
{
    read_proxy (self);
    changed (self);
}

static void
attach (MmcliFollower *self,
        GDBusProxy    *proxy)
{
    self->proxy = g_object_ref (proxy);
    g_signal_connect_swapped (proxy, "g-properties-changed", G_CALLBACK (properties_changed_cb), self);
    read_proxy (self);
}

static void
detach (MmcliFollower *self)
{
    if (self->proxy)
        g_signal_handlers_disconnect_by_data (self->proxy, self);
    g_clear_object (&self->proxy);
}

static gboolean
is_our_modem (MmcliFollower *self,
              MMObject      *object)
{
    MMModem *modem;

    modem = mm_object_peek_modem (object);
    if (!modem)
        return FALSE;
    if (self->status->imei)
        return g_strcmp0 (mm_modem_get_equipment_identifier (modem), self->status->imei) == 0;
    return g_strcmp0 (mm_modem_get_device (modem), self->device) == 0;
}

static void
try_object (MmcliFollower *self,
            MMObject      *object)
{
    g_autoptr(GDBusProxy)  proxy = NULL;
    g_autofree gchar      *step = NULL;

    proxy = mmcli_modem_get_update (object);
    if (!proxy || !is_our_modem (self, object))
        return;

    step = g_strdup_printf (_("ModemManager has found the modem again (%s)"), mm_object_get_path (object));
    show_step (self, step);
    attach (self, proxy);
    changed (self);
}

/* An object may get its interfaces, and the modem its IMEI, after it appeared:
 * so this is called for anything that changes. */
static void
look_for_modem (MmcliFollower *self)
{
    GList *objects;
    GList *l;

    if (self->proxy)
        return;

    objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (self->manager));
    for (l = objects; l && !self->proxy; l = g_list_next (l))
        try_object (self, l->data);
    g_list_free_full (objects, g_object_unref);
}

static void
object_removed_cb (MmcliFollower *self,
                   GDBusObject   *object)
{
    if (!self->proxy ||
        !g_str_equal (g_dbus_object_get_object_path (object), g_dbus_proxy_get_object_path (self->proxy)))
        return;

    detach (self);
    /* Nothing else tells it where no port is watched */
    if (!self->port && self->has_owner)
        show_step (self, _("ModemManager has lost the modem"));
    /* The next object that is found tells of this update. */
    self->is_current = TRUE;
    mmcli_status_leave (self->status);
    changed (self);
}

static void
name_owner_cb (MmcliFollower *self)
{
    g_autofree gchar *owner = NULL;
    gboolean          has_owner;

    owner = g_dbus_object_manager_client_get_name_owner (G_DBUS_OBJECT_MANAGER_CLIENT (self->manager));
    has_owner = owner != NULL;
    if (has_owner == self->has_owner)
        return;
    self->has_owner = has_owner;
    show_step (self,
               has_owner ?
               _("ModemManager is back") :
               _("ModemManager left the bus; the module goes on without it: waiting for "
                 "ModemManager to come back"));
    changed (self);
}

/*****************************************************************************/
/* The USB port */

static void
port_changed_cb (MmcliFollower *self)
{
    mmcli_status_read_port (self->status, self->port);
    if (self->status->port_state == NL668_USB_PORT_STATE_ABSENT)
        show_step (self, _("the module left the bus"));
    else if (self->status->port_state == NL668_USB_PORT_STATE_PRESENT)
        show_step (self, _("the module is back on the bus"));
    changed (self);
}

/*****************************************************************************/

void
mmcli_follower_start (MmcliFollower *self)
{
    self->is_started = TRUE;
}

void
mmcli_follower_wait (MmcliFollower       *self,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
    self->task = g_task_new (self, NULL, callback, user_data);
    changed (self);
}

gboolean
mmcli_follower_wait_finish (MmcliFollower  *self,
                            GAsyncResult   *res,
                            GError        **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

/*****************************************************************************/

/* The modem as it is at first */
static void
set_object (MmcliFollower *self,
            MMObject      *object)
{
    g_autoptr(GDBusProxy) proxy = NULL;

    proxy = mmcli_modem_get_update (object);
    self->device = mm_modem_dup_device (mm_object_peek_modem (object));
    self->previous_start = self->status->started;
    attach (self, proxy);
}

MmcliFollower *
mmcli_follower_new (MMManager    *manager,
                    MMObject     *object,
                    Nl668UsbPort *port,
                    MmcliStatus  *status,
                    GVariant     *settings,
                    MmcliOutput  *output)
{
    MmcliFollower *self;

    self = g_object_new (MMCLI_TYPE_FOLLOWER, NULL);
    self->manager = g_object_ref (manager);
    self->port = port ? g_object_ref (port) : NULL;
    self->status = status;
    self->settings = settings ? g_variant_ref (settings) : NULL;
    self->output = output;
    self->has_owner = TRUE;
    /* What is known of a module that is away is in its record. */
    self->is_current = !object;
    if (object)
        set_object (self, object);

    if (port)
        g_signal_connect_swapped (port, "changed", G_CALLBACK (port_changed_cb), self);
    g_signal_connect_swapped (manager, "object-added", G_CALLBACK (look_for_modem), self);
    g_signal_connect_swapped (manager, "interface-added", G_CALLBACK (look_for_modem), self);
    g_signal_connect_swapped (manager, "interface-proxy-properties-changed", G_CALLBACK (look_for_modem), self);
    g_signal_connect_swapped (manager, "object-removed", G_CALLBACK (object_removed_cb), self);
    g_signal_connect_swapped (manager, "notify::name-owner", G_CALLBACK (name_owner_cb), self);
    return self;
}

static void
mmcli_follower_init (MmcliFollower *self)
{
}

static void
dispose (GObject *object)
{
    MmcliFollower *self = MMCLI_FOLLOWER (object);

    detach (self);
    g_clear_handle_id (&self->patience_id, g_source_remove);
    g_clear_handle_id (&self->installation_id, g_source_remove);
    if (self->manager)
        g_signal_handlers_disconnect_by_data (self->manager, self);
    if (self->port)
        g_signal_handlers_disconnect_by_data (self->port, self);
    g_clear_object (&self->manager);
    g_clear_object (&self->port);

    G_OBJECT_CLASS (mmcli_follower_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
    MmcliFollower *self = MMCLI_FOLLOWER (object);

    g_clear_pointer (&self->settings, g_variant_unref);
    g_free (self->device);

    G_OBJECT_CLASS (mmcli_follower_parent_class)->finalize (object);
}

static void
mmcli_follower_class_init (MmcliFollowerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = dispose;
    object_class->finalize = finalize;
}
