/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the plugin says to a program that it cannot serve, before it touches
 * anything there */

#include <config.h>

#include <dlfcn.h>

#include <glib/gstdio.h>
#include <gmodule.h>

#include "test-daemon.h"

/* Those that tell the generations apart. There is one at least in each. */
static const gchar *marks[] = {
    "mm_plugin_get_allowed_subsystem_vendor_ids",
    "mm_base_modem_get_physdev",
    "mm_base_modem_get_subsystem_device_id",
    "mm_iface_auth_authorize",
    NULL
};

/* A daemon may be built without them. */
static const gchar *optional[] = {
    "mm_broadband_modem_qmi_new",
    "mm_broadband_modem_mbim_new",
    NULL
};

/*****************************************************************************/

static void
check_refused (const gchar *what,
               const gchar *reason)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *expected = NULL;
    g_autofree gchar *notes = NULL;

    path = build_plugin_path ();
    expected = g_strdup_printf ("GModule (%s) initialization check failed: %s", path, reason);

    g_assert_null (g_module_open (path, 0));
    g_printerr ("    %s: %s\n", what, reason);
    g_assert_cmpstr (g_module_error (), ==, expected);

    /* Nothing is left of it, and nothing was done. */
    g_assert_null (dlopen (path, RTLD_LAZY | RTLD_NOLOAD));
    g_assert_cmpuint (g_type_from_name ("MMPluginFibocomNl668"), ==, 0);
    notes = standin_take_notes ();
    g_assert_cmpstr (notes, ==, "");
}

/*****************************************************************************/
/* Another MMPluginClass */

static GType
get_bigger_plugin_type (void)
{
    static GType type;

    if (!type)
        type = g_type_register_static_simple (G_TYPE_OBJECT, "BiggerPlugin", sizeof (MMPluginClass) + sizeof (gpointer),
                                              NULL, sizeof (MMPlugin), NULL, 0);
    return type;
}

static GType
get_smaller_plugin_type (void)
{
    static GType type;

    if (!type)
        type = g_type_register_static_simple (G_TYPE_OBJECT, "SmallerPlugin", sizeof (MMPluginClass) - sizeof (gpointer),
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
                              "look for a newer version of this plugin", (guint) size, (guint) sizeof (MMPluginClass));
    standin_replace_symbol ("mm_plugin_get_type", get_type);
    check_refused (what, reason);
    standin_restore_symbols ();
}

static void
test_class_size (void)
{
    check_class_size ("a bigger MMPluginClass", get_bigger_plugin_type, sizeof (MMPluginClass) + sizeof (gpointer));
    check_class_size ("a smaller MMPluginClass", get_smaller_plugin_type, sizeof (MMPluginClass) - sizeof (gpointer));
}

/*****************************************************************************/
/* Less exports */

/* All that the plugin looks for, in a check that fails at its very end */
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
    /* Once for the bigger class, once for the smaller one */
    for (i = 0; i < wanted->len / 2; i++) {
        if (!is_needed (wanted->pdata[i]))
            continue;
        check_missing (wanted->pdata[i], wanted->pdata[i]);
        n_needed++;
    }
#if STANDIN_GENERATION >= 26
    /* What is left is taken for 1.24 */
    check_missing ("mm_iface_auth_authorize", "mm_base_modem_authorize");
    n_needed++;
#endif
    g_assert_cmpuint (n_needed, ==, 17);
}

static void
test_nothing (void)
{
    guint i;

    for (i = 0; marks[i]; i++)
        standin_replace_symbol (marks[i], NULL);
    check_refused ("no function of ModemManager's", "this is not ModemManager, or it is older "
                   "than 1.20");
    standin_restore_symbols ();
}

/*****************************************************************************/
/* More than one of it */

static void
test_two_names (void)
{
    g_autofree gchar *log = NULL;

    load_plugin ();
    g_free (standin_take_log ());
    g_assert_null (create_plugin (open_plugin ()));
    log = standin_take_log ();
    g_assert_cmpstr (log, ==, "warn: this plugin is already loaded under another name: remove "
                              "one of the two\n");
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
    expected = g_strdup_printf ("GModule (%s) initialization check failed: "
                                "this plugin is already loaded from another file: remove one of "
                                "the two", copy);
    g_printerr ("    a copy: %s\n", g_module_error ());
    g_assert_cmpstr (g_module_error (), ==, expected);
    g_unlink (copy);
}

/*****************************************************************************/

void
add_guard_tests (void)
{
    /* Before it is loaded */
    g_test_add_func ("/guard/nothing", test_nothing);
    g_test_add_func ("/guard/missing", test_missing);
    g_test_add_func ("/guard/class-size", test_class_size);
    /* It stays then. */
    g_test_add_func ("/guard/two-names", test_two_names);
    g_test_add_func ("/guard/two-files", test_two_files);
}
