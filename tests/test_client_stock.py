# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What our client passes on to the stock client, and how it finds it."""

import os
import re
import shlex
import shutil
import signal
import tempfile
import unittest

from testbed.bus import MessageBus
from testbed.case import BedCase, Paths, get_version
from testbed.client import STATUS, ClientCase, get_outcome
from testbed.system import find_namespace_obstacle
from testbed.tap import main

UPDATE = '--firmware-update=http://host/package'

# Arguments that are passed on to the stock client
FOREIGN = (
    '', '-L', '-L -J', '-L -K', '-m 0', '-m 0 -J', '-m 0 -K', '-m any', '--modem=1 -J', '-m 99',
    '-m', "-m ''", '-m0', '-B', '--nonsense', '-m 0 --nonsense', 'junk',
    '-L junk', '-J -K -L', '-v -J -L', '-L -m 0', '-m 0 --firmware-status',
    '-m 0 --firmware-list -J', '-m 0 --firmware-select', '-m 0 --firmware-select=x',
    '-m 0 --firmware-status --firmware-list', '--firmware-updates', '--firmware -m 0',
    '-m 0 -- --firmware-update', '-m 0 --command=+CSQ', '-i 0', '-b 0', '--timeout=5 -L',
    '--help-modem', '--help-sim', '-m 0 --help-manager',
)

# Arguments for which the stock client has an error message, with any firmware action
WRONG = (
    '-m 99', "-m ''", '-m nonsense', '-m /nonsense', '-m 0 -J -K', '-m 0 -v -J', '-m 0 -v -K',
    '-m /org/freedesktop/ModemManager1/Modem/99', '-m /org/freedesktop/ModemManager1/ModemX',
    '-m 0 -L', '-m 0 --firmware-list',
)

# How the help of our options begins
HELP = ('--firmware-update=["key=value,...', '--firmware-update-status', '--wait',
        '--firmware-update-no-wait', '--firmware-update-password-file=')


def get_installed_client():
    """The last path where the launcher looks for the client."""
    with open(Paths.client, 'rb') as file:
        return re.search(rb'/[^\0]*/mmcli-firmware-update', file.read())[0].decode()


class NoModem(BedCase):
    """There is no modem."""

    def test_no_modem(self):
        """the output is the same as with the stock client"""
        self.bed.start_daemon()
        self.bed.wait_until(lambda: not self.bed.mmcli('-L', stock=True).returncode, 10, 'daemon')
        for ours, theirs in ((['-L'], ['-L']), (['-m', 'any'], ['-m', 'any']),
                             (['-m', 'any', STATUS], ['-m', 'any', '--firmware-status']),
                             (['-m', '0', UPDATE], ['-m', '0', '--firmware-list'])):
            with self.subTest(args=ours):
                self.assertEqual(get_outcome(self.bed.mmcli(*ours)),
                                 get_outcome(self.bed.mmcli(*theirs, stock=True)))


class StockClient(ClientCase):
    """Our client and the stock client, side by side."""

    def run_with(self, env, line):
        """Runs our client alone with another environment, including PATH."""
        return self.run_program('/usr/bin/env', *(f'{name}={value}' for name, value in env.items()),
                                Paths.client, *shlex.split(line))


    def test_passthrough(self):
        """without our options, output and exit status are those of the stock client"""
        for line in FOREIGN:
            with self.subTest(line=line):
                self.assertEqual(get_outcome(self.run_line(line)),
                                 get_outcome(self.run_line(line, stock=True)))

    def test_passthrough_of_signals(self):
        """signals reach the stock client"""
        outcomes = []
        for stock in (False, True):
            client = self.bed.start_mmcli('-m', '0', '-w', stock=stock)
            self.bed.wait_until(lambda c=client: c.output, 10, 'state of the modem')
            client.signal(signal.SIGINT)
            client.wait()
            outcomes.append(get_outcome(client))
        self.assertEqual(outcomes[0], outcomes[1])

    def test_no_daemon(self):
        """without a daemon or without a bus, the output is the same as with the stock client"""
        bus = MessageBus(self.bed.directory, self.bed.env)
        self.addCleanup(bus.process.kill)
        for address in (bus.address, 'unix:path=/nonexistent'):
            env = {'DBUS_SYSTEM_BUS_ADDRESS': address}
            for ours, theirs in (('-L', '-L'), (f'-m 0 {STATUS}', '-m 0 --firmware-status'),
                                 (f'-m 0 {UPDATE}', '-m 0 --firmware-list')):
                with self.subTest(line=ours, address=address):
                    self.assertEqual(get_outcome(self.run_line(ours, env=env)),
                                     get_outcome(self.run_line(theirs, env=env, stock=True)))

    def test_stock_messages(self):
        """with our options, error messages are those of the stock client, if it has one"""
        for line in WRONG:
            with self.subTest(line=line):
                theirs = get_outcome(self.run_line(f'{line} --firmware-status', stock=True))
                self.assertNotEqual(theirs[2], '')
                for ours in (STATUS, UPDATE):
                    code, stdout, stderr = get_outcome(self.run_line(f'{line} {ours}'))
                    self.assertEqual((code, stderr), (theirs[0], theirs[2]))
                    # Ours also prints an object for programs
                    self.assertEqual(bool(stdout), '-v -J' in line or '-v -K' in line)
        # Without -m, our status lists all modems
        theirs = get_outcome(self.run_line('--firmware-status', stock=True))
        for ours in (UPDATE, f'{STATUS} --wait'):
            self.assertEqual(get_outcome(self.run_line(ours)), theirs)
        theirs = get_outcome(self.run_line('-m 0 --firmware-list --firmware-status', stock=True))
        self.assertEqual(get_outcome(self.run_line(f'-m 0 {UPDATE} {STATUS}')), theirs)

    def test_version(self):
        """--version prints the text of the stock client and our version"""
        for line in ('-V', '--version', '-m 0 --version', '-L -V'):
            with self.subTest(line=line):
                code, stdout, stderr = get_outcome(self.run_line(line, stock=True))
                self.assertEqual(get_outcome(self.run_line(line)),
                                 (code, f'{stdout}fibocom-nl668 {get_version()}\n', stderr))
        # The stock client prints no version here
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
        """no stock client, or ours in its place: an error instead of a loop"""
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
                    self.assertEqual(client.stderr, "error: couldn't run the stock mmcli: "
                                     "set MMCLI to the path of ModemManager's mmcli\n")
            # Our own options do not need it
            client = self.run_line(f'-m 0 {STATUS}', env={'MMCLI': env['MMCLI']})
            self.assertEqual((client.returncode, client.stderr), (0, ''))

    def test_stock_client_by_name(self):
        """MMCLI may be a name to look up in PATH, or a relative path"""
        stock = self.run_line('-L', stock=True).stdout
        other = self.make_script('other-mmcli', f'exec {Paths.stock_client} "$@"\n')
        ours = os.path.dirname(Paths.client)
        theirs = os.path.dirname(Paths.stock_client)
        name = os.path.basename(Paths.stock_client)
        for env in ({'MMCLI': name, 'PATH': f'{theirs}:{ours}:/bin'},
                    # Ours comes first in PATH and must be skipped
                    {'MMCLI': name, 'PATH': f'{ours}:{theirs}:/bin'},
                    {'MMCLI': 'other-mmcli', 'PATH': f'{self.bed.directory}:/bin'},
                    {'MMCLI': os.path.relpath(other)}, {'MMCLI': ''}):
            with self.subTest(env=env):
                self.assertEqual(get_outcome(self.run_with(env, '-L')), (0, stock, ''))

    def test_script_in_a_loop(self):
        """MMCLI is a script that runs our client again: it is stopped the second time"""
        script = self.make_script('script',
                                  f'#!/bin/sh\necho round >&2\nexec {Paths.client} "$@"\n')
        for line in ('-L', '--help', '-V'):
            with self.subTest(line=line):
                client = self.run_line(line, env={'MMCLI': script})
                self.assertEqual((client.returncode, client.errors.count('round')), (1, 1))
                errors = [error for error in client.errors if error != 'round']
                self.assertEqual(errors, [
                    'error: the program in MMCLI runs this mmcli again: '
                    "set MMCLI to the path of ModemManager's mmcli"])
        # Our own options are not passed on
        client = self.run_line(f'-m 0 {STATUS}', env={'MMCLI': script})
        self.assertEqual((client.returncode, client.stderr), (0, ''))

    @unittest.skipIf(find_namespace_obstacle(), find_namespace_obstacle())
    def test_without_proc(self):
        """it works without /proc"""
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
        """mmcli-firmware-update works alone, in the directory of the stock client"""
        directory = tempfile.mkdtemp(dir=self.bed.directory)
        client = shutil.copy(f'{Paths.client}-firmware-update', directory)
        stock = shutil.copy(Paths.stock_client, os.path.join(directory, 'mmcli'))
        for line in ('-L', '-m 0', '--version', '--help', f'-m 0 {STATUS}'):
            with self.subTest(line=line):
                ours = self.run_program('/usr/bin/env', f'MMCLI={stock}', client,
                                        *shlex.split(line))
                self.assertEqual((ours.returncode, ours.stderr), (0, ''))
        self.assertEqual(ours.stdout, self.run_line(line).stdout)

    def test_client_missing(self):
        """without mmcli-firmware-update, only our options fail"""
        launcher = os.path.join(tempfile.mkdtemp(dir=self.bed.directory), 'mmcli')
        shutil.copy(Paths.client, launcher)
        if os.path.exists(get_installed_client()):
            self.skipTest('the client is installed')
        for line, expected in (*((line, get_outcome(self.run_line(line, stock=True)))
                                 for line in ('-L', '-m 0 --firmware-list')), (STATUS, (
                1, '', "error: couldn't run mmcli-firmware-update: "
                       'it must be in the same directory as mmcli\n'))):
            with self.subTest(line=line):
                client = self.run_program(launcher, *shlex.split(line))
                self.assertEqual(get_outcome(client), expected)

    def test_diverted_client(self):
        """the stock client is found where dpkg-divert has moved it"""
        link = os.path.join(self.bed.directory, 'mmcli')
        for path, target in ((link, Paths.client), (f'{link}.distrib', Paths.stock_client)):
            os.symlink(target, path)
            self.addCleanup(os.unlink, path)
        client = self.run_line('-L', env={'MMCLI': link})
        self.assertEqual(get_outcome(client), get_outcome(self.run_line('-L', stock=True)))
        self.assertIn('--firmware-update',
                      self.run_line('--help-firmware', env={'MMCLI': link}).stdout)

    # Help

    def check_help(self, option, after):
        """Checks that our options follow a stock one in the help, in the same layout."""
        client = self.run_line(option)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        lines = client.output
        ours = [line for line in lines if line.startswith(('  --firmware-update', '  --wait'))]
        # Ours are longer, and may shift the column of the descriptions
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
        """--help-firmware lists our options among the stock ones"""
        self.check_help('--help-firmware', '--firmware-select')

    def test_help_all(self):
        """--help-all lists our options"""
        self.check_help('--help-all', '--firmware-select')

    def test_help(self):
        """--help lists our options among the application options"""
        self.check_help('--help', '--timeout')


if __name__ == '__main__':
    main()
