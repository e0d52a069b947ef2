# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Faults of the system: a full disk, no file descriptors, ports that cannot be opened,
no bus."""

import os
import resource
import subprocess

from gi.repository import GLib

from testbed.bus import ERROR, MODEM, Call, State
from testbed.case import BedCase
from testbed.daemon import find_complaints
from testbed.loop import wait_until
from testbed.system import find_namespace_obstacle
from testbed.tap import main

URL = 'http://127.0.0.1/package'
PRIMARY, SECONDARY = 1, 2
START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
NOT_RESTORED = "the module's settings are not restored yet"
NOT_RECORDED = 'the firmware update is not recorded for now'
RECORDED = 'the firmware update is recorded again'


class FaultCase(BedCase):
    """A module that reports what the cases tell it to."""

    SCALE = 0.3

    def start(self):
        self.bed.start_daemon()
        self.module, self.modem = self.bed.add_modem(download='manual')
        self.modem.enable()
        self.imei = self.modem.properties['EquipmentIdentifier']

    def assert_refused(self, reason):
        """Checks that Start() fails with a reason, and that nothing is sent to the module."""
        before = self.modem.read_update()
        n_commands = len(self.module.get_update_commands())
        call = self.modem.start({'url': URL}).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.Failed', call.message)
        self.assertIn(reason, call.message)
        self.assertEqual(self.module.get_update_commands()[n_commands:], [])
        self.assertEqual(self.modem.read_update(), before)

    def begin(self):
        call = self.modem.start({'url': URL}).wait()
        self.assertIsNone(call.error_name, call.message)

    def report(self, *lines):
        self.module.report(*lines, interface=PRIMARY)

    def count_in_log(self, text):
        return sum(text in line for line in self.bed.daemon.log)

    def count_warnings(self):
        return self.count_in_log(NOT_RECORDED)

    def install(self):
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.set(revision='NEW-1')
        self.module.plug()


class Disk(FaultCase):
    """The records are on a small file system."""

    def setUp(self):
        obstacle = find_namespace_obstacle()
        if obstacle:
            self.skipTest(obstacle)
        super().setUp()
        self.directory = self.bed.state_directory
        os.makedirs(self.directory)
        self.run_program('mount', '-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', self.directory)
        # This must precede the removal of the bed
        self.addCleanup(self.run_program, 'umount', '--lazy', self.directory)
        self.start()

    @staticmethod
    def run_program(*argv):
        subprocess.run(argv, check=True)

    def fill(self):
        with open(f'{self.directory}/filler', 'wb', buffering=0) as file:
            try:
                while True:
                    file.write(b'x' * 4096)
            except OSError:
                pass

    def make_room(self):
        os.unlink(f'{self.directory}/filler')

    def set_read_only(self, read_only):
        self.run_program('mount', '-o', f'remount,{"ro" if read_only else "rw"}', self.directory)

    def test_full_at_start(self):
        """a full disk: updates are refused before anything is sent, until there is space"""
        self.fill()
        self.assert_refused('free some space')
        self.make_room()
        self.begin()
        self.assertEqual(self.bed.read_record(self.imei)['State'], 'preparing')

    def test_read_only_at_start(self):
        """a read-only disk: updates are refused before anything is sent, until it is writable"""
        self.set_read_only(True)
        self.assert_refused('make it writable')
        self.set_read_only(False)
        self.begin()

    def test_full_while_downloading(self):
        """a full disk during the download: the update goes on, with a warning"""
        self.begin()
        self.fill()
        self.report(START, 'GTOTA DOWNLOADING: 40%')
        self.modem.wait_for_state(State.DOWNLOADING)
        self.bed.wait_until(self.count_warnings, 20, 'warning')
        record = self.bed.read_record(self.imei)
        self.assertEqual(record['State'], 'preparing')
        self.report(COMPLETE)
        self.modem.wait_for_state(State.INSTALLING)
        self.bed.stop_daemon(kill=True)
        self.make_room()
        self.module.unplug()
        self.module.set(revision='NEW-1')
        self.module.plug()
        self.bed.start_daemon()
        self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.assertEqual(self.bed.read_record(self.imei)['State'], 'succeeded')

    def test_full_twice(self):
        """a full disk, twice: there is a warning each time, and a message once it is over"""
        self.begin()
        for number, lines in enumerate(((START, COMPLETE), (START, 'GTOTA DOWNLOADING: 40%')), 1):
            self.fill()
            self.report(*lines)
            self.bed.wait_until(lambda n=number: self.count_warnings() == n, 20, 'warning')
            self.make_room()
            self.bed.wait_until(lambda n=number: self.count_in_log(RECORDED) == n, 20, 'message')

    def test_read_only_while_downloading(self):
        """a read-only disk from the download on: the update succeeds, with a warning, and is recorded
        as soon as possible"""
        self.begin()
        self.set_read_only(True)
        self.report(START, COMPLETE)
        self.modem.wait_for_state(State.INSTALLING)
        self.install()
        self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.assertEqual(self.count_warnings(), 1)
        self.assertEqual(self.bed.read_record(self.imei)['State'], 'preparing')
        self.set_read_only(False)
        self.bed.wait_until(lambda: self.bed.read_record(self.imei)['State'] == 'succeeded', 20,
                            'record')


class Descriptors(FaultCase):
    """The daemon has no file descriptor left."""

    def setUp(self):
        super().setUp()
        self.start()

    def set_limit(self, limit):
        pid = self.bed.daemon.process.pid
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (limit, 4096))

    def take_all(self):
        pid = self.bed.daemon.process.pid
        self.set_limit(max(map(int, os.listdir(f'/proc/{pid}/fd'))) + 1)

    def test_at_start(self):
        """updates are refused before anything is sent, until there are descriptors again"""
        self.take_all()
        self.assert_refused('Too many open files')
        self.set_limit(1024)
        self.begin()

    def test_while_downloading(self):
        """none is left during the download: the update goes on and succeeds"""
        self.begin()
        self.take_all()
        self.report(START, 'GTOTA DOWNLOADING: 40%')
        self.modem.wait_for_state(State.DOWNLOADING)
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 40, 10, '40 %')
        self.report(COMPLETE)
        self.modem.wait_for_state(State.INSTALLING)
        self.assertGreater(self.count_warnings(), 0)
        self.set_limit(1024)
        self.install()
        self.bed.wait_for_state(self.module, State.SUCCEEDED)


class Ports(FaultCase):
    """Ports that cannot be opened."""

    def get_node(self, interface):
        return f'{self.bed.simulator.directory}/dev/{self.module.get_tty(interface)}'

    def hide(self, *interfaces):
        for interface in interfaces:
            os.rename(self.get_node(interface), self.get_node(interface) + '.away')

    def show(self, *interfaces):
        for interface in interfaces:
            os.rename(self.get_node(interface) + '.away', self.get_node(interface))

    def wait_for_log(self, text):
        self.bed.wait_until(lambda: any(text in line for line in self.bed.daemon.log), 20, text)

    def test_secondary(self):
        """one of two ports after a restart of the daemon: reports on the other one suffice"""
        self.start()
        self.begin()
        self.report(START, 'GTOTA DOWNLOADING: 40%')
        self.modem.wait_for_state(State.DOWNLOADING)
        self.bed.stop_daemon(kill=True)
        n_commands = len(self.module.get_commands())
        self.bed.start_daemon()
        # By then, both ports have been probed
        self.bed.wait_until(lambda: 'AT+CFUN?' in self.module.get_commands()[n_commands:], 40,
                            'initialization')
        self.hide(SECONDARY)
        self.modem = self.bed.wait_for_modem(self.module)
        self.wait_for_log('port not used for the firmware update')
        self.report('GTOTA DOWNLOADING: 60%')
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 60, 20, '60 %')

    def test_restored_later(self):
        """all ports, with settings to restore: they are restored as soon as the ports open"""
        self.start()
        # Neither this daemon nor the next one can restore it
        self.module.answer('AT+GTRAT=10', '', 2)
        self.module.answer('AT+GTOTA=0', 'ERROR', 1)
        self.assertIsNotNone(self.modem.start({'url': URL}).wait().error_name)
        self.wait_for_log(NOT_RESTORED)
        self.bed.stop_daemon(kill=True)
        self.bed.start_daemon()
        self.modem = self.bed.wait_for_modem(self.module)
        self.wait_for_log(NOT_RESTORED)
        self.bed.wait_until(lambda: not self.bed.daemon.open_ports, 20, 'closed ports')
        self.hide(PRIMARY, SECONDARY)
        call = Call(self.bed.connection, self.modem.path, MODEM, 'Enable',
                    GLib.Variant('(b)', (True,))).wait()
        self.assertEqual(call.error_name, ERROR + 'Serial.OpenFailed')
        self.assertIn('GTRAT', self.bed.read_record(self.imei))
        self.show(PRIMARY, SECONDARY)
        self.modem.enable()
        self.bed.wait_until(lambda: 'GTRAT' not in self.bed.read_record(self.imei), 20, 'restored')
        self.assertEqual(self.module.get_our_commands()[-1], 'AT+GTRAT=10')


class Bus(FaultCase):
    """The bus goes away."""

    # From the stock daemon, if it has lost its name and also gets the SIGTERM of GLib
    STOCK_COMPLAINT = "g_main_loop_quit: assertion 'loop != NULL' failed"

    def test_gone(self):
        """during the download: the daemon exits, and the record is up to date"""
        self.bed.usb_env['G_DEBUG'] = ''
        self.start()
        self.begin()
        self.report(START, 'GTOTA DOWNLOADING: 40%')
        self.modem.wait_for_state(State.DOWNLOADING)
        self.bed.wait_until(lambda: self.bed.read_record(self.imei)['Progress'] == '40', 20, '40 %')
        self.bed.connection.set_exit_on_close(False)
        # Without a bus, nothing can be stopped cleanly
        self.addCleanup(self.bed.close)
        self.bed.bus.process.kill()
        wait_until(lambda: not self.bed.daemon.process.running, 40, 'end of the daemon')
        # It exits on its own, or by the SIGTERM that GLib raises when the bus is lost
        self.assertIn(self.bed.daemon.process.returncode, (0, 1, -15))
        complaints = [line for line in find_complaints(self.bed.daemon.log)
                      if self.STOCK_COMPLAINT not in line]
        self.assertEqual(complaints, [])
        record = self.bed.read_record(self.imei)
        self.assertEqual((record['State'], record['Progress'], record['Finished']),
                         ('downloading', '40', '0'))


if __name__ == '__main__':
    main()
