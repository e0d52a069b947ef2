/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "fuzz.h"

static GVariant *
build_value (gchar        type,
             const gchar *value)
{
    switch (type) {
    case 's':
        return g_variant_ref_sink (g_variant_new_string (value));
    case 'b':
        return g_variant_ref_sink (g_variant_new_boolean (g_ascii_strtoull (value, NULL, 10) != 0));
    case 'u':
        return g_variant_ref_sink (g_variant_new_uint32 (
            (guint32) g_ascii_strtoull (value, NULL, 10)));
    case 't':
        return g_variant_ref_sink (g_variant_new_uint64 (g_ascii_strtoull (value, NULL, 10)));
    case 'v':
        /* GLib complains about half of a surrogate pair instead of refusing it. */
        if (strstr (value, "\\u") || strstr (value, "\\U"))
            return NULL;
        return g_variant_parse (NULL, value, NULL, NULL, NULL);
    default:
        return NULL;
    }
}

GVariant *
fuzz_build_settings (const guint8 *data,
                     gsize         size)
{
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     lines = NULL;
    GVariantBuilder   settings;
    guint             i;

    text = g_strndup ((const gchar *) data, size);
    lines = g_strsplit (text, "\n", -1);
    g_variant_builder_init (&settings, G_VARIANT_TYPE_VARDICT);
    for (i = 0; lines[i]; i++) {
        g_auto(GStrv)       words = NULL;
        g_autoptr(GVariant) value = NULL;

        /* D-Bus only transports valid UTF-8 */
        if (!g_utf8_validate (lines[i], -1, NULL))
            continue;
        words = g_strsplit (lines[i], " ", 3);
        if (g_strv_length (words) != 3)
            continue;
        value = build_value (words[1][0], words[2]);
        if (value)
            g_variant_builder_add (&settings, "{sv}", words[0], value);
    }
    return g_variant_ref_sink (g_variant_builder_end (&settings));
}

gchar *
fuzz_disguise (const gchar *secret,
               gchar        escape,
               gsize        length)
{
    gchar *disguised;
    gchar *c;

    disguised = g_strdup (secret);
    for (c = disguised; *c; c++) {
        if (*c == escape)
            c += MIN (length, strlen (c)) - 1;
        else if (g_ascii_isdigit (*c))
            *c = *c == '9' ? '0' : *c + 1;
        else if (g_ascii_isalpha (*c))
            *c = *c == 'z' ? 'a' : *c == 'Z' ? 'A' : *c + 1;
    }
    return disguised;
}

void
fuzz_assert_message (const gchar *message)
{
    const gchar *c;

    g_assert_true (*message);
    g_assert_true (g_utf8_validate (message, -1, NULL));
    for (c = message; *c; c = g_utf8_next_char (c))
        g_assert_false (g_unichar_iscntrl (g_utf8_get_char (c)));
}
