/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <gio/gio.h>

#include "sim-composition.h"

#define PRIMARY   "ID_MM_PORT_TYPE_AT_PRIMARY=1"
#define SECONDARY "ID_MM_PORT_TYPE_AT_SECONDARY=1"
#define QCDM      "ID_MM_PORT_TYPE_QCDM=1"
#define IGNORE    "ID_MM_PORT_IGNORE=1"
/* What the rules of ModemManager 1.24 say of 1508:1001, and fwupd looks at */
#define FIREHOSE  PRIMARY "\nE: ID_MM_QUALCOMM_FIREHOSE=1\nE: ID_MM_QUALCOMM_SAHARA=1"

typedef struct {
    SimUsbId        id;
    guint           composition;
    guint           interfaces;       /* by default; 0: all */
    SimUsbFunction  functions[SIM_MAX_INTERFACES];
    const gchar    *hints[SIM_MAX_INTERFACES];
} Layout;

static const Layout layouts[] = {
    {
        { 0x1508, 0x1001 }, SIM_COMPOSITION_AT, 1 << 1 | 1 << 2,
        { SIM_USB_DIAG, SIM_USB_AT, SIM_USB_AT, SIM_USB_AT },
        { QCDM, FIREHOSE, SECONDARY, SECONDARY }
    },
    {
        { 0x1508, 0x1001 }, SIM_COMPOSITION_QMI, 0,
        { SIM_USB_DIAG, SIM_USB_AT, SIM_USB_AT, SIM_USB_AT, SIM_USB_QMI },
        { QCDM, FIREHOSE, SECONDARY, SECONDARY }
    },
    {
        { 0x1508, 0x1001 }, SIM_COMPOSITION_ECM, 0,
        { SIM_USB_DIAG, SIM_USB_AT, SIM_USB_AT, SIM_USB_AT, SIM_USB_ECM, SIM_USB_ECM_DATA },
        { QCDM, FIREHOSE, SECONDARY, SECONDARY }
    },
    {
        { 0x1508, 0x1000 }, SIM_COMPOSITION_QMI, 0,
        { SIM_USB_AT, SIM_USB_AT, SIM_USB_QMI },
        { PRIMARY, SECONDARY }
    },
    {
        { 0x1508, 0x1000 }, SIM_COMPOSITION_ECM, 0,
        { SIM_USB_AT, SIM_USB_AT, SIM_USB_ECM, SIM_USB_ECM_DATA },
        { PRIMARY, SECONDARY }
    },
    {
        { 0x2cb7, 0x01a0 }, SIM_COMPOSITION_AT, 1 << 2 | 1 << 3,
        { [2] = SIM_USB_AT, SIM_USB_AT, SIM_USB_DIAG },
        { [2] = PRIMARY, SECONDARY, IGNORE }
    },
    {
        { 0x2cb7, 0x01a0 }, SIM_COMPOSITION_MBIM, 0,
        { SIM_USB_MBIM, SIM_USB_MBIM_DATA, SIM_USB_AT, SIM_USB_AT, SIM_USB_DIAG },
        { [2] = PRIMARY, SECONDARY, IGNORE }
    },
};

/* Any other module, including 1508:1000 without a network interface */
static const Layout fallback = {
    .functions = { SIM_USB_AT, SIM_USB_AT },
    .hints = { PRIMARY, SECONDARY }
};

static const Layout *
find_layout (const SimConfig *config)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (layouts); i++) {
        const Layout *layout = &layouts[i];

        if (layout->id.vendor == config->id.vendor && layout->id.product == config->id.product &&
            layout->composition == config->composition)
            return layout;
    }
    return config->composition == SIM_COMPOSITION_AT ? &fallback : NULL;
}

static guint
get_default_interfaces (const Layout *layout)
{
    guint mask = layout->interfaces;
    guint i;

    for (i = 0; i < SIM_MAX_INTERFACES && !layout->interfaces; i++) {
        if (layout->functions[i] != SIM_USB_NONE)
            mask |= 1u << i;
    }
    return mask;
}

gboolean
sim_composition_complete_config (SimConfig  *config,
                                 GError    **error)
{
    const Layout *layout = find_layout (config);

    if (!layout) {
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                     "%04x:%04x does not have this composition",
                     config->id.vendor, config->id.product);
        return FALSE;
    }
    if (!config->interfaces)
        config->interfaces = get_default_interfaces (layout);
    return TRUE;
}

/* Every version of ModemManager has rules for 2cb7:01a0 */
static gboolean
has_hints (const SimConfig *config)
{
    return config->hints || (config->id.vendor == 0x2cb7 && config->id.product == 0x01a0);
}

guint
sim_composition_list (const SimConfig *config,
                      SimUsbInterface *interfaces)
{
    const Layout *layout = find_layout (config);
    guint         n = 0;
    guint         i;

    for (i = 0; i < SIM_MAX_INTERFACES; i++) {
        if (config->interfaces & (1u << i) && layout->functions[i] != SIM_USB_NONE)
            interfaces[n++] = (SimUsbInterface) {
                i, layout->functions[i], has_hints (config) ? layout->hints[i] : NULL
            };
    }
    return n;
}

guint
sim_composition_get_report_interfaces (const SimConfig *config)
{
    const Layout *layout = find_layout (config);
    guint         i;

    if (config->report)
        return config->report;
    for (i = 0; i < SIM_MAX_INTERFACES; i++) {
        if (config->interfaces & (1u << i) && layout->functions[i] == SIM_USB_AT)
            return 1u << i;
    }
    return 0;
}
