/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <signal.h>
#include <stdlib.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "mmcli-session.h"
#include "nl668-client-find.h"
#include "nl668-client-words.h"

/*****************************************************************************/
/* The end */

static void
undo_ready (GObject      *source,
            GAsyncResult *res,
            gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    MmcliSession      *self = user_data;

    if (!nl668_client_start_undo_finish (self->start, res, &error))
        mmcli_output_show_notice (self->output, error->message);
    g_main_loop_quit (self->loop);
}

/* Whether the module continues the update when this program ends */
static gboolean
is_update_under_way (MmcliSession *self)
{
    return self->is_waiting || (self->start && nl668_client_start_is_sent (self->start));
}

void
mmcli_session_end (MmcliSession *self,
                   gint          exit_status)
{
    self->is_ending = TRUE;
    self->exit_status = exit_status;
    if (self->start && !is_update_under_way (self) && !self->is_unreachable)
        nl668_client_start_undo (self->start, undo_ready, self);
    else
        g_main_loop_quit (self->loop);
}

static void
end_with_error_in_state (MmcliSession *self,
                         Nl668State    state,
                         const gchar  *prefix,
                         const GError *error)
{
    g_autofree gchar *text = NULL;

    /* If one error causes another, the first one is the reason */
    if (self->is_ending)
        return;

    /* An error from the property "Error" has already been set, with its name */
    if (self->status->state != state ||
        g_strcmp0 (self->status->error_message, error->message) != 0)
        nl668_client_status_set_error (self->status, state, error);
    mmcli_output_show_result (self->output, self->status);
    text = g_strconcat (prefix, error->message, NULL);
    mmcli_output_show_error (self->output, text);
    mmcli_session_end (self, EXIT_FAILURE);
}

void
mmcli_session_end_with_error (MmcliSession *self,
                              const GError *error)
{
    Nl668State state = NL668_STATE_UNKNOWN;

    if (self->options->update || self->is_waiting)
        state = NL668_STATE_FAILED;
    end_with_error_in_state (self, state, "", error);
}

static const gchar *
get_selector (MmcliSession *self)
{
    return self->status->imei ? self->status->imei : self->options->modem;
}

static gchar *
describe_check (MmcliSession *self,
                const gchar  *reason)
{
    return g_strdup_printf (_("%s; check with `mmcli -m %s --firmware-update-status` before you "
                              "start the update again"), reason, get_selector (self));
}

/* The update may go on without this program, and is in the state that was seen last. Until there
 * is a reply to Start(), there may be an update that was not seen. */
static Nl668State
get_last_state (MmcliSession *self)
{
    return self->status->state == NL668_STATE_IDLE ? NL668_STATE_UNKNOWN : self->status->state;
}

static void
end_given_up (MmcliSession *self,
              const GError *reason)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *text = NULL;

    text = describe_check (self, reason->message);
    error = g_error_new_literal (reason->domain, reason->code, text);
    end_with_error_in_state (self, get_last_state (self), "", error);
}

void
mmcli_session_end_with_update_error (MmcliSession *self,
                                     const GError *error)
{
    if (is_update_under_way (self) && self->status->state != NL668_STATE_FAILED)
        end_given_up (self, error);
    else
        end_with_error_in_state (self, NL668_STATE_FAILED, _("couldn't update the firmware: "),
                                 error);
}

static void
end_with_success (MmcliSession *self)
{
    g_autofree gchar *text = NULL;
    const gchar      *previous = self->status->previous_version;
    const gchar      *current = self->status->current_version;

    text = g_strdup_printf (_("successfully updated the firmware: %s -> %s"),
                            previous ? previous : _("unknown"), current ? current : _("unknown"));
    mmcli_output_show_activity (self->output, NULL);
    mmcli_output_show_step (self->output, text);
    mmcli_output_show_result (self->output, self->status);
    mmcli_session_end (self, EXIT_SUCCESS);
}

/*****************************************************************************/
/* Interruption */

static gchar *
describe_interruption (MmcliSession *self)
{
    if (!is_update_under_way (self))
        return g_strdup (_("cancelled, nothing was sent to the module"));
    if (!self->is_waiting && self->status->state == NL668_STATE_IDLE)
        return describe_check (self, _("ModemManager may still start the update"));
    return g_strdup_printf (_("the module goes on with the update on its own; "
                              "to follow it, run `mmcli -m %s --firmware-update-status --wait`"),
                            get_selector (self));
}

static Nl668State
get_interrupted_state (MmcliSession *self)
{
    if (is_update_under_way (self))
        return get_last_state (self);
    return self->options->update ? NL668_STATE_FAILED : NL668_STATE_UNKNOWN;
}

void
mmcli_session_end_interrupted (MmcliSession *self)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *text = NULL;

    text = describe_interruption (self);
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_CANCELLED, text);
    nl668_client_status_set_error (self->status, get_interrupted_state (self), error);
    mmcli_output_show_result (self->output, self->status);
    mmcli_output_show_notice (self->output, text);
    /* The exit status that a shell reports for a program terminated by a signal */
    mmcli_session_end (self,
                       is_update_under_way (self) ? 128 + self->interrupted_by : EXIT_FAILURE);
}

static void
remove_watches (MmcliSession *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (self->watches); i++)
        g_clear_handle_id (&self->watches[i].id, g_source_remove);
}

static gboolean
signal_cb (gpointer user_data)
{
    MmcliSignalWatch *watch = user_data;
    MmcliSession     *self = watch->session;

    /* The next signal terminates the program at once */
    remove_watches (self);

    self->interrupted_by = watch->number;
    if (self->is_ending)
        return G_SOURCE_REMOVE;
    if (self->start && !nl668_client_start_is_sent (self->start))
        g_cancellable_cancel (self->cancellable);
    else
        mmcli_session_end_interrupted (self);
    return G_SOURCE_REMOVE;
}

/* For example, by nohup(1) */
static gboolean
is_ignored (gint signum)
{
    struct sigaction action;

    return signum == SIGHUP && sigaction (signum, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

void
mmcli_session_catch_signals (MmcliSession *self)
{
    static const gint numbers[] = { SIGINT, SIGTERM, SIGHUP };
    guint             i;

    G_STATIC_ASSERT (G_N_ELEMENTS (numbers) == G_N_ELEMENTS (((MmcliSession *) NULL)->watches));
    for (i = 0; i < G_N_ELEMENTS (numbers); i++) {
        MmcliSignalWatch *watch = &self->watches[i];

        watch->session = self;
        watch->number = numbers[i];
        if (!is_ignored (numbers[i]))
            watch->id = g_unix_signal_add (numbers[i], signal_cb, watch);
    }
}

/*****************************************************************************/
/* The bus */

static void
connection_closed_cb (MmcliSession *self)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *text = NULL;

    if (self->is_ending)
        return;
    self->is_unreachable = TRUE;
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                 _("the connection to the bus was lost"));
    if (!is_update_under_way (self)) {
        mmcli_session_end_with_error (self, error);
        return;
    }
    end_with_error_in_state (self, get_last_state (self), "", error);
    text = describe_interruption (self);
    mmcli_output_show_notice (self->output, text);
}

gboolean
mmcli_session_connect_to_bus (MmcliSession  *self,
                              GError       **error)
{
    GBusType type = self->options->session_bus ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM;

    self->connection = g_bus_get_sync (type, NULL, error);
    if (!self->connection) {
        g_prefix_error (error, _("couldn't get bus: "));
        return FALSE;
    }
    /* By default, GIO terminates the program without a message */
    g_dbus_connection_set_exit_on_close (self->connection, FALSE);
    g_signal_connect_swapped (self->connection, "closed", G_CALLBACK (connection_closed_cb), self);
    return TRUE;
}

/*****************************************************************************/
/* The modem */

/* The follower handles it once the update is under way */
static void
object_removed_cb (MmcliSession *self,
                   GDBusObject  *object)
{
    g_autoptr(GError) error = NULL;

    if (is_update_under_way (self) ||
        g_strcmp0 (g_dbus_object_get_object_path (object), mm_object_get_path (self->object)) != 0)
        return;
    self->is_unreachable = TRUE;
    if (nl668_client_has_owner (self->manager, NULL))
        error = nl668_client_words_new_removed ();
    else
        error = nl668_client_words_new_not_begun ();
    if (self->options->update)
        mmcli_session_end_with_update_error (self, error);
    else
        mmcli_session_end_with_error (self, error);
}

gboolean
mmcli_session_set_modem (MmcliSession *self,
                         MMObject     *object)
{
    g_autoptr(GDBusProxy)  proxy = NULL;
    g_autoptr(GError)      error = NULL;

    g_debug ("modem found at '%s'", mm_object_get_path (object));
    self->object = object;
    nl668_client_status_set_modem (self->status, object);
    proxy = nl668_client_get_update_proxy (object);
    if (!proxy) {
        error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                             _("modem does not support firmware updates over the air "
                               "(plugin: %s)"),
                             mm_modem_get_plugin (mm_object_peek_modem (object)));
        mmcli_session_end_with_error (self, error);
        return FALSE;
    }

    g_signal_connect_swapped (self->manager, "object-removed", G_CALLBACK (object_removed_cb),
                              self);
    self->port = nl668_client_open_port (object);
    nl668_client_status_read_properties (self->status, proxy);
    nl668_client_status_read_port (self->status, self->port);
    return TRUE;
}

/*****************************************************************************/
/* The update */

static void
changed_cb (MmcliSession *self)
{
    mmcli_output_show_update (self->output, self->status);
}

static void
event_cb (MmcliSession *self,
          guint         event)
{
    g_autofree gchar *text = NULL;

    text = nl668_client_words_describe_event (event, self->status);
    mmcli_output_show_step (self->output, text);
}

void
mmcli_session_create_follower (MmcliSession *self)
{
    self->follower = nl668_client_follower_new (self->manager, self->object, self->port,
                                                self->status, self->settings);
    if (self->options->no_wait)
        return;
    g_signal_connect_swapped (self->follower, "changed", G_CALLBACK (changed_cb), self);
    g_signal_connect_swapped (self->follower, "event", G_CALLBACK (event_cb), self);
}

static void
wait_ready (GObject      *source,
            GAsyncResult *res,
            gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    MmcliSession      *self = user_data;

    if (nl668_client_follower_wait_finish (self->follower, res, &error))
        end_with_success (self);
    else
        mmcli_session_end_with_update_error (self, error);
}

void
mmcli_session_wait (MmcliSession *self)
{
    self->is_waiting = TRUE;
    nl668_client_follower_wait (self->follower, NL668_CLIENT_UNTIL_SUCCEEDED, wait_ready, self);
}

/*****************************************************************************/

gint
mmcli_session_run (MmcliSession *self)
{
    if (!self->is_ending)
        g_main_loop_run (self->loop);
    return self->exit_status;
}

MmcliSession *
mmcli_session_new (const MmcliOptions *options,
                   GVariant           *settings,
                   MmcliOutput        *output)
{
    MmcliSession *self;

    self = g_new0 (MmcliSession, 1);
    self->options = options;
    self->settings = settings;
    self->output = output;
    self->loop = g_main_loop_new (NULL, FALSE);
    self->exit_status = EXIT_FAILURE;
    self->status = nl668_client_status_new ();
    nl668_client_status_set_request (self->status, settings);
    return self;
}

void
mmcli_session_free (MmcliSession *self)
{
    remove_watches (self);
    if (self->connection)
        g_signal_handlers_disconnect_by_data (self->connection, self);
    if (self->manager)
        g_signal_handlers_disconnect_by_data (self->manager, self);
    g_clear_object (&self->follower);
    g_clear_object (&self->start);
    g_clear_object (&self->cancellable);
    g_clear_object (&self->port);
    g_clear_object (&self->object);
    g_clear_object (&self->manager);
    g_clear_object (&self->connection);
    nl668_client_status_free (self->status);
    g_main_loop_unref (self->loop);
    g_free (self);
}
