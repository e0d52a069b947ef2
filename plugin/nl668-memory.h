/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Between the properties of an update and its record. */

#ifndef NL668_MEMORY_H
#define NL668_MEMORY_H

#include "nl668-dbus.h"
#include "nl668-record.h"
#include "nl668-restore.h"

/* Returns: (transfer full): all but the current version and the transports,
 * which the module tells by itself. */
Nl668Record *nl668_memory_build_record (Nl668ModemFirmware *update,
                                        const Nl668Saved   *saved);

void nl668_memory_apply_record (Nl668ModemFirmware *update,
                                Nl668Saved         *saved,
                                const Nl668Record  *record);

#endif /* NL668_MEMORY_H */
