# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What a module reports, runs and does decides what is said of an update, also if it is
late, wrong, or contradicts what was said before."""

from testbed.bus import ERROR, MODEM, Call, State
from testbed.loop import settle
from testbed.evidence import BETWEEN, COMPLETE, NEW, OLD, RETRY, START, URL, StoryCase, percent
from testbed.tap import main

from gi.repository import GLib

DATE = '[Sep 17 2019 09:00:00]'
DATED, DATED_NEW = f'{OLD} {DATE}', f'{NEW} {DATE}'
WITH_MODEL = 'NL668-EAU-00_19011.1000.00.02.73.13'
LONGER_TARGET = f'{NEW}_6002.01_A04'

# MMModemPowerState
POWER_LOW = 2


class Stories:
    """What holds for every kind of ports."""

    STORIES = {name: {} for name in (
        'failure_and_on', 'silence', 'dated', 'intermediate', 'wrong_version',
        'late_installation', 'nearly_complete', 'nearly_complete_and_on')}

    def test_failure_and_on(self):
        """a report of a failure is no verdict: the module goes on, and nothing is put back"""
        self.download(10)
        self.report(RETRY)
        self.assert_stays(State.DOWNLOADING, 0.5)
        self.assert_held()
        self.assertEqual(self.start().wait().error_name, ERROR + 'Core.InProgress')
        self.report(percent(11), COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()
        self.assertNotIn(State.FAILED, self.get_states())

    def test_silence(self):
        """after silence the update has failed, but nothing is put back until it is settled"""
        self.download()
        self.wait_for(State.FAILED)
        self.assert_held()
        self.assertEqual(self.record['Tentative'], 'silent')
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()

    def check_same(self, revision):
        """Checks that a revision is taken for the one before the update."""
        self.download(50)
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(revision)
        self.wait_for_error(f'still runs {revision}')
        self.assertNotIn(State.SUCCEEDED, self.get_states())

    def test_dated(self):
        """the same revision with a date is the same firmware"""
        self.check_same(DATED)

    def test_intermediate(self):
        """another revision than the target waits for the next restart"""
        self.download(50, version=NEW)
        self.report(COMPLETE)
        self.restart(BETWEEN)
        self.assert_stays(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()
        self.assertNotIn(State.FAILED, self.get_states())

    def test_wrong_version(self):
        """another revision than the target fails after a while, until the target appears"""
        self.download(50, version=NEW)
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(BETWEEN)
        self.wait_for_error(f'now runs {BETWEEN}, not {NEW}')
        self.wait_for_restored()
        self.restart(NEW)
        self.assert_succeeded()

    def test_late_installation(self):
        """the module installs long after the download: what was said is revised"""
        self.download(50)
        self.report(COMPLETE)
        self.wait_for_error('has not installed it yet', f'still runs {OLD}')
        self.assert_held()
        self.restart(NEW)
        self.assert_succeeded()

    def test_nearly_complete(self):
        """from 90 % on, a module that leaves the bus is installing"""
        self.download(50, 95)
        self.restart(OLD)
        self.assertEqual(self.modem.state, State.INSTALLING)
        self.wait_for_error('left the bus at 95%', f'still runs {OLD}')
        self.assertEqual(self.get_states()[:2], [State.PREPARING, State.DOWNLOADING])

    def test_nearly_complete_and_on(self):
        """if it is back and reports more, it is downloading, and nothing is put back"""
        self.download(50, 95)
        self.restart(OLD)
        # In all, longer than an installation may take
        self.assert_goes_on(96, 97, 98, 99, seconds=5)
        self.assert_held()
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.assert_held()
        self.restart(NEW)
        self.assert_succeeded()
        self.assert_never(State.FAILED)


class At(Stories, StoryCase):
    """Modules with AT ports only."""

    STORIES = Stories.STORIES | {name: {} for name in (
        'failure_and_silence', 'unknown_words', 'second_start_refused', 'second_refused_late',
        'second_mute', 'response_lost', 'framings', 'again', 'installs_again', 'with_model',
        'longer_target', 'undone', 'unplugged', 'target_spelled_otherwise',
        'target_in_other_case', 'no_response', 'radio_off')} | {
            'spelled_otherwise': {'revision': WITH_MODEL}}

    def test_failure_and_silence(self):
        """if nothing more is heard for a minute, the update fails and quotes the report"""
        self.download(10)
        self.report(RETRY)
        self.wait_for_error(f'the module reports: {RETRY}; ')
        self.assert_held()
        self.report(percent(11))
        self.wait_for(State.DOWNLOADING)
        self.report(COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()

    def test_unknown_words(self):
        """a report that is not in the manual is quoted when silence makes the update fail"""
        self.download(10)
        self.report('GTOTA DOWNLOAD ABORT,701')
        self.wait_for_error('stopped at 10% (its last report: GTOTA DOWNLOAD ABORT,701)',
                            'check the status before you start the update again')

    def test_second_start_refused(self):
        """the module refuses a second update: the first one is not forgotten"""
        self.download(41, version=NEW)
        self.wait_for(State.FAILED)
        self.module.answer('AT+GTOTA=', '+CME ERROR: 3', 1)
        call = self.start(url=URL + '2').wait()
        self.assertIn('it may still be busy with the last update', call.message)
        self.assertEqual((self.modem.state, self.modem.update['Source']), (State.FAILED, URL))
        self.assert_held()
        self.report(percent(42), COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()

    def start_second(self, *lines):
        """Starts an update to which the module responds with reports of the first one."""
        self.download(41, version=NEW)
        self.report(RETRY)
        self.wait_for(State.FAILED)
        self.module.answer('AT+GTOTA=', '\\r\\n\\r\\n'.join(lines), 1)
        call = self.start(url=URL + '2', version=BETWEEN).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.InProgress', call.message)
        self.assertEqual((self.modem.update['Source'], self.record['Source']), (URL, URL))

    def test_second_refused_late(self):
        """the first update completes before the second one is refused: it is installed"""
        self.start_second(percent(60), COMPLETE, '+CME ERROR: 14')
        update = self.modem.read_update()
        self.assertEqual((update['State'], update['Progress'], update['Error']),
                         (State.INSTALLING, 100, ('', '')))
        self.restart(NEW)
        self.assert_succeeded()

    def test_second_mute(self):
        """a percentage is that of the first update if the second one gets no response"""
        self.start_second(percent(42))
        self.report(percent(43), COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()

    def test_response_lost(self):
        """a report shows that the module has accepted the update, for the caller as well"""
        self.module.answer('AT+GTOTA=', '<run>', 1)
        call = self.start()
        self.bed.wait_until(lambda: any(command.startswith('AT+GTOTA=0') for command
                                        in self.module.peek_our_commands()), 20, 'AT+GTOTA')
        self.report(START)
        call.wait()
        self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.modem.state, State.DOWNLOADING)

    def test_framings(self):
        """reports are heard in every framing"""
        self.accept()
        for value, framing in enumerate(('crcrlf', 'cr', 'lf', 'crlf'), 1):
            with self.subTest(framing=framing):
                self.module.set(framing=framing)
                self.report(percent(value))
                self.wait_for_progress(value)

    def test_again(self):
        """the module begins anew: the progress does so, too, and the update goes on"""
        self.download(50)
        self.report(START, percent(1))
        self.wait_for_progress(1)
        for value in range(2, 18):
            settle(500)
            self.report(percent(value))
        self.wait_for_progress(17)
        self.assertEqual(self.get_states(), [State.PREPARING, State.DOWNLOADING])

    def test_installs_again(self):
        """a download that begins after the last one was complete is shown"""
        self.download(50)
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.report(START, percent(3))
        self.wait_for(State.DOWNLOADING)
        self.wait_for_progress(3)
        self.report(COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()

    def test_with_model(self):
        """the same revision with the model is the same firmware"""
        self.check_same(WITH_MODEL)

    def test_longer_target(self):
        """a target that is spelled longer than what the module reports is the target"""
        self.download(50, version=LONGER_TARGET)
        self.report(COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()

    def test_spelled_otherwise(self):
        """the same revision is the same firmware, with the model before and a date afterwards"""
        self.check_same(DATED)

    def test_target_spelled_otherwise(self):
        """a target with the model is the target, also if the module reports a date"""
        self.install(DATED_NEW, version=f'NL668-EAU-00_{NEW}')
        self.assert_succeeded(DATED_NEW)

    def test_target_in_other_case(self):
        """a target in lower case is the target"""
        self.install(LONGER_TARGET, version=LONGER_TARGET.lower())
        self.assert_succeeded(LONGER_TARGET)

    def test_no_response(self):
        """without a response and a report, the update may still have been started"""
        self.module.answer('AT+GTOTA=', '<run>', 1)
        call = self.start().wait()
        for message in (call.message, self.wait_for(State.FAILED)['Error'][1]):
            self.assertIn('the module did not respond to AT+GTOTA', message)
            self.assertIn('check the status', message)
        self.assert_held()
        self.report(START, percent(2))
        self.wait_for(State.DOWNLOADING)

    def test_radio_off(self):
        """if the radio is off, the message says what to do"""
        self.download(20)
        for method, value in (('Enable', GLib.Variant('(b)', (False,))),
                              ('SetPowerState', GLib.Variant('(u)', (POWER_LOW,)))):
            call = Call(self.bed.connection, self.modem.path, MODEM, method, value).wait()
            self.assertIsNone(call.error_name, call.message)
        self.wait_for_error('turn it on', 'check the status')

    def test_undone(self):
        """a module that runs its previous firmware again has not been updated"""
        self.download(50)
        self.report(COMPLETE)
        self.restart(NEW)
        self.assert_succeeded()
        self.restart(OLD)
        self.wait_for_error(f'the module runs {OLD} again')

    def test_unplugged(self):
        """a module that was unplugged and runs the same firmware: the failure is settled"""
        self.download(50)
        self.restart(OLD)
        self.wait_for_error('disappeared before the download was complete')
        self.wait_for_restored()
        self.assertEqual(self.modem.state, State.FAILED)


if __name__ == '__main__':
    main()
