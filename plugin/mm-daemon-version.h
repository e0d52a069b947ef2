/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Which versions of the daemon the plugin works with. The parameters of create_modem () have
 * changed without any sign of it, so those that were not tried need the administrator's consent. */

#ifndef MM_DAEMON_VERSION_H
#define MM_DAEMON_VERSION_H

#include <glib.h>

typedef struct {
    guint major;
    guint minor;
} MMDaemonVersion;

/**
 * mm_daemon_version_parse:
 * @text: a version, such as "1.24.2" or "1.22.0-3.fc40".
 *
 * Returns: %FALSE if @text is something else.
 */
gboolean mm_daemon_version_parse (const gchar     *text,
                                  MMDaemonVersion *version);

/**
 * mm_daemon_version_check:
 * @text: (nullable): the version of the daemon, or NULL if it is not known.
 * @is_untried: (out): whether the administrator accepts this version, but nobody has tried it.
 *
 * Returns: (transfer none) (nullable): NULL if the plugin may work in this daemon, or the reason
 *   why not, valid until the next call.
 */
const gchar *mm_daemon_version_check (const gchar *text,
                                      gboolean    *is_untried);

#endif /* MM_DAEMON_VERSION_H */
