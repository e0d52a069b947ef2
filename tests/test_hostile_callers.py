# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Hostile callers: nothing changes, in any state of an update."""

import os
import time

from gi.repository import Gio, GLib

from testbed.bus import ERROR, MODEM, PROPERTIES, SERVICE, UPDATE, Call, State, enable_all
from testbed.case import SharedBedCase
from testbed.loop import PATIENCE, wait_until
from testbed.servers import make_package
from testbed.tap import comment, main

URL = 'http://127.0.0.1/package'
FIRMWARE = MODEM + '.Firmware'
PRIMARY = 1
START = 'GTOTA DOWNLOAD START'

MEGABYTE = 1 << 20
IN_PROGRESS = ERROR + 'Core.InProgress'
INVALID_ARGS = ERROR + 'Core.InvalidArgs'
NOT_FOUND = ERROR + 'Core.NotFound'

# Seconds for an answer under load
BOUND = 10 * PATIENCE

PACKAGE = f'''[Package]
Id=good
Model=NL668-EAU*
From=19011.1000.00.*
To=19011.1000.00.02.73.15
URL={URL}
'''


def settings(**values):
    return GLib.Variant('(a{sv})', (values,))


def nest(depth):
    value = GLib.Variant('s', URL)
    for _ in range(depth):
        value = GLib.Variant('v', value)
    return value


class HostileCalls(SharedBedCase):
    """Calls on modems in each state."""

    SCALE = 5
    KEYS = {'idle': {}, 'preparing': {}, 'downloading': {}, 'failed': {},
            'installing': {'download': 'real', 'restart_after': 3600000}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        url = bed.start_http().publish('/package', make_package('NEW-1'))
        packages = os.path.join(bed.env['FIBOCOM_NL668_CONFIG_DIR'], 'packages.d')
        os.makedirs(packages)
        with open(f'{packages}/good.conf', 'w', encoding='utf-8') as file:
            file.write(PACKAGE)
        cls.modules = {name: bed.simulator.add(**{'download': 'manual'} | keys)
                       for name, keys in cls.KEYS.items()}
        bed.start_daemon()
        cls.modems = {name: bed.wait_for_modem(module) for name, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        cls.modules['failed'].answer('AT+GTOTA=0', 'ERROR', 1)
        for name, call in [(name, modem.start({'url': url})) for name, modem in cls.modems.items()
                           if name != 'idle']:
            call.wait()
            assert bool(call.error_name) == (name == 'failed'), call.message
        cls.modules['downloading'].report(START, 'GTOTA DOWNLOADING: 40%', interface=PRIMARY)
        for name in ('downloading', 'failed', 'installing'):
            bed.wait_for_announced(cls.modules[name], State[name.upper()])
        failed = cls.modems['failed'].properties['EquipmentIdentifier']
        bed.wait_until(lambda: 'GTRAT' not in bed.read_record(failed), 20, 'restored')
        downloading = cls.modems['downloading']
        bed.wait_until(lambda: downloading.update['Progress'] == 40, 10, '40 %')

    def setUp(self):
        self.before = {name: modem.read_update() for name, modem in self.modems.items()}
        self.n_commands = {name: len(module.get_our_commands())
                           for name, module in self.modules.items()}

    def check_nothing_changed(self):
        for name, modem in self.modems.items():
            begin = time.monotonic()
            self.assertEqual(modem.read_update(), self.before[name], name)
            self.assertLess(time.monotonic() - begin, BOUND)
            self.assertEqual(modem.state, State[name.upper()])
            self.assertEqual(self.modules[name].get_our_commands()[self.n_commands[name]:], [])

    def call_all(self, interface, method, arguments):
        """Calls a method on every modem; returns the errors."""
        calls = [Call(self.bed.connection, modem.path, interface, method, arguments)
                 for modem in self.modems.values()]
        for call in calls:
            call.wait()
            # Errors of property calls come from GLib
            if call.error_name and interface != PROPERTIES:
                self.assertLess(len(call.message), 1000)
        return [call.error_name for call in calls]

    def assert_refused(self, interface, method, arguments):
        errors = self.call_all(interface, method, arguments)
        self.assertTrue(all(errors), errors)

    def test_unknown(self):
        """unknown methods and interfaces are refused"""
        for method in ('Stop', 'Cancel', 'start', 'Start2', 'StartStart', 'S' * 255):
            self.assert_refused(UPDATE, method, settings())
        self.assert_refused(UPDATE + '2', 'Start', settings())
        self.assert_refused(UPDATE, 'Start', None)
        self.check_nothing_changed()

    def test_ill_typed(self):
        """arguments of other types are refused"""
        for text, value in (('(s)', (URL,)), ('(as)', ([URL],)), ('(a{ss})', ({'url': URL},)),
                            ('(a{sv}s)', ({}, 'x')), ('(u)', (1,)), ('(ay)', (b'url',)),
                            ('(aa{sv})', ([{}],)), ('((a{sv}))', (({},),))):
            with self.subTest(type=text):
                self.assert_refused(UPDATE, 'Start', GLib.Variant(text, value))
        self.check_nothing_changed()

    def test_oversized(self):
        """huge, numerous and deeply nested settings are refused"""
        big = 'x' * (16 * MEGABYTE)
        for name, arguments in (
                ('a value', settings(url=GLib.Variant('s', f'http://host/{big}'))),
                ('a password', settings(url=GLib.Variant('s', 'ftp://h/f'),
                                        password=GLib.Variant('s', big))),
                ('a key', settings(**{big: GLib.Variant('s', 'x')})),
                ('a package', settings(package=GLib.Variant('s', big))),
                ('bytes', settings(url=GLib.Variant('ay', b'x' * MEGABYTE))),
                ('many keys', settings(**{f'key-{number}': GLib.Variant('s', 'x')
                                          for number in range(100000)})),
                ('many urls', GLib.Variant('(a{sv})', ({f'url{number}': GLib.Variant('s', URL)
                                                        for number in range(10000)},))),
                ('nested', settings(url=nest(25)))):
            with self.subTest(name=name):
                begin = time.monotonic()
                errors = set(self.call_all(UPDATE, 'Start', arguments)) - {IN_PROGRESS}
                self.assertEqual(errors, {NOT_FOUND if name == 'a package' else INVALID_ARGS})
                seconds = time.monotonic() - begin
                comment(f'{name}: refused by {len(self.modems)} modems in {seconds:.2f} s')
                self.assertLess(seconds, BOUND)
        self.check_nothing_changed()

    def test_stock_interface(self):
        """unknown packages and long ids are refused by the stock interface"""
        for name in ('', 'x', '../../../etc/shadow', 'x' * MEGABYTE, '\x1b[31m', '%s%n'):
            self.assert_refused(FIRMWARE, 'Select', GLib.Variant('(s)', (name,)))
        for _ in range(100):
            self.assertEqual(set(self.call_all(FIRMWARE, 'List', None)), {None})
        self.check_nothing_changed()

    def test_property_writes(self):
        """properties cannot be written, whether they exist or not"""
        names = [*self.before['idle'], 'Nonsense', '', 'State\n', 'x' * MEGABYTE]
        for name in names:
            for value in (GLib.Variant('u', 5), GLib.Variant('s', 'x'), GLib.Variant('t', 1),
                          GLib.Variant('(ss)', ('', '')), GLib.Variant('a{sv}', {})):
                arguments = GLib.Variant('(ssv)', (UPDATE, name, value))
                errors = self.call_all(PROPERTIES, 'Set', arguments)
                self.assertTrue(all(errors), name[:80])
        self.check_nothing_changed()

    def test_thousand_in_progress(self):
        """1,000 Start() calls during an update are refused"""
        for name in ('preparing', 'downloading', 'installing'):
            calls = [self.modems[name].start({'url': URL}) for _ in range(1000)]
            self.assertEqual({call.wait().error_name for call in calls}, {IN_PROGRESS})
        self.check_nothing_changed()


class Crowds(SharedBedCase):
    """Many callers at once."""

    SCALE = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.module = cls.bed.simulator.add(download='manual')
        cls.bed.start_daemon()
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.modem.enable()

    def tearDown(self):
        type(self).modem = self.bed.end_update(self.module)

    def get_n_requests(self):
        return sum(command.startswith('AT+GTOTA=0') for command in self.module.get_commands())

    def test_thousand(self):
        """one of 1,000 Start() calls at once is accepted"""
        before = self.get_n_requests()
        begin = time.monotonic()
        calls = [self.modem.start({'url': f'http://host/{number}'}) for number in range(1000)]
        errors = [call.wait().error_name for call in calls]
        comment(f'1000 answers in {time.monotonic() - begin:.2f} s')
        self.assertEqual(errors, [None] + 999 * [IN_PROGRESS])
        self.assertEqual(self.get_n_requests(), before + 1)

    def vanish(self, state=None):
        """Calls Start() and disconnects before the answer, but not before the update has a
        state."""
        connection = self.bed.bus.connect()
        connection.set_exit_on_close(False)
        connection.call(SERVICE, self.modem.path, UPDATE, 'Start',
                        settings(url=GLib.Variant('s', URL)), None,
                        Gio.DBusCallFlags.NO_AUTO_START, -1, None, None)
        connection.flush_sync(None)
        if state:
            self.modem.wait_for_state(state)
        connection.close_sync(None)

    def test_vanished_callers(self):
        """100 callers disconnect before the answer: the update goes on"""
        before = self.get_n_requests()
        self.module.delay('AT+GTSET="CALLBREAK",1', 500)
        self.addCleanup(self.module.delay, 'AT+GTSET="CALLBREAK",1', 0)
        # The daemon can only authorize a caller that is still there.
        self.vanish(State.PREPARING)
        for _ in range(99):
            self.vanish()
        wait_until(lambda: self.get_n_requests() > before, 20, 'request of an update')
        self.module.report(START, 'GTOTA DOWNLOADING: 40%', interface=PRIMARY)
        self.modem.wait_for_state(State.DOWNLOADING)
        self.assertEqual(self.get_n_requests(), before + 1)


if __name__ == '__main__':
    main()
