# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The client without an update: which modem it takes, its status, and the arguments
that it refuses."""

import json

from testbed.case import parse_keyvalue
from testbed.client import STATUS, ClientCase, get_outcome
from testbed.tap import main

REVISION = '19011.1000.00.02.73.13'
URL = 'http://host/package'
UPDATE = f'--firmware-update={URL}'

# Arguments that our options refuse, and part of the reason
REFUSED = (
    (f'--firmware-update=url={URL},password=secret', '--firmware-update-password-file'),
    ('--firmware-update=\'password="secret"\'', '--firmware-update-password-file'),
    ('--firmware-update=ftp://user:secret@host/file', '--firmware-update-password-file'),
    ('--firmware-update=url=ftp://user:secret@host/f', '--firmware-update-password-file'),
    ('--firmware-update=colour=red', "unknown key 'colour'.*url, server, file-name, user"),
    (f'--firmware-update=url={URL},url={URL}', "'url' appears twice"),
    ('--firmware-update=url=', "'url' has no value"),
    ('--firmware-update=\'url="http://host\'', 'quote'),
    ("--firmware-update=';'", 'key=value'),
    ('--firmware-update=url=http://host/x,', 'key=value'),
    (f'{UPDATE} junk', f"unexpected argument 'junk', leave it out: mmcli -m 0 {UPDATE}$"),
    (f'--firmware-update {URL}', f'with no space: mmcli -m 0 {UPDATE}$'),
    ('--firmware-update package=a', 'with no space: mmcli -m 0 --firmware-update=package=a$'),
    (f'{STATUS} junk', f'leave it out: mmcli -m 0 {STATUS}$'),
    (f'{STATUS}=x', f'{STATUS} takes no value: mmcli -m 0 {STATUS}$'),
    ('--firmware-update-stat', 'unknown option --firmware-update-stat: see mmcli --help-firmware'),
    (f'{UPDATE} --wait', f'--wait needs {STATUS}'),
    ('--firmware-update ftp://user:secret@host/file', '--firmware-update-password-file'),
    ('--firmware-update-no-wait', '--firmware-update-no-wait needs --firmware-update'),
    (f'{STATUS} --firmware-update-no-wait', 'needs --firmware-update'),
    (f'{STATUS} --firmware-update-password-file=-', 'needs --firmware-update'),
    (f'{UPDATE} --firmware-update-password-file=/nonexistent', 'No such file'),
    (f'{UPDATE} --firmware-update-password-file=/dev/null', 'is empty'),
    (f'{UPDATE} --timeout=x', 'timeout'),
    (f'{UPDATE} --nonsense', '--nonsense'),
    (f'{UPDATE} -e', '-e'),
)


class Arguments(ClientCase):
    """Calls that start no update."""
    # Selection

    def test_selection(self):
        """-m takes an index, a path, a UID or an equipment identifier, in every spelling"""
        for selector in ('0', self.modem.path, self.modem.properties['Device'], self.imei):
            for option in (f'-m {selector}', f'--modem {selector}', f'--modem={selector}'):
                with self.subTest(option=option):
                    client = self.run_line(f'{STATUS} -J {option}')
                    self.assertEqual((client.returncode, client.stderr), (0, ''))
                    self.assertEqual(json.loads(client.stdout)['modem']['dbus-path'],
                                     self.modem.path)

    def test_any(self):
        """-m any, in every spelling, selects the same modem as the stock client"""
        for selector in ('any', 'ANY', 'an', 'a'):
            with self.subTest(selector=selector):
                path = self.bed.mmcli_json('-m', selector, stock=True)['modem']['dbus-path']
                client = self.run_line(f'-m {selector} {STATUS} -J')
                if path == self.modem.path:
                    self.assertEqual(json.loads(client.stdout)['modem']['dbus-path'], path)
                else:
                    self.assertIn('(plugin: generic)', client.stderr)

    def test_foreign_modem(self):
        """a modem without our interface is refused"""
        for option in (STATUS, UPDATE):
            client = self.run_line(f'-m {self.foreign.index} {option}')
            self.assertEqual(get_outcome(client), (
                1, '', 'error: modem does not support firmware updates over the air '
                '(plugin: generic)\n'))

    def test_session_bus(self):
        """--test-session uses the session bus"""
        client = self.run_line(f'-m 0 {STATUS} --test-session',
                               env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual((client.returncode, client.stderr), (0, ''))

    # Status

    def test_status_json(self):
        """--firmware-update-status -J of a modem without an update"""
        client = self.run_line(f'-m 0 {STATUS} -J')
        self.assertEqual((client.returncode, client.stderr, len(client.output)), (0, '', 1))
        self.assertEqual(json.loads(client.stdout), {'modem': {
            'dbus-path': self.modem.path,
            'generic': {'equipment-identifier': self.imei},
            'firmware': {'update': {
                'state': 'idle', 'progress': '--', 'current-version': REVISION,
                'previous-version': '--', 'target-version': '--', 'source': '--', 'package': '--',
                'started': '--', 'finished': '--', 'error': {'name': '--', 'message': '--'},
                'transports': ['http', 'ftp'], 'usb-port': 'present',
                'usb-port-id': '1508:1001',
            }}}})

    def test_status_keyvalue(self):
        """--firmware-update-status -K of a modem without an update"""
        client = self.run_line(f'-m 0 {STATUS} -K')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        values = parse_keyvalue(client.stdout)
        prefix = 'modem.firmware.update.'
        self.assertEqual(values['modem.dbus-path'], self.modem.path)
        self.assertEqual(values['modem.generic.equipment-identifier'], self.imei)
        self.assertEqual(values[prefix + 'state'], 'idle')
        self.assertEqual(values[prefix + 'current-version'], REVISION)
        self.assertEqual(values[prefix + 'error.message'], '--')
        self.assertEqual(values[prefix + 'transports.length'], '2')
        self.assertEqual(values[prefix + 'transports.value[2]'], 'ftp')

    def test_status(self):
        """--firmware-update-status for humans"""
        client = self.run_line(f'-m 0 {STATUS}')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertRegex(client.output[0], '^  -+$')
        self.assertRegex(client.output[1], rf'^  Firmware update \| +modem: {self.modem.path}$')
        for line in client.output[2:]:
            self.assertRegex(line, r'^ +\| +[a-z ]+: \S')
        self.assertIn(' state: idle\n', client.stdout)
        self.assertIn(f'current version: {REVISION}\n', client.stdout)
        self.assertIn('transports: http, ftp\n', client.stdout)
        self.assertNotIn(': --', client.stdout)

    # Refusals

    def test_refused_arguments(self):
        """invalid arguments are refused with one sentence, and nothing is sent to the module"""
        for line, reason in REFUSED:
            with self.subTest(line=line):
                client = self.run_line(f'-m 0 {line}')
                self.assertEqual((client.returncode, client.stdout), (2, ''))
                self.assertEqual(len(client.errors), 1, client.stderr)
                self.assertRegex(client.stderr, f'(?m)^error: .*{reason}')
                self.assertNotIn('secret', client.stderr)
        self.assertEqual(self.module.get_update_commands(), [])
        self.assertEqual(self.modem.properties['State'], 3, 'disabled')

    def test_refused_passwords(self):
        """passwords that the module does not accept are neither sent nor shown"""
        for password in ('secret' + 250 * 'x', 'secret\x07', ''):
            with self.subTest(password=password[:10]):
                client = self.bed.start_mmcli(
                    '-m', '0', '--firmware-update=ftp://user@host/file',
                    '--firmware-update-password-file=-')
                client.write(password + '\n')
                client.end_input()
                self.assertEqual(client.wait(), 2)
                self.assertRegex(client.stderr, '^error: the password ')
                self.assertNotIn('secret', client.stderr)
        self.assertEqual(self.module.get_update_commands(), [])

    def test_zz_refused_settings(self):
        """settings that the daemon would refuse are refused with the same message"""
        for line in ('--firmware-update=https://host/package',
                     '--firmware-update=url=https://host/package'):
            with self.subTest(line=line):
                client = self.run_line(f'-m 0 {line}')
                self.assertEqual((client.returncode, len(client.errors)), (2, 1))
                self.assertRegex(client.stderr, "^error: couldn't update the firmware: "
                                                'url: https:// is not supported')
        self.assertEqual(self.module.get_update_commands(), [])

    def check_object(self, line, code, **expected):
        """Checks the object that -J and -K print, and that stderr has its message."""
        for option in ('-J', '-K'):
            with self.subTest(line=line, option=option):
                client = self.run_line(f'{line} {option}')
                self.assertEqual((client.returncode, len(client.errors)), (code, 1), client.stderr)
                if option == '-J':
                    self.assertEqual(len(client.output), 1)
                    update = json.loads(client.stdout)['modem']['firmware']['update']
                    values = {key: value for key, value in update.items() if key != 'error'}
                    values |= {f'error.{key}': value for key, value in update['error'].items()}
                else:
                    values = {key.removeprefix('modem.firmware.update.'): value
                              for key, value in parse_keyvalue(client.stdout).items()}
                for key, value in (expected | {'started': '--', 'progress': '--'}).items():
                    self.assertEqual((key, values[key.replace('_', '-')]), (key, value))
                self.assertIn(values['error.message'].replace('\\\'', "'"), client.stderr)

    def test_zz_refused_in_json(self):
        """with -J and -K, a refused call prints an object as well"""
        core = 'org.freedesktop.ModemManager1.Error.Core.'
        name = 'error.name'
        failed = {'state': 'failed'}
        for line, code, expected in (
                (f'-m 0 {STATUS}=x', 2, failed | {name: f'{core}InvalidArgs'}),
                (f'-m 0 {UPDATE} junk', 2, failed | {name: f'{core}InvalidArgs'}),
                ('-m 0 --firmware-update=colour=red', 2, failed | {name: f'{core}InvalidArgs'}),
                ('-m 0 --firmware-update=url=https://host/p,version=9', 2,
                 failed | {name: f'{core}InvalidArgs', 'target_version': '9', 'source': '--'}),
                (f'-m 0 --firmware-update=url={URL},version={REVISION}', 1,
                 failed | {name: f'{core}InvalidArgs', 'target_version': REVISION, 'source': URL,
                           'current_version': REVISION, 'previous_version': '--'}),
                ('-m 0 --firmware-update=package=nonsense', 1,
                 failed | {name: f'{core}NotFound', 'package': 'nonsense'}),
                (f'-m 99 {UPDATE}', 1, failed | {name: f'{core}NotFound', 'source': URL}),
                (UPDATE, 1, failed | {name: f'{core}InvalidArgs', 'source': URL}),
                (f'-m {self.foreign.index} {UPDATE}', 1, failed | {name: f'{core}Unsupported'}),
                (f'-m 99 {STATUS}', 1, {'state': 'unknown', name: f'{core}NotFound'})):
            self.check_object(line, code, **expected)
        self.assertEqual(self.module.get_update_commands(), [])
        self.assertEqual(self.modem.properties['State'], 3, 'disabled')

    def test_zz_no_bus_in_json(self):
        """with -J, the object is also printed if there is no bus"""
        client = self.run_line(f'-m 0 {UPDATE} -J',
                               env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual((client.returncode, len(client.errors)), (1, 1))
        update = json.loads(client.stdout)['modem']['firmware']['update']
        self.assertEqual((update['state'], update['source']), ('failed', URL))
        self.assertIn("couldn't get bus", update['error']['message'])


if __name__ == '__main__':
    main()
