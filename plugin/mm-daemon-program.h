/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the program of the daemon says about itself, in memory: its file may have been replaced by
 * an upgrade. Libraries and plugins do not count. */

#ifndef MM_DAEMON_PROGRAM_H
#define MM_DAEMON_PROGRAM_H

#include <glib.h>

/**
 * mm_daemon_program_get_version:
 *
 * Returns: (transfer full) (nullable): the version that the daemon logs when it starts, as
 *   printable ASCII, or NULL if it is not found.
 */
gchar *mm_daemon_program_get_version (void);

/**
 * mm_daemon_program_has_symbol:
 *
 * Returns: whether the program uses or exports @name.
 */
gboolean mm_daemon_program_has_symbol (const gchar *name);

#endif /* MM_DAEMON_PROGRAM_H */
