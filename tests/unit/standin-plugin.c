/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <dlfcn.h>

#include <gmodule.h>

#include "standin-daemon.h"

const gchar *standin_drivers[] = { "option1", "qmi_wwan", NULL };
GList        standin_probes = { NULL, NULL, NULL };
gboolean     standin_has_qmi_port;
gboolean     standin_has_mbim_port;

/*****************************************************************************/
/* Exported symbols: replaces the function of GModule that the plugin calls */

static GHashTable *replaced;
static GPtrArray  *wanted;

gboolean
g_module_symbol (GModule     *module,
                 const gchar *name,
                 gpointer    *symbol)
{
    static gboolean (* original) (GModule *, const gchar *, gpointer *);

    if (!original)
        *(gpointer *) &original = dlsym (RTLD_NEXT, "g_module_symbol");

    if (wanted)
        g_ptr_array_add (wanted, g_strdup (name));
    if (replaced && g_hash_table_lookup_extended (replaced, name, NULL, symbol))
        return !!*symbol;
    return original (module, name, symbol);
}

void
standin_replace_symbol (const gchar *name,
                        gpointer     function)
{
    if (!replaced)
        replaced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_insert (replaced, g_strdup (name), function);
}

void
standin_restore_symbols (void)
{
    g_clear_pointer (&replaced, g_hash_table_unref);
}

void
standin_watch_symbols (void)
{
    wanted = g_ptr_array_new_with_free_func (g_free);
}

GPtrArray *
standin_take_wanted (void)
{
    return g_steal_pointer (&wanted);
}

/*****************************************************************************/
/* Plugins */

typedef struct {
    guint16 vendor;
    guint16 product;
} ProductId;

enum {
    PLUGIN_PROP_0,
    PLUGIN_PROP_NAME,
    PLUGIN_PROP_ALLOWED_SUBSYSTEMS,
    PLUGIN_PROP_ALLOWED_PRODUCT_IDS,
    PLUGIN_PROP_ALLOWED_AT,
    PLUGIN_PROP_ALLOWED_QCDM,
    PLUGIN_PROP_ALLOWED_QMI,
    PLUGIN_PROP_ALLOWED_MBIM,
};

G_DEFINE_TYPE (MMPlugin, mm_plugin, G_TYPE_OBJECT)

static void
check_plugin (gpointer plugin)
{
    g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (plugin, mm_plugin_get_type ()));
}

const gchar *
mm_plugin_get_name (MMPlugin *self)
{
    check_plugin (self);
    return self->name;
}

gconstpointer
mm_plugin_get_allowed_subsystem_vendor_ids (MMPlugin *self)
{
    g_assert_not_reached ();
}

static void
claim_subsystems (MMPlugin     *self,
                  const GValue *value)
{
    gchar            **subsystems = g_value_get_boxed (value);
    g_autofree gchar  *list = NULL;

    list = subsystems ? g_strjoinv (",", subsystems) : NULL;
    g_string_append (self->claims, list ? list : "any");
}

static void
claim_product_ids (MMPlugin     *self,
                   const GValue *value)
{
    const ProductId *id;

    for (id = g_value_get_pointer (value); id && id->vendor; id++)
        g_string_append_printf (self->claims, " %04x:%04x", id->vendor, id->product);
}

static void
set_property (GObject      *object,
              guint         prop_id,
              const GValue *value,
              GParamSpec   *pspec)
{
    MMPlugin *self = (MMPlugin *) object;

    switch (prop_id) {
    case PLUGIN_PROP_NAME:
        self->name = g_value_dup_string (value);
        break;
    case PLUGIN_PROP_ALLOWED_SUBSYSTEMS:
        claim_subsystems (self, value);
        break;
    case PLUGIN_PROP_ALLOWED_PRODUCT_IDS:
        claim_product_ids (self, value);
        break;
    default:
        g_string_append_printf (self->claims, " %s=%s", pspec->name,
                                g_value_get_boolean (value) ? "yes" : "no");
        break;
    }
}

static void
mm_plugin_init (MMPlugin *self)
{
    self->claims = g_string_new (NULL);
}

static void
finalize (GObject *object)
{
    MMPlugin *self = (MMPlugin *) object;

    g_free (self->name);
    g_string_free (self->claims, TRUE);
    G_OBJECT_CLASS (mm_plugin_parent_class)->finalize (object);
}

static void
install_property (MMPluginClass *klass,
                  guint          prop_id,
                  GParamSpec    *pspec)
{
    g_object_class_install_property (&klass->parent, prop_id, pspec);
}

static void
mm_plugin_class_init (MMPluginClass *klass)
{
    const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY;

    klass->parent.set_property = set_property;
    klass->parent.finalize = finalize;
    install_property (klass, PLUGIN_PROP_NAME, g_param_spec_string ("name", "", "", NULL, flags));
    install_property (klass, PLUGIN_PROP_ALLOWED_SUBSYSTEMS,
                      g_param_spec_boxed ("allowed-subsystems", "", "", G_TYPE_STRV, flags));
    install_property (klass, PLUGIN_PROP_ALLOWED_PRODUCT_IDS,
                      g_param_spec_pointer ("allowed-product-ids", "", "", flags));
    install_property (klass, PLUGIN_PROP_ALLOWED_AT,
                      g_param_spec_boolean ("allowed-at", "", "", TRUE, flags));
    install_property (klass, PLUGIN_PROP_ALLOWED_QCDM,
                      g_param_spec_boolean ("allowed-qcdm", "", "", FALSE, flags));
    install_property (klass, PLUGIN_PROP_ALLOWED_QMI,
                      g_param_spec_boolean ("allowed-qmi", "", "", FALSE, flags));
    install_property (klass, PLUGIN_PROP_ALLOWED_MBIM,
                      g_param_spec_boolean ("allowed-mbim", "", "", FALSE, flags));
}

/*****************************************************************************/
/* Modems */

static void
check_device (const gchar  *uid,
              SINCE_1_22 (const gchar *physdev,)
              const gchar **drivers)
{
    g_assert_cmpstr (uid, ==, UID);
    SINCE_1_22 (g_assert_cmpstr (physdev, ==, PHYSDEV);)
    g_assert_true (drivers == standin_drivers);
}

/* create_modem() of the stock plugin */
static MMBaseModem *
create_modem (MMPlugin     *self,
              const gchar  *uid,
              SINCE_1_22 (const gchar *physdev,)
              const gchar **drivers,
              guint16       vendor,
              guint16       product,
              guint16       subsystem_vendor,
              SINCE_1_24 (guint16 subsystem_device,)
              GList        *probes,
              GError      **error)
{
    check_plugin (self);
    check_device (uid, SINCE_1_22 (physdev,) drivers);
    g_assert_cmphex (subsystem_vendor, ==, SUBSYSTEM_VENDOR);
    SINCE_1_24 (g_assert_cmphex (subsystem_device, ==, SUBSYSTEM_DEVICE);)
    g_assert_true (probes == &standin_probes);
    standin_note ("create_modem (%s, %s, " SINCE_1_22 ("%s, ") "%s, %04x, %04x, %04x, "
                  SINCE_1_24 ("%04x, ") "probes)",
                  self->name, uid, SINCE_1_22 (physdev,) drivers[0], vendor, product,
                  subsystem_vendor SINCE_1_24 (, subsystem_device));

    if (!product) {
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED, "no such product");
        return NULL;
    }
    return g_object_new (mm_base_modem_get_type (), NULL);
}

static void
fibocom_class_init (gpointer klass,
                    gpointer class_data)
{
    ((MMPluginClass *) klass)->create_modem = create_modem;
}

GType
standin_plugin_fibocom_get_type (void)
{
    static GType type;

    if (!type)
        type = g_type_register_static_simple (mm_plugin_get_type (), "MMPluginFibocom",
                                              sizeof (MMPluginClass), fibocom_class_init,
                                              sizeof (MMPlugin), NULL, 0);
    return type;
}

MMBaseModem *
standin_create_modem (MMPlugin  *plugin,
                      guint16    vendor,
                      guint16    product,
                      GError   **error)
{
    MMPluginClass *klass = G_TYPE_INSTANCE_GET_CLASS (plugin, 0, MMPluginClass);

    g_assert_null (klass->grab_port);
    return klass->create_modem (plugin, UID, SINCE_1_22 (PHYSDEV,) standin_drivers,
                                vendor, product,
                                SUBSYSTEM_VENDOR, SINCE_1_24 (SUBSYSTEM_DEVICE,)
                                &standin_probes, error);
}

gboolean
mm_port_probe_list_has_qmi_port (GList *list)
{
    g_assert_true (list == &standin_probes);
    return standin_has_qmi_port;
}

gboolean
mm_port_probe_list_has_mbim_port (GList *list)
{
    g_assert_true (list == &standin_probes);
    return standin_has_mbim_port;
}

#define DEFINE_BROADBAND_MODEM_NEW(name)                                                       \
    MMBaseModem *                                                                              \
    name (const gchar  *device,                                                                \
          SINCE_1_22 (const gchar *physdev,)                                                   \
          const gchar **drivers,                                                               \
          const gchar  *plugin,                                                                \
          guint16       vendor_id,                                                             \
          guint16       product_id)                                                            \
    {                                                                                          \
        check_device (device, SINCE_1_22 (physdev,) drivers);                                  \
        standin_note (#name " (%s, " SINCE_1_22 ("%s, ") "%s, %s, %04x, %04x)", device,        \
                      SINCE_1_22 (physdev,) drivers[0], plugin, vendor_id, product_id);        \
        return g_object_new (mm_base_modem_get_type (), NULL);                                 \
    }

DEFINE_BROADBAND_MODEM_NEW (mm_broadband_modem_new)
DEFINE_BROADBAND_MODEM_NEW (mm_broadband_modem_qmi_new)
DEFINE_BROADBAND_MODEM_NEW (mm_broadband_modem_mbim_new)
