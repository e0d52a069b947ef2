/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Errors of Start() for which the daemon has no fitting name. Their D-Bus names begin with
 * org.freedesktop.ModemManager1.Modem.Firmware.Update.Error. */

#ifndef NL668_ERROR_H
#define NL668_ERROR_H

#include <glib.h>

typedef enum {
    /* The machine runs on a battery that may be empty before the update is over. */
    NL668_ERROR_LOW_BATTERY,
    NL668_ERROR_LAST
} Nl668Error;

#define NL668_ERROR (nl668_error_quark ())

/* The first call registers the D-Bus names: a client must do that before it calls Start(). */
GQuark nl668_error_quark (void);

#endif /* NL668_ERROR_H */
