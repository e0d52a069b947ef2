/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Which program a command line is for. Without GLib: the launcher asks. */

#ifndef MMCLI_CALL_H
#define MMCLI_CALL_H

#include <stdbool.h>

typedef enum {
    /* Nothing in it is ours */
    MMCLI_CALL_STOCK,
    /* It has an option of ours */
    MMCLI_CALL_UPDATE,
    /* -h, --help: the stock text, with ours among the application's options */
    MMCLI_CALL_HELP_APPLICATION,
    /* --help-all, --help-firmware: with ours in the firmware group */
    MMCLI_CALL_HELP_FIRMWARE,
    /* -V, --version: the stock text, then ours */
    MMCLI_CALL_VERSION,
} MmcliCall;

/**
 * mmcli_call_has_our_option:
 * @argv: the arguments of the program, %NULL-terminated.
 *
 * Returns: whether it has --firmware-update, or any option whose name begins
 *  with --firmware-update- (which the stock client has none of).
 */
bool mmcli_call_has_our_option (char **argv);

/**
 * mmcli_call_find:
 * @argv: the arguments of the program, %NULL-terminated.
 * @option: (out) (optional) (transfer none): the argument that asks for help or
 *  for the version.
 *
 * Returns: what is asked for. Help comes before the version, and both before
 *  everything else, as in the stock client.
 */
MmcliCall mmcli_call_find (char       **argv,
                           const char **option);

#endif /* MMCLI_CALL_H */
