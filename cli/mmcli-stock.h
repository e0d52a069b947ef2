/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The stock client, which does everything that is not ours. Without GLib: the
 * launcher hands over to it. */

#ifndef MMCLI_STOCK_H
#define MMCLI_STOCK_H

/**
 * mmcli_stock_find:
 * @reason: (out) (transfer none): why there is none, untranslated.
 *
 * Finds what MMCLI in the environment names, as execvp(3) does, else the mmcli
 * that was found when this was configured, or what dpkg-divert(1) renamed it to.
 * It is none of our own programs. If a program found like that has run this one
 * in turn, none is found: the environment is marked for the one that is returned.
 *
 * Returns: (transfer full): its path, for free(); or %NULL.
 */
char *mmcli_stock_find (const char **reason);

/**
 * mmcli_stock_exec:
 * @argv: the arguments, beginning with the name of the program.
 *
 * Becomes the stock client. Returns only if that fails.
 *
 * Returns: (transfer none): why, untranslated.
 */
const char *mmcli_stock_exec (char **argv);

/**
 * mmcli_stock_find_sibling:
 * @name: a file name.
 *
 * Returns: (transfer full) (nullable): the path of the executable file of that
 *  name in the directory of the running program, for free(); %NULL if there is none.
 */
char *mmcli_stock_find_sibling (const char *name);

#endif /* MMCLI_STOCK_H */
