/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Secrets in the words of a module, however it spells them */

#include <config.h>

#include <string.h>

#include "nl668-secret.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Secret, nl668_secret_free)

/* Returns: (transfer full): @text with one @ for each byte of @secret. */
static gchar *
find (const gchar *secret,
      const gchar *text)
{
    g_autoptr(Nl668Secret) self = NULL;
    g_autofree gboolean   *marks = NULL;
    gchar                 *found;
    gsize                  i;

    self = nl668_secret_new (secret);
    g_assert_nonnull (self);
    marks = g_new0 (gboolean, strlen (text) + 1);
    nl668_secret_mark (self, text, marks);
    found = g_strdup (text);
    for (i = 0; found[i]; i++) {
        if (marks[i])
            found[i] = '@';
    }
    return found;
}

typedef struct {
    const gchar *name;
    const gchar *secret;
    const gchar *spelling;
} SpellingTest;

static const SpellingTest spelling_tests[] = {
    { "plain",              "Zb47+o", "Zb47+o" },
    { "upper-case",         "Zb47+o", "ZB47+O" },
    { "percent",            "Zb47+o", "%5a%62%34%37%2B%6F" },
    { "percent-in-part",    "Zb47+o", "Zb47%2Bo" },
    { "percent-upper-case", "Zb47+o", "%5A%4247+%4f" },
    { "percent-twice",      "Zb47+o", "Zb47%252Bo" },
    { "percent-in-secret",  "%25a%1", "%25a%1" },
    { "quoted-printable",   "Zb47=o", "Zb47=3Do" },
    { "plus-for-space",     "Zb4 7o", "Zb4+7o" },
    { "entity",             "Zb47&o", "Zb47&#x26;o" },
    { "escapes",            "Zb47+o", "\\x5a\\x62\\x34\\x37\\x2b\\x6f" },
    { "unicode-escapes",    "Zb47+o", "\\u005a\\u0062\\u0034\\u0037\\u002b\\u006f" },
    { "hex",                "Zb47+o", "5a6234372b6f" },
    { "hex-upper-case",     "Zb47+o", "5A6234372B6F" },
    { "hex-of-upper-case",  "Zb47+o", "5a4234372b4f" },
    { "hex-spaces",         "Zb47+o", "5a 62 34 37 2b 6f" },
    { "hex-colons",         "Zb47+o", "5A:62:34:37:2B:6F" },
    { "hex-array",          "Zb47+o", "0x5a, 0x62, 0x34, 0x37, 0x2b, 0x6f" },
    { "hex-number",         "Zb47+o", "0x5a6234372b6f" },
    { "ucs2",               "Zb47+o", "005A006200340037002B006F" },
    { "ucs2-little-endian", "Zb47+o", "5A006200340037002B006F00" },
    { "ucs2-spaces",        "Zb47+o", "00 5A 00 62 00 34 00 37 00 2B 00 6F" },
    { "code-points",        "Zb47+o", "U+005A U+0062 U+0034 U+0037 U+002B U+006F" },
    { "base64",             "Zebra1", "WmVicmEx" },
    { "base64-padding",     "Zebra47", "WmVicmE0Nw==" },
    { "base64-url",         "a1>>>?", "YTE-Pj4_" },
    { "twice",              "Zb47+o", "Zb47+oZb47+o" },
    { "overlapping",        "a1ba1b", "a1ba1ba1b" },
};

/* Some text around it stays. */
static void
test_spelling (gconstpointer data)
{
    const SpellingTest *test = data;
    g_autofree gchar   *text = NULL;
    g_autofree gchar   *found = NULL;
    const gchar        *rest;

    text = g_strdup_printf ("GTOTA <%s> FAILED", test->spelling);
    found = find (test->secret, text);
    g_assert_true (g_str_has_prefix (found, "GTOTA <"));
    /* What says how it is spelled may stay. */
    rest = found + strlen ("GTOTA <");
    rest += strspn (rest, "0xU+ ");
    g_assert_cmpint (*rest, ==, '@');
    rest += strspn (rest, "@");
    rest += strspn (rest, "0");
    g_assert_cmpstr (rest, ==, "> FAILED");
}

/* The login of HTTP: what depends on the secret alone is found. */
static void
test_base64_login (void)
{
    static const gchar *const users[] = { "u", "me", "you", "user" };
    guint                     i;

    for (i = 0; i < G_N_ELEMENTS (users); i++) {
        g_autofree gchar *login = g_strconcat (users[i], ":Zebra4711Okapi", NULL);
        g_autofree gchar *encoded = NULL;
        g_autofree gchar *found = NULL;
        const gchar      *start;

        encoded = g_base64_encode ((const guchar *) login, strlen (login));
        found = find ("Zebra4711Okapi", encoded);
        start = strchr (found, '@');
        g_assert_nonnull (start);
        g_assert_cmpuint (strspn (start, "@"), >=, 18);
        g_assert_cmpuint (strlen (start), ==, strspn (start, "@"));
    }
}

static void
test_not_found (void)
{
    static const gchar *const texts[] = {
        "", "GTOTA DOWNLOAD FAILED", "Zeb", "Zebra4711Okap ", "GTOTA Zebra 4711 Okapi.", "\xff",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        g_autofree gchar *found = NULL;

        found = find ("Zebra4711Okapi", texts[i]);
        g_assert_null (strchr (found, '@'));
    }
}

/* Wherever the module cuts it off, at most three characters are left. */
static void
test_cut_off (gconstpointer data)
{
    const gchar *spelling = data;
    gsize        length;

    for (length = 4; length <= strlen (spelling); length++) {
        g_autofree gchar *start = g_strndup (spelling, length);
        g_autofree gchar *text = g_strconcat ("GTOTA LOGIN ", start, NULL);
        g_autofree gchar *found = NULL;

        found = find ("Zebra4711Okapi", text);
        g_assert_cmpuint (strlen (found) - strlen ("GTOTA LOGIN "), ==,
                          strspn (found + strlen ("GTOTA LOGIN "), "@"));
    }
}

/* The longest string that a module accepts, and the letters that need most space in a regex */
static void
test_long (void)
{
    g_autofree gchar *filling = g_strnfill (254, 'a');
    g_autofree gchar *secret = g_strconcat (filling, "1", NULL);
    g_autofree gchar *found = NULL;

    found = find (secret, secret);
    g_assert_cmpuint (strspn (found, "@"), ==, 255);
}

/* A module that repeats something similar must not keep the daemon busy. */
static void
test_similar (void)
{
    static const gchar *const pairs[][2] = {
        { "%25", "%2525" }, { "0x30", "0x0x30" }, { " +", "% 2+" }, { "A1", "41 00 00 " },
        { "A1", "41 " }, { "=%&", "=3d%" }, { "11", "31" }, { "33", "33" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (pairs); i++) {
        g_autoptr(GString) secret = g_string_new (NULL);
        g_autoptr(GString) text = g_string_new (NULL);
        g_autofree gchar  *found = NULL;
        gint64             start = g_get_monotonic_time ();

        while (secret->len < 240)
            g_string_append (secret, pairs[i][0]);
        g_string_append (secret, "a1");
        while (text->len < 200)
            g_string_append (text, pairs[i][1]);
        g_string_append (text, "!");
        found = find (secret->str, text->str);
        g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
    }
}

/* What the module says would reveal them. */
static void
test_words (void)
{
    static const gchar *const words[] = {
        "", "a", "a1", "a1b", "4711", "GTOTA", "download", "failed", "not-installed", "1.2.3",
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (words); i++)
        g_assert_null (nl668_secret_new (words[i]));
}

static void
test_source (void)
{
    static const struct {
        const gchar *url;
        const gchar *source;
        gboolean     is_secret;
    } tests[] = {
        { "http://h/f",                "http://h/f",     FALSE },
        { "http://h/f?",               "http://h/f?",    FALSE },
        { "http://h/f?token=a1b2?c&d", "http://h/f?…", TRUE },
        { "http://h/f?…",              "http://h/f?…", TRUE },
        { "ftp://h/f",                 "ftp://h/f",      TRUE },
        { "",                          "",               FALSE },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar *source = NULL;

        source = nl668_secret_hide_query (tests[i].url);
        g_assert_cmpstr (source, ==, tests[i].source);
        g_assert_true (nl668_secret_is_needed_by (source) == tests[i].is_secret);
    }
}

int
main (int    argc,
      char **argv)
{
    guint i;

    g_test_init (&argc, &argv, NULL);

    for (i = 0; i < G_N_ELEMENTS (spelling_tests); i++) {
        g_autofree gchar *path = NULL;

        path = g_strconcat ("/nl668/secret/spelling/", spelling_tests[i].name, NULL);
        g_test_add_data_func (path, &spelling_tests[i], test_spelling);
    }
    g_test_add_func ("/nl668/secret/base64-login", test_base64_login);
    g_test_add_func ("/nl668/secret/not-found", test_not_found);
    g_test_add_data_func ("/nl668/secret/cut-off/plain", "Zebra4711Okapi", test_cut_off);
    g_test_add_data_func ("/nl668/secret/cut-off/percent", "%5aebr%614711Okapi", test_cut_off);
    g_test_add_data_func ("/nl668/secret/cut-off/hex", "5a 65 62 72 61 34 37 31", test_cut_off);
    g_test_add_data_func ("/nl668/secret/cut-off/base64", "WmVicmE0NzExT2thcGk=", test_cut_off);
    g_test_add_func ("/nl668/secret/long", test_long);
    g_test_add_func ("/nl668/secret/similar", test_similar);
    g_test_add_func ("/nl668/secret/words", test_words);
    g_test_add_func ("/nl668/secret/source", test_source);

    return g_test_run ();
}
