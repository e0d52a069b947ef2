# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The daemon, the module or both go away during an update."""

import os
import shutil
import stat
import tempfile
import unittest

from testbed.bus import ERROR, MODEM, OBJECT_MANAGER, ROOT, Call, State
from testbed.interruptions import (NEW, OLD, PASSWORD, USER, Answering, PowerLost, DaemonKilled,
                                   DaemonRestarted, Interruption, ModuleUnplugged)
from testbed.servers import FtpServer, make_package
from testbed.tap import main

RESTORED = ['+GTRAT: 10', '+GTSET: "CALLBREAK",0', '+GTSET: "GPRSFIRST",0']

INTERRUPTIONS = {}


def setUpModule():
    """Runs all interruptions at once, as they mostly wait."""
    directory = tempfile.mkdtemp()
    unittest.addModuleCleanup(shutil.rmtree, directory)
    server = FtpServer(directory, USER, PASSWORD)
    unittest.addModuleCleanup(server.close)
    server.publish('package', make_package(NEW, 20000))
    for kind in (DaemonKilled, DaemonRestarted, ModuleUnplugged, PowerLost):
        INTERRUPTIONS[kind] = kind(f'ftp://{server.address}/package')
        unittest.addModuleCleanup(INTERRUPTIONS[kind].bed.close)
    for phase in Interruption.PHASES:
        for interruption in INTERRUPTIONS.values():
            interruption.run(phase)


class States:
    """What must hold after each interruption, by the state of the update."""

    INTERRUPTION = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.interruption = INTERRUPTIONS[cls.INTERRUPTION]
        cls.bed = cls.interruption.bed

    def setUp(self):
        if self.interruption.problem:
            raise self.interruption.problem

    def check(self, subject):
        """Checks the result of the update, and that the settings of the module are restored."""
        state = self.interruption.get_expected_end(subject)
        end = subject.end
        self.assertEqual(end['State'], state, end)
        self.assertEqual((end['PreviousVersion'], end['CurrentVersion'], end['TargetVersion']),
                         (OLD, NEW if state == State.SUCCEEDED else OLD, ''))
        self.assertEqual(end['Source'], self.interruption.url)
        self.assertGreaterEqual(end['Finished'], end['Started'])
        self.assertGreater(end['Started'], 0)
        if state == State.SUCCEEDED:
            self.assertEqual((end['Error'], end['Progress']), (('', ''), 100))
        else:
            self.assertTrue(end['Error'][0].startswith(ERROR), end['Error'])
            self.assertTrue(end['Error'][1])
        # Neither goes back, but the record may lack the last second
        self.assertEqual(subject.states, sorted(subject.states))
        if not subject.TRANSIENT:
            self.assertEqual(subject.percentages, sorted(subject.percentages))
        self.assertEqual(subject.settings, RESTORED)
        # AT+GTOTA is sent at most once
        n_started = sum(command.startswith('AT+GTOTA=1') for command in subject.commands)
        self.assertEqual(n_started, 0 if isinstance(subject, Answering) else 1)
        if state == State.FAILED:
            self.assertEqual(subject.next_end['State'], State.SUCCEEDED, subject.next_end)
            self.assertEqual(subject.next_end['CurrentVersion'], NEW)

    def test_preparing(self):
        """the module has accepted the update and has not begun the download"""
        self.check(self.interruption.subjects['preparing'])

    def test_downloading(self):
        """the download is at 40 %"""
        self.check(self.interruption.subjects['downloading'])

    def test_installing(self):
        """the download is complete, and the module has not left the bus yet"""
        self.check(self.interruption.subjects['installing'])

    def test_after_restart(self):
        """the module runs the new firmware, and the radio is still locked"""
        self.check(self.interruption.subjects['after_restart'])

    def test_answering(self):
        """the module is answering a command before AT+GTOTA"""
        self.check(self.interruption.subjects['answering'])

    def test_still_downloading(self):
        """the module downloads and installs meanwhile"""
        self.check(self.interruption.subjects['still_downloading'])

    def test_away(self):
        """the module has left the bus to install the update"""
        self.check(self.interruption.subjects['away'])

    def test_records(self):
        """there is one record per module, readable by root only, without the password"""
        directory = self.bed.state_directory
        self.assertEqual(stat.S_IMODE(os.stat(directory).st_mode), 0o700)
        names = os.listdir(directory)
        # A daemon that is killed while writing a record leaves a temporary file
        self.assertEqual(sorted(name for name in names if name.endswith('.conf')),
                         sorted(f'{subject.imei}.conf' for subject in self.interruption.each()))
        for name in names:
            self.assertRegex(name, r'^\d{15}\.conf(\.\w{6})?$')
            path = f'{directory}/{name}'
            self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode), 0o600)
            with open(path, encoding='utf-8') as file:
                self.assertNotIn(PASSWORD, file.read())

    def test_bus(self):
        """there is one object per module on the bus"""
        call = Call(self.bed.connection, ROOT, OBJECT_MANAGER, 'GetManagedObjects', None).wait()
        devices = [interfaces[MODEM]['Device'] for interfaces in call.result[0].values()]
        self.assertEqual(sorted(devices),
                         sorted(subject.module.path for subject in self.interruption.each()))

    def test_resources(self):
        """no port, pipe or inhibitor is left open"""
        # None is held for a module that is away, an update that has ended or one that never began
        self.assertGreaterEqual(self.interruption.n_inhibitors, 5)
        self.assertEqual(self.interruption.logind.n_held, 0)
        self.assertEqual([target for target in self.interruption.descriptors
                          if 'tty' in target or 'pts' in target], [])

    def test_zz_end(self):
        """the daemon exits cleanly"""
        self.bed.finish()


class Killed(States, unittest.TestCase):
    """The daemon is killed."""
    INTERRUPTION = DaemonKilled


class Restarted(States, unittest.TestCase):
    """The daemon is restarted."""
    INTERRUPTION = DaemonRestarted


class Unplugged(States, unittest.TestCase):
    """The module is unplugged."""
    INTERRUPTION = ModuleUnplugged


class Both(States, unittest.TestCase):
    """The daemon is killed and the module is unplugged."""
    INTERRUPTION = PowerLost


if __name__ == '__main__':
    main()
