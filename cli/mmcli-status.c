/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <stdlib.h>

#include <glib/gi18n.h>

#include "mmcli-session.h"
#include "mmcli-status.h"
#include "nl668-at.h"
#include "nl668-client-find.h"
#include "nl668-client-list.h"

/*****************************************************************************/
/* One module */

/* Whether there is an update that has not succeeded, as far as is known */
static gboolean
has_not_succeeded (MmcliSession *self)
{
    return self->status->state != NL668_STATE_IDLE && self->status->state != NL668_STATE_SUCCEEDED;
}

/* The status comes from a modem object or from a record.
 * @notice: (nullable): why it may be out of date. */
static void
show_status (MmcliSession *self,
             const GError *notice)
{
    gboolean wait = self->options->wait;

    if (wait && self->manager && nl668_state_is_under_way (self->status->state)) {
        mmcli_session_create_follower (self);
        mmcli_session_wait (self);
        return;
    }

    mmcli_output_show_status (self->output, self->status);
    if (notice)
        mmcli_output_show_notice (self->output, notice->message);
    mmcli_session_end (self, wait && has_not_succeeded (self) ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* For a module without a modem object, which the user selects by its IMEI.
 * @reason: why there is no modem object.
 * @notice: (nullable): why the record may be out of date. */
static void
show_record (MmcliSession *self,
             const GError *reason,
             const GError *notice)
{
    g_autoptr(Nl668ClientStatus)  status = NULL;
    g_autoptr(GError)             error = NULL;

    if (nl668_is_imei (self->options->modem)) {
        status = nl668_client_read_record (self->options->modem, &error);
        if (status) {
            nl668_client_status_free (self->status);
            self->status = g_steal_pointer (&status);
            show_status (self, notice);
            return;
        }
    }

    if (!error || g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        mmcli_session_end_with_error (self, reason);
        return;
    }
    g_prefix_error (&error, _("%s, and couldn't read its update record: "), reason->message);
    mmcli_session_end_with_error (self, error);
}

static void
show_modem (MmcliSession *self)
{
    g_autoptr(GError)  error = NULL;
    MMObject          *object;

    object = nl668_client_find_only_modem (self->manager, self->options->modem, &error);
    if (!object)
        show_record (self, error, NULL);
    else if (mmcli_session_set_modem (self, object))
        show_status (self, NULL);
}

/*****************************************************************************/
/* All modules */

/* @reason: (nullable): why there are no modem objects. */
static void
show_list (MmcliSession *self,
           const GError *reason)
{
    g_autoptr(GPtrArray)  list = NULL;
    g_autoptr(GError)     error = NULL;
    guint                 i;

    list = nl668_client_list_modules (self->manager, &error);
    if (reason && !list->len) {
        mmcli_session_end_with_error (self, reason);
        return;
    }

    for (i = 0; i < list->len; i++)
        mmcli_output_show_status (self->output, g_ptr_array_index (list, i));
    if (!list->len)
        mmcli_output_show_step (self->output,
                                _("No modems that support firmware updates over the air were "
                                  "found"));
    if (reason)
        mmcli_output_show_notice (self->output, reason->message);
    if (error)
        mmcli_output_show_notice (self->output,
                                  _("only root can see modems that are currently away"));
    mmcli_session_end (self, EXIT_SUCCESS);
}

/*****************************************************************************/

/* Takes ownership of @error, which is NULL if there is a manager */
static void
show_modem_or_list (MmcliSession *self,
                    GError       *reason)
{
    g_autoptr(GError) error = reason;

    if (self->manager)
        nl668_client_has_owner (self->manager, &error);
    if (!self->options->wait && !self->options->modem)
        show_list (self, error);
    else if (error)
        show_record (self, error, error);
    else
        show_modem (self);
}

static void
status_connect_ready (GObject      *source,
                      GAsyncResult *res,
                      gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    MmcliSession      *self = user_data;

    self->manager = nl668_client_connect_finish (res, &error);
    if (!self->is_ending)
        show_modem_or_list (self, g_steal_pointer (&error));
}

gint
mmcli_status_run (const MmcliOptions *options,
                  MmcliOutput        *output)
{
    g_autoptr(MmcliSession)  self = NULL;
    g_autoptr(GError)        error = NULL;

    self = mmcli_session_new (options, NULL, output);
    if (!mmcli_session_connect_to_bus (self, &error))
        show_modem_or_list (self, g_steal_pointer (&error));
    else if (options->wait) {
        mmcli_session_catch_signals (self);
        nl668_client_connect (self->connection, status_connect_ready, self);
    } else {
        self->manager = nl668_client_connect_sync (self->connection, &error);
        show_modem_or_list (self, g_steal_pointer (&error));
    }
    return mmcli_session_run (self);
}
