/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Package files: if one is accepted, its values can be sent to a module, and it does
 * not apply to unknown models and revisions. */

#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "nl668-package.h"
#include "nl668-request.h"

#define PATH "/etc/ModemManager/fibocom-nl668/packages.d/a.conf"

/* Before a wildcard, there are at least @n_separators. */
static void
assert_globs (const GStrv globs,
              gchar       separator,
              guint       n_separators)
{
    guint i;

    g_assert_nonnull (globs);
    g_assert_nonnull (globs[0]);
    for (i = 0; globs[i]; i++) {
        const gchar *wildcard = strpbrk (globs[i], "*?");
        const gchar *c;
        guint        n = 0;

        fuzz_assert_message (globs[i]);
        for (c = globs[i]; wildcard && c < wildcard; c++)
            n += *c == separator;
        g_assert_true (!wildcard || n >= n_separators);
    }
}

static void
check_package (const Nl668Package *package,
               guint               mode)
{
    g_autoptr(GVariant)      settings = NULL;
    g_autoptr(Nl668Request)  request = NULL;
    g_autoptr(GError)        error = NULL;

    g_assert_cmpuint (strlen (package->id), >, 0);
    g_assert_cmpuint (strspn (package->id, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "._+-"),
                      ==, strlen (package->id));
    if (package->summary)
        fuzz_assert_message (package->summary);
    assert_globs (package->model, '-', 1);
    assert_globs (package->from, '.', 3);

    settings = g_variant_ref_sink (nl668_package_build_settings (package));
    request = nl668_request_new (settings, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (request->version, ==, package->to);
    /* FTP requires a password, and that requires a private file */
    g_assert_true (mode == 0600 || request->transport == NL668_TRANSPORT_HTTP);

    g_assert_false (nl668_package_applies (package, "NL668-EAU-00", package->to));
    g_assert_false (nl668_package_applies (package, NULL, "1.0"));
    g_assert_false (nl668_package_applies (package, "NL668-EAU-00", NULL));
}

static gchar *
read_file (const gchar *contents,
           gsize        size,
           guint        mode)
{
    g_autoptr(GBytes)        bytes = NULL;
    g_autoptr(Nl668Package)  package = NULL;
    g_autoptr(GError)        error = NULL;

    bytes = g_bytes_new_static (contents, size);
    package = nl668_package_new (bytes, mode, PATH, &error);
    if (!package) {
        fuzz_assert_message (error->message);
        return g_strdup (error->message);
    }
    g_assert_no_error (error);
    check_package (package, mode);
    return NULL;
}

/* Returns: the file with a different password */
static gchar *
disguise_password (const gchar *contents)
{
    g_auto(GStrv) lines = NULL;
    guint         i;

    lines = g_strsplit (contents, "\n", -1);
    for (i = 0; lines[i]; i++) {
        gchar *value = strchr (lines[i], '=');

        if (value && g_str_has_prefix (lines[i], "Password")) {
            g_autofree gchar *other = fuzz_disguise (value, '\\', 2);

            memcpy (value, other, strlen (other));
        }
    }
    return g_strjoinv ("\n", lines);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autofree gchar *contents = NULL;
    g_autofree gchar *disguised = NULL;
    g_autofree gchar *private_message = NULL;
    g_autofree gchar *public_message = NULL;
    g_autofree gchar *disguised_message = NULL;

    private_message = read_file ((const gchar *) data, size, 0600);
    public_message = read_file ((const gchar *) data, size, 0644);
    /* Broader permissions never make a file valid */
    if (private_message)
        g_assert_nonnull (public_message);

    contents = g_strndup ((const gchar *) data, size);
    if (strlen (contents) == size && strstr (contents, "Password")) {
        disguised = disguise_password (contents);
        disguised_message = read_file (disguised, size, 0600);
        g_assert_cmpstr (disguised_message, ==, private_message);
    }
    return 0;
}
