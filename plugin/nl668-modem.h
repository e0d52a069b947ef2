/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A modem object of the daemon, and what the plugin adds to it: the update of its module with
 * the D-Bus interface, AT ports that stay open, and the restoring of settings. */

#ifndef NL668_MODEM_H
#define NL668_MODEM_H

#include <libmm-glib.h>

#include "mm-daemon.h"
#include "nl668-update.h"

/* Reference counted, because a method call may outlive the modem object */
typedef struct {
    /* NULL once it is gone */
    MMBaseModem  *modem;
    MmGdbusModem *skeleton;
    Nl668Update  *update;
    /* (element-type MMPortSerialAt): open while the module may report */
    GList        *open_ports;
    /* Of the Start() that is running, or NULL; cancelled when its update ends or the modem goes */
    GCancellable *start_cancellable;
    gboolean      is_restoring;
    /* (element-type GTask): who waits for that */
    GQueue        waiting;
} Nl668Modem;

Nl668Modem *nl668_modem_ref   (Nl668Modem *self);
void        nl668_modem_unref (Nl668Modem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Modem, nl668_modem_unref)

/**
 * nl668_modem_decorate:
 * @modem: a modem whose ports are organized, and which is not exported yet.
 *
 * Adds the interface to @modem, until that is disposed or undecorated. The module is
 * identified by its equipment identifier, and an update of it that is under way goes on.
 *
 * Returns: (transfer none): the decorated modem, or NULL if @modem has the interface already
 *   or has no Modem interface.
 */
Nl668Modem *nl668_modem_decorate (MMBaseModem *modem);

/* Removes the interface from @modem, if it has it. */
void nl668_modem_undecorate (MMBaseModem *modem);

/* Whether the firmware of its module is being updated */
gboolean nl668_modem_is_updating (MMBaseModem *modem);

/**
 * nl668_modem_hold_ports:
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Opens all AT ports that can be opened, until the download ends. The daemon would close them
 * between commands, and lose the reports of the module.
 *
 * Returns: whether at least one port is open.
 */
gboolean nl668_modem_hold_ports (Nl668Modem  *self,
                                 GError     **error);

/* Restores the settings of the module if no update is under way and the modem is in a state
 * to respond. If not, or if it fails, this is done later. */
void nl668_modem_restore (Nl668Modem *self);

/* Calls @callback when no settings are being restored. */
void nl668_modem_wait_restored (Nl668Modem          *self,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data);
void nl668_modem_wait_restored_finish (GAsyncResult *res);

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
