/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A modem of the daemon, decorated with the update of its module: the D-Bus
 * interface, the AT ports, and what is put back on the module. */

#ifndef NL668_MODEM_H
#define NL668_MODEM_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-ports.h"
#include "nl668-preparation.h"
#include "nl668-update.h"

/* References are counted: a method call may outlive the modem. */
typedef struct {
    /* NULL once it is gone */
    MMBaseModem      *modem;
    MmGdbusModem     *skeleton;
    Nl668Update      *update;
    /* Open while the module may report */
    Nl668Ports       *ports;
    /* While a method call starts an update, until the record is written */
    gboolean          starting;
    /* and until the module has answered */
    Nl668Preparation *preparation;
    /* While the module is put back as it was, and who waits for that */
    gboolean          restoring;
    GQueue            waiting;
} Nl668Modem;

/**
 * nl668_modem_decorate:
 * @modem: a modem whose ports are organized, and that is not exported yet.
 * @firmware: its stock firmware interface.
 *
 * Adds the interface to @modem, until the modem is disposed or undecorated. The
 * module is recognized by its equipment identifier: an update that it was in
 * the middle of goes on. Does nothing on a modem that has the interface.
 */
void nl668_modem_decorate (MMBaseModem          *modem,
                           MmGdbusModemFirmware *firmware);

/**
 * nl668_modem_undecorate:
 *
 * Removes the interface from @modem, if it has it.
 */
void nl668_modem_undecorate (MMBaseModem *modem);

/* Whether the firmware of this modem's module is being updated now */
gboolean nl668_modem_is_updating (MMBaseModem *modem);

/* Once the update is over, its preparation too, and the modem in a state to
 * listen. What is not put back now, the record has for the next modem. */
void nl668_modem_restore (Nl668Modem *self);

/* Waits until the module is not being put back as it was before an update. */
void     nl668_modem_wait_restored        (Nl668Modem          *self,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data);
gboolean nl668_modem_wait_restored_finish (GAsyncResult        *res,
                                           GError             **error);

/* Until the update neither prepares nor downloads any more */
gboolean nl668_modem_hold_ports (Nl668Modem  *self,
                                 GError     **error);

Nl668Modem *nl668_modem_ref   (Nl668Modem *self);
void        nl668_modem_unref (Nl668Modem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Modem, nl668_modem_unref)

#endif /* NL668_MODEM_H */
