# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The client during an update: every kind of output, and every way to leave it."""

import json
import re
import shlex
import signal

from testbed.bus import State, enable_all
from testbed.case import BedCase, SharedBedCase, parse_keyvalue
from testbed.loop import wait_until
from testbed.servers import make_package
from testbed.tap import main
from testbed.terminal import Terminal

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
FAILURE = "error: couldn't update the firmware: "

URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'
FAILED = 'GTOTA DOWNLOAD FAILED'
FAILED_MESSAGE = (f'the module reports: {FAILED}; check the server, and check the status before you '
                  'start the update again')

STATES = ['preparing', 'downloading', 'installing', 'succeeded']
KEYS = {'state', 'progress', 'current-version', 'previous-version', 'target-version', 'source',
        'package', 'started', 'finished', 'error', 'transports', 'usb-port', 'usb-port-id'}

# Only the live line contains these
ELAPSED = re.compile(r'\d+:\d\d')


class Updates(SharedBedCase):
    """Updates of several modules at once, each with another kind of output."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        cls.terminals = {'terminal': Terminal(60), 'ascii': Terminal(60), 'narrow': Terminal(24)}
        for terminal in cls.terminals.values():
            cls.addClassCleanup(terminal.close)
        kinds = ('json', 'keyvalue', 'no-wait', 'interrupted', *cls.terminals)
        # Slow enough to be interrupted
        cls.modules = {kind: bed.simulator.add(pace=10) for kind in kinds}
        bed.start_daemon()
        cls.modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        cls.clients = {
            'json': cls.start('json', '-J'),
            'keyvalue': cls.start('keyvalue', '-K'),
            'no-wait': cls.start('no-wait', '--firmware-update-no-wait'),
            'interrupted': cls.start('interrupted'),
            'terminal': cls.start_on_terminal('terminal'),
            'ascii': cls.start_on_terminal('ascii', env={'LC_ALL': 'C'}),
            'narrow': cls.start_on_terminal('narrow'),
        }
        # Here, as the updates take a while
        client = cls.clients['interrupted']
        bed.wait_until(lambda: 'downloading: 30%' in client.output, 30, '30 %')
        client.signal(signal.SIGINT)

    @classmethod
    def start(cls, kind, *args, **options):
        return cls.bed.start_update(cls.modems[kind], cls.url, *args, **options)

    @classmethod
    def start_on_terminal(cls, kind, **options):
        return cls.start(kind, terminal=cls.terminals[kind].slave, **options)

    def test_json(self):
        """-J prints an object per line at each change, the last one with the result"""
        client = self.clients['json']
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        for line, following in zip(client.output, client.output[1:]):
            self.assertNotEqual(line, following)
        modems = [json.loads(line)['modem'] for line in client.output]
        updates = [modem['firmware']['update'] for modem in modems]
        for update in updates:
            self.assertEqual(set(update), KEYS)
            scalars = [update[key] for key in KEYS - {'error', 'transports'}]
            scalars += [update['error']['name'], update['error']['message']]
            self.assertEqual({type(value) for value in scalars}, {str}, update)

        self.assertEqual(list(dict.fromkeys(update['state'] for update in updates)), STATES)
        self.assertIn('absent', [update['usb-port'] for update in updates])
        progress = [int(update['progress']) for update in updates
                    if update['state'] == 'downloading']
        self.assertEqual(progress, sorted(progress))
        last = updates[-1]
        for key, value in {'state': 'succeeded', 'progress': '100', 'current-version': NEW,
                           'previous-version': OLD, 'target-version': '--', 'source': self.url,
                           'package': '--', 'error': {'name': '--', 'message': '--'},
                           'usb-port': 'present', 'usb-port-id': '1508:1001'}.items():
            self.assertEqual((key, last[key]), (key, value))
        self.assertEqual(modems[-1]['dbus-path'],
                         self.bed.wait_for_modem(self.modules['json']).path)

    def test_keyvalue(self):
        """-K prints a block at each change, separated by empty lines"""
        client = self.clients['keyvalue']
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        blocks = [parse_keyvalue(block) for block in client.stdout.rstrip('\n').split('\n\n')]
        self.assertEqual(list(dict.fromkeys(
            block['modem.firmware.update.state'] for block in blocks)), STATES)
        self.assertEqual(blocks[-1]['modem.firmware.update.current-version'], NEW)

    def test_no_wait(self):
        """--firmware-update-no-wait returns at once, and the update completes"""
        client = self.clients['no-wait']
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        self.assertEqual(client.output[-1], 'successfully started the firmware update')
        self.assertNotIn('downloading', client.stdout)
        self.bed.wait_for_state(self.modules['no-wait'], State.SUCCEEDED)

    def test_interrupted(self):
        """after SIGINT, the client says that the module goes on and how to see the status"""
        client = self.clients['interrupted']
        self.assertEqual((client.wait(), len(client.errors)), (130, 1), client.stderr)
        self.assertIn('the module goes on', client.stderr)
        command = shlex.split(re.search('`(.*)`', client.stderr)[1])
        self.assertEqual(command[0], 'mmcli')
        modem = self.bed.wait_for_state(self.modules['interrupted'], State.SUCCEEDED)
        # It works although the modem object is a new one by now
        self.assertEqual(command[-2:], ['--firmware-update-status', '--wait'])
        status = self.bed.mmcli_json(*command[1:])['modem']
        self.assertEqual(status['dbus-path'], modem.path)
        self.assertEqual(status['firmware']['update']['state'], 'succeeded')

    def check_terminal(self, kind):
        """Returns the live line as it was drawn over time."""
        client, terminal = self.clients[kind], self.terminals[kind]
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        wait_until(lambda: SUCCESS in terminal.text, 10, 'last line')
        live = list(filter(ELAPSED.search, terminal.get_drawn()))
        self.assertTrue(live)
        self.assertEqual([line for line in live if len(line) >= terminal.columns], [])
        # The live line is gone
        screen = terminal.get_screen()
        self.assertEqual(screen[-2:], [SUCCESS, ''])
        self.assertEqual(list(filter(ELAPSED.search, screen)), [])
        for step in ('the module left the bus', 'the module is back on the bus'):
            self.assertIn(step, screen)
        return live

    def check_bar(self, live, full):
        """Checks that the bar fills and shows percentage and state."""
        found = filter(None, map(re.compile(r'\[(\S+)\]\s+(\d+)%  downloading').match, live))
        bars = [(match[1].count(full) / len(match[1]), int(match[2])) for match in found]
        self.assertEqual(bars, sorted(bars))
        self.assertEqual(bars[-1], (1, 100))
        for filled, percent in bars:
            self.assertAlmostEqual(filled * 100, percent, delta=100 / 8)

    def test_terminal(self):
        """a terminal shows a live line"""
        self.check_bar(self.check_terminal('terminal'), '█')

    def test_terminal_without_utf8(self):
        """a terminal without UTF-8 shows a live line in ASCII"""
        self.check_bar(self.check_terminal('ascii'), '#')
        self.assertTrue(self.terminals['ascii'].text.isascii())

    def test_narrow_terminal(self):
        """the live line never wraps on a terminal of 24 columns"""
        self.check_terminal('narrow')

    def test_zz_status(self):
        """--firmware-update-status after a success, in all formats"""
        modem = self.bed.wait_for_state(self.modules['json'], State.SUCCEEDED)
        update = self.bed.get_status(modem.index)
        self.assertEqual([update[key] for key in (
            'state', 'progress', 'previous-version', 'current-version')],
            ['succeeded', '100', OLD, NEW])
        client = self.bed.mmcli('-m', modem.index, '--firmware-update-status', '-K')
        self.assertEqual(parse_keyvalue(client.stdout)['modem.firmware.update.source'], self.url)
        client = self.bed.mmcli('-m', modem.index, '--firmware-update-status')
        for text in ('state: succeeded', 'progress: 100%', f'current version: {NEW}',
                     f'previous version: {OLD}', f'source: {self.url}'):
            self.assertIn(f' {text}\n', client.stdout)


class UnderWay(SharedBedCase):
    """A module that reports what the cases tell it to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.bed.simulator.add(download='manual')
        cls.lost = cls.bed.simulator.add(registration='none')
        cls.bed.start_daemon()
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.modem.enable()

    def start(self, *args):
        """Starts an update with a client and waits until the module has accepted it."""
        module = self.module
        before = len(module.get_update_commands())
        n_answers = self.bed.daemon.count_answers(GTOTA)
        client = self.bed.start_update(self.modem, URL, *args)
        self.bed.wait_until(lambda: GTOTA in module.peek_update_commands()[before:], 20, GTOTA)
        self.bed.wait_until(lambda: self.bed.daemon.count_answers(GTOTA) > n_answers, 10, 'OK')
        return client

    def report(self, *lines):
        self.module.report(*lines, interface=1)

    def test_status(self):
        """--firmware-update-status during the download and after a failure"""
        self.modem.start({'url': URL}).wait()
        self.report('GTOTA DOWNLOADING: 42%')
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 42, 10, '42 %')
        update = self.bed.get_status(self.modem.index)
        self.assertEqual([update[key] for key in ('state', 'progress', 'finished')],
                         ['downloading', '42', '--'])
        self.assertRegex(update['started'], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d')
        self.report(FAILED)
        self.modem.wait_for_state(State.FAILED)
        update = self.bed.get_status(self.modem.index)
        self.assertEqual(update['state'], 'failed')
        error = update['error']
        self.assertEqual((error['name'], error['message']), self.modem.update['Error'])
        client = self.bed.mmcli('-m', self.modem.index, '--firmware-update-status')
        self.assertEqual(client.returncode, 0)
        self.assertIn(f' error: {FAILED_MESSAGE}\n', client.stdout)

    def test_failure(self):
        """after a failure, stderr has the message of the daemon and the exit status is 1"""
        client = self.start()
        self.report('GTOTA DOWNLOADING: 10%', FAILED)
        self.assertEqual(client.wait(), 1)
        self.assertEqual(client.stderr, f'{FAILURE}{FAILED_MESSAGE}\n')

    def test_failure_in_json(self):
        """after a failure, the last object of -J has the error"""
        client = self.start('-J')
        self.report(FAILED)
        self.assertEqual((client.wait(), len(client.errors)), (1, 1))
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['error']['message']),
                         ('failed', FAILED_MESSAGE))

    def test_signals(self):
        """SIGTERM and SIGHUP end the client, and the update goes on"""
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                client = self.start()
                self.report('GTOTA DOWNLOADING: 10%')
                self.bed.wait_until(lambda c=client: 'downloading: 10%' in c.output, 10, '10 %')
                client.signal(number)
                self.assertEqual(self.bed.wait_for_client(client), 128 + number)
                self.assertIn('the module goes on', client.stderr)
                self.assertEqual(self.modem.state, State.DOWNLOADING)
                self.report(FAILED)
                self.modem.wait_for_state(State.FAILED)

    def test_interrupted_before_start(self):
        """SIGINT before anything is sent to the module cancels the update"""
        modem = self.bed.wait_for_modem(self.lost)
        client = self.bed.start_update(modem, URL)
        step = 'waiting for registration'
        self.bed.wait_until(lambda: step in client.output, 20, step)
        client.signal(signal.SIGINT)
        self.assertEqual(client.wait(), 1)
        self.assertEqual(client.stderr, 'cancelled, nothing was sent to the module\n')
        self.assertEqual(self.lost.get_update_commands(), [])


class WithoutDaemon(BedCase):
    """The daemon leaves the bus while the client waits."""

    def test_daemon_leaves(self):
        """the client says so, waits for a limited time, and does not call it a failure"""
        module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        imei = modem.properties['EquipmentIdentifier']
        client = self.bed.start_update(modem, URL, env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.005'})
        self.bed.wait_until(lambda: self.bed.daemon.count_answers(GTOTA), 20, 'OK')
        module.report('GTOTA DOWNLOADING: 10%', interface=1)
        self.bed.wait_until(lambda: 'downloading: 10%' in client.output, 10, '10 %')
        self.assertEqual(self.bed.daemon.stop(), [])
        self.assertEqual(client.wait(30), 1)
        self.assertRegex(client.stdout, 'ModemManager left the bus.*'
                                        'waiting for ModemManager to come back')
        self.assertRegex(client.stderr, '^error: ModemManager did not come back to the bus; '
                                        f'check with `mmcli -m {imei} --firmware-update-status`')


class WithoutBus(BedCase):
    """The bus goes away while the client waits."""

    def test_bus_leaves(self):
        """the client ends and says that the module goes on, also in the last object"""
        self.addCleanup(self.bed.close)
        module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        client = self.bed.start_update(modem, URL, '-J')
        self.bed.wait_until(lambda: self.bed.daemon.count_answers(GTOTA), 20, 'OK')
        module.report('GTOTA DOWNLOADING: 10%', interface=1)
        wait_until(lambda: any('"progress":"10"' in line for line in client.output), 10, '10 %')
        self.bed.bus.process.kill()
        self.assertEqual(client.wait(), 1)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['error']['message']),
                         ('downloading', 'the connection to the bus was lost'))
        self.assertEqual(client.errors[0], 'error: the connection to the bus was lost')
        self.assertIn('the module goes on', client.errors[1])


if __name__ == '__main__':
    main()
