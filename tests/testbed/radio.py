# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The base of cases about the radio during an update."""

from gi.repository import GLib

from .bus import ERROR, State, enable_all
from .case import SharedBedCase

URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'
# The module refuses it, and is asked again
GTSET = ['AT+GTSET?'] * 2
CALLBREAK = 'AT+GTSET="CALLBREAK",'
GPRSFIRST = 'AT+GTSET="GPRSFIRST",'
LTE = 'AT+GTRAT=3'
AUTOMATIC = 'AT+GTRAT=10'

# AccessTechnologies
ACCESS = {'gsm': 1 << 1, 'umts': 1 << 5, 'lte': 1 << 14}

REFUSED = ERROR + 'MobileEquipment.NoNetwork'
WRONG_STATE = ERROR + 'Core.WrongState'
UNLOCKED = {'network-lock': GLib.Variant('b', False)}


class RadioCase(SharedBedCase):
    """Modules that do nothing on their own after AT+GTOTA. KEYS configure them."""

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
        """Selects the module of a case; commands are recorded from now on."""
        self.kind = kind
        self.module = self.modules[kind]
        self.modem = self.modems[kind]
        self.before = len(self.module.get_our_commands())
        self.log_before = len(self.bed.daemon.log)

    def get_commands(self):
        return self.module.get_our_commands()[self.before:]

    def get_log(self, text):
        return [line for line in self.bed.daemon.log[self.log_before:] if text in line]

    def assert_logged(self, text):
        """Checks for one line of the log, which may be read later than the bus."""
        self.bed.wait_until(lambda: self.get_log(text), 20, text)
        self.assertEqual(len(self.get_log(text)), 1)

    def wait_for_command(self, command, timeout=10):
        self.bed.wait_until(lambda: command in self.module.peek_our_commands()[self.before:],
                            timeout, command)

    def start(self, **settings):
        return self.modem.start({'url': URL} | settings)

    def accept(self, **settings):
        """Starts an update that the module accepts."""
        call = self.start(**settings).wait()
        self.assertIsNone(call.error_name, call.message)

    def attempt(self, **settings):
        """Starts an update that the module refuses in the end, after all that is done for it."""
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30', 1)
        call = self.start(**settings).wait()
        self.assertEqual(call.error_name, REFUSED, call.message)
        self.assertIn('AT+GTOTA', call.message)

    def wait_for_restored(self):
        """Waits until the settings are restored: every Start() waits for that."""
        self.assertEqual(self.start(url='').wait().error_name, ERROR + 'Core.InvalidArgs')

    def finish(self):
        """Returns all commands until the settings are restored."""
        self.modem.wait_for_state(State.FAILED)
        self.wait_for_restored()
        return self.get_commands()

    def assert_too_slow(self, call):
        """Checks that the update is refused, with a hint."""
        call.wait()
        self.assertEqual(call.error_name, WRONG_STATE, call.message)
        for text in ('too slow', '2G', 'network-lock=no'):
            self.assertIn(text, call.message)
        self.assertEqual((self.modem.state, self.modem.update['Error']),
                         (State.FAILED, (WRONG_STATE, call.message)))
        self.wait_for_restored()
        self.assertEqual(self.module.get_update_commands(), [])
