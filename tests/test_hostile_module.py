# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A module that misbehaves: the daemon keeps serving the others."""

import os
import time

from gi.repository import GLib

from testbed.bus import ERROR, MODEM, UPDATE, Call, State, enable_all
from testbed.case import SharedBedCase
from testbed.loop import PATIENCE, settle
from testbed.tap import comment, main

URL = 'http://127.0.0.1/package'
PRIMARY, SECONDARY = 1, 2

START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
FAILED = 'GTOTA DOWNLOAD FAILED'


def percent(value):
    return f'GTOTA DOWNLOADING: {value}%'


# Seconds that another modem may wait for an answer; the daemon itself is slow if a line
# does not end
BOUND = 5 * PATIENCE
ENDLESS_BOUND = 60 * PATIENCE

RATE = 10000
MEGABYTE = 1 << 20

REPORTS = {
    'START': START,
    'one percentage': 'GTOTA DOWNLOADING: 41%',
    'an invalid percentage': 'GTOTA DOWNLOADING: 4100%',
    'an unknown report': 'GTOTA SOMETHING NEW',
    'a report of the network': '+CREG: 1',
    'unsolicited answers':
        'OK\\r\\n\\r\\n+CSQ: 1,99\\r\\n\\r\\nERROR\\r\\n\\r\\n+CME ERROR: 3',
}

# None of them ends a line or a report
ENDLESS = {
    'letters': 'A',
    'blanks': ' ',
    'plus signs': '+',
    'the beginning of a report': 'GTOTA DOWNLOADING: ',
    'the beginning of a failure': '+GTOTA: FAIL',
    'line ends': '\\n',
    'carriage returns': '\\r',
}


class Floods(SharedBedCase):
    """One module after the other floods the daemon, and another one is asked for its signal
    all the time."""

    SCALE = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        cases = [name for name in dir(cls) if name.startswith('test_')]
        cls.pairs = cls.bed.add_modems(len(cases), download='manual')
        ((_, cls.witness),) = cls.bed.add_modems(1)

    def setUp(self):
        self.module, self.modem = self.pairs.pop()

    def begin(self):
        call = self.modem.start({'url': URL}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.module.report(START, 'GTOTA DOWNLOADING: 40%', interface=PRIMARY)
        self.wait_for_percent(40)

    def wait_for_percent(self, value):
        self.bed.wait_until(lambda: self.modem.update['Progress'] == value, 60, f'{value} %')

    def ask_witness(self):
        """How long the other modem takes to answer."""
        begin = time.monotonic()
        call = Call(self.bed.connection, self.witness.path, MODEM, 'Command',
                    GLib.Variant('(su)', ('+CSQ', 10)), timeout=200).wait(200)
        self.assertEqual(call.result, ('+CSQ: 24,99',), call.message)
        return time.monotonic() - begin

    def run_flood(self, name, start, bound=BOUND):
        """Starts a flood and waits until the daemon has read all of it."""
        before = len(self.module.get_events('flood'))
        start()
        longest = 0
        while len(self.module.get_events('flood')) == before:
            longest = max(longest, self.ask_witness())
        milliseconds = int(self.module.get_events('flood')[-1].split()[1])
        comment(f'{name}: read in {milliseconds / 1000:.1f} s, '
                f'another modem waited {longest:.2f} s at most')
        self.assertLess(longest, bound, name)

    def flood(self, name, text, count, bound=BOUND):
        self.run_flood(name, lambda: self.module.flood(text, PRIMARY, count, RATE), bound)

    def check_next_report(self):
        """Checks that the next report is understood."""
        self.module.report('', 'GTOTA DOWNLOADING: 50%', interface=PRIMARY)
        self.wait_for_percent(50)
        self.assertEqual(self.modem.state, State.DOWNLOADING)

    def flood_with_reports(self):
        for name, text in REPORTS.items():
            with self.subTest(name=name):
                self.flood(name, f'\\r\\n{text}\\r\\n', RATE)

    def test_reports_idle(self):
        """10,000 reports per second without an update are ignored"""
        self.flood_with_reports()
        self.assertEqual(self.modem.state, State.IDLE)

    def test_reports_downloading(self):
        """10,000 equal reports per second during the download count as one"""
        self.begin()
        since = len(self.bed.observer.events)
        n_lines = len(self.bed.daemon.log)
        self.flood_with_reports()
        # The first START begins the progress anew
        self.assertEqual(self.bed.get_announced(self.module, 'Progress', since), [0, 41])
        logged = [line for line in self.bed.daemon.log[n_lines:] if 'unknown report' in line]
        self.assertLess(len([line for line in logged if not line.startswith('<debug>')]), 100)
        self.check_next_report()

    def test_endless_line(self):
        """a line of one megabyte does not end"""
        self.begin()
        for name, text in ENDLESS.items():
            with self.subTest(name=name):
                length = len(text.encode().decode('unicode_escape'))
                self.module.send('\\r\\n', PRIMARY)
                self.flood(name, text * 32, MEGABYTE // length // 32, ENDLESS_BOUND)
                self.module.send('\\r\\nOK\\r\\n', PRIMARY)
        self.check_next_report()

    def test_noise(self):
        """one megabyte of random bytes"""
        self.begin()
        self.run_flood('noise', lambda: self.module.make_noise(PRIMARY, MEGABYTE, MEGABYTE))
        self.module.send('\\r\\nOK\\r\\n', PRIMARY)
        self.check_next_report()


ALL = (START, percent(0), percent(50), percent(100), COMPLETE, FAILED, 'GTOTA NEWS', 'GTOTA')

# What the reports lead to; any other one changes nothing
ENDING = {COMPLETE: State.INSTALLING}
GOING_ON = ENDING | {line: State.DOWNLOADING
                     for line in (START, percent(0), percent(50), percent(100))}
AGAIN = {START: State.DOWNLOADING}


class Transitions(SharedBedCase):
    """Every report in every state."""

    SCALE = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        # One for each report that changes something, and one per state
        cls.pairs = cls.bed.add_modems(2 * len(GOING_ON) + len(ENDING) + len(AGAIN) + 7,
                                       download='manual')

    def take(self, changes=()):
        """Takes as many modules as check() needs."""
        return [self.pairs.pop() for _ in range(len(changes) + 1)]

    def start(self, changes=(), *lines):
        """Starts the updates of as many modules as check() needs; returns them."""
        pairs = self.take(changes)
        for module, modem in pairs:
            self.assertIsNone(modem.start({'url': URL}).wait().error_name)
            for line in lines:
                self.report(module, modem, line)
        return pairs

    def report(self, module, modem, line):
        """Reports a line and waits until the daemon has read it."""
        module.report(line, interface=PRIMARY)
        call = Call(self.bed.connection, modem.path, MODEM, 'Command',
                    GLib.Variant('(su)', ('+CSQ', 10))).wait()
        self.assertEqual(call.result, ('+CSQ: 24,99',), call.message)

    def check(self, state, pairs, changes=None, lines=ALL):
        """Checks all reports. One that changes the state uses up a module. The bus shows a state
        once it is on disk."""
        for _, modem in pairs:
            modem.wait_for_state(state)
        since = len(self.bed.observer.events)
        for line in lines:
            with self.subTest(line=line):
                change = (changes or {}).get(line)
                module, modem = pairs.pop() if change else pairs[0]
                self.report(module, modem, line)
                modem.wait_for_state(change or state)
        device = pairs[0][1].properties['Device']
        self.assertEqual([event.values['State'] for event in
                          self.bed.observer.get_changes(device, UPDATE, since)
                          if 'State' in event.values], [])

    def test_idle(self):
        """without an update, no report changes anything"""
        self.check(State.IDLE, self.take())

    def test_preparing(self):
        """the module has accepted the update: all reports that the manual has count"""
        self.check(State.PREPARING, self.start(GOING_ON), GOING_ON)

    def test_downloading(self):
        """during the download, only COMPLETE leads to another state"""
        self.check(State.DOWNLOADING, self.start(ENDING, START), ENDING)

    def test_installing(self):
        """after COMPLETE, only START or percentages that rise begin another download"""
        pairs = self.start(AGAIN, START, COMPLETE)
        self.check(State.INSTALLING, pairs, AGAIN, ALL[::-1])
        self.report(*pairs[0], percent(50))
        pairs[0][1].wait_for_state(State.DOWNLOADING)

    def test_refused(self):
        """the module has refused the update: no report changes anything"""
        ((module, modem),) = pairs = self.take()
        module.answer('AT+GTOTA=0', 'ERROR')
        self.assertIsNotNone(modem.start({'url': URL}).wait().error_name)
        self.check(State.FAILED, pairs)

    def test_not_answered(self):
        """the module has not answered, and the update has failed: it goes on with any report"""
        pairs = self.take(GOING_ON)
        for module, _ in pairs:
            module.answer('AT+GTOTA=0', '')
        for call in [modem.start({'url': URL}) for _, modem in pairs]:
            self.assertIsNotNone(call.wait().error_name)
        self.check(State.FAILED, pairs, GOING_ON)

    def test_succeeded(self):
        """after the update, no report changes anything"""
        ((module, _),) = self.start((), START, COMPLETE)
        module.unplug()
        self.bed.wait_for_no_modem(module)
        module.set(revision='NEW-1')
        module.plug()
        modem = self.bed.wait_for_state(module, State.SUCCEEDED)
        modem.enable()
        self.check(State.SUCCEEDED, [(module, modem)])


class LateAnswers(SharedBedCase):
    """A module that answers too late."""

    # The timeout of a command is one second, the minimum
    SCALE = 0.1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.bed.simulator.add(download='manual')
        cls.silent = cls.bed.simulator.add(download='manual')
        cls.bed.start_daemon()
        cls.modem, cls.silent_modem = (cls.bed.wait_for_modem(module)
                                       for module in (cls.module, cls.silent))
        enable_all(cls.modem, cls.silent_modem)

    def start_late(self, module, modem):
        module.delay('AT+GTOTA=0', 3000)
        self.addCleanup(module.delay, 'AT+GTOTA=0', 0)
        call = modem.start({'url': URL}).wait()
        self.assertIsNotNone(call.error_name)
        self.assertIn('did not respond to AT+GTOTA', call.message)
        modem.wait_for_state(State.FAILED)

    def test_late_and_going(self):
        """OK after the timeout, then reports: the update goes on"""
        self.start_late(self.module, self.modem)
        self.module.report(START, percent(40), interface=PRIMARY)
        self.modem.wait_for_state(State.DOWNLOADING)
        self.assertEqual(self.modem.update['Error'], ('', ''))
        self.module.report(percent(100), COMPLETE, interface=PRIMARY)
        self.modem.wait_for_state(State.INSTALLING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.set(revision='NEW-1')
        self.module.plug()
        self.bed.wait_for_state(self.module, State.SUCCEEDED)

    def test_late_and_silent(self):
        """OK after the timeout, then nothing: the settings are not restored, as the module may
        be downloading, and the next update is accepted"""
        self.start_late(self.silent, self.silent_modem)
        self.silent.delay('AT+GTOTA=0', 0)
        imei = self.silent_modem.properties['EquipmentIdentifier']
        settle(2000)
        self.assertEqual(self.bed.read_record(imei)['GTRAT'], '10')
        self.assertNotIn('AT+GTRAT=10', self.silent.get_commands())
        self.assertEqual(self.silent_modem.state, State.FAILED)
        call = self.silent_modem.start({'url': URL}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.bed.read_record(imei)['GTRAT'], '10')


class Identities(SharedBedCase):
    """Modules with odd identifiers and revisions."""

    LONG = 10000
    IMEIS = {
        'quote': '86477303"00401', 'path': '../../../../../../tmp/nl668-was-here',
        'slashes': '//////////////', 'dots': '..', 'blank': ' ', 'long': '8' * LONG,
        'escape': '86477303\\001\\033[31m',
    }
    REVISIONS = {
        'quote': '1.0"; rm -rf /', 'backslash': '1\\\\nb', 'key': '1\\\\nState=succeeded',
        'percent': '1%s%n%s%n',
    }
    # Those that cannot be one
    NO_REVISIONS = {
        'path': '../../../../../../tmp/nl668-was-here', 'control': '1\\033[31mb\\001',
        'long': '1' * LONG, 'utf8': '1r\\303\\251v', 'report': 'PB DONE', 'empty': '',
        'reports': 'PB DONE\\r\\n\\r\\n1.0', 'download': 'GTOTA DOWNLOADING: 12%',
    }
    TWIN = '864773030009996'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        add = cls.bed.simulator.add
        cls.imeis = {name: add(download='manual', interfaces=1) for name in cls.IMEIS}
        cls.revisions = {name: add(download='manual', interfaces=1) for name in cls.REVISIONS | cls.NO_REVISIONS}
        cls.twins = [add(download='manual', interfaces=1, imei=cls.TWIN) for _ in range(2)]
        for name, module in cls.imeis.items():
            module.answer('AT+CGSN', f'{cls.IMEIS[name]}\\r\\n\\r\\nOK')
        for name, module in cls.revisions.items():
            revision = (cls.REVISIONS | cls.NO_REVISIONS)[name]
            module.answer('AT+CGMR', f'{revision}\\r\\n\\r\\nOK')
        cls.bed.start_daemon()
        modules = [*cls.imeis.values(), *cls.revisions.values(), *cls.twins]
        enable_all(*[cls.bed.wait_for_modem(module, 90) for module in modules])

    def get_files(self):
        """All files below the directory of the records."""
        return sorted(os.path.relpath(os.path.join(directory, name), self.bed.state_directory)
                      for directory, _, names in os.walk(self.bed.state_directory)
                      for name in names)

    def assert_readable(self, message):
        self.assertTrue(message.isprintable() and message.isascii(), message)
        self.assertLess(len(message), 1000)

    def test_imei(self):
        """an invalid IMEI: updates are refused, and no file is created"""
        files = self.get_files()
        for name, module in self.imeis.items():
            with self.subTest(name=name):
                modem = self.bed.wait_for_modem(module)
                call = modem.start({'url': URL}).wait()
                self.assertEqual(call.error_name, ERROR + 'Core.Retry')
                self.assert_readable(call.message)
                # No update is known that this module may belong to
                call = Call(self.bed.connection, modem.path, MODEM, 'Command',
                            GLib.Variant('(su)', ('+CMEE=2', 10))).wait()
                self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.get_files(), files)
        self.assertFalse(os.path.exists('/tmp/nl668-was-here'))

    def test_revision(self):
        """an odd revision is recorded exactly"""
        for name in self.REVISIONS:
            with self.subTest(name=name):
                modem = self.bed.wait_for_modem(self.revisions[name])
                revision = modem.properties['Revision']
                self.assertEqual(modem.update['CurrentVersion'], revision)
                call = modem.start({'url': URL}).wait()
                self.assertIsNone(call.error_name, call.message)
                record = self.bed.read_record(modem.properties['EquipmentIdentifier'])
                self.assertEqual((record['State'], record['PreviousVersion']),
                                 ('preparing', revision.replace('\\', '\\\\')))

    def test_no_revision(self):
        """what cannot be a revision is unknown, and updates are refused with a reason"""
        for name in self.NO_REVISIONS:
            with self.subTest(name=name):
                modem = self.bed.wait_for_modem(self.revisions[name])
                comment(f'revision {name}: {modem.properties["Revision"][:40]!r}')
                self.assertEqual(modem.update['CurrentVersion'], '')
                call = modem.start({'url': URL}).wait()
                self.assertEqual(call.error_name, ERROR + 'Core.Failed')
                self.assertIn('does not report its firmware version', call.message)
                self.assertEqual(modem.state, State.IDLE)
        self.assertFalse(os.path.exists('/tmp/nl668-was-here'))

    def test_twins(self):
        """two modules with one IMEI: one can be updated, the other one is refused with a reason"""
        modems = [self.bed.wait_for_modem(module) for module in self.twins]
        calls = [modem.start({'url': URL}).wait() for modem in modems]
        self.assertEqual(sorted(call.error_name or '' for call in calls),
                         ['', ERROR + 'Core.Unsupported'])
        (refused,) = [call for call in calls if call.error_name]
        self.assertIn('no equipment identifier of its own', refused.message)
        winner = calls.index(next(call for call in calls if not call.error_name))
        self.twins[1 - winner].report(START, percent(40), interface=PRIMARY)
        self.twins[winner].report(START, percent(20), interface=PRIMARY)
        self.bed.wait_until(lambda: modems[winner].update['Progress'] == 20, 10, '20 %')
        # The other one is unplugged and plugged in again, which must not affect its twin
        self.twins[1 - winner].unplug()
        self.bed.wait_for_no_modem(self.twins[1 - winner])
        self.assertEqual(modems[winner].state, State.DOWNLOADING)
        self.twins[1 - winner].plug()
        other = self.bed.wait_for_modem(self.twins[1 - winner])
        self.assertEqual((modems[winner].state, other.state), (State.DOWNLOADING, State.IDLE))


if __name__ == '__main__':
    main()
