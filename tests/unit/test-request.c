/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <libmm-glib.h>

#include "nl668-request.h"

/*****************************************************************************/
/* Settings in GVariant text format to AT command */

typedef struct {
    const gchar *settings;
    const gchar *command;
    const gchar *source;
} ValidTest;

static const ValidTest valid_tests[] = {
    { "{'url': <'http://example.net/a.zip'>}",
      "+GTOTA=0,\"http://example.net/a.zip\"", "http://example.net/a.zip" },
    { "{'url': <'HTTP://[::1]:8080/dir/a.zip?x=1&y=%20'>, 'version': <'19011.1000.00.02.73.15'>}",
      "+GTOTA=0,\"HTTP://[::1]:8080/dir/a.zip?x=1&y=%20\"",
      "HTTP://[::1]:8080/dir/a.zip?…" },
    { "{'url': <'http://example.net/?id=5'>}",
      "+GTOTA=0,\"http://example.net/?id=5\"", "http://example.net/?…" },
    { "{'url': <'ftp://me:secret@example.net/a.zip'>}",
      "+GTOTA=1,\"example.net\",\"a.zip\",\"me\",\"secret\"", "ftp://example.net/a.zip" },
    { "{'url': <'ftp://me:secret@example.net:2121/dir/a.zip'>}",
      "+GTOTA=1,\"example.net:2121\",\"dir/a.zip\",\"me\",\"secret\"",
      "ftp://example.net:2121/dir/a.zip" },
    { "{'url': <'ftp://me:secret@[::1]:2121/a.zip'>}",
      "+GTOTA=1,\"[::1]:2121\",\"a.zip\",\"me\",\"secret\"", "ftp://[::1]:2121/a.zip" },
    { "{'url': <'ftp://me:secret@[::1]/a.zip'>}",
      "+GTOTA=1,\"[::1]\",\"a.zip\",\"me\",\"secret\"", "ftp://[::1]/a.zip" },
    /* The parts of an FTP URL are decoded */
    { "{'url': <'ftp://m%40e:s%3Ac%2Fr%2C@example.net/%2Fdir/a%20b%3F.zip'>}",
      "+GTOTA=1,\"example.net\",\"/dir/a b?.zip\",\"m@e\",\"s:c/r,\"",
      "ftp://example.net//dir/a%20b%3F.zip" },
    /* Separate settings take precedence over the URL */
    { "{'url': <'ftp://me@example.net/a.zip'>, 'password': <'p;AT+CFUN=0'>}",
      "+GTOTA=1,\"example.net\",\"a.zip\",\"me\",\"p;AT+CFUN=0\"", "ftp://example.net/a.zip" },
    { "{'url': <'ftp://me:secret@example.net/a.zip'>, 'server': <'ftp://other'>, "
      "'file-name': <'b c'>, 'user': <'u'>, 'password': <'p'>}",
      "+GTOTA=1,\"ftp://other\",\"b c\",\"u\",\"p\"", "ftp://other/b%20c" },
    { "{'server': <'example.net'>, 'file-name': <'a.zip'>, 'user': <'u'>, 'password': <'p'>}",
      "+GTOTA=1,\"example.net\",\"a.zip\",\"u\",\"p\"", "ftp://example.net/a.zip" },
};

static void
test_valid (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (valid_tests); i++) {
        g_autoptr(GError)       error = NULL;
        g_autoptr(GVariant)     settings = NULL;
        g_autoptr(Nl668Request) request = NULL;
        g_autofree gchar       *command = NULL;

        g_test_message ("settings %s", valid_tests[i].settings);
        settings = g_variant_parse (G_VARIANT_TYPE_VARDICT, valid_tests[i].settings,
                                    NULL, NULL, &error);
        g_assert_no_error (error);
        request = nl668_request_new (settings, &error);
        g_assert_no_error (error);
        command = nl668_request_build_command (request);
        g_assert_cmpstr (command, ==, valid_tests[i].command);
        g_assert_cmpstr (request->source, ==, valid_tests[i].source);
    }
}

static void
test_version (void)
{
    g_autoptr(GError)       error = NULL;
    g_autoptr(GVariant)     settings = NULL;
    g_autoptr(Nl668Request) request = NULL;

    settings = g_variant_parse (G_VARIANT_TYPE_VARDICT,
                                "{'url': <'http://h/f'>, 'version': <'1.2'>}", NULL, NULL, NULL);
    request = nl668_request_new (settings, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (request->version, ==, "1.2");
    g_assert_true (request->network_lock);
    g_assert_false (request->is_callbreak_optional);
    g_assert_false (request->ignore_battery);
    g_assert_cmpint (request->transport, ==, NL668_TRANSPORT_HTTP);
    g_assert_null (request->password);
}

static void
test_choices (void)
{
    static const struct {
        const gchar *settings;
        gboolean     network_lock;
        gboolean     is_callbreak_optional;
        gboolean     ignore_battery;
    } tests[] = {
        { "{'url': <'http://h/f'>, 'network-lock': <false>}",     FALSE, FALSE, FALSE },
        { "{'url': <'http://h/f'>, 'network-lock': <true>}",      TRUE,  FALSE, FALSE },
        { "{'url': <'http://h/f'>, 'callbreak': <'required'>}",   TRUE,  FALSE, FALSE },
        { "{'url': <'http://h/f'>, 'callbreak': <'optional'>}",   TRUE,  TRUE,  FALSE },
        { "{'url': <'http://h/f'>, 'ignore-battery': <false>}",   TRUE,  FALSE, FALSE },
        { "{'url': <'http://h/f'>, 'ignore-battery': <true>}",    TRUE,  FALSE, TRUE  },
        { "{'ignore-battery': <true>, 'callbreak': <'optional'>, 'network-lock': <false>, "
          "'url': <'ftp://u:p@h/f'>}",                            FALSE, TRUE,  TRUE  },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(GError)       error = NULL;
        g_autoptr(GVariant)     settings = NULL;
        g_autoptr(Nl668Request) request = NULL;

        g_test_message ("settings %s", tests[i].settings);
        settings = g_variant_parse (G_VARIANT_TYPE_VARDICT, tests[i].settings, NULL, NULL, NULL);
        request = nl668_request_new (settings, &error);
        g_assert_no_error (error);
        g_assert_cmpint (request->network_lock, ==, tests[i].network_lock);
        g_assert_cmpint (request->is_callbreak_optional, ==, tests[i].is_callbreak_optional);
        g_assert_cmpint (request->ignore_battery, ==, tests[i].ignore_battery);
    }
}

/*****************************************************************************/
/* Invalid settings */

typedef struct {
    const gchar *settings;
    /* The key that the error message names */
    const gchar *key;
} InvalidTest;

static const InvalidTest invalid_tests[] = {
    { "@a{sv} {}",                                        "url" },
    { "{'url': <''>}",                                    "url" },
    { "{'url': <'example.net/a.zip'>}",                   "url" },
    { "{'url': <'https://example.net/a.zip'>}",           "url" },
    { "{'url': <'file:///etc/passwd'>}",                  "url" },
    { "{'url': <'sftp://u:p@example.net/a.zip'>}",        "url" },
    { "{'url': <'http://'>}",                             "url" },
    { "{'url': <'http:///a.zip'>}",                       "url" },
    { "{'url': <'http://example.net'>}",                  "url" },
    { "{'url': <'http://example.net/'>}",                 "url" },
    { "{'url': <'http://example.net/dir/'>}",             "url" },
    { "{'url': <'http://example.net:0/a.zip'>}",          "url" },
    { "{'url': <'http://example.net:65536/a.zip'>}",      "url" },
    { "{'url': <'http://example.net:x/a.zip'>}",          "url" },
    { "{'url': <'http://example.net/a%zz'>}",             "url" },
    { "{'url': <'http://example.net/a b'>}",              "url" },
    { "{'url': <'http://example.net/a#b'>}",              "url" },
    { "{'url': <'http://me@example.net/a.zip'>}",         "url" },
    { "{'url': <'http://me:secret@example.net/a.zip'>}",  "url" },
    { "{'url': <'http://example.net/\"'>}",               "url" },
    { "{'url': <'http://example.net/\\\\'>}",             "url" },
    { "{'url': <'http://example.net/a\\r\\nATZ'>}",       "url" },
    { "{'url': <'http://example.net/\\u00e4'>}",          "url" },
    { "{'url': <'http://example.net/\\u007f'>}",          "url" },
    { "{'url': <5>}",                                     "url" },
    { "{'url': <b'http://example.net/a.zip'>}",           "url" },
    { "{'url': <'http://h/a'>, 'url': <'http://h/b'>}",   "url" },
    /* HTTP allows only the URL */
    { "{'url': <'http://h/a'>, 'server': <'h'>}",         "server" },
    { "{'url': <'http://h/a'>, 'file-name': <'a'>}",      "file-name" },
    { "{'url': <'http://h/a'>, 'user': <'u'>}",           "user" },
    { "{'url': <'http://h/a'>, 'password': <'p'>}",       "password" },
    /* FTP requires all of them */
    { "{'url': <'ftp://u:p@h'>}",                         "file-name" },
    { "{'url': <'ftp://u:p@h/'>}",                        "file-name" },
    { "{'url': <'ftp://u:p@h/dir/'>}",                    "file-name" },
    { "{'url': <'ftp://h/a'>}",                           "user" },
    { "{'url': <'ftp://:p@h/a'>}",                        "user" },
    { "{'url': <'ftp://u@h/a'>}",                         "password" },
    { "{'url': <'ftp://u:@h/a'>}",                        "password" },
    { "{'url': <'ftp://u:p@h/a?b'>}",                     "url" },
    { "{'url': <'ftp://u%22:p@h/a'>}",                    "user" },
    { "{'url': <'ftp://u:p%0d@h/a'>}",                    "password" },
    { "{'url': <'ftp://u:p%5C@h/a'>}",                    "password" },
    { "{'url': <'ftp://u:p@h/a%C3%A4'>}",                 "file-name" },
    { "{'url': <'ftp://u:p@h/a%00'>}",                    "url" },
    { "{'server': <'h'>}",                                "file-name" },
    { "{'server': <'h'>, 'file-name': <'a'>, 'user': <'u'>}",                        "password" },
    { "{'server': <'u:p@h'>, 'file-name': <'a'>, 'user': <'u'>, 'password': <'p'>}", "server" },
    { "{'file-name': <'a'>, 'user': <'u'>, 'password': <'p'>}",                      "url" },
    { "{'url': <'ftp://u:p@h/a'>, 'user': <''>}",         "user" },
    { "{'url': <'ftp://u:p@h/a'>, 'password': <'a\"b'>}", "password" },
    { "{'url': <'ftp://u:p@h/a'>, 'file-name': <'a\\nb'>}",  "file-name" },
    { "{'url': <'ftp://u:p@h/a'>, 'server': <'a\\tb'>}",  "server" },
    { "{'url': <'http://h/a'>, 'network-lock': <'no'>}",  "network-lock" },
    { "{'url': <'http://h/a'>, 'callbreak': <'no'>}",     "callbreak" },
    { "{'url': <'http://h/a'>, 'callbreak': <'Optional'>}",  "callbreak" },
    { "{'url': <'http://h/a'>, 'callbreak': <''>}",       "callbreak" },
    { "{'url': <'http://h/a'>, 'callbreak': <false>}",    "callbreak" },
    { "{'callbreak': <'optional'>}",                      "url" },
    { "{'url': <'http://h/a'>, 'ignore-battery': <'yes'>}",  "ignore-battery" },
    { "{'url': <'http://h/a'>, 'ignore-battery': <1>}",   "ignore-battery" },
    /* Keys */
    { "{'url': <'http://h/a'>, 'version': <''>}",         "version" },
    { "{'url': <'http://h/a'>, 'version': <1>}",          "version" },
    { "{'url': <'http://h/a'>, 'URL': <'http://h/a'>}",   "URL" },
    { "{'url': <'http://h/a'>, 'colour': <'red'>}",       "colour" },
    { "{'': <'red'>}",                                    "" },
    { "{'a\\r\\nb': <'red'>}",                            "a\\r\\nb" },
};

static void
assert_invalid (GVariant    *settings,
                const gchar *key)
{
    g_autoptr(GError)       error = NULL;
    g_autoptr(Nl668Request) request = NULL;
    g_autofree gchar       *start = NULL;

    request = nl668_request_new (settings, &error);
    g_assert_null (request);
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS);

    start = g_strdup_printf ("%s: ", key);
    g_assert_true (g_str_has_prefix (error->message, start));
    g_assert_null (strstr (error->message, "secret"));
}

static void
test_invalid (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (invalid_tests); i++) {
        g_autoptr(GError)   error = NULL;
        g_autoptr(GVariant) settings = NULL;

        g_test_message ("settings %s", invalid_tests[i].settings);
        settings = g_variant_parse (G_VARIANT_TYPE_VARDICT, invalid_tests[i].settings,
                                    NULL, NULL, &error);
        g_assert_no_error (error);
        assert_invalid (settings, invalid_tests[i].key);
    }
}

/*****************************************************************************/
/* Allowed values */

static GVariant *
build_settings (const gchar *key,
                gsize        length)
{
    g_autofree gchar *filling = NULL;
    g_autofree gchar *value = NULL;
    const gchar      *prefix;
    GVariantDict      dict;

    g_variant_dict_init (&dict, NULL);
    if (g_str_equal (key, "url")) {
        prefix = "http://h/";
    } else {
        prefix = "";
        g_variant_dict_insert (&dict, "url", "s", "ftp://u:p@h/a");
    }
    filling = g_strnfill (length - strlen (prefix), 'x');
    value = g_strconcat (prefix, filling, NULL);
    g_variant_dict_insert (&dict, key, "s", value);
    return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
test_length (void)
{
    static const gchar *keys[] = { "url", "server", "file-name", "user", "password", "version" };
    guint               i;

    for (i = 0; i < G_N_ELEMENTS (keys); i++) {
        g_autoptr(GError)       error = NULL;
        g_autoptr(GVariant)     longest = NULL;
        g_autoptr(GVariant)     too_long = NULL;
        g_autoptr(GVariant)     huge = NULL;
        g_autoptr(Nl668Request) request = NULL;

        g_test_message ("key %s", keys[i]);
        longest = build_settings (keys[i], NL668_AT_STRING_MAX);
        request = nl668_request_new (longest, &error);
        g_assert_no_error (error);
        g_assert_nonnull (request);

        too_long = build_settings (keys[i], NL668_AT_STRING_MAX + 1);
        assert_invalid (too_long, keys[i]);
        huge = build_settings (keys[i], 1024 * 1024);
        assert_invalid (huge, keys[i]);
    }
}

/* Only printable ASCII is allowed, except for the two characters with a meaning in
 * AT command strings. */
static void
test_bytes (void)
{
    guint byte;

    for (byte = 1; byte < 128; byte++) {
        g_autoptr(GError)       error = NULL;
        g_autoptr(GVariant)     settings = NULL;
        g_autoptr(Nl668Request) request = NULL;
        gchar                   password[] = { 'a', byte, 'b', '\0' };
        GVariantDict            dict;

        g_variant_dict_init (&dict, NULL);
        g_variant_dict_insert (&dict, "url", "s", "ftp://u@h/a");
        g_variant_dict_insert (&dict, "password", "s", password);
        settings = g_variant_ref_sink (g_variant_dict_end (&dict));

        if (byte < ' ' || byte == '"' || byte == '\\' || byte == 0x7f) {
            assert_invalid (settings, "password");
        } else {
            request = nl668_request_new (settings, &error);
            g_assert_no_error (error);
            g_assert_cmpstr (request->password, ==, password);
        }
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/request/valid", test_valid);
    g_test_add_func ("/nl668/request/version", test_version);
    g_test_add_func ("/nl668/request/choices", test_choices);
    g_test_add_func ("/nl668/request/invalid", test_invalid);
    g_test_add_func ("/nl668/request/length", test_length);
    g_test_add_func ("/nl668/request/bytes", test_bytes);

    return g_test_run ();
}
