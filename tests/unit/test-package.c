/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>
#include <string.h>

#include "nl668-package.h"
#include "nl668-request.h"

static Nl668Package *
new_package (const gchar  *contents,
             GError      **error)
{
    g_autoptr(GBytes) bytes = NULL;

    bytes = g_bytes_new_static (contents, strlen (contents));
    return nl668_package_new (bytes, 0100600, "/etc/name.conf", error);
}

static Nl668Package *
new_valid_package (const gchar *contents)
{
    g_autoptr(GError)  error = NULL;
    Nl668Package      *package;

    package = new_package (contents, &error);
    g_assert_no_error (error);
    return package;
}

/* The lines of a valid file */
#define P "[Package]\n"
#define M "Model=NL668-EAU*\n"
#define F "From=19011.1000.00.02.73.13\n"
#define T "To=19011.1000.00.02.73.15\n"
#define U "URL=http://example.net/a.zip\n"

#define VALID P M F T U

/*****************************************************************************/
/* File to package */

static void
test_defaults (void)
{
    g_autoptr(Nl668Package) package = NULL;

    package = new_valid_package (VALID);
    g_assert_cmpstr (package->id, ==, "name");
    g_assert_cmpstr (package->file, ==, "/etc/name.conf");
    g_assert_null (package->summary);
    g_assert_null (package->server);
    g_assert_null (package->file_name);
    g_assert_null (package->user);
    g_assert_null (package->password);
}

static void
test_values (void)
{
    g_autoptr(Nl668Package) package = NULL;

    package = new_valid_package ("# comment\r\n\r\n"
                                P
                                " Id = a_.+-Z9\r\n"
                                "Summary=Gr\xc3\xb6\xc3\x9f" "er, besser\n"
                                "Model=NL668-EAU*; NL668-CN ;\n"
                                "From=1;1.2.3.?;1.2.3.*;4\\;5\n"
                                "To= 2 \n"
                                U);
    g_assert_cmpstr (package->id, ==, "a_.+-Z9");
    g_assert_cmpstr (package->summary, ==, "Gr\xc3\xb6\xc3\x9f" "er, besser");
    g_assert_cmpuint (g_strv_length (package->model), ==, 2);
    g_assert_cmpstr (package->model[0], ==, "NL668-EAU*");
    g_assert_cmpstr (package->model[1], ==, "NL668-CN");
    g_assert_cmpuint (g_strv_length (package->from), ==, 4);
    g_assert_cmpstr (package->from[2], ==, "1.2.3.*");
    g_assert_cmpstr (package->from[3], ==, "4;5");
    g_assert_cmpstr (package->to, ==, "2");
    g_assert_cmpstr (package->url, ==, "http://example.net/a.zip");
}

/* The example in the documentation */
static void
test_example (void)
{
    g_autoptr(Nl668Package)  package = NULL;
    g_autoptr(GError)        error = NULL;
    g_autofree gchar        *path = NULL;
    g_autofree gchar        *contents = NULL;

    if (!g_getenv ("top_srcdir")) {
        g_test_skip ("top_srcdir is not set");
        return;
    }
    path = g_build_filename (g_getenv ("top_srcdir"), "data", "packages.d-example.conf", NULL);
    g_file_get_contents (path, &contents, NULL, &error);
    g_assert_no_error (error);

    package = new_valid_package (contents);
    g_assert_cmpstr (package->id, ==, "NL668-EAU-00_02.73.13_to_02.73.15");
    g_assert_true (nl668_package_applies (package, "NL668-EAU-00", "19011.1000.00.02.73.13"));
}

/*****************************************************************************/
/* Package to settings, and settings to AT command */

static const struct {
    const gchar *contents;
    guint        n_settings;
    const gchar *command;
} settings_tests[] = {
    { VALID, 2,
      "+GTOTA=0,\"http://example.net/a.zip\"" },
    { P M F T "URL=ftp://me:secret@h:2121/a%20b\n", 2,
      "+GTOTA=1,\"h:2121\",\"a b\",\"me\",\"secret\"" },
    { P M F T "URL=ftp://me@h/a\nPassword=\\ssec=ret;\n", 3,
      "+GTOTA=1,\"h\",\"a\",\"me\",\" sec=ret;\"" },
    { P M F T "Server=ftp://h\nFileName=\\sa;b\nUser=me\nPassword=secret\n", 5,
      "+GTOTA=1,\"ftp://h\",\" a;b\",\"me\",\"secret\"" },
};

static void
test_settings (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (settings_tests); i++) {
        g_autoptr(Nl668Package)  package = NULL;
        g_autoptr(GVariant)      settings = NULL;
        g_autoptr(Nl668Request)  request = NULL;
        g_autoptr(GError)        error = NULL;
        g_autofree gchar        *command = NULL;

        package = new_valid_package (settings_tests[i].contents);
        settings = nl668_package_build_settings (package);
        g_assert_true (g_variant_is_floating (settings));
        g_variant_ref_sink (settings);
        g_assert_cmpuint (g_variant_n_children (settings), ==, settings_tests[i].n_settings);

        request = nl668_request_new (settings, &error);
        g_assert_no_error (error);
        g_assert_cmpstr (request->version, ==, "19011.1000.00.02.73.15");
        command = nl668_request_build_command (request);
        g_assert_cmpstr (command, ==, settings_tests[i].command);
    }
}

/*****************************************************************************/
/* Maximum length of values */

static const struct {
    const gchar *key;
    const gchar *start;
    const gchar *unit;
    /* Maximum number of @unit after @start */
    guint        n_units;
} length_tests[] = {
    { "Id",       "",          "x",        128 },
    { "Summary",  "\xc3\xa4",  "x",        253 },
    { "Model",    "",          "x",        255 },
    { "Model",    "N-E*;",     "x",        255 },
    { "Model",    "N-E",       "?",        252 },
    { "Model",    "",          "x;",       64 },
    { "From",     "1.2.3.",    "*",        249 },
    { "From",     "1.2.3.*",   ";x",       63 },
    { "To",       "",          "x",        255 },
    { "URL",      "http://h/", "x",        246 },
    { "URL",      "http://h/", "%20",      82 },
};

static gchar *
build_long (guint i,
            guint n_units)
{
    GString *contents;
    guint    n;

    contents = g_string_new (VALID);
    g_string_append_printf (contents, "%s=%s", length_tests[i].key, length_tests[i].start);
    for (n = 0; n < n_units; n++)
        g_string_append (contents, length_tests[i].unit);
    g_string_append_c (contents, '\n');
    return g_string_free (contents, FALSE);
}

static void
test_length (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (length_tests); i++) {
        static const guint       factors[] = { 1, 20 };
        g_autoptr(Nl668Package)  package = NULL;
        g_autofree gchar        *longest = NULL;
        g_autofree gchar        *start = NULL;
        guint                    n;

        g_test_message ("%s with %u times %s",
                        length_tests[i].key, length_tests[i].n_units, length_tests[i].unit);
        longest = build_long (i, length_tests[i].n_units);
        package = new_valid_package (longest);

        start = g_strdup_printf ("%s: ", length_tests[i].key);
        for (n = 0; n < G_N_ELEMENTS (factors); n++) {
            g_autoptr(GError)  error = NULL;
            g_autofree gchar  *too_long = NULL;

            too_long = build_long (i, length_tests[i].n_units * factors[n] + 1);
            g_assert_null (new_package (too_long, &error));
            g_assert_nonnull (error);
            g_assert_true (g_str_has_prefix (error->message, start));
        }
    }
}

/*****************************************************************************/
/* Which modules a package applies to */

#define X16  "xxxxxxxxxxxxxxxx"
#define X64  X16 X16 X16 X16
#define X256 X64 X64 X64 X64

static const struct {
    const gchar *model_globs;
    const gchar *from_globs;
    const gchar *model;
    const gchar *revision;
    gboolean     applies;
} applies_tests[] = {
    { "NL668-EAU*",      "1.13",       "NL668-EAU-00", "1.13",   TRUE },
    { "NL668-EAU*",      "1.13",       "NL668-EAU",    "1.13",   TRUE },
    { "N-E*",            "1.2.3.*",    "N-E",          "1.2.3.", TRUE },
    { "x;NL668-E?U-*",   "1.12;1.13",  "NL668-EAU-00", "1.13",   TRUE },
    { "NL668-E*00",      "1.0.0.*3",   "NL668-EAU-00", "1.0.0.13", TRUE },
    { "NL668-EAU",       "1.13",       "NL668-EAU",    "1.13",   TRUE },
    { "NL668",           "1.13",       "NL668",        "1.13",   TRUE },
    { "NL668-EAU*",      "1.13",       "NL668-CN",     "1.13",   FALSE },
    { "NL668-EAU*",      "1.13",       "xNL668-EAU",   "1.13",   FALSE },
    { "NL668-EAU*",      "1.13",       "nl668-eau",    "1.13",   FALSE },
    { "NL668-EAU*",      "1.13",       "NL668-EAU",    "1.1",    FALSE },
    { "NL668-EAU*",      "1.13",       "NL668-EAU",    "1.131",  FALSE },
    { "NL668-EAU*",      "1.13",       "NL668-EAU",    " 1.13",  FALSE },
    { "NL668-EAU*",      "1.0.0.?13",  "NL668-EAU",    "1.0.0.14", FALSE },
    { "NL668-[A-Z]*",    "1.13",       "NL668-EAU",    "1.13",   FALSE },
    { "NL668-EAU*",      "1.0.0.*",    NULL,           "1.0.0.1", FALSE },
    { "NL668-EAU*",      "1.0.0.*",    "NL668-EAU",    NULL,     FALSE },
    { "NL668-EAU*",      "1.0.0.*",    "NL668-EAU" X256, "1.0.0.1", FALSE },
    { "NL668-EAU*",      "1.0.0.*",    "NL668-EAU\xff", "1.0.0.1", FALSE },
    { "NL668-EAU*",      "1.0.0.*",    "NL668-EAU",    "1.0.0.1\xc3", FALSE },
    /* Already installed */
    { "NL668-EAU*",      "1.0.0.*",    "NL668-EAU",    "1.0.0.15", FALSE },
};

static void
test_applies (void)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (applies_tests); i++) {
        g_autoptr(Nl668Package)  package = NULL;
        g_autofree gchar        *contents = NULL;

        g_test_message ("test %u", i);
        contents = g_strdup_printf (P U "To=1.0.0.15\nModel=%s\nFrom=%s\n",
                                    applies_tests[i].model_globs, applies_tests[i].from_globs);
        package = new_valid_package (contents);
        g_assert_cmpint (nl668_package_applies (package, applies_tests[i].model,
                                                applies_tests[i].revision),
                         ==, applies_tests[i].applies);
    }
}

/* Matching must be fast even for malicious combinations of globs and revisions. */
static void
test_glob_performance (void)
{
    static const gchar *units[] = { "*a", "*a?", "a*", "*?a*a" };
    g_autofree gchar   *a = NULL;
    g_autofree gchar   *text = NULL;
    guint               i;

    a = g_strnfill (249, 'a');
    text = g_strconcat ("a.b.c.", a, NULL);
    for (i = 0; i < G_N_ELEMENTS (units); i++) {
        g_autoptr(Nl668Package)  package = NULL;
        g_autoptr(GString)       contents = NULL;
        guint                    n;

        contents = g_string_new (VALID "Model=N-E*\nFrom=a.b.c.");
        for (n = 0; n < 49; n++)
            g_string_append (contents, units[i]);
        g_string_append (contents, "b*\n");
        package = new_valid_package (contents->str);

        g_test_timer_start ();
        g_assert_false (nl668_package_applies (package, "N-E", text));
        g_assert_cmpfloat (g_test_timer_elapsed (), <, 1);
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/nl668/package/defaults", test_defaults);
    g_test_add_func ("/nl668/package/values", test_values);
    g_test_add_func ("/nl668/package/example", test_example);
    g_test_add_func ("/nl668/package/settings", test_settings);
    g_test_add_func ("/nl668/package/length", test_length);
    g_test_add_func ("/nl668/package/applies", test_applies);
    g_test_add_func ("/nl668/package/glob-performance", test_glob_performance);

    return g_test_run ();
}
