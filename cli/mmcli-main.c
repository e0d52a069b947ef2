/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* mmcli-firmware-update: what mmcli runs for our own options, --help and --version. It can
 * also be run itself, and then does everything that mmcli does. */

#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "mmcli-call.h"
#include "mmcli-help.h"
#include "mmcli-options.h"
#include "mmcli-output.h"
#include "mmcli-settings.h"
#include "mmcli-status.h"
#include "mmcli-stock.h"
#include "mmcli-update.h"
#include "nl668-catalogue.h"
#include "nl668-package-files.h"
#include "nl668-request.h"

/* Like most programs; the stock mmcli returns 1 for every error */
#define EXIT_USAGE 2

#define GIO_DOMAIN "GLib-GIO"

/*****************************************************************************/
/* Debug messages, in the format of the stock mmcli */

static void
log_cb (const gchar    *domain,
        GLogLevelFlags  level,
        const gchar    *message,
        gpointer        user_data)
{
    g_autoptr(GDateTime)  now = NULL;
    g_autofree gchar     *time = NULL;
    g_autofree gchar     *line = NULL;
    const gchar          *name = "";

    if (level & G_LOG_LEVEL_DEBUG)
        name = "[Debug] ";
    else if (level & G_LOG_LEVEL_WARNING)
        name = "-Warning ** ";
    else if (level & (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_ERROR))
        name = "-Error ** ";

    now = g_date_time_new_now_local ();
    time = g_date_time_format (now, "%d %b %Y, %H:%M:%S");
    line = g_strdup_printf ("[%s] %s%s", time, name, message);
    mmcli_output_show_step (user_data, line);
}

static void
drop_cb (const gchar    *domain,
         GLogLevelFlags  level,
         const gchar    *message,
         gpointer        user_data)
{
}

/* GDBus warns if ModemManager has left the bus again before it is asked for its modems. The user
 * is told that it has left, without bus names. */
static void
hide_warnings (void)
{
    g_log_set_handler (GIO_DOMAIN, G_LOG_LEVEL_WARNING, drop_cb, NULL);
}

static void
show_debug_messages (MmcliOutput *output)
{
    static const gchar *const domains[] = { G_LOG_DOMAIN, "nl668-client", GIO_DOMAIN };
    guint                     i;

    for (i = 0; i < G_N_ELEMENTS (domains); i++)
        g_log_set_handler (domains[i], G_LOG_LEVEL_MASK, log_cb, output);
}

/*****************************************************************************/

/* Programs that parse the output get the status of the failed update, too */
static gint
fail_before_start (MmcliFormat   format,
                   GVariant     *settings,
                   const gchar  *prefix,
                   const GError *error)
{
    g_autoptr(MmcliOutput)        output = NULL;
    g_autoptr(Nl668ClientStatus)  status = NULL;
    g_autofree gchar             *text = NULL;

    status = nl668_client_status_new ();
    nl668_client_status_set_request (status, settings);
    nl668_client_status_set_error (status, NL668_STATE_FAILED, error);
    output = mmcli_output_new (format);
    mmcli_output_show_result (output, status);

    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        mmcli_output_show_notice (output, error->message);
        return EXIT_FAILURE;
    }
    text = g_strconcat (prefix, error->message, NULL);
    mmcli_output_show_error (output, text);
    if (g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED))
        return EXIT_FAILURE;
    return EXIT_USAGE;
}

/* The same check as in the plugin, so that no modem is enabled for settings that it would
 * refuse */
static gboolean
check_settings (GVariant  *settings,
                GError   **error)
{
    g_autoptr(Nl668Request) request = NULL;

    /* Only ModemManager can check the settings of a package in the catalogue. */
    if (nl668_catalogue_is_needed (settings))
        return TRUE;
    request = nl668_request_new (settings, error);
    return !!request;
}

static GVariant *
build_settings (const MmcliOptions  *options,
                GError             **error)
{
    g_autofree gchar *password = NULL;

    if (options->password_file) {
        password = mmcli_settings_read_password (options->password_file, error);
        if (!password)
            return NULL;
    }
    return mmcli_settings_parse (options->settings, password, error);
}

static gint
run_our_option (const MmcliOptions *options)
{
    g_autoptr(MmcliOutput)  output = NULL;
    g_autoptr(GVariant)     settings = NULL;
    g_autoptr(GError)       error = NULL;

    if (options->update) {
        settings = build_settings (options, &error);
        if (!settings)
            return fail_before_start (options->format, NULL, "", error);
        if (!check_settings (settings, &error))
            return fail_before_start (options->format, settings,
                                      _("couldn't update the firmware: "), error);
    }

    output = mmcli_output_new (options->format);
    if (options->verbose)
        show_debug_messages (output);
    else
        hide_warnings ();
    if (options->update)
        return mmcli_update_run (options, settings, output);
    return mmcli_status_run (options, output);
}

/*****************************************************************************/
/* The stock mmcli */

static gint
fail_without_stock (const gchar *reason)
{
    g_printerr (_("error: %s\n"), _(reason));
    return EXIT_FAILURE;
}

/* @output: (out) (optional): what the program prints, instead of showing it. */
static gint
run_stock (gchar **argv,
           gchar **output)
{
    g_autoptr(GPtrArray)  arguments = NULL;
    g_autoptr(GError)     error = NULL;
    char                 *path;
    const char           *reason;
    gint                  wait_status;
    gboolean              ran;
    guint                 i;

    path = mmcli_stock_find (&reason);
    if (!path)
        return fail_without_stock (reason);

    /* The path of the program, then its argv[0], which its help shows */
    arguments = g_ptr_array_new_with_free_func (g_free);
    g_ptr_array_add (arguments, g_strdup (path));
    free (path);
    for (i = 0; argv[i]; i++)
        g_ptr_array_add (arguments, g_strdup (argv[i]));
    g_ptr_array_add (arguments, NULL);

    ran = g_spawn_sync (NULL, (gchar **) arguments->pdata, NULL,
                        G_SPAWN_FILE_AND_ARGV_ZERO | G_SPAWN_CHILD_INHERITS_STDIN,
                        NULL, NULL, output, NULL, &wait_status, &error);
    if (!ran)
        return fail_without_stock (error->message);
    return WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
}

static void
warn_cb (const gchar *message,
         gpointer     user_data)
{
    g_printerr (_("warning: %s\n"), message);
}

/* Runs the stock mmcli. Others than root may not be able to read the package files. */
static gint
list_firmware (gchar **argv)
{
    g_autoptr(Nl668PackageFiles) files = NULL;

    if (geteuid () == 0) {
        files = nl668_package_files_new (nl668_catalogue_get_directories ());
        nl668_package_files_load (files, warn_cb, NULL);
    }
    return fail_without_stock (mmcli_stock_exec (argv));
}

/* Shows the stock help, with our options. */
static gint
show_help (gchar     **argv,
           MmcliCall   call)
{
    g_autofree gchar *text = NULL;
    g_autofree gchar *extended = NULL;
    gint              status;

    status = run_stock (argv, &text);
    if (!text)
        return status;
    extended = mmcli_help_extend (text, call);
    /* Not g_print(), which converts to the charset of the locale: the text is already in it */
    fputs (extended, stdout);
    return status;
}

/* Shows the stock version, then ours. */
static gint
show_version (gchar **argv)
{
    g_autofree gchar *text = NULL;
    gint              status;

    status = run_stock (argv, &text);
    if (text)
        fputs (text, stdout);
    if (status == EXIT_SUCCESS)
        g_print ("%s\n", PACKAGE_STRING);
    return status;
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_autoptr(MmcliOptions)  options = NULL;
    g_autoptr(GError)        error = NULL;
    const char              *option = NULL;
    gchar                   *stock_argv[] = { argv[0], NULL, NULL };
    MmcliCall                call;

    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
    /* GLib expects UTF-8 in any locale */
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    textdomain (GETTEXT_PACKAGE);

    call = mmcli_call_find (argv, &option);
    /* The stock mmcli would reject our options */
    stock_argv[1] = (gchar *) option;
    if (mmcli_call_has_our_option (argv) && option)
        argv = stock_argv;

    switch (call) {
    case MMCLI_CALL_STOCK:
        return fail_without_stock (mmcli_stock_exec (argv));
    case MMCLI_CALL_FIRMWARE_LIST:
        return list_firmware (argv);
    case MMCLI_CALL_HELP_APPLICATION:
    case MMCLI_CALL_HELP_FIRMWARE:
        return show_help (argv, call);
    case MMCLI_CALL_VERSION:
        return show_version (argv);
    case MMCLI_CALL_UPDATE:
    default:
        break;
    }

    options = mmcli_options_parse (argv, &error);
    if (!options)
        return fail_before_start (mmcli_options_find_format (argv), NULL, "", error);
    return run_our_option (options);
}
