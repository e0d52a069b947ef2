/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-choice.h"
#include "nl668-preparation.h"
#include "nl668-at.h"
#include "nl668-start.h"

typedef struct {
    Nl668Modem            *modem;
    GDBusMethodInvocation *invocation;
    GVariant              *settings;
    /* Once they are checked */
    Nl668Request          *request;
    gchar                 *package;
} StartContext;

static void
start_context_free (StartContext *ctx)
{
    nl668_modem_unref (ctx->modem);
    g_object_unref (ctx->invocation);
    g_variant_unref (ctx->settings);
    g_clear_pointer (&ctx->request, nl668_request_free);
    g_free (ctx->package);
    g_slice_free (StartContext, ctx);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StartContext, start_context_free)

static void
return_error (StartContext *ctx,
              const GError *error)
{
    g_dbus_method_invocation_return_gerror (g_object_ref (ctx->invocation), error);
}

/*****************************************************************************/
/* Preparation */

static void
preparation_ready (Nl668Preparation *preparation,
                   GAsyncResult     *res,
                   gpointer          user_data)
{
    g_autoptr(StartContext)  ctx = user_data;
    g_autoptr(GError)        error = NULL;
    Nl668Update             *update = ctx->modem->update;

    g_clear_object (&ctx->modem->preparation);
    nl668_preparation_run_finish (preparation, res, &error);
    nl668_modem_firmware_set_transports (NL668_MODEM_FIRMWARE (update),
                                         nl668_preparation_get_transports (preparation));

    if (error && nl668_status_is_under_way (NL668_STATUS (update))) {
        if (nl668_preparation_was_requested (preparation) && !nl668_is_refusal (error))
            nl668_update_not_answered (update, error);
        else
            nl668_update_fail (update, error);
    }
    if (nl668_status_is_under_way (NL668_STATUS (update)))
        nl668_update_accepted (update);
    else {
        /* By now, or before: by a report, or because the module is gone */
        g_clear_error (&error);
        error = nl668_status_get_last_error (NL668_STATUS (update));
    }

    nl668_modem_restore (ctx->modem);
    if (error)
        return_error (ctx, error);
    else
        g_dbus_method_invocation_return_value (g_object_ref (ctx->invocation), NULL);
}

static gboolean
remember (gpointer           update,
          const Nl668Saved  *saved,
          GError           **error)
{
    return nl668_status_remember (NL668_STATUS (update), saved, error);
}

static void
begin_ready (Nl668Update  *update,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(StartContext)  ctx = user_data;
    g_autoptr(GError)        error = NULL;
    Nl668Modem              *self = ctx->modem;

    self->starting = FALSE;
    if (!nl668_update_begin_finish (update, res, &error)) {
        return_error (ctx, error);
        return;
    }
    if (!nl668_modem_hold_ports (self, &error)) {
        nl668_update_fail (update, error);
        return_error (ctx, error);
        return;
    }

    self->preparation = nl668_preparation_new (g_steal_pointer (&ctx->request),
                                               nl668_modem_firmware_get_transports (NL668_MODEM_FIRMWARE (update)),
                                               remember, G_OBJECT (update));
    nl668_preparation_run (self->preparation, self->modem, self->skeleton,
                           (GAsyncReadyCallback) preparation_ready, g_steal_pointer (&ctx));
}

/*****************************************************************************/
/* Checks: until here, nothing has happened yet */

static gboolean
check_modem (Nl668Modem  *self,
             GError     **error)
{
    if (!self->modem)
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the modem is gone");
    else if (self->starting || self->preparation || nl668_status_is_under_way (NL668_STATUS (self->update)))
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                     "a firmware update is already under way");
    else if (!nl668_status_get_imei (NL668_STATUS (self->update)))
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                     "the module has no equipment identifier of its own and could not be "
                     "recognized after a restart");
    else
        return TRUE;

    return FALSE;
}

static gboolean
check_request (Nl668Modem          *self,
               const Nl668Request  *request,
               GError             **error)
{
    const gchar *revision;

    revision = mm_gdbus_modem_get_revision (self->skeleton);
    if (!revision || !*revision) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                     "the module does not report its firmware version, so the result of an "
                     "update could not be checked");
        return FALSE;
    }
    if (request->version && g_str_equal (request->version, revision)) {
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                     "version: the module runs %s already", request->version);
        return FALSE;
    }
    return TRUE;
}

/* The last check: a client enables a modem for an update only if nothing else is in
 * its way. */
static gboolean
check_registration (Nl668Modem  *self,
                    GError     **error)
{
    MMModemState state;

    state = mm_gdbus_modem_get_state (self->skeleton);
    if (state >= MM_MODEM_STATE_REGISTERED)
        return TRUE;

    g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE,
                 state == MM_MODEM_STATE_LOCKED ?
                 "the SIM is locked: unlock it with its PIN first" :
                 "the modem is not registered with a network: enable it and wait until it is");
    return FALSE;
}

static void
restored (GObject      *source,
          GAsyncResult *res,
          gpointer      user_data)
{
    g_autoptr(StartContext)  ctx = user_data;
    g_autoptr(GVariant)      settings = NULL;
    g_autoptr(GError)        error = NULL;
    Nl668Modem              *self = ctx->modem;

    if (!nl668_modem_wait_restored_finish (res, &error) ||
        !(settings = nl668_choice_resolve (ctx->settings,
                                           mm_gdbus_modem_get_model (self->skeleton),
                                           mm_gdbus_modem_get_revision (self->skeleton),
                                           &ctx->package, &error)) ||
        !(ctx->request = nl668_request_new (settings, &error)) ||
        !check_modem (self, &error) ||
        !check_request (self, ctx->request, &error) ||
        !check_registration (self, &error)) {
        return_error (ctx, error);
        return;
    }

    mm_daemon_info (self->modem, "processing user request to update the firmware from '%s'...", ctx->request->source);
    self->starting = TRUE;
    nl668_update_begin (self->update, ctx->request, ctx->package, (GAsyncReadyCallback) begin_ready, ctx);
    g_steal_pointer (&ctx);
}

static void
authorize_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(StartContext) ctx = user_data;
    g_autoptr(GError)       error = NULL;

    if (!mm_daemon_authorize_firmware_finish (modem, res, &error)) {
        return_error (ctx, error);
        return;
    }
    /* The last update may have ended just now */
    nl668_modem_wait_restored (ctx->modem, restored, ctx);
    g_steal_pointer (&ctx);
}

void
nl668_start (Nl668Modem            *self,
             GDBusMethodInvocation *invocation,
             GVariant              *settings)
{
    StartContext *ctx;

    ctx = g_slice_new0 (StartContext);
    ctx->modem = nl668_modem_ref (self);
    ctx->invocation = invocation;
    ctx->settings = g_variant_ref (settings);
    mm_daemon_authorize_firmware (self->modem, invocation, (GAsyncReadyCallback) authorize_ready, ctx);
}
