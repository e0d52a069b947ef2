/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The module (DMS) and its SIM card (UIM) */

#include <string.h>

#include "sim-qmi-service.h"

/* <fun> of +CFUN, the state that all control ports share */
static const struct {
    guint               function;
    QmiDmsOperatingMode mode;
} operating_modes[] = {
    { 1, QMI_DMS_OPERATING_MODE_ONLINE    },
    { 4, QMI_DMS_OPERATING_MODE_LOW_POWER },
    { 0, QMI_DMS_OPERATING_MODE_OFFLINE   },
};

/* Files on the card */
#define EF_ICCID 0x2fe2
#define EF_IMSI  0x6f07
#define EF_SPN   0x6f46
#define EF_AD    0x6fad

#define PIN2_RETRIES 3
#define PUK_RETRIES  10

/*****************************************************************************/
/* Module */

static QmiProtocolError
get_capabilities (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "ddbbbbbb", 50000000, 150000000,
                         QMI_DMS_DATA_SERVICE_CAPABILITY_NON_SIMULTANEOUS_CS_PS,
                         QMI_DMS_SIM_CAPABILITY_SUPPORTED,
                         SIM_QMI_N_TECHNOLOGIES, QMI_DMS_RADIO_INTERFACE_GSM,
                         QMI_DMS_RADIO_INTERFACE_UMTS, QMI_DMS_RADIO_INTERFACE_LTE);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_manufacturer (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "s", SIM_AT_MANUFACTURER);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_model (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "s", call->state->config->model);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_revision (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "s", call->state->config->revision);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_ids (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x11, "s", call->state->config->imei);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
get_band_capabilities (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "q", call->state->bands);
    sim_qmi_message_add (call->response, 0x10, "q", call->state->lte_bands);
    return QMI_PROTOCOL_ERROR_NONE;
}

static guint
find_operating_mode (const SimQmiState *state)
{
    guint i;

    for (i = 0; i < G_N_ELEMENTS (operating_modes); i++) {
        if (operating_modes[i].function == sim_at_get_function (state->at))
            return operating_modes[i].mode;
    }
    return QMI_DMS_OPERATING_MODE_LOW_POWER;
}

static QmiProtocolError
get_operating_mode (SimQmiCall *call)
{
    sim_qmi_message_add (call->response, 0x01, "b", find_operating_mode (call->state));
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
set_operating_mode (SimQmiCall *call)
{
    guint64 mode;
    guint   i;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 1, &mode))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (mode == QMI_DMS_OPERATING_MODE_RESET) {
        call->state->reset = TRUE;
        return QMI_PROTOCOL_ERROR_NONE;
    }
    for (i = 0; i < G_N_ELEMENTS (operating_modes); i++) {
        if (operating_modes[i].mode == mode) {
            sim_at_set_function (call->state->at, operating_modes[i].function);
            return QMI_PROTOCOL_ERROR_NONE;
        }
    }
    return QMI_PROTOCOL_ERROR_INVALID_TRANSITION;
}

void
sim_qmi_add_operating_mode (const SimQmiState *state,
                            QmiMessage        *indication)
{
    sim_qmi_message_add (indication, 0x14, "b", find_operating_mode (state));
}

static QmiProtocolError
set_dms_event_report (SimQmiCall *call)
{
    sim_qmi_call_register_event (call, 0x14, SIM_QMI_EVENT_OPERATING_MODE);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const SimQmiCommand dms_commands[] = {
    { 0x0001, set_dms_event_report  },
    { 0x0020, get_capabilities      },
    { 0x0021, get_manufacturer      },
    { 0x0022, get_model             },
    { 0x0023, get_revision          },
    { 0x0025, get_ids               },
    { 0x002d, get_operating_mode    },
    { 0x002e, set_operating_mode    },
    { 0x0045, get_band_capabilities },
    { 0 }
};

const SimQmiService sim_qmi_dms = { QMI_SERVICE_DMS, 1, 14, dms_commands };

/*****************************************************************************/
/* Card */

static void
append_application (const SimQmiState *state,
                    GByteArray        *value)
{
    SimUicc *uicc = sim_at_get_uicc (state->at);
    guint    application = QMI_UIM_CARD_APPLICATION_STATE_READY;
    guint    pin = sim_uicc_get_lock (uicc) ? QMI_UIM_PIN_STATE_ENABLED_VERIFIED :
                                              QMI_UIM_PIN_STATE_DISABLED;

    if (sim_uicc_get_state (uicc) == SIM_CARD_PIN && sim_uicc_get_pin_retries (uicc)) {
        application = QMI_UIM_CARD_APPLICATION_STATE_PIN1_OR_UPIN_PIN_REQUIRED;
        pin = QMI_UIM_PIN_STATE_ENABLED_NOT_VERIFIED;
    } else if (sim_uicc_get_state (uicc) == SIM_CARD_PIN) {
        application = QMI_UIM_CARD_APPLICATION_STATE_PUK1_OR_UPIN_PUK_REQUIRED;
        pin = QMI_UIM_PIN_STATE_BLOCKED;
    }
    sim_qmi_append (value, "bb", QMI_UIM_CARD_APPLICATION_TYPE_USIM, application);
    /* No personalization, no application identifier, no UPIN */
    sim_qmi_append (value, "bbbbbb", QMI_UIM_CARD_APPLICATION_PERSONALIZATION_STATE_READY,
                    0, 0, 0, 0, 0);
    sim_qmi_append (value, "bbb", pin, sim_uicc_get_pin_retries (uicc), PUK_RETRIES);
    sim_qmi_append (value, "bbb", QMI_UIM_PIN_STATE_ENABLED_NOT_VERIFIED,
                    PIN2_RETRIES, PUK_RETRIES);
}

void
sim_qmi_add_card_status (const SimQmiState *state,
                         QmiMessage        *message)
{
    g_autoptr(GByteArray) value = g_byte_array_new ();
    gboolean              missing = sim_at_get_card (state->at) == SIM_CARD_MISSING;

    /* The primary application is the first one of the first card, if there is one */
    sim_qmi_append (value, "wwww", missing ? 0xffff : 0, 0xffff, 0xffff, 0xffff);
    sim_qmi_append (value, "bbbbbbb", 1,
                    missing ? QMI_UIM_CARD_STATE_ABSENT : QMI_UIM_CARD_STATE_PRESENT,
                    QMI_UIM_PIN_STATE_NOT_INITIALIZED, 0, 0, 0, missing ? 0 : 1);
    if (!missing)
        append_application (state, value);
    sim_qmi_message_add_value (message, 0x10, value);
}

static QmiProtocolError
get_card_status (SimQmiCall *call)
{
    sim_qmi_add_card_status (call->state, call->response);
    return QMI_PROTOCOL_ERROR_NONE;
}

static QmiProtocolError
register_uim_events (SimQmiCall *call)
{
    guint64 mask;

    if (!sim_qmi_message_get_number (call->request, 0x01, 0, 4, &mask))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    mask &= QMI_UIM_EVENT_REGISTRATION_FLAG_CARD_STATUS;
    call->client->events = mask ? SIM_QMI_EVENT_CARD_STATUS : 0;
    sim_qmi_message_add (call->response, 0x10, "d", (guint) mask);
    return QMI_PROTOCOL_ERROR_NONE;
}

/* Reads a PIN, which is preceded by its length, from TLV 0x02 and advances *offset */
static gchar *
read_pin (SimQmiCall *call,
          gsize      *offset)
{
    g_autoptr(GBytes) bytes = sim_qmi_message_get_bytes (call->request, 0x02, *offset, 1);

    if (!bytes)
        return NULL;
    *offset += 1 + g_bytes_get_size (bytes);
    return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static QmiProtocolError
verify_pin (SimQmiCall *call)
{
    gsize             offset = 1;
    g_autofree gchar *pin = read_pin (call, &offset);

    if (!pin)
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (sim_at_get_card (call->state->at) != SIM_CARD_PIN)
        return QMI_PROTOCOL_ERROR_NO_EFFECT;
    return sim_uicc_enter_pin (sim_at_get_uicc (call->state->at), pin) ?
           QMI_PROTOCOL_ERROR_NONE : QMI_PROTOCOL_ERROR_INCORRECT_PIN;
}

static QmiProtocolError
set_pin_protection (SimQmiCall *call)
{
    gsize             offset = 2;
    g_autofree gchar *pin = read_pin (call, &offset);
    guint64           enabled;

    if (!pin || !sim_qmi_message_get_number (call->request, 0x02, 1, 1, &enabled))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    return sim_uicc_set_lock (sim_at_get_uicc (call->state->at), !!enabled, pin) ?
           QMI_PROTOCOL_ERROR_NONE : QMI_PROTOCOL_ERROR_INCORRECT_PIN;
}

static QmiProtocolError
change_pin (SimQmiCall *call)
{
    gsize             offset = 1;
    g_autofree gchar *pin = read_pin (call, &offset);
    g_autofree gchar *new_pin = pin ? read_pin (call, &offset) : NULL;

    if (!new_pin)
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    return sim_uicc_change_pin (sim_at_get_uicc (call->state->at), pin, new_pin) ?
           QMI_PROTOCOL_ERROR_NONE : QMI_PROTOCOL_ERROR_INCORRECT_PIN;
}

/* BCD, with the first digit in the lower half of the byte */
static void
append_bcd (GByteArray  *value,
            const gchar *digits)
{
    for (; digits[0] && digits[1]; digits += 2)
        sim_qmi_append (value, "b", (guint) (g_ascii_xdigit_value (digits[0]) |
                                             g_ascii_xdigit_value (digits[1]) << 4));
}

static QmiProtocolError
read_transparent (SimQmiCall *call)
{
    g_autoptr(GByteArray) file = g_byte_array_new ();
    guint64               id;

    if (!sim_qmi_message_get_number (call->request, 0x02, 0, 2, &id))
        return QMI_PROTOCOL_ERROR_MISSING_ARGUMENT;
    if (sim_at_get_card (call->state->at) == SIM_CARD_MISSING)
        return QMI_PROTOCOL_ERROR_NO_SIM;
    if (id != EF_ICCID && sim_at_get_card (call->state->at) == SIM_CARD_PIN)
        return QMI_PROTOCOL_ERROR_ACCESS_DENIED;

    if (id == EF_ICCID)
        append_bcd (file, SIM_UICC_ICCID "F");
    else if (id == EF_IMSI) {
        /* Length in bytes; 9: type IMSI, odd number of digits */
        sim_qmi_append (file, "b", 8);
        append_bcd (file, "9" SIM_UICC_IMSI);
    } else if (id == EF_AD)
        sim_qmi_append (file, "bbbb", 0, 0, 0, strlen (SIM_AT_MNC));
    else if (id == EF_SPN)
        sim_qmi_append (file, "bsb", 0, SIM_AT_OPERATOR, 0xff);
    else
        return QMI_PROTOCOL_ERROR_SIM_FILE_NOT_FOUND;

    sim_qmi_message_add (call->response, 0x10, "bb", 0x90, 0x00);
    g_byte_array_prepend (file, (const guint8[]) { file->len & 0xff, file->len >> 8 }, 2);
    sim_qmi_message_add_value (call->response, 0x11, file);
    return QMI_PROTOCOL_ERROR_NONE;
}

static const SimQmiCommand uim_commands[] = {
    { 0x0020, read_transparent    },
    { 0x0025, set_pin_protection  },
    { 0x0026, verify_pin          },
    { 0x0028, change_pin          },
    { 0x002e, register_uim_events },
    { 0x002f, get_card_status     },
    { 0 }
};

const SimQmiService sim_qmi_uim = { QMI_SERVICE_UIM, 1, 46, uim_commands };
