/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* A service of the system that answers as a test wants, on a private bus */

#ifndef MOCK_SERVICE_H
#define MOCK_SERVICE_H

#include <gio/gio.h>
#include <gio/gunixfdlist.h>

#include "wait-until.h"

/* Makes NL668_TIMEOUT_COMMAND one second */
#define MOCK_TIMEOUT_SCALE "0.1"

typedef struct _MockService MockService;

struct _MockService {
    GDBusConnection       *connection;
    /* The last call */
    GVariant              *arguments;
    /* Until it is answered */
    GDBusMethodInvocation *invocation;
    /* (nullable): answers a call; otherwise the test does that later */
    void                (* answer) (MockService *self);
};

/* Runs the tests with a system bus of their own. */
int mock_bus_run_tests (void);

/* Returns: (transfer full): a connection of its own to that bus. */
GDBusConnection *mock_bus_connect (void);

/* Waits until everything that the service @name has sent has arrived on the connection that GLib
 * keeps to the system bus. */
void mock_bus_settle (const gchar *name);

/* @introspection describes one interface. Calls for its properties count as calls, too. */
void mock_service_start (MockService *self,
                         const gchar *name,
                         const gchar *path,
                         const gchar *introspection);

/* Leaves the bus. */
void mock_service_stop (MockService *self);

/* @body may have any type. */
void mock_service_send (MockService *self,
                        GVariant    *body,
                        GUnixFDList *fd_list);

/* Refuses the call. */
void mock_service_send_error (MockService *self);

#endif /* MOCK_SERVICE_H */
