# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The client: what it leaves to the stock one, what it says, how it ends."""

import fcntl
import json
import os
import pty
import re
import shlex
import signal
import struct
import termios
import threading

from testbed.bus import State, enable_all
from testbed.case import BedCase, Paths, SharedBedCase
from testbed.loop import wait_until, wake
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'

URL = 'http://host/package'
OPTIONS = ('--firmware-update=["key=value,...', '--firmware-update-status', '--firmware-update-no-wait',
           '--firmware-update-password-file=')

STATUS_KEYS = {'state', 'progress', 'current-version', 'previous-version', 'target-version', 'source',
               'package', 'started', 'finished', 'error', 'transports', 'usb-port'}


def get_outcome(client):
    return client.returncode, client.stdout, client.stderr


def parse_keyvalue(block):
    """A block of -K as a dictionary; its colons must stand below each other."""
    lines = block.splitlines()
    assert len({line.index(' : ') for line in lines}) == 1, block
    return {key.rstrip(): value for key, value in (line.split(' : ', 1) for line in lines)}


class Idle(SharedBedCase):
    """Nothing is updated. The second modem is a foreign one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        cls.module, cls.modem = cls.bed.add_modem()
        _, cls.foreign = cls.bed.add_modem(id='2c7c:0125')
        cls.bed.wait_until(lambda: cls.modem.update['Transports'], 10, 'transports')

    # What the stock client does

    def test_passthrough(self):
        """without our options: the same output and exit status as the stock client"""
        for args in ([], ['-L'], ['-L', '-J'], ['-L', '-K'], ['-m', '0'], ['-m', '0', '-J'], ['-m', '0', '-K'],
                     ['-m', 'any'], ['--modem=1', '-J'], ['-m', '99'], ['-m'], ['-m', ''], ['-m0'],
                     ['-V'], ['--version'], ['-B'], ['--nonsense'], ['-m', '0', '--nonsense'], ['junk'],
                     ['-L', 'junk'], ['-J', '-K', '-L'], ['-v', '-J', '-L'], ['-L', '-m', '0'],
                     ['-m', '0', '--firmware-status'], ['-m', '0', '--firmware-list', '-J'],
                     ['-m', '0', '--firmware-select'], ['-m', '0', '--firmware-select=x'],
                     ['-m', '0', '--firmware-status', '--firmware-list'], ['--firmware-updates'],
                     ['--firmware', '-m', '0'], ['-m', '0', '--', '--firmware-update'],
                     ['-m', '0', '--command=+CSQ'], ['-i', '0'], ['-b', '0'], ['--timeout=5', '-L'],
                     ['--help-modem'], ['--help-sim'], ['-m', '0', '--help-manager']):
            with self.subTest(args=args):
                self.assertEqual(get_outcome(self.bed.mmcli(*args)),
                                 get_outcome(self.bed.mmcli(*args, stock=True)))

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

    def test_passthrough_without_daemon(self):
        """nobody on the bus, and no bus"""
        other = self.bed.bus.__class__(os.path.join(self.bed.directory), self.bed.env)
        self.addCleanup(other.process.kill)
        for address in (other.address, 'unix:path=/nonexistent'):
            env = {'DBUS_SYSTEM_BUS_ADDRESS': address}
            for ours, theirs in ((['-L'], ['-L']),
                                 (['-m', '0', '--firmware-update-status'], ['-m', '0', '--firmware-status']),
                                 (['-m', '0', f'--firmware-update={URL}'], ['-m', '0', '--firmware-list'])):
                with self.subTest(ours=ours, address=address):
                    self.assertEqual(get_outcome(self.bed.mmcli(*ours, env=env)),
                                     get_outcome(self.bed.mmcli(*theirs, env=env, stock=True)))

    def test_errors_of_the_stock_client(self):
        """with our options: the stock client's own sentences, where it has one"""
        for args in ([], ['-m', '99'], ['-m', ''], ['-m', 'nonsense'], ['-m', '/nonsense'],
                     ['-m', '/org/freedesktop/ModemManager1/Modem/99'], ['-m', '/org/freedesktop/ModemManager1/ModemX'],
                     ['-m', '0', '-J', '-K'], ['-m', '0', '-v', '-J'], ['-m', '0', '-v', '-K'],
                     ['-m', '0', '-L'], ['-m', '0', '--firmware-list']):
            with self.subTest(args=args):
                theirs = self.bed.mmcli(*args, '--firmware-status', stock=True)
                self.assertNotEqual(theirs.stderr, '')
                for option in ('--firmware-update-status', f'--firmware-update={URL}'):
                    self.assertEqual(get_outcome(self.bed.mmcli(*args, option)), get_outcome(theirs))

    def test_stock_client_missing(self):
        """no stock client, or ourselves in its place: an error, and no loop"""
        link = os.path.join(self.bed.directory, 'mmcli')
        os.symlink(Paths.client, link)
        for program in ('/nonexistent', Paths.client, link):
            with self.subTest(program=program):
                for args in (['-L'], ['--help']):
                    client = self.bed.mmcli(*args, env={'MMCLI': program})
                    self.assertEqual((client.returncode, client.stdout), (1, ''))
                    self.assertRegex(client.stderr, "^error: couldn't (find|run) the stock mmcli: .*MMCLI")
                # It is not needed for our own work
                client = self.bed.mmcli('-m', '0', '--firmware-update-status', env={'MMCLI': program})
                self.assertEqual((client.returncode, client.stderr), (0, ''))

    # Help

    def check_help(self, option, after):
        """The stock text, with our options in its layout after another one."""
        client = self.bed.mmcli(option)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        stock = self.bed.mmcli(option, stock=True)
        lines = client.output
        ours = [line for line in lines if line.startswith('  --firmware-update')]
        self.assertEqual([line for line in lines if line not in ours], stock.output)
        self.assertEqual(len(ours), len(OPTIONS))
        first = lines.index(ours[0])
        self.assertEqual(lines[first:first + len(ours)], ours)
        self.assertTrue(lines[first - 1].startswith(f'  {after}'), lines[first - 1])
        for line, name in zip(ours, OPTIONS):
            self.assertTrue(line.startswith(f'  {name}'), line)
        columns = {re.match(r'  (?:-\w, )?--\S*(?: \S+)*\s{2,}', line).end()
                   for line in [lines[first - 1], *ours]}
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
        """by index, path, UID and any, in every spelling"""
        device = self.modem.properties['Device']
        for selector in ('0', self.modem.path, device):
            for args in (['-m', selector], ['--modem', selector], [f'--modem={selector}']):
                with self.subTest(args=args):
                    status = self.bed.mmcli_json('--firmware-update-status', *args)
                    self.assertEqual(status['modem']['dbus-path'], self.modem.path)
        for selector in ('any', 'ANY', 'an', 'a', '1', self.foreign.path):
            with self.subTest(selector=selector):
                theirs = self.bed.mmcli('-m', selector, '-J', stock=True)
                path = json.loads(theirs.stdout)['modem']['dbus-path']
                client = self.bed.mmcli('-m', selector, '--firmware-update-status', '-J')
                if path == self.modem.path:
                    self.assertEqual(json.loads(client.stdout)['modem']['dbus-path'], path)
                else:
                    self.assertEqual(get_outcome(client), (
                        1, '', 'error: modem has no over-the-air firmware update (plugin: generic)\n'))

    def test_session_bus(self):
        """--test-session"""
        client = self.bed.mmcli('-m', '0', '--firmware-update-status', '--test-session',
                                env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual((client.returncode, client.stderr), (0, ''))

    # Status

    def test_status_json(self):
        """--firmware-update-status -J of a modem without update"""
        client = self.bed.mmcli('-m', '0', '--firmware-update-status', '-J')
        self.assertEqual((client.returncode, client.stderr, len(client.output)), (0, '', 1))
        self.assertEqual(json.loads(client.stdout), {'modem': {
            'dbus-path': self.modem.path,
            'firmware': {'update': {
                'state': 'idle', 'progress': '--', 'current-version': OLD, 'previous-version': '--',
                'target-version': '--', 'source': '--', 'package': '--', 'started': '--', 'finished': '--',
                'error': {'name': '--', 'message': '--'}, 'transports': ['http', 'ftp'],
                'usb-port': 'present',
            }}}})

    def test_status_keyvalue(self):
        """--firmware-update-status -K"""
        client = self.bed.mmcli('-m', '0', '--firmware-update-status', '-K')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        values = parse_keyvalue(client.stdout)
        prefix = 'modem.firmware.update.'
        self.assertEqual(values['modem.dbus-path'], self.modem.path)
        self.assertEqual(values[prefix + 'state'], 'idle')
        self.assertEqual(values[prefix + 'current-version'], OLD)
        self.assertEqual(values[prefix + 'error.message'], '--')
        self.assertEqual(values[prefix + 'transports.length'], '2')
        self.assertEqual(values[prefix + 'transports.value[2]'], 'ftp')

    def test_status(self):
        """--firmware-update-status for people"""
        client = self.bed.mmcli('-m', '0', '--firmware-update-status')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertRegex(client.output[0], '^  -+$')
        self.assertRegex(client.output[1], r'^  Firmware update \| +modem: ' + self.modem.path + '$')
        for line in client.output[2:]:
            self.assertRegex(line, r'^ +\| +[a-z ]+: \S')
        text = '\n'.join(client.output)
        self.assertIn('state: idle', text)
        self.assertIn(f'current version: {OLD}', text)
        self.assertIn('transports: http, ftp', text)
        self.assertNotIn(': --', text)

    # Refusals

    def test_bad_arguments(self):
        """what makes no sense is refused in one sentence, and nothing is sent"""
        missing = os.path.join(self.bed.directory, 'missing')
        for args, reason in (
                ([f'--firmware-update=url={URL},password=secret'], '--firmware-update-password-file'),
                (['--firmware-update=password="secret"'], '--firmware-update-password-file'),
                (['--firmware-update=ftp://user:secret@host/file'], '--firmware-update-password-file'),
                (['--firmware-update=url=ftp://user:secret@host/file'], '--firmware-update-password-file'),
                (['--firmware-update=colour=red'], "unknown key 'colour'.*url, server, file-name, user, version"),
                ([f'--firmware-update=url={URL},url={URL}'], "'url' is given twice"),
                (['--firmware-update=url='], "'url' has no value"),
                (['--firmware-update=url="http://host'], 'quote'),
                (['--firmware-update=;'], 'key=value'),
                (['--firmware-update=url=http://host/x,'], 'key=value'),
                ([f'--firmware-update={URL}', '--firmware-update-status'], 'too many Firmware actions requested'),
                (['--firmware-update-no-wait'], '--firmware-update-no-wait needs --firmware-update'),
                (['--firmware-update-status', '--firmware-update-no-wait'], 'needs --firmware-update'),
                (['--firmware-update-status', '--firmware-update-password-file=-'], 'needs --firmware-update'),
                ([f'--firmware-update={URL}', f'--firmware-update-password-file={missing}'], 'No such file'),
                ([f'--firmware-update={URL}', '--firmware-update-password-file=/dev/null'], 'no password'),
                ([f'--firmware-update={URL}', '--timeout=x'], 'timeout'),
                ([f'--firmware-update={URL}', '--nonsense'], '--nonsense'),
                ([f'--firmware-update={URL}', '-e'], '-e')):
            with self.subTest(args=args):
                client = self.bed.mmcli('-m', '0', *args)
                self.assertEqual((client.returncode, client.stdout, len(client.errors)), (1, '', 1), client.stderr)
                self.assertRegex(client.stderr, f'^error: .*{reason}')
                self.assertNotIn('secret', client.stderr)
        self.assertEqual(self.module.get_update_commands(), [])
        self.assertEqual(self.modem.properties['State'], 3, 'disabled')

    def test_bad_passwords(self):
        """passwords that the module could not take are not sent, nor shown"""
        for password in ('secret' + 250 * 'x', 'sec\x07ret', ''):
            with self.subTest(password=password[:20]):
                client = self.bed.start_mmcli('-m', '0', '--firmware-update=ftp://user@host/file',
                                              '--firmware-update-password-file=-')
                client.write(password + '\n')
                client.end_input()
                self.assertEqual(client.wait(), 1)
                self.assertRegex(client.stderr, '^error: the password ')
                self.assertNotIn('ret', client.stderr.replace('the password', ''))
        self.assertEqual(self.module.get_update_commands(), [])

    def test_zz_refused_by_the_daemon(self):
        """what the daemon refuses is said in its words, and only those"""
        client = self.bed.mmcli('-m', '0', '--firmware-update=https://host/package')
        self.assertEqual(client.returncode, 1)
        self.assertEqual(len(client.errors), 1)
        self.assertRegex(client.stderr, "^error: couldn't update the firmware: url: https:// is not supported")
        self.assertEqual(self.module.get_update_commands(), [])

    def test_zz_failure_in_json(self):
        """with -J and -K a refusal is said on stderr as well"""
        for option, parse in (('-J', json.loads), ('-K', None)):
            with self.subTest(option=option):
                client = self.bed.mmcli('-m', '0', option, '--firmware-update=url=https://host/package')
                self.assertEqual(client.returncode, 1)
                self.assertRegex(client.stderr, "^error: couldn't update the firmware: url: ")
                for line in client.output if parse else ():
                    parse(line)


class Terminal:
    """The client's end of a terminal, and what was written to it."""

    def __init__(self, columns):
        self.master, self.slave = pty.openpty()
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
        self.text = ''
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        data = b''
        while True:
            try:
                chunk = os.read(self.master, 4096)
            except OSError:
                chunk = b''
            if not chunk:
                break
            data += chunk
            self.text = data.decode(errors='replace')
            wake()
        os.close(self.master)

    def hang_up(self):
        """When the client is at its end, so is the text."""
        os.close(self.slave)
        self._thread.join(10)

    def get_drawn(self):
        """All that was drawn on a line of the screen, one after the other."""
        return [part.replace('\x1b[K', '') for part in re.split('[\r\n]+', self.text)]

    def get_last_screen(self):
        """What one sees at the end."""
        lines = ['']
        for part in re.findall('\r\n|\r|\n|\x1b\\[K|[^\r\n\x1b]+', self.text):
            if part in ('\r\n', '\n'):
                lines.append('')
            elif part == '\r':
                # What is written over is always cleared to its end, too
                lines[-1] = ''
            elif part != '\x1b[K':
                lines[-1] += part
        return lines


class Updates(SharedBedCase):
    """Updates of several modules at once, each shown in another way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        kinds = ('json', 'keyvalue', 'no-wait', 'interrupted', 'terminal', 'ascii', 'narrow')
        # Slow enough to be interrupted
        cls.modules = {kind: bed.simulator.add(pace=10) for kind in kinds}
        bed.start_daemon()
        cls.modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        cls.terminals = {'terminal': Terminal(60), 'ascii': Terminal(60), 'narrow': Terminal(24)}
        cls.clients = {
            'json': cls.start('json', '-J'),
            'keyvalue': cls.start('keyvalue', '-K'),
            'no-wait': cls.start('no-wait', '--firmware-update-no-wait'),
            'interrupted': cls.start('interrupted'),
            'terminal': cls.start('terminal', terminal=cls.terminals['terminal'].slave),
            'ascii': cls.start('ascii', terminal=cls.terminals['ascii'].slave, env={'LC_ALL': 'C'}),
            'narrow': cls.start('narrow', terminal=cls.terminals['narrow'].slave),
        }
        # Here, because the rest takes its time
        client = cls.clients['interrupted']
        bed.wait_until(lambda: 'downloading: 30%' in client.output, 30, '30 %')
        client.signal(signal.SIGINT)

    @classmethod
    def start(cls, kind, *args, **options):
        return cls.bed.start_mmcli('-m', cls.modems[kind].index, f'--firmware-update={cls.url}', *args, **options)

    def wait_for_success(self, kind):
        module = self.modules[kind]
        self.bed.wait_until(lambda: self.bed.observer.find(module.path)
                            and self.bed.wait_for_modem(module).state == State.SUCCEEDED, 60, 'success')
        return self.bed.wait_for_modem(module)

    def test_json(self):
        """-J: an object a line at each change, the last one with the success"""
        client = self.clients['json']
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        objects = [json.loads(line) for line in client.output]
        updates = [value['modem']['firmware']['update'] for value in objects]
        for update in updates:
            self.assertEqual(set(update), STATUS_KEYS)
            scalars = [value for key, value in update.items() if key not in ('error', 'transports')]
            self.assertTrue(all(isinstance(value, str) for value in [*scalars, *update['error'].values()]), update)
        for line, following in zip(client.output, client.output[1:]):
            self.assertNotEqual(line, following)
        states = [update['state'] for update in updates]
        self.assertEqual([state for state in ('preparing', 'downloading', 'installing', 'succeeded')
                          if state in states], list(dict.fromkeys(states))[-4:])
        progress = [int(update['progress']) for update in updates if update['state'] == 'downloading']
        self.assertEqual(progress, sorted(progress))
        self.assertIn('absent', [update['usb-port'] for update in updates])
        last = updates[-1]
        self.assertEqual(last | {'started': '', 'finished': ''}, {
            'state': 'succeeded', 'progress': '100', 'current-version': NEW, 'previous-version': OLD,
            'target-version': '--', 'source': self.url, 'package': '--', 'started': '', 'finished': '',
            'error': {'name': '--', 'message': '--'}, 'transports': last['transports'], 'usb-port': 'present'})
        self.assertEqual(objects[-1]['modem']['dbus-path'], self.bed.wait_for_modem(self.modules['json']).path)

    def test_keyvalue(self):
        """-K: a block at each change, with an empty line between"""
        client = self.clients['keyvalue']
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        blocks = [parse_keyvalue(block) for block in client.stdout.rstrip('\n').split('\n\n')]
        states = [block['modem.firmware.update.state'] for block in blocks]
        self.assertEqual(list(dict.fromkeys(states))[-4:], ['preparing', 'downloading', 'installing', 'succeeded'])
        self.assertEqual(blocks[-1]['modem.firmware.update.current-version'], NEW)

    def test_no_wait(self):
        """--firmware-update-no-wait returns at once, and the update completes"""
        client = self.clients['no-wait']
        self.assertEqual(get_outcome(client)[0], 0)
        self.assertEqual(client.stderr, '')
        self.assertEqual(client.output[-1], 'successfully started the firmware update')
        self.assertFalse([line for line in client.output if line.startswith('downloading')])
        self.wait_for_success('no-wait')

    def test_interrupted(self):
        """SIGINT: it says that the module goes on, and how to see how it does"""
        client = self.clients['interrupted']
        self.assertEqual(client.wait(), 1)
        self.assertEqual(len(client.errors), 1, client.stderr)
        self.assertIn('the module goes on', client.stderr)
        command = shlex.split(re.search('`(.*)`', client.stderr)[1])
        self.assertEqual(command[0], 'mmcli')
        modem = self.wait_for_success('interrupted')
        # It works even though the modem object is another one by now
        status = self.bed.mmcli_json(*command[1:])['modem']
        self.assertEqual(status['dbus-path'], modem.path)
        self.assertEqual(status['firmware']['update']['state'], 'succeeded')

    def check_terminal(self, kind, columns, full):
        client, terminal = self.clients[kind], self.terminals[kind]
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        wait_until(lambda: SUCCESS in terminal.text, 10, 'last line')
        drawn = terminal.get_drawn()
        live = [line for line in drawn if re.search(r'\d+:\d\d', line)]
        self.assertTrue(live)
        self.assertEqual([line for line in live if len(line) >= columns], [])
        if full:
            self.assertTrue([line for line in live if full * 3 in line and 'downloading' in line], live)
            percentages = [int(match[1]) for match in map(re.compile(r'(\d+)%  downloading').search, live) if match]
            self.assertEqual(percentages, sorted(percentages))
            self.assertEqual(percentages[-1], 100)
        # Of the live line nothing is left
        screen = terminal.get_last_screen()
        self.assertEqual(screen[-2:], [SUCCESS, ''])
        self.assertEqual([line for line in screen if re.search(r'\d+:\d\d', line)], [])
        for step in ('the module has left the bus', 'the module is back on the bus'):
            self.assertIn(step, screen)

    def test_terminal(self):
        """a live line on a terminal"""
        self.check_terminal('terminal', 60, '█')

    def test_terminal_without_utf8(self):
        """a live line on a terminal that shows ASCII only"""
        self.check_terminal('ascii', 60, '#')
        self.assertTrue(self.terminals['ascii'].text.isascii())

    def test_narrow_terminal(self):
        """a live line on a terminal of 24 columns: it never wraps"""
        self.check_terminal('narrow', 24, None)

    def test_zz_status(self):
        """--firmware-update-status after a success, in three forms"""
        modem = self.wait_for_success('json')
        path, index = modem.path, modem.index
        status = self.bed.mmcli_json('-m', index, '--firmware-update-status')['modem']
        self.assertEqual(status['dbus-path'], path)
        update = status['firmware']['update']
        self.assertEqual((update['state'], update['progress'], update['previous-version'],
                          update['current-version']), ('succeeded', '100', OLD, NEW))
        client = self.bed.mmcli('-m', index, '--firmware-update-status', '-K')
        self.assertEqual(parse_keyvalue(client.stdout)['modem.firmware.update.source'], self.url)
        client = self.bed.mmcli('-m', index, '--firmware-update-status')
        for text in ('state: succeeded', 'progress: 100%', f'current version: {NEW}',
                     f'previous version: {OLD}', f'source: {self.url}'):
            self.assertIn(text, client.stdout)


class UnderWay(SharedBedCase):
    """A module that says what the cases have it say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.bed.simulator.add(download='manual')
        cls.lost = cls.bed.simulator.add(registration='none')
        cls.bed.start_daemon()
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.modem.enable()

    def start(self, *args):
        """Starts an update with a client, up to where the module has accepted it."""
        before = len(self.module.get_update_commands())
        client = self.bed.start_mmcli('-m', '0', f'--firmware-update={URL}', *args)
        command = f'AT+GTOTA=0,"{URL}"'
        self.bed.wait_until(lambda: command in self.module.get_update_commands()[before:], 20, command)
        self.bed.wait_until(lambda: self.bed.daemon.was_answered(command), 10, 'OK')
        return client

    def test_status(self):
        """--firmware-update-status while it downloads, and after it has failed"""
        self.modem.start({'url': URL}).wait()
        self.module.report('GTOTA DOWNLOADING: 42%', interface=1)
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 42, 10, '42 %')
        update = self.bed.mmcli_json('-m', '0', '--firmware-update-status')['modem']['firmware']['update']
        self.assertEqual((update['state'], update['progress'], update['finished']), ('downloading', '42', '--'))
        self.assertRegex(update['started'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d')
        self.module.report('GTOTA DOWNLOAD FAILED', interface=1)
        self.modem.wait_for_state(State.FAILED)
        update = self.bed.mmcli_json('-m', '0', '--firmware-update-status')['modem']['firmware']['update']
        self.assertEqual(update['state'], 'failed')
        self.assertEqual((update['error']['name'], update['error']['message']), self.modem.update['Error'])
        client = self.bed.mmcli('-m', '0', '--firmware-update-status')
        self.assertEqual(client.returncode, 0)
        self.assertIn('error: the module reports: GTOTA DOWNLOAD FAILED', client.stdout)

    def test_failure(self):
        """a failure: what the daemon says, on stderr, and exit status 1"""
        client = self.start()
        self.module.report('GTOTA DOWNLOADING: 10%', 'GTOTA DOWNLOAD FAILED', interface=1)
        self.assertEqual(client.wait(), 1)
        self.assertEqual(client.stderr, "error: couldn't update the firmware: "
                                        'the module reports: GTOTA DOWNLOAD FAILED\n')

    def test_failure_in_json(self):
        """a failure with -J: the last object says so"""
        client = self.start('-J')
        self.module.report('GTOTA DOWNLOAD FAILED', interface=1)
        self.assertEqual(client.wait(), 1)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['error']['message']),
                         ('failed', 'the module reports: GTOTA DOWNLOAD FAILED'))
        self.assertEqual(len(client.errors), 1)

    def test_signals(self):
        """SIGTERM and SIGHUP leave the module at work as well"""
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                client = self.start()
                self.module.report('GTOTA DOWNLOADING: 10%', interface=1)
                self.bed.wait_until(lambda c=client: 'downloading: 10%' in c.output, 10, '10 %')
                client.signal(number)
                self.assertEqual(client.wait(), 1)
                self.assertIn('the module goes on', client.stderr)
                self.assertEqual(self.modem.state, State.DOWNLOADING)
                self.module.report('GTOTA DOWNLOAD FAILED', interface=1)
                self.modem.wait_for_state(State.FAILED)

    def test_interrupted_before_start(self):
        """SIGINT before anything was sent to the module"""
        modem = self.bed.wait_for_modem(self.lost)
        client = self.bed.start_mmcli('-m', modem.index, f'--firmware-update={URL}')
        self.bed.wait_until(lambda: 'waiting for a network' in client.output, 20, 'wait for a network')
        client.signal(signal.SIGINT)
        self.assertEqual(client.wait(), 1)
        self.assertEqual(client.stderr, 'cancelled, nothing was sent to the module\n')
        self.assertEqual(self.lost.get_update_commands(), [])


class WithoutDaemon(BedCase):
    """The daemon leaves the bus while the client waits."""

    def test_daemon_leaves(self):
        """it says so, waits for it to come back, and not for ever"""
        module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        client = self.bed.start_mmcli('-m', '0', f'--firmware-update={URL}',
                                      env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.005'})
        modem.wait_for_state(State.PREPARING)
        module.report('GTOTA DOWNLOADING: 10%', interface=1)
        self.bed.wait_until(lambda: 'downloading: 10%' in client.output, 10, '10 %')
        self.assertEqual(self.bed.daemon.stop(), [])
        wait_until(lambda: not client.running, 30, 'end of the client')
        self.assertEqual(client.returncode, 1)
        self.assertRegex(client.stdout, 'ModemManager has left the bus.*waiting for it to come back')
        self.assertRegex(client.stderr, "^error: couldn't update the firmware: ModemManager did not come back")


if __name__ == '__main__':
    main()
