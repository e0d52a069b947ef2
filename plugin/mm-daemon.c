/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gmodule.h>

#include "mm-daemon.h"

/* MM_AUTHORIZATION_FIRMWARE in src/mm-auth-provider.h */
#define AUTHORIZATION_FIRMWARE "org.freedesktop.ModemManager1.Firmware"

/* In the daemon's log, where the stock plugins have theirs */
#define MODULE_NAME "fibocom-nl668"

/* The one structure of the daemon that is known here (src/mm-plugin.h) */
typedef struct {
    GObjectClass  parent;
    GCallback     create_modem;
    GCallback     grab_port;
} MMPluginClass;

typedef enum {
    GENERATION_1_20,
    GENERATION_1_22,
    GENERATION_1_24,
    GENERATION_1_26,
} Generation;

/* What the daemon's functions look like */
typedef void     (* AuthorizeFunc)       (gpointer, GDBusMethodInvocation *, const gchar *, GAsyncReadyCallback, gpointer);
typedef gboolean (* AuthorizeFinishFunc) (gpointer, GAsyncResult *, GError **);
typedef void     (* LogFunc)             (gpointer, const gchar *, const gchar *, const gchar *, guint32, const gchar *, ...) G_GNUC_PRINTF (6, 7);
typedef gboolean (* HasPortFunc)         (GList *);

static struct {
    Generation generation;

    /* Plugins */
    GType         (* plugin_get_type) (void);
    const gchar * (* plugin_get_name) (MMPlugin *);
    HasPortFunc      has_qmi_port;
    HasPortFunc      has_mbim_port;
    GCallback        broadband_modem_new;
    GCallback        broadband_modem_qmi_new;
    GCallback        broadband_modem_mbim_new;

    /* Modem */
    GList *             (* find_ports)        (MMBaseModem *, gint, gint);
    void                (* at_command)        (MMBaseModem *, const gchar *, guint, gboolean, GAsyncReadyCallback, gpointer);
    const gchar *       (* at_command_finish) (MMBaseModem *, GAsyncResult *, GError **);
    void                (* set_current_modes) (MMBaseModem *, guint, guint, GAsyncReadyCallback, gpointer);
    gboolean            (* set_current_modes_finish) (MMBaseModem *, GAsyncResult *, GError **);
    AuthorizeFunc          authorize;
    AuthorizeFinishFunc    authorize_finish;

    /* Ports */
    gboolean (* port_open)       (MMPortSerialAt *, GError **);
    void     (* port_close)      (MMPortSerialAt *);
    gboolean (* port_is_open)    (MMPortSerialAt *);
    void     (* add_urc_handler) (MMPortSerialAt *, GRegex *, MMDaemonUrcFunc, gpointer, GDestroyNotify);

    LogFunc log;
} mm;

/*****************************************************************************/
/* Binding */

typedef struct {
    const gchar *name;
    gpointer    *function;
} Symbol;

static const Symbol symbols[] = {
    { "mm_plugin_get_type",                            (gpointer *) &mm.plugin_get_type          },
    { "mm_plugin_get_name",                            (gpointer *) &mm.plugin_get_name          },
    { "mm_port_probe_list_has_qmi_port",               (gpointer *) &mm.has_qmi_port             },
    { "mm_port_probe_list_has_mbim_port",              (gpointer *) &mm.has_mbim_port            },
    { "mm_broadband_modem_new",                        (gpointer *) &mm.broadband_modem_new      },
    { "mm_base_modem_find_ports",                      (gpointer *) &mm.find_ports               },
    { "mm_base_modem_at_command",                      (gpointer *) &mm.at_command               },
    { "mm_base_modem_at_command_finish",               (gpointer *) &mm.at_command_finish        },
    { "mm_iface_modem_set_current_modes",              (gpointer *) &mm.set_current_modes        },
    { "mm_iface_modem_set_current_modes_finish",       (gpointer *) &mm.set_current_modes_finish },
    { "mm_port_serial_open",                           (gpointer *) &mm.port_open                },
    { "mm_port_serial_close",                          (gpointer *) &mm.port_close               },
    { "mm_port_serial_is_open",                        (gpointer *) &mm.port_is_open             },
    { "mm_port_serial_at_add_unsolicited_msg_handler", (gpointer *) &mm.add_urc_handler          },
    { "_mm_log",                                       (gpointer *) &mm.log                      },
};

static const Symbol symbols_authorize[] = {
    { "mm_base_modem_authorize",        (gpointer *) &mm.authorize        },
    { "mm_base_modem_authorize_finish", (gpointer *) &mm.authorize_finish },
};

static const Symbol symbols_authorize_1_26[] = {
    { "mm_iface_auth_authorize",        (gpointer *) &mm.authorize        },
    { "mm_iface_auth_authorize_finish", (gpointer *) &mm.authorize_finish },
};

/* A daemon may be built without QMI or without MBIM */
static const Symbol symbols_optional[] = {
    { "mm_broadband_modem_qmi_new",  (gpointer *) &mm.broadband_modem_qmi_new  },
    { "mm_broadband_modem_mbim_new", (gpointer *) &mm.broadband_modem_mbim_new },
};

/* What tells the generations apart, newest first */
static const struct {
    const gchar *name;
    Generation   generation;
} marks[] = {
    { "mm_iface_auth_authorize",                    GENERATION_1_26 },
    { "mm_base_modem_get_subsystem_device_id",      GENERATION_1_24 },
    { "mm_base_modem_get_physdev",                  GENERATION_1_22 },
    { "mm_plugin_get_allowed_subsystem_vendor_ids", GENERATION_1_20 },
};

static const gchar *
find_missing (GModule      *program,
              const Symbol *wanted,
              gsize         n_wanted)
{
    gsize i;

    for (i = 0; i < n_wanted; i++) {
        if (!g_module_symbol (program, wanted[i].name, wanted[i].function) || !*wanted[i].function)
            return wanted[i].name;
    }
    return NULL;
}

static gboolean
find_generation (GModule *program)
{
    gpointer symbol;
    gsize    i;

    for (i = 0; i < G_N_ELEMENTS (marks); i++) {
        if (g_module_symbol (program, marks[i].name, &symbol)) {
            mm.generation = marks[i].generation;
            return TRUE;
        }
    }
    return FALSE;
}

static const gchar *
bind_symbols (GModule *program)
{
    const gchar *missing;

    missing = find_missing (program, symbols, G_N_ELEMENTS (symbols));
    if (missing)
        return missing;

    find_missing (program, symbols_optional, 1);
    find_missing (program, symbols_optional + 1, 1);

    return (mm.generation >= GENERATION_1_26 ?
            find_missing (program, symbols_authorize_1_26, G_N_ELEMENTS (symbols_authorize_1_26)) :
            find_missing (program, symbols_authorize, G_N_ELEMENTS (symbols_authorize)));
}

const gchar *
mm_daemon_bind (void)
{
    /* Not allocated: nobody could free it once the plugin is unloaded */
    static gchar  reason[200];
    GModule      *program;
    const gchar  *missing;
    GTypeQuery    query = { 0 };

    /* Never closed: it is the program itself */
    program = g_module_open (NULL, 0);
    if (!program || !find_generation (program))
        return "this is not ModemManager, or it is older than 1.20";

    missing = bind_symbols (program);
    if (missing) {
        g_snprintf (reason, sizeof (reason),
                    "this ModemManager does not export %s: "
                    "look for a newer version of this plugin", missing);
        return reason;
    }

    g_type_query (mm.plugin_get_type (), &query);
    if (query.class_size != sizeof (MMPluginClass)) {
        g_snprintf (reason, sizeof (reason),
                    "the MMPluginClass of this ModemManager has %u bytes instead of %u: "
                    "look for a newer version of this plugin",
                    query.class_size, (guint) sizeof (MMPluginClass));
        return reason;
    }

    return NULL;
}

gint
mm_daemon_get_plugin_major_version (void)
{
    return mm.generation >= GENERATION_1_22 ? 5 : 4;
}

/* 1.24 gave the vendor id 1508 to its Fibocom plugin, which learnt that only
 * later; before, it was the others that did it. */
gboolean
mm_daemon_allows_qcdm (void)
{
    return mm.generation != GENERATION_1_24;
}

/*****************************************************************************/
/* create_modem () as each generation has it */

typedef MMBaseModem * (* CreateModem_1_20) (MMPlugin *, const gchar *, const gchar **, guint16, guint16, guint16, GList *, GError **);
typedef MMBaseModem * (* CreateModem_1_22) (MMPlugin *, const gchar *, const gchar *, const gchar **, guint16, guint16, guint16, GList *, GError **);
typedef MMBaseModem * (* CreateModem_1_24) (MMPlugin *, const gchar *, const gchar *, const gchar **, guint16, guint16, guint16, guint16, GList *, GError **);

/* mm_broadband_modem_new (), and the QMI and MBIM ones */
typedef MMBaseModem * (* BroadbandModemNew_1_20) (const gchar *, const gchar **, const gchar *, guint16, guint16);
typedef MMBaseModem * (* BroadbandModemNew_1_22) (const gchar *, const gchar *, const gchar **, const gchar *, guint16, guint16);

/* Own plugin and plugin taken over: one function creates the modems of both. */
static MMDaemonCreateModem own_create_modem;

/* What the plugin taken over had instead, if there is one */
static GCallback stock_create_modem;

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
    const MMDaemonDevice device = { uid, NULL, drivers, vendor, product, subsystem_vendor, 0, probes };

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
    const MMDaemonDevice device = { uid, physdev, drivers, vendor, product, subsystem_vendor, 0, probes };

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
    const MMDaemonDevice device = { uid, physdev, drivers, vendor, product, subsystem_vendor, subsystem_device, probes };

    return own_create_modem (self, &device, error);
}

static GCallback
get_create_modem (void)
{
    if (mm.generation >= GENERATION_1_24)
        return G_CALLBACK (create_modem_1_24);
    if (mm.generation >= GENERATION_1_22)
        return G_CALLBACK (create_modem_1_22);
    return G_CALLBACK (create_modem_1_20);
}

static MMBaseModem *
call_stock_create_modem (MMPlugin              *self,
                         const MMDaemonDevice  *d,
                         GError               **error)
{
    if (mm.generation >= GENERATION_1_24)
        return ((CreateModem_1_24) stock_create_modem) (self, d->uid, d->physdev, d->drivers, d->vendor, d->product,
                                                        d->subsystem_vendor, d->subsystem_device, d->probes, error);
    if (mm.generation >= GENERATION_1_22)
        return ((CreateModem_1_22) stock_create_modem) (self, d->uid, d->physdev, d->drivers, d->vendor, d->product,
                                                        d->subsystem_vendor, d->probes, error);
    return ((CreateModem_1_20) stock_create_modem) (self, d->uid, d->drivers, d->vendor, d->product,
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

gboolean
mm_daemon_plugin_take_over (const gchar *type_name)
{
    MMPluginClass *klass;
    GType          type;

    type = g_type_from_name (type_name);
    if (!g_type_is_a (type, mm.plugin_get_type ()))
        return FALSE;

    /* Never given back: the class lives as long as the daemon. */
    klass = g_type_class_ref (type);
    stock_create_modem = klass->create_modem;
    klass->create_modem = get_create_modem ();
    return TRUE;
}

/* The constructors of all generic modems look alike. */
static MMBaseModem *
create_generic_modem (MMPlugin             *self,
                      const MMDaemonDevice *d)
{
    GCallback new = mm.broadband_modem_new;

    if (mm.broadband_modem_qmi_new && mm.has_qmi_port (d->probes))
        new = mm.broadband_modem_qmi_new;
    else if (mm.broadband_modem_mbim_new && mm.has_mbim_port (d->probes))
        new = mm.broadband_modem_mbim_new;

    if (mm.generation >= GENERATION_1_22)
        return ((BroadbandModemNew_1_22) new) (d->uid, d->physdev, d->drivers, mm.plugin_get_name (self), d->vendor, d->product);
    return ((BroadbandModemNew_1_20) new) (d->uid, d->drivers, mm.plugin_get_name (self), d->vendor, d->product);
}

MMBaseModem *
mm_daemon_create_stock_modem (MMPlugin              *self,
                              const MMDaemonDevice  *device,
                              GError               **error)
{
    return (stock_create_modem ?
            call_stock_create_modem (self, device, error) :
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

    /* The numbers of the port types differ between the generations, the names
     * of the classes do not. */
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

void
mm_daemon_port_send_at_once (MMPortSerialAt *port)
{
    /* A daemon that has no such delay does it anyway. */
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

const gchar *
mm_daemon_at_command_finish (MMBaseModem   *modem,
                             GAsyncResult  *res,
                             GError       **error)
{
    return mm.at_command_finish (modem, res, error);
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
    return mm.set_current_modes_finish (modem, res, error);
}

void
mm_daemon_authorize_firmware (MMBaseModem           *modem,
                              GDBusMethodInvocation *invocation,
                              GAsyncReadyCallback    callback,
                              gpointer               user_data)
{
    mm.authorize (modem, invocation, AUTHORIZATION_FIRMWARE, callback, user_data);
}

gboolean
mm_daemon_authorize_firmware_finish (MMBaseModem   *modem,
                                     GAsyncResult  *res,
                                     GError       **error)
{
    return mm.authorize_finish (modem, res, error);
}

/*****************************************************************************/
/* Log of the daemon */

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
    va_list              args;

    G_STATIC_ASSERT (G_N_ELEMENTS (levels_1_20) == MM_DAEMON_LOG_LAST);
    G_STATIC_ASSERT (G_N_ELEMENTS (levels_1_22) == MM_DAEMON_LOG_LAST);

    va_start (args, format);
    message = g_strdup_vprintf (format, args);
    va_end (args);

    mm.log (modem, MODULE_NAME, NULL, NULL,
            mm.generation >= GENERATION_1_22 ? levels_1_22[level] : levels_1_20[level],
            "%s", message);
}
