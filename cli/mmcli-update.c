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
#include "mmcli-modem.h"
#include "mmcli-register.h"
#include "mmcli-update.h"

/* As the stock client */
#define CALL_SECONDS  30
/* Start() waits for who answers the question of polkit, and for the radio */
#define START_SECONDS 180

typedef struct {
    const MmcliOptions *options;
    GVariant           *settings;
    MmcliOutput        *output;
    GMainLoop          *loop;
    gint                exit_status;

    MMManager          *manager;
    MMObject           *object;
    GDBusProxy         *proxy;
    MmcliFollower      *follower;

    /* Whether Start() was sent: the module goes on without us */
    gboolean            is_sent;
    guint               signal_ids[3];
} Update;

/*****************************************************************************/
/* The end */

static void
end (Update      *self,
     gint         exit_status)
{
    self->exit_status = exit_status;
    g_main_loop_quit (self->loop);
}

static void
end_with_error (Update       *self,
                const gchar  *prefix,
                const GError *error)
{
    g_autofree gchar *text = NULL;

    /* Two things may go wrong at once; the first one is the reason. */
    if (!g_main_loop_is_running (self->loop))
        return;
    text = g_strconcat (prefix, error->message, NULL);
    mmcli_output_show_error (self->output, text);
    end (self, EXIT_FAILURE);
}

#define UPDATE_PREFIX _("couldn't update the firmware: ")

static void
end_with_success (Update *self)
{
    const MmcliStatus *status;
    g_autofree gchar  *text = NULL;

    end (self, EXIT_SUCCESS);
    if (self->options->format != MMCLI_FORMAT_HUMAN)
        return;

    status = mmcli_follower_get_status (self->follower);
    text = g_strdup_printf (_("successfully updated the firmware: %s -> %s"),
                            status->previous_version ? status->previous_version : _("unknown"),
                            status->current_version ? status->current_version : _("unknown"));
    mmcli_output_show_activity (self->output, NULL);
    mmcli_output_show_step (self->output, text);
}

static void
end_started (Update *self)
{
    end (self, EXIT_SUCCESS);
    mmcli_output_show_activity (self->output, NULL);
    if (self->options->format == MMCLI_FORMAT_HUMAN)
        mmcli_output_show_step (self->output, _("successfully started the firmware update"));
    else
        mmcli_output_show_status (self->output, mmcli_follower_get_status (self->follower));
}

/*****************************************************************************/
/* Interruption */

static void
tell_interruption (Update *self)
{
    g_autofree gchar *name = NULL;

    mmcli_output_show_activity (self->output, NULL);
    if (!self->is_sent) {
        g_printerr (_("cancelled, nothing was sent to the module\n"));
        return;
    }

    name = mmcli_modem_dup_stable_name (self->object, self->options->modem);
    g_printerr (_("the module goes on with the update by itself; "
                "see how it does with `mmcli -m %s --firmware-update-status`\n"), name);
}

static gboolean
signal_cb (gpointer user_data)
{
    Update *self = user_data;
    guint   i;

    /* Another one is to end the program at once, whatever it is doing. */
    for (i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
        g_clear_handle_id (&self->signal_ids[i], g_source_remove);

    if (!g_main_loop_is_running (self->loop))
        return G_SOURCE_REMOVE;
    if (self->options->update)
        tell_interruption (self);
    end (self, EXIT_FAILURE);
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

    G_STATIC_ASSERT (G_N_ELEMENTS (signals) == G_N_ELEMENTS (((Update *) NULL)->signal_ids));
    for (i = 0; i < G_N_ELEMENTS (signals); i++) {
        if (!is_ignored (signals[i]))
            self->signal_ids[i] = g_unix_signal_add (signals[i], signal_cb, self);
    }
}

static void
connection_closed_cb (Update *self)
{
    mmcli_output_show_error (self->output, _("the connection to the bus was lost"));
    if (self->is_sent)
        tell_interruption (self);
    end (self, EXIT_FAILURE);
}

/* Until it is followed, the modem has to stay. */
static void
object_removed_cb (Update      *self,
                   GDBusObject *object)
{
    g_autoptr(GError) error = NULL;

    if (self->is_sent || g_strcmp0 (g_dbus_object_get_object_path (object), mm_object_get_path (self->object)) != 0)
        return;
    error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND, _("the modem has left"));
    end_with_error (self, self->options->update ? UPDATE_PREFIX : "", error);
}

/*****************************************************************************/
/* The steps of an update, the last one first */

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
           mmcli_status_is_active (mmcli_follower_get_status (self->follower));
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
    if (!reply && !is_late (self, error)) {
        g_dbus_error_strip_remote_error (error);
        mmcli_follower_show_failure (self->follower, error);
        end_with_error (self, UPDATE_PREFIX, error);
        return;
    }

    if (self->options->no_wait)
        end_started (self);
    else
        mmcli_follower_wait (self->follower, follow_ready, self);
}

static void
register_ready (GObject      *source,
                GAsyncResult *res,
                gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    Update            *self = user_data;

    if (!mmcli_register_finish (MM_MODEM (source), res, &error)) {
        end_with_error (self, UPDATE_PREFIX, error);
        return;
    }

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
start_update (Update *self)
{
    g_autoptr(GError) error = NULL;

    self->follower = mmcli_follower_new (self->manager, self->object, self->proxy, self->output);
    if (mmcli_status_is_active (mmcli_follower_get_status (self->follower))) {
        error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                                     _("an update is under way: see how it does with --firmware-update-status"));
        end_with_error (self, UPDATE_PREFIX, error);
        return;
    }
    mmcli_register (mm_object_peek_modem (self->object), self->output, register_ready, self);
}

/*****************************************************************************/
/* The modem, for an update and for its status */

static void
show_status (Update *self)
{
    g_autoptr(MmcliStatus)   status = NULL;
    g_autoptr(Nl668UsbPort)  port = NULL;

    status = mmcli_status_new ();
    mmcli_status_read (status, self->proxy);
    port = mmcli_modem_open_port (self->object);
    mmcli_status_read_port (status, port);
    mmcli_output_show_status (self->output, status);
    end (self, EXIT_SUCCESS);
}

static void
end_without_interface (Update *self)
{
    g_autofree gchar *text = NULL;

    text = g_strdup_printf (_("modem has no over-the-air firmware update (plugin: %s)"),
                            mm_modem_get_plugin (mm_object_peek_modem (self->object)));
    mmcli_output_show_error (self->output, text);
    end (self, EXIT_FAILURE);
}

static void
modem_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    Update            *self = user_data;

    self->object = mmcli_modem_find_finish (res, &self->manager, &error);
    if (!self->object) {
        end_with_error (self, "", error);
        return;
    }

    self->proxy = mmcli_modem_get_update (self->object);
    if (!self->proxy) {
        end_without_interface (self);
        return;
    }

    g_signal_connect_swapped (self->manager, "object-removed", G_CALLBACK (object_removed_cb), self);
    g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (mm_object_peek_modem (self->object)),
                                      (self->options->timeout ? self->options->timeout : CALL_SECONDS) * 1000);
    if (self->options->update)
        start_update (self);
    else
        show_status (self);
}

/*****************************************************************************/

static void
clear (Update *self)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
        g_clear_handle_id (&self->signal_ids[i], g_source_remove);
    if (self->manager)
        g_signal_handlers_disconnect_by_data (self->manager, self);
    g_clear_object (&self->follower);
    g_clear_object (&self->proxy);
    g_clear_object (&self->object);
    g_clear_object (&self->manager);
    g_main_loop_unref (self->loop);
}

gint
mmcli_update_run (GDBusConnection    *connection,
                  const MmcliOptions *options,
                  GVariant           *settings,
                  MmcliOutput        *output)
{
    Update self = {
        .options     = options,
        .settings    = settings,
        .output      = output,
        .exit_status = EXIT_FAILURE,
    };
    gulong closed_id;

    self.loop = g_main_loop_new (NULL, FALSE);
    watch_signals (&self);
    /* GLib would end the program, without a word */
    g_dbus_connection_set_exit_on_close (connection, FALSE);
    closed_id = g_signal_connect_swapped (connection, "closed", G_CALLBACK (connection_closed_cb), &self);

    mmcli_modem_find (connection, options->modem, modem_ready, &self);
    g_main_loop_run (self.loop);

    g_signal_handler_disconnect (connection, closed_id);
    clear (&self);
    return self.exit_status;
}
