/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-key-file.h"
#include "nl668-request.h"
#include "nl668-secret.h"

/*****************************************************************************/
/* Keys of the settings */

typedef enum {
    KEY_URL,
    KEY_SERVER,
    KEY_FILE_NAME,
    KEY_USER,
    KEY_PASSWORD,
    KEY_VERSION,
    KEY_CALLBREAK,
    KEY_NETWORK_LOCK,
    KEY_IGNORE_BATTERY,
    KEY_LAST
} Key;

static const gchar *key_names[] = {
    [KEY_URL]            = "url",
    [KEY_SERVER]         = "server",
    [KEY_FILE_NAME]      = "file-name",
    [KEY_USER]           = "user",
    [KEY_PASSWORD]       = "password",
    [KEY_VERSION]        = "version",
    [KEY_CALLBREAK]      = "callbreak",
    [KEY_NETWORK_LOCK]   = "network-lock",
    [KEY_IGNORE_BATTERY] = "ignore-battery",
};

G_STATIC_ASSERT (G_N_ELEMENTS (key_names) == KEY_LAST);

#define reject_setting(error, key, ...) \
    nl668_set_key_error (error, MM_CORE_ERROR_INVALID_ARGS, key_names[key], __VA_ARGS__)

/* The string may end up in a command, a log or a message. */
static gboolean
check_string (Key           key,
              const gchar  *value,
              GError      **error)
{
    const gchar *c;

    if (!*value)
        return reject_setting (error, key, "is empty");
    if (strlen (value) > NL668_AT_STRING_MAX)
        return reject_setting (error, key, "is longer than the %d bytes that the module accepts",
                               NL668_AT_STRING_MAX);

    for (c = value; *c; c++) {
        if (!g_ascii_isprint (*c))
            return reject_setting (error, key, "contains a byte that is not printable ASCII, "
                                               "which the module does not accept");
        if (*c == '"' || *c == '\\')
            return reject_setting (error, key, "contains a quote or a backslash, which cannot "
                                               "be sent to the module");
    }
    return TRUE;
}

static gboolean
find_key (const gchar  *name,
          Key          *key,
          GError      **error)
{
    g_autofree gchar *printable = NULL;
    guint             i;

    for (i = 0; i < KEY_LAST; i++) {
        if (g_str_equal (name, key_names[i])) {
            *key = i;
            return TRUE;
        }
    }

    printable = nl668_printable (name);
    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                 "%s: unknown key", printable);
    return FALSE;
}

static gboolean
read_boolean (Key        key,
              GVariant  *value,
              gboolean  *boolean,
              GError   **error)
{
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
        return reject_setting (error, key, "must be a boolean");
    *boolean = g_variant_get_boolean (value);
    return TRUE;
}

static gboolean
read_string (Key           key,
             GVariant     *value,
             const gchar **string,
             GError      **error)
{
    if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
        return reject_setting (error, key, "must be a string");
    if (*string)
        return reject_setting (error, key, "appears twice");
    *string = g_variant_get_string (value, NULL);
    return check_string (key, *string, error);
}

/* The @values belong to @settings. */
static gboolean
read_settings (Nl668Request  *self,
               GVariant      *settings,
               const gchar  **values,
               GError       **error)
{
    GVariantIter  iter;
    const gchar  *name;
    GVariant     *variant;

    g_variant_iter_init (&iter, settings);
    while (g_variant_iter_next (&iter, "{&sv}", &name, &variant)) {
        g_autoptr(GVariant) value = variant;
        Key                 key;
        gboolean            is_read;

        if (!find_key (name, &key, error))
            return FALSE;
        if (key == KEY_NETWORK_LOCK)
            is_read = read_boolean (key, value, &self->network_lock, error);
        else if (key == KEY_IGNORE_BATTERY)
            is_read = read_boolean (key, value, &self->ignore_battery, error);
        else
            is_read = read_string (key, value, &values[key], error);
        if (!is_read)
            return FALSE;
    }
    return TRUE;
}

static gboolean
fill_callbreak (Nl668Request  *self,
                const gchar   *value,
                GError       **error)
{
    self->is_callbreak_optional = g_strcmp0 (value, "optional") == 0;
    if (value && !self->is_callbreak_optional && !g_str_equal (value, "required"))
        return reject_setting (error, KEY_CALLBREAK, "must be required or optional");
    return TRUE;
}

/*****************************************************************************/
/* URL */

static gchar *
build_host_port (GUri *uri)
{
    const gchar *host;
    gint         port;

    host = g_uri_get_host (uri);
    port = g_uri_get_port (uri);
    if (strchr (host, ':'))
        return port < 0 ? g_strdup_printf ("[%s]", host) : g_strdup_printf ("[%s]:%d", host, port);
    return port < 0 ? g_strdup (host) : g_strdup_printf ("%s:%d", host, port);
}

static GUri *
parse_url (const gchar  *url,
           GError      **error)
{
    g_autoptr(GUri) uri = NULL;

    if (strchr (url, ' ')) {
        reject_setting (error, KEY_URL, "contains a space: write it as %%20");
        return NULL;
    }

    uri = g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD, NULL);
    if (!uri) {
        reject_setting (error, KEY_URL,
                        "is not a valid URL: use http://host/path or ftp://user@host/path");
        return NULL;
    }

    if (!g_uri_get_host (uri) || !*g_uri_get_host (uri)) {
        reject_setting (error, KEY_URL, "names no server");
        return NULL;
    }
    if (g_uri_get_port (uri) == 0) {
        reject_setting (error, KEY_URL, "has no valid port");
        return NULL;
    }
    if (g_uri_get_fragment (uri)) {
        reject_setting (error, KEY_URL, "has a fragment (#), which is never sent to a server");
        return NULL;
    }
    return g_steal_pointer (&uri);
}

/*****************************************************************************/
/* HTTP: the URL alone */

static gboolean
fill_http (Nl668Request  *self,
           const gchar  **values,
           GUri          *uri,
           GError       **error)
{
    static const Key ftp_keys[] = { KEY_SERVER, KEY_FILE_NAME, KEY_USER, KEY_PASSWORD };
    guint            i;

    for (i = 0; i < G_N_ELEMENTS (ftp_keys); i++) {
        if (values[ftp_keys[i]])
            return reject_setting (error, ftp_keys[i], "is for FTP only, but the url is HTTP");
    }

    if (g_uri_get_user (uri))
        return reject_setting (error, KEY_URL,
                               "has a user name, which the module accepts for FTP only");
    if (g_str_has_suffix (g_uri_get_path (uri), "/") && !g_uri_get_query (uri))
        return reject_setting (error, KEY_URL, "names no file on the server");
    if (!*g_uri_get_path (uri))
        return reject_setting (error, KEY_URL, "names no file on the server");

    self->transport = NL668_TRANSPORT_HTTP;
    self->url = g_strdup (values[KEY_URL]);
    self->source = nl668_secret_hide_query (values[KEY_URL]);
    return TRUE;
}

/*****************************************************************************/
/* FTP: server, file name, user and password are all required */

/* Takes the string from its own setting, or else from the URL. */
static gboolean
fill_ftp_string (gchar       **string,
                 const gchar **values,
                 Key           key,
                 const gchar  *from_url,
                 GError      **error)
{
    if (values[key]) {
        *string = g_strdup (values[key]);
        return TRUE;
    }

    if (!from_url || !*from_url)
        return reject_setting (error, key, "is missing: for FTP, the module needs a server, a "
                                           "file name, a user and a password");

    /* The URL has been decoded since it was checked, and may contain other characters now. */
    if (!check_string (key, from_url, error))
        return FALSE;
    *string = g_strdup (from_url);
    return TRUE;
}

static gboolean
fill_ftp (Nl668Request  *self,
          const gchar  **values,
          GUri          *uri,
          GError       **error)
{
    g_autofree gchar *host_port = NULL;
    g_autofree gchar *path = NULL;
    g_autofree gchar *source = NULL;
    const gchar      *file_name = NULL;
    const gchar      *user = NULL;
    const gchar      *password = NULL;

    if (uri) {
        if (g_uri_get_query (uri))
            return reject_setting (error, KEY_URL, "has a query (?), which FTP does not have: "
                                                   "write it as %%3F");
        host_port = build_host_port (uri);
        file_name = g_uri_get_path (uri);
        if (*file_name == '/')
            file_name++;
        user = g_uri_get_user (uri);
        password = g_uri_get_password (uri);
    }

    if (!fill_ftp_string (&self->url, values, KEY_SERVER, host_port, error) ||
        !fill_ftp_string (&self->file_name, values, KEY_FILE_NAME, file_name, error) ||
        !fill_ftp_string (&self->user, values, KEY_USER, user, error) ||
        !fill_ftp_string (&self->password, values, KEY_PASSWORD, password, error))
        return FALSE;

    /* The server becomes part of the source, which any user can read. */
    if (g_strrstr (self->url, "@"))
        return reject_setting (error, KEY_SERVER,
                               "contains an @: specify the login as user and password");
    if (g_str_has_suffix (self->file_name, "/"))
        return reject_setting (error, KEY_FILE_NAME, "names a directory, not a file");

    self->transport = NL668_TRANSPORT_FTP;
    path = g_uri_escape_string (self->file_name, "/", FALSE);
    source = g_strconcat (g_str_has_prefix (self->url, "ftp://") ? "" : "ftp://",
                          self->url, "/", path, NULL);
    self->source = nl668_secret_hide_query (source);
    return TRUE;
}

/*****************************************************************************/

static gboolean
fill (Nl668Request  *self,
      const gchar  **values,
      GError       **error)
{
    g_autoptr(GUri)  uri = NULL;
    const gchar     *scheme;

    if (!values[KEY_URL]) {
        if (values[KEY_SERVER])
            return fill_ftp (self, values, NULL, error);
        return reject_setting (error, KEY_URL, "is missing: specify where the package is");
    }

    uri = parse_url (values[KEY_URL], error);
    if (!uri)
        return FALSE;

    scheme = g_uri_get_scheme (uri);
    if (g_ascii_strcasecmp (scheme, "http") == 0)
        return fill_http (self, values, uri, error);
    if (g_ascii_strcasecmp (scheme, "ftp") == 0)
        return fill_ftp (self, values, uri, error);
    return reject_setting (error, KEY_URL, "%s:// is not supported: the module downloads over "
                                           "http:// and ftp:// only", scheme);
}

Nl668Request *
nl668_request_new (GVariant  *settings,
                   GError   **error)
{
    g_autoptr(Nl668Request)  self = NULL;
    const gchar             *values[KEY_LAST] = { NULL };

    self = g_new0 (Nl668Request, 1);
    self->network_lock = TRUE;
    if (!read_settings (self, settings, values, error) ||
        !fill_callbreak (self, values[KEY_CALLBREAK], error) ||
        !fill (self, values, error))
        return NULL;

    self->version = g_strdup (values[KEY_VERSION]);
    return g_steal_pointer (&self);
}

void
nl668_request_free (Nl668Request *self)
{
    g_free (self->url);
    g_free (self->file_name);
    g_free (self->user);
    g_free (self->password);
    g_free (self->source);
    g_free (self->version);
    g_free (self);
}

gchar *
nl668_request_build_command (const Nl668Request *self)
{
    return nl668_at_build_gtota (self->url, self->file_name, self->user, self->password);
}
