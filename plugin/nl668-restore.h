/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What an update changes on the module beside the firmware, and putting it back.
 *
 * It is written down before it is changed, so whoever has the module next can
 * put it back: after a failure, a restart of the module or one of the daemon. */

#ifndef NL668_RESTORE_H
#define NL668_RESTORE_H

#include "nl668-radio.h"

/* What was there before; NULL is unknown, or not changed. */
typedef struct {
    Nl668RadioMode  radio;
    /* The values of AT+GTSET, numbers */
    gchar          *callbreak;
    gchar          *gprsfirst;
} Nl668Saved;

gboolean nl668_saved_is_empty (const Nl668Saved *self);

void nl668_saved_copy (Nl668Saved       *self,
                       const Nl668Saved *from);

void nl668_saved_clear (Nl668Saved *self);

/**
 * nl668_restore:
 * @modem: a modem with an open AT port.
 *
 * Puts all of it back. What the module refuses is left as it is, with a warning.
 */
void     nl668_restore        (MMBaseModem          *modem,
                               const Nl668Saved     *saved,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);

/**
 * nl668_restore_finish:
 *
 * Returns: %FALSE if the module did not answer, so that it has to be tried again.
 */
gboolean nl668_restore_finish (MMBaseModem   *modem,
                               GAsyncResult  *res,
                               GError       **error);

#endif /* NL668_RESTORE_H */
