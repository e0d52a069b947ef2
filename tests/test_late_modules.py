# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""How long the daemon waits for a module, and what happens if the module is late."""

import time

from gi.repository import GLib

from testbed.bus import ERROR, State, enable_all
from testbed.case import SharedBedCase
from testbed.loop import settle
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

SCALE = 0.02

# Timeouts of the plugin, in scaled seconds
START = 180 * SCALE
PROGRESS = 300 * SCALE
INSTALL = 600 * SCALE

# Seconds that a busy machine may add
SLACK = 3

START_REPORT = 'GTOTA DOWNLOAD START'
COMPLETE_REPORT = 'GTOTA DOWNLOAD COMPLETE'
PRIMARY = 1


def percent(value):
    return f'GTOTA DOWNLOADING: {value}%'


def report_later(seconds, module, *lines):
    def report():
        module.report(*lines, interface=PRIMARY)
        return GLib.SOURCE_REMOVE
    GLib.timeout_add(int(seconds * 1000), report)


class TimeoutCase(SharedBedCase):
    """Updates of several modules at once."""

    SCALE = SCALE
    KEYS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.modules = {name: cls.bed.simulator.add(**keys) for name, keys in cls.KEYS.items()}
        cls.bed.start_daemon()
        cls.modems = {name: cls.bed.wait_for_modem(module)
                      for name, module in cls.modules.items()}
        cls.imeis = {name: modem.properties['EquipmentIdentifier']
                     for name, modem in cls.modems.items()}
        enable_all(*cls.modems.values())
        cls.accepted = {}
        calls = {name: modem.start({'url': cls.url}) for name, modem in cls.modems.items()}
        for name, call in calls.items():
            call.wait()
            assert not call.error_name, call.message
            cls.accepted[name] = time.monotonic()

    def get_time(self, name, state):
        """The time when a state was first announced."""
        return [event.time for event in self.bed.get_events(self.modules[name])
                if event.values.get('State') == state][0]

    def get_time_of_percent(self, name, value):
        return [event.time for event in self.bed.get_events(self.modules[name])
                if event.values.get('Progress') == value][0]

    def wait_for(self, name, state, timeout=40):
        return self.bed.wait_for_state(self.modules[name], state, timeout)

    def assert_duration(self, seconds, begin, end):
        """Checks for this time, with some slack."""
        self.assertGreater(end - begin, seconds - 0.3)
        self.assertLess(end - begin, seconds + SLACK)

    def restart(self, name):
        """The module restarts with the new firmware."""
        self.bed.wait_for_announced(self.modules[name], State.INSTALLING)
        self.modules[name].unplug()
        self.bed.wait_for_no_modem(self.modules[name])
        self.modules[name].set(revision=NEW)
        self.modules[name].plug()


class Reports(TimeoutCase):
    """Modules that report what and when the cases tell them to."""

    KEYS = dict.fromkeys(('silent', 'repeating', 'slow', 'failing'), {'download': 'manual'})
    # Each in time
    PAUSE = PROGRESS * 0.7

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules['repeating'].report(START_REPORT, percent(10), interface=PRIMARY)
        for part in (0.3, 0.6, 0.9):
            report_later(PROGRESS * part, cls.modules['repeating'], percent(10))
        cls.modules['slow'].report(START_REPORT, interface=PRIMARY)
        for value in (1, 2, 3):
            report_later(cls.PAUSE * value, cls.modules['slow'], percent(value))

    def check_late(self, name, *lines):
        """Checks that the update goes on with the first of these lines and succeeds."""
        since = len(self.bed.observer.events)
        modem = self.modems[name]
        self.modules[name].report(*lines, interface=PRIMARY)
        modem.wait_for_state(State.DOWNLOADING)
        self.assertEqual(modem.update['Error'], ('', ''))
        self.assertEqual(modem.update['Finished'], 0)
        self.assertTrue(self.bed.daemon.open_ports)
        self.modules[name].report(percent(100), COMPLETE_REPORT, interface=PRIMARY)
        self.restart(name)
        modem = self.wait_for(name, State.SUCCEEDED)
        self.assertEqual((modem.update['PreviousVersion'], modem.update['CurrentVersion'],
                          modem.update['Error']), (OLD, NEW, ('', '')))
        percentages = self.bed.get_percentages(self.modules[name], since)
        self.assertEqual(percentages, sorted(percentages))

    def test_no_start(self):
        """no report: the update fails after the timeout, and goes on with a late report"""
        self.modems['silent'].wait_for_state(State.FAILED)
        name, message = self.modems['silent'].update['Error']
        self.assertEqual(name, ERROR + 'Core.Failed')
        self.assertIn('has not reported that it is downloading', message)
        self.assert_duration(START, self.accepted['silent'],
                             self.get_time('silent', State.FAILED))
        self.check_late('silent', START_REPORT, percent(1))

    def test_repeated_percentage(self):
        """a repeated percentage is a sign of life, however late"""
        self.modems['repeating'].wait_for_state(State.FAILED)
        self.assertIn('stopped at 10%', self.modems['repeating'].update['Error'][1])
        self.assert_duration(PROGRESS * 1.9, self.get_time_of_percent('repeating', 10),
                             self.get_time('repeating', State.FAILED))
        self.check_late('repeating', percent(10))

    def test_slow_download(self):
        """a download may take any time as long as there is progress"""
        self.modems['slow'].wait_for_state(State.FAILED)
        self.assertIn('stopped at 3%', self.modems['slow'].update['Error'][1])
        self.assertGreater(self.get_time_of_percent('slow', 3) - self.accepted['slow'],
                           2 * PROGRESS)
        self.assert_duration(PROGRESS, self.get_time_of_percent('slow', 3),
                             self.get_time('slow', State.FAILED))

    def test_failure_is_not_final(self):
        """an update whose module has reported a failure goes on with a later report"""
        modem = self.modems['failing']
        self.modules['failing'].report(START_REPORT, 'GTOTA DOWNLOAD FAILED', interface=PRIMARY)
        self.bed.wait_until(lambda: modem.state == State.FAILED, 20, 'failure')
        self.check_late('failing', START_REPORT, percent(50))


class Restarts(TimeoutCase):
    """Modules that restart to install the update."""

    KEYS = {
        'gone': {'install': 'gone'},
        'twice': {'restarts': 2, 'restart-after': int(INSTALL * 700)},
        'edl': {'install': 'edl'},
    }

    def read_state(self, name):
        return self.bed.read_record(self.imeis[name])['State']

    def test_emergency_download_mode(self):
        """the module comes back as 05c6:9008: the update fails at once"""
        module = self.modules['edl']
        self.bed.wait_until(lambda: self.read_state('edl') == 'failed', 20, 'failure')
        self.assertIsNone(self.bed.observer.find(module.path))
        module.unplug()
        module.set(install='same')
        module.plug()
        update = self.wait_for('edl', State.FAILED).read_update()
        self.assertEqual(update['Error'][0], ERROR + 'Core.Failed')
        self.assertIn('05c6:9008', update['Error'][1])
        self.assertIn("manufacturer's flash tool", update['Error'][1])
        self.assertEqual((update['PreviousVersion'], update['CurrentVersion']), (OLD, OLD))

    def test_not_back(self):
        """the module stays away: installing until it is back with the new version"""
        module = self.modules['gone']
        self.bed.wait_until(lambda: module.peek_events('usb')[-1] == 'unplugged', 20, 'restart')
        self.bed.wait_for_no_modem(module)
        settle(int(INSTALL * 1200))
        self.assertEqual(self.read_state('gone'), 'installing')
        module.set(revision=NEW)
        module.plug()
        self.wait_for('gone', State.SUCCEEDED)

    def test_twice(self):
        """the module is back with the old version first: the timeout starts over"""
        self.wait_for('twice', State.SUCCEEDED, 60)
        begin = self.get_time('twice', State.INSTALLING)
        self.assertGreater(self.get_time('twice', State.SUCCEEDED) - begin, INSTALL)
        self.assertNotIn(State.FAILED, self.bed.get_announced(self.modules['twice'], 'State'))
        self.assertEqual(len(self.modules['twice'].get_events('usb')), 5)


if __name__ == '__main__':
    main()
