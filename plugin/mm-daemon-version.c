/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "mm-daemon-version.h"
#include "nl668-key-file.h"

/* The newest series that was tried. Its development versions have the number before it. */
#define TRIED_MAJOR 1
#define TRIED_MINOR 26
#define TRIED "1.26"

#define GROUP "Plugin"
#define KEY "NewestModemManager"
/* The value that stands for a daemon whose version is not known */
#define UNKNOWN "unknown"

#define SIZE_MAX_CONFIGURATION 4096
#define DIGITS_MAX 4

/*****************************************************************************/
/* Versions */

static gboolean
parse_number (const gchar **c,
              guint        *number)
{
    const gchar *start = *c;

    for (*number = 0; g_ascii_isdigit (**c); (*c)++) {
        if (*c - start == DIGITS_MAX)
            return FALSE;
        *number = 10 * *number + g_ascii_digit_value (**c);
    }
    return *c > start;
}

gboolean
mm_daemon_version_parse (const gchar     *text,
                         MMDaemonVersion *version)
{
    if (!parse_number (&text, &version->major) || *text++ != '.' ||
        !parse_number (&text, &version->minor))
        return FALSE;
    /* The rest depends on the distribution. */
    return !g_ascii_isalnum (*text);
}

static gboolean
is_newer (const MMDaemonVersion *a,
          const MMDaemonVersion *b)
{
    return a->major != b->major ? a->major > b->major : a->minor > b->minor;
}

/*****************************************************************************/
/* The administrator's consent */

static gchar *
build_path (void)
{
    const gchar *directory;

    directory = g_getenv ("FIBOCOM_NL668_CONFIG_DIR");
    if (directory && *directory)
        return g_build_filename (directory, "plugin.conf", NULL);
    return g_strdup (NL668_PLUGIN_CONF);
}

static GKeyFile *
load_configuration (const gchar  *path,
                    GError      **error)
{
    static const gchar * const  keys[] = { KEY, NULL };
    g_autoptr(GBytes)           contents = NULL;

    contents = nl668_key_file_read (path, SIZE_MAX_CONFIGURATION, NULL, error);
    return contents ? nl668_key_file_parse (contents, GROUP, keys, error) : NULL;
}

/* @version: (nullable): NULL if it is not known. */
static gboolean
is_accepted (const gchar            *path,
             const MMDaemonVersion  *version,
             GError                **error)
{
    g_autoptr(GKeyFile) configuration = NULL;
    g_autofree gchar   *value = NULL;
    MMDaemonVersion     newest;

    configuration = load_configuration (path, error);
    if (!configuration)
        return FALSE;

    value = nl668_key_file_get_string (configuration, GROUP, KEY);
    if (!g_strcmp0 (value, UNKNOWN))
        return !version;
    if (!value || !mm_daemon_version_parse (value, &newest))
        return nl668_set_key_error (error, MM_CORE_ERROR_INVALID_ARGS, KEY,
                                    "must be a version such as " TRIED ", or " UNKNOWN);
    return version && !is_newer (version, &newest);
}

/*****************************************************************************/

static const gchar *
explain (const gchar           *text,
         const MMDaemonVersion *version,
         const gchar           *path,
         const GError          *error)
{
    static gchar      reason[1024];
    g_autofree gchar *what = NULL;
    g_autofree gchar *value = NULL;
    g_autofree gchar *ignored = NULL;

    if (version) {
        what = g_strdup_printf ("this is ModemManager %s, but only versions up to " TRIED
                                " were tried", text);
        value = g_strdup_printf ("%u.%u", version->major, version->minor);
    } else {
        what = g_strdup ("the version of this ModemManager cannot be found");
        value = g_strdup (UNKNOWN);
    }
    if (error && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        ignored = g_strdup_printf (" (ignored: %s)", error->message);

    g_snprintf (reason, sizeof (reason), "%s: look for a newer version of this plugin, "
                                         "or set " KEY "=%s in %s%s",
                what, value, path, ignored ? ignored : "");
    return reason;
}

const gchar *
mm_daemon_version_check (const gchar *text,
                         gboolean    *is_untried)
{
    static const MMDaemonVersion  tried = { TRIED_MAJOR, TRIED_MINOR };
    g_autofree gchar             *path = NULL;
    g_autoptr(GError)             error = NULL;
    MMDaemonVersion               version;
    gboolean                      is_known;

    *is_untried = FALSE;
    is_known = text && mm_daemon_version_parse (text, &version);
    if (is_known && !is_newer (&version, &tried))
        return NULL;

    path = build_path ();
    *is_untried = is_accepted (path, is_known ? &version : NULL, &error);
    return *is_untried ? NULL : explain (text, is_known ? &version : NULL, path, error);
}
