/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-at.h"
#include "sim-data.h"
#include "sim-gtota.h"
#include "sim-sms.h"
#include "sim-uicc.h"

/* <rat> of +GTRAT: the values that restrict the radio to one technology */
#define RAT_UMTS 2
#define RAT_LTE  3

/* <fun> of +CFUN that restarts the module */
#define FUNCTION_RESET 15

typedef enum { DOMAIN_CS, DOMAIN_PS, DOMAIN_EPS, N_DOMAINS } Domain;

static const gchar *const domain_names[N_DOMAINS] = { "CREG", "CGREG", "CEREG" };

/* <AcT> of 3GPP TS 27.007 */
static const guint access_technologies[] = {
    [SIM_REGISTRATION_GSM]  = 0,
    [SIM_REGISTRATION_UMTS] = 2,
    [SIM_REGISTRATION_LTE]  = 7
};

struct _SimAt {
    SimConfig        *config;
    SimUicc          *uicc;
    SimSms           *sms;
    SimData          *data;
    SimGtota         *gtota;
    SimReacquisition *reacquisition;
    SimAtResponse    *response;     /* of the current command */
    guint             function;
    guint             operator_format;
    guint             urcs[N_DOMAINS];
    /* Kept when the module restarts */
    guint             rat;
    guint             allowed_modes;
    guint             ws46;
};

/*****************************************************************************/
/* Identity */

static const gchar *
run_get_key (const SimCall *call)
{
    const SimAt *self = call->state;

    sim_add_line (call->text, "%s",
                  G_STRUCT_MEMBER (const gchar *, self->config, call->command->offset));
    return SIM_OK;
}

static void
add_identity (const SimConfig *config,
              GString         *text)
{
    sim_add_line (text, "Manufacturer: %s\r\nModel: %s\r\nRevision: %s\r\nIMEI: %s",
                  SIM_AT_MANUFACTURER, config->model, config->revision, config->imei);
}

/*****************************************************************************/
/* Card and power */

SimCard
sim_at_get_card (const SimAt *self)
{
    return sim_uicc_get_state (self->uicc);
}

SimUicc *
sim_at_get_uicc (SimAt *self)
{
    return self->uicc;
}

/* <fun>[,<rst>] */
static const gchar *
run_set_function (const SimCall *call)
{
    SimAt         *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);
    guint          n = g_strv_length (arguments);
    guint          function;

    if (n == 0 || !sim_parse_number (arguments[0], 0, FUNCTION_RESET, &function) ||
        (function > 1 && function != 4 && function != FUNCTION_RESET))
        return SIM_INCORRECT_PARAMETERS;
    if (function == FUNCTION_RESET || (n > 1 && g_str_equal (arguments[1], "1")))
        self->response->power = SIM_AT_POWER_RESTART;
    else
        self->function = function;
    return SIM_OK;
}

static const gchar *
run_power_off (const SimCall *call)
{
    SimAt *self = call->state;

    self->response->power = SIM_AT_POWER_OFF;
    return SIM_OK;
}

/*****************************************************************************/
/* Network */

static gboolean
radio_works (const SimAt *self)
{
    return self->function == 1 && !sim_uicc_get_error (self->uicc);
}

/* The modes that both +GTRAT and the control port allow */
static guint
get_effective_modes (const SimAt *self)
{
    if (self->rat == RAT_LTE)
        return self->allowed_modes & (1u << SIM_REGISTRATION_LTE);
    if (self->rat == RAT_UMTS)
        return self->allowed_modes & (1u << SIM_REGISTRATION_UMTS);
    return self->allowed_modes;
}

guint
sim_at_get_registration (const SimAt *self)
{
    guint allowed = get_effective_modes (self);
    guint found = self->config->coverage & allowed;
    guint registration;

    if (sim_reacquisition_is_delayed (self->reacquisition, &registration))
        return registration;
    if (!self->config->coverage || allowed == SIM_AT_ANY_MODE)
        return self->config->registration;
    return found ? g_bit_nth_msf (found, -1) : SIM_REGISTRATION_NONE;
}

gboolean
sim_at_is_registered (const SimAt *self)
{
    return radio_works (self) && !sim_reacquisition_is_searching (self->reacquisition) &&
           sim_at_get_registration (self) != SIM_REGISTRATION_NONE;
}

/* <stat> of 3GPP TS 27.007 */
static guint
get_registration_state (const SimAt *self,
                        Domain       domain)
{
    if (!radio_works (self))
        return 0;
    if (!sim_at_is_registered (self))
        return 2;
    if (domain == DOMAIN_CS)
        return 1;
    return (domain == DOMAIN_EPS) == (sim_at_get_registration (self) == SIM_REGISTRATION_LTE);
}

static void
add_registration (const SimAt *self,
                  Domain       domain,
                  const gchar *prefix,
                  GString     *text)
{
    guint state = get_registration_state (self, domain);

    if (self->urcs[domain] == 2 && state == 1)
        sim_add_line (text, "+%s: %s1,\"1A2B\",\"01C3D4E5\",%u", domain_names[domain], prefix,
                      access_technologies[sim_at_get_registration (self)]);
    else
        sim_add_line (text, "+%s: %s%u", domain_names[domain], prefix, state);
}

static const gchar *
run_get_registration (const SimCall *call)
{
    const SimAt      *self = call->state;
    Domain            domain = call->command->index;
    g_autofree gchar *prefix = g_strdup_printf ("%u,", self->urcs[domain]);

    add_registration (self, domain, prefix, call->text);
    return SIM_OK;
}

gchar *
sim_at_build_registration_urcs (const SimAt *self)
{
    GString *text = g_string_new (NULL);
    guint    i;

    for (i = 0; i < N_DOMAINS; i++) {
        if (self->urcs[i])
            add_registration (self, i, "", text);
    }
    return g_string_free (text, FALSE);
}

static const gchar *
run_set_operator (const SimCall *call)
{
    SimAt *self = call->state;

    /* Every other mode is handled as automatic selection */
    if (!g_str_has_prefix (call->arguments, "3,"))
        return SIM_OK;
    return sim_parse_number (call->arguments + 2, 0, 2, &self->operator_format) ?
           SIM_OK : SIM_INCORRECT_PARAMETERS;
}

static const gchar *
run_get_operator (const SimCall *call)
{
    static const gchar *const names[] = { SIM_AT_OPERATOR, "Test", SIM_AT_MCC SIM_AT_MNC };
    const SimAt              *self = call->state;

    if (sim_at_is_registered (self))
        sim_add_line (call->text, "+COPS: 0,%u,\"%s\",%u", self->operator_format,
                      names[self->operator_format],
                      access_technologies[sim_at_get_registration (self)]);
    else
        sim_add_line (call->text, "+COPS: 0");
    return SIM_OK;
}

static const gchar *
run_get_signal (const SimCall *call)
{
    sim_add_line (call->text, "+CSQ: %s", sim_at_is_registered (call->state) ? "24,99" : "99,99");
    return SIM_OK;
}

/*****************************************************************************/
/* Command lines */

#define STATE(field) .offset = G_STRUCT_OFFSET (SimAt, field)
#define KEY(field)   .offset = G_STRUCT_OFFSET (SimConfig, field)

static const SimCommand commands[] = {
    { "+CMEE=" },
    { "+GCAP",      "+GCAP: +CGSM" },
    { "+CGMI",      SIM_AT_MANUFACTURER },
    { "+CGMM",      NULL, run_get_key, KEY (model)        },
    { "+CGMR",      NULL, run_get_key, KEY (revision)     },
    { "+CGSN",      NULL, run_get_key, KEY (imei)         },
    { "+CFUN=?",    "+CFUN: (0,1,4,15),(0,1)" },
    { "+CFUN?",     NULL, sim_command_get_number, STATE (function) },
    { "+CFUN=",     NULL, run_set_function },
    { "+CPWROFF",   NULL, run_power_off    },
    { "+CSCS=?",    "+CSCS: (\"GSM\",\"IRA\",\"UCS2\")" },
    { "+CSCS?",     "+CSCS: \"IRA\"" },
    { "+CSCS=" },

    { "+CREG=?",    "+CREG: (0-2)"  },
    { "+CREG?",     NULL, run_get_registration, .index = DOMAIN_CS },
    { "+CREG=",     NULL, sim_command_set_number, STATE (urcs[DOMAIN_CS]), .max = 2 },
    { "+CGREG=?",   "+CGREG: (0-2)" },
    { "+CGREG?",    NULL, run_get_registration, .index = DOMAIN_PS },
    { "+CGREG=",    NULL, sim_command_set_number, STATE (urcs[DOMAIN_PS]), .max = 2 },
    { "+CEREG=?",   "+CEREG: (0-2)" },
    { "+CEREG?",    NULL, run_get_registration, .index = DOMAIN_EPS },
    { "+CEREG=",    NULL, sim_command_set_number, STATE (urcs[DOMAIN_EPS]), .max = 2 },
    { "+COPS=?",    "+COPS: (2,\"" SIM_AT_OPERATOR "\",\"Test\",\"" SIM_AT_MCC SIM_AT_MNC "\",7),,"
                    "(0,1,3),(0-2)", .needs_card = TRUE },
    { "+COPS?",     NULL, run_get_operator, .needs_card = TRUE },
    { "+COPS=",     NULL, run_set_operator, .needs_card = TRUE },
    { "+CSQ",       NULL, run_get_signal },
    { "+WS46=?",    "+WS46: (12,22,25,28,29)" },
    { "+WS46?",     NULL, sim_command_get_number, STATE (ws46) },
    { "+WS46=",     NULL, sim_command_set_number, STATE (ws46), .max = 31 },

    { "+GTRAT?",    NULL, sim_command_get_number, STATE (rat) },
    { "+GTRAT=",    NULL, sim_command_set_number, STATE (rat), .max = 99 },
};

static const gchar *
run_extended (SimAt       *self,
              const gchar *line,
              GString     *text)
{
    const struct {
        gpointer          state;
        const SimCommand *commands;
        guint             n_commands;
    } tables[] = {
        { self,        commands,           G_N_ELEMENTS (commands) },
        { self->uicc,  sim_uicc_commands,  sim_uicc_n_commands     },
        { self->sms,   sim_sms_commands,   sim_sms_n_commands      },
        { self->data,  sim_data_commands,  sim_data_n_commands     },
        { self->gtota, sim_gtota_commands, sim_gtota_n_commands    },
    };
    const SimCommand *command = NULL;
    guint             i;

    for (i = 0; i < G_N_ELEMENTS (tables) && !command; i++)
        command = sim_command_find (tables[i].commands, tables[i].n_commands, line);
    if (!command)
        return SIM_ERROR;
    if (command->needs_card && sim_uicc_get_error (self->uicc))
        return sim_uicc_get_error (self->uicc);
    if (command->response)
        sim_add_line (text, "%s", command->response);
    if (!command->handler)
        return SIM_OK;
    return command->handler (&(SimCall) {
        tables[i - 1].state, command, line + strlen (command->name), text
    });
}

/* Basic commands of ITU-T V.250 like E0V1&C1. Those not handled here do nothing. */
static const gchar *
run_basic (SimAt       *self,
           const gchar *line,
           GString     *text)
{
    while (*line) {
        gchar name = g_ascii_toupper (*line++);

        if (name == 'I')
            add_identity (self->config, text);
        else if (name == 'E')
            self->response->echo = *line == '1';
        else if (name == 'D')
            return sim_data_dial (self->data, line);
        else if (name == 'H')
            sim_data_hang_up (self->data);
        else if (name == '&' && *line)
            line++;
        else if (!strchr ("QVXZS=", name))
            return SIM_ERROR;
        while (g_ascii_isdigit (*line))
            line++;
    }
    return SIM_OK;
}

void
sim_at_run (SimAt         *self,
            const gchar   *line,
            SimAtResponse *response)
{
    GString     *text = g_string_new (NULL);
    guint        modes = get_effective_modes (self);
    guint        registration = sim_at_get_registration (self);
    gboolean     in_call = sim_data_in_call (self->data);
    const gchar *result;

    self->response = response;
    sim_data_set_attached (self->data, sim_at_is_registered (self));
    line += strlen ("AT");
    result = *line == '+' ? run_extended (self, line, text) : run_basic (self, line, text);
    if (get_effective_modes (self) != modes)
        sim_reacquisition_begin (self->reacquisition, registration);
    sim_data_set_attached (self->data, sim_at_is_registered (self));

    response->prompt = g_strcmp0 (result, SIM_PROMPT) == 0;
    response->online = g_strcmp0 (result, SIM_CONNECT) == 0;
    response->request = sim_gtota_take_request (self->gtota);
    response->hung_up = in_call && !sim_data_in_call (self->data);
    if (response->prompt)
        g_string_append (text, "\r\n> ");
    else if (result)
        sim_add_line (text, "%s", result);
    if (sim_at_get_registration (self) != registration) {
        g_autofree gchar *urcs = sim_at_build_registration_urcs (self);

        g_string_append (text, urcs);
    }
    response->text = g_string_free (text, FALSE);
}

gchar *
sim_at_receive_pdu (SimAt       *self,
                    const gchar *pdu)
{
    GString *text = g_string_new (NULL);

    sim_sms_receive_pdu (self->sms, pdu, text);
    return g_string_free (text, FALSE);
}

void
sim_at_hang_up (SimAt *self)
{
    sim_data_hang_up (self->data);
}

/*****************************************************************************/

guint
sim_at_get_allowed_modes (const SimAt *self)
{
    return self->allowed_modes;
}

void
sim_at_set_allowed_modes (SimAt *self,
                          guint  modes)
{
    guint before = get_effective_modes (self);
    guint registration = sim_at_get_registration (self);

    self->allowed_modes = modes;
    if (get_effective_modes (self) != before)
        sim_reacquisition_begin (self->reacquisition, registration);
}

gboolean
sim_at_take_refusal (SimAt *self)
{
    return sim_config_take_refusal (self->config);
}

guint
sim_at_get_function (const SimAt *self)
{
    return self->function;
}

void
sim_at_set_function (SimAt *self,
                     guint  function)
{
    self->function = function;
}

void
sim_at_set_updating (SimAt    *self,
                     gboolean  updating)
{
    sim_gtota_set_updating (self->gtota, updating);
}

void
sim_at_restart (SimAt *self)
{
    guint i;

    sim_gtota_set_updating (self->gtota, FALSE);
    sim_reacquisition_abort (self->reacquisition);
    sim_data_hang_up (self->data);
    sim_data_set_attached (self->data, FALSE);
    sim_uicc_restart (self->uicc);
    sim_sms_restart (self->sms);
    self->function = 1;
    self->operator_format = 0;
    for (i = 0; i < N_DOMAINS; i++)
        self->urcs[i] = 0;
}

SimAt *
sim_at_new (SimConfig            *config,
            SimReacquisitionFunc  changed,
            gpointer              user_data)
{
    SimAt *self = g_new0 (SimAt, 1);

    self->config = config;
    self->uicc = sim_uicc_new (config);
    self->sms = sim_sms_new ();
    self->data = sim_data_new (config->composition == SIM_COMPOSITION_ECM);
    self->gtota = sim_gtota_new (config);
    self->reacquisition = sim_reacquisition_new (config, changed, user_data);
    self->rat = 10;
    self->allowed_modes = SIM_AT_ANY_MODE;
    self->ws46 = 25;
    sim_at_restart (self);
    return self;
}

void
sim_at_free (SimAt *self)
{
    sim_reacquisition_free (self->reacquisition);
    sim_gtota_free (self->gtota);
    sim_data_free (self->data);
    sim_sms_free (self->sms);
    sim_uicc_free (self->uicc);
    g_free (self);
}
