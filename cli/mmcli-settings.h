/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What to install and from where: from the command line to the a{sv} of the
 * D-Bus method Start(). */

#ifndef MMCLI_SETTINGS_H
#define MMCLI_SETTINGS_H

#include <glib.h>

/* The longest password that the module takes, in bytes */
#define MMCLI_PASSWORD_MAX 255

/* Where a password is not taken */
#define MMCLI_PASSWORD_HINT \
    _("others can read the arguments of a program: " \
      "give the password with --firmware-update-password-file")

/**
 * mmcli_settings_has_password:
 * @argument: an argument of the program.
 *
 * Returns: whether it seems to have a password in it: a URL with one, or the key.
 */
gboolean mmcli_settings_has_password (const gchar *argument);

/**
 * mmcli_settings_parse:
 * @value: (nullable): the value of --firmware-update: "key=value,…" with values
 *  that may be in quotes (' or "), or nothing but a URL.
 * @password: (nullable): the password of the FTP server.
 * @error: return location for a #G_OPTION_ERROR.
 *
 * A password in @value is refused: others can read the arguments of a process.
 *
 * Returns: (transfer full): the settings, not floating, or %NULL.
 */
GVariant *mmcli_settings_parse (const gchar  *value,
                                const gchar  *password,
                                GError      **error);

/**
 * mmcli_settings_parse_boolean:
 * @string: yes, true, 1, no, false or 0, in any case.
 * @value: (out): what it says.
 *
 * Returns: whether it is one of these.
 */
gboolean mmcli_settings_parse_boolean (const gchar *string,
                                       gboolean    *value);

/**
 * mmcli_settings_read_password:
 * @file_name: a file, or "-" for stdin. If that is a terminal, the user is asked
 *  for the password, which is not echoed.
 * @error: return location for a #GOptionError, or for #G_IO_ERROR_CANCELLED if the
 *  user was asked, and a signal came instead of an answer.
 *
 * Returns: (transfer full): the first line, or %NULL.
 */
gchar *mmcli_settings_read_password (const gchar  *file_name,
                                     GError      **error);

#endif /* MMCLI_SETTINGS_H */
