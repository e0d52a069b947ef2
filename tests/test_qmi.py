# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Modules with a QMI port: what the stock daemon does with them, and how their radio is
locked for an update."""

import random
import re
import sys

from testbed.bus import ERROR, MODEM, STATE_LOCKED, STATE_REGISTERED, Call, State
from testbed.case import BedCase, SharedBedCase
from testbed.loop import Process
from testbed.radio import ACCESS, CALLBREAK, GPRSFIRST, GTOTA, GTSET, UNLOCKED, RadioCase
from testbed.tap import main

from gi.repository import GLib

SIM = 'org.freedesktop.ModemManager1.Sim'
INTERFACE = 4

# The port types of the udev rules save probing
QMI = {'composition': 'qmi', 'hints': 'yes'}

ANY = 'gsm, umts, lte'

# MMModemMode
MODE_3G, MODE_4G, MODE_ALL = 1 << 2, 1 << 3, 1 << 1 | 1 << 2 | 1 << 3

# MMModemState
STATE_FAILED, STATE_DISABLED, STATE_CONNECTED = -1, 3, 11


def get_modes(module):
    """The modes that were set by QMI."""
    return [re.search('Mode Preference = (.*)', text)[1] for text in module.get_events('control')
            if 'Set System Selection Preference' in text]


class QmiCase(SharedBedCase):
    """Modules with these keys."""

    ISOLATED = True
    KEYS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = {kind: cls.bed.simulator.add(**(QMI | keys))
                       for kind, keys in cls.KEYS.items()}
        cls.bed.start_daemon()
        cls.modems = {kind: cls.bed.wait_for_modem(module) for kind, module in cls.modules.items()}

    def run_stock(self, *args):
        """Runs the stock client; returns its output."""
        client = self.bed.mmcli(*args, stock=True)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        return client.stdout

    def wait_for(self, modem, **values):
        """Waits until properties of the modem have values."""
        self.bed.wait_until(lambda: modem.exists and values.items() <= modem.properties.items(), 30,
                            values)


class Services(QmiCase):
    """Services of a modem."""

    KEYS = {'lte': {'coverage': 'gsm+umts+lte'}, 'reset': {}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.modules['lte']
        cls.modem = cls.modems['lte']
        cls.modem.enable()

    def wait_for_access(self, name):
        self.bed.wait_until(lambda: self.modem.properties['AccessTechnologies'] & ACCESS[name], 20,
                            name)

    def test_identity(self):
        """model, revision and IMEI are read by QMI"""
        self.assertEqual(
            [self.modem.properties[name] for name in ('Model', 'Revision', 'EquipmentIdentifier')],
            ['NL668-EAU-00', '19011.1000.00.02.73.13', '864773030000001'])
        self.assertEqual(self.modem.properties['PrimaryPort'], self.module.get_tty(INTERFACE))

    def test_registration(self):
        """the access technology follows the network"""
        for name in ('umts', 'gsm', 'lte'):
            self.module.set(registration=name)
            self.wait_for_access(name)
        self.assertIn('00101', self.run_stock('-m', self.modem.index, '--3gpp-scan'))

    def test_modes(self):
        """setting modes changes the access technology"""
        for mode, name in (('3g', 'umts'), ('4g', 'lte'), ('2g', 'gsm')):
            self.run_stock('-m', self.modem.index, f'--set-allowed-modes={mode}')
            self.wait_for_access(name)
        self.run_stock('-m', self.modem.index, '--set-allowed-modes=2g|3g|4g',
                       '--set-preferred-mode=4g')
        self.wait_for(self.modem, CurrentModes=(MODE_ALL, MODE_4G))
        self.wait_for_access('lte')

    def test_connection(self):
        """a connection is made, ended, and lost with the network"""
        for end in ('client', 'network'):
            self.run_stock('-m', self.modem.index, '--simple-connect=apn=internet')
            self.wait_for(self.modem, State=STATE_CONNECTED)
            bearer = self.modem.properties['Bearers'][0]
            self.assertIn('10.0.0.2', self.run_stock('-b', bearer))
            if end == 'client':
                self.run_stock('-m', self.modem.index, '--simple-disconnect')
            else:
                self.module.set(registration='none')
                self.bed.wait_until(lambda: self.modem.properties['State'] != STATE_CONNECTED, 20,
                                    'end of the connection')
                self.module.set(registration='lte')
            self.wait_for(self.modem, State=STATE_REGISTERED)

    def test_sms(self):
        """SMS: one on the card, and one that is stored, sent and deleted"""
        index = self.modem.index
        received = re.search(r'\S+/SMS/\d+', self.run_stock('-m', index, '--messaging-list-sms'))[0]
        self.assertIn('A message for you', self.run_stock('-s', received))
        created = re.search(r'\S+/SMS/\d+', self.run_stock(
            '-m', index, '--messaging-create-sms=text=hello,number=+4912345678'))[0]
        for action in ('--store', '--send'):
            self.run_stock('-s', created, action)
        self.run_stock('-m', index, f'--messaging-delete-sms={created}')
        self.assertNotIn(created, self.run_stock('-m', index, '--messaging-list-sms'))

    def test_power(self):
        """the modem is turned off and on"""
        self.run_stock('-m', self.modem.index, '-d')
        for state, value in (('low', 2), ('on', 3)):
            self.run_stock('-m', self.modem.index, f'--set-power-state-{state}')
            self.wait_for(self.modem, PowerState=value)
        self.modem.enable()

    def test_reset(self):
        """the modem is reset"""
        module = self.modules['reset']
        modem = self.modems['reset']
        self.run_stock('-m', modem.index, '--reset')
        self.bed.wait_until(lambda: not modem.exists, 20, 'end of the modem')
        self.bed.wait_for_modem(module)


class Cards(QmiCase):
    """Modules without a usable SIM card."""

    KEYS = {'locked': {'sim': 'pin'}, 'wrong': {'sim': 'pin'}, 'missing': {'sim': 'missing'}}

    def send_pin(self, modem, pin):
        return Call(self.bed.connection, modem.properties['Sim'], SIM, 'SendPin',
                    GLib.Variant('(s)', (pin,))).wait()

    def test_locked(self):
        """an update is refused until the PIN is entered"""
        modem = self.modems['locked']
        self.wait_for(modem, State=STATE_LOCKED)
        call = modem.start({'url': 'http://host/package'}).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.WrongState')
        self.assertIn('locked', call.message)
        self.assertIsNone(self.send_pin(modem, '1234').error_name)
        self.wait_for(modem, State=STATE_DISABLED)
        modem.enable()
        self.assertEqual(self.modules['locked'].get_update_commands(), [])

    def test_wrong(self):
        """a wrong PIN does not unlock the card"""
        modem = self.modems['wrong']
        self.wait_for(modem, State=STATE_LOCKED)
        self.assertEqual(self.send_pin(modem, '4321').error_name,
                         ERROR + 'MobileEquipment.IncorrectPassword')
        self.wait_for(modem, State=STATE_LOCKED)

    def test_missing(self):
        """without a card, the modem has failed"""
        self.wait_for(self.modems['missing'], State=STATE_FAILED)


class Radio(RadioCase):
    """The radio is locked by the daemon's modes, never by AT+GTRAT."""

    ISOLATED = True
    KEYS = {kind: QMI | keys for kind, keys in {
        'plain': {},
        'umts': {'registration': 'umts', 'coverage': 'gsm+umts'},
        'late': {'registration': 'gsm', 'coverage': 'gsm+umts'},
        'slow': {'registration': 'gsm', 'coverage': 'gsm'},
        'held': {'coverage': 'gsm+umts+lte'},
        'unordered': {'acquisition': 'no'},
        'refused': {'refuse-modes': 'yes'},
        'unplugged': {},
    }.items()}

    UPDATE = [*GTSET, CALLBREAK + '1', GPRSFIRST + '1', GTOTA]

    def prepare(self, kind):
        super().prepare(kind)
        self.modes_before = len(get_modes(self.module))

    def get_modes(self):
        return get_modes(self.module)[self.modes_before:]

    def wait_for_modes(self, *modes):
        self.bed.wait_until(lambda: self.modem.properties['CurrentModes'] == modes, 10, modes)

    def update(self, **settings):
        """Starts an update that the module refuses, and waits until the settings are restored."""
        self.attempt(**settings)
        self.assertEqual(self.finish(), self.UPDATE)

    def test_lte(self):
        """on LTE: locked to it, restored after a failure"""
        self.prepare('plain')
        self.update()
        self.assertEqual(self.get_modes(), ['lte', ANY])
        self.wait_for_modes(MODE_ALL, MODE_4G)

    def test_umts(self):
        """on 3G: locked to it"""
        self.prepare('umts')
        self.update()
        self.assertEqual(self.get_modes(), ['umts', ANY])

    def test_late(self):
        """on 2G: LTE does not come up, 3G does"""
        self.prepare('late')
        self.update()
        self.assertEqual(self.get_modes(), ['lte', 'umts', ANY])

    def test_slow(self):
        """only 2G is available: the update is refused, the modes are restored"""
        self.prepare('slow')
        self.assert_too_slow(self.start())
        self.assertEqual(self.get_modes(), ['lte', 'umts', ANY])
        self.wait_for_access('slow', 'gsm')

    def test_held(self):
        """already locked by the user: left alone"""
        self.prepare('held')
        self.set_modes(MODE_3G, 0)
        self.wait_for_access('held', 'umts')
        self.update()
        self.assertEqual(self.get_modes(), ['umts'])
        self.assertEqual(self.modem.properties['CurrentModes'], (MODE_3G, 0))

    def test_network_lock_off(self):
        """network-lock=no: no mode is set"""
        self.prepare('plain')
        self.update(**UNLOCKED)
        self.assertEqual(self.get_modes(), [])

    def test_unordered(self):
        """modes that are reported but not listed as supported are restored"""
        self.prepare('unordered')
        self.assertEqual(self.modem.properties['CurrentModes'], (MODE_ALL, 0))
        self.assertNotIn((MODE_ALL, 0), self.modem.properties['SupportedModes'])
        self.update()
        self.assertEqual(self.get_modes(), ['lte', ANY])
        self.wait_for_modes(MODE_ALL, 0)

    def test_refused(self):
        """a module that refuses modes is updated anyway, with a warning"""
        self.prepare('refused')
        self.update()
        self.assertEqual(self.get_modes(), ['lte'])
        self.assertEqual(len(self.get_log('the radio cannot be locked')), 1)

    def test_unplugged(self):
        """unplugged during the download: the next modem object restores the modes"""
        self.prepare('unplugged')
        self.assertIsNone(self.start().wait().error_name)
        self.modem.wait_for_state(State.PREPARING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.plug()
        self.modem = self.bed.wait_for_modem(self.module)
        self.bed.wait_until(lambda: self.get_modes() == ['lte', ANY], 20, 'restored modes')
        self.assertEqual(self.modem.state, State.FAILED)

    def set_modes(self, allowed, preferred):
        call = Call(self.bed.connection, self.modem.path, MODEM, 'SetCurrentModes',
                    GLib.Variant('((uu))', ((allowed, preferred),))).wait()
        self.assertIsNone(call.error_name, call.message)


class Garbage(BedCase):
    """Bytes that are not QMI messages, sent to the simulated module."""

    # Writes pieces, given in hexadecimal, to a port and waits for the answer to
    # "Get Version Info" of the control service, transaction 42.
    PROGRAM = '''if True:
        import os, select, sys
        port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
        for piece in map(bytes.fromhex, sys.argv[2:]):
            while piece:
                piece = piece[os.write(port, piece):]
            select.select([], [], [], 0.01)
        while b"\\x2a\\x21\\x00" not in os.read(port, 4096):
            pass
    '''
    REQUEST = bytes.fromhex('010b00000000 002a21000000')
    FLUSH = b'\xff' * 4096

    GARBAGE = [bytes.fromhex(garbage) for garbage in (
        'ff' * 5000,
        # Lengths: zero, too short for a header, the maximum
        '010000', '010500000000', '01ffff' + '00' * 100,
        # TLVs that are longer than the frame, in total and alone
        '010b00000000 00012100ffff', '010e00000000 000122000300 01ffff',
        # An unknown client and service, a response and an indication
        '010c00000307 00010020000000', '010c0000ff01 00010020000000',
        '010c00800201 02010020000000', '010c00800201 04010020000000',
    )]

    def test_garbage(self):
        """the next request is answered"""
        module = self.bed.simulator.add(composition='qmi')
        chance = random.Random(1)
        noise = [b'\x01' + bytes(chance.randrange(256) for _ in range(chance.randrange(200)))
                 for _ in range(50)]
        pieces = [piece for garbage in self.GARBAGE + noise for piece in (garbage, self.FLUSH)]
        # Sent in two halves
        pieces += [self.REQUEST[:5], self.REQUEST[5:]]
        client = Process(self.bed.make_client_command(
            sys.executable, '-c', self.PROGRAM, f'/dev/{module.get_tty(INTERFACE)}',
            *(piece.hex() for piece in pieces)), self.bed.usb_env)
        try:
            self.assertEqual((client.wait(30), client.stderr), (0, ''))
        finally:
            client.kill()


if __name__ == '__main__':
    main()
