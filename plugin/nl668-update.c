/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-at.h"
#include "nl668-inhibitor.h"
#include "nl668-radio.h"
#include "nl668-timeouts.h"
#include "nl668-update.h"
#include "nl668-usb-port.h"

/* When a device is unplugged, its ports disappear before the device does. */
#define UNPLUG_USEC (2 * G_USEC_PER_SEC)

/* How many are logged per update, so that a module cannot flood the log */
#define UNKNOWN_REPORTS_MAX 20

/* Why an update has failed without proof that the module has stopped */
typedef enum {
    GAVE_UP_NOT,
    GAVE_UP_SILENT,
    GAVE_UP_GONE,
} GaveUp;

struct _Nl668Update {
    Nl668Properties  parent;
    gchar           *usb_path;
    /* The module may repeat the password in a report. */
    gchar           *secret;
    /* While the update is under way */
    Nl668Inhibitor  *inhibitor;
    Nl668UsbPort    *usb_port;
    /* While something is expected */
    guint            timeout_id;
    Nl668Timeout     expected;
    /* When the modem object went away, in monotonic time */
    gint64           left_at;
    GaveUp           gave_up;
    guint            n_unknown_reports;
};

G_DEFINE_TYPE (Nl668Update, nl668_update, NL668_TYPE_PROPERTIES)

#define IFACE(self) NL668_MODEM_FIRMWARE_UPDATE (self)
#define PROPS(self) NL668_PROPERTIES (self)

#define MODEM(self)          nl668_properties_get_modem (PROPS (self))
#define STATE(self)          nl668_properties_get_state (PROPS (self))
#define PROGRESS(self)       nl668_modem_firmware_update_get_progress (IFACE (self))
#define IS_DOWNLOADING(self) nl668_properties_is_downloading (PROPS (self))
#define IS_UNDER_WAY(self)   nl668_properties_is_under_way (PROPS (self))

gboolean
nl668_update_may_go_on (Nl668Update *self)
{
    return IS_UNDER_WAY (self) || self->gave_up != GAVE_UP_NOT;
}

static void
log_inhibitor (const gchar *message,
               gpointer     self)
{
    mm_daemon_info (MODEM (self), "%s", message);
}

/* Never fails: there may be no logind. The end of the update comes through here, too. */
static void
inhibitor_ready (GObject      *source,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(GTask) task = user_data;

    g_task_return_boolean (task, TRUE);
}

static void
inhibit_shutdown (Nl668Update         *self,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
    self->inhibitor = nl668_inhibitor_new (log_inhibitor, self, inhibitor_ready,
                                           g_task_new (self, NULL, callback, user_data));
}

/*****************************************************************************/
/* End of the update */

static void
end (Nl668Update  *self,
     const GError *error)
{
    g_autoptr(GError)  shown = NULL;
    g_autofree gchar  *message = NULL;

    g_clear_handle_id (&self->timeout_id, g_source_remove);
    g_clear_pointer (&self->inhibitor, nl668_inhibitor_free);
    g_clear_object (&self->usb_port);
    if (error) {
        message = nl668_redact (error->message, self->secret);
        shown = g_error_new_literal (error->domain, error->code, message);
    }
    /* If the update resumes, a report may still repeat the password. */
    if (self->gave_up == GAVE_UP_NOT)
        g_clear_pointer (&self->secret, g_free);
    nl668_properties_end (PROPS (self), shown);
}

void
nl668_update_fail (Nl668Update  *self,
                   const GError *error,
                   gboolean      may_go_on)
{
    self->gave_up = may_go_on ? GAVE_UP_SILENT : GAVE_UP_NOT;
    end (self, error);
}

G_GNUC_PRINTF (3, 4)
static void
fail (Nl668Update *self,
      GaveUp       gave_up,
      const gchar *format,
      ...)
{
    g_autoptr(GError) error = NULL;
    va_list           args;

    self->gave_up = gave_up;
    va_start (args, format);
    error = g_error_new_valist (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, format, args);
    va_end (args);
    end (self, error);
}

/*****************************************************************************/
/* Timeouts: what is expected next, and what to do if it does not happen */

static gboolean
timeout_cb (Nl668Update *self)
{
    g_autofree gchar *shown = NULL;

    self->timeout_id = 0;
    switch (self->expected) {
    case NL668_TIMEOUT_START:
        fail (self, GAVE_UP_SILENT, "the module did not start the download: check that it can "
                                    "reach %s and that the package is there",
              nl668_modem_firmware_update_get_source (IFACE (self)));
        break;
    case NL668_TIMEOUT_PROGRESS:
        fail (self, GAVE_UP_SILENT, nl668_radio_is_off (MODEM (self)) ?
              "the download stopped at %u%%: the radio is off, turn it on and start the update "
              "again" :
              "the download stopped at %u%%: check the network and the server, and start the "
              "update again",
              PROGRESS (self));
        break;
    case NL668_TIMEOUT_INSTALL:
        shown = nl668_printable (nl668_modem_firmware_update_get_current_version (IFACE (self)));
        fail (self, GAVE_UP_NOT, "the module did not install the package, it still runs %s: check "
                                 "that the package is for this version", shown);
        break;
    default:
        g_assert_not_reached ();
    }
    return G_SOURCE_REMOVE;
}

static void
expect (Nl668Update  *self,
        Nl668Timeout  expected)
{
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    self->expected = expected;
    self->timeout_id = g_timeout_add (nl668_timeout_get (expected), (GSourceFunc) timeout_cb, self);
}

/*****************************************************************************/
/* Download */

static void
download_started (Nl668Update *self)
{
    if (STATE (self) != NL668_STATE_PREPARING)
        return;
    expect (self, NL668_TIMEOUT_PROGRESS);
    nl668_properties_set_state (PROPS (self), NL668_STATE_DOWNLOADING);
}

static void
download_progressed (Nl668Update *self,
                     guint        percent)
{
    /* START may be lost. */
    download_started (self);
    if (percent <= PROGRESS (self))
        return;
    expect (self, NL668_TIMEOUT_PROGRESS);
    nl668_properties_set_progress (PROPS (self), percent);
}

/*****************************************************************************/
/* Installation: the module restarts, possibly more than once. */

static void
check_installed (Nl668Update *self)
{
    g_autofree gchar *shown = NULL;
    const gchar      *current;
    const gchar      *target;

    current = nl668_modem_firmware_update_get_current_version (IFACE (self));
    target = nl668_modem_firmware_update_get_target_version (IFACE (self));

    if (!nl668_properties_has_new_version (PROPS (self)))
        expect (self, NL668_TIMEOUT_INSTALL);
    else if (*target && !g_str_equal (current, target)) {
        shown = nl668_printable (current);
        fail (self, GAVE_UP_NOT,
              "the module now runs %s, not %s: this was a different package", shown, target);
    } else
        end (self, NULL);
}

static void
module_disappeared (Nl668Update *self)
{
    /* COMPLETE may be lost: the daemon drops reports that it reads with a final response. */
    if (PROGRESS (self) == 100) {
        download_started (self);
        g_clear_handle_id (&self->timeout_id, g_source_remove);
        nl668_properties_set_state (PROPS (self), NL668_STATE_INSTALLING);
        return;
    }

    fail (self, GAVE_UP_GONE, "the module disappeared before the download was complete: was it "
                              "unplugged or reset? start the update again");
}

static void
usb_port_changed (Nl668Update *self)
{
    Nl668UsbPortState state;

    state = nl668_usb_port_get_state (self->usb_port);
    if (state == NL668_USB_PORT_STATE_EMERGENCY) {
        fail (self, GAVE_UP_NOT,
              "the installation failed and left the module in emergency download mode "
              "(05c6:9008): repairing it takes the manufacturer's flash tool");
        return;
    }

    /* As long as there is a modem object, the last reports may still be unread. If it went away
     * long ago, nobody was listening, and only the next revision shows the result. */
    if (state == NL668_USB_PORT_STATE_ABSENT && IS_DOWNLOADING (self) && !MODEM (self) &&
        g_get_monotonic_time () - self->left_at < UNPLUG_USEC)
        module_disappeared (self);
}

static void
watch_usb_port (Nl668Update *self)
{
    g_clear_object (&self->usb_port);
    if (!self->usb_path) {
        mm_daemon_warn (MODEM (self),
                        "cannot watch the module restart: its USB port is unknown");
        return;
    }
    self->usb_port = nl668_usb_port_new (self->usb_path);
    g_signal_connect_object (self->usb_port, "changed",
                             G_CALLBACK (usb_port_changed), self, G_CONNECT_SWAPPED);
}

/*****************************************************************************/
/* Beginning */

gboolean
nl668_update_begin_finish (Nl668Update   *self,
                           GAsyncResult  *res,
                           GError       **error)
{
    if (!g_task_propagate_boolean (G_TASK (res), error))
        return FALSE;
    if (STATE (self) != NL668_STATE_FAILED)
        return TRUE;

    /* The module may have left in the meantime. */
    g_propagate_error (error, nl668_properties_get_last_error (PROPS (self)));
    return FALSE;
}

void
nl668_update_begin (Nl668Update         *self,
                    const Nl668Request  *request,
                    const gchar         *package,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
    GError *error = NULL;

    if (!nl668_properties_begin (PROPS (self), request, package, &error)) {
        g_task_report_error (self, callback, user_data, NULL, error);
        return;
    }
    self->gave_up = GAVE_UP_NOT;
    self->n_unknown_reports = 0;
    watch_usb_port (self);
    g_free (self->secret);
    self->secret = g_strdup (request->password);
    inhibit_shutdown (self, callback, user_data);
}

void
nl668_update_accepted (Nl668Update *self)
{
    /* The first report may come before the response. */
    if (STATE (self) == NL668_STATE_PREPARING)
        expect (self, NL668_TIMEOUT_START);
}

/* The update was under way when the daemon exited, or has failed but goes on after all. */
static void
resume (Nl668Update *self)
{
    if (STATE (self) == NL668_STATE_FAILED) {
        self->gave_up = GAVE_UP_NOT;
        nl668_properties_resume (PROPS (self));
    }
    watch_usb_port (self);
    inhibit_shutdown (self, NULL, NULL);
}

/*****************************************************************************/
/* Reports */

/* Whether the report shows that an update that failed because of silence goes on after all */
static gboolean
is_late_report (Nl668Update *self,
                Nl668Urc     urc,
                guint        percent)
{
    if (STATE (self) != NL668_STATE_FAILED || self->gave_up != GAVE_UP_SILENT)
        return FALSE;

    return (urc == NL668_URC_START || urc == NL668_URC_COMPLETE ||
            (urc == NL668_URC_PROGRESS && percent > PROGRESS (self)));
}

void
nl668_update_report (Nl668Update *self,
                     const gchar *line)
{
    g_autofree gchar *shown = NULL;
    g_autofree gchar *printable = NULL;
    Nl668Urc          urc;
    guint             percent = 0;

    urc = nl668_at_parse_urc (line, &percent);
    shown = nl668_redact (line, self->secret);
    printable = nl668_printable (shown);

    if (is_late_report (self, urc, percent))
        resume (self);
    if (!IS_DOWNLOADING (self)) {
        mm_daemon_debug (MODEM (self), "ignoring a report, no download is under way: %s",
                         printable);
        return;
    }

    if (self->inhibitor && urc != NL668_URC_OTHER)
        nl668_inhibitor_renew (self->inhibitor);
    switch (urc) {
    case NL668_URC_START:
        download_started (self);
        break;
    case NL668_URC_PROGRESS:
        download_progressed (self, percent);
        break;
    case NL668_URC_COMPLETE:
        download_progressed (self, 100);
        expect (self, NL668_TIMEOUT_INSTALL);
        nl668_properties_set_state (PROPS (self), NL668_STATE_INSTALLING);
        break;
    case NL668_URC_FAILURE:
        fail (self, GAVE_UP_NOT, "the module reports: %s", printable);
        break;
    case NL668_URC_OTHER:
    default:
        if (self->n_unknown_reports++ < UNKNOWN_REPORTS_MAX)
            mm_daemon_info (MODEM (self), "unknown report from the module: %s", printable);
        else
            mm_daemon_debug (MODEM (self), "unknown report from the module: %s", printable);
        break;
    }
}

/*****************************************************************************/
/* Module */

void
nl668_update_module_came (Nl668Update *self,
                          MMBaseModem *modem,
                          const gchar *usb_path)
{
    gboolean has_moved;

    nl668_properties_set_modem (PROPS (self), modem);
    has_moved = g_strcmp0 (usb_path, self->usb_path) != 0;
    g_free (self->usb_path);
    self->usb_path = g_strdup (usb_path);

    if (!IS_UNDER_WAY (self))
        return;

    /* Without an inhibitor, this is a new daemon. */
    if (!self->inhibitor)
        resume (self);
    else {
        nl668_inhibitor_renew (self->inhibitor);
        if (has_moved)
            watch_usb_port (self);
    }
    if (IS_DOWNLOADING (self))
        expect (self, NL668_TIMEOUT_PROGRESS);
}

void
nl668_update_module_runs (Nl668Update *self,
                          const gchar *revision)
{
    nl668_modem_firmware_update_set_current_version (IFACE (self), revision ? revision : "");

    if (STATE (self) == NL668_STATE_INSTALLING)
        check_installed (self);
    else if (nl668_properties_has_new_version (PROPS (self)) &&
             (IS_DOWNLOADING (self) || self->gave_up != GAVE_UP_NOT)) {
        /* The package was installed while nobody was listening. */
        if (self->gave_up != GAVE_UP_NOT)
            resume (self);
        check_installed (self);
    }
}

void
nl668_update_module_left (Nl668Update *self)
{
    self->left_at = g_get_monotonic_time ();
    /* If only the modem object goes away, the module continues. */
    if (!IS_DOWNLOADING (self))
        g_clear_handle_id (&self->timeout_id, g_source_remove);
    else if (!self->usb_port ||
             nl668_usb_port_get_state (self->usb_port) != NL668_USB_PORT_STATE_PRESENT)
        module_disappeared (self);
    nl668_properties_set_modem (PROPS (self), NULL);
}

/*****************************************************************************/
/* GObject */

Nl668Update *
nl668_update_new (const gchar *imei)
{
    Nl668Update *self;

    self = g_object_new (NL668_TYPE_UPDATE, NULL);
    nl668_properties_load (PROPS (self), imei);
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

    g_clear_handle_id (&self->timeout_id, g_source_remove);
    g_clear_pointer (&self->inhibitor, nl668_inhibitor_free);
    g_clear_object (&self->usb_port);
    g_free (self->usb_path);
    g_free (self->secret);
    G_OBJECT_CLASS (nl668_update_parent_class)->finalize (object);
}

static void
nl668_update_class_init (Nl668UpdateClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = finalize;
}
