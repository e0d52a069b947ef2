/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

#include <string.h>

#include "example-status.h"
#include "mmcli-format.h"

static void
assert_format (const Nl668ClientStatus *status,
               MmcliFormat              format,
               const gchar             *expected)
{
    g_autofree gchar *text = NULL;

    text = mmcli_format_status (status, format);
    g_assert_cmpstr (text, ==, expected);
}

static void
test_human (void)
{
    g_autoptr(Nl668ClientStatus) status = make_status ();

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
                   "                  |         usb port: emergency-download\n"
                   "                  |           usb id: 05c6:9008\n");
}

static void
test_keyvalue (void)
{
    g_autoptr(Nl668ClientStatus) status = make_status ();

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
                   "modem.firmware.update.usb-port            : emergency-download\n"
                   "modem.firmware.update.usb-port-id         : 05c6:9008\n");
}

static void
test_json (void)
{
    g_autoptr(Nl668ClientStatus) status = make_status ();

    assert_format (status, MMCLI_FORMAT_JSON,
                   "{\"modem\":{\"dbus-path\":\"/org/freedesktop/ModemManager1/Modem/0\","
                   "\"firmware\":{\"update\":{"
                   "\"current-version\":\"A\\u001b[31m\\u0009\","
                   "\"error\":{\"message\":\"k\303\266nnte\","
                   "\"name\":\"org.freedesktop.ModemManager1.Error.Core.Failed\"},"
                   "\"finished\":\"--\",\"package\":\"--\","
                   "\"previous-version\":\"A\\\"\\\\\",\"progress\":\"41\","
                   "\"source\":\"http://h/p.zip\",\"started\":\"1970-01-01T00:00:01Z\","
                   "\"state\":\"failed\",\"target-version\":\"--\","
                   "\"transports\":[\"http\",\"ftp\"],"
                   "\"usb-port\":\"emergency-download\","
                   "\"usb-port-id\":\"05c6:9008\"}},"
                   "\"generic\":{\"equipment-identifier\":\"862000000000000\"}}}\n");
}

static void
assert_json (const gchar *message,
             const gchar *expected)
{
    g_autoptr(Nl668ClientStatus)  status = nl668_client_status_new ();
    g_autofree gchar             *text = NULL;
    g_autofree gchar             *member = NULL;

    status->error_message = g_strdup (message);
    text = mmcli_format_status (status, MMCLI_FORMAT_JSON);
    member = g_strdup_printf ("\"message\":\"%s\",", expected);
    g_assert_nonnull (strstr (text, member));
}

static void
test_json_escapes (void)
{
    /* What is printable stays as it is */
    assert_json ("f\303\274r \347\212\266 \360\237\230\200",
                 "f\303\274r \347\212\266 \360\237\230\200");
    /* DEL, and the C1 control that begins a sequence */
    assert_json ("\177\302\23331m", "\\u007f\\u009b31m");
    /* Right-to-left override, isolates, marks */
    assert_json ("\342\200\256\342\201\246\342\201\251\342\200\216\330\234",
                 "\\u202e\\u2066\\u2069\\u200e\\u061c");
    /* Line separator, zero-width space, private use, noncharacter */
    assert_json ("\342\200\250\342\200\213\356\200\200\357\277\276",
                 "\\u2028\\u200b\\ue000\\ufffe");
    /* A tag, and the last code point */
    assert_json ("\363\240\201\201\364\217\277\277", "\\udb40\\udc41\\udbff\\udfff");
    assert_json ("\377", "\357\277\275");
}

static void
test_nothing_known (void)
{
    g_autoptr(Nl668ClientStatus) status = nl668_client_status_new ();

    assert_format (status, MMCLI_FORMAT_HUMAN,
                   "  ------------------------\n"
                   "  Firmware update | state: unknown\n");
    assert_format (status, MMCLI_FORMAT_JSON,
                   "{\"modem\":{\"dbus-path\":\"--\",\"firmware\":{\"update\":{"
                   "\"current-version\":\"--\",\"error\":{\"message\":\"--\",\"name\":\"--\"},"
                   "\"finished\":\"--\",\"package\":\"--\",\"previous-version\":\"--\","
                   "\"progress\":\"--\",\"source\":\"--\",\"started\":\"--\","
                   "\"state\":\"unknown\",\"target-version\":\"--\",\"transports\":[],"
                   "\"usb-port\":\"--\",\"usb-port-id\":\"--\"}},"
                   "\"generic\":{\"equipment-identifier\":\"--\"}}}\n");
}

/*****************************************************************************/

int
main (int    argc,
      char **argv)
{
    g_test_init (&argc, &argv, NULL);

    g_test_add_func ("/format/human", test_human);
    g_test_add_func ("/format/keyvalue", test_keyvalue);
    g_test_add_func ("/format/json", test_json);
    g_test_add_func ("/format/json-escapes", test_json_escapes);
    g_test_add_func ("/format/nothing-known", test_nothing_known);

    return g_test_run ();
}
