/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Decides which program a command line is for. Does not use GLib, for the launcher. */

#ifndef MMCLI_CALL_H
#define MMCLI_CALL_H

#include <stdbool.h>

typedef enum {
    /* For the stock mmcli alone */
    MMCLI_CALL_STOCK,
    /* --firmware-list: for the stock mmcli; we warn root about package files that are ignored */
    MMCLI_CALL_FIRMWARE_LIST,
    /* One of our options */
    MMCLI_CALL_UPDATE,
    /* -h, --help: the stock help, with our options among those of the application */
    MMCLI_CALL_HELP_APPLICATION,
    /* --help-all, --help-firmware: the stock help, with our options in the firmware group */
    MMCLI_CALL_HELP_FIRMWARE,
    /* -V, --version: the stock version, then ours */
    MMCLI_CALL_VERSION,
} MmcliCall;

/**
 * mmcli_call_has_our_option:
 * @argv: the arguments of the program, %NULL-terminated.
 *
 * Returns: whether --firmware-update or an option that begins with --firmware-update- is
 *  among them. The stock mmcli has no such option.
 */
bool mmcli_call_has_our_option (char **argv);

/**
 * mmcli_call_find:
 * @argv: the arguments of the program, %NULL-terminated.
 * @option: (out) (optional) (transfer none): the option for help or the version, if any.
 *
 * Returns: what to do. Help takes precedence over the version, and both over everything else,
 *  as in the stock mmcli.
 */
MmcliCall mmcli_call_find (char       **argv,
                           const char **option);

#endif /* MMCLI_CALL_H */
