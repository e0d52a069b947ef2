/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <glib/gi18n.h>

#include "nl668-at.h"
#include "nl668-client-find.h"

#define CONNECT_FLAGS    G_DBUS_OBJECT_MANAGER_CLIENT_FLAGS_DO_NOT_AUTO_START
#define UPDATE_INTERFACE "org.freedesktop.ModemManager1.Modem.Firmware.Update"

/*****************************************************************************/
/* Selectors */

static gboolean
is_index (const gchar *string)
{
    return string[strspn (string, "0123456789")] == '\0';
}

/* In the order of the stock mmcli, which does not know IMEIs */
gchar *
nl668_client_parse_selector (const gchar         *string,
                             Nl668ClientSelector *kind)
{
    *kind = NL668_CLIENT_SELECTOR_PATH;
    if (!string || !*string)
        return NULL;
    if (g_str_has_prefix (string, MM_DBUS_MODEM_PREFIX))
        return g_strdup (string);
    if (nl668_is_imei (string)) {
        *kind = NL668_CLIENT_SELECTOR_IMEI;
        return g_strdup (string);
    }
    if (is_index (string))
        return g_strconcat (MM_DBUS_MODEM_PREFIX "/", string, NULL);

    /* The stock mmcli accepts "a" and "an", too */
    if (g_ascii_strncasecmp (string, "any", strlen (string)) == 0)
        *kind = NL668_CLIENT_SELECTOR_ANY;
    else
        *kind = NL668_CLIENT_SELECTOR_UID;
    return g_strdup (string);
}

/* libmm-glib has a getter for this property only since 1.22 */
static gboolean
has_physdev (MMModem     *modem,
             const gchar *physdev)
{
    g_autoptr(GVariant) value = NULL;

    value = g_dbus_proxy_get_cached_property (G_DBUS_PROXY (modem), "Physdev");
    return value &&
           g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
           g_str_equal (g_variant_get_string (value, NULL), physdev);
}

static gboolean
matches_selector (MMObject            *object,
                  Nl668ClientSelector  kind,
                  const gchar         *name)
{
    MMModem *modem;

    modem = mm_object_peek_modem (object);
    if (!modem)
        return FALSE;

    switch (kind) {
    case NL668_CLIENT_SELECTOR_ANY:
        return TRUE;
    case NL668_CLIENT_SELECTOR_UID:
        return g_strcmp0 (mm_modem_get_device (modem), name) == 0 || has_physdev (modem, name);
    case NL668_CLIENT_SELECTOR_IMEI:
        return g_strcmp0 (mm_modem_get_equipment_identifier (modem), name) == 0;
    case NL668_CLIENT_SELECTOR_PATH:
    default:
        return g_str_equal (mm_object_get_path (object), name);
    }
}

/*****************************************************************************/
/* ModemManager */

void
nl668_client_connect (GDBusConnection     *connection,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    mm_manager_new (connection, CONNECT_FLAGS, NULL, callback, user_data);
}

/* @error is only set if @manager is NULL */
static void
explain (MMManager  *manager,
         GError    **error)
{
    if (manager)
        return;
    if (error)
        g_dbus_error_strip_remote_error (*error);
    g_prefix_error (error, _("couldn't create manager: "));
}

MMManager *
nl668_client_connect_finish (GAsyncResult  *res,
                             GError       **error)
{
    MMManager *manager;

    manager = mm_manager_new_finish (res, error);
    explain (manager, error);
    return manager;
}

MMManager *
nl668_client_connect_sync (GDBusConnection  *connection,
                           GError          **error)
{
    MMManager *manager;

    manager = mm_manager_new_sync (connection, CONNECT_FLAGS, NULL, error);
    explain (manager, error);
    return manager;
}

gboolean
nl668_client_has_owner (MMManager  *manager,
                        GError    **error)
{
    g_autofree gchar *owner = NULL;

    owner = g_dbus_object_manager_client_get_name_owner (G_DBUS_OBJECT_MANAGER_CLIENT (manager));
    if (!owner) {
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                             _("couldn't find the ModemManager process in the bus"));
        return FALSE;
    }
    g_debug ("ModemManager process found at '%s'", owner);
    return TRUE;
}

/*****************************************************************************/
/* Modem objects */

static guint64
get_index (MMObject *object)
{
    const gchar *path;

    path = mm_object_get_path (object);
    return g_ascii_strtoull (strrchr (path, '/') + 1, NULL, 10);
}

static gint
compare_indices (gconstpointer a,
                 gconstpointer b)
{
    guint64 index_a = get_index (*(MMObject **) a);
    guint64 index_b = get_index (*(MMObject **) b);

    return (index_a > index_b) - (index_a < index_b);
}

GPtrArray *
nl668_client_list_modems (MMManager *manager)
{
    GPtrArray *modems;
    GList     *objects;
    GList     *l;

    modems = g_ptr_array_new_with_free_func (g_object_unref);
    objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (manager));
    for (l = objects; l; l = g_list_next (l)) {
        g_autoptr(GDBusProxy) proxy = NULL;

        proxy = nl668_client_get_update_proxy (l->data);
        if (proxy && mm_object_peek_modem (l->data))
            g_ptr_array_add (modems, g_object_ref (l->data));
    }
    g_list_free_full (objects, g_object_unref);

    g_ptr_array_sort (modems, compare_indices);
    return modems;
}

MMObject *
nl668_client_find_modem (MMManager    *manager,
                         const gchar  *selector,
                         GError      **error)
{
    g_autofree gchar    *name = NULL;
    Nl668ClientSelector  kind;
    MMObject            *found = NULL;
    GList               *objects;
    GList               *l;

    name = nl668_client_parse_selector (selector, &kind);
    if (!name) {
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                             _("no modem was specified"));
        return NULL;
    }

    objects = g_dbus_object_manager_get_objects (G_DBUS_OBJECT_MANAGER (manager));
    for (l = objects; l && !found; l = g_list_next (l)) {
        if (matches_selector (MM_OBJECT (l->data), kind, name))
            found = g_object_ref (l->data);
    }
    g_list_free_full (objects, g_object_unref);

    if (!found)
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                             _("couldn't find modem"));
    return found;
}

static const gchar *
get_known (const gchar *string)
{
    return string ? string : _("unknown");
}

static gchar *
describe_modems (GPtrArray *modems)
{
    GString *text;
    guint    i;

    text = g_string_new (NULL);
    for (i = 0; i < modems->len; i++) {
        MMModem *modem = mm_object_peek_modem (g_ptr_array_index (modems, i));

        g_string_append_printf (text, "%s-m %" G_GUINT64_FORMAT " (%s, %s)", i ? "; " : "",
                                get_index (g_ptr_array_index (modems, i)),
                                get_known (mm_modem_get_equipment_identifier (modem)),
                                get_known (mm_modem_get_revision (modem)));
    }
    return g_string_free (text, FALSE);
}

MMObject *
nl668_client_find_only_modem (MMManager    *manager,
                              const gchar  *selector,
                              GError      **error)
{
    g_autoptr(GPtrArray)  modems = NULL;
    g_autofree gchar     *name = NULL;
    g_autofree gchar     *description = NULL;
    Nl668ClientSelector   kind;

    name = nl668_client_parse_selector (selector, &kind);
    if (name && kind == NL668_CLIENT_SELECTOR_ANY) {
        modems = nl668_client_list_modems (manager);
        if (modems->len == 1)
            return g_object_ref (g_ptr_array_index (modems, 0));
        if (modems->len > 1) {
            description = describe_modems (modems);
            g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                         _("there are several modems, choose one: %s"), description);
            return NULL;
        }
    }
    return nl668_client_find_modem (manager, selector, error);
}

static gboolean
is_modem (MMObject    *object,
          const gchar *imei,
          const gchar *device)
{
    MMModem *modem;

    modem = mm_object_peek_modem (object);
    if (imei)
        return g_strcmp0 (mm_modem_get_equipment_identifier (modem), imei) == 0;
    return g_strcmp0 (mm_modem_get_device (modem), device) == 0;
}

MMObject *
nl668_client_find_again (MMManager   *manager,
                         const gchar *imei,
                         const gchar *device)
{
    g_autoptr(GPtrArray) modems = NULL;
    guint                i;

    modems = nl668_client_list_modems (manager);
    for (i = 0; i < modems->len; i++) {
        if (is_modem (g_ptr_array_index (modems, i), imei, device))
            return g_object_ref (g_ptr_array_index (modems, i));
    }
    return NULL;
}

/*****************************************************************************/
/* The interface and the USB port of a modem */

/* The manager has already created the proxy, and keeps its properties up to date */
GDBusProxy *
nl668_client_get_update_proxy (MMObject *object)
{
    GDBusInterface *interface;

    interface = g_dbus_object_get_interface (G_DBUS_OBJECT (object), UPDATE_INTERFACE);
    return interface ? G_DBUS_PROXY (interface) : NULL;
}

/* "Device" is the path in sysfs, unless a udev rule sets it to a name */
static gchar *
find_port_path (MMModem *modem)
{
    g_autofree gchar *device = NULL;
    const gchar      *name;

    device = mm_modem_dup_device (modem);
    if (device && g_path_is_absolute (device) && g_file_test (device, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&device);

    name = mm_modem_get_primary_port (modem);
    return name ? nl668_usb_port_find_path (name) : NULL;
}

Nl668UsbPort *
nl668_client_open_port (MMObject *object)
{
    g_autoptr(Nl668UsbPort)  port = NULL;
    g_autofree gchar        *path = NULL;

    path = find_port_path (mm_object_peek_modem (object));
    if (!path)
        return NULL;

    port = nl668_usb_port_new (path);
    if (nl668_usb_port_get_state (port) == NL668_USB_PORT_STATE_ABSENT)
        return NULL;
    g_debug ("watching the USB port at '%s'", path);
    return g_steal_pointer (&port);
}

/*****************************************************************************/
/* The data connection of a modem */

static gboolean
is_at_port (MMModem     *modem,
            const gchar *name)
{
    const MMModemPortInfo *ports;
    guint                  n_ports;
    guint                  i;

    if (!name || !mm_modem_peek_ports (modem, &ports, &n_ports))
        return FALSE;
    for (i = 0; i < n_ports; i++) {
        if (ports[i].type == MM_MODEM_PORT_TYPE_AT && g_str_equal (ports[i].name, name))
            return TRUE;
    }
    return FALSE;
}

static void
bearers_ready (GObject      *source,
               GAsyncResult *res,
               gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    MMModem          *modem = MM_MODEM (source);
    gchar            *name = NULL;
    GList            *bearers;
    GList            *l;

    bearers = mm_modem_list_bearers_finish (modem, res, NULL);
    for (l = bearers; l && !name; l = g_list_next (l)) {
        if (mm_bearer_get_connected (l->data) &&
            is_at_port (modem, mm_bearer_get_interface (l->data)))
            name = mm_bearer_dup_interface (l->data);
    }
    g_list_free_full (bearers, g_object_unref);
    g_task_return_pointer (task, name, g_free);
}

void
nl668_client_find_taken_port (MMObject            *object,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
    mm_modem_list_bearers (mm_object_peek_modem (object), cancellable, bearers_ready,
                           g_task_new (object, cancellable, callback, user_data));
}

gchar *
nl668_client_find_taken_port_finish (GAsyncResult  *res,
                                     GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}
