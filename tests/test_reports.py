# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The reports of a module about its update, in every form."""

import time

from testbed.bus import ERROR, MODEM, Call, State
from testbed.case import SharedBedCase
from testbed.loop import settle
from testbed.servers import make_package
from testbed.tap import main

from gi.repository import GLib

URL = 'http://127.0.0.1/package'

# The USB interfaces of the two AT ports
PRIMARY = 1
SECONDARY = 2

START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
FAILED = 'GTOTA DOWNLOAD FAILED'

FAILURES = ('GTOTA DOWNLOAD FAIL', FAILED, 'GTOTA ERROR: 5', '+GTOTA: FAILED 3', 'gtota failed',
            'GTOTA DOWNLOADING: error')
# From such a report to the failure, before it is scaled
FAILURE_SECONDS = 60

# Seconds that a busy machine may add
SLACK = 5


def percent(value):
    return f'GTOTA DOWNLOADING: {value}%'


class Reports(SharedBedCase):
    """Modules that report what the cases tell them to, each for one case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        cases = [name for name in dir(cls) if name.startswith('test_')]
        cls.pairs = cls.bed.add_modems(len(cases) + len(FAILURES), download='manual')

    def setUp(self):
        self.module, self.modem = self.pairs.pop()
        self.since = len(self.bed.observer.events)

    def get_announced_states(self):
        return self.bed.get_announced(self.module, 'State', self.since)

    def begin(self):
        call = self.modem.start({'url': URL}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.modem.state, State.PREPARING)

    def report(self, *lines, interface=PRIMARY):
        self.module.report(*lines, interface=interface)

    def wait_for_percent(self, value):
        self.bed.wait_until(lambda: self.modem.update['Progress'] == value, 10, f'{value} %')

    def assert_percentages(self, *values):
        """Checks the announced percentages; the last one must have been reported last."""
        self.wait_for_percent(values[-1])
        self.assertEqual(self.bed.get_percentages(self.module, self.since), list(values))
        self.assertEqual(self.modem.state, State.DOWNLOADING)

    def wait_for_reads(self, text, interface):
        """Sends a text and waits until the daemon has read it alone."""
        tty = self.module.get_tty(interface)
        before = self.bed.daemon.count_reads(tty)
        self.module.send(text, interface)
        self.bed.wait_until(lambda: self.bed.daemon.count_reads(tty) > before, 10, f'read {text}')

    # Ports

    def test_primary_port(self):
        """reports arrive on the primary port only"""
        self.begin()
        self.report(START, percent(0), percent(1), percent(50))
        self.assert_percentages(1, 50)
        self.assertEqual(self.get_announced_states(), [State.PREPARING, State.DOWNLOADING])

    def test_secondary_port(self):
        """reports arrive on the secondary port only"""
        self.begin()
        self.report(START, percent(0), percent(1), percent(50), interface=SECONDARY)
        self.assert_percentages(1, 50)
        self.assertEqual(self.get_announced_states(), [State.PREPARING, State.DOWNLOADING])

    def test_both_ports(self):
        """reports that arrive on both ports count once"""
        self.begin()
        for line in (START, percent(0), percent(1), percent(2), percent(3)):
            self.report(line, interface=PRIMARY)
            self.report(line, interface=SECONDARY)
        self.assert_percentages(1, 2, 3)
        self.assertEqual(self.get_announced_states(), [State.PREPARING, State.DOWNLOADING])

    def test_secondary_port_lags(self):
        """the second port repeats all reports of the first one later"""
        self.begin()
        lines = [START, *(percent(value) for value in range(0, 11))]
        self.report(*lines, interface=PRIMARY)
        self.report(*lines, percent(11), interface=SECONDARY)
        self.assert_percentages(*range(1, 12))

    # Reads

    def test_split_at_every_byte(self):
        """a report is split by two reads, at any position"""
        self.begin()
        self.report(START)
        values = []
        length = len(f'\r\n{percent(10)}\r\n')
        for position in range(1, length):
            value = 10 + position
            whole = f'\r\n{percent(value)}\r\n'
            parts = [part.replace('\r', '\\r').replace('\n', '\\n')
                     for part in (whole[:position], whole[position:])]
            self.wait_for_reads(parts[0], PRIMARY)
            self.module.send(parts[1], PRIMARY)
            self.wait_for_percent(value)
            values.append(value)
        self.assert_percentages(*values)

    def test_byte_by_byte(self):
        """reports arrive one byte at a time"""
        self.begin()
        for line in (START, percent(7), percent(8)):
            for char in ('\\r', '\\n', *line, '\\r', '\\n'):
                self.wait_for_reads(char, SECONDARY)
        self.assert_percentages(7, 8)

    def test_cut_percentage(self):
        """a percentage that is split between its digits is not misread"""
        self.begin()
        self.report(START)
        self.wait_for_reads('\\r\\nGTOTA DOWNLOADING: 4', PRIMARY)
        self.assertEqual(self.modem.update['Progress'], 0)
        self.module.send('2%\\r\\n', PRIMARY)
        self.assert_percentages(42)

    def test_all_at_once(self):
        """a whole download arrives in one read: each percentage is announced"""
        self.begin()
        lines = [START, *(percent(value) for value in range(0, 100))]
        self.module.send(''.join(f'\\r\\n{line}\\r\\n' for line in lines), PRIMARY)
        self.assert_percentages(*range(1, 100))

    def test_shared_line_ends(self):
        """lines share one CRLF"""
        self.begin()
        self.module.send(f'\\r\\n{START}\\r\\n{percent(1)}\\r\\n{percent(2)}\\r\\n', PRIMARY)
        self.assert_percentages(1, 2)

    # Percentages

    def test_start_missing(self):
        """a percentage without START begins the download"""
        self.begin()
        self.report(percent(3))
        self.assert_percentages(3)
        self.assertEqual(self.get_announced_states(), [State.PREPARING, State.DOWNLOADING])

    def test_start_late_and_again(self):
        """a late START begins the progress anew, a repeated one changes nothing"""
        self.begin()
        self.report(percent(3), START, START, percent(2), percent(4))
        self.assert_percentages(3, 2, 4)
        self.assertEqual(self.bed.get_announced(self.module, 'Progress', self.since), [3, 0, 2, 4])
        self.assertEqual(self.get_announced_states(), [State.PREPARING, State.DOWNLOADING])

    def test_repeated(self):
        """a repeated percentage is announced once"""
        self.begin()
        self.report(START, percent(10), percent(10), percent(10), percent(11))
        self.assert_percentages(10, 11)

    def test_going_back(self):
        """progress never goes back without another START"""
        self.begin()
        self.report(START, percent(20), percent(5), percent(19), percent(0), percent(21))
        self.assert_percentages(20, 21)

    def test_not_a_percentage(self):
        """invalid percentages are ignored"""
        self.begin()
        self.report(START, percent(30))
        for value in ('101', '1000', '', '-1', '31.5', '0x1f', 'x', '31 32',
                      '99999999999999999999', '00000000000000000101', '+31', '\\303\\251'):
            with self.subTest(value=value):
                self.report(percent(value))
        self.report('GTOTA DOWNLOADING: 31', 'GTOTA DOWNLOADING:', 'GTOTA DOWNLOADING',
                    'GTOTA 31%', 'GTOTA DOWNLOADING: 31% more', 'GTOTA DOWNLOADING: 31%31%')
        self.report(percent(32))
        self.assert_percentages(30, 32)

    def test_hundred(self):
        """100 % does not end the download"""
        self.begin()
        self.report(START, percent(99), percent(100))
        self.assert_percentages(99, 100)

    # Spelling

    def test_spaces_and_signs(self):
        """spaces, plus signs and case do not matter"""
        self.begin()
        self.report('+GTOTA DOWNLOAD START')
        lines = ('+GTOTA DOWNLOADING: 1%', ' GTOTA DOWNLOADING: 2%', 'GTOTA  DOWNLOADING:  3%',
                 'GTOTA DOWNLOADING:4%', 'GTOTA DOWNLOADING : 5 %', 'GTOTA DOWNLOADING: 6% ',
                 '+ GTOTA DOWNLOADING: 7%', 'GTOTA DOWNLOADING: 08%', 'gtota downloading: 9%',
                 'GTOTA\\tDOWNLOADING:\\t10%')
        for value, line in enumerate(lines, 1):
            self.report(line)
            self.wait_for_percent(value)
        self.assert_percentages(*range(1, len(lines) + 1))

    def test_start_with_spaces(self):
        """START may have additional spaces"""
        self.begin()
        self.report('  GTOTA  DOWNLOAD   START  ')
        self.modem.wait_for_state(State.DOWNLOADING)

    # Among other lines

    def test_among_other_reports(self):
        """reports arrive between unsolicited reports for the daemon"""
        self.begin()
        self.module.send(f'\\r\\n{START}\\r\\n\\r\\n+CREG: 1\\r\\n\\r\\n{percent(11)}\\r\\n'
                         f'\\r\\n+CEREG: 1\\r\\n\\r\\n{percent(12)}\\r\\n', PRIMARY)
        self.assert_percentages(11, 12)

    def command(self, text):
        return Call(self.bed.connection, self.modem.path, MODEM, 'Command',
                    GLib.Variant('(su)', (text, 10)))

    def test_while_a_command_waits(self):
        """a report precedes the answer to a command, which stays intact"""
        self.begin()
        self.report(START)
        self.module.delay('AT+CSQ', 500)
        self.addCleanup(self.module.delay, 'AT+CSQ', 0)
        before = len(self.module.get_commands())
        call = self.command('+CSQ')
        self.bed.wait_until(lambda: 'AT+CSQ' in self.module.peek_commands()[before:], 10, 'AT+CSQ')
        self.report(percent(21))
        self.wait_for_percent(21)
        self.assertFalse(call.done)
        call.wait()
        self.assertEqual((call.error_name, call.result), (None, ('+CSQ: 24,99',)))
        self.assert_percentages(21)

    def test_within_a_response(self):
        """a report interrupts the answer to a command, which stays intact"""
        self.begin()
        self.report(START)
        self.module.answer('AT+GTRAT?', f'+GTRAT: 10\\r\\n\\r\\n{percent(22)}\\r\\n\\r\\nOK', 1)
        call = self.command('+GTRAT?').wait()
        self.assertEqual((call.error_name, call.result), (None, ('+GTRAT: 10',)))
        self.assert_percentages(22)

    def test_before_the_ok(self):
        """reports arrive before the answer to AT+GTOTA"""
        self.module.answer('AT+GTOTA=0', f'{START}\\r\\n\\r\\n{percent(1)}\\r\\n\\r\\nOK', 1)
        call = self.modem.start({'url': URL}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.assert_percentages(1)

    # Other lines

    def test_unknown_line(self):
        """a report that is not in the manual changes nothing"""
        self.begin()
        self.report('GTOTA', 'GTOTA SOMETHING NEW', 'GTOTA DOWNLOAD', 'GTOTA DOWNLOAD PAUSE',
                    'GTOTAX 5%', 'GTOTA INSTALLING: 5%')
        self.assertEqual(self.modem.state, State.PREPARING)
        self.report(percent(1))
        self.assert_percentages(1)

    def test_garbage(self):
        """garbage of any length changes nothing"""
        self.begin()
        self.report(START)
        self.module.send('\\377\\376\\001GTOTA\\002\\r\\n', PRIMARY)
        self.report('GTOTA ' + 'A' * 3000)
        self.report(percent(1))
        self.assert_percentages(1)

    def test_answer_to_the_test_command(self):
        """the answer to AT+GTOTA=? is not taken for a report"""
        self.begin()
        self.report('+GTOTA: (0-1),<\\"url\\">', '+GTOTA: 0')
        self.report(percent(1))
        self.assert_percentages(1)

    # Failures, which the manual does not have

    def test_failure(self):
        """after a report of a failure and a minute of silence, the update fails and quotes it"""
        pairs = [self.pairs.pop() for _ in FAILURES]
        times = []
        for (module, modem), line in zip(pairs, FAILURES):
            self.assertIsNone(modem.start({'url': URL}).wait().error_name)
            module.report(percent(5), line, interface=PRIMARY)
            times.append(time.monotonic())
        settle(500)
        self.assertEqual({modem.state for _, modem in pairs}, {State.DOWNLOADING})
        for (module, modem), line, begin in zip(pairs, FAILURES, times):
            with self.subTest(line=line):
                modem.wait_for_state(State.FAILED)
                (end,) = [event.time for event in self.bed.get_events(module, self.since)
                          if event.values.get('State') == State.FAILED]
                self.assertGreater(end - begin, FAILURE_SECONDS * self.SCALE * 0.9)
                self.assertLess(end - begin, FAILURE_SECONDS * self.SCALE + SLACK)
                self.check_failure(modem, line)

    def check_failure(self, modem, line):
        update = modem.update
        self.assertEqual(update['Error'][0], ERROR + 'Core.Failed')
        self.assertTrue(update['Error'][1].startswith(f'the module reports: {line};'), update)
        self.assertIn('check the status before you start the update again', update['Error'][1])
        self.assertEqual(update['Progress'], 5)
        self.assertGreaterEqual(update['Finished'], update['Started'])

    def test_failure_disproved(self):
        """a download that goes on after a report of a failure does not fail"""
        self.begin()
        self.report(START, percent(5), FAILED)
        for value in range(6, 10):
            settle(int(1000 * self.SCALE * FAILURE_SECONDS / 3))
            self.report(percent(value))
        self.assert_percentages(5, 6, 7, 8, 9)
        self.assertEqual(self.get_announced_states(), [State.PREPARING, State.DOWNLOADING])

    def test_failure_escaped(self):
        """messages quote the module in printable ASCII only"""
        self.begin()
        self.report('GTOTA FAIL \\033[31m\\377')
        self.modem.wait_for_state(State.FAILED)
        message = self.modem.update['Error'][1]
        self.assertTrue(message.isascii() and message.isprintable(), message)

    def test_failure_while_preparing(self):
        """a failure that is reported before AT+GTOTA is not one of this update"""
        self.module.delay('AT+GTSET="CALLBREAK"', 500)
        call = self.modem.start({'url': URL})
        self.bed.wait_until(self.module.peek_update_commands, 10, 'CALLBREAK')
        self.report(FAILED)
        call.wait()
        self.assertIsNone(call.error_name, call.message)
        settle(int(1000 * self.SCALE * FAILURE_SECONDS) + 1000)
        self.assertEqual(self.modem.state, State.PREPARING)
        self.assertEqual(self.get_announced_states(), [State.PREPARING])
        self.assertTrue(self.module.get_update_commands()[-1].startswith('AT+GTOTA=0'))

    # Without an update

    def test_over(self):
        """reports after an update that the module has refused are ignored"""
        self.module.answer('AT+GTOTA=0', 'ERROR', 1)
        self.assertIsNotNone(self.modem.start({'url': URL}).wait().error_name)
        self.assertEqual(self.modem.state, State.FAILED)
        since = len(self.bed.observer.events)
        before = self.modem.read_update()
        self.wait_for_reads(f'\\r\\n{START}\\r\\n', PRIMARY)
        self.wait_for_reads(f'\\r\\n{percent(50)}\\r\\n', PRIMARY)
        self.wait_for_reads(f'\\r\\n{COMPLETE}\\r\\n', PRIMARY)
        settle(200)
        self.assertEqual(self.modem.read_update(), before)
        self.assertEqual(self.bed.get_events(self.module, since), [])


class Ends(SharedBedCase):
    """Reports before and after the restart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bed.start_daemon()
        cls.http = cls.bed.start_http()
        cls.module = cls.bed.simulator.add(download='manual')
        cls.fragmented = cls.bed.simulator.add(fragment=1, report='1+2', restart_after=60000)
        cls.fresh = cls.bed.simulator.add(download='manual')

    def start(self, module, url):
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        call = modem.start({'url': url}).wait()
        self.assertIsNone(call.error_name, call.message)
        return modem

    def test_bytes_of_a_whole_update(self):
        """a whole download is reported on both ports, one byte at a time"""
        url = self.http.publish('/package', make_package('NEW-1', 30000))
        self.start(self.fragmented, url)
        self.bed.wait_for_announced(self.fragmented, State.INSTALLING, 60)
        self.assertEqual(self.bed.get_percentages(self.fragmented), list(range(1, 101)))

    def test_complete_alone(self):
        """COMPLETE is the only report, on both ports; then the module downloads once more"""
        modem = self.start(self.module, URL)
        for interface in (PRIMARY, SECONDARY):
            self.module.report(COMPLETE, interface=interface)
        modem.wait_for_state(State.INSTALLING)
        self.module.report(START, percent(3), COMPLETE, FAILED, interface=PRIMARY)
        self.module.set(revision='NEW-2')
        settle(200)
        self.assertEqual(modem.update['Progress'], 100)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.plug()
        modem = self.bed.wait_for_modem(self.module)
        modem.wait_for_state(State.SUCCEEDED)
        self.assertEqual(self.bed.get_announced(self.module, 'State'),
                         [State.PREPARING, *[State.DOWNLOADING, State.INSTALLING] * 2,
                          State.SUCCEEDED])
        self.assertEqual(modem.update['CurrentVersion'], 'NEW-2')

    def test_without_update(self):
        """reports without an update are ignored"""
        modem = self.bed.wait_for_modem(self.fresh)
        modem.enable()
        before = modem.read_update()
        tty = self.fresh.get_tty(PRIMARY)
        reads = self.bed.daemon.count_reads(tty)
        self.fresh.report(START, percent(50), COMPLETE, FAILED, interface=PRIMARY)
        self.bed.wait_until(lambda: self.bed.daemon.count_reads(tty) > reads)
        settle(200)
        self.assertEqual(modem.read_update() | {'Transports': 3}, before | {'Transports': 3})
        self.assertEqual(modem.state, State.IDLE)


if __name__ == '__main__':
    main()
