/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Loading the built plugin into a program other than ModemManager */

#include <config.h>

#include <dlfcn.h>

#include <gmodule.h>

static void
test_load_fails (void)
{
    g_autofree gchar *path = NULL;
    g_autofree gchar *expected = NULL;
    guint             i;

    path = g_build_filename (g_getenv ("top_builddir"), "plugin", ".libs",
                             "libmm-plugin-fibocom-nl668.so", NULL);
    expected = g_strdup_printf ("GModule (%s) initialization check failed: "
                                "this is not ModemManager, or it is older than 1.20", path);

    for (i = 0; i < 2; i++) {
        g_assert_null (g_module_open (path, 0));
        g_assert_cmpstr (g_module_error (), ==, expected);
        g_assert_null (dlopen (path, RTLD_LAZY | RTLD_NOLOAD));
    }
    g_test_message ("%s", expected);
}

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/nl668/other-program/load-fails", test_load_fails);
    return g_test_run ();
}
