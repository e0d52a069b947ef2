/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The value of --firmware-update: writing the parsed settings in another way and parsing them
 * again gives the same settings, and a password is refused. */

#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "mmcli-settings.h"
#include "nl668-request.h"

#define PASSWORD "Zebra4711"

/* All values in quotes. Returns NULL if a value contains both kinds of quotes. */
static gchar *
write_settings (GVariant *settings)
{
    GString      *text;
    GVariantIter  iter;
    const gchar  *key;
    GVariant     *value;

    text = g_string_new (NULL);
    g_variant_iter_init (&iter, settings);
    while (text && g_variant_iter_next (&iter, "{&sv}", &key, &value)) {
        g_autoptr(GVariant)  variant = value;
        const gchar         *string;
        gchar                quote;

        if (g_str_equal (key, "password"))
            continue;
        if (g_variant_is_of_type (variant, G_VARIANT_TYPE_BOOLEAN))
            string = g_variant_get_boolean (variant) ? "yes" : "no";
        else
            string = g_variant_get_string (variant, NULL);
        quote = strchr (string, '"') ? '\'' : '"';
        if (strchr (string, quote)) {
            g_string_free (text, TRUE);
            return NULL;
        }
        g_string_append_printf (text, "%s%s=%c%s%c", text->len ? "," : "",
                                key, quote, string, quote);
    }
    return g_string_free (text, FALSE);
}

static void
check_rewritten (GVariant *settings)
{
    g_autoptr(GVariant)  again = NULL;
    g_autoptr(GError)    error = NULL;
    g_autofree gchar    *text = NULL;
    GVariantIter         iter;
    const gchar         *key;
    GVariant            *value;

    text = write_settings (settings);
    if (!text)
        return;
    again = mmcli_settings_parse (text, PASSWORD, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_variant_n_children (again), ==, g_variant_n_children (settings));

    g_variant_iter_init (&iter, settings);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &value)) {
        g_autoptr(GVariant) one = value;
        g_autoptr(GVariant) other = g_variant_lookup_value (again, key, NULL);

        g_assert_nonnull (other);
        g_assert_true (g_variant_equal (one, other));
    }
}

/* FTP needs a password, which can only come from the file */
static void
check_request (const gchar *value,
               const gchar *password)
{
    g_autoptr(GVariant)      settings = NULL;
    g_autoptr(Nl668Request)  request = NULL;

    settings = mmcli_settings_parse (value, password, NULL);
    request = nl668_request_new (settings, NULL);
    if (request && request->transport == NL668_TRANSPORT_FTP)
        g_assert_cmpstr (request->password, ==, password);
    if (request && !password)
        g_assert_cmpint (request->transport, ==, NL668_TRANSPORT_HTTP);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autoptr(GVariant)  settings = NULL;
    g_autoptr(GError)    error = NULL;
    g_autofree gchar    *value = NULL;

    value = g_strndup ((const gchar *) data, size);
    settings = mmcli_settings_parse (value, PASSWORD, &error);
    if (!settings) {
        g_assert_cmpuint (error->domain, ==, G_OPTION_ERROR);
        fuzz_assert_message (error->message);
        return 0;
    }

    g_assert_no_error (error);
    /* Without settings, a package of the catalogue would be installed */
    g_assert_cmpuint (g_variant_n_children (settings), >, 1);
    check_rewritten (settings);
    check_request (value, PASSWORD);
    check_request (value, NULL);
    return 0;
}
