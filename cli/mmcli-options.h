/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The arguments of a call that is ours, checked. */

#ifndef MMCLI_OPTIONS_H
#define MMCLI_OPTIONS_H

#include <glib.h>

typedef enum {
    MMCLI_FORMAT_HUMAN,
    MMCLI_FORMAT_KEYVALUE,
    MMCLI_FORMAT_JSON,
} MmcliFormat;

typedef struct {
    /* What the user calls the modem; NULL if it was not given */
    gchar       *modem;
    MmcliFormat  format;
    gboolean     verbose;
    gboolean     session_bus;
    /* For each D-Bus call, in seconds; 0 if it was not given */
    gint         timeout;

    /* Else show the status, and with @wait follow the update that is under way */
    gboolean     update;
    gboolean     wait;
    /* The value of --firmware-update, NULL if it has none */
    gchar       *settings;
    gboolean     no_wait;
    /* NULL, a file, or "-" for stdin */
    gchar       *password_file;
} MmcliOptions;

/**
 * mmcli_options_parse:
 * @argv: the arguments of the program, left as they are.
 * @error: return location for a #GOptionError. #G_OPTION_ERROR_FAILED is what the
 *  stock client refuses as well, in its words.
 *
 * Returns: (transfer full): the options, or %NULL.
 */
MmcliOptions *mmcli_options_parse (gchar  **argv,
                                   GError **error);

/**
 * mmcli_options_find_format:
 * @argv: the arguments of the program, which need not make sense.
 *
 * Returns: in which layout an error is expected.
 */
MmcliFormat mmcli_options_find_format (gchar **argv);

void mmcli_options_free (MmcliOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MmcliOptions, mmcli_options_free)

#endif /* MMCLI_OPTIONS_H */
