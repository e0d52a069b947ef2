/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The plugin: which devices are an NL668, and what is connected to a modem of the daemon to
 * make its firmware updatable. */

#include <config.h>

#include <gmodule.h>

#include "mm-daemon.h"
#include "nl668-modem.h"
#include "nl668-overrides.h"
#include "nl668-record.h"
#include "nl668-start.h"
#include "nl668-usb-port.h"

#define PLUGIN_NAME "fibocom-nl668"
#define PLUGIN_TYPE "MMPluginFibocomNl668"

/* Claims all devices of its vendors, and creates the modems that this plugin decorates */
#define STOCK_PLUGIN_TYPE "MMPluginFibocom"

/* The symbols that the daemon looks up. The major version depends on the generation of the
 * daemon, and is set when the plugin is loaded. */
G_MODULE_EXPORT gint      mm_plugin_major_version = 0;
G_MODULE_EXPORT gint      mm_plugin_minor_version = 0;
G_MODULE_EXPORT MMPlugin *mm_plugin_create (void);

G_MODULE_EXPORT const gchar *g_module_check_init (GModule *module);

static MMPlugin *plugin;

/*****************************************************************************/
/* Devices */

static gboolean
is_nl668 (const MMDaemonDevice *device)
{
    guint i;

    for (i = 0; nl668_usb_ids[i].vendor; i++) {
        if (device->vendor == nl668_usb_ids[i].vendor &&
            device->product == nl668_usb_ids[i].product)
            return TRUE;
    }
    return FALSE;
}

/*****************************************************************************/
/* Modems */

static gboolean
handle_start (Nl668Modem            *self,
              GDBusMethodInvocation *invocation,
              GVariant              *settings)
{
    nl668_start (self, invocation, settings);
    return TRUE;
}

static void
connect_update (Nl668Modem *self)
{
    /* Disconnected by nl668-modem.c. */
    g_signal_connect_swapped (nl668_properties_get_interface (NL668_PROPERTIES (self->update)),
                              "handle-start", G_CALLBACK (handle_start), self);
}

/* Our interface comes and goes with the stock firmware interface, which the daemon creates
 * after the ports are organized and before the modem is exported. */
static void
firmware_skeleton_changed (MMBaseModem *modem)
{
    MmGdbusModemFirmware *skeleton = NULL;
    Nl668Modem           *decorated;

    g_object_get (modem, "iface-modem-firmware-dbus-skeleton", &skeleton, NULL);
    if (!skeleton) {
        nl668_modem_undecorate (modem);
        return;
    }

    decorated = nl668_modem_decorate (modem, connect_update);
    if (decorated)
        nl668_overrides_connect_firmware (decorated, skeleton);
    g_object_unref (skeleton);
}

/* A device of the stock plugin, or of the generic one, may be a module that has come back with
 * another USB ID. */
static void
other_firmware_skeleton_changed (MMBaseModem *modem)
{
    MmGdbusModemFirmware *skeleton = NULL;

    g_object_get (modem, "iface-modem-firmware-dbus-skeleton", &skeleton, NULL);
    if (!skeleton) {
        nl668_modem_undecorate (modem);
        return;
    }
    nl668_modem_decorate_if_updating (modem, connect_update);
    g_object_unref (skeleton);
}

/* The daemon has not connected its own handlers yet. */
static void
modem_skeleton_changed (MMBaseModem *modem)
{
    MmGdbusModem *skeleton = NULL;

    g_object_get (modem, "iface-modem-dbus-skeleton", &skeleton, NULL);
    if (skeleton) {
        nl668_overrides_connect_modem (modem, skeleton);
        g_object_unref (skeleton);
    }
}

static MMBaseModem *
create_modem (MMPlugin              *self,
              const MMDaemonDevice  *device,
              GError               **error)
{
    MMBaseModem *modem;

    /* An NL668 belongs to this plugin, even if the daemon has called the stock plugin. */
    modem = mm_daemon_create_stock_modem (is_nl668 (device) ? plugin : self, device, error);
    if (modem) {
        g_signal_connect (modem, "notify::iface-modem-dbus-skeleton",
                          G_CALLBACK (modem_skeleton_changed), NULL);
        g_signal_connect (modem, "notify::iface-modem-firmware-dbus-skeleton",
                          G_CALLBACK (is_nl668 (device) ? firmware_skeleton_changed :
                                      other_firmware_skeleton_changed), NULL);
    }
    return modem;
}

/*****************************************************************************/
/* Entry points */

/* Plugins are loaded in directory order, which is arbitrary, but all of them are loaded before
 * the main loop runs and the first device is probed. */
static gboolean
all_plugins_loaded_cb (gpointer user_data)
{
    if (!mm_daemon_plugin_take_over (STOCK_PLUGIN_TYPE))
        mm_daemon_debug (NULL, "no stock Fibocom plugin: using generic modems");
    return G_SOURCE_REMOVE;
}

/* Whichever plugin is loaded first gets the devices that both claim. */
static void
warn_if_untried (void)
{
    if (!mm_daemon_is_untried ())
        return;
    mm_daemon_warn (NULL, "this version of ModemManager was not tried: a module that comes back "
                          "with another USB ID is not followed");
    if (g_type_from_name (STOCK_PLUGIN_TYPE))
        mm_daemon_warn (NULL, "the stock Fibocom plugin was loaded first, and gets the modules: "
                              "remove libmm-plugin-fibocom.so from the plugin directory");
}

MMPlugin *
mm_plugin_create (void)
{
    static const gchar *subsystems[] = { "tty", "net", "usbmisc", NULL };

    /* The same file may have two names in the plugin directory. */
    if (plugin) {
        mm_daemon_warn (NULL, "this plugin is already loaded under another name: remove one of "
                              "the two");
        return NULL;
    }

    plugin = g_object_new (mm_daemon_plugin_register (PLUGIN_TYPE, create_modem),
                           "name",                PLUGIN_NAME,
                           "allowed-subsystems",  subsystems,
                           "allowed-product-ids", nl668_usb_ids,
                           "allowed-at",          TRUE,
                           "allowed-qcdm",        mm_daemon_allows_qcdm (),
                           "allowed-qmi",         TRUE,
                           "allowed-mbim",        TRUE,
                           NULL);
    nl668_record_remove_leftovers ();
    mm_daemon_info (NULL, "fibocom-nl668 %s is loaded", PACKAGE_VERSION);
    warn_if_untried ();
    g_idle_add_full (G_PRIORITY_HIGH, all_plugins_loaded_cb, NULL, NULL);
    return plugin;
}

/* GModule calls this before the daemon inspects the plugin. If it returns an error message, the
 * daemon logs it and continues without the plugin. */
const gchar *
g_module_check_init (GModule *module)
{
    const gchar *reason;

    if (g_type_from_name (PLUGIN_TYPE))
        return "this plugin is already loaded from another file: remove one of the two";

    reason = mm_daemon_bind ();
    if (reason)
        return reason;

    /* Types and signal handlers must stay valid until the daemon exits. */
    g_module_make_resident (module);
    mm_plugin_major_version = mm_daemon_get_plugin_major_version ();
    return NULL;
}
