# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The example programs, each with an update that succeeds and one that fails."""

import os
import shutil
import unittest

from testbed.bus import enable_all
from testbed.case import Paths, SharedBedCase
from testbed.loop import Process
from testbed.servers import make_package
from testbed.tap import main

EXAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'examples')
NAMES = ('update.py', 'update-gdbus', 'update-busctl', 'update-mmcli')

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
FAILED = 'GTOTA DOWNLOAD FAILED'


@unittest.skipUnless(shutil.which('busctl'), 'needs busctl')
class Examples(SharedBedCase):
    """All examples at once, each with two modules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        url = bed.start_http().publish('/package', make_package(NEW))
        cls.good = {name: bed.simulator.add(pace=10) for name in NAMES}
        cls.bad = {name: bed.simulator.add(download='manual') for name in NAMES}
        cls.idle = bed.simulator.add()
        bed.start_daemon()
        modems = {module: bed.wait_for_modem(module)
                  for module in [*cls.good.values(), *cls.bad.values()]}
        enable_all(*modems.values())
        cls.successes = {name: cls.start(name, modems[cls.good[name]], url) for name in NAMES}
        cls.failures = {name: cls.start(name, modems[cls.bad[name]], f'http://host/{name}')
                        for name in NAMES}

    @classmethod
    def start(cls, name, modem, url):
        command = cls.bed.make_client_command(os.path.join(EXAMPLES, name), modem.index, url)
        path = f'{os.path.dirname(Paths.client)}:{os.environ["PATH"]}'
        process = Process(command, cls.bed.usb_env | {'PATH': path})
        process.argv = [name]
        cls.bed.processes.append(process)
        return process

    def test_success(self):
        """an example follows the module through its restart and exits with 0"""
        for name, process in self.successes.items():
            with self.subTest(example=name):
                self.assertEqual(self.bed.wait_for_client(process), 0, process.stderr)
                self.assertEqual(process.stderr, '')
                # One example polls and may miss the end of the download
                self.assertRegex(process.stdout, r'\b\d+%' if name == 'update-busctl'
                                 else r'\b100%')
                self.assertNotIn('None', process.stdout)
                self.assertIn(NEW, process.output[-1])
                if name != 'update-mmcli':
                    self.assertEqual(process.output[-1], f'{OLD} -> {NEW}')

    def test_failure(self):
        """an example prints the reason and exits with 1"""
        for name in self.failures:
            command = f'AT+GTOTA=0,"http://host/{name}"'
            self.bed.wait_until(lambda c=command: self.bed.daemon.count_answers(c), 40, command)
            self.bad[name].report('GTOTA DOWNLOADING: 10%', FAILED, interface=1)
        for name, process in self.failures.items():
            with self.subTest(example=name):
                self.assertEqual(self.bed.wait_for_client(process), 1, process.stdout)
                self.assertEqual(len(process.errors), 1, process.stderr)
                self.assertRegex(process.stderr, f'^error: .*the module reports: {FAILED}; check the server')

    def test_refusal(self):
        """an example prints why ModemManager refuses an update"""
        modem = self.bed.wait_for_modem(self.idle)
        enable_all(modem)
        for name in NAMES:
            with self.subTest(example=name):
                process = self.start(name, modem, 'https://host/package')
                # The client exits with 2 for a usage error
                status = 2 if name == 'update-mmcli' else 1
                self.assertEqual(self.bed.wait_for_client(process), status, process.stdout)
                self.assertRegex(process.stderr, 'https:// is not supported')


if __name__ == '__main__':
    main()
