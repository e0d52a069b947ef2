# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The clock is set, or jumps as after a suspend, while modules are updated."""

from testbed.bus import State, enable_all
from testbed.case import SharedBedCase
from testbed.clock import Clock
from testbed.tap import main

NEW = '19011.1000.00.02.73.15'
URL = 'http://127.0.0.1/package'
PRIMARY = 1
START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'

HOURS = 3600
YEAR = 365 * 24 * HOURS


class Clocks(SharedBedCase):
    """Updates that run side by side, and changes of the clock between their steps."""

    SCALE = 0.3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = Clock(cls.bed)
        cls.bed.start_daemon()
        names = ('back', 'forth', 'suspended')
        added = cls.bed.add_modems(len(names), download='manual')
        cls.modules = {name: module for name, (module, _) in zip(names, added)}
        cls.modems = {name: modem for name, (_, modem) in zip(names, added)}
        cls.progress_after_jump = None

        cls.begin('back', 'suspended')
        cls.clock.set(-YEAR)
        cls.begin('forth')
        cls.install('back')
        cls.suspend()
        cls.clock.set(YEAR, 8 * HOURS)
        cls.install('forth', 'suspended')

    @classmethod
    def begin(cls, *names):
        calls = [cls.modems[name].start({'url': URL}) for name in names]
        for name, call in zip(names, calls):
            assert not call.wait().error_name, call.message
            cls.report(name, START, 'GTOTA DOWNLOADING: 40%')
            cls.modems[name].wait_for_state(State.DOWNLOADING)

    @classmethod
    def report(cls, name, *lines):
        cls.modules[name].report(*lines, interface=PRIMARY)

    @classmethod
    def suspend(cls):
        """The wall time and the time since boot jump, as after eight hours of sleep."""
        cls.clock.set(-YEAR + 8 * HOURS, 8 * HOURS)
        modem = cls.modems['suspended']
        # The daemon runs all timeouts that it takes for due before it answers
        for _ in range(3):
            modem.read_update()
        cls.report('suspended', 'GTOTA DOWNLOADING: 60%')
        cls.bed.wait_until(lambda: modem.update['Progress'] == 60, 10, '60 %')
        cls.progress_after_jump = modem.read_update()

    @classmethod
    def install(cls, *names):
        for name in names:
            cls.report(name, COMPLETE)
            cls.modems[name].wait_for_state(State.INSTALLING)
            cls.modules[name].unplug()
        for name in names:
            cls.bed.wait_for_no_modem(cls.modules[name])
            cls.modules[name].set(revision=NEW)
            cls.modules[name].plug()
        for name in names:
            cls.modems[name] = cls.bed.wait_for_state(cls.modules[name], State.SUCCEEDED)

    def check(self, name):
        """Checks that the update was under way until it has succeeded, and its times."""
        states = list(dict.fromkeys(self.bed.get_announced(self.modules[name], 'State')))
        self.assertNotIn(State.FAILED, states)
        update = self.modems[name].read_update()
        self.assertEqual(update['State'], State.SUCCEEDED)
        self.assertGreater(update['Started'], 0)
        self.assertGreaterEqual(update['Finished'], update['Started'])
        record = self.bed.read_record(self.modems[name].properties['EquipmentIdentifier'])
        self.assertEqual((int(record['Started']), int(record['Finished'])),
                         (update['Started'], update['Finished']))
        status = self.bed.get_status(self.modems[name].index)
        self.assertLessEqual(status['started'], status['finished'])

    def test_back(self):
        """set back a year during an update: it does not end before it has started"""
        self.check('back')

    def test_forth(self):
        """set forth two years during an update: no timeout, and it succeeds"""
        self.check('forth')
        update = self.modems['forth'].read_update()
        self.assertGreater(update['Finished'] - update['Started'], YEAR)

    def test_suspended(self):
        """a suspend of eight hours: no timeout, and the download goes on"""
        self.assertEqual(self.progress_after_jump['State'], State.DOWNLOADING)
        self.check('suspended')


class NextDaemon(SharedBedCase):
    """The clock is set back a year while the daemon is restarted, as without a battery."""

    SCALE = 0.3

    def test_restart(self):
        """an update that has started in the future goes on, and does not end before that"""
        clock = Clock(self.bed)
        self.bed.start_daemon()
        module, modem = self.bed.add_modem(download='manual')
        enable_all(modem)
        self.assertIsNone(modem.start({'url': URL}).wait().error_name)
        module.report(START, interface=PRIMARY)
        modem.wait_for_state(State.DOWNLOADING)
        started = modem.read_update()['Started']
        self.bed.stop_daemon(kill=True)
        clock.set(-YEAR)
        self.bed.start_daemon()
        modem = self.bed.wait_for_state(module, State.DOWNLOADING)
        module.report(COMPLETE, interface=PRIMARY)
        modem.wait_for_state(State.INSTALLING)
        module.unplug()
        self.bed.wait_for_no_modem(module)
        module.set(revision=NEW)
        module.plug()
        update = self.bed.wait_for_state(module, State.SUCCEEDED).read_update()
        self.assertEqual(update['Started'], started)
        self.assertGreaterEqual(update['Finished'], started)


if __name__ == '__main__':
    main()
