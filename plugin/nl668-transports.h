/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Which transports a module supports, according to its response to AT+GTOTA=?. An AT port must be
 * open. */

#ifndef NL668_TRANSPORTS_H
#define NL668_TRANSPORTS_H

#include "nl668-update.h"

/* Sets the property of @update. If the module does not respond now, it is queried again when an
 * update starts. */
void nl668_transports_load (MMBaseModem *modem,
                            Nl668Update *update);

/**
 * nl668_transports_check:
 * @transport: what an update needs.
 *
 * Queries the module, unless its response is known.
 */
void     nl668_transports_check        (MMBaseModem          *modem,
                                        Nl668Update          *update,
                                        Nl668Transport        transport,
                                        GAsyncReadyCallback   callback,
                                        gpointer              user_data);

/**
 * nl668_transports_check_finish:
 * @error: return location for a #MM_CORE_ERROR, or for an error of the daemon if the module does
 *   not respond.
 *
 * Returns: whether the module supports the transport.
 */
gboolean nl668_transports_check_finish (GAsyncResult         *res,
                                        GError              **error);

#endif /* NL668_TRANSPORTS_H */
