/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "nl668-key-file.h"
#include "nl668-package.h"
#include "nl668-request.h"

#define GROUP "Package"

#define ID_MAX     128
#define GLOBS_MAX  64
/* The maximum length of a summary, of a glob, and of text that is matched against globs */
#define STRING_MAX 255
#define WILDCARDS  "*?"
/* The dots before the first wildcard of a version: after the third group */
#define DOTS_MIN   3

/*****************************************************************************/
/* Keys of a package file */

typedef enum {
    KEY_ID,
    KEY_SUMMARY,
    KEY_MODEL,
    KEY_FROM,
    KEY_TO,
    KEY_URL,
    KEY_SERVER,
    KEY_FILE_NAME,
    KEY_USER,
    KEY_PASSWORD,
    KEY_LAST
} Key;

static const gchar *const key_names[] = {
    [KEY_ID]        = "Id",
    [KEY_SUMMARY]   = "Summary",
    [KEY_MODEL]     = "Model",
    [KEY_FROM]      = "From",
    [KEY_TO]        = "To",
    [KEY_URL]       = "URL",
    [KEY_SERVER]    = "Server",
    [KEY_FILE_NAME] = "FileName",
    [KEY_USER]      = "User",
    [KEY_PASSWORD]  = "Password",
    [KEY_LAST]      = NULL,
};

/* Keys that are not lists */
static const struct {
    Key          key;
    gsize        offset;
    /* The setting of Start(), or NULL */
    const gchar *setting;
} strings[] = {
    { KEY_ID,        G_STRUCT_OFFSET (Nl668Package, id),        NULL },
    { KEY_SUMMARY,   G_STRUCT_OFFSET (Nl668Package, summary),   NULL },
    { KEY_TO,        G_STRUCT_OFFSET (Nl668Package, to),        "version" },
    { KEY_URL,       G_STRUCT_OFFSET (Nl668Package, url),       "url" },
    { KEY_SERVER,    G_STRUCT_OFFSET (Nl668Package, server),    "server" },
    { KEY_FILE_NAME, G_STRUCT_OFFSET (Nl668Package, file_name), "file-name" },
    { KEY_USER,      G_STRUCT_OFFSET (Nl668Package, user),      "user" },
    { KEY_PASSWORD,  G_STRUCT_OFFSET (Nl668Package, password),  "password" },
};

#define STRING(self, i) G_STRUCT_MEMBER (gchar *, self, strings[i].offset)

#define reject_key(error, key, ...) \
    nl668_set_key_error (error, MM_CORE_ERROR_INVALID_ARGS, key_names[key], __VA_ARGS__)

/*****************************************************************************/
/* Values */

/* The id must be safe in a D-Bus string, in an argument of mmcli, and in a shell. */
static gboolean
check_id (const gchar  *id,
          GError      **error)
{
    gsize length;

    length = strlen (id);
    if (length < 1 || length > ID_MAX ||
        strspn (id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._+-") != length)
        return reject_key (error, KEY_ID,
                           "must be 1 to %d letters, digits, dots, underscores, plus or minus "
                           "signs (the file name, if the key is missing)", ID_MAX);
    return TRUE;
}

static gboolean
check_summary (const gchar  *summary,
               GError      **error)
{
    const gchar *c;

    if (strlen (summary) > STRING_MAX)
        return reject_key (error, KEY_SUMMARY, "is longer than %d bytes", STRING_MAX);

    for (c = summary; *c; c = g_utf8_next_char (c)) {
        gunichar     character = g_utf8_get_char (c);
        GUnicodeType type = g_unichar_type (character);

        if (!g_unichar_isprint (character) ||
            type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
            return reject_key (error, KEY_SUMMARY, "must be one line of printable characters");
    }
    return TRUE;
}

static gboolean
read_strings (Nl668Package  *self,
              GKeyFile      *key_file,
              GError       **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        const gchar *name = key_names[strings[i].key];

        if (!g_key_file_has_key (key_file, GROUP, name, NULL))
            continue;
        STRING (self, i) = nl668_key_file_get_string (key_file, GROUP, name);
        if (!STRING (self, i))
            return reject_key (error, strings[i].key, "has an invalid escape sequence");
        if (!*STRING (self, i))
            return reject_key (error, strings[i].key, "is empty");
    }
    return TRUE;
}

/* A package contains the difference between two versions for one model. A model is a name and a
 * variant, NL668-EAU-00, and a version has several groups, 19011.1000.00.02.73.13. */
static gboolean
check_model (const gchar  *glob,
             GError      **error)
{
    gsize        n_literal = strcspn (glob, WILDCARDS);
    const gchar *dash = strchr (glob, '-');

    if (!glob[n_literal] || (dash && dash > glob && dash + 1 < glob + n_literal))
        return TRUE;
    return reject_key (error, KEY_MODEL,
                       "must name the model and its variant before the first * or ?, for example "
                       "NL668-EAU*");
}

static gboolean
check_from (const gchar  *glob,
            GError      **error)
{
    gsize n_literal = strcspn (glob, WILDCARDS);
    guint n_dots = 0;
    gsize i;

    /* Empty groups do not count */
    for (i = 1; i < n_literal; i++)
        n_dots += glob[i] == '.' && glob[i - 1] != '.';
    if (!glob[n_literal] || n_dots >= DOTS_MIN)
        return TRUE;
    return reject_key (error, KEY_FROM,
                       "must name the first three groups of the version before the first * or ?, "
                       "for example 19011.1000.00.*");
}

static gboolean
read_globs (GKeyFile  *key_file,
            Key        key,
            GStrv     *globs,
            GError   **error)
{
    guint n_globs;
    guint i;

    if (!g_key_file_has_key (key_file, GROUP, key_names[key], NULL))
        return reject_key (error, key, "is missing: state what the package is for");

    *globs = nl668_key_file_get_list (key_file, GROUP, key_names[key]);
    if (!*globs)
        return reject_key (error, key, "has an invalid escape sequence");
    n_globs = g_strv_length (*globs);
    if (n_globs == 0)
        return reject_key (error, key, "is empty");
    if (n_globs > GLOBS_MAX)
        return reject_key (error, key, "has more than %d entries", GLOBS_MAX);

    for (i = 0; i < n_globs; i++) {
        const gchar *glob = g_strstrip ((*globs)[i]);

        if (!*glob)
            return reject_key (error, key, "has an empty entry");
        if (strlen (glob) > STRING_MAX)
            return reject_key (error, key, "has an entry longer than %d bytes", STRING_MAX);
        if (!nl668_is_printable_ascii (glob))
            return reject_key (error, key, "contains a byte that is not printable ASCII");
        if (!(key == KEY_MODEL ? check_model : check_from) (glob, error))
            return FALSE;
    }
    return TRUE;
}

/*****************************************************************************/
/* Settings of Start() */

static gboolean
check_secrecy (const Nl668Package  *self,
               guint                mode,
               GError             **error)
{
    g_autofree gchar *password = NULL;

    if (!(mode & 077))
        return TRUE;
    if (self->password)
        return reject_key (error, KEY_PASSWORD, "is readable by others: use chmod 600");
    if (self->url)
        g_uri_split_with_user (self->url, G_URI_FLAGS_HAS_PASSWORD,
                               NULL, NULL, &password, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    if (password)
        return reject_key (error, KEY_URL,
                           "contains a password but is readable by others: use chmod 600");
    if (self->url && strchr (self->url, '?'))
        return reject_key (error, KEY_URL,
                           "contains a query but is readable by others: use chmod 600");
    return TRUE;
}

static gboolean
check_request (const Nl668Package  *self,
               GError             **error)
{
    g_autoptr(GVariant)      settings = NULL;
    g_autoptr(Nl668Request)  request = NULL;
    g_autoptr(GError)        inner_error = NULL;
    guint                    i;

    settings = g_variant_ref_sink (nl668_package_build_settings (self));
    request = nl668_request_new (settings, &inner_error);
    if (request)
        return TRUE;

    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        g_autofree gchar *start = NULL;

        if (!strings[i].setting)
            continue;
        start = g_strconcat (strings[i].setting, ": ", NULL);
        if (g_str_has_prefix (inner_error->message, start))
            return reject_key (error, strings[i].key, "%s", inner_error->message + strlen (start));
    }

    g_propagate_error (error, g_steal_pointer (&inner_error));
    return FALSE;
}

GVariant *
nl668_package_build_settings (const Nl668Package *self)
{
    GVariantDict settings;
    guint        i;

    g_variant_dict_init (&settings, NULL);
    for (i = 0; i < G_N_ELEMENTS (strings); i++) {
        if (strings[i].setting && STRING (self, i))
            g_variant_dict_insert (&settings, strings[i].setting, "s", STRING (self, i));
    }
    return g_variant_dict_end (&settings);
}

/*****************************************************************************/

void
nl668_package_free (Nl668Package *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (strings); i++)
        g_free (STRING (self, i));
    g_strfreev (self->model);
    g_strfreev (self->from);
    g_free (self->file);
    g_free (self);
}

static gchar *
build_default_id (const gchar *path)
{
    gchar *id;

    id = g_path_get_basename (path);
    if (g_str_has_suffix (id, NL668_KEY_FILE_SUFFIX))
        id[strlen (id) - strlen (NL668_KEY_FILE_SUFFIX)] = '\0';
    return id;
}

Nl668Package *
nl668_package_new (GBytes       *contents,
                   guint         mode,
                   const gchar  *path,
                   GError      **error)
{
    g_autoptr(Nl668Package) self = NULL;
    g_autoptr(GKeyFile)     key_file = NULL;

    key_file = nl668_key_file_parse (contents, GROUP, key_names, error);
    if (!key_file)
        return NULL;

    self = g_new0 (Nl668Package, 1);
    self->file = g_strescape (path, NULL);
    if (!read_strings (self, key_file, error) ||
        !check_secrecy (self, mode, error) ||
        !read_globs (key_file, KEY_MODEL, &self->model, error) ||
        !read_globs (key_file, KEY_FROM, &self->from, error))
        return NULL;

    if (!self->to) {
        reject_key (error, KEY_TO, "is missing: state which version the package installs");
        return NULL;
    }
    /* It is compared to the revision of the module. */
    g_strstrip (self->to);
    if (!self->id)
        self->id = build_default_id (path);

    if (!check_id (self->id, error) ||
        (self->summary && !check_summary (self->summary, error)) ||
        !check_request (self, error))
        return NULL;
    return g_steal_pointer (&self);
}

static gboolean
match_any (const GStrv  globs,
           const gchar *text)
{
    guint i;

    /* Globs are matched as UTF-8, which a module may not send. */
    if (!text || strlen (text) > STRING_MAX || !g_str_is_ascii (text))
        return FALSE;

    for (i = 0; globs[i]; i++) {
        if (g_pattern_match_simple (globs[i], text))
            return TRUE;
    }
    return FALSE;
}

gboolean
nl668_package_applies (const Nl668Package *self,
                       const gchar        *model,
                       const gchar        *revision)
{
    return (match_any (self->model, model) &&
            match_any (self->from, revision) &&
            !g_str_equal (self->to, revision));
}
