/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-protocol.h"
#include "nl668-timeouts.h"
#include "nl668-update.h"
#include "nl668-usb-port.h"

struct _Nl668Update {
    Nl668ModemFirmwareSkeleton  parent;
    /* While there is one; not referenced */
    MMBaseModem                *modem;
    gchar                      *usb_path;
    /* While the module installs */
    Nl668UsbPort               *usb_port;
    /* What is waited for */
    guint                       timeout_id;
};

G_DEFINE_TYPE (Nl668Update, nl668_update, NL668_TYPE_MODEM_FIRMWARE_SKELETON)

#define IFACE(self) NL668_MODEM_FIRMWARE (self)

/*****************************************************************************/
/* Properties */

static guint64
get_time (void)
{
    return g_get_real_time () / G_USEC_PER_SEC;
}

static Nl668UpdateState
get_state (Nl668Update *self)
{
    return nl668_modem_firmware_get_state (IFACE (self));
}

gboolean
nl668_update_is_downloading (Nl668Update *self)
{
    return (get_state (self) == NL668_UPDATE_STATE_PREPARING ||
            get_state (self) == NL668_UPDATE_STATE_DOWNLOADING);
}

gboolean
nl668_update_is_under_way (Nl668Update *self)
{
    return (nl668_update_is_downloading (self) ||
            get_state (self) == NL668_UPDATE_STATE_INSTALLING);
}

/* The skeleton collects changes until the main loop is idle. Of the percentages
 * that come until then, it would tell the last one only. */
static void
announce (Nl668Update *self)
{
    g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self));
}

static void
set_state (Nl668Update      *self,
           Nl668UpdateState  state)
{
    static const gchar *names[] = {
        [NL668_UPDATE_STATE_UNKNOWN]     = "unknown",
        [NL668_UPDATE_STATE_IDLE]        = "idle",
        [NL668_UPDATE_STATE_PREPARING]   = "preparing",
        [NL668_UPDATE_STATE_DOWNLOADING] = "downloading",
        [NL668_UPDATE_STATE_INSTALLING]  = "installing",
        [NL668_UPDATE_STATE_SUCCEEDED]   = "succeeded",
        [NL668_UPDATE_STATE_FAILED]      = "failed",
    };

    mm_daemon_info (self->modem, "firmware update: %s -> %s", names[get_state (self)], names[state]);
    nl668_modem_firmware_set_state (IFACE (self), state);
    announce (self);
}

static void
set_last_error (Nl668Update  *self,
                const GError *error)
{
    g_autofree gchar *name = NULL;

    if (error)
        name = g_dbus_error_encode_gerror (error);
    nl668_modem_firmware_set_error (IFACE (self),
                                    g_variant_new ("(ss)", name ? name : "", error ? error->message : ""));
}

GError *
nl668_update_get_last_error (Nl668Update *self)
{
    g_autoptr(GError)  error = NULL;
    const gchar       *name;
    const gchar       *message;

    g_variant_get (nl668_modem_firmware_get_error (IFACE (self)), "(&s&s)", &name, &message);
    error = g_dbus_error_new_for_dbus_error (name, "");
    return g_error_new_literal (error->domain, error->code, message);
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

static void
end (Nl668Update      *self,
     Nl668UpdateState  state)
{
    stop_waiting (self);
    g_clear_object (&self->usb_port);
    nl668_modem_firmware_set_finished (IFACE (self), get_time ());
    set_state (self, state);
}

void
nl668_update_fail (Nl668Update  *self,
                   const GError *error)
{
    mm_daemon_warn (self->modem, "firmware update failed: %s", error->message);
    set_last_error (self, error);
    end (self, NL668_UPDATE_STATE_FAILED);
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
    nl668_update_fail (self, error);
}

/*****************************************************************************/
/* Installation: the module restarts, perhaps more than once */

static gboolean
not_installed_cb (Nl668Update *self)
{
    self->timeout_id = 0;
    fail (self, "the module did not install the package, it still runs %s: check that the package is for this version",
          nl668_modem_firmware_get_current_version (IFACE (self)));
    return G_SOURCE_REMOVE;
}

static void
check_installed (Nl668Update *self)
{
    const gchar *previous;
    const gchar *current;
    const gchar *target;

    previous = nl668_modem_firmware_get_previous_version (IFACE (self));
    current = nl668_modem_firmware_get_current_version (IFACE (self));
    target = nl668_modem_firmware_get_target_version (IFACE (self));

    if (!*current || g_str_equal (current, previous))
        wait_for (self, NL668_TIMEOUT_INSTALL, (GSourceFunc) not_installed_cb);
    else if (*target && !g_str_equal (current, target))
        fail (self, "the module runs %s now, and not %s: the package was another one", current, target);
    else
        end (self, NL668_UPDATE_STATE_SUCCEEDED);
}

static void
usb_port_changed (Nl668Update *self)
{
    if (nl668_usb_port_get_state (self->usb_port) == NL668_USB_PORT_STATE_EMERGENCY)
        fail (self, "the installation broke and left the module in its emergency download mode (05c6:9008): "
              "it takes the maker's flash tool to repair it");
}

/* The daemon shows nothing while the module is away. */
static void
watch_usb_port (Nl668Update *self)
{
    if (!self->usb_path) {
        mm_daemon_warn (self->modem, "the restart of the module cannot be watched: its USB port is not known");
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
    fail (self, "the module did not start to download: check that it can reach %s, and that the package is there",
          nl668_modem_firmware_get_source (IFACE (self)));
    return G_SOURCE_REMOVE;
}

static gboolean
stalled_cb (Nl668Update *self)
{
    self->timeout_id = 0;
    fail (self, "the download stopped at %u%%: check the network and the server, and start the update again",
          nl668_modem_firmware_get_progress (IFACE (self)));
    return G_SOURCE_REMOVE;
}

static void
download_started (Nl668Update *self)
{
    if (get_state (self) != NL668_UPDATE_STATE_PREPARING)
        return;
    wait_for (self, NL668_TIMEOUT_PROGRESS, (GSourceFunc) stalled_cb);
    set_state (self, NL668_UPDATE_STATE_DOWNLOADING);
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
    nl668_modem_firmware_set_progress (IFACE (self), percent);
    announce (self);
}

static void
download_completed (Nl668Update *self)
{
    download_progressed (self, 100);
    wait_for (self, NL668_TIMEOUT_INSTALL, (GSourceFunc) not_installed_cb);
    watch_usb_port (self);
    set_state (self, NL668_UPDATE_STATE_INSTALLING);
}

/*****************************************************************************/

void
nl668_update_begin (Nl668Update        *self,
                    const Nl668Request *request)
{
    nl668_modem_firmware_set_progress (IFACE (self), 0);
    nl668_modem_firmware_set_source (IFACE (self), request->source);
    nl668_modem_firmware_set_previous_version (IFACE (self), nl668_modem_firmware_get_current_version (IFACE (self)));
    nl668_modem_firmware_set_target_version (IFACE (self), request->version ? request->version : "");
    nl668_modem_firmware_set_started (IFACE (self), get_time ());
    nl668_modem_firmware_set_finished (IFACE (self), 0);
    set_last_error (self, NULL);
    set_state (self, NL668_UPDATE_STATE_PREPARING);
}

void
nl668_update_accepted (Nl668Update *self)
{
    /* The first report may be faster than the answer */
    if (get_state (self) == NL668_UPDATE_STATE_PREPARING)
        wait_for (self, NL668_TIMEOUT_START, (GSourceFunc) not_started_cb);
}

void
nl668_update_report (Nl668Update *self,
                     const gchar *line)
{
    g_autofree gchar *printable = NULL;
    Nl668Urc          urc;
    guint             percent = 0;

    urc = nl668_parse_gtota_urc (line, &percent);
    printable = nl668_printable (line);

    if (!nl668_update_is_downloading (self)) {
        mm_daemon_debug (self->modem, "report ignored, no download is under way: %s", printable);
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
        mm_daemon_info (self->modem, "unknown report of the module: %s", printable);
        break;
    }
}

void
nl668_update_module_came (Nl668Update *self,
                          MMBaseModem *modem,
                          const gchar *usb_path)
{
    self->modem = modem;
    g_free (self->usb_path);
    self->usb_path = g_strdup (usb_path);
}

void
nl668_update_module_runs (Nl668Update *self,
                          const gchar *revision)
{
    nl668_modem_firmware_set_current_version (IFACE (self), revision ? revision : "");
    if (get_state (self) == NL668_UPDATE_STATE_INSTALLING)
        check_installed (self);
}

void
nl668_update_module_left (Nl668Update *self)
{
    if (nl668_update_is_downloading (self))
        fail (self, "the modem disappeared before the module had the whole package: "
              "was it unplugged or reset? start the update again");
    stop_waiting (self);
    self->modem = NULL;
}

/*****************************************************************************/

Nl668Update *
nl668_update_new (void)
{
    return g_object_new (NL668_TYPE_UPDATE, NULL);
}

static void
nl668_update_init (Nl668Update *self)
{
    nl668_modem_firmware_set_state (IFACE (self), NL668_UPDATE_STATE_IDLE);
    nl668_modem_firmware_set_package (IFACE (self), "");
    nl668_modem_firmware_set_source (IFACE (self), "");
    nl668_modem_firmware_set_previous_version (IFACE (self), "");
    nl668_modem_firmware_set_current_version (IFACE (self), "");
    nl668_modem_firmware_set_target_version (IFACE (self), "");
    set_last_error (self, NULL);
}

static void
finalize (GObject *object)
{
    Nl668Update *self = NL668_UPDATE (object);

    stop_waiting (self);
    g_clear_object (&self->usb_port);
    g_free (self->usb_path);
    G_OBJECT_CLASS (nl668_update_parent_class)->finalize (object);
}

static void
nl668_update_class_init (Nl668UpdateClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->finalize = finalize;
}
