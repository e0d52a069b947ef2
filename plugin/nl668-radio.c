/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-radio.h"
#include "nl668-settings.h"
#include "nl668-timeouts.h"

#define TECHNOLOGIES_LTE (MM_MODEM_ACCESS_TECHNOLOGY_LTE | \
                          MM_MODEM_ACCESS_TECHNOLOGY_LTE_CAT_M | \
                          MM_MODEM_ACCESS_TECHNOLOGY_LTE_NB_IOT)
#define TECHNOLOGIES_3G  (MM_MODEM_ACCESS_TECHNOLOGY_UMTS | \
                          MM_MODEM_ACCESS_TECHNOLOGY_HSDPA | \
                          MM_MODEM_ACCESS_TECHNOLOGY_HSUPA | \
                          MM_MODEM_ACCESS_TECHNOLOGY_HSPA | \
                          MM_MODEM_ACCESS_TECHNOLOGY_HSPA_PLUS)

/* Best first */
static const struct {
    MMModemMode  mode;
    guint        access_technologies;
    const gchar *gtrat;
    const gchar *name;
} technologies[] = {
    { MM_MODEM_MODE_4G, TECHNOLOGIES_LTE, NL668_AT_GTRAT_LTE, "LTE" },
    { MM_MODEM_MODE_3G, TECHNOLOGIES_3G,  NL668_AT_GTRAT_3G,  "3G"  },
};

#define NONE G_N_ELEMENTS (technologies)

/* The best technology that the modem is registered on, or NONE */
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

/* If the access technology is unknown, it may be the best one. */
static gboolean
is_unknown (MmGdbusModem *skeleton)
{
    return (find_registered (skeleton) == NONE &&
            !mm_gdbus_modem_get_access_technologies (skeleton));
}

gboolean
nl668_radio_is_off (MMBaseModem *modem)
{
    MmGdbusModem *skeleton;

    skeleton = modem ? mm_gdbus_object_peek_modem (MM_GDBUS_OBJECT (modem)) : NULL;
    return skeleton && mm_gdbus_modem_get_power_state (skeleton) == MM_MODEM_POWER_STATE_LOW;
}

/*****************************************************************************/
/* Load */

gboolean
nl668_radio_get_modes (MmGdbusModem *skeleton,
                       Nl668Saved   *modes)
{
    GVariant     *supported;
    GVariantIter  iter;
    guint         current_allowed;
    guint         current_preferred;
    guint         allowed;
    guint         preferred;
    gboolean      is_listed = FALSE;
    MMModemMode   all = 0;
    MMModemMode   single = 0;

    supported = mm_gdbus_modem_get_supported_modes (skeleton);
    if (!supported)
        return FALSE;

    g_variant_get (mm_gdbus_modem_get_current_modes (skeleton), "(uu)",
                   &current_allowed, &current_preferred);
    g_variant_iter_init (&iter, supported);
    while (g_variant_iter_next (&iter, "(uu)", &allowed, &preferred)) {
        all |= allowed;
        is_listed |= allowed == current_allowed && preferred == current_preferred;
        if ((allowed == MM_MODEM_MODE_4G || allowed == MM_MODEM_MODE_3G) &&
            preferred == MM_MODEM_MODE_NONE)
            single |= allowed;
    }
    if (!single || single != (all & (MM_MODEM_MODE_4G | MM_MODEM_MODE_3G)))
        return FALSE;

    /* With QMI, all modes may be allowed with none of them preferred. The daemon does not list
     * this combination, and accepts it only as "any". */
    if (!is_listed && current_allowed == all && current_preferred == MM_MODEM_MODE_NONE) {
        current_allowed = MM_MODEM_MODE_ANY;
        is_listed = TRUE;
    }

    if (!is_listed)
        return FALSE;

    modes->has_modes = TRUE;
    modes->allowed_modes = current_allowed;
    modes->preferred_mode = current_preferred;
    return TRUE;
}

static void
query_gtrat_ready (MMBaseModem  *modem,
                   GAsyncResult *res,
                   gpointer      user_data)
{
    g_autoptr(GTask)  task = user_data;
    GError           *error = NULL;
    Nl668Saved       *saved;

    saved = nl668_settings_load_finish (res, &error);
    if (!saved) {
        g_task_return_error (task, error);
        return;
    }
    if (!saved->values[NL668_SETTING_GTRAT])
        mm_daemon_info (modem, "the radio cannot be locked to one access technology: "
                               "neither modes nor AT+GTRAT are available");
    g_task_return_pointer (task, saved, (GDestroyNotify) nl668_saved_free);
}

Nl668Saved *
nl668_radio_load_finish (MMBaseModem   *modem,
                         GAsyncResult  *res,
                         GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

void
nl668_radio_load (MMBaseModem         *modem,
                  MmGdbusModem        *skeleton,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
    g_autoptr(Nl668Saved)  saved = NULL;
    g_autoptr(GTask)       task = NULL;

    saved = g_new0 (Nl668Saved, 1);
    task = g_task_new (modem, NULL, callback, user_data);
    /* Then the radio is not going to be locked. */
    if (is_unknown (skeleton) || nl668_radio_get_modes (skeleton, saved))
        g_task_return_pointer (task, g_steal_pointer (&saved), (GDestroyNotify) nl668_saved_free);
    else
        nl668_settings_load (modem, NL668_AT_GTRAT_QUERY, cancellable,
                             (GAsyncReadyCallback) query_gtrat_ready, g_steal_pointer (&task));
}

/*****************************************************************************/
/* Lock: one technology after the other, best first */

typedef struct {
    MmGdbusModem *skeleton;
    /* What was loaded, and what the radio is locked to */
    Nl668Saved   *saved;
    guint         technology;
    /* Whether the modem was registered on that technology before, and still seems to be: it may
     * take a moment until the daemon hears that the modem registers anew. */
    gboolean      was_registered;
    gboolean      is_registered;
    /* While waiting for registration on that technology */
    guint         timeout_id;
    gulong        changed_id;
    gulong        cancelled_id;
} LockContext;

static void lock_to_technology (GTask *task);

static void
lock_context_free (LockContext *ctx)
{
    g_object_unref (ctx->skeleton);
    g_clear_pointer (&ctx->saved, nl668_saved_free);
    g_slice_free (LockContext, ctx);
}

static void
locked (GTask *task)
{
    LockContext *ctx = g_task_get_task_data (task);

    g_task_return_pointer (task, g_steal_pointer (&ctx->saved), (GDestroyNotify) nl668_saved_free);
    g_object_unref (task);
}

/*****************************************************************************/
/* Waiting for registration */

static void
stop_waiting_for_registration (GTask *task)
{
    LockContext *ctx = g_task_get_task_data (task);

    /* g_cancellable_disconnect () must not be called from the handler. */
    g_clear_signal_handler (&ctx->cancelled_id, g_task_get_cancellable (task));
    g_clear_handle_id (&ctx->timeout_id, g_source_remove);
    g_clear_signal_handler (&ctx->changed_id, ctx->skeleton);
}

static gboolean
waited_cb (GTask *task)
{
    LockContext *ctx = g_task_get_task_data (task);

    ctx->timeout_id = 0;
    stop_waiting_for_registration (task);
    if (ctx->was_registered) {
        if (!ctx->is_registered)
            mm_daemon_info (g_task_get_source_object (task),
                            "the modem has not registered on %s again yet: going on anyway",
                            technologies[ctx->technology].name);
        locked (task);
    } else {
        ctx->technology++;
        lock_to_technology (task);
    }
    return G_SOURCE_REMOVE;
}

static void
wait_for_change (GTask        *task,
                 Nl668Timeout  timeout)
{
    LockContext *ctx = g_task_get_task_data (task);

    g_clear_handle_id (&ctx->timeout_id, g_source_remove);
    ctx->timeout_id = g_timeout_add (nl668_timeout_get (timeout), (GSourceFunc) waited_cb, task);
}

static void
registration_changed (GTask *task)
{
    LockContext *ctx = g_task_get_task_data (task);
    gboolean     is_registered;

    is_registered = find_registered (ctx->skeleton) == ctx->technology;
    if (is_registered == ctx->is_registered)
        return;

    ctx->is_registered = is_registered;
    if (is_registered) {
        stop_waiting_for_registration (task);
        locked (task);
    } else
        wait_for_change (task, NL668_TIMEOUT_RADIO);
}

static void
cancelled_cb (GCancellable *cancellable,
              GTask        *task)
{
    stop_waiting_for_registration (task);
    /* The callback runs later, not from within the handler of a state change. */
    g_task_return_error_if_cancelled (task);
    g_object_unref (task);
}

static void
wait_for_registration (GTask *task)
{
    LockContext  *ctx = g_task_get_task_data (task);
    GCancellable *cancellable;

    if (g_task_return_error_if_cancelled (task)) {
        g_object_unref (task);
        return;
    }

    cancellable = g_task_get_cancellable (task);
    if (cancellable)
        ctx->cancelled_id = g_signal_connect (cancellable, "cancelled",
                                              G_CALLBACK (cancelled_cb), task);
    ctx->changed_id = g_signal_connect_swapped (ctx->skeleton, "notify",
                                                G_CALLBACK (registration_changed), task);
    ctx->is_registered = ctx->was_registered;
    wait_for_change (task, ctx->was_registered ? NL668_TIMEOUT_RADIO_CHANGE : NL668_TIMEOUT_RADIO);
    registration_changed (task);
}

/*****************************************************************************/
/* Locking */

static void
note_lock (LockContext *ctx)
{
    if (ctx->saved->has_modes)
        ctx->saved->locked_mode = technologies[ctx->technology].mode;
    else
        nl668_saved_set_locked_gtrat (ctx->saved, technologies[ctx->technology].gtrat);
}

static void
technology_set (GTask *task)
{
    note_lock (g_task_get_task_data (task));
    wait_for_registration (task);
}

/* Takes ownership of @error. */
static void
technology_failed (GTask    *task,
                   GError   *error,
                   gboolean  is_refusal)
{
    LockContext *ctx = g_task_get_task_data (task);

    if (!is_refusal) {
        g_prefix_error (&error, "cannot tell whether the radio is locked: ");
        g_task_return_error (task, error);
        g_object_unref (task);
        return;
    }

    mm_daemon_info (g_task_get_source_object (task), "the radio cannot be locked to %s: %s",
                    technologies[ctx->technology].name, error->message);
    g_error_free (error);
    /* Even without a lock, the modem may stay on that technology. Any other value is the user's. */
    if (find_registered (ctx->skeleton) == ctx->technology) {
        if (!ctx->saved->locked_mode && !ctx->saved->locked_gtrat)
            note_lock (ctx);
        locked (task);
    } else {
        ctx->technology++;
        lock_to_technology (task);
    }
}

/* The error domains are those of libqmi and libmbim, which the plugin does not link to. The
 * daemon also fails if the modes that it reads back are not those that it has set. */
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
    LockContext *ctx = g_task_get_task_data (user_data);
    GError      *error = NULL;

    if (mm_daemon_set_current_modes_finish (modem, res, &error)) {
        technology_set (user_data);
        return;
    }
    /* Otherwise, the daemon would not set those that it believes to be set, to restore them. */
    if (!is_modes_refusal (error))
        mm_gdbus_modem_set_current_modes (ctx->skeleton,
                                          g_variant_new ("(uu)", technologies[ctx->technology].mode,
                                                         MM_MODEM_MODE_NONE));
    technology_failed (user_data, error, is_modes_refusal (error));
}

static void
set_gtrat_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    GError *error = NULL;

    if (mm_daemon_at_command_finish (modem, res, &error))
        technology_set (user_data);
    else
        technology_failed (user_data, error, nl668_is_refusal (error));
}

static void
return_too_slow (GTask *task)
{
    g_task_return_new_error (task, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE,
                             "the network is 2G, which is too slow for an update: find better "
                             "coverage, or try anyway with network-lock=no");
    g_object_unref (task);
}

/* Whether the radio was locked to the technology before */
static gboolean
is_set (LockContext *ctx)
{
    const Nl668Saved *saved = ctx->saved;

    if (saved->has_modes)
        return (saved->allowed_modes == technologies[ctx->technology].mode &&
                saved->preferred_mode == MM_MODEM_MODE_NONE);
    return g_strcmp0 (saved->values[NL668_SETTING_GTRAT], technologies[ctx->technology].gtrat) == 0;
}

static void
lock_to_technology (GTask *task)
{
    LockContext      *ctx = g_task_get_task_data (task);
    MMBaseModem      *modem = g_task_get_source_object (task);
    g_autofree gchar *command = NULL;

    if (ctx->technology == NONE) {
        return_too_slow (task);
        return;
    }

    ctx->was_registered = find_registered (ctx->skeleton) == ctx->technology;
    if (is_set (ctx)) {
        note_lock (ctx);
        if (ctx->was_registered)
            locked (task);
        else
            wait_for_registration (task);
        return;
    }
    if (ctx->saved->has_modes) {
        mm_daemon_set_current_modes (modem, technologies[ctx->technology].mode, MM_MODEM_MODE_NONE,
                                     (GAsyncReadyCallback) set_modes_ready, task);
        return;
    }
    command = nl668_setting_build_command (&nl668_settings[NL668_SETTING_GTRAT],
                                           technologies[ctx->technology].gtrat);
    mm_daemon_at_command (modem, command, nl668_timeout_get_command_seconds (),
                          (GAsyncReadyCallback) set_gtrat_ready, task);
}

Nl668Saved *
nl668_radio_lock_finish (MMBaseModem   *modem,
                         GAsyncResult  *res,
                         GError       **error)
{
    return g_task_propagate_pointer (G_TASK (res), error);
}

void
nl668_radio_lock (MMBaseModem         *modem,
                  MmGdbusModem        *skeleton,
                  const Nl668Saved    *saved,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
    LockContext *ctx;
    GTask       *task;
    guint        registered;

    task = g_task_new (modem, cancellable, callback, user_data);
    registered = find_registered (skeleton);

    ctx = g_slice_new0 (LockContext);
    ctx->skeleton = g_object_ref (skeleton);
    ctx->saved = g_new0 (Nl668Saved, 1);
    nl668_saved_copy (ctx->saved, saved);
    ctx->technology = registered == NONE ? 0 : registered;
    g_task_set_task_data (task, ctx, (GDestroyNotify) lock_context_free);

    if (is_unknown (skeleton)) {
        mm_daemon_info (modem, "the radio is not locked: the access technology is unknown");
        locked (task);
    } else if (saved->has_modes || saved->values[NL668_SETTING_GTRAT])
        lock_to_technology (task);
    else if (registered == NONE)
        return_too_slow (task);
    else
        locked (task);
}
