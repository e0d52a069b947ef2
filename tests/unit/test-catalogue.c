/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "nl668-catalogue.h"
#include "package-directories.h"
#include "package-files.h"

/*****************************************************************************/
/* Valid package files */

static void
test_valid (Fixture       *self,
            gconstpointer  user_data)
{
    const Nl668Package *package;
    GPtrArray          *packages;

    write_file (self->etc, "b.conf", VALID, 0644);
    write_file (self->etc, "C.conf", P M F T "URL=ftp://me:secret@h/f\n", 0400);
    write_file (self->usr, "z.conf", VALID "Id=a\n", 0444);
    /* Ignored because of their names */
    write_file (self->etc, "c.conf~", "bad", 0644);
    write_file (self->etc, ".d.conf", "bad", 0644);
    write_file (self->etc, ".conf", "bad", 0644);

    packages = load (self);
    g_assert_cmpuint (self->warnings->len, ==, 0);
    g_assert_cmpuint (packages->len, ==, 3);
    g_assert_cmpstr (get_package (packages, 0, "C")->url, ==, "ftp://me:secret@h/f");
    get_package (packages, 1, "a");
    package = get_package (packages, 2, "b");
    g_assert_true (g_str_has_prefix (package->file, self->etc));
    g_assert_true (g_str_has_suffix (package->file, "/b.conf"));
}

/*****************************************************************************/
/* Several directories */

static void
test_masks (Fixture       *self,
            gconstpointer  user_data)
{
    static const gchar *names[] = {
        "good.conf", "bad.conf", "empty.conf", "null.conf", "directory.conf"
    };
    g_autofree gchar   *null_path = NULL;
    g_autofree gchar   *directory_path = NULL;
    g_autofree gchar   *bad_path = NULL;
    GPtrArray          *packages;
    guint               i;

    null_path = g_build_filename (self->etc, "null.conf", NULL);
    directory_path = g_build_filename (self->etc, "directory.conf", NULL);
    bad_path = g_build_filename (self->etc, "bad.conf", NULL);

    for (i = 0; i < G_N_ELEMENTS (names); i++)
        write_file (self->usr, names[i], VALID, 0644);
    write_file (self->usr, "other.conf", VALID, 0644);

    write_file (self->etc, "good.conf", VALID "Summary=mine\n", 0644);
    write_file (self->etc, "empty.conf", "", 0644);
    write_bytes (bad_path, P, -1, 0644);
    g_assert_no_errno (symlink ("/dev/null", null_path));
    g_assert_no_errno (g_mkdir (directory_path, 0755));

    packages = load (self);
    g_assert_cmpuint (packages->len, ==, 2);
    g_assert_cmpstr (get_package (packages, 0, "good")->summary, ==, "mine");
    get_package (packages, 1, "other");
    g_assert_cmpuint (self->warnings->len, ==, 2);
    assert_warned_once (self, bad_path, "Model: is missing");
    assert_warned_once (self, directory_path, "is not a regular file");
}

static void
test_duplicates (Fixture       *self,
                 gconstpointer  user_data)
{
    g_autofree gchar *second = NULL;
    g_autofree gchar *third = NULL;
    GPtrArray        *packages;

    second = g_build_filename (self->etc, "b.conf", NULL);
    third = g_build_filename (self->usr, "0.conf", NULL);
    write_file (self->etc, "a.conf", VALID "Id=same\nSummary=first\n", 0644);
    write_bytes (second, VALID "Id=same\n", -1, 0644);
    write_bytes (third, VALID "Id=same\n", -1, 0644);

    packages = load (self);
    g_assert_cmpuint (packages->len, ==, 1);
    g_assert_cmpstr (get_package (packages, 0, "same")->summary, ==, "first");
    g_assert_cmpuint (self->warnings->len, ==, 2);
    assert_warned_once (self, second, "Id: same is already the package of ");
    assert_warned_once (self, third, "Id: same is already the package of ");
}

static void
test_links (Fixture       *self,
            gconstpointer  user_data)
{
    g_autofree gchar *link_path = NULL;
    GPtrArray        *packages;

    link_path = g_build_filename (self->etc, "link.conf", NULL);
    write_file (self->top, "elsewhere", VALID, 0644);
    g_assert_no_errno (symlink ("../elsewhere", link_path));

    packages = load (self);
    g_assert_cmpuint (self->warnings->len, ==, 0);
    get_package (packages, 0, "link");
}

static void
test_directories (Fixture       *self,
                  gconstpointer  user_data)
{
    const gchar * const *directories;
    const gchar         *file_first[] = { NULL, NULL, NULL };
    g_autofree gchar    *file = NULL;
    GPtrArray           *packages;

    directories = nl668_catalogue_get_directories ();
    g_assert_cmpstr (directories[0], ==, "/nl668-test/packages.d");
    g_assert_null (directories[1]);
    /* The environment is only read once */
    g_setenv ("FIBOCOM_NL668_CONFIG_DIR", "/other", TRUE);
    g_assert_cmpstr (nl668_catalogue_get_directories ()[0], ==, "/nl668-test/packages.d");

    write_file (self->top, "file", "", 0644);
    write_file (self->usr, "a.conf", VALID, 0644);
    file = g_build_filename (self->top, "file", NULL);
    file_first[0] = file;
    file_first[1] = self->usr;
    self->files = nl668_package_files_new (file_first);
    g_assert_true (nl668_package_files_exist (self->files));
    packages = load (self);
    get_package (packages, 0, "a");
    g_assert_cmpuint (self->warnings->len, ==, 1);
}

/* In a subprocess, because the environment is only read once */
static void
default_directories_subprocess (void)
{
    const gchar * const *directories;

    g_unsetenv ("FIBOCOM_NL668_CONFIG_DIR");
    directories = nl668_catalogue_get_directories ();
    g_assert_cmpstr (directories[0], ==, NL668_SYSCONFDIR);
    g_assert_cmpstr (directories[1], ==, NL668_DATADIR);
    g_assert_null (directories[2]);
}

static void
test_default_directories (void)
{
    g_test_trap_subprocess ("/nl668/catalogue/default-directories/subprocess", 0, 0);
    g_test_trap_assert_passed ();
}

/*****************************************************************************/
/* Other kinds of files with the name of a package file */

static void
create_directory (const gchar *path)
{
    g_assert_no_errno (g_mkdir (path, 0755));
}

static void
create_fifo (const gchar *path)
{
    g_assert_no_errno (mkfifo (path, 0644));
}

static void
create_socket (const gchar *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    gint               fd;

    fd = socket (AF_UNIX, SOCK_STREAM, 0);
    g_assert_cmpint (fd, >=, 0);
    g_assert_cmpuint (strlen (path), <, sizeof (address.sun_path));
    strcpy (address.sun_path, path);
    g_assert_no_errno (bind (fd, (struct sockaddr *) &address, sizeof (address)));
    close (fd);
}

static void
create_loop (const gchar *path)
{
    g_assert_no_errno (symlink (path, path));
}

static void
create_dangling (const gchar *path)
{
    g_assert_no_errno (symlink ("nowhere", path));
}

static void
create_directory_link (const gchar *path)
{
    g_assert_no_errno (symlink ("/", path));
}

static void
create_device_link (const gchar *path)
{
    g_assert_no_errno (symlink ("/dev/zero", path));
}

/* Can be opened, but not read at offset 0 */
static void
create_memory_link (const gchar *path)
{
    g_assert_no_errno (symlink ("/proc/self/mem", path));
}

static void
create_nul (const gchar *path)
{
    write_bytes (path, VALID "Summary=a\0b\n", sizeof (VALID "Summary=a\0b\n") - 1, 0644);
}

static void
create_huge (const gchar *path)
{
    g_autoptr(GString) contents = NULL;

    contents = g_string_new (VALID);
    while (contents->len <= 64 * 1024)
        g_string_append (contents, "# a comment\n");
    write_bytes (path, contents->str, contents->len, 0644);
}

static void
create_good (const gchar *path)
{
    write_bytes (path, VALID, -1, 0644);
}

typedef struct {
    void       (*create) (const gchar *path);
    /* The name of the file, without .conf */
    const gchar *name;
    const gchar *reason;
} SpecialTest;

static const SpecialTest special_tests[] = {
    { create_directory,      "directory",      "is not a regular file" },
    { create_fifo,           "fifo",           "is not a regular file" },
    { create_socket,         "socket",         "cannot be opened" },
    { create_loop,           "loop",           "cannot be opened" },
    { create_dangling,       "dangling",       "cannot be opened" },
    { create_directory_link, "directory-link", "is not a regular file" },
    { create_device_link,    "device-link",    "is not a regular file" },
    { create_memory_link,    "memory-link",    "cannot be read" },
    { create_nul,            "nul",            "is not UTF-8 text" },
    { create_huge,           "huge",           "is larger than 65536 bytes" },
    { create_good,           "no id",          "Id: must be" },
    { create_good,           "new\nline",      "Id: must be" },
    { create_good,           "\xff\xfe",       "Id: must be" },
    { create_good,           "$(reboot)",      "Id: must be" },
};

/*****************************************************************************/
/* There is one warning about each invalid file, and the valid file is loaded */

static void
test_invalid (Fixture       *self,
              gconstpointer  user_data)
{
    g_autoptr(GPtrArray) paths = NULL;
    g_autoptr(GPtrArray) reasons = NULL;
    GPtrArray           *packages;
    guint                i;

    paths = g_ptr_array_new_with_free_func (g_free);
    reasons = g_ptr_array_new ();
    for (i = 0; i < G_N_ELEMENTS (invalid_tests); i++) {
        gchar *path;

        path = g_strdup_printf ("%s/bad-%02u.conf", i % 2 ? self->etc : self->usr, i);
        write_bytes (path, invalid_tests[i].contents, -1, invalid_tests[i].mode);
        g_ptr_array_add (paths, path);
        g_ptr_array_add (reasons, (gpointer) invalid_tests[i].reason);
    }
    for (i = 0; i < G_N_ELEMENTS (special_tests); i++) {
        gchar *path;

        path = g_strdup_printf ("%s/%s.conf", self->etc, special_tests[i].name);
        special_tests[i].create (path);
        g_ptr_array_add (paths, path);
        g_ptr_array_add (reasons, (gpointer) special_tests[i].reason);
    }
    g_assert_cmpuint (paths->len, >=, 50);
    write_file (self->etc, "good.conf", VALID, 0644);

    packages = load (self);
    g_assert_cmpuint (packages->len, ==, 1);
    get_package (packages, 0, "good");
    g_assert_cmpuint (self->warnings->len, ==, paths->len);
    for (i = 0; i < paths->len; i++)
        assert_warned_once (self, g_ptr_array_index (paths, i), g_ptr_array_index (reasons, i));
}

static void
test_owner (Fixture       *self,
            gconstpointer  user_data)
{
    g_autofree gchar *path = NULL;
    GPtrArray        *packages;

    if (geteuid () != 0) {
        g_test_skip ("changing the owner of a file requires root");
        return;
    }
    path = g_build_filename (self->etc, "foreign.conf", NULL);
    write_bytes (path, VALID, -1, 0644);
    g_assert_no_errno (chown (path, 12345, 12345));

    packages = load (self);
    g_assert_cmpuint (packages->len, ==, 0);
    g_assert_cmpuint (self->warnings->len, ==, 1);
    assert_warned_once (self, path, "is owned by another user");
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    setlocale (LC_ALL, "");
    g_setenv ("FIBOCOM_NL668_CONFIG_DIR", "/nl668-test", TRUE);
    g_test_init (&argc, &argv, NULL);

#define ADD(path, function) \
    g_test_add ("/nl668/catalogue/" path, Fixture, NULL, \
                fixture_set_up, function, fixture_tear_down)

    ADD ("valid", test_valid);
    ADD ("masks", test_masks);
    ADD ("duplicates", test_duplicates);
    ADD ("links", test_links);
    ADD ("directories", test_directories);
    g_test_add_func ("/nl668/catalogue/default-directories/subprocess",
                     default_directories_subprocess);
    g_test_add_func ("/nl668/catalogue/default-directories", test_default_directories);
    ADD ("invalid", test_invalid);
    ADD ("owner", test_owner);

    return g_test_run ();
}
