# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Start(): responses that are lost, a daemon that is stopped, and ports in use."""

import unittest

from gi.repository import GLib

from testbed import namespace
from testbed.bus import ERROR, ROOT, SERVICE, Call, State, enable_all
from testbed.case import BedCase, make_bed
from testbed.evidence import COMPLETE, NEW, OLD, START, URL, StoryCase, percent
from testbed.system import SystemBed, find_polkit_obstacle
from testbed.tap import main

CALLBREAK, GPRSFIRST = 'AT+GTSET="CALLBREAK",', 'AT+GTSET="GPRSFIRST",'
BUSY = '+CME ERROR: 14'

NOT_READ = ("the module's settings cannot be read (%s), so they could not be restored after an "
            'update: reset the module, and start the update again')
TOO_BUSY = ('the module is too busy to report its settings (%s), so they could not be restored '
            'after an update: try again later')
NO_RESPONSE = ('the module did not respond to AT+GTOTA, so it may have started the update: check '
               'the status before you start it again')
STOPPED_BEFORE = ('ModemManager stopped using the module before it told it to start the update: '
                  'start it again')
STOPPED_AFTER = ('ModemManager stopped using the module while it told it to start the update: '
                 'check the status before you start it again')
DIFFERENT = 'the module reports a different firmware version each time: try again later'
CONNECTED = "the module's AT ports are used for a data connection: end it first"


class Responses(StoryCase):
    """Modules that are busy or do not respond."""

    STORIES = {name: {'gtset-read': 'yes'} for name in (
        'gtset_busy', 'gtset_refused', 'gtset_always_refused', 'gtrat_refused', 'gtset_lost',
        'gtset_twice', 'gtset_mute', 'gtset_always_busy', 'gtset_empty', 'gtset_always_empty',
        'gtset_half', 'gtset_other', 'gtset_pieces', 'gtrat_busy', 'gtrat_empty', 'gtrat_other',
        'gtrat_lost', 'gtrat_mute', 'gtota_mute', 'optional_busy')}

    def setUp(self):
        super().setUp()
        # Without it, the module answers what its settings are
        self.module.forget('AT+GTSET?')

    def get_commands(self):
        return self.module.get_our_commands()[self.before:]

    def check_restored(self, *queries):
        """Checks that an update sends the queries first, and restores everything."""
        self.accept()
        self.assertEqual(self.get_commands()[:len(queries) + 1], [*queries, 'AT+GTRAT=3'])
        self.report(START, COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()
        self.assertLess({CALLBREAK + '0', GPRSFIRST + '0', 'AT+GTRAT=10'},
                        set(self.get_commands()))

    def check_refused(self, *queries, name='Serial.ResponseTimeout', message=NOT_READ):
        """Checks that Start() fails after the queries, in words of ours."""
        call = self.start().wait()
        self.assertEqual((call.error_name, call.message), (ERROR + name, message % queries[-1]))
        self.assertEqual(self.get_commands(), [*queries])
        self.assertEqual(self.modem.update['Error'], (call.error_name, call.message))
        self.assertNotIn('Tentative', self.record)

    def test_gtset_busy(self):
        """busy when it is asked for CALLBREAK: it is asked again, and they are restored"""
        self.module.answer('AT+GTSET?', BUSY, 1)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_lost(self):
        """one response is lost: the same"""
        self.module.answer('AT+GTSET?', '', 1)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_refused(self):
        """one refusal: the same"""
        self.module.answer('AT+GTSET?', '+CME ERROR: 4', 1)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_always_refused(self):
        """two refusals: the module does not report its settings"""
        self.module.answer('AT+GTSET?', 'ERROR')
        self.accept()
        self.assertEqual(self.get_commands()[:3], ['AT+GTSET?'] * 2 + ['AT+GTRAT?'])

    def test_gtset_twice(self):
        """two responses are lost: the same"""
        self.module.answer('AT+GTSET?', '', 2)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_mute(self):
        """never a response: the update fails before anything is changed"""
        self.module.answer('AT+GTSET?', '')
        self.check_refused('AT+GTSET?', 'AT+GTSET?', 'AT+GTSET?')

    def test_gtset_empty(self):
        """OK alone: it is asked again, and they are restored"""
        self.module.answer('AT+GTSET?', 'OK', 2)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_always_empty(self):
        """OK alone three times: the module does not report its settings"""
        self.module.answer('AT+GTSET?', 'OK')
        self.accept()
        self.assertEqual(self.get_commands()[:4], ['AT+GTSET?'] * 3 + ['AT+GTRAT?'])

    def test_gtset_half(self):
        """one setting is cut off: it is asked again, and they are restored"""
        for answer in ('+GTSET: "CALLBREAK",0\\r\\n+GTSET: "GPRSFI', '+GTSET: "GPRSFIRST",0'):
            self.module.answer('AT+GTSET?', answer + '\\r\\n\\r\\nOK', 1)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_other(self):
        """the answer to another command: the same"""
        self.module.answer('AT+GTSET?', '+CSQ: 20,99\\r\\n\\r\\nOK', 2)
        self.check_restored('AT+GTSET?', 'AT+GTSET?', 'AT+GTSET?', 'AT+GTRAT?')

    def test_gtset_pieces(self):
        """half an answer, and then it is refused: what was read is restored"""
        self.module.answer('AT+GTSET?', 'ERROR', 2)
        self.module.answer('AT+GTSET?', '+GTSET: "CALLBREAK",0\\r\\n\\r\\nOK', 1)
        self.accept()
        self.assertEqual(self.get_commands()[:4], ['AT+GTSET?'] * 3 + ['AT+GTRAT?'])
        self.assertEqual(self.record['CALLBREAK'], '0')
        self.assertNotIn('GPRSFIRST', self.record)

    def test_gtset_always_busy(self):
        """busy three times: the same, and it says so"""
        self.module.answer('AT+GTSET?', BUSY)
        self.check_refused('AT+GTSET?', 'AT+GTSET?', 'AT+GTSET?',
                           name='MobileEquipment.SimBusy', message=TOO_BUSY)

    def test_gtrat_busy(self):
        """busy when it is asked for the access technology: it is asked again, and locked"""
        self.module.answer('AT+GTRAT?', BUSY, 1)
        self.check_restored('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT?')

    def test_gtrat_empty(self):
        """OK alone: the same"""
        self.module.answer('AT+GTRAT?', 'OK', 1)
        self.check_restored('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT?')

    def test_gtrat_other(self):
        """the answer to another command: the same"""
        self.module.answer('AT+GTRAT?', '+GTSET: "CALLBREAK",0\\r\\n\\r\\nOK', 1)
        self.check_restored('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT?')

    def test_gtrat_refused(self):
        """one refusal: the same"""
        self.module.answer('AT+GTRAT?', 'ERROR', 1)
        self.check_restored('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT?')

    def test_gtrat_lost(self):
        """that response is lost: the same"""
        self.module.answer('AT+GTRAT?', '', 1)
        self.check_restored('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT?')

    def test_gtrat_mute(self):
        """never a response to that: the update fails before anything is changed"""
        self.module.answer('AT+GTRAT?', '')
        self.check_refused('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT?', 'AT+GTRAT?')

    def test_optional_busy(self):
        """callbreak=optional: a module that is busy may support it"""
        self.module.answer(CALLBREAK + '1', BUSY, 1)
        call = self.start(callbreak=GLib.Variant('s', 'optional')).wait()
        self.assertEqual(call.error_name, ERROR + 'MobileEquipment.SimBusy')
        self.assertNotIn(f'AT+GTOTA=0,"{URL}"', self.get_commands())
        self.wait_for_restored()

    def test_gtota_mute(self):
        """no response to AT+GTOTA: it may have started, and goes on if it has"""
        self.module.answer('AT+GTOTA=0', '<run>', 1)
        call = self.start().wait()
        self.assertEqual((call.error_name, call.message),
                         (ERROR + 'Serial.ResponseTimeout', NO_RESPONSE))
        self.assertEqual(self.record['Tentative'], 'silent')
        self.report(START, percent(50))
        self.wait_for_progress(50)
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)
        self.restart(NEW)
        self.assert_succeeded()


class Revisions(StoryCase):
    """Modules that report another revision once."""

    STORIES = {name: {} for name in ('cut_off', 'odd', 'different', 'refused')}

    def answer(self, *revisions):
        # The last one comes first
        for revision in reversed(revisions):
            self.module.answer('AT+CGMR', f'{revision}\\r\\n\\r\\nOK', 1)

    def accept(self, **settings):
        super().accept(**settings)
        self.assertEqual(self.modem.update['PreviousVersion'], OLD)

    def test_cut_off(self):
        """a revision that was cut off when the module was plugged in is not the previous one"""
        self.answer(OLD[:-1])
        modem = self.restart()
        self.bed.wait_until(lambda: modem.update['CurrentVersion'] == OLD[:-1], 20, 'cut off')
        enable_all(modem)
        self.install(OLD)
        self.wait_for_error(f'still runs {OLD}')
        self.assert_never(State.SUCCEEDED)

    def test_odd(self):
        """one odd answer before the update is not the previous revision"""
        self.answer('SIM1 READY')
        self.accept()

    def test_refused(self):
        """a module that does not answer again is updated"""
        self.module.answer('AT+CGMR', 'ERROR')
        self.accept()

    def test_different(self):
        """with a different answer each time, the update does not begin"""
        self.answer(OLD[:-1], OLD[:-2], OLD[:-3])
        call = self.start().wait()
        self.assertEqual((call.error_name, call.message), (ERROR + 'Core.Retry', DIFFERENT))
        self.assertEqual(self.module.get_our_commands()[self.before:], [])
        self.assertEqual(self.modem.state, State.IDLE)
        self.accept()


class Ports(StoryCase):
    """Modules whose AT port is used for a data connection."""

    STORIES = {'taken': {'interfaces': '1'}, 'taken_again': {'interfaces': '1'}, 'other': {}}

    def assert_refused(self):
        before, n_commands = self.modem.read_update(), len(self.module.get_our_commands())
        call = self.start().wait()
        self.assertEqual((call.error_name, call.message), (ERROR + 'Core.Connected', CONNECTED))
        self.assertEqual(self.modem.read_update(), before)
        self.assertEqual(self.module.get_our_commands()[n_commands:], [])

    def test_taken(self):
        """an update is refused before it begins, until the connection ends"""
        self.modem.connect()
        self.assert_refused()
        self.modem.disconnect()
        self.accept()

    def test_taken_again(self):
        """the same after a tentative failure, for which the port is held: it is not gone"""
        self.download(50)
        self.wait_for(State.FAILED)
        self.modem.connect()
        self.assert_refused()
        self.modem.disconnect()
        self.accept()

    def test_other(self):
        """with a second port, an update starts"""
        self.modem.connect()
        self.accept()


class Stopped(BedCase):
    """The daemon is stopped while a command is being answered."""

    # The daemon waits longer than the module takes
    SCALE = 1
    KEYS = {}
    DELAY = 2000

    def make_bed(self):
        return make_bed(self)

    def setUp(self):
        self.bed = self.make_bed()
        self.addCleanup(self.bed.finish)
        self.module = self.bed.simulator.add(download='manual', **self.KEYS)
        self.bed.start_daemon()
        self.modem = self.bed.wait_for_modem(self.module)
        enable_all(self.modem)
        self.imei = self.modem.properties['EquipmentIdentifier']

    def start_until(self, command):
        """Starts an update; returns the call once this command is being answered."""
        self.module.delay(command, self.DELAY)
        call = self.modem.start({'url': URL})
        self.bed.wait_until(lambda: any(text.startswith(command)
                                        for text in self.module.peek_our_commands()), 20, command)
        return call

    def check_before(self, call):
        """Checks that the module was not told to start the update."""
        call.wait()
        self.assertEqual((call.error_name, call.message), (ERROR + 'Core.Failed', STOPPED_BEFORE))
        record = self.bed.read_record(self.imei)
        self.assertEqual((record['State'], record['ErrorMessage'], record.get('Tentative')),
                         ('failed', STOPPED_BEFORE, None))
        self.assertEqual([text for text in self.module.get_update_commands()
                          if text.startswith('AT+GTOTA')], [])

    def check_after(self, call):
        """Checks that the module may have started the update."""
        call.wait()
        self.assertEqual((call.error_name, call.message), (ERROR + 'Core.Failed', STOPPED_AFTER))
        record = self.bed.read_record(self.imei)
        self.assertEqual((record['State'], record['ErrorMessage'], record['Tentative']),
                         ('failed', STOPPED_AFTER, 'silent'))

    def test_callbreak(self):
        """CALLBREAK: the module is not told to start the update any more"""
        call = self.start_until(CALLBREAK)
        self.bed.stop_daemon()
        self.check_before(call)


class StoppedQmi(Stopped):
    """The same with QMI, where the daemon cancels commands."""

    ISOLATED = True
    KEYS = {'composition': 'qmi', 'hints': 'yes'}

    def test_gtota(self):
        """AT+GTOTA: the module may have started the update"""
        call = self.start_until('AT+GTOTA=0')
        self.bed.stop_daemon()
        self.check_after(call)


class Inhibited(Stopped):
    """InhibitDevice takes the modem away from the daemon instead."""

    def make_bed(self):
        obstacle = find_polkit_obstacle() or (namespace.find_obstacle() if self.ISOLATED else None)
        if obstacle:
            raise unittest.SkipTest(obstacle)
        return SystemBed(self.SCALE, self.ISOLATED)

    def inhibit(self):
        arguments = GLib.Variant('(sb)', (self.modem.properties['Device'], True))
        call = Call(self.bed.connection, ROOT, SERVICE, 'InhibitDevice', arguments).wait()
        self.assertIsNone(call.error_name, call.message)

    def test_callbreak(self):
        """CALLBREAK: the module is not told to start the update any more"""
        call = self.start_until(CALLBREAK)
        self.inhibit()
        self.check_before(call)


class InhibitedQmi(Inhibited):
    """The same with QMI."""

    ISOLATED = True
    KEYS = {'composition': 'qmi', 'hints': 'yes'}

    def test_gtota(self):
        """AT+GTOTA: the module may have started the update"""
        call = self.start_until('AT+GTOTA=0')
        self.inhibit()
        self.check_after(call)


if __name__ == '__main__':
    main()
