/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* How long a client waits. As long as ModemManager and the modem object are there, a client
 * waits longer than the daemon, which then gives the verdict. */

#ifndef NL668_CLIENT_PATIENCE_H
#define NL668_CLIENT_PATIENCE_H

#include <glib.h>

typedef enum {
    /* For the reply to a method of the modem */
    NL668_CLIENT_PATIENCE_CALL,
    /* For the reply to Start() */
    NL668_CLIENT_PATIENCE_START,
    /* For the modem to register with a network */
    NL668_CLIENT_PATIENCE_REGISTRATION,
    /* For anything to happen during an update, unless one of the next ones applies. Long,
     * because the daemon may not hear the module: see NL668_TIMEOUT_UNHEARD. */
    NL668_CLIENT_PATIENCE_UPDATE,
    /* ... while the modem object is there and idle, as if no update had been started */
    NL668_CLIENT_PATIENCE_IDLE,
    /* ... while there is no ModemManager, or no modem object and the USB port is not watched */
    NL668_CLIENT_PATIENCE_ABSENT,
    /* ... while the module is in emergency download mode */
    NL668_CLIENT_PATIENCE_EMERGENCY,
    /* ... while the module is off the bus in the middle of the download */
    NL668_CLIENT_PATIENCE_UNPLUGGED,
    /* For the module to follow its modem object off the bus */
    NL668_CLIENT_PATIENCE_LEAVING,
    /* ... while the module is installing */
    NL668_CLIENT_PATIENCE_INSTALLING,
    /* For the whole installation, with all restarts of the module */
    NL668_CLIENT_PATIENCE_INSTALLATION,
} Nl668ClientPatience;

/**
 * nl668_client_patience_get:
 *
 * For tests, the environment variable FIBOCOM_NL668_TIMEOUT_SCALE is a factor for all times
 * except those for the reply to a D-Bus method and for leaving the bus.
 *
 * Returns: the time in milliseconds.
 */
guint nl668_client_patience_get (Nl668ClientPatience patience);

#endif /* NL668_CLIENT_PATIENCE_H */
