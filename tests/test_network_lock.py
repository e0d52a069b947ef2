# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The settings of the module that an update changes and restores: the radio (AT+GTRAT)
and AT+GTSET."""

from testbed.bus import ERROR, MODEM, State
from testbed.loop import settle
from testbed.radio import (ACCESS, AUTOMATIC, CALLBREAK, GPRSFIRST, GTOTA, GTSET, LTE, REFUSED,
                           UNLOCKED, URL, RadioCase)
from testbed.servers import make_package
from testbed.tap import main

NEW = '19011.1000.00.02.73.15'

UMTS = 'AT+GTRAT=2'

# Seconds for a technology to come up, before they are scaled
RADIO = 60

TOO_MUCH = 'x' * 10000
DIGITS = '9' * 10000


class Radio(RadioCase):
    """Modules in good coverage, with different answers to AT+GTRAT."""

    KEYS = {
        'plain': {},
        'success': {'coverage': 'gsm+umts+lte', 'download': 'real', 'pace': 5},
        'umts': {'registration': 'umts', 'coverage': 'gsm+umts'},
    }

    def test_success(self):
        """locked before CALLBREAK, restored by the new modem object after a success"""
        self.prepare('success')
        url = self.bed.start_http().publish('/package', make_package(NEW))
        call = self.start(url=url).wait()
        self.assertIsNone(call.error_name, call.message)
        modem = self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.wait_for_command(AUTOMATIC)
        self.assertNotEqual(modem.path, self.modem.path)
        self.assertEqual(self.get_commands(), [
            *GTSET, 'AT+GTRAT?', LTE, CALLBREAK + '1', GPRSFIRST + '1',
            f'AT+GTOTA=0,"{url}"', 'AT+GTOTA=?', 'AT+GTRAT?', AUTOMATIC])

    def test_failure(self):
        """restored by the same modem object after the module has refused the update"""
        self.prepare('plain')
        self.attempt()
        self.assertEqual(self.finish(), [
            *GTSET, 'AT+GTRAT?', LTE, CALLBREAK + '1', GPRSFIRST + '1', GTOTA, 'AT+GTRAT?',
            AUTOMATIC])
        self.assertTrue(self.modem.exists)

    def test_refused_commands(self):
        """restored after the module has refused a command"""
        self.prepare('plain')
        for command, sent in ((GTOTA, [LTE, CALLBREAK + '1', GPRSFIRST + '1', GTOTA]),
                              (CALLBREAK, [LTE, CALLBREAK + '1'])):
            with self.subTest(command=command):
                self.prepare('plain')
                self.module.answer(command, '+CME ERROR: 30', 1)
                call = self.start().wait()
                self.assertEqual(call.error_name, ERROR + 'MobileEquipment.NoNetwork')
                self.wait_for_restored()
                self.assertEqual(self.get_commands(), [*GTSET, 'AT+GTRAT?', *sent,
                                                       'AT+GTRAT?', AUTOMATIC])

    def test_umts(self):
        """locked to 3G if registered on 3G"""
        self.prepare('umts')
        self.attempt()
        self.assertEqual(self.finish(), [
            *GTSET, 'AT+GTRAT?', UMTS, CALLBREAK + '1', GPRSFIRST + '1', GTOTA, 'AT+GTRAT?',
            AUTOMATIC])

    def test_network_lock_off(self):
        """network-lock=no: AT+GTRAT is not sent"""
        self.prepare('plain')
        self.attempt(**UNLOCKED)
        self.assertEqual(self.finish(), [*GTSET, CALLBREAK + '1', GPRSFIRST + '1', GTOTA])

    def test_network_lock_off_at_client(self):
        """network-lock=no with the client: AT+GTRAT is not sent"""
        self.prepare('plain')
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30', 1)
        client = self.bed.mmcli('-m', self.modem.index, '--firmware-update-no-wait',
                                f'--firmware-update=url={URL},network-lock=no')
        self.assertEqual(client.returncode, 1)
        self.assertIn('the module did not start the update (AT+GTOTA)', client.stderr)
        self.assertEqual(self.finish(), [*GTSET, CALLBREAK + '1', GPRSFIRST + '1', GTOTA])

    def test_several_values(self):
        """all values of AT+GTRAT? are restored"""
        self.prepare('plain')
        self.module.answer('AT+GTRAT?', '+GTRAT: 10,3,0\\r\\n\\r\\nOK', 1)
        self.module.answer('AT+GTRAT=10,3,0', 'OK', 1)
        self.attempt()
        self.assertEqual(self.finish()[-1], 'AT+GTRAT=10,3,0')

    def test_original_value(self):
        """a value that cannot be restored at first is restored after the next update"""
        self.prepare('plain')
        self.module.answer(AUTOMATIC, '', 1)
        self.attempt()
        self.attempt()
        self.assert_logged("the module's settings are not restored yet")
        self.assertEqual(self.finish()[-1], AUTOMATIC)

    def test_no_gtrat(self):
        """a module without AT+GTRAT is updated anyway, with a warning"""
        self.prepare('plain')
        self.module.answer('AT+GTRAT?', 'ERROR', 2)
        self.attempt()
        self.assertEqual(self.finish(), [
            *GTSET, 'AT+GTRAT?', 'AT+GTRAT?', CALLBREAK + '1', GPRSFIRST + '1', GTOTA])
        self.assert_logged('the radio cannot be locked')

    def test_refused_lte(self):
        """a module that refuses AT+GTRAT=3 is updated anyway, with a warning"""
        self.prepare('plain')
        self.module.answer(LTE, '+CME ERROR: 50', 1)
        self.attempt()
        commands = self.finish()
        self.assertIn(GTOTA, commands)
        self.assert_logged('the radio cannot be locked')

    def test_nonsense(self):
        """an invalid answer to AT+GTRAT? is not sent back"""
        for answer in ('+GTRAT:', '+GTRAT: x', '+GTRAT: -1', '+GTRAT: "10"', '+GTRAT: 10;+CFUN=0',
                       '+GTRAT: 10,', '+GTRAT: 1 0', '+GTRAT: 1000', '10', '+GTRAT= 10',
                       f'+GTRAT: {DIGITS}', TOO_MUCH, f'+GTRAT: 10{",1" * 100}'):
            with self.subTest(answer=answer[:40]):
                self.prepare('plain')
                self.module.answer('AT+GTRAT?', f'{answer}\\r\\n\\r\\nOK', 3)
                self.attempt()
                self.assertEqual(self.finish(), [
                    *GTSET, *['AT+GTRAT?'] * 3, CALLBREAK + '1', GPRSFIRST + '1', GTOTA])


class Slow(RadioCase):
    """Modules that are registered on 2G."""

    GSM = {'registration': 'gsm', 'coverage': 'gsm'}
    KEYS = {'gsm': GSM, 'late': GSM, 'unlocked': GSM, 'unknown': GSM, 'busy': GSM,
            'unplugged': GSM,
            'umts': {'registration': 'gsm', 'coverage': 'gsm+umts'},
            'lte': {'registration': 'gsm', 'coverage': 'gsm+umts+lte'}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The slowest case runs beside the others
        cls.gsm_commands = cls.modules['gsm'].get_our_commands()
        cls.gsm_call = cls.modems['gsm'].start({'url': URL})

    def get_time(self, text):
        """The time of a line in the daemon's log, in seconds."""
        (line,) = [line for line in self.bed.daemon.log if text in line]
        return float(line.split('[', 1)[1].split(']', 1)[0])

    def test_gsm(self):
        """neither LTE nor 3G comes up: the radio is restored, the update refused with a hint"""
        self.prepare('gsm')
        self.assert_too_slow(self.gsm_call)
        sent = [LTE, UMTS, AUTOMATIC]
        self.assertEqual(self.module.get_our_commands(),
                         [*self.gsm_commands, *GTSET, 'AT+GTRAT?', LTE, UMTS, 'AT+GTRAT?',
                          AUTOMATIC])
        self.wait_for_access('gsm', 'gsm')
        port = self.module.get_tty(1)
        times = [self.get_time(f"[{port}/at] --> '{command}<") for command in sent]
        for begin, end in zip(times, times[1:]):
            self.assertGreater(end - begin, RADIO * self.SCALE - 0.1)
            self.assertLess(end - begin, RADIO * self.SCALE + 3)

    def test_umts(self):
        """LTE does not come up, 3G does: the update goes on"""
        self.prepare('umts')
        self.attempt()
        self.assertEqual(self.finish(), [*GTSET, 'AT+GTRAT?', LTE, UMTS, CALLBREAK + '1',
                                         GPRSFIRST + '1', GTOTA, 'AT+GTRAT?', AUTOMATIC])

    def test_lte(self):
        """LTE comes up when the radio is locked to it: the update goes on"""
        self.prepare('lte')
        self.attempt()
        # It is on 2G again once the radio is restored
        changes = self.bed.observer.get_changes(self.module.path, MODEM)
        self.assertTrue([event for event in changes
                         if event.values.get('AccessTechnologies', 0) & ACCESS['lte']])
        self.assertEqual(self.finish(), [*GTSET, 'AT+GTRAT?', LTE, CALLBREAK + '1',
                                         GPRSFIRST + '1', GTOTA, 'AT+GTRAT?', AUTOMATIC])

    def test_late(self):
        """LTE comes up before the timeout: the update goes on"""
        self.prepare('late')
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30', 1)
        call = self.start()
        self.wait_for_command(LTE)
        settle(500)
        self.assertFalse(call.done)
        self.module.set(coverage='gsm+lte')
        self.assertEqual(call.wait().error_name, REFUSED, call.message)
        self.assertEqual(self.finish(), [*GTSET, 'AT+GTRAT?', LTE, CALLBREAK + '1',
                                         GPRSFIRST + '1', GTOTA, 'AT+GTRAT?', AUTOMATIC])

    def test_unlocked(self):
        """network-lock=no: the module is updated over 2G"""
        self.prepare('unlocked')
        self.attempt(**UNLOCKED)
        self.assertEqual(self.finish(), [*GTSET, CALLBREAK + '1', GPRSFIRST + '1', GTOTA])

    def test_unknown(self):
        """the radio cannot be locked: the update is refused at once"""
        self.prepare('unknown')
        self.module.answer('AT+GTRAT?', 'ERROR', 2)
        self.assert_too_slow(self.start())
        self.assertEqual(self.get_commands(), [*GTSET, 'AT+GTRAT?', 'AT+GTRAT?'])

    def test_busy(self):
        """the module reports a download while waiting for LTE: no update is started"""
        self.prepare('busy')
        call = self.start()
        self.wait_for_command(LTE)
        self.module.report('GTOTA DOWNLOADING: 5%', interface=1)
        self.modem.wait_for_state(State.DOWNLOADING)
        self.assertEqual(call.wait().error_name, ERROR + 'Core.InProgress')
        self.assertIn('already downloading', call.message)
        settle(int(RADIO * self.SCALE * 1000) + 500)
        self.assertNotIn(AUTOMATIC, self.get_commands())
        self.assertEqual(self.module.get_update_commands(), [])
        self.assertEqual(self.modem.state, State.DOWNLOADING)

    def test_unplugged(self):
        """unplugged while waiting for LTE: the radio is restored when the module is back"""
        self.prepare('unplugged')
        call = self.start()
        self.wait_for_command(LTE)
        self.module.unplug()
        call.wait()
        self.assertEqual((call.error_name, call.message),
                         (ERROR + 'Core.Aborted', 'the modem is gone'))
        self.bed.wait_for_no_modem(self.module)
        self.module.plug()
        modem = self.bed.wait_for_modem(self.module)
        self.wait_for_command(AUTOMATIC)
        self.assertEqual(modem.state, State.FAILED)
        self.assertEqual(self.module.get_update_commands(), [])


class Settings(RadioCase):
    """Modules that report the values of AT+GTSET."""

    KEYS = {'read': {'gtset-read': 'yes'}, 'changed': {'gtset-read': 'yes'},
            'success': {'gtset-read': 'yes', 'download': 'real', 'pace': 5}}

    def get_restored(self):
        """The AT+GTSET commands that restored values."""
        commands = self.get_commands()
        return [command for command in commands[commands.index(GTOTA) + 1:]
                if command.startswith('AT+GTSET=')]

    def update(self, answer, count=1):
        """Starts an update that the module refuses, with this answer to AT+GTSET?."""
        self.prepare('changed')
        self.module.answer('AT+GTSET?', answer, count)
        self.attempt()
        self.finish()
        return self.get_restored()

    def test_failure(self):
        """the previous values are restored after a failure"""
        self.prepare('read')
        self.attempt()
        self.assertEqual(self.finish(), [
            'AT+GTSET?', 'AT+GTRAT?', LTE, CALLBREAK + '1', GPRSFIRST + '1', GTOTA,
            'AT+GTSET?', GPRSFIRST + '0', CALLBREAK + '0', 'AT+GTRAT?', AUTOMATIC])

    def test_success(self):
        """the previous values are restored after a success"""
        self.prepare('success')
        url = self.bed.start_http().publish('/package', make_package(NEW))
        self.assertIsNone(self.start(url=url).wait().error_name)
        self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.wait_for_command(AUTOMATIC)
        self.assertEqual(self.get_commands()[-6:], [
            'AT+GTOTA=?', 'AT+GTSET?', GPRSFIRST + '0', CALLBREAK + '0', 'AT+GTRAT?', AUTOMATIC])

    def test_unknown(self):
        """values that cannot be read are not restored"""
        self.assertEqual(self.update('ERROR', 2), [])
        self.assertEqual(self.update('OK', 3), [])

    def test_same(self):
        """a value that does not change is not restored"""
        self.assertEqual(self.update('+GTSET: "CALLBREAK",1\\r\\n+GTSET: "GPRSFIRST",0'
                                     '\\r\\n\\r\\nOK'), [GPRSFIRST + '0'])

    def test_hostile(self):
        """hostile values are ignored, and the others are restored"""
        for value in ('', '"0"', '0"', '"', '-1', '0;+CFUN=0', '0,1', '0 1', 'x', '1000',
                      '\\x1b[31m', TOO_MUCH, DIGITS, '"' + TOO_MUCH + '"'):
            with self.subTest(value=value[:40]):
                restored = self.update(f'+GTSET: "CALLBREAK",{value}\\r\\n'
                                       '+GTSET: "GPRSFIRST",0\\r\\n\\r\\nOK', 3)
                self.assertEqual(restored, [GPRSFIRST + '0'])
        self.assertEqual(self.update(f'{TOO_MUCH}\\r\\n\\r\\nOK', 3), [])


if __name__ == '__main__':
    main()
