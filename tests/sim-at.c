/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-at.h"

/* Final results; the numbers are those of 3GPP TS 27.007 9.2 */
#define OK                   "OK"
#define ERROR                "ERROR"
#define NOT_ALLOWED          "+CME ERROR: 3"
#define SIM_NOT_INSERTED     "+CME ERROR: 10"
#define SIM_PIN_REQUIRED     "+CME ERROR: 11"
#define INCORRECT_PASSWORD   "+CME ERROR: 16"
#define INCORRECT_PARAMETERS "+CME ERROR: 50"

/* <rat> of +GTRAT, where it holds the radio */
#define RAT_UMTS 2
#define RAT_LTE  3

/* SIM_AT_ICCID as the card keeps it */
#define ICCID_BCD "988812010000103254F8"

typedef enum { DOMAIN_CS, DOMAIN_PS, DOMAIN_EPS, N_DOMAINS } Domain;

static const gchar *const domain_names[N_DOMAINS] = { "CREG", "CGREG", "CEREG" };

/* <AcT> of 3GPP TS 27.007 */
static const guint access_technologies[] = {
    [SIM_REGISTRATION_GSM]  = 0,
    [SIM_REGISTRATION_UMTS] = 2,
    [SIM_REGISTRATION_LTE]  = 7
};

struct _SimAt {
    const SimConfig *config;
    gboolean         updating;
    gboolean         unlocked;
    guint            function;
    guint            operator_format;
    guint            urcs[N_DOMAINS];
    /* Kept when the module restarts */
    guint            callbreak;
    guint            gprsfirst;
    guint            rat;
    guint            allowed;
    guint            ws46;
};

typedef struct _Command Command;

typedef struct {
    SimAt         *self;
    const Command *command;
    const gchar   *arguments;   /* what follows the name in the table */
    GString       *text;
    SimAtReply    *reply;
} Call;

/* Adds what a command says before its final result to the call's text, and
 * returns the final result. */
typedef const gchar *(* Handler) (const Call *call);

struct _Command {
    const gchar *name;        /* with a '=' at its end: any arguments */
    const gchar *answer;      /* a line that is always the same, or NULL */
    Handler      handler;     /* NULL: OK */
    gsize        offset;      /* of the field that the handler works on */
    guint        max;         /* of a number */
    Domain       domain;
    gboolean     needs_card;
};

static G_GNUC_PRINTF (2, 3) void
add_line (GString     *text,
          const gchar *format,
          ...)
{
    va_list arguments;

    g_string_append (text, "\r\n");
    va_start (arguments, format);
    g_string_append_vprintf (text, format, arguments);
    va_end (arguments);
    g_string_append (text, "\r\n");
}

/*****************************************************************************/
/* What is a field of the state or of the keys */

static const gchar *
run_set_number (const Call *call)
{
    guint *number = G_STRUCT_MEMBER_P (call->self, call->command->offset);

    return sim_parse_number (call->arguments, 0, call->command->max, number) ? OK : INCORRECT_PARAMETERS;
}

static const gchar *
run_get_number (const Call *call)
{
    const gchar *name = call->command->name;

    add_line (call->text, "%.*s: %u", (gint) strlen (name) - 1, name,
              G_STRUCT_MEMBER (guint, call->self, call->command->offset));
    return OK;
}

static const gchar *
run_get_key (const Call *call)
{
    add_line (call->text, "%s",
              G_STRUCT_MEMBER (const gchar *, call->self->config, call->command->offset));
    return OK;
}

static void
add_identity (const SimConfig *config,
              GString         *text)
{
    add_line (text, "Manufacturer: %s\r\nModel: %s\r\nRevision: %s\r\nIMEI: %s",
              config->manufacturer, config->model, config->revision, config->imei);
}

/*****************************************************************************/
/* SIM card */

SimCard
sim_at_get_card (const SimAt *self)
{
    return self->unlocked ? SIM_CARD_READY : (SimCard) self->config->card;
}

/* NULL if the card can be used */
static const gchar *
check_card (const SimAt *self)
{
    static const gchar *const problems[] = {
        [SIM_CARD_PIN]     = SIM_PIN_REQUIRED,
        [SIM_CARD_MISSING] = SIM_NOT_INSERTED
    };
    SimCard card = sim_at_get_card (self);

    return card == SIM_CARD_READY ? NULL : problems[card];
}

static const gchar *
run_get_pin (const Call *call)
{
    const gchar *problem = check_card (call->self);

    if (g_strcmp0 (problem, SIM_NOT_INSERTED) == 0)
        return problem;
    add_line (call->text, "+CPIN: %s", problem ? "SIM PIN" : "READY");
    return OK;
}

gboolean
sim_at_enter_pin (SimAt       *self,
                  const gchar *pin)
{
    if (sim_at_get_card (self) != SIM_CARD_PIN || !g_str_equal (pin, SIM_AT_PIN))
        return FALSE;
    self->unlocked = TRUE;
    return TRUE;
}

static const gchar *
run_enter_pin (const Call *call)
{
    g_autofree gchar *pin = g_strdup (call->arguments);

    if (sim_at_get_card (call->self) != SIM_CARD_PIN)
        return NOT_ALLOWED;
    g_strdelimit (pin, "\"", ' ');
    return sim_at_enter_pin (call->self, g_strstrip (pin)) ? OK : INCORRECT_PASSWORD;
}

/* The card has two files, EF-ICCID and EF-AD */
static const gchar *
run_card_file (const Call *call)
{
    if (g_str_has_prefix (call->arguments, "176,12258,"))
        add_line (call->text, "+CRSM: 144,0,\"%s\"", ICCID_BCD);
    else if (g_str_has_prefix (call->arguments, "176,28589,"))
        add_line (call->text, "+CRSM: 144,0,\"00000002\"");
    else
        add_line (call->text, "+CRSM: 106,130,\"\"");
    return OK;
}

/*****************************************************************************/
/* Network */

static gboolean
radio_works (const SimAt *self)
{
    return self->function == 1 && !check_card (self);
}

/* The technologies that +GTRAT and a control port leave, as a mask */
static guint
get_allowed (const SimAt *self)
{
    if (self->rat == RAT_LTE)
        return self->allowed & (1u << SIM_REGISTRATION_LTE);
    if (self->rat == RAT_UMTS)
        return self->allowed & (1u << SIM_REGISTRATION_UMTS);
    return self->allowed;
}

guint
sim_at_get_registration (const SimAt *self)
{
    guint allowed = get_allowed (self);
    guint found = self->config->coverage & allowed;

    if (!self->config->coverage || allowed == SIM_AT_ANY)
        return self->config->registration;
    return found ? g_bit_nth_msf (found, -1) : SIM_REGISTRATION_NONE;
}

gboolean
sim_at_is_registered (const SimAt *self)
{
    return radio_works (self) && sim_at_get_registration (self) != SIM_REGISTRATION_NONE;
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
        add_line (text, "+%s: %s1,\"1A2B\",\"01C3D4E5\",%u",
                  domain_names[domain], prefix, access_technologies[sim_at_get_registration (self)]);
    else
        add_line (text, "+%s: %s%u", domain_names[domain], prefix, state);
}

static const gchar *
run_get_registration (const Call *call)
{
    Domain            domain = call->command->domain;
    g_autofree gchar *prefix = g_strdup_printf ("%u,", call->self->urcs[domain]);

    add_registration (call->self, domain, prefix, call->text);
    return OK;
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
run_set_operator (const Call *call)
{
    /* Everything but the format is as good as `automatic` */
    if (!g_str_has_prefix (call->arguments, "3,"))
        return OK;
    return sim_parse_number (call->arguments + 2, 0, 2, &call->self->operator_format) ?
           OK : INCORRECT_PARAMETERS;
}

static const gchar *
run_get_operator (const Call *call)
{
    static const gchar *const names[] = { SIM_AT_OPERATOR, "Test", SIM_AT_MCC SIM_AT_MNC };
    SimAt                    *self = call->self;

    if (sim_at_is_registered (self))
        add_line (call->text, "+COPS: 0,%u,\"%s\",%u", self->operator_format,
                  names[self->operator_format], access_technologies[sim_at_get_registration (self)]);
    else
        add_line (call->text, "+COPS: 0");
    return OK;
}

static const gchar *
run_get_signal (const Call *call)
{
    add_line (call->text, "+CSQ: %s", sim_at_is_registered (call->self) ? "24,99" : "99,99");
    return OK;
}

/*****************************************************************************/
/* Firmware update */

static const gchar *
run_gtset (const Call *call)
{
    SimAt *self = call->self;
    guint *setting;

    if (g_str_has_prefix (call->arguments, "\"CALLBREAK\","))
        setting = &self->callbreak;
    else if (g_str_has_prefix (call->arguments, "\"GPRSFIRST\",") && self->config->gprsfirst)
        setting = &self->gprsfirst;
    else
        return ERROR;
    return sim_parse_number (strchr (call->arguments, ',') + 1, 0, 1, setting) ? OK : INCORRECT_PARAMETERS;
}

static const gchar *
run_get_gtset (const Call *call)
{
    if (!call->self->config->gtset_read)
        return ERROR;
    add_line (call->text, "+GTSET: \"CALLBREAK\",%u\r\n+GTSET: \"GPRSFIRST\",%u",
              call->self->callbreak, call->self->gprsfirst);
    return OK;
}

static const gchar *
run_gtota_test (const Call *call)
{
    /* The manual has the module answer with the syntax itself. */
    static const gchar *const answers[] = {
        [SIM_FOTA_HTTP]     = "<type>,<\"url\">",
        [SIM_FOTA_HTTP_FTP] = "<type>,<\"url\">[,<\"filename\">,<\"username\">,<\"password\">]"
    };
    const gchar *answer = answers[call->self->config->fota];

    if (!answer)
        return ERROR;
    add_line (call->text, "+GTOTA: %s", answer);
    return OK;
}

static const gchar *
run_gtota (const Call *call)
{
    SimAt                *self = call->self;
    g_autoptr(SimRequest) request = NULL;

    if (self->config->fota == SIM_FOTA_NONE)
        return ERROR;
    request = sim_request_parse (call->arguments);
    if (!request || (request->ftp && self->config->fota == SIM_FOTA_HTTP))
        return INCORRECT_PARAMETERS;
    if (self->updating || self->callbreak != 1)
        return NOT_ALLOWED;
    self->updating = TRUE;
    call->reply->request = g_steal_pointer (&request);
    return OK;
}

/*****************************************************************************/
/* Command lines */

#define STATE(field) .offset = G_STRUCT_OFFSET (SimAt, field)
#define KEY(field)   .offset = G_STRUCT_OFFSET (SimConfig, field)

static const Command commands[] = {
    { "+CMEE=" },
    { "+GCAP",      "+GCAP: +CGSM" },
    { "+CGMI",      NULL, run_get_key, KEY (manufacturer) },
    { "+CGMM",      NULL, run_get_key, KEY (model)        },
    { "+CGMR",      NULL, run_get_key, KEY (revision)     },
    { "+CGSN",      NULL, run_get_key, KEY (imei)         },
    { "+CFUN=?",    "+CFUN: (0,1,4),(0,1)" },
    { "+CFUN?",     NULL, run_get_number, STATE (function) },
    { "+CFUN=",     NULL, run_set_number, STATE (function), .max = 4 },
    { "+CSCS=?",    "+CSCS: (\"GSM\",\"IRA\",\"UCS2\")" },
    { "+CSCS?",     "+CSCS: \"IRA\"" },
    { "+CSCS=" },

    { "+CPIN?",     NULL, run_get_pin   },
    { "+CPIN=",     NULL, run_enter_pin },
    { "+CIMI",      SIM_AT_IMSI,            .needs_card = TRUE },
    { "+CCID",      "+CCID: " SIM_AT_ICCID, .needs_card = TRUE },
    { "+CRSM=",     NULL, run_card_file, .needs_card = TRUE },
    { "+CNUM",      .needs_card = TRUE },

    { "+CREG=?",    "+CREG: (0-2)"  },
    { "+CREG?",     NULL, run_get_registration, .domain = DOMAIN_CS },
    { "+CREG=",     NULL, run_set_number, STATE (urcs[DOMAIN_CS]), .max = 2 },
    { "+CGREG=?",   "+CGREG: (0-2)" },
    { "+CGREG?",    NULL, run_get_registration, .domain = DOMAIN_PS },
    { "+CGREG=",    NULL, run_set_number, STATE (urcs[DOMAIN_PS]), .max = 2 },
    { "+CEREG=?",   "+CEREG: (0-2)" },
    { "+CEREG?",    NULL, run_get_registration, .domain = DOMAIN_EPS },
    { "+CEREG=",    NULL, run_set_number, STATE (urcs[DOMAIN_EPS]), .max = 2 },
    { "+COPS=?",    "+COPS: (2,\"" SIM_AT_OPERATOR "\",\"Test\",\"" SIM_AT_MCC SIM_AT_MNC "\",7),,(0,1,3),(0-2)",
                    .needs_card = TRUE },
    { "+COPS?",     NULL, run_get_operator, .needs_card = TRUE },
    { "+COPS=",     NULL, run_set_operator, .needs_card = TRUE },
    { "+CSQ",       NULL, run_get_signal },
    { "+WS46=?",    "+WS46: (12,22,25,28,29)" },
    { "+WS46?",     NULL, run_get_number, STATE (ws46) },
    { "+WS46=",     NULL, run_set_number, STATE (ws46), .max = 31 },
    { "+CGDCONT=?", "+CGDCONT: (1-16),\"IP\",,,(0-2),(0-4)\r\n"
                    "+CGDCONT: (1-16),\"IPV6\",,,(0-2),(0-4)\r\n"
                    "+CGDCONT: (1-16),\"IPV4V6\",,,(0-2),(0-4)" },
    { "+CGDCONT?",  "+CGDCONT: 1,\"IPV4V6\",\"internet\",\"\",0,0" },
    { "+CGDCONT=" },

    { "+GTRAT?",    NULL, run_get_number, STATE (rat) },
    { "+GTRAT=",    NULL, run_set_number, STATE (rat), .max = 99 },
    { "+GTSET?",    NULL, run_get_gtset  },
    { "+GTSET=",    NULL, run_gtset      },
    { "+GTOTA=?",   NULL, run_gtota_test },
    { "+GTOTA=",    NULL, run_gtota, .needs_card = TRUE },
};

static const Command *
find_command (const gchar *line)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (commands); i++) {
        const gchar *name = commands[i].name;
        gsize        length = strlen (name);

        if (g_str_has_suffix (name, "=") ?
            g_ascii_strncasecmp (line, name, length) == 0 :
            g_ascii_strcasecmp (line, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static const gchar *
run_extended (Call        *call,
              const gchar *line)
{
    const Command *command = find_command (line);

    if (!command)
        return ERROR;
    if (command->needs_card && check_card (call->self))
        return check_card (call->self);
    if (command->answer)
        add_line (call->text, "%s", command->answer);
    if (!command->handler)
        return OK;
    call->command = command;
    call->arguments = line + strlen (command->name);
    return command->handler (call);
}

/* Commands of V.250 like E0V1&C1: I and E alone do something */
static const gchar *
run_basic (Call        *call,
           const gchar *line)
{
    while (*line) {
        gchar name = g_ascii_toupper (*line++);

        if (name == 'I')
            add_identity (call->self->config, call->text);
        else if (name == 'E')
            call->reply->echo = *line == '1';
        else if (name == '&' && *line)
            line++;
        else if (!strchr ("HQVXZS=", name))
            return ERROR;
        while (g_ascii_isdigit (*line))
            line++;
    }
    return OK;
}

void
sim_at_run (SimAt       *self,
            const gchar *line,
            SimAtReply  *reply)
{
    Call  call = { .self = self, .text = g_string_new (NULL), .reply = reply };
    guint registration = sim_at_get_registration (self);

    line += strlen ("AT");
    add_line (call.text, "%s", *line == '+' ? run_extended (&call, line) : run_basic (&call, line));
    if (sim_at_get_registration (self) != registration) {
        g_autofree gchar *urcs = sim_at_build_registration_urcs (self);

        g_string_append (call.text, urcs);
    }
    reply->text = g_string_free (call.text, FALSE);
}

/*****************************************************************************/

guint
sim_at_get_allowed (const SimAt *self)
{
    return self->allowed;
}

void
sim_at_set_allowed (SimAt *self,
                    guint  technologies)
{
    self->allowed = technologies;
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
    self->updating = updating;
}

void
sim_at_restart (SimAt *self)
{
    guint i;

    self->updating = FALSE;
    self->unlocked = FALSE;
    self->function = 1;
    self->operator_format = 0;
    for (i = 0; i < N_DOMAINS; i++)
        self->urcs[i] = 0;
}

SimAt *
sim_at_new (const SimConfig *config)
{
    SimAt *self = g_new0 (SimAt, 1);

    self->config = config;
    self->rat = 10;
    self->allowed = SIM_AT_ANY;
    self->ws46 = 25;
    sim_at_restart (self);
    return self;
}

void
sim_at_free (SimAt *self)
{
    g_free (self);
}
