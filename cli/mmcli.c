/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* mmcli: runs our client for our options, --help and --version, for root also for
 * --firmware-list, and the stock mmcli for everything else. It uses no library, because scripts
 * call mmcli often, and loading GLib twice would take a third longer. */

#include <config.h>

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mmcli-call.h"
#include "mmcli-stock.h"

#define N_(text) text

/* The locale is loaded only here, because it is rarely needed */
static int
fail (const char *reason)
{
    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
    textdomain (GETTEXT_PACKAGE);
    fprintf (stderr, gettext ("error: %s\n"), gettext (reason));
    return EXIT_FAILURE;
}

/* First in the directory of this program, which may be a build tree or a package that was
 * moved, then where make install puts it */
static void
exec_client (char **argv)
{
    char *client = mmcli_stock_find_sibling (CLIENT_NAME);

    if (client)
        execv (client, argv);
    free (client);
    execv (CLIENT_PATH, argv);
}

static int
run_client (char **argv)
{
    exec_client (argv);
    return fail (N_("couldn't run mmcli-firmware-update: it must be in the same directory as "
                    "mmcli"));
}

int
main (int    argc,
      char **argv)
{
    switch (mmcli_call_find (argv, NULL)) {
    case MMCLI_CALL_FIRMWARE_LIST:
        /* The client warns about package files, which only root is sure to be able to read */
        if (geteuid () == 0)
            exec_client (argv);
        return fail (mmcli_stock_exec (argv));
    case MMCLI_CALL_STOCK:
        return fail (mmcli_stock_exec (argv));
    case MMCLI_CALL_UPDATE:
    case MMCLI_CALL_HELP_APPLICATION:
    case MMCLI_CALL_HELP_FIRMWARE:
    case MMCLI_CALL_VERSION:
    default:
        return run_client (argv);
    }
}
