/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* Locking the radio and restoring its settings, with a mock of the daemon that records the
 * modes and commands it is asked to set */

#include <config.h>

#include <locale.h>
#include <string.h>

#include "nl668-radio.h"
#include "nl668-restore.h"

#define LTE  MM_MODEM_ACCESS_TECHNOLOGY_LTE
#define UMTS MM_MODEM_ACCESS_TECHNOLOGY_UMTS
#define EDGE MM_MODEM_ACCESS_TECHNOLOGY_EDGE

/*****************************************************************************/
/* Mock of the daemon */

typedef struct {
    GObject      *modem;
    MmGdbusModem *skeleton;
    /* The mode in which the modem finds another network, or 0 */
    guint         coverage;
    /* All modes that were set, as "allowed;preferred ", and all commands */
    GString      *requests;
    /* The response to AT+GTRAT?, or NULL for an error */
    const gchar  *gtrat;
    /* Why setting the modes fails, or NULL */
    GError       *error;
} Fixture;

static Fixture *current;

void
mm_daemon_log (MMBaseModem *modem,
               MMDaemonLog  level,
               const gchar *format,
               ...)
{
}

static void
complete (GAsyncReadyCallback  callback,
          gpointer             user_data,
          gpointer             result)
{
    GTask *task;

    task = g_task_new (current->modem, NULL, callback, user_data);
    if (result)
        g_task_return_pointer (task, result, NULL);
    else
        g_task_return_new_error (task, MM_MOBILE_EQUIPMENT_ERROR,
                                 MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN, "unknown error");
    g_object_unref (task);
}

void
mm_daemon_at_command (MMBaseModem         *modem,
                      const gchar         *command,
                      guint                timeout,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    if (g_str_equal (command, "+GTRAT?")) {
        complete (callback, user_data, (gpointer) current->gtrat);
        return;
    }
    g_string_append_printf (current->requests, "%s ", command);
    complete (callback, user_data, (gpointer) "");
}

const gchar *
mm_daemon_at_command_finish (MMBaseModem   *modem,
                             GAsyncResult  *res,
                             GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

void
mm_daemon_set_current_modes (MMBaseModem         *modem,
                             guint                allowed,
                             guint                preferred,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
    g_string_append_printf (current->requests, "%u;%u ", allowed, preferred);
    if (current->error) {
        g_task_report_error (current->modem, callback, user_data, NULL,
                             g_error_copy (current->error));
        return;
    }
    if (allowed == current->coverage)
        mm_gdbus_modem_set_access_technologies (current->skeleton,
                                                allowed == MM_MODEM_MODE_4G ? LTE : UMTS);
    complete (callback, user_data, current->modem);
}

gboolean
mm_daemon_set_current_modes_finish (MMBaseModem   *modem,
                                    GAsyncResult  *res,
                                    GError       **error)
{
    return !!g_task_propagate_pointer (G_TASK (res), error);
}

/*****************************************************************************/
/* Fixture */

#define ALL_MODES "[(2, 0), (4, 0), (8, 0), (14, 0)]"
#define QMI_MODES "[(2, 0), (4, 0), (8, 0), (14, 8), (14, 4), (14, 2)]"

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
    current = fixture;
    fixture->modem = g_object_new (G_TYPE_OBJECT, NULL);
    fixture->skeleton = mm_gdbus_modem_skeleton_new ();
    fixture->requests = g_string_new (NULL);
    mm_gdbus_modem_set_state (fixture->skeleton, MM_MODEM_STATE_REGISTERED);
    mm_gdbus_modem_set_current_modes (fixture->skeleton, g_variant_new ("(uu)", 14, 0));
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
    g_object_unref (fixture->modem);
    g_object_unref (fixture->skeleton);
    g_string_free (fixture->requests, TRUE);
}

static void
configure (Fixture     *fixture,
           const gchar *modes,
           guint        access_technologies)
{
    g_autoptr(GVariant) supported = NULL;

    supported = g_variant_parse (G_VARIANT_TYPE ("a(uu)"), modes, NULL, NULL, NULL);
    mm_gdbus_modem_set_supported_modes (fixture->skeleton, supported);
    mm_gdbus_modem_set_access_technologies (fixture->skeleton, access_technologies);
}

static void
store_result (GObject      *source,
              GAsyncResult *res,
              gpointer      user_data)
{
    GAsyncResult **result = user_data;

    *result = g_object_ref (res);
}

static void
wait_for_result (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
}

/* @saved: (out): what to restore */
static gboolean
lock_radio (Fixture     *fixture,
            Nl668Saved  *saved,
            GError     **error)
{
    g_autoptr(GAsyncResult)  loaded = NULL;
    g_autoptr(GAsyncResult)  locked = NULL;
    g_autoptr(Nl668Saved)    found = NULL;
    MMBaseModem             *modem = (MMBaseModem *) fixture->modem;

    nl668_radio_load (modem, fixture->skeleton, store_result, &loaded);
    wait_for_result (&loaded);
    found = nl668_radio_load_finish (modem, loaded);
    nl668_saved_copy (saved, found);
    g_assert_cmpstr (fixture->requests->str, ==, "");

    nl668_radio_lock (modem, fixture->skeleton, saved, NULL, store_result, &locked);
    wait_for_result (&locked);
    return nl668_radio_lock_finish (modem, locked, error);
}

static void
restore (Fixture          *fixture,
         const Nl668Saved *saved)
{
    g_autoptr(GAsyncResult)  restored = NULL;
    g_autoptr(GError)        error = NULL;
    MMBaseModem             *modem = (MMBaseModem *) fixture->modem;

    nl668_restore (modem, saved, store_result, &restored);
    wait_for_result (&restored);
    nl668_restore_finish (modem, restored, &error);
    g_assert_no_error (error);
}

/*****************************************************************************/
/* Lock and restore */

typedef struct {
    const gchar *name;
    /* SupportedModes, in the text format of GVariant */
    const gchar *modes;
    guint        access_technologies;
    guint        coverage;
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
    { "modes-unknown", ALL_MODES, 0, 0, NULL,
      "14;0 ", TRUE },
    /* The current modes are not listed, but they are all modes: "any" restores them. */
    { "modes-any", QMI_MODES, LTE, 0, NULL,
      "8;0 4294967295;0 ", TRUE },
    { "gtrat-lte", "[(14, 0)]", LTE, 0, "+GTRAT: 10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    { "gtrat-3g", "[(14, 0)]", UMTS, 0, "+GTRAT: 10,3",
      "+GTRAT=2 +GTRAT=10,3 ", TRUE },
    { "gtrat-2g", "[(14, 0)]", EDGE, 0, "+GTRAT: 10",
      "+GTRAT=3 +GTRAT=2 +GTRAT=10 ", FALSE },
    /* The modes do not include each technology alone. */
    { "gtrat-some-modes", "[(8, 0), (12, 0)]", LTE, 0, "+GTRAT: 10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    { "gtrat-preferred", "[(12, 8), (12, 4)]", LTE, 0, "+GTRAT: 10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    /* The current modes could not be restored. */
    { "gtrat-not-listed", "[(4, 0), (8, 0), (14, 8), (15, 0)]", LTE, 0, "+GTRAT: 10",
      "+GTRAT=3 +GTRAT=10 ", TRUE },
    { "none-lte", "[(14, 0)]", LTE, 0, NULL,
      "", TRUE },
    { "none-2g", "[(14, 0)]", EDGE, 0, NULL,
      "", FALSE },
    { "none-unknown", "[(14, 0)]", 0, 0, NULL,
      "", TRUE },
    { "gtrat-injection", "[(14, 0)]", LTE, 0, "+GTRAT: 10;+CFUN=0",
      "", TRUE },
};

static void
test_lock (Fixture       *fixture,
           gconstpointer  data)
{
    const LockTest    *test = data;
    g_autoptr(GError)  error = NULL;
    Nl668Saved         saved = { 0 };

    fixture->coverage = test->coverage;
    fixture->gtrat = test->gtrat;
    configure (fixture, test->modes, test->access_technologies);

    if (test->succeeds) {
        g_assert_true (lock_radio (fixture, &saved, &error));
        g_assert_no_error (error);
    } else {
        g_assert_false (lock_radio (fixture, &saved, &error));
        g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE);
        g_assert_nonnull (strstr (error->message, "network-lock=no"));
    }

    restore (fixture, &saved);
    g_assert_cmpstr (fixture->requests->str, ==, test->requests);
    nl668_saved_clear (&saved);
}

/* The property SupportedModes is not set. */
static void
test_no_modes (Fixture       *fixture,
               gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };

    fixture->gtrat = "+GTRAT: 10";
    mm_gdbus_modem_set_access_technologies (fixture->skeleton, LTE);
    g_assert_true (lock_radio (fixture, &saved, &error));
    g_assert_cmpstr (saved.values[NL668_SETTING_GTRAT], ==, "10");
    g_assert_cmpstr (fixture->requests->str, ==, "+GTRAT=3 ");
    nl668_saved_clear (&saved);
}

/* Without a lock the modem would stay on 2G, so this fails, unlike on LTE or 3G. */
static void
test_refused_on_2g (Fixture       *fixture,
                    gconstpointer  data)
{
    g_autoptr(GError) error = NULL;
    Nl668Saved        saved = { 0 };

    configure (fixture, ALL_MODES, EDGE);
    fixture->error = g_error_new_literal (MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED,
                                          "unsupported");
    g_assert_false (lock_radio (fixture, &saved, &error));
    g_assert_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE);
    g_assert_cmpstr (fixture->requests->str, ==, "8;0 4;0 ");
    nl668_saved_clear (&saved);
    g_clear_error (&fixture->error);
}

/* It is cancelled while the daemon sets the modes. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
    g_autoptr(GCancellable)  cancellable = NULL;
    g_autoptr(GAsyncResult)  locked = NULL;
    g_autoptr(GError)        error = NULL;
    MMBaseModem             *modem = (MMBaseModem *) fixture->modem;
    Nl668Saved               saved = { .has_modes = TRUE, .allowed_modes = 14 };

    configure (fixture, ALL_MODES, EDGE);
    cancellable = g_cancellable_new ();
    nl668_radio_lock (modem, fixture->skeleton, &saved, cancellable, store_result, &locked);
    g_cancellable_cancel (cancellable);
    wait_for_result (&locked);
    g_assert_false (nl668_radio_lock_finish (modem, locked, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_assert_cmpstr (fixture->requests->str, ==, "8;0 ");
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

/* If the module refuses the modes, the update goes on without a lock. If it does not respond, its
 * modes are unknown, and the update fails. */
static void
test_errors (Fixture       *fixture,
             gconstpointer  data)
{
    guint i;

    configure (fixture, ALL_MODES, LTE);
    for (i = 0; i < G_N_ELEMENTS (error_tests); i++) {
        const ErrorTest   *test = &error_tests[i];
        g_autoptr(GError)  error = NULL;
        Nl668Saved         saved = { 0 };

        g_test_message ("%s %d", test->domain, test->code);
        fixture->error = g_error_new_literal (g_quark_from_static_string (test->domain),
                                              test->code, "failed");
        g_string_truncate (fixture->requests, 0);
        g_assert_true (lock_radio (fixture, &saved, &error) == test->is_refusal);
        g_assert_cmpstr (fixture->requests->str, ==, "8;0 ");
        g_assert_true (test->is_refusal ||
                       strstr (error->message, "cannot tell whether the radio is locked"));
        nl668_saved_clear (&saved);
        g_clear_error (&fixture->error);
    }
}

/*****************************************************************************/

static void
add_test (const gchar    *name,
          gconstpointer   data,
          void         (* test) (Fixture *, gconstpointer))
{
    g_autofree gchar *path = NULL;

    path = g_strconcat ("/nl668/radio/", name, NULL);
    g_test_add (path, Fixture, data, fixture_set_up, test, fixture_tear_down);
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
    add_test ("refused-on-2g", NULL, test_refused_on_2g);
    add_test ("cancelled", NULL, test_cancelled);
    add_test ("errors", NULL, test_errors);

    return g_test_run ();
}
