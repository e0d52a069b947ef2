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
#include "nl668-start.h"

#define PLUGIN_NAME "fibocom-nl668"
#define PLUGIN_TYPE "MMPluginFibocomNl668"

/* Claims whole vendors, and creates the modems that are decorated */
#define STOCK_PLUGIN_TYPE "MMPluginFibocom"

/* The symbols that the daemon looks up. The version depends on the generation of the daemon
 * and is set when the plugin is loaded. */
G_MODULE_EXPORT gint      mm_plugin_major_version = 0;
G_MODULE_EXPORT gint      mm_plugin_minor_version = 0;
G_MODULE_EXPORT MMPlugin *mm_plugin_create (void);

G_MODULE_EXPORT const gchar *g_module_check_init (GModule *module);

static MMPlugin *plugin;

/*****************************************************************************/
/* Devices */

static const mm_uint16_pair product_ids[] = {
    /* NL668 for IoT, without MBIM: Linux, drivers/usb/serial/option.c and
     * drivers/net/usb/qmi_wwan.c, commits 30360224441c and 110a1cc28bc3 */
    { 0x1508, 0x1001 },
    /* The same without a diag port (AT+GTUSBMODE=21, 22, 23): qmi_wwan_f.c, the Linux driver
     * of the manufacturer */
    { 0x1508, 0x1000 },
    /* NL668-AM and NL652-EU, M.2 cards with MBIM: Linux,
     * drivers/usb/serial/option.c, commit 5e4d659b10fd */
    { 0x2cb7, 0x01a0 },
    { 0, 0 }
};

static gboolean
is_nl668 (const MMDaemonDevice *device)
{
    guint i;

    for (i = 0; product_ids[i].l; i++) {
        if (device->vendor == product_ids[i].l && device->product == product_ids[i].r)
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

    decorated = nl668_modem_decorate (modem);
    if (decorated) {
        /* The modem disconnects it. */
        g_signal_connect_swapped (decorated->update, "handle-start",
                                  G_CALLBACK (handle_start), decorated);
        nl668_overrides_connect_firmware (decorated, skeleton);
    }
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

    /* Another device of the stock plugin */
    if (!is_nl668 (device))
        return mm_daemon_create_stock_modem (self, device, error);

    /* With this plugin as its plugin, whichever one the daemon asked. */
    modem = mm_daemon_create_stock_modem (plugin, device, error);
    if (modem) {
        g_signal_connect (modem, "notify::iface-modem-dbus-skeleton",
                          G_CALLBACK (modem_skeleton_changed), NULL);
        g_signal_connect (modem, "notify::iface-modem-firmware-dbus-skeleton",
                          G_CALLBACK (firmware_skeleton_changed), NULL);
    }
    return modem;
}

/*****************************************************************************/
/* Entry points */

/* Plugins are loaded in the order of a directory listing, but all of them before the main loop
 * runs and the first device is probed. */
static gboolean
all_plugins_loaded_cb (gpointer user_data)
{
    if (!mm_daemon_plugin_take_over (STOCK_PLUGIN_TYPE))
        mm_daemon_debug (NULL, "no stock Fibocom plugin: using generic modems");
    return G_SOURCE_REMOVE;
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
                           "allowed-product-ids", product_ids,
                           "allowed-at",          TRUE,
                           "allowed-qcdm",        mm_daemon_allows_qcdm (),
                           "allowed-qmi",         TRUE,
                           "allowed-mbim",        TRUE,
                           NULL);
    mm_daemon_info (NULL, "fibocom-nl668 %s is loaded", PACKAGE_VERSION);
    g_idle_add_full (G_PRIORITY_HIGH, all_plugins_loaded_cb, NULL, NULL);
    return plugin;
}

/* GModule calls this before the daemon looks at the plugin. If it returns a reason, the daemon
 * logs it and goes on without the plugin. */
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
