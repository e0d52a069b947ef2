/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "mmcli-stock.h"

static gint
fail (void)
{
    g_printerr (_("error: couldn't run the stock mmcli: set MMCLI to the path of ModemManager's mmcli\n"));
    return EXIT_FAILURE;
}

gint
mmcli_stock_exec (const gchar  *path,
                  gchar       **argv)
{
    if (path)
        execv (path, argv);
    return fail ();
}

/*****************************************************************************/
/* Help */

static gchar *
capture (const gchar  *path,
         gchar       **argv,
         gint         *wait_status)
{
    g_autoptr(GPtrArray)  arguments = NULL;
    gchar                *output = NULL;
    guint                 i;

    /* The program, then what it is to be called, which it shows */
    arguments = g_ptr_array_new ();
    g_ptr_array_add (arguments, (gpointer) path);
    for (i = 0; argv[i]; i++)
        g_ptr_array_add (arguments, argv[i]);
    g_ptr_array_add (arguments, NULL);

    if (!g_spawn_sync (NULL, (gchar **) arguments->pdata, NULL,
                       G_SPAWN_FILE_AND_ARGV_ZERO | G_SPAWN_CHILD_INHERITS_STDIN,
                       NULL, NULL,
                       &output, NULL, wait_status, NULL))
        return NULL;
    return output;
}

gint
mmcli_stock_show_help (const gchar  *path,
                       gchar       **argv,
                       MmcliHelp     help)
{
    g_autofree gchar *output = NULL;
    g_autofree gchar *extended = NULL;
    gint              wait_status = 0;

    if (path)
        output = capture (path, argv, &wait_status);
    if (!output)
        return fail ();

    extended = mmcli_help_extend (output, help);
    /* As it came: g_print() would convert it once more */
    fputs (extended, stdout);
    if (WIFEXITED (wait_status))
        return WEXITSTATUS (wait_status);
    return 128 + WTERMSIG (wait_status);
}
