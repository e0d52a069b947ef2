/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What users run as mmcli: becomes our client for our options, help and version,
 * and ModemManager's for everything else. That without any library, because
 * scripts call mmcli often: to load GLib twice takes a third longer. */

#include <config.h>

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mmcli-call.h"
#include "mmcli-stock.h"

#define N_(text) text

/* The locale is not loaded before it is needed */
static int
fail (const char *reason)
{
    setlocale (LC_ALL, "");
    bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
    textdomain (GETTEXT_PACKAGE);
    fprintf (stderr, gettext ("error: %s\n"), gettext (reason));
    return EXIT_FAILURE;
}

/* Beside this program, in a build tree or wherever it was installed to; else
 * where it was meant to be installed to */
static int
run_client (char **argv)
{
    char *client = mmcli_stock_find_sibling (CLIENT_NAME);

    if (client)
        execv (client, argv);
    free (client);
    execv (CLIENT_PATH, argv);
    return fail (N_("couldn't run mmcli-firmware-update: it must be in the same directory as "
                    "mmcli"));
}

int
main (int    argc,
      char **argv)
{
    if (mmcli_call_find (argv, NULL) == MMCLI_CALL_STOCK)
        return fail (mmcli_stock_exec (argv));
    return run_client (argv);
}
