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

typedef struct _Nl668Modem Nl668Modem;

/* Called whenever @self has got another update, to connect to its signals */
typedef void (* Nl668ModemUpdateFunc) (Nl668Modem *self);

/* Reference counted, because a method call may outlive the modem object */
struct _Nl668Modem {
    /* NULL once it is gone */
    MMBaseModem   *modem;
    MmGdbusModem  *skeleton;
    Nl668Update   *update;
    Nl668Restorer *restorer;
    /* (element-type MMPortSerialAt): kept open while the module may report */
    GList         *open_ports;
    /* Of the running Start(), or NULL; cancelled when its update ends or the modem goes away */
    GCancellable  *start_cancellable;
    /* Cancelled when the modem goes away */
    GCancellable  *cancellable;
    /* Of the module's revision and IMEI */
    guint          n_queries;
    gboolean       is_querying_revision;
    /* (nullable): a revision that was read once, and how often it was another one */
    gchar         *unconfirmed;
    guint          n_unconfirmed;
    /* It does not look like an NL668. */
    gboolean       is_other_id;

    Nl668ModemUpdateFunc update_func;
};

Nl668Modem *nl668_modem_ref   (Nl668Modem *self);
void        nl668_modem_unref (Nl668Modem *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Nl668Modem, nl668_modem_unref)

/**
 * nl668_modem_connect:
 * @object: the object that emits @signal, and keeps @self until it is gone.
 * @handler: called with @self first, as with %G_CONNECT_SWAPPED.
 */
void nl668_modem_connect (Nl668Modem  *self,
                          gpointer     object,
                          const gchar *signal,
                          GCallback    handler);

/**
 * nl668_modem_decorate:
 * @modem: a modem whose ports have been organized, and that has not been exported yet.
 * @update_func: called before the interface of an update is exported.
 *
 * Adds the interface to @modem until it is disposed or undecorated. The module is identified
 * by its equipment identifier, which it is asked for if the daemon does not know it. If an
 * update of it is under way, it continues.
 *
 * Returns: (transfer none): the decorated modem, or NULL if @modem has the interface already
 *   or has no Modem interface.
 */
Nl668Modem *nl668_modem_decorate (MMBaseModem          *modem,
                                  Nl668ModemUpdateFunc  update_func);

/**
 * nl668_modem_decorate_if_updating:
 *
 * For a modem that does not look like an NL668: a module may come back with another USB ID. If
 * it is at the same USB port and does not say who it is, it is asked, and undecorated if it is
 * another one.
 *
 * Returns: (transfer none): the decorated modem, or NULL if no update of this module is under way.
 */
Nl668Modem *nl668_modem_decorate_if_updating (MMBaseModem          *modem,
                                              Nl668ModemUpdateFunc  update_func);

/* Removes the interface from @modem, if it has one. */
void nl668_modem_undecorate (MMBaseModem *modem);

/* Whether the firmware of the module is being updated, or may be */
gboolean nl668_modem_is_updating (MMBaseModem *modem);

/**
 * nl668_modem_get_revision:
 *
 * Returns: (transfer none): the firmware revision that the module runs, or an empty string if it
 *   is unknown.
 */
const gchar *nl668_modem_get_revision (Nl668Modem *self);

/**
 * nl668_modem_confirm_revision:
 *
 * Reads the firmware revision again, as the daemon has read it only once: the answer may have been
 * cut off, or that to another command. It counts once two answers are the same. If the module does
 * not answer, or the daemon does not use AT, what the daemon has read stands.
 */
void     nl668_modem_confirm_revision        (Nl668Modem           *self,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);

/**
 * nl668_modem_confirm_revision_finish:
 * @error: return location for a #MM_CORE_ERROR_RETRY.
 *
 * Returns: %FALSE if all answers were different.
 */
gboolean nl668_modem_confirm_revision_finish (GAsyncResult         *res,
                                              GError              **error);

/**
 * nl668_modem_is_here:
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Whether there is still a modem object whose ports exist. When a module is unplugged, its ports go
 * a moment before its modem object does.
 */
gboolean nl668_modem_is_here (Nl668Modem  *self,
                              GError     **error);

/**
 * nl668_modem_hold_ports:
 * @error: return location for a #MM_CORE_ERROR.
 *
 * Opens all AT ports that can be opened, and keeps them open until the update is settled. The
 * daemon would close them between commands, and lose the module's reports.
 *
 * Returns: whether at least one port is open.
 */
gboolean nl668_modem_hold_ports (Nl668Modem  *self,
                                 GError     **error);

/* Restores the settings of the module if no update is under way and the modem is in a state
 * in which it can respond. Otherwise, or if this fails, they are restored later. */
void nl668_modem_restore (Nl668Modem *self);

#endif /* NL668_MODEM_H */
