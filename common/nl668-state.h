/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The states of a firmware update, shared by the daemon, the record and the clients:
 *
 *   idle ---> preparing ---> downloading <---> installing
 *                 |               |                |
 *                 +---------------+----------------+---> succeeded, or failed
 *
 *   idle, succeeded, failed ---> preparing    Start() is called
 *                    failed ---> preparing    the module goes on after all
 *                installing ---> downloading  the module downloads again
 *                 succeeded ---> failed       the module runs its previous firmware again
 *
 * An update succeeds from preparing or downloading if the reports in between were lost. */

#ifndef NL668_STATE_H
#define NL668_STATE_H

#include <glib.h>

/* The values of the D-Bus property "State", which is never 0: clients use that for a modem
 * whose state is unknown. */
typedef enum {
    NL668_STATE_UNKNOWN     = 0,
    NL668_STATE_IDLE        = 1,
    NL668_STATE_PREPARING   = 2,
    NL668_STATE_DOWNLOADING = 3,
    NL668_STATE_INSTALLING  = 4,
    NL668_STATE_SUCCEEDED   = 5,
    NL668_STATE_FAILED      = 6,
} Nl668State;

/* Of a download, in percent: from here on, a module that leaves the bus is more likely to install
 * the package than to be unplugged, because its last reports may be lost. */
#define NL668_NEARLY_COMPLETE 90

/* Why a failure is tentative: the module may prove it wrong. */
typedef enum {
    /* It is settled, or there is no failure. */
    NL668_DOUBT_NONE,
    /* Nothing more was heard, which does not mean that the module has stopped. */
    NL668_DOUBT_SILENT,
    /* The module has left the bus. What it runs when it comes back decides. */
    NL668_DOUBT_GONE,
    NL668_DOUBT_LAST
} Nl668Doubt;

/**
 * nl668_doubt_get_name:
 *
 * Returns: (transfer none): its name in the record.
 */
const gchar *nl668_doubt_get_name (Nl668Doubt doubt);

/**
 * nl668_doubt_from_name:
 *
 * Returns: the doubt with this name, or %NL668_DOUBT_LAST.
 */
Nl668Doubt nl668_doubt_from_name (const gchar *name);

/**
 * nl668_state_get_name:
 *
 * Returns: (transfer none): the name of @state in the record, in the log and in the
 *   output of clients, or NULL if there is no such state.
 */
const gchar *nl668_state_get_name (guint state);

/**
 * nl668_state_from_name:
 *
 * Returns: the state with this name, or %NL668_STATE_UNKNOWN.
 */
Nl668State nl668_state_from_name (const gchar *name);

/**
 * nl668_state_can_follow:
 *
 * Returns: whether an update may change from @before to @state.
 */
gboolean nl668_state_can_follow (Nl668State before,
                                 Nl668State state);

/* Preparing or downloading: the module does not have the whole package yet. */
gboolean nl668_state_is_downloading (Nl668State state);

/* Preparing, downloading or installing: the update has neither succeeded nor failed yet. */
gboolean nl668_state_is_under_way (Nl668State state);

#endif /* NL668_STATE_H */
