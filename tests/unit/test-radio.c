/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Locking the radio and restoring its settings */

#include <config.h>

#include <locale.h>
#include <string.h>

#include "mock-daemon.h"
#include "nl668-radio.h"
#include "nl668-restore.h"

static void
begin_to_lock (const Nl668Saved  *saved,
               GCancellable      *cancellable,
               GAsyncResult     **locked)
{
    nl668_radio_lock (mock->modem, mock->skeleton, saved, cancellable, mock_store_result, locked);
}

/* @saved: (out): what to restore */
static gboolean
load_radio (Nl668Saved  *saved,
            GError     **error)
{
    g_autoptr(GAsyncResult) loaded = NULL;
    g_autoptr(Nl668Saved)   found = NULL;

    nl668_radio_load (mock->modem, mock->skeleton, NULL, mock_store_result, &loaded);
    mock_wait (&loaded);
    found = nl668_radio_load_finish (mock->modem, loaded, error);
    if (found)
        nl668_saved_copy (saved, found);
    return !!found;
}

/* @saved: (out): what to restore, and what the radio was locked to */
static gboolean
lock_radio (Nl668Saved  *saved,
            GError     **error)
{
    g_autoptr(GAsyncResult) result = NULL;
    g_autoptr(Nl668Saved)   locked = NULL;

    g_assert_true (load_radio (saved, NULL));
    g_assert_cmpstr (mock->requests->str, ==, "");
    begin_to_lock (saved, NULL, &result);
    mock_wait (&result);
    locked = nl668_radio_lock_finish (mock->modem, result, error);
    if (locked)
        nl668_saved_copy (saved, locked);
    return !!locked;
}

static void
restore (const Nl668Saved *saved)
{
    g_autoptr(GAsyncResult) restored = NULL;
    g_autoptr(GError)       error = NULL;
    Nl668Saved              left = { 0 };

    nl668_restore (mock->modem, mock->skeleton, saved, NULL, mock_store_result, &restored);
    mock_wait (&restored);
    g_assert_true (nl668_restore_finish (mock->modem, restored, &left, &error));
    g_assert_no_error (error);
}

/*****************************************************************************/
/* Lock and restore */

typedef struct {
    const gchar *name;
    const gchar *modes;
    guint        access_technologies;
    guint        coverage;
    /* What AT+GTRAT? responds, or NULL */
    const gchar *gtrat;
    /* All requests, those that restore the settings included */
    const gchar *requests;
    gboolean     succeeds;
} LockTest;

static const LockTest lock_tests[] = {
    { "modes-lte", ALL_MODES, LTE, 0, NULL,
      "8;0 14;0 ", TRUE },
    { "modes-3g", ALL_MODES, UMTS, 0, NULL,
      "4;0 14;0 ", TRUE },
    { "modes-both", ALL_MODES, LTE | UMTS, 0, NULL,
      "8;0 14;0 ", TRUE },
    { "modes-2g-lte", ALL_MODES, EDGE, MM_MODEM_MODE_4G, NULL,
      "8;0 14;0 ", TRUE },
    { "modes-2g-3g", ALL_MODES, EDGE, MM_MODEM_MODE_3G, NULL,
      "8;0 4;0 14;0 ", TRUE },
    { "modes-2g", ALL_MODES, EDGE, 0, NULL,
      "8;0 4;0 14;0 ", FALSE },
    /* Nothing is changed. */
    { "modes-unknown", ALL_MODES, 0, 0, NULL,
      "", TRUE },
    /* The current modes are not listed, but they are all modes: "any" restores them. */
    { "modes-any", QMI_MODES, LTE, 0, NULL,
      "8;0 4294967295;0 ", TRUE },
    { "gtrat-lte", NO_MODES, LTE, 0, "10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    { "gtrat-3g", NO_MODES, UMTS, 0, "10,3",
      "+GTRAT=2 +GTRAT=10,3 ", TRUE },
    { "gtrat-2g", NO_MODES, EDGE, 0, "10",
      "+GTRAT=3 +GTRAT=2 +GTRAT=10 ", FALSE },
    /* The modes do not include each technology alone. */
    { "gtrat-some-modes", "[(8, 0), (12, 0)]", LTE, 0, "10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    { "gtrat-preferred", "[(12, 8), (12, 4)]", LTE, 0, "10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    /* The current modes could not be restored. */
    { "gtrat-not-listed", "[(4, 0), (8, 0), (14, 8), (15, 0)]", LTE, 0, "10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    { "none-lte", NO_MODES, LTE, 0, NULL,
      "", TRUE },
    { "none-2g", NO_MODES, EDGE, 0, NULL,
      "", FALSE },
    { "none-unknown", NO_MODES, 0, 0, NULL,
      "", TRUE },
    { "gtrat-unknown", NO_MODES, 0, 0, "10",
      "", TRUE },
    /* It is locked already. */
    { "set-lte", NO_MODES, LTE, 0, "3",
      "", TRUE },
    { "set-3g", NO_MODES, UMTS, 0, "2",
      "", TRUE },
    { "set-2g", NO_MODES, EDGE, 0, "3",
      "+GTRAT=2 +GTRAT=3 ", FALSE },
    { "gtrat-injection", NO_MODES, LTE, 0, "10;+CFUN=0",
      "", TRUE },
};

static void
test_lock (Mock          *self,
           gconstpointer  data)
{
    const LockTest    *test = data;
    g_autoptr(GError)  error = NULL;
    Nl668Saved         saved = { 0 };

    mock->coverage = test->coverage;
    mock->values[NL668_SETTING_GTRAT] = g_strdup (test->gtrat);
    mock_configure (test->modes, test->access_technologies);

    if (test->succeeds) {
        g_assert_true (lock_radio (&saved, &error));
        g_assert_no_error (error);
    } else {
        g_assert_false (lock_radio (&saved, &error));
        g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE);
        g_assert_nonnull (strstr (error->message, "network-lock=no"));
    }

    restore (&saved);
    g_assert_cmpstr (mock->requests->str, ==, test->requests);
    nl668_saved_clear (&saved);
}

/* The property SupportedModes is not set. */
static void
test_no_modes (Mock          *self,
               gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };

    mock->values[NL668_SETTING_GTRAT] = g_strdup ("10");
    mm_gdbus_modem_set_access_technologies (mock->skeleton, LTE);
    g_assert_true (lock_radio (&saved, &error));
    g_assert_cmpstr (saved.values[NL668_SETTING_GTRAT], ==, "10");
    g_assert_cmpstr (saved.locked_gtrat, ==, "3");
    g_assert_cmpstr (mock->requests->str, ==, "+GTRAT=3 ");
    nl668_saved_clear (&saved);
}

/* Without the original value, a lock could not be undone. */
static void
test_gtrat_not_read (Mock          *self,
                     gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };

    mock_configure (NO_MODES, LTE);
    mock_fail ("+GTRAT?", g_error_new_literal (MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT,
                                               "timed out"));
    g_assert_false (load_radio (&saved, &error));
    g_assert_error (error, MM_SERIAL_ERROR, MM_SERIAL_ERROR_RESPONSE_TIMEOUT);
    g_assert_true (nl668_saved_is_empty (&saved));
}

/* Without a lock the modem would stay on 2G, so this fails, unlike on LTE or 3G. */
static void
test_refused_on_2g (Mock          *self,
                    gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };

    mock_configure (ALL_MODES, EDGE);
    mock_fail ("modes", g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                             "unsupported"));
    g_assert_false (lock_radio (&saved, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE);
    g_assert_cmpstr (mock->requests->str, ==, "8;0 4;0 ");
    nl668_saved_clear (&saved);
}

/* On LTE, it goes on. */
static void
test_gtrat_refused (Mock          *self,
                    gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };

    mock->values[NL668_SETTING_GTRAT] = g_strdup ("10");
    mock_configure (NO_MODES, LTE);
    mock_fail ("+GTRAT=", g_error_new_literal (MM_MOBILE_EQUIPMENT_ERROR,
                                               MM_MOBILE_EQUIPMENT_ERROR_NOT_ALLOWED, "refused"));
    g_assert_true (lock_radio (&saved, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (mock->requests->str, ==, "+GTRAT=3 ");
    nl668_saved_clear (&saved);
}

/* It is cancelled while the daemon sets the modes. */
static void
test_cancelled (Mock          *self,
                gconstpointer  data)
{
    g_autoptr(GCancellable) cancellable = NULL;
    g_autoptr(GAsyncResult) locked = NULL;
    g_autoptr(GError)       error = NULL;
    Nl668Saved              saved = { .has_modes = TRUE, .allowed_modes = 14 };

    mock_configure (ALL_MODES, EDGE);
    cancellable = g_cancellable_new ();
    begin_to_lock (&saved, cancellable, &locked);
    g_cancellable_cancel (cancellable);
    mock_wait (&locked);
    g_assert_null (nl668_radio_lock_finish (mock->modem, locked, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr (mock->requests->str, ==, "8;0 ");
}

/*****************************************************************************/
/* Waiting until the modem is registered again */

static gboolean
lose_cb (gpointer user_data)
{
    mm_gdbus_modem_set_state (mock->skeleton, MM_MODEM_STATE_SEARCHING);
    return G_SOURCE_REMOVE;
}

static gboolean
find_cb (gpointer user_data)
{
    mm_gdbus_modem_set_state (mock->skeleton, MM_MODEM_STATE_REGISTERED);
    return G_SOURCE_REMOVE;
}

static void
lose_network (void)
{
    g_idle_add (lose_cb, NULL);
}

static void
lose_and_find_network (void)
{
    g_idle_add (lose_cb, NULL);
    g_timeout_add (20, find_cb, NULL);
}

static gint64
lock_and_measure (void)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };
    gint64            begin;

    mock->values[NL668_SETTING_GTRAT] = g_strdup ("10");
    mock_configure (NO_MODES, LTE);
    begin = g_get_monotonic_time ();
    g_assert_true (lock_radio (&saved, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (saved.locked_gtrat, ==, "3");
    g_assert_cmpstr (mock->requests->str, ==, "+GTRAT=3 ");
    nl668_saved_clear (&saved);
    return (g_get_monotonic_time () - begin) / 1000;
}

static void
test_registered_again (Mock          *self,
                       gconstpointer  data)
{
    mock->radio_changed = lose_and_find_network;
    g_assert_cmpint (lock_and_measure (), >=, 20);
    g_assert_cmpuint (mm_gdbus_modem_get_state (mock->skeleton), ==, MM_MODEM_STATE_REGISTERED);
    g_assert_cmpstr (mock->infos->str, ==, "");
}

/* The module decides. */
static void
test_not_registered_again (Mock          *self,
                           gconstpointer  data)
{
    mock->radio_changed = lose_network;
    g_assert_cmpint (lock_and_measure (), >=, 60);
    g_assert_nonnull (strstr (mock->infos->str, "has not registered on LTE again"));
}

/* NL668_TIMEOUT_RADIO_CHANGE is 3 ms. */
static void
test_not_lost (Mock          *self,
               gconstpointer  data)
{
    g_assert_cmpint (lock_and_measure (), >=, 3);
    g_assert_cmpstr (mock->infos->str, ==, "");
}

static gboolean
cancel_cb (gpointer cancellable)
{
    g_cancellable_cancel (cancellable);
    return G_SOURCE_REMOVE;
}

static void
test_cancelled_while_lost (Mock          *self,
                           gconstpointer  data)
{
    g_autoptr(GCancellable) cancellable = NULL;
    g_autoptr(GAsyncResult) locked = NULL;
    g_autoptr(GError)       error = NULL;
    g_autoptr(Nl668Saved)   saved = NULL;

    saved = g_new0 (Nl668Saved, 1);
    nl668_saved_set_value (saved, NL668_SETTING_GTRAT, "10");
    mock->radio_changed = lose_network;
    mock_configure (NO_MODES, LTE);
    cancellable = g_cancellable_new ();
    begin_to_lock (saved, cancellable, &locked);
    g_timeout_add (10, cancel_cb, cancellable);
    mock_wait (&locked);
    g_assert_null (nl668_radio_lock_finish (mock->modem, locked, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/*****************************************************************************/
/* Errors */

typedef struct {
    const gchar *domain;
    gint         code;
    gboolean     is_refusal;
} ErrorTest;

static const ErrorTest error_tests[] = {
    { "mm_mobile_equipment_error_quark", MM_MOBILE_EQUIPMENT_ERROR_NOT_ALLOWED, TRUE  },
    { "mm_core_error_quark",             MM_CORE_ERROR_UNSUPPORTED,             TRUE  },
    { "mm_core_error_quark",             MM_CORE_ERROR_FAILED,                  TRUE  },
    { "qmi_protocol_error_quark",        1,                                     TRUE  },
    { "mbim_status_error_quark",         1,                                     TRUE  },
    { "mm_core_error_quark",             MM_CORE_ERROR_ABORTED,                 FALSE },
    { "qmi_core_error_quark",            1,                                     FALSE },
    { "mbim_core_error_quark",           1,                                     FALSE },
};

/* If the module refuses the modes, the update goes on without a lock, and another mode is the
 * user's. If it does not respond, its modes are unknown, the update fails, and they are
 * restored. */
static void
test_errors (Mock          *self,
             gconstpointer  data)
{
    guint i;

    mock_configure (ALL_MODES, LTE);
    for (i = 0; i < G_N_ELEMENTS (error_tests); i++) {
        const ErrorTest   *test = &error_tests[i];
        g_autoptr(GError)  error = NULL;
        Nl668Saved         saved = { 0 };

        g_test_message ("%s %d", test->domain, test->code);
        mock_fail ("modes", g_error_new_literal (g_quark_from_static_string (test->domain),
                                                 test->code, "failed"));
        g_string_truncate (mock->requests, 0);
        g_assert_true (lock_radio (&saved, &error) == test->is_refusal);
        g_assert_cmpstr (mock->requests->str, ==, "8;0 ");
        g_assert_true (test->is_refusal ||
                       strstr (error->message, "cannot tell whether the radio is locked"));
        g_assert_cmpuint (saved.locked_mode, ==, test->is_refusal ? MM_MODEM_MODE_4G : 0);

        mock_fail (NULL, NULL);
        restore (&saved);
        g_assert_cmpstr (mock->requests->str, ==, test->is_refusal ? "8;0 " : "8;0 14;0 ");
        nl668_saved_clear (&saved);
    }
}

/*****************************************************************************/

static void
add_test (const gchar    *name,
          gconstpointer   data,
          void         (* test) (Mock *, gconstpointer))
{
    g_autofree gchar *path = NULL;

    path = g_strconcat ("/nl668/radio/", name, NULL);
    g_test_add (path, Mock, data, mock_set_up, test, mock_tear_down);
}

int
main (int    argc,
      char **argv)
{
    guint i;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    /* NL668_TIMEOUT_RADIO becomes 60 ms. */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.001", TRUE);

    for (i = 0; i < G_N_ELEMENTS (lock_tests); i++) {
        g_autofree gchar *name = NULL;

        name = g_strconcat ("lock/", lock_tests[i].name, NULL);
        add_test (name, &lock_tests[i], test_lock);
    }
    add_test ("no-modes", NULL, test_no_modes);
    add_test ("gtrat-not-read", NULL, test_gtrat_not_read);
    add_test ("refused-on-2g", NULL, test_refused_on_2g);
    add_test ("gtrat-refused", NULL, test_gtrat_refused);
    add_test ("cancelled", NULL, test_cancelled);
    add_test ("registered-again", NULL, test_registered_again);
    add_test ("not-registered-again", NULL, test_not_registered_again);
    add_test ("not-lost", NULL, test_not_lost);
    add_test ("cancelled-while-lost", NULL, test_cancelled_while_lost);
    add_test ("errors", NULL, test_errors);

    return g_test_run ();
}
