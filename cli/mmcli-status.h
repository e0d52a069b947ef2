/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What is known of an update. */

#ifndef MMCLI_STATUS_H
#define MMCLI_STATUS_H

#include <libmm-glib.h>

#include "nl668-record.h"
#include "nl668-usb-port.h"

/* The property "State" */
typedef enum {
    MMCLI_STATE_UNKNOWN,
    MMCLI_STATE_IDLE,
    MMCLI_STATE_PREPARING,
    MMCLI_STATE_DOWNLOADING,
    MMCLI_STATE_INSTALLING,
    MMCLI_STATE_SUCCEEDED,
    MMCLI_STATE_FAILED,
} MmcliState;

/* Strings that are not known are NULL. It outlives the modem object: the module
 * restarts. */
typedef struct {
    /* Of the modem object; NULL while there is none */
    gchar             *path;
    gchar             *imei;
    MmcliState         state;
    guint              progress;
    gchar             *package;
    gchar             *source;
    gchar             *previous_version;
    gchar             *current_version;
    gchar             *target_version;
    gchar             *error_name;
    gchar             *error_message;
    guint64            started;
    guint64            finished;
    guint              transports;
    /* Whether the USB port is watched, and what is there */
    gboolean           has_port;
    Nl668UsbPortState  port_state;
} MmcliStatus;

MmcliStatus *mmcli_status_new  (void);
void         mmcli_status_free (MmcliStatus *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MmcliStatus, mmcli_status_free)

/**
 * mmcli_status_set_modem:
 * @object: the modem object.
 */
void mmcli_status_set_modem (MmcliStatus *self,
                             MMObject    *object);

/**
 * mmcli_status_read:
 * @proxy: of the interface Modem.Firmware.Update, where all comes from but the
 *  modem and its USB port. A property of another type than it should have is
 *  unknown.
 */
void mmcli_status_read (MmcliStatus *self,
                        GDBusProxy  *proxy);

/**
 * mmcli_status_read_record:
 * @imei: the equipment identifier of the module.
 * @record: what the daemon remembers of a module that has no modem object.
 */
void mmcli_status_read_record (MmcliStatus       *self,
                               const gchar       *imei,
                               const Nl668Record *record);

/**
 * mmcli_status_leave:
 *
 * The modem object is gone; what was known of the update stays.
 */
void mmcli_status_leave (MmcliStatus *self);

/**
 * mmcli_status_set_request:
 * @settings: (nullable): the settings of Start().
 *
 * From here on it is about an update with these settings that did not begin
 * yet. What is known of the last one is dropped.
 */
void mmcli_status_set_request (MmcliStatus *self,
                               GVariant    *settings);

/**
 * mmcli_status_set_error:
 * @state: the state that it is in.
 * @error: an error that no property tells of.
 *
 * An error without a name on D-Bus gets one of ModemManager's.
 */
void mmcli_status_set_error (MmcliStatus  *self,
                             MmcliState    state,
                             const GError *error);

/**
 * mmcli_status_read_port:
 * @port: (nullable): the USB port, if it is watched.
 */
void mmcli_status_read_port (MmcliStatus  *self,
                             Nl668UsbPort *port);

/**
 * mmcli_status_is_active:
 *
 * Returns: whether an update is under way.
 */
gboolean mmcli_status_is_active (const MmcliStatus *self);

/**
 * mmcli_status_get_state_name:
 *
 * Returns: (transfer none): the name of the state.
 */
const gchar *mmcli_status_get_state_name (const MmcliStatus *self);

#endif /* MMCLI_STATUS_H */
