/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-state.h"

#define BIT(state) (1u << NL668_STATE_##state)
#define ENDED      (BIT (SUCCEEDED) | BIT (FAILED))

static const struct {
    const gchar *name;
    /* A mask of the states that may follow */
    guint        followers;
} states[] = {
    [NL668_STATE_UNKNOWN]     = { "unknown",     0 },
    [NL668_STATE_IDLE]        = { "idle",        BIT (PREPARING) },
    [NL668_STATE_PREPARING]   = { "preparing",   BIT (DOWNLOADING) | ENDED },
    [NL668_STATE_DOWNLOADING] = { "downloading", BIT (INSTALLING) | ENDED },
    [NL668_STATE_INSTALLING]  = { "installing",  BIT (DOWNLOADING) | ENDED },
    [NL668_STATE_SUCCEEDED]   = { "succeeded",   BIT (PREPARING) | BIT (FAILED) },
    [NL668_STATE_FAILED]      = { "failed",      BIT (PREPARING) },
};

const gchar *
nl668_state_get_name (guint state)
{
    return state < G_N_ELEMENTS (states) ? states[state].name : NULL;
}

Nl668State
nl668_state_from_name (const gchar *name)
{
    guint state;

    for (state = NL668_STATE_IDLE; state < G_N_ELEMENTS (states); state++) {
        if (g_str_equal (name, states[state].name))
            return (Nl668State) state;
    }
    return NL668_STATE_UNKNOWN;
}

gboolean
nl668_state_can_follow (Nl668State before,
                        Nl668State state)
{
    return before < G_N_ELEMENTS (states) && (states[before].followers & (1u << state));
}

gboolean
nl668_state_is_downloading (Nl668State state)
{
    return state == NL668_STATE_PREPARING || state == NL668_STATE_DOWNLOADING;
}

gboolean
nl668_state_is_under_way (Nl668State state)
{
    return nl668_state_is_downloading (state) || state == NL668_STATE_INSTALLING;
}

/*****************************************************************************/
/* Doubt */

static const gchar *const doubts[] = {
    [NL668_DOUBT_NONE]   = "no",
    [NL668_DOUBT_SILENT] = "silent",
    [NL668_DOUBT_GONE]   = "gone",
};

G_STATIC_ASSERT (G_N_ELEMENTS (doubts) == NL668_DOUBT_LAST);

const gchar *
nl668_doubt_get_name (Nl668Doubt doubt)
{
    return doubts[doubt];
}

Nl668Doubt
nl668_doubt_from_name (const gchar *name)
{
    Nl668Doubt doubt;

    for (doubt = NL668_DOUBT_NONE; doubt < NL668_DOUBT_LAST; doubt++) {
        if (g_str_equal (name, doubts[doubt]))
            break;
    }
    return doubt;
}
