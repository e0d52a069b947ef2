/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* --firmware-update */

#ifndef MMCLI_UPDATE_H
#define MMCLI_UPDATE_H

#include "mmcli-options.h"
#include "mmcli-output.h"

/**
 * mmcli_update_run:
 * @options: the modem and whether to wait.
 * @settings: the settings of Start().
 * @output: where to show it.
 *
 * Returns: the exit status of the program.
 */
gint mmcli_update_run (const MmcliOptions *options,
                       GVariant           *settings,
                       MmcliOutput        *output);

#endif /* MMCLI_UPDATE_H */
