/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The status of an update in the three output types of the stock mmcli, as text. */

#ifndef MMCLI_FORMAT_H
#define MMCLI_FORMAT_H

#include "mmcli-options.h"
#include "nl668-client-status.h"

/**
 * mmcli_format_status:
 * @status: the status.
 * @format: the output type.
 *
 * Returns: (transfer full): complete lines, in UTF-8.
 */
gchar *mmcli_format_status (const Nl668ClientStatus *status,
                            MmcliFormat              format);

#endif /* MMCLI_FORMAT_H */
