/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "example-status.h"
#include "nl668-client-outlook.h"

#define CORE_ERROR "org.freedesktop.ModemManager1.Error.Core."

static void
test_request (void)
{
    g_autoptr(Nl668ClientStatus) status = make_status ();
    g_autoptr(GVariant)          settings = NULL;

    settings = g_variant_ref_sink (g_variant_new_parsed (
        "{'url': <'ftp://user:secret@h/p.zip'>, 'version': <'B'>}"));
    nl668_client_status_set_request (status, settings);
    g_assert_cmpint (status->state, ==, NL668_STATE_IDLE);
    g_assert_cmpstr (status->source, ==, "ftp://h/p.zip");
    g_assert_cmpstr (status->target_version, ==, "B");
    /* Only what belongs to the previous update is dropped */
    g_assert_cmpstr (status->imei, ==, "862000000000000");
    g_assert_nonnull (status->current_version);
    g_assert_null (status->previous_version);
    g_assert_null (status->error_message);
    g_assert_cmpuint (status->started, ==, 0);
    g_assert_cmpuint (status->progress, ==, 0);

    nl668_client_status_set_request (status, NULL);
    g_assert_null (status->source);
    g_assert_null (status->target_version);
}

static void
test_package (void)
{
    g_autoptr(Nl668ClientStatus) status = make_status ();
    g_autoptr(GVariant)          settings = NULL;

    settings = g_variant_ref_sink (g_variant_new_parsed ("{'package': <'P'>}"));
    nl668_client_status_set_request (status, settings);
    g_assert_cmpstr (status->package, ==, "P");
    g_assert_null (status->source);
}

static void
test_record (void)
{
    g_autoptr(Nl668ClientStatus) status = make_status ();
    g_autoptr(Nl668Record)       record = nl668_record_new ();

    record->state = NL668_STATE_INSTALLING;
    record->progress = 100;
    record->started = 2;
    record->previous_version = g_strdup ("A");
    nl668_client_status_read_record (status, "862000000000018", record);
    g_assert_null (status->path);
    g_assert_null (status->current_version);
    g_assert_null (status->error_name);
    g_assert_cmpstr (status->imei, ==, "862000000000018");
    g_assert_cmpstr (status->previous_version, ==, "A");
    g_assert_cmpint (status->state, ==, NL668_STATE_INSTALLING);
    g_assert_cmpuint (status->progress, ==, 100);
    g_assert_cmpuint (status->started, ==, 2);
}

/* A module that is inhibited from the beginning is not known to have left: the daemon waits as
 * long for it */
static void
test_inhibited (void)
{
    g_autoptr(Nl668ClientStatus) status = nl668_client_status_new ();
    Nl668Record                  record = { .state = NL668_STATE_DOWNLOADING };

    nl668_client_status_read_record (status, "862000000000000", &record);
    g_assert_cmpint (nl668_client_outlook_get_patience (status, TRUE), ==,
                     NL668_CLIENT_PATIENCE_UPDATE);
    g_assert_cmpint (nl668_client_outlook_get_patience (status, FALSE), ==,
                     NL668_CLIENT_PATIENCE_ABSENT);
}

/* Every error has a D-Bus name */
static void
test_error (void)
{
    static const struct {
        const gchar *name;
        const gchar *remote_name;
        gint         code;
    } tests[] = {
        { CORE_ERROR "WrongState", NULL, MM_CORE_ERROR_WRONG_STATE },
        { "org.example.Error.Remote", "org.example.Error.Remote", 0 },
        { "org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AccessDenied", 0 },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(Nl668ClientStatus) status = nl668_client_status_new ();
        g_autoptr(GError)            error = NULL;

        error = (tests[i].remote_name ?
                 g_dbus_error_new_for_dbus_error (tests[i].remote_name, "why") :
                 g_error_new_literal (MM_CORE_ERROR, tests[i].code, "why"));
        nl668_client_status_set_error (status, NL668_STATE_FAILED, error);
        g_assert_cmpint (status->state, ==, NL668_STATE_FAILED);
        g_assert_cmpstr (status->error_name, ==, tests[i].name);
        g_assert_true (g_str_has_suffix (status->error_message, "why"));
    }
}

static void
test_error_of_a_library (void)
{
    static const struct {
        const gchar *name;
        GQuark     (*get_domain) (void);
        gint         code;
    } tests[] = {
        { CORE_ERROR "InvalidArgs", g_option_error_quark, G_OPTION_ERROR_BAD_VALUE },
        { CORE_ERROR "Cancelled",   g_io_error_quark,     G_IO_ERROR_CANCELLED },
        { CORE_ERROR "Failed",      g_io_error_quark,     G_IO_ERROR_BUSY },
        { CORE_ERROR "Failed",      g_file_error_quark,   G_FILE_ERROR_ACCES },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(Nl668ClientStatus) status = nl668_client_status_new ();
        g_autoptr(GError)            error = NULL;

        error = g_error_new_literal (tests[i].get_domain (), tests[i].code, "why");
        nl668_client_status_set_error (status, NL668_STATE_UNKNOWN, error);
        g_assert_cmpstr (status->error_name, ==, tests[i].name);
        g_assert_cmpstr (status->error_message, ==, "why");
    }
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/status/request", test_request);
    g_test_add_func ("/status/package", test_package);
    g_test_add_func ("/status/record", test_record);
    g_test_add_func ("/status/inhibited", test_inhibited);
    g_test_add_func ("/status/error", test_error);
    g_test_add_func ("/status/error-of-a-library", test_error_of_a_library);

    return g_test_run ();
}
