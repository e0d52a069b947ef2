/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Copies the D-Bus properties of an update from a request, and to and from a record and an
 * error. */

#ifndef NL668_PROPERTIES_RECORD_H
#define NL668_PROPERTIES_RECORD_H

#include "nl668-dbus.h"
#include "nl668-record-text.h"
#include "nl668-request.h"

/**
 * nl668_record_from_properties:
 *
 * Returns: (transfer full): a record of @iface. The current version and the transports are not
 *   recorded, because they come from the module.
 */
Nl668Record *nl668_record_from_properties (Nl668ModemFirmwareUpdate *iface);

/* Sets all properties that are recorded, except the state. */
void nl668_record_to_properties (const Nl668Record        *self,
                                 Nl668ModemFirmwareUpdate *iface);

/* Sets all properties to those of an update that begins. @package: (nullable): its id */
void nl668_request_to_properties (const Nl668Request       *request,
                                  const gchar              *package,
                                  guint64                   started,
                                  Nl668ModemFirmwareUpdate *iface);

/* @error: (nullable): becomes the property "Error" */
void nl668_error_to_properties (const GError             *error,
                                Nl668ModemFirmwareUpdate *iface);

/**
 * nl668_error_from_properties:
 *
 * Returns: (transfer full): the property "Error", which must not be empty.
 */
GError *nl668_error_from_properties (Nl668ModemFirmwareUpdate *iface);

#endif /* NL668_PROPERTIES_RECORD_H */
