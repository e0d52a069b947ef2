/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <glib/gi18n.h>

#include "mmcli-options.h"
#include "mmcli-settings.h"
#include "nl668-secret.h"

#define UPDATE_OPTION "--firmware-update"

/* The options before they are checked */
typedef struct {
    MmcliOptions *options;
    gboolean      status;
    gboolean      json;
    gboolean      keyvalue;
    gboolean      async;
    gboolean      manager_action;
    gboolean      firmware_action;
    gboolean      has_timeout;
} Parser;

/*****************************************************************************/
/* Entries */

static gboolean
manager_action_cb (const gchar  *name,
                   const gchar  *value,
                   Parser       *parser,
                   GError      **error)
{
    parser->manager_action = TRUE;
    return TRUE;
}

static gboolean
firmware_action_cb (const gchar  *name,
                    const gchar  *value,
                    Parser       *parser,
                    GError      **error)
{
    parser->firmware_action = TRUE;
    return TRUE;
}

static gboolean
parse_timeout_cb (const gchar  *name,
                  const gchar  *value,
                  Parser       *parser,
                  GError      **error)
{
    gint64 timeout;

    if (!g_ascii_string_to_signed (value, 10, 1, G_MAXINT / 1000, &timeout, NULL)) {
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                     _("the timeout must be a number of seconds from 1 to %d"), G_MAXINT / 1000);
        return FALSE;
    }
    parser->options->timeout = (gint) timeout;
    return TRUE;
}

static gboolean
update_cb (const gchar  *name,
           const gchar  *value,
           Parser       *parser,
           GError      **error)
{
    parser->options->update = TRUE;
    g_free (parser->options->settings);
    parser->options->settings = g_strdup (value);
    return TRUE;
}

/* Actions that the stock mmcli refuses to combine with its own firmware actions */
static const GOptionEntry stock_entries[] = {
    { "get-daemon-version", 'B', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "set-logging", 'G', 0, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "list-modems", 'L', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "monitor-modems", 'M', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "scan-modems", 'S', G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "inhibit-device", 'I', 0, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "report-kernel-event", 0, 0, G_OPTION_ARG_CALLBACK, manager_action_cb },
    { "report-kernel-event-auto-scan", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK,
      manager_action_cb },
    { "firmware-status", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, firmware_action_cb },
    { "firmware-list", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, firmware_action_cb },
    { "firmware-select", 0, 0, G_OPTION_ARG_CALLBACK, firmware_action_cb },
    { NULL }
};

static gboolean
parse_entries (Parser   *parser,
               gchar   **argv,
               gchar  ***rest,
               GError  **error)
{
    MmcliOptions       *options = parser->options;
    const GOptionEntry  entries[] = {
        { "modem", 'm', 0, G_OPTION_ARG_STRING, &options->modem },
        { "output-keyvalue", 'K', 0, G_OPTION_ARG_NONE, &parser->keyvalue },
        { "output-json", 'J', 0, G_OPTION_ARG_NONE, &parser->json },
        { "verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose },
        { "async", 'a', 0, G_OPTION_ARG_NONE, &parser->async },
        { "timeout", 0, 0, G_OPTION_ARG_CALLBACK, parse_timeout_cb },
        { "test-session", 0, 0, G_OPTION_ARG_NONE, &options->session_bus },
        /* A file name, because GLib would drop any other value that is not UTF-8 */
        { "firmware-update", 0, G_OPTION_FLAG_OPTIONAL_ARG | G_OPTION_FLAG_FILENAME,
          G_OPTION_ARG_CALLBACK, update_cb },
        { "firmware-update-status", 0, 0, G_OPTION_ARG_NONE, &parser->status },
        { "wait", 0, 0, G_OPTION_ARG_NONE, &options->wait },
        { "firmware-update-no-wait", 0, 0, G_OPTION_ARG_NONE, &options->no_wait },
        { "firmware-update-password-file", 0, 0, G_OPTION_ARG_FILENAME, &options->password_file },
        { NULL }
    };
    g_autoptr(GOptionContext)  context = NULL;
    g_auto(GStrv)              arguments = NULL;
    GOptionGroup              *group;

    context = g_option_context_new (NULL);
    group = g_option_group_new ("mmcli", "", "", parser, NULL);
    g_option_group_add_entries (group, entries);
    g_option_group_add_entries (group, stock_entries);
    g_option_context_set_main_group (context, group);
    g_option_context_set_help_enabled (context, FALSE);

    arguments = g_strdupv (argv);
    if (!g_option_context_parse_strv (context, &arguments, error))
        return FALSE;
    *rest = g_steal_pointer (&arguments);
    return TRUE;
}

/*****************************************************************************/
/* Arguments that are not options, and values in the wrong place */

/* Other people may see the terminal or a log. */
static gchar *
hide_query (const gchar *word)
{
    return strstr (word, "://") ? nl668_secret_hide_query (word) : g_strdup (word);
}

/* Quoted for a shell, if necessary */
static void
append_word (GString     *line,
             const gchar *argument)
{
    g_autofree gchar *word = NULL;
    g_autofree gchar *quoted = NULL;

    word = hide_query (argument);
    if (line->len)
        g_string_append_c (line, ' ');
    if (!*word || word[strspn (word, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_=+.,:/@%")])
        quoted = g_shell_quote (word);
    g_string_append (line, quoted ? quoted : word);
}

/* The command line, with @replacement for the argument at @at, and without the one at
 * @without */
static gchar *
build_line (gchar       **argv,
            guint         at,
            const gchar  *replacement,
            guint         without)
{
    g_autofree gchar *program = NULL;
    GString          *line;
    guint             i;

    line = g_string_new (NULL);
    program = g_path_get_basename (argv[0]);
    append_word (line, program);
    for (i = 1; argv[i]; i++) {
        if (i != without && !g_str_equal (argv[i], "--"))
            append_word (line, i == at ? replacement : argv[i]);
    }
    return g_string_free (line, FALSE);
}

static gboolean
refuse_argument (GError      **error,
                 const gchar  *message)
{
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
    return FALSE;
}

/* Does not repeat a password: other people may see the terminal or a log */
static gboolean
refuse_line (gchar       **argv,
             const gchar  *message,
             GError      **error)
{
    guint i;

    for (i = 1; argv[i]; i++) {
        if (mmcli_settings_has_password (argv[i]))
            return mmcli_settings_refuse_password (error);
    }
    return refuse_argument (error, message);
}

/* An argument that is not an option */
static gboolean
refuse_extra_argument (gchar       **argv,
                       const gchar  *word,
                       GError      **error)
{
    g_autofree gchar *line = NULL;
    g_autofree gchar *message = NULL;
    g_autofree gchar *shown = NULL;
    guint             i;

    for (i = 1; !g_str_equal (argv[i], word); i++)
        ;
    shown = hide_query (word);
    line = build_line (argv, 0, "", i);
    message = g_strdup_printf (_("unexpected argument '%s', leave it out: %s"), shown, line);
    return refuse_line (argv, message, error);
}

/* GLib would take the next argument as the value. Which firmware is installed must not depend
 * on the order of the arguments. */
static gboolean
check_update_option (gchar  **argv,
                     guint    i,
                     GError **error)
{
    g_autofree gchar *option = NULL;
    g_autofree gchar *line = NULL;
    g_autofree gchar *message = NULL;

    if (!argv[i + 1] || argv[i + 1][0] == '-')
        return TRUE;
    option = g_strconcat (argv[i], "=", argv[i + 1], NULL);
    line = build_line (argv, i, option, i + 1);
    message = g_strdup_printf (_("--firmware-update takes its value after a =, with no space: %s"),
                               line);
    return refuse_line (argv, message, error);
}

/* GLib would accept a value or an abbreviation, or report another error */
static gboolean
check_our_option (gchar  **argv,
                  guint    i,
                  GError **error)
{
    static const gchar *const flags[] = {
        "--firmware-update-status", "--firmware-update-no-wait", "--wait",
    };
    static const gchar *const others[] = { UPDATE_OPTION, "--firmware-update-password-file" };
    g_autofree gchar         *name = NULL;
    g_autofree gchar         *line = NULL;
    g_autofree gchar         *message = NULL;
    guint                     j;

    name = g_strndup (argv[i], strcspn (argv[i], "="));
    for (j = 0; j < G_N_ELEMENTS (flags); j++) {
        if (!g_str_equal (name, flags[j]))
            continue;
        if (g_str_equal (name, argv[i]))
            return TRUE;
        line = build_line (argv, i, name, 0);
        message = g_strdup_printf (_("%s takes no value: %s"), name, line);
        return refuse_line (argv, message, error);
    }
    if (g_str_equal (argv[i], UPDATE_OPTION))
        return check_update_option (argv, i, error);
    for (j = 0; j < G_N_ELEMENTS (others); j++) {
        if (g_str_equal (name, others[j]))
            return TRUE;
    }
    if (!g_str_has_prefix (name, UPDATE_OPTION))
        return TRUE;
    message = g_strdup_printf (_("unknown option %s: see mmcli --help-firmware"), name);
    return refuse_argument (error, message);
}

static gboolean
check_arguments (gchar  **argv,
                 GError **error)
{
    guint i;

    for (i = 1; argv[i] && !g_str_equal (argv[i], "--"); i++) {
        if (!check_our_option (argv, i, error))
            return FALSE;
    }
    return TRUE;
}

/*****************************************************************************/
/* Combinations */

/* Fails with a message of the stock mmcli */
static gboolean
refuse_like_stock (GError      **error,
                   const gchar  *message)
{
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, message);
    return FALSE;
}

static gboolean
check_combination (Parser  *parser,
                   GError **error)
{
    MmcliOptions *options = parser->options;

    if (parser->keyvalue && parser->json)
        return refuse_like_stock (error, _("only one output type supported at the same time"));
    if (parser->keyvalue && options->verbose)
        return refuse_like_stock (error, _("cannot set verbose output in keyvalue output type"));
    if (parser->json && options->verbose)
        return refuse_like_stock (error, _("cannot set verbose output in JSON output type"));
    if (parser->manager_action)
        return refuse_like_stock (error,
                                  _("cannot use manager and modem options at the same time"));
    if (options->update + parser->status + parser->firmware_action > 1)
        return refuse_like_stock (error, _("too many Firmware actions requested"));
    if (options->no_wait && !options->update)
        return refuse_argument (error, _("--firmware-update-no-wait needs --firmware-update"));
    if (options->password_file && !options->update)
        return refuse_argument (error,
                                _("--firmware-update-password-file needs --firmware-update"));
    if (options->wait && !parser->status)
        return refuse_argument (error, _("--wait needs --firmware-update-status"));
    return TRUE;
}

/* The messages of GLib begin with a capital letter */
static gboolean
propagate_parse_error (GError **error,
                       GError  *parse_error)
{
    g_autofree gchar *message = NULL;

    message = g_strdup (parse_error->message);
    message[0] = g_ascii_tolower (message[0]);
    if (g_error_matches (parse_error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
        g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                     _("%s: a firmware update cannot be combined with other actions"), message);
    else
        g_set_error_literal (error, parse_error->domain, parse_error->code, message);
    g_error_free (parse_error);
    return FALSE;
}

MmcliOptions *
mmcli_options_parse (gchar  **argv,
                     GError **error)
{
    g_autoptr(MmcliOptions)  self = NULL;
    g_auto(GStrv)            rest = NULL;
    const gchar             *word;
    Parser                   parser = { NULL };
    GError                  *parse_error = NULL;

    if (!check_arguments (argv, error))
        return NULL;

    self = g_new0 (MmcliOptions, 1);
    parser.options = self;
    if (!parse_entries (&parser, argv, &rest, &parse_error)) {
        propagate_parse_error (error, parse_error);
        return NULL;
    }
    word = rest[1] && g_str_equal (rest[1], "--") ? rest[2] : rest[1];
    if (word) {
        refuse_extra_argument (argv, word, error);
        return NULL;
    }
    if (!check_combination (&parser, error))
        return NULL;

    if (parser.json)
        self->format = MMCLI_FORMAT_JSON;
    else if (parser.keyvalue)
        self->format = MMCLI_FORMAT_KEYVALUE;
    return g_steal_pointer (&self);
}

MmcliFormat
mmcli_options_find_format (gchar **argv)
{
    gboolean json;
    gboolean keyvalue;

    json = g_strv_contains ((const gchar * const *) argv, "-J") ||
           g_strv_contains ((const gchar * const *) argv, "--output-json");
    keyvalue = g_strv_contains ((const gchar * const *) argv, "-K") ||
               g_strv_contains ((const gchar * const *) argv, "--output-keyvalue");
    if (json == keyvalue)
        return MMCLI_FORMAT_HUMAN;
    return json ? MMCLI_FORMAT_JSON : MMCLI_FORMAT_KEYVALUE;
}

void
mmcli_options_free (MmcliOptions *self)
{
    g_free (self->modem);
    g_free (self->settings);
    g_free (self->password_file);
    g_free (self);
}
