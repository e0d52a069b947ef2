/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#ifndef SIM_COMMAND_H
#define SIM_COMMAND_H

#include <glib.h>

/* Tables of extended AT commands */

/* Final results; the numbers are those of 3GPP TS 27.007 9.2 and 27.005 3.2.5 */
#define SIM_OK                   "OK"
#define SIM_ERROR                "ERROR"
#define SIM_CONNECT              "CONNECT 100000000"
#define SIM_NO_CARRIER           "NO CARRIER"
#define SIM_NOT_ALLOWED          "+CME ERROR: 3"
#define SIM_NOT_INSERTED         "+CME ERROR: 10"
#define SIM_PIN_REQUIRED         "+CME ERROR: 11"
#define SIM_INCORRECT_PASSWORD   "+CME ERROR: 16"
#define SIM_INCORRECT_PARAMETERS "+CME ERROR: 50"
#define SIM_INVALID_PDU          "+CMS ERROR: 304"
#define SIM_INVALID_INDEX        "+CMS ERROR: 321"
#define SIM_MEMORY_FULL          "+CMS ERROR: 322"

/* Instead of a final result: the command expects a PDU first */
#define SIM_PROMPT ">"

typedef struct _SimCommand SimCommand;

/**
 * SimCall:
 * @state: the object that the table of @command belongs to.
 * @arguments: the rest of the command line after the name in the table.
 * @text: the response, without its final result.
 */
typedef struct {
    gpointer          state;
    const SimCommand *command;
    const gchar      *arguments;
    GString          *text;
} SimCall;

/* Returns: the final result, or %NULL if the handler has added it to the text */
typedef const gchar *(* SimHandler) (const SimCall *call);

/**
 * SimCommand:
 * @name: the command without AT. If it ends with '=', any arguments may follow.
 * @response: (nullable): a fixed information response.
 * @handler: (nullable): %NULL to respond with OK.
 * @offset: for @handler: of a field in the state.
 * @max: for @handler: largest number accepted.
 * @index: for @handler: an index.
 * @needs_card: fails unless the card is ready.
 */
struct _SimCommand {
    const gchar *name;
    const gchar *response;
    SimHandler   handler;
    gsize        offset;
    guint        max;
    guint        index;
    gboolean     needs_card;
};

/**
 * sim_command_find:
 *
 * Returns: (nullable): the entry for @line, a command line without AT.
 */
const SimCommand *sim_command_find (const SimCommand *commands,
                                    guint             n_commands,
                                    const gchar      *line);

/* Handlers for a guint at @offset */
const gchar *sim_command_set_number (const SimCall *call);
const gchar *sim_command_get_number (const SimCall *call);

/**
 * sim_add_line:
 *
 * Adds a line of a response, or a URC, to @text.
 */
void sim_add_line (GString     *text,
                   const gchar *format,
                   ...) G_GNUC_PRINTF (2, 3);

/**
 * sim_split_arguments:
 *
 * Returns: (transfer full): the arguments, without quotes and surrounding spaces.
 */
gchar **sim_split_arguments (const gchar *arguments);

#endif /* SIM_COMMAND_H */
