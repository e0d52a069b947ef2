/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-ports.h"

/* The daemon initializes its interfaces one after the other, and is not sending a command right
 * now. */
void
nl668_ports_set_up (MMBaseModem *modem)
{
    GList *ports;
    GList *l;

    ports = mm_daemon_find_at_ports (modem);
    for (l = ports; l; l = g_list_next (l))
        mm_daemon_port_send_at_once (l->data);
    g_list_free_full (ports, g_object_unref);
}

void
nl668_ports_listen (MMBaseModem     *modem,
                    MMDaemonUrcFunc  callback,
                    gpointer         object)
{
    g_autoptr(GRegex)  regex = NULL;
    GList             *ports;
    GList             *l;

    regex = nl668_at_get_urc_regex ();
    ports = mm_daemon_find_at_ports (modem);
    for (l = ports; l; l = g_list_next (l))
        mm_daemon_port_add_urc_handler (l->data, regex, callback,
                                        g_object_ref (object), g_object_unref);
    g_list_free_full (ports, g_object_unref);
}

static guint
count_ports (MMBaseModem *modem,
             guint       *n_connected)
{
    guint  n_ports;
    GList *ports;
    GList *l;

    *n_connected = 0;
    ports = mm_daemon_find_at_ports (modem);
    for (l = ports; l; l = g_list_next (l))
        *n_connected += mm_daemon_port_is_connected (l->data);
    n_ports = g_list_length (ports);
    g_list_free_full (ports, g_object_unref);
    return n_ports;
}

gboolean
nl668_ports_are_heard (MMBaseModem *modem)
{
    guint n_connected;

    count_ports (modem, &n_connected);
    return !n_connected;
}

gboolean
nl668_ports_are_taken (MMBaseModem *modem)
{
    guint n_ports;
    guint n_connected;

    n_ports = count_ports (modem, &n_connected);
    return n_ports && n_connected == n_ports;
}

GList *
nl668_ports_open (MMBaseModem  *modem,
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

gboolean
nl668_ports_is_one_gone (GList *ports)
{
    GList *l;

    for (l = ports; l; l = g_list_next (l)) {
        g_autoptr(GError) error = NULL;

        /* It cannot be opened either. */
        if (mm_daemon_port_is_connected (l->data))
            continue;
        if (!mm_daemon_port_open (l->data, &error))
            return TRUE;
        mm_daemon_port_close (l->data);
    }
    return FALSE;
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

/* The daemon may be reading a report from one of them. */
void
nl668_ports_close (GList *ports)
{
    if (ports)
        g_idle_add_full (G_PRIORITY_HIGH, close_ports_cb, ports, NULL);
}
