/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The status of an update that has failed, with text that must be escaped */

#ifndef EXAMPLE_STATUS_H
#define EXAMPLE_STATUS_H

#include "nl668-client-status.h"

static Nl668ClientStatus *
make_status (void)
{
    Nl668ClientStatus *status;

    status = nl668_client_status_new ();
    status->path = g_strdup ("/org/freedesktop/ModemManager1/Modem/0");
    status->imei = g_strdup ("862000000000000");
    status->state = NL668_STATE_FAILED;
    status->progress = 41;
    status->source = g_strdup ("http://h/p.zip");
    status->previous_version = g_strdup ("A\"\\");
    status->current_version = g_strdup ("A\033[31m\t");
    status->error_name = g_strdup ("org.freedesktop.ModemManager1.Error.Core.Failed");
    status->error_message = g_strdup ("k\303\266nnte");
    status->started = 1;
    status->transports = 3;
    status->has_port = TRUE;
    status->port_state = NL668_USB_PORT_STATE_EMERGENCY;
    status->port_id = g_strdup ("05c6:9008");
    return status;
}

#endif /* EXAMPLE_STATUS_H */
