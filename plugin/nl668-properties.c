/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-properties-internal.h"
#include "nl668-properties-record.h"
#include "nl668-properties.h"

G_DEFINE_TYPE_WITH_PRIVATE (Nl668Properties, nl668_properties,
                            NL668_TYPE_MODEM_FIRMWARE_UPDATE_SKELETON)

Nl668PropertiesPrivate *
nl668_properties_get_private (Nl668Properties *self)
{
    return nl668_properties_get_instance_private (self);
}

/*****************************************************************************/
/* Module and modem */

const gchar *
nl668_properties_get_imei (Nl668Properties *self)
{
    return PRIV (self)->imei;
}

GDBusInterfaceSkeleton *
nl668_properties_get_interface (Nl668Properties *self)
{
    return G_DBUS_INTERFACE_SKELETON (PRIV (self)->interface);
}

void
nl668_properties_set_modem (Nl668Properties *self,
                            MMBaseModem     *modem)
{
    /* The modem may be going away because the daemon is exiting. */
    if (PRIV (self)->save_id)
        nl668_properties_save (self);
    PRIV (self)->modem = modem;
}

MMBaseModem *
nl668_properties_get_modem (Nl668Properties *self)
{
    return PRIV (self)->modem;
}

/*****************************************************************************/
/* State */

guint64
nl668_properties_get_time (void)
{
    return g_get_real_time () / G_USEC_PER_SEC;
}

/* The clock may have been set back since. */
static void
set_finished (Nl668Properties *self)
{
    guint64 finished = nl668_properties_get_time ();
    guint64 started = nl668_modem_firmware_update_get_started (IFACE (self));

    nl668_modem_firmware_update_set_finished (IFACE (self), MAX (finished, started));
}

Nl668State
nl668_properties_get_state (Nl668Properties *self)
{
    return nl668_modem_firmware_update_get_state (IFACE (self));
}

gboolean
nl668_properties_is_downloading (Nl668Properties *self)
{
    return nl668_state_is_downloading (nl668_properties_get_state (self));
}

gboolean
nl668_properties_is_under_way (Nl668Properties *self)
{
    return nl668_state_is_under_way (nl668_properties_get_state (self));
}

gboolean
nl668_properties_is_unsettled (Nl668Properties *self)
{
    return nl668_properties_is_under_way (self) || PRIV (self)->doubt != NL668_DOUBT_NONE;
}

gboolean
nl668_properties_is_requested (Nl668Properties *self)
{
    return (PRIV (self)->is_requested ||
            nl668_properties_get_state (self) != NL668_STATE_PREPARING);
}

void
nl668_properties_set_requested (Nl668Properties *self)
{
    PRIV (self)->is_about_to_request = FALSE;
    PRIV (self)->is_requested = TRUE;
}

void
nl668_properties_set_refused (Nl668Properties *self)
{
    PRIV (self)->is_requested = FALSE;
}

gboolean
nl668_properties_was_refused (Nl668Properties *self)
{
    return !PRIV (self)->is_requested;
}

gboolean
nl668_properties_has_returned (Nl668Properties *self)
{
    return PRIV (self)->has_returned;
}

void
nl668_properties_set_returned (Nl668Properties *self,
                               gboolean         has_returned)
{
    if (PRIV (self)->has_returned == has_returned)
        return;
    PRIV (self)->has_returned = has_returned;
    if (nl668_properties_is_unsettled (self))
        nl668_properties_save (self);
}

Nl668Doubt
nl668_properties_get_doubt (Nl668Properties *self)
{
    return PRIV (self)->doubt;
}

Nl668Runs
nl668_properties_compare (Nl668Properties *self,
                          const gchar     *revision)
{
    return nl668_revision_compare (revision,
                                   nl668_modem_firmware_update_get_previous_version (IFACE (self)),
                                   nl668_modem_firmware_update_get_target_version (IFACE (self)));
}

void
nl668_properties_log_state (Nl668Properties *self,
                            Nl668State       before)
{
    mm_daemon_info (PRIV (self)->modem, "firmware update: %s -> %s",
                    nl668_state_get_name (before),
                    nl668_state_get_name (nl668_properties_get_state (self)));
}

void
nl668_properties_set_state (Nl668Properties *self,
                            Nl668State       state)
{
    Nl668State before;

    before = nl668_properties_get_state (self);
    /* Set the state anyway: an update that never ends would be worse. */
    if (!nl668_state_can_follow (before, state))
        g_critical ("firmware update: %s must not follow %s", nl668_state_get_name (state),
                    nl668_state_get_name (before));

    PRIV (self)->is_about_to_request = FALSE;
    nl668_modem_firmware_update_set_state (IFACE (self), state);
    nl668_properties_log_state (self, before);
    nl668_properties_save (self);
}

GError *
nl668_properties_get_last_error (Nl668Properties *self)
{
    return nl668_error_from_properties (IFACE (self));
}

void
nl668_properties_drop_last (Nl668Properties *self)
{
    g_clear_pointer (&PRIV (self)->last, nl668_record_free);
}

gboolean
nl668_properties_has_last (Nl668Properties *self)
{
    return PRIV (self)->last != NULL;
}

Nl668Doubt
nl668_properties_return_to_last (Nl668Properties *self)
{
    g_autoptr(Nl668Record) last = g_steal_pointer (&PRIV (self)->last);

    nl668_record_to_properties (last, IFACE (self));
    PRIV (self)->is_requested = TRUE;
    PRIV (self)->is_about_to_request = FALSE;
    PRIV (self)->has_returned = last->has_returned;
    return last->doubt;
}

void
nl668_properties_go_on_with_last (Nl668Properties *self)
{
    nl668_properties_return_to_last (self);
    nl668_properties_clear_end (self);
    nl668_properties_save (self);
}

void
nl668_properties_clear_end (Nl668Properties *self)
{
    nl668_modem_firmware_update_set_finished (IFACE (self), 0);
    nl668_error_to_properties (NULL, IFACE (self));
}

void
nl668_properties_resume (Nl668Properties *self)
{
    mm_daemon_info (PRIV (self)->modem, "the firmware update went on after all");
    nl668_properties_clear_end (self);
    PRIV (self)->is_requested = TRUE;
    PRIV (self)->doubt = NL668_DOUBT_NONE;
    nl668_properties_set_state (self, NL668_STATE_PREPARING);
}

void
nl668_properties_fail (Nl668Properties *self,
                       const GError    *error,
                       Nl668Doubt       doubt)
{
    mm_daemon_warn (PRIV (self)->modem, "firmware update failed: %s", error->message);
    nl668_error_to_properties (error, IFACE (self));
    PRIV (self)->doubt = doubt;
    if (nl668_properties_get_state (self) == NL668_STATE_FAILED) {
        nl668_properties_save (self);
        /* What was held for the update can be released. */
        if (doubt == NL668_DOUBT_NONE)
            g_object_notify (G_OBJECT (self), "state");
        return;
    }
    /* An update that was returned to had ended before. */
    if (!nl668_modem_firmware_update_get_finished (IFACE (self)))
        set_finished (self);
    nl668_properties_set_state (self, NL668_STATE_FAILED);
}

void
nl668_properties_succeed (Nl668Properties *self)
{
    /* The last reports may have been lost. */
    nl668_modem_firmware_update_set_progress (IFACE (self), 100);
    nl668_error_to_properties (NULL, IFACE (self));
    set_finished (self);
    nl668_properties_set_state (self, NL668_STATE_SUCCEEDED);
}

void
nl668_properties_set_progress (Nl668Properties *self,
                               guint            percent)
{
    nl668_modem_firmware_update_set_progress (IFACE (self), percent);
    nl668_properties_show (self);
    nl668_properties_save_soon (self);
}

/*****************************************************************************/
/* Original settings of the module */

const Nl668Saved *
nl668_properties_get_saved (Nl668Properties *self)
{
    return &PRIV (self)->saved;
}

void
nl668_properties_set_saved (Nl668Properties  *self,
                            const Nl668Saved *left)
{
    nl668_saved_copy (&PRIV (self)->saved, left);
    nl668_properties_save (self);
}

/*****************************************************************************/
/* GObject */

static void
nl668_properties_init (Nl668Properties *self)
{
    nl668_modem_firmware_update_set_state (IFACE (self), NL668_STATE_IDLE);
    nl668_modem_firmware_update_set_package (IFACE (self), "");
    nl668_modem_firmware_update_set_source (IFACE (self), "");
    nl668_modem_firmware_update_set_previous_version (IFACE (self), "");
    nl668_modem_firmware_update_set_current_version (IFACE (self), "");
    nl668_modem_firmware_update_set_target_version (IFACE (self), "");
    nl668_error_to_properties (NULL, IFACE (self));
    PRIV (self)->interface = nl668_interface_new (IFACE (self));
    nl668_properties_show (self);
}

static void
finalize (GObject *object)
{
    Nl668PropertiesPrivate *priv = PRIV (NL668_PROPERTIES (object));

    g_clear_handle_id (&priv->save_id, g_source_remove);
    g_clear_error (&priv->unread);
    /* Somebody may still hold a reference to it. */
    g_object_run_dispose (G_OBJECT (priv->interface));
    g_object_unref (priv->interface);
    g_free (priv->imei);
    nl668_properties_drop_last (NL668_PROPERTIES (object));
    nl668_saved_clear (&priv->saved);
    G_OBJECT_CLASS (nl668_properties_parent_class)->finalize (object);
}

static void
nl668_properties_class_init (Nl668PropertiesClass *klass)
{
    G_OBJECT_CLASS (klass)->finalize = finalize;
}
