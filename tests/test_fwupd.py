# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""fwupd before, during and after an update."""

import unittest

from testbed import fwupd
from testbed.bus import State
from testbed.case import SharedBedCase
from testbed.servers import make_package
from testbed.tap import comment, main

NEW = '19011.1000.00.02.73.15'

# Without the last state, which belongs to a new modem object
STATES = [State.PREPARING, State.DOWNLOADING, State.INSTALLING, State.SUCCEEDED]


class Fwupd(SharedBedCase):
    """fwupd watches all modems, and starts anew in every state of an update."""

    SCALE = 0.3

    @classmethod
    def setUpClass(cls):
        if obstacle := fwupd.find_obstacle():
            raise unittest.SkipTest(obstacle)
        super().setUpClass()
        cls.devices = {}
        # With the diagnostics port and the properties of udev rules, which fwupd looks at
        cls.module = cls.bed.simulator.add(composition='ecm', hints='yes', download='manual')
        cls.bed.start_daemon()
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.modem.enable()
        cls.fwupd = fwupd.Fwupd(cls.bed)
        cls.look('before')
        cls.update()
        cls.look('after')

    @classmethod
    def look(cls, when):
        """Asks fwupd for the modems that it knows."""
        cls.devices[when] = [device['Name'] for device in cls.fwupd.list_devices()
                             if device['Plugin'] == 'modem_manager']

    @classmethod
    def restart(cls, when):
        """Starts fwupd anew, which looks at all devices then."""
        cls.fwupd.stop()
        cls.fwupd = fwupd.Fwupd(cls.bed)
        cls.look(when)

    @classmethod
    def report(cls, *lines):
        cls.module.report(*lines, interface=1)

    @classmethod
    def update(cls):
        url = cls.bed.start_http().publish('/package', make_package(NEW))
        call = cls.modem.start({'url': url}).wait()
        assert not call.error_name, call.message
        cls.restart('preparing')
        cls.report('GTOTA DOWNLOAD START', 'GTOTA DOWNLOADING: 40%')
        cls.bed.wait_for_announced(cls.module, State.DOWNLOADING)
        cls.restart('downloading')
        cls.report('GTOTA DOWNLOADING: 100%', 'GTOTA DOWNLOAD COMPLETE')
        cls.bed.wait_for_announced(cls.module, State.INSTALLING)
        cls.restart('installing')
        cls.module.unplug()
        cls.bed.wait_for_no_modem(cls.module)
        cls.restart('away')
        cls.module.set(revision=NEW)
        cls.module.plug()
        cls.modem = cls.bed.wait_for_state(cls.module, State.SUCCEEDED)

    def test_update(self):
        """updated, and the settings are restored"""
        self.assertEqual(self.bed.get_announced(self.module, 'State'), STATES)
        self.assertIn(100, self.bed.get_percentages(self.module))
        imei = self.modem.properties['EquipmentIdentifier']
        self.bed.wait_until(lambda: 'GTRAT' not in self.bed.read_record(imei), 20, 'restored')
        self.assertEqual(self.module.get_our_commands()[-1], 'AT+GTRAT=10')

    def test_not_taken(self):
        """fwupd does not inhibit the modem"""
        self.assertEqual([line for line in self.bed.daemon.log if 'inhibition setup' in line], [])

    def test_list(self):
        """whether fwupd offers updates of the modem does not depend on the update"""
        comment(f'built for ModemManager: {self.fwupd.knows_modems}, modems: {self.devices}')
        self.assertEqual(self.devices.pop('away'), [])
        for when, names in self.devices.items():
            self.assertEqual(names, self.devices['before'], when)


if __name__ == '__main__':
    main()
