/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Our options in the help of the stock mmcli. */

#ifndef MMCLI_HELP_H
#define MMCLI_HELP_H

#include <glib.h>

#include "mmcli-call.h"

/**
 * mmcli_help_extend:
 * @text: the help that the stock mmcli prints.
 * @help: %MMCLI_CALL_HELP_APPLICATION or %MMCLI_CALL_HELP_FIRMWARE.
 *
 * Returns: (transfer full): @text with our options, all aligned; or a copy of @text if its
 *  layout is unknown.
 */
gchar *mmcli_help_extend (const gchar *text,
                          MmcliCall    help);

#endif /* MMCLI_HELP_H */
