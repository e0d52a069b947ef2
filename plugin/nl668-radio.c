/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "nl668-at.h"
#include "nl668-radio.h"
#include "nl668-timeouts.h"

/* Best first */
static const struct {
    MMModemMode             mode;
    MMModemAccessTechnology access_technologies;
    const gchar            *gtrat;
    const gchar            *name;
} technologies[] = {
    { MM_MODEM_MODE_4G,
      MM_MODEM_ACCESS_TECHNOLOGY_LTE | MM_MODEM_ACCESS_TECHNOLOGY_LTE_CAT_M | MM_MODEM_ACCESS_TECHNOLOGY_LTE_NB_IOT,
      "3", "LTE" },
    { MM_MODEM_MODE_3G,
      MM_MODEM_ACCESS_TECHNOLOGY_UMTS | MM_MODEM_ACCESS_TECHNOLOGY_HSDPA | MM_MODEM_ACCESS_TECHNOLOGY_HSUPA |
      MM_MODEM_ACCESS_TECHNOLOGY_HSPA | MM_MODEM_ACCESS_TECHNOLOGY_HSPA_PLUS,
      "2", "3G" },
};

#define NONE G_N_ELEMENTS (technologies)

/* The best technology that the modem is registered on now, or NONE */
static guint
find_registered (MmGdbusModem *skeleton)
{
    guint i;

    if (mm_gdbus_modem_get_state (skeleton) < MM_MODEM_STATE_REGISTERED)
        return NONE;

    for (i = 0; i < G_N_ELEMENTS (technologies); i++) {
        if (mm_gdbus_modem_get_access_technologies (skeleton) & technologies[i].access_technologies)
            return i;
    }
    return NONE;
}

void
nl668_radio_mode_clear (Nl668RadioMode *mode)
{
    g_clear_pointer (&mode->modes, g_free);
    g_clear_pointer (&mode->gtrat, g_free);
}

/*****************************************************************************/
/* Load */

gchar *
nl668_parse_gtrat_response (const gchar *response)
{
    g_autoptr(GRegex)     regex = NULL;
    g_autoptr(GMatchInfo) match_info = NULL;

    regex = g_regex_new ("^[ \\t]*\\+GTRAT:[ \\t]*(\\d{1,3}(?:,\\d{1,3}){0,7})[ \\t]*$",
                         G_REGEX_RAW | G_REGEX_MULTILINE | G_REGEX_NEWLINE_ANYCRLF, 0, NULL);
    if (!g_regex_match (regex, response, 0, &match_info))
        return NULL;
    return g_match_info_fetch (match_info, 1);
}

/* NULL unless the daemon can hold the modem to each technology that it has, and
 * put back what is now. */
static gchar *
find_modes (MmGdbusModem *skeleton)
{
    GVariant     *supported;
    GVariantIter  iter;
    guint         current_allowed;
    guint         current_preferred;
    guint         allowed;
    guint         preferred;
    gboolean      listed = FALSE;
    MMModemMode   all = 0;
    MMModemMode   single = 0;

    supported = mm_gdbus_modem_get_supported_modes (skeleton);
    if (!supported)
        return NULL;

    g_variant_get (mm_gdbus_modem_get_current_modes (skeleton), "(uu)", &current_allowed, &current_preferred);
    g_variant_iter_init (&iter, supported);
    while (g_variant_iter_next (&iter, "(uu)", &allowed, &preferred)) {
        all |= allowed;
        listed |= allowed == current_allowed && preferred == current_preferred;
        if ((allowed == MM_MODEM_MODE_4G || allowed == MM_MODEM_MODE_3G) && preferred == MM_MODEM_MODE_NONE)
            single |= allowed;
    }
    if (!single || single != (all & (MM_MODEM_MODE_4G | MM_MODEM_MODE_3G)))
        return NULL;

    /* With QMI the daemon may find all modes without a preferred one, a
     * combination that it neither lists nor takes by that name */
    if (!listed && current_allowed == all && current_preferred == MM_MODEM_MODE_NONE) {
        current_allowed = MM_MODEM_MODE_ANY;
        listed = TRUE;
    }
    return listed ? g_strdup_printf ("%u;%u", current_allowed, current_preferred) : NULL;
}

static void
gtrat_ready (MMBaseModem  *modem,
             GAsyncResult *res,
             gpointer      user_data)
{
    g_autoptr(GTask)   task = user_data;
    g_autoptr(GError)  error = NULL;
    const gchar       *response;
    gchar             *gtrat = NULL;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (response)
        gtrat = nl668_parse_gtrat_response (response);
    if (!gtrat)
        mm_daemon_info (modem, "the radio cannot be locked to one access technology: neither "
                               "modes nor AT+GTRAT are available");
    g_task_return_pointer (task, gtrat, g_free);
}

void
nl668_radio_load_finish (MMBaseModem    *modem,
                         GAsyncResult   *res,
                         Nl668RadioMode *mode)
{
    gchar *found;

    nl668_radio_mode_clear (mode);
    found = g_task_propagate_pointer (G_TASK (res), NULL);
    if (found && strchr (found, ';'))
        mode->modes = found;
    else
        mode->gtrat = found;
}

void
nl668_radio_load (MMBaseModem         *modem,
                  MmGdbusModem        *skeleton,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
    GTask *task;
    gchar *modes;

    task = g_task_new (modem, NULL, callback, user_data);
    modes = find_modes (skeleton);
    if (!modes) {
        mm_daemon_at_command (modem, "+GTRAT?", nl668_timeout_get_command_seconds (), (GAsyncReadyCallback) gtrat_ready, task);
        return;
    }

    g_task_return_pointer (task, modes, g_free);
    g_object_unref (task);
}

/*****************************************************************************/
/* Set */

static void
set_gtrat_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    GError           *error = NULL;

    if (mm_daemon_at_command_finish (modem, res, &error))
        g_task_return_boolean (task, TRUE);
    else
        g_task_return_error (task, error);
}

/* The daemon hands on what a QMI or MBIM module says, in the domains of libraries
 * that the plugin has no other use for; and it fails if the module has other
 * modes in the end than it was told. */
static gboolean
is_modes_refusal (const GError *error)
{
    const gchar *domain;

    domain = g_quark_to_string (error->domain);
    return (nl668_is_refusal (error) ||
            g_error_matches (error, MM_CORE_ERROR, MM_CORE_ERROR_FAILED) ||
            g_str_equal (domain, "qmi_protocol_error_quark") ||
            g_str_equal (domain, "mbim_status_error_quark"));
}

static void
set_modes_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(GTask)   task = user_data;
    g_autoptr(GError)  error = NULL;

    if (mm_daemon_set_current_modes_finish (modem, res, &error))
        g_task_return_boolean (task, TRUE);
    else if (is_modes_refusal (error))
        g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_UNSUPPORTED, "%s", error->message);
    else
        g_task_return_error (task, g_steal_pointer (&error));
}

static void
set_modes (MMBaseModem *modem,
           const gchar *modes,
           GTask       *task)
{
    gchar *rest;
    guint  allowed;
    guint  preferred;

    allowed = g_ascii_strtoull (modes, &rest, 10);
    preferred = *rest == ';' ? g_ascii_strtoull (rest + 1, NULL, 10) : MM_MODEM_MODE_NONE;
    mm_daemon_set_current_modes (modem, allowed, preferred, (GAsyncReadyCallback) set_modes_ready, task);
}

gboolean
nl668_radio_restore_finish (MMBaseModem   *modem,
                            GAsyncResult  *res,
                            GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_radio_restore (MMBaseModem          *modem,
                     const Nl668RadioMode *mode,
                     GAsyncReadyCallback   callback,
                     gpointer              user_data)
{
    g_autofree gchar *command = NULL;
    GTask            *task;

    task = g_task_new (modem, NULL, callback, user_data);
    if (mode->modes)
        set_modes (modem, mode->modes, task);
    else if (mode->gtrat) {
        command = g_strdup_printf ("+GTRAT=%s", mode->gtrat);
        mm_daemon_at_command (modem, command, nl668_timeout_get_command_seconds (), (GAsyncReadyCallback) set_gtrat_ready, task);
    } else {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    }
}

/*****************************************************************************/
/* Hold */

typedef struct {
    MmGdbusModem *skeleton;
    gboolean      by_modes;
    guint         technology;
    /* While it waits for that technology to come up */
    guint         timeout_id;
    gulong        changed_id;
    gulong        cancelled_id;
} HoldContext;

static void hold_technology (GTask *task);

static void
stop_waiting (GTask *task)
{
    HoldContext *ctx = g_task_get_task_data (task);

    /* Not g_cancellable_disconnect (), which may not be called in a handler */
    if (ctx->cancelled_id) {
        g_signal_handler_disconnect (g_task_get_cancellable (task), ctx->cancelled_id);
        ctx->cancelled_id = 0;
    }
    if (ctx->timeout_id) {
        g_source_remove (ctx->timeout_id);
        ctx->timeout_id = 0;
    }
    if (ctx->changed_id) {
        g_signal_handler_disconnect (ctx->skeleton, ctx->changed_id);
        ctx->changed_id = 0;
    }
}

static void
hold_context_free (HoldContext *ctx)
{
    g_object_unref (ctx->skeleton);
    g_slice_free (HoldContext, ctx);
}

static gboolean
not_come_up_cb (GTask *task)
{
    HoldContext *ctx = g_task_get_task_data (task);

    ctx->timeout_id = 0;
    stop_waiting (task);
    ctx->technology++;
    hold_technology (task);
    return G_SOURCE_REMOVE;
}

static void
skeleton_changed (GTask *task)
{
    HoldContext *ctx = g_task_get_task_data (task);

    if (find_registered (ctx->skeleton) == ctx->technology) {
        stop_waiting (task);
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    }
}

static void
cancelled_cb (GCancellable *cancellable,
              GTask        *task)
{
    stop_waiting (task);
    g_task_return_error_if_cancelled (task);
    g_object_unref (task);
}

static void
wait_for_technology (GTask *task)
{
    HoldContext  *ctx = g_task_get_task_data (task);
    GCancellable *cancellable;

    if (g_task_return_error_if_cancelled (task)) {
        g_object_unref (task);
        return;
    }

    cancellable = g_task_get_cancellable (task);
    if (cancellable)
        ctx->cancelled_id = g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), task);
    ctx->timeout_id = g_timeout_add (nl668_timeout_get (NL668_TIMEOUT_RADIO), (GSourceFunc) not_come_up_cb, task);
    ctx->changed_id = g_signal_connect_swapped (ctx->skeleton, "notify", G_CALLBACK (skeleton_changed), task);
    skeleton_changed (task);
}

/* The modem as it is may still do. */
static void
technology_refused (GTask        *task,
                    const GError *error)
{
    HoldContext *ctx = g_task_get_task_data (task);

    mm_daemon_info (g_task_get_source_object (task), "the radio cannot be locked to %s: %s",
                    technologies[ctx->technology].name, error->message);
    if (find_registered (ctx->skeleton) == ctx->technology) {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
        return;
    }
    ctx->technology++;
    hold_technology (task);
}

static void
technology_set (GObject      *modem,
                GAsyncResult *res,
                gpointer      user_data)
{
    g_autoptr(GError)  error = NULL;
    GTask             *task = user_data;

    if (g_task_propagate_boolean (G_TASK (res), &error))
        wait_for_technology (task);
    else if (nl668_is_refusal (error))
        technology_refused (task, error);
    else {
        g_prefix_error (&error, "cannot tell whether the radio is locked: ");
        g_task_return_error (task, g_steal_pointer (&error));
        g_object_unref (task);
    }
}

static void
return_too_slow (GTask *task)
{
    g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE,
                             "the network is 2G, which is too slow for an update: find better "
                             "coverage, or try anyway with network-lock=no");
    g_object_unref (task);
}

static void
hold_technology (GTask *task)
{
    HoldContext      *ctx = g_task_get_task_data (task);
    g_autofree gchar *modes = NULL;
    Nl668RadioMode    mode = { NULL, NULL };

    if (ctx->technology == NONE) {
        return_too_slow (task);
        return;
    }

    if (ctx->by_modes)
        mode.modes = modes = g_strdup_printf ("%u;%u", technologies[ctx->technology].mode, MM_MODEM_MODE_NONE);
    else
        mode.gtrat = (gchar *) technologies[ctx->technology].gtrat;
    nl668_radio_restore (g_task_get_source_object (task), &mode, (GAsyncReadyCallback) technology_set, task);
}

gboolean
nl668_radio_hold_finish (MMBaseModem   *modem,
                         GAsyncResult  *res,
                         GError       **error)
{
    return g_task_propagate_boolean (G_TASK (res), error);
}

void
nl668_radio_hold (MMBaseModem          *modem,
                  MmGdbusModem         *skeleton,
                  const Nl668RadioMode *mode,
                  GCancellable         *cancellable,
                  GAsyncReadyCallback   callback,
                  gpointer              user_data)
{
    HoldContext *ctx;
    GTask       *task;
    guint        registered;

    task = g_task_new (modem, cancellable, callback, user_data);
    registered = find_registered (skeleton);

    ctx = g_slice_new0 (HoldContext);
    ctx->skeleton = g_object_ref (skeleton);
    ctx->by_modes = !!mode->modes;
    /* On 2G: the best one first, then the other */
    ctx->technology = registered == NONE ? 0 : registered;
    g_task_set_task_data (task, ctx, (GDestroyNotify) hold_context_free);

    if (registered == NONE &&
        mm_gdbus_modem_get_access_technologies (skeleton) == MM_MODEM_ACCESS_TECHNOLOGY_UNKNOWN) {
        mm_daemon_info (modem, "the radio is not locked: the access technology is unknown");
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    } else if (mode->modes || mode->gtrat)
        hold_technology (task);
    else if (registered == NONE)
        return_too_slow (task);
    else {
        g_task_return_boolean (task, TRUE);
        g_object_unref (task);
    }
}
