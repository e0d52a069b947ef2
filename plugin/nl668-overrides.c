/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include "nl668-at.h"
#include "nl668-catalogue.h"
#include "nl668-overrides.h"
#include "nl668-start.h"

/* A handler that returns TRUE stops the emission before it reaches the daemon's handler. */

/*****************************************************************************/
/* Modem.Firmware: List() and Select() */

typedef struct {
    Nl668Modem            *modem;
    MmGdbusModemFirmware  *skeleton;
    GDBusMethodInvocation *invocation;
    /* The package that is selected; NULL for List() */
    gchar                 *id;
} Call;

static void
call_free (Call *self)
{
    nl668_modem_unref (self->modem);
    g_object_unref (self->skeleton);
    g_free (self->id);
    g_slice_free (Call, self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

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
list (Call      *self,
      GPtrArray *packages)
{
    GVariantBuilder  images;
    const gchar     *revision;
    guint            i;

    revision = nl668_modem_get_revision (self->modem);
    g_variant_builder_init (&images, G_VARIANT_TYPE ("aa{sv}"));
    add_image (&images, revision);
    for (i = 0; i < packages->len; i++)
        add_image (&images, ((Nl668Package *) packages->pdata[i])->id);
    g_dbus_method_invocation_return_value (self->invocation,
                                           g_variant_new ("(saa{sv})", revision, &images));
}

static void
select_package (Call *self)
{
    g_autoptr(GVariant) settings = NULL;
    GVariantDict        dict;

    g_variant_dict_init (&dict, NULL);
    g_variant_dict_insert (&dict, "package", "s", self->id);
    settings = g_variant_ref_sink (g_variant_dict_end (&dict));
    nl668_start_authorized (self->modem, self->invocation, settings);
}

static gboolean handle_list   (Nl668Modem            *self,
                               GDBusMethodInvocation *invocation,
                               MmGdbusModemFirmware  *skeleton);
static gboolean handle_select (Nl668Modem            *self,
                               GDBusMethodInvocation *invocation,
                               const gchar           *id,
                               MmGdbusModemFirmware  *skeleton);

/* Lets the daemon handle the call, which asks polkit again. */
static void
pass_on (Call *self)
{
    GCallback handler = self->id ? G_CALLBACK (handle_select) : G_CALLBACK (handle_list);
    gboolean  is_handled;

    g_signal_handlers_block_by_func (self->skeleton, handler, self->modem);
    if (self->id)
        g_signal_emit_by_name (self->skeleton, "handle-select", self->invocation, self->id,
                               &is_handled);
    else
        g_signal_emit_by_name (self->skeleton, "handle-list", self->invocation, &is_handled);
    g_signal_handlers_unblock_by_func (self->skeleton, handler, self->modem);
}

static void
authorize_ready (MMBaseModem  *modem,
                 GAsyncResult *res,
                 gpointer      user_data)
{
    g_autoptr(Call)       self = user_data;
    g_autoptr(GPtrArray)  packages = NULL;
    GError               *error = NULL;

    if (!mm_daemon_authorize_firmware_finish (modem, res, &error) ||
        !nl668_modem_is_here (self->modem, &error)) {
        g_dbus_method_invocation_take_error (self->invocation, error);
        return;
    }

    packages = nl668_catalogue_list (mm_gdbus_modem_get_model (self->modem->skeleton),
                                     nl668_modem_get_revision (self->modem),
                                     mm_daemon_warn_once);
    if (!packages->len)
        pass_on (self);
    else if (self->id)
        select_package (self);
    else
        list (self, packages);
}

/* Anybody may call: until polkit has answered, no package file is read. Only without any file is
 * it known that the daemon should handle the call. */
static gboolean
authorize (Nl668Modem            *modem,
           GDBusMethodInvocation *invocation,
           const gchar           *id,
           MmGdbusModemFirmware  *skeleton)
{
    Call *self;

    if (!modem->modem || !nl668_catalogue_has_files ())
        return FALSE;

    self = g_slice_new0 (Call);
    self->modem = nl668_modem_ref (modem);
    self->skeleton = g_object_ref (skeleton);
    self->invocation = invocation;
    self->id = g_strdup (id);
    mm_daemon_authorize_firmware (modem->modem, invocation,
                                  (GAsyncReadyCallback) authorize_ready, self);
    return TRUE;
}

static gboolean
handle_list (Nl668Modem            *self,
             GDBusMethodInvocation *invocation,
             MmGdbusModemFirmware  *skeleton)
{
    return authorize (self, invocation, NULL, skeleton);
}

static gboolean
handle_select (Nl668Modem            *self,
               GDBusMethodInvocation *invocation,
               const gchar           *id,
               MmGdbusModemFirmware  *skeleton)
{
    return authorize (self, invocation, id, skeleton);
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
