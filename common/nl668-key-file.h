/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Key files that decide what is done to a module, read without trusting them.
 *
 * The errors are the bare reason, without the path. They never quote a value,
 * which may be a password. */

#ifndef NL668_KEY_FILE_H
#define NL668_KEY_FILE_H

#include <gio/gio.h>

/* Of the name of each such file */
#define NL668_KEY_FILE_SUFFIX ".conf"

/* Is told of a file that was not used: one sentence, printable */
typedef void (* Nl668WarningFunc) (const gchar *message,
                                   gpointer     user_data);

/**
 * nl668_key_file_list:
 * @directory: where the files are.
 * @error: return location for a #GFileError, of which #G_FILE_ERROR_NOENT says
 *   that there is no such directory.
 *
 * Returns: (transfer full): the names of those that end in NL668_KEY_FILE_SUFFIX and
 *   are not hidden, sorted: the order does not depend on the file system. Or NULL.
 */
GStrv nl668_key_file_list (const gchar  *directory,
                       GError      **error);

/**
 * nl668_key_file_read:
 * @path: the file.
 * @open_flags: O_NOFOLLOW to refuse a symbolic link, 0 to follow it.
 * @size_max: how large the file may be, in bytes.
 * @mode: (out) (optional): its mode, to tell who can read it.
 * @error: return location for a #GFileError, of which #G_FILE_ERROR_NOENT says
 *   that there is no such file.
 *
 * Takes a regular file only that belongs to root or to this user and that
 * nobody else can write. Never waits. /dev/null is taken for an empty file.
 *
 * Returns: (transfer full): the contents, or NULL.
 */
GBytes *nl668_key_file_read (const gchar  *path,
                         gint          open_flags,
                         gsize         size_max,
                         guint        *mode,
                         GError      **error);

/**
 * nl668_key_file_parse:
 * @contents: what nl668_key_file_read () returned.
 * @group: the only group that the file may and must have.
 * @keys: the keys that it may have, NULL-terminated.
 * @error: return location for a #GKeyFileError.
 *
 * Returns: (transfer full): the key file, or NULL.
 */
GKeyFile *nl668_key_file_parse (GBytes              *contents,
                            const gchar         *group,
                            const gchar * const *keys,
                            GError             **error);

/**
 * nl668_key_file_get_string:
 *
 * Returns: (transfer full): the value of the key, or NULL if there is none or
 *   it is ill-formed.
 */
gchar *nl668_key_file_get_string (GKeyFile    *key_file,
                              const gchar *group,
                              const gchar *key);

/**
 * nl668_key_file_get_list:
 *
 * Returns: (transfer full): the values of the key, separated by semicolons, or
 *   NULL if there are none or they are ill-formed.
 */
GStrv nl668_key_file_get_list (GKeyFile    *key_file,
                           const gchar *group,
                           const gchar *key);

gboolean nl668_is_printable_ascii (const gchar *text);

#endif /* NL668_KEY_FILE_H */
