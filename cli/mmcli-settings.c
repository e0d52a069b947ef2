/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <bsd/readpassphrase.h>
#include <gio/gio.h>
#include <glib/gi18n.h>

#include "mmcli-settings.h"

/* The settings of Start() that are allowed on the command line */
static const struct {
    const gchar *name;
    /* "s" or "b" */
    const gchar *type;
} keys[] = {
    { "package",        "s" },
    { "url",            "s" },
    { "server",         "s" },
    { "file-name",      "s" },
    { "user",           "s" },
    { "version",        "s" },
    { "callbreak",      "s" },
    { "network-lock",   "b" },
    { "ignore-battery", "b" },
};

static gboolean
refuse_value (GError      **error,
              const gchar  *format,
              ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse_value (GError      **error,
              const gchar  *format,
              ...)
{
    g_autofree gchar *message = NULL;
    va_list           args;

    va_start (args, format);
    message = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
    return FALSE;
}

/*****************************************************************************/
/* URL */

/* Accepts any scheme: ModemManager reports unsupported ones */
static gboolean
is_url (const gchar *string)
{
    gsize length;

    length = strspn (string, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "+-.");
    return length && g_str_has_prefix (string + length, "://");
}

/* Also works for an invalid URL */
static gboolean
has_url_password (const gchar *url)
{
    const gchar *authority;
    gsize        length;
    const gchar *at;

    authority = strstr (url, "://");
    if (!authority)
        return FALSE;
    authority += strlen ("://");
    length = strcspn (authority, "/?#");
    at = g_strrstr_len (authority, (gssize) length, "@");
    return at && memchr (authority, ':', (gsize) (at - authority));
}

gboolean
mmcli_settings_has_password (const gchar *argument)
{
    const gchar *key;

    /* But not --firmware-update-password-file= */
    key = strstr (argument, "password=");
    return has_url_password (argument) || (key && (key == argument || !g_ascii_isalnum (key[-1])));
}

gboolean
mmcli_settings_refuse_password (GError **error)
{
    return refuse_value (error, _("others can read the arguments of a program: "
                                  "give the password with --firmware-update-password-file"));
}

/*****************************************************************************/
/* Keys and values */

gboolean
mmcli_settings_parse_boolean (const gchar *string,
                              gboolean    *value)
{
    static const gchar *const yes[] = { "yes", "true", "1" };
    static const gchar *const no[] = { "no", "false", "0" };
    guint                     i;

    for (i = 0; i < G_N_ELEMENTS (yes); i++) {
        *value = !g_ascii_strcasecmp (string, yes[i]);
        if (*value || !g_ascii_strcasecmp (string, no[i]))
            return TRUE;
    }
    return FALSE;
}

static GVariant *
build_value (guint         key,
             const gchar  *value,
             GError      **error)
{
    gboolean boolean;

    if (g_str_equal (keys[key].type, "s"))
        return g_variant_new_string (value);

    if (mmcli_settings_parse_boolean (value, &boolean))
        return g_variant_new_boolean (boolean);

    refuse_value (error, _("key '%s' must be yes or no"), keys[key].name);
    return NULL;
}

static gboolean
refuse_unknown_key (const gchar  *name,
                    GError      **error)
{
    g_autoptr(GString) known = NULL;
    guint              i;

    if (g_str_equal (name, "password"))
        return mmcli_settings_refuse_password (error);

    known = g_string_new (NULL);
    for (i = 0; i < G_N_ELEMENTS (keys); i++)
        g_string_append_printf (known, "%s%s", i ? ", " : "", keys[i].name);
    return refuse_value (error, _("unknown key '%s': the keys are %s"), name, known->str);
}

static gboolean
find_setting (const gchar  *name,
              guint        *key,
              GError      **error)
{
    for (*key = 0; *key < G_N_ELEMENTS (keys); (*key)++) {
        if (g_str_equal (keys[*key].name, name))
            return TRUE;
    }
    return refuse_unknown_key (name, error);
}

static gboolean
add_setting (GVariantDict  *settings,
             const gchar   *name,
             const gchar   *value,
             GError       **error)
{
    GVariant *variant;
    guint     key;

    if (!find_setting (name, &key, error))
        return FALSE;
    if (!*value)
        return refuse_value (error, _("key '%s' has no value"), name);
    if (g_variant_dict_contains (settings, name))
        return refuse_value (error, _("key '%s' appears twice"), name);
    if (g_str_equal (name, "url") && has_url_password (value))
        return mmcli_settings_refuse_password (error);

    variant = build_value (key, value, error);
    if (!variant)
        return FALSE;
    g_variant_dict_insert_value (settings, name, variant);
    return TRUE;
}

/*****************************************************************************/
/* Syntax */

/* Does not quote the text, which may be a secret */
static gboolean
refuse_syntax (GError **error)
{
    return refuse_value (error, _("malformed settings: use key=value,... or just a URL"));
}

static void
skip_spaces (const gchar **position)
{
    while (g_ascii_isspace (**position))
        (*position)++;
}

static gchar *
read_name (const gchar **position)
{
    const gchar *start;

    skip_spaces (position);
    start = *position;
    while (g_ascii_isalnum (**position) || **position == '-')
        (*position)++;
    return g_strndup (start, (gsize) (*position - start));
}

static gchar *
read_value (const gchar  **position,
            GError       **error)
{
    const gchar *start;
    const gchar *end;
    gchar        quote;

    skip_spaces (position);
    quote = **position;
    if (quote != '"' && quote != '\'') {
        start = *position;
        *position += strcspn (start, ",");
        return g_strchomp (g_strndup (start, (gsize) (*position - start)));
    }

    start = *position + 1;
    end = strchr (start, quote);
    if (!end) {
        refuse_value (error, _("unterminated quote"));
        return NULL;
    }
    *position = end + 1;
    return g_strndup (start, (gsize) (end - start));
}

static gboolean
parse_pair (GVariantDict  *settings,
            const gchar  **position,
            GError       **error)
{
    g_autofree gchar *name = NULL;
    g_autofree gchar *value = NULL;

    name = read_name (position);
    skip_spaces (position);
    if (!*name || **position != '=')
        return refuse_syntax (error);
    (*position)++;

    value = read_value (position, error);
    if (!value)
        return FALSE;
    skip_spaces (position);
    if (**position != ',' && **position != '\0')
        return refuse_syntax (error);

    return add_setting (settings, name, value, error);
}

static gboolean
parse_pairs (GVariantDict  *settings,
             const gchar   *position,
             GError       **error)
{
    for (;;) {
        if (!parse_pair (settings, &position, error))
            return FALSE;
        if (*position == '\0')
            return TRUE;
        position++;
    }
}

/* A URL may contain a comma, but a known key after it means a second setting */
static gboolean
parse_bare_url (GVariantDict  *settings,
                const gchar   *url,
                GError       **error)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (keys); i++) {
        g_autofree gchar *pair = NULL;

        pair = g_strdup_printf (",%s=", keys[i].name);
        if (strstr (url, pair))
            return refuse_value (error, _("use url=... if other keys follow"));
    }
    return add_setting (settings, "url", url, error);
}

GVariant *
mmcli_settings_parse (const gchar  *value,
                      const gchar  *password,
                      GError      **error)
{
    g_auto(GVariantDict) settings = G_VARIANT_DICT_INIT (NULL);

    if (value && !g_utf8_validate (value, -1, NULL)) {
        refuse_value (error, _("malformed settings: not UTF-8"));
        return NULL;
    }

    if (value && is_url (value)) {
        if (!parse_bare_url (&settings, value, error))
            return NULL;
    } else if (value && !parse_pairs (&settings, value, error))
        return NULL;

    if (password)
        g_variant_dict_insert (&settings, "password", "s", password);
    return g_variant_ref_sink (g_variant_dict_end (&settings));
}

/*****************************************************************************/
/* Password */

/* Reads only one line, and leaves the rest of stdin to other programs */
static gssize
read_line (gint   fd,
           gchar *buffer,
           gsize  size)
{
    gsize length = 0;

    while (length < size) {
        gssize n;

        n = read (fd, buffer + length, 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0 || buffer[length] == '\n')
            break;
        length++;
    }
    return (gssize) length;
}

/* Set by a signal during the prompt */
static volatile sig_atomic_t interrupted;

static void
interrupt (int number)
{
    interrupted = TRUE;
}

/* readpassphrase() restores the terminal after a signal, and prompts again after Ctrl+Z. A
 * signal that would terminate the program only ends the prompt, so that programs that parse
 * the output get an error. */
static gssize
ask_password (gchar *buffer,
              gsize  size)
{
    static const gint numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction  saved[G_N_ELEMENTS (numbers)];
    struct sigaction  action = { .sa_handler = interrupt };
    gchar            *line;
    gint              saved_errno;
    guint             i;

    for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
        sigaction (numbers[i], NULL, &saved[i]);
        if (saved[i].sa_handler != SIG_IGN)
            sigaction (numbers[i], &action, NULL);
    }
    line = readpassphrase (_("FTP password: "), buffer, size, RPP_ECHO_OFF | RPP_REQUIRE_TTY);
    saved_errno = errno;
    for (i = 0; i < G_N_ELEMENTS (numbers); i++)
        sigaction (numbers[i], &saved[i], NULL);
    errno = saved_errno;
    return line ? (gssize) strlen (line) : -1;
}

static gboolean
check_password (const gchar  *password,
                gsize         length,
                gboolean      is_file,
                GError      **error)
{
    gsize i;

    if (length == 0 && is_file)
        return refuse_value (error, _("the first line of the password file is empty"));
    if (length == 0)
        return refuse_value (error, _("the password is empty"));
    if (length > MMCLI_PASSWORD_MAX)
        return refuse_value (error, _("the password is longer than the %d bytes that the module "
                                      "accepts"), MMCLI_PASSWORD_MAX);
    for (i = 0; i < length; i++) {
        if (g_ascii_iscntrl (password[i]))
            return refuse_value (error, _("the password contains a control character"));
    }
    if (!g_utf8_validate (password, (gssize) length, NULL))
        return refuse_value (error, _("the password is not UTF-8"));
    return TRUE;
}

gchar *
mmcli_settings_read_password (const gchar  *file_name,
                              GError      **error)
{
    /* Room for one byte too many, and for a carriage return or a null byte */
    gchar    buffer[MMCLI_PASSWORD_MAX + 2];
    gboolean is_file = !g_str_equal (file_name, "-");
    gchar   *password = NULL;
    gssize   length = -1;
    gint     fd;

    if (!is_file && isatty (STDIN_FILENO))
        length = ask_password (buffer, sizeof (buffer));
    else if (!is_file)
        length = read_line (STDIN_FILENO, buffer, sizeof (buffer));
    else {
        fd = open (file_name, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            length = read_line (fd, buffer, sizeof (buffer));
            close (fd);
        }
    }
    if (interrupted) {
        explicit_bzero (buffer, sizeof (buffer));
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                             _("cancelled, nothing was sent to the module"));
        return NULL;
    }
    if (length < 0) {
        refuse_value (error, _("couldn't read the password file: %s"), g_strerror (errno));
        return NULL;
    }

    if (length > 0 && buffer[length - 1] == '\r')
        length--;
    if (check_password (buffer, (gsize) length, is_file, error))
        password = g_strndup (buffer, (gsize) length);
    explicit_bzero (buffer, sizeof (buffer));
    return password;
}
