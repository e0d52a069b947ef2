/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-battery.h"
#include "nl668-timeouts.h"

/* The values of the property State that mean that the machine runs on the battery */
enum {
    STATE_DISCHARGING       = 2,
    STATE_EMPTY             = 3,
    STATE_PENDING_DISCHARGE = 6,
};

/* A property that is missing or has another type says nothing. */
static gint
read_charge (GVariant *properties)
{
    gboolean is_present = FALSE;
    guint32  state = 0;
    gdouble  percentage = -1;

    g_variant_lookup (properties, "IsPresent", "b", &is_present);
    g_variant_lookup (properties, "State", "u", &state);
    g_variant_lookup (properties, "Percentage", "d", &percentage);
    if (!is_present || (state != STATE_DISCHARGING && state != STATE_EMPTY &&
                        state != STATE_PENDING_DISCHARGE))
        return NL668_BATTERY_NONE;
    /* Not true for NaN */
    if (percentage >= 0 && percentage <= 100)
        return (gint) percentage;
    return NL668_BATTERY_NONE;
}

static void
get_all_ready (GDBusConnection *connection,
               GAsyncResult    *res,
               gpointer         user_data)
{
    g_autoptr(GTask)     task = user_data;
    g_autoptr(GVariant)  reply = NULL;
    g_autoptr(GVariant)  properties = NULL;

    reply = g_dbus_connection_call_finish (connection, res, NULL);
    if (reply)
        properties = g_variant_get_child_value (reply, 0);
    g_task_return_int (task, properties ? read_charge (properties) : NL668_BATTERY_NONE);
}

gint
nl668_battery_load_finish (GAsyncResult *res)
{
    return (gint) g_task_propagate_int (G_TASK (res), NULL);
}

void
nl668_battery_load (GDBusConnection     *connection,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    /* The display device stands for all batteries of the machine. This may start the service. */
    g_dbus_connection_call (connection,
                            "org.freedesktop.UPower",
                            "/org/freedesktop/UPower/devices/DisplayDevice",
                            "org.freedesktop.DBus.Properties",
                            "GetAll",
                            g_variant_new ("(s)", "org.freedesktop.UPower.Device"),
                            G_VARIANT_TYPE ("(a{sv})"),
                            G_DBUS_CALL_FLAGS_NONE,
                            (gint) nl668_timeout_get_command_seconds () * 1000,
                            NULL,
                            (GAsyncReadyCallback) get_all_ready,
                            g_task_new (NULL, NULL, callback, user_data));
}
