/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The life of an update: whatever happens, in whatever order, what the bus is
 * told makes sense. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "fuzz.h"
#include "nl668-update.h"
#include "record-fixture.h"

typedef struct {
    Nl668Update *update;
    Nl668State   state;
    guint        progress;
    gchar       *password;
} Story;

#define IFACE(story)  NL668_MODEM_FIRMWARE_UPDATE ((story)->update)
#define STATUS(story) NL668_PROPERTIES ((story)->update)

/*****************************************************************************/
/* What must always be so */

static void
check_error (Story *story)
{
    const gchar *name;
    const gchar *message;

    g_variant_get (nl668_modem_firmware_update_get_error (IFACE (story)), "(&s&s)", &name, &message);
    g_assert_true (!!*name == (story->state == NL668_STATE_FAILED));
    if (*message)
        fuzz_assert_message (message);
    /* What stands for the password may be part of another one */
    if (story->password && !strchr (story->password, '*'))
        g_assert_null (strstr (message, story->password));
}

static void
state_changed (Story *story)
{
    Nl668State state;

    state = nl668_properties_get_state (STATUS (story));
    g_assert_true (state == story->state || nl668_state_can_follow (story->state, state));
    story->state = state;
    g_assert_true ((state >= NL668_STATE_SUCCEEDED) == (nl668_modem_firmware_update_get_finished (IFACE (story)) != 0));
    check_error (story);
}

static void
progress_changed (Story *story)
{
    guint progress;

    progress = nl668_modem_firmware_update_get_progress (IFACE (story));
    g_assert_cmpuint (progress, >=, story->progress);
    g_assert_cmpuint (progress, <=, 100);
    story->progress = progress;
}

static void
run_idle_sources (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

/*****************************************************************************/
/* What may happen */

static void
create_update (Story *story)
{
    story->update = nl668_update_new (IMEI);
    story->state = nl668_properties_get_state (STATUS (story));
    story->progress = nl668_modem_firmware_update_get_progress (IFACE (story));
    g_signal_connect_swapped (story->update, "notify::state", G_CALLBACK (state_changed), story);
    g_signal_connect_swapped (story->update, "notify::progress", G_CALLBACK (progress_changed), story);
}

static void
begin_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GError) error = NULL;

    nl668_update_begin_finish (NL668_UPDATE (source), res, &error);
}

/* With this password */
static void
begin (Story       *story,
       const gchar *password)
{
    Nl668Request request = {
        .transport = NL668_TRANSPORT_FTP,
        .source = (gchar *) "ftp://h/f",
        .password = (gchar *) password,
        .version = (gchar *) "1.1",
    };

    /* The method Start () refuses it */
    if (nl668_properties_is_under_way (STATUS (story)))
        return;
    story->progress = 0;
    nl668_update_begin (story->update, &request, NULL, begin_ready, NULL);
    if (nl668_properties_is_under_way (STATUS (story))) {
        g_free (story->password);
        story->password = g_strdup (password);
    }
}

/* What is waited for, is waited for in vain. */
static void
let_time_pass (Story *story)
{
    GSource *source;

    source = g_main_context_find_source_by_user_data (NULL, story->update);
    if (source)
        g_source_set_ready_time (source, 0);
}

/* What was told in the last second may be lost. */
static void
kill_daemon (Story *story)
{
    g_object_unref (story->update);
    /* It forgets the password */
    g_clear_pointer (&story->password, g_free);
    create_update (story);
    nl668_update_module_came (story->update, NULL, NULL);
}

static void
fail_for (Story       *story,
          const gchar *reason)
{
    g_autoptr(GError)  error = NULL;
    const gchar       *c;

    for (c = reason; g_ascii_isprint (*c); c++)
        ;
    /* The daemon's own words, and while it is prepared */
    if (c == reason || *c || !nl668_properties_is_downloading (STATUS (story)))
        return;
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, reason);
    nl668_update_fail (story->update, error, FALSE);
}

/* The first letter says what happens; a line that begins with another one is
 * what the module reports. */
static void
happen (Story       *story,
        const gchar *line)
{
    const gchar *argument = line + 1;

    switch (*line) {
    case '\0':
        break;
    case 'b':
        if (g_str_is_ascii (argument))
            begin (story, *argument ? argument : NULL);
        break;
    case 'a':
        nl668_update_accepted (story->update);
        break;
    case 'c':
        nl668_update_module_came (story->update, NULL, NULL);
        break;
    case 'l':
        nl668_update_module_left (story->update);
        break;
    case 'r':
        if (g_utf8_validate (argument, -1, NULL))
            nl668_update_module_runs (story->update, *argument ? argument : NULL);
        break;
    case 't':
        let_time_pass (story);
        break;
    case 'k':
        kill_daemon (story);
        break;
    case 'f':
        fail_for (story, argument);
        break;
    default:
        nl668_update_report (story->update, line);
        break;
    }
    run_idle_sources ();
}

/*****************************************************************************/

/* The next daemon knows what this one knew. */
static void
check_record (Story *story)
{
    g_autoptr(Nl668Record) record = NULL;

    nl668_update_module_left (story->update);
    run_idle_sources ();
    record = fixture_load ();
    if (!record) {
        g_assert_cmpint (story->state, ==, NL668_STATE_IDLE);
        return;
    }
    g_assert_cmpuint (record->state, ==, story->state);
    g_assert_cmpuint (record->progress, ==, story->progress);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     lines = NULL;
    Story             story = { NULL };
    guint             i;

    if (!fixture.top) {
        fixture_set_up ();
        fixture_start_anew ();
        atexit (fixture_tear_down);
    }
    g_unlink (fixture.path);

    text = g_strndup ((const gchar *) data, size);
    lines = g_strsplit (text, "\n", 64);
    create_update (&story);
    nl668_update_module_came (story.update, NULL, NULL);
    nl668_update_module_runs (story.update, "1.0");
    for (i = 0; lines[i]; i++)
        happen (&story, lines[i]);
    check_record (&story);

    g_object_unref (story.update);
    g_free (story.password);
    run_idle_sources ();
    return 0;
}
