/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>

#include "mmcli-options.h"

#define PASSWORD_HINT \
    "others can read the arguments of a program: give the password with " \
    "--firmware-update-password-file"

/* No argument of these tests contains a space */
static gchar **
split (const gchar *arguments)
{
    g_autofree gchar *line = NULL;

    line = g_strconcat ("mmcli ", arguments, NULL);
    return g_strsplit (line, " ", -1);
}

static MmcliOptions *
parse (const gchar *arguments)
{
    g_autoptr(GError)  error = NULL;
    g_auto(GStrv)      argv = NULL;
    MmcliOptions      *options;

    argv = split (arguments);
    options = mmcli_options_parse (argv, &error);
    g_assert_no_error (error);
    g_assert_nonnull (options);
    return options;
}

static void
test_update (void)
{
    g_autoptr(MmcliOptions) options = NULL;
    g_autoptr(MmcliOptions) others = NULL;

    options = parse ("--firmware-update -m 0");
    g_assert_true (options->update);
    g_assert_null (options->settings);
    g_assert_cmpstr (options->modem, ==, "0");
    g_assert_cmpint (options->format, ==, MMCLI_FORMAT_HUMAN);
    g_assert_cmpint (options->timeout, ==, 0);
    g_assert_false (options->no_wait);
    g_assert_false (options->verbose);
    g_assert_false (options->session_bus);
    g_assert_null (options->password_file);

    others = parse ("-aJ --firmware-update=url=ftp://h/p,user=u --modem=any --timeout 7 "
                    "--test-session "
                    "--firmware-update-no-wait --firmware-update-password-file -");
    g_assert_true (others->update);
    g_assert_cmpstr (others->settings, ==, "url=ftp://h/p,user=u");
    g_assert_cmpstr (others->modem, ==, "any");
    g_assert_cmpint (others->format, ==, MMCLI_FORMAT_JSON);
    g_assert_cmpint (others->timeout, ==, 7);
    g_assert_true (others->no_wait);
    g_assert_true (others->session_bus);
    g_assert_cmpstr (others->password_file, ==, "-");
}

/* Without the value, the only package of the catalogue that applies would be installed */
static void
test_not_utf8 (void)
{
    g_autoptr(MmcliOptions) options = NULL;

    options = parse ("--firmware-update=http://h/\xff");
    g_assert_cmpstr (options->settings, ==, "http://h/\xff");
}

static void
test_status (void)
{
    g_autoptr(MmcliOptions) options = NULL;
    g_autoptr(MmcliOptions) following = NULL;
    g_autoptr(MmcliOptions) query = NULL;

    options = parse ("--firmware-update-status -v --modem 1");
    g_assert_false (options->update);
    g_assert_false (options->wait);
    g_assert_true (options->verbose);
    g_assert_cmpstr (options->modem, ==, "1");

    /* A query is not a login */
    query = parse ("-m 0 --firmware-update=http://h/p?password=x");
    g_assert_cmpstr (query->settings, ==, "http://h/p?password=x");

    following = parse ("--wait --firmware-update-status");
    g_assert_true (following->wait);
    g_assert_null (following->modem);
}

static void
test_refused_options (void)
{
    static const struct {
        const gchar *arguments;
        const gchar *message;
        /* Whether the stock mmcli reports the same error */
        gboolean     is_stock;
    } tests[] = {
        { "--firmware-update -J -K", "only one output type supported at the same time", TRUE },
        { "--firmware-update -v -K", "cannot set verbose output in keyvalue output type", TRUE },
        { "--firmware-update -J -v", "cannot set verbose output in JSON output type", TRUE },
        { "--firmware-update -L", "cannot use manager and modem options at the same time", TRUE },
        { "--firmware-update --inhibit-device x", "cannot use manager and modem options at the "
          "same time", TRUE },
        { "--firmware-update --firmware-update-status",
          "too many Firmware actions requested", TRUE },
        { "--firmware-update --firmware-status",
          "too many Firmware actions requested", TRUE },
        { "--firmware-update-status --firmware-select=x",
          "too many Firmware actions requested", TRUE },
        { "-m 0 --firmware-update-no-wait", "--firmware-update-no-wait needs --firmware-update" },
        { "-m 0 --firmware-update-password-file=-", "--firmware-update-password-file needs "
          "--firmware-update" },
        { "-m 0 --wait --firmware-update", "--wait needs --firmware-update-status" },
        { "-m 0 --firmware-update http://h/p.zip",
          "--firmware-update takes its value after a =, with no space: mmcli -m 0 "
          "--firmware-update=http://h/p.zip" },
        { "--firmware-update package=a -m 0 -J",
          "--firmware-update takes its value after a =, with no space: mmcli "
          "--firmware-update=package=a -m 0 -J" },
        { "--firmware-update -m 0 http://h/p?a&b",
          "unexpected argument 'http://h/p?…', leave it out: mmcli --firmware-update -m 0" },
        { "--firmware-update=url=http://h/p?a&b x -m 0 y",
          "unexpected argument 'x', leave it out: mmcli '--firmware-update=url=http://h/p?…' "
          "-m 0 y" },
        { "--firmware-update-status -m 0 -- --wait", "unexpected argument '--wait', leave it "
          "out: mmcli --firmware-update-status -m 0" },
        { "-m 0 --firmware-update-status=x", "--firmware-update-status takes no value: mmcli -m "
          "0 --firmware-update-status" },
        { "--firmware-update-no-wait= -m 0 --firmware-update",
          "--firmware-update-no-wait takes no value: mmcli --firmware-update-no-wait -m 0 "
          "--firmware-update" },
        { "-m 0 --firmware-update-status --wait=5", "--wait takes no value: mmcli -m 0 "
          "--firmware-update-status --wait" },
        { "-m 0 --firmware-update-stat", "unknown option --firmware-update-stat: see mmcli "
          "--help-firmware" },
        { "--firmware-update http://h/p?token=secret", "--firmware-update takes its value after a "
          "=, with no space: mmcli '--firmware-update=http://h/p?…'" },
        { "--firmware-update-status http://h/p?token=secret", "unexpected argument "
          "'http://h/p?…', leave it out: mmcli --firmware-update-status" },
        { "--firmware-update ftp://u:secret@h/p", PASSWORD_HINT },
        { "--firmware-update=ftp://u:secret@h/p x", PASSWORD_HINT },
        { "--firmware-update=url=ftp://h/p password=secret", PASSWORD_HINT },
        { "--firmware-update -m", "missing argument for -m" },
        { "--firmware-update -e", "unknown option -e: a firmware update cannot be combined with "
          "other actions" },
        { "--firmware-update --timeout 0", "the timeout must be a number of seconds from 1 to "
          "2147483" },
        { "--firmware-update --timeout 5s", "the timeout must be a number of seconds from 1 to "
          "2147483" },
        { "--firmware-update --timeout 2147484", "the timeout must be a number of seconds from 1 "
          "to 2147483" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(GError)  error = NULL;
        g_auto(GStrv)      argv = NULL;

        argv = split (tests[i].arguments);
        g_assert_null (mmcli_options_parse (argv, &error));
        g_assert_nonnull (error);
        g_assert_cmpstr (error->message, ==, tests[i].message);
        g_assert_cmpint (g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED), ==,
                         tests[i].is_stock);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    /* Some messages are from GLib */
    setlocale (LC_ALL, "C");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/options/update", test_update);
    g_test_add_func ("/options/not-utf8", test_not_utf8);
    g_test_add_func ("/options/status", test_status);
    g_test_add_func ("/options/refused", test_refused_options);

    return g_test_run ();
}
