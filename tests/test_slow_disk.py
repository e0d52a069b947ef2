# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A disk that takes 1.5 s for each fsync."""

import errno
import threading
import time

from gi.repository import Gio, GLib

from testbed.bus import MODEM, PROPERTIES, SERVICE, UPDATE, State, enable_all
from testbed.case import BedCase, SharedBedCase
from testbed.files import Files
from testbed.loop import PATIENCE
from testbed.tap import comment, main

NEW = '19011.1000.00.02.73.15'
URL = 'http://127.0.0.1/package'
PRIMARY = 1

# Milliseconds
FSYNC = 1500
# Seconds that another caller may wait, and how much longer all calls together, as the machine may
# be busy with something else
BOUND = 0.05
BUSY = 0.5 * PATIENCE
# Milliseconds between two calls
PAUSE = 2


class Caller:
    """Another caller of the daemon: gets a property again and again, in a thread. Its waits are
    in seconds."""

    def __init__(self, bed, modem):
        self._connection = bed.bus.connect()
        self._path = modem.path
        self._is_over = threading.Event()
        self.waits = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._is_over.wait(PAUSE / 1000):
            begin = time.monotonic()
            self._connection.call_sync(SERVICE, self._path, PROPERTIES, 'Get',
                                       GLib.Variant('(ss)', (MODEM, 'State')), None,
                                       Gio.DBusCallFlags.NO_AUTO_START, -1, None)
            self.waits.append(time.monotonic() - begin)

    def stop(self):
        self._is_over.set()
        self._thread.join()


class SlowDisk(SharedBedCase):
    """A complete update."""

    SCALE = 0.3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = Files(cls.bed)
        cls.bed.start_daemon()
        _, other = cls.bed.add_modem()
        cls.module, modem = cls.bed.add_modem(download='manual')
        enable_all(modem)
        cls.imei = modem.properties['EquipmentIdentifier']
        # The announced states, when they were received, and the state in the record then
        cls.announced = []
        cls.bed.connection.signal_subscribe(
            None, PROPERTIES, 'PropertiesChanged', None, UPDATE, Gio.DBusSignalFlags.NONE,
            cls.receive)
        cls.files.delay(FSYNC, 'fsync')
        caller = Caller(cls.bed, other)
        cls.addClassCleanup(caller.stop)
        cls.run_update(modem)
        caller.stop()
        cls.waits = caller.waits
        cls.operations = cls.files.get_operations()
        cls.files.let()

    @classmethod
    def receive(cls, _connection, _sender, _path, _interface, _signal, parameters):
        values = parameters.unpack()[1]
        if 'State' in values:
            record = cls.bed.read_record(cls.imei)
            cls.announced.append((time.monotonic(), State(values['State']), record['State']))

    @classmethod
    def run_update(cls, modem):
        call = modem.start({'url': URL}).wait()
        assert not call.error_name, call.message
        cls.module.report('GTOTA DOWNLOAD START', interface=PRIMARY)
        modem.wait_for_state(State.DOWNLOADING)
        cls.module.report('GTOTA DOWNLOAD COMPLETE', interface=PRIMARY)
        modem.wait_for_state(State.INSTALLING)
        cls.module.unplug()
        cls.bed.wait_for_no_modem(cls.module)
        cls.module.set(revision=NEW)
        cls.module.plug()
        cls.bed.wait_for_state(cls.module, State.SUCCEEDED)
        cls.bed.wait_until(lambda: 'GTRAT' not in cls.bed.read_record(cls.imei), 40, 'restored')

    def test_waits(self):
        """another caller never waits for it"""
        late = [wait for wait in self.waits if wait > BOUND]
        comment(f'{len(self.waits)} calls, the longest {max(self.waits) * 1000:.0f} ms; '
                f'{len(late)} waited longer than {BOUND * 1000:.0f} ms')
        self.assertGreater(sum(operation.kind == 'fsync' for operation in self.operations), 5)
        self.assertLess(sum(late), BUSY)

    def test_announced(self):
        """each state is on disk when it is announced, and so is the name of its file"""
        self.assertEqual([state for _, state, _ in self.announced],
                         [State.PREPARING, State.DOWNLOADING, State.INSTALLING, State.SUCCEEDED])
        for when, state, recorded in self.announced:
            with self.subTest(state.name):
                self.assertEqual(recorded, state.name.lower())
                rename = [operation for operation in self.operations
                          if operation.kind == 'rename' and operation.end < when][-1]
                synced = [operation for operation in self.operations
                          if operation.kind == 'fsync' and operation.end and operation.end < when]
                self.assertTrue(any(operation.name == rename.name and operation.end < rename.begin
                                    for operation in synced), 'the contents')
                self.assertTrue(any(operation.name == '.' and operation.begin > rename.end
                                    for operation in synced), 'the name')


class Held(BedCase):
    """What is held for the module while the beginning of an update is written."""

    SCALE = 0.1

    def test_inhibitor(self):
        """the module may go on with the last update, and leaves: one, and none at the end"""
        files = Files(self.bed)
        logind = self.bed.start_logind()
        self.bed.start_daemon()
        module, modem = self.bed.add_modem(download='manual')
        modem.enable()
        modem.start({'url': URL}).wait()
        # Otherwise, the record of the last update need not be written again
        files.fail(errno.ENOSPC, 'fsync')
        modem = self.bed.replug(module)
        files.delay(FSYNC, 'fsync')
        call = modem.start({'url': URL})
        self.bed.wait_until(lambda: any('failed -> preparing' in line
                                        for line in self.bed.daemon.log), 20, 'second update')
        self.assertEqual(logind.n_held, 1)
        module.unplug()
        call.wait()
        self.assertEqual(logind.n_held, 1)
        files.let()
        module.set(revision=NEW)
        module.plug()
        self.bed.wait_for_state(module, State.SUCCEEDED)
        self.bed.wait_until(lambda: not logind.n_held, 10, 'release')


if __name__ == '__main__':
    main()
