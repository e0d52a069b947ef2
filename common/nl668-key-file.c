/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-key-file.h"

#define KEY_MAX 64
#define KEY_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_[]"

/*****************************************************************************/
/* Directories */

static gint
compare_names (gconstpointer a,
               gconstpointer b)
{
    return strcmp (*(const gchar **) a, *(const gchar **) b);
}

GStrv
nl668_key_file_list (const gchar  *directory,
                     GError      **error)
{
    g_autoptr(GDir)       dir = NULL;
    g_autoptr(GPtrArray)  names = NULL;
    const gchar          *name;
    gint                  number;

    dir = g_dir_open (directory, 0, error);
    if (!dir)
        return NULL;

    names = g_ptr_array_new_with_free_func (g_free);
    do {
        errno = 0;
        name = g_dir_read_name (dir);
        number = errno;
        if (name && *name != '.' && g_str_has_suffix (name, NL668_KEY_FILE_SUFFIX))
            g_ptr_array_add (names, g_strdup (name));
    } while (name);
    if (number != 0) {
        errno = number;
        nl668_set_errno_error (error, directory);
        return NULL;
    }

    g_ptr_array_sort (names, compare_names);
    g_ptr_array_add (names, NULL);
    return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/*****************************************************************************/
/* Reading */

static gboolean
is_null_device (const struct stat *status)
{
    return S_ISCHR (status->st_mode) && status->st_rdev == makedev (1, 3);
}

static gboolean
check_status (const struct stat  *status,
              GError            **error)
{
    const gchar *reason = NULL;

    if (is_null_device (status))
        return TRUE;

    if (!S_ISREG (status->st_mode))
        reason = "is not a regular file";
    else if (status->st_uid != 0 && status->st_uid != geteuid ())
        reason = "is owned by another user: chown it to root";
    else if (status->st_mode & (S_IWGRP | S_IWOTH))
        reason = "is writable by others than its owner: use chmod go-w";

    if (!reason)
        return TRUE;
    g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, reason);
    return FALSE;
}

/* Does not rely on the size of the file, which may change. */
GBytes *
nl668_key_file_read_descriptor (gint     fd,
                                gsize    size_max,
                                GError **error)
{
    g_autofree gchar *buffer = NULL;
    gsize             size = 0;

    buffer = g_malloc (size_max + 1);
    while (size <= size_max) {
        gssize n_read;

        n_read = read (fd, buffer + size, size_max + 1 - size);
        if (n_read == 0)
            return g_bytes_new_take (g_steal_pointer (&buffer), size);
        if (n_read > 0)
            size += n_read;
        else if (errno != EINTR) {
            nl668_set_errno_error (error, "cannot be read");
            return NULL;
        }
    }

    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                 "is larger than %" G_GSIZE_FORMAT " bytes", size_max);
    return NULL;
}

GBytes *
nl668_key_file_read (const gchar  *path,
                     gsize         size_max,
                     guint        *mode,
                     GError      **error)
{
    struct stat  status;
    GBytes      *contents = NULL;
    gint         fd;

    /* Do not block on a FIFO, and do not acquire a controlling terminal. */
    fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) {
        nl668_set_errno_error (error, "cannot be opened");
        return NULL;
    }

    if (fstat (fd, &status) < 0)
        nl668_set_errno_error (error, "cannot be read");
    else if (check_status (&status, error))
        contents = nl668_key_file_read_descriptor (fd, size_max, error);
    if (contents && mode)
        *mode = status.st_mode;

    close (fd);
    return contents;
}

/*****************************************************************************/
/* Parsing */

static gboolean
refuse_key (const gchar  *key,
            GError      **error)
{
    /* In a line like "Password: c2VjcmV0==", the key contains a secret. */
    if (strlen (key) > KEY_MAX || strspn (key, KEY_CHARACTERS) != strlen (key))
        g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                             "has a line with an invalid key before the =");
    else
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                     "%s: unknown key", key);
    return FALSE;
}

static gboolean
check_names (GKeyFile             *key_file,
             const gchar          *group,
             const gchar * const  *keys,
             GError              **error)
{
    g_auto(GStrv)     groups = NULL;
    g_auto(GStrv)     names = NULL;
    g_autofree gchar *printable = NULL;
    guint             i;

    groups = g_key_file_get_groups (key_file, NULL);
    for (i = 0; groups[i]; i++) {
        if (!g_str_equal (groups[i], group)) {
            printable = nl668_printable (groups[i]);
            g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
                         "[%s]: unknown group", printable);
            return FALSE;
        }
    }

    names = g_key_file_get_keys (key_file, group, NULL, NULL);
    if (!names) {
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                     "has no group [%s]", group);
        return FALSE;
    }
    for (i = 0; names[i]; i++) {
        if (!g_strv_contains (keys, names[i]))
            return refuse_key (names[i], error);
    }
    return TRUE;
}

GKeyFile *
nl668_key_file_parse (GBytes              *contents,
                      const gchar         *group,
                      const gchar * const *keys,
                      GError             **error)
{
    g_autoptr(GKeyFile)  key_file = NULL;
    const gchar         *data;
    gsize                size;

    data = g_bytes_get_data (contents, &size);
    if (size == 0) {
        g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE, "is empty");
        return NULL;
    }
    /* This also rejects NUL bytes. */
    if (!g_utf8_validate (data, size, NULL)) {
        g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_UNKNOWN_ENCODING,
                             "is not UTF-8 text");
        return NULL;
    }

    key_file = g_key_file_new ();
    /* Without the flag, some keys would be dropped, depending on the locale.
     * GLib's own error quotes the line, which may contain a password. */
    if (!g_key_file_load_from_data (key_file, data, size, G_KEY_FILE_KEEP_TRANSLATIONS, NULL)) {
        g_set_error_literal (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_PARSE,
                             "is not a key file: a line is neither a [group], nor a key=value "
                             "below one, nor a comment");
        return NULL;
    }

    if (!check_names (key_file, group, keys, error))
        return NULL;
    return g_steal_pointer (&key_file);
}

/*****************************************************************************/
/* Values */

/* GLib returns a value despite an invalid escape sequence, and warns about a second one. */
static gboolean
check_escapes (GKeyFile    *key_file,
               const gchar *group,
               const gchar *key,
               const gchar *escapes)
{
    g_autofree gchar *value = NULL;
    const gchar      *c;

    value = g_key_file_get_value (key_file, group, key, NULL);
    if (!value)
        return FALSE;

    for (c = strchr (value, '\\'); c; c = strchr (c + 2, '\\')) {
        if (!c[1] || !strchr (escapes, c[1]))
            return FALSE;
    }
    return TRUE;
}

gchar *
nl668_key_file_get_string (GKeyFile    *key_file,
                           const gchar *group,
                           const gchar *key)
{
    if (!check_escapes (key_file, group, key, "sntr\\"))
        return NULL;
    return g_key_file_get_string (key_file, group, key, NULL);
}

GStrv
nl668_key_file_get_list (GKeyFile    *key_file,
                         const gchar *group,
                         const gchar *key)
{
    if (!check_escapes (key_file, group, key, "sntr\\;"))
        return NULL;
    return g_key_file_get_string_list (key_file, group, key, NULL, NULL);
}

gboolean
nl668_is_printable_ascii (const gchar *text)
{
    for (; *text; text++) {
        if (!g_ascii_isprint (*text))
            return FALSE;
    }
    return TRUE;
}

/*****************************************************************************/
/* Errors */

gboolean
nl668_set_errno_error (GError      **error,
                       const gchar  *what)
{
    gint number = errno;

    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (number),
                 "%s: %s", what, g_strerror (number));
    return FALSE;
}

gboolean
nl668_set_key_error (GError      **error,
                     gint          code,
                     const gchar  *key,
                     const gchar  *format,
                     ...)
{
    g_autofree gchar *reason = NULL;
    va_list           args;

    va_start (args, format);
    reason = g_strdup_vprintf (format, args);
    va_end (args);

    g_set_error (error, MM_CORE_ERROR, code, "%s: %s", key, reason);
    return FALSE;
}
