# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates of a machine that runs on its battery."""

import importlib.util
import json
import os
import signal
import unittest

from gi.repository import GLib

from testbed.bus import ERROR, UPDATE, State
from testbed.case import SharedBedCase
from testbed.radio import RadioCase
from testbed.servers import make_package
from testbed.system import MockUPower
from testbed.tap import main

NEW = '19011.1000.00.02.73.15'
URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'

LOW_BATTERY = UPDATE + '.Error.LowBattery'
MESSAGE = ('the battery is at 12%: connect the charger, or start anyway with '
           'ignore-battery=yes')
DISABLED = 3


def start_upower(bed):
    upower = MockUPower(bed.connection, bed.env)
    bed.processes.append(upower.process)
    return upower


@unittest.skipUnless(importlib.util.find_spec('dbusmock'), 'needs python3-dbusmock')
class Battery(SharedBedCase):
    """A laptop with UPower."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.upower = start_upower(bed)
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        bed.start_daemon()
        cls.module, cls.modem = bed.add_modem(download='manual')
        bed.wait_until(lambda: cls.modem.update['Transports'], 10, 'transports')
        cls.modem.enable()

    def setUp(self):
        self.before = len(self.module.get_our_commands())
        self.addCleanup(self.end)

    def end(self):
        if self.modem.state in (State.PREPARING, State.DOWNLOADING):
            type(self).modem = self.bed.end_update(self.module)

    def get_commands(self):
        return self.module.get_our_commands()[self.before:]

    def refuse(self, settings, name, message):
        update = self.modem.read_update()
        call = self.modem.start(settings).wait()
        self.assertEqual((call.error_name, call.message), (name, message))
        self.assertEqual(self.get_commands(), [])
        self.assertEqual(self.modem.read_update(), update)

    def accept(self, settings):
        call = self.modem.start(settings).wait()
        self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.get_commands()[-1], GTOTA)
        self.end()

    def test_low(self):
        """below 20 %, an update is refused before anything is sent"""
        self.upower.set_battery(MockUPower.DISCHARGING, 12.7)
        self.refuse({'url': URL}, LOW_BATTERY, MESSAGE)
        self.upower.set_battery(MockUPower.DISCHARGING, 19.9)
        self.refuse({'url': URL}, LOW_BATTERY, MESSAGE.replace('12', '19'))

    def test_low_but_ignored(self):
        """ignore-battery: the same update starts"""
        self.upower.set_battery(MockUPower.DISCHARGING, 12.0)
        self.refuse({'url': URL, 'ignore-battery': GLib.Variant('b', False)}, LOW_BATTERY, MESSAGE)
        self.accept({'url': URL, 'ignore-battery': GLib.Variant('b', True)})

    def test_enough(self):
        """from 20 % on, an update starts"""
        self.upower.set_battery(MockUPower.DISCHARGING, 20.0)
        self.accept({'url': URL})

    def test_mains(self):
        """charging, fully charged, or without a battery, an update starts"""
        for state, is_present in ((MockUPower.CHARGING, True), (MockUPower.FULL, True),
                                  (MockUPower.DISCHARGING, False)):
            with self.subTest(state=state, is_present=is_present):
                self.upower.set_battery(state, 5.0, is_present)
                self.accept({'url': URL})

    def test_other_errors_first(self):
        """wrong settings and an update under way are reported instead"""
        self.upower.set_battery(MockUPower.DISCHARGING, 12.0)
        self.refuse({'url': ''}, ERROR + 'Core.InvalidArgs', 'url: is empty')
        self.upower.set_battery(MockUPower.CHARGING, 12.0)
        self.assertIsNone(self.modem.start({'url': URL}).wait().error_name)
        self.upower.set_battery(MockUPower.DISCHARGING, 12.0)
        call = self.modem.start({'url': URL}).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.InProgress')

    def test_client(self):
        """the client names the error, and does not enable the modem; ignore-battery=yes does"""
        module, modem = self.bed.add_modem(pace=5)
        self.bed.wait_until(lambda: modem.properties['State'] == DISABLED, 20, 'disabled modem')
        self.upower.set_battery(MockUPower.DISCHARGING, 12.0)
        client = self.bed.start_update(modem, self.url, '-J')
        self.assertEqual(self.bed.wait_for_client(client), 1)
        error = json.loads(client.output[-1])['modem']['firmware']['update']['error']
        self.assertEqual((error['name'], error['message']), (LOW_BATTERY, MESSAGE))
        client = self.bed.start_update(modem, self.url)
        self.assertEqual(self.bed.wait_for_client(client), 1)
        self.assertEqual(client.stderr, f"error: couldn't update the firmware: {MESSAGE}\n")
        self.assertEqual(modem.properties['State'], DISABLED)
        self.assertEqual(module.get_update_commands(), [])

        client = self.bed.start_update(modem, f'url={self.url},ignore-battery=yes')
        self.assertEqual(self.bed.wait_for_client(client), 0, client.stderr)
        self.assertIn(NEW, client.output[-1])

    def test_zz_no_upower(self):
        """without UPower, an update starts"""
        self.upower.stop()
        self.accept({'url': URL})


@unittest.skipUnless(importlib.util.find_spec('dbusmock'), 'needs python3-dbusmock')
class Slow(RadioCase):
    """UPower takes longer than the timer that restores settings."""

    SCALE = 0.02
    KEYS = {'slow': {'gtset-read': 'yes'}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.upower = start_upower(cls.bed)

    def read_saved(self):
        record = self.bed.read_record(self.modem.properties['EquipmentIdentifier'])
        return [record.get(name) for name in ('GTRAT', 'CALLBREAK', 'GPRSFIRST')]

    def test_slow(self):
        """a second update begins after an attempt to restore the settings, not during it"""
        self.prepare('slow')
        self.module.answer(GTOTA, '+CME ERROR: 3', 1)
        self.module.delay(GTOTA, 300)
        call = self.start()
        self.wait_for_command(GTOTA)
        for query in ('AT+GTSET?', 'AT+GTRAT?'):
            self.module.answer(query, '+CME ERROR: 3', 1)
        os.kill(self.upower.process.pid, signal.SIGSTOP)
        self.assertIsNotNone(call.wait().error_name)
        self.module.delay('AT+GT', 50)
        before = len(self.get_commands())
        call = self.start()
        # By the timer, after the first attempt
        self.bed.wait_until(lambda: len(self.get_commands()) > before + 2, 20, 'attempt')
        os.kill(self.upower.process.pid, signal.SIGCONT)
        self.assertIsNone(call.wait().error_name, call.message)
        self.assertEqual(self.read_saved(), ['10', '0', '0'])


if __name__ == '__main__':
    main()
