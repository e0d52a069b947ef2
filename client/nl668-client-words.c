/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <glib/gi18n.h>

#include "nl668-client-words.h"

const gchar *
nl668_client_words_get_state (Nl668State state)
{
    /* The names of nl668_state_get_name(), marked for translation */
    static const gchar *const words[] = {
        [NL668_STATE_UNKNOWN]     = N_("unknown"),
        [NL668_STATE_IDLE]        = N_("idle"),
        [NL668_STATE_PREPARING]   = N_("preparing"),
        [NL668_STATE_DOWNLOADING] = N_("downloading"),
        [NL668_STATE_INSTALLING]  = N_("installing"),
        [NL668_STATE_SUCCEEDED]   = N_("succeeded"),
        [NL668_STATE_FAILED]      = N_("failed"),
    };

    return _(words[state]);
}

const gchar *
nl668_client_words_get_port (Nl668UsbPortState state)
{
    static const gchar *const words[] = {
        [NL668_USB_PORT_STATE_ABSENT]    = N_("absent"),
        [NL668_USB_PORT_STATE_PRESENT]   = N_("present"),
        [NL668_USB_PORT_STATE_EMERGENCY] = N_("emergency-download"),
        [NL668_USB_PORT_STATE_OTHER]     = N_("other"),
    };

    return _(words[state]);
}

const gchar *
nl668_client_words_get_activity (Nl668ClientActivity activity)
{
    static const gchar *const words[] = {
        [NL668_CLIENT_ACTIVITY_NONE]        = NULL,
        [NL668_CLIENT_ACTIVITY_STARTING]    = N_("starting"),
        [NL668_CLIENT_ACTIVITY_ENABLING]    = N_("enabling the modem"),
        [NL668_CLIENT_ACTIVITY_REGISTERING] = N_("waiting for registration"),
    };

    return words[activity] ? _(words[activity]) : NULL;
}

GError *
nl668_client_words_new_not_begun (void)
{
    return g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                                _("ModemManager was stopped before it began the update: start it "
                                  "again"));
}

GError *
nl668_client_words_new_removed (void)
{
    return g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_NOT_FOUND,
                                _("the modem was removed"));
}

gchar *
nl668_client_words_describe_event (Nl668ClientEvent         event,
                                   const Nl668ClientStatus *status)
{
    static const gchar *const sentences[] = {
        [NL668_CLIENT_EVENT_MODULE_LEFT]       = N_("the module left the bus"),
        [NL668_CLIENT_EVENT_MODULE_LEFT_EARLY] = N_("the module left the bus before it reported "
                                                    "a complete download: leave it alone, it is "
                                                    "probably installing"),
        [NL668_CLIENT_EVENT_MODULE_BACK]       = N_("the module is back on the bus"),
        [NL668_CLIENT_EVENT_MODULE_EMERGENCY]  = N_("the module is in emergency download mode "
                                                    "(05c6:9008): leave it alone, it may still "
                                                    "recover"),
        [NL668_CLIENT_EVENT_MODEM_LOST]        = N_("ModemManager has lost the modem"),
        [NL668_CLIENT_EVENT_MANAGER_LEFT]      = N_("ModemManager left the bus; the module goes "
                                                    "on without it: waiting for ModemManager to "
                                                    "come back"),
        [NL668_CLIENT_EVENT_MANAGER_BACK]      = N_("ModemManager is back"),
    };

    switch (event) {
    case NL668_CLIENT_EVENT_PORT_TAKEN:
        return g_strdup_printf (_("%s is used for a data connection: no progress is shown until "
                                  "the connection ends, and the result is known once the module "
                                  "runs its new firmware"), status->taken_port);
    case NL668_CLIENT_EVENT_MODULE_OTHER:
        return g_strdup_printf (_("the module is back on the bus as %s, which ModemManager does "
                                  "not support: leave it alone, it may be installing"),
                                status->port_id);
    case NL668_CLIENT_EVENT_MODEM_FOUND:
        return g_strdup_printf (_("ModemManager has found the modem again (%s)"), status->path);
    default:
        return g_strdup (_(sentences[event]));
    }
}

static const gchar *
get_give_up (Nl668ClientGiveUp reason)
{
    switch (reason) {
    case NL668_CLIENT_GIVE_UP_EMERGENCY:
        return _("the module is still in emergency download mode (05c6:9008): if it stays in it, "
                 "it needs the manufacturer's flash tool");
    case NL668_CLIENT_GIVE_UP_MANAGER_GONE:
        return _("ModemManager did not come back to the bus");
    case NL668_CLIENT_GIVE_UP_MODULE_UNPLUGGED:
        return _("the module disappeared before the download was complete: was it unplugged or "
                 "reset? plug it in again");
    case NL668_CLIENT_GIVE_UP_MODULE_GONE:
        return _("the module did not come back to the bus: check its power and its cable");
    case NL668_CLIENT_GIVE_UP_MODEM_GONE:
        return _("ModemManager did not find the modem again");
    case NL668_CLIENT_GIVE_UP_FORGOTTEN:
        return _("ModemManager no longer knows about the update: compare the firmware versions");
    case NL668_CLIENT_GIVE_UP_RESTARTING:
        return _("the module keeps restarting and does not finish the installation");
    case NL668_CLIENT_GIVE_UP_SILENT:
    default:
        return _("nothing more was heard from the module");
    }
}

gchar *
nl668_client_words_describe_give_up (Nl668ClientGiveUp        reason,
                                     const Nl668ClientStatus *status)
{
    if (reason == NL668_CLIENT_GIVE_UP_OTHER)
        return g_strdup_printf (_("the module is still on the bus as %s, which ModemManager does "
                                  "not support: leave it alone, it may be installing"),
                                status->port_id);
    return g_strdup (get_give_up (reason));
}
