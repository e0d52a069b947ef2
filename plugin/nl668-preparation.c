/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-preparation.h"
#include "nl668-timeouts.h"

struct _Nl668Preparation {
    GObject            parent;
    Nl668Request      *request;
    guint              transports;
    Nl668RememberFunc  remember;
    GObject           *remember_data;
    /* While it runs */
    MMBaseModem       *modem;
    MmGdbusModem      *skeleton;
    GTask             *task;
    GCancellable      *cancellable;
    guint              step;
    Nl668Saved         saved;
};

G_DEFINE_TYPE (Nl668Preparation, nl668_preparation, G_TYPE_OBJECT)

static void step_done   (Nl668Preparation *self);
static void step_failed (Nl668Preparation *self,
                         GError           *error);

static void
send_command (Nl668Preparation    *self,
              const gchar         *command,
              GAsyncReadyCallback  callback)
{
    mm_daemon_at_command (self->modem, command, nl668_timeout_get_command_seconds (),
                          callback, g_object_ref (self));
}

/*****************************************************************************/
/* What the module takes */

static void
check_transport (Nl668Preparation *self)
{
    if (self->transports & self->request->transport)
        step_done (self);
    else
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                        "this module cannot download over %s",
                                        self->request->transport == NL668_TRANSPORT_FTP ? "FTP" : "HTTP"));
}

static void
transports_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    GError                      *error = NULL;
    const gchar                 *response;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (response && nl668_parse_gtota_test_response (response, &self->transports, &error)) {
        check_transport (self);
        return;
    }

    if (nl668_is_refusal (error)) {
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                        "this module does not support firmware updates over the "
                                        "air (AT" NL668_COMMAND_GTOTA_TEST "): %s",
                                        error->message));
        g_error_free (error);
        return;
    }
    g_prefix_error (&error, "cannot tell how the module updates its firmware (AT" NL668_COMMAND_GTOTA_TEST "): ");
    step_failed (self, error);
}

static void
load_transports (Nl668Preparation *self)
{
    if (self->transports)
        check_transport (self);
    else
        send_command (self, NL668_COMMAND_GTOTA_TEST, (GAsyncReadyCallback) transports_ready);
}

/*****************************************************************************/
/* What is to be put back one day */

/* Nothing if it is what we set it to anyway */
static gchar *
parse_gtset (const gchar *response,
             const gchar *name)
{
    g_autofree gchar *value = NULL;

    value = nl668_parse_gtset_response (response, name);
    return g_strcmp0 (value, "1") == 0 ? NULL : g_steal_pointer (&value);
}

static void
gtset_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    g_autoptr(GError)            error = NULL;
    const gchar                 *response;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (response) {
        self->saved.callbreak = parse_gtset (response, "CALLBREAK");
        self->saved.gprsfirst = parse_gtset (response, "GPRSFIRST");
    } else
        mm_daemon_debug (modem, "the module does not report its settings, they will not be "
                                "restored: %s", error->message);
    step_done (self);
}

static void
load_gtset (Nl668Preparation *self)
{
    send_command (self, NL668_COMMAND_GTSET_READ, (GAsyncReadyCallback) gtset_ready);
}

static void
radio_loaded (MMBaseModem  *modem,
              GAsyncResult *res,
              gpointer      user_data)
{
    g_autoptr(Nl668Preparation) self = user_data;

    nl668_radio_load_finish (modem, res, &self->saved.radio);
    step_done (self);
}

static void
load_radio (Nl668Preparation *self)
{
    if (self->request->network_lock)
        nl668_radio_load (self->modem, self->skeleton, (GAsyncReadyCallback) radio_loaded, g_object_ref (self));
    else
        step_done (self);
}

static void
remember (Nl668Preparation *self)
{
    GError *error = NULL;

    if (self->remember (self->remember_data, &self->saved, &error))
        step_done (self);
    else
        step_failed (self, error);
}

/*****************************************************************************/
/* Changes */

static void
radio_held (MMBaseModem  *modem,
            GAsyncResult *res,
            gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    GError                      *error = NULL;

    if (nl668_radio_hold_finish (modem, res, &error))
        step_done (self);
    else
        step_failed (self, error);
}

static void
hold_radio (Nl668Preparation *self)
{
    if (self->request->network_lock)
        nl668_radio_hold (self->modem, self->skeleton, &self->saved.radio, self->cancellable,
                          (GAsyncReadyCallback) radio_held, g_object_ref (self));
    else
        step_done (self);
}

static void
callbreak_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    GError                      *error = NULL;

    if (!mm_daemon_at_command_finish (modem, res, &error)) {
        g_prefix_error (&error, "the module cannot keep calls from interrupting the download "
                                "(AT" NL668_COMMAND_CALLBREAK "): ");
        step_failed (self, error);
        return;
    }
    step_done (self);
}

static void
set_callbreak (Nl668Preparation *self)
{
    send_command (self, NL668_COMMAND_CALLBREAK, (GAsyncReadyCallback) callbreak_ready);
}

static void
gprsfirst_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    GError                      *error = NULL;

    /* The manual: to be used if the product supports it */
    if (!mm_daemon_at_command_finish (modem, res, &error)) {
        if (!nl668_is_refusal (error)) {
            g_prefix_error (&error, "the module does not give data priority (AT" NL668_COMMAND_GPRSFIRST "): ");
            step_failed (self, error);
            return;
        }
        mm_daemon_info (modem, "the module does not support AT" NL668_COMMAND_GPRSFIRST ": %s", error->message);
        g_error_free (error);
    }
    step_done (self);
}

static void
set_gprsfirst (Nl668Preparation *self)
{
    send_command (self, NL668_COMMAND_GPRSFIRST, (GAsyncReadyCallback) gprsfirst_ready);
}

static void
update_ready (MMBaseModem  *modem,
              GAsyncResult *res,
              gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    GError                      *error = NULL;

    if (!mm_daemon_at_command_finish (modem, res, &error)) {
        g_prefix_error (&error, "the module did not start the update (AT+GTOTA): ");
        step_failed (self, error);
        return;
    }
    step_done (self);
}

static void
request_update (Nl668Preparation *self)
{
    g_autofree gchar *command = NULL;

    command = nl668_request_build_command (self->request);
    send_command (self, command, (GAsyncReadyCallback) update_ready);
}

/*****************************************************************************/
/* Steps: what only asks, then what changes something */

typedef enum {
    STEP_LOAD_TRANSPORTS,
    STEP_LOAD_GTSET,
    STEP_LOAD_RADIO,
    STEP_REMEMBER,
    STEP_HOLD_RADIO,
    STEP_SET_CALLBREAK,
    STEP_SET_GPRSFIRST,
    STEP_REQUEST_UPDATE,
    STEP_LAST
} Step;

static void (* const steps[]) (Nl668Preparation *self) = {
    [STEP_LOAD_TRANSPORTS] = load_transports,
    [STEP_LOAD_GTSET]      = load_gtset,
    [STEP_LOAD_RADIO]      = load_radio,
    [STEP_REMEMBER]        = remember,
    [STEP_HOLD_RADIO]      = hold_radio,
    [STEP_SET_CALLBREAK]   = set_callbreak,
    [STEP_SET_GPRSFIRST]   = set_gprsfirst,
    [STEP_REQUEST_UPDATE]  = request_update,
};

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == STEP_LAST);

static GTask *
take_task (Nl668Preparation *self)
{
    g_clear_object (&self->modem);
    g_clear_object (&self->skeleton);
    return g_steal_pointer (&self->task);
}

static void
step_failed (Nl668Preparation *self,
             GError           *error)
{
    g_autoptr(GTask) task = take_task (self);

    g_task_return_error (task, error);
}

static void
step_done (Nl668Preparation *self)
{
    self->step++;
    if (g_cancellable_is_cancelled (self->cancellable)) {
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the update has "
                                                                              "already ended"));
    } else if (self->step == STEP_LAST) {
        g_autoptr(GTask) task = take_task (self);

        g_task_return_boolean (task, TRUE);
    } else
        steps[self->step] (self);
}

/*****************************************************************************/

void
nl668_preparation_cancel (Nl668Preparation *self)
{
    g_cancellable_cancel (self->cancellable);
}

guint
nl668_preparation_get_transports (Nl668Preparation *self)
{
    return self->transports;
}

gboolean
nl668_preparation_was_requested (Nl668Preparation *self)
{
    return self->step >= STEP_REQUEST_UPDATE;
}

gboolean
nl668_preparation_run_finish (Nl668Preparation  *self,
                              GAsyncResult      *res,
                              GError           **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_preparation_run (Nl668Preparation    *self,
                       MMBaseModem         *modem,
                       MmGdbusModem        *skeleton,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
    self->modem = g_object_ref (modem);
    self->skeleton = g_object_ref (skeleton);
    self->task = g_task_new (self, NULL, callback, user_data);
    steps[self->step] (self);
}

Nl668Preparation *
nl668_preparation_new (Nl668Request      *request,
                       guint              transports,
                       Nl668RememberFunc  remember_func,
                       GObject           *remember_data)
{
    Nl668Preparation *self;

    self = g_object_new (NL668_TYPE_PREPARATION, NULL);
    self->request = request;
    self->transports = transports;
    self->remember = remember_func;
    self->remember_data = g_object_ref (remember_data);
    return self;
}

static void
nl668_preparation_init (Nl668Preparation *self)
{
    self->cancellable = g_cancellable_new ();
}

static void
finalize (GObject *object)
{
    Nl668Preparation *self = NL668_PREPARATION (object);

    nl668_request_free (self->request);
    nl668_saved_clear (&self->saved);
    g_object_unref (self->remember_data);
    g_object_unref (self->cancellable);
    G_OBJECT_CLASS (nl668_preparation_parent_class)->finalize (object);
}

static void
nl668_preparation_class_init (Nl668PreparationClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->finalize = finalize;
}
