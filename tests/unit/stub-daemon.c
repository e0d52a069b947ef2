/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Stubs for tests without a daemon: they discard messages, and must not be asked to send a
 * command. */

#include <config.h>

#include "mm-daemon.h"

void
mm_daemon_log (MMBaseModem *modem,
               MMDaemonLog  level,
               const gchar *format,
               ...)
{
}

void
mm_daemon_warn_once (const gchar *message,
                     gpointer     user_data)
{
}

void
mm_daemon_at_command (MMBaseModem         *modem,
                      const gchar         *command,
                      guint                timeout,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    g_assert_not_reached ();
}

const gchar *
mm_daemon_at_command_finish (MMBaseModem   *modem,
                             GAsyncResult  *res,
                             GError       **error)
{
    g_assert_not_reached ();
}

void
mm_daemon_set_current_modes (MMBaseModem         *modem,
                             guint                allowed,
                             guint                preferred,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
    g_assert_not_reached ();
}

gboolean
mm_daemon_set_current_modes_finish (MMBaseModem   *modem,
                                    GAsyncResult  *res,
                                    GError       **error)
{
    g_assert_not_reached ();
}
