/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Gives up an update when nothing has happened for too long */

#ifndef NL668_CLIENT_TIMER_H
#define NL668_CLIENT_TIMER_H

#include "nl668-client-status.h"
#include "nl668-client-words.h"

typedef void (*Nl668ClientGiveUpFunc) (Nl668ClientGiveUp reason,
                                       gpointer          user_data);

typedef struct {
    const Nl668ClientStatus *status;
    Nl668ClientGiveUpFunc    give_up;
    gpointer                 user_data;

    /* Private */
    gboolean                 has_owner;
    guint                    patience_id;
    guint                    installation_id;
} Nl668ClientTimer;

/**
 * nl668_client_timer_renew:
 * @has_owner: whether ModemManager is on the bus.
 *
 * Something has happened.
 */
void nl668_client_timer_renew (Nl668ClientTimer *self,
                               gboolean          has_owner);

void nl668_client_timer_stop (Nl668ClientTimer *self);

#endif /* NL668_CLIENT_TIMER_H */
