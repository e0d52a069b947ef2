/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "mm-daemon.h"

/* The module name in the daemon's log, as for stock plugins */
#define MODULE_NAME "fibocom-nl668"

/* How many different messages mm_daemon_warn_once () logs */
#define WARNINGS_MAX 1000

gint
mm_daemon_get_plugin_major_version (void)
{
    return mm.generation >= MM_DAEMON_1_22 ? 5 : 4;
}

gboolean
mm_daemon_is_untried (void)
{
    return mm.is_untried;
}

/* Since 1.24, the stock Fibocom plugin claims the vendor ID 1508, but it supports QCDM ports only
 * since 1.26. Before 1.24, the plugins that may claim it all do. */
gboolean
mm_daemon_allows_qcdm (void)
{
    return mm.generation != MM_DAEMON_1_24;
}

/*****************************************************************************/
/* create_modem () of each generation */

/* Creates the modems of the plugin and of the stock plugin. */
static MMDaemonCreateModem own_create_modem;

/* The plugin of the daemon that creates the modems of all other devices */
#define GENERIC_PLUGIN_TYPE "MMPluginGeneric"

/* The stock plugin's and the generic plugin's, if there are any */
static GCallback stock_create_modem;
static GCallback generic_create_modem;

static MMBaseModem *
create_modem_1_20 (MMPlugin     *self,
                   const gchar  *uid,
                   const gchar **drivers,
                   guint16       vendor,
                   guint16       product,
                   guint16       subsystem_vendor,
                   GList        *probes,
                   GError      **error)
{
    const MMDaemonDevice device = {
        uid, NULL, drivers, vendor, product, subsystem_vendor, 0, probes
    };

    return own_create_modem (self, &device, error);
}

static MMBaseModem *
create_modem_1_22 (MMPlugin     *self,
                   const gchar  *uid,
                   const gchar  *physdev,
                   const gchar **drivers,
                   guint16       vendor,
                   guint16       product,
                   guint16       subsystem_vendor,
                   GList        *probes,
                   GError      **error)
{
    const MMDaemonDevice device = {
        uid, physdev, drivers, vendor, product, subsystem_vendor, 0, probes
    };

    return own_create_modem (self, &device, error);
}

static MMBaseModem *
create_modem_1_24 (MMPlugin     *self,
                   const gchar  *uid,
                   const gchar  *physdev,
                   const gchar **drivers,
                   guint16       vendor,
                   guint16       product,
                   guint16       subsystem_vendor,
                   guint16       subsystem_device,
                   GList        *probes,
                   GError      **error)
{
    const MMDaemonDevice device = {
        uid, physdev, drivers, vendor, product, subsystem_vendor, subsystem_device, probes
    };

    return own_create_modem (self, &device, error);
}

/* The function of the stock plugin has the same type. */
typedef __typeof__ (&create_modem_1_20) CreateModem_1_20;
typedef __typeof__ (&create_modem_1_22) CreateModem_1_22;
typedef __typeof__ (&create_modem_1_24) CreateModem_1_24;

static GCallback
get_create_modem (void)
{
    if (mm.generation >= MM_DAEMON_1_24)
        return G_CALLBACK (create_modem_1_24);
    if (mm.generation >= MM_DAEMON_1_22)
        return G_CALLBACK (create_modem_1_22);
    return G_CALLBACK (create_modem_1_20);
}

static GCallback
find_stock_create_modem (MMPlugin *self)
{
    if (g_str_equal (G_OBJECT_TYPE_NAME (self), GENERIC_PLUGIN_TYPE))
        return generic_create_modem;
    return stock_create_modem;
}

static MMBaseModem *
call_create_modem (GCallback              create_modem,
                   MMPlugin              *self,
                   const MMDaemonDevice  *d,
                   GError               **error)
{
    if (mm.generation >= MM_DAEMON_1_24)
        return ((CreateModem_1_24) create_modem) (self, d->uid, d->physdev, d->drivers,
                                                  d->vendor, d->product,
                                                  d->subsystem_vendor, d->subsystem_device,
                                                  d->probes, error);
    if (mm.generation >= MM_DAEMON_1_22)
        return ((CreateModem_1_22) create_modem) (self, d->uid, d->physdev, d->drivers,
                                                  d->vendor, d->product,
                                                  d->subsystem_vendor, d->probes, error);
    return ((CreateModem_1_20) create_modem) (self, d->uid, d->drivers, d->vendor, d->product,
                                              d->subsystem_vendor, d->probes, error);
}

/*****************************************************************************/
/* Plugins and the modems they create */

static void
plugin_class_init (gpointer klass,
                   gpointer class_data)
{
    ((MMPluginClass *) klass)->create_modem = get_create_modem ();
}

GType
mm_daemon_plugin_register (const gchar         *type_name,
                           MMDaemonCreateModem  create_modem)
{
    GTypeInfo  info = { 0 };
    GTypeQuery query;

    own_create_modem = create_modem;

    g_type_query (mm.plugin_get_type (), &query);
    info.class_size = query.class_size;
    info.class_init = plugin_class_init;
    info.instance_size = query.instance_size;
    return g_type_register_static (query.type, type_name, &info, 0);
}

/* Returns: (nullable): the function of the plugin. */
static GCallback
replace_create_modem (const gchar *type_name)
{
    MMPluginClass *klass;
    GCallback      original;
    GType          type;

    type = g_type_from_name (type_name);
    if (!g_type_is_a (type, mm.plugin_get_type ()))
        return NULL;

    /* Never unreferenced: the class must keep the new function. */
    klass = g_type_class_ref (type);
    original = klass->create_modem;
    /* In an untried daemon, the function may have other parameters. */
    if (!mm.is_untried)
        klass->create_modem = get_create_modem ();
    return original;
}

gboolean
mm_daemon_plugin_take_over (const gchar *type_name)
{
    generic_create_modem = replace_create_modem (GENERIC_PLUGIN_TYPE);
    stock_create_modem = replace_create_modem (type_name);
    return !!stock_create_modem;
}

/* mm_broadband_modem_new () and its QMI and MBIM variants */
typedef MMBaseModem * (* BroadbandModemNew_1_20) (const gchar  *uid,
                                                  const gchar **drivers,
                                                  const gchar  *plugin,
                                                  guint16       vendor,
                                                  guint16       product);
typedef MMBaseModem * (* BroadbandModemNew_1_22) (const gchar  *uid,
                                                  const gchar  *physdev,
                                                  const gchar **drivers,
                                                  const gchar  *plugin,
                                                  guint16       vendor,
                                                  guint16       product);

/* The constructors of all generic modems have the same parameters. */
static MMBaseModem *
create_generic_modem (MMPlugin             *self,
                      const MMDaemonDevice *d)
{
    GCallback new = mm.broadband_modem_new;

    if (mm.broadband_modem_qmi_new && mm.has_qmi_port (d->probes))
        new = mm.broadband_modem_qmi_new;
    else if (mm.broadband_modem_mbim_new && mm.has_mbim_port (d->probes))
        new = mm.broadband_modem_mbim_new;

    if (mm.generation >= MM_DAEMON_1_22)
        return ((BroadbandModemNew_1_22) new) (d->uid, d->physdev, d->drivers,
                                               mm.plugin_get_name (self), d->vendor, d->product);
    return ((BroadbandModemNew_1_20) new) (d->uid, d->drivers,
                                           mm.plugin_get_name (self), d->vendor, d->product);
}

MMBaseModem *
mm_daemon_create_stock_modem (MMPlugin              *self,
                              const MMDaemonDevice  *device,
                              GError               **error)
{
    GCallback create_modem;

    create_modem = find_stock_create_modem (self);
    return (create_modem ?
            call_create_modem (create_modem, self, device, error) :
            create_generic_modem (self, device));
}

/*****************************************************************************/
/* Modem */

GList *
mm_daemon_find_at_ports (MMBaseModem *modem)
{
    GList *all;
    GList *l;
    GList *ports = NULL;
    GType  at_port_type;

    /* The numeric port types depend on the generation; the class names do not. */
    at_port_type = g_type_from_name ("MMPortSerialAt");
    all = mm.find_ports (modem, 0, 0);
    for (l = all; l; l = g_list_next (l)) {
        if (at_port_type && g_type_is_a (G_OBJECT_TYPE (l->data), at_port_type))
            ports = g_list_prepend (ports, g_object_ref (l->data));
    }
    g_list_free_full (all, g_object_unref);
    return g_list_reverse (ports);
}

gboolean
mm_daemon_port_open (MMPortSerialAt  *port,
                     GError         **error)
{
    return mm.port_open (port, error);
}

void
mm_daemon_port_close (MMPortSerialAt *port)
{
    if (mm.port_is_open (port))
        mm.port_close (port);
}

gboolean
mm_daemon_port_is_connected (MMPortSerialAt *port)
{
    gboolean is_connected = FALSE;

    if (g_object_class_find_property (G_OBJECT_GET_CLASS (port), "connected"))
        g_object_get (port, "connected", &is_connected, NULL);
    return is_connected;
}

void
mm_daemon_port_send_at_once (MMPortSerialAt *port)
{
    /* Daemons without this property have no delay. */
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (port), "send-delay"))
        g_object_set (port, "send-delay", (guint64) 0, NULL);
}

void
mm_daemon_port_add_urc_handler (MMPortSerialAt  *port,
                                GRegex          *regex,
                                MMDaemonUrcFunc  callback,
                                gpointer         user_data,
                                GDestroyNotify   notify)
{
    mm.add_urc_handler (port, regex, callback, user_data, notify);
}

void
mm_daemon_at_command (MMBaseModem         *modem,
                      const gchar         *command,
                      guint                timeout,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    mm.at_command (modem, command, timeout, FALSE /* allow_cached */, callback, user_data);
}

/* The daemon quotes a text of the module's error that it does not know. It may contain a secret. */
static void
hide_words (GError **error)
{
    if (!error || !*error)
        return;
    if (g_error_matches (*error, MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN) ||
        g_error_matches (*error, MM_MESSAGE_ERROR, MM_MESSAGE_ERROR_UNKNOWN)) {
        g_free ((*error)->message);
        (*error)->message = g_strdup ("Unknown error");
    }
}

const gchar *
mm_daemon_at_command_finish (MMBaseModem   *modem,
                             GAsyncResult  *res,
                             GError       **error)
{
    const gchar *response;

    response = mm.at_command_finish (modem, res, error);
    hide_words (error);
    return response;
}

void
mm_daemon_set_current_modes (MMBaseModem         *modem,
                             guint                allowed,
                             guint                preferred,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
    mm.set_current_modes (modem, allowed, preferred, callback, user_data);
}

gboolean
mm_daemon_set_current_modes_finish (MMBaseModem   *modem,
                                    GAsyncResult  *res,
                                    GError       **error)
{
    gboolean is_set;

    is_set = mm.set_current_modes_finish (modem, res, error);
    hide_words (error);
    return is_set;
}

/*****************************************************************************/
/* The daemon's log */

void
mm_daemon_log (MMBaseModem *modem,
               MMDaemonLog  level,
               const gchar *format,
               ...)
{
    /* MMLogLevel in src/mm-log.h */
    static const guint32 levels_1_20[] = { 1 << 1, 1 << 2, 1 << 3 };
    static const guint32 levels_1_22[] = { 1 << 1, 1 << 3, 1 << 4 };
    g_autofree gchar    *message = NULL;
    g_autofree gchar    *valid = NULL;
    g_autofree gchar    *ascii = NULL;
    va_list              args;

    G_STATIC_ASSERT (G_N_ELEMENTS (levels_1_20) == MM_DAEMON_LOG_LAST);
    G_STATIC_ASSERT (G_N_ELEMENTS (levels_1_22) == MM_DAEMON_LOG_LAST);

    va_start (args, format);
    message = g_strdup_vprintf (format, args);
    va_end (args);
    /* A terminal of the C locale must be able to show it. */
    valid = g_utf8_make_valid (message, -1);
    ascii = g_str_to_ascii (valid, "C");

    mm.log (modem, MODULE_NAME, NULL, NULL,
            mm.generation >= MM_DAEMON_1_22 ? levels_1_22[level] : levels_1_20[level],
            "%s", ascii);
}

void
mm_daemon_warn_once (const gchar *message,
                     gpointer     user_data)
{
    static GHashTable *logged = NULL;

    if (!logged)
        logged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (g_hash_table_size (logged) < WARNINGS_MAX && g_hash_table_add (logged, g_strdup (message)))
        mm_daemon_warn (NULL, "%s", message);
}
