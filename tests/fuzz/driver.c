/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Runs a fuzz target with its corpus, as a regression test without libFuzzer */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static int
compare (const void *a,
         const void *b)
{
    return g_strcmp0 (*(const gchar *const *) a, *(const gchar *const *) b);
}

static GPtrArray *
list_corpus (const gchar *directory)
{
    g_autoptr(GDir)  dir = NULL;
    GPtrArray       *names;
    const gchar     *name;

    names = g_ptr_array_new_with_free_func (g_free);
    dir = g_dir_open (directory, 0, NULL);
    while (dir && (name = g_dir_read_name (dir)))
        g_ptr_array_add (names, g_strdup (name));
    qsort (names->pdata, names->len, sizeof (gpointer), compare);
    return names;
}

int
main (int    argc,
      char **argv)
{
    g_autoptr(GPtrArray)  names = NULL;
    g_autofree gchar     *target = NULL;
    g_autofree gchar     *directory = NULL;
    guint                 i;

    target = g_path_get_basename (argv[0]);
    directory = g_build_filename (g_getenv ("top_srcdir"), "tests", "fuzz", "corpus",
                                  target + strlen ("fuzz-"), NULL);
    names = list_corpus (directory);
    g_print ("1..%u\n", names->len);
    for (i = 0; i < names->len; i++) {
        const gchar       *name = g_ptr_array_index (names, i);
        g_autoptr(GError)  error = NULL;
        g_autofree gchar  *path = NULL;
        g_autofree gchar  *contents = NULL;
        gsize              length;

        path = g_build_filename (directory, name, NULL);
        g_file_get_contents (path, &contents, &length, &error);
        g_assert_no_error (error);
        LLVMFuzzerTestOneInput ((const uint8_t *) contents, length);
        g_print ("ok %u %s\n", i + 1, name);
    }
    return names->len ? 0 : 1;
}
