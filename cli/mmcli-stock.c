/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gi18n.h>

#include "mmcli-stock.h"

/* What dpkg-divert appends unless it is told otherwise */
#define DIVERTED_SUFFIX ".distrib"

static gboolean
is_this_program (const gchar *path)
{
    struct stat self;
    struct stat other;

    if (stat (path, &other) != 0)
        return FALSE;
    /* When in doubt, better no stock client than an endless chain of execs */
    return stat ("/proc/self/exe", &self) != 0 ||
           (self.st_dev == other.st_dev && self.st_ino == other.st_ino);
}

gchar *
mmcli_stock_find (GError **error)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *diverted = NULL;
    const gchar      *name;

    name = g_getenv ("MMCLI");
    if (!name || !*name)
        name = STOCK_MMCLI;

    path = g_find_program_in_path (name);
    if (!path) {
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
                     _("'%s' is not there: set MMCLI to the path of ModemManager's mmcli"), name);
        return NULL;
    }
    if (!is_this_program (path))
        return g_steal_pointer (&path);

    diverted = g_strconcat (path, DIVERTED_SUFFIX, NULL);
    if (g_file_test (diverted, G_FILE_TEST_IS_EXECUTABLE) && !is_this_program (diverted))
        return g_steal_pointer (&diverted);

    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_LOOP,
                 _("'%s' is this program itself: set MMCLI to the path of ModemManager's mmcli"), name);
    return NULL;
}

gint
mmcli_stock_exec (gchar **argv)
{
    g_autoptr(GError) error = NULL;
    g_autofree gchar *path = NULL;

    path = mmcli_stock_find (&error);
    if (!path) {
        g_printerr (_("error: couldn't find the stock mmcli: %s\n"), error->message);
        return EXIT_FAILURE;
    }

    execv (path, argv);
    g_printerr (_("error: couldn't run the stock mmcli '%s': %s\n"), path, g_strerror (errno));
    return EXIT_FAILURE;
}

/*****************************************************************************/
/* Help */

static gchar *
capture (const gchar  *path,
         gchar       **argv,
         gint         *wait_status,
         GError      **error)
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
                       &output, NULL, wait_status, error))
        return NULL;
    return output;
}

gint
mmcli_stock_show_help (gchar     **argv,
                       MmcliHelp   help)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *path = NULL;
    g_autofree gchar  *output = NULL;
    g_autofree gchar  *extended = NULL;
    gint               wait_status = 0;

    path = mmcli_stock_find (&error);
    if (path)
        output = capture (path, argv, &wait_status, &error);
    if (!output) {
        g_printerr (_("error: couldn't run the stock mmcli: %s\n"), error->message);
        return EXIT_FAILURE;
    }

    extended = mmcli_help_extend (output, help);
    /* As it came: g_print() would convert it once more */
    fputs (extended, stdout);
    if (WIFEXITED (wait_status))
        return WEXITSTATUS (wait_status);
    return 128 + WTERMSIG (wait_status);
}
