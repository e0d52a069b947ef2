/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib.h>

#include "mmcli-call.h"

static void
test_find_call (void)
{
    static const struct {
        const gchar *arguments;
        MmcliCall    call;
        const gchar *option;
    } tests[] = {
        { "-h",                                    MMCLI_CALL_HELP_APPLICATION, "-h" },
        { "-m 0 --help",                           MMCLI_CALL_HELP_APPLICATION, "--help" },
        { "--help-all",                            MMCLI_CALL_HELP_FIRMWARE,    "--help-all" },
        { "--firmware-update --help-firmware",     MMCLI_CALL_HELP_FIRMWARE,    "--help-firmware" },
        { "--version --help",                      MMCLI_CALL_HELP_APPLICATION, "--help" },
        { "--help-sms --help",                     MMCLI_CALL_STOCK,            NULL },
        { "-V",                                    MMCLI_CALL_VERSION,          "-V" },
        { "--firmware-update-status --version -V", MMCLI_CALL_VERSION,          "--version" },
        { "-- --help",                             MMCLI_CALL_STOCK,            NULL },
        { "-L",                                    MMCLI_CALL_STOCK,            NULL },
        { "-m 0 --firmware-update",                MMCLI_CALL_UPDATE,           NULL },
        { "--firmware-update=url=http://h/p -m 0", MMCLI_CALL_UPDATE,           NULL },
        { "--firmware-update-status",              MMCLI_CALL_UPDATE,           NULL },
        { "--firmware-update-no-wait",             MMCLI_CALL_UPDATE,           NULL },
        { "--firmware-update-password-file=-",     MMCLI_CALL_UPDATE,           NULL },
        { "--firmware-update-nonsense",            MMCLI_CALL_UPDATE,           NULL },
        { "--firmware-update-status --help-sms",   MMCLI_CALL_UPDATE,           NULL },
        { "-m 0 --firmware-list",                  MMCLI_CALL_FIRMWARE_LIST,    NULL },
        { "--firmware-list -m 0 -J",               MMCLI_CALL_FIRMWARE_LIST,    NULL },
        { "-m 0 --firmware-list --help-sms",       MMCLI_CALL_FIRMWARE_LIST,    NULL },
        { "-m 0 --firmware-list --help",           MMCLI_CALL_HELP_APPLICATION, "--help" },
        { "-m 0 --firmware-list -V",               MMCLI_CALL_VERSION,          "-V" },
        { "--firmware-list --firmware-update",     MMCLI_CALL_UPDATE,           NULL },
        { "-m 0 --firmware-lists",                 MMCLI_CALL_STOCK,            NULL },
        { "-m 0 -- --firmware-list",               MMCLI_CALL_STOCK,            NULL },
        { "-m 0 --firmware-status",                MMCLI_CALL_STOCK,            NULL },
        { "-m 0 --firmware-updates",               MMCLI_CALL_STOCK,            NULL },
        { "-m 0 firmware-update",                  MMCLI_CALL_STOCK,            NULL },
        { "-m 0 -- --firmware-update",             MMCLI_CALL_STOCK,            NULL },
    };
    gchar *no_arguments[] = { NULL };
    guint  i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar  *line = NULL;
        g_auto(GStrv)      argv = NULL;
        const gchar       *option = NULL;

        g_test_message ("%s", tests[i].arguments);
        line = g_strconcat ("mmcli ", tests[i].arguments, NULL);
        argv = g_strsplit (line, " ", -1);
        g_assert_cmpint (mmcli_call_find (argv, &option), ==, tests[i].call);
        g_assert_cmpstr (option, ==, tests[i].option);
    }
    g_assert_cmpint (mmcli_call_find (no_arguments, NULL), ==, MMCLI_CALL_STOCK);
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/call/find", test_find_call);

    return g_test_run ();
}
