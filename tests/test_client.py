# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The client without an update: what it leaves to the stock client, whom it
means, what it refuses."""

import json
import os
import re
import shlex
import shutil
import signal
import tempfile
import unittest

from testbed.bus import MessageBus
from testbed.case import BedCase, Paths, SharedBedCase, get_version, parse_keyvalue
from testbed.system import find_namespace_obstacle
from testbed.tap import main

REVISION = '19011.1000.00.02.73.13'
URL = 'http://host/package'
UPDATE = f'--firmware-update={URL}'
STATUS = '--firmware-update-status'

# What is typed behind "mmcli", and left to the stock client
FOREIGN = (
    '', '-L', '-L -J', '-L -K', '-m 0', '-m 0 -J', '-m 0 -K', '-m any', '--modem=1 -J', '-m 99',
    '-m', "-m ''", '-m0', '-B', '--nonsense', '-m 0 --nonsense', 'junk',
    '-L junk', '-J -K -L', '-v -J -L', '-L -m 0', '-m 0 --firmware-status',
    '-m 0 --firmware-list -J', '-m 0 --firmware-select', '-m 0 --firmware-select=x',
    '-m 0 --firmware-status --firmware-list', '--firmware-updates', '--firmware -m 0',
    '-m 0 -- --firmware-update', '-m 0 --command=+CSQ', '-i 0', '-b 0', '--timeout=5 -L',
    '--help-modem', '--help-sim', '-m 0 --help-manager',
)

# For which the stock client has a sentence, when a firmware action is added
WRONG = (
    '-m 99', "-m ''", '-m nonsense', '-m /nonsense', '-m 0 -J -K', '-m 0 -v -J', '-m 0 -v -K',
    '-m /org/freedesktop/ModemManager1/Modem/99', '-m /org/freedesktop/ModemManager1/ModemX',
    '-m 0 -L', '-m 0 --firmware-list',
)

# What our own options refuse, and a part of the reason
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
    (f'{UPDATE} --firmware-update-password-file=/dev/null', 'first line of the password file is empty'),
    (f'{UPDATE} --timeout=x', 'timeout'),
    (f'{UPDATE} --nonsense', '--nonsense'),
    (f'{UPDATE} -e', '-e'),
)

# How our options begin, in the help
HELP = ('--firmware-update=["key=value,...', '--firmware-update-status', '--wait',
        '--firmware-update-no-wait', '--firmware-update-password-file=')


def get_installed_client():
    """Where the launcher looks for the client at last"""
    with open(Paths.client, 'rb') as file:
        return re.search(rb'/[^\0]*/mmcli-firmware-update', file.read())[0].decode()


def get_outcome(client):
    return client.returncode, client.stdout, client.stderr


class NoModem(BedCase):
    """The daemon without a modem."""

    def test_no_modem(self):
        """no modem: as the stock client has it"""
        self.bed.start_daemon()
        self.bed.wait_until(lambda: not self.bed.mmcli('-L', stock=True).returncode, 10, 'daemon')
        for ours, theirs in ((['-L'], ['-L']), (['-m', 'any'], ['-m', 'any']),
                             (['-m', 'any', STATUS], ['-m', 'any', '--firmware-status']),
                             (['-m', '0', UPDATE], ['-m', '0', '--firmware-list'])):
            with self.subTest(args=ours):
                self.assertEqual(get_outcome(self.bed.mmcli(*ours)),
                                 get_outcome(self.bed.mmcli(*theirs, stock=True)))


class Client(SharedBedCase):
    """One module, and one modem that is no NL668."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        cls.module, cls.modem = cls.bed.add_modem()
        _, cls.foreign = cls.bed.add_modem(id='2c7c:0125')
        cls.bed.wait_until(lambda: cls.modem.update['Transports'], 10, 'transports')
        cls.imei = cls.modem.properties['EquipmentIdentifier']

    def run_line(self, line, **options):
        return self.bed.mmcli(*shlex.split(line), **options)

    def run_program(self, *argv):
        client = self.bed.start_program(argv)
        client.end_input()
        self.bed.wait_for_client(client)
        return client

    def run_with(self, env, line):
        """With an environment that nothing but our client sees, PATH included"""
        return self.run_program('/usr/bin/env', *(f'{name}={value}' for name, value in env.items()),
                                Paths.client, *shlex.split(line))

    # What the stock client does

    def test_passthrough(self):
        """without our options: the same output and exit status as the stock client"""
        for line in FOREIGN:
            with self.subTest(line=line):
                self.assertEqual(get_outcome(self.run_line(line)),
                                 get_outcome(self.run_line(line, stock=True)))

    def test_passthrough_of_signals(self):
        """what runs on is the stock client itself"""
        outcomes = []
        for stock in (False, True):
            client = self.bed.start_mmcli('-m', '0', '-w', stock=stock)
            self.bed.wait_until(lambda c=client: c.output, 10, 'state of the modem')
            client.signal(signal.SIGINT)
            client.wait()
            outcomes.append(get_outcome(client))
        self.assertEqual(outcomes[0], outcomes[1])

    def test_nobody_there(self):
        """no daemon on the bus, and no bus: as the stock client has it"""
        bus = MessageBus(self.bed.directory, self.bed.env)
        self.addCleanup(bus.process.kill)
        for address in (bus.address, 'unix:path=/nonexistent'):
            env = {'DBUS_SYSTEM_BUS_ADDRESS': address}
            for ours, theirs in (('-L', '-L'), (f'-m 0 {STATUS}', '-m 0 --firmware-status'),
                                 (f'-m 0 {UPDATE}', '-m 0 --firmware-list')):
                with self.subTest(line=ours, address=address):
                    self.assertEqual(get_outcome(self.run_line(ours, env=env)),
                                     get_outcome(self.run_line(theirs, env=env, stock=True)))

    def test_sentences_of_the_stock_client(self):
        """with our options: the stock client's own sentences, where it has one"""
        for line in WRONG:
            with self.subTest(line=line):
                theirs = get_outcome(self.run_line(f'{line} --firmware-status', stock=True))
                self.assertNotEqual(theirs[2], '')
                for ours in (STATUS, UPDATE):
                    code, stdout, stderr = get_outcome(self.run_line(f'{line} {ours}'))
                    self.assertEqual((code, stderr), (theirs[0], theirs[2]))
                    # For programs, ours says it in an object as well
                    self.assertEqual(bool(stdout), '-v -J' in line or '-v -K' in line)
        # Without a modem, ours lists them all
        theirs = get_outcome(self.run_line('--firmware-status', stock=True))
        for ours in (UPDATE, f'{STATUS} --wait'):
            self.assertEqual(get_outcome(self.run_line(ours)), theirs)
        theirs = get_outcome(self.run_line('-m 0 --firmware-list --firmware-status', stock=True))
        self.assertEqual(get_outcome(self.run_line(f'-m 0 {UPDATE} {STATUS}')), theirs)

    def test_version(self):
        """--version: the stock client's text, then the version of ours"""
        for line in ('-V', '--version', '-m 0 --version', '-L -V'):
            with self.subTest(line=line):
                code, stdout, stderr = get_outcome(self.run_line(line, stock=True))
                self.assertEqual(get_outcome(self.run_line(line)),
                                 (code, f'{stdout}fibocom-nl668 {get_version()}\n', stderr))
        # It says no version, and nor do we
        line = '--nonsense --version'
        self.assertEqual(get_outcome(self.run_line(line)),
                         get_outcome(self.run_line(line, stock=True)))
        self.assertIn(f'\nfibocom-nl668 {get_version()}\n',
                      self.run_line(f'-m 0 {STATUS} -V -J -K').stdout)

    def make_script(self, name, text):
        path = os.path.join(self.bed.directory, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, 0o755)
        self.addCleanup(os.unlink, path)
        return path

    def test_stock_client_missing(self):
        """no stock client, or one of ours in its place: an error, and no loop"""
        link = os.path.join(self.bed.directory, 'mmcli')
        os.symlink(Paths.client, link)
        self.addCleanup(os.unlink, link)
        no_program = self.make_script('no-program', '')
        os.chmod(no_program, 0o644)
        path = f'{os.path.dirname(Paths.client)}:{self.bed.directory}'
        for env in ({'MMCLI': '/nonexistent'}, {'MMCLI': '/usr'}, {'MMCLI': no_program},
                    {'MMCLI': Paths.client}, {'MMCLI': f'{Paths.client}-firmware-update'},
                    {'MMCLI': link}, {'MMCLI': 'mmcli', 'PATH': path},
                    {'MMCLI': os.path.relpath(Paths.client)}, {'MMCLI': 'no-such-program'}):
            for line in ('-L', '--help', f'--version {STATUS}'):
                with self.subTest(env=env, line=line):
                    client = self.run_with(env, line)
                    self.assertEqual((client.returncode, client.stdout), (1, ''))
                    self.assertEqual(client.stderr, "error: couldn't run the stock mmcli: set MMCLI "
                                     "to the path of ModemManager's mmcli\n")
            # It is not needed for our own work
            client = self.run_line(f'-m 0 {STATUS}', env={'MMCLI': env['MMCLI']})
            self.assertEqual((client.returncode, client.stderr), (0, ''))

    def test_stock_client_by_name(self):
        """MMCLI may be a name for PATH, or relative to the directory"""
        stock = self.run_line('-L', stock=True).stdout
        other = self.make_script('other-mmcli', f'exec {Paths.stock_client} "$@"\n')
        ours = os.path.dirname(Paths.client)
        theirs = os.path.dirname(Paths.stock_client)
        for env in ({'MMCLI': os.path.basename(Paths.stock_client), 'PATH': f'{theirs}:{ours}:/bin'},
                    # Ours comes first, and is not the stock one
                    {'MMCLI': os.path.basename(Paths.stock_client), 'PATH': f'{ours}:{theirs}:/bin'},
                    {'MMCLI': 'other-mmcli', 'PATH': f'{self.bed.directory}:/bin'},
                    {'MMCLI': os.path.relpath(other)}, {'MMCLI': ''}):
            with self.subTest(env=env):
                self.assertEqual(get_outcome(self.run_with(env, '-L')), (0, stock, ''))

    def test_script_in_a_loop(self):
        """MMCLI is a script that runs this mmcli again: stopped in its second round"""
        script = self.make_script('script', f'#!/bin/sh\necho round >&2\nexec {Paths.client} "$@"\n')
        for line in ('-L', '--help', '-V'):
            with self.subTest(line=line):
                client = self.run_line(line, env={'MMCLI': script})
                self.assertEqual((client.returncode, client.errors.count('round')), (1, 1))
                errors = [error for error in client.errors if error != 'round']
                self.assertEqual(errors, [
                    'error: the program in MMCLI runs this mmcli again: '
                    "set MMCLI to the path of ModemManager's mmcli"])
        # It does not hand over what is ours
        client = self.run_line(f'-m 0 {STATUS}', env={'MMCLI': script})
        self.assertEqual((client.returncode, client.stderr), (0, ''))

    @unittest.skipIf(find_namespace_obstacle(), find_namespace_obstacle())
    def test_without_proc(self):
        """without a mounted /proc"""
        for line in ('-L', '-m 0', '--help-firmware', '--version', f'-m 99 {STATUS}'):
            with self.subTest(line=line):
                client = self.run_program('unshare', '--mount', 'sh', '-e', '-c',
                                          'mount -t tmpfs tmpfs /proc; exec "$@"', 'sh',
                                          Paths.client, *shlex.split(line))
                self.assertEqual(get_outcome(client), get_outcome(self.run_line(line)))

    def test_client_by_its_own_name(self):
        """mmcli-firmware-update does the same as mmcli"""
        for line in ('-L', '-m 0', '--nonsense', '--version', f'-m 0 {STATUS} -K',
                     f'-m 99 {STATUS}', f'-m 0 {UPDATE} --nonsense'):
            with self.subTest(line=line):
                client = self.run_program(f'{Paths.client}-firmware-update', *shlex.split(line))
                self.assertEqual(get_outcome(client), get_outcome(self.run_line(line)))

    def test_client_beside_the_stock_one(self):
        """mmcli-firmware-update alone, in the directory of the stock client"""
        directory = tempfile.mkdtemp(dir=self.bed.directory)
        client = shutil.copy(f'{Paths.client}-firmware-update', directory)
        stock = shutil.copy(Paths.stock_client, os.path.join(directory, 'mmcli'))
        for line in ('-L', '-m 0', '--version', '--help', f'-m 0 {STATUS}'):
            with self.subTest(line=line):
                ours = self.run_program('/usr/bin/env', f'MMCLI={stock}', client, *shlex.split(line))
                self.assertEqual((ours.returncode, ours.stderr), (0, ''))
        self.assertEqual(ours.stdout, self.run_line(line).stdout)

    def test_client_missing(self):
        """the launcher alone: an error for our options only"""
        launcher = os.path.join(tempfile.mkdtemp(dir=self.bed.directory), 'mmcli')
        shutil.copy(Paths.client, launcher)
        if os.path.exists(get_installed_client()):
            self.skipTest('it is installed as well')
        for line, expected in (('-L', get_outcome(self.run_line('-L'))), (STATUS, (
                1, '', "error: couldn't run mmcli-firmware-update: it must be in the same directory as mmcli\n"))):
            with self.subTest(line=line):
                client = self.run_program(launcher, *shlex.split(line))
                self.assertEqual(get_outcome(client), expected)

    def test_diverted_client(self):
        """the stock client is found where dpkg-divert put it aside for ours"""
        link = os.path.join(self.bed.directory, 'mmcli')
        for path, target in ((link, Paths.client), (f'{link}.distrib', Paths.stock_client)):
            os.symlink(target, path)
            self.addCleanup(os.unlink, path)
        client = self.run_line('-L', env={'MMCLI': link})
        self.assertEqual(get_outcome(client), get_outcome(self.run_line('-L', stock=True)))
        self.assertIn('--firmware-update', self.run_line('--help-firmware', env={'MMCLI': link}).stdout)

    # Help

    def check_help(self, option, after):
        """The stock text, with our options in its layout after another one."""
        client = self.run_line(option)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        lines = client.output
        ours = [line for line in lines if line.startswith(('  --firmware-update', '  --wait'))]
        # Ours are longer than any of theirs, and may move all descriptions
        self.assertEqual([re.sub(' +', ' ', line) for line in lines if line not in ours],
                         [re.sub(' +', ' ', line)
                          for line in self.run_line(option, stock=True).output])
        self.assertEqual(len(ours), len(HELP))
        for line, name in zip(ours, HELP):
            self.assertTrue(line.startswith(f'  {name}'), line)
        first = lines.index(ours[0])
        self.assertEqual(lines[first:first + len(ours)], ours)
        self.assertTrue(lines[first - 1].startswith(f'  {after}'), lines[first - 1])
        columns = {re.match(r'  --\S*(?: \S+)*\s{2,}', line).end()
                   for line in lines if line.startswith('  --')}
        self.assertEqual(len(columns), 1, ours)

    def test_help_firmware(self):
        """--help-firmware shows the new options among the stock ones"""
        self.check_help('--help-firmware', '--firmware-select')

    def test_help_all(self):
        """--help-all, too"""
        self.check_help('--help-all', '--firmware-select')

    def test_help(self):
        """--help shows them among the options of the application"""
        self.check_help('--help', '--timeout')

    # Selection

    def test_selection(self):
        """by index, path, UID and equipment identifier, in every spelling"""
        for selector in ('0', self.modem.path, self.modem.properties['Device'], self.imei):
            for option in (f'-m {selector}', f'--modem {selector}', f'--modem={selector}'):
                with self.subTest(option=option):
                    client = self.run_line(f'{STATUS} -J {option}')
                    self.assertEqual((client.returncode, client.stderr), (0, ''))
                    self.assertEqual(json.loads(client.stdout)['modem']['dbus-path'],
                                     self.modem.path)

    def test_any(self):
        """any, in every spelling, is the modem that the stock client takes"""
        for selector in ('any', 'ANY', 'an', 'a'):
            with self.subTest(selector=selector):
                path = self.bed.mmcli_json('-m', selector, stock=True)['modem']['dbus-path']
                client = self.run_line(f'-m {selector} {STATUS} -J')
                if path == self.modem.path:
                    self.assertEqual(json.loads(client.stdout)['modem']['dbus-path'], path)
                else:
                    self.assertIn('(plugin: generic)', client.stderr)

    def test_foreign_modem(self):
        """a modem without our interface"""
        for option in (STATUS, UPDATE):
            client = self.run_line(f'-m {self.foreign.index} {option}')
            self.assertEqual(get_outcome(client), (
                1, '', 'error: modem does not support firmware updates over the air (plugin: generic)\n'))

    def test_session_bus(self):
        """--test-session"""
        client = self.run_line(f'-m 0 {STATUS} --test-session',
                               env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual((client.returncode, client.stderr), (0, ''))

    # Status

    def test_status_json(self):
        """--firmware-update-status -J of a modem without update"""
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
            }}}})

    def test_status_keyvalue(self):
        """--firmware-update-status -K"""
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
        """--firmware-update-status for people"""
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
        """what makes no sense is refused in one sentence, and nothing is sent"""
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
        """passwords that the module could not take are not sent, nor shown"""
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
        """settings that the daemon would refuse are refused in the same words"""
        for line in ('--firmware-update=https://host/package',
                     '--firmware-update=url=https://host/package'):
            with self.subTest(line=line):
                client = self.run_line(f'-m 0 {line}')
                self.assertEqual((client.returncode, len(client.errors)), (2, 1))
                self.assertRegex(client.stderr, "^error: couldn't update the firmware: "
                                                'url: https:// is not supported')
        self.assertEqual(self.module.get_update_commands(), [])

    def check_object(self, line, code, **expected):
        """With -J and -K: one object that is about this call, and the same on stderr."""
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
        """with -J and -K every refusal is an object as well"""
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
        """without a bus, too"""
        client = self.run_line(f'-m 0 {UPDATE} -J',
                               env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual((client.returncode, len(client.errors)), (1, 1))
        update = json.loads(client.stdout)['modem']['firmware']['update']
        self.assertEqual((update['state'], update['source']), ('failed', URL))
        self.assertIn("couldn't get bus", update['error']['message'])


if __name__ == '__main__':
    main()
