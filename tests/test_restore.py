# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Restoring what an update has changed on the module: what the user has changed, what the module
refuses, and what is left for the next update and the next daemon."""

from testbed.bus import MODEM, Call, State
from testbed.daemon import WARNING
from testbed.loop import settle
from testbed.radio import AUTOMATIC, CALLBREAK, GPRSFIRST, GTOTA, LTE, RadioCase
from testbed.tap import main

from gi.repository import GLib

NEW, NEWER = '19011.1000.00.02.73.15', '19011.1000.00.02.73.16'
UMTS = 'AT+GTRAT=2'
REFUSED, UNSUPPORTED = '+CME ERROR: 3', '+CME ERROR: 4'

# The port types of the udev rules save probing
QMI = {'composition': 'qmi', 'hints': 'yes'}
MBIM = {'id': '2cb7:01a0', 'composition': 'mbim'}

# MMModemMode
MODE_3G, MODE_4G, MODE_ALL = 1 << 2, 1 << 3, 1 << 1 | 1 << 2 | 1 << 3

NOT_YET = "the module's settings are not restored yet"
GIVEN_UP = "the module's settings cannot be restored"
CHANGED = 'is not restored: it was changed in the meantime'


class RestoreCase(RadioCase):
    """Modules that report their settings."""

    READ = {'gtset-read': 'yes'}

    def prepare(self, kind):
        super().prepare(kind)
        self.imei = self.modem.properties['EquipmentIdentifier']

    def read_record(self):
        return self.bed.read_record(self.imei)

    def get_radio_commands(self):
        return [text for text in self.get_commands() if text.startswith('AT+GTRAT=')]

    def wait_for_left(self, *names):
        """Waits until exactly these settings are left in the record."""
        settings = {'RadioModes', 'GTRAT', 'CALLBREAK', 'GPRSFIRST'}
        self.bed.wait_until(lambda: settings & set(self.read_record()) == set(names), 30, names)

    def refuse(self):
        """Has the module refuse an update after everything was changed for it."""
        self.module.answer(GTOTA, REFUSED, 1)
        self.assertIsNotNone(self.start().wait().error_name)

    def start_until_refused(self):
        """The same; returns the call before the module refuses the update."""
        self.module.answer(GTOTA, REFUSED, 1)
        self.module.delay(GTOTA, 300)
        call = self.start()
        self.wait_for_command(GTOTA)
        return call

    def restart(self, revision=NEW):
        """Has the update succeed."""
        self.module.report('GTOTA DOWNLOAD COMPLETE', interface=self.INTERFACE)
        self.modem.wait_for_state(State.INSTALLING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.set(revision=revision)
        self.module.plug()
        self.modem = self.bed.wait_for_state(self.module, State.SUCCEEDED)

    def send(self, command):
        """A user sends a command."""
        call = Call(self.bed.connection, self.modem.path, MODEM, 'Command',
                    GLib.Variant('(su)', (command, 10))).wait()
        self.assertIsNone(call.error_name, call.message)

    def restart_daemon(self):
        self.bed.stop_daemon(kill=True)
        self.bed.start_daemon()
        self.log_before = 0
        self.modem = self.bed.wait_for_modem(self.module)

    def enable(self):
        self.modem.enable()
        self.bed.wait_until(lambda: self.modem.properties['AccessTechnologies'], 20, 'technology')

    @classmethod
    def wait_for_access(cls, kind, name):
        # In MBIM, 2G and 3G have other values
        cls.bed.wait_until(lambda: cls.modems[kind].properties['AccessTechnologies'], 20, name)


class Refused(RestoreCase):
    """Modules that refuse to restore a setting at first."""

    KEYS = {kind: RestoreCase.READ for kind in (
        'refused', 'unanswered', 'query', 'unsupported', 'unsupported_once', 'second', 'daemon')}

    def test_refused(self):
        """one setting: the others are restored, and this one is tried again by a timer"""
        self.prepare('refused')
        self.module.answer(CALLBREAK + '0', REFUSED, 1)
        self.refuse()
        self.wait_for_left()
        self.assertEqual(self.get_commands()[-7:], [
            'AT+GTSET?', GPRSFIRST + '0', CALLBREAK + '0', 'AT+GTRAT?', AUTOMATIC,
            'AT+GTSET?', CALLBREAK + '0'])
        self.assert_logged(NOT_YET)
        self.assertEqual(self.get_log(GIVEN_UP), [])

    def test_unanswered(self):
        """one answer is lost: the setting is read before it is restored again"""
        self.prepare('unanswered')
        self.module.answer(AUTOMATIC, '<run>', 1)
        self.refuse()
        self.wait_for_left()
        self.assertEqual(self.get_commands().count(AUTOMATIC), 1)
        self.assertEqual(self.get_commands()[-1], 'AT+GTRAT?')

    def test_query(self):
        """the present value is not known: nothing is changed until it is"""
        for answer in (REFUSED, '', 'OK', '+GTRAT: x\\r\\n\\r\\nOK'):
            with self.subTest(answer=answer):
                self.prepare('query')
                # In reverse order
                self.module.answer('AT+GTRAT?', answer, 1)
                self.module.answer('AT+GTRAT?', '<answer>', 1)
                self.refuse()
                self.wait_for_left()
                self.assertEqual([text for text in self.get_commands() if 'GTRAT' in text], [
                    'AT+GTRAT?', LTE, 'AT+GTRAT?', 'AT+GTRAT?', AUTOMATIC])

    def test_unsupported(self):
        """what the module says twice that it does not support is not tried again"""
        self.prepare('unsupported')
        self.module.answer(GPRSFIRST + '0', UNSUPPORTED)
        self.refuse()
        self.wait_for_left()
        self.assertEqual(self.get_commands().count(GPRSFIRST + '0'), 2)
        (line,) = self.get_log('does not support restoring a setting')
        self.assertIn('(AT+GTSET="GPRSFIRST",0)', line)

    def test_unsupported_once(self):
        """a single answer of that kind is not believed, as it was supported before"""
        for command in (GPRSFIRST + '0', 'AT+GTRAT?'):
            with self.subTest(command=command):
                self.prepare('unsupported_once')
                self.module.answer(command, UNSUPPORTED, 1)
                if command.endswith('?'):
                    # It comes first
                    self.module.answer(command, '<answer>', 1)
                self.refuse()
                self.wait_for_left()
                self.assertEqual(self.get_log('does not support'), [])
                self.assertEqual([self.get_commands().count(text)
                                  for text in (GPRSFIRST + '0', AUTOMATIC)],
                                 [2 if command == GPRSFIRST + '0' else 1, 1])

    def hold(self):
        """Has an update fail, after which nothing is restored but GPRSFIRST."""
        self.module.answer(AUTOMATIC, REFUSED)
        self.module.answer(CALLBREAK + '0', REFUSED)
        self.refuse()
        self.wait_for_left('GTRAT', 'CALLBREAK')

    def update_again(self):
        """The next update keeps the original values, and they are restored."""
        self.accept()
        record = self.read_record()
        self.assertEqual([record.get(name) for name in (
            'GTRAT', 'LockedGTRAT', 'CALLBREAK', 'GPRSFIRST')], ['10', '3', '0', '0'])
        # It was locked already
        self.assertEqual(self.get_commands().count(LTE), 1)
        self.module.forget(AUTOMATIC)
        self.module.forget(CALLBREAK + '0')
        self.restart()
        self.wait_for_left()
        self.assertEqual(self.get_commands()[-5:], [
            'AT+GTSET?', GPRSFIRST + '0', CALLBREAK + '0', 'AT+GTRAT?', AUTOMATIC])

    def test_second(self):
        """a second update keeps the original values"""
        self.prepare('second')
        self.hold()
        self.update_again()

    def test_zz_daemon(self):
        """a second update with the next daemon, too"""
        self.prepare('daemon')
        self.hold()
        self.restart_daemon()
        self.enable()
        self.update_again()


class Patient(RestoreCase):
    """The timer is slow."""

    SCALE = 1
    KEYS = {'changes': RestoreCase.READ}

    def test_changes(self):
        """tried again when the state of the modem changes; no port is held until then"""
        self.prepare('changes')
        # How often the daemon itself has the secondary port open: it does not poll there
        port = self.module.get_tty(2)
        count = self.bed.daemon.open_ports.get(port)
        self.module.answer(AUTOMATIC, REFUSED, 1)
        self.refuse()
        self.wait_for_left('GTRAT')
        self.bed.wait_until(lambda: self.bed.daemon.open_ports.get(port) == count, 10,
                            'closed port')
        self.assertEqual(self.get_commands().count(AUTOMATIC), 1)
        client = self.bed.mmcli('-m', self.modem.index, '-d', stock=True)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.wait_for_left()
        self.assertEqual(self.get_commands().count(AUTOMATIC), 2)


class Connected(RestoreCase):
    """The only AT port is used for a data connection, and timers are very fast."""

    SCALE = 0.0002
    KEYS = {'connected': RestoreCase.READ | {'interfaces': '1'}}

    def test_connected(self):
        """nothing is tried and given up until the data connection ends"""
        self.prepare('connected')
        self.accept()
        self.modem.connect()
        self.modem.wait_for_state(State.FAILED)
        self.bed.wait_until(lambda: 'Tentative' not in self.read_record(), 20, 'settled')
        # The attempts of the timer would take 330 ms.
        settle(600)
        self.assertEqual(self.get_log(GIVEN_UP), [])
        self.modem.disconnect()
        self.wait_for_left()


class GivenUp(RestoreCase):
    """A module that never restores a setting, and timers that are fast."""

    SCALE = 0.002
    KEYS = {'given-up': RestoreCase.READ}
    COMMAND = AUTOMATIC

    def hold(self):
        """Has the module refuse to restore the radio."""
        self.module.answer(AUTOMATIC, REFUSED)

    def release(self):
        self.module.forget(AUTOMATIC)

    def wait_for_warning(self):
        self.bed.wait_until(lambda: self.get_log(GIVEN_UP), 60, 'warning')
        (line,) = self.get_log(GIVEN_UP)
        self.assertRegex(line, WARNING)
        self.assertTrue(line.endswith(f'restore them yourself with {self.COMMAND}'), line)

    def test_given_up(self):
        """given up with one warning that names the command; the next daemon tries again"""
        self.prepare('given-up')
        call = self.start_until_refused()
        self.hold()
        self.assertIsNotNone(call.wait().error_name)
        self.wait_for_warning()
        left = self.read_record()

        self.restart_daemon()
        self.wait_for_warning()
        # Changes of its state do not matter any more
        self.enable()
        self.assert_logged(GIVEN_UP)
        self.assertEqual(self.read_record(), left)

        self.release()
        self.restart_daemon()
        self.wait_for_left()


class Changed(RestoreCase):
    """The user changes settings during the download."""

    KEYS = {kind: RestoreCase.READ for kind in ('radio', 'refused', 'calls', 'before', 'daemon')}

    def test_radio(self):
        """AT+GTRAT: left alone"""
        self.prepare('radio')
        self.accept()
        self.send('+GTRAT=2')
        self.restart()
        self.wait_for_left()
        self.assertEqual(self.get_radio_commands(), [LTE, UMTS])
        self.assert_logged(f'GTRAT {CHANGED}')

    def test_refused(self):
        """AT+GTRAT, after the module has refused it to the update: left alone"""
        self.prepare('refused')
        self.module.answer(LTE, REFUSED, 1)
        call = self.start_until_refused()
        self.send('+GTRAT=2')
        self.assertIsNotNone(call.wait().error_name)
        self.wait_for_left()
        self.assertEqual(self.get_radio_commands(), [LTE, UMTS])

    def test_zz_daemon(self):
        """AT+GTRAT, and the daemon is restarted: left alone"""
        self.prepare('daemon')
        self.accept()
        self.send('+GTRAT=2')
        self.restart_daemon()
        self.restart()
        self.wait_for_left()
        self.assertEqual(self.get_radio_commands(), [LTE, UMTS])

    def test_calls(self):
        """CALLBREAK has the original value again: not sent again"""
        self.prepare('calls')
        self.accept()
        self.send('+GTSET="CALLBREAK",0')
        self.restart()
        self.wait_for_left()
        self.assertEqual(self.get_commands().count(CALLBREAK + '0'), 1)
        self.assertEqual(self.get_commands().count(GPRSFIRST + '0'), 1)

    def test_before(self):
        """locked to LTE by the user before: neither locked nor restored"""
        self.modem = self.modems['before']
        self.send('+GTRAT=3')
        self.prepare('before')
        self.accept()
        self.restart()
        self.wait_for_left()
        self.assertEqual(self.get_radio_commands(), [])


class ModesCase(RestoreCase):
    """Modules whose modes the daemon can set."""

    ISOLATED = True
    ORIGINAL = None

    def wait_for_modes(self, *modes):
        self.bed.wait_until(lambda: self.modem.properties['CurrentModes'] == modes, 20, modes)

    def check_changed(self):
        self.prepare('changed')
        self.accept()
        self.wait_for_modes(MODE_4G, 0)
        self.assertEqual(self.read_record()['LockedMode'], str(MODE_4G))
        client = self.bed.mmcli('-m', self.modem.index, '--set-allowed-modes=3g', stock=True)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.restart()
        self.wait_for_left()
        self.wait_for_modes(MODE_3G, 0)
        self.assert_logged(f'RadioModes {CHANGED}')

    def check_refused(self):
        self.prepare('refused')
        self.accept()
        self.module.set(refuse_modes=1)
        self.restart()
        self.wait_for_left()
        self.assert_logged(NOT_YET)
        self.wait_for_modes(*self.ORIGINAL)

    def check_daemon(self):
        self.prepare('daemon')
        self.accept()
        original = self.read_record()['RadioModes']
        self.module.set(refuse_modes='yes')
        self.restart()
        self.bed.wait_until(lambda: self.get_log(NOT_YET), 20, NOT_YET)
        self.restart_daemon()
        self.enable()
        self.accept()
        self.assertEqual(self.read_record()['RadioModes'], original)
        self.module.set(refuse_modes='no')
        self.restart(NEWER)
        self.wait_for_left()
        self.wait_for_modes(*self.ORIGINAL)


class QmiModes(ModesCase):
    """With QMI."""

    KEYS = {kind: QMI | RestoreCase.READ for kind in ('changed', 'refused', 'daemon')}
    ORIGINAL = (MODE_ALL, MODE_4G)

    def test_changed(self):
        """the user sets modes during the download: left alone"""
        self.check_changed()

    def test_refused(self):
        """modes that are refused once are tried again by a timer"""
        self.check_refused()

    def test_zz_daemon(self):
        """a second update with the next daemon keeps the original modes"""
        self.check_daemon()


class MbimModes(ModesCase):
    """With MBIM."""

    INTERFACE = 2
    KEYS = {kind: MBIM | RestoreCase.READ for kind in ('changed', 'refused', 'daemon')}
    ORIGINAL = (MODE_ALL, 0)

    def test_changed(self):
        """the user sets modes during the download: left alone"""
        self.check_changed()

    def test_refused(self):
        """modes that are refused once are tried again by a timer"""
        self.check_refused()

    def test_zz_daemon(self):
        """a second update with the next daemon keeps the original modes"""
        self.check_daemon()


class GivenUpModes(GivenUp):
    """The same with QMI."""

    ISOLATED = True
    KEYS = {'given-up': QMI | RestoreCase.READ}
    COMMAND = "mmcli -m any --set-allowed-modes='2g|3g|4g' --set-preferred-mode=4g"

    def hold(self):
        self.module.set(refuse_modes='yes')

    def release(self):
        self.module.set(refuse_modes='no')


class Registration(RestoreCase):
    """Modules that register anew after a change of the radio."""

    SCALE = 0.1
    ISOLATED = True
    ANEW = {'reacquire': 1000, 'reacquire-after': 50}
    NEVER = {'reacquire': 3600000, 'reacquire-after': 50}
    KEYS = {'at': ANEW, 'qmi': QMI | ANEW, 'mbim': MBIM | ANEW, 'never': NEVER}

    def find(self, text, position):
        """Waits until a text is in the log after a position; returns its position."""
        def look():
            return next((number for number, line in enumerate(self.bed.daemon.log)
                         if number > position and text in line), None)
        return self.bed.wait_until(look, 20, text)

    def check(self, kind, interface=1):
        """Checks the order of what happens."""
        self.prepare(kind)
        self.accept()
        position = self.log_before
        modem, port = f'[modem{self.modem.index}]', self.module.get_tty(interface)
        for text in (f'{modem} state changed (registered -> ',
                     f'{modem} access technology changed (unknown -> lte)',
                     f"[{port}/at] --> 'AT+GTSET=\"CALLBREAK\",1",
                     f"[{port}/at] --> 'AT+GTOTA="):
            position = self.find(text, position)

    def test_at(self):
        """with AT: the update waits for the network"""
        self.check('at')

    def test_qmi(self):
        """with QMI: the update waits for the network"""
        self.check('qmi')

    def test_mbim(self):
        """with MBIM: the update waits for the network"""
        self.check('mbim', 2)

    def test_never(self):
        """it does not come back: the update goes on after a while"""
        self.prepare('never')
        self.accept()
        self.assert_logged('has not registered on LTE again')


if __name__ == '__main__':
    main()
