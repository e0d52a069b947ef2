/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "mmcli-list.h"
#include "mmcli-modem.h"

static MmcliStatus *
read_modem (MMObject *object)
{
    g_autoptr(GDBusProxy)    proxy = NULL;
    g_autoptr(Nl668UsbPort)  port = NULL;
    MmcliStatus             *status;

    proxy = mmcli_modem_get_update (object);
    port = mmcli_modem_open_port (object);
    status = mmcli_status_new ();
    mmcli_status_set_modem (status, object);
    mmcli_status_read (status, proxy);
    mmcli_status_read_port (status, port);
    return status;
}

MmcliStatus *
mmcli_list_read_record (const gchar  *imei,
                        GError      **error)
{
    g_autoptr(Nl668Record)  record = NULL;
    MmcliStatus            *status;

    record = nl668_record_read (imei, error);
    if (!record)
        return NULL;
    status = mmcli_status_new ();
    mmcli_status_read_record (status, imei, record);
    return status;
}

static gboolean
has_modem (GPtrArray   *list,
           const gchar *imei)
{
    guint i;

    for (i = 0; i < list->len; i++) {
        const MmcliStatus *status = g_ptr_array_index (list, i);

        if (g_strcmp0 (status->imei, imei) == 0)
            return TRUE;
    }
    return FALSE;
}

static void
add_record (GPtrArray   *list,
            const gchar *imei)
{
    g_autoptr(MmcliStatus)  status = NULL;
    g_autoptr(GError)       error = NULL;

    status = mmcli_list_read_record (imei, &error);
    if (!status) {
        g_prefix_error (&error, _("couldn't read the update records: "));
        status = mmcli_status_new ();
        status->imei = g_strdup (imei);
        mmcli_status_set_error (status, MMCLI_STATE_UNKNOWN, error);
    }
    g_ptr_array_add (list, g_steal_pointer (&status));
}

GPtrArray *
mmcli_list_new (MMManager  *manager,
                GError    **error)
{
    g_autoptr(GPtrArray)  modems = NULL;
    g_autoptr(GError)     inner_error = NULL;
    g_auto(GStrv)         imeis = NULL;
    GPtrArray            *list;
    guint                 i;

    list = g_ptr_array_new_with_free_func ((GDestroyNotify) mmcli_status_free);
    if (manager) {
        modems = mmcli_modem_list (manager);
        for (i = 0; i < modems->len; i++)
            g_ptr_array_add (list, read_modem (g_ptr_array_index (modems, i)));
    }

    imeis = nl668_record_list (&inner_error);
    for (i = 0; imeis && imeis[i]; i++) {
        if (!has_modem (list, imeis[i]))
            add_record (list, imeis[i]);
    }
    if (inner_error && !g_error_matches (inner_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_propagate_error (error, g_steal_pointer (&inner_error));
    return list;
}
