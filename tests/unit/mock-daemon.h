/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A mock of the daemon with one modem: it records the modes and commands that it is asked to
 * set, and answers from what was set. */

#ifndef MOCK_DAEMON_H
#define MOCK_DAEMON_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-saved.h"

#define LTE  MM_MODEM_ACCESS_TECHNOLOGY_LTE
#define UMTS MM_MODEM_ACCESS_TECHNOLOGY_UMTS
#define EDGE MM_MODEM_ACCESS_TECHNOLOGY_EDGE

#define ALL_MODES "[(2, 0), (4, 0), (8, 0), (14, 0)]"
#define QMI_MODES "[(2, 0), (4, 0), (8, 0), (14, 8), (14, 4), (14, 2)]"
#define NO_MODES  "[(14, 0)]"

typedef struct {
    MMBaseModem  *modem;
    MmGdbusModem *skeleton;
    /* The mode in which the modem finds another network, or 0 */
    guint         coverage;
    /* Called when modes or +GTRAT were set, or NULL */
    void       (* radio_changed) (void);
    /* All modes that were set, as "allowed;preferred ", and all commands but queries */
    GString      *requests;
    guint         n_queries;
    /* What the module answers to queries; it refuses them if there is no value. */
    gchar        *values[NL668_SETTING_LAST];
    /* (nullable) (array zero-terminated=1): what it answers to commands that are no queries, until
     * it answers OK alone */
    const gchar *const *answers;
    /* The beginning of commands that fail, "modes", or NULL; and why */
    const gchar  *failing;
    GError       *error;
    /* The log, one message in a line */
    GString      *warnings;
    GString      *infos;
} Mock;

/* Of the current test */
extern Mock *mock;

/* For g_test_add (): the modem is registered, and all modes are allowed. */
void mock_set_up    (Mock          *self,
                     gconstpointer  data);
void mock_tear_down (Mock          *self,
                     gconstpointer  data);

/* @modes: SupportedModes, in the text format of GVariant */
void mock_configure (const gchar *modes,
                     guint        access_technologies);

/* Takes ownership of @error. */
void mock_fail      (const gchar *failing,
                     GError      *error);

/* A #GAsyncReadyCallback that stores its result in a #GAsyncResult, and waiting for it */
void mock_store_result (GObject       *source,
                        GAsyncResult  *res,
                        gpointer       user_data);
void mock_wait         (GAsyncResult **result);

#endif /* MOCK_DAEMON_H */
