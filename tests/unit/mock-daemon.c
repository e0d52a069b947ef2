/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "mock-daemon.h"

Mock *mock;

/*****************************************************************************/
/* Log */

void
mm_daemon_log (MMBaseModem *modem,
               MMDaemonLog  level,
               const gchar *format,
               ...)
{
    GString *log = level == MM_DAEMON_LOG_WARN ? mock->warnings : mock->infos;
    va_list  args;

    va_start (args, format);
    g_string_append_vprintf (log, format, args);
    va_end (args);
    g_string_append_c (log, '\n');
}

void
mm_daemon_warn_once (const gchar *message,
                     gpointer     user_data)
{
    mm_daemon_warn (NULL, "%s", message);
}

/*****************************************************************************/
/* Commands */

static void
complete (GAsyncReadyCallback  callback,
          gpointer             user_data,
          const gchar         *result)
{
    GTask *task;

    task = g_task_new (mock->modem, NULL, callback, user_data);
    g_task_return_pointer (task, g_strdup (result), g_free);
    g_object_unref (task);
}

static void
refuse (GAsyncReadyCallback  callback,
        gpointer             user_data,
        const GError        *error)
{
    g_task_report_error (mock->modem, callback, user_data, NULL, g_error_copy (error));
}

static gboolean
is_failing (const gchar *command)
{
    return mock->failing && g_str_has_prefix (command, mock->failing);
}

static gchar *
build_response (const gchar *query)
{
    GString *response;
    guint    i;

    response = g_string_new (NULL);
    for (i = 0; i < NL668_SETTING_LAST; i++) {
        if (!mock->values[i] || !g_str_equal (nl668_settings[i].query, query))
            continue;
        if (i == NL668_SETTING_GTRAT)
            g_string_append_printf (response, "+GTRAT: %s\r\n", mock->values[i]);
        else
            g_string_append_printf (response, "+GTSET: \"%s\",%s\r\n", nl668_settings[i].name,
                                    mock->values[i]);
    }
    return g_string_free (response, FALSE);
}

static const gchar *
take_answer (void)
{
    return mock->answers && *mock->answers ? *mock->answers++ : "";
}

static void
set_value (const gchar *command)
{
    guint i;

    for (i = 0; i < NL668_SETTING_LAST; i++) {
        g_autofree gchar *prefix = NULL;

        prefix = nl668_setting_build_command (&nl668_settings[i], "");
        if (!g_str_has_prefix (command, prefix))
            continue;
        g_free (mock->values[i]);
        mock->values[i] = g_strdup (command + strlen (prefix));
        if (i == NL668_SETTING_GTRAT && mock->radio_changed)
            mock->radio_changed ();
    }
}

void
mm_daemon_at_command (MMBaseModem         *modem,
                      const gchar         *command,
                      guint                timeout,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
    g_autofree gchar  *response = NULL;
    g_autoptr(GError)  error = NULL;
    gboolean           is_query;

    is_query = g_str_has_suffix (command, "?");
    if (is_query)
        mock->n_queries++;
    else
        g_string_append_printf (mock->requests, "%s ", command);

    if (is_failing (command)) {
        refuse (callback, user_data, mock->error);
        return;
    }
    response = is_query ? build_response (command) : g_strdup (take_answer ());
    if (is_query && !*response) {
        error = g_error_new (MM_MOBILE_EQUIPMENT_ERROR, MM_MOBILE_EQUIPMENT_ERROR_UNKNOWN,
                             "unknown error");
        refuse (callback, user_data, error);
        return;
    }
    set_value (command);
    complete (callback, user_data, response);
}

/* Like that of the daemon, the response belongs to the result. */
const gchar *
mm_daemon_at_command_finish (MMBaseModem   *modem,
                             GAsyncResult  *res,
                             GError       **error)
{
    gchar *response;

    response = g_task_propagate_pointer (G_TASK (res), error);
    if (response)
        g_object_set_data_full (G_OBJECT (res), "response", response, g_free);
    return response;
}

/*****************************************************************************/
/* Modes */

void
mm_daemon_set_current_modes (MMBaseModem         *modem,
                             guint                allowed,
                             guint                preferred,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
    g_string_append_printf (mock->requests, "%u;%u ", allowed, preferred);
    if (is_failing ("modes")) {
        refuse (callback, user_data, mock->error);
        return;
    }
    mm_gdbus_modem_set_current_modes (mock->skeleton, g_variant_new ("(uu)", allowed, preferred));
    if (allowed == mock->coverage)
        mm_gdbus_modem_set_access_technologies (mock->skeleton,
                                                allowed == MM_MODEM_MODE_4G ? LTE : UMTS);
    if (mock->radio_changed)
        mock->radio_changed ();
    complete (callback, user_data, "");
}

gboolean
mm_daemon_set_current_modes_finish (MMBaseModem   *modem,
                                    GAsyncResult  *res,
                                    GError       **error)
{
    g_autofree gchar *result = NULL;

    result = g_task_propagate_pointer (G_TASK (res), error);
    return !!result;
}

/*****************************************************************************/

void
mock_fail (const gchar *failing,
           GError      *error)
{
    mock->failing = failing;
    g_clear_error (&mock->error);
    mock->error = error;
}

void
mock_configure (const gchar *modes,
                guint        access_technologies)
{
    g_autoptr(GVariant) supported = NULL;

    supported = g_variant_parse (G_VARIANT_TYPE ("a(uu)"), modes, NULL, NULL, NULL);
    mm_gdbus_modem_set_supported_modes (mock->skeleton, supported);
    mm_gdbus_modem_set_access_technologies (mock->skeleton, access_technologies);
}

void
mock_store_result (GObject      *source,
                   GAsyncResult *res,
                   gpointer      user_data)
{
    GAsyncResult **result = user_data;

    *result = g_object_ref (res);
}

void
mock_wait (GAsyncResult **result)
{
    while (!*result)
        g_main_context_iteration (NULL, TRUE);
}

void
mock_set_up (Mock          *self,
             gconstpointer  data)
{
    mock = self;
    mock->modem = g_object_new (G_TYPE_OBJECT, NULL);
    mock->skeleton = mm_gdbus_modem_skeleton_new ();
    mock->requests = g_string_new (NULL);
    mock->warnings = g_string_new (NULL);
    mock->infos = g_string_new (NULL);
    mm_gdbus_modem_set_state (mock->skeleton, MM_MODEM_STATE_REGISTERED);
    mm_gdbus_modem_set_current_modes (mock->skeleton, g_variant_new ("(uu)", 14, 0));
}

void
mock_tear_down (Mock          *self,
                gconstpointer  data)
{
    guint i;

    g_object_unref (mock->modem);
    g_object_unref (mock->skeleton);
    g_string_free (mock->requests, TRUE);
    g_string_free (mock->warnings, TRUE);
    g_string_free (mock->infos, TRUE);
    for (i = 0; i < NL668_SETTING_LAST; i++)
        g_free (mock->values[i]);
    g_clear_error (&mock->error);
}
