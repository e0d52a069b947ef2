/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mocked-usb.h"

void
mocked_usb_init (char **argv)
{
    g_autoptr(GPtrArray)  arguments = NULL;
    g_autofree gchar     *asan_options = NULL;
    const gchar          *preload;

    preload = g_getenv ("LD_PRELOAD");
    if (preload && strstr (preload, "libumockdev-preload"))
        return;

    /* The library of umockdev is loaded before that of AddressSanitizer, which does
     * no harm */
    asan_options = g_strjoin (":", "verify_asan_link_order=0", g_getenv ("ASAN_OPTIONS"), NULL);
    g_setenv ("ASAN_OPTIONS", asan_options, TRUE);

    arguments = g_ptr_array_new ();
    g_ptr_array_add (arguments, (gpointer) "umockdev-wrapper");
    while (*argv)
        g_ptr_array_add (arguments, *argv++);
    g_ptr_array_add (arguments, NULL);
    execvp ("umockdev-wrapper", (gchar **) arguments->pdata);
    g_printerr ("couldn't run umockdev-wrapper: %s\n", g_strerror (errno));
    exit (EXIT_FAILURE);
}

void
mocked_usb_add (UMockdevTestbed *testbed,
                const gchar     *description)
{
    g_autoptr(GError) error = NULL;

    umockdev_testbed_add_from_string (testbed, description, &error);
    g_assert_no_error (error);
}

void
mocked_usb_plug (UMockdevTestbed *testbed,
                 const gchar     *name,
                 const gchar     *vendor,
                 const gchar     *product)
{
    g_autofree gchar *description = NULL;
    g_autofree gchar *path = NULL;

    path = g_strconcat (MOCKED_USB_BUS + strlen ("/sys"), name, NULL);
    description = g_strdup_printf ("P: %s\n"
                                   "E: SUBSYSTEM=usb\n"
                                   "E: DEVTYPE=usb_device\n"
                                   "E: PRODUCT=%s/%s/318\n"
                                   "A: idVendor=%04x\n"
                                   "A: idProduct=%04x\n",
                                   path, vendor, product,
                                   (guint) g_ascii_strtoull (vendor, NULL, 16),
                                   (guint) g_ascii_strtoull (product, NULL, 16));
    mocked_usb_add (testbed, description);
}

void
mocked_usb_unplug (UMockdevTestbed *testbed,
                   const gchar     *path)
{
    umockdev_testbed_uevent (testbed, path, "remove");
    umockdev_testbed_remove_device (testbed, path);
}
