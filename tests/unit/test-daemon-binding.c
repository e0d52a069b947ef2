/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* How the plugin binds to the daemon, and which daemons it refuses */

#include <config.h>

#include <dlfcn.h>

#include <glib/gstdio.h>
#include <gmodule.h>

#include "test-daemon.h"

/* The version of plugins that this generation asks for */
#define MAJOR_VERSION (STANDIN_GENERATION >= 22 ? 5 : 4)

/* What the stock Fibocom plugin of this generation sets */
#define QCDM_CLAIM (STANDIN_GENERATION == 24 ? "no" : "yes")

/* The exports that distinguish the generations: each has at least one. */
static const gchar *marks[] = {
    "mm_plugin_get_allowed_subsystem_vendor_ids",
    "mm_base_modem_get_physdev",
    "mm_base_modem_get_subsystem_device_id",
    "mm_iface_auth_authorize",
    NULL
};

/* A daemon may be built without these. */
static const gchar *optional[] = {
    "mm_broadband_modem_qmi_new",
    "mm_broadband_modem_mbim_new",
    "mm_context_get_test_session",
    NULL
};

/*****************************************************************************/

static gchar *
build_plugin_path (void)
{
    return g_build_filename (g_getenv ("top_builddir"), "plugin", ".libs",
                             "libmm-plugin-fibocom-nl668.so", NULL);
}

static void
check_refused (const gchar *what,
               const gchar *reason)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *expected = NULL;

    path = build_plugin_path ();
    expected = g_strdup_printf ("GModule (%s) initialization check failed: %s", path, reason);

    g_assert_null (g_module_open (path, 0));
    g_printerr ("    %s: %s\n", what, reason);
    g_assert_cmpstr (g_module_error (), ==, expected);

    /* It is unloaded, and has not called the daemon. */
    g_assert_null (dlopen (path, RTLD_LAZY | RTLD_NOLOAD));
    g_assert_cmpuint (g_type_from_name ("MMPluginFibocomNl668"), ==, 0);
    assert_notes ("");
}

/*****************************************************************************/
/* MMPluginClass of another size */

#define BIGGER_SIZE  (sizeof (MMPluginClass) + sizeof (gpointer))
#define SMALLER_SIZE (sizeof (MMPluginClass) - sizeof (gpointer))

static GType
get_bigger_plugin_type (void)
{
    static GType type;

    if (!type)
        type = g_type_register_static_simple (G_TYPE_OBJECT, "BiggerPlugin", BIGGER_SIZE,
                                              NULL, sizeof (MMPlugin), NULL, 0);
    return type;
}

static GType
get_smaller_plugin_type (void)
{
    static GType type;

    if (!type)
        type = g_type_register_static_simple (G_TYPE_OBJECT, "SmallerPlugin", SMALLER_SIZE,
                                              NULL, sizeof (MMPlugin), NULL, 0);
    return type;
}

static void
check_class_size (const gchar *what,
                  gpointer     get_type,
                  gsize        size)
{
    g_autofree gchar *reason = NULL;

    reason = g_strdup_printf ("the MMPluginClass of this ModemManager has %u bytes instead of %u: "
                              "look for a newer version of this plugin",
                              (guint) size, (guint) sizeof (MMPluginClass));
    standin_replace_symbol ("mm_plugin_get_type", get_type);
    check_refused (what, reason);
    standin_restore_symbols ();
}

static void
test_class_size (void)
{
    check_class_size ("a bigger MMPluginClass", get_bigger_plugin_type, BIGGER_SIZE);
    check_class_size ("a smaller MMPluginClass", get_smaller_plugin_type, SMALLER_SIZE);
}

/*****************************************************************************/
/* Versions that were not tried */

#define NEWER "this is ModemManager 1.28.0, but only versions up to 1.26 were tried"
#define NOT_FOUND "the version of this ModemManager cannot be found"

static void
check_version (const gchar *version,
               const gchar *what,
               const gchar *value)
{
    g_autofree gchar *reason = NULL;

    reason = g_strdup_printf ("%s: look for a newer version of this plugin, or set "
                              "NewestModemManager=%s in %s/plugin.conf",
                              what, value, g_getenv ("FIBOCOM_NL668_CONFIG_DIR"));
    standin_set_version (version);
    check_refused (version, reason);
    standin_set_version ("1." G_STRINGIFY (STANDIN_GENERATION) ".0");
}

static void
test_version (void)
{
    check_version ("1.28.0", NEWER, "1.28");
    check_version ("custom", NOT_FOUND, "unknown");
    check_version ("1.26\n)", NOT_FOUND, "unknown");
    set_configuration ("[Plugin]\nNewestModemManager=1.27\n");
    check_version ("1.28.0", NEWER, "1.28");
    set_configuration (NULL);
}

/*****************************************************************************/
/* Missing exports */

/* All names that the plugin looks up: it checks the class size last. */
static GPtrArray *
find_wanted (void)
{
    standin_watch_symbols ();
    test_class_size ();
    return standin_take_wanted ();
}

static gboolean
is_needed (const gchar *name)
{
    return (g_str_has_prefix (name, "mm_") || g_str_equal (name, "_mm_log")) &&
            !g_strv_contains (marks, name) && !g_strv_contains (optional, name);
}

static void
check_missing (const gchar *name,
               const gchar *named)
{
    g_autofree gchar *reason = NULL;

    reason = g_strdup_printf ("this ModemManager does not export %s: look for a newer version of "
                              "this plugin", named);
    standin_replace_symbol (name, NULL);
    check_refused (name, reason);
    standin_restore_symbols ();
}

static void
test_missing (void)
{
    g_autoptr(GPtrArray) wanted = NULL;
    guint                n_needed = 0;
    guint                i;

    wanted = find_wanted ();
    /* The second half repeats the first: find_wanted() loads the plugin twice. */
    for (i = 0; i < wanted->len / 2; i++) {
        if (!is_needed (wanted->pdata[i]))
            continue;
        check_missing (wanted->pdata[i], wanted->pdata[i]);
        n_needed++;
    }
#if STANDIN_GENERATION >= 26
    /* Without this export, the daemon looks like 1.24. */
    check_missing ("mm_iface_auth_authorize", "mm_base_modem_authorize");
    n_needed++;
#endif
    g_assert_cmpuint (n_needed, ==, 17);
}

static void
test_no_exports (void)
{
    guint i;

    for (i = 0; marks[i]; i++)
        standin_replace_symbol (marks[i], NULL);
    check_refused ("no exports of ModemManager",
                   "this is not ModemManager, or it is older than 1.20");
    standin_restore_symbols ();
}

/*****************************************************************************/
/* Loading */

static gpointer
get_symbol (GModule     *module,
            const gchar *name)
{
    gpointer symbol;

    if (!g_module_symbol (module, name, &symbol))
        g_error ("%s", g_module_error ());
    return symbol;
}

static GModule *
open_plugin (void)
{
    g_autofree gchar *path = NULL;
    GModule          *module;

    path = build_plugin_path ();
    module = g_module_open (path, 0);
    if (!module)
        g_error ("%s", g_module_error ());
    return module;
}

static MMPlugin *
create_plugin (GModule *module)
{
    MMPlugin * (* create) (void);

    *(gpointer *) &create = get_symbol (module, "mm_plugin_create");
    return create ();
}

MMPlugin *
load_plugin (void)
{
    static MMPlugin *plugin;
    GModule         *module;

    if (plugin)
        return plugin;

    module = open_plugin ();
    g_assert_cmpint (*(gint *) get_symbol (module, "mm_plugin_major_version"), ==, MAJOR_VERSION);
    g_assert_cmpint (*(gint *) get_symbol (module, "mm_plugin_minor_version"), ==, 0);
    plugin = create_plugin (module);
    g_assert_nonnull (plugin);
    return plugin;
}

static void
test_load (void)
{
    g_autofree gchar *expected = NULL;
    MMPlugin         *plugin;

    plugin = load_plugin ();
    g_assert_cmpstr (mm_plugin_get_name (plugin), ==, "fibocom-nl668");
    g_printerr ("    %s\n", plugin->claims->str);
    expected = g_strdup_printf ("tty,net,usbmisc 1508:1001 1508:1000 2cb7:01a0"
                                " allowed-at=yes allowed-qcdm=%s allowed-qmi=yes "
                                "allowed-mbim=yes", QCDM_CLAIM);
    g_assert_cmpstr (plugin->claims->str, ==, expected);
    assert_notes ("");
}

/*****************************************************************************/
/* The plugin is installed twice */

static void
test_two_names (void)
{
    load_plugin ();
    g_free (standin_take_log ());
    g_assert_null (create_plugin (open_plugin ()));
    assert_log ("warn: this plugin is already loaded under another name: remove one of the two\n");
}

static void
test_two_files (void)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *copy = NULL;
    g_autofree gchar *contents = NULL;
    g_autofree gchar *expected = NULL;
    g_autoptr(GError) error = NULL;
    gsize             length;

    load_plugin ();
    path = build_plugin_path ();
    copy = g_build_filename (g_get_tmp_dir (), "nl668-copy-XXXXXX", NULL);
    g_close (g_mkstemp (copy), NULL);
    g_assert_true (g_file_get_contents (path, &contents, &length, &error));
    g_assert_true (g_file_set_contents (copy, contents, length, &error));

    g_assert_null (g_module_open (copy, 0));
    expected = g_strdup_printf ("GModule (%s) initialization check failed: this plugin is "
                                "already loaded from another file: remove one of the two", copy);
    g_printerr ("    a copy: %s\n", g_module_error ());
    g_assert_cmpstr (g_module_error (), ==, expected);
    g_unlink (copy);
}

/*****************************************************************************/

void
add_binding_tests (void)
{
    /* These must come before the plugin is loaded. */
    g_test_add_func ("/nl668/binding/no-exports", test_no_exports);
    g_test_add_func ("/nl668/binding/missing", test_missing);
    g_test_add_func ("/nl668/binding/class-size", test_class_size);
    g_test_add_func ("/nl668/binding/version", test_version);
    /* These load it. */
    g_test_add_func ("/nl668/binding/load", test_load);
    g_test_add_func ("/nl668/binding/two-names", test_two_names);
    g_test_add_func ("/nl668/binding/two-files", test_two_files);
}
