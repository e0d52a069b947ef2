/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <gmodule.h>

#include "mm-daemon-program.h"
#include "mm-daemon-symbols.h"
#include "mm-daemon-version.h"

MMDaemonSymbols mm;

/*****************************************************************************/
/* Tables */

typedef struct {
    const gchar *name;
    gpointer    *function;
} Symbol;

static const Symbol symbols[] = {
    { "mm_plugin_get_type",                            (gpointer *) &mm.plugin_get_type          },
    { "mm_plugin_get_name",                            (gpointer *) &mm.plugin_get_name          },
    { "mm_port_probe_list_has_qmi_port",               (gpointer *) &mm.has_qmi_port             },
    { "mm_port_probe_list_has_mbim_port",              (gpointer *) &mm.has_mbim_port            },
    { "mm_broadband_modem_new",                        (gpointer *) &mm.broadband_modem_new      },
    { "mm_base_modem_find_ports",                      (gpointer *) &mm.find_ports               },
    { "mm_base_modem_at_command",                      (gpointer *) &mm.at_command               },
    { "mm_base_modem_at_command_finish",               (gpointer *) &mm.at_command_finish        },
    { "mm_iface_modem_set_current_modes",              (gpointer *) &mm.set_current_modes        },
    { "mm_iface_modem_set_current_modes_finish",       (gpointer *) &mm.set_current_modes_finish },
    { "mm_port_serial_open",                           (gpointer *) &mm.port_open                },
    { "mm_port_serial_close",                          (gpointer *) &mm.port_close               },
    { "mm_port_serial_is_open",                        (gpointer *) &mm.port_is_open             },
    { "mm_port_serial_at_add_unsolicited_msg_handler", (gpointer *) &mm.add_urc_handler          },
    { "_mm_log",                                       (gpointer *) &mm.log                      },
};

static const Symbol symbols_authorize[] = {
    { "mm_base_modem_authorize",        (gpointer *) &mm.authorize        },
    { "mm_base_modem_authorize_finish", (gpointer *) &mm.authorize_finish },
};

static const Symbol symbols_authorize_1_26[] = {
    { "mm_iface_auth_authorize",        (gpointer *) &mm.authorize        },
    { "mm_iface_auth_authorize_finish", (gpointer *) &mm.authorize_finish },
};

/* A daemon may be built without QMI or MBIM. */
static const Symbol symbols_optional[] = {
    { "mm_broadband_modem_qmi_new",  (gpointer *) &mm.broadband_modem_qmi_new  },
    { "mm_broadband_modem_mbim_new", (gpointer *) &mm.broadband_modem_mbim_new },
    { "mm_context_get_test_session", (gpointer *) &mm.get_test_session         },
};

/* What a daemon with polkit calls: src/mm-auth-provider.c */
#define POLKIT_SYMBOL "polkit_authority_check_authorization"

/* The function that identifies each generation, newest first */
static const struct {
    const gchar        *name;
    MMDaemonGeneration  generation;
} marks[] = {
    { "mm_iface_auth_authorize",                    MM_DAEMON_1_26 },
    { "mm_base_modem_get_subsystem_device_id",      MM_DAEMON_1_24 },
    { "mm_base_modem_get_physdev",                  MM_DAEMON_1_22 },
    { "mm_plugin_get_allowed_subsystem_vendor_ids", MM_DAEMON_1_20 },
};

/*****************************************************************************/
/* Binding */

static const gchar *
find_missing (GModule      *program,
              const Symbol *wanted,
              gsize         n_wanted)
{
    gsize i;

    for (i = 0; i < n_wanted; i++) {
        if (!g_module_symbol (program, wanted[i].name, wanted[i].function) || !*wanted[i].function)
            return wanted[i].name;
    }
    return NULL;
}

static gboolean
find_generation (GModule *program)
{
    gpointer symbol;
    gsize    i;

    for (i = 0; i < G_N_ELEMENTS (marks); i++) {
        if (g_module_symbol (program, marks[i].name, &symbol)) {
            mm.generation = marks[i].generation;
            return TRUE;
        }
    }
    return FALSE;
}

static const gchar *
bind_symbols (GModule *program)
{
    const gchar *missing;
    gsize        i;

    missing = find_missing (program, symbols, G_N_ELEMENTS (symbols));
    if (missing)
        return missing;

    for (i = 0; i < G_N_ELEMENTS (symbols_optional); i++)
        find_missing (program, symbols_optional + i, 1);

    return (mm.generation >= MM_DAEMON_1_26 ?
            find_missing (program, symbols_authorize_1_26, G_N_ELEMENTS (symbols_authorize_1_26)) :
            find_missing (program, symbols_authorize, G_N_ELEMENTS (symbols_authorize)));
}

const gchar *
mm_daemon_bind (void)
{
    /* Static, because nobody could free it */
    static gchar      reason[200];
    GModule          *program;
    g_autofree gchar *version = NULL;
    const gchar      *missing;
    GTypeQuery        query = { 0 };

    /* The program itself; never closed. */
    program = g_module_open (NULL, 0);
    if (!program || !find_generation (program))
        return "this is not ModemManager, or it is older than 1.20";

    missing = bind_symbols (program);
    if (missing) {
        g_snprintf (reason, sizeof (reason),
                    "this ModemManager does not export %s: "
                    "look for a newer version of this plugin", missing);
        return reason;
    }

    g_type_query (mm.plugin_get_type (), &query);
    if (query.class_size != sizeof (MMPluginClass)) {
        g_snprintf (reason, sizeof (reason),
                    "the MMPluginClass of this ModemManager has %u bytes instead of %u: "
                    "look for a newer version of this plugin",
                    query.class_size, (guint) sizeof (MMPluginClass));
        return reason;
    }

    mm.uses_polkit = mm_daemon_program_has_symbol (POLKIT_SYMBOL);
    version = mm_daemon_program_get_version ();
    return mm_daemon_version_check (version, &mm.is_untried);
}
