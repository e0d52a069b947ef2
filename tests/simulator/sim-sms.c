/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <string.h>

#include "sim-config.h"
#include "sim-sms.h"

#define N_SLOTS 10
#define MAX_PDU  176    /* bytes */

/* <stat> of 3GPP TS 27.005 in PDU mode */
typedef enum { STATUS_UNREAD, STATUS_READ, STATUS_UNSENT, STATUS_SENT, N_STATUS } Status;

#define STATUS_ANY N_STATUS

/* First octet of a PDU, see 3GPP TS 23.040 section 9.2.3 */
#define MESSAGE_TYPE     0x03
#define SUBMIT           0x01
#define DELIVER          0x00
#define NO_MORE_MESSAGES 0x04
#define VALIDITY         0x18
#define VALIDITY_NONE    0x00
#define VALIDITY_SHORT   0x10   /* one octet, other formats have seven */
#define HAS_HEADER       0x40

/* 2026-01-02 03:04:05 UTC */
static const guint8 service_centre_time[7] = { 0x62, 0x10, 0x20, 0x30, 0x40, 0x50, 0x00 };

typedef struct {
    Status      status;
    GByteArray *pdu;      /* with the service centre; NULL if the slot is free */
} Slot;

struct _SimSms {
    Slot     slots[N_SLOTS];     /* slot of index 1 first */
    guint    mode;
    guint    reports;            /* <mt> of +CNMI */
    guint    reference;
    /* Command that prompted for a PDU */
    gboolean send;
    guint    length;
};

/*****************************************************************************/
/* PDUs */

static GByteArray *
parse_hexadecimal (const gchar *text)
{
    gsize       length = strlen (text);
    GByteArray *bytes;
    gsize       i;

    if (length % 2 || length / 2 > MAX_PDU)
        return NULL;
    bytes = g_byte_array_new ();
    for (i = 0; i < length; i += 2) {
        gint   high = g_ascii_xdigit_value (text[i]);
        gint   low = g_ascii_xdigit_value (text[i + 1]);
        guint8 byte = (guint8) (high << 4 | low);

        if (high < 0 || low < 0) {
            g_byte_array_unref (bytes);
            return NULL;
        }
        g_byte_array_append (bytes, &byte, 1);
    }
    return bytes;
}

static gchar *
build_hexadecimal (const GByteArray *bytes)
{
    GString *text = g_string_new (NULL);
    guint    i;

    for (i = 0; i < bytes->len; i++)
        g_string_append_printf (text, "%02X", bytes->data[i]);
    return g_string_free (text, FALSE);
}

GByteArray *
sim_sms_build_reply (const GByteArray *message)
{
    GByteArray   *reply;
    const guint8 *data = message->data;
    guint8        start[2] = { 0 };       /* no service centre; first octet */
    guint         submit = 1 + data[0];
    guint         address = submit + 2;   /* after the message reference */
    guint         identifier;
    guint         user_data;

    if (message->len <= address || (data[submit] & MESSAGE_TYPE) != SUBMIT)
        return NULL;
    /* Address: length in digits, type, two digits per byte */
    identifier = address + 2 + (data[address] + 1u) / 2;
    user_data = identifier + 2;
    if ((data[submit] & VALIDITY) != VALIDITY_NONE)
        user_data += (data[submit] & VALIDITY) == VALIDITY_SHORT ?
                     1 : sizeof (service_centre_time);
    if (message->len <= user_data)
        return NULL;

    reply = g_byte_array_new ();
    start[1] = DELIVER | NO_MORE_MESSAGES | (data[submit] & HAS_HEADER);
    g_byte_array_append (reply, start, sizeof (start));
    g_byte_array_append (reply, data + address, identifier - address);
    g_byte_array_append (reply, data + identifier, 2);
    g_byte_array_append (reply, service_centre_time, sizeof (service_centre_time));
    g_byte_array_append (reply, data + user_data, message->len - user_data);
    return reply;
}

/*****************************************************************************/
/* Card */

static Slot *
find_slot (SimSms      *self,
            const gchar *index)
{
    guint number;

    if (!sim_parse_number (index, 1, N_SLOTS, &number) || !self->slots[number - 1].pdu)
        return NULL;
    return &self->slots[number - 1];
}

/* Takes ownership of @pdu. Returns: the index, or 0 if the card is full. */
static guint
store_pdu (SimSms     *self,
           Status      status,
           GByteArray *pdu)
{
    guint i;

    for (i = 0; i < N_SLOTS; i++) {
        if (!self->slots[i].pdu) {
            self->slots[i] = (Slot) { status, pdu };
            return i + 1;
        }
    }
    g_byte_array_unref (pdu);
    return 0;
}

static guint
count_messages (const SimSms *self)
{
    guint n = 0;
    guint i;

    for (i = 0; i < N_SLOTS; i++)
        n += !!self->slots[i].pdu;
    return n;
}

static void
clear_slot (Slot *slot)
{
    g_clear_pointer (&slot->pdu, g_byte_array_unref);
}

/*****************************************************************************/
/* Network */

static void
deliver_reply (SimSms           *self,
               const GByteArray *message,
               GString          *text)
{
    GByteArray *reply = sim_sms_build_reply (message);
    guint       index = reply ? store_pdu (self, STATUS_UNREAD, reply) : 0;

    if (index && self->reports)
        sim_add_line (text, "+CMTI: \"SM\",%u", index);
}

static void
send_message (SimSms           *self,
              const gchar      *command,
              const GByteArray *message,
              GString          *text)
{
    self->reference = (self->reference + 1) & 0xff;
    sim_add_line (text, "%s: %u", command, self->reference);
    sim_add_line (text, "%s", SIM_OK);
    deliver_reply (self, message, text);
}

/*****************************************************************************/
/* Commands */

static const gchar *
run_select_storage (const SimCall *call)
{
    SimSms        *self = call->state;
    g_auto(GStrv)  storages = sim_split_arguments (call->arguments);
    guint          i;

    for (i = 0; storages[i]; i++) {
        if (i == 3 || !g_str_equal (storages[i], "SM"))
            return SIM_INCORRECT_PARAMETERS;
    }
    sim_add_line (call->text, "+CPMS: %1$u,%2$u,%1$u,%2$u,%1$u,%2$u",
                  count_messages (self), N_SLOTS);
    return SIM_OK;
}

static const gchar *
run_get_storage (const SimCall *call)
{
    sim_add_line (call->text, "+CPMS: \"SM\",%1$u,%2$u,\"SM\",%1$u,%2$u,\"SM\",%1$u,%2$u",
                  count_messages (call->state), N_SLOTS);
    return SIM_OK;
}

/* <mode>,<mt>[,<bm>[,<ds>[,<bfr>]]] */
static const gchar *
run_set_reports (const SimCall *call)
{
    SimSms        *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);

    if (g_strv_length (arguments) < 2)
        return SIM_INCORRECT_PARAMETERS;
    return sim_parse_number (arguments[1], 0, 1, &self->reports) ?
           SIM_OK : SIM_INCORRECT_PARAMETERS;
}

static void
add_message (GString     *text,
             const gchar *prefix,
             Slot        *slot)
{
    g_autofree gchar *pdu = build_hexadecimal (slot->pdu);

    sim_add_line (text, "%s%u,,%u\r\n%s", prefix, slot->status,
                  slot->pdu->len - 1 - slot->pdu->data[0], pdu);
    if (slot->status == STATUS_UNREAD)
        slot->status = STATUS_READ;
}

static const gchar *
run_list (const SimCall *call)
{
    SimSms *self = call->state;
    guint   status;
    guint   i;

    if (!sim_parse_number (call->arguments, 0, STATUS_ANY, &status))
        return SIM_INCORRECT_PARAMETERS;
    for (i = 0; i < N_SLOTS; i++) {
        g_autofree gchar *prefix = g_strdup_printf ("+CMGL: %u,", i + 1);

        if (self->slots[i].pdu && (status == STATUS_ANY || status == self->slots[i].status))
            add_message (call->text, prefix, &self->slots[i]);
    }
    return SIM_OK;
}

static const gchar *
run_read (const SimCall *call)
{
    Slot *slot = find_slot (call->state, call->arguments);

    if (!slot)
        return SIM_INVALID_INDEX;
    add_message (call->text, "+CMGR: ", slot);
    return SIM_OK;
}

static const gchar *
run_delete (const SimCall *call)
{
    Slot *slot = find_slot (call->state, call->arguments);

    if (!slot)
        return SIM_INVALID_INDEX;
    clear_slot (slot);
    return SIM_OK;
}

static const gchar *
run_send_stored (const SimCall *call)
{
    Slot *slot = find_slot (call->state, call->arguments);

    if (!slot)
        return SIM_INVALID_INDEX;
    slot->status = STATUS_SENT;
    send_message (call->state, "+CMSS", slot->pdu, call->text);
    return NULL;
}

static const gchar *
run_send_or_store (const SimCall *call)
{
    SimSms        *self = call->state;
    g_auto(GStrv)  arguments = sim_split_arguments (call->arguments);

    self->send = g_str_has_prefix (call->command->name, "+CMGS");
    if (!arguments[0] || !sim_parse_number (arguments[0], 1, MAX_PDU, &self->length))
        return SIM_INCORRECT_PARAMETERS;
    return SIM_PROMPT;
}

void
sim_sms_receive_pdu (SimSms      *self,
                     const gchar *pdu,
                     GString     *text)
{
    g_autoptr(GByteArray) message = parse_hexadecimal (pdu);
    guint                 index;

    if (!message || !message->len || message->len != 1 + message->data[0] + self->length) {
        sim_add_line (text, "%s", SIM_INVALID_PDU);
        return;
    }
    if (self->send) {
        send_message (self, "+CMGS", message, text);
        return;
    }
    index = store_pdu (self, STATUS_UNSENT, g_steal_pointer (&message));
    if (index)
        sim_add_line (text, "+CMGW: %u", index);
    sim_add_line (text, "%s", index ? SIM_OK : SIM_MEMORY_FULL);
}

#define FIELD(field) .offset = G_STRUCT_OFFSET (SimSms, field)

const SimCommand sim_sms_commands[] = {
    { "+CMGF=?", "+CMGF: (0)" },
    { "+CMGF?",  NULL, sim_command_get_number, FIELD (mode) },
    { "+CMGF=",  NULL, sim_command_set_number, FIELD (mode), .max = 0 },
    { "+CPMS=?", "+CPMS: (\"SM\"),(\"SM\"),(\"SM\")", .needs_card = TRUE },
    { "+CPMS?",  NULL, run_get_storage,    .needs_card = TRUE },
    { "+CPMS=",  NULL, run_select_storage, .needs_card = TRUE },
    { "+CNMI=?", "+CNMI: (0-2),(0,1),(0,2),(0-2),(0,1)" },
    { "+CNMI=",  NULL, run_set_reports },
    { "+CMGL=",  NULL, run_list,           .needs_card = TRUE },
    { "+CMGR=",  NULL, run_read,           .needs_card = TRUE },
    { "+CMGD=",  NULL, run_delete,         .needs_card = TRUE },
    { "+CMGW=",  NULL, run_send_or_store,  .needs_card = TRUE },
    { "+CMGS=",  NULL, run_send_or_store,  .needs_card = TRUE },
    { "+CMSS=",  NULL, run_send_stored,    .needs_card = TRUE },
};
const guint sim_sms_n_commands = G_N_ELEMENTS (sim_sms_commands);

/*****************************************************************************/

void
sim_sms_restart (SimSms *self)
{
    self->reports = 0;
}

SimSms *
sim_sms_new (void)
{
    return g_new0 (SimSms, 1);
}

void
sim_sms_free (SimSms *self)
{
    guint i;

    for (i = 0; i < N_SLOTS; i++)
        clear_slot (&self->slots[i]);
    g_free (self);
}
