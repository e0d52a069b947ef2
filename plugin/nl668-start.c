/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-radio.h"
#include "nl668-reason.h"
#include "nl668-settings.h"
#include "nl668-start-internal.h"
#include "nl668-start.h"
#include "nl668-timeouts.h"
#include "nl668-transports.h"

/* Until STEP_BEGIN, nothing has happened yet. Until STEP_LOCK_RADIO, no setting of the module is
 * changed. */
typedef enum {
    STEP_AUTHORIZE,
    STEP_LOAD_BATTERY,
    STEP_CONFIRM_REVISION,
    STEP_WAIT_RESTORED,
    STEP_RESOLVE,
    STEP_CHECK,
    STEP_BEGIN,
    STEP_HOLD_PORTS,
    STEP_CHECK_TRANSPORT,
    STEP_LOAD_GTSET,
    STEP_LOAD_RADIO,
    STEP_SAVE_SETTINGS,
    STEP_LOCK_RADIO,
    STEP_CHANGE_SETTINGS,
    STEP_RECORD_REQUEST,
    STEP_REQUEST_UPDATE,
    STEP_LAST
} Step;

#define PROPS(ctx) NL668_PROPERTIES ((ctx)->modem->update)

static void next (Nl668StartContext *ctx);
static void fail (Nl668StartContext *ctx,
                  GError            *error);

void
nl668_start_step_ready (Nl668StartContext *ctx,
                        GError            *error)
{
    if (error)
        fail (ctx, error);
    else
        next (ctx);
}

/*****************************************************************************/
/* Steps that change nothing on the module */

static void
begin_ready (Nl668Update  *update,
             GAsyncResult *res,
             gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;
    GError            *error = NULL;

    nl668_update_begin_finish (update, res, &error);
    ctx->has_begun = !g_task_had_error (G_TASK (res));
    nl668_start_step_ready (ctx, error);
}

static void
begin (Nl668StartContext *ctx)
{
    g_set_object (&ctx->modem->start_cancellable, ctx->cancellable);
    nl668_update_begin (ctx->modem->update, ctx->request, ctx->package,
                        (GAsyncReadyCallback) begin_ready, ctx);
}

static void
hold_ports (Nl668StartContext *ctx)
{
    GError *error = NULL;

    nl668_modem_hold_ports (ctx->modem, &error);
    nl668_start_step_ready (ctx, error);
}

static void
check_transport_ready (MMBaseModem  *modem,
                       GAsyncResult *res,
                       gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;
    GError            *error = NULL;

    nl668_transports_check_finish (res, &error);
    nl668_start_step_ready (ctx, error);
}

static void
check_transport (Nl668StartContext *ctx)
{
    nl668_transports_check (ctx->modem->modem, ctx->modem->update, ctx->request->transport,
                            (GAsyncReadyCallback) check_transport_ready, ctx);
}

/* Takes ownership of @loaded and @error. */
static void
settings_loaded (Nl668StartContext *ctx,
                 Nl668Saved        *loaded,
                 GError            *error)
{
    g_autoptr(Nl668Saved) saved = loaded;

    if (saved)
        nl668_saved_merge (&ctx->saved, saved);
    nl668_start_step_ready (ctx, error);
}

static void
load_gtset_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    GError     *error = NULL;
    Nl668Saved *saved;

    saved = nl668_settings_load_finish (res, &error);
    settings_loaded (user_data, saved, error);
}

static void
load_gtset (Nl668StartContext *ctx)
{
    nl668_settings_load (ctx->modem->modem, NL668_AT_GTSET_QUERY, ctx->cancellable,
                         (GAsyncReadyCallback) load_gtset_ready, ctx);
}

static void
load_radio_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    GError     *error = NULL;
    Nl668Saved *saved;

    saved = nl668_radio_load_finish (modem, res, &error);
    settings_loaded (user_data, saved, error);
}

static void
load_radio (Nl668StartContext *ctx)
{
    if (ctx->request->network_lock)
        nl668_radio_load (ctx->modem->modem, ctx->modem->skeleton, ctx->cancellable,
                          (GAsyncReadyCallback) load_radio_ready, ctx);
    else
        next (ctx);
}

static void
recorded (Nl668Properties *properties,
          GAsyncResult    *res,
          gpointer         user_data)
{
    GError *error = NULL;

    nl668_properties_save_finish (properties, res, &error);
    nl668_start_step_ready (user_data, error);
}

static void
save_settings (Nl668StartContext *ctx)
{
    nl668_restorer_renew (ctx->modem->restorer);
    nl668_properties_add_saved (PROPS (ctx), &ctx->saved, (GAsyncReadyCallback) recorded, ctx);
}

/*****************************************************************************/
/* Steps that change something on the module */

static void
lock_radio_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(Nl668Saved)  locked = NULL;
    Nl668StartContext     *ctx = user_data;
    GError                *error = NULL;

    locked = nl668_radio_lock_finish (modem, res, &error);
    if (locked && (locked->locked_mode || locked->locked_gtrat))
        nl668_properties_add_saved (PROPS (ctx), locked, (GAsyncReadyCallback) recorded, ctx);
    else
        nl668_start_step_ready (ctx, error);
}

static void
lock_radio (Nl668StartContext *ctx)
{
    if (ctx->request->network_lock)
        nl668_radio_lock (ctx->modem->modem, ctx->modem->skeleton, &ctx->saved, ctx->cancellable,
                          (GAsyncReadyCallback) lock_radio_ready, ctx);
    else
        next (ctx);
}

static void
change_settings_ready (MMBaseModem  *modem,
                       GAsyncResult *res,
                       gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;
    GError            *error = NULL;

    nl668_settings_change_finish (res, &error);
    nl668_start_step_ready (ctx, error);
}

static void
change_settings (Nl668StartContext *ctx)
{
    nl668_settings_change (ctx->modem->modem, ctx->request->is_callbreak_optional, ctx->cancellable,
                           (GAsyncReadyCallback) change_settings_ready, ctx);
}

static void
record_request (Nl668StartContext *ctx)
{
    nl668_properties_record_request (PROPS (ctx), (GAsyncReadyCallback) recorded, ctx);
}

static void
request_update_ready (MMBaseModem  *modem,
                      GAsyncResult *res,
                      gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;
    GError            *error = NULL;

    if (!mm_daemon_at_command_finish (modem, res, &error))
        error = nl668_reason_judge_response (ctx->modem, error);
    if (error && nl668_update_go_on_with_last (ctx->modem->update))
        ctx->is_requested = FALSE;
    nl668_start_step_ready (ctx, error);
}

static void
request_update (Nl668StartContext *ctx)
{
    g_autofree gchar *command = NULL;

    nl668_update_request (ctx->modem->update);
    ctx->is_requested = TRUE;
    command = nl668_request_build_command (ctx->request);
    mm_daemon_at_command (ctx->modem->modem, command, nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) request_update_ready, ctx);
}

/*****************************************************************************/
/* Running the steps, and ending */

static void (* const steps[]) (Nl668StartContext *ctx) = {
    [STEP_AUTHORIZE]        = nl668_start_authorize,
    [STEP_LOAD_BATTERY]     = nl668_start_load_battery,
    [STEP_CONFIRM_REVISION] = nl668_start_confirm_revision,
    [STEP_WAIT_RESTORED]    = nl668_start_wait_restored,
    [STEP_RESOLVE]          = nl668_start_resolve,
    [STEP_CHECK]            = nl668_start_check,
    [STEP_BEGIN]            = begin,
    [STEP_HOLD_PORTS]       = hold_ports,
    [STEP_CHECK_TRANSPORT]  = check_transport,
    [STEP_LOAD_GTSET]       = load_gtset,
    [STEP_LOAD_RADIO]       = load_radio,
    [STEP_SAVE_SETTINGS]    = save_settings,
    [STEP_LOCK_RADIO]       = lock_radio,
    [STEP_CHANGE_SETTINGS]  = change_settings,
    [STEP_RECORD_REQUEST]   = record_request,
    [STEP_REQUEST_UPDATE]   = request_update,
};

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == STEP_LAST);

static void
start_context_free (Nl668StartContext *ctx)
{
    nl668_modem_unref (ctx->modem);
    g_variant_unref (ctx->settings);
    g_object_unref (ctx->cancellable);
    g_clear_pointer (&ctx->request, nl668_request_free);
    g_free (ctx->package);
    nl668_saved_clear (&ctx->saved);
    g_slice_free (Nl668StartContext, ctx);
}

static void
reply (Nl668StartContext *ctx)
{
    if (ctx->error)
        g_dbus_method_invocation_take_error (ctx->invocation, g_steal_pointer (&ctx->error));
    else
        g_dbus_method_invocation_return_value (ctx->invocation, NULL);
    start_context_free (ctx);
}

static void
announced (GObject      *source,
           GAsyncResult *res,
           gpointer      user_data)
{
    reply (user_data);
}

/* Takes ownership of @error. */
static void
finish (Nl668StartContext *ctx,
        GError            *error)
{
    if (ctx->modem->start_cancellable == ctx->cancellable) {
        g_clear_object (&ctx->modem->start_cancellable);
        nl668_modem_restore (ctx->modem);
    }
    ctx->error = error;
    /* The caller is told after everybody else has been told what has happened. A daemon that is
     * being stopped does not come back to it. */
    if (nl668_reason_check_use (ctx->modem, NULL)) {
        nl668_properties_wait (PROPS (ctx), announced, ctx);
        return;
    }
    nl668_properties_flush (PROPS (ctx));
    reply (ctx);
}

/* How the update has ended: a report or the module may have ended it before the last step. */
static GError *
get_outcome (Nl668StartContext *ctx)
{
    if (nl668_properties_get_state (PROPS (ctx)) != NL668_STATE_FAILED)
        return NULL;
    return nl668_properties_get_last_error (PROPS (ctx));
}

/* The module reports a download though it has not been told to start this one. */
static gboolean
is_busy (Nl668StartContext *ctx)
{
    return (ctx->has_begun && !ctx->is_requested &&
            nl668_properties_get_state (PROPS (ctx)) > NL668_STATE_PREPARING &&
            nl668_properties_is_under_way (PROPS (ctx)));
}

/* That download goes on. */
static void
finish_busy (Nl668StartContext *ctx)
{
    finish (ctx, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                              "the module is already downloading an update: follow it with "
                              "--firmware-update-status --wait"));
}

/* Takes ownership of @error. */
static void
fail (Nl668StartContext *ctx,
      GError            *error)
{
    GError *outcome;

    error = nl668_reason_explain (ctx->modem, ctx->is_requested, error);
    if (is_busy (ctx)) {
        g_error_free (error);
        finish_busy (ctx);
        return;
    }
    if (ctx->has_begun) {
        if (nl668_properties_is_under_way (PROPS (ctx)))
            outcome = nl668_update_fail (ctx->modem->update, error,
                                         ctx->is_requested && !nl668_is_refusal (error));
        else
            outcome = get_outcome (ctx);
        g_error_free (error);
        error = outcome;
    }
    finish (ctx, error);
}

static void
succeed (Nl668StartContext *ctx)
{
    if (nl668_properties_is_under_way (PROPS (ctx)))
        nl668_update_accepted (ctx->modem->update);
    finish (ctx, get_outcome (ctx));
}

static void
next (Nl668StartContext *ctx)
{
    GError *error = NULL;

    ctx->step++;
    if (ctx->step == STEP_LAST)
        succeed (ctx);
    else if (is_busy (ctx))
        finish_busy (ctx);
    else if (g_cancellable_is_cancelled (ctx->cancellable))
        fail (ctx, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_ABORTED,
                                "the update has already ended"));
    else if (ctx->has_begun && !nl668_reason_check_use (ctx->modem, &error))
        fail (ctx, error);
    else
        steps[ctx->step] (ctx);
}

static void
start_at (Nl668Modem            *self,
          GDBusMethodInvocation *invocation,
          GVariant              *settings,
          Step                   step)
{
    Nl668StartContext *ctx;

    ctx = g_slice_new0 (Nl668StartContext);
    ctx->modem = nl668_modem_ref (self);
    ctx->invocation = invocation;
    ctx->settings = g_variant_ref (settings);
    ctx->cancellable = g_cancellable_new ();
    ctx->step = step;
    steps[ctx->step] (ctx);
}

void
nl668_start (Nl668Modem            *self,
             GDBusMethodInvocation *invocation,
             GVariant              *settings)
{
    start_at (self, invocation, settings, STEP_AUTHORIZE);
}

void
nl668_start_authorized (Nl668Modem            *self,
                        GDBusMethodInvocation *invocation,
                        GVariant              *settings)
{
    start_at (self, invocation, settings, STEP_AUTHORIZE + 1);
}
