# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Modules with an MBIM port: what the stock daemon does with them, and how their radio
is locked for an update."""

import random
import re
import struct
import sys

from testbed.bus import ERROR, MODEM, STATE_LOCKED, STATE_REGISTERED, Call, State
from testbed.case import BedCase, SharedBedCase
from testbed.loop import Process
from testbed.radio import ACCESS as AT_ACCESS
from testbed.radio import AUTOMATIC, CALLBREAK, GPRSFIRST, GTOTA, GTSET, LTE, UNLOCKED, RadioCase
from testbed.tap import main

from gi.repository import GLib

SIM = 'org.freedesktop.ModemManager1.Sim'
COMPOSITION = {'id': '2cb7:01a0', 'composition': 'mbim'}
CONTROL = 0

# In MBIM, data classes identify 2G
ACCESS = AT_ACCESS | {'gsm': 1 << 3}

# MMModemMode, and the data classes of those modes
MODE_3G, MODE_ANY = 1 << 2, 1 << 1 | 1 << 2 | 1 << 3
CLASSES_3G, CLASSES_4G, CLASSES_ANY = 0x1c, 0x20, 0x3f

# MMModemState
STATE_FAILED, STATE_DISABLED, STATE_CONNECTED = -1, 3, 11


def get_classes(module):
    """The data classes that were set by MBIM."""
    requests = [text.split()[-1] for text in module.get_events('control')
                if ' set basic-connect register-state ' in text]
    return [int.from_bytes(bytes.fromhex(request)[12:16], 'little') for request in requests]


class MbimCase(SharedBedCase):
    """Modules with these keys."""

    ISOLATED = True
    KEYS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = {kind: cls.bed.simulator.add(**(COMPOSITION | keys))
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


class Services(MbimCase):
    """Services of a modem."""

    KEYS = {'lte': {'coverage': 'gsm+umts+lte'}, 'basic': {'mbimex': 'no'}, 'reset': {}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.modules['lte']
        cls.modem = cls.modems['lte']
        cls.modem.enable()

    def test_identity(self):
        """revision, model and IMEI are read by MBIM"""
        self.assertEqual(
            [self.modem.properties[name]
             for name in ('Revision', 'HardwareRevision', 'EquipmentIdentifier')],
            ['19011.1000.00.02.73.13', 'NL668-EAU-00', '864773030000001'])
        self.assertEqual(self.modem.properties['PrimaryPort'], self.module.get_tty(CONTROL))

    def test_registration(self):
        """the access technology follows the network"""
        for name in ('umts', 'gsm', 'lte'):
            self.module.set(registration=name)
            self.wait_for(self.modem, AccessTechnologies=ACCESS[name])
        self.assertIn('00101', self.run_stock('-m', self.modem.index, '--3gpp-scan'))

    def test_modes(self):
        """setting modes changes the access technology"""
        for mode, name in (('3g', 'umts'), ('4g', 'lte'), ('2g', 'gsm'), ('2g|3g|4g', 'lte')):
            self.run_stock('-m', self.modem.index, f'--set-allowed-modes={mode}')
            self.wait_for(self.modem, AccessTechnologies=ACCESS[name])

    def test_no_modes(self):
        """without MBIMEx, the daemon offers no modes"""
        self.assertEqual(self.modems['basic'].properties['SupportedModes'], [(MODE_ANY, 0)])

    def test_connection(self):
        """a connection is made, ended, and lost with the network"""
        for end in ('client', 'network'):
            self.run_stock('-m', self.modem.index, '--simple-connect=apn=internet')
            self.wait_for(self.modem, State=STATE_CONNECTED)
            bearer = self.modem.properties['Bearers'][0]
            self.assertIn('192.0.2.10', self.run_stock('-b', bearer))
            if end == 'client':
                self.run_stock('-m', self.modem.index, '--simple-disconnect')
            else:
                self.module.set(registration='none')
                self.bed.wait_until(lambda: self.modem.properties['State'] != STATE_CONNECTED, 20,
                                    'end of the connection')
                self.module.set(registration='lte')
            self.wait_for(self.modem, State=STATE_REGISTERED)

    def test_sms(self):
        """SMS: one on the card, one that is sent, and a reply"""
        def find(pattern):
            return re.findall(rf'(\S+/SMS/\d+) \({pattern}', self.run_stock(
                '-m', self.modem.index, '--messaging-list-sms'))

        first = find('received')
        self.assertIn('Hello', self.run_stock('-s', *first))
        created = re.search(r'\S+/SMS/\d+', self.run_stock(
            '-m', self.modem.index, '--messaging-create-sms=text=hi,number=+4912345678'))[0]
        self.run_stock('-s', created, '--send')
        self.bed.wait_until(lambda: len(find('received')) == 2, 20, 'an answer')
        answer, = set(find('received')) - set(first)
        self.assertRegex(self.run_stock('-s', answer), r'text: hi\n')
        for message in (answer, created):
            self.run_stock('-m', self.modem.index, f'--messaging-delete-sms={message}')
        self.assertEqual(find(''), first)

    def test_power(self):
        """the modem is turned off and on"""
        self.run_stock('-m', self.modem.index, '-d')
        for state, value in (('low', 2), ('on', 3)):
            self.run_stock('-m', self.modem.index, f'--set-power-state-{state}')
            self.wait_for(self.modem, PowerState=value)
        self.modem.enable()

    def test_reset(self):
        """the modem is reset, if the daemon supports that"""
        modem = self.modems['reset']
        client = self.bed.mmcli('-m', modem.index, '--reset', stock=True)
        if client.returncode:
            self.assertIn('Unsupported', client.stderr)
            self.skipTest('this daemon does not reset an MBIM modem')
        self.bed.wait_until(lambda: not modem.exists, 20, 'end of the modem')
        self.bed.wait_for_modem(self.modules['reset'])


class Cards(MbimCase):
    """Modules without a usable SIM card."""

    KEYS = {'locked': {'sim': 'pin'}, 'wrong': {'sim': 'pin'}, 'missing': {'sim': 'missing'}}

    def send_pin(self, modem, pin):
        return Call(self.bed.connection, modem.properties['Sim'], SIM, 'SendPin',
                    GLib.Variant('(s)', (pin,))).wait()

    def test_locked(self):
        """an update is refused until the PIN is entered"""
        modem = self.modems['locked']
        self.wait_for(modem, State=STATE_LOCKED)
        client = self.bed.start_update(modem, 'http://host/package')
        self.assertEqual(self.bed.wait_for_client(client), 1)
        self.assertRegex(client.stderr, '^error: .*(lock|PIN)')
        self.assertIsNone(self.send_pin(modem, '1234').error_name)
        self.wait_for(modem, State=STATE_DISABLED)
        modem.enable()
        self.assertEqual(self.modules['locked'].get_update_commands(), [])

    def test_wrong(self):
        """a wrong PIN does not unlock the card and counts as an attempt"""
        modem = self.modems['wrong']
        self.wait_for(modem, State=STATE_LOCKED)
        self.assertEqual(self.send_pin(modem, '4321').error_name,
                         ERROR + 'MobileEquipment.IncorrectPassword')
        # MMModemLock: SIM-PIN
        self.wait_for(modem, State=STATE_LOCKED, UnlockRetries={2: 2})

    def test_missing(self):
        """without a card, the modem has failed, and an update is refused"""
        modem = self.modems['missing']
        self.wait_for(modem, State=STATE_FAILED)
        client = self.bed.start_update(modem, 'http://host/package')
        self.assertEqual(self.bed.wait_for_client(client), 1)
        self.assertRegex(client.stderr, '^error: ')


class Radio(RadioCase):
    """The radio is locked by the daemon's modes, if there are any."""

    ISOLATED = True
    KEYS = {kind: COMPOSITION | keys for kind, keys in {
        'plain': {},
        'umts': {'registration': 'umts', 'coverage': 'gsm+umts'},
        'late': {'registration': 'gsm', 'coverage': 'gsm+umts'},
        'slow': {'registration': 'gsm', 'coverage': 'gsm'},
        'held': {'coverage': 'gsm+umts+lte'},
        'refused': {'refuse-modes': 'yes'},
        'basic': {'mbimex': 'no', 'registration': 'gsm', 'coverage': 'gsm+lte'},
        'unplugged': {},
    }.items()}

    UPDATE = [*GTSET, CALLBREAK + '1', GPRSFIRST + '1', GTOTA]

    @classmethod
    def wait_for_access(cls, kind, name):
        modem = cls.modems[kind]
        cls.bed.wait_until(lambda: modem.properties['AccessTechnologies'] == ACCESS[name], 20, name)

    def prepare(self, kind):
        super().prepare(kind)
        self.classes_before = len(get_classes(self.module))

    def get_classes(self):
        return get_classes(self.module)[self.classes_before:]

    def update(self, **settings):
        """Starts an update that the module refuses, and waits until the settings are restored."""
        self.attempt(**settings)
        self.assertEqual(self.finish(), self.UPDATE)

    def test_lte(self):
        """on LTE: locked to it, restored after a failure"""
        self.prepare('plain')
        self.update()
        self.assertEqual(self.get_classes(), [CLASSES_4G, CLASSES_ANY])
        self.bed.wait_until(lambda: self.modem.properties['CurrentModes'] == (MODE_ANY, 0), 10,
                            'restored modes')

    def test_umts(self):
        """on 3G: locked to it"""
        self.prepare('umts')
        self.update()
        self.assertEqual(self.get_classes(), [CLASSES_3G, CLASSES_ANY])

    def test_late(self):
        """on 2G: LTE does not come up, 3G does"""
        self.prepare('late')
        self.update()
        self.assertEqual(self.get_classes(), [CLASSES_4G, CLASSES_3G, CLASSES_ANY])

    def test_slow(self):
        """only 2G is available: the update is refused, the modes are restored"""
        self.prepare('slow')
        self.assert_too_slow(self.start())
        self.assertEqual(self.get_classes(), [CLASSES_4G, CLASSES_3G, CLASSES_ANY])
        self.wait_for_access('slow', 'gsm')

    def test_held(self):
        """already locked by the user: left alone"""
        self.prepare('held')
        call = Call(self.bed.connection, self.modem.path, MODEM, 'SetCurrentModes',
                    GLib.Variant('((uu))', ((MODE_3G, 0),))).wait()
        self.assertIsNone(call.error_name, call.message)
        self.wait_for_access('held', 'umts')
        self.update()
        self.assertEqual(self.get_classes(), [CLASSES_3G])
        self.assertEqual(self.modem.properties['CurrentModes'], (MODE_3G, 0))

    def test_refused(self):
        """a module that refuses modes is updated anyway, with a warning"""
        self.prepare('refused')
        self.update()
        self.assertEqual(self.get_classes(), [CLASSES_4G])
        self.assertTrue(self.get_log('the radio cannot be locked'))

    def test_basic(self):
        """modes cannot be set: AT+GTRAT locks the radio, MBIM reports the technology"""
        self.prepare('basic')
        device = self.modem.properties['Device']
        since = len(self.bed.observer.events)
        self.attempt()
        self.assertIn(ACCESS['lte'], [event.values.get('AccessTechnologies') for event in
                                      self.bed.observer.get_changes(device, MODEM, since)])
        commands = self.finish()
        self.assertEqual([text for text in commands if 'GTRAT' in text],
                         ['AT+GTRAT?', LTE, 'AT+GTRAT?', AUTOMATIC])
        self.assertEqual(self.get_classes(), [])

    def test_network_lock_off(self):
        """network-lock=no: no mode is set"""
        self.prepare('plain')
        self.update(**UNLOCKED)
        self.assertEqual(self.get_classes(), [])

    def test_unplugged(self):
        """unplugged during the download: the next modem object restores the modes"""
        self.prepare('unplugged')
        self.assertIsNone(self.start().wait().error_name)
        self.modem.wait_for_state(State.PREPARING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.plug()
        self.modem = self.bed.wait_for_modem(self.module)
        self.bed.wait_until(lambda: self.get_classes() == [CLASSES_4G, CLASSES_ANY], 20,
                            'restored modes')
        self.assertEqual(self.modem.state, State.FAILED)


class Garbage(BedCase):
    """Bytes that are not MBIM messages, sent to the simulated module."""

    # Writes pieces, given in hexadecimal, to a port and waits for MBIM_OPEN_DONE of
    # transaction 42.
    PROGRAM = '''if True:
        import os, select, sys
        port = os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY)
        for piece in sys.argv[2:]:
            os.write(port, bytes.fromhex(piece))
            select.select([port], [], [], 0.02)
        while bytes.fromhex("0100008010000000 2a000000 00000000") not in os.read(port, 4096):
            pass
    '''
    OPEN = struct.pack('<4I', 1, 16, 42, 4096)
    # No header begins like this, so it ends half a message
    FLUSH = b'\xff' * 4096

    # MBIM_CID_PIN of the basic connect service, which contains a string at an offset
    SERVICE = bytes.fromhex('a289cc33bcbb8b4fb6b0133ec2aae6df')
    COMMAND = struct.Struct('<5I16s3I')

    def make_command(self, information, length=None, fragments=1):
        header = self.COMMAND.pack(3, self.COMMAND.size + len(information), 1, fragments, 0,
                                   self.SERVICE, 4, 1,
                                   len(information) if length is None else length)
        return header + information

    def make_garbage(self):
        chance = random.Random(1)
        return [
            # Not MBIM; lengths of zero, the maximum and too little
            b'AT\r', bytes(5000), struct.pack('<2I', 3, 0xffffffff), struct.pack('<3I', 3, 12, 1),
            # Half a message, and messages that claim to be longer than they are
            self.OPEN[:7], self.make_command(b'')[:30], self.make_command(b'', length=1000),
            self.make_command(b'', fragments=2), self.make_command(struct.pack('<I', 2)),
            self.make_command(struct.pack('<6I', 2, 0, 0xfffffff0, 0xf0, 20, 0xffffffff)),
            self.make_command(struct.pack('<6I', 2, 0, 24, 3, 0, 0) + b'\xff\xdf\xff\xff'),
            *(self.make_command(bytes(chance.randrange(256) for _ in range(chance.randrange(100))))
              for _ in range(50)),
        ]

    def test_garbage(self):
        """the next request is answered"""
        module = self.bed.simulator.add(**COMPOSITION)
        pieces = [self.OPEN]
        pieces += [piece for garbage in self.make_garbage() for piece in (garbage, self.FLUSH)]
        # Sent in two halves
        pieces += [self.OPEN[:5], self.OPEN[5:]]
        client = Process(self.bed.make_client_command(
            sys.executable, '-c', self.PROGRAM, f'/dev/{module.get_tty(CONTROL)}',
            *(piece.hex() for piece in pieces)), self.bed.usb_env)
        try:
            self.assertEqual((client.wait(30), client.stderr), (0, ''))
        finally:
            client.kill()


if __name__ == '__main__':
    main()
