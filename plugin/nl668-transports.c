/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-timeouts.h"
#include "nl668-transports.h"

typedef struct {
    Nl668Update    *update;
    /* 0 if any transport will do */
    Nl668Transport  transport;
} CheckContext;

static void
check_context_free (CheckContext *ctx)
{
    g_object_unref (ctx->update);
    g_slice_free (CheckContext, ctx);
}

static void
check (GTask *task,
       guint  transports)
{
    CheckContext *ctx = g_task_get_task_data (task);

    if (!ctx->transport || (transports & ctx->transport))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                 "this module cannot download over %s",
                                 ctx->transport == NL668_TRANSPORT_FTP ? "FTP" : "HTTP");
}

static void
gtota_test_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(GTask)   task = user_data;
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *quoted = NULL;
    CheckContext      *ctx = g_task_get_task_data (task);
    const gchar       *response;
    guint              transports = 0;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (response && !nl668_at_parse_gtota_test (response, &transports)) {
        quoted = nl668_update_quote (ctx->update, response);
        error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                             "unexpected response to AT+GTOTA=?: '%s'", quoted);
    }
    nl668_modem_firmware_update_set_transports (NL668_MODEM_FIRMWARE_UPDATE (ctx->update),
                                                transports);

    if (!error)
        check (task, transports);
    else if (nl668_is_refusal (error))
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                 "this module does not support firmware updates over the air "
                                 "(AT" NL668_AT_GTOTA_TEST "): %s", error->message);
    else {
        g_prefix_error (&error, "cannot tell how the module updates its firmware "
                                "(AT" NL668_AT_GTOTA_TEST "): ");
        g_task_return_error (task, g_steal_pointer (&error));
    }
}

gboolean
nl668_transports_check_finish (GAsyncResult  *res,
                               GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_transports_check (MMBaseModem         *modem,
                        Nl668Update         *update,
                        Nl668Transport       transport,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
    g_autoptr(GTask)  task = NULL;
    CheckContext     *ctx;
    guint             known;

    ctx = g_slice_new0 (CheckContext);
    ctx->update = g_object_ref (update);
    ctx->transport = transport;
    task = g_task_new (modem, NULL, callback, user_data);
    g_task_set_task_data (task, ctx, (GDestroyNotify) check_context_free);

    known = nl668_modem_firmware_update_get_transports (NL668_MODEM_FIRMWARE_UPDATE (update));
    /* A new modem object may run other firmware, so loading always asks. */
    if (known && transport)
        check (task, known);
    else
        mm_daemon_at_command (modem, NL668_AT_GTOTA_TEST, nl668_timeout_get_command_seconds (),
                              (GAsyncReadyCallback) gtota_test_ready, g_steal_pointer (&task));
}

static void
load_ready (MMBaseModem  *modem,
            GAsyncResult *res,
            gpointer      user_data)
{
    g_autoptr(GError) error = NULL;

    if (!nl668_transports_check_finish (res, &error))
        mm_daemon_debug (modem, "%s", error->message);
}

void
nl668_transports_load (MMBaseModem *modem,
                       Nl668Update *update)
{
    nl668_transports_check (modem, update, 0, (GAsyncReadyCallback) load_ready, NULL);
}
