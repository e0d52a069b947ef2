/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Lists the functions that the plugin looks up in the daemon, and prints whether the
 * plugin loads. It finds exactly the functions whose names are read from stdin. */

#include <config.h>

#include <dlfcn.h>
#include <glib-object.h>
#include <gmodule.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static GHashTable *exports;

/* The plugin looks for the version of the daemon. */
static const gchar start_message[] __attribute__ ((used)) =
    "ModemManager (version 1.26.0) starting in %s bus...";

/*****************************************************************************/
/* The functions of the daemon, of which only mm_plugin_get_type() is called */

static GType
plugin_get_type (void)
{
    static GType     type;
    const GTypeInfo  info = {
        .class_size = sizeof (GObjectClass) + 2 * sizeof (GCallback),
        .instance_size = sizeof (GObject),
    };

    if (!type)
        type = g_type_register_static (G_TYPE_OBJECT, "MMPlugin", &info, 0);
    return type;
}

static GCallback
find_function (const gchar *name)
{
    if (!g_hash_table_contains (exports, name))
        return NULL;
    return g_str_equal (name, "mm_plugin_get_type") ?
           G_CALLBACK (plugin_get_type) : G_CALLBACK (abort);
}

/*****************************************************************************/
/* Replaces the function of GModule that the plugin calls */

G_MODULE_EXPORT gboolean
g_module_symbol (GModule     *module,
                 const gchar *name,
                 gpointer    *symbol)
{
    gboolean (* real) (GModule *, const gchar *, gpointer *);

    if (g_str_has_prefix (name, "mm_") || g_str_has_prefix (name, "_mm_")) {
        *symbol = (gpointer) find_function (name);
        printf ("%c %s\n", *symbol ? '+' : '-', name);
        return *symbol != NULL;
    }
    *(gpointer *) &real = dlsym (RTLD_NEXT, "g_module_symbol");
    return real (module, name, symbol);
}

/*****************************************************************************/

static void
read_exports (void)
{
    gchar line[256];

    exports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    while (fgets (line, sizeof (line), stdin))
        g_hash_table_add (exports, g_strdup (g_strchomp (line)));
}

int
main (int   argc,
      char *argv[])
{
    const gint *major;
    const gint *minor;

    if (argc != 2) {
        fprintf (stderr, "usage: list-symbols PLUGIN <EXPORTS\n");
        return 2;
    }
    read_exports ();
    if (!g_module_open (argv[1], 0)) {
        printf ("refused: %s\n", g_module_error ());
        return 1;
    }
    major = dlsym (RTLD_DEFAULT, "mm_plugin_major_version");
    minor = dlsym (RTLD_DEFAULT, "mm_plugin_minor_version");
    printf ("opened: %d.%d\n", major ? *major : -1, minor ? *minor : -1);
    return 0;
}
