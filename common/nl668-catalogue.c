/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-catalogue.h"
#include "nl668-package-files.h"

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

/* They are shared by all modems, and kept until the program ends. */
static Nl668PackageFiles *
get_files (void)
{
    static Nl668PackageFiles *files = NULL;

    if (!files)
        files = nl668_package_files_new (nl668_catalogue_get_directories ());
    return files;
}

gboolean
nl668_catalogue_has_files (void)
{
    return nl668_package_files_exist (get_files ());
}

/*****************************************************************************/
/* Packages that apply */

static GPtrArray *
find_applicable (GPtrArray   *packages,
                 const gchar *model,
                 const gchar *revision)
{
    GPtrArray *applicable;
    guint      i;

    applicable = g_ptr_array_new ();
    for (i = 0; i < packages->len; i++) {
        if (nl668_package_applies (packages->pdata[i], model, revision))
            g_ptr_array_add (applicable, packages->pdata[i]);
    }
    return applicable;
}

GPtrArray *
nl668_catalogue_list (const gchar      *model,
                      const gchar      *revision,
                      Nl668WarningFunc  warning)
{
    return find_applicable (nl668_package_files_load (get_files (), warning, NULL),
                            model, revision);
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
    g_autoptr(GPtrArray)  applicable = NULL;
    GPtrArray            *packages;
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

    packages = nl668_package_files_load (get_files (), warning, NULL);
    if (id)
        package = choose_named (packages, g_variant_get_string (id, NULL), model, revision, error);
    else {
        applicable = find_applicable (packages, model, revision);
        package = choose_only (applicable, model, revision, error);
    }
    if (!package)
        return NULL;

    *package_id = g_strdup (package->id);
    return merge (settings, package);
}
