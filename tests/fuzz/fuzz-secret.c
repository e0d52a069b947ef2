/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A secret, in each spelling, anywhere in the words of a module */

#include <config.h>

#include <string.h>

#include "fuzz.h"
#include "nl668-secret.h"

/* Hexadecimal digits with something before each pair */
static gchar *
spell_hex (const gchar *secret,
           const gchar *before)
{
    GString     *spelling;
    const gchar *c;

    spelling = g_string_new (NULL);
    for (c = secret; *c; c++)
        g_string_append_printf (spelling, "%s%02x", before, (guint8) *c);
    return g_string_free (spelling, FALSE);
}

/* @n_chars: how many characters of @spelling say how it is spelled */
static void
check_spelling (const Nl668Secret *secret,
                const gchar       *words,
                const gchar       *spelling,
                gsize              n_chars)
{
    g_autofree gboolean *marks = NULL;
    g_autofree gchar    *text = NULL;
    gsize                start = strlen (words);
    gsize                i;

    text = g_strconcat (words, spelling, words, NULL);
    marks = g_new0 (gboolean, strlen (text) + 1);
    nl668_secret_mark (secret, text, marks);
    for (i = start + n_chars; i < start + strlen (spelling); i++)
        g_assert_true (marks[i]);
}

static const gchar *const befores[] = { "", "%", "\\x", ":", " ", "0x", ", 0x", "\\u00", "00" };

/* In hexadecimal digits, after each of these; as it is; in upper case; and in base64 */
#define N_SPELLINGS (G_N_ELEMENTS (befores) + 3)

static void
check (const Nl668Secret *secret,
       const gchar       *text,
       const gchar       *words,
       guint              i)
{
    g_autofree gchar *spelling = NULL;
    gsize             n_chars = 0;

    if (i < G_N_ELEMENTS (befores)) {
        spelling = spell_hex (text, befores[i]);
        n_chars = strlen (befores[i]);
    } else if (i == G_N_ELEMENTS (befores))
        spelling = g_strdup (text);
    else if (i == G_N_ELEMENTS (befores) + 1)
        spelling = g_ascii_strup (text, -1);
    else
        spelling = g_base64_encode ((const guchar *) text, strlen (text));
    check_spelling (secret, words, spelling, n_chars);
}

/* libFuzzer is much faster if an input only tries one spelling. */
static void
check_some (const Nl668Secret *secret,
            const gchar       *text,
            const gchar       *words)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
    check (secret, text, words, (guchar) *words % N_SPELLINGS);
#else
    guint i;

    for (i = 0; i < N_SPELLINGS; i++)
        check (secret, text, words, i);
#endif
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autofree gchar *text = NULL;
    gchar            *words;
    Nl668Secret      *secret;

    text = g_strndup ((const gchar *) data, MIN (size, 255));
    words = strchr (text, '\n');
    if (!words)
        return 0;
    *words++ = '\0';
    secret = nl668_secret_new (text);
    if (!secret)
        return 0;
    check_some (secret, text, words);
    nl668_secret_free (secret);
    return 0;
}
