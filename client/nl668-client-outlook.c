/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-outlook.h"

gboolean
nl668_client_outlook_is_started (const Nl668ClientStatus *status)
{
    return status->state == NL668_STATE_DOWNLOADING || status->state == NL668_STATE_INSTALLING;
}

static gboolean
has_modem (const Nl668ClientStatus *status)
{
    return status->path != NULL;
}

static gboolean
is_port_in_state (const Nl668ClientStatus *status,
                  Nl668UsbPortState        state)
{
    return status->has_port && status->port_state == state;
}

/* Whether a module that leaves now is more likely unplugged than installing. If it cannot be
 * heard, or was not, its progress is not known. */
static gboolean
is_in_mid_download (const Nl668ClientStatus *status)
{
    return nl668_state_is_downloading (status->state) && !status->taken_port &&
           !status->is_unheard && status->progress < NL668_NEARLY_COMPLETE;
}

/* The USB port of a module without a modem object from the beginning is not known */
gboolean
nl668_client_outlook_is_only_modem_absent (const Nl668ClientStatus *status,
                                           gboolean                 has_owner)
{
    gboolean may_be_there;

    may_be_there = status->has_port ?
                   status->port_state == NL668_USB_PORT_STATE_PRESENT : status->is_unheard;
    return has_owner && !has_modem (status) && may_be_there &&
           nl668_state_is_under_way (status->state);
}

static gboolean
is_unplugged (const Nl668ClientStatus *status,
              gboolean                 has_owner)
{
    return has_owner && !has_modem (status) &&
           is_port_in_state (status, NL668_USB_PORT_STATE_ABSENT) && is_in_mid_download (status);
}

gboolean
nl668_client_outlook_is_installing (const Nl668ClientStatus *status,
                                    gboolean                 has_owner)
{
    if (has_modem (status) || !status->has_port ||
        is_port_in_state (status, NL668_USB_PORT_STATE_PRESENT))
        return status->state == NL668_STATE_INSTALLING;
    return !is_unplugged (status, has_owner);
}

Nl668ClientPatience
nl668_client_outlook_get_patience (const Nl668ClientStatus *status,
                                   gboolean                 has_owner)
{
    if (has_modem (status) && status->state <= NL668_STATE_IDLE)
        return NL668_CLIENT_PATIENCE_IDLE;
    if (is_port_in_state (status, NL668_USB_PORT_STATE_EMERGENCY))
        return NL668_CLIENT_PATIENCE_EMERGENCY;
    if (is_unplugged (status, has_owner))
        return NL668_CLIENT_PATIENCE_UNPLUGGED;
    if (has_owner && nl668_client_outlook_is_installing (status, has_owner))
        return NL668_CLIENT_PATIENCE_INSTALLING;
    if (has_modem (status) ||
        nl668_client_outlook_is_only_modem_absent (status, has_owner))
        return NL668_CLIENT_PATIENCE_UPDATE;
    return NL668_CLIENT_PATIENCE_ABSENT;
}

Nl668ClientGiveUp
nl668_client_outlook_get_give_up (const Nl668ClientStatus *status,
                                  gboolean                 has_owner)
{
    if (is_port_in_state (status, NL668_USB_PORT_STATE_EMERGENCY))
        return NL668_CLIENT_GIVE_UP_EMERGENCY;
    if (!has_owner)
        return NL668_CLIENT_GIVE_UP_MANAGER_GONE;
    if (has_modem (status))
        return status->state <= NL668_STATE_IDLE ?
               NL668_CLIENT_GIVE_UP_FORGOTTEN : NL668_CLIENT_GIVE_UP_SILENT;
    if (is_port_in_state (status, NL668_USB_PORT_STATE_OTHER))
        return NL668_CLIENT_GIVE_UP_OTHER;
    if (is_unplugged (status, has_owner))
        return NL668_CLIENT_GIVE_UP_MODULE_UNPLUGGED;
    if (is_port_in_state (status, NL668_USB_PORT_STATE_ABSENT))
        return NL668_CLIENT_GIVE_UP_MODULE_GONE;
    return NL668_CLIENT_GIVE_UP_MODEM_GONE;
}

Nl668ClientEvent
nl668_client_outlook_get_port_event (const Nl668ClientStatus *status)
{
    switch (status->port_state) {
    case NL668_USB_PORT_STATE_ABSENT:
        if (nl668_state_is_downloading (status->state) && !is_in_mid_download (status))
            return NL668_CLIENT_EVENT_MODULE_LEFT_EARLY;
        return NL668_CLIENT_EVENT_MODULE_LEFT;
    case NL668_USB_PORT_STATE_EMERGENCY:
        return NL668_CLIENT_EVENT_MODULE_EMERGENCY;
    case NL668_USB_PORT_STATE_OTHER:
        return NL668_CLIENT_EVENT_MODULE_OTHER;
    case NL668_USB_PORT_STATE_PRESENT:
    default:
        return NL668_CLIENT_EVENT_MODULE_BACK;
    }
}
