/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-client-words.h"

/* The table that is marked for translation has all names */
static void
test_states (void)
{
    guint state;

    for (state = 0; nl668_state_get_name (state); state++)
        g_assert_cmpstr (nl668_client_words_get_state (state), ==, nl668_state_get_name (state));
}

static void
test_activities (void)
{
    g_assert_null (nl668_client_words_get_activity (NL668_CLIENT_ACTIVITY_NONE));
    g_assert_cmpstr (nl668_client_words_get_activity (NL668_CLIENT_ACTIVITY_REGISTERING), ==,
                     "waiting for registration");
}

static void
assert_event (Nl668ClientEvent         event,
              const Nl668ClientStatus *status,
              const gchar             *expected)
{
    g_autofree gchar *sentence = NULL;

    sentence = nl668_client_words_describe_event (event, status);
    g_assert_cmpstr (sentence, ==, expected);
}

static void
test_events (void)
{
    g_autoptr(Nl668ClientStatus) status = nl668_client_status_new ();

    status->path = g_strdup ("/path");
    status->port_id = g_strdup ("18d1:d00d");
    status->taken_port = g_strdup ("ttyUSB1");
    assert_event (NL668_CLIENT_EVENT_MODULE_LEFT, status, "the module left the bus");
    assert_event (NL668_CLIENT_EVENT_MODEM_FOUND, status,
                  "ModemManager has found the modem again (/path)");
    assert_event (NL668_CLIENT_EVENT_MODULE_OTHER, status,
                  "the module is back on the bus as 18d1:d00d, which ModemManager does not "
                  "support: leave it alone, it may be installing");
    assert_event (NL668_CLIENT_EVENT_PORT_TAKEN, status,
                  "ttyUSB1 is used for a data connection: no progress is shown until the "
                  "connection ends, and the result is known once the module runs its new firmware");
}

/* A message for each of them */
static void
test_give_ups (void)
{
    g_autoptr(Nl668ClientStatus) status = nl668_client_status_new ();
    g_autoptr(GHashTable)        sentences = NULL;
    guint                        reason;

    status->port_id = g_strdup ("18d1:d00d");
    sentences = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    for (reason = 0; reason <= NL668_CLIENT_GIVE_UP_RESTARTING; reason++)
        g_assert_true (g_hash_table_add (sentences,
                                         nl668_client_words_describe_give_up (reason, status)));
    g_assert_true (g_hash_table_contains (
        sentences, "the module is still on the bus as 18d1:d00d, which ModemManager does not "
                   "support: leave it alone, it may be installing"));
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/words/states", test_states);
    g_test_add_func ("/words/activities", test_activities);
    g_test_add_func ("/words/events", test_events);
    g_test_add_func ("/words/give-ups", test_give_ups);

    return g_test_run ();
}
