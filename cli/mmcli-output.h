/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the user sees: a live line with a progress bar on a terminal, plain lines elsewhere,
 * or the whole status after each change, for programs. */

#ifndef MMCLI_OUTPUT_H
#define MMCLI_OUTPUT_H

#include "mmcli-options.h"
#include "nl668-client-status.h"

typedef struct _MmcliOutput MmcliOutput;

/**
 * mmcli_output_new:
 * @format: the output type. In those for programs, only the status is printed.
 *
 * The live line is redrawn by the default main context.
 */
MmcliOutput *mmcli_output_new (MmcliFormat format);

/**
 * mmcli_output_free:
 *
 * Clears the live line.
 */
void mmcli_output_free (MmcliOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MmcliOutput, mmcli_output_free)

/**
 * mmcli_output_show_activity:
 * @label: (nullable): what is going on, without a percentage; %NULL for nothing.
 */
void mmcli_output_show_activity (MmcliOutput *self,
                                 const gchar *label);

/**
 * mmcli_output_show_update:
 * @status: the status of an update that is under way.
 */
void mmcli_output_show_update (MmcliOutput             *self,
                               const Nl668ClientStatus *status);

/**
 * mmcli_output_show_step:
 * @text: what has happened.
 */
void mmcli_output_show_step (MmcliOutput *self,
                             const gchar *text);

/**
 * mmcli_output_show_status:
 * @status: the status, which is printed as a whole.
 */
void mmcli_output_show_status (MmcliOutput             *self,
                               const Nl668ClientStatus *status);

/**
 * mmcli_output_show_result:
 * @status: the status at the end, for programs only.
 */
void mmcli_output_show_result (MmcliOutput             *self,
                               const Nl668ClientStatus *status);

/**
 * mmcli_output_show_error:
 * @text: why the program fails, without "error: ". Goes to stderr.
 */
void mmcli_output_show_error (MmcliOutput *self,
                              const gchar *text);

/**
 * mmcli_output_show_notice:
 * @text: what else the user has to know. Goes to stderr.
 */
void mmcli_output_show_notice (MmcliOutput *self,
                               const gchar *text);

#endif /* MMCLI_OUTPUT_H */
