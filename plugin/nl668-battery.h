/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The battery that the machine runs on, according to UPower: see
 * https://upower.freedesktop.org/docs/Device.html. */

#ifndef NL668_BATTERY_H
#define NL668_BATTERY_H

#include <gio/gio.h>

/* The machine does not run on a battery, or nobody knows. */
#define NL668_BATTERY_NONE (-1)

/**
 * nl668_battery_load:
 * @connection: to the system bus.
 *
 * Asks UPower. Takes %NL668_TIMEOUT_COMMAND at most, and never fails: a machine without UPower is
 * not unusual.
 */
void nl668_battery_load (GDBusConnection     *connection,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data);

/**
 * nl668_battery_load_finish:
 *
 * Returns: the charge of the battery in percent, or #NL668_BATTERY_NONE.
 */
gint nl668_battery_load_finish (GAsyncResult *res);

#endif /* NL668_BATTERY_H */
