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
test_printable_characters (void)
{
    static const gunichar printable[] = {
        ' ', '~', 0xa0, 0xfc, 0x308, 0x72b6, 0xfffd, 0x1f600,
    };
    static const gunichar unprintable[] = {
        /* Control characters */
        0, '\n', 0x1b, 0x7f, 0x80, 0x9b, 0x9f,
        /* Bidirectional text */
        0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e,
        0x2066, 0x2067, 0x2068, 0x2069,
        /* Lines and paragraphs */
        0x2028, 0x2029,
        /* Nothing to see */
        0xad, 0x34f, 0x115f, 0x180e, 0x200b, 0x200c, 0x200d, 0x2060, 0x3164, 0xfe0f, 0xfeff, 0xffa0,
        0xe0001, 0xe0041, 0xe01ef,
        /* Unassigned, private, noncharacters, surrogates */
        0x378, 0xe000, 0xf8ff, 0xf0000, 0x10fffd, 0xfdd0, 0xfffe, 0xffff, 0x1ffff, 0x10ffff, 0xd800,
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (printable); i++)
        g_assert_true (mmcli_text_is_printable (printable[i]));
    for (i = 0; i < G_N_ELEMENTS (unprintable); i++)
        g_assert_false (mmcli_text_is_printable (unprintable[i]));
}

static void
test_unprintable (void)
{
    g_autofree gchar *text = NULL;

    /* Right-to-left override, line separator, private use, byte order mark */
    text = mmcli_text_make_printable ("a\342\200\256b\342\200\250c\356\200\200d\357\273\277");
    g_assert_cmpstr (text, ==, "a?b?c?d?");
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
    g_test_add_func ("/text/printable-characters", test_printable_characters);
    g_test_add_func ("/text/unprintable", test_unprintable);
    g_test_add_func ("/text/time", test_format_time);

    return g_test_run ();
}
