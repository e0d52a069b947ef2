/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Keeps clients from resetting a module, or turning it off, while its firmware
 * is being updated. */

#ifndef NL668_GUARD_H
#define NL668_GUARD_H

#include <libmm-glib.h>

#include "mm-daemon.h"

/**
 * nl668_guard:
 * @skeleton: the Modem interface of @modem, whose own handlers the daemon has
 *   not connected yet.
 */
void nl668_guard (MMBaseModem  *modem,
                  MmGdbusModem *skeleton);

#endif /* NL668_GUARD_H */
