/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What a modem of the daemon and the update of its module have to do with each
 * other: the D-Bus interface on the modem, its method, and the AT ports. */

#ifndef NL668_MODEM_H
#define NL668_MODEM_H

#include "mm-daemon.h"

/**
 * nl668_modem_decorate:
 * @modem: a modem whose ports are organized, and that is not exported yet.
 *
 * Adds the interface to @modem, until the modem is disposed or undecorated. The
 * module is recognized by its equipment identifier: an update that it was in
 * the middle of goes on. Does nothing on a modem that has the interface.
 */
void nl668_modem_decorate (MMBaseModem *modem);

/**
 * nl668_modem_undecorate:
 *
 * Removes the interface from @modem, if it has it.
 */
void nl668_modem_undecorate (MMBaseModem *modem);

#endif /* NL668_MODEM_H */
