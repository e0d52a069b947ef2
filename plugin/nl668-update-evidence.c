/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-update-internal.h"
#include "nl668-update.h"
#include "nl668-verdict.h"

/* How many are logged per update, so that a module cannot flood the log */
#define UNKNOWN_REPORTS_MAX 20

/* The failure was wrong. */
static void
resume (Nl668Update *self)
{
    self->is_undone = FALSE;
    if (STATE (self) == NL668_STATE_FAILED)
        nl668_properties_resume (PROPS (self));
}

/*****************************************************************************/
/* Download */

/* Something new was learned. */
static void
progress (Nl668Update *self)
{
    self->progressed_at = g_get_monotonic_time ();
    nl668_update_stay_awake (self);
}

static void
set_progress (Nl668Update *self,
              guint        percent)
{
    if (percent == PROGRESS (self))
        return;
    progress (self);
    nl668_properties_set_progress (PROPS (self), percent);
}

/* COMPLETE may have been lost: with all of the package, the module may install it. */
void
nl668_update_expect_report (Nl668Update *self)
{
    nl668_update_expect (self, PROGRESS (self) < 100 ? NL668_TIMEOUT_PROGRESS
                                                     : NL668_TIMEOUT_LEAVE);
}

/* A module may repeat its last report for ever, and says nothing with it. */
static gboolean
is_stale (Nl668Update       *self,
          const Nl668Report *report)
{
    gint64 limit = nl668_timeout_get (NL668_TIMEOUT_UNHEARD) * G_TIME_SPAN_MILLISECOND;

    return (STATE (self) == NL668_STATE_FAILED && report->urc == NL668_URC_PROGRESS &&
            !report->is_changed && report->percent <= PROGRESS (self) &&
            g_get_monotonic_time () - self->progressed_at >= limit);
}

/* Whether the module downloads although it had, or seemed to have, the whole package: START may
 * have been lost. A single percentage may be that of the last download. */
static gboolean
is_download (const Nl668Report *report)
{
    return report->is_new || (report->is_changed && report->percent < 100);
}

static void
download_reported (Nl668Update       *self,
                   const Nl668Report *report)
{
    self->has_missed = self->is_unheard;
    if (STATE (self) == NL668_STATE_INSTALLING) {
        nl668_update_stop_after_failure (self);
        if (!is_download (report))
            return;
        set_progress (self, report->percent);
        nl668_properties_set_state (PROPS (self), NL668_STATE_DOWNLOADING);
    }

    nl668_properties_set_returned (PROPS (self), FALSE);
    nl668_update_download_started (self);
    if (report->is_new || report->is_changed)
        progress (self);
    if (report->urc == NL668_URC_START || report->percent > PROGRESS (self))
        set_progress (self, report->percent);
    nl668_update_expect_report (self);
    if (report->urc == NL668_URC_COMPLETE) {
        nl668_update_download_ended (self);
        nl668_update_expect_installation (self);
    }
}

/* Reports that are read after the module has left count only if it has nearly all of the
 * package. */
static void
download_reported_late (Nl668Update       *self,
                        const Nl668Report *report)
{
    if (report->percent < NL668_NEARLY_COMPLETE || STATE (self) == NL668_STATE_INSTALLING)
        return;
    resume (self);
    set_progress (self, MAX (report->percent, PROGRESS (self)));
    nl668_update_download_ended (self);
}

static void
log_report (Nl668Update       *self,
            const Nl668Report *report)
{
    if (self->n_unknown_reports++ < UNKNOWN_REPORTS_MAX)
        mm_daemon_info (MODEM (self), "unknown report from the module: %s", report->shown);
    else
        mm_daemon_debug (MODEM (self), "unknown report from the module: %s", report->shown);
}

void
nl668_update_report (Nl668Update   *self,
                     gconstpointer  port,
                     const gchar   *line)
{
    Nl668Report report;

    report = nl668_reports_add (self->reports, port, line);
    if (!IS_UNSETTLED (self)) {
        mm_daemon_debug (MODEM (self), "ignoring a report, no download is under way: %s",
                         report.shown);
        return;
    }
    if (is_stale (self, &report))
        return;
    if (report.urc == NL668_URC_FAILURE || report.urc == NL668_URC_OTHER) {
        log_report (self, &report);
        if (report.urc == NL668_URC_FAILURE)
            nl668_update_expect_after_failure (self);
        return;
    }

    self->has_reported = TRUE;
    self->has_started |= report.urc == NL668_URC_START;
    if (!self->is_here) {
        download_reported_late (self, &report);
        return;
    }
    /* It was not told to start this update yet. */
    if (!IS_REQUESTED (self) && nl668_properties_has_last (PROPS (self)))
        nl668_properties_go_on_with_last (PROPS (self));
    resume (self);
    download_reported (self, &report);
}

gchar *
nl668_update_quote (Nl668Update *self,
                    const gchar *words)
{
    return nl668_reports_quote (self->reports, words);
}

/*****************************************************************************/
/* What the module runs */

static void
module_runs_previous (Nl668Update *self)
{
    g_autoptr(GError) error = NULL;

    if (STATE (self) == NL668_STATE_SUCCEEDED) {
        self->is_undone = TRUE;
        error = nl668_verdict_undone (PROPS (self));
        nl668_update_fail_with (self, NL668_DOUBT_SILENT, error);
        nl668_update_expect (self, NL668_TIMEOUT_INSTALL);
    } else if (!HAS_RETURNED (self))
        return;
    /* It may have been off the bus without a restart, and still download. */
    else if (nl668_properties_get_doubt (PROPS (self)) == NL668_DOUBT_GONE)
        nl668_update_expect (self, NL668_TIMEOUT_PROGRESS);
    /* It may restart once more. */
    else if (nl668_properties_get_doubt (PROPS (self)) == NL668_DOUBT_SILENT)
        nl668_update_expect (self, NL668_TIMEOUT_INSTALL);
}

gboolean
nl668_update_is_revisable (Nl668Update *self)
{
    return (IS_UNSETTLED (self) ||
            (STATE (self) == NL668_STATE_FAILED && !nl668_properties_was_refused (PROPS (self))));
}

static void
module_runs_other (Nl668Update *self)
{
    if (!*nl668_modem_firmware_update_get_target_version (IFACE (self))) {
        /* It has changed its firmware, if only after a verdict. */
        if (nl668_update_is_revisable (self))
            nl668_update_succeed (self);
        return;
    }

    /* It may have begun to download the rest before it was known what it runs. */
    if (!IS_UNSETTLED (self) ||
        (IS_DOWNLOADING (self) && nl668_reports_is_incomplete (self->reports)))
        return;
    /* Another restart may follow. */
    resume (self);
    if (IS_DOWNLOADING (self))
        nl668_update_download_ended (self);
    nl668_update_expect (self, NL668_TIMEOUT_INSTALL);
}

void
nl668_update_module_runs (Nl668Update *self,
                          const gchar *revision)
{
    if (!nl668_revision_is_valid (revision))
        revision = "";
    nl668_modem_firmware_update_set_current_version (IFACE (self), revision);
    /* It has not been told to install anything. */
    if (!IS_REQUESTED (self) || (self->is_shared && !IS_UNSETTLED (self)))
        return;

    switch (RUNS (self)) {
    case NL668_RUNS_TARGET:
        if (STATE (self) != NL668_STATE_SUCCEEDED)
            nl668_update_succeed (self);
        break;
    case NL668_RUNS_OTHER:
        module_runs_other (self);
        break;
    case NL668_RUNS_PREVIOUS:
        module_runs_previous (self);
        break;
    case NL668_RUNS_UNKNOWN:
    default:
        break;
    }
}

void
nl668_update_set_shared (Nl668Update *self)
{
    self->is_shared = TRUE;
}
