/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <locale.h>
#include <string.h>

#include "mock-daemon.h"
#include "nl668-at.h"
#include "nl668-settings.h"

#define TIMEOUT_MESSAGE "Serial command timed out"

static Nl668Saved *
load (GCancellable  *cancellable,
      GError       **error)
{
    g_autoptr(GAsyncResult) loaded = NULL;

    nl668_settings_load (mock->modem, NL668_AT_GTSET_QUERY, cancellable, mock_store_result,
                         &loaded);
    mock_wait (&loaded);
    return nl668_settings_load_finish (loaded, error);
}

static void
set_up (Mock          *self,
        gconstpointer  data)
{
    mock_set_up (self, data);
    mock->values[NL668_SETTING_CALLBREAK] = g_strdup ("0");
}

static void
lose_response (void)
{
    mock_fail ("+GTSET?", g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT,
                                               TIMEOUT_MESSAGE));
}

static void
test_response (Mock          *self,
               gconstpointer  data)
{
    g_autoptr(GError)     error = NULL;
    g_autoptr(Nl668Saved) saved = NULL;

    saved = load (NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (saved->values[NL668_SETTING_CALLBREAK], ==, "0");
    g_assert_null (saved->values[NL668_SETTING_GPRSFIRST]);
    /* The other value may have been lost. */
    g_assert_cmpuint (mock->n_queries, ==, 3);
}

static void
test_complete_response (Mock          *self,
                        gconstpointer  data)
{
    g_autoptr(GError)     error = NULL;
    g_autoptr(Nl668Saved) saved = NULL;

    mock->values[NL668_SETTING_GPRSFIRST] = g_strdup ("0");
    saved = load (NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (saved->values[NL668_SETTING_GPRSFIRST], ==, "0");
    g_assert_cmpuint (mock->n_queries, ==, 1);
}

/*****************************************************************************/
/* Refusals: if the module is busy, it is asked again, up to three times */

typedef struct {
    const gchar *name;
    gint         code;
    gboolean     is_busy;
} RefusalTest;

static const RefusalTest refusal_tests[] = {
    { "error",         MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN,         FALSE },
    { "not-allowed",   MM_MOBILE_EQUIPMENT_ERROR_NOT_ALLOWED,     FALSE },
    { "not-supported", MM_MOBILE_EQUIPMENT_ERROR_NOT_SUPPORTED,   FALSE },
    { "busy",          MM_MOBILE_EQUIPMENT_ERROR_SIM_BUSY,        TRUE },
    { "aborted",       MM_MOBILE_EQUIPMENT_ERROR_COMMAND_ABORTED, TRUE },
};

/* A module that does not report its settings is no failure. A busy one would report them later. */
static void
test_refusal (Mock          *self,
              gconstpointer  data)
{
    const RefusalTest     *test = data;
    g_autoptr(GError)      error = NULL;
    g_autoptr(Nl668Saved)  saved = NULL;

    mock_fail ("+GTSET?", g_error_new_literal (MM_MOBILE_EQUIPMENT_ERROR, test->code, "refused"));
    saved = load (NULL, &error);
    if (test->is_busy) {
        g_assert_error (error, MM_MOBILE_EQUIPMENT_ERROR, test->code);
        g_assert_nonnull (strstr (error->message, "the module is too busy to report its settings "
                                                  "(AT+GTSET?)"));
        g_assert_cmpuint (mock->n_queries, ==, 3);
    } else {
        g_assert_no_error (error);
        g_assert_true (nl668_saved_is_empty (saved));
        g_assert_cmpuint (mock->n_queries, ==, 2);
    }
}

/*****************************************************************************/
/* No response */

/* The words of the daemon do not reach the user. */
static void
test_no_response (Mock          *self,
                  gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    lose_response ();
    g_assert_null (load (NULL, &error));
    g_assert_error (error, MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT);
    g_assert_nonnull (strstr (error->message, "the module's settings cannot be read (AT+GTSET?)"));
    g_assert_null (strstr (error->message, TIMEOUT_MESSAGE));
    g_assert_cmpuint (mock->n_queries, ==, 3);
}

static gboolean
respond_cb (gpointer data)
{
    mock_fail (NULL, NULL);
    return G_SOURCE_REMOVE;
}

static void
test_one_lost (Mock          *self,
               gconstpointer  data)
{
    g_autoptr(GError)     error = NULL;
    g_autoptr(Nl668Saved) saved = NULL;

    lose_response ();
    g_timeout_add (1, respond_cb, NULL);
    saved = load (NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (saved->values[NL668_SETTING_CALLBREAK], ==, "0");
    g_assert_cmpuint (mock->n_queries, >, 1);
}

/*****************************************************************************/
/* Cancelled */

/* The daemon does not wait for the response. */
static void
test_daemon_cancels (Mock          *self,
                     gconstpointer  data)
{
    g_autoptr(GError) error = NULL;

    mock_fail ("+GTSET?", g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_CANCELLED,
                                               "AT command was cancelled"));
    g_assert_null (load (NULL, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_CANCELLED);
    g_assert_cmpuint (mock->n_queries, ==, 1);
}

static gboolean
cancel_cb (gpointer cancellable)
{
    g_cancellable_cancel (cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelled_between (Mock          *self,
                        gconstpointer  data)
{
    g_autoptr(GCancellable) cancellable = NULL;
    g_autoptr(GError)       error = NULL;

    lose_response ();
    cancellable = g_cancellable_new ();
    g_timeout_add (1, cancel_cb, cancellable);
    g_assert_null (load (cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpuint (mock->n_queries, <, 3);
}

/*****************************************************************************/

static void
add_test (const gchar    *name,
          gconstpointer   data,
          void         (* test) (Mock *, gconstpointer))
{
    g_autofree gchar *path = NULL;

    path = g_strconcat ("/nl668/settings-load/", name, NULL);
    g_test_add (path, Mock, data, set_up, test, mock_tear_down);
}

int
main (int    argc,
      char **argv)
{
    guint i;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    /* NL668_TIMEOUT_QUERY becomes 50 ms. */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.01", TRUE);

    add_test ("response", NULL, test_response);
    add_test ("complete-response", NULL, test_complete_response);
    for (i = 0; i < G_N_ELEMENTS (refusal_tests); i++) {
        g_autofree gchar *name = NULL;

        name = g_strconcat ("refusal/", refusal_tests[i].name, NULL);
        add_test (name, &refusal_tests[i], test_refusal);
    }
    add_test ("no-response", NULL, test_no_response);
    add_test ("one-lost", NULL, test_one_lost);
    add_test ("daemon-cancels", NULL, test_daemon_cancels);
    add_test ("cancelled-between", NULL, test_cancelled_between);

    return g_test_run ();
}
