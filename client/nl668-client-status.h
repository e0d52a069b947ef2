/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What a client knows about a module and its last firmware update. */

#ifndef NL668_CLIENT_STATUS_H
#define NL668_CLIENT_STATUS_H

#include <libmm-glib.h>

#include "nl668-record.h"
#include "nl668-state.h"
#include "nl668-usb-port.h"

/* Unknown strings are NULL, unknown times are 0. It outlives the modem object, because the
 * module restarts during an update. */
typedef struct {
    /* The D-Bus path of the modem object; NULL while there is none */
    gchar             *path;
    gchar             *imei;
    Nl668State         state;
    /* Of the download, in percent */
    guint              progress;
    gchar             *package;
    /* A URL without user and password */
    gchar             *source;
    gchar             *previous_version;
    gchar             *current_version;
    gchar             *target_version;
    gchar             *error_name;
    gchar             *error_message;
    /* In seconds since the epoch */
    guint64            started;
    guint64            finished;
    /* Nl668Transport flags */
    guint              transports;
    /* If FALSE, the USB port is not watched, and port_state is meaningless */
    gboolean           has_port;
    Nl668UsbPortState  port_state;
    /* Of the device at the USB port, like "1508:1001" */
    gchar             *port_id;
    /* An AT port on which ModemManager does not hear the module, because it carries a data
     * connection, like "ttyUSB1" */
    gchar             *taken_port;
    /* Whether nobody was listening to the module, so that it may have downloaded more */
    gboolean           is_unheard;
} Nl668ClientStatus;

/**
 * nl668_client_status_new:
 *
 * Returns: (transfer full): a status with everything unknown.
 */
Nl668ClientStatus *nl668_client_status_new (void);

void nl668_client_status_free (Nl668ClientStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668ClientStatus, nl668_client_status_free)

/**
 * nl668_client_status_set_modem:
 * @object: the modem object.
 *
 * Sets the path and the IMEI.
 */
void nl668_client_status_set_modem (Nl668ClientStatus *self,
                                    MMObject          *object);

/**
 * nl668_client_status_unset_modem:
 *
 * Clears the path and the version that the module runs when the modem object is gone: it may be
 * installing another one. Everything else is kept.
 */
void nl668_client_status_unset_modem (Nl668ClientStatus *self);

/**
 * nl668_client_status_set_unheard:
 *
 * Nobody is listening to the module from now on. This does not matter if it has left the bus
 * already.
 */
void nl668_client_status_set_unheard (Nl668ClientStatus *self);

/* Whether ModemManager knows the state of the update, so that the other properties mean anything */
gboolean nl668_client_status_is_known (GDBusProxy *proxy);

/**
 * nl668_client_status_read_properties:
 * @proxy: the interface Modem.Firmware.Update of the modem object.
 *
 * Sets everything but the IMEI and the USB port. A property that is missing or has the wrong
 * type counts as unknown.
 */
void nl668_client_status_read_properties (Nl668ClientStatus *self,
                                          GDBusProxy        *proxy);

/**
 * nl668_client_status_read_record:
 * @imei: the IMEI of a module without a modem object.
 * @record: the daemon's record of its last update.
 *
 * Sets everything but the USB port.
 */
void nl668_client_status_read_record (Nl668ClientStatus *self,
                                      const gchar       *imei,
                                      const Nl668Record *record);

/**
 * nl668_client_status_read_port:
 * @port: (nullable): the USB port, if it is watched.
 */
void nl668_client_status_read_port (Nl668ClientStatus *self,
                                    Nl668UsbPort      *port);

/**
 * nl668_client_status_set_request:
 * @settings: (nullable): the settings of Start().
 *
 * Makes this the status of an update that has these settings and has not started yet.
 * Everything about the previous update is cleared.
 */
void nl668_client_status_set_request (Nl668ClientStatus *self,
                                      GVariant          *settings);

/**
 * nl668_client_status_set_error:
 * @state: the new state.
 * @error: an error that is not in the D-Bus property "Error".
 *
 * An error without a D-Bus name gets one of ModemManager's names.
 */
void nl668_client_status_set_error (Nl668ClientStatus *self,
                                    Nl668State         state,
                                    const GError      *error);

#endif /* NL668_CLIENT_STATUS_H */
