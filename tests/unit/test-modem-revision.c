/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What a module runs after an update has begun, if it does not always say the same */

#include <config.h>

#include <locale.h>
#include <string.h>

#include <glib/gstdio.h>

#include "mock-daemon.h"
#include "nl668-modem-internal.h"
#include "nl668-modem.h"
#include "nl668-ports.h"
#include "nl668-record.h"
#include "wait-until.h"

#define IMEI "867698040000017"
#define OLD  "1.0"
#define NEW  "2.0"

static Nl668Modem *decorated;

/*****************************************************************************/
/* The modem object: its ports are open. */

static void
clear_modem (gpointer data)
{
    Nl668Modem *self = data;

    g_object_unref (self->update);
    g_free (self->unconfirmed);
}

Nl668Modem *
nl668_modem_ref (Nl668Modem *self)
{
    return g_rc_box_acquire (self);
}

void
nl668_modem_unref (Nl668Modem *self)
{
    g_rc_box_release_full (self, clear_modem);
}

const gchar *
nl668_modem_get_revision (Nl668Modem *self)
{
    return nl668_modem_firmware_update_get_current_version (
        NL668_MODEM_FIRMWARE_UPDATE (self->update));
}

gboolean
nl668_modem_hold_ports (Nl668Modem  *self,
                        GError     **error)
{
    return TRUE;
}

void
nl668_modem_hold_or_release_ports (Nl668Modem *self)
{
}

gboolean
nl668_ports_are_taken (MMBaseModem *modem)
{
    return FALSE;
}

/*****************************************************************************/
/* An update of the module that has begun */

static void
begin (void)
{
    g_autoptr(GAsyncResult) begun = NULL;
    g_autoptr(GAsyncResult) recorded = NULL;
    Nl668Request            request = {
        .transport = NL668_TRANSPORT_HTTP,
        .source = (gchar *) "http://h/f",
    };

    nl668_update_begin (decorated->update, &request, NULL, mock_store_result, &begun);
    mock_wait (&begun);
    g_assert_true (nl668_update_begin_finish (decorated->update, begun, NULL));
    nl668_properties_record_request (PROPS (decorated), mock_store_result, &recorded);
    mock_wait (&recorded);
    nl668_update_request (decorated->update);
}

static void
set_up (Mock          *self,
        gconstpointer  data)
{
    mock_set_up (self, data);
    decorated = g_rc_box_new0 (Nl668Modem);
    decorated->modem = mock->modem;
    decorated->skeleton = mock->skeleton;
    decorated->update = nl668_update_new (IMEI);
    nl668_update_module_came (decorated->update, NULL, NULL);
    nl668_update_module_runs (decorated->update, OLD);
    begin ();
    g_string_truncate (mock->warnings, 0);
}

static void
tear_down (Mock          *self,
           gconstpointer  data)
{
    g_autofree gchar *path = NULL;

    nl668_properties_flush (PROPS (decorated));
    path = nl668_record_build_path (IMEI);
    nl668_modem_unref (decorated);
    g_unlink (path);
    mock_tear_down (self, data);
}

/* @revision: what the daemon has read
 * @answers: what the module answers afterwards */
static void
read_revision (const gchar        *revision,
               const gchar *const *answers)
{
    mock->answers = answers;
    mm_gdbus_modem_set_revision (mock->skeleton, revision);
    nl668_modem_read_revision (decorated);
}

static void
assert_read (const gchar *requests,
             const gchar *revision,
             Nl668State   state)
{
    wait_until (!decorated->n_queries);
    g_assert_cmpstr (mock->requests->str, ==, requests);
    g_assert_cmpstr (nl668_modem_get_revision (decorated), ==, revision);
    g_assert_cmpuint (nl668_properties_get_state (PROPS (decorated)), ==, state);
}

/*****************************************************************************/

static void
test_twice (Mock          *self,
            gconstpointer  data)
{
    static const gchar *const answers[] = { NEW, "NL668", NULL };

    read_revision (NEW, answers);
    assert_read ("+CGMR +GMR ", NEW, NL668_STATE_SUCCEEDED);
    g_assert_cmpstr (mock->warnings->str, ==, "");
}

/* No two answers are the same. */
static void
test_different (Mock          *self,
                gconstpointer  data)
{
    static const gchar *const answers[] = { "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", NULL };

    read_revision (NEW, answers);
    assert_read ("+CGMR +CGMR +CGMR +CGMR +CGMR ", "", NL668_STATE_PREPARING);
    g_assert_nonnull (strstr (mock->warnings->str, "a different firmware version each time"));
}

/* It says it once, and nothing more: that must do. */
static void
test_once (Mock          *self,
           gconstpointer  data)
{
    read_revision (NEW, NULL);
    wait_until (!decorated->n_queries);
    g_assert_cmpstr (nl668_modem_get_revision (decorated), ==, NEW);
    g_assert_cmpstr (mock->warnings->str, ==, "");
}

static void
test_never (Mock          *self,
            gconstpointer  data)
{
    read_revision (NULL, NULL);
    wait_until (!decorated->n_queries);
    g_assert_cmpstr (nl668_modem_get_revision (decorated), ==, "");
    g_assert_nonnull (strstr (mock->warnings->str, "does not report its firmware version"));
}

/* The previous firmware answers, too. */
static void
test_both (Mock          *self,
           gconstpointer  data)
{
    static const gchar *const answers[] = { NEW, OLD, NULL };

    read_revision (NEW, answers);
    assert_read ("+CGMR +GMR ", "", NL668_STATE_PREPARING);
    g_assert_nonnull (strstr (mock->warnings->str, "reports two firmware versions"));
}

/* The daemon reads it again while the module is asked. */
static void
test_asked_already (Mock          *self,
                    gconstpointer  data)
{
    static const gchar *const answers[] = { OLD, NULL };

    read_revision (NULL, answers);
    read_revision ("", answers);
    assert_read ("+CGMR ", OLD, NL668_STATE_PREPARING);
}

/* @data: the command whose answer comes when the modem is gone */
static void
test_gone (Mock          *self,
           gconstpointer  data)
{
    static const gchar *const answers[] = { NEW, NEW, NULL };

    read_revision (NEW, answers);
    wait_until (g_str_has_suffix (mock->requests->str, data));
    decorated->modem = NULL;
    wait_until (!decorated->n_queries);
    g_assert_true (g_str_has_suffix (mock->requests->str, data));
    g_assert_cmpstr (nl668_modem_get_revision (decorated), ==, "");
    g_assert_cmpuint (nl668_properties_get_state (PROPS (decorated)), ==, NL668_STATE_PREPARING);
}

#define add_test(name, data, function) \
    g_test_add ("/nl668/modem-revision/" name, Mock, data, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
    g_autofree gchar *directory = NULL;
    gint              status;

    setlocale (LC_ALL, "");
    g_test_init (&argc, &argv, NULL);
    directory = g_dir_make_tmp ("nl668-XXXXXX", NULL);
    g_setenv ("FIBOCOM_NL668_STATE_DIR", directory, TRUE);
    g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent", TRUE);
    /* All 30 queries take 0.5 s. */
    g_setenv ("FIBOCOM_NL668_TIMEOUT_SCALE", "0.0002", TRUE);

    add_test ("twice", NULL, test_twice);
    add_test ("different", NULL, test_different);
    add_test ("once", NULL, test_once);
    add_test ("never", NULL, test_never);
    add_test ("both", NULL, test_both);
    add_test ("asked-already", NULL, test_asked_already);
    add_test ("gone", "+CGMR ", test_gone);
    add_test ("gone-gmr", "+GMR ", test_gone);
    status = g_test_run ();
    g_rmdir (directory);
    return status;
}
