/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A modem object of the daemon, and what the plugin adds to it: the update of its module with
 * the D-Bus interface, AT ports that stay open, and the restoration of settings. */

#ifndef NL668_MODEM_H
#define NL668_MODEM_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-restorer.h"
#include "nl668-update.h"

/* Reference counted, because a method call may outlive the modem object */
typedef struct {
    /* NULL once it is gone */
    MMBaseModem   *modem;
    MmGdbusModem  *skeleton;
    Nl668Update   *update;
    Nl668Restorer *restorer;
    /* (element-type MMPortSerialAt): kept open while the module may report */
    GList         *open_ports;
    /* Of the running Start(), or NULL; cancelled when its update ends or the modem goes away */
    GCancellable  *start_cancellable;
} Nl668Modem;

Nl668Modem *nl668_modem_ref   (Nl668Modem *self);
void        nl668_modem_unref (Nl668Modem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Modem, nl668_modem_unref)

/**
 * nl668_modem_decorate:
 * @modem: a modem whose ports have been organized, and that has not been exported yet.
 *
 * Adds the interface to @modem until it is disposed or undecorated. The module is identified
 * by its equipment identifier; if an update of it is under way, it continues.
 *
 * Returns: (transfer none): the decorated modem, or NULL if @modem has the interface already
 *   or has no Modem interface.
 */
Nl668Modem *nl668_modem_decorate (MMBaseModem *modem);

/* Removes the interface from @modem, if it has one. */
void nl668_modem_undecorate (MMBaseModem *modem);

/* Whether the firmware of the module is being updated */
gboolean nl668_modem_is_updating (MMBaseModem *modem);

/**
 * nl668_modem_hold_ports:
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Opens all AT ports that can be opened, and keeps them open until the download ends. The
 * daemon would close them between commands, and lose the module's reports.
 *
 * Returns: whether at least one port is open.
 */
gboolean nl668_modem_hold_ports (Nl668Modem  *self,
                                 GError     **error);

/* Restores the settings of the module if no update is under way and the modem is in a state
 * in which it can respond. Otherwise, or if this fails, they are restored later. */
void nl668_modem_restore (Nl668Modem *self);

/**
 * nl668_modem_load_transports:
 *
 * Asks the module which transports it supports, and sets the property of the update. An AT
 * port must be open.
 */
void  nl668_modem_load_transports        (Nl668Modem           *self,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);

/* Returns: a mask of #Nl668Transport, or 0 with @error set. */
guint nl668_modem_load_transports_finish (GAsyncResult         *res,
                                          GError              **error);

#endif /* NL668_MODEM_H */
