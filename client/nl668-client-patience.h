/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* How long a client waits, all in one table. */

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
    /* For anything to happen during an update, unless one of the next three applies */
    NL668_CLIENT_PATIENCE_UPDATE,
    /* ... while the modem object is there and idle, as if no update had been started */
    NL668_CLIENT_PATIENCE_IDLE,
    /* ... while the modem object is there and installing */
    NL668_CLIENT_PATIENCE_INSTALLING,
    /* ... while the module is absent before the download is complete */
    NL668_CLIENT_PATIENCE_UNPLUGGED,
    /* For the whole installation, with all restarts of the module */
    NL668_CLIENT_PATIENCE_INSTALLATION,
    NL668_CLIENT_PATIENCE_LAST
} Nl668ClientPatience;

/**
 * nl668_client_patience_get:
 *
 * For tests, the environment variable FIBOCOM_NL668_TIMEOUT_SCALE is a factor on all waits
 * but those for the reply to a D-Bus method.
 *
 * Returns: the time in milliseconds.
 */
guint nl668_client_patience_get (Nl668ClientPatience patience);

#endif /* NL668_CLIENT_PATIENCE_H */
