/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The D-Bus properties: whatever they are, the output is valid, and safe for a terminal. */

#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "mmcli-format.h"
#include "mmcli-text.h"
#include "nl668-client-status.h"

/*****************************************************************************/
/* The bus */

/* Of any type: the proxy has no interface info */
static void
set_properties (GDBusProxy *proxy,
                GVariant   *properties)
{
    g_auto(GStrv)  names = NULL;
    GVariantIter   iter;
    const gchar   *name;
    GVariant      *value;
    guint          i;

    names = g_dbus_proxy_get_cached_property_names (proxy);
    for (i = 0; names && names[i]; i++)
        g_dbus_proxy_set_cached_property (proxy, names[i], NULL);

    g_variant_iter_init (&iter, properties);
    while (g_variant_iter_loop (&iter, "{&sv}", &name, &value))
        g_dbus_proxy_set_cached_property (proxy, name, value);
}

/*****************************************************************************/
/* JSON (RFC 8259), as far as the client uses it */

static gboolean take_value (const gchar **text,
                            guint         depth);

static gboolean
take (const gchar **text,
      gchar         character)
{
    if (**text != character)
        return FALSE;
    (*text)++;
    return TRUE;
}

static gboolean
take_string (const gchar **text)
{
    if (!take (text, '"'))
        return FALSE;
    while (!take (text, '"')) {
        if ((guchar) **text < ' ')
            return FALSE;
        if (take (text, '\\')) {
            if (take (text, 'u')) {
                if (strspn (*text, "0123456789abcdef") < 4)
                    return FALSE;
                *text += 3;
            } else if (!strchr ("\"\\", **text))
                return FALSE;
        }
        (*text)++;
    }
    return TRUE;
}

static gboolean
take_members (const gchar **text,
              guint         depth,
              gboolean      named)
{
    do {
        if (named && (!take_string (text) || !take (text, ':')))
            return FALSE;
        if (!take_value (text, depth + 1))
            return FALSE;
    } while (take (text, ','));
    return TRUE;
}

static gboolean
take_value (const gchar **text,
            guint         depth)
{
    if (depth > 10)
        return FALSE;
    if (take (text, '{'))
        return take (text, '}') || (take_members (text, depth, TRUE) && take (text, '}'));
    if (take (text, '['))
        return take (text, ']') || (take_members (text, depth, FALSE) && take (text, ']'));
    return take_string (text);
}

static void
check_json (const gchar *text)
{
    g_assert_true (take_value (&text, 0));
    g_assert_cmpstr (text, ==, "\n");
}

/*****************************************************************************/

static void
check_known (const gchar *string)
{
    g_assert_true (!string || *string);
}

static void
check_status (const Nl668ClientStatus *status)
{
    g_assert_cmpuint (status->progress, <=, 100);
    g_assert_cmpint (status->state, <=, NL668_STATE_FAILED);
    g_assert_nonnull (nl668_state_get_name (status->state));
    check_known (status->package);
    check_known (status->source);
    check_known (status->previous_version);
    check_known (status->current_version);
    check_known (status->target_version);
    check_known (status->error_name);
    check_known (status->error_message);
}

/* Nothing but the ends of lines that a terminal could interpret */
static void
check_printable (const gchar *text)
{
    const gchar *c;

    g_assert_true (g_utf8_validate (text, -1, NULL));
    for (c = text; *c; c = g_utf8_next_char (c))
        g_assert_true (*c == '\n' || mmcli_text_is_printable (g_utf8_get_char (c)));
}

static void
check_lines (const gchar *text,
             const gchar *separator,
             gboolean     ascii)
{
    g_auto(GStrv) lines = NULL;
    guint         i;

    check_printable (text);
    g_assert_true (g_str_has_suffix (text, "\n"));
    lines = g_strsplit (text, "\n", -1);
    for (i = 0; lines[i + 1]; i++) {
        fuzz_assert_message (lines[i]);
        g_assert_true (!ascii || g_str_is_ascii (lines[i]));
        g_assert_true (strstr (lines[i], separator) || (i == 0 && !ascii));
    }
    /* One for each row of the status, and two more for the transports */
    g_assert_cmpuint (i, <=, 18);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    static GDBusProxy        *proxy = NULL;
    static Nl668ClientStatus *status = NULL;
    g_autoptr(GVariant)       properties = NULL;
    g_autofree gchar         *human = NULL;
    g_autofree gchar         *keyvalue = NULL;
    g_autofree gchar         *json = NULL;

    if (!proxy) {
        /* Not initialized, so it needs no bus */
        proxy = g_object_new (G_TYPE_DBUS_PROXY, NULL);
        status = nl668_client_status_new ();
    }

    properties = fuzz_build_settings (data, size);
    set_properties (proxy, properties);
    nl668_client_status_read_properties (status, proxy);
    check_status (status);

    human = mmcli_format_status (status, MMCLI_FORMAT_HUMAN);
    check_lines (human, ": ", FALSE);
    keyvalue = mmcli_format_status (status, MMCLI_FORMAT_KEYVALUE);
    check_lines (keyvalue, " : ", TRUE);
    json = mmcli_format_status (status, MMCLI_FORMAT_JSON);
    check_printable (json);
    check_json (json);
    return 0;
}
