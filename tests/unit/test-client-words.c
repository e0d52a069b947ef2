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
test_events (void)
{
    g_autofree gchar *left = NULL;
    g_autofree gchar *found = NULL;

    left = nl668_client_words_describe_event (NL668_CLIENT_EVENT_MODULE_LEFT, NULL);
    g_assert_cmpstr (left, ==, "the module left the bus");
    found = nl668_client_words_describe_event (NL668_CLIENT_EVENT_MODEM_FOUND, "/path");
    g_assert_cmpstr (found, ==, "ModemManager has found the modem again (/path)");
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

    return g_test_run ();
}
