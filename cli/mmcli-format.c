/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include <glib/gi18n.h>

#include "mmcli-format.h"
#include "mmcli-text.h"
#include "nl668-at.h"
#include "nl668-client-words.h"

#define SECTION _("Firmware update")
#define PREFIX  "modem.firmware.update."
#define MISSING "--"

typedef struct {
    const gchar  *key;
    /* NULL if only programs get the row */
    const gchar  *label;
    gboolean      is_list;
    /* One value, or any number in a list; NULL if it is missing */
    gchar       **values;
} Row;

static void
row_free (Row *row)
{
    g_strfreev (row->values);
    g_free (row);
}

/*****************************************************************************/
/* Rows */

static void
add_value (GPtrArray   *rows,
           const gchar *key,
           const gchar *label,
           gchar       *value)
{
    Row *row;

    row = g_new0 (Row, 1);
    row->key = key;
    row->label = label;
    if (value) {
        row->values = g_new0 (gchar *, 2);
        row->values[0] = value;
    }
    g_ptr_array_add (rows, row);
}

static void
add_transports (GPtrArray *rows,
                guint      transports)
{
    GPtrArray *names;
    Row       *row;

    names = g_ptr_array_new ();
    if (transports & NL668_TRANSPORT_HTTP)
        g_ptr_array_add (names, g_strdup ("http"));
    if (transports & NL668_TRANSPORT_FTP)
        g_ptr_array_add (names, g_strdup ("ftp"));
    g_ptr_array_add (names, NULL);

    row = g_new0 (Row, 1);
    row->key = PREFIX "transports";
    row->label = N_("transports");
    row->is_list = TRUE;
    row->values = (gchar **) g_ptr_array_free (names, FALSE);
    g_ptr_array_add (rows, row);
}

static gchar *
build_progress (const Nl668ClientStatus *status,
                MmcliFormat              format)
{
    /* Without an update, there is no progress */
    if (!status->started && !nl668_state_is_under_way (status->state))
        return NULL;
    return g_strdup_printf (format == MMCLI_FORMAT_HUMAN ? "%u%%" : "%u", status->progress);
}

/* Programs get the same names in every language */
static gchar *
build_state (const Nl668ClientStatus *status,
             MmcliFormat              format)
{
    return g_strdup (format == MMCLI_FORMAT_HUMAN ?
                     nl668_client_words_get_state (status->state) :
                     nl668_state_get_name (status->state));
}

static gchar *
build_port (const Nl668ClientStatus *status,
            MmcliFormat              format)
{
    static const gchar *const names[] = {
        [NL668_USB_PORT_STATE_ABSENT]    = "absent",
        [NL668_USB_PORT_STATE_PRESENT]   = "present",
        [NL668_USB_PORT_STATE_EMERGENCY] = "emergency-download",
        [NL668_USB_PORT_STATE_OTHER]     = "other",
    };

    if (!status->has_port)
        return NULL;
    return g_strdup (format == MMCLI_FORMAT_HUMAN ?
                     nl668_client_words_get_port (status->port_state) :
                     names[status->port_state]);
}

/* In the order of the human-readable output */
static GPtrArray *
build_rows (const Nl668ClientStatus *status,
            MmcliFormat              format)
{
    GPtrArray *rows;

    rows = g_ptr_array_new_with_free_func ((GDestroyNotify) row_free);
    add_value (rows, "modem.dbus-path", N_("modem"), g_strdup (status->path));
    add_value (rows, "modem.generic.equipment-identifier", N_("equipment id"),
               g_strdup (status->imei));
    add_value (rows, PREFIX "state", N_("state"), build_state (status, format));
    add_value (rows, PREFIX "progress", N_("progress"), build_progress (status, format));
    add_value (rows, PREFIX "error.name", NULL, g_strdup (status->error_name));
    add_value (rows, PREFIX "error.message", N_("error"), g_strdup (status->error_message));
    add_value (rows, PREFIX "current-version", N_("current version"),
               g_strdup (status->current_version));
    add_value (rows, PREFIX "previous-version", N_("previous version"),
               g_strdup (status->previous_version));
    add_value (rows, PREFIX "target-version", N_("target version"),
               g_strdup (status->target_version));
    add_value (rows, PREFIX "package", N_("package"), g_strdup (status->package));
    add_value (rows, PREFIX "source", N_("source"), g_strdup (status->source));
    add_value (rows, PREFIX "started", N_("started"), mmcli_text_format_date (status->started));
    add_value (rows, PREFIX "finished", N_("finished"),
               mmcli_text_format_date (status->finished));
    add_transports (rows, status->transports);
    add_value (rows, PREFIX "usb-port", N_("usb port"), build_port (status, format));
    add_value (rows, PREFIX "usb-port-id", N_("usb id"), g_strdup (status->port_id));
    return rows;
}

/*****************************************************************************/
/* Human-readable */

static gboolean
is_shown (const Row *row)
{
    return row->label && row->values && row->values[0];
}

static gchar *
format_human (GPtrArray *rows)
{
    GString     *text;
    const gchar *section = SECTION;
    guint        section_width = mmcli_text_get_width (section);
    guint        label_width = 0;
    guint        i;

    for (i = 0; i < rows->len; i++) {
        const Row *row = g_ptr_array_index (rows, i);

        if (is_shown (row))
            label_width = MAX (label_width, mmcli_text_get_width (_(row->label)));
    }

    text = g_string_new ("  ");
    for (i = 0; i < section_width + label_width + 4; i++)
        g_string_append_c (text, '-');
    g_string_append_c (text, '\n');

    for (i = 0; i < rows->len; i++) {
        const Row        *row = g_ptr_array_index (rows, i);
        g_autofree gchar *joined = NULL;
        g_autofree gchar *printable = NULL;

        if (!is_shown (row))
            continue;
        joined = g_strjoinv (", ", row->values);
        printable = mmcli_text_make_printable (joined);
        g_string_append (text, "  ");
        mmcli_text_append_right (text, section, section_width);
        g_string_append (text, " | ");
        mmcli_text_append_right (text, _(row->label), label_width);
        g_string_append_printf (text, ": %s\n", printable);
        section = "";
    }
    return g_string_free (text, FALSE);
}

/*****************************************************************************/
/* Key and value */

/* Like the stock mmcli, which has no room for the suffix of an empty list */
static gint
get_key_width (const Row *row)
{
    gsize width;

    width = strlen (row->key);
    if (row->is_list && row->values[0])
        width += strlen (".value[1]");
    return (gint) width;
}

static void
append_list_keyvalue (GString   *text,
                      gint       width,
                      const Row *row)
{
    g_autofree gchar *length_key = NULL;
    guint             i;

    length_key = g_strconcat (row->key, ".length", NULL);
    g_string_append_printf (text, "%-*s : %u\n", width, length_key, g_strv_length (row->values));
    for (i = 0; row->values[i]; i++) {
        g_autofree gchar *value_key = NULL;
        g_autofree gchar *escaped = NULL;

        value_key = g_strdup_printf ("%s.value[%u]", row->key, i + 1);
        escaped = g_strescape (row->values[i], NULL);
        g_string_append_printf (text, "%-*s : %s\n", width, value_key, escaped);
    }
}

static gchar *
format_keyvalue (GPtrArray *rows)
{
    GString *text;
    gint     width = 0;
    guint    i;

    for (i = 0; i < rows->len; i++)
        width = MAX (width, get_key_width (g_ptr_array_index (rows, i)));

    text = g_string_new (NULL);
    for (i = 0; i < rows->len; i++) {
        const Row        *row = g_ptr_array_index (rows, i);
        g_autofree gchar *escaped = NULL;

        if (row->is_list && row->values[0]) {
            append_list_keyvalue (text, width, row);
            continue;
        }
        if (row->values && row->values[0])
            escaped = g_strescape (row->values[0], NULL);
        g_string_append_printf (text, "%-*s : %s\n", width, row->key, escaped ? escaped : MISSING);
    }
    return g_string_free (text, FALSE);
}

/*****************************************************************************/
/* JSON */

/* Beyond the first plane, UTF-16 has two units */
static void
append_json_escape (GString  *text,
                    gunichar  unichar)
{
    if (unichar <= 0xffff)
        g_string_append_printf (text, "\\u%04x", unichar);
    else
        g_string_append_printf (text, "\\u%04x\\u%04x",
                                0xd800 + ((unichar - 0x10000) >> 10),
                                0xdc00 + ((unichar - 0x10000) & 0x3ff));
}

/* The output may be shown in a terminal */
static void
append_json_string (GString     *text,
                    const gchar *string)
{
    g_autofree gchar *valid = NULL;
    const gchar      *c;

    valid = g_utf8_make_valid (string, -1);
    g_string_append_c (text, '"');
    for (c = valid; *c; c = g_utf8_next_char (c)) {
        gunichar unichar = g_utf8_get_char (c);

        if (unichar == '"' || unichar == '\\')
            g_string_append_c (text, '\\');
        if (mmcli_text_is_printable (unichar))
            g_string_append_unichar (text, unichar);
        else
            append_json_escape (text, unichar);
    }
    g_string_append_c (text, '"');
}

static void
append_json_value (GString   *text,
                   const Row *row)
{
    guint i;

    if (!row->is_list) {
        append_json_string (text, row->values ? row->values[0] : MISSING);
        return;
    }

    g_string_append_c (text, '[');
    for (i = 0; row->values[i]; i++) {
        if (i > 0)
            g_string_append_c (text, ',');
        append_json_string (text, row->values[i]);
    }
    g_string_append_c (text, ']');
}

/* Closes and opens objects, from those in @open to those in @path. The last element of each
 * is a member. */
static void
append_json_path (GString  *text,
                  gchar   **open,
                  gchar   **path)
{
    guint n_open;
    guint n_common = 0;
    guint i;

    n_open = g_strv_length (open) - 1;
    while (n_common < n_open && path[n_common + 1] && g_str_equal (open[n_common], path[n_common]))
        n_common++;

    for (i = n_common; i < n_open; i++)
        g_string_append_c (text, '}');
    if (text->str[text->len - 1] != '{')
        g_string_append_c (text, ',');
    for (i = n_common; path[i + 1]; i++)
        g_string_append_printf (text, "\"%s\":{", path[i]);
    g_string_append_printf (text, "\"%s\":", path[i]);
}

static gint
compare_keys (gconstpointer a,
              gconstpointer b)
{
    const Row *row_a = *(const Row **) a;
    const Row *row_b = *(const Row **) b;

    return strcmp (row_a->key, row_b->key);
}

static gchar *
format_json (GPtrArray *rows)
{
    GString       *text;
    g_auto(GStrv)  open = NULL;
    guint          i;

    g_ptr_array_sort (rows, compare_keys);

    text = g_string_new ("{");
    open = g_strsplit ("-", ".", -1);
    for (i = 0; i < rows->len; i++) {
        const Row  *row = g_ptr_array_index (rows, i);
        gchar     **path;

        path = g_strsplit (row->key, ".", -1);
        append_json_path (text, open, path);
        append_json_value (text, row);
        g_strfreev (open);
        open = path;
    }
    for (i = 0; open[i]; i++)
        g_string_append_c (text, '}');
    g_string_append_c (text, '\n');
    return g_string_free (text, FALSE);
}

/*****************************************************************************/

gchar *
mmcli_format_status (const Nl668ClientStatus *status,
                     MmcliFormat              format)
{
    g_autoptr(GPtrArray) rows = NULL;

    rows = build_rows (status, format);
    switch (format) {
    case MMCLI_FORMAT_JSON:
        return format_json (rows);
    case MMCLI_FORMAT_KEYVALUE:
        return format_keyvalue (rows);
    case MMCLI_FORMAT_HUMAN:
    default:
        return format_human (rows);
    }
}
