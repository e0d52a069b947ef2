/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The properties of the D-Bus interface Modem.Firmware.Update of a module, which are kept in a
 * record, and the state of the update. The interface's XML documents the properties. What clients
 * see follows as soon as it is on disk. */

#ifndef NL668_PROPERTIES_H
#define NL668_PROPERTIES_H

#include "mm-daemon.h"
#include "nl668-dbus.h"
#include "nl668-request.h"
#include "nl668-revision.h"
#include "nl668-saved.h"
#include "nl668-state.h"

#define NL668_TYPE_PROPERTIES (nl668_properties_get_type ())
G_DECLARE_DERIVABLE_TYPE (Nl668Properties, nl668_properties, NL668, PROPERTIES,
                          Nl668ModemFirmwareUpdateSkeleton)

struct _Nl668PropertiesClass {
    Nl668ModemFirmwareUpdateSkeletonClass parent;
};

/**
 * nl668_properties_load:
 * @imei: (nullable): the equipment identifier of the module. Without one there is no record,
 *   and there can be no update.
 *
 * Sets the properties from the record of the module.
 */
void nl668_properties_load (Nl668Properties *self,
                            const gchar     *imei);

/**
 * nl668_properties_get_unread:
 *
 * Returns: (transfer none) (nullable): why it is not known whether there is a record, a
 *   #MM_CORE_ERROR_FAILED. No update can begin then.
 */
const GError *nl668_properties_get_unread (Nl668Properties *self);

/* Calls @callback once clients have been told everything, which cannot fail. */
void nl668_properties_wait (Nl668Properties     *self,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data);

/* Whether the record is up to date on disk */
gboolean nl668_properties_is_recorded (Nl668Properties *self);

/* Brings it up to date, and waits for the disk. */
void nl668_properties_flush (Nl668Properties *self);

/* (transfer none): what is exported */
GDBusInterfaceSkeleton *nl668_properties_get_interface (Nl668Properties *self);

/* NULL if the module has no unique one */
const gchar *nl668_properties_get_imei (Nl668Properties *self);

/* @modem: (nullable): for the log; not referenced */
void         nl668_properties_set_modem (Nl668Properties *self,
                                         MMBaseModem     *modem);
MMBaseModem *nl668_properties_get_modem (Nl668Properties *self);

/*****************************************************************************/
/* State */

/**
 * nl668_properties_set_state:
 * @state: a state that may follow the current one, see nl668_state_can_follow ().
 *
 * Writes the record. The state is announced once that is on disk.
 */
void nl668_properties_set_state (Nl668Properties *self,
                                 Nl668State       state);

Nl668State nl668_properties_get_state (Nl668Properties *self);

/* See nl668-state.h */
gboolean nl668_properties_is_downloading (Nl668Properties *self);
gboolean nl668_properties_is_under_way   (Nl668Properties *self);

/* Under way, or failed tentatively: the module may go on, and what is held for it stays held. */
gboolean nl668_properties_is_unsettled (Nl668Properties *self);

/* Whether the module may have been told to start the update */
gboolean nl668_properties_is_requested (Nl668Properties *self);

/**
 * nl668_properties_record_request:
 *
 * Records that the module is told to start the update, which it must not be before @callback is
 * called without an error.
 */
void nl668_properties_record_request (Nl668Properties     *self,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);

/* The module is told now. */
void nl668_properties_set_requested (Nl668Properties *self);

/* The module has refused the update, which is saved with the next state. */
void nl668_properties_set_refused (Nl668Properties *self);

/* Whether the module has refused the update, or has not been told to start it */
gboolean nl668_properties_was_refused (Nl668Properties *self);

/* Whether the module has left the bus since the download was complete, or seemed to be: once it is
 * back, it runs what it has installed. */
gboolean nl668_properties_has_returned (Nl668Properties *self);
void     nl668_properties_set_returned (Nl668Properties *self,
                                        gboolean         has_returned);

/* Why a failure is tentative */
Nl668Doubt nl668_properties_get_doubt (Nl668Properties *self);

/* What a module with this revision runs, compared with the versions of the update */
Nl668Runs nl668_properties_compare (Nl668Properties *self,
                                    const gchar     *revision);

/**
 * nl668_properties_can_begin:
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Whether an update can begin: none is under way, and it can be recorded.
 */
gboolean nl668_properties_can_begin (Nl668Properties  *self,
                                     GError          **error);

/**
 * nl668_properties_begin:
 * @package: (nullable): the id of the package in the catalogue.
 *
 * Sets all properties that are known when an update begins, and the state to preparing. To be
 * called only if it can begin. If the record cannot be written, that is undone.
 */
void nl668_properties_begin (Nl668Properties     *self,
                             const Nl668Request  *request,
                             const gchar         *package,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data);

/**
 * nl668_properties_save_finish:
 * @res: of nl668_properties_begin (), nl668_properties_record_request () or
 *   nl668_properties_add_saved ().
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Returns: whether it is in the record. If not, it has been undone.
 */
gboolean nl668_properties_save_finish (Nl668Properties  *self,
                                       GAsyncResult     *res,
                                       GError          **error);

/**
 * nl668_properties_has_last:
 *
 * Returns: whether the update before this one is tentative, and the module may still be busy
 *   with it.
 */
gboolean nl668_properties_has_last (Nl668Properties *self);

/* The module has accepted this update, so it is not busy with the last one. */
void nl668_properties_drop_last (Nl668Properties *self);

/**
 * nl668_properties_return_to_last:
 *
 * Sets all properties except the state to those of the update before this one. To be called only if
 * there is one, see nl668_properties_has_last (), and before the state is set.
 *
 * Returns: why it was tentative.
 */
Nl668Doubt nl668_properties_return_to_last (Nl668Properties *self);

/* The same, but that update goes on. Writes the record. */
void nl668_properties_go_on_with_last (Nl668Properties *self);

/* The update goes on: it has no error, and has not ended. */
void nl668_properties_clear_end (Nl668Properties *self);

/* Resumes an update that had failed: sets the state to preparing. */
void nl668_properties_resume (Nl668Properties *self);

/* @doubt: whether the failure is tentative. If the update has failed already, replaces its error;
 * if it is settled now, emits "notify::state", though the state is the same. */
void nl668_properties_fail (Nl668Properties *self,
                            const GError    *error,
                            Nl668Doubt       doubt);

void nl668_properties_succeed (Nl668Properties *self);

/* Announces the progress, and writes the record within NL668_TIMEOUT_RECORD. */
void nl668_properties_set_progress (Nl668Properties *self,
                                    guint            percent);

/**
 * nl668_properties_get_last_error:
 *
 * Returns: (transfer full): why the last update failed.
 */
GError *nl668_properties_get_last_error (Nl668Properties *self);

/*****************************************************************************/
/* Original settings of the module, to be restored after the update */

/**
 * nl668_properties_add_saved:
 *
 * Merges @saved with what has not been restored yet. The settings must not be changed before
 * @callback is called without an error.
 */
void nl668_properties_add_saved (Nl668Properties     *self,
                                 const Nl668Saved    *saved,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);

const Nl668Saved *nl668_properties_get_saved (Nl668Properties *self);

/* @left: what has not been restored yet. Writes the record. */
void nl668_properties_set_saved (Nl668Properties  *self,
                                 const Nl668Saved *left);

#endif /* NL668_PROPERTIES_H */
