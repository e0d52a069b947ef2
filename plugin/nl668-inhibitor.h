/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Keeps the machine from sleeping and shutting down: a block inhibitor of logind, see
 * https://systemd.io/INHIBITOR_LOCKS. It is bounded: a module that is never heard again must not
 * keep the machine awake for ever. */

#ifndef NL668_INHIBITOR_H
#define NL668_INHIBITOR_H

#include <gio/gio.h>

#include "nl668-key-file.h"

typedef struct _Nl668Inhibitor Nl668Inhibitor;

/**
 * nl668_inhibitor_new:
 * @log: called with a message if logind does not grant the inhibitor, and when it is released
 *   after %NL668_TIMEOUT_INHIBIT.
 * @log_data: for @log.
 * @callback: (nullable): called once logind has granted or refused it, or has not answered
 *   within %NL668_TIMEOUT_COMMAND; also if it is freed before. There is no result: a machine
 *   without logind is not unusual.
 * @user_data: for @callback.
 *
 * Asks logind for an inhibitor, on the daemon's connection to the system bus.
 *
 * Returns: (transfer full): the inhibitor.
 */
Nl668Inhibitor *nl668_inhibitor_new (Nl668WarningFunc     log,
                                     gpointer             log_data,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data);

/**
 * nl668_inhibitor_renew:
 *
 * A sign of life of the module. The inhibitor is released %NL668_TIMEOUT_INHIBIT after the last
 * one; if that has happened already, logind is asked again.
 */
void nl668_inhibitor_renew (Nl668Inhibitor *self);

/* Releases it. If logind is still being asked and grants it later, it is released at once. */
void nl668_inhibitor_free (Nl668Inhibitor *self);

#endif /* NL668_INHIBITOR_H */
