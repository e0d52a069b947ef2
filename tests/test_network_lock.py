# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What is changed on the module for an update, and put back after it: the radio
by AT+GTRAT, and the settings of AT+GTSET."""

from testbed.bus import ERROR, State, enable_all
from testbed.case import SharedBedCase
from testbed.loop import settle
from testbed.servers import make_package
from testbed.tap import main

from gi.repository import GLib

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'
CALLBREAK = 'AT+GTSET="CALLBREAK",'
GPRSFIRST = 'AT+GTSET="GPRSFIRST",'
LTE = 'AT+GTRAT=3'
UMTS = 'AT+GTRAT=2'
AUTOMATIC = 'AT+GTRAT=10'

# AccessTechnologies
ACCESS = {'gsm': 1 << 1, 'umts': 1 << 5, 'lte': 1 << 14}

WRONG_STATE = ERROR + 'Core.WrongState'
UNLOCKED = {'network-lock': GLib.Variant('b', False)}

# For a technology to come up, in seconds, before it is scaled
RADIO = 60

TOO_MUCH = 'x' * 10000
DIGITS = '9' * 10000


class RadioCase(SharedBedCase):
    """Modules that do nothing by themselves after AT+GTOTA; KEYS are theirs, and
    INTERFACE is where they report."""

    SCALE = 0.05
    KEYS = {}
    INTERFACE = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.modules = {kind: bed.simulator.add(**({'download': 'manual'} | keys))
                       for kind, keys in cls.KEYS.items()}
        bed.start_daemon()
        cls.modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        for kind, keys in cls.KEYS.items():
            cls.wait_for_access(kind, keys.get('registration', 'lte'))

    @classmethod
    def wait_for_access(cls, kind, name):
        modem = cls.modems[kind]
        cls.bed.wait_until(lambda: modem.properties['AccessTechnologies'] & ACCESS[name], 20, name)

    def prepare(self, kind):
        """What follows is of this module, and from now on."""
        self.kind = kind
        self.module = self.modules[kind]
        self.modem = self.modems[kind]
        self.before = len(self.module.get_our_commands())
        self.log_before = len(self.bed.daemon.log)

    def get_commands(self):
        return self.module.get_our_commands()[self.before:]

    def get_log(self, text):
        return [line for line in self.bed.daemon.log[self.log_before:] if text in line]

    def wait_for_command(self, command, timeout=10):
        self.bed.wait_until(lambda: command in self.module.peek_our_commands()[self.before:],
                            timeout, command)

    def start(self, **settings):
        return self.modem.start({'url': URL} | settings)

    def accept(self, **settings):
        """Starts an update that the module accepts."""
        call = self.start(**settings).wait()
        self.assertIsNone(call.error_name, call.message)

    def wait_for_restored(self):
        """Waits until the module is put back, which every Start() does first."""
        self.assertEqual(self.start(url='').wait().error_name, ERROR + 'Core.InvalidArgs')

    def finish(self):
        """Has the update fail; returns all commands, until the module is put back."""
        self.module.report('GTOTA DOWNLOAD FAILED', interface=self.INTERFACE)
        self.modem.wait_for_state(State.FAILED)
        self.wait_for_restored()
        return self.get_commands()

    def assert_too_slow(self, call):
        """The update is refused, and the message says what can be done."""
        call.wait()
        self.assertEqual(call.error_name, WRONG_STATE, call.message)
        for text in ('too slow', '2G', 'network-lock=no'):
            self.assertIn(text, call.message)
        self.assertEqual((self.modem.state, self.modem.update['Error']),
                         (State.FAILED, (WRONG_STATE, call.message)))
        self.wait_for_restored()
        self.assertEqual(self.module.get_update_commands(), [])


class Radio(RadioCase):
    """Modules in good coverage, and what they answer to AT+GTRAT."""

    KEYS = {
        'plain': {},
        'success': {'coverage': 'gsm+umts+lte', 'download': 'real', 'pace': 5},
        'umts': {'registration': 'umts', 'coverage': 'gsm+umts'},
    }

    def test_success(self):
        """held before CALLBREAK, put back after success by the new modem object"""
        self.prepare('success')
        url = self.bed.start_http().publish('/package', make_package(NEW))
        call = self.start(url=url).wait()
        self.assertIsNone(call.error_name, call.message)
        modem = self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.wait_for_command(AUTOMATIC)
        self.assertNotEqual(modem.path, self.modem.path)
        self.assertEqual(self.get_commands(), [
            'AT+GTSET?', 'AT+GTRAT?', LTE, CALLBREAK + '1', GPRSFIRST + '1',
            f'AT+GTOTA=0,"{url}"', 'AT+GTOTA=?', AUTOMATIC])

    def test_failure(self):
        """put back after a failure, by the same modem object"""
        self.prepare('plain')
        self.accept()
        self.assertEqual(self.finish(), [
            'AT+GTSET?', 'AT+GTRAT?', LTE, CALLBREAK + '1', GPRSFIRST + '1', GTOTA, AUTOMATIC])
        self.assertTrue(self.modem.exists)

    def test_refused_commands(self):
        """put back after the module has refused a command"""
        self.prepare('plain')
        for command, sent in ((GTOTA, [LTE, CALLBREAK + '1', GPRSFIRST + '1', GTOTA, AUTOMATIC]),
                              (CALLBREAK, [LTE, CALLBREAK + '1', AUTOMATIC])):
            with self.subTest(command=command):
                self.prepare('plain')
                self.module.answer(command, '+CME ERROR: 30', 1)
                call = self.start().wait()
                self.assertEqual(call.error_name, ERROR + 'MobileEquipment.NoNetwork')
                self.wait_for_restored()
                self.assertEqual(self.get_commands(), ['AT+GTSET?', 'AT+GTRAT?', *sent])

    def test_umts(self):
        """registered on 3G: held there"""
        self.prepare('umts')
        self.accept()
        self.assertEqual(self.finish(), [
            'AT+GTSET?', 'AT+GTRAT?', UMTS, CALLBREAK + '1', GPRSFIRST + '1', GTOTA, AUTOMATIC])

    def test_network_lock_off(self):
        """network-lock=no: the radio is neither asked for nor changed"""
        self.prepare('plain')
        self.accept(**UNLOCKED)
        self.assertEqual(self.finish(), ['AT+GTSET?', CALLBREAK + '1', GPRSFIRST + '1', GTOTA])

    def test_network_lock_off_at_client(self):
        """the same by the client"""
        self.prepare('plain')
        client = self.bed.mmcli('-m', self.modem.index, '--firmware-update-no-wait',
                                f'--firmware-update=url={URL},network-lock=no')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(self.finish(), ['AT+GTSET?', CALLBREAK + '1', GPRSFIRST + '1', GTOTA])

    def test_several_values(self):
        """what AT+GTRAT? says is put back as it was"""
        self.prepare('plain')
        self.module.answer('AT+GTRAT?', '+GTRAT: 10,3,0\\r\\n\\r\\nOK', 1)
        self.module.answer('AT+GTRAT=10,3,0', 'OK', 1)
        self.accept()
        self.assertEqual(self.finish()[-1], 'AT+GTRAT=10,3,0')

    def test_no_gtrat(self):
        """a module that does not know AT+GTRAT is updated all the same, and the log says it"""
        self.prepare('plain')
        self.module.answer('AT+GTRAT?', 'ERROR', 1)
        self.accept()
        self.assertEqual(self.finish(), [
            'AT+GTSET?', 'AT+GTRAT?', CALLBREAK + '1', GPRSFIRST + '1', GTOTA])
        self.assertEqual(len(self.get_log('the radio cannot be locked')), 1)

    def test_refused_lte(self):
        """a module that does not take AT+GTRAT=3 is updated all the same, and the log says it"""
        self.prepare('plain')
        self.module.answer(LTE, '+CME ERROR: 50', 1)
        self.accept()
        commands = self.finish()
        self.assertIn(GTOTA, commands)
        self.assertTrue(self.get_log('the radio cannot be locked'))

    def test_nonsense(self):
        """a nonsense answer to AT+GTRAT? gets into no command"""
        for answer in ('+GTRAT:', '+GTRAT: x', '+GTRAT: -1', '+GTRAT: "10"', '+GTRAT: 10;+CFUN=0',
                       '+GTRAT: 10,', '+GTRAT: 1 0', '+GTRAT: 1000', '10', '+GTRAT= 10',
                       f'+GTRAT: {DIGITS}', TOO_MUCH, f'+GTRAT: 10{",1" * 100}'):
            with self.subTest(answer=answer[:40]):
                self.prepare('plain')
                self.module.answer('AT+GTRAT?', f'{answer}\\r\\n\\r\\nOK', 1)
                self.accept()
                self.assertEqual(self.finish(), [
                    'AT+GTSET?', 'AT+GTRAT?', CALLBREAK + '1', GPRSFIRST + '1', GTOTA])


class Slow(RadioCase):
    """Modules that are registered on 2G."""

    GSM = {'registration': 'gsm', 'coverage': 'gsm'}
    KEYS = {'gsm': GSM, 'late': GSM, 'unlocked': GSM, 'unknown': GSM, 'aborted': GSM,
            'unplugged': GSM,
            'umts': {'registration': 'gsm', 'coverage': 'gsm+umts'},
            'lte': {'registration': 'gsm', 'coverage': 'gsm+umts+lte'}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The slowest one, beside the others
        cls.gsm_commands = cls.modules['gsm'].get_our_commands()
        cls.gsm_call = cls.modems['gsm'].start({'url': URL})

    def get_time(self, text):
        """When the daemon has logged something, in seconds."""
        (line,) = [line for line in self.bed.daemon.log if text in line]
        return float(line.split('[', 1)[1].split(']', 1)[0])

    def test_gsm(self):
        """neither LTE nor 3G comes up: put back, and refused with the remedy"""
        self.prepare('gsm')
        self.assert_too_slow(self.gsm_call)
        sent = [LTE, UMTS, AUTOMATIC]
        self.assertEqual(self.module.get_our_commands(),
                         [*self.gsm_commands, 'AT+GTSET?', 'AT+GTRAT?', *sent])
        self.wait_for_access('gsm', 'gsm')
        port = self.module.get_tty(1)
        times = [self.get_time(f"[{port}/at] --> '{command}<") for command in sent]
        for begin, end in zip(times, times[1:]):
            self.assertGreater(end - begin, RADIO * self.SCALE - 0.1)
            self.assertLess(end - begin, RADIO * self.SCALE + 3)

    def test_umts(self):
        """LTE does not come up, 3G does: the update goes on"""
        self.prepare('umts')
        self.accept()
        self.assertEqual(self.finish(), ['AT+GTSET?', 'AT+GTRAT?', LTE, UMTS, CALLBREAK + '1',
                                         GPRSFIRST + '1', GTOTA, AUTOMATIC])

    def test_lte(self):
        """LTE comes up once the module is held to it: the update goes on"""
        self.prepare('lte')
        self.accept()
        self.wait_for_access('lte', 'lte')
        self.assertEqual(self.finish(), ['AT+GTSET?', 'AT+GTRAT?', LTE, CALLBREAK + '1',
                                         GPRSFIRST + '1', GTOTA, AUTOMATIC])

    def test_late(self):
        """LTE comes up after a while, in time: the update goes on"""
        self.prepare('late')
        call = self.start()
        self.wait_for_command(LTE)
        settle(500)
        self.assertFalse(call.done)
        self.module.set(coverage='gsm+lte')
        self.assertIsNone(call.wait().error_name, call.message)
        self.assertEqual(self.finish(), ['AT+GTSET?', 'AT+GTRAT?', LTE, CALLBREAK + '1',
                                         GPRSFIRST + '1', GTOTA, AUTOMATIC])

    def test_unlocked(self):
        """network-lock=no: updated over 2G"""
        self.prepare('unlocked')
        self.accept(**UNLOCKED)
        self.assertEqual(self.finish(), ['AT+GTSET?', CALLBREAK + '1', GPRSFIRST + '1', GTOTA])

    def test_unknown(self):
        """a module that cannot be held at all: refused at once"""
        self.prepare('unknown')
        self.module.answer('AT+GTRAT?', 'ERROR', 1)
        self.assert_too_slow(self.start())
        self.assertEqual(self.get_commands(), ['AT+GTSET?', 'AT+GTRAT?'])

    def test_aborted(self):
        """the module reports a failure while LTE is waited for: put back for good"""
        self.prepare('aborted')
        call = self.start()
        self.wait_for_command(LTE)
        self.module.report('GTOTA DOWNLOAD FAILED', interface=1)
        self.modem.wait_for_state(State.FAILED)
        self.assertEqual(call.wait().error_name, ERROR + 'Core.Failed')
        self.wait_for_restored()
        settle(int(RADIO * self.SCALE * 1000) + 500)
        self.assertEqual([command for command in self.get_commands()
                          if command.startswith('AT+GTRAT=')][-1], AUTOMATIC)

    def test_unplugged(self):
        """unplugged while LTE is waited for: failed, and put back when it is there again"""
        self.prepare('unplugged')
        call = self.start()
        self.wait_for_command(LTE)
        self.module.unplug()
        self.assertIsNotNone(call.wait().error_name)
        self.bed.wait_for_no_modem(self.module)
        self.module.plug()
        modem = self.bed.wait_for_modem(self.module)
        self.wait_for_command(AUTOMATIC)
        self.assertEqual(modem.state, State.FAILED)
        self.assertEqual(self.module.get_update_commands(), [])


class Settings(RadioCase):
    """Modules that tell the values of AT+GTSET."""

    KEYS = {'read': {'gtset-read': 'yes'}, 'plain': {},
            'success': {'gtset-read': 'yes', 'download': 'real', 'pace': 5}}

    def get_restored(self):
        """What was put back of AT+GTSET."""
        commands = self.get_commands()
        return [command for command in commands[commands.index(GTOTA) + 1:]
                if command.startswith('AT+GTSET=')]

    def update(self, answer):
        """Starts an update that fails, with an answer to AT+GTSET?."""
        self.prepare('plain')
        self.module.answer('AT+GTSET?', answer, 1)
        self.accept()
        self.finish()
        return self.get_restored()

    def test_failure(self):
        """the values before are put back after a failure"""
        self.prepare('read')
        self.accept()
        self.assertEqual(self.finish(), [
            'AT+GTSET?', 'AT+GTRAT?', LTE, CALLBREAK + '1', GPRSFIRST + '1', GTOTA,
            GPRSFIRST + '0', CALLBREAK + '0', AUTOMATIC])

    def test_success(self):
        """and after success"""
        self.prepare('success')
        url = self.bed.start_http().publish('/package', make_package(NEW))
        self.assertIsNone(self.start(url=url).wait().error_name)
        self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.wait_for_command(AUTOMATIC)
        self.assertEqual(self.get_commands()[-4:],
                         ['AT+GTOTA=?', GPRSFIRST + '0', CALLBREAK + '0', AUTOMATIC])

    def test_not_told(self):
        """where they cannot be read nothing is guessed"""
        self.assertEqual(self.update('ERROR'), [])
        self.assertEqual(self.update('OK'), [])

    def test_same(self):
        """a value that is the same before and after needs nothing"""
        self.assertEqual(self.update('+GTSET: "CALLBREAK",1\\r\\n+GTSET: "GPRSFIRST",0'
                                     '\\r\\n\\r\\nOK'), [GPRSFIRST + '0'])

    def test_hostile(self):
        """hostile values are not used, and the others are"""
        for value in ('', '"0"', '0"', '"', '-1', '0;+CFUN=0', '0,1', '0 1', 'x', '1000',
                      '\\x1b[31m', TOO_MUCH, DIGITS, '"' + TOO_MUCH + '"'):
            with self.subTest(value=value[:40]):
                restored = self.update(f'+GTSET: "CALLBREAK",{value}\\r\\n'
                                       '+GTSET: "GPRSFIRST",0\\r\\n\\r\\nOK')
                self.assertEqual(restored, [GPRSFIRST + '0'])
        self.assertEqual(self.update(f'{TOO_MUCH}\\r\\n\\r\\nOK'), [])


if __name__ == '__main__':
    main()
