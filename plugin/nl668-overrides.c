/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-catalogue.h"
#include "nl668-overrides.h"
#include "nl668-start.h"

/* A handler that returns TRUE stops the emission before it reaches the daemon's handler. */

/* Returns an empty list if the daemon should handle the call. */
static GPtrArray *
list_packages (Nl668Modem *self)
{
    if (!self->modem)
        return g_ptr_array_new ();
    return nl668_catalogue_list (mm_gdbus_modem_get_model (self->skeleton),
                                 nl668_modem_get_revision (self),
                                 mm_daemon_warn_once);
}

/*****************************************************************************/
/* Modem.Firmware: List() */

typedef struct {
    Nl668Modem            *modem;
    GDBusMethodInvocation *invocation;
    GPtrArray             *packages;
} ListContext;

static void
list_context_free (ListContext *ctx)
{
    nl668_modem_unref (ctx->modem);
    g_object_unref (ctx->invocation);
    g_ptr_array_unref (ctx->packages);
    g_slice_free (ListContext, ctx);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListContext, list_context_free)

static void
add_image (GVariantBuilder *images,
           const gchar     *id)
{
    g_variant_builder_open (images, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add (images, "{sv}", "image-type",
                           g_variant_new_uint32 (MM_FIRMWARE_IMAGE_TYPE_GENERIC));
    g_variant_builder_add (images, "{sv}", "unique-id", g_variant_new_string (id));
    g_variant_builder_close (images);
}

static void
list_authorize_ready (MMBaseModem  *modem,
                      GAsyncResult *res,
                      gpointer      user_data)
{
    g_autoptr(ListContext)  ctx = user_data;
    g_autoptr(GError)       error = NULL;
    GVariantBuilder         images;
    const gchar            *revision;
    guint                   i;

    if (!mm_daemon_authorize_firmware_finish (modem, res, &error)) {
        g_dbus_method_invocation_return_gerror (g_object_ref (ctx->invocation), error);
        return;
    }

    revision = nl668_modem_get_revision (ctx->modem);
    g_variant_builder_init (&images, G_VARIANT_TYPE ("aa{sv}"));
    add_image (&images, revision);
    for (i = 0; i < ctx->packages->len; i++)
        add_image (&images, ((Nl668Package *) ctx->packages->pdata[i])->id);
    g_dbus_method_invocation_return_value (g_object_ref (ctx->invocation),
                                           g_variant_new ("(saa{sv})", revision, &images));
}

static gboolean
handle_list (Nl668Modem            *self,
             GDBusMethodInvocation *invocation)
{
    g_autoptr(GPtrArray)  packages = NULL;
    ListContext          *ctx;

    packages = list_packages (self);
    if (!packages->len)
        return FALSE;

    ctx = g_slice_new0 (ListContext);
    ctx->modem = nl668_modem_ref (self);
    ctx->invocation = invocation;
    ctx->packages = g_steal_pointer (&packages);
    mm_daemon_authorize_firmware (self->modem, invocation,
                                  (GAsyncReadyCallback) list_authorize_ready, ctx);
    return TRUE;
}

/*****************************************************************************/
/* Modem.Firmware: Select() */

static gboolean
handle_select (Nl668Modem            *self,
               GDBusMethodInvocation *invocation,
               const gchar           *id)
{
    g_autoptr(GPtrArray)  packages = NULL;
    g_autoptr(GVariant)   settings = NULL;
    GVariantDict          dict;

    packages = list_packages (self);
    if (!packages->len)
        return FALSE;

    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert (&dict, "package", "s", id);
    settings = g_variant_ref_sink (g_variant_dict_end (&dict));
    nl668_start (self, invocation, settings);
    return TRUE;
}

void
nl668_overrides_connect_firmware (Nl668Modem           *self,
                                  MmGdbusModemFirmware *skeleton)
{
    nl668_modem_connect (self, skeleton, "handle-list", G_CALLBACK (handle_list));
    nl668_modem_connect (self, skeleton, "handle-select", G_CALLBACK (handle_select));
}

/*****************************************************************************/
/* Modem: methods that could break the module during an update */

static gboolean
fail_if_updating (MMBaseModem           *modem,
                  GDBusMethodInvocation *invocation)
{
    if (!nl668_modem_is_updating (modem))
        return FALSE;

    g_dbus_method_invocation_return_error (invocation, MM_CORE_ERROR, MM_CORE_ERROR_IN_PROGRESS,
                                           "the module may be updating its firmware, and this "
                                           "could break it: check the status of the update");
    return TRUE;
}

static gboolean
handle_reset (MMBaseModem           *modem,
              GDBusMethodInvocation *invocation)
{
    return fail_if_updating (modem, invocation);
}

static gboolean
handle_factory_reset (MMBaseModem           *modem,
                      GDBusMethodInvocation *invocation,
                      const gchar           *code)
{
    return fail_if_updating (modem, invocation);
}

static gboolean
handle_set_power_state (MMBaseModem           *modem,
                        GDBusMethodInvocation *invocation,
                        guint                  power_state)
{
    return power_state == MM_MODEM_POWER_STATE_OFF && fail_if_updating (modem, invocation);
}

/* With QMI, the daemon resets the module to apply them. */
static gboolean
handle_set_current_capabilities (MMBaseModem           *modem,
                                 GDBusMethodInvocation *invocation,
                                 guint                  capabilities)
{
    return fail_if_updating (modem, invocation);
}

/* The daemon creates the modem anew afterwards. */
static gboolean
handle_set_primary_sim_slot (MMBaseModem           *modem,
                             GDBusMethodInvocation *invocation,
                             guint                  slot)
{
    return fail_if_updating (modem, invocation);
}

/* The daemon accepts commands only in debug mode. */
static gboolean
handle_command (MMBaseModem           *modem,
                GDBusMethodInvocation *invocation,
                const gchar           *command,
                guint                  timeout)
{
    return !nl668_at_is_harmless (command) && fail_if_updating (modem, invocation);
}

void
nl668_overrides_connect_modem (MMBaseModem  *modem,
                               MmGdbusModem *skeleton)
{
    static const struct {
        const gchar *signal;
        GCallback    handler;
    } handlers[] = {
        { "handle-reset",                    G_CALLBACK (handle_reset)                    },
        { "handle-factory-reset",            G_CALLBACK (handle_factory_reset)            },
        { "handle-set-power-state",          G_CALLBACK (handle_set_power_state)          },
        { "handle-set-current-capabilities", G_CALLBACK (handle_set_current_capabilities) },
        { "handle-set-primary-sim-slot",     G_CALLBACK (handle_set_primary_sim_slot)     },
        { "handle-command",                  G_CALLBACK (handle_command)                  },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (handlers); i++)
        g_signal_connect_object (skeleton, handlers[i].signal, handlers[i].handler, modem,
                                 G_CONNECT_SWAPPED);
}
