# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""GNOME Settings while the modem that it shows is updated."""

import unittest

from testbed import desktop, network
from testbed.case import SharedBedCase
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'

PANEL = 'Mobile Network'
DETAILS = 'Modem Details'


class MobileNetwork(SharedBedCase):
    """The modem's details are open when the module restarts."""

    ISOLATED = True
    KEYS = {'composition': 'qmi', 'hints': 'yes', 'away': 3000}

    @classmethod
    def setUpClass(cls):
        obstacle = desktop.find_obstacle() or network.find_obstacle()
        if obstacle:
            raise unittest.SkipTest(obstacle)
        super().setUpClass()
        bed = cls.bed
        url = bed.start_http().publish('/package', make_package(NEW))
        cls.module = bed.simulator.add(**cls.KEYS)
        bed.start_daemon()
        modem = bed.wait_for_modem(cls.module)
        cls.start_programs()
        cls.before = cls.look('before')
        cls.client = bed.start_update(modem, url)
        cls.desktop.wait_until(lambda: not cls.desktop.find('list item', DETAILS),
                               'panel without modem')
        cls.desktop.save_screenshot('away')
        bed.wait_for_client(cls.client)
        cls.desktop.click('label', PANEL)
        cls.after = cls.look('after')

    @classmethod
    def start_programs(cls):
        manager = network.NetworkManager(cls.bed)
        cls.addClassCleanup(manager.stop)
        manager.nmcli('connection', 'add', 'type', 'gsm', 'con-name', 'mobile', 'ifname', '*',
                      'apn', 'internet')
        cls.desktop = desktop.Desktop(cls.bed)
        cls.addClassCleanup(cls.desktop.stop)
        cls.desktop.start_settings('wwan')

    @classmethod
    def look(cls, name):
        """Opens the modem's details and returns their texts."""
        cls.desktop.click('list item', DETAILS)
        cls.desktop.wait_until(lambda: cls.desktop.find('dialog', DETAILS), 'dialog')
        labels = cls.desktop.get_texts(DETAILS)
        cls.desktop.save_screenshot(name)
        return labels

    def check_detail(self, texts, name, value):
        self.assertIn(name, texts)
        self.assertEqual(texts[texts.index(name) + 1], value)

    def test_update(self):
        """updated"""
        self.assertEqual(self.client.stderr, '')
        self.assertEqual(self.client.output[-1], SUCCESS)

    def test_before(self):
        """the details show the firmware version before the update"""
        self.check_detail(self.before, 'Model', 'NL668-EAU-00')
        self.check_detail(self.before, 'Firmware Version', OLD)

    def test_after(self):
        """the details show the new version after the restart"""
        self.check_detail(self.after, 'Firmware Version', NEW)
        self.check_detail(self.after, 'Network Status', 'Registered')

    def test_complaints(self):
        """GNOME Settings prints no warning, with or without the modem"""
        self.assertEqual(self.desktop.get_complaints(), [])


if __name__ == '__main__':
    main()
