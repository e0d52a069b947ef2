/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The status of an update, in the three layouts of the stock client: no I/O. */

#ifndef MMCLI_FORMAT_H
#define MMCLI_FORMAT_H

#include "mmcli-options.h"
#include "mmcli-status.h"

/**
 * mmcli_format_status:
 * @status: what is known.
 * @format: the layout.
 *
 * Returns: (transfer full): all of it in lines that end with a newline, in
 *  UTF-8.
 */
gchar *mmcli_format_status (const MmcliStatus *status,
                            MmcliFormat        format);

/**
 * mmcli_format_printable:
 * @text: something that came from the module, the daemon or the user.
 *
 * Returns: (transfer full): the same without anything that a terminal could
 *  take for a command.
 */
gchar *mmcli_format_printable (const gchar *text);

#endif /* MMCLI_FORMAT_H */
