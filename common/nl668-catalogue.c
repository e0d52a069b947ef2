/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-catalogue.h"

#define FILE_SIZE_MAX (64 * 1024)

typedef struct {
    GPtrArray        *packages;
    /* Names of the files that were read, which mask those in later directories */
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

    contents = nl668_key_file_read (path, FILE_SIZE_MAX, &mode, &error);
    /* An empty file only masks other files. */
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

/*****************************************************************************/
/* Packages that apply */

/* Moves the packages that apply out of @packages. */
static GPtrArray *
take_applicable (GPtrArray   *packages,
                 const gchar *model,
                 const gchar *revision)
{
    GPtrArray *applicable;
    guint      i;

    applicable = g_ptr_array_new_with_free_func ((GDestroyNotify) nl668_package_free);
    for (i = packages->len; i-- > 0;) {
        if (nl668_package_applies (packages->pdata[i], model, revision))
            g_ptr_array_insert (applicable, 0, g_ptr_array_steal_index (packages, i));
    }
    return applicable;
}

GPtrArray *
nl668_catalogue_list (const gchar      *model,
                      const gchar      *revision,
                      Nl668WarningFunc  warning)
{
    g_autoptr(GPtrArray) packages = NULL;

    packages = nl668_catalogue_load (nl668_catalogue_get_directories (), warning, NULL);
    return take_applicable (packages, model, revision);
}

/*****************************************************************************/
/* The package of an update */

static gchar *
join_ids (GPtrArray *packages)
{
    GString *ids;
    guint    i;

    ids = g_string_new (NULL);
    for (i = 0; i < packages->len; i++)
        g_string_append_printf (ids, "%s%s", i ? ", " : "",
                                ((Nl668Package *) packages->pdata[i])->id);
    return g_string_free (ids, FALSE);
}

static const Nl668Package *
find_package (GPtrArray   *packages,
              const gchar *id)
{
    guint i;

    for (i = 0; i < packages->len; i++) {
        const Nl668Package *package = packages->pdata[i];

        if (g_str_equal (package->id, id))
            return package;
    }
    return NULL;
}

/* @text comes from the module, and may contain anything. */
static gchar *
build_shown (const gchar *text)
{
    return nl668_printable (text && *text ? text : "?");
}

static const Nl668Package *
choose_named (GPtrArray    *packages,
              const gchar  *id,
              const gchar  *model,
              const gchar  *revision,
              GError      **error)
{
    const Nl668Package *package;
    g_autofree gchar   *printable = NULL;
    g_autofree gchar   *shown_model = NULL;
    g_autofree gchar   *shown_revision = NULL;

    package = find_package (packages, id);
    if (!package) {
        printable = nl668_printable (id);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                     "package: there is none with id %s: mmcli --firmware-list shows those that "
                     "apply", printable);
        return NULL;
    }

    /* A package contains the difference between two versions. Applied to any other version,
     * it can break the module. */
    if (!nl668_package_applies (package, model, revision)) {
        shown_model = build_shown (model);
        shown_revision = build_shown (revision);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                     "package: %s is not for a %s running %s", id, shown_model, shown_revision);
        return NULL;
    }
    return package;
}

static const Nl668Package *
choose_only (GPtrArray    *applicable,
             const gchar  *model,
             const gchar  *revision,
             GError      **error)
{
    g_autofree gchar *ids = NULL;
    g_autofree gchar *shown_model = NULL;
    g_autofree gchar *shown_revision = NULL;

    if (applicable->len == 1)
        return applicable->pdata[0];

    if (applicable->len == 0) {
        shown_model = build_shown (model);
        shown_revision = build_shown (revision);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                     "no package is known for a %s running %s: specify its url",
                     shown_model, shown_revision);
        return NULL;
    }
    ids = join_ids (applicable);
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                 "package: several apply, specify one of %s", ids);
    return NULL;
}

/*****************************************************************************/

/* Returns a key that cannot be combined with a package: one that the package determines, or
 * an unknown one. */
static const gchar *
find_foreign_key (GVariant *settings)
{
    static const gchar *keys[] = {
        "package", "network-lock", "callbreak", "ignore-battery", NULL
    };
    GVariantIter        iter;
    const gchar        *key;

    g_variant_iter_init (&iter, settings);
    while (g_variant_iter_next (&iter, "{&sv}", &key, NULL)) {
        if (!g_strv_contains (keys, key))
            return key;
    }
    return NULL;
}

gboolean
nl668_catalogue_is_needed (GVariant *settings)
{
    g_autoptr(GVariant) id = NULL;

    id = g_variant_lookup_value (settings, "package", NULL);
    return id || !find_foreign_key (settings);
}

/* Returns the settings of the package, and those that may be combined with it. */
static GVariant *
merge (GVariant           *settings,
       const Nl668Package *package)
{
    g_autoptr(GVariant)  from_package = NULL;
    GVariantBuilder      builder;
    GVariantIter         iter;
    const gchar         *key;
    GVariant            *value;

    g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
    from_package = g_variant_ref_sink (nl668_package_build_settings (package));
    g_variant_iter_init (&iter, from_package);
    while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
        g_variant_builder_add (&builder, "{sv}", key, value);
    g_variant_iter_init (&iter, settings);
    while (g_variant_iter_loop (&iter, "{&sv}", &key, &value)) {
        if (!g_str_equal (key, "package"))
            g_variant_builder_add (&builder, "{sv}", key, value);
    }
    return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GVariant *
nl668_catalogue_resolve (GVariant          *settings,
                         const gchar       *model,
                         const gchar       *revision,
                         Nl668WarningFunc   warning,
                         gchar            **package_id,
                         GError           **error)
{
    g_autoptr(GVariant)   id = NULL;
    g_autoptr(GPtrArray)  packages = NULL;
    g_autoptr(GPtrArray)  applicable = NULL;
    const Nl668Package   *package;
    const gchar          *foreign;
    g_autofree gchar     *printable = NULL;

    if (!nl668_catalogue_is_needed (settings))
        return g_variant_ref (settings);
    foreign = find_foreign_key (settings);
    if (foreign) {
        printable = nl668_printable (foreign);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                     "%s: cannot be combined with a package", printable);
        return NULL;
    }
    id = g_variant_lookup_value (settings, "package", NULL);
    if (id && !g_variant_is_of_type (id, G_VARIANT_TYPE_STRING)) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS, "package: must be a string");
        return NULL;
    }

    packages = nl668_catalogue_load (nl668_catalogue_get_directories (), warning, NULL);
    if (id)
        package = choose_named (packages, g_variant_get_string (id, NULL), model, revision, error);
    else {
        applicable = take_applicable (packages, model, revision);
        package = choose_only (applicable, model, revision, error);
    }
    if (!package)
        return NULL;

    *package_id = g_strdup (package->id);
    return merge (settings, package);
}
