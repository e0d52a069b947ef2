/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include "sim-uicc.h"

#define DEFAULT_PIN "1234"
#define RETRIES     3

/* SIM_UICC_ICCID as it is stored on the card */
#define ICCID_BCD "988812010000103254F8"

struct _SimUicc {
    const SimConfig *config;
    gboolean         lock_toggled;    /* whether the lock differs from the key `sim` */
    gboolean         unlocked;
    gchar           *pin;
    guint            retries;
};

/*****************************************************************************/
/* PIN */

gboolean
sim_uicc_get_lock (const SimUicc *self)
{
    return (self->config->card == SIM_CARD_PIN) != self->lock_toggled;
}

guint
sim_uicc_get_pin_retries (const SimUicc *self)
{
    return self->retries;
}

SimCard
sim_uicc_get_state (const SimUicc *self)
{
    if (self->config->card == SIM_CARD_MISSING)
        return SIM_CARD_MISSING;
    return sim_uicc_get_lock (self) && !self->unlocked ? SIM_CARD_PIN : SIM_CARD_READY;
}

static gboolean
verify_pin (SimUicc     *self,
            const gchar *pin)
{
    gboolean correct = self->retries && g_strcmp0 (pin, self->pin) == 0;

    if (correct)
        self->retries = RETRIES;
    else if (self->retries)
        self->retries--;
    return correct;
}

gboolean
sim_uicc_enter_pin (SimUicc     *self,
                    const gchar *pin)
{
    if (sim_uicc_get_state (self) != SIM_CARD_PIN || !verify_pin (self, pin))
        return FALSE;
    self->unlocked = TRUE;
    return TRUE;
}

gboolean
sim_uicc_set_lock (SimUicc     *self,
                   gboolean     enabled,
                   const gchar *pin)
{
    if (!verify_pin (self, pin))
        return FALSE;
    if (sim_uicc_get_lock (self) != enabled)
        self->lock_toggled = !self->lock_toggled;
    self->unlocked = TRUE;
    return TRUE;
}

gboolean
sim_uicc_change_pin (SimUicc     *self,
                     const gchar *pin,
                     const gchar *new_pin)
{
    if (!verify_pin (self, pin))
        return FALSE;
    g_free (self->pin);
    self->pin = g_strdup (new_pin);
    return TRUE;
}

/*****************************************************************************/
/* Commands */

const gchar *
sim_uicc_get_error (const SimUicc *self)
{
    static const gchar *const errors[] = {
        [SIM_CARD_READY]   = NULL,
        [SIM_CARD_PIN]     = SIM_PIN_REQUIRED,
        [SIM_CARD_MISSING] = SIM_NOT_INSERTED
    };

    return errors[sim_uicc_get_state (self)];
}

static const gchar *
run_get_cpin (const SimCall *call)
{
    const SimUicc *self = call->state;

    switch (sim_uicc_get_state (self)) {
    case SIM_CARD_MISSING:
        return SIM_NOT_INSERTED;
    case SIM_CARD_PIN:
        sim_add_line (call->text, "+CPIN: %s", self->retries ? "SIM PIN" : "SIM PUK");
        return SIM_OK;
    case SIM_CARD_READY:
    default:
        sim_add_line (call->text, "+CPIN: READY");
        return SIM_OK;
    }
}

static const gchar *
run_set_cpin (const SimCall *call)
{
    SimUicc       *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);

    if (sim_uicc_get_state (self) != SIM_CARD_PIN)
        return SIM_NOT_ALLOWED;
    return sim_uicc_enter_pin (self, arguments[0]) ? SIM_OK : SIM_INCORRECT_PASSWORD;
}

/* <fac>,<mode>[,<passwd>] */
static const gchar *
run_set_clck (const SimCall *call)
{
    SimUicc       *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);
    guint          n = g_strv_length (arguments);
    guint          mode;

    if (n < 2 || !g_str_equal (arguments[0], "SC") ||
        !sim_parse_number (arguments[1], 0, 2, &mode))
        return SIM_INCORRECT_PARAMETERS;
    if (mode == 2) {
        sim_add_line (call->text, "+CLCK: %u", sim_uicc_get_lock (self) ? 1 : 0);
        return SIM_OK;
    }
    return n > 2 && sim_uicc_set_lock (self, mode == 1, arguments[2]) ?
           SIM_OK : SIM_INCORRECT_PASSWORD;
}

/* <fac>,<oldpwd>,<newpwd> */
static const gchar *
run_set_cpwd (const SimCall *call)
{
    g_auto(GStrv) arguments = sim_split_arguments (call->arguments);

    if (g_strv_length (arguments) != 3 || !g_str_equal (arguments[0], "SC"))
        return SIM_INCORRECT_PARAMETERS;
    return sim_uicc_change_pin (call->state, arguments[1], arguments[2]) ?
           SIM_OK : SIM_INCORRECT_PASSWORD;
}

/* VERIFY PIN without a PIN, which returns the number of retries left */
static const gchar *
run_csim (const SimCall *call)
{
    if (!g_str_equal (call->arguments, "10,\"0020000100\""))
        return SIM_ERROR;
    sim_add_line (call->text, "+CSIM: 4,\"63C%u\"", sim_uicc_get_pin_retries (call->state));
    return SIM_OK;
}

/* READ BINARY of EF_ICCID and EF_AD; the card has no other files */
static const gchar *
run_crsm (const SimCall *call)
{
    if (g_str_has_prefix (call->arguments, "176,12258,"))
        sim_add_line (call->text, "+CRSM: 144,0,\"%s\"", ICCID_BCD);
    else if (g_str_has_prefix (call->arguments, "176,28589,"))
        sim_add_line (call->text, "+CRSM: 144,0,\"00000002\"");
    else
        sim_add_line (call->text, "+CRSM: 106,130,\"\"");
    return SIM_OK;
}

const SimCommand sim_uicc_commands[] = {
    { "+CPIN?",  NULL, run_get_cpin },
    { "+CPIN=",  NULL, run_set_cpin },
    { "+CLCK=?", "+CLCK: (\"SC\")" },
    { "+CLCK=",  NULL, run_set_clck,       .needs_card = TRUE },
    { "+CPWD=",  NULL, run_set_cpwd,       .needs_card = TRUE },
    { "+CSIM=",  NULL, run_csim },
    { "+CRSM=",  NULL, run_crsm,           .needs_card = TRUE },
    { "+CIMI",   SIM_UICC_IMSI,            .needs_card = TRUE },
    { "+CCID",   "+CCID: " SIM_UICC_ICCID, .needs_card = TRUE },
    { "+CNUM",                             .needs_card = TRUE },
};
const guint sim_uicc_n_commands = G_N_ELEMENTS (sim_uicc_commands);

/*****************************************************************************/

void
sim_uicc_restart (SimUicc *self)
{
    self->unlocked = FALSE;
}

SimUicc *
sim_uicc_new (const SimConfig *config)
{
    SimUicc *self = g_new0 (SimUicc, 1);

    self->config = config;
    self->pin = g_strdup (DEFAULT_PIN);
    self->retries = RETRIES;
    return self;
}

void
sim_uicc_free (SimUicc *self)
{
    g_free (self->pin);
    g_free (self);
}
