/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "nl668-client-find.h"
#include "nl668-client-follower.h"
#include "nl668-client-outlook.h"
#include "nl668-client-timer.h"

struct _Nl668ClientFollower {
    GObject            parent_instance;

    MMManager         *manager;
    Nl668UsbPort      *port;
    Nl668ClientStatus *status;
    GVariant          *settings;

    /* The property "Device" of the modem, to recognize a module without an IMEI */
    gchar             *device;
    /* The current modem object, and its interface; NULL while there is none */
    MMObject          *object;
    GDBusProxy        *proxy;
    /* Of what is asked about that object */
    GCancellable      *cancellable;
    /* Whether ModemManager is on the bus, and whether it has ever left it */
    gboolean           has_owner;
    gboolean           was_stopped;

    /* The property "Started" of the previous update, and of this one once it has begun */
    guint64            previous_start;
    guint64            start;
    /* Whether the properties are those of this update, not of the previous one */
    gboolean           is_current;
    GTask             *task;
    Nl668ClientUntil   until;
    Nl668ClientTimer   timer;
};

enum {
    SIGNAL_CHANGED,
    SIGNAL_EVENT,
    SIGNAL_LAST
};

static guint signals[SIGNAL_LAST];

G_DEFINE_TYPE (Nl668ClientFollower, nl668_client_follower, G_TYPE_OBJECT)

/*****************************************************************************/
/* The end */

static void
end_wait (Nl668ClientFollower *self,
          GError              *error)
{
    g_autoptr(GTask) task = g_steal_pointer (&self->task);

    nl668_client_timer_stop (&self->timer);
    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
}

static void
end_wait_with_message (Nl668ClientFollower *self,
                       const gchar         *message)
{
    end_wait (self, g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, message));
}

static void
give_up (Nl668ClientGiveUp reason,
         gpointer          user_data)
{
    Nl668ClientFollower *self = user_data;
    g_autofree gchar    *message = NULL;

    message = nl668_client_words_describe_give_up (reason, self->status);
    end_wait_with_message (self, message);
}

static void
end_wait_if_over (Nl668ClientFollower *self)
{
    const gchar *message = self->status->error_message;

    if (!self->task || (self->is_current ? !self->proxy : !self->was_stopped))
        return;

    if (self->status->state == NL668_STATE_SUCCEEDED ||
        (self->until == NL668_CLIENT_UNTIL_STARTED &&
         nl668_client_outlook_is_started (self->status)))
        end_wait (self, NULL);
    else if (self->status->state == NL668_STATE_FAILED)
        end_wait_with_message (self, message ? message : _("unknown error"));
}

/*****************************************************************************/
/* Signals */

static void
emit_event (Nl668ClientFollower *self,
            Nl668ClientEvent     event)
{
    g_signal_emit (self, signals[SIGNAL_EVENT], 0, event);
}

/* Once the module has accepted this update, another one can only start after its end. That was
 * missed if ModemManager was restarted while this program was stopped. */
static gboolean
is_another_update (Nl668ClientFollower *self)
{
    return self->task && self->is_current && self->start && self->status->started &&
           self->status->started != self->start;
}

static void
emit_changed (Nl668ClientFollower *self)
{
    if (is_another_update (self)) {
        nl668_client_status_set_request (self->status, self->settings);
        give_up (NL668_CLIENT_GIVE_UP_FORGOTTEN, self);
        return;
    }

    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    if (self->task)
        nl668_client_timer_renew (&self->timer, self->has_owner);
    end_wait_if_over (self);
}

/*****************************************************************************/
/* The USB port */

static void
modem_lost (gpointer user_data)
{
    Nl668ClientFollower *self = user_data;

    nl668_client_status_set_unheard (self->status);
    emit_event (self, NL668_CLIENT_EVENT_MODEM_LOST);
}

static void
port_state_cb (Nl668ClientFollower *self)
{
    nl668_client_status_read_port (self->status, self->port);
    emit_event (self, nl668_client_outlook_get_port_event (self->status));
    emit_changed (self);
}

static void
connect_port (Nl668ClientFollower *self)
{
    g_signal_connect_object (self->port, "changed", G_CALLBACK (port_state_cb), self,
                             G_CONNECT_SWAPPED);
}

/* The module may have been plugged into another USB port */
static void
watch_new_port (Nl668ClientFollower *self)
{
    g_autoptr(Nl668UsbPort) port = NULL;

    if (self->port && nl668_usb_port_get_state (self->port) == NL668_USB_PORT_STATE_PRESENT)
        return;
    port = nl668_client_open_port (self->object);
    if (!port)
        return;

    if (self->port)
        g_signal_handlers_disconnect_by_data (self->port, self);
    g_set_object (&self->port, port);
    connect_port (self);
    nl668_client_status_read_port (self->status, self->port);
}

/*****************************************************************************/
/* The modem object */

/* As long as the module may go on with the previous update, ModemManager may return to it, and
 * does so if it was stopped before it told the module about this one */
static gboolean
has_returned_to_previous (Nl668ClientFollower *self)
{
    return self->start && self->start != self->previous_start &&
           self->previous_start && self->status->started == self->previous_start;
}

/* The status of this update as long as the properties are not */
static void
set_not_current (Nl668ClientFollower *self)
{
    g_autoptr(GError) error = NULL;

    nl668_client_status_set_request (self->status, self->settings);
    if (!self->was_stopped)
        return;
    error = nl668_client_words_new_not_begun ();
    nl668_client_status_set_error (self->status, NL668_STATE_FAILED, error);
}

static void
read_properties (Nl668ClientFollower *self)
{
    if (!nl668_client_status_is_known (self->proxy))
        return;
    nl668_client_status_read_properties (self->status, self->proxy);
    if (has_returned_to_previous (self))
        self->is_current = FALSE;
    else if (!is_another_update (self) &&
             (nl668_state_is_under_way (self->status->state) ||
              self->status->started != self->previous_start)) {
        self->is_current = TRUE;
        self->start = self->status->started;
    }
    if (!self->is_current)
        set_not_current (self);
}

static void
properties_changed_cb (Nl668ClientFollower *self)
{
    guint progress = self->status->progress;

    read_properties (self);
    /* The module can be heard */
    if (self->status->progress > progress)
        g_clear_pointer (&self->status->taken_port, g_free);
    emit_changed (self);
}

static void
attach_proxy (Nl668ClientFollower *self,
              GDBusProxy          *proxy)
{
    g_set_object (&self->proxy, proxy);
    g_signal_connect_object (proxy, "g-properties-changed", G_CALLBACK (properties_changed_cb),
                             self, G_CONNECT_SWAPPED);
    read_properties (self);
}

void
nl668_client_follower_set_taken_port (Nl668ClientFollower *self,
                                      const gchar         *name)
{
    gboolean is_news;

    is_news = name && g_strcmp0 (name, self->status->taken_port) != 0 &&
              self->status->state != NL668_STATE_INSTALLING;
    g_free (self->status->taken_port);
    self->status->taken_port = g_strdup (name);
    if (is_news)
        emit_event (self, NL668_CLIENT_EVENT_PORT_TAKEN);
}

static void
taken_port_ready (GObject      *source,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *name = NULL;

    name = nl668_client_find_taken_port_finish (res, &error);
    /* If it was cancelled, there may be no follower any more */
    if (!error)
        nl668_client_follower_set_taken_port (user_data, name);
}

static void
check_ports (Nl668ClientFollower *self)
{
    self->cancellable = g_cancellable_new ();
    nl668_client_find_taken_port (self->object, self->cancellable, taken_port_ready, self);
}

static void
detach_modem (Nl668ClientFollower *self)
{
    if (self->proxy)
        g_signal_handlers_disconnect_by_data (self->proxy, self);
    g_clear_object (&self->proxy);
    g_clear_object (&self->object);
    g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
}

static void
attach_modem (Nl668ClientFollower *self,
              MMObject            *object)
{
    g_autoptr(GDBusProxy) proxy = NULL;

    proxy = nl668_client_get_update_proxy (object);
    self->object = g_object_ref (object);
    attach_proxy (self, proxy);
    check_ports (self);
}

/* If the modem object appears just after ModemManager has come back, GDBus may create its
 * proxies twice, and keeps only the second ones up to date */
static void
replace_proxy (Nl668ClientFollower *self)
{
    g_autoptr(GDBusProxy) proxy = NULL;

    proxy = nl668_client_get_update_proxy (self->object);
    if (!proxy || proxy == self->proxy)
        return;
    g_signal_handlers_disconnect_by_data (self->proxy, self);
    attach_proxy (self, proxy);
    emit_changed (self);
}

/* Called for every change, because an object may get its interfaces and its IMEI only after
 * it has been added */
static void
look_for_modem (Nl668ClientFollower *self)
{
    g_autoptr(MMObject) object = NULL;

    if (self->proxy) {
        replace_proxy (self);
        return;
    }
    object = nl668_client_find_again (self->manager, self->status->imei, self->device);
    if (!object)
        return;
    attach_modem (self, object);
    emit_event (self, NL668_CLIENT_EVENT_MODEM_FOUND);
    watch_new_port (self);
    emit_changed (self);
}

static void
modem_removed_cb (Nl668ClientFollower *self,
                  GDBusObject         *object)
{
    if (!self->proxy ||
        !g_str_equal (g_dbus_object_get_object_path (object),
                      g_dbus_proxy_get_object_path (self->proxy)))
        return;

    detach_modem (self);
    nl668_client_status_unset_modem (self->status);
    /* Otherwise, the USB port, the timer or the name owner causes an event */
    if (!self->port && self->has_owner)
        emit_event (self, NL668_CLIENT_EVENT_MODEM_LOST);
    else if (self->task)
        nl668_client_timer_modem_removed (&self->timer);
    emit_changed (self);
}

static void
name_owner_cb (Nl668ClientFollower *self)
{
    gboolean has_owner = nl668_client_has_owner (self->manager, NULL);

    if (has_owner == self->has_owner)
        return;
    self->has_owner = has_owner;
    self->was_stopped = TRUE;
    if (!has_owner)
        nl668_client_status_set_unheard (self->status);
    if (self->is_current)
        emit_event (self, has_owner ?
                    NL668_CLIENT_EVENT_MANAGER_BACK : NL668_CLIENT_EVENT_MANAGER_LEFT);
    else
        set_not_current (self);
    emit_changed (self);
}

/*****************************************************************************/

gboolean
nl668_client_follower_has_object (Nl668ClientFollower *self,
                                  MMObject            *object)
{
    return self->object == object;
}

void
nl668_client_follower_wait (Nl668ClientFollower *self,
                            Nl668ClientUntil     until,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
    self->task = g_task_new (self, NULL, callback, user_data);
    self->until = until;
    if (!self->has_owner && !self->was_stopped)
        emit_event (self, NL668_CLIENT_EVENT_MANAGER_LEFT);
    emit_changed (self);
}

gboolean
nl668_client_follower_wait_finish (Nl668ClientFollower  *self,
                                   GAsyncResult         *res,
                                   GError              **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

/*****************************************************************************/

static void
set_first_object (Nl668ClientFollower *self,
                  MMObject            *object)
{
    self->device = mm_modem_dup_device (mm_object_peek_modem (object));
    self->previous_start = self->status->started;
    attach_modem (self, object);
}

Nl668ClientFollower *
nl668_client_follower_new (MMManager         *manager,
                           MMObject          *object,
                           Nl668UsbPort      *port,
                           Nl668ClientStatus *status,
                           GVariant          *settings)
{
    static const gchar *const look_for[] = {
        "object-added", "interface-added", "interface-proxy-properties-changed",
    };
    Nl668ClientFollower      *self;
    guint                     i;

    self = g_object_new (NL668_CLIENT_TYPE_FOLLOWER, NULL);
    self->manager = g_object_ref (manager);
    self->port = port ? g_object_ref (port) : NULL;
    self->status = status;
    self->settings = settings ? g_variant_ref (settings) : NULL;
    self->timer = (Nl668ClientTimer) { status, give_up, modem_lost, self };
    self->has_owner = nl668_client_has_owner (manager, NULL);
    /* The status of an absent module is that of its record */
    self->is_current = !object;
    if (object)
        set_first_object (self, object);

    if (port)
        connect_port (self);
    for (i = 0; i < G_N_ELEMENTS (look_for); i++)
        g_signal_connect_object (manager, look_for[i], G_CALLBACK (look_for_modem), self,
                                 G_CONNECT_SWAPPED);
    g_signal_connect_object (manager, "object-removed", G_CALLBACK (modem_removed_cb), self,
                             G_CONNECT_SWAPPED);
    g_signal_connect_object (manager, "notify::name-owner", G_CALLBACK (name_owner_cb), self,
                             G_CONNECT_SWAPPED);
    return self;
}

static void
nl668_client_follower_init (Nl668ClientFollower *self)
{
}

static void
dispose (GObject *object)
{
    Nl668ClientFollower *self = NL668_CLIENT_FOLLOWER (object);

    detach_modem (self);
    nl668_client_timer_stop (&self->timer);
    g_clear_object (&self->manager);
    g_clear_object (&self->port);

    G_OBJECT_CLASS (nl668_client_follower_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
    Nl668ClientFollower *self = NL668_CLIENT_FOLLOWER (object);

    g_clear_pointer (&self->settings, g_variant_unref);
    g_free (self->device);

    G_OBJECT_CLASS (nl668_client_follower_parent_class)->finalize (object);
}

static void
nl668_client_follower_class_init (Nl668ClientFollowerClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = dispose;
    object_class->finalize = finalize;

    signals[SIGNAL_CHANGED] =
        g_signal_new ("changed", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_LAST,
                      0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    signals[SIGNAL_EVENT] =
        g_signal_new ("event", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_LAST,
                      0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}
