/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* One run of the client: the bus, the modem, and every way it can end. */

#ifndef MMCLI_SESSION_H
#define MMCLI_SESSION_H

#include <libmm-glib.h>

#include "mmcli-options.h"
#include "mmcli-output.h"
#include "nl668-client-follower.h"
#include "nl668-client-start.h"
#include "nl668-client-status.h"

typedef struct _MmcliSession MmcliSession;

typedef struct {
    MmcliSession *session;
    gint          number;
    guint         id;
} MmcliSignalWatch;

struct _MmcliSession {
    const MmcliOptions  *options;
    /* Of Start(); NULL if no update is to be started */
    GVariant            *settings;
    MmcliOutput         *output;

    GMainLoop           *loop;
    gboolean             is_ending;
    gint                 exit_status;

    GDBusConnection     *connection;
    MMManager           *manager;
    /* NULL if there is no modem object (yet) */
    MMObject            *object;
    Nl668UsbPort        *port;
    Nl668ClientStatus   *status;

    Nl668ClientStart    *start;
    GCancellable        *cancellable;
    Nl668ClientFollower *follower;
    /* Whether the update is under way and the session waits for its end */
    gboolean             is_waiting;
    /* The bus or the modem object is gone: the modem cannot be disabled again */
    gboolean             is_unreachable;

    MmcliSignalWatch     watches[3];
    /* The number of the signal, or 0 */
    gint                 interrupted_by;
};

/**
 * mmcli_session_new:
 * @options: what to do; must outlive the session.
 * @settings: (nullable): the settings of the update that is to be started.
 * @output: where to show it; must outlive the session.
 */
MmcliSession *mmcli_session_new (const MmcliOptions *options,
                                 GVariant           *settings,
                                 MmcliOutput        *output);

void mmcli_session_free (MmcliSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MmcliSession, mmcli_session_free)

/**
 * mmcli_session_connect_to_bus:
 * @error: return location for a #GError.
 *
 * Returns: %TRUE if the session has its connection.
 */
gboolean mmcli_session_connect_to_bus (MmcliSession  *self,
                                       GError       **error);

/**
 * mmcli_session_catch_signals:
 *
 * Until this is called, a signal terminates the program.
 */
void mmcli_session_catch_signals (MmcliSession *self);

/**
 * mmcli_session_run:
 *
 * Runs the default main context until the session ends, if it has not ended yet.
 *
 * Returns: the exit status of the program.
 */
gint mmcli_session_run (MmcliSession *self);

/**
 * mmcli_session_set_modem:
 * @object: (transfer full): the modem object.
 *
 * Reads the status of the modem. Ends the session if the modem does not support updates.
 *
 * Returns: %TRUE unless the session has ended.
 */
gboolean mmcli_session_set_modem (MmcliSession *self,
                                  MMObject     *object);

/**
 * mmcli_session_create_follower:
 *
 * Creates the follower, which must exist before the update is started. It shows what
 * happens, unless the user does not want to wait.
 */
void mmcli_session_create_follower (MmcliSession *self);

/**
 * mmcli_session_wait:
 *
 * Waits for the end of the update that is under way, which ends the session.
 */
void mmcli_session_wait (MmcliSession *self);

/**
 * mmcli_session_end:
 *
 * Ends the session. If the update did not start, the modem is disabled again.
 */
void mmcli_session_end (MmcliSession *self,
                        gint          exit_status);

/**
 * mmcli_session_end_with_error:
 *
 * Shows the error and ends the session. Does nothing if it is ending already.
 */
void mmcli_session_end_with_error (MmcliSession *self,
                                   const GError *error);

/**
 * mmcli_session_end_with_update_error:
 *
 * The same for an update that failed, which the message mentions. If the client has stopped
 * waiting for an update that may go on, the message says how to check instead, and the update
 * does not count as failed.
 */
void mmcli_session_end_with_update_error (MmcliSession *self,
                                          const GError *error);

/**
 * mmcli_session_end_interrupted:
 *
 * Shows what the signal has interrupted and ends the session.
 */
void mmcli_session_end_interrupted (MmcliSession *self);

#endif /* MMCLI_SESSION_H */
