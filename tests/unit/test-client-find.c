/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-find.h"

#define PREFIX MM_DBUS_MODEM_PREFIX "/"

static void
test_selectors (void)
{
    static const struct {
        const gchar         *string;
        Nl668ClientSelector  kind;
        const gchar         *name;
    } tests[] = {
        { "0",               NL668_CLIENT_SELECTOR_PATH, PREFIX "0" },
        { "017",             NL668_CLIENT_SELECTOR_PATH, PREFIX "017" },
        { "1234567890123",   NL668_CLIENT_SELECTOR_PATH, PREFIX "1234567890123" },
        { PREFIX "3",        NL668_CLIENT_SELECTOR_PATH, PREFIX "3" },
        { "862000000000000", NL668_CLIENT_SELECTOR_IMEI, "862000000000000" },
        { "any",             NL668_CLIENT_SELECTOR_ANY,  "any" },
        { "a",               NL668_CLIENT_SELECTOR_ANY,  "a" },
        { "AN",              NL668_CLIENT_SELECTOR_ANY,  "AN" },
        { "anyone",          NL668_CLIENT_SELECTOR_UID,  "anyone" },
        { "1-2",             NL668_CLIENT_SELECTOR_UID,  "1-2" },
        { "/sys/devices/x",  NL668_CLIENT_SELECTOR_UID,  "/sys/devices/x" },
        { "",                NL668_CLIENT_SELECTOR_PATH, NULL },
        { NULL,              NL668_CLIENT_SELECTOR_PATH, NULL },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar    *name = NULL;
        Nl668ClientSelector  kind;

        name = nl668_client_parse_selector (tests[i].string, &kind);
        g_assert_cmpstr (name, ==, tests[i].name);
        g_assert_cmpint (kind, ==, tests[i].kind);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/find/selectors", test_selectors);

    return g_test_run ();
}
