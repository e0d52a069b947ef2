/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-radio.h"
#include "nl668-verdict.h"

#define IFACE(properties) NL668_MODEM_FIRMWARE_UPDATE (properties)

#define new_error(...) g_error_new (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, __VA_ARGS__)

static guint
get_progress (Nl668Properties *properties)
{
    return nl668_modem_firmware_update_get_progress (IFACE (properties));
}

/* CurrentVersion is printable if it is known. */
static const gchar *
get_current (Nl668Properties *properties)
{
    const gchar *current;

    current = nl668_modem_firmware_update_get_current_version (IFACE (properties));
    return *current ? current : "an unknown version";
}

/* Returns a part of a sentence. */
static gchar *
quote (const gchar *words)
{
    return words ? g_strdup_printf (" (its last report: %s)", words) : g_strdup ("");
}

GError *
nl668_verdict_silent (Nl668Properties *properties,
                      Nl668Timeout     expected,
                      const gchar     *words)
{
    g_autofree gchar *quoted = NULL;
    const gchar      *source;

    if (expected == NL668_TIMEOUT_FAILURE &&
        nl668_properties_get_state (properties) == NL668_STATE_INSTALLING)
        return new_error ("the module reports: %s; leave it on, and check the status later",
                          words);
    if (expected == NL668_TIMEOUT_FAILURE)
        return new_error ("the module reports: %s; check the server, and check the status before "
                          "you start the update again", words);

    quoted = quote (words);
    source = nl668_modem_firmware_update_get_source (IFACE (properties));
    if (nl668_properties_get_state (properties) == NL668_STATE_PREPARING)
        return new_error ("the module has not reported that it is downloading%s: check that it "
                          "can reach %s and that the package is there, and check the status before "
                          "you start the update again", quoted, source);
    if (nl668_radio_is_off (nl668_properties_get_modem (properties)))
        return new_error ("the download stopped at %u%%%s: the radio is off, turn it on, and check "
                          "the status before you start the update again",
                          get_progress (properties), quoted);
    return new_error ("the download seems to have stopped at %u%%%s: check the network and the "
                      "server, and check the status before you start the update again",
                      get_progress (properties), quoted);
}

GError *
nl668_verdict_interrupted (void)
{
    return new_error ("ModemManager was stopped before it told the module to start the update: "
                      "start it again");
}

GError *
nl668_verdict_stopped (gboolean is_requested)
{
    if (is_requested)
        return new_error ("ModemManager stopped using the module while it told it to start the "
                          "update: check the status before you start it again");
    return new_error ("ModemManager stopped using the module before it told it to start the "
                      "update: start it again");
}

GError *
nl668_verdict_no_response (const GError *reason)
{
    return g_error_new_literal (reason->domain, reason->code,
                                "the module did not respond to AT+GTOTA, so it may have started "
                                "the update: check the status before you start it again");
}

GError *
nl668_verdict_unheard (Nl668Properties *properties,
                       gboolean         is_here)
{
    if (!is_here)
        return new_error ("ModemManager has not been able to use the module for too long: check "
                          "whether another program has inhibited it, and check the status before "
                          "you start the update again");
    return new_error ("the module's reports could not be read for too long (the last was %u%%): "
                      "end the data connection on its AT port, and check the status before you "
                      "start the update again", get_progress (properties));
}

GError *
nl668_verdict_gone (gboolean is_requested)
{
    if (!is_requested)
        return g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the modem is gone");
    return new_error ("the module disappeared before the download was complete: plug it in again "
                      "if it was unplugged, and check the status before you start the update "
                      "again");
}

GError *
nl668_verdict_not_left (Nl668Properties *properties,
                        const gchar     *words)
{
    g_autofree gchar *quoted = NULL;

    quoted = quote (words);
    return new_error ("the module has the package, but it has not installed it yet%s, and still "
                      "runs %s: leave it on, and check the status later", quoted,
                      get_current (properties));
}

GError *
nl668_verdict_not_installed (Nl668Properties *properties,
                             const gchar     *words,
                             Nl668Doubt      *doubt)
{
    g_autofree gchar *quoted = NULL;
    const gchar      *current;
    Nl668Runs         runs;

    current = nl668_modem_firmware_update_get_current_version (IFACE (properties));
    runs = nl668_properties_compare (properties, current);
    *doubt = runs == NL668_RUNS_UNKNOWN ? NL668_DOUBT_SILENT : NL668_DOUBT_NONE;
    if (runs == NL668_RUNS_UNKNOWN)
        return new_error ("the module does not report which firmware it runs, so it is not known "
                          "whether the update was installed: check the status later");
    if (runs == NL668_RUNS_OTHER)
        return new_error ("the module now runs %s, not %s: this was a different package",
                          get_current (properties),
                          nl668_modem_firmware_update_get_target_version (IFACE (properties)));

    quoted = quote (words);
    if (get_progress (properties) < 100)
        return new_error ("the module left the bus at %u%%%s and still runs %s: it was unplugged "
                          "or reset, or the installation failed; start the update again",
                          get_progress (properties), quoted, get_current (properties));
    return new_error ("the module did not install the package%s, it still runs %s: check that the "
                      "package is for this version", quoted, get_current (properties));
}

GError *
nl668_verdict_undone (Nl668Properties *properties)
{
    return new_error ("the module runs %s again: the update was undone, by the module or by "
                      "another program", get_current (properties));
}

GError *
nl668_verdict_emergency (void)
{
    return new_error ("the module is in emergency download mode (05c6:9008): leave it alone, it "
                      "may recover; if it stays like that, repairing it takes the manufacturer's "
                      "flash tool");
}

GError *
nl668_verdict_other_device (const gchar *id)
{
    return new_error ("a device with the ID %s is now at the module's USB port: if it is the "
                      "module, leave it alone, it may be installing the update", id);
}

GError *
nl668_verdict_busy (const GError *refusal)
{
    return g_error_new (refusal->domain, refusal->code,
                        "%s; it may still be busy with the last update, so check the status "
                        "before you start again", refusal->message);
}
