/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-catalogue.h"

#define FILE_SIZE_MAX (64 * 1024)

typedef struct {
    GPtrArray        *packages;
    /* Names of the files that were seen, and mask others */
    GHashTable       *masks;
    Nl668WarningFunc  warning;
    gpointer          user_data;
} Loading;

static gint
compare_packages (gconstpointer a,
                  gconstpointer b)
{
    return strcmp ((*(const Nl668Package **) a)->id, (*(const Nl668Package **) b)->id);
}

static gboolean
has_id (gconstpointer package,
        gconstpointer id)
{
    return g_str_equal (((const Nl668Package *) package)->id, id);
}

static gboolean
check_unique (GPtrArray           *packages,
              const Nl668Package  *package,
              GError             **error)
{
    const Nl668Package *other;
    guint               i;

    if (!g_ptr_array_find_with_equal_func (packages, package->id, has_id, &i))
        return TRUE;

    other = g_ptr_array_index (packages, i);
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                 "Id: %s is already the package of %s", other->id, other->file);
    return FALSE;
}

static void
load_file (Loading     *loading,
           const gchar *path)
{
    g_autoptr(GBytes)        contents = NULL;
    g_autoptr(Nl668Package)  package = NULL;
    g_autoptr(GError)        error = NULL;
    g_autofree gchar        *printable = NULL;
    g_autofree gchar        *message = NULL;
    guint                    mode;

    contents = nl668_key_file_read (path, 0, FILE_SIZE_MAX, &mode, &error);
    /* It masks, and that is all */
    if (contents && g_bytes_get_size (contents) == 0)
        return;

    if (contents)
        package = nl668_package_new (contents, mode, path, &error);
    if (package && check_unique (loading->packages, package, &error)) {
        g_ptr_array_add (loading->packages, g_steal_pointer (&package));
        return;
    }

    printable = g_strescape (path, NULL);
    message = g_strdup_printf ("package file %s is ignored: %s", printable, error->message);
    loading->warning (message, loading->user_data);
}

static void
load_directory (Loading     *loading,
                const gchar *directory)
{
    g_auto(GStrv)      names = NULL;
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *message = NULL;
    guint              i;

    names = nl668_key_file_list (directory, &error);
    if (!names) {
        if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return;
        message = g_strdup_printf ("package files are ignored: %s", error->message);
        loading->warning (message, loading->user_data);
        return;
    }

    for (i = 0; names[i]; i++) {
        g_autofree gchar *path = NULL;

        if (!g_hash_table_add (loading->masks, g_strdup (names[i])))
            continue;
        path = g_build_filename (directory, names[i], NULL);
        load_file (loading, path);
    }
}

GPtrArray *
nl668_catalogue_load (const gchar * const *directories,
                      Nl668WarningFunc     warning,
                      gpointer             user_data)
{
    g_autoptr(GPtrArray)  packages = NULL;
    g_autoptr(GHashTable) masks = NULL;
    Loading               loading;
    guint                 i;

    packages = g_ptr_array_new_with_free_func ((GDestroyNotify) nl668_package_free);
    masks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    loading = (Loading) { packages, masks, warning, user_data };

    for (i = 0; directories[i]; i++)
        load_directory (&loading, directories[i]);
    g_ptr_array_sort (packages, compare_packages);
    return g_steal_pointer (&packages);
}

const gchar * const *
nl668_catalogue_get_directories (void)
{
    static const gchar *directories[] = { NULL, NULL, NULL };

    if (!directories[0]) {
        const gchar *config_dir;

        config_dir = g_getenv ("FIBOCOM_NL668_CONFIG_DIR");
        if (config_dir && *config_dir) {
            directories[0] = g_build_filename (config_dir, "packages.d", NULL);
        } else {
            directories[0] = NL668_SYSCONFDIR;
            directories[1] = NL668_DATADIR;
        }
    }
    return directories;
}
