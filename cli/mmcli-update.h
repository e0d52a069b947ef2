/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* One call of ours, from the look-up of the modem to the exit status. */

#ifndef MMCLI_UPDATE_H
#define MMCLI_UPDATE_H

#include <gio/gio.h>

#include "mmcli-options.h"
#include "mmcli-output.h"

/**
 * mmcli_update_run:
 * @options: what is to be done.
 * @settings: (nullable): the settings of Start(), if an update is to be done.
 * @output: where it is shown.
 *
 * Updates the firmware, or shows the status. Runs the default main context.
 *
 * Returns: the exit status of the program.
 */
gint mmcli_update_run (const MmcliOptions *options,
                       GVariant           *settings,
                       MmcliOutput        *output);

#endif /* MMCLI_UPDATE_H */
