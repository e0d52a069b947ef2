/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-memory.h"

/* What is empty on the bus is NULL in a record. */

static gchar *
to_record (const gchar *value)
{
    return value && *value ? g_strdup (value) : NULL;
}

static const gchar *
from_record (const gchar *value)
{
    return value ? value : "";
}

Nl668Record *
nl668_memory_build_record (Nl668ModemFirmware *update,
                           const Nl668Saved   *saved)
{
    Nl668Record *record;
    const gchar *error_name;
    const gchar *error_message;

    record = nl668_record_new ();
    record->state = nl668_modem_firmware_get_state (update);
    record->progress = nl668_modem_firmware_get_progress (update);
    record->started = nl668_modem_firmware_get_started (update);
    record->finished = nl668_modem_firmware_get_finished (update);
    record->package = to_record (nl668_modem_firmware_get_package (update));
    record->source = to_record (nl668_modem_firmware_get_source (update));
    record->previous_version = to_record (nl668_modem_firmware_get_previous_version (update));
    record->target_version = to_record (nl668_modem_firmware_get_target_version (update));

    g_variant_get (nl668_modem_firmware_get_error (update), "(&s&s)", &error_name, &error_message);
    record->error_name = to_record (error_name);
    record->error_message = to_record (error_message);

    record->radio_modes = g_strdup (saved->radio.modes);
    record->gtrat = g_strdup (saved->radio.gtrat);
    record->callbreak = g_strdup (saved->callbreak);
    record->gprsfirst = g_strdup (saved->gprsfirst);
    return record;
}

void
nl668_memory_apply_record (Nl668ModemFirmware *update,
                           Nl668Saved         *saved,
                           const Nl668Record  *record)
{
    nl668_modem_firmware_set_state (update, record->state);
    nl668_modem_firmware_set_progress (update, record->progress);
    nl668_modem_firmware_set_started (update, record->started);
    nl668_modem_firmware_set_finished (update, record->finished);
    nl668_modem_firmware_set_package (update, from_record (record->package));
    nl668_modem_firmware_set_source (update, from_record (record->source));
    nl668_modem_firmware_set_previous_version (update, from_record (record->previous_version));
    nl668_modem_firmware_set_target_version (update, from_record (record->target_version));
    nl668_modem_firmware_set_error (update, g_variant_new ("(ss)",
                                                           from_record (record->error_name),
                                                           from_record (record->error_message)));

    nl668_saved_clear (saved);
    saved->radio.modes = g_strdup (record->radio_modes);
    saved->radio.gtrat = g_strdup (record->gtrat);
    saved->callbreak = g_strdup (record->callbreak);
    saved->gprsfirst = g_strdup (record->gprsfirst);
}
