/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What is said to the module and what it says, as values: no I/O here.
 *
 * The source for all of it is the "FIBOCOM NL668 AT Commands User Manual_FOTA",
 * V2.0.5, section 1.2 (+GTOTA). */

#ifndef NL668_AT_H
#define NL668_AT_H

#include <gio/gio.h>

/* The prerequisites of an update (1.1). */
#define NL668_COMMAND_CALLBREAK  "+GTSET=\"CALLBREAK\",1"
#define NL668_COMMAND_GPRSFIRST  "+GTSET=\"GPRSFIRST\",1"
#define NL668_COMMAND_GTSET_READ "+GTSET?"
#define NL668_COMMAND_GTOTA_TEST "+GTOTA=?"

/* How the module downloads a package; also the bits of the D-Bus property
 * "Transports". */
typedef enum {
    NL668_TRANSPORT_HTTP = 1 << 0,
    NL668_TRANSPORT_FTP  = 1 << 1,
} Nl668Transport;

/*****************************************************************************/
/* Answers */

/**
 * nl668_parse_gtota_test_response:
 * @response: what the module answered to AT+GTOTA=?, without the final OK.
 * @transports: (out): the transports it takes, a mask of #Nl668Transport.
 * @error: return location for a #MM_CORE_ERROR_FAILED.
 *
 * The manual has the module answer with the literal syntax of the command;
 * other commands answer with ranges, which are understood as well. A bare OK
 * says that the command is there, and stands for all that the manual has.
 */
gboolean nl668_parse_gtota_test_response (const gchar  *response,
                                          guint        *transports,
                                          GError      **error);

/**
 * nl668_parse_gtset_response:
 * @response: what the module answered to AT+GTSET?.
 * @name: of the setting.
 *
 * The manual does not have that question; newer modules of the maker answer
 * with lines of the form +GTSET: "NAME",value.
 *
 * Returns: (transfer full) (nullable): the value, a number, if it is told.
 */
gchar *nl668_parse_gtset_response (const gchar *response,
                                   const gchar *name);

/*****************************************************************************/
/* Unsolicited reports */

typedef enum {
    /* Begins with GTOTA, but the manual does not have it */
    NL668_URC_OTHER,
    /* The same, and it says that something failed */
    NL668_URC_FAILURE,
    NL668_URC_START,
    NL668_URC_PROGRESS,
    NL668_URC_COMPLETE,
} Nl668Urc;

/**
 * nl668_get_gtota_urc_regex:
 *
 * Matches one whole line of the module that begins with GTOTA; the line is
 * match 1. A line with a plus sign and a colon is the answer to AT+GTOTA=? and
 * left alone, unless it tells of a failure.
 *
 * The daemon runs it on all that a port has received and not yet used, and
 * takes the matches out. So lines may share a CRLF, and a line that did not
 * arrive whole does not match yet.
 *
 * Returns: (transfer full): the only regex for unsolicited reports.
 */
GRegex *nl668_get_gtota_urc_regex (void);

/**
 * nl668_parse_gtota_urc:
 * @line: a line that nl668_get_gtota_urc_regex () matched.
 * @percent: (out): with #NL668_URC_PROGRESS the percentage, 0 to 100.
 *
 * Spaces between the words, or before them, and a plus sign do not matter. A
 * percentage out of range is #NL668_URC_OTHER.
 */
Nl668Urc nl668_parse_gtota_urc (const gchar *line,
                                guint       *percent);

/*****************************************************************************/

/**
 * nl668_is_refusal:
 *
 * Returns: whether the module has answered, though not with OK; or the daemon
 *   for it, which knows that the module cannot do it.
 */
gboolean nl668_is_refusal (const GError *error);

/**
 * nl668_printable:
 * @text: what somebody else said.
 *
 * Returns: (transfer full): the beginning of @text, fit for a log line or a
 * message: printable ASCII, everything else escaped.
 */
gchar *nl668_printable (const gchar *text);

#endif /* NL668_AT_H */
