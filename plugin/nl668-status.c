/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-record.h"
#include "nl668-status.h"

/* How old the progress in the record may be: a write takes its time on the flash
 * of a small machine. */
#define RECORD_SECONDS 1

typedef struct {
    gchar       *imei;
    MMBaseModem *modem;
    Nl668Saved   saved;
    /* While the record is older than the properties: for a moment, or because it
     * could not be written */
    guint        save_id;
    gboolean     unsaved;
} Nl668StatusPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (Nl668Status, nl668_status, NL668_TYPE_MODEM_FIRMWARE_SKELETON)

#define IFACE(self) NL668_MODEM_FIRMWARE (self)
#define PRIV(self)  ((Nl668StatusPrivate *) nl668_status_get_instance_private (self))

/*****************************************************************************/
/* Between the properties and the record, where what is empty is NULL */

static gchar *
to_record (const gchar *value)
{
    return value && *value ? g_strdup (value) : NULL;
}

static const gchar *
from_record (const gchar *value)
{
    return value ? value : "";
}

/* All but the current version and the transports, which the module tells */
static Nl668Record *
build_record (Nl668Status *self)
{
    Nl668ModemFirmware *iface = IFACE (self);
    const Nl668Saved   *saved = &PRIV (self)->saved;
    Nl668Record        *record;
    const gchar        *error_name;
    const gchar        *error_message;

    record = nl668_record_new ();
    record->state = nl668_modem_firmware_get_state (iface);
    record->progress = nl668_modem_firmware_get_progress (iface);
    record->started = nl668_modem_firmware_get_started (iface);
    record->finished = nl668_modem_firmware_get_finished (iface);
    record->package = to_record (nl668_modem_firmware_get_package (iface));
    record->source = to_record (nl668_modem_firmware_get_source (iface));
    record->previous_version = to_record (nl668_modem_firmware_get_previous_version (iface));
    record->target_version = to_record (nl668_modem_firmware_get_target_version (iface));

    g_variant_get (nl668_modem_firmware_get_error (iface), "(&s&s)", &error_name, &error_message);
    record->error_name = to_record (error_name);
    record->error_message = to_record (error_message);

    record->radio_modes = g_strdup (saved->radio.modes);
    record->gtrat = g_strdup (saved->radio.gtrat);
    record->callbreak = g_strdup (saved->callbreak);
    record->gprsfirst = g_strdup (saved->gprsfirst);
    return record;
}

static void
apply_record (Nl668Status       *self,
              const Nl668Record *record)
{
    Nl668ModemFirmware *iface = IFACE (self);
    Nl668Saved         *saved = &PRIV (self)->saved;

    nl668_modem_firmware_set_state (iface, record->state);
    nl668_modem_firmware_set_progress (iface, record->progress);
    nl668_modem_firmware_set_started (iface, record->started);
    nl668_modem_firmware_set_finished (iface, record->finished);
    nl668_modem_firmware_set_package (iface, from_record (record->package));
    nl668_modem_firmware_set_source (iface, from_record (record->source));
    nl668_modem_firmware_set_previous_version (iface, from_record (record->previous_version));
    nl668_modem_firmware_set_target_version (iface, from_record (record->target_version));
    nl668_modem_firmware_set_error (iface, g_variant_new ("(ss)",
                                                          from_record (record->error_name),
                                                          from_record (record->error_message)));

    nl668_saved_clear (saved);
    saved->radio.modes = g_strdup (record->radio_modes);
    saved->radio.gtrat = g_strdup (record->gtrat);
    saved->callbreak = g_strdup (record->callbreak);
    saved->gprsfirst = g_strdup (record->gprsfirst);
}

static gboolean
save (Nl668Status  *self,
      GError      **error)
{
    g_autoptr(Nl668Record) record = NULL;

    g_clear_handle_id (&PRIV (self)->save_id, g_source_remove);
    record = build_record (self);
    return nl668_record_save (record, PRIV (self)->imei, error);
}

static void
save_or_warn (Nl668Status *self)
{
    g_autoptr(GError) error = NULL;

    PRIV (self)->unsaved = !save (self, &error);
    if (PRIV (self)->unsaved)
        mm_daemon_warn (PRIV (self)->modem, "the firmware update will not be recorded: %s", error->message);
}

static gboolean
save_cb (gpointer user_data)
{
    Nl668Status *self = NL668_STATUS (user_data);

    PRIV (self)->save_id = 0;
    save_or_warn (self);
    return G_SOURCE_REMOVE;
}

static void
save_soon (Nl668Status *self)
{
    if (!PRIV (self)->save_id)
        PRIV (self)->save_id = g_timeout_add_seconds (RECORD_SECONDS, save_cb, self);
}

static void
record_warning (const gchar *message,
                gpointer     user_data)
{
    mm_daemon_warn (NULL, "%s", message);
}

void
nl668_status_load (Nl668Status *self,
                   const gchar *imei)
{
    g_autoptr(Nl668Record) record = NULL;

    PRIV (self)->imei = g_strdup (imei);
    record = imei ? nl668_record_load (imei, record_warning, NULL) : NULL;
    if (record)
        apply_record (self, record);
}

/*****************************************************************************/
/* Module and modem */

const gchar *
nl668_status_get_imei (Nl668Status *self)
{
    return PRIV (self)->imei;
}

void
nl668_status_set_modem (Nl668Status *self,
                        MMBaseModem *modem)
{
    /* The daemon may be on its way out */
    if (PRIV (self)->save_id || PRIV (self)->unsaved)
        save_or_warn (self);
    PRIV (self)->modem = modem;
}

MMBaseModem *
nl668_status_get_modem (Nl668Status *self)
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

/* The skeleton collects changes until the main loop is idle. Of the percentages
 * that come until then, it would tell the last one only. */
static void
announce (Nl668Status *self)
{
    g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (self));
}

Nl668State
nl668_status_get_state (Nl668Status *self)
{
    return nl668_modem_firmware_get_state (IFACE (self));
}

gboolean
nl668_status_is_downloading (Nl668Status *self)
{
    return nl668_state_is_downloading (nl668_status_get_state (self));
}

gboolean
nl668_status_is_under_way (Nl668Status *self)
{
    return nl668_state_is_under_way (nl668_status_get_state (self));
}

static void
log_state (Nl668Status *self,
           Nl668State   before)
{
    mm_daemon_info (PRIV (self)->modem, "firmware update: %s -> %s",
                    nl668_state_get_name (before),
                    nl668_state_get_name (nl668_status_get_state (self)));
}

void
nl668_status_set_state (Nl668Status *self,
                        Nl668State   state)
{
    Nl668State before;

    before = nl668_status_get_state (self);
    nl668_modem_firmware_set_state (IFACE (self), state);
    log_state (self, before);
    /* First on the disk, then told to others */
    save_or_warn (self);
    announce (self);
}

/* An error of the daemon's own libraries has no name that others know. */
static gchar *
build_error_name (const GError *error)
{
    g_autoptr(GError)  failed = NULL;
    gchar             *name;

    name = g_dbus_error_encode_gerror (error);
    if (!g_str_has_prefix (name, "org.gtk.GDBus.UnmappedGError."))
        return name;

    g_free (name);
    failed = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_FAILED, "");
    return g_dbus_error_encode_gerror (failed);
}

static void
set_last_error (Nl668Status  *self,
                const GError *error)
{
    g_autofree gchar *name = NULL;

    if (error)
        name = build_error_name (error);
    nl668_modem_firmware_set_error (IFACE (self),
                                    g_variant_new ("(ss)", name ? name : "", error ? error->message : ""));
}

GError *
nl668_status_get_last_error (Nl668Status *self)
{
    g_autoptr(GError)  error = NULL;
    const gchar       *name;
    const gchar       *message;

    g_variant_get (nl668_modem_firmware_get_error (IFACE (self)), "(&s&s)", &name, &message);
    error = g_dbus_error_new_for_dbus_error (name, "");
    return g_error_new_literal (error->domain, error->code, message);
}

static void
set_beginning (Nl668Status        *self,
               const Nl668Request *request,
               const gchar        *package)
{
    Nl668ModemFirmware *iface = IFACE (self);

    nl668_modem_firmware_set_state (iface, NL668_STATE_PREPARING);
    nl668_modem_firmware_set_progress (iface, 0);
    nl668_modem_firmware_set_package (iface, from_record (package));
    nl668_modem_firmware_set_source (iface, request->source);
    nl668_modem_firmware_set_previous_version (iface, nl668_modem_firmware_get_current_version (iface));
    nl668_modem_firmware_set_target_version (iface, from_record (request->version));
    nl668_modem_firmware_set_started (iface, get_time ());
    nl668_modem_firmware_set_finished (iface, 0);
    set_last_error (self, NULL);
}

gboolean
nl668_status_begin (Nl668Status         *self,
                    const Nl668Request  *request,
                    const gchar         *package,
                    GError             **error)
{
    g_autoptr(Nl668Record) before = NULL;
    gboolean               saved;

    before = build_record (self);

    /* Nobody is to see it before it is on the disk */
    g_object_freeze_notify (G_OBJECT (self));
    set_beginning (self, request, package);
    saved = save (self, error);
    if (!saved)
        apply_record (self, before);
    g_object_thaw_notify (G_OBJECT (self));

    if (saved) {
        log_state (self, before->state);
        announce (self);
    }
    return saved;
}

void
nl668_status_reopen (Nl668Status *self)
{
    mm_daemon_info (PRIV (self)->modem, "the firmware update went on after all");
    set_last_error (self, NULL);
    nl668_modem_firmware_set_finished (IFACE (self), 0);
    nl668_status_set_state (self, NL668_STATE_PREPARING);
}

void
nl668_status_end (Nl668Status  *self,
                  const GError *error)
{
    if (error)
        mm_daemon_warn (PRIV (self)->modem, "firmware update failed: %s", error->message);
    else
        /* It had all of it, though perhaps nobody listened when it said so */
        nl668_modem_firmware_set_progress (IFACE (self), 100);
    set_last_error (self, error);
    nl668_modem_firmware_set_finished (IFACE (self), get_time ());
    nl668_status_set_state (self, error ? NL668_STATE_FAILED : NL668_STATE_SUCCEEDED);
}

void
nl668_status_set_progress (Nl668Status *self,
                           guint        percent)
{
    nl668_modem_firmware_set_progress (IFACE (self), percent);
    announce (self);
    save_soon (self);
}

/*****************************************************************************/
/* What is to be put back on the module */

gboolean
nl668_status_remember (Nl668Status       *self,
                       const Nl668Saved  *saved,
                       GError           **error)
{
    nl668_saved_copy (&PRIV (self)->saved, saved);
    if (save (self, error))
        return TRUE;

    /* Then it will not be changed either */
    nl668_saved_clear (&PRIV (self)->saved);
    return FALSE;
}

const Nl668Saved *
nl668_status_get_saved (Nl668Status *self)
{
    return &PRIV (self)->saved;
}

void
nl668_status_forget (Nl668Status *self)
{
    nl668_saved_clear (&PRIV (self)->saved);
    save_or_warn (self);
}

/*****************************************************************************/

static void
nl668_status_init (Nl668Status *self)
{
    nl668_modem_firmware_set_state (IFACE (self), NL668_STATE_IDLE);
    nl668_modem_firmware_set_package (IFACE (self), "");
    nl668_modem_firmware_set_source (IFACE (self), "");
    nl668_modem_firmware_set_previous_version (IFACE (self), "");
    nl668_modem_firmware_set_current_version (IFACE (self), "");
    nl668_modem_firmware_set_target_version (IFACE (self), "");
    nl668_modem_firmware_set_plugin_version (IFACE (self), PACKAGE_VERSION);
    set_last_error (self, NULL);
}

static void
finalize (GObject *object)
{
    Nl668StatusPrivate *priv = PRIV (NL668_STATUS (object));

    g_clear_handle_id (&priv->save_id, g_source_remove);
    g_free (priv->imei);
    nl668_saved_clear (&priv->saved);
    G_OBJECT_CLASS (nl668_status_parent_class)->finalize (object);
}

static void
nl668_status_class_init (Nl668StatusClass *klass)
{
    GObjectClass *object_class = G_OBJECT_CLASS (klass);

    object_class->finalize = finalize;
}
