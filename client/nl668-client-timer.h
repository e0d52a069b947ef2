/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Notices what takes too long: a module that does not follow its modem object off the bus, and an
 * update that is given up because nothing happens */

#ifndef NL668_CLIENT_TIMER_H
#define NL668_CLIENT_TIMER_H

#include "nl668-client-status.h"
#include "nl668-client-words.h"

typedef void (*Nl668ClientGiveUpFunc) (Nl668ClientGiveUp reason,
                                       gpointer          user_data);

typedef void (*Nl668ClientModemLostFunc) (gpointer user_data);

typedef struct {
    const Nl668ClientStatus  *status;
    Nl668ClientGiveUpFunc     give_up;
    /* The module is still there, but nobody listens to it any more */
    Nl668ClientModemLostFunc  modem_lost;
    gpointer                  user_data;

    /* Private */
    gboolean                  has_owner;
    guint                     patience_id;
    guint                     installation_id;
    guint                     lost_id;
} Nl668ClientTimer;

/**
 * nl668_client_timer_renew:
 * @has_owner: whether ModemManager is on the bus.
 *
 * Something has happened.
 */
void nl668_client_timer_renew (Nl668ClientTimer *self,
                               gboolean          has_owner);

/**
 * nl668_client_timer_modem_removed:
 *
 * The modem object is gone. Call nl668_client_timer_renew() then.
 */
void nl668_client_timer_modem_removed (Nl668ClientTimer *self);

void nl668_client_timer_stop (Nl668ClientTimer *self);

#endif /* NL668_CLIENT_TIMER_H */
