/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Shared by nl668-update.c, which holds what an update needs and gives the verdicts,
 * nl668-update-evidence.c, which judges what the module says, and nl668-update-start.c. */

#ifndef NL668_UPDATE_INTERNAL_H
#define NL668_UPDATE_INTERNAL_H

#include "nl668-inhibitor.h"
#include "nl668-properties.h"
#include "nl668-reports.h"
#include "nl668-timeouts.h"
#include "nl668-usb-port.h"

typedef struct _Nl668Update Nl668Update;

struct _Nl668Update {
    Nl668Properties  parent;
    gchar           *usb_path;
    Nl668Reports    *reports;
    /* While the update is unsettled */
    Nl668Inhibitor  *inhibitor;
    Nl668UsbPort    *usb_port;
    /* While something is expected. Times are monotonic. */
    guint            timeout_id;
    Nl668Timeout     expected;
    gint64           deadline;
    /* The last time that something new was learned, and when the modem object went away */
    gint64           progressed_at;
    gint64           left_at;
    guint            n_unknown_reports;
    /* There is a modem object. */
    gboolean         is_here;
    /* One of its ports cannot be read. */
    gboolean         is_unheard;
    /* It has left the bus since it came. */
    gboolean         has_left;
    /* Reports may have been missed since the last one. */
    gboolean         has_missed;
    /* It has run the new firmware, and runs the previous one again. */
    gboolean         is_undone;
    /* Since it was told to, it has reported that it downloads, and that it has begun to. */
    gboolean         has_reported;
    gboolean         has_started;
    /* Another module has the same equipment identifier. */
    gboolean         is_shared;
};

#define IFACE(self) NL668_MODEM_FIRMWARE_UPDATE (self)
#define PROPS(self) NL668_PROPERTIES (self)

#define MODEM(self)          nl668_properties_get_modem (PROPS (self))
#define STATE(self)          nl668_properties_get_state (PROPS (self))
#define CURRENT(self)        nl668_modem_firmware_update_get_current_version (IFACE (self))
#define RUNS(self)           nl668_properties_compare (PROPS (self), CURRENT (self))
#define HAS_RETURNED(self)   nl668_properties_has_returned (PROPS (self))
#define PROGRESS(self)       nl668_modem_firmware_update_get_progress (IFACE (self))
#define IS_REQUESTED(self)   nl668_properties_is_requested (PROPS (self))
#define IS_DOWNLOADING(self) nl668_properties_is_downloading (PROPS (self))
#define IS_UNSETTLED(self)   nl668_properties_is_unsettled (PROPS (self))

/* Holds what an update needs while it is unsettled, apart from what belongs to a modem object.
 * @callback: (nullable): called once the machine does not sleep any more, as far as possible. */
void nl668_update_hold    (Nl668Update         *self,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data);
void nl668_update_release (Nl668Update         *self);

/* Reports cannot be read. */
void nl668_update_log_unheard (Nl668Update *self);

/* A sign of life of the module: the machine must not sleep. */
void nl668_update_stay_awake (Nl668Update *self);

/* Shows that it downloads, if no START has shown it. */
void nl668_update_download_started (Nl668Update *self);

/* The module has the package, and restarts to install it. */
void nl668_update_download_ended   (Nl668Update *self);

/* What is expected next; when it does not happen in time, the update fails, or its failure
 * stands. */
void nl668_update_expect               (Nl668Update  *self,
                                        Nl668Timeout  expected);
void nl668_update_expect_installation  (Nl668Update  *self);

/* During a download */
void nl668_update_expect_report        (Nl668Update  *self);

/* From a report of a failure to any other report; what was expected before is still due. */
void nl668_update_expect_after_failure (Nl668Update  *self);
void nl668_update_stop_after_failure   (Nl668Update  *self);

void nl668_update_fail_with (Nl668Update  *self,
                             Nl668Doubt    doubt,
                             const GError *error);
void nl668_update_succeed   (Nl668Update  *self);

#endif /* NL668_UPDATE_INTERNAL_H */
