/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Reads key files. They control what is done to a module, and are therefore not trusted.
 *
 * Error messages do not contain the path of the file, and never quote a value, which may be a
 * password. */

#ifndef NL668_KEY_FILE_H
#define NL668_KEY_FILE_H

#include <gio/gio.h>

#define NL668_KEY_FILE_SUFFIX ".conf"

/* Called for a file that is ignored. @message is one printable sentence. */
typedef void (* Nl668WarningFunc) (const gchar *message,
                                   gpointer     user_data);

/**
 * nl668_key_file_list:
 * @error: return location for a #GFileError; %G_FILE_ERROR_NOENT if there is no such
 *   directory.
 *
 * Returns: (transfer full): the sorted names of the files in @directory that end in
 *   #NL668_KEY_FILE_SUFFIX and are not hidden, or NULL.
 */
GStrv nl668_key_file_list (const gchar  *directory,
                           GError      **error);

/**
 * nl668_key_file_read:
 * @size_max: the maximum size in bytes.
 * @mode: (out) (optional): the mode of the file.
 * @error: return location for a #GFileError; %G_FILE_ERROR_NOENT if there is no such file.
 *
 * Reads a regular file that is owned by root or by this user, and not writable by anybody
 * else. Never blocks. /dev/null counts as an empty file.
 *
 * Returns: (transfer full): the contents, or NULL.
 */
GBytes *nl668_key_file_read (const gchar  *path,
                             gsize         size_max,
                             guint        *mode,
                             GError      **error);

/**
 * nl668_key_file_read_descriptor:
 * @fd: the descriptor of a file that has been checked.
 * @size_max: the maximum size in bytes.
 * @error: return location for a #GFileError; %G_FILE_ERROR_INVAL if the file is larger.
 *
 * Returns: (transfer full): the contents, or NULL.
 */
GBytes *nl668_key_file_read_descriptor (gint     fd,
                                        gsize    size_max,
                                        GError **error);

/**
 * nl668_key_file_parse:
 * @contents: the contents of the file, which are not trusted.
 * @group: the only group that the file must have.
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
 * Returns: (transfer full) (nullable): the value of the key, or NULL if it is missing or
 *   invalid.
 */
gchar *nl668_key_file_get_string (GKeyFile    *key_file,
                                  const gchar *group,
                                  const gchar *key);

/**
 * nl668_key_file_get_list:
 *
 * Returns: (transfer full) (nullable): the semicolon-separated values of the key, or NULL if
 *   they are missing or invalid.
 */
GStrv nl668_key_file_get_list (GKeyFile    *key_file,
                               const gchar *group,
                               const gchar *key);

/**
 * nl668_set_errno_error:
 * @what: what has failed, as errno says.
 *
 * Sets @error to a #GFileError: "what: the reason".
 *
 * Returns: %FALSE.
 */
gboolean nl668_set_errno_error (GError      **error,
                                const gchar  *what);

/**
 * nl668_set_key_error:
 * @code: a #MMCoreError.
 * @key: the offending key of a file or of settings.
 * @format: what is wrong with it. Must not quote a value, which may be a password.
 *
 * Sets @error to "key: what is wrong".
 *
 * Returns: %FALSE.
 */
gboolean nl668_set_key_error (GError      **error,
                              gint          code,
                              const gchar  *key,
                              const gchar  *format,
                              ...) G_GNUC_PRINTF (4, 5);

gboolean nl668_is_printable_ascii (const gchar *text);

#endif /* NL668_KEY_FILE_H */
