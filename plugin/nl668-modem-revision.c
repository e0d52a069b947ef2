/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-modem-internal.h"
#include "nl668-modem.h"
#include "nl668-ports.h"
#include "nl668-query.h"
#include "nl668-timeouts.h"

/* How often a revision is read until it is the same twice */
#define REVISIONS_MAX 5

void
nl668_modem_start_query (Nl668Modem          *self,
                         const gchar         *command,
                         gchar *           (* parse) (const gchar *response),
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
    self->n_queries++;
    nl668_modem_hold_or_release_ports (self);
    if (parse)
        nl668_query (self->modem, command, parse, self->cancellable, callback, user_data);
    else
        nl668_query_briefly (self->modem, command, NULL, self->cancellable, callback, user_data);
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
    nl668_modem_start_query (self, command, parse, callback, nl668_modem_ref (self));
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

/*****************************************************************************/
/* Before an update */

typedef struct {
    Nl668Modem *modem;
    /* The last answer, and how many there were */
    gchar      *revision;
    guint       n_read;
} Confirmation;

static void
confirmation_free (Confirmation *self)
{
    nl668_modem_unref (self->modem);
    g_free (self->revision);
    g_slice_free (Confirmation, self);
}

static void read_again (GTask *task);

static void
end_confirmation (GTask  *task,
                  GError *error)
{
    if (error)
        g_task_return_error (task, error);
    else
        g_task_return_boolean (task, TRUE);
    g_object_unref (task);
}

/* Takes ownership of @revision. */
static void
revision_read_again (GTask *task,
                     gchar *revision)
{
    Confirmation     *self = g_task_get_task_data (task);
    g_autofree gchar *before = self->revision;
    const gchar      *current = nl668_modem_get_revision (self->modem);

    self->revision = revision;
    if (g_ascii_strcasecmp (revision, current) == 0) {
        end_confirmation (task, NULL);
        return;
    }
    if (before && g_ascii_strcasecmp (revision, before) == 0) {
        mm_daemon_info (self->modem->modem, "the module runs %s, not '%s'", revision, current);
        nl668_update_module_runs (self->modem->update, revision);
        end_confirmation (task, NULL);
        return;
    }
    if (++self->n_read < NL668_REVISION_QUERIES_MAX)
        read_again (task);
    else
        end_confirmation (task, g_error_new_literal (
                              MM_CORE_ERROR, MM_CORE_ERROR_RETRY,
                              "the module reports a different firmware version each time: try "
                              "again later"));
}

static void
read_again_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    GTask                 *task = user_data;
    g_autoptr(Nl668Modem)  self = NULL;
    g_autofree gchar      *response = NULL;
    gchar                 *revision;

    self = nl668_modem_ref (((Confirmation *) g_task_get_task_data (task))->modem);
    response = nl668_modem_finish_query (self, res);
    revision = response ? nl668_at_parse_cgmr (response) : NULL;
    if (revision)
        revision_read_again (task, revision);
    else
        end_confirmation (task, NULL);
    if (self->modem)
        nl668_modem_hold_or_release_ports (self);
}

static void
read_again (GTask *task)
{
    Confirmation *self = g_task_get_task_data (task);

    nl668_modem_start_query (self->modem, NL668_AT_CGMR, NULL,
                             (GAsyncReadyCallback) read_again_ready, task);
}

/* With QMI or MBIM, the daemon may know the revision in another spelling. */
static gboolean
is_read_with_at (Nl668Modem *self)
{
    GVariantIter  iter;
    GVariant     *ports = mm_gdbus_modem_get_ports (self->skeleton);
    const gchar  *name;
    guint         type;

    if (!ports)
        return FALSE;
    g_variant_iter_init (&iter, ports);
    while (g_variant_iter_next (&iter, "(&su)", &name, &type)) {
        if (g_strcmp0 (name, mm_gdbus_modem_get_primary_port (self->skeleton)) == 0)
            return type == MM_MODEM_PORT_TYPE_AT;
    }
    return FALSE;
}

gboolean
nl668_modem_confirm_revision_finish (GAsyncResult  *res,
                                     GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_modem_confirm_revision (Nl668Modem          *self,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
    Confirmation *confirmation;
    GTask        *task;

    task = g_task_new (NULL, NULL, callback, user_data);
    if (!self->modem || nl668_ports_are_taken (self->modem) || !is_read_with_at (self)) {
        end_confirmation (task, NULL);
        return;
    }
    confirmation = g_slice_new0 (Confirmation);
    confirmation->modem = nl668_modem_ref (self);
    g_task_set_task_data (task, confirmation, (GDestroyNotify) confirmation_free);
    read_again (task);
}
