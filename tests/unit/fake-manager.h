/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A ModemManager with one modem, on a private bus */

#ifndef FAKE_MANAGER_H
#define FAKE_MANAGER_H

#include <libmm-glib.h>

#include "nl668-dbus.h"
#include "nl668-state.h"

#define FAKE_IMEI     "862000000000018"
#define FAKE_REVISION "19011.1000.00.02.73.13"

typedef struct {
    GTestDBus                *bus;
    GDBusConnection          *connection;
    GDBusObjectManagerServer *server;
    guint                     n_modems;
    /* The property "Started", unless the state is idle */
    guint64                   started;
    MMModemState              modem_state;

    /* Of the current modem object, which may not be exported */
    gchar                    *path;
    MmGdbusModem             *modem;
    Nl668ModemFirmwareUpdate *update;
    MmGdbusBearer            *bearer;

    /* The calls of Start() and Enable(), to be answered by the test */
    GDBusMethodInvocation    *invocation;
} FakeManager;

/* Starts ModemManager on a bus. As GTestDBus changes the environment, it must be up before there
 * are any threads. */
FakeManager *fake_manager_new (GTestDBus *bus);

void fake_manager_free (FakeManager *self);

/* Returns: (transfer full): a connection of a client. */
GDBusConnection *fake_manager_connect (FakeManager *self);

/* Adds a modem object for the module, which has ttyUSB0 to ttyUSB2, the last two with AT commands.
 * @device is the property "Device". */
void fake_manager_add_modem (FakeManager *self,
                             const gchar *device,
                             Nl668State   state,
                             guint        progress);

void fake_manager_remove_modem (FakeManager *self);

/* Announces the state of the update */
void fake_manager_set_state (FakeManager *self,
                             Nl668State   state,
                             guint        progress);

/* The update has failed */
void fake_manager_fail (FakeManager *self,
                        const gchar *message);

/* Adds a bearer to the current modem object, before anyone asks for it */
void fake_manager_add_bearer (FakeManager *self,
                              const gchar *interface);

/* Takes ModemManager off the bus, without its modem object, or puts it on again */
void fake_manager_stop (FakeManager *self);
void fake_manager_start (FakeManager *self);

#endif /* FAKE_MANAGER_H */
