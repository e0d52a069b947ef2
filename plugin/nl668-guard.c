/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-guard.h"
#include "nl668-modem.h"

/* A handler that answers ends the emission, before that of the daemon. */
static gboolean
refuse (MMBaseModem           *modem,
        GDBusMethodInvocation *invocation)
{
    if (!nl668_modem_is_updating (modem))
        return FALSE;

    g_dbus_method_invocation_return_error (invocation, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                                           "the module's firmware is being updated: wait until "
                                           "it is done, this could break the module");
    return TRUE;
}

static gboolean
handle_reset (MmGdbusModem          *skeleton,
              GDBusMethodInvocation *invocation,
              MMBaseModem           *modem)
{
    return refuse (modem, invocation);
}

static gboolean
handle_factory_reset (MmGdbusModem          *skeleton,
                      GDBusMethodInvocation *invocation,
                      const gchar           *code,
                      MMBaseModem           *modem)
{
    return refuse (modem, invocation);
}

static gboolean
handle_set_power_state (MmGdbusModem          *skeleton,
                        GDBusMethodInvocation *invocation,
                        guint                  power_state,
                        MMBaseModem           *modem)
{
    return power_state == MM_MODEM_POWER_STATE_OFF && refuse (modem, invocation);
}

void
nl668_guard (MMBaseModem  *modem,
             MmGdbusModem *skeleton)
{
    g_signal_connect_object (skeleton, "handle-reset", G_CALLBACK (handle_reset), modem, 0);
    g_signal_connect_object (skeleton, "handle-factory-reset", G_CALLBACK (handle_factory_reset), modem, 0);
    g_signal_connect_object (skeleton, "handle-set-power-state", G_CALLBACK (handle_set_power_state), modem, 0);
}
