/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-preparation.h"
#include "nl668-timeouts.h"

struct _Nl668Preparation {
    GObject       parent;
    Nl668Request *request;
    guint         transports;
    /* While it runs */
    MMBaseModem  *modem;
    GTask        *task;
    gboolean      cancelled;
    /* The next step to do; those before it are done */
    guint         step;
    /* Held open */
    GList        *ports;
};

G_DEFINE_TYPE (Nl668Preparation, nl668_preparation, G_TYPE_OBJECT)

static void step_done   (Nl668Preparation *self);
static void step_failed (Nl668Preparation *self,
                         GError           *error);

/*****************************************************************************/
/* Ports: the daemon closes them between commands, and then reports are lost */

static void
open_ports (Nl668Preparation *self)
{
    g_autoptr(GError)  error = NULL;
    GList             *ports;
    GList             *l;

    ports = mm_daemon_find_at_ports (self->modem);
    for (l = ports; l; l = g_list_next (l)) {
        g_autoptr(GError) port_error = NULL;

        /* A port that carries a connection cannot be had */
        if (mm_daemon_port_open (l->data, &port_error))
            self->ports = g_list_prepend (self->ports, g_object_ref (l->data));
        else {
            mm_daemon_debug (self->modem, "port not used for the firmware update: %s", port_error->message);
            if (!error)
                error = g_steal_pointer (&port_error);
        }
    }
    g_list_free_full (ports, g_object_unref);

    if (self->ports)
        step_done (self);
    else
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                        "no AT port of the modem can be used: %s",
                                        error ? error->message : "it has none"));
}

static void
close_port (gpointer data)
{
    g_autoptr(GObject) port = data;

    mm_daemon_port_close (data);
}

static void
close_ports (Nl668Preparation *self)
{
    g_list_free_full (g_steal_pointer (&self->ports), close_port);
}

/*****************************************************************************/
/* Commands */

static void
send_command (Nl668Preparation    *self,
              const gchar         *command,
              GAsyncReadyCallback  callback)
{
    mm_daemon_at_command (self->modem, command,
                          MAX (nl668_timeout_get (NL668_TIMEOUT_COMMAND) / 1000, 1),
                          callback, g_object_ref (self));
}

static void
check_transport (Nl668Preparation *self)
{
    if (self->transports & self->request->transport)
        step_done (self);
    else
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                        "this module does not download over %s",
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

    if (error->domain == MM_MOBILE_EQUIPMENT_ERROR) {
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                        "this module has no firmware update over the air (AT" NL668_COMMAND_GTOTA_TEST "): %s",
                                        error->message));
        g_error_free (error);
        return;
    }
    g_prefix_error (&error, "the module does not say how it updates its firmware (AT" NL668_COMMAND_GTOTA_TEST "): ");
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

static void
callbreak_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(Nl668Preparation)  self = user_data;
    GError                      *error = NULL;

    if (!mm_daemon_at_command_finish (modem, res, &error)) {
        g_prefix_error (&error, "the module cannot keep calls from breaking the download (AT" NL668_COMMAND_CALLBREAK "): ");
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

    /* The manual: "should be using if the product supports it" */
    if (!mm_daemon_at_command_finish (modem, res, &error)) {
        if (error->domain != MM_MOBILE_EQUIPMENT_ERROR) {
            g_prefix_error (&error, "the module does not put data first (AT" NL668_COMMAND_GPRSFIRST "): ");
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
        g_prefix_error (&error, "the module does not start the update (AT+GTOTA): ");
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
/* Steps */

typedef enum {
    STEP_PORTS,
    STEP_TRANSPORTS,
    STEP_CALLBREAK,
    STEP_GPRSFIRST,
    STEP_UPDATE,
    STEP_LAST
} Step;

static const struct {
    void (* run)  (Nl668Preparation *self);
    void (* undo) (Nl668Preparation *self);
} steps[] = {
    [STEP_PORTS]      = { open_ports,      close_ports },
    [STEP_TRANSPORTS] = { load_transports, NULL        },
    [STEP_CALLBREAK]  = { set_callbreak,   NULL        },
    [STEP_GPRSFIRST]  = { set_gprsfirst,   NULL        },
    [STEP_UPDATE]     = { request_update,  NULL        },
};

G_STATIC_ASSERT (G_N_ELEMENTS (steps) == STEP_LAST);

static GTask *
take_task (Nl668Preparation *self)
{
    g_clear_object (&self->modem);
    return g_steal_pointer (&self->task);
}

static void
step_done (Nl668Preparation *self)
{
    self->step++;
    if (self->cancelled) {
        step_failed (self, g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the update is over already"));
    } else if (self->step == STEP_LAST) {
        g_autoptr(GTask) task = take_task (self);

        g_task_return_boolean (task, TRUE);
    } else
        steps[self->step].run (self);
}

static void
undo_steps (Nl668Preparation *self)
{
    while (self->step > 0) {
        self->step--;
        if (steps[self->step].undo)
            steps[self->step].undo (self);
    }
}

static void
step_failed (Nl668Preparation *self,
             GError           *error)
{
    g_autoptr(GTask) task = NULL;

    undo_steps (self);
    task = take_task (self);
    g_task_return_error (task, error);
}

void
nl668_preparation_undo (Nl668Preparation *self)
{
    if (self->task)
        self->cancelled = TRUE;
    else
        undo_steps (self);
}

/*****************************************************************************/

guint
nl668_preparation_get_transports (Nl668Preparation *self)
{
    return self->transports;
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
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
    self->modem = g_object_ref (modem);
    self->task = g_task_new (self, NULL, callback, user_data);
    steps[self->step].run (self);
}

Nl668Preparation *
nl668_preparation_new (Nl668Request *request,
                       guint         transports)
{
    Nl668Preparation *self;

    self = g_object_new (NL668_TYPE_PREPARATION, NULL);
    self->request = request;
    self->transports = transports;
    return self;
}

static void
nl668_preparation_init (Nl668Preparation *self)
{
}

static void
dispose (GObject *object)
{
    nl668_preparation_undo (NL668_PREPARATION (object));
    G_OBJECT_CLASS (nl668_preparation_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
    nl668_request_free (NL668_PREPARATION (object)->request);
    G_OBJECT_CLASS (nl668_preparation_parent_class)->finalize (object);
}

static void
nl668_preparation_class_init (Nl668PreparationClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->dispose = dispose;
    object_class->finalize = finalize;
}
