/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-properties-record.h"
#include "nl668-properties.h"
#include "nl668-record.h"

/* How far the progress in the record may lag behind: writing to the flash of a small machine
 * is slow. */
#define RECORD_SECONDS 1

typedef struct {
    gchar       *imei;
    MMBaseModem *modem;
    gboolean     is_requested;
    gboolean     has_returned;
    Nl668Doubt   doubt;
    /* The update before this one, if it is tentative, until the module has accepted this one */
    Nl668Record *last;
    Nl668Saved   saved;
    /* The record is out of date until this timeout, or because it could not be written. */
    guint        save_id;
    gboolean     is_unsaved;
} Nl668PropertiesPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (Nl668Properties, nl668_properties,
                            NL668_TYPE_MODEM_FIRMWARE_UPDATE_SKELETON)

#define IFACE(self) NL668_MODEM_FIRMWARE_UPDATE (self)
#define PRIV(self)  ((Nl668PropertiesPrivate *) nl668_properties_get_instance_private (self))

/*****************************************************************************/
/* Record */

static Nl668Record *
build_record (Nl668Properties *self)
{
    Nl668Record *record;

    /* The module does not know of this update, but it may still be busy with the last one. */
    if (PRIV (self)->last && !nl668_properties_is_requested (self))
        record = nl668_record_copy (PRIV (self)->last);
    else {
        record = nl668_record_from_properties (IFACE (self));
        record->doubt = PRIV (self)->doubt;
        record->is_unrequested = !PRIV (self)->is_requested;
        record->has_returned = PRIV (self)->has_returned;
    }
    nl668_saved_copy (&record->saved, &PRIV (self)->saved);
    return record;
}

static void
apply_record (Nl668Properties   *self,
              const Nl668Record *record)
{
    nl668_record_to_properties (record, IFACE (self));
    nl668_modem_firmware_update_set_state (IFACE (self), record->state);
    PRIV (self)->is_requested = !record->is_unrequested;
    PRIV (self)->has_returned = record->has_returned;
    PRIV (self)->doubt = record->doubt;
    nl668_saved_copy (&PRIV (self)->saved, &record->saved);
}

static gboolean
save (Nl668Properties  *self,
      GError          **error)
{
    g_autoptr(Nl668Record) record = NULL;

    g_clear_handle_id (&PRIV (self)->save_id, g_source_remove);
    record = build_record (self);
    return nl668_record_save (record, PRIV (self)->imei, error);
}

static void
save_or_warn (Nl668Properties *self)
{
    g_autoptr(GError) error = NULL;

    PRIV (self)->is_unsaved = !save (self, &error);
    if (PRIV (self)->is_unsaved)
        mm_daemon_warn (PRIV (self)->modem,
                        "the firmware update will not be recorded: %s", error->message);
}

static gboolean
save_cb (gpointer user_data)
{
    Nl668Properties *self = NL668_PROPERTIES (user_data);

    PRIV (self)->save_id = 0;
    save_or_warn (self);
    return G_SOURCE_REMOVE;
}

static void
save_soon (Nl668Properties *self)
{
    if (!PRIV (self)->save_id)
        PRIV (self)->save_id = g_timeout_add_seconds (RECORD_SECONDS, save_cb, self);
}

static void
log_warning (const gchar *message,
             gpointer     user_data)
{
    mm_daemon_warn (NULL, "%s", message);
}

void
nl668_properties_load (Nl668Properties *self,
                       const gchar     *imei)
{
    g_autoptr(Nl668Record) record = NULL;

    PRIV (self)->imei = g_strdup (imei);
    record = imei ? nl668_record_load (imei, log_warning, NULL) : NULL;
    if (record)
        apply_record (self, record);
}

/*****************************************************************************/
/* Module and modem */

const gchar *
nl668_properties_get_imei (Nl668Properties *self)
{
    return PRIV (self)->imei;
}

void
nl668_properties_set_modem (Nl668Properties *self,
                            MMBaseModem     *modem)
{
    /* The modem may be going away because the daemon is exiting. */
    if (PRIV (self)->save_id || PRIV (self)->is_unsaved)
        save_or_warn (self);
    PRIV (self)->modem = modem;
}

MMBaseModem *
nl668_properties_get_modem (Nl668Properties *self)
{
    return PRIV (self)->modem;
}

/*****************************************************************************/
/* State */

static guint64
get_time (void)
{
    return g_get_real_time () / G_USEC_PER_SEC;
}

/* The skeleton collects changes until the main loop is idle, and would announce only the
 * last of several percentages. */
static void
announce (Nl668Properties *self)
{
    g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self));
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

gboolean
nl668_properties_set_requested (Nl668Properties  *self,
                                GError          **error)
{
    PRIV (self)->is_requested = TRUE;
    PRIV (self)->is_requested = save (self, error);
    return PRIV (self)->is_requested;
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
        save_or_warn (self);
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

static void
log_state (Nl668Properties *self,
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

    nl668_modem_firmware_update_set_state (IFACE (self), state);
    log_state (self, before);
    save_or_warn (self);
    announce (self);
}

GError *
nl668_properties_get_last_error (Nl668Properties *self)
{
    return nl668_error_from_properties (IFACE (self));
}

gboolean
nl668_properties_begin (Nl668Properties     *self,
                        const Nl668Request  *request,
                        const gchar         *package,
                        GError             **error)
{
    g_autoptr(Nl668Record) before = NULL;
    gboolean               is_saved;

    if (!nl668_state_can_follow (nl668_properties_get_state (self), NL668_STATE_PREPARING)) {
        g_set_error_literal (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                             "a firmware update is already under way");
        return FALSE;
    }

    before = build_record (self);
    nl668_properties_drop_last (self);
    if (before->doubt != NL668_DOUBT_NONE)
        PRIV (self)->last = build_record (self);

    /* Nothing is announced before it is on disk. */
    g_object_freeze_notify (G_OBJECT (self));
    nl668_request_to_properties (request, package, get_time (), IFACE (self));
    PRIV (self)->is_requested = FALSE;
    PRIV (self)->has_returned = FALSE;
    PRIV (self)->doubt = NL668_DOUBT_NONE;
    is_saved = save (self, error);
    if (!is_saved) {
        apply_record (self, before);
        nl668_properties_drop_last (self);
    }
    g_object_thaw_notify (G_OBJECT (self));

    if (is_saved) {
        log_state (self, before->state);
        announce (self);
    }
    return is_saved;
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
    PRIV (self)->has_returned = last->has_returned;
    save_or_warn (self);
    return last->doubt;
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
        save_or_warn (self);
        announce (self);
        /* What was held for the update can be released. */
        if (doubt == NL668_DOUBT_NONE)
            g_object_notify (G_OBJECT (self), "state");
        return;
    }
    /* An update that was returned to had ended before. */
    if (!nl668_modem_firmware_update_get_finished (IFACE (self)))
        nl668_modem_firmware_update_set_finished (IFACE (self), get_time ());
    nl668_properties_set_state (self, NL668_STATE_FAILED);
}

void
nl668_properties_succeed (Nl668Properties *self)
{
    /* The last reports may have been lost. */
    nl668_modem_firmware_update_set_progress (IFACE (self), 100);
    nl668_error_to_properties (NULL, IFACE (self));
    nl668_modem_firmware_update_set_finished (IFACE (self), get_time ());
    nl668_properties_set_state (self, NL668_STATE_SUCCEEDED);
}

void
nl668_properties_set_progress (Nl668Properties *self,
                               guint            percent)
{
    nl668_modem_firmware_update_set_progress (IFACE (self), percent);
    announce (self);
    save_soon (self);
}

/*****************************************************************************/
/* Original settings of the module */

gboolean
nl668_properties_add_saved (Nl668Properties   *self,
                            const Nl668Saved  *saved,
                            GError           **error)
{
    Nl668Saved before = { 0 };
    gboolean   is_saved;

    nl668_saved_copy (&before, &PRIV (self)->saved);
    nl668_saved_merge (&PRIV (self)->saved, saved);
    is_saved = save (self, error);
    if (!is_saved)
        nl668_saved_copy (&PRIV (self)->saved, &before);
    nl668_saved_clear (&before);
    return is_saved;
}

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
    save_or_warn (self);
}

/*****************************************************************************/
/* GObject */

/* MMGdbusObjectSkeleton assumes that every interface is its own. It expects gdbus-codegen's
 * structure behind the interface info, and emits a notification for the modem property that is
 * named there. That has to be a property that the modem has. */
static GDBusInterfaceInfo *
get_info (GDBusInterfaceSkeleton *skeleton)
{
    static struct {
        GDBusInterfaceInfo  parent;
        const gchar        *hyphen_name;
        gboolean            use_gvariant;
    } info;
    GDBusInterfaceSkeletonClass *klass;

    if (!info.hyphen_name) {
        klass = G_DBUS_INTERFACE_SKELETON_CLASS (nl668_properties_parent_class);
        info.parent = *klass->get_info (skeleton);
        info.hyphen_name = "modem-firmware";
    }
    return &info.parent;
}

static void
nl668_properties_init (Nl668Properties *self)
{
    nl668_modem_firmware_update_set_state (IFACE (self), NL668_STATE_IDLE);
    nl668_modem_firmware_update_set_package (IFACE (self), "");
    nl668_modem_firmware_update_set_source (IFACE (self), "");
    nl668_modem_firmware_update_set_previous_version (IFACE (self), "");
    nl668_modem_firmware_update_set_current_version (IFACE (self), "");
    nl668_modem_firmware_update_set_target_version (IFACE (self), "");
    nl668_modem_firmware_update_set_plugin_version (IFACE (self), PACKAGE_VERSION);
    nl668_error_to_properties (NULL, IFACE (self));
}

static void
finalize (GObject *object)
{
    Nl668PropertiesPrivate *priv = PRIV (NL668_PROPERTIES (object));

    g_clear_handle_id (&priv->save_id, g_source_remove);
    g_free (priv->imei);
    nl668_properties_drop_last (NL668_PROPERTIES (object));
    nl668_saved_clear (&priv->saved);
    G_OBJECT_CLASS (nl668_properties_parent_class)->finalize (object);
}

static void
nl668_properties_class_init (Nl668PropertiesClass *klass)
{
    GDBusInterfaceSkeletonClass *skeleton_class = G_DBUS_INTERFACE_SKELETON_CLASS (klass);
    GObjectClass                *object_class = G_OBJECT_CLASS (klass);

    skeleton_class->get_info = get_info;
    object_class->finalize = finalize;
}
