/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-inhibitor.h"
#include "nl668-at.h"
#include "nl668-timeouts.h"
#include "nl668-update.h"
#include "nl668-usb-port.h"

/* The ports of a device that is pulled out go before the device does. */
#define UNPLUG_USEC (2 * G_USEC_PER_SEC)

/* In the log: a module that raves must not fill it */
#define UNKNOWN_REPORTS_MAX 20

typedef enum {
    GAVE_UP_NOT,
    GAVE_UP_SILENT,
    GAVE_UP_GONE,
} GaveUp;

struct _Nl668Update {
    Nl668Status     parent;
    gchar          *usb_path;
    /* The password, not to be shown if the module repeats it */
    gchar          *secret;
    /* While an update is under way */
    Nl668Inhibitor *inhibitor;
    GCancellable   *cancellable;
    Nl668UsbPort   *usb_port;
    /* Since when there is no modem object */
    gint64          left_at;
    /* What is waited for */
    guint           timeout_id;
    /* Why the update failed just for us: it may have gone on all the same */
    GaveUp          gave_up;
    guint           n_unknown_reports;
};

G_DEFINE_TYPE (Nl668Update, nl668_update, NL668_TYPE_STATUS)

#define IFACE(self)  NL668_MODEM_FIRMWARE (self)
#define STATUS(self) NL668_STATUS (self)

gboolean
nl668_update_may_go_on (Nl668Update *self)
{
    return nl668_status_is_under_way (STATUS (self)) || self->gave_up != GAVE_UP_NOT;
}

/*****************************************************************************/
/* Inhibitor: nobody shall turn off the machine in the middle */

static void
inhibitor_ready (GObject      *source,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(GTask)      task = user_data;
    g_autoptr(GError)     error = NULL;
    Nl668Update          *self = g_task_get_source_object (task);
    Nl668Inhibitor       *inhibitor;

    /* There is none once the update has ended, which cancels it. */
    inhibitor = nl668_inhibitor_take_finish (res, &error);
    if (inhibitor)
        self->inhibitor = inhibitor;
    else if (nl668_status_is_under_way (STATUS (self)))
        mm_daemon_info (nl668_status_get_modem (STATUS (self)), "this machine can be turned off "
                                                                "during the firmware update: "
                                                                "%s", error->message);

    g_task_return_boolean (task, TRUE);
}

/* Never fails: a machine may have no logind */
static void
take_inhibitor (Nl668Update         *self,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
    self->cancellable = g_cancellable_new ();
    nl668_inhibitor_take (self->cancellable, inhibitor_ready, g_task_new (self, NULL, callback, user_data));
}

static void
drop_inhibitor (Nl668Update *self)
{
    g_cancellable_cancel (self->cancellable);
    g_clear_object (&self->cancellable);
    g_clear_object (&self->inhibitor);
}

/*****************************************************************************/
/* Waiting */

static void
stop_waiting (Nl668Update *self)
{
    if (self->timeout_id) {
        g_source_remove (self->timeout_id);
        self->timeout_id = 0;
    }
}

static void
wait_for (Nl668Update  *self,
          Nl668Timeout  timeout,
          GSourceFunc   in_vain)
{
    stop_waiting (self);
    self->timeout_id = g_timeout_add (nl668_timeout_get (timeout), in_vain, self);
}

/*****************************************************************************/
/* End of an update */

/* What the module says may be about the login. */
static gchar *
hide_secret (Nl668Update *self,
             const gchar *text)
{
    g_auto(GStrv) parts = NULL;

    if (!self->secret)
        return g_strdup (text);
    parts = g_strsplit (text, self->secret, -1);
    return g_strjoinv ("***", parts);
}

static void
end (Nl668Update  *self,
     const GError *error)
{
    g_autoptr(GError)  shown = NULL;
    g_autofree gchar  *message = NULL;

    stop_waiting (self);
    drop_inhibitor (self);
    g_clear_object (&self->usb_port);
    if (error) {
        message = hide_secret (self, error->message);
        shown = g_error_new_literal (error->domain, error->code, message);
    }
    /* What goes on after all, may still be about the login */
    if (self->gave_up == GAVE_UP_NOT)
        g_clear_pointer (&self->secret, g_free);
    nl668_status_end (STATUS (self), shown);
}

void
nl668_update_fail (Nl668Update  *self,
                   const GError *error)
{
    end (self, error);
}

void
nl668_update_not_answered (Nl668Update  *self,
                           const GError *error)
{
    self->gave_up = GAVE_UP_SILENT;
    end (self, error);
}

G_GNUC_PRINTF (2, 3)
static void
fail (Nl668Update *self,
      const gchar *format,
      ...)
{
    g_autoptr(GError) error = NULL;
    va_list           args;

    va_start (args, format);
    error = g_error_new_valist (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, format, args);
    va_end (args);
    end (self, error);
}

/*****************************************************************************/
/* Installation: the module restarts, perhaps more than once */

static gboolean
not_installed_cb (Nl668Update *self)
{
    g_autofree gchar *shown = NULL;

    self->timeout_id = 0;
    shown = nl668_printable (nl668_modem_firmware_get_current_version (IFACE (self)));
    fail (self, "the module did not install the package, it still runs %s: check that the "
                "package is for this version", shown);
    return G_SOURCE_REMOVE;
}

static gboolean
runs_another (Nl668Update *self)
{
    const gchar *current;

    current = nl668_modem_firmware_get_current_version (IFACE (self));
    return *current && !g_str_equal (current, nl668_modem_firmware_get_previous_version (IFACE (self)));
}

static void
check_installed (Nl668Update *self)
{
    g_autofree gchar *shown = NULL;
    const gchar      *current;
    const gchar      *target;

    current = nl668_modem_firmware_get_current_version (IFACE (self));
    shown = nl668_printable (current);
    target = nl668_modem_firmware_get_target_version (IFACE (self));

    if (!runs_another (self))
        wait_for (self, NL668_TIMEOUT_INSTALL, (GSourceFunc) not_installed_cb);
    else if (*target && !g_str_equal (current, target))
        fail (self, "the module now runs %s, not %s: this was a different package", shown, target);
    else
        end (self, NULL);
}

static void
module_disappeared (Nl668Update *self)
{
    /* The report that it has all of it may be lost: what is cut by a read that
     * ends the response to a command is the daemon's. */
    if (nl668_modem_firmware_get_progress (IFACE (self)) == 100) {
        stop_waiting (self);
        nl668_status_set_state (STATUS (self), NL668_STATE_INSTALLING);
        return;
    }

    self->gave_up = GAVE_UP_GONE;
    fail (self, "the module disappeared before the download was complete: was it unplugged or "
                "reset? start the update again");
}

static void
usb_port_changed (Nl668Update *self)
{
    switch (nl668_usb_port_get_state (self->usb_port)) {
    case NL668_USB_PORT_STATE_EMERGENCY:
        fail (self, "the installation failed and left the module in emergency download mode "
                    "(05c6:9008): repairing it takes the manufacturer's flash tool");
        break;
    case NL668_USB_PORT_STATE_ABSENT:
        /* Its modem object goes as well, after what the module said last was
         * read. Without one, nobody heard whether it left to install the
         * package: what it runs when it comes back, will tell. */
        if (nl668_status_is_downloading (STATUS (self)) && !nl668_status_get_modem (STATUS (self)) &&
            g_get_monotonic_time () - self->left_at < UNPLUG_USEC)
            module_disappeared (self);
        break;
    case NL668_USB_PORT_STATE_PRESENT:
    default:
        break;
    }
}

/* The daemon shows nothing while it has no modem for the module. */
static void
watch_usb_port (Nl668Update *self)
{
    g_clear_object (&self->usb_port);
    if (!self->usb_path) {
        mm_daemon_warn (nl668_status_get_modem (STATUS (self)), "cannot watch the module "
                                                                "restart: its USB port is unknown");
        return;
    }
    self->usb_port = nl668_usb_port_new (self->usb_path);
    g_signal_connect_object (self->usb_port, "notify::state",
                             G_CALLBACK (usb_port_changed), self, G_CONNECT_SWAPPED);
}

/*****************************************************************************/
/* Download */

static gboolean
not_started_cb (Nl668Update *self)
{
    self->timeout_id = 0;
    self->gave_up = GAVE_UP_SILENT;
    fail (self, "the module did not start the download: check that it can reach %s and that the "
                "package is there",
          nl668_modem_firmware_get_source (IFACE (self)));
    return G_SOURCE_REMOVE;
}

/* Whoever turned it off, may not know what it was needed for. */
static gboolean
is_radio_off (Nl668Update *self)
{
    MMBaseModem  *modem;
    MmGdbusModem *iface;

    modem = nl668_status_get_modem (STATUS (self));
    iface = modem ? mm_gdbus_object_peek_modem (MM_GDBUS_OBJECT (modem)) : NULL;
    return iface && mm_gdbus_modem_get_power_state (iface) == MM_MODEM_POWER_STATE_LOW;
}

static gboolean
stalled_cb (Nl668Update *self)
{
    self->timeout_id = 0;
    self->gave_up = GAVE_UP_SILENT;
    fail (self, is_radio_off (self) ?
          "the download stopped at %u%%: the radio is off, turn it on and start the update again" :
          "the download stopped at %u%%: check the network and the server, and start the update "
          "again",
          nl668_modem_firmware_get_progress (IFACE (self)));
    return G_SOURCE_REMOVE;
}

static void
download_started (Nl668Update *self)
{
    if (nl668_status_get_state (STATUS (self)) != NL668_STATE_PREPARING)
        return;
    wait_for (self, NL668_TIMEOUT_PROGRESS, (GSourceFunc) stalled_cb);
    nl668_status_set_state (STATUS (self), NL668_STATE_DOWNLOADING);
}

static void
download_progressed (Nl668Update *self,
                     guint        percent)
{
    /* Its START may have been lost */
    download_started (self);
    if (percent <= nl668_modem_firmware_get_progress (IFACE (self)))
        return;
    wait_for (self, NL668_TIMEOUT_PROGRESS, (GSourceFunc) stalled_cb);
    nl668_status_set_progress (STATUS (self), percent);
}

static void
download_completed (Nl668Update *self)
{
    download_progressed (self, 100);
    wait_for (self, NL668_TIMEOUT_INSTALL, (GSourceFunc) not_installed_cb);
    nl668_status_set_state (STATUS (self), NL668_STATE_INSTALLING);
}

/*****************************************************************************/

/* It goes on after all: the daemon was away, or we had given up on it. */
static void
resume (Nl668Update *self)
{
    if (nl668_status_get_state (STATUS (self)) == NL668_STATE_FAILED) {
        self->gave_up = GAVE_UP_NOT;
        nl668_status_reopen (STATUS (self));
    }
    watch_usb_port (self);
    take_inhibitor (self, NULL, NULL);
}

static gboolean
is_about_given_up (Nl668Update *self,
                   Nl668Urc     urc,
                   guint        percent)
{
    return (nl668_status_get_state (STATUS (self)) == NL668_STATE_FAILED && self->gave_up == GAVE_UP_SILENT &&
            (urc == NL668_URC_START || urc == NL668_URC_COMPLETE ||
             (urc == NL668_URC_PROGRESS && percent > nl668_modem_firmware_get_progress (IFACE (self)))));
}

static void
begin_ready (GObject      *source,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    Nl668Update      *self = NL668_UPDATE (source);

    if (nl668_status_is_under_way (STATUS (self)))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, nl668_status_get_last_error (STATUS (self)));
}

gboolean
nl668_update_begin_finish (Nl668Update   *self,
                           GAsyncResult  *res,
                           GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_update_begin (Nl668Update         *self,
                    const Nl668Request  *request,
                    const gchar         *package,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    GTask  *task;
    GError *error = NULL;

    task = g_task_new (self, NULL, callback, user_data);
    if (!nl668_status_begin (STATUS (self), request, package, &error)) {
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }
    self->gave_up = GAVE_UP_NOT;
    self->n_unknown_reports = 0;
    watch_usb_port (self);
    g_free (self->secret);
    self->secret = g_strdup (request->password);
    take_inhibitor (self, begin_ready, task);
}

void
nl668_update_accepted (Nl668Update *self)
{
    /* The first report may be faster than the answer */
    if (nl668_status_get_state (STATUS (self)) == NL668_STATE_PREPARING)
        wait_for (self, NL668_TIMEOUT_START, (GSourceFunc) not_started_cb);
}

static void
log_unknown_report (Nl668Update *self,
                    const gchar *printable)
{
    MMBaseModem *modem;

    modem = nl668_status_get_modem (STATUS (self));
    if (self->n_unknown_reports++ < UNKNOWN_REPORTS_MAX)
        mm_daemon_info (modem, "unknown report from the module: %s", printable);
    else
        mm_daemon_debug (modem, "another unknown report from the module: %s", printable);
}

void
nl668_update_report (Nl668Update *self,
                     const gchar *line)
{
    g_autofree gchar *shown = NULL;
    g_autofree gchar *printable = NULL;
    Nl668Urc          urc;
    guint             percent = 0;

    urc = nl668_parse_gtota_urc (line, &percent);
    shown = hide_secret (self, line);
    printable = nl668_printable (shown);

    if (is_about_given_up (self, urc, percent))
        resume (self);
    if (!nl668_status_is_downloading (STATUS (self))) {
        mm_daemon_debug (nl668_status_get_modem (STATUS (self)), "ignoring a report, no download "
                                                                 "is under way: %s", printable);
        return;
    }

    switch (urc) {
    case NL668_URC_START:
        download_started (self);
        break;
    case NL668_URC_PROGRESS:
        download_progressed (self, percent);
        break;
    case NL668_URC_COMPLETE:
        download_completed (self);
        break;
    case NL668_URC_FAILURE:
        fail (self, "the module reports: %s", printable);
        break;
    case NL668_URC_OTHER:
    default:
        log_unknown_report (self, printable);
        break;
    }
}

void
nl668_update_module_came (Nl668Update *self,
                          MMBaseModem *modem,
                          const gchar *usb_path)
{
    gboolean moved;

    nl668_status_set_modem (STATUS (self), modem);
    moved = g_strcmp0 (usb_path, self->usb_path) != 0;
    g_free (self->usb_path);
    self->usb_path = g_strdup (usb_path);

    if (!nl668_status_is_under_way (STATUS (self)))
        return;

    /* The daemon was away, or only the modem object */
    if (!self->cancellable)
        resume (self);
    else if (moved)
        watch_usb_port (self);
    if (nl668_status_is_downloading (STATUS (self)))
        wait_for (self, NL668_TIMEOUT_PROGRESS, (GSourceFunc) stalled_cb);
}

void
nl668_update_module_runs (Nl668Update *self,
                          const gchar *revision)
{
    nl668_modem_firmware_set_current_version (IFACE (self), revision ? revision : "");

    if (nl668_status_get_state (STATUS (self)) == NL668_STATE_INSTALLING)
        check_installed (self);
    else if (runs_another (self) && (nl668_status_is_downloading (STATUS (self)) || self->gave_up != GAVE_UP_NOT)) {
        /* It came to its end while nobody listened */
        if (self->gave_up != GAVE_UP_NOT)
            resume (self);
        check_installed (self);
    }
}

void
nl668_update_module_left (Nl668Update *self)
{
    self->left_at = g_get_monotonic_time ();
    /* The module itself may still be there: then it goes on. */
    if (!nl668_status_is_downloading (STATUS (self)))
        stop_waiting (self);
    else if (!self->usb_port || nl668_usb_port_get_state (self->usb_port) != NL668_USB_PORT_STATE_PRESENT)
        module_disappeared (self);
    nl668_status_set_modem (STATUS (self), NULL);
}

/*****************************************************************************/

Nl668Update *
nl668_update_new (const gchar *imei)
{
    Nl668Update *self;

    self = g_object_new (NL668_TYPE_UPDATE, NULL);
    nl668_status_load (STATUS (self), imei);
    return self;
}

static void
nl668_update_init (Nl668Update *self)
{
}

static void
finalize (GObject *object)
{
    Nl668Update *self = NL668_UPDATE (object);

    stop_waiting (self);
    drop_inhibitor (self);
    g_clear_object (&self->usb_port);
    g_free (self->usb_path);
    g_free (self->secret);
    G_OBJECT_CLASS (nl668_update_parent_class)->finalize (object);
}

static void
nl668_update_class_init (Nl668UpdateClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->finalize = finalize;
}
