/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-key-file.h"
#include "nl668-record.h"

/* Enough for all strings of a record with every byte escaped */
#define FILE_SIZE_MAX (16 * 1024)

/* The name of a record while it is written: as long as the random ones of earlier versions. */
#define NEW_SUFFIX  ".staged"
#define NEW_PATTERN NL668_KEY_FILE_SUFFIX ".??????"

#define FILE_MODE 0600

/* Repeats a system call that a signal has interrupted. */
#define RETRY(result, call) \
    do { \
        (result) = (call); \
    } while ((result) < 0 && errno == EINTR)

/*****************************************************************************/
/* Directory and names */

static const gchar *
get_directory (void)
{
    static const gchar *directory = NULL;

    if (!directory) {
        directory = g_getenv ("FIBOCOM_NL668_STATE_DIR");
        directory = directory && *directory ? g_strdup (directory) : NL668_STATEDIR;
    }
    return directory;
}

static gchar *
build_name (const gchar *imei)
{
    return g_strconcat (imei, NL668_KEY_FILE_SUFFIX, NULL);
}

gchar *
nl668_record_build_path (const gchar *imei)
{
    g_autofree gchar *name = NULL;

    name = build_name (imei);
    return g_build_filename (get_directory (), name, NULL);
}

/* Whoever may write to the directory can replace a record. */
static gboolean
check_directory (const struct stat  *status,
                 GError            **error)
{
    if (status->st_uid != 0 && status->st_uid != geteuid ())
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                     "the directory %s is owned by another user: chown it to root",
                     get_directory ());
    else if (status->st_mode & (S_IWGRP | S_IWOTH))
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_PERM,
                     "the directory %s is writable by others than its owner: use chmod 700",
                     get_directory ());
    else
        return TRUE;
    return FALSE;
}

/* Returns a descriptor, or -1. */
static gint
open_directory (GError **error)
{
    struct stat status;
    gint        fd;
    gint        result;

    RETRY (fd, open (get_directory (), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd < 0) {
        nl668_set_errno_error (error, "its directory cannot be opened");
        return -1;
    }
    RETRY (result, fstat (fd, &status));
    if (result < 0)
        nl668_set_errno_error (error, "its directory cannot be opened");
    else if (check_directory (&status, error))
        return fd;
    close (fd);
    return -1;
}

/*****************************************************************************/
/* Load */

/* What is no record, and never will be. What could not be read may be one. */
static gboolean
refuse_file (GError      **error,
             const gchar  *reason)
{
    g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, reason);
    return FALSE;
}

/* The directory keeps others out, whatever the mode of the file is. */
static gboolean
check_file (gint       fd,
            gboolean   may_fix_mode,
            GError   **error)
{
    struct stat status;
    gint        result;

    RETRY (result, fstat (fd, &status));
    if (result < 0)
        return nl668_set_errno_error (error, "cannot be read");
    if (!S_ISREG (status.st_mode))
        return refuse_file (error, "is not a regular file");
    if (status.st_uid != 0 && status.st_uid != geteuid ())
        return refuse_file (error, "is owned by another user");
    if (may_fix_mode && (status.st_mode & 07777) != FILE_MODE)
        RETRY (result, fchmod (fd, FILE_MODE));
    return TRUE;
}

static GBytes *
read_file (gint          directory,
           const gchar  *name,
           gboolean      may_fix_mode,
           GError      **error)
{
    GBytes *contents = NULL;
    gint    fd;

    /* Do not block on a FIFO, and do not acquire a controlling terminal. */
    RETRY (fd, openat (directory, name,
                       O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (fd < 0) {
        if (errno == ELOOP)
            refuse_file (error, "is a symbolic link");
        else if (errno == ENXIO)
            refuse_file (error, "is not a regular file");
        else
            nl668_set_errno_error (error, "cannot be opened");
        return NULL;
    }
    if (check_file (fd, may_fix_mode, error))
        contents = nl668_key_file_read_descriptor (fd, FILE_SIZE_MAX, error);
    close (fd);
    return contents;
}

static Nl668Record *
read_record (const gchar  *imei,
             gboolean      may_fix_mode,
             GError      **error)
{
    g_autoptr(GBytes)  contents = NULL;
    g_autofree gchar  *name = NULL;
    gint               directory;

    directory = open_directory (error);
    if (directory < 0)
        return NULL;
    name = build_name (imei);
    contents = read_file (directory, name, may_fix_mode, error);
    close (directory);
    return contents ? nl668_record_parse (contents, imei, error) : NULL;
}

Nl668Record *
nl668_record_read (const gchar  *imei,
                   GError      **error)
{
    g_return_val_if_fail (nl668_is_imei (imei), NULL);

    return read_record (imei, FALSE, error);
}

/* Returns a description of the result, for a message. */
static gchar *
set_aside (const gchar *path)
{
    g_autofree gchar *bad_path = NULL;
    gboolean          moved;
    gint              number;

    bad_path = g_strconcat (path, ".bad", NULL);
    moved = g_rename (path, bad_path) == 0;
    number = errno;
    /* rename () does not replace a directory with a file. */
    if (!moved)
        moved = g_remove (bad_path) == 0 && g_rename (path, bad_path) == 0;

    if (moved)
        return g_strdup_printf ("it is kept as %s", bad_path);
    return g_strdup_printf ("it cannot be renamed: %s", g_strerror (number));
}

static gboolean
is_absent (const GError *error)
{
    return (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
            g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOTDIR));
}

static gboolean
may_be_good (const GError *error)
{
    return error->domain == G_FILE_ERROR && error->code != G_FILE_ERROR_INVAL;
}

Nl668Record *
nl668_record_load (const gchar       *imei,
                   Nl668WarningFunc   warning,
                   gpointer           user_data,
                   GError           **error)
{
    g_autoptr(Nl668Record)  self = NULL;
    g_autoptr(GError)       inner_error = NULL;
    g_autofree gchar       *path = NULL;
    g_autofree gchar       *outcome = NULL;
    g_autofree gchar       *message = NULL;

    if (!nl668_is_imei (imei))
        return NULL;

    self = read_record (imei, TRUE, &inner_error);
    if (self || is_absent (inner_error))
        return g_steal_pointer (&self);

    path = nl668_record_build_path (imei);
    if (may_be_good (inner_error)) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "the record of an update %s cannot be used now: %s",
                     path, inner_error->message);
        return NULL;
    }
    outcome = set_aside (path);
    message = g_strdup_printf ("the record of an update %s is ignored: %s; %s",
                               path, inner_error->message, outcome);
    warning (message, user_data);
    return NULL;
}

GStrv
nl668_record_list (GError **error)
{
    g_auto(GStrv)  names = NULL;
    GPtrArray     *imeis;
    guint          i;

    names = nl668_key_file_list (get_directory (), error);
    if (!names)
        return NULL;

    imeis = g_ptr_array_new ();
    for (i = 0; names[i]; i++) {
        g_autofree gchar *imei = NULL;

        imei = g_strndup (names[i], strlen (names[i]) - strlen (NL668_KEY_FILE_SUFFIX));
        if (nl668_is_imei (imei))
            g_ptr_array_add (imeis, g_steal_pointer (&imei));
    }
    g_ptr_array_add (imeis, NULL);
    return (GStrv) g_ptr_array_free (imeis, FALSE);
}

/*****************************************************************************/
/* Write */

static gboolean
write_all (gint    fd,
           GBytes *contents)
{
    const gchar *data;
    gsize        left;

    data = g_bytes_get_data (contents, &left);
    while (left) {
        gssize n_written;

        RETRY (n_written, write (fd, data, left));
        if (n_written < 0)
            return FALSE;
        data += n_written;
        left -= n_written;
    }
    return TRUE;
}

static gboolean
fill_file (gint    fd,
           GBytes *contents)
{
    gint result;

    RETRY (result, fchmod (fd, FILE_MODE));
    if (result < 0 || !write_all (fd, contents))
        return FALSE;
    RETRY (result, fsync (fd));
    return result == 0;
}

/* On failure, errno is set. */
static gboolean
create_file (gint         directory,
             const gchar *name,
             GBytes      *contents)
{
    gboolean is_filled;
    gint     fd;
    gint     number;

    /* What an earlier attempt may have left */
    unlinkat (directory, name, 0);
    RETRY (fd, openat (directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       FILE_MODE));
    if (fd < 0)
        return FALSE;
    is_filled = fill_file (fd, contents);
    number = errno;
    close (fd);
    errno = number;
    return is_filled;
}

static gboolean
replace_file (gint         directory,
              const gchar *name,
              GBytes      *contents)
{
    g_autofree gchar *new_name = NULL;
    gint              result = -1;
    gint              number;

    new_name = g_strconcat (name, NEW_SUFFIX, NULL);
    if (create_file (directory, new_name, contents))
        RETRY (result, renameat (directory, new_name, directory, name));
    if (result == 0)
        return TRUE;

    number = errno;
    unlinkat (directory, new_name, 0);
    errno = number;
    return FALSE;
}

static gboolean
remove_file (gint         directory,
             const gchar *name)
{
    gint result;

    RETRY (result, unlinkat (directory, name, 0));
    return result == 0 || errno == ENOENT;
}

static gboolean
sync_directory (gint directory)
{
    gint result;

    RETRY (result, fsync (directory));
    /* Not every file system can. */
    return result == 0 || errno == EINVAL;
}

/* On failure, errno is set. */
static gboolean
write_in_directory (gint         directory,
                    const gchar *imei,
                    GBytes      *contents)
{
    g_autofree gchar *name = NULL;

    name = build_name (imei);
    if (contents ? !replace_file (directory, name, contents) : !remove_file (directory, name))
        return FALSE;
    return sync_directory (directory);
}

static gboolean
write_record (const gchar  *imei,
              GBytes       *contents,
              GError      **error)
{
    gboolean is_written;
    gint     directory;
    gint     result;

    RETRY (result, g_mkdir_with_parents (get_directory (), 0700));
    if (result < 0)
        return nl668_set_errno_error (error, "its directory cannot be created");
    directory = open_directory (error);
    if (directory < 0)
        return FALSE;
    is_written = write_in_directory (directory, imei, contents);
    if (!is_written)
        g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno),
                             g_strerror (errno));
    close (directory);
    return is_written;
}

gboolean
nl668_record_write (const gchar  *imei,
                    GBytes       *contents,
                    GError      **error)
{
    g_autoptr(GError)  inner_error = NULL;
    g_autofree gchar  *path = NULL;

    g_return_val_if_fail (nl668_is_imei (imei), FALSE);

    if (write_record (imei, contents, &inner_error))
        return TRUE;
    path = nl668_record_build_path (imei);
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                 g_error_matches (inner_error, G_FILE_ERROR, G_FILE_ERROR_PERM) ?
                 "cannot record the update in %s: %s" :
                 "cannot record the update in %s, free some space or make it writable: %s",
                 path, inner_error->message);
    return FALSE;
}

/*****************************************************************************/
/* Leftovers */

static gboolean
is_leftover (const gchar *name)
{
    g_autofree gchar *imei = NULL;
    const gchar      *suffix;

    suffix = strchr (name, '.');
    if (!suffix || !g_pattern_match_simple (NEW_PATTERN, suffix))
        return FALSE;
    imei = g_strndup (name, suffix - name);
    return nl668_is_imei (imei);
}

void
nl668_record_remove_leftovers (void)
{
    g_autoptr(GDir)  dir = NULL;
    const gchar     *name;

    dir = g_dir_open (get_directory (), 0, NULL);
    while (dir && (name = g_dir_read_name (dir))) {
        g_autofree gchar *path = NULL;

        if (!is_leftover (name))
            continue;
        path = g_build_filename (get_directory (), name, NULL);
        g_unlink (path);
    }
}
