/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Whether an update of a module can start */

#ifndef NL668_CHECK_H
#define NL668_CHECK_H

#include "nl668-modem.h"
#include "nl668-request.h"

/**
 * nl668_check:
 * @battery: the result of nl668_battery_load_finish ().
 * @error: return location for a #MM_CORE_ERROR or #NL668_ERROR that says what to do.
 *
 * Registration is checked last: a client enables the modem only if nothing else is wrong.
 *
 * Returns: whether an update can start, as far as is known.
 */
gboolean nl668_check (Nl668Modem          *modem,
                      const Nl668Request  *request,
                      gint                 battery,
                      GError             **error);

#endif /* NL668_CHECK_H */
