/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>
#include <sys/stat.h>

#include <libmm-glib.h>

#include "nl668-package-files.h"

#define FILE_SIZE_MAX (64 * 1024)

/* In seconds. Two changes within one tick of the file system's clock have the same time. */
#define TICK_MAX 1

/*****************************************************************************/
/* Whether a file has changed since it was read */

typedef struct {
    struct stat status;
    /* Whether any later change will show in @status */
    gboolean    is_settled;
} Stamp;

/* To be called before the file is read. */
static Stamp
take_stamp (const gchar *path)
{
    Stamp  stamp = { .is_settled = FALSE };
    gint64 now;

    now = g_get_real_time () / G_USEC_PER_SEC;
    if (stat (path, &stamp.status) == 0)
        stamp.is_settled = stamp.status.st_ctim.tv_sec + TICK_MAX < now;
    return stamp;
}

static gboolean
is_same_time (struct timespec a,
              struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static gboolean
is_unchanged (const Stamp *before,
              const Stamp *now)
{
    const struct stat *a = &before->status;
    const struct stat *b = &now->status;

    return (before->is_settled &&
            a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
            a->st_mode == b->st_mode && a->st_uid == b->st_uid &&
            is_same_time (a->st_mtim, b->st_mtim) && is_same_time (a->st_ctim, b->st_ctim));
}

/*****************************************************************************/
/* A directory */

typedef struct {
    gchar  *path;
    Stamp   stamp;
    /* NULL if it does not exist, or because of @error */
    GStrv   names;
    GError *error;
} Directory;

static void
directory_free (Directory *self)
{
    g_free (self->path);
    g_strfreev (self->names);
    g_clear_error (&self->error);
    g_free (self);
}

static void
directory_list (Directory *self)
{
    Stamp stamp;

    stamp = take_stamp (self->path);
    if (is_unchanged (&self->stamp, &stamp))
        return;

    self->stamp = stamp;
    g_clear_error (&self->error);
    g_strfreev (self->names);
    self->names = nl668_key_file_list (self->path, &self->error);
    /* The error may be temporary */
    if (!self->names)
        self->stamp.is_settled = FALSE;
    if (g_error_matches (self->error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_clear_error (&self->error);
}

/*****************************************************************************/
/* A file */

typedef struct {
    Stamp         stamp;
    /* Both are NULL if the file is empty, and only masks other files. */
    Nl668Package *package;
    gchar        *error;
} File;

static void
file_free (File *self)
{
    g_clear_pointer (&self->package, nl668_package_free);
    g_free (self->error);
    g_free (self);
}

static File *
file_read (const gchar *path,
           const Stamp *stamp)
{
    g_autoptr(GBytes)  contents = NULL;
    g_autoptr(GError)  error = NULL;
    File              *self;
    guint              mode;

    self = g_new0 (File, 1);
    self->stamp = *stamp;
    contents = nl668_key_file_read (path, FILE_SIZE_MAX, &mode, &error);
    /* The error may be temporary */
    if (!contents)
        self->stamp.is_settled = FALSE;
    else if (g_bytes_get_size (contents) > 0)
        self->package = nl668_package_new (contents, mode, path, &error);
    if (error)
        self->error = g_strdup (error->message);
    return self;
}

/*****************************************************************************/
/* All of them */

struct _Nl668PackageFiles {
    /* Of Directory */
    GPtrArray  *directories;
    /* Of File, by path; from the last load */
    GHashTable *files;
    /* The valid ones among them, not owned */
    GPtrArray  *packages;
};

Nl668PackageFiles *
nl668_package_files_new (const gchar * const *directories)
{
    Nl668PackageFiles *self;
    guint              i;

    self = g_new0 (Nl668PackageFiles, 1);
    self->directories = g_ptr_array_new_with_free_func ((GDestroyNotify) directory_free);
    for (i = 0; directories[i]; i++) {
        Directory *directory;

        directory = g_new0 (Directory, 1);
        directory->path = g_strdup (directories[i]);
        g_ptr_array_add (self->directories, directory);
    }
    self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) file_free);
    self->packages = g_ptr_array_new ();
    return self;
}

void
nl668_package_files_free (Nl668PackageFiles *self)
{
    g_ptr_array_unref (self->directories);
    g_hash_table_unref (self->files);
    g_ptr_array_unref (self->packages);
    g_free (self);
}

gboolean
nl668_package_files_exist (Nl668PackageFiles *self)
{
    guint i;

    for (i = 0; i < self->directories->len; i++) {
        Directory *directory = self->directories->pdata[i];

        directory_list (directory);
        if (directory->error || (directory->names && directory->names[0]))
            return TRUE;
    }
    return FALSE;
}

/*****************************************************************************/
/* Loading */

typedef struct {
    Nl668PackageFiles *self;
    /* Of File, by path; from the load before */
    GHashTable        *old_files;
    /* Names of the files in the directories so far, which mask those in later ones; not owned */
    GHashTable        *masks;
    /* Of Nl668Package, by id; not owned */
    GHashTable        *ids;
    Nl668WarningFunc   warning;
    gpointer           user_data;
} Loading;

static void
warn_about_file (const Loading *loading,
                 const gchar   *path,
                 const gchar   *reason)
{
    g_autofree gchar *printable = NULL;
    g_autofree gchar *message = NULL;

    printable = g_strescape (path, NULL);
    message = g_strdup_printf ("package file %s is ignored: %s", printable, reason);
    loading->warning (message, loading->user_data);
}

static const File *
get_file (const Loading *loading,
          const gchar   *path)
{
    gpointer  old_path = NULL;
    gpointer  file = NULL;
    Stamp     stamp;

    stamp = take_stamp (path);
    if (g_hash_table_steal_extended (loading->old_files, path, &old_path, &file)) {
        g_free (old_path);
        if (!is_unchanged (&((File *) file)->stamp, &stamp))
            g_clear_pointer ((File **) &file, file_free);
    }
    if (!file)
        file = file_read (path, &stamp);
    g_hash_table_insert (loading->self->files, g_strdup (path), file);
    return file;
}

static void
load_file (const Loading *loading,
           const gchar   *path)
{
    const File         *file;
    const Nl668Package *other;
    g_autofree gchar   *reason = NULL;

    file = get_file (loading, path);
    if (file->error)
        warn_about_file (loading, path, file->error);
    if (!file->package)
        return;

    other = g_hash_table_lookup (loading->ids, file->package->id);
    if (other) {
        reason = g_strdup_printf ("Id: %s is already the package of %s", other->id, other->file);
        warn_about_file (loading, path, reason);
        return;
    }
    g_hash_table_insert (loading->ids, file->package->id, file->package);
    g_ptr_array_add (loading->self->packages, file->package);
}

static void
load_directory (const Loading *loading,
                Directory     *directory)
{
    g_autofree gchar *message = NULL;
    guint             i;

    directory_list (directory);
    if (directory->error) {
        message = g_strdup_printf ("package files are ignored: %s", directory->error->message);
        loading->warning (message, loading->user_data);
    }

    for (i = 0; directory->names && directory->names[i]; i++) {
        g_autofree gchar *path = NULL;

        if (!g_hash_table_add (loading->masks, directory->names[i]))
            continue;
        path = g_build_filename (directory->path, directory->names[i], NULL);
        load_file (loading, path);
    }
}

static gint
compare_packages (gconstpointer a,
                  gconstpointer b)
{
    return strcmp ((*(const Nl668Package **) a)->id, (*(const Nl668Package **) b)->id);
}

GPtrArray *
nl668_package_files_load (Nl668PackageFiles *self,
                          Nl668WarningFunc   warning,
                          gpointer           user_data)
{
    g_autoptr(GHashTable) old_files = NULL;
    g_autoptr(GHashTable) masks = NULL;
    g_autoptr(GHashTable) ids = NULL;
    Loading               loading;
    guint                 i;

    old_files = g_steal_pointer (&self->files);
    self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) file_free);
    g_ptr_array_set_size (self->packages, 0);
    masks = g_hash_table_new (g_str_hash, g_str_equal);
    ids = g_hash_table_new (g_str_hash, g_str_equal);
    loading = (Loading) { self, old_files, masks, ids, warning, user_data };

    for (i = 0; i < self->directories->len; i++)
        load_directory (&loading, self->directories->pdata[i]);
    g_ptr_array_sort (self->packages, compare_packages);
    return self->packages;
}
