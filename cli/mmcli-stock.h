/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The stock client, which does everything that is not ours. */

#ifndef MMCLI_STOCK_H
#define MMCLI_STOCK_H

#include <glib.h>

#include "mmcli-help.h"

/**
 * mmcli_stock_exec:
 * @path: (nullable): where it is, if it was found.
 * @argv: the arguments, with those of the program's name.
 *
 * Becomes the stock client. Returns only if that fails, with an error printed
 * and the exit status for it.
 */
gint mmcli_stock_exec (const gchar  *path,
                       gchar       **argv);

/**
 * mmcli_stock_show_help:
 * @path: (nullable): where it is, if it was found.
 * @argv: the arguments, with those of the program's name.
 * @help: which help they ask for.
 *
 * Prints the stock client's help with our options in it.
 *
 * Returns: the stock client's exit status.
 */
gint mmcli_stock_show_help (const gchar  *path,
                            gchar       **argv,
                            MmcliHelp     help);

#endif /* MMCLI_STOCK_H */
