/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "mmcli-modem.h"
#include "mmcli-options.h"
#include "mmcli-settings.h"

#define PASSWORD_HINT \
    "others can read the arguments of a program: give the password with " \
    "--firmware-update-password-file"

/*****************************************************************************/
/* Options */

/* In these tests an option has no space in it */
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

/* Else it would be the update to another package: to the only one that applies. */
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

    /* The query is not a login. */
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
        /* Not by us alone, but by the stock client as well */
        gboolean     is_stock;
    } tests[] = {
        { "--firmware-update -J -K", "only one output type supported at the same time", TRUE },
        { "--firmware-update -v -K", "cannot set verbose output in keyvalue output type", TRUE },
        { "--firmware-update -J -v", "cannot set verbose output in JSON output type", TRUE },
        { "--firmware-update -L", "cannot use manager and modem options at the same time", TRUE },
        { "--firmware-update --inhibit-device x", "cannot use manager and modem options at the "
          "same time", TRUE },
        { "--firmware-update --firmware-update-status", "too many Firmware actions requested", TRUE },
        { "--firmware-update --firmware-status", "too many Firmware actions requested", TRUE },
        { "--firmware-update-status --firmware-select=x", "too many Firmware actions requested", TRUE },
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
          "unexpected argument 'http://h/p?a&b', leave it out: mmcli --firmware-update -m 0" },
        { "--firmware-update=url=http://h/p?a&b x -m 0 y",
          "unexpected argument 'x', leave it out: mmcli '--firmware-update=url=http://h/p?a&b' "
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
        g_assert_cmpint (g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED), ==, tests[i].is_stock);
    }
}

/*****************************************************************************/
/* Settings */

static void
test_settings (void)
{
    static const struct {
        const gchar *value;
        const gchar *password;
        /* As g_variant_parse() reads it */
        const gchar *settings;
    } tests[] = {
        { NULL, NULL, "@a{sv} {}" },
        { NULL, "geheim", "{'password': <'geheim'>}" },
        { "http://h/p.zip", NULL, "{'url': <'http://h/p.zip'>}" },
        /* Which it does not take, is for ModemManager to say */
        { "https://h/p.zip", NULL, "{'url': <'https://h/p.zip'>}" },
        { "HTTP://h/a,b?c=d", NULL, "{'url': <'HTTP://h/a,b?c=d'>}" },
        { "ftp://user@h:21/a:b@c", "x,\"'", "{'url': <'ftp://user@h:21/a:b@c'>, 'password': "
          "<'x,\"\\''>}" },
        { "url=http://h/p", NULL, "{'url': <'http://h/p'>}" },
        { " url = http://h/p , version = 1 2 ", NULL, "{'url': <'http://h/p'>, 'version': <'1 "
          "2'>}" },
        { "url=\"http://h/a,b'\",version='1,\"2'", NULL, "{'url': <'http://h/a,b\\''>, "
          "'version': <'1,\"2'>}" },
        { "server=h:21,file-name=d/p,user=me", "pw",
          "{'server': <'h:21'>, 'file-name': <'d/p'>, 'user': <'me'>, 'password': <'pw'>}" },
        { "package=0213-0215", NULL, "{'package': <'0213-0215'>}" },
        { "package=a,network-lock=yes", NULL, "{'package': <'a'>, 'network-lock': <true>}" },
        { "network-lock=no", NULL, "{'network-lock': <false>}" },
        { "url=http://h/p,network-lock='No'", NULL, "{'url': <'http://h/p'>, 'network-lock': "
          "<false>}" },
    };
    guint i;
    guint j;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(GError)   error = NULL;
        g_autoptr(GVariant) settings = NULL;
        g_autoptr(GVariant) expected = NULL;

        settings = mmcli_settings_parse (tests[i].value, tests[i].password, &error);
        g_assert_no_error (error);
        g_assert_false (g_variant_is_floating (settings));

        expected = g_variant_parse (G_VARIANT_TYPE_VARDICT, tests[i].settings, NULL, NULL, &error);
        g_assert_no_error (error);
        /* In any order */
        g_assert_cmpuint (g_variant_n_children (settings), ==, g_variant_n_children (expected));
        for (j = 0; j < g_variant_n_children (expected); j++) {
            g_autoptr(GVariant)  value = NULL;
            g_autoptr(GVariant)  found = NULL;
            const gchar         *key;

            g_variant_get_child (expected, j, "{&sv}", &key, &value);
            found = g_variant_lookup_value (settings, key, NULL);
            g_assert_cmpvariant (found, value);
        }
    }
}

static void
test_refused_settings (void)
{
    static const gchar *const password =
        "others can read the arguments of a program: give the password with "
        "--firmware-update-password-file";
    static const gchar *const syntax =
        "malformed settings: use key=value,... or just a URL";
    const struct {
        const gchar *value;
        const gchar *message;
    } tests[] = {
        { "url=http://h/p,password=geheim", password },
        { "ftp://me:geheim@h/p", password },
        { "FTP://me:geh@eim@h/p", password },
        { "ftp://me:@h/p", password },
        { "url='ftp://me:geheim@h/p'", password },
        { "", syntax },
        { "url", syntax },
        { "=x", syntax },
        { "url=http://h/p,", syntax },
        { "url='a'b", syntax },
        { "https://me:geheim@h/p", password },
        { "http://h/\xff", "malformed settings: not UTF-8" },
        { "url=http://h/\xff", "malformed settings: not UTF-8" },
        { "url='a", "unterminated quote" },
        { "url=", "key 'url' has no value" },
        { "url=,version=1", "key 'url' has no value" },
        { "url=a,url=b", "key 'url' appears twice" },
        { "package=", "key 'package' has no value" },
        { "network-lock=maybe", "key 'network-lock' must be yes or no" },
        { "network-lock=", "key 'network-lock' has no value" },
        { "network-lock=no,network-lock=no", "key 'network-lock' appears twice" },
        { "uri=a", NULL },
        { "http://h/p,version=1", "use url=... if other keys follow" },
        { "http://h/p,network-lock=no", "use url=... if other keys follow" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(GError) error = NULL;

        g_test_message ("%s", tests[i].value);
        g_assert_null (mmcli_settings_parse (tests[i].value, NULL, &error));
        g_assert_nonnull (error);
        if (tests[i].message)
            g_assert_cmpstr (error->message, ==, tests[i].message);
        else
            g_assert_true (g_str_has_prefix (error->message, "unknown key 'uri': the keys are "
                                                             "package, url, "));
        g_assert_null (strstr (error->message, "geheim"));
    }
}

static void
test_booleans (void)
{
    static const struct {
        const gchar *string;
        /* -1 if it is none */
        gint         value;
    } tests[] = {
        { "yes", 1 }, { "TRUE", 1 }, { "1", 1 },
        { "No", 0 }, { "false", 0 }, { "0", 0 },
        { "", -1 }, { "2", -1 }, { "y", -1 }, { "yes ", -1 },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        gboolean value = FALSE;

        g_assert_cmpint (mmcli_settings_parse_boolean (tests[i].string, &value), ==, tests[i].value >= 0);
        if (tests[i].value >= 0)
            g_assert_cmpint (value, ==, tests[i].value);
    }
}

static void
test_password_file (void)
{
    g_autofree gchar *longest = g_strnfill (MMCLI_PASSWORD_MAX, 'x');
    g_autofree gchar *longest_line = g_strconcat (longest, "\r\nmore", NULL);
    g_autofree gchar *too_long = g_strconcat (longest, "x", NULL);
    g_autofree gchar *path = NULL;
    const struct {
        const gchar *contents;
        const gchar *password;
        const gchar *message;
    } tests[] = {
        { "geheim", "geheim", NULL },
        { "ge heim\n", "ge heim", NULL },
        { "gehe\303\274m\r\nsecond line\n", "gehe\303\274m", NULL },
        { longest, longest, NULL },
        { longest_line, longest, NULL },
        { too_long, NULL, "the password is longer than the 255 bytes that the module accepts" },
        { "", NULL, "the first line of the password file is empty" },
        { "\nsecond line\n", NULL, "the first line of the password file is empty" },
        { "a\tb", NULL, "the password contains a control character" },
        { "a\377b", NULL, "the password is not UTF-8" },
    };
    g_autoptr(GError) error = NULL;
    guint             i;
    gint              fd;

    fd = g_file_open_tmp ("test-options-XXXXXX", &path, &error);
    g_assert_no_error (error);
    g_close (fd, NULL);

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(GError)  refusal = NULL;
        g_autofree gchar  *password = NULL;

        g_file_set_contents (path, tests[i].contents, -1, &error);
        g_assert_no_error (error);
        password = mmcli_settings_read_password (path, &refusal);
        g_assert_cmpstr (password, ==, tests[i].password);
        g_assert_cmpstr (refusal ? refusal->message : NULL, ==, tests[i].message);
    }

    g_unlink (path);
    g_assert_null (mmcli_settings_read_password (path, &error));
    g_assert_true (g_str_has_prefix (error->message, "couldn't read the password file: "));
}

/*****************************************************************************/
/* Modem */

static void
test_modem (void)
{
    static const struct {
        const gchar    *string;
        MmcliModemKind  kind;
        const gchar    *name;
    } tests[] = {
        { "0",       MMCLI_MODEM_PATH, "/org/freedesktop/ModemManager1/Modem/0"  },
        { "017",     MMCLI_MODEM_PATH, "/org/freedesktop/ModemManager1/Modem/017" },
        { "862000000000000", MMCLI_MODEM_IMEI, "862000000000000" },
        { "1234567890123", MMCLI_MODEM_PATH, "/org/freedesktop/ModemManager1/Modem/1234567890123" },
        { "/org/freedesktop/ModemManager1/Modem/3", MMCLI_MODEM_PATH, "/org/freedesktop/ModemManager1/Modem/3" },
        { "any",     MMCLI_MODEM_ANY,  "any"   },
        { "a",       MMCLI_MODEM_ANY,  "a"     },
        { "AN",      MMCLI_MODEM_ANY,  "AN"    },
        { "anyone",  MMCLI_MODEM_UID,  "anyone" },
        { "1-2",     MMCLI_MODEM_UID,  "1-2"   },
        { "/sys/devices/x", MMCLI_MODEM_UID, "/sys/devices/x" },
        { "",        MMCLI_MODEM_PATH, NULL    },
        { NULL,      MMCLI_MODEM_PATH, NULL    },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar *name = NULL;
        MmcliModemKind    kind;

        name = mmcli_modem_parse (tests[i].string, &kind);
        g_assert_cmpstr (name, ==, tests[i].name);
        g_assert_cmpint (kind, ==, tests[i].kind);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    /* The messages of GLib are compared */
    setlocale (LC_ALL, "C");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/options/update", test_update);
    g_test_add_func ("/options/not-utf8", test_not_utf8);
    g_test_add_func ("/options/status", test_status);
    g_test_add_func ("/options/refused", test_refused_options);
    g_test_add_func ("/settings/accepted", test_settings);
    g_test_add_func ("/settings/refused", test_refused_settings);
    g_test_add_func ("/settings/booleans", test_booleans);
    g_test_add_func ("/settings/password-file", test_password_file);
    g_test_add_func ("/modem/names", test_modem);

    return g_test_run ();
}
