# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The daemon, the module, or both go away in the middle of an update."""

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

RESTORED = ['AT+GTRAT=10', 'AT+GTSET="CALLBREAK",0', 'AT+GTSET="GPRSFIRST",0']


def get_last_values(commands):
    """The last of the commands that set each of what we set."""
    last = {}
    for command in commands:
        if command.startswith('AT+GTSET="'):
            last[command.partition(',')[0]] = command
        elif command.startswith('AT+GTRAT='):
            last['AT+GTRAT'] = command
    return sorted(last.values())


INTERRUPTIONS = {}


def setUpModule():
    """Runs all stories side by side: they are waiting most of the time."""
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
    """What must be true of the end of each interruption."""

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
        """It has ended as it must, and the module is as it was before."""
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
        # Neither ever goes back; but the record may lack the last second
        self.assertEqual(subject.states, sorted(subject.states))
        if not subject.TRANSIENT:
            self.assertEqual(subject.percentages, sorted(subject.percentages))
        self.assertEqual(get_last_values(subject.commands), RESTORED)
        # The update itself was asked for once, if ever
        n_started = sum(command.startswith('AT+GTOTA=1') for command in subject.commands)
        self.assertEqual(n_started, 0 if isinstance(subject, Answering) else 1)
        if state == State.FAILED:
            self.assertEqual(subject.next_end['State'], State.SUCCEEDED, subject.next_end)
            self.assertEqual(subject.next_end['CurrentVersion'], NEW)

    def test_preparing(self):
        """accepted by the module, which has not begun to download"""
        self.check(self.interruption.subjects['preparing'])

    def test_downloading(self):
        """at 40 %"""
        self.check(self.interruption.subjects['downloading'])

    def test_installing(self):
        """after the last report, before the module leaves the bus"""
        self.check(self.interruption.subjects['installing'])

    def test_after_restart(self):
        """back with the new firmware, the radio still held"""
        self.check(self.interruption.subjects['after_restart'])

    def test_answering(self):
        """while the module answers, before it is asked for the update"""
        self.check(self.interruption.subjects['answering'])

    def test_still_downloading(self):
        """a download that goes on meanwhile"""
        self.check(self.interruption.subjects['still_downloading'])

    def test_away(self):
        """while the module is away"""
        self.check(self.interruption.subjects['away'])

    def test_records(self):
        """one file for each module, that only root can read, without a secret"""
        directory = self.bed.state_directory
        self.assertEqual(stat.S_IMODE(os.stat(directory).st_mode), 0o700)
        names = os.listdir(directory)
        # A daemon that is killed while it writes one, leaves what it has written beside it
        self.assertEqual(sorted(name for name in names if name.endswith('.conf')),
                         sorted(f'{subject.imei}.conf' for subject in self.interruption.each()))
        for name in names:
            self.assertRegex(name, r'^\d{15}\.conf(\.\w{6})?$')
            path = f'{directory}/{name}'
            self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode), 0o600)
            with open(path, encoding='utf-8') as file:
                self.assertNotIn(PASSWORD, file.read())

    def test_bus(self):
        """an object for each module, and no other"""
        call = Call(self.bed.connection, ROOT, OBJECT_MANAGER, 'GetManagedObjects', None).wait()
        devices = [interfaces[MODEM]['Device'] for interfaces in call.result[0].values()]
        self.assertEqual(sorted(devices),
                         sorted(subject.module.path for subject in self.interruption.each()))

    def test_resources(self):
        """no port, pipe or inhibitor is kept"""
        # Of what is away, is just over, or never was under way, none
        self.assertGreaterEqual(self.interruption.n_inhibitors, 5)
        self.assertEqual(self.interruption.logind.n_held, 0)
        self.assertEqual([target for target in self.interruption.descriptors
                          if 'tty' in target or 'pts' in target], [])

    def test_zz_end(self):
        """the daemon ends cleanly"""
        self.bed.finish()


class Killed(States, unittest.TestCase):
    """The daemon is killed."""
    INTERRUPTION = DaemonKilled


class Restarted(States, unittest.TestCase):
    """The daemon is restarted."""
    INTERRUPTION = DaemonRestarted


class Unplugged(States, unittest.TestCase):
    """The cable is pulled."""
    INTERRUPTION = ModuleUnplugged


class Both(States, unittest.TestCase):
    """The daemon is killed and the cable pulled."""
    INTERRUPTION = PowerLost


if __name__ == '__main__':
    main()
