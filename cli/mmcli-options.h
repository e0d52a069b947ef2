/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The options of the command line, checked. */

#ifndef MMCLI_OPTIONS_H
#define MMCLI_OPTIONS_H

#include <glib.h>

typedef enum {
    MMCLI_FORMAT_HUMAN,
    MMCLI_FORMAT_KEYVALUE,
    MMCLI_FORMAT_JSON,
} MmcliFormat;

typedef struct {
    /* The value of --modem, or NULL */
    gchar       *modem;
    MmcliFormat  format;
    gboolean     verbose;
    gboolean     session_bus;
    /* For each D-Bus call, in seconds; 0 for the default */
    gint         timeout;

    /* --firmware-update if TRUE, --firmware-update-status if FALSE */
    gboolean     update;
    /* --wait */
    gboolean     wait;
    /* The value of --firmware-update, or NULL */
    gchar       *settings;
    gboolean     no_wait;
    /* A file, "-" for stdin, or NULL */
    gchar       *password_file;
} MmcliOptions;

/**
 * mmcli_options_parse:
 * @argv: the arguments of the program; not modified.
 * @error: return location for a #GOptionError. %G_OPTION_ERROR_FAILED is an error that the
 *  stock mmcli reports in the same words.
 *
 * Returns: (transfer full): the options, or %NULL.
 */
MmcliOptions *mmcli_options_parse (gchar  **argv,
                                   GError **error);

/**
 * mmcli_options_find_format:
 * @argv: the arguments of the program, which may be invalid.
 *
 * Returns: the output type in which the user expects an error.
 */
MmcliFormat mmcli_options_find_format (gchar **argv);

void mmcli_options_free (MmcliOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MmcliOptions, mmcli_options_free)

#endif /* MMCLI_OPTIONS_H */
