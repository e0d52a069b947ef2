/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The record: one that is saved loads equal, and an invalid one is set aside. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "nl668-state.h"
#include "record-fixture.h"

/* The strings of a record */
static gchar **
get_string (Nl668Record *record,
            guint        i)
{
    gchar **strings[] = {
        &record->package, &record->source, &record->previous_version, &record->target_version,
        &record->error_name, &record->error_message,
    };

    if (i < G_N_ELEMENTS (strings))
        return strings[i];
    i -= G_N_ELEMENTS (strings);
    return i < NL668_SETTING_LAST ? &record->saved.values[i] : NULL;
}

/* The lines of the input are the state, the progress and the strings. */
static Nl668Record *
build_record (const guint8 *data,
              gsize         size)
{
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     lines = NULL;
    Nl668Record      *record;
    guint             i;

    text = g_strndup ((const gchar *) data, size);
    lines = g_strsplit (text, "\n", -1);
    record = nl668_record_new ();
    for (i = 0; lines[i]; i++) {
        if (i == 0)
            record->state = (guint) g_ascii_strtoull (lines[i], NULL, 10);
        else if (i == 1)
            record->progress = (guint) g_ascii_strtoull (lines[i], NULL, 10);
        else if (get_string (record, i - 2) && *lines[i])
            *get_string (record, i - 2) = g_strdup (lines[i]);
    }
    return record;
}

/* The source and the error message may be changed to make them valid, or to hide a query, but not
 * if they are printable ASCII of a valid length without a question mark. */
static void
expect_text (gchar       **expected,
             const gchar  *loaded)
{
    const gchar *c;

    if (!*expected)
        return;
    g_assert_nonnull (loaded);
    fuzz_assert_message (loaded);
    g_assert_cmpuint (strlen (loaded), <=, NL668_RECORD_STRING_MAX);

    for (c = *expected; *c && *c != '?' && g_ascii_isprint (*c); c++)
        ;
    if (*c || strlen (*expected) > NL668_RECORD_STRING_MAX) {
        g_free (*expected);
        *expected = g_strdup (loaded);
    }
}

/* The query of a source is not read. */
static void
check_query (const gchar *source)
{
    const gchar *query = source ? strchr (source, '?') : NULL;

    g_assert_true (!query || !query[1] || g_str_equal (query, "?…"));
}

static void
check_save (const guint8 *data,
            gsize         size)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(Nl668Record) before = NULL;
    g_autoptr(Nl668Record) after = NULL;
    g_autoptr(GError)      error = NULL;

    record = build_record (data, size);
    before = fixture_load ();
    if (fixture_try_to_save (record, &error)) {
        after = fixture_load ();
        g_assert_nonnull (after);
        expect_text (&record->source, after->source);
        check_query (after->source);
        expect_text (&record->error_message, after->error_message);
        fixture_assert_equal (after, record);
        return;
    }

    /* The old record is still there. */
    fuzz_assert_message (error->message);
    after = fixture_load ();
    if (before)
        fixture_assert_equal (after, before);
    else
        g_assert_null (after);
}

static void
check_load (const guint8 *data,
            gsize         size)
{
    g_autoptr(Nl668Record) record = NULL;
    g_autoptr(Nl668Record) again = NULL;

    fixture.n_warnings = 0;
    fixture_write ((const gchar *) data, (gssize) size);
    record = fixture_load ();
    if (!record) {
        g_assert_cmpuint (fixture.n_warnings, ==, 1);
        fuzz_assert_message (fixture.last_warning);
        g_assert_null (fixture_load ());
        return;
    }

    g_assert_cmpuint (fixture.n_warnings, ==, 0);
    g_assert_cmpuint (record->state, >=, NL668_STATE_IDLE);
    g_assert_cmpuint (record->state, <=, NL668_STATE_FAILED);
    g_assert_cmpuint (record->progress, <=, 100);
    fixture_save (record);
    again = fixture_load ();
    fixture_assert_equal (again, record);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    if (!fixture.top) {
        fixture_set_up ();
        fixture_reset ();
        atexit (fixture_tear_down);
    }

    check_load (data, size);
    check_save (data, size);
    return 0;
}
