/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The AT ports of a modem: keeping them open, and listening to reports. */

#ifndef NL668_PORTS_H
#define NL668_PORTS_H

#include "mm-daemon.h"

/* To be called once, while the daemon initializes the modem. */
void nl668_ports_set_up (MMBaseModem *modem);

/**
 * nl668_ports_listen:
 * @callback: called with match 1 of nl668_at_get_urc_regex (), while the daemon reads. See
 *   #MMDaemonUrcFunc.
 * @object: (type GObject): passed to @callback. Each port holds a reference to it.
 *
 * Replaces the last callback.
 */
void nl668_ports_listen (MMBaseModem     *modem,
                         MMDaemonUrcFunc  callback,
                         gpointer         object);

/* Whether none of them is used for a data connection, which hides the module's reports */
gboolean nl668_ports_are_heard (MMBaseModem *modem);

/* Whether each of them is, so that no command can be sent */
gboolean nl668_ports_are_taken (MMBaseModem *modem);

/**
 * nl668_ports_open:
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Returns: (transfer full) (element-type MMPortSerialAt): the ports that could be opened, or NULL
 *   if there is none.
 */
GList *nl668_ports_open (MMBaseModem  *modem,
                         GError      **error);

/**
 * nl668_ports_is_one_gone:
 * @ports: (nullable): from nl668_ports_open ().
 *
 * Returns: whether the device of one of them is gone. When a module is unplugged, they go one after
 *   the other.
 */
gboolean nl668_ports_is_one_gone (GList *ports);

/* @ports: (transfer full) (nullable): from nl668_ports_open (). Closes them as soon as the daemon
 * does not read from them. */
void nl668_ports_close (GList *ports);

#endif /* NL668_PORTS_H */
