/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

/* What the client shows, and which stock client it runs. */

#include <config.h>

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "mmcli-bar.h"
#include "mmcli-format.h"
#include "mmcli-help.h"
#include "mmcli-text.h"
#include "mmcli-time.h"
#include "nl668-timeouts.h"

/*****************************************************************************/
/* Time */

static void
test_scale (void)
{
    g_assert_cmpuint (nl668_timeout_scale (120, NULL), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "0.05"), ==, 6000);
    g_assert_cmpuint (nl668_timeout_scale (120, "2"), ==, 240000);
    g_assert_cmpuint (nl668_timeout_scale (120, "100"), ==, 12000000);
    g_assert_cmpuint (nl668_timeout_scale (120, ""), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "0"), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "-1"), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "nan"), ==, 120000);
    g_assert_cmpuint (nl668_timeout_scale (120, "1e9"), ==, 120000);
}

static void
assert_elapsed (guint64      seconds,
                const gchar *expected)
{
    g_autofree gchar *text = NULL;

    text = mmcli_time_format_elapsed (seconds);
    g_assert_cmpstr (text, ==, expected);
}

static void
assert_date (guint64      seconds,
             const gchar *expected)
{
    g_autofree gchar *text = NULL;

    text = mmcli_time_format_date (seconds);
    g_assert_cmpstr (text, ==, expected);
}

static void
test_format_time (void)
{
    assert_elapsed (0, "0:00");
    assert_elapsed (42, "0:42");
    assert_elapsed (3599, "59:59");
    assert_elapsed (3723, "1:02:03");

    assert_date (0, NULL);
    assert_date (1, "1970-01-01T00:00:01Z");
    assert_date (1790000000, "2026-09-21T14:13:20Z");
    assert_date (G_MAXUINT64, NULL);
}

/*****************************************************************************/
/* Bar */

static void
test_bar (void)
{
    static const struct {
        const gchar *label;
        gint         percent;
        guint        seconds;
        guint        columns;
        gboolean     utf8;
        const gchar *line;
    } tests[] = {
        { "downloading", 60, 42, 40, FALSE, "[#######-----]   60%  downloading  0:42" },
        { "downloading", 60, 42, 40, TRUE,  "[███████░░░░░]   60%  downloading  0:42" },
        { "downloading", 0, 0, 40, FALSE,   "[------------]    0%  downloading  0:00" },
        { "downloading", 100, 0, 40, FALSE, "[############]  100%  downloading  0:00" },
        { "downloading", 200, 0, 40, FALSE, "[############]  100%  downloading  0:00" },
        { "downloading", 50, 0, 300, FALSE,
          "[####################--------------------]   50%  downloading  0:00" },
        /* The mark goes to the end, and back */
        { "installing", MMCLI_BAR_UNKNOWN, 0, 34, FALSE,  "[###----------]  installing  0:00" },
        { "installing", MMCLI_BAR_UNKNOWN, 1, 34, FALSE,  "[-###---------]  installing  0:01" },
        { "installing", MMCLI_BAR_UNKNOWN, 10, 34, FALSE, "[----------###]  installing  0:10" },
        { "installing", MMCLI_BAR_UNKNOWN, 11, 34, FALSE, "[---------###-]  installing  0:11" },
        { "installing", MMCLI_BAR_UNKNOWN, 20, 34, FALSE, "[###----------]  installing  0:20" },
        /* No room for a bar, nor for the text */
        { "downloading", 60, 42, 35, FALSE, " 60%  downloading  0:42" },
        { "downloading", 60, 42, 10, FALSE, " 60%  dow" },
        { "downloading", 60, 42, 1, FALSE,  "" },
        { "downloading", 60, 42, 0, FALSE,  "" },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autofree gchar *line = NULL;

        line = mmcli_bar_render (tests[i].label, tests[i].percent, tests[i].seconds,
                                 tests[i].columns, tests[i].utf8);
        g_assert_cmpstr (line, ==, tests[i].line);
        g_assert_cmpint (g_utf8_strlen (line, -1), <, MAX (tests[i].columns, 1));
    }
}

/*****************************************************************************/
/* Text */

static void
test_text_width (void)
{
    g_assert_cmpuint (mmcli_text_get_width (""), ==, 0);
    g_assert_cmpuint (mmcli_text_get_width ("state"), ==, 5);
    g_assert_cmpuint (mmcli_text_get_width ("begonnen für"), ==, 12);
    g_assert_cmpuint (mmcli_text_get_width ("状态"), ==, 4);
    /* A combining diaeresis */
    g_assert_cmpuint (mmcli_text_get_width ("u\xcc\x88"), ==, 1);
}

static void
test_text_length (void)
{
    g_assert_cmpuint (mmcli_text_get_length ("state", 80), ==, 5);
    g_assert_cmpuint (mmcli_text_get_length ("state", 3), ==, 3);
    g_assert_cmpuint (mmcli_text_get_length ("für", 2), ==, 3);
    /* Never half a character */
    g_assert_cmpuint (mmcli_text_get_length ("状态", 3), ==, 3);
    g_assert_cmpuint (mmcli_text_get_length ("状态", 0), ==, 0);
}

static void
test_text_right (void)
{
    g_autoptr(GString) text = g_string_new ("|");

    mmcli_text_append_right (text, "状态", 6);
    mmcli_text_append_right (text, "für", 2);
    mmcli_text_append_right (text, "", 1);
    g_assert_cmpstr (text->str, ==, "|  状态für ");
}

/*****************************************************************************/
/* Layouts */

static MmcliStatus *
make_status (void)
{
    MmcliStatus *status;

    status = mmcli_status_new ();
    status->path = g_strdup ("/org/freedesktop/ModemManager1/Modem/0");
    status->imei = g_strdup ("862000000000000");
    status->state = MMCLI_STATE_FAILED;
    status->progress = 41;
    status->source = g_strdup ("http://h/p.zip");
    status->previous_version = g_strdup ("A\"\\");
    status->current_version = g_strdup ("A\033[31m\t");
    status->error_name = g_strdup ("org.freedesktop.ModemManager1.Error.Core.Failed");
    status->error_message = g_strdup ("k\303\266nnte");
    status->started = 1;
    status->transports = 3;
    status->has_port = TRUE;
    status->port_state = NL668_USB_PORT_STATE_EMERGENCY;
    return status;
}

static void
assert_format (const MmcliStatus *status,
               MmcliFormat        format,
               const gchar       *expected)
{
    g_autofree gchar *text = NULL;

    text = mmcli_format_status (status, format);
    g_assert_cmpstr (text, ==, expected);
}

static void
test_human (void)
{
    g_autoptr(MmcliStatus) status = make_status ();

    assert_format (status, MMCLI_FORMAT_HUMAN,
                   "  -----------------------------------\n"
                   "  Firmware update |            modem: /org/freedesktop/ModemManager1/Modem/0\n"
                   "                  |     equipment id: 862000000000000\n"
                   "                  |            state: failed\n"
                   "                  |         progress: 41%\n"
                   "                  |            error: k\303\266nnte\n"
                   "                  |  current version: A?[31m?\n"
                   "                  | previous version: A\"\\\n"
                   "                  |           source: http://h/p.zip\n"
                   "                  |          started: 1970-01-01T00:00:01Z\n"
                   "                  |       transports: http, ftp\n"
                   "                  |         usb port: emergency-download\n");
}

static void
test_keyvalue (void)
{
    g_autoptr(MmcliStatus) status = make_status ();

    assert_format (status, MMCLI_FORMAT_KEYVALUE,
                   "modem.dbus-path                           : "
                   "/org/freedesktop/ModemManager1/Modem/0\n"
                   "modem.generic.equipment-identifier        : 862000000000000\n"
                   "modem.firmware.update.state               : failed\n"
                   "modem.firmware.update.progress            : 41\n"
                   "modem.firmware.update.error.name          : "
                   "org.freedesktop.ModemManager1.Error.Core.Failed\n"
                   "modem.firmware.update.error.message       : k\\303\\266nnte\n"
                   "modem.firmware.update.current-version     : A\\033[31m\\t\n"
                   "modem.firmware.update.previous-version    : A\\\"\\\\\n"
                   "modem.firmware.update.target-version      : --\n"
                   "modem.firmware.update.package             : --\n"
                   "modem.firmware.update.source              : http://h/p.zip\n"
                   "modem.firmware.update.started             : 1970-01-01T00:00:01Z\n"
                   "modem.firmware.update.finished            : --\n"
                   "modem.firmware.update.transports.length   : 2\n"
                   "modem.firmware.update.transports.value[1] : http\n"
                   "modem.firmware.update.transports.value[2] : ftp\n"
                   "modem.firmware.update.usb-port            : emergency-download\n");
}

static void
test_json (void)
{
    g_autoptr(MmcliStatus) status = make_status ();

    assert_format (status, MMCLI_FORMAT_JSON,
                   "{\"modem\":{\"dbus-path\":\"/org/freedesktop/ModemManager1/Modem/0\",\"firmware\":{\"update\":{"
                   "\"current-version\":\"A\\u001b[31m\\u0009\","
                   "\"error\":{\"message\":\"k\303\266nnte\",\"name\":\"org.freedesktop.ModemManager1.Error.Core.Failed\"},"
                   "\"finished\":\"--\",\"package\":\"--\",\"previous-version\":\"A\\\"\\\\\",\"progress\":\"41\","
                   "\"source\":\"http://h/p.zip\",\"started\":\"1970-01-01T00:00:01Z\",\"state\":\"failed\","
                   "\"target-version\":\"--\",\"transports\":[\"http\",\"ftp\"],\"usb-port\":\"emergency-download\"}},"
                   "\"generic\":{\"equipment-identifier\":\"862000000000000\"}}}\n");
}

static void
test_nothing_known (void)
{
    g_autoptr(MmcliStatus) status = mmcli_status_new ();

    assert_format (status, MMCLI_FORMAT_HUMAN,
                   "  ------------------------\n"
                   "  Firmware update | state: unknown\n");
    assert_format (status, MMCLI_FORMAT_JSON,
                   "{\"modem\":{\"dbus-path\":\"--\",\"firmware\":{\"update\":{"
                   "\"current-version\":\"--\",\"error\":{\"message\":\"--\",\"name\":\"--\"},\"finished\":\"--\","
                   "\"package\":\"--\",\"previous-version\":\"--\",\"progress\":\"--\",\"source\":\"--\","
                   "\"started\":\"--\",\"state\":\"unknown\",\"target-version\":\"--\",\"transports\":[],"
                   "\"usb-port\":\"--\"}},\"generic\":{\"equipment-identifier\":\"--\"}}}\n");
}

/*****************************************************************************/
/* What an object of a call is about */

static void
test_request (void)
{
    g_autoptr(MmcliStatus) status = make_status ();
    g_autoptr(GVariant)    settings = NULL;

    settings = g_variant_ref_sink (g_variant_new_parsed (
        "{'url': <'ftp://user:secret@h/p.zip'>, 'version': <'B'>}"));
    mmcli_status_set_request (status, settings);
    g_assert_cmpint (status->state, ==, MMCLI_STATE_IDLE);
    g_assert_cmpstr (status->source, ==, "ftp://h/p.zip");
    g_assert_cmpstr (status->target_version, ==, "B");
    /* The modem is the same, the last update is another one. */
    g_assert_cmpstr (status->imei, ==, "862000000000000");
    g_assert_nonnull (status->current_version);
    g_assert_null (status->previous_version);
    g_assert_null (status->error_message);
    g_assert_cmpuint (status->started, ==, 0);
    g_assert_cmpuint (status->progress, ==, 0);

    mmcli_status_set_request (status, NULL);
    g_assert_null (status->source);
    g_assert_null (status->target_version);
}

static void
test_package (void)
{
    g_autoptr(MmcliStatus) status = make_status ();
    g_autoptr(GVariant)    settings = NULL;

    settings = g_variant_ref_sink (g_variant_new_parsed ("{'package': <'P'>}"));
    mmcli_status_set_request (status, settings);
    g_assert_cmpstr (status->package, ==, "P");
    g_assert_null (status->source);
}

static void
test_record (void)
{
    g_autoptr(MmcliStatus) status = make_status ();
    g_autoptr(Nl668Record) record = nl668_record_new ();

    record->state = MMCLI_STATE_INSTALLING;
    record->progress = 100;
    record->started = 2;
    record->previous_version = g_strdup ("A");
    mmcli_status_read_record (status, "862000000000018", record);
    g_assert_null (status->path);
    g_assert_null (status->current_version);
    g_assert_null (status->error_name);
    g_assert_cmpstr (status->imei, ==, "862000000000018");
    g_assert_cmpstr (status->previous_version, ==, "A");
    g_assert_cmpint (status->state, ==, MMCLI_STATE_INSTALLING);
    g_assert_cmpuint (status->progress, ==, 100);
    g_assert_cmpuint (status->started, ==, 2);
}

/* Each error has a name that ModemManager's users know. */
static void
test_error (void)
{
    static const struct {
        const gchar *name;
        const gchar *remote_name;
        gint         code;
    } tests[] = {
        { "org.freedesktop.ModemManager1.Error.Core.WrongState", NULL, MM_CORE_ERROR_WRONG_STATE },
        { "org.example.Error.Remote", "org.example.Error.Remote", 0 },
        { "org.freedesktop.DBus.Error.AccessDenied", "org.freedesktop.DBus.Error.AccessDenied", 0 },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(MmcliStatus) status = mmcli_status_new ();
        g_autoptr(GError)      error = NULL;

        error = (tests[i].remote_name ?
                 g_dbus_error_new_for_dbus_error (tests[i].remote_name, "why") :
                 g_error_new_literal (MM_CORE_ERROR, tests[i].code, "why"));
        mmcli_status_set_error (status, MMCLI_STATE_FAILED, error);
        g_assert_cmpint (status->state, ==, MMCLI_STATE_FAILED);
        g_assert_cmpstr (status->error_name, ==, tests[i].name);
        g_assert_true (g_str_has_suffix (status->error_message, "why"));
    }
}

static void
test_error_of_a_library (void)
{
    static const struct {
        const gchar *name;
        GQuark     (*get_domain) (void);
        gint         code;
    } tests[] = {
        { "org.freedesktop.ModemManager1.Error.Core.InvalidArgs", g_option_error_quark, G_OPTION_ERROR_BAD_VALUE },
        { "org.freedesktop.ModemManager1.Error.Core.Cancelled",   g_io_error_quark,     G_IO_ERROR_CANCELLED },
        { "org.freedesktop.ModemManager1.Error.Core.Failed",      g_io_error_quark,     G_IO_ERROR_BUSY },
        { "org.freedesktop.ModemManager1.Error.Core.Failed",      g_file_error_quark,   G_FILE_ERROR_ACCES },
    };
    guint i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_autoptr(MmcliStatus) status = mmcli_status_new ();
        g_autoptr(GError)      error = NULL;

        error = g_error_new_literal (tests[i].get_domain (), tests[i].code, "why");
        mmcli_status_set_error (status, MMCLI_STATE_UNKNOWN, error);
        g_assert_cmpstr (status->error_name, ==, tests[i].name);
        g_assert_cmpstr (status->error_message, ==, "why");
    }
}

/*****************************************************************************/

static void
test_printable (void)
{
    g_autofree gchar *text = NULL;

    text = mmcli_format_printable ("a\033]0;x\007b\302\233c\n\377");
    g_assert_cmpstr (text, ==, "a?]0;x?b?c?\357\277\275");
}

/*****************************************************************************/
/* Help */

static void
test_find_call (void)
{
    static const struct {
        const gchar *arguments;
        MmcliCall    call;
        const gchar *option;
    } tests[] = {
        { "mmcli -h",                                MMCLI_CALL_HELP_APPLICATION, "-h" },
        { "mmcli -m 0 --help",                       MMCLI_CALL_HELP_APPLICATION, "--help" },
        { "mmcli --help-all",                        MMCLI_CALL_HELP_FIRMWARE,    "--help-all" },
        { "mmcli --firmware-update --help-firmware", MMCLI_CALL_HELP_FIRMWARE,    "--help-firmware" },
        { "mmcli --version --help",                  MMCLI_CALL_HELP_APPLICATION, "--help" },
        { "mmcli --help-sms --help",                 MMCLI_CALL_STOCK,            NULL },
        { "mmcli -V",                                MMCLI_CALL_VERSION,          "-V" },
        { "mmcli --firmware-update-status --version -V", MMCLI_CALL_VERSION,      "--version" },
        { "mmcli -- --help",                         MMCLI_CALL_STOCK,            NULL },
        { "mmcli -L",                                MMCLI_CALL_STOCK,            NULL },
        { "mmcli -m 0 --firmware-update",            MMCLI_CALL_UPDATE,           NULL },
        { "mmcli --firmware-update=url=http://h/p -m 0", MMCLI_CALL_UPDATE,       NULL },
        { "mmcli --firmware-update-status",          MMCLI_CALL_UPDATE,           NULL },
        { "mmcli --firmware-update-no-wait",         MMCLI_CALL_UPDATE,           NULL },
        { "mmcli --firmware-update-password-file=-", MMCLI_CALL_UPDATE,           NULL },
        { "mmcli --firmware-update-nonsense",        MMCLI_CALL_UPDATE,           NULL },
        { "mmcli --firmware-update-status --help-sms", MMCLI_CALL_UPDATE,         NULL },
        { "mmcli -m 0 --firmware-status",            MMCLI_CALL_STOCK,            NULL },
        { "mmcli -m 0 --firmware-updates",           MMCLI_CALL_STOCK,            NULL },
        { "mmcli -m 0 firmware-update",              MMCLI_CALL_STOCK,            NULL },
        { "mmcli -m 0 -- --firmware-update",         MMCLI_CALL_STOCK,            NULL },
    };
    gchar *no_arguments[] = { NULL };
    guint  i;

    for (i = 0; i < G_N_ELEMENTS (tests); i++) {
        g_auto(GStrv)  argv = NULL;
        const gchar   *option = NULL;

        g_test_message ("%s", tests[i].arguments);
        argv = g_strsplit (tests[i].arguments, " ", -1);
        g_assert_cmpint (mmcli_call_find (argv, &option), ==, tests[i].call);
        g_assert_cmpstr (option, ==, tests[i].option);
    }
    g_assert_cmpint (mmcli_call_find (no_arguments, NULL), ==, MMCLI_CALL_STOCK);
}

#define USAGE \
    "Aufruf:\n" \
    "  mmcli [OPTION…] - Control and monitor the ModemManager\n" \
    "\n"
#define FIRMWARE \
    "Firmware options:\n" \
    "  --firmware-list                                 List\n" \
    "  --firmware-select=[Unique ID]                   Select\n"
#define OURS \
    "  --firmware-update=[\"key=value,...\"]             Update the firmware over the air and " \
    "wait until it is done\n" \
    "  --firmware-update-status                        Show the state of the firmware update\n" \
    "  --wait                                          With --firmware-update-status, follow the " \
    "update until it is done\n" \
    "  --firmware-update-no-wait                       Return once the module has accepted the " \
    "update\n" \
    "  --firmware-update-password-file=[FILE|-]        Read the FTP password from a file or from " \
    "stdin\n"
#define SMS \
    "SMS options:\n" \
    "  --send                                          Send\n" \
    "\n"
#define APPLICATION \
    "Anwendungsoptionen:\n" \
    "  -V, --version                                   Print version\n" \
    "  --timeout=[SECONDS]                             Timeout\n"

static void
assert_extended (const gchar *text,
                 MmcliCall    help,
                 const gchar *expected)
{
    g_autofree gchar *extended = NULL;

    extended = mmcli_help_extend (text, help);
    g_assert_cmpstr (extended, ==, expected);
}

static void
test_extend_help (void)
{
    const gchar *table = "  ------\n  Modem | state: failed\n";

    assert_extended (USAGE FIRMWARE "\n", MMCLI_CALL_HELP_FIRMWARE, USAGE FIRMWARE OURS "\n");
    assert_extended (USAGE FIRMWARE "\n" SMS APPLICATION "\n", MMCLI_CALL_HELP_FIRMWARE,
                     USAGE FIRMWARE OURS "\n" SMS APPLICATION "\n");
    assert_extended (USAGE SMS APPLICATION "\n", MMCLI_CALL_HELP_APPLICATION, USAGE SMS APPLICATION OURS "\n");

    /* Narrower than our options are */
    assert_extended ("  --firmware-list  List\n", MMCLI_CALL_HELP_FIRMWARE,
                     "  --firmware-list                           List\n"
                     "  --firmware-update=[\"key=value,...\"]       Update the firmware over the "
                     "air and wait until it is done\n"
                     "  --firmware-update-status                  Show the state of the firmware "
                     "update\n"
                     "  --wait                                    With --firmware-update-status, "
                     "follow the update until it is done\n"
                     "  --firmware-update-no-wait                 Return once the module has "
                     "accepted the update\n"
                     "  --firmware-update-password-file=[FILE|-]  Read the FTP password from a "
                     "file or from stdin\n");

    /* What is no help stays what it is */
    assert_extended ("", MMCLI_CALL_HELP_FIRMWARE, "");
    assert_extended (SMS, MMCLI_CALL_HELP_FIRMWARE, SMS);
    assert_extended (table, MMCLI_CALL_HELP_APPLICATION, table);
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/time/scale", test_scale);
    g_test_add_func ("/time/format", test_format_time);
    g_test_add_func ("/bar", test_bar);
    g_test_add_func ("/text/width", test_text_width);
    g_test_add_func ("/text/length", test_text_length);
    g_test_add_func ("/text/right", test_text_right);
    g_test_add_func ("/format/human", test_human);
    g_test_add_func ("/format/keyvalue", test_keyvalue);
    g_test_add_func ("/format/json", test_json);
    g_test_add_func ("/format/nothing-known", test_nothing_known);
    g_test_add_func ("/format/printable", test_printable);
    g_test_add_func ("/status/request", test_request);
    g_test_add_func ("/status/package", test_package);
    g_test_add_func ("/status/record", test_record);
    g_test_add_func ("/status/error", test_error);
    g_test_add_func ("/status/error-of-a-library", test_error_of_a_library);
    g_test_add_func ("/call/find", test_find_call);
    g_test_add_func ("/help/extend", test_extend_help);

    return g_test_run ();
}
