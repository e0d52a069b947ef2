/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Our client, as a module that is loaded only when it is needed. */

#ifndef MMCLI_MAIN_H
#define MMCLI_MAIN_H

#define MMCLI_MAIN "mmcli_main"

/**
 * mmcli_main:
 * @stock: (nullable): the path of the stock client, for what is not ours after
 *  all.
 *
 * The program is translated already.
 *
 * Returns: the exit status.
 */
int mmcli_main (int          argc,
                char       **argv,
                const char  *stock);

#endif /* MMCLI_MAIN_H */
