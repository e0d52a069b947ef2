/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* The AT commands of the module, its responses and its unsolicited reports. Nothing here
 * does any I/O, and there is no AT text in any other file.
 *
 * Based on the "FIBOCOM NL668 AT Commands User Manual_FOTA", V2.0.5, whose sections are given
 * in parentheses. Commands lack the leading AT, which the daemon adds. */

#ifndef NL668_AT_H
#define NL668_AT_H

#include <gio/gio.h>

/* How the module downloads a package; also the bits of the D-Bus property
 * "Transports". */
typedef enum {
    NL668_TRANSPORT_HTTP = 1 << 0,
    NL668_TRANSPORT_FTP  = 1 << 1,
} Nl668Transport;

/*****************************************************************************/
/* +GTOTA: the update (1.2) */

/* The test command: which transports the module supports */
#define NL668_AT_GTOTA_TEST "+GTOTA=?"

/* The maximum length of every string of +GTOTA, in bytes (1.2.4) */
#define NL668_AT_STRING_MAX 255

/**
 * nl668_at_parse_gtota_test:
 * @response: the response to #NL668_AT_GTOTA_TEST, without the final OK.
 * @transports: (out): a mask of #Nl668Transport.
 *
 * According to the manual, the response is the syntax of the command (1.2.2). The module's
 * other commands respond with ranges, so these are accepted as well. A bare OK means that the
 * command is supported, and with it both transports.
 */
gboolean nl668_at_parse_gtota_test (const gchar *response,
                                    guint       *transports);

/**
 * nl668_at_build_gtota:
 * @url: the URL of the package for HTTP, or the FTP server.
 * @file_name: (nullable): the package on the FTP server; NULL for HTTP.
 * @user: (nullable): FTP only.
 * @password: (nullable): FTP only.
 *
 * The strings must be printable ASCII without quotes and backslashes, and no longer than
 * #NL668_AT_STRING_MAX.
 *
 * Returns: (transfer full): the command that starts the update (1.2.2).
 */
gchar *nl668_at_build_gtota (const gchar *url,
                             const gchar *file_name,
                             const gchar *user,
                             const gchar *password);

/*****************************************************************************/
/* +GTSET: prerequisites of an update (1.1) */

/* Not in the manual. Newer modules respond with lines of the form +GTSET: "NAME",value. */
#define NL668_AT_GTSET_QUERY "+GTSET?"

/**
 * nl668_at_parse_gtset:
 * @response: the response to #NL668_AT_GTSET_QUERY.
 * @name: the setting.
 *
 * Returns: (transfer full) (nullable): its value, a number.
 */
gchar *nl668_at_parse_gtset (const gchar *response,
                             const gchar *name);

/**
 * nl668_at_build_gtset:
 * @value: a number.
 *
 * Returns: (transfer full): the command that sets @name to @value.
 */
gchar *nl668_at_build_gtset (const gchar *name,
                             const gchar *value);

/*****************************************************************************/
/* +GTRAT: the access technology. Not in the manual; two public sources agree that 2 is 3G
 * only, and 3 is LTE only. */

#define NL668_AT_GTRAT_QUERY "+GTRAT?"
#define NL668_AT_GTRAT_3G    "2"
#define NL668_AT_GTRAT_LTE   "3"

/**
 * nl668_at_parse_gtrat:
 * @response: the response to #NL668_AT_GTRAT_QUERY.
 * @name: not used.
 *
 * Returns: (transfer full) (nullable): the parameters in it, numbers separated by commas.
 */
gchar *nl668_at_parse_gtrat (const gchar *response,
                             const gchar *name);

/**
 * nl668_at_build_gtrat:
 * @name: not used.
 * @value: numbers separated by commas.
 *
 * Returns: (transfer full): the command that sets the access technology.
 */
gchar *nl668_at_build_gtrat (const gchar *name,
                             const gchar *value);

/*****************************************************************************/
/* Identity: 3GPP TS 27.007, 5.3 and 5.4. The daemon asks only once. */

#define NL668_AT_CGMR "+CGMR"
#define NL668_AT_CGSN "+CGSN"
/* The daemon sends it if the module refuses AT+CGMR. The answer may be spelled differently. */
#define NL668_AT_GMR  "+GMR"

/**
 * nl668_at_parse_cgmr:
 * @response: the response to #NL668_AT_CGMR or #NL668_AT_GMR.
 *
 * Returns: (transfer full) (nullable): the revision, if the response is one line that is a
 *   revision according to nl668_revision_is_valid ().
 */
gchar *nl668_at_parse_cgmr (const gchar *response);

/**
 * nl668_is_imei:
 * @imei: (nullable): the equipment identifier that a module reports.
 *
 * Returns: whether it consists of 14 to 16 digits, and is therefore safe in a file name.
 */
gboolean nl668_is_imei (const gchar *imei);

/**
 * nl668_at_parse_cgsn:
 * @response: the response to #NL668_AT_CGSN.
 *
 * Returns: (transfer full) (nullable): the IMEI, if the response is one line that is an IMEI
 *   according to nl668_is_imei ().
 */
gchar *nl668_at_parse_cgsn (const gchar *response);

/*****************************************************************************/
/* Unsolicited reports (URCs) of a download (1.2.2) */

typedef enum {
    /* Begins with GTOTA, but is not in the manual */
    NL668_URC_OTHER,
    /* The same, and contains "fail" or "error" */
    NL668_URC_FAILURE,
    NL668_URC_START,
    NL668_URC_PROGRESS,
    NL668_URC_COMPLETE,
} Nl668Urc;

/**
 * nl668_at_get_urc_regex:
 *
 * Matches a whole line that begins with GTOTA; the line is match 1. A line with a plus
 * sign and a colon is the response to #NL668_AT_GTOTA_TEST and does not match, unless it
 * contains "fail" or "error". Lines end with CRLF, LF, CR, or several CR before LF.
 *
 * The daemon applies it to all data that a port has received but not processed yet, and
 * removes the matches. Two lines may share a CRLF, and an incomplete line must not match.
 *
 * Returns: (transfer full): the only regex for unsolicited reports.
 */
GRegex *nl668_at_get_urc_regex (void);

/**
 * nl668_at_parse_urc:
 * @line: a line that nl668_at_get_urc_regex () matched.
 * @percent: (out): with %NL668_URC_PROGRESS the percentage, 0 to 100.
 *
 * Ignores blanks between the words and a leading plus sign. A report with a percentage
 * out of range is %NL668_URC_OTHER.
 */
Nl668Urc nl668_at_parse_urc (const gchar *line,
                             guint       *percent);

/*****************************************************************************/

/**
 * nl668_is_refusal:
 * @error: why a command failed.
 *
 * Returns: whether the module responded with an error, or the daemon did because it knows
 *   that the module does not support the command. Otherwise, the module may have executed it.
 */
gboolean nl668_is_refusal (const GError *error);

/**
 * nl668_is_busy:
 * @error: why a command failed.
 *
 * Returns: whether the module has refused it only for now: it may accept it a moment later.
 */
gboolean nl668_is_busy (const GError *error);

/**
 * nl668_is_cancelled:
 * @error: why a command failed.
 *
 * Returns: whether the daemon, or we, did not wait for the response any more.
 */
gboolean nl668_is_cancelled (const GError *error);

/**
 * nl668_at_is_harmless:
 * @command: a command of a user, with or without "AT".
 *
 * Returns: whether @command can be sent to a module that is being updated: it only reads something,
 *   or changes a setting that an update leaves alone if the user has changed it.
 */
gboolean nl668_at_is_harmless (const gchar *command);

/**
 * nl668_printable:
 * @text: text from a source that is not trusted.
 *
 * Returns: (transfer full): the beginning of @text, safe for a log and a terminal:
 *   printable ASCII, with everything else escaped.
 */
gchar *nl668_printable (const gchar *text);

#endif /* NL668_AT_H */
