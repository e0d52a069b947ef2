/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the user sees: a live line on a terminal, plain lines elsewhere, or the
 * status in a layout for machines at every change of it. */

#ifndef MMCLI_OUTPUT_H
#define MMCLI_OUTPUT_H

#include "mmcli-options.h"
#include "mmcli-status.h"

typedef struct _MmcliOutput MmcliOutput;

/**
 * mmcli_output_new:
 * @format: the layout; where it is not for people, only the status is printed.
 *
 * The live line moves in the default main context.
 */
MmcliOutput *mmcli_output_new  (MmcliFormat format);

/* Closes it, too. */
void         mmcli_output_free (MmcliOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MmcliOutput, mmcli_output_free)

/**
 * mmcli_output_show_activity:
 * @label: (nullable): what is going on, with no percentage; %NULL if nothing
 *  is.
 */
void mmcli_output_show_activity (MmcliOutput *self,
                                 const gchar *label);

/**
 * mmcli_output_show_update:
 * @status: what is known of an update that goes on.
 */
void mmcli_output_show_update (MmcliOutput       *self,
                               const MmcliStatus *status);

/**
 * mmcli_output_show_step:
 * @text: what happened.
 */
void mmcli_output_show_step (MmcliOutput *self,
                             const gchar *text);

/**
 * mmcli_output_show_status:
 * @status: what is known of an update, all of which is to be shown.
 */
void mmcli_output_show_status (MmcliOutput       *self,
                               const MmcliStatus *status);

/**
 * mmcli_output_show_result:
 * @status: how the call ended, for programs: people are told in a sentence.
 */
void mmcli_output_show_result (MmcliOutput       *self,
                               const MmcliStatus *status);

/**
 * mmcli_output_show_error:
 * @text: the end of the story, for stderr, without "error: ".
 */
void mmcli_output_show_error (MmcliOutput *self,
                              const gchar *text);

/**
 * mmcli_output_show_notice:
 * @text: what has to be known besides, for stderr.
 */
void mmcli_output_show_notice (MmcliOutput *self,
                               const gchar *text);

#endif /* MMCLI_OUTPUT_H */
