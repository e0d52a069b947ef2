/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-battery.h"
#include "nl668-check.h"
#include "nl668-error.h"
#include "nl668-ports.h"

/* In percent. A module that loses its power during the installation may be broken. */
#define BATTERY_MIN 20

static gboolean
check_modem (Nl668Modem  *modem,
             GError     **error)
{
    Nl668Properties *properties = NL668_PROPERTIES (modem->update);

    if (!nl668_modem_is_here (modem, error))
        return FALSE;

    if (modem->start_cancellable || nl668_properties_is_under_way (properties))
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                             "a firmware update is already under way");
    else if (nl668_properties_get_unread (properties))
        g_propagate_error (error, g_error_copy (nl668_properties_get_unread (properties)));
    else if (!nl668_properties_get_imei (properties) && modem->n_queries)
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_RETRY,
                             "the module has not reported a valid equipment identifier yet: it is "
                             "asked again, try later");
    else if (!nl668_properties_get_imei (properties))
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                             "the module has no equipment identifier of its own and could not be "
                             "recognized after a restart");
    else
        return TRUE;

    return FALSE;
}

static gboolean
check_version (Nl668Modem          *modem,
               const Nl668Request  *request,
               GError             **error)
{
    const gchar *revision;

    revision = nl668_modem_get_revision (modem);
    if (!*revision)
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED,
                             "the module does not report its firmware version, so the result of "
                             "an update could not be checked");
    else if (request->version && nl668_revision_is_same (request->version, revision))
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                     "version: the module already runs %s", request->version);
    else
        return TRUE;

    return FALSE;
}

static gboolean
check_battery (const Nl668Request  *request,
               gint                 battery,
               GError             **error)
{
    if (request->ignore_battery || battery == NL668_BATTERY_NONE || battery >= BATTERY_MIN)
        return TRUE;

    g_set_error (error, NL668_ERROR, NL668_ERROR_LOW_BATTERY,
                 "the battery is at %d%%: connect the charger, or start anyway with "
                 "ignore-battery=yes", battery);
    return FALSE;
}

static gboolean
check_ports (Nl668Modem  *modem,
             GError     **error)
{
    if (!nl668_ports_are_taken (modem->modem))
        return TRUE;

    g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_CONNECTED,
                         "the module's AT ports are used for a data connection: end it first");
    return FALSE;
}

static gboolean
check_registration (Nl668Modem  *modem,
                    GError     **error)
{
    MMModemState state;

    state = mm_gdbus_modem_get_state (modem->skeleton);
    if (state >= MM_MODEM_STATE_REGISTERED)
        return TRUE;

    g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE,
                         state == MM_MODEM_STATE_LOCKED ?
                         "the SIM is locked: unlock it with its PIN first" :
                         "the modem is not registered with a network: enable it and wait until "
                         "it is");
    return FALSE;
}

gboolean
nl668_check (Nl668Modem          *modem,
             const Nl668Request  *request,
             gint                 battery,
             GError             **error)
{
    return (check_modem (modem, error) &&
            check_version (modem, request, error) &&
            check_battery (request, battery, error) &&
            check_ports (modem, error) &&
            check_registration (modem, error));
}
