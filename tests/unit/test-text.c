/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "mmcli-text.h"

static void
test_text_width (void)
{
    g_assert_cmpuint (mmcli_text_get_width (""), ==, 0);
    g_assert_cmpuint (mmcli_text_get_width ("state"), ==, 5);
    g_assert_cmpuint (mmcli_text_get_width ("begonnen für"), ==, 12);
    g_assert_cmpuint (mmcli_text_get_width ("状态"), ==, 4);
    /* A combining diaeresis */
    g_assert_cmpuint (mmcli_text_get_width ("u\xcc\x88"), ==, 1);
}

static void
test_text_length (void)
{
    g_assert_cmpuint (mmcli_text_get_length ("state", 80), ==, 5);
    g_assert_cmpuint (mmcli_text_get_length ("state", 3), ==, 3);
    g_assert_cmpuint (mmcli_text_get_length ("für", 2), ==, 3);
    /* Never half a character */
    g_assert_cmpuint (mmcli_text_get_length ("状态", 3), ==, 3);
    g_assert_cmpuint (mmcli_text_get_length ("状态", 0), ==, 0);
}

static void
test_text_right (void)
{
    g_autoptr(GString) text = g_string_new ("|");

    mmcli_text_append_right (text, "状态", 6);
    mmcli_text_append_right (text, "für", 2);
    mmcli_text_append_right (text, "", 1);
    g_assert_cmpstr (text->str, ==, "|  状态für ");
}

static void
test_printable (void)
{
    g_autofree gchar *text = NULL;
    g_autofree gchar *url = NULL;

    text = mmcli_text_make_printable ("a\033]0;x\007b\302\233c\n\377");
    g_assert_cmpstr (text, ==, "a?]0;x?b?c?\357\277\275");
    /* The locale is C. */
    url = mmcli_text_make_printable ("http://h/f?…");
    g_assert_cmpstr (url, ==, "http://h/f?...");
}

static void
assert_elapsed (guint64      seconds,
                const gchar *expected)
{
    g_autofree gchar *text = NULL;

    text = mmcli_text_format_elapsed (seconds);
    g_assert_cmpstr (text, ==, expected);
}

static void
assert_date (guint64      seconds,
             const gchar *expected)
{
    g_autofree gchar *text = NULL;

    text = mmcli_text_format_date (seconds);
    g_assert_cmpstr (text, ==, expected);
}

static void
test_format_time (void)
{
    assert_elapsed (0, "0:00");
    assert_elapsed (42, "0:42");
    assert_elapsed (3599, "59:59");
    assert_elapsed (3723, "1:02:03");

    assert_date (0, NULL);
    assert_date (1, "1970-01-01T00:00:01Z");
    assert_date (1790000000, "2026-09-21T14:13:20Z");
    assert_date (G_MAXUINT64, NULL);
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/text/width", test_text_width);
    g_test_add_func ("/text/length", test_text_length);
    g_test_add_func ("/text/right", test_text_right);
    g_test_add_func ("/text/printable", test_printable);
    g_test_add_func ("/text/time", test_format_time);

    return g_test_run ();
}
