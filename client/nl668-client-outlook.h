/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the module is likely to be doing, as far as a client can see: how long to wait for it, and
 * what to say when it takes too long. */

#ifndef NL668_CLIENT_OUTLOOK_H
#define NL668_CLIENT_OUTLOOK_H

#include "nl668-client-patience.h"
#include "nl668-client-words.h"

/**
 * nl668_client_outlook_is_started:
 *
 * Returns: %TRUE if the module has accepted the update, which is not over.
 */
gboolean nl668_client_outlook_is_started (const Nl668ClientStatus *status);

/**
 * nl668_client_outlook_is_only_modem_absent:
 * @status: the status of an update.
 * @has_owner: whether ModemManager is on the bus.
 *
 * As while another program has inhibited the module, which goes on all the same. The daemon waits
 * for NL668_TIMEOUT_UNHEARD then.
 *
 * Returns: %TRUE if the update is under way, and the module has no modem object although it is on
 *  the bus, or may be.
 */
gboolean nl668_client_outlook_is_only_modem_absent (const Nl668ClientStatus *status,
                                                    gboolean                 has_owner);

/**
 * nl668_client_outlook_is_installing:
 * @status: the status of an update that is under way.
 * @has_owner: whether ModemManager is on the bus.
 *
 * Returns: %TRUE if the update is being installed, or probably is: the module may be off the
 *  bus, or ModemManager may not know yet.
 */
gboolean nl668_client_outlook_is_installing (const Nl668ClientStatus *status,
                                             gboolean                 has_owner);

/**
 * nl668_client_outlook_get_patience:
 *
 * Returns: how long to wait for any change. For the arguments, see
 *  nl668_client_outlook_is_installing().
 */
Nl668ClientPatience nl668_client_outlook_get_patience (const Nl668ClientStatus *status,
                                                       gboolean                 has_owner);

/**
 * nl668_client_outlook_get_give_up:
 *
 * Returns: why to give up after that time.
 */
Nl668ClientGiveUp nl668_client_outlook_get_give_up (const Nl668ClientStatus *status,
                                                    gboolean                 has_owner);

/**
 * nl668_client_outlook_get_port_event:
 *
 * Returns: the event that a change at the USB port means.
 */
Nl668ClientEvent nl668_client_outlook_get_port_event (const Nl668ClientStatus *status);

#endif /* NL668_CLIENT_OUTLOOK_H */
