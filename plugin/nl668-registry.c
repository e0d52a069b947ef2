/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-record.h"
#include "nl668-registry.h"

static GHashTable *
get_updates (void)
{
    static GHashTable *updates = NULL;

    if (!updates)
        updates = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_object_unref);
    return updates;
}

/* The equipment identifiers that more than one module has had in this daemon */
static GHashTable *
get_shared (void)
{
    static GHashTable *shared = NULL;

    if (!shared)
        shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    return shared;
}

Nl668Update *
nl668_registry_take (const gchar *imei)
{
    Nl668Update *update;

    if (!nl668_is_imei (imei))
        return nl668_update_new (NULL);

    update = g_hash_table_lookup (get_updates (), imei);
    if (update && nl668_properties_get_modem (NL668_PROPERTIES (update))) {
        mm_daemon_warn (NULL, "two modems have the equipment identifier %s: the second one gets "
                              "no firmware updates", imei);
        g_hash_table_add (get_shared (), g_strdup (imei));
        nl668_update_set_shared (update);
        return nl668_update_new (NULL);
    }
    if (!update) {
        update = nl668_update_new (imei);
        if (g_hash_table_contains (get_shared (), imei))
            nl668_update_set_shared (update);
        g_hash_table_insert (get_updates (),
                             (gpointer) nl668_properties_get_imei (NL668_PROPERTIES (update)),
                             update);
    }
    return g_object_ref (update);
}

void
nl668_registry_forget (Nl668Update *update)
{
    const gchar *imei;

    imei = nl668_properties_get_imei (NL668_PROPERTIES (update));
    if (imei && !nl668_properties_is_unsettled (NL668_PROPERTIES (update)) &&
        nl668_properties_is_recorded (NL668_PROPERTIES (update)))
        g_hash_table_remove (get_updates (), imei);
}

static gboolean
is_record_unsettled (const Nl668Record *record)
{
    return nl668_state_is_under_way (record->state) || record->doubt != NL668_DOUBT_NONE;
}

static gboolean
is_record_revisable (const Nl668Record *record)
{
    return (is_record_unsettled (record) ||
            (record->state == NL668_STATE_FAILED && !record->is_unrequested));
}

static gboolean
judge (const gchar *imei,
       gboolean  (* judge_update) (Nl668Update       *update),
       gboolean  (* judge_record) (const Nl668Record *record))
{
    g_autoptr(Nl668Record)  record = NULL;
    Nl668Update            *update;

    update = g_hash_table_lookup (get_updates (), imei);
    if (update)
        return judge_update (update);
    record = nl668_record_read (imei, NULL);
    return record && judge_record (record);
}

static gboolean
is_update_unsettled (Nl668Update *update)
{
    return nl668_properties_is_unsettled (NL668_PROPERTIES (update));
}

gboolean
nl668_registry_is_unsettled (const gchar *imei)
{
    return judge (imei, is_update_unsettled, is_record_unsettled);
}

gboolean
nl668_registry_is_revisable (const gchar *imei)
{
    return judge (imei, nl668_update_is_revisable, is_record_revisable);
}

gboolean
nl668_registry_is_awaited_at (const gchar *usb_path)
{
    GHashTableIter iter;
    gpointer       update;

    if (!usb_path)
        return FALSE;
    g_hash_table_iter_init (&iter, get_updates ());
    while (g_hash_table_iter_next (&iter, NULL, &update)) {
        if (g_strcmp0 (nl668_update_get_usb_path (update), usb_path) == 0 &&
            !nl668_properties_get_modem (update) && nl668_properties_is_unsettled (update))
            return TRUE;
    }
    return FALSE;
}

gboolean
nl668_registry_is_recorded (void)
{
    g_auto(GStrv) imeis = NULL;
    guint         i;

    imeis = nl668_record_list (NULL);
    for (i = 0; imeis && imeis[i]; i++) {
        if (!g_hash_table_contains (get_updates (), imeis[i]) &&
            nl668_registry_is_unsettled (imeis[i]))
            return TRUE;
    }
    return FALSE;
}
