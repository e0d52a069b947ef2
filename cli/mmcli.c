/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What users run as mmcli: loads our client for our options and for help, and
 * becomes ModemManager's for everything else. That without any library, because
 * scripts call mmcli often: to load GLib twice takes a third longer. */

#include <config.h>

#include <dlfcn.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mmcli-main.h"

/* What dpkg-divert appends unless it is told otherwise */
#define DIVERTED_SUFFIX ".distrib"

static bool
has_prefix (const char *string,
            const char *prefix)
{
    return strncmp (string, prefix, strlen (prefix)) == 0;
}

/* Our client looks closer, and leaves to the stock one what is not its own. */
static bool
may_be_ours (char **argv)
{
    int i;

    for (i = 1; argv[0] && argv[i] && strcmp (argv[i], "--") != 0; i++) {
        if (has_prefix (argv[i], "--firmware-update") || has_prefix (argv[i], "--help") ||
            strcmp (argv[i], "-h") == 0 || strcmp (argv[i], "-?") == 0)
            return true;
    }
    return false;
}

/*****************************************************************************/
/* The stock client */

static bool
is_this_program (const char *path)
{
    struct stat self;
    struct stat other;

    /* When in doubt, better no stock client than an endless chain of execs */
    return stat ("/proc/self/exe", &self) != 0 || stat (path, &other) != 0 ||
           (self.st_dev == other.st_dev && self.st_ino == other.st_ino);
}

static bool
is_stock (const char *path)
{
    return access (path, X_OK) == 0 && !is_this_program (path);
}

/* MMCLI of the environment, else what was found when this was configured; where
 * that is this very program, what dpkg-divert put aside for it. Or NULL. */
static const char *
find_stock (void)
{
    static char  diverted[PATH_MAX];
    const char  *path = getenv ("MMCLI");

    if (!path || !*path)
        path = STOCK_MMCLI;
    if (is_stock (path))
        return path;

    if ((size_t) snprintf (diverted, sizeof (diverted), "%s" DIVERTED_SUFFIX, path) < sizeof (diverted) &&
        access (path, F_OK) == 0 && is_stock (diverted))
        return diverted;
    return NULL;
}

/*****************************************************************************/

static int
run_ours (int         argc,
          char      **argv,
          const char *stock)
{
    void                    *client = dlopen (CLIENT, RTLD_NOW);
    __typeof__ (mmcli_main) *client_main = NULL;

    if (client)
        *(void **) &client_main = dlsym (client, MMCLI_MAIN);
    if (!client_main) {
        fprintf (stderr, gettext ("error: couldn't load the client: %s\n"), dlerror ());
        return EXIT_FAILURE;
    }
    return client_main (argc, argv, stock);
}

int
main (int    argc,
      char **argv)
{
    const char *stock = find_stock ();
    bool        ours = may_be_ours (argv);

    if (stock && !ours)
        execv (stock, argv);

    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
    textdomain (GETTEXT_PACKAGE);
    if (ours)
        return run_ours (argc, argv, stock);
    fputs (gettext ("error: couldn't run the stock mmcli: set MMCLI to the path of ModemManager's mmcli\n"), stderr);
    return EXIT_FAILURE;
}
