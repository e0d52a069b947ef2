/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Our options in the help texts of the stock client. */

#ifndef MMCLI_HELP_H
#define MMCLI_HELP_H

#include <glib.h>

#include "mmcli-call.h"

/**
 * mmcli_help_extend:
 * @text: what the stock client printed.
 * @help: which help it is: %MMCLI_CALL_HELP_APPLICATION or %MMCLI_CALL_HELP_FIRMWARE.
 *
 * Returns: (transfer full): @text with our options, aligned as its own are; or
 *  a copy of it if it is laid out in an unknown way.
 */
gchar *mmcli_help_extend (const gchar *text,
                          MmcliCall    help);

#endif /* MMCLI_HELP_H */
