/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Following and starting an update, with a fake ModemManager and a mocked USB bus */

#ifndef TEST_CLIENT_FOLLOWER_H
#define TEST_CLIENT_FOLLOWER_H

#include "fake-manager.h"
#include "mocked-usb.h"
#include "nl668-client-follower.h"
#include "nl668-client-start.h"
#include "nl668-client-words.h"

#define PORT_PATH MOCKED_USB_BUS "1-2"

typedef struct {
    FakeManager         *fake;
    MMManager           *manager;
    Nl668ClientStatus   *status;
    Nl668ClientFollower *follower;
    Nl668ClientStart    *start;
    /* A bit for each #Nl668ClientEvent */
    guint                events;
    /* The result of waiting, or of starting */
    gboolean             done;
    GError              *error;
} Fixture;

gboolean has_event (Fixture          *fixture,
                    Nl668ClientEvent  event);

/* ... and forgets it */
void wait_for_event (Fixture          *fixture,
                     Nl668ClientEvent  event);

/* Follows the modem object.
 * @settings: (nullable): of an update that is not started yet.
 * Returns: (transfer full): the modem object. */
MMObject *follow (Fixture  *fixture,
                  GVariant *settings);

/* The callback of nl668_client_follower_wait() */
void wait_ready (GObject      *source,
                 GAsyncResult *res,
                 gpointer      user_data);

void assert_success (Fixture *fixture);
void assert_error   (Fixture     *fixture,
                     Nl668State   state,
                     const gchar *text);

/* The module leaves the bus, and comes back, or comes back with a modem object that reports
 * @state. */
void leave     (Fixture    *fixture);
void plug      (void);
void come_back (Fixture    *fixture,
                Nl668State  state);

/* @name: follows /client/ in the path of the test */
void add_test (const gchar *name,
               void       (*test) (Fixture *, gconstpointer));

void add_start_tests (void);

#endif /* TEST_CLIENT_FOLLOWER_H */
