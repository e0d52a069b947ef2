/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* --firmware-update-status */

#ifndef MMCLI_STATUS_H
#define MMCLI_STATUS_H

#include "mmcli-options.h"
#include "mmcli-output.h"

/**
 * mmcli_status_run:
 * @options: the modem, all modems if there is none, and whether to wait.
 * @output: where to show it.
 *
 * Returns: the exit status of the program.
 */
gint mmcli_status_run (const MmcliOptions *options,
                       MmcliOutput        *output);

#endif /* MMCLI_STATUS_H */
