# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The inhibitor of logind that keeps the machine running during an update."""

import importlib.util
import time
import unittest

from gi.repository import GLib

from testbed.bus import ERROR, ROOT, SERVICE, Call, State, enable_all
from testbed.case import BedCase, SharedBedCase
from testbed.daemon import INFO
from testbed.servers import make_package
from testbed.system import (Logind, LoginBed, MockLogind, find_logind_obstacle,
                            find_polkit_obstacle)
from testbed.tap import main

NEW = '19011.1000.00.02.73.15'

URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'

# As in fwupd: logind suspends a laptop whose lid is closed although sleep is inhibited
WHAT = {'sleep', 'shutdown', 'handle-lid-switch', 'handle-power-key', 'handle-suspend-key',
        'handle-hibernate-key'}
WHY = ('The firmware of the mobile broadband modem is being updated; '
       'turning off now may break the modem')


def start_logind(bed):
    """Starts the real logind, or else a mock. Skips the case if there is neither."""
    obstacle = find_logind_obstacle()
    if obstacle and not importlib.util.find_spec('dbusmock'):
        raise unittest.SkipTest(f'{obstacle}, or python3-dbusmock')
    manager = (MockLogind if obstacle else Logind)(bed.connection, bed.env)
    bed.processes.append(manager.process)
    return manager


class InhibitorCase(SharedBedCase):
    """Modules, some of which really update, on a bus with logind."""

    KEYS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.logind = start_logind(bed)
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        cls.modules = {kind: bed.simulator.add(**keys) for kind, keys in cls.KEYS.items()}
        bed.start_daemon()
        cls.modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*cls.modems.values())

    def assert_held(self, count=1):
        """Checks the number of inhibitors and their texts."""
        inhibitors = self.logind.list_inhibitors()
        self.assertEqual(len(inhibitors), count, inhibitors)
        for what, who, why, mode in inhibitors:
            self.assertEqual(set(what.split(':')), WHAT)
            self.assertEqual((who, why, mode), ('ModemManager', WHY, 'block'))

    def wait_for_release(self):
        self.bed.wait_until(lambda: not self.logind.list_inhibitors(), 10, 'release')

    def wait_for_command(self, module, command):
        self.bed.wait_until(lambda: command in module.peek_our_commands(), 10, command)

    def unplug(self, kind):
        self.modules[kind].unplug()
        self.bed.wait_for_no_modem(self.modules[kind])

    def plug_back(self, kind):
        """Plugs a module in again with a new revision, which ends its update."""
        self.modules[kind].set(revision=f'NEW-{len(self.bed.observer.events)}')
        self.modules[kind].plug()
        self.modems[kind] = self.bed.wait_for_state(self.modules[kind], State.SUCCEEDED)
        self.modems[kind].enable()


class Held(InhibitorCase):
    """One update at a time, as all inhibitors look the same."""

    KEYS = {'success': {'pace': 5, 'away': 2000},
            'manual': {'download': 'manual'},
            'refused': {'download': 'manual'},
            'slow': {'download': 'manual'},
            'unplugged': {'pace': 5, 'unplug': 50}}

    def tearDown(self):
        self.assertEqual(self.logind.list_inhibitors(), [])

    def test_success(self):
        """held during the download and while the module is away, until the end"""
        module = self.modules['success']
        self.modems['success'].start({'url': self.url})
        self.bed.wait_for_announced(module, State.DOWNLOADING)
        self.assert_held()
        self.bed.wait_for_announced(module, State.INSTALLING)
        self.assert_held()
        self.bed.wait_for_no_modem(module)
        self.assert_held()
        self.bed.wait_for_state(module, State.SUCCEEDED)
        self.wait_for_release()

    def test_first_command(self):
        """held before the first command is sent, until the end"""
        module, modem = self.modules['slow'], self.modems['slow']
        before = len(module.get_our_commands())
        module.delay('AT+GTSET?', 500)
        call = modem.start({'url': URL})
        self.bed.wait_until(lambda: module.peek_our_commands()[before:], 10, 'command')
        self.assert_held()
        self.assertEqual(module.get_our_commands()[before:], ['AT+GTSET?'])
        self.assertIsNone(call.wait().error_name, call.message)
        module.delay('AT+GTSET?', 0)
        self.assert_held()
        self.unplug('slow')
        self.assert_held()
        self.plug_back('slow')
        self.wait_for_release()

    def test_refused_by_module(self):
        """released when the module refuses the update"""
        module, modem = self.modules['refused'], self.modems['refused']
        module.answer('AT+GTOTA=0', '+CME ERROR: 3')
        module.delay('AT+GTOTA=0', 300)
        call = modem.start({'url': URL})
        self.wait_for_command(module, GTOTA)
        self.assert_held()
        self.assertEqual(call.wait().error_name, ERROR + 'MobileEquipment.NotAllowed')
        self.wait_for_release()

    def test_refused_settings(self):
        """not taken for settings that are refused"""
        modem = self.modems['manual']
        self.assertEqual(modem.start({'url': ''}).wait().error_name, ERROR + 'Core.InvalidArgs')
        self.assertEqual(self.logind.list_inhibitors(), [])

    def test_unplugged(self):
        """held when the module is unplugged, as that is no certain failure"""
        module = self.modules['unplugged']
        self.modems['unplugged'].start({'url': self.url})
        self.bed.wait_for_announced(module, State.DOWNLOADING)
        self.assert_held()
        self.bed.wait_for_no_modem(module)
        self.assert_held()
        module.set(unplug='-')
        self.plug_back('unplugged')
        self.wait_for_release()

    def test_two_modules(self):
        """held once for each of two updates"""
        kinds = ('manual', 'slow')
        for count, kind in enumerate(kinds, 1):
            self.assertIsNone(self.modems[kind].start({'url': URL}).wait().error_name)
            self.assert_held(count)
        for n_left, kind in zip((1, 0), kinds):
            self.unplug(kind)
            self.plug_back(kind)
            self.bed.wait_until(lambda n=n_left: len(self.logind.list_inhibitors()) == n, 10,
                                'release')


class Bounded(InhibitorCase):
    """A module that is not heard any more. Here, an hour takes 36 s."""

    SCALE = 0.01
    KEYS = {'silent': {'download': 'manual'}}
    RELEASED = 'nothing was heard from the module for an hour: this machine may sleep again'

    def find_releases(self):
        return [line for line in self.bed.daemon.log if self.RELEASED in line]

    def test_never_back(self):
        """released after an hour, which the log says; held again when the module is back"""
        module, modem = self.modules['silent'], self.modems['silent']
        imei = modem.properties['EquipmentIdentifier']
        self.assertIsNone(modem.start({'url': URL}).wait().error_name)
        module.report('GTOTA DOWNLOAD COMPLETE', interface=1)
        self.bed.wait_for_announced(module, State.INSTALLING)
        heard = time.monotonic()
        module.unplug()
        self.bed.wait_for_no_modem(module)
        self.assert_held()
        self.bed.wait_until(lambda: not self.logind.list_inhibitors(), 60, 'release')
        self.assertGreater(time.monotonic() - heard, 30)
        self.bed.wait_until(self.find_releases, 10, 'log')
        (line,) = self.find_releases()
        self.assertRegex(line, INFO)
        self.assertEqual(self.bed.read_record(imei)['State'], 'installing')

        module.plug()
        self.bed.wait_until(self.logind.list_inhibitors, 30, 'inhibitor')
        self.bed.wait_for_state(module, State.FAILED)
        self.wait_for_release()
        self.assertEqual(len(self.find_releases()), 1)


class Killed(BedCase):
    """The daemon goes away during an update."""

    def start(self):
        self.logind = start_logind(self.bed)
        self.module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(self.module)
        modem.enable()
        self.assertIsNone(modem.start({'url': URL}).wait().error_name)
        self.assertEqual(len(self.logind.list_inhibitors()), 1)

    def check(self, kill):
        """Checks that the inhibitor goes with the daemon and comes back with the next one."""
        self.start()
        self.bed.stop_daemon(kill=kill)
        self.bed.wait_until(lambda: not self.logind.list_inhibitors(), 10, 'release')
        self.bed.start_daemon()
        self.bed.wait_for_modem(self.module)
        self.bed.wait_until(self.logind.list_inhibitors, 10, 'inhibitor of the next daemon')
        self.bed.end_update(self.module)
        self.bed.wait_until(lambda: not self.logind.list_inhibitors(), 10, 'release')

    def test_killed(self):
        """SIGKILL"""
        self.check(kill=True)

    def test_stopped(self):
        """SIGTERM"""
        self.check(kill=False)


class Slow(BedCase):
    """A slow logind."""

    def start(self):
        """Starts an update, which waits for logind."""
        self.logind = self.bed.start_logind()
        self.bed.start_daemon()
        self.module, self.modem = self.bed.add_modem(download='manual')
        self.modem.enable()
        self.logind.hold()
        self.call = self.modem.start({'url': URL})
        self.bed.wait_until(lambda: self.logind.held, 10, 'question to logind')

    def check_refused(self, message, n_held=0):
        """Checks that nothing was sent, and how many inhibitors are held."""
        self.logind.release()
        self.assertIn(message, self.call.wait().message)
        self.bed.wait_until(lambda: self.logind.n_held == n_held, 10, 'release')
        self.assertEqual(self.module.get_update_commands(), [])

    def test_busy(self):
        """the module reports a download meanwhile: the update is refused, that one is followed"""
        self.start()
        self.module.report('GTOTA DOWNLOAD START', interface=1)
        self.modem.wait_for_state(State.DOWNLOADING)
        self.check_refused('already downloading', n_held=1)
        self.assertEqual(self.modem.state, State.DOWNLOADING)

    def test_unplugged(self):
        """the module is unplugged meanwhile: the caller gets the error of the update"""
        self.start()
        imei = self.modem.properties['EquipmentIdentifier']
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.bed.wait_until(lambda: self.bed.read_record(imei)['State'] == 'failed', 10, 'failure')
        self.check_refused('the modem is gone')
        self.assertEqual(self.call.message, self.bed.read_record(imei)['ErrorMessage'])


class Inhibited(Slow):
    """The same, on a bus where InhibitDevice may take a modem away from the daemon."""

    def setUp(self):
        if obstacle := find_polkit_obstacle():
            raise unittest.SkipTest(obstacle)
        self.bed = LoginBed()
        self.addCleanup(self.bed.finish)

    def inhibit_device(self, inhibit):
        arguments = GLib.Variant('(sb)', (self.module.path, inhibit))
        call = Call(self.bed.connection, ROOT, SERVICE, 'InhibitDevice', arguments).wait()
        self.assertIsNone(call.error_name, call.message)

    def test_modem_gone(self):
        """the modem is taken away meanwhile: the update is refused, the next one is not"""
        self.start()
        self.inhibit_device(True)
        self.bed.wait_for_no_modem(self.module)
        self.check_refused('the modem is gone')
        self.inhibit_device(False)
        modem = self.bed.wait_for_modem(self.module)
        modem.wait_for_state(State.FAILED)
        modem.enable()
        self.assertIsNone(modem.start({'url': URL}).wait().error_name)
        self.assertEqual(self.logind.n_held, 1)


class NoLogind(BedCase):
    """A machine without logind."""

    def test_update(self):
        """the update goes on, and the log says that nothing inhibits a shutdown"""
        url = self.bed.start_http().publish('/package', make_package(NEW))
        module = self.bed.simulator.add(pace=5)
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        self.assertIsNone(modem.start({'url': url}).wait().error_name)
        (line,) = [line for line in self.bed.daemon.log
                   if 'this machine can be turned off during the firmware update' in line]
        self.assertRegex(line, INFO)
        self.assertNotIn('GDBus.Error', line)
        self.bed.wait_for_state(module, State.SUCCEEDED)


if __name__ == '__main__':
    main()
