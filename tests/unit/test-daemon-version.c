/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The version of the daemon, which ones the plugin works with, and the symbols of the program */

#include <config.h>

#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include <glib/gstdio.h>
#include <gmodule.h>

#include "mm-daemon-program.h"
#include "mm-daemon-version.h"

/* This program looks like a daemon. */
static const gchar start_message[] __attribute__ ((used)) =
    "ModemManager (version 1.22.0-3.fc40) starting in %s bus...";

static gchar *path;

/*****************************************************************************/
/* Parsing */

typedef struct {
    const gchar *text;
    guint        major;
    guint        minor;
} Version;

static const Version versions[] = {
    { "1.20.4", 1, 20 },
    { "1.22", 1, 22 },
    { "1.24.0-1+deb13u1", 1, 24 },
    { "1.22.0-3.fc40", 1, 22 },
    { "1.25.95-dev", 1, 25 },
    { "1.26-rc1", 1, 26 },
    { "1.26~rc1", 1, 26 },
    { "1.28 (custom)", 1, 28 },
    { "2.0.0", 2, 0 },
    { "9999.9999", 9999, 9999 },
};

static void
test_parse (void)
{
    MMDaemonVersion version;
    guint           i;

    for (i = 0; i < G_N_ELEMENTS (versions); i++) {
        g_assert_true (mm_daemon_version_parse (versions[i].text, &version));
        g_assert_cmpuint (version.major, ==, versions[i].major);
        g_assert_cmpuint (version.minor, ==, versions[i].minor);
    }
}

static void
test_parse_invalid (void)
{
    static const gchar *texts[] = {
        "", ".", "1", "1.", ".20", "1..20", "1.x", "x1.20", " 1.20", "1. 20", "-1.20", "1.-20",
        "+1.20", "1,20", "v1.20", "1.20rc1", "10000.20", "1.00020", "1.4294967322",
        "1.18446744073709551642", "0x1.20", "1.0x20", "\"1.20\"", "%s", "@VERSION@", "unknown",
        "\xff.\xff",
    };
    MMDaemonVersion version;
    guint           i;

    for (i = 0; i < G_N_ELEMENTS (texts); i++) {
        if (mm_daemon_version_parse (texts[i], &version))
            g_error ("'%s' is %u.%u", texts[i], version.major, version.minor);
    }
}

/*****************************************************************************/
/* Which versions are accepted */

static void
set_configuration (const gchar *contents)
{
    g_autoptr(GError) error = NULL;

    g_unlink (path);
    if (contents) {
        g_assert_true (g_file_set_contents (path, contents, -1, &error));
        g_assert_no_errno (g_chmod (path, 0644));
    }
}

static void
assert_tried (const gchar *text)
{
    gboolean is_untried = TRUE;

    g_assert_cmpstr (mm_daemon_version_check (text, &is_untried), ==, NULL);
    g_assert_false (is_untried);
}

static void
assert_accepted (const gchar *text)
{
    gboolean is_untried = FALSE;

    g_assert_cmpstr (mm_daemon_version_check (text, &is_untried), ==, NULL);
    g_assert_true (is_untried);
}

static void
assert_refused (const gchar *text,
                const gchar *what,
                const gchar *value,
                const gchar *ignored)
{
    g_autofree gchar *expected = NULL;
    gboolean          is_untried = TRUE;

    expected = g_strdup_printf ("%s: look for a newer version of this plugin, "
                                "or set NewestModemManager=%s in %s%s", what, value, path, ignored);
    g_assert_cmpstr (mm_daemon_version_check (text, &is_untried), ==, expected);
    g_assert_false (is_untried);
}

#define NEWER "this is ModemManager 1.28.0, but only versions up to 1.26 were tried"
#define NOT_FOUND "the version of this ModemManager cannot be found"

static void
test_tried (void)
{
    set_configuration (NULL);
    assert_tried ("1.20.4");
    assert_tried ("1.25.95-dev");
    assert_tried ("1.26.2");
    /* The file does not matter. */
    set_configuration ("nonsense");
    assert_tried ("1.26.2");
}

static void
test_untried (void)
{
    set_configuration (NULL);
    assert_refused ("1.28.0", NEWER, "1.28", "");
    assert_refused ("1.27.1-dev",
                    "this is ModemManager 1.27.1-dev, but only versions up to 1.26 were tried",
                    "1.27", "");
    assert_refused ("2.0", "this is ModemManager 2.0, but only versions up to 1.26 were tried",
                    "2.0", "");
    assert_refused (NULL, NOT_FOUND, "unknown", "");
    assert_refused ("nonsense", NOT_FOUND, "unknown", "");
}

static void
test_accepted (void)
{
    set_configuration ("[Plugin]\nNewestModemManager=1.28\n");
    assert_accepted ("1.28.0");
    assert_accepted ("1.27.1-dev");
    assert_accepted ("1.28.9");
    /* The next upgrade needs consent again. */
    assert_refused ("1.30.0",
                    "this is ModemManager 1.30.0, but only versions up to 1.26 were tried",
                    "1.30", "");
    assert_refused ("2.0", "this is ModemManager 2.0, but only versions up to 1.26 were tried",
                    "2.0", "");
    assert_refused (NULL, NOT_FOUND, "unknown", "");

    set_configuration ("[Plugin]\nNewestModemManager=unknown\n");
    assert_accepted (NULL);
    assert_refused ("1.28.0", NEWER, "1.28", "");
}

static void
test_damaged (void)
{
    static const struct {
        const gchar *contents;
        const gchar *ignored;
    } files[] = {
        { "", "is empty" },
        { "[Plugin]\n", "NewestModemManager: must be a version such as 1.26, or unknown" },
        { "[Plugin]\nNewestModemManager=\n",
          "NewestModemManager: must be a version such as 1.26, or unknown" },
        { "[Plugin]\nNewestModemManager=any\n",
          "NewestModemManager: must be a version such as 1.26, or unknown" },
        { "[Plugin]\nNewest=1.28\n", "Newest: unknown key" },
        { "[Other]\nNewestModemManager=1.28\n", "[Other]: unknown group" },
        { "NewestModemManager=1.28\n",
          "is not a key file: a line is neither a [group], nor a key=value below one, nor a "
          "comment" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (files); i++) {
        g_autofree gchar *ignored = NULL;

        set_configuration (files[i].contents);
        ignored = g_strdup_printf (" (ignored: %s)", files[i].ignored);
        assert_refused ("1.28.0", NEWER, "1.28", ignored);
    }
}

static void
test_writable (void)
{
    set_configuration ("[Plugin]\nNewestModemManager=1.28\n");
    g_assert_no_errno (g_chmod (path, 0666));
    assert_refused ("1.28.0", NEWER, "1.28",
                    " (ignored: is writable by others than its owner: use chmod go-w)");
}

static void
test_default_path (void)
{
    g_autofree gchar *directory = NULL;
    const gchar      *reason;
    gboolean          is_untried;

    directory = g_strdup (g_getenv ("FIBOCOM_NL668_CONFIG_DIR"));
    g_unsetenv ("FIBOCOM_NL668_CONFIG_DIR");
    reason = mm_daemon_version_check ("9999.0", &is_untried);
    g_assert_nonnull (strstr (reason, " in " NL668_PLUGIN_CONF));
    g_setenv ("FIBOCOM_NL668_CONFIG_DIR", directory, TRUE);
}

/*****************************************************************************/
/* The program */

/* (nullable): the only segment of a program that takes the place of this one, and its address */
static const ElfW(Phdr) *segment;
static ElfW(Addr)        address;

/* AddressSanitizer calls it before it is ready for functions that it has instrumented. */
__attribute__ ((no_sanitize ("address", "undefined")))
int
dl_iterate_phdr (int   (* callback) (struct dl_phdr_info *info, size_t size, void *data),
                 void  *data)
{
    static __typeof__ (dl_iterate_phdr) *next;
    struct dl_phdr_info                  info = { .dlpi_addr = address, .dlpi_phdr = segment };

    if (segment) {
        info.dlpi_phnum = 1;
        return callback (&info, sizeof (info), data);
    }
    if (!next)
        *(void **) &next = dlsym (RTLD_NEXT, "dl_iterate_phdr");
    return next (callback, data);
}

static void
test_program_version (void)
{
    g_autofree gchar *version = NULL;

    version = mm_daemon_program_get_version ();
    g_assert_cmpstr (version, ==, "1.22.0-3.fc40");
}

static void
test_program_symbols (void)
{
    /* Used */
    g_assert_true (mm_daemon_program_has_symbol ("g_module_open"));
    /* In a library */
    g_assert_true (g_module_supported ());
    g_assert_false (mm_daemon_program_has_symbol ("g_module_name"));
    g_assert_nonnull (g_module_open (NULL, 0));
    /* Parts of names */
    g_assert_false (mm_daemon_program_has_symbol ("g_module_ope"));
    g_assert_false (mm_daemon_program_has_symbol ("_module_open"));
}

/* A program that is linked statically has no symbols. */
static void
test_program_static (void)
{
    static const ElfW(Phdr) other = { .p_type = PT_NOTE };

    segment = &other;
    g_assert_false (mm_daemon_program_has_symbol ("g_module_open"));
    g_assert_null (mm_daemon_program_get_version ());
    segment = NULL;
}

/* On some platforms, the loader does not change the dynamic section. */
static void
test_program_relative (void)
{
    static struct {
        ElfW(Dyn) dynamic[3];
        gchar     names[16];
    } program = {
        { { DT_STRTAB, { 0 } }, { DT_STRSZ, { sizeof (program.names) } }, { DT_NULL, { 0 } } },
        "\0one\0two",
    };
    static const ElfW(Phdr) dynamic = { .p_type = PT_DYNAMIC };

    program.dynamic[0].d_un.d_ptr = G_STRUCT_OFFSET (__typeof__ (program), names);
    address = (ElfW(Addr)) &program;
    segment = &dynamic;
    g_assert_true (mm_daemon_program_has_symbol ("two"));
    g_assert_false (mm_daemon_program_has_symbol ("three"));
    segment = NULL;
    address = 0;
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_autofree gchar *directory = NULL;
    gint              status;

    directory = g_dir_make_tmp ("nl668-XXXXXX", NULL);
    g_setenv ("FIBOCOM_NL668_CONFIG_DIR", directory, TRUE);
    path = g_build_filename (directory, "plugin.conf", NULL);
    g_test_init (&argc, &argv, NULL);
    g_test_add_func ("/nl668/daemon-version/parse", test_parse);
    g_test_add_func ("/nl668/daemon-version/parse-invalid", test_parse_invalid);
    g_test_add_func ("/nl668/daemon-version/tried", test_tried);
    g_test_add_func ("/nl668/daemon-version/untried", test_untried);
    g_test_add_func ("/nl668/daemon-version/accepted", test_accepted);
    g_test_add_func ("/nl668/daemon-version/damaged", test_damaged);
    g_test_add_func ("/nl668/daemon-version/writable", test_writable);
    g_test_add_func ("/nl668/daemon-version/default-path", test_default_path);
    g_test_add_func ("/nl668/daemon-program/version", test_program_version);
    g_test_add_func ("/nl668/daemon-program/symbols", test_program_symbols);
    g_test_add_func ("/nl668/daemon-program/static", test_program_static);
    g_test_add_func ("/nl668/daemon-program/relative", test_program_relative);
    status = g_test_run ();
    g_unlink (path);
    g_rmdir (directory);
    g_free (path);
    return status;
}
