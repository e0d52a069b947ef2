/* -*- Mode: C; tab-width: 4; indent-tabs-mode: nil; c-basic-offset: 4 -*- */
/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copyright (C) 2026 The fibocom-nl668 authors */

#include <config.h>

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
    g_test_add_func ("/format/nothing-known", test_nothing_known);

    return g_test_run ();
}
