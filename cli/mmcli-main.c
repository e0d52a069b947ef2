/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A front end of ModemManager's mmcli: it updates the firmware over the air,
 * and leaves everything else to the stock client. cli/mmcli.c loads it. */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "mmcli-help.h"
#include "mmcli-main.h"
#include "mmcli-options.h"
#include "mmcli-output.h"
#include "mmcli-settings.h"
#include "mmcli-stock.h"
#include "mmcli-update.h"
#include "nl668-request.h"

/*****************************************************************************/
/* Debug messages, as the stock client prints them */

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

/*****************************************************************************/

static gint
fail (const gchar  *prefix,
      const GError *error)
{
    g_printerr (_("error: %s%s\n"), prefix, error->message);
    return EXIT_FAILURE;
}

/* Only ModemManager knows what they come to: it has the packages. */
static gboolean
are_of_package (GVariant *settings)
{
    g_autoptr(GVariant) package = NULL;
    g_autoptr(GVariant) network_lock = NULL;

    package = g_variant_lookup_value (settings, "package", NULL);
    network_lock = g_variant_lookup_value (settings, "network-lock", NULL);
    return package || g_variant_n_children (settings) == (network_lock ? 1 : 0);
}

/* By the rules of the plugin: no modem is enabled for what would be refused. */
static gboolean
check_settings (GVariant  *settings,
                GError   **error)
{
    g_autoptr(Nl668Request) request = NULL;

    if (are_of_package (settings))
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
run (const MmcliOptions *options)
{
    g_autoptr(GDBusConnection)  connection = NULL;
    g_autoptr(MmcliOutput)      output = NULL;
    g_autoptr(GVariant)         settings = NULL;
    g_autoptr(GError)           error = NULL;

    if (options->update) {
        settings = build_settings (options, &error);
        if (!settings)
            return fail ("", error);
        if (!check_settings (settings, &error))
            return fail (_("couldn't update the firmware: "), error);
    }

    output = mmcli_output_new (options->format);
    if (options->verbose)
        g_log_set_handler (G_LOG_DOMAIN, G_LOG_LEVEL_MASK, log_cb, output);

    connection = g_bus_get_sync (options->session_bus ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM, NULL, &error);
    if (!connection)
        return fail (_("couldn't get bus: "), error);

    return mmcli_update_run (connection, options, settings, output);
}

int
mmcli_main (int          argc,
            char       **argv,
            const char  *stock)
{
    g_autoptr(MmcliOptions)  options = NULL;
    g_autoptr(GError)        error = NULL;
    gchar                   *question[] = { NULL, NULL, NULL };
    const gchar             *help_option = NULL;
    MmcliHelp                help;
    gboolean                 is_ours;

    /* As GLib wants it */
    bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
    is_ours = mmcli_options_are_ours (argv);
    /* The stock client does not look past an option that it does not know. */
    question[0] = argv[0];
    help = mmcli_help_find (argv, &help_option);
    if (help != MMCLI_HELP_NONE) {
        question[1] = (gchar *) help_option;
        return mmcli_stock_show_help (stock, is_ours ? question : argv, help);
    }
    if (!is_ours)
        return mmcli_stock_exec (stock, argv);

    options = mmcli_options_parse (argv, &error);
    if (!options)
        return fail ("", error);
    if (options->version) {
        question[1] = (gchar *) "--version";
        return mmcli_stock_exec (stock, question);
    }
    return run (options);
}
