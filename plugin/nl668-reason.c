/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-reason.h"
#include "nl668-verdict.h"

#define PROPS(modem) NL668_PROPERTIES ((modem)->update)

gboolean
nl668_reason_check_use (Nl668Modem  *modem,
                        GError     **error)
{
    if (mm_gdbus_modem_get_state (modem->skeleton) > MM_MODEM_STATE_DISABLING)
        return TRUE;

    g_propagate_error (error, nl668_verdict_stopped (FALSE));
    return FALSE;
}

GError *
nl668_reason_judge_response (Nl668Modem *modem,
                             GError     *error)
{
    g_autoptr(GError) reason = error;

    /* A report shows that the module has accepted it, unless it is that of the last update. */
    if (nl668_update_has_reported (modem->update) &&
        !(nl668_is_refusal (error) && nl668_properties_has_last (PROPS (modem))))
        return NULL;

    if (nl668_is_refusal (error))
        g_prefix_error (&reason, "the module did not start the update (AT+GTOTA): ");
    else if (!nl668_is_cancelled (error))
        return nl668_verdict_no_response (error);
    return g_steal_pointer (&reason);
}

GError *
nl668_reason_explain (Nl668Modem *modem,
                      gboolean    is_requested,
                      GError     *error)
{
    g_autoptr(GError) reason = error;

    if (nl668_is_refusal (error))
        return g_steal_pointer (&reason);
    if (!nl668_modem_is_here (modem, NULL))
        return nl668_verdict_gone (is_requested);
    if (nl668_is_cancelled (error))
        return nl668_verdict_stopped (is_requested);
    return g_steal_pointer (&reason);
}
