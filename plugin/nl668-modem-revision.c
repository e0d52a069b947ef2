/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-modem-internal.h"
#include "nl668-modem.h"
#include "nl668-query.h"

/* How often a revision is read until it is the same twice */
#define REVISIONS_MAX 5

void
nl668_modem_start_query (Nl668Modem          *self,
                         const gchar         *command,
                         gchar *           (* parse) (const gchar *response),
                         GAsyncReadyCallback  callback)
{
    self->n_queries++;
    nl668_modem_hold_or_release_ports (self);
    if (parse)
        nl668_query (self->modem, command, parse, self->cancellable, callback,
                     nl668_modem_ref (self));
    else
        nl668_query_briefly (self->modem, command, NULL, self->cancellable, callback,
                             nl668_modem_ref (self));
}

gchar *
nl668_modem_finish_query (Nl668Modem   *self,
                          GAsyncResult *res)
{
    g_autofree gchar *answer = NULL;

    self->n_queries--;
    answer = nl668_query_finish (res, NULL);
    return self->modem ? g_steal_pointer (&answer) : NULL;
}

static void query_revision (Nl668Modem *self);

static void
start_query (Nl668Modem          *self,
             const gchar         *command,
             gchar *           (* parse) (const gchar *response),
             GAsyncReadyCallback  callback)
{
    if (self->is_querying_revision)
        return;
    self->is_querying_revision = TRUE;
    nl668_modem_start_query (self, command, parse, callback);
}

static gchar *
finish_query (Nl668Modem   *self,
              GAsyncResult *res)
{
    self->is_querying_revision = FALSE;
    return nl668_modem_finish_query (self, res);
}

/* Whether the daemon waits for a verdict on what the module runs. */
static gboolean
is_judged (Nl668Modem *self)
{
    return (nl668_properties_is_under_way (PROPS (self)) ||
            nl668_properties_get_state (PROPS (self)) == NL668_STATE_FAILED);
}

static gboolean
is_new (Nl668Modem  *self,
        const gchar *revision)
{
    return (is_judged (self) &&
            nl668_properties_compare (PROPS (self), revision) == NL668_RUNS_OTHER);
}

static gboolean
is_spelled (Nl668Modem  *self,
            const gchar *revision)
{
    Nl668ModemFirmwareUpdate *iface = NL668_MODEM_FIRMWARE_UPDATE (self->update);

    return (g_ascii_strcasecmp (revision,
                                nl668_modem_firmware_update_get_previous_version (iface)) == 0 ||
            g_ascii_strcasecmp (revision,
                                nl668_modem_firmware_update_get_target_version (iface)) == 0);
}

/* The update has succeeded, and @revision says that it was undone. */
static gboolean
is_undone (Nl668Modem  *self,
           const gchar *revision)
{
    return (nl668_properties_get_state (PROPS (self)) == NL668_STATE_SUCCEEDED &&
            nl668_properties_compare (PROPS (self), revision) == NL668_RUNS_PREVIOUS);
}

/* A revision ends an update, or revises its end, but a response may be late, cut off, or that
 * to another command, and still be part of a revision: unless it is exactly one that is known, it
 * must be read twice. */
static gboolean
is_confirmed (Nl668Modem  *self,
              const gchar *revision)
{
    if (is_spelled (self, revision) || !(is_judged (self) || is_undone (self, revision)))
        return TRUE;
    return self->unconfirmed && g_ascii_strcasecmp (self->unconfirmed, revision) == 0;
}

/* Whether the module has answered AT+GMR with its previous revision, and not with what both have in
 * common, such as the model. */
static gboolean
is_previous (Nl668Modem  *self,
             const gchar *revision)
{
    return (nl668_properties_compare (PROPS (self), revision) == NL668_RUNS_PREVIOUS &&
            !nl668_revision_is_same (revision, self->unconfirmed));
}

static void
gmr_ready (MMBaseModem  *modem,
           GAsyncResult *res,
           gpointer      user_data)
{
    g_autoptr(Nl668Modem)  self = user_data;
    g_autofree gchar      *response = NULL;
    g_autofree gchar      *revision = NULL;

    response = finish_query (self, res);
    if (!self->modem)
        return;
    revision = response ? nl668_at_parse_cgmr (response) : NULL;
    if (revision && is_previous (self, revision))
        mm_daemon_warn (modem, "the module reports two firmware versions, one of which is the "
                               "previous one");
    else
        nl668_update_module_runs (self->update, self->unconfirmed);
    nl668_modem_hold_or_release_ports (self);
}

static void
revision_read (Nl668Modem  *self,
               const gchar *revision)
{
    gboolean is_read_twice;

    is_read_twice = is_confirmed (self, revision);
    if ((is_read_twice && !is_new (self, revision)) || !nl668_modem_hold_ports (self, NULL)) {
        nl668_update_module_runs (self->update, revision);
        return;
    }
    /* The previous revision may be the answer to AT+GMR, if the module had refused AT+CGMR. */
    if (is_read_twice) {
        start_query (self, NL668_AT_GMR, NULL, (GAsyncReadyCallback) gmr_ready);
        return;
    }
    /* Nor does it run what it ran before, until that is known. */
    nl668_update_module_runs (self->update, NULL);
    g_free (self->unconfirmed);
    self->unconfirmed = g_strdup (revision);
    if (self->n_unconfirmed++ < REVISIONS_MAX)
        query_revision (self);
    else
        mm_daemon_warn (self->modem, "the module reports a different firmware version each time");
}

static void
revision_ready (MMBaseModem  *modem,
                GAsyncResult *res,
                gpointer      user_data)
{
    g_autoptr(Nl668Modem)  self = user_data;
    g_autofree gchar      *revision = NULL;

    revision = finish_query (self, res);
    if (!self->modem)
        return;
    if (revision)
        revision_read (self, revision);
    else if (self->unconfirmed)
        nl668_update_module_runs (self->update, self->unconfirmed);
    else
        mm_daemon_warn (modem, "the module does not report its firmware version");
    nl668_modem_hold_or_release_ports (self);
}

static void
query_revision (Nl668Modem *self)
{
    start_query (self, NL668_AT_CGMR, nl668_at_parse_cgmr, (GAsyncReadyCallback) revision_ready);
}

void
nl668_modem_read_revision (Nl668Modem *self)
{
    const gchar *revision;

    revision = mm_gdbus_modem_get_revision (self->skeleton);
    if (nl668_revision_is_valid (revision))
        revision_read (self, revision);
    else {
        nl668_update_module_runs (self->update, revision);
        query_revision (self);
    }
}
