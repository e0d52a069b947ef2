/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <signal.h>
#include <stdlib.h>

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <libmm-glib.h>

#include "mmcli-follower.h"
#include "mmcli-list.h"
#include "mmcli-modem.h"
#include "mmcli-register.h"
#include "mmcli-update.h"

/* As the stock client */
#define CALL_SECONDS  30
/* Start() waits for who answers the question of polkit, and for the radio */
#define START_SECONDS 180

typedef struct _Update Update;

typedef struct {
    Update *update;
    gint    number;
    guint   id;
} SignalWatch;

struct _Update {
    const MmcliOptions *options;
    GVariant           *settings;
    MmcliOutput        *output;
    GMainLoop          *loop;
    gint                exit_status;
    gboolean            is_ending;

    MMManager          *manager;
    MMObject           *object;
    GDBusProxy         *proxy;
    Nl668UsbPort       *port;
    MmcliStatus        *status;
    MmcliFollower      *follower;

    /* Of the modem, which was disabled: it is again if there is no update */
    GCancellable       *registration;
    gboolean            was_registered;
    gboolean            was_enabled;
    /* Whether Start() was sent: the module goes on without us */
    gboolean            is_sent;
    /* Whether what the module does is watched, and not the modem object */
    gboolean            is_following;

    SignalWatch         watches[3];
    gint                interrupted_by;
};

#define UPDATE_PREFIX _("couldn't update the firmware: ")

/*****************************************************************************/
/* The end */

static void
disable_ready (GObject      *source,
               GAsyncResult *res,
               gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *text = NULL;
    Update            *self = user_data;

    if (!mm_modem_disable_finish (MM_MODEM (source), res, &error)) {
        g_dbus_error_strip_remote_error (error);
        text = g_strdup_printf (_("couldn't disable the modem again: %s"), error->message);
        mmcli_output_show_notice (self->output, text);
    }
    g_main_loop_quit (self->loop);
}

static void
end (Update *self,
     gint    exit_status)
{
    self->is_ending = TRUE;
    self->exit_status = exit_status;
    if (self->was_enabled && !self->is_sent)
        mm_modem_disable (mm_object_peek_modem (self->object), NULL, disable_ready, self);
    else
        g_main_loop_quit (self->loop);
}

static void
end_with_error_in_state (Update       *self,
                         MmcliState    state,
                         const gchar  *prefix,
                         const GError *error)
{
    g_autofree gchar *text = NULL;

    /* Two things may go wrong at once; the first one is the reason. */
    if (self->is_ending)
        return;

    /* What ModemManager says has a name already. */
    if (self->status->state != state ||
        g_strcmp0 (self->status->error_message, error->message) != 0)
        mmcli_status_set_error (self->status, state, error);
    mmcli_output_show_result (self->output, self->status);
    text = g_strconcat (prefix, error->message, NULL);
    mmcli_output_show_error (self->output, text);
    end (self, EXIT_FAILURE);
}

static void
end_with_error (Update       *self,
                const gchar  *prefix,
                const GError *error)
{
    MmcliState state = MMCLI_STATE_UNKNOWN;

    if (self->options->update || self->is_following)
        state = MMCLI_STATE_FAILED;
    end_with_error_in_state (self, state, prefix, error);
}

static void
end_with_success (Update *self)
{
    g_autofree gchar *text = NULL;
    const gchar      *previous = self->status->previous_version;
    const gchar      *current = self->status->current_version;

    text = g_strdup_printf (_("successfully updated the firmware: %s -> %s"),
                            previous ? previous : _("unknown"), current ? current : _("unknown"));
    mmcli_output_show_activity (self->output, NULL);
    mmcli_output_show_step (self->output, text);
    mmcli_output_show_result (self->output, self->status);
    end (self, EXIT_SUCCESS);
}

static void
end_started (Update *self)
{
    mmcli_output_show_activity (self->output, NULL);
    mmcli_output_show_step (self->output, _("successfully started the firmware update"));
    mmcli_output_show_result (self->output, self->status);
    end (self, EXIT_SUCCESS);
}

/*****************************************************************************/
/* Interruption */

/* Without us */
static gboolean
goes_on (Update *self)
{
    return self->is_sent || self->is_following;
}

static gchar *
describe_interruption (Update *self)
{
    if (!goes_on (self))
        return g_strdup (_("cancelled, nothing was sent to the module"));
    return g_strdup_printf (_("the module goes on with the update on its own; "
                              "to follow it, run `mmcli -m %s --firmware-update-status --wait`"),
                            self->status->imei ? self->status->imei : self->options->modem);
}

/* Of an update that goes on: Start() may not have been answered yet. */
static MmcliState
get_state_without_us (Update *self)
{
    return self->status->state == MMCLI_STATE_IDLE ? MMCLI_STATE_PREPARING : self->status->state;
}

static void
end_interrupted (Update *self)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *text = NULL;
    MmcliState         state;

    if (goes_on (self))
        state = get_state_without_us (self);
    else
        state = self->options->update ? MMCLI_STATE_FAILED : MMCLI_STATE_UNKNOWN;

    text = describe_interruption (self);
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_CANCELLED, text);
    mmcli_status_set_error (self->status, state, error);
    mmcli_output_show_result (self->output, self->status);
    mmcli_output_show_notice (self->output, text);
    /* As a shell has it of a program that a signal ends */
    end (self, goes_on (self) ? 128 + self->interrupted_by : EXIT_FAILURE);
}

static gboolean
signal_cb (gpointer user_data)
{
    SignalWatch *watch = user_data;
    Update      *self = watch->update;
    guint        i;

    /* Another one is to end the program at once, whatever it is doing. */
    for (i = 0; i < G_N_ELEMENTS (self->watches); i++)
        g_clear_handle_id (&self->watches[i].id, g_source_remove);

    self->interrupted_by = watch->number;
    if (self->is_ending)
        return G_SOURCE_REMOVE;
    if (self->registration)
        g_cancellable_cancel (self->registration);
    else
        end_interrupted (self);
    return G_SOURCE_REMOVE;
}

/* nohup is for those who mean to leave */
static gboolean
is_ignored (gint signum)
{
    struct sigaction action;

    return signum == SIGHUP && sigaction (signum, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void
watch_signals (Update *self)
{
    static const gint signals[] = { SIGINT, SIGTERM, SIGHUP };
    guint             i;

    G_STATIC_ASSERT (G_N_ELEMENTS (signals) == G_N_ELEMENTS (((Update *) NULL)->watches));
    for (i = 0; i < G_N_ELEMENTS (signals); i++) {
        self->watches[i].update = self;
        self->watches[i].number = signals[i];
        if (!is_ignored (signals[i]))
            self->watches[i].id = g_unix_signal_add (signals[i], signal_cb, &self->watches[i]);
    }
}

static void
connection_closed_cb (Update *self)
{
    g_autoptr(GError)  error = NULL;
    g_autofree gchar  *text = NULL;

    if (self->is_ending)
        return;
    /* Nobody can be asked to disable the modem. */
    self->was_enabled = FALSE;
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                 _("the connection to the bus was lost"));
    if (!goes_on (self)) {
        end_with_error (self, "", error);
        return;
    }
    end_with_error_in_state (self, get_state_without_us (self), "", error);
    text = describe_interruption (self);
    mmcli_output_show_notice (self->output, text);
}

/* Until it is followed, the modem has to stay. */
static void
object_removed_cb (Update      *self,
                   GDBusObject *object)
{
    g_autoptr(GError) error = NULL;

    if (goes_on (self) || !self->object ||
        g_strcmp0 (g_dbus_object_get_object_path (object), mm_object_get_path (self->object)) != 0)
        return;
    self->was_enabled = FALSE;
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND, _("the modem has left"));
    end_with_error (self, self->options->update ? UPDATE_PREFIX : "", error);
}

/*****************************************************************************/
/* The steps of an update, the last one first */

/* @settings: (nullable): of the update that is about to be started */
static void
follow (Update   *self,
        GVariant *settings)
{
    self->follower = mmcli_follower_new (self->manager, self->object, self->port, self->status,
                                         settings, self->output);
}

static void
follow_ready (GObject      *source,
              GAsyncResult *res,
              gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    Update            *self = user_data;

    if (mmcli_follower_wait_finish (self->follower, res, &error))
        end_with_success (self);
    else
        end_with_error (self, UPDATE_PREFIX, error);
}

/* The call took longer than we wait; what the update does tells whether it
 * arrived. */
static gboolean
is_late (Update       *self,
         const GError *error)
{
    return (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
            g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
            g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT)) &&
           mmcli_status_is_active (self->status);
}

static void register_modem (Update *self);

/* In a state that ends with registration, if it is waited for */
static gboolean
can_be_registered (Update *self)
{
    MMModemState state;

    state = mm_modem_get_state (mm_object_peek_modem (self->object));
    return state != MM_MODEM_STATE_FAILED && state != MM_MODEM_STATE_LOCKED &&
           state < MM_MODEM_STATE_REGISTERED;
}

static void
start_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GVariant)  reply = NULL;
    g_autoptr(GError)    error = NULL;
    Update              *self = user_data;

    reply = g_dbus_proxy_call_finish (self->proxy, res, &error);
    /* The end of the connection is told right after this, and is no answer. */
    if (self->is_ending || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
        return;

    if (!reply && !is_late (self, error)) {
        self->is_sent = FALSE;
        if (!self->was_registered &&
            g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE) &&
            can_be_registered (self)) {
            register_modem (self);
            return;
        }
        g_dbus_error_strip_remote_error (error);
        end_with_error (self, UPDATE_PREFIX, error);
        return;
    }

    if (self->options->no_wait) {
        end_started (self);
        return;
    }
    self->is_following = TRUE;
    mmcli_follower_wait (self->follower, follow_ready, self);
}

static void
call_start (Update *self)
{
    if (!self->options->no_wait)
        mmcli_follower_start (self->follower);
    mmcli_output_show_activity (self->output, _("starting"));
    self->is_sent = TRUE;
    g_dbus_proxy_call (self->proxy,
                       "Start", g_variant_new ("(@a{sv})", self->settings),
                       G_DBUS_CALL_FLAGS_NONE,
                       (self->options->timeout ? self->options->timeout : START_SECONDS) * 1000,
                       NULL, start_ready, self);
}

static void
register_ready (GObject      *source,
                GAsyncResult *res,
                gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    gboolean           is_registered;
    Update            *self = user_data;

    is_registered = mmcli_register_finish (MM_MODEM (source), res, &self->was_enabled, &error);
    g_clear_object (&self->registration);
    if (self->is_ending)
        return;
    if (self->interrupted_by)
        end_interrupted (self);
    else if (!is_registered)
        end_with_error (self, UPDATE_PREFIX, error);
    else {
        self->was_registered = TRUE;
        call_start (self);
    }
}

static void
register_modem (Update *self)
{
    self->registration = g_cancellable_new ();
    mmcli_register (mm_object_peek_modem (self->object), self->output, self->registration,
                    register_ready, self);
}

/* A modem is enabled only if nothing else stands in the way: ModemManager looks at its
 * state last. */
static void
start_update (Update *self)
{
    g_autoptr(GError) error = NULL;

    if (mmcli_status_is_active (self->status)) {
        mmcli_status_set_request (self->status, self->settings);
        error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                                     _("an update is under way: "
                                       "follow it with --firmware-update-status --wait"));
        end_with_error (self, UPDATE_PREFIX, error);
        return;
    }
    follow (self, self->settings);
    call_start (self);
}

/*****************************************************************************/
/* Status */

static gboolean
is_failure (Update *self)
{
    return self->options->wait && self->status->state == MMCLI_STATE_FAILED;
}

/* Of the modem, or of a module that is away */
static void
show_status (Update *self)
{
    if (!self->options->wait || !self->manager || !mmcli_status_is_active (self->status)) {
        mmcli_output_show_status (self->output, self->status);
        end (self, is_failure (self) ? EXIT_FAILURE : EXIT_SUCCESS);
        return;
    }

    follow (self, NULL);
    self->is_following = TRUE;
    mmcli_follower_start (self->follower);
    mmcli_follower_wait (self->follower, follow_ready, self);
}

/* What no modem object tells, the record of the module may. Only root can read it. */
static gboolean
show_remembered (Update       *self,
                 const GError *reason)
{
    g_autoptr(MmcliStatus)  status = NULL;
    g_autoptr(GError)       error = NULL;
    g_autofree gchar       *imei = NULL;
    MmcliModemKind          kind;

    imei = mmcli_modem_parse (self->options->modem, &kind);
    if (self->options->update || !imei || kind != MMCLI_MODEM_IMEI)
        return FALSE;

    status = mmcli_list_read_record (imei, &error);
    if (!status) {
        if (g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            return FALSE;
        g_prefix_error (&error, _("%s, and couldn't read its update record: "), reason->message);
        end_with_error (self, "", error);
        return TRUE;
    }

    mmcli_status_free (self->status);
    self->status = g_steal_pointer (&status);
    show_status (self);
    return TRUE;
}

static void
show_list (Update       *self,
           const GError *reason)
{
    g_autoptr(GPtrArray)  list = NULL;
    g_autoptr(GError)     error = NULL;
    guint                 i;

    list = mmcli_list_new (self->manager, &error);
    if (reason && !list->len) {
        end_with_error (self, "", reason);
        return;
    }

    for (i = 0; i < list->len; i++)
        mmcli_output_show_status (self->output, g_ptr_array_index (list, i));
    if (!list->len)
        mmcli_output_show_step (self->output,
                                _("No modems that support firmware updates over the air were "
                                  "found"));
    if (reason)
        mmcli_output_show_notice (self->output, reason->message);
    if (error)
        mmcli_output_show_notice (self->output, _("only root can see modems that are currently "
                                                  "away"));
    end (self, EXIT_SUCCESS);
}

/*****************************************************************************/
/* The modem, for an update and for its status */

static void
end_without_interface (Update *self)
{
    g_autoptr(GError) error = NULL;

    error = g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                         _("modem does not support firmware updates over the air (plugin: %s)"),
                         mm_modem_get_plugin (mm_object_peek_modem (self->object)));
    end_with_error (self, "", error);
}

static void
find_modem (Update *self)
{
    g_autoptr(GError) error = NULL;

    self->object = (self->options->update ? mmcli_modem_find_only : mmcli_modem_find) (
        self->manager, self->options->modem, &error);
    if (!self->object) {
        if (!show_remembered (self, error))
            end_with_error (self, "", error);
        return;
    }
    g_debug ("modem found at '%s'", mm_object_get_path (self->object));

    mmcli_status_set_modem (self->status, self->object);
    self->proxy = mmcli_modem_get_update (self->object);
    if (!self->proxy) {
        end_without_interface (self);
        return;
    }

    g_signal_connect_swapped (self->manager, "object-removed", G_CALLBACK (object_removed_cb), self);
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (mm_object_peek_modem (self->object)),
                                      (self->options->timeout ? self->options->timeout : CALL_SECONDS) * 1000);
    self->port = mmcli_modem_open_port (self->object);
    mmcli_status_read (self->status, self->proxy);
    mmcli_status_read_port (self->status, self->port);
    if (self->options->update)
        start_update (self);
    else
        show_status (self);
}

static gboolean
is_list (Update *self)
{
    return !self->options->update && !self->options->wait && !self->options->modem;
}

static void
end_without_manager (Update       *self,
                     const GError *error)
{
    if (is_list (self))
        show_list (self, error);
    else if (!show_remembered (self, error))
        end_with_error (self, "", error);
}

/* Takes @manager, which is NULL if there is an error */
static void
connected (Update       *self,
           MMManager    *manager,
           const GError *error)
{
    self->manager = manager;
    if (self->is_ending)
        return;
    if (!self->manager)
        end_without_manager (self, error);
    else if (is_list (self))
        show_list (self, NULL);
    else
        find_modem (self);
}

static void
connect_ready (GObject      *source,
               GAsyncResult *res,
               gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    MMManager         *manager;

    manager = mmcli_modem_connect_finish (res, &error);
    connected (user_data, manager, error);
}

/* A signal ends this as it ends any program: there is nothing to tell. */
static void
show_at_once (Update          *self,
              GDBusConnection *connection)
{
    g_autoptr(GError)  error = NULL;
    MMManager         *manager;

    manager = mmcli_modem_connect_sync (connection, &error);
    connected (self, manager, error);
}

/*****************************************************************************/

static GDBusConnection *
get_bus (Update  *self,
         GError **error)
{
    GDBusConnection *connection;

    connection = g_bus_get_sync (self->options->session_bus ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM,
                                 NULL, error);
    if (!connection) {
        g_prefix_error (error, _("couldn't get bus: "));
        return NULL;
    }
    /* GLib would end the program, without a word */
    g_dbus_connection_set_exit_on_close (connection, FALSE);
    g_signal_connect_swapped (connection, "closed", G_CALLBACK (connection_closed_cb), self);
    return connection;
}

static void
clear (Update *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (self->watches); i++)
        g_clear_handle_id (&self->watches[i].id, g_source_remove);
    if (self->manager)
        g_signal_handlers_disconnect_by_data (self->manager, self);
    g_clear_object (&self->follower);
    g_clear_object (&self->proxy);
    g_clear_object (&self->port);
    g_clear_object (&self->object);
    g_clear_object (&self->manager);
    mmcli_status_free (self->status);
    g_main_loop_unref (self->loop);
}

gint
mmcli_update_run (const MmcliOptions *options,
                  GVariant           *settings,
                  MmcliOutput        *output)
{
    g_autoptr(GDBusConnection) connection = NULL;
    g_autoptr(GError)          error = NULL;
    Update                     self = {
        .options     = options,
        .settings    = settings,
        .output      = output,
        .exit_status = EXIT_FAILURE,
    };

    self.loop = g_main_loop_new (NULL, FALSE);
    self.status = mmcli_status_new ();
    mmcli_status_set_request (self.status, settings);

    connection = get_bus (&self, &error);
    if (!connection)
        end_without_manager (&self, error);
    else if (options->update || options->wait) {
        watch_signals (&self);
        mmcli_modem_connect (connection, connect_ready, &self);
    } else
        show_at_once (&self, connection);
    if (!self.is_ending)
        g_main_loop_run (self.loop);

    if (connection)
        g_signal_handlers_disconnect_by_data (connection, &self);
    clear (&self);
    return self.exit_status;
}
