/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-config.h"
#include "sim-data.h"

#define MAX_CID 16

typedef struct {
    gchar    *type;       /* NULL if the context is not defined */
    gchar    *apn;
    gboolean  active;
} Context;

struct _SimData {
    Context  contexts[MAX_CID + 1];     /* by <cid> */
    gboolean attached;
    gboolean has_ecm;
    guint    call_cid;                  /* 0 if there is none */
    guint    rndis_cid;                 /* 0 if there is none */
};

/*****************************************************************************/
/* Contexts */

static gboolean
activate_context (SimData *self,
                  guint    cid)
{
    if (!self->attached || !self->contexts[cid].type)
        return FALSE;
    self->contexts[cid].active = TRUE;
    return TRUE;
}

static void
deactivate_context (SimData *self,
                    guint    cid)
{
    self->contexts[cid].active = FALSE;
    if (self->call_cid == cid)
        self->call_cid = 0;
    if (self->rndis_cid == cid)
        self->rndis_cid = 0;
}

static void
define_context (SimData     *self,
                guint        cid,
                const gchar *type,
                const gchar *apn)
{
    Context *context = &self->contexts[cid];

    deactivate_context (self, cid);
    g_free (context->type);
    g_free (context->apn);
    context->type = g_strdup (type);
    context->apn = g_strdup (apn);
}

void
sim_data_set_attached (SimData  *self,
                       gboolean  attached)
{
    guint cid;

    self->attached = attached;
    for (cid = 1; cid <= MAX_CID && !attached; cid++)
        deactivate_context (self, cid);
}

/*****************************************************************************/
/* Calls */

const gchar *
sim_data_dial (SimData     *self,
               const gchar *number)
{
    guint cid = 1;

    /* *99# or *99***<cid>#, see 3GPP TS 27.007 section 10.2.1.1 */
    if (!g_str_has_prefix (number, "*99") || !g_str_has_suffix (number, "#"))
        return SIM_NO_CARRIER;
    number += strlen ("*99");
    if (g_str_has_prefix (number, "***")) {
        g_autofree gchar *digits = g_strndup (number + 3, strlen (number + 3) - 1);

        if (!sim_parse_number (digits, 1, MAX_CID, &cid))
            return SIM_ERROR;
    }
    if (self->call_cid || !activate_context (self, cid))
        return SIM_NO_CARRIER;
    self->call_cid = cid;
    return SIM_CONNECT;
}

void
sim_data_hang_up (SimData *self)
{
    if (self->call_cid)
        deactivate_context (self, self->call_cid);
}

gboolean
sim_data_in_call (const SimData *self)
{
    return self->call_cid > 0;
}

/*****************************************************************************/
/* Commands */

static const gchar *
run_set_context (const SimCall *call)
{
    g_auto(GStrv) arguments = sim_split_arguments (call->arguments);
    guint         n = g_strv_length (arguments);
    guint         cid;

    if (n == 0 || !sim_parse_number (arguments[0], 1, MAX_CID, &cid))
        return SIM_INCORRECT_PARAMETERS;
    define_context (call->state, cid, n > 1 ? arguments[1] : NULL, n > 2 ? arguments[2] : "");
    return SIM_OK;
}

static const gchar *
run_get_contexts (const SimCall *call)
{
    const SimData *self = call->state;
    guint          cid;

    for (cid = 1; cid <= MAX_CID; cid++) {
        if (self->contexts[cid].type)
            sim_add_line (call->text, "+CGDCONT: %u,\"%s\",\"%s\",\"\",0,0",
                          cid, self->contexts[cid].type, self->contexts[cid].apn);
    }
    return SIM_OK;
}

/* <state>[,<cid>], without <cid> for all contexts */
static const gchar *
run_set_active (const SimCall *call)
{
    SimData       *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);
    guint          n = g_strv_length (arguments);
    guint          active;
    guint          first = 1;
    guint          last = MAX_CID;
    guint          cid;

    if (n == 0 || !sim_parse_number (arguments[0], 0, 1, &active))
        return SIM_INCORRECT_PARAMETERS;
    if (n > 1) {
        if (!sim_parse_number (arguments[1], 1, MAX_CID, &first) || !self->contexts[first].type)
            return SIM_INCORRECT_PARAMETERS;
        last = first;
    }
    for (cid = first; cid <= last; cid++) {
        if (!active)
            deactivate_context (self, cid);
        else if (self->contexts[cid].type && !activate_context (self, cid))
            return SIM_NOT_ALLOWED;
    }
    return SIM_OK;
}

static const gchar *
run_get_active (const SimCall *call)
{
    const SimData *self = call->state;
    guint          cid;

    for (cid = 1; cid <= MAX_CID; cid++) {
        if (self->contexts[cid].type)
            sim_add_line (call->text, "+CGACT: %u,%u", cid, self->contexts[cid].active);
    }
    return SIM_OK;
}

static const gchar *
run_get_attached (const SimCall *call)
{
    const SimData *self = call->state;

    sim_add_line (call->text, "+CGATT: %u", self->attached);
    return SIM_OK;
}

static const gchar *
run_test_rndis (const SimCall *call)
{
    const SimData *self = call->state;

    if (!self->has_ecm)
        return SIM_ERROR;
    sim_add_line (call->text, "+GTRNDIS: (0,1),(1-%u)", MAX_CID);
    return SIM_OK;
}

/* <state>,<cid> */
static const gchar *
run_set_rndis (const SimCall *call)
{
    SimData       *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);
    guint          active;
    guint          cid;

    if (!self->has_ecm)
        return SIM_ERROR;
    if (g_strv_length (arguments) != 2 ||
        !sim_parse_number (arguments[0], 0, 1, &active) ||
        !sim_parse_number (arguments[1], 1, MAX_CID, &cid))
        return SIM_INCORRECT_PARAMETERS;
    if (!active) {
        deactivate_context (self, cid);
        return SIM_OK;
    }
    if (!activate_context (self, cid))
        return SIM_NOT_ALLOWED;
    self->rndis_cid = cid;
    return SIM_OK;
}

static const gchar *
run_get_rndis (const SimCall *call)
{
    const SimData *self = call->state;

    if (!self->has_ecm)
        return SIM_ERROR;
    if (self->rndis_cid)
        sim_add_line (call->text, "+GTRNDIS: 1,%u,\"192.0.2.2\",\"192.0.2.1\",\"192.0.2.1\"",
                      self->rndis_cid);
    else
        sim_add_line (call->text, "+GTRNDIS: 0");
    return SIM_OK;
}

const SimCommand sim_data_commands[] = {
    { "+CGDCONT=?", "+CGDCONT: (1-16),\"IP\",,,(0-2),(0-4)\r\n"
                    "+CGDCONT: (1-16),\"IPV6\",,,(0-2),(0-4)\r\n"
                    "+CGDCONT: (1-16),\"IPV4V6\",,,(0-2),(0-4)" },
    { "+CGDCONT?",  NULL, run_get_contexts },
    { "+CGDCONT=",  NULL, run_set_context  },
    { "+CGACT=?",   "+CGACT: (0,1)" },
    { "+CGACT?",    NULL, run_get_active   },
    { "+CGACT=",    NULL, run_set_active   },
    { "+CGATT?",    NULL, run_get_attached },
    { "+CEER",      "+CEER: No cause information available" },
    { "+GTRNDIS=?", NULL, run_test_rndis   },
    { "+GTRNDIS?",  NULL, run_get_rndis    },
    { "+GTRNDIS=",  NULL, run_set_rndis    },
};
const guint sim_data_n_commands = G_N_ELEMENTS (sim_data_commands);

/*****************************************************************************/

SimData *
sim_data_new (gboolean has_ecm)
{
    SimData *self = g_new0 (SimData, 1);

    self->has_ecm = has_ecm;
    define_context (self, 1, "IPV4V6", "internet");
    return self;
}

void
sim_data_free (SimData *self)
{
    guint cid;

    for (cid = 1; cid <= MAX_CID; cid++)
        define_context (self, cid, NULL, NULL);
    g_free (self);
}
