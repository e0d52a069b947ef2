/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-outlook.h"
#include "nl668-client-timer.h"

static gboolean
patience_cb (gpointer user_data)
{
    Nl668ClientTimer *self = user_data;

    self->patience_id = 0;
    self->give_up (nl668_client_outlook_get_give_up (self->status, self->has_owner),
                   self->user_data);
    return G_SOURCE_REMOVE;
}

static gboolean
installation_cb (gpointer user_data)
{
    Nl668ClientTimer *self = user_data;

    self->installation_id = 0;
    self->give_up (NL668_CLIENT_GIVE_UP_RESTARTING, self->user_data);
    return G_SOURCE_REMOVE;
}

static gboolean
lost_cb (gpointer user_data)
{
    Nl668ClientTimer *self = user_data;

    self->lost_id = 0;
    self->modem_lost (self->user_data);
    return G_SOURCE_REMOVE;
}

void
nl668_client_timer_renew (Nl668ClientTimer *self,
                          gboolean          has_owner)
{
    Nl668ClientPatience patience;
    guint               timeout;

    self->has_owner = has_owner;
    g_clear_handle_id (&self->patience_id, g_source_remove);
    patience = nl668_client_outlook_get_patience (self->status, has_owner);
    timeout = nl668_client_patience_get (patience);
    self->patience_id = g_timeout_add (timeout, patience_cb, self);

    if (!nl668_client_outlook_is_installing (self->status, has_owner))
        g_clear_handle_id (&self->installation_id, g_source_remove);
    else if (!self->installation_id) {
        timeout = nl668_client_patience_get (NL668_CLIENT_PATIENCE_INSTALLATION);
        self->installation_id = g_timeout_add (timeout, installation_cb, self);
    }

    if (!nl668_client_outlook_is_only_modem_absent (self->status, has_owner))
        g_clear_handle_id (&self->lost_id, g_source_remove);
}

void
nl668_client_timer_modem_removed (Nl668ClientTimer *self)
{
    guint timeout = nl668_client_patience_get (NL668_CLIENT_PATIENCE_LEAVING);

    g_clear_handle_id (&self->lost_id, g_source_remove);
    self->lost_id = g_timeout_add (timeout, lost_cb, self);
}

void
nl668_client_timer_stop (Nl668ClientTimer *self)
{
    g_clear_handle_id (&self->patience_id, g_source_remove);
    g_clear_handle_id (&self->installation_id, g_source_remove);
    g_clear_handle_id (&self->lost_id, g_source_remove);
}
