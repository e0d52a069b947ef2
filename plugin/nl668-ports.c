/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-ports.h"

struct _Nl668Ports {
    GList *open;
};

static void
close_port (gpointer data)
{
    mm_daemon_port_close (data);
    g_object_unref (data);
}

void
nl668_ports_close (Nl668Ports *self)
{
    g_list_free_full (self->open, close_port);
    g_slice_free (Nl668Ports, self);
}

Nl668Ports *
nl668_ports_open (MMBaseModem  *modem,
                  GError      **error)
{
    g_autoptr(Nl668Ports)  self = NULL;
    g_autoptr(GError)      last_error = NULL;
    GList                 *ports;
    GList                 *l;

    self = g_slice_new0 (Nl668Ports);
    ports = mm_daemon_find_at_ports (modem);
    for (l = ports; l; l = g_list_next (l)) {
        g_clear_error (&last_error);
        if (mm_daemon_port_open (l->data, &last_error))
            self->open = g_list_prepend (self->open, g_object_ref (l->data));
        else
            mm_daemon_debug (modem, "port not used for the firmware update: %s", last_error->message);
    }
    g_list_free_full (ports, g_object_unref);

    if (!self->open) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "no AT port of the modem can be used: %s", last_error ? last_error->message : "it has none");
        return NULL;
    }
    return g_steal_pointer (&self);
}
