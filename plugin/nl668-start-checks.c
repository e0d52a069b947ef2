/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-battery.h"
#include "nl668-catalogue.h"
#include "nl668-check.h"
#include "nl668-start-internal.h"

static void
authorize_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;
    GError            *error = NULL;

    mm_daemon_authorize_firmware_finish (modem, res, &error);
    nl668_start_step_ready (ctx, error);
}

void
nl668_start_authorize (Nl668StartContext *ctx)
{
    mm_daemon_authorize_firmware (ctx->modem->modem, ctx->invocation,
                                  (GAsyncReadyCallback) authorize_ready, ctx);
}

static void
load_battery_ready (GObject      *source,
                    GAsyncResult *res,
                    gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;

    ctx->battery = nl668_battery_load_finish (res);
    nl668_start_step_ready (ctx, NULL);
}

void
nl668_start_load_battery (Nl668StartContext *ctx)
{
    nl668_battery_load (g_dbus_method_invocation_get_connection (ctx->invocation),
                        load_battery_ready, ctx);
}

static void
confirm_revision_ready (GObject      *source,
                        GAsyncResult *res,
                        gpointer      user_data)
{
    GError *error = NULL;

    nl668_modem_confirm_revision_finish (res, &error);
    nl668_start_step_ready (user_data, error);
}

/* What the module runs before the update decides which package applies, and what counts as a new
 * firmware. While an update is unsettled, it has been read twice, and the module is left alone. */
void
nl668_start_confirm_revision (Nl668StartContext *ctx)
{
    if (nl668_properties_is_unsettled (NL668_PROPERTIES (ctx->modem->update)))
        nl668_start_step_ready (ctx, NULL);
    else
        nl668_modem_confirm_revision (ctx->modem, confirm_revision_ready, ctx);
}

static void
wait_restored_ready (GObject      *source,
                     GAsyncResult *res,
                     gpointer      user_data)
{
    Nl668StartContext *ctx = user_data;

    nl668_restorer_wait_finish (res);
    /* Another attempt may have started in the meantime. */
    if (nl668_restorer_is_running (ctx->modem->restorer))
        nl668_start_wait_restored (ctx);
    else
        nl668_start_step_ready (ctx, NULL);
}

/* The last update may have ended a moment ago. What is not restored yet is restored after this
 * one. Until STEP_BEGIN, nothing takes time, so that no other attempt begins. */
void
nl668_start_wait_restored (Nl668StartContext *ctx)
{
    nl668_restorer_wait (ctx->modem->restorer, wait_restored_ready, ctx);
}

void
nl668_start_resolve (Nl668StartContext *ctx)
{
    g_autoptr(GVariant)  settings = NULL;
    GError              *error = NULL;

    settings = nl668_catalogue_resolve (ctx->settings,
                                        mm_gdbus_modem_get_model (ctx->modem->skeleton),
                                        nl668_modem_get_revision (ctx->modem),
                                        mm_daemon_warn_once, &ctx->package, &error);
    if (settings)
        ctx->request = nl668_request_new (settings, &error);
    nl668_start_step_ready (ctx, error);
}

void
nl668_start_check (Nl668StartContext *ctx)
{
    GError *error = NULL;

    if (nl668_check (ctx->modem, ctx->request, ctx->battery, &error))
        mm_daemon_info (ctx->modem->modem, "processing user request to update the firmware from "
                                           "'%s'...", ctx->request->source);
    nl668_start_step_ready (ctx, error);
}
