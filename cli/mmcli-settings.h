/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The value of --firmware-update and the password: the settings of Start(). */

#ifndef MMCLI_SETTINGS_H
#define MMCLI_SETTINGS_H

#include <glib.h>

/* The maximum length that the module accepts, in bytes */
#define MMCLI_PASSWORD_MAX 255

/**
 * mmcli_settings_has_password:
 * @argument: an argument of the program.
 *
 * Returns: whether it seems to contain a password, in a URL or with the key "password".
 */
gboolean mmcli_settings_has_password (const gchar *argument);

/**
 * mmcli_settings_refuse_password:
 * @error: return location for the #GOptionError for a password in an argument.
 *
 * Returns: %FALSE.
 */
gboolean mmcli_settings_refuse_password (GError **error);

/**
 * mmcli_settings_parse:
 * @value: (nullable): the value of --firmware-update: "key=value,…", where a value may be in
 *  quotes (' or "), or just a URL.
 * @password: (nullable): the FTP password.
 * @error: return location for a #GOptionError.
 *
 * A password in @value is an error: others can read the arguments of a process.
 *
 * Returns: (transfer full): the a{sv} of Start(), not floating, or %NULL.
 */
GVariant *mmcli_settings_parse (const gchar  *value,
                                const gchar  *password,
                                GError      **error);

/**
 * mmcli_settings_parse_boolean:
 * @string: yes, true, 1, no, false or 0, in any case.
 * @value: (out): the boolean.
 *
 * Returns: %FALSE if @string is none of these.
 */
gboolean mmcli_settings_parse_boolean (const gchar *string,
                                       gboolean    *value);

/**
 * mmcli_settings_read_password:
 * @file_name: a file, or "-" for stdin. If that is a terminal, the user is asked for the
 *  password, without echo.
 * @error: return location for a #GOptionError, or for %G_IO_ERROR_CANCELLED if a signal
 *  interrupted the question.
 *
 * Returns: (transfer full): the first line, or %NULL.
 */
gchar *mmcli_settings_read_password (const gchar  *file_name,
                                     GError      **error);

#endif /* MMCLI_SETTINGS_H */
