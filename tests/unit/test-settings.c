/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "mmcli-settings.h"

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
        /* ModemManager reports the schemes that it does not support */
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
        { "package=a,ignore-battery=yes,callbreak=optional", NULL, "{'package': <'a'>, "
          "'ignore-battery': <true>, 'callbreak': <'optional'>}" },
        { "ignore-battery=0", NULL, "{'ignore-battery': <false>}" },
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
        { "ignore-battery=12", "key 'ignore-battery' must be yes or no" },
        { "http://h/p,ignore-battery=yes", "use url=... if other keys follow" },
        { "http://h/p,callbreak=optional", "use url=... if other keys follow" },
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
        /* -1 if it is not a boolean */
        gint         value;
    } tests[] = {
        { "yes", 1 }, { "TRUE", 1 }, { "1", 1 },
        { "No", 0 }, { "false", 0 }, { "0", 0 },
        { "", -1 }, { "2", -1 }, { "y", -1 }, { "yes ", -1 },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        gboolean value = FALSE;

        g_assert_cmpint (mmcli_settings_parse_boolean (tests[i].string, &value), ==,
                         tests[i].value >= 0);
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

    fd = g_file_open_tmp ("test-settings-XXXXXX", &path, &error);
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

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/settings/accepted", test_settings);
    g_test_add_func ("/settings/refused", test_refused_settings);
    g_test_add_func ("/settings/booleans", test_booleans);
    g_test_add_func ("/settings/password-file", test_password_file);

    return g_test_run ();
}
