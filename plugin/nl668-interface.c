/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-interface.h"
#include "nl668-properties-record.h"
#include "nl668-recorder.h"

/* What is announced once the record with this serial is on disk, or who waits for that */
typedef struct {
    guint               serial;
    Nl668Record        *shown;
    Nl668InterfaceFunc  func;
    gpointer            user_data;
    GTask              *task;
} Change;

struct _Nl668Interface {
    Nl668ModemFirmwareUpdateSkeleton parent;
    /* NULL without a record */
    Nl668Recorder             *recorder;
    Nl668InterfaceWrittenFunc  written_func;
    gpointer                   written_data;
    /* (element-type Change): oldest first */
    GQueue                     changes;
};

G_DEFINE_TYPE (Nl668Interface, nl668_interface, NL668_TYPE_MODEM_FIRMWARE_UPDATE_SKELETON)

static void
change_free (Change *change)
{
    g_clear_pointer (&change->shown, nl668_record_free);
    g_clear_object (&change->task);
    g_free (change);
}

static Change *
add_change (Nl668Interface *self,
            guint           serial)
{
    Change *change;

    change = g_new0 (Change, 1);
    change->serial = serial;
    g_queue_push_tail (&self->changes, change);
    return change;
}

static void
announce (Nl668Interface    *self,
          const Nl668Record *shown)
{
    nl668_record_to_properties (shown, NL668_MODEM_FIRMWARE_UPDATE (self));
    nl668_modem_firmware_update_set_state (NL668_MODEM_FIRMWARE_UPDATE (self), shown->state);
    /* The skeleton collects changes until the main loop is idle, and would announce only the
     * last of several percentages. */
    g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self));
}

static void
recorded (guint         serial,
          const GError *error,
          gpointer      user_data)
{
    Nl668Interface *self = user_data;
    Change         *change;
    gboolean        is_undone = FALSE;

    while ((change = g_queue_peek_head (&self->changes)) && change->serial <= serial) {
        g_queue_pop_head (&self->changes);
        if (change->task)
            g_task_return_boolean (change->task, TRUE);
        else if (change->func && change->func (error, change->user_data))
            is_undone = TRUE;
        else
            announce (self, change->shown);
        change_free (change);
    }
    if (!is_undone)
        self->written_func (error, self->written_data);
}

void
nl668_interface_record (Nl668Interface            *self,
                        const gchar               *imei,
                        GBytes                    *on_disk,
                        Nl668InterfaceWrittenFunc  func,
                        gpointer                   user_data)
{
    self->written_func = func;
    self->written_data = user_data;
    self->recorder = nl668_recorder_new (imei, on_disk, recorded, self);
}

void
nl668_interface_show (Nl668Interface *self,
                      Nl668Record    *shown)
{
    Change *newest = g_queue_peek_tail (&self->changes);

    if (newest) {
        add_change (self, newest->serial)->shown = shown;
        return;
    }
    announce (self, shown);
    nl668_record_free (shown);
}

void
nl668_interface_wait (Nl668Interface      *self,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    g_autoptr(GTask)  task = NULL;
    Change           *newest = g_queue_peek_tail (&self->changes);

    task = g_task_new (self, NULL, callback, user_data);
    if (newest)
        add_change (self, newest->serial)->task = g_steal_pointer (&task);
    else
        g_task_return_boolean (task, TRUE);
}

void
nl668_interface_save (Nl668Interface     *self,
                      Nl668Record        *shown,
                      GBytes             *contents,
                      Nl668InterfaceFunc  func,
                      gpointer            user_data)
{
    Change *change;

    change = add_change (self, nl668_recorder_save (self->recorder, contents));
    change->shown = shown;
    change->func = func;
    change->user_data = user_data;
    if (nl668_recorder_is_done (self->recorder))
        recorded (change->serial, NULL, self);
}

gboolean
nl668_interface_is_recorded (Nl668Interface *self)
{
    return !self->recorder || nl668_recorder_is_done (self->recorder);
}

void
nl668_interface_flush (Nl668Interface *self)
{
    if (self->recorder)
        nl668_recorder_flush (self->recorder);
}

Nl668Interface *
nl668_interface_new (Nl668ModemFirmwareUpdate *properties)
{
    Nl668Interface *self;

    self = g_object_new (NL668_TYPE_INTERFACE, NULL);
    nl668_modem_firmware_update_set_plugin_version (NL668_MODEM_FIRMWARE_UPDATE (self),
                                                    PACKAGE_VERSION);
    g_object_bind_property (properties, "current-version", self, "current-version",
                            G_BINDING_SYNC_CREATE);
    g_object_bind_property (properties, "transports", self, "transports", G_BINDING_SYNC_CREATE);
    return self;
}

/* MMGdbusObjectSkeleton assumes that every interface is its own. It expects gdbus-codegen's
 * structure behind the interface info, and emits a notification for the modem property that is
 * named there. That has to be a property that the modem has. */
static GDBusInterfaceInfo *
get_info (GDBusInterfaceSkeleton *skeleton)
{
    static struct {
        GDBusInterfaceInfo  parent;
        const gchar        *hyphen_name;
        gboolean            use_gvariant;
    } info;
    GDBusInterfaceSkeletonClass *klass;

    if (!info.hyphen_name) {
        klass = G_DBUS_INTERFACE_SKELETON_CLASS (nl668_interface_parent_class);
        info.parent = *klass->get_info (skeleton);
        info.hyphen_name = "modem-firmware";
    }
    return &info.parent;
}

static void
nl668_interface_init (Nl668Interface *self)
{
}

static void
dispose (GObject *object)
{
    Nl668Interface *self = NL668_INTERFACE (object);

    g_clear_pointer (&self->recorder, nl668_recorder_free);
    /* Nobody waits any more, as that would be a reference. */
    g_queue_clear_full (&self->changes, (GDestroyNotify) change_free);
    G_OBJECT_CLASS (nl668_interface_parent_class)->dispose (object);
}

static void
nl668_interface_class_init (Nl668InterfaceClass *klass)
{
    G_OBJECT_CLASS (klass)->dispose = dispose;
    G_DBUS_INTERFACE_SKELETON_CLASS (klass)->get_info = get_info;
}
