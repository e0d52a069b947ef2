/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <stdarg.h>
#include <string.h>

#include "sim-qmi-message.h"

/*****************************************************************************/
/* Write */

static void
append_number (GByteArray *value,
               guint64     number,
               gsize       size)
{
    for (; size; size--, number >>= 8)
        g_byte_array_append (value, (const guint8[]) { number & 0xff }, 1);
}

static void
append (GByteArray  *value,
        const gchar *format,
        va_list      arguments)
{
    const gchar *text;

    for (; *format; format++) {
        switch (*format) {
        case 'b':
            append_number (value, va_arg (arguments, guint), 1);
            break;
        case 'w':
            append_number (value, va_arg (arguments, guint), 2);
            break;
        case 'd':
            append_number (value, va_arg (arguments, guint), 4);
            break;
        case 'q':
            append_number (value, va_arg (arguments, guint64), 8);
            break;
        case 's':
        case 'S':
            text = va_arg (arguments, const gchar *);
            if (*format == 'S')
                append_number (value, strlen (text), 1);
            g_byte_array_append (value, (const guint8 *) text, strlen (text));
            break;
        default:
            g_assert_not_reached ();
        }
    }
}

void
sim_qmi_append (GByteArray  *value,
                const gchar *format,
                ...)
{
    va_list arguments;

    va_start (arguments, format);
    append (value, format, arguments);
    va_end (arguments);
}

void
sim_qmi_message_add_value (QmiMessage       *self,
                           guint8            type,
                           const GByteArray *value)
{
    g_autoptr(GError) error = NULL;

    if (!qmi_message_add_raw_tlv (self, type, value->data, value->len, &error))
        g_error ("libqmi rejected a TLV: %s", error->message);
}

void
sim_qmi_message_add (QmiMessage  *self,
                     guint8       type,
                     const gchar *format,
                     ...)
{
    g_autoptr(GByteArray) value = g_byte_array_new ();
    va_list               arguments;

    va_start (arguments, format);
    append (value, format, arguments);
    va_end (arguments);
    sim_qmi_message_add_value (self, type, value);
}

/*****************************************************************************/
/* Read */

gboolean
sim_qmi_message_get_number (QmiMessage *self,
                            guint8      type,
                            gsize       offset,
                            gsize       size,
                            guint64    *number)
{
    const guint8 *value;
    guint16       length;
    gsize         i;

    value = qmi_message_get_raw_tlv (self, type, &length);
    if (!value || length < offset + size)
        return FALSE;
    *number = 0;
    for (i = size; i > 0; i--)
        *number = *number << 8 | value[offset + i - 1];
    return TRUE;
}

GBytes *
sim_qmi_message_get_bytes (QmiMessage *self,
                           guint8      type,
                           gsize       offset,
                           gsize       prefix)
{
    const guint8 *value;
    guint16       length;
    guint64       size;

    if (!sim_qmi_message_get_number (self, type, offset, prefix, &size))
        return NULL;
    value = qmi_message_get_raw_tlv (self, type, &length);
    if (length < offset + prefix + size)
        return NULL;
    return g_bytes_new (value + offset + prefix, size);
}

/*****************************************************************************/
/* Describe */

/* The output of libqmi for a service, a message or a TLV: its name or number, and
 * the value, translated if libqmi knows it */
static const gchar *const message_pattern =
    "service = \"(\\w+)\"|message +=(?: \"([^\"]*)\")? \\((0x\\w+)\\)|"
    "type +=(?: \"([^\"]*)\" \\((?:0x\\w+)\\)| (0x\\w+))\\n.*length.*\\n"
    " *value +=[ ]*(.*)(?:\\n *translated = (.*))?";

/* libqmi warns about truncated TLVs, which must not be fatal */
static gchar *
print_message (QmiMessage *self)
{
    GLogLevelFlags  fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
    gchar          *printable = qmi_message_get_printable_full (self, NULL, "");

    g_log_set_always_fatal (fatal);
    return printable;
}

gchar *
sim_qmi_message_describe (QmiMessage *self)
{
    g_autofree gchar      *printable = print_message (self);
    g_autoptr(GRegex)      regex = g_regex_new (message_pattern, G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo)  match = NULL;
    GString               *text = g_string_new (NULL);
    const gchar           *separator = ":";

    for (g_regex_match (regex, printable, 0, &match);
         g_match_info_matches (match);
         g_match_info_next (match, NULL)) {
        g_auto(GStrv) words = g_match_info_fetch_all (match);
        guint         n = g_strv_length (words);

        /* The last group that matched depends on the alternative: service, message
         * or TLV */
        if (n == 2)
            g_string_append (text, words[1]);
        else if (n == 4)
            g_string_append_printf (text, " %s", *words[2] ? words[2] : words[3]);
        else {
            g_string_append_printf (text, "%s %s = %s", separator, *words[4] ? words[4] : words[5],
                                    n > 7 ? words[7] : words[6]);
            separator = ",";
        }
    }
    return g_string_free (text, FALSE);
}
