/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#include "sim-config.h"

#define IMEI_LENGTH      15
#define MAX_TEXT         64
#define MAX_DIGITS       10
#define MAX_MILLISECONDS (24 * 60 * 60 * 1000)
#define MAX_RESTARTS     9
#define MAX_FRAGMENT     4096
#define MAX_PORT         127
#define MAX_TIMES        99
#define ALWAYS           G_MAXUINT

typedef enum {
    KIND_ID,
    KIND_IMEI,
    KIND_TEXT,
    KIND_TEXTS,
    KIND_BOOLEAN,
    KIND_NUMBER,
    KIND_TIMES,
    KIND_PERCENT,
    KIND_INTERFACES,
    KIND_CHOICE,
    KIND_CHOICES
} Kind;

typedef struct {
    const gchar        *name;
    Kind                kind;
    gsize               offset;
    const gchar *const *choices;      /* KIND_CHOICE and KIND_CHOICES, in enum order */
    guint               min;          /* KIND_NUMBER */
    guint               max;
    gboolean            at_add_only;
} Key;

static const gchar *const registrations[] = { "none", "gsm", "umts", "lte", NULL };
static const gchar *const cards[] = { "ready", "pin", "missing", NULL };
static const gchar *const compositions[] = { "at", "qmi", "ecm", "mbim", NULL };
static const gchar *const fotas[] = { "none", "http", "http+ftp", NULL };
static const gchar *const downloads[] = { "real", "manual", NULL };
static const gchar *const framings[] = { "crlf", "crcrlf", "cr", "lf", NULL };
static const gchar *const installs[] = { "package", "same", "edl", "other", "gone", NULL };

#define OFFSET(field) G_STRUCT_OFFSET (SimConfig, field)

static const Key keys[] = {
    { "id",              KIND_ID,         OFFSET (id),             .at_add_only = TRUE },
    { "imei",            KIND_IMEI,       OFFSET (imei),           .at_add_only = TRUE },
    { "interfaces",      KIND_INTERFACES, OFFSET (interfaces),     .at_add_only = TRUE },
    { "composition",     KIND_CHOICE,     OFFSET (composition),    compositions,
                                                                   .at_add_only = TRUE },
    { "hints",           KIND_BOOLEAN,    OFFSET (hints),          .at_add_only = TRUE },
    { "mbimex",          KIND_BOOLEAN,    OFFSET (mbimex),         .at_add_only = TRUE },
    { "refuse-modes",    KIND_TIMES,      OFFSET (refuse_modes)  },
    { "plugged",         KIND_BOOLEAN,    OFFSET (plugged),        .at_add_only = TRUE },
    { "model",           KIND_TEXT,       OFFSET (model)         },
    { "revision",        KIND_TEXT,       OFFSET (revision)      },
    { "registration",    KIND_CHOICE,     OFFSET (registration),   registrations },
    { "coverage",        KIND_CHOICES,    OFFSET (coverage),       registrations },
    { "sim",             KIND_CHOICE,     OFFSET (card),           cards         },
    { "fota",            KIND_CHOICE,     OFFSET (fota),           fotas         },
    { "callbreak",       KIND_BOOLEAN,    OFFSET (callbreak)     },
    { "gprsfirst",       KIND_BOOLEAN,    OFFSET (gprsfirst)     },
    { "gtset-read",      KIND_BOOLEAN,    OFFSET (gtset_read)    },
    { "acquisition",     KIND_BOOLEAN,    OFFSET (acquisition)   },
    { "reacquire",       KIND_NUMBER,     OFFSET (reacquire),      .max = MAX_MILLISECONDS },
    { "reacquire-after", KIND_NUMBER,     OFFSET (reacquire_after), .max = MAX_MILLISECONDS },
    { "download",        KIND_CHOICE,     OFFSET (download),       downloads     },
    { "report",          KIND_INTERFACES, OFFSET (report)        },
    { "framing",         KIND_CHOICE,     OFFSET (framing),        framings      },
    { "fragment",        KIND_NUMBER,     OFFSET (fragment),       .max = MAX_FRAGMENT     },
    { "pace",            KIND_NUMBER,     OFFSET (pace),           .max = MAX_MILLISECONDS },
    { "start",           KIND_BOOLEAN,    OFFSET (start)         },
    { "percentages",     KIND_BOOLEAN,    OFFSET (percentages)   },
    { "stall",           KIND_PERCENT,    OFFSET (stall)         },
    { "unplug",          KIND_PERCENT,    OFFSET (unplug)        },
    { "restart-after",   KIND_NUMBER,     OFFSET (restart_after),  .max = MAX_MILLISECONDS },
    { "away",            KIND_NUMBER,     OFFSET (away),           .max = MAX_MILLISECONDS },
    { "restarts",        KIND_NUMBER,     OFFSET (restarts),       .min = 1, .max = MAX_RESTARTS },
    { "revisions",       KIND_TEXTS,      OFFSET (revisions)     },
    { "install",         KIND_CHOICE,     OFFSET (install),        installs      },
    { "other-id",        KIND_ID,         OFFSET (other_id)      },
    { "other-for",       KIND_NUMBER,     OFFSET (other_for),      .max = MAX_MILLISECONDS },
    { "new-id",          KIND_ID,         OFFSET (new_id)        },
    { "new-port",        KIND_NUMBER,     OFFSET (new_port),       .max = MAX_PORT },
};

/*****************************************************************************/
/* Values: each function returns FALSE if the value is invalid */

static gboolean
parse_id (const gchar *value,
          SimUsbId    *field)
{
    gchar rest;

    if (strspn (value, "0123456789abcdefABCDEF:") != strlen (value))
        return FALSE;
    return sscanf (value, "%4x:%4x%c", &field->vendor, &field->product, &rest) == 2;
}

static gboolean
is_text (const gchar *value)
{
    const gchar *c;

    if (!*value || strlen (value) > MAX_TEXT)
        return FALSE;
    /* It is used in AT responses and in umockdev's device descriptions */
    for (c = value; *c; c++) {
        if (!g_ascii_isprint (*c) || *c == '"' || *c == '\\')
            return FALSE;
    }
    return TRUE;
}

static gboolean
parse_text (const gchar  *value,
            gchar       **field)
{
    if (!is_text (value))
        return FALSE;
    g_free (*field);
    *field = g_strdup (value);
    return TRUE;
}

/* Separated by '|'; '-' for none */
static gboolean
parse_texts (const gchar   *value,
             gchar       ***field)
{
    g_auto(GStrv) texts = g_str_equal (value, "-") ? NULL : g_strsplit (value, "|", -1);
    guint         i;

    for (i = 0; texts && texts[i]; i++) {
        if (!is_text (texts[i]))
            return FALSE;
    }
    g_strfreev (*field);
    *field = g_steal_pointer (&texts);
    return TRUE;
}

static gboolean
parse_imei (const gchar  *value,
            gchar       **field)
{
    return strlen (value) == IMEI_LENGTH &&
           strspn (value, "0123456789") == IMEI_LENGTH &&
           parse_text (value, field);
}

/* Not g_ascii_string_to_unsigned(): its first call may fail while another thread
 * starts, because it takes the errno of a mutex for that of strtoull(). */
gboolean
sim_parse_number (const gchar *text,
                  guint        min,
                  guint        max,
                  guint       *number)
{
    gsize   length = strlen (text);
    guint64 value;

    if (!length || length > MAX_DIGITS || strspn (text, "0123456789") != length)
        return FALSE;
    value = g_ascii_strtoull (text, NULL, 10);
    if (value < min || value > max)
        return FALSE;
    *number = (guint) value;
    return TRUE;
}

static gboolean
parse_percent (const gchar *value,
               gint        *field)
{
    guint number;

    if (g_str_equal (value, "-")) {
        *field = -1;
        return TRUE;
    }
    if (!sim_parse_number (value, 0, 100, &number))
        return FALSE;
    *field = (gint) number;
    return TRUE;
}

/* '-' for the default */
static gboolean
parse_interfaces (const gchar *value,
                  guint       *field)
{
    g_auto(GStrv) numbers = g_strsplit (value, "+", SIM_MAX_INTERFACES + 1);
    guint         mask = 0;
    guint         i;

    if (g_str_equal (value, "-")) {
        *field = 0;
        return TRUE;
    }

    for (i = 0; numbers[i]; i++) {
        guint number;

        if (!sim_parse_number (numbers[i], 0, SIM_MAX_INTERFACES - 1, &number))
            return FALSE;
        mask |= 1u << number;
    }
    if (!mask)
        return FALSE;
    *field = mask;
    return TRUE;
}

static gboolean
parse_boolean (const gchar *value,
               gboolean    *field)
{
    if (!g_str_equal (value, "yes") && !g_str_equal (value, "no"))
        return FALSE;
    *field = g_str_equal (value, "yes");
    return TRUE;
}

static gboolean
parse_times (const gchar *value,
             guint       *field)
{
    gboolean always;

    if (!parse_boolean (value, &always))
        return sim_parse_number (value, 0, MAX_TIMES, field);
    *field = always ? ALWAYS : 0;
    return TRUE;
}

static gboolean
parse_choice (const gchar        *value,
              const gchar *const *choices,
              guint              *field)
{
    guint i;

    for (i = 0; choices[i]; i++) {
        if (g_str_equal (value, choices[i])) {
            *field = i;
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
parse_choices (const gchar        *value,
               const gchar *const *choices,
               guint              *field)
{
    g_auto(GStrv) names = g_strsplit (value, "+", -1);
    guint         mask = 0;
    guint         i;

    for (i = 0; names[i]; i++) {
        guint choice;

        if (!parse_choice (names[i], choices, &choice))
            return FALSE;
        mask |= 1u << choice;
    }
    *field = mask;
    return TRUE;
}

static gboolean
parse_value (SimConfig   *self,
             const Key   *key,
             const gchar *value)
{
    gpointer field = G_STRUCT_MEMBER_P (self, key->offset);

    switch (key->kind) {
    case KIND_ID:
        return parse_id (value, field);
    case KIND_IMEI:
        return parse_imei (value, field);
    case KIND_TEXT:
        return parse_text (value, field);
    case KIND_TEXTS:
        return parse_texts (value, field);
    case KIND_BOOLEAN:
        return parse_boolean (value, field);
    case KIND_NUMBER:
        return sim_parse_number (value, key->min, key->max, field);
    case KIND_TIMES:
        return parse_times (value, field);
    case KIND_PERCENT:
        return parse_percent (value, field);
    case KIND_INTERFACES:
        return parse_interfaces (value, field);
    case KIND_CHOICE:
        return parse_choice (value, key->choices, field);
    case KIND_CHOICES:
        return parse_choices (value, key->choices, field);
    default:
        g_assert_not_reached ();
    }
}

/*****************************************************************************/

static gboolean
set_key (SimConfig    *self,
         const gchar  *assignment,
         gboolean      at_add,
         GError      **error)
{
    const gchar *equals = strchr (assignment, '=');
    gsize        length = equals ? (gsize) (equals - assignment) : strlen (assignment);
    guint        i;

    for (i = 0; i < G_N_ELEMENTS (keys); i++) {
        if (strlen (keys[i].name) == length && strncmp (keys[i].name, assignment, length) == 0)
            break;
    }
    if (i == G_N_ELEMENTS (keys) || !equals) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "'%s' is not KEY=VALUE with a known key", assignment);
        return FALSE;
    }
    if (keys[i].at_add_only && !at_add) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "key '%s' can only be given when the module is added", keys[i].name);
        return FALSE;
    }
    if (!parse_value (self, &keys[i], equals + 1)) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "invalid value '%s' for key '%s'", equals + 1, keys[i].name);
        return FALSE;
    }
    return TRUE;
}

gboolean
sim_config_change (SimConfig    *self,
                   const gchar  *assignment,
                   GError      **error)
{
    return set_key (self, assignment, FALSE, error);
}

/*****************************************************************************/

gboolean
sim_config_take_refusal (SimConfig *self)
{
    if (!self->refuse_modes)
        return FALSE;
    if (self->refuse_modes != ALWAYS)
        self->refuse_modes--;
    return TRUE;
}

void
sim_config_install (SimConfig   *self,
                    const gchar *package)
{
    g_auto(GStrv) lines = g_strsplit (package, "\n", -1);
    guint         i;

    for (i = 0; lines[i]; i++) {
        if (g_str_has_prefix (lines[i], "Revision: ")) {
            parse_text (g_strstrip (lines[i] + strlen ("Revision: ")), &self->revision);
            return;
        }
    }
}

/* The last digit of an IMEI is its check digit, see 3GPP TS 23.003 annex B */
static gchar *
build_imei (guint number)
{
    g_autofree gchar *digits = g_strdup_printf ("86477303%06u", number % 1000000);
    guint             sum = 0;
    guint             i;

    for (i = 0; digits[i]; i++) {
        guint digit = (guint) g_ascii_digit_value (digits[i]) * (i % 2 ? 2 : 1);

        sum += digit / 10 + digit % 10;
    }
    return g_strdup_printf ("%s%u", digits, (10 - sum % 10) % 10);
}

SimConfig *
sim_config_new (guint         number,
                const gchar  *text,
                GError      **error)
{
    g_autoptr(SimConfig) self = g_new0 (SimConfig, 1);
    g_auto(GStrv)        assignments = g_strsplit (text, ",", -1);
    guint                i;

    self->port = number + 1;
    self->id = (SimUsbId) { 0x1508, 0x1001 };
    self->imei = build_imei (number);
    self->mbimex = TRUE;
    self->plugged = TRUE;
    self->model = g_strdup ("NL668-EAU-00");
    self->revision = g_strdup ("19011.1000.00.02.73.13");
    self->registration = SIM_REGISTRATION_LTE;
    self->fota = SIM_FOTA_HTTP_FTP;
    self->callbreak = TRUE;
    self->gprsfirst = TRUE;
    self->acquisition = TRUE;
    self->reacquire_after = 500;
    self->start = TRUE;
    self->percentages = TRUE;
    self->stall = -1;
    self->unplug = -1;
    self->restart_after = 1000;
    self->away = 1000;
    self->restarts = 1;
    self->other_id = (SimUsbId) { 0x18d1, 0xd00d };

    for (i = 0; assignments[i]; i++) {
        if (!set_key (self, assignments[i], TRUE, error))
            return NULL;
    }
    return g_steal_pointer (&self);
}

void
sim_config_free (SimConfig *self)
{
    g_free (self->imei);
    g_free (self->model);
    g_free (self->revision);
    g_strfreev (self->revisions);
    g_free (self);
}
