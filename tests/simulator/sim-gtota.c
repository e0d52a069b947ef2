/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-gtota.h"

struct _SimGtota {
    const SimConfig *config;
    gboolean         updating;
    SimRequest      *request;
    /* Kept when the module restarts */
    guint            callbreak;
    guint            gprsfirst;
};

static const gchar *
run_set_gtset (const SimCall *call)
{
    SimGtota *self = call->state;
    guint    *setting;

    if (g_str_has_prefix (call->arguments, "\"CALLBREAK\",") && self->config->callbreak)
        setting = &self->callbreak;
    else if (g_str_has_prefix (call->arguments, "\"GPRSFIRST\",") && self->config->gprsfirst)
        setting = &self->gprsfirst;
    else
        return SIM_ERROR;
    return sim_parse_number (strchr (call->arguments, ',') + 1, 0, 1, setting) ?
           SIM_OK : SIM_INCORRECT_PARAMETERS;
}

static const gchar *
run_get_gtset (const SimCall *call)
{
    const SimGtota *self = call->state;

    if (!self->config->gtset_read)
        return SIM_ERROR;
    if (self->config->callbreak)
        sim_add_line (call->text, "+GTSET: \"CALLBREAK\",%u\r\n+GTSET: \"GPRSFIRST\",%u",
                      self->callbreak, self->gprsfirst);
    else
        sim_add_line (call->text, "+GTSET: \"GPRSFIRST\",%u", self->gprsfirst);
    return SIM_OK;
}

static const gchar *
run_test_gtota (const SimCall *call)
{
    /* According to the manual, the response is the syntax of the command. */
    static const gchar *const syntax[] = {
        [SIM_FOTA_HTTP]     = "<type>,<\"url\">",
        [SIM_FOTA_HTTP_FTP] = "<type>,<\"url\">[,<\"filename\">,<\"username\">,<\"password\">]"
    };
    const SimGtota *self = call->state;

    if (self->config->fota == SIM_FOTA_NONE)
        return SIM_ERROR;
    sim_add_line (call->text, "+GTOTA: %s", syntax[self->config->fota]);
    return SIM_OK;
}

static const gchar *
run_set_gtota (const SimCall *call)
{
    SimGtota             *self = call->state;
    g_autoptr(SimRequest) request = NULL;

    if (self->config->fota == SIM_FOTA_NONE)
        return SIM_ERROR;
    request = sim_request_parse (call->arguments);
    if (!request || (request->ftp && self->config->fota == SIM_FOTA_HTTP))
        return SIM_INCORRECT_PARAMETERS;
    if (self->updating || (self->config->callbreak && self->callbreak != 1))
        return SIM_NOT_ALLOWED;
    self->updating = TRUE;
    self->request = g_steal_pointer (&request);
    return SIM_OK;
}

const SimCommand sim_gtota_commands[] = {
    { "+GTSET?",  NULL, run_get_gtset  },
    { "+GTSET=",  NULL, run_set_gtset  },
    { "+GTOTA=?", NULL, run_test_gtota },
    { "+GTOTA=",  NULL, run_set_gtota, .needs_card = TRUE },
};
const guint sim_gtota_n_commands = G_N_ELEMENTS (sim_gtota_commands);

/*****************************************************************************/

SimRequest *
sim_gtota_take_request (SimGtota *self)
{
    return g_steal_pointer (&self->request);
}

void
sim_gtota_set_updating (SimGtota *self,
                        gboolean  updating)
{
    self->updating = updating;
}

SimGtota *
sim_gtota_new (const SimConfig *config)
{
    SimGtota *self = g_new0 (SimGtota, 1);

    self->config = config;
    return self;
}

void
sim_gtota_free (SimGtota *self)
{
    g_clear_pointer (&self->request, sim_request_free);
    g_free (self);
}
