/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Our options in the help texts of the stock client. */

#ifndef MMCLI_HELP_H
#define MMCLI_HELP_H

#include <glib.h>

typedef enum {
    /* None is asked for, or one that ours are no part of */
    MMCLI_HELP_NONE,
    /* -h, --help: among the options of the application */
    MMCLI_HELP_APPLICATION,
    /* --help-all, --help-firmware: among those of the firmware group */
    MMCLI_HELP_FIRMWARE,
} MmcliHelp;

/**
 * mmcli_help_find:
 * @argv: the arguments of the program.
 * @option: (out) (optional) (transfer none): the argument that asks for it.
 *
 * Returns: the help that is asked for first; it is the one that GLib shows.
 */
MmcliHelp mmcli_help_find (gchar       **argv,
                           const gchar **option);

/**
 * mmcli_help_extend:
 * @text: what the stock client printed.
 * @help: which help it is.
 *
 * Returns: (transfer full): @text with our options, aligned as its own are; or
 *  a copy of it if it is laid out in an unknown way.
 */
gchar *mmcli_help_extend (const gchar *text,
                          MmcliHelp    help);

#endif /* MMCLI_HELP_H */
