/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-secret.h"
#include "nl668-update-internal.h"
#include "nl668-update.h"
#include "nl668-verdict.h"

/* When a device is unplugged, its ports disappear before the device does. */
#define UNPLUG_USEC (2 * G_USEC_PER_SEC)

G_DEFINE_TYPE (Nl668Update, nl668_update, NL668_TYPE_PROPERTIES)

static void usb_port_changed (Nl668Update *self);

/*****************************************************************************/
/* What is held while the update is unsettled */

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

void
nl668_update_hold (Nl668Update         *self,
                   GAsyncReadyCallback  callback,
                   gpointer             user_data)
{
    watch_usb_port (self);
    g_clear_pointer (&self->inhibitor, nl668_inhibitor_free);
    self->inhibitor = nl668_inhibitor_new (log_inhibitor, self, inhibitor_ready,
                                           g_task_new (self, NULL, callback, user_data));
}

void
nl668_update_stay_awake (Nl668Update *self)
{
    if (self->inhibitor)
        nl668_inhibitor_renew (self->inhibitor);
}

void
nl668_update_release (Nl668Update *self)
{
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    g_clear_pointer (&self->inhibitor, nl668_inhibitor_free);
    g_clear_object (&self->usb_port);
}

/*****************************************************************************/
/* Steps of the update */

void
nl668_update_download_started (Nl668Update *self)
{
    if (STATE (self) == NL668_STATE_PREPARING)
        nl668_properties_set_state (PROPS (self), NL668_STATE_DOWNLOADING);
}

void
nl668_update_download_ended (Nl668Update *self)
{
    nl668_update_download_started (self);
    nl668_properties_set_returned (PROPS (self), self->has_left);
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    nl668_properties_set_state (PROPS (self), NL668_STATE_INSTALLING);
}

/*****************************************************************************/
/* Timeouts: what is expected next */

static gboolean timeout_cb (Nl668Update *self);

/* Whether the module may be downloading, so that a report may come first */
static gboolean
is_report_expected (Nl668Update  *self,
                    Nl668Timeout  expected)
{
    switch (expected) {
    case NL668_TIMEOUT_START:
    case NL668_TIMEOUT_PROGRESS:
        return TRUE;
    case NL668_TIMEOUT_FAILURE:
    case NL668_TIMEOUT_LEAVE:
    case NL668_TIMEOUT_INSTALL:
        return IS_DOWNLOADING (self) || PROGRESS (self) < 100;
    default:
        return FALSE;
    }
}

static guint
get_timeout (Nl668Update  *self,
             Nl668Timeout  expected)
{
    gint64 left;

    if (!is_report_expected (self, expected))
        return nl668_timeout_get (expected);

    /* The same percentage is not a sign of life for ever. */
    left = nl668_timeout_get (NL668_TIMEOUT_UNHEARD) -
           (g_get_monotonic_time () - self->progressed_at) / G_TIME_SPAN_MILLISECOND;
    if (self->is_here && !self->is_unheard)
        left = MIN (left, nl668_timeout_get (expected));
    return (guint) MAX (left, 0);
}

void
nl668_update_expect (Nl668Update  *self,
                     Nl668Timeout  expected)
{
    guint timeout;

    timeout = get_timeout (self, expected);
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    self->expected = expected;
    /* A failure that is reported again and again does not extend it. */
    if (expected != NL668_TIMEOUT_FAILURE)
        self->deadline = g_get_monotonic_time () + timeout * G_TIME_SPAN_MILLISECOND;
    self->timeout_id = g_timeout_add (timeout, (GSourceFunc) timeout_cb, self);
}

void
nl668_update_expect_after_failure (Nl668Update *self)
{
    gint64 left = self->deadline - g_get_monotonic_time ();

    if (self->timeout_id && STATE (self) != NL668_STATE_FAILED &&
        left > get_timeout (self, NL668_TIMEOUT_FAILURE) * G_TIME_SPAN_MILLISECOND)
        nl668_update_expect (self, NL668_TIMEOUT_FAILURE);
}

static Nl668Timeout
get_expected_installation (Nl668Update *self)
{
    return HAS_RETURNED (self) ? NL668_TIMEOUT_INSTALL : NL668_TIMEOUT_LEAVE;
}

void
nl668_update_stop_after_failure (Nl668Update *self)
{
    gint64 left = (self->deadline - g_get_monotonic_time ()) / G_TIME_SPAN_MILLISECOND;

    if (!self->timeout_id || self->expected != NL668_TIMEOUT_FAILURE)
        return;
    g_source_remove (self->timeout_id);
    self->expected = get_expected_installation (self);
    self->timeout_id = g_timeout_add ((guint) MAX (left, 0), (GSourceFunc) timeout_cb, self);
}

void
nl668_update_expect_installation (Nl668Update *self)
{
    nl668_update_expect (self, get_expected_installation (self));
}

/*****************************************************************************/
/* Verdicts */

void
nl668_update_fail_with (Nl668Update  *self,
                        Nl668Doubt    doubt,
                        const GError *error)
{
    g_autoptr(GError) last_error = NULL;

    /* The module does not know of an update that it has not been told to start, but it may still
     * be busy with the last one. */
    if (!IS_REQUESTED (self))
        doubt = NL668_DOUBT_NONE;
    if (doubt != NL668_DOUBT_NONE)
        nl668_properties_drop_last (PROPS (self));
    else if (nl668_properties_has_last (PROPS (self))) {
        doubt = nl668_properties_return_to_last (PROPS (self));
        error = last_error = nl668_properties_get_last_error (PROPS (self));
    }

    g_clear_handle_id (&self->timeout_id, g_source_remove);
    if (doubt == NL668_DOUBT_NONE)
        nl668_update_release (self);
    else {
        if (!self->inhibitor)
            nl668_update_hold (self, NULL, NULL);
        /* Without it, the time does not count. */
        if (self->is_here)
            nl668_update_expect (self, NL668_TIMEOUT_GRACE);
    }
    nl668_properties_fail (PROPS (self), error, doubt);
}

void
nl668_update_succeed (Nl668Update *self)
{
    self->is_undone = FALSE;
    if (STATE (self) == NL668_STATE_FAILED)
        nl668_properties_resume (PROPS (self));
    nl668_update_release (self);
    nl668_properties_succeed (PROPS (self));
}

/* The failure stands, but its reason may have changed. */
static void
give_up (Nl668Update *self)
{
    g_autoptr(GError) error = NULL;
    Nl668Doubt        doubt;

    mm_daemon_info (MODEM (self), "the module did not go on with the firmware update");
    if (HAS_RETURNED (self) && !self->is_undone && RUNS (self) == NL668_RUNS_PREVIOUS)
        error = nl668_verdict_not_installed (PROPS (self),
                                             nl668_reports_get_words (self->reports), &doubt);
    else
        error = nl668_properties_get_last_error (PROPS (self));
    nl668_update_fail_with (self, NL668_DOUBT_NONE, error);
}

/* Whether it may download without being heard */
static gboolean
may_be_unheard (Nl668Update *self)
{
    return ((!self->is_here || self->is_unheard) && is_report_expected (self, self->expected) &&
            (self->expected != NL668_TIMEOUT_INSTALL || RUNS (self) == NL668_RUNS_PREVIOUS));
}

static gboolean
timeout_cb (Nl668Update *self)
{
    g_autoptr(GError)  error = NULL;
    Nl668Doubt         doubt = NL668_DOUBT_SILENT;
    const gchar       *words = nl668_reports_get_words (self->reports);

    self->timeout_id = 0;
    if (STATE (self) == NL668_STATE_FAILED) {
        give_up (self);
        return G_SOURCE_REMOVE;
    }

    if (may_be_unheard (self))
        error = nl668_verdict_unheard (PROPS (self), self->is_here);
    else if (self->expected == NL668_TIMEOUT_INSTALL) {
        error = nl668_verdict_not_installed (PROPS (self), words, &doubt);
        if (nl668_reports_is_incomplete (self->reports))
            doubt = NL668_DOUBT_SILENT;
    } else if (self->expected == NL668_TIMEOUT_LEAVE)
        error = nl668_verdict_not_left (PROPS (self), words);
    else
        error = nl668_verdict_silent (PROPS (self), self->expected, words);
    nl668_update_fail_with (self, doubt, error);
    return G_SOURCE_REMOVE;
}

/*****************************************************************************/
/* The module on the bus */

/* The next daemon may be the one that it comes back to. */
static void
set_left (Nl668Update *self)
{
    self->has_left = TRUE;
    nl668_properties_set_returned (PROPS (self), TRUE);
}

static void
module_disappeared (Nl668Update *self,
                    gboolean     was_heard)
{
    g_autoptr(GError) error = NULL;

    set_left (self);
    nl668_reports_forget_ports (self->reports);
    g_clear_handle_id (&self->timeout_id, g_source_remove);
    if (!IS_DOWNLOADING (self))
        return;

    if (IS_REQUESTED (self) && (!was_heard || PROGRESS (self) >= NL668_NEARLY_COMPLETE)) {
        mm_daemon_info (MODEM (self), "the module left the bus at %u%%: it is probably installing "
                                      "the package", PROGRESS (self));
        nl668_update_download_ended (self);
        return;
    }
    if (self->usb_port &&
        nl668_usb_port_get_state (self->usb_port) == NL668_USB_PORT_STATE_OTHER)
        error = nl668_verdict_other_device (nl668_usb_port_get_id (self->usb_port));
    else
        error = nl668_verdict_gone (IS_REQUESTED (self));
    nl668_update_fail_with (self, NL668_DOUBT_GONE, error);
}

static void
module_is_other_device (Nl668Update *self)
{
    g_autoptr(GError) error = NULL;

    error = nl668_verdict_other_device (nl668_usb_port_get_id (self->usb_port));
    mm_daemon_info (MODEM (self), "%s", error->message);
    if (STATE (self) == NL668_STATE_FAILED)
        nl668_update_fail_with (self, nl668_properties_get_doubt (PROPS (self)), error);
}

static void
usb_port_changed (Nl668Update *self)
{
    g_autoptr(GError) error = NULL;

    switch (nl668_usb_port_get_state (self->usb_port)) {
    case NL668_USB_PORT_STATE_EMERGENCY:
        set_left (self);
        error = nl668_verdict_emergency ();
        nl668_update_fail_with (self, NL668_DOUBT_SILENT, error);
        break;
    case NL668_USB_PORT_STATE_OTHER:
        set_left (self);
        module_is_other_device (self);
        break;
    case NL668_USB_PORT_STATE_ABSENT:
        set_left (self);
        /* As long as there is a modem object, the last reports may still be unread. If it went
         * away long ago, nobody was listening. */
        if (!self->is_here)
            module_disappeared (self, !self->has_missed &&
                                      g_get_monotonic_time () - self->left_at < UNPLUG_USEC);
        break;
    case NL668_USB_PORT_STATE_PRESENT:
    default:
        break;
    }
}

/* According to the record. Without the whole package, only a module that has left is
 * installing. */
static gboolean
must_have_left (Nl668Update *self)
{
    return (nl668_properties_get_doubt (PROPS (self)) == NL668_DOUBT_GONE ||
            (STATE (self) == NL668_STATE_INSTALLING && PROGRESS (self) < 100));
}

void
nl668_update_module_came (Nl668Update *self,
                          MMBaseModem *modem,
                          const gchar *usb_path)
{
    g_autoptr(GError) error = NULL;
    gboolean          has_moved;

    nl668_properties_set_modem (PROPS (self), modem);
    /* Those of the last modem object are not read any more. */
    nl668_reports_forget_ports (self->reports);
    has_moved = g_strcmp0 (usb_path, self->usb_path) != 0;
    g_free (self->usb_path);
    self->usb_path = g_strdup (usb_path);
    self->progressed_at = g_get_monotonic_time ();
    self->is_here = TRUE;
    self->is_unheard = FALSE;
    self->has_missed = FALSE;
    self->has_left = FALSE;

    if (!IS_UNSETTLED (self))
        return;
    /* Without an inhibitor, this is a new daemon. */
    if (!self->inhibitor && !IS_REQUESTED (self)) {
        error = nl668_verdict_interrupted ();
        nl668_update_fail_with (self, NL668_DOUBT_NONE, error);
        return;
    }
    if (!self->inhibitor) {
        if (must_have_left (self))
            nl668_properties_set_returned (PROPS (self), TRUE);
        nl668_update_hold (self, NULL, NULL);
    } else if (has_moved)
        watch_usb_port (self);
    nl668_update_stay_awake (self);

    if (IS_DOWNLOADING (self))
        nl668_update_expect_report (self);
    else if (STATE (self) == NL668_STATE_INSTALLING)
        nl668_update_expect_installation (self);
    else
        nl668_update_expect (self, NL668_TIMEOUT_GRACE);
}

void
nl668_update_module_left (Nl668Update *self)
{
    self->is_here = FALSE;
    self->left_at = g_get_monotonic_time ();
    if (self->has_left || !self->usb_port ||
        nl668_usb_port_get_state (self->usb_port) != NL668_USB_PORT_STATE_PRESENT)
        module_disappeared (self, !self->has_missed);
    /* If only the modem object goes away, the module goes on, but nobody is listening. */
    else if (IS_DOWNLOADING (self) && self->timeout_id)
        nl668_update_expect (self, self->expected);
    else
        g_clear_handle_id (&self->timeout_id, g_source_remove);
    nl668_properties_set_modem (PROPS (self), NULL);
}

const gchar *
nl668_update_get_usb_path (Nl668Update *self)
{
    return self->usb_path;
}

void
nl668_update_log_unheard (Nl668Update *self)
{
    mm_daemon_info (MODEM (self), "the module's reports cannot be read: a port is used for a data "
                                  "connection");
}

void
nl668_update_module_heard (Nl668Update *self,
                           gboolean     is_heard)
{
    if (self->is_unheard == !is_heard)
        return;
    self->is_unheard = !is_heard;
    self->has_missed |= self->is_unheard;
    if (!IS_DOWNLOADING (self) &&
        !(self->timeout_id && is_report_expected (self, self->expected)))
        return;
    if (is_heard)
        mm_daemon_info (MODEM (self), "the module's reports can be read again");
    else
        nl668_update_log_unheard (self);
    if (self->timeout_id)
        nl668_update_expect (self, self->expected);
}

/*****************************************************************************/
/* GObject */

Nl668Update *
nl668_update_new (const gchar *imei)
{
    Nl668Update *self;

    self = g_object_new (NL668_TYPE_UPDATE, NULL);
    nl668_properties_load (PROPS (self), imei);
    /* The secrets of the last update are not in the record. */
    if (nl668_secret_is_needed_by (nl668_modem_firmware_update_get_source (IFACE (self))))
        nl668_reports_hide_words (self->reports);
    return self;
}

static void
nl668_update_init (Nl668Update *self)
{
    self->reports = nl668_reports_new ();
}

static void
finalize (GObject *object)
{
    Nl668Update *self = NL668_UPDATE (object);

    nl668_update_release (self);
    nl668_reports_free (self->reports);
    g_free (self->usb_path);
    G_OBJECT_CLASS (nl668_update_parent_class)->finalize (object);
}

static void
nl668_update_class_init (Nl668UpdateClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = finalize;
}
