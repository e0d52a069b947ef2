/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* An update: in whatever order things happen, what is announced is consistent. */

#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "fuzz.h"
#include "nl668-update.h"
#include "record-fixture.h"

typedef struct {
    Nl668Update *update;
    /* As announced last */
    Nl668State   state;
    guint        progress;
    /* Of the update that has begun, and of the last one that the module was told to start */
    gchar       *next_password;
    gchar       *password;
    /* Everybody has read it before an update with this password began. */
    gchar       *last_message;
} Context;

#define IFACE(ctx) NL668_MODEM_FIRMWARE_UPDATE ((ctx)->update)
#define PROPS(ctx) NL668_PROPERTIES ((ctx)->update)

/*****************************************************************************/
/* Invariants */

/* Of the module's words, up to @end, none is the password. Our own may be, those of the module are
 * escaped, and shorter ones may be anywhere. */
static void
check_words (Context     *ctx,
             const gchar *message,
             const gchar *start,
             const gchar *end)
{
    g_autofree gchar *words = NULL;
    const gchar      *found;
    const gchar      *last;

    found = strstr (message, start);
    last = found ? g_strrstr (found, end) : NULL;
    if (!last || !ctx->password || strlen (ctx->password) < 4 || strchr (ctx->password, '*') ||
        strchr (found, '\\'))
        return;
    words = g_strndup (found + strlen (start), last - found - strlen (start));
    if (!g_str_equal (words, "words that are not shown because they may contain a secret"))
        g_assert_null (strstr (words, ctx->password));
}

static void
check_error (Context *ctx)
{
    const gchar *name;
    const gchar *message;

    g_variant_get (nl668_modem_firmware_update_get_error (IFACE (ctx)), "(&s&s)",
                   &name, &message);
    g_assert_true (!!*name == (ctx->state == NL668_STATE_FAILED));
    if (*message)
        fuzz_assert_message (message);
    if (g_strcmp0 (message, ctx->last_message) == 0)
        return;
    check_words (ctx, message, "the module reports: ", "; ");
    check_words (ctx, message, " (its last report: ", ")");
}

static void
state_changed (Context *ctx)
{
    Nl668State state;

    state = nl668_properties_get_state (PROPS (ctx));
    g_assert_true (state == ctx->state || nl668_state_can_follow (ctx->state, state));
    ctx->state = state;
    g_assert_true ((state >= NL668_STATE_SUCCEEDED) ==
                   (nl668_modem_firmware_update_get_finished (IFACE (ctx)) != 0));
    check_error (ctx);
}

static void
progress_changed (Context *ctx)
{
    guint progress;

    progress = nl668_modem_firmware_update_get_progress (IFACE (ctx));
    g_assert_cmpuint (progress, <=, 100);
    ctx->progress = progress;
}

static void
run_idle_sources (void)
{
    while (g_main_context_iteration (NULL, FALSE))
        ;
}

/*****************************************************************************/
/* Events */

static void
create_update (Context *ctx)
{
    ctx->update = nl668_update_new (IMEI);
    ctx->state = nl668_properties_get_state (PROPS (ctx));
    ctx->progress = nl668_modem_firmware_update_get_progress (IFACE (ctx));
    g_signal_connect_swapped (ctx->update, "notify::state",
                              G_CALLBACK (state_changed), ctx);
    g_signal_connect_swapped (ctx->update, "notify::progress",
                              G_CALLBACK (progress_changed), ctx);
}

static void
begin_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GError) error = NULL;

    nl668_update_begin_finish (NL668_UPDATE (source), res, &error);
}

static gchar *
get_message (Context *ctx)
{
    gchar *message;

    g_variant_get (nl668_modem_firmware_update_get_error (IFACE (ctx)), "(ss)", NULL, &message);
    return message;
}

static void
begin (Context     *ctx,
       const gchar *password)
{
    g_autofree gchar *message = NULL;
    Nl668Request      request = {
        .transport = NL668_TRANSPORT_FTP,
        .source = (gchar *) "ftp://h/f",
        .password = (gchar *) password,
        .version = (gchar *) "1.1",
    };

    /* Start() refuses this. */
    if (nl668_properties_is_under_way (PROPS (ctx)))
        return;
    ctx->progress = 0;
    message = get_message (ctx);
    nl668_update_begin (ctx->update, &request, NULL, begin_ready, NULL);
    nl668_properties_flush (PROPS (ctx));
    if (nl668_properties_is_under_way (PROPS (ctx))) {
        g_free (ctx->next_password);
        ctx->next_password = g_strdup (password);
        g_free (ctx->last_message);
        ctx->last_message = g_steal_pointer (&message);
    }
}

/* Whatever the update waits for times out. */
static void
time_out (Context *ctx)
{
    GSource *source;

    source = g_main_context_find_source_by_user_data (NULL, ctx->update);
    if (source)
        g_source_set_ready_time (source, 0);
}

static void
kill_daemon (Context *ctx)
{
    nl668_properties_flush (PROPS (ctx));
    run_idle_sources ();
    g_object_unref (ctx->update);
    /* The next daemon does not know it. */
    g_clear_pointer (&ctx->password, g_free);
    g_clear_pointer (&ctx->next_password, g_free);
    create_update (ctx);
    nl668_update_module_came (ctx->update, NULL, NULL);
}

static void
request (Context *ctx)
{
    /* Start() sends AT+GTOTA only once. */
    if (nl668_properties_is_requested (PROPS (ctx)))
        return;
    nl668_properties_record_request (PROPS (ctx), NULL, NULL);
    nl668_properties_flush (PROPS (ctx));
    if (!nl668_properties_is_under_way (PROPS (ctx)))
        return;
    g_free (ctx->password);
    ctx->password = g_steal_pointer (&ctx->next_password);
    nl668_update_request (ctx->update);
}

static void
fail_for (Context     *ctx,
          const gchar *reason)
{
    g_autoptr(GError)  error = NULL;
    const gchar       *c;

    for (c = reason; g_ascii_isprint (*c); c++)
        ;
    /* Only Start() calls this, with an error of the daemon. */
    if (c == reason || *c || !nl668_properties_is_downloading (PROPS (ctx)))
        return;
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, reason);
    g_error_free (nl668_update_fail (ctx->update, error, *reason == '?'));
}

/* The first character selects the event, and the rest is its argument. Any other line is a
 * report of the module. */
static void
run_event (Context     *ctx,
           const gchar *line)
{
    const gchar *argument = line + 1;

    switch (*line) {
    case '\0':
        break;
    case 'b':
        /* Start() refuses any other password. */
        if (g_str_is_ascii (argument) && strlen (argument) <= NL668_AT_STRING_MAX)
            begin (ctx, *argument ? argument : NULL);
        break;
    case 'q':
        request (ctx);
        break;
    case 'a':
        nl668_update_accepted (ctx->update);
        break;
    case 'h':
        nl668_update_module_heard (ctx->update, !*argument);
        break;
    case 'c':
        nl668_update_module_came (ctx->update, NULL, NULL);
        break;
    case 'l':
        nl668_update_module_left (ctx->update);
        break;
    case 'r':
        if (g_utf8_validate (argument, -1, NULL))
            nl668_update_module_runs (ctx->update, *argument ? argument : NULL);
        break;
    case 't':
        time_out (ctx);
        break;
    case 'k':
        kill_daemon (ctx);
        break;
    case 'f':
        fail_for (ctx, argument);
        break;
    default:
        nl668_update_report (ctx->update, GINT_TO_POINTER (line[strlen (line) - 1] & 1), line);
        break;
    }
    run_idle_sources ();
}

/*****************************************************************************/

/* The record is up to date once the module has left. */
static void
check_record (Context *ctx)
{
    g_autoptr(Nl668Record) record = NULL;

    nl668_update_module_left (ctx->update);
    nl668_properties_flush (PROPS (ctx));
    run_idle_sources ();
    record = fixture_load ();
    if (!record) {
        g_assert_cmpint (ctx->state, ==, NL668_STATE_IDLE);
        return;
    }
    g_assert_cmpuint (record->state, ==, ctx->state);
    g_assert_cmpuint (record->progress, ==, ctx->progress);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
    g_autofree gchar *text = NULL;
    g_auto(GStrv)     lines = NULL;
    Context           ctx = { NULL };
    guint             i;

    if (!fixture.top) {
        fixture_set_up ();
        fixture_reset ();
        atexit (fixture_tear_down);
    }
    g_unlink (fixture.path);

    text = g_strndup ((const gchar *) data, size);
    lines = g_strsplit (text, "\n", 64);
    create_update (&ctx);
    nl668_update_module_came (ctx.update, NULL, NULL);
    nl668_update_module_runs (ctx.update, "1.0");
    for (i = 0; lines[i]; i++)
        run_event (&ctx, lines[i]);
    check_record (&ctx);

    g_object_unref (ctx.update);
    g_free (ctx.next_password);
    g_free (ctx.password);
    g_free (ctx.last_message);
    run_idle_sources ();
    return 0;
}
