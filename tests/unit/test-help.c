/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-help.h"

#define USAGE \
    "Aufruf:\n" \
    "  mmcli [OPTION…] - Control and monitor the ModemManager\n" \
    "\n"
#define FIRMWARE \
    "Firmware options:\n" \
    "  --firmware-list                                 List\n" \
    "  --firmware-select=[Unique ID]                   Select\n"
#define OURS \
    "  --firmware-update=[\"key=value,...\"]             Update the firmware over the air and " \
    "wait until it is done\n" \
    "  --firmware-update-status                        Show the state of the firmware update\n" \
    "  --wait                                          With --firmware-update-status, follow the " \
    "update until it is done\n" \
    "  --firmware-update-no-wait                       Return once the module has accepted the " \
    "update\n" \
    "  --firmware-update-password-file=[FILE|-]        Read the FTP password from a file or from " \
    "stdin\n"
#define SMS \
    "SMS options:\n" \
    "  --send                                          Send\n" \
    "\n"
#define APPLICATION \
    "Anwendungsoptionen:\n" \
    "  -V, --version                                   Print version\n" \
    "  --timeout=[SECONDS]                             Timeout\n"

static void
assert_extended (const gchar *text,
                 MmcliCall    help,
                 const gchar *expected)
{
    g_autofree gchar *extended = NULL;

    extended = mmcli_help_extend (text, help);
    g_assert_cmpstr (extended, ==, expected);
}

static void
test_extend_help (void)
{
    const gchar *table = "  ------\n  Modem | state: failed\n";

    assert_extended (USAGE FIRMWARE "\n", MMCLI_CALL_HELP_FIRMWARE, USAGE FIRMWARE OURS "\n");
    assert_extended (USAGE FIRMWARE "\n" SMS APPLICATION "\n", MMCLI_CALL_HELP_FIRMWARE,
                     USAGE FIRMWARE OURS "\n" SMS APPLICATION "\n");
    assert_extended (USAGE SMS APPLICATION "\n", MMCLI_CALL_HELP_APPLICATION,
                     USAGE SMS APPLICATION OURS "\n");

    /* Our options need more room */
    assert_extended ("  --firmware-list  List\n", MMCLI_CALL_HELP_FIRMWARE,
                     "  --firmware-list                           List\n"
                     "  --firmware-update=[\"key=value,...\"]       Update the firmware over the "
                     "air and wait until it is done\n"
                     "  --firmware-update-status                  Show the state of the firmware "
                     "update\n"
                     "  --wait                                    With --firmware-update-status, "
                     "follow the update until it is done\n"
                     "  --firmware-update-no-wait                 Return once the module has "
                     "accepted the update\n"
                     "  --firmware-update-password-file=[FILE|-]  Read the FTP password from a "
                     "file or from stdin\n");

    /* Anything else is not changed */
    assert_extended ("", MMCLI_CALL_HELP_FIRMWARE, "");
    assert_extended (SMS, MMCLI_CALL_HELP_FIRMWARE, SMS);
    assert_extended (table, MMCLI_CALL_HELP_APPLICATION, table);
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/help/extend", test_extend_help);

    return g_test_run ();
}
