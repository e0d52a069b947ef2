/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <libmm-glib.h>

#include "nl668-modem.h"
#include "nl668-preparation.h"
#include "nl668-protocol.h"
#include "nl668-timeouts.h"
#include "nl668-update.h"
#include "nl668-usb-port.h"

#define DECORATION_TAG "nl668-decoration"

/* Counted references, as a method call may outlive the modem */
typedef struct {
    /* NULL once it is gone */
    MMBaseModem      *modem;
    MmGdbusModem     *skeleton;
    Nl668Update      *update;
    /* While an update prepares or downloads */
    Nl668Preparation *preparation;
    /* While Start() is at work */
    gboolean          starting;
} Decoration;

static void
decoration_clear (gpointer data)
{
    Decoration *self = data;

    g_object_unref (self->update);
    g_object_unref (self->skeleton);
}

static void
decoration_unref (Decoration *self)
{
    g_rc_box_release_full (self, decoration_clear);
}

/*****************************************************************************/
/* Preparation of an update */

static gboolean
undo_preparation_cb (Nl668Preparation *preparation)
{
    nl668_preparation_undo (preparation);
    return G_SOURCE_REMOVE;
}

/* Not right away: the daemon may be reading a report from a port that would be
 * closed under it. */
static void
undo_preparation (Decoration *self)
{
    if (self->preparation)
        g_idle_add_full (G_PRIORITY_HIGH, (GSourceFunc) undo_preparation_cb,
                         g_steal_pointer (&self->preparation), g_object_unref);
}

static void
update_state_changed (Decoration *self)
{
    if (!nl668_update_is_downloading (self->update))
        undo_preparation (self);
}

/*****************************************************************************/
/* Method Start() */

typedef struct {
    Decoration            *self;
    GDBusMethodInvocation *invocation;
    GVariant              *settings;
} StartContext;

static void
start_context_free (StartContext *ctx)
{
    decoration_unref (ctx->self);
    g_object_unref (ctx->invocation);
    g_variant_unref (ctx->settings);
    g_slice_free (StartContext, ctx);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (StartContext, start_context_free)

static void
preparation_ready (Nl668Preparation *preparation,
                   GAsyncResult     *res,
                   gpointer          user_data)
{
    g_autoptr(StartContext)  ctx = user_data;
    g_autoptr(GError)        error = NULL;
    Nl668Update             *update = ctx->self->update;

    ctx->self->starting = FALSE;
    nl668_preparation_run_finish (preparation, res, &error);
    nl668_modem_firmware_set_transports (NL668_MODEM_FIRMWARE (update),
                                         nl668_preparation_get_transports (preparation));

    if (!nl668_update_is_under_way (update)) {
        /* Over before it began: by a report, or because the modem is gone */
        nl668_preparation_undo (preparation);
        g_clear_error (&error);
        error = nl668_update_get_last_error (update);
    } else if (error)
        nl668_update_fail (update, error);
    else
        nl668_update_accepted (update);

    if (error)
        g_dbus_method_invocation_return_gerror (ctx->invocation, error);
    else
        nl668_modem_firmware_complete_start (NL668_MODEM_FIRMWARE (update), ctx->invocation);
}

static gboolean
check_modem (Decoration          *self,
             const Nl668Request  *request,
             GError             **error)
{
    MMModemState state;

    state = mm_gdbus_modem_get_state (self->skeleton);
    if (self->starting || nl668_update_is_under_way (self->update))
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                     "a firmware update is under way already");
    else if (state == MM_MODEM_STATE_LOCKED)
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE,
                     "the SIM is locked: unlock it with its PIN first");
    else if (state < MM_MODEM_STATE_REGISTERED)
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_WRONG_STATE,
                     "the modem is not registered in a network: enable it and wait until it is");
    else if (request->version &&
             g_strcmp0 (request->version, mm_gdbus_modem_get_revision (self->skeleton)) == 0)
        g_set_error (error, MM_CORE_ERROR, MM_CORE_ERROR_INVALID_ARGS,
                     "version: the module runs %s already", request->version);
    else
        return TRUE;

    return FALSE;
}

static void
start_authorize_ready (MMBaseModem  *modem,
                       GAsyncResult *res,
                       gpointer      user_data)
{
    g_autoptr(StartContext)  ctx = user_data;
    g_autoptr(Nl668Request)  request = NULL;
    g_autoptr(GError)        error = NULL;
    Decoration              *self = ctx->self;

    if (!self->modem)
        g_set_error (&error, MM_CORE_ERROR, MM_CORE_ERROR_ABORTED, "the modem is gone");
    else if (mm_daemon_authorize_firmware_finish (modem, res, &error))
        request = nl668_request_new (ctx->settings, &error);

    if (error || !check_modem (self, request, &error)) {
        g_dbus_method_invocation_return_gerror (ctx->invocation, error);
        return;
    }

    mm_daemon_info (modem, "processing user request to update the firmware from '%s'...", request->source);
    nl668_update_begin (self->update, request);
    self->starting = TRUE;
    self->preparation = nl668_preparation_new (g_steal_pointer (&request),
                                               nl668_modem_firmware_get_transports (NL668_MODEM_FIRMWARE (self->update)));
    nl668_preparation_run (self->preparation, modem,
                           (GAsyncReadyCallback) preparation_ready, g_steal_pointer (&ctx));
}

static gboolean
handle_start (Decoration            *self,
              GDBusMethodInvocation *invocation,
              GVariant              *settings)
{
    StartContext *ctx;

    ctx = g_slice_new (StartContext);
    ctx->self = g_rc_box_acquire (self);
    ctx->invocation = g_object_ref (invocation);
    ctx->settings = g_variant_ref (settings);
    mm_daemon_authorize_firmware (self->modem, invocation, (GAsyncReadyCallback) start_authorize_ready, ctx);
    return TRUE;
}

/*****************************************************************************/
/* Reports of the module */

/* Called while the daemon reads: see MMDaemonUrcFunc */
static void
report_received (MMPortSerialAt *port,
                 GMatchInfo     *match_info,
                 gpointer        update)
{
    g_autofree gchar *line = NULL;

    line = g_match_info_fetch (match_info, 1);
    nl668_update_report (update, line);
}

static void
listen_to_reports (Decoration *self)
{
    g_autoptr(GRegex)  regex = NULL;
    GList             *ports;
    GList             *l;

    regex = nl668_get_gtota_urc_regex ();
    ports = mm_daemon_find_at_ports (self->modem);
    for (l = ports; l; l = g_list_next (l))
        mm_daemon_port_add_urc_handler (l->data, regex, report_received,
                                        g_object_ref (self->update), g_object_unref);
    g_list_free_full (ports, g_object_unref);
}

/*****************************************************************************/
/* What the module takes */

static void
transports_ready (MMBaseModem  *modem,
                  GAsyncResult *res,
                  gpointer      user_data)
{
    g_autoptr(Nl668ModemFirmware)  update = user_data;
    g_autoptr(GError)              error = NULL;
    const gchar                   *response;
    guint                          transports = 0;

    response = mm_daemon_at_command_finish (modem, res, &error);
    if (!response || !nl668_parse_gtota_test_response (response, &transports, &error))
        mm_daemon_debug (modem, "the module does not say how it updates its firmware: %s", error->message);
    nl668_modem_firmware_set_transports (update, transports);
}

/* The daemon has the primary port open while it initializes the modem. What the
 * module does not answer now, it is asked again when an update starts. */
static void
load_transports (Decoration *self)
{
    mm_daemon_at_command (self->modem, NL668_COMMAND_GTOTA_TEST,
                          MAX (nl668_timeout_get (NL668_TIMEOUT_COMMAND) / 1000, 1),
                          (GAsyncReadyCallback) transports_ready, g_object_ref (self->update));
}

/*****************************************************************************/
/* The updates of the modules that are away, by equipment identifier */

static GHashTable *
get_away (void)
{
    static GHashTable *away = NULL;

    if (!away)
        away = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
    return away;
}

static void
remember (const gchar *imei,
          Nl668Update *update)
{
    if (imei && *imei &&
        nl668_modem_firmware_get_state (NL668_MODEM_FIRMWARE (update)) != NL668_UPDATE_STATE_IDLE)
        g_hash_table_replace (get_away (), g_strdup (imei), g_object_ref (update));
}

static Nl668Update *
recall (const gchar *imei)
{
    g_autofree gchar *key = NULL;
    Nl668Update      *update;

    if (imei && g_hash_table_steal_extended (get_away (), imei, (gpointer *) &key, (gpointer *) &update))
        return update;
    return nl668_update_new ();
}

/*****************************************************************************/
/* Decoration */

static void
detach (Decoration *self)
{
    undo_preparation (self);
    nl668_update_module_left (self->update);
    remember (mm_gdbus_modem_get_equipment_identifier (self->skeleton), self->update);

    g_signal_handlers_disconnect_by_data (self->update, self);
    g_signal_handlers_disconnect_by_data (self->skeleton, self);
    g_dbus_object_skeleton_remove_interface (G_DBUS_OBJECT_SKELETON (self->modem),
                                             G_DBUS_INTERFACE_SKELETON (self->update));
    self->modem = NULL;
    decoration_unref (self);
}

static void
load_revision (Decoration *self)
{
    nl668_update_module_runs (self->update, mm_gdbus_modem_get_revision (self->skeleton));
}

/* The modem is being disposed. Its data would stay until it is finalized. */
static void
modem_gone_cb (gpointer  user_data,
               GObject  *modem)
{
    detach (g_object_steal_data (modem, DECORATION_TAG));
}

void
nl668_modem_undecorate (MMBaseModem *modem)
{
    Decoration *self;

    self = g_object_steal_data (G_OBJECT (modem), DECORATION_TAG);
    if (self) {
        g_object_weak_unref (G_OBJECT (modem), modem_gone_cb, NULL);
        detach (self);
    }
}

void
nl668_modem_decorate (MMBaseModem *modem)
{
    g_autofree gchar *usb_path = NULL;
    Decoration       *self;
    MmGdbusModem     *skeleton = NULL;

    if (g_object_get_data (G_OBJECT (modem), DECORATION_TAG))
        return;

    g_object_get (modem, "iface-modem-dbus-skeleton", &skeleton, NULL);
    if (!skeleton)
        return;

    self = g_rc_box_new0 (Decoration);
    self->modem = modem;
    self->skeleton = skeleton;
    self->update = recall (mm_gdbus_modem_get_equipment_identifier (skeleton));
    g_object_set_data (G_OBJECT (modem), DECORATION_TAG, self);
    g_object_weak_ref (G_OBJECT (modem), modem_gone_cb, NULL);

    g_signal_connect_swapped (self->update, "handle-start", G_CALLBACK (handle_start), self);
    g_signal_connect_swapped (self->update, "notify::state", G_CALLBACK (update_state_changed), self);
    g_signal_connect_swapped (self->skeleton, "notify::revision", G_CALLBACK (load_revision), self);

    usb_path = nl668_usb_port_find_path (mm_gdbus_modem_get_primary_port (skeleton));
    nl668_update_module_came (self->update, modem, usb_path);
    load_revision (self);
    listen_to_reports (self);
    load_transports (self);
    g_dbus_object_skeleton_add_interface (G_DBUS_OBJECT_SKELETON (modem), G_DBUS_INTERFACE_SKELETON (self->update));
}
