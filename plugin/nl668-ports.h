/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The AT ports of a modem, held open. The daemon closes them between commands,
 * and what the module reports then is lost. */

#ifndef NL668_PORTS_H
#define NL668_PORTS_H

#include "mm-daemon.h"

typedef struct _Nl668Ports Nl668Ports;

/**
 * nl668_ports_open:
 * @error: return location for a #MM_CORE_ERROR_FAILED.
 *
 * Opens all AT ports that can be had: not one that carries a connection.
 *
 * Returns: (transfer full): the ports, at least one, or NULL.
 */
Nl668Ports *nl668_ports_open (MMBaseModem  *modem,
                              GError      **error);

/**
 * nl668_ports_close:
 *
 * Not to be called from within a handler of reports: the daemon would go on
 * reading from a closed port.
 */
void nl668_ports_close (Nl668Ports *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Ports, nl668_ports_close)

#endif /* NL668_PORTS_H */
