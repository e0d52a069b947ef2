/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The updates of all modules that have a modem object or may be in the middle of an update, by
 * equipment identifier. */

#ifndef NL668_REGISTRY_H
#define NL668_REGISTRY_H

#include "nl668-update.h"

/**
 * nl668_registry_take:
 * @imei: (nullable): the equipment identifier of the module.
 *
 * Returns: (transfer full): the update of the module for a new modem object. If @imei is invalid
 *   or another modem object has the same, an update that cannot begin.
 */
Nl668Update *nl668_registry_take (const gchar *imei);

/* The modem object of @update is gone. */
void nl668_registry_forget (Nl668Update *update);

/**
 * nl668_registry_is_unsettled:
 * @imei: the valid equipment identifier of a module.
 *
 * Returns: whether an update of the module may be under way, in this daemon or according to the
 *   record of an earlier one.
 */
gboolean nl668_registry_is_unsettled (const gchar *imei);

/**
 * nl668_registry_is_revisable:
 * @imei: the valid equipment identifier of a module.
 *
 * Returns: the same as nl668_update_is_revisable (), also according to the record.
 */
gboolean nl668_registry_is_revisable (const gchar *imei);

/**
 * nl668_registry_is_awaited_at:
 * @usb_path: (nullable): a USB device in sysfs.
 *
 * Returns: whether the module that was there has no modem object, and may be in the middle of an
 *   update.
 */
gboolean nl668_registry_is_awaited_at (const gchar *usb_path);

/**
 * nl668_registry_is_recorded:
 *
 * Returns: whether an earlier daemon has left an update that may be under way, of a module that
 *   this daemon has not seen yet. The record does not tell where the module was.
 */
gboolean nl668_registry_is_recorded (void);

#endif /* NL668_REGISTRY_H */
