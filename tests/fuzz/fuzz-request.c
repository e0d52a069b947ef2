/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* From the settings of Start() to the AT command, which must mean the same to the
 * parser of the simulated module. */

#include <config.h>

#include <string.h>

#include <libmm-glib.h>

#include "fuzz.h"
#include "nl668-request.h"
#include "sim-request.h"

static void
assert_string (const gchar *string)
{
    const gchar *c;

    g_assert_nonnull (string);
    g_assert_cmpuint (strlen (string), <=, NL668_AT_STRING_MAX);
    for (c = string; *c; c++) {
        g_assert_true (*c >= ' ' && *c <= '~');
        g_assert_true (*c != '"' && *c != '\\');
    }
}

/* Asserts that the simulated module understands the command */
static void
check_command (const Nl668Request *request,
               const gchar        *command)
{
    g_autoptr(SimRequest) parsed = NULL;
    const gchar          *c;

    for (c = command; *c; c++)
        g_assert_true (*c >= ' ' && *c <= '~' && *c != '\\');
    g_assert_true (g_str_has_prefix (command, "+GTOTA="));

    parsed = sim_request_parse (command + strlen ("+GTOTA="));
    g_assert_nonnull (parsed);
    g_assert_true (parsed->ftp == (request->transport == NL668_TRANSPORT_FTP));
    g_assert_cmpstr (parsed->url, ==, request->url);
    g_assert_cmpstr (parsed->file_name, ==, request->file_name);
    g_assert_cmpstr (parsed->user, ==, request->user);
    g_assert_cmpstr (parsed->password, ==, request->password);
}

/* Asserts that the fields of the request, as settings, result in the same command */
static void
check_round_trip (const Nl668Request *request,
                  const gchar        *command)
{
    g_autoptr(Nl668Request)  again = NULL;
    g_autoptr(GVariant)      settings = NULL;
    g_autoptr(GError)        error = NULL;
    g_autofree gchar        *command_again = NULL;
    GVariantDict             dict;

    g_variant_dict_init (&dict, NULL);
    if (request->transport == NL668_TRANSPORT_FTP) {
        g_variant_dict_insert (&dict, "server", "s", request->url);
        g_variant_dict_insert (&dict, "file-name", "s", request->file_name);
        g_variant_dict_insert (&dict, "user", "s", request->user);
        g_variant_dict_insert (&dict, "password", "s", request->password);
    } else
        g_variant_dict_insert (&dict, "url", "s", request->url);
    settings = g_variant_ref_sink (g_variant_dict_end (&dict));

    again = nl668_request_new (settings, &error);
    g_assert_no_error (error);
    command_again = nl668_request_build_command (again);
    g_assert_cmpstr (command_again, ==, command);
}

static void
check_source (const gchar *source)
{
    const gchar *query;

    query = strchr (source, '?');
    if (query && query[1])
        g_assert_cmpstr (query, ==, "?…");
    else
        g_assert_true (g_str_is_ascii (source));
}

static void
check_request (const Nl668Request *request)
{
    g_autofree gchar *command = NULL;

    assert_string (request->url);
    if (request->transport == NL668_TRANSPORT_FTP) {
        assert_string (request->file_name);
        assert_string (request->user);
        assert_string (request->password);
    }
    if (request->version)
        assert_string (request->version);
    fuzz_assert_message (request->source);
    check_source (request->source);

    command = nl668_request_build_command (request);
    check_command (request, command);
    check_round_trip (request, command);
}

/*****************************************************************************/

/* Returns: the URL with a different user and password */
static gchar *
disguise_url (const gchar *url)
{
    g_autofree gchar *userinfo = NULL;
    g_autofree gchar *needle = NULL;
    g_autofree gchar *disguised = NULL;
    g_auto(GStrv)     parts = NULL;

    if (!g_uri_split (url, G_URI_FLAGS_ENCODED, NULL, &userinfo,
                      NULL, NULL, NULL, NULL, NULL, NULL) || !userinfo)
        return g_strdup (url);
    needle = g_strdup_printf ("//%s@", userinfo);
    parts = g_strsplit (url, needle, -1);
    if (g_strv_length (parts) != 2)
        return g_strdup (url);
    disguised = fuzz_disguise (userinfo, '%', 3);
    return g_strdup_printf ("%s//%s@%s", parts[0], disguised, parts[1]);
}

static GVariant *
disguise_settings (GVariant *settings)
{
    GVariantBuilder  disguised;
    GVariantIter     iter;
    const gchar     *key;
    GVariant        *value;

    g_variant_builder_init (&disguised, G_VARIANT_TYPE_VARDICT);
    g_variant_iter_init (&iter, settings);
    while (g_variant_iter_next (&iter, "{&sv}", &key, &value)) {
        g_autoptr(GVariant) original = value;

        if (g_variant_is_of_type (original, G_VARIANT_TYPE_STRING)) {
            g_autofree gchar *string = NULL;

            if (g_str_equal (key, "password") || g_str_equal (key, "user"))
                string = fuzz_disguise (g_variant_get_string (original, NULL), '\0', 1);
            else if (g_str_equal (key, "url"))
                string = disguise_url (g_variant_get_string (original, NULL));
            if (string) {
                g_variant_builder_add (&disguised, "{sv}", key, g_variant_new_string (string));
                continue;
            }
        }
        g_variant_builder_add (&disguised, "{sv}", key, original);
    }
    return g_variant_ref_sink (g_variant_builder_end (&disguised));
}

/* Asserts that neither a message nor the source discloses the user or the password */
static void
check_secrecy (GVariant           *settings,
               const Nl668Request *request,
               const GError       *error)
{
    g_autoptr(GVariant)      disguised = NULL;
    g_autoptr(Nl668Request)  other = NULL;
    g_autoptr(GError)        other_error = NULL;

    disguised = disguise_settings (settings);
    other = nl668_request_new (disguised, &other_error);
    g_assert_cmpstr (other_error ? other_error->message : NULL, ==, error ? error->message : NULL);
    g_assert_cmpstr (other ? other->source : NULL, ==, request ? request->source : NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autoptr(GVariant)      settings = NULL;
    g_autoptr(Nl668Request)  request = NULL;
    g_autoptr(GError)        error = NULL;

    settings = fuzz_build_settings (data, size);
    request = nl668_request_new (settings, &error);
    if (request) {
        g_assert_no_error (error);
        check_request (request);
    } else {
        g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS);
        fuzz_assert_message (error->message);
        g_assert_nonnull (strstr (error->message, ": "));
    }
    check_secrecy (settings, request, error);
    return 0;
}
