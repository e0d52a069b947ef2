/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-catalogue.h"
#include "nl668-choice.h"
#include "nl668-at.h"

#define WARNINGS_MAX 1000

/*****************************************************************************/
/* Packages that apply */

/* Anybody may have the catalogue read, and nobody fill the log by that: each
 * warning is given once. */
static void
catalogue_warning (const gchar *message,
                   gpointer     user_data)
{
    static GHashTable *given = NULL;

    if (!given)
        given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    if (g_hash_table_size (given) < WARNINGS_MAX && g_hash_table_add (given, g_strdup (message)))
        mm_daemon_warn (NULL, "%s", message);
}

static GPtrArray *
load_catalogue (void)
{
    return nl668_catalogue_load (nl668_catalogue_get_directories (), catalogue_warning, NULL);
}

static GPtrArray *
filter (GPtrArray   *packages,
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
nl668_choice_list (const gchar *model,
                   const gchar *revision)
{
    g_autoptr(GPtrArray) packages = NULL;

    packages = load_catalogue ();
    return filter (packages, model, revision);
}

/*****************************************************************************/
/* Choice */

static gchar *
join_ids (GPtrArray *packages)
{
    GString *ids;
    guint    i;

    ids = g_string_new (NULL);
    for (i = 0; i < packages->len; i++)
        g_string_append_printf (ids, "%s%s", i ? ", " : "", ((Nl668Package *) packages->pdata[i])->id);
    return g_string_free (ids, FALSE);
}

static const Nl668Package *
find (GPtrArray   *packages,
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

/* What the module says that it is, may be anything */
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

    package = find (packages, id);
    if (!package) {
        printable = nl668_printable (id);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                     "package: there is none with id %s: mmcli --firmware-list shows those that "
                     "apply", printable);
        return NULL;
    }

    /* A difference that is applied to another version can kill the module. */
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
                     "no package is known for a %s running %s: specify its url", shown_model, shown_revision);
        return NULL;
    }
    ids = join_ids (applicable);
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                 "package: several apply, specify one of %s", ids);
    return NULL;
}

/*****************************************************************************/

/* A key that a package has no use for: it says the same itself, or the key is
 * an unknown one. */
static const gchar *
find_foreign_key (GVariant *settings)
{
    static const gchar *keys[] = { "package", "network-lock", NULL };
    GVariantIter        iter;
    const gchar        *key;

    g_variant_iter_init (&iter, settings);
    while (g_variant_iter_next (&iter, "{&sv}", &key, NULL)) {
        if (!g_strv_contains (keys, key))
            return key;
    }
    return NULL;
}

/* The settings of the package, and those that were given with it */
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
nl668_choice_resolve (GVariant     *settings,
                      const gchar  *model,
                      const gchar  *revision,
                      gchar       **package_id,
                      GError      **error)
{
    g_autoptr(GVariant)   id = NULL;
    g_autoptr(GPtrArray)  packages = NULL;
    g_autoptr(GPtrArray)  applicable = NULL;
    const Nl668Package   *package;
    const gchar          *foreign;
    g_autofree gchar     *printable = NULL;

    id = g_variant_lookup_value (settings, "package", NULL);
    foreign = find_foreign_key (settings);
    if (foreign && !id)
        return g_variant_ref (settings);
    if (foreign) {
        printable = nl668_printable (foreign);
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                     "%s: cannot be combined with a package", printable);
        return NULL;
    }
    if (id && !g_variant_is_of_type (id, G_VARIANT_TYPE_STRING)) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS, "package: must be a string");
        return NULL;
    }

    packages = load_catalogue ();
    if (id)
        package = choose_named (packages, g_variant_get_string (id, NULL), model, revision, error);
    else {
        applicable = filter (packages, model, revision);
        package = choose_only (applicable, model, revision, error);
    }
    if (!package)
        return NULL;

    *package_id = g_strdup (package->id);
    return merge (settings, package);
}
