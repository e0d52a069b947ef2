/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Tries to restore the original settings of a module through one modem object.
 *
 * What the module does not take back is tried again when nl668_restorer_try () is called and by
 * a timer, until there have been too many attempts. It stays in the record for the next modem
 * object. */

#ifndef NL668_RESTORER_H
#define NL668_RESTORER_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-properties.h"

#define NL668_TYPE_RESTORER (nl668_restorer_get_type ())
G_DECLARE_FINAL_TYPE (Nl668Restorer, nl668_restorer, NL668, RESTORER, GObject)

/**
 * nl668_restorer_new:
 * @modem: not referenced; see nl668_restorer_stop ().
 * @properties: has the original settings.
 *
 * The signal "changed" is emitted when nl668_restorer_is_running () has changed: AT ports must
 * be open while it is %TRUE. The signal "due" is emitted when it is time for another attempt.
 */
Nl668Restorer *nl668_restorer_new (MMBaseModem     *modem,
                                   MmGdbusModem    *skeleton,
                                   Nl668Properties *properties);

/* The modem is going away: there are no more attempts. */
void nl668_restorer_stop (Nl668Restorer *self);

/* Begins an attempt, unless one is running, nothing is left, or it was given up. */
void nl668_restorer_try (Nl668Restorer *self);

gboolean nl668_restorer_is_running (Nl668Restorer *self);

/* An update has saved settings: what was given up is tried again after it. */
void nl668_restorer_renew (Nl668Restorer *self);

/* Calls @callback as soon as no attempt is running. */
void nl668_restorer_wait        (Nl668Restorer       *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
void nl668_restorer_wait_finish (GAsyncResult        *res);

#endif /* NL668_RESTORER_H */
