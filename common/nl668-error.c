/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gio/gio.h>

#include "nl668-error.h"

#define PREFIX "org.freedesktop.ModemManager1.Modem.Firmware.Update.Error."

static const GDBusErrorEntry entries[] = {
    { NL668_ERROR_LOW_BATTERY, PREFIX "LowBattery" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (entries) == NL668_ERROR_LAST);

GQuark
nl668_error_quark (void)
{
    static gsize quark = 0;

    g_dbus_error_register_error_domain ("nl668-error-quark", &quark,
                                        entries, G_N_ELEMENTS (entries));
    return (GQuark) quark;
}
