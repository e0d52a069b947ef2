/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "nl668-client-find.h"
#include "nl668-client-list.h"

Nl668ClientStatus *
nl668_client_read_record (const gchar  *imei,
                          GError      **error)
{
    g_autoptr(Nl668Record)  record = NULL;
    Nl668ClientStatus      *status;

    record = nl668_record_read (imei, error);
    if (!record)
        return NULL;
    status = nl668_client_status_new ();
    nl668_client_status_read_record (status, imei, record);
    return status;
}

static void
add_modem (GPtrArray *list,
           MMObject  *object)
{
    g_autoptr(GDBusProxy)    proxy = NULL;
    g_autoptr(Nl668UsbPort)  port = NULL;
    Nl668ClientStatus       *status;

    proxy = nl668_client_get_update_proxy (object);
    port = nl668_client_open_port (object);
    status = nl668_client_status_new ();
    nl668_client_status_set_modem (status, object);
    nl668_client_status_read_properties (status, proxy);
    nl668_client_status_read_port (status, port);
    g_ptr_array_add (list, status);
}

static void
add_record (GPtrArray   *list,
            const gchar *imei)
{
    g_autoptr(Nl668ClientStatus)  status = NULL;
    g_autoptr(GError)             error = NULL;

    status = nl668_client_read_record (imei, &error);
    if (!status) {
        g_prefix_error (&error, _("couldn't read the update records: "));
        status = nl668_client_status_new ();
        status->imei = g_strdup (imei);
        nl668_client_status_set_error (status, NL668_STATE_UNKNOWN, error);
    }
    g_ptr_array_add (list, g_steal_pointer (&status));
}

static gboolean
has_imei (GPtrArray   *list,
          const gchar *imei)
{
    guint i;

    for (i = 0; i < list->len; i++) {
        const Nl668ClientStatus *status = g_ptr_array_index (list, i);

        if (g_strcmp0 (status->imei, imei) == 0)
            return TRUE;
    }
    return FALSE;
}

GPtrArray *
nl668_client_list_modules (MMManager  *manager,
                           GError    **error)
{
    g_autoptr(GPtrArray)  modems = NULL;
    g_autoptr(GError)     inner_error = NULL;
    g_auto(GStrv)         imeis = NULL;
    GPtrArray            *list;
    guint                 i;

    list = g_ptr_array_new_with_free_func ((GDestroyNotify) nl668_client_status_free);
    if (manager) {
        modems = nl668_client_list_modems (manager);
        for (i = 0; i < modems->len; i++)
            add_modem (list, g_ptr_array_index (modems, i));
    }

    imeis = nl668_record_list (&inner_error);
    for (i = 0; imeis && imeis[i]; i++) {
        if (!has_imei (list, imeis[i]))
            add_record (list, imeis[i]);
    }
    if (inner_error && !g_error_matches (inner_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_propagate_error (error, g_steal_pointer (&inner_error));
    return list;
}
