/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The module behind the stand-in for the daemon */

#include <config.h>

#include "standin-daemon.h"

guint standin_callbreak;
guint standin_allowed_modes;
guint standin_preferred_mode;

const gchar *standin_revision;

const gchar *
standin_run_command (const gchar *command)
{
    g_autofree gchar *response = NULL;

    if (g_str_equal (command, "+GTOTA=?"))
        return "+GTOTA: (0-1)";
    if ((g_str_equal (command, "+CGMR") || g_str_equal (command, "+GMR")) && standin_revision)
        return standin_revision;
    if (g_str_equal (command, "+GTSET?")) {
        response = g_strdup_printf ("+GTSET: \"CALLBREAK\",%u\r\n+GTSET: \"GPRSFIRST\",1",
                                    standin_callbreak);
        return g_intern_string (response);
    }
    if (g_str_has_prefix (command, "+GTSET=\"CALLBREAK\","))
        standin_callbreak = g_str_has_suffix (command, "1");
    return "";
}

static gboolean
registered_cb (gpointer skeleton)
{
    mm_gdbus_modem_set_access_technologies (skeleton, MM_MODEM_ACCESS_TECHNOLOGY_LTE);
    return G_SOURCE_REMOVE;
}

void
standin_set_modes (MmGdbusModem *skeleton,
                   guint         allowed,
                   guint         preferred)
{
    standin_allowed_modes = allowed;
    standin_preferred_mode = preferred;
    mm_gdbus_modem_set_current_modes (skeleton, g_variant_new ("(uu)", allowed, preferred));
    mm_gdbus_modem_set_access_technologies (skeleton, MM_MODEM_ACCESS_TECHNOLOGY_UNKNOWN);
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, registered_cb, g_object_ref (skeleton),
                     g_object_unref);
}
