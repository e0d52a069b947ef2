/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Finds and runs the stock mmcli. Without GLib, for the launcher. */

#ifndef MMCLI_STOCK_H
#define MMCLI_STOCK_H

/**
 * mmcli_stock_find:
 * @reason: (out) (transfer none): why there is none, untranslated.
 *
 * Looks for the program in the environment variable MMCLI, like execvp(3), or else for the
 * mmcli that configure found, under that name or the one that dpkg-divert(1) gave it. Our
 * own programs are skipped. Sets an environment variable for the program that is found; if
 * it is set already, that program has run this one, and nothing is found.
 *
 * Returns: (transfer full): the path, for free(); or %NULL.
 */
char *mmcli_stock_find (const char **reason);

/**
 * mmcli_stock_exec:
 * @argv: the arguments of the program, %NULL-terminated.
 *
 * Replaces this program with the stock mmcli. Returns only if that fails.
 *
 * Returns: (transfer none): the reason, untranslated.
 */
const char *mmcli_stock_exec (char **argv);

/**
 * mmcli_stock_find_sibling:
 * @name: a file name.
 *
 * Returns: (transfer full) (nullable): the path of the executable file @name in the
 *  directory of this program, for free(); %NULL if there is none.
 */
char *mmcli_stock_find_sibling (const char *name);

#endif /* MMCLI_STOCK_H */
