/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The update of one module: judges what happens to the module. HACKING.md has the table.
 *
 * What is observed changes what is shown. It ends the update only if it excludes that the module
 * goes on. Otherwise a failure is tentative: what was changed on the module stays changed, and
 * later evidence revises the failure.
 *
 * It belongs to the module, not to a modem object: when the module restarts during an update,
 * its modem object goes away, but the update stays. Whatever must survive the daemon is in the
 * module's record. */

#ifndef NL668_UPDATE_H
#define NL668_UPDATE_H

#include "nl668-properties.h"

#define NL668_TYPE_UPDATE (nl668_update_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Update, nl668_update, NL668, UPDATE, Nl668Properties)

/**
 * nl668_update_new:
 * @imei: (nullable): the equipment identifier of the module.
 *
 * Returns: (transfer full): the update, with the properties in the module's record.
 */
Nl668Update *nl668_update_new (const gchar *imei);

/*****************************************************************************/
/* What happens to the module */

/**
 * nl668_update_module_came:
 * @modem: its new modem object, for the log.
 * @usb_path: (nullable): its USB device in sysfs.
 */
void nl668_update_module_came (Nl668Update *self,
                               MMBaseModem *modem,
                               const gchar *usb_path);

/**
 * nl668_update_module_runs:
 * @revision: (nullable): what the module reports as its revision. If it is not valid, see
 *   nl668_revision_is_valid (), it is unknown what the module runs.
 */
void nl668_update_module_runs (Nl668Update *self,
                               const gchar *revision);

/**
 * nl668_update_module_heard:
 * @is_heard: whether all ports can be read on which the module may report. A port that is used
 *   for a data connection cannot.
 */
void nl668_update_module_heard (Nl668Update *self,
                                gboolean     is_heard);

/**
 * nl668_update_set_shared:
 *
 * Another module has the same equipment identifier, and it may be that one which comes next: what
 * it runs does not revise an update that is settled.
 */
void nl668_update_set_shared (Nl668Update *self);

/**
 * nl668_update_is_revisable:
 *
 * Returns: whether what the module runs may change what is said of the update: it is unsettled, or
 *   has failed although the module has not refused it.
 */
gboolean nl668_update_is_revisable (Nl668Update *self);

/* Its modem object is gone. */
void nl668_update_module_left (Nl668Update *self);

/* Where the module was last: see nl668_update_module_came () */
const gchar *nl668_update_get_usb_path (Nl668Update *self);

/*****************************************************************************/
/* What happens to the update */

/**
 * nl668_update_begin:
 * @package: (nullable): the id of the package in the catalogue.
 *
 * Writes the record, and asks logind to keep the machine running. On failure, no update has
 * begun.
 */
void     nl668_update_begin        (Nl668Update          *self,
                                    const Nl668Request   *request,
                                    const gchar          *package,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean nl668_update_begin_finish (Nl668Update          *self,
                                    GAsyncResult         *res,
                                    GError              **error);

/* The module is told to start the update now, which is in the record. */
void nl668_update_request (Nl668Update *self);

/* The module has accepted it, and is expected to report. */
void nl668_update_accepted (Nl668Update *self);

/* Whether the module has reported that it downloads this update, since nl668_update_request (). If
 * it may still be busy with the last one, only START says so. */
gboolean nl668_update_has_reported (Nl668Update *self);

/**
 * nl668_update_go_on_with_last:
 *
 * The module has not accepted this update. If it reports the download of the last one, that goes
 * on.
 *
 * Returns: whether it does.
 */
gboolean nl668_update_go_on_with_last (Nl668Update *self);

/**
 * nl668_update_quote:
 * @words: text from the module.
 *
 * Returns: (transfer full): @words without secrets, safe for a log and a message.
 */
gchar *nl668_update_quote (Nl668Update *self,
                           const gchar *words);

/**
 * nl668_update_report:
 * @port: the port, see nl668_reports_add ().
 * @line: a line that nl668_at_get_urc_regex () matched.
 */
void nl668_update_report (Nl668Update   *self,
                          gconstpointer  port,
                          const gchar   *line);

/**
 * nl668_update_fail:
 * @may_go_on: whether the module may have accepted the update after all, because it did not
 *   respond. In that case, the failure is tentative.
 *
 * The update could not be started. If the update before it was tentative, that one is the
 * current one again, with its own error.
 *
 * Returns: (transfer full): why the update was not started.
 */
GError *nl668_update_fail (Nl668Update  *self,
                           const GError *error,
                           gboolean      may_go_on);

#endif /* NL668_UPDATE_H */
