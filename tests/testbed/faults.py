# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Faults of the file operations of an update, and what must hold after each of them. In a
cell, one operation fails or ends the daemon while a module is updated."""

import errno
import os
import stat

from . import bus, loop
from .bus import State
from .files import Files
from .invariants import UNDER_WAY, is_same
from .servers import make_package
from .stories import NEW, OLD
from .watched import WatchedBed

ERRORS = ('ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EINTR', 'EMFILE')
# Those after which the update must succeed, as the operation is repeated
HARMLESS = ('EINTR', 'shorten')
# Operations that leave the disk different
LASTING = ('write', 'chmod', 'fsync', 'rename')
# Those that are repeated after EINTR; not close(), which closes the file all the same
REPEATED = ('open', 'read', 'write', 'chmod', 'fsync', 'rename')

# Seconds until an update has ended and its record is true
LIMIT = 60
# Milliseconds until a rule is certainly not applied any more
LAST = 100
# Milliseconds per percent of a download in which the daemon is started again
PACE = 20


class Cell:
    """One fault. Its name is what it does."""

    def __init__(self, name):
        self.name = name

    def set_rule(self, files):
        """Sets the rule before the update is started."""
        raise NotImplementedError

    def disturb(self, subject):
        """Called once the update has been started."""

    def check(self, subject):
        """Called once it is over."""


class Failure(Cell):
    """The operation of a kind with a number fails, or is done in part."""

    def __init__(self, number, what, kind='any'):
        super().__init__(f'{what} at {kind} {number}')
        self.number = number
        self.what = what
        self.kind = kind

    def set_rule(self, files):
        if self.what == 'shorten':
            files.shorten(self.kind, self.number)
        else:
            files.fail(getattr(errno, self.what), self.kind, self.number)

    def check(self, subject):
        applied = subject.get_applied()
        if self.what in HARMLESS and applied and applied.kind in REPEATED:
            assert subject.has_succeeded, f'{applied.kind} was not repeated: {subject.update}'


class Kill(Cell):
    """The daemon is killed before or after the operation of a kind with a number."""

    def __init__(self, when, kind, number):
        super().__init__(f'killed {when} {kind} {number}')
        self.rule = (when, kind, number)

    def set_rule(self, files):
        files.kill(*self.rule)


class Reading(Failure):
    """The same failures while another daemon is started during the update."""

    def __init__(self, number, what, kind='any'):
        super().__init__(number, what, kind)
        self.name = f'{self.name} of the next daemon'

    def set_rule(self, files):
        files.let()

    def disturb(self, subject):
        subject.wait_for_states(State.DOWNLOADING)
        subject.stop_daemon(True)
        super().set_rule(subject.files)
        subject.bed.start_daemon()

    def check(self, subject):
        assert subject.has_succeeded, f'its record was lost: {subject.update}'


class Full(Cell):
    """Operations of a kind fail from the start of the download until the update is over. Once the
    record is true, the daemon is killed."""

    def __init__(self, what, kind):
        super().__init__(f'{what} at each {kind} until the end')
        self.what = what
        self.kind = kind

    def set_rule(self, files):
        files.let()

    def disturb(self, subject):
        subject.wait_for_states(State.DOWNLOADING)
        subject.files.fail(getattr(errno, self.what), self.kind)
        subject.wait_for_states(State.SUCCEEDED)
        subject.files.let()
        subject.wait_for_record()
        subject.stop_daemon(True)
        subject.bed.start_daemon()

    def check(self, subject):
        assert subject.has_succeeded, subject.update


def list_cells(n_operations, n_readings, counts):
    """All cells; @counts maps kinds of operations to how many of them an update has."""
    cells = [Kill(when, kind, number) for kind in LASTING for number in range(1, counts[kind] + 1)
             for when in ('before', 'after')]
    cells += [Full('ENOSPC', 'write'), Full('EROFS', 'open')]
    for what in (*ERRORS, 'shorten'):
        cells += [Failure(number, what) for number in range(1, n_operations + 1)]
        cells += [Reading(number, what) for number in range(1, n_readings + 1)]
    return cells


class FaultBed(WatchedBed):
    """A daemon whose file operations fail, one module that is updated, and one that is not."""

    def __init__(self):
        super().__init__(0, 1)
        self.files = Files(self.bed)
        self.watch = self.watches[0]
        self.module = self.watch.module
        self.urls = {}
        server = self.bed.start_http()
        for revision in (OLD, NEW):
            self.urls[revision] = server.publish(f'/{revision}', make_package(revision, 20000))
        # Of the last cell
        self.operations = []
        self.update = None
        self.has_succeeded = False

    def start(self):
        self.start_daemon()
        self.watch.imei = self.bed.wait_for_modem(self.module).properties['EquipmentIdentifier']

    # What a cell needs

    def get_applied(self):
        """The operation to which the rule has applied, or None."""
        return next((operation for operation in self.operations if operation.applied), None)

    @property
    def has_died(self):
        return self.bed.daemon and not self.bed.daemon.process.running

    def wait_for_states(self, *states):
        self.bed.wait_until(lambda: (modem := self.find(self.module)) and modem.state in states,
                            LIMIT, ' or '.join(state.name for state in states))

    def read_record(self):
        return self.bed.read_record(self.watch.imei)

    def is_recorded(self):
        """Whether the record agrees with the bus."""
        modem, record = self.find(self.module), self.read_record()
        if not modem or not modem.update:
            return False
        if not record:
            return modem.state == State.IDLE
        update = modem.update
        return record['State'] == modem.state.name.lower() and all(
            int(record[name]) == update[name] for name in ('Started', 'Finished', 'Progress'))

    def wait_for_record(self):
        self.bed.wait_until(self.is_recorded, LIMIT, 'record that agrees with the bus')

    # One cell

    def run(self, cell):
        """Raises an error if anything does not hold."""
        try:
            self.run_update(cell)
            self.check_cell(cell)
        except AssertionError as error:
            raise AssertionError(f'{cell.name}: {error}') from error

    def start_update(self, revision):
        modem = self.bed.wait_until(self.find_registered, LIMIT, 'registration')
        self.module.set(pace=PACE)
        return modem.start({'url': self.urls[revision], 'version': revision})

    def find_registered(self):
        modem = self.find(self.module)
        if modem and modem.properties['State'] == bus.STATE_DISABLED:
            self.enable_modems()
        if modem and modem.properties['State'] >= bus.STATE_REGISTERED:
            return modem
        return None

    def run_update(self, cell):
        target = NEW if is_same(self.module.revision, OLD) else OLD
        self.bed.wait_until(self.is_calm, LIMIT, 'rest')
        self.files.let()
        cell.set_rule(self.files)
        call = self.start_update(target)
        loop.wait_until(lambda: call.done or self.has_died, LIMIT, 'answer to Start()')
        if not self.has_died and not call.error_name:
            cell.disturb(self)
        loop.wait_until(lambda: self.has_died or self.is_over(), LIMIT, 'end of the update')
        self.operations = self.files.get_operations()
        self.files.let()
        # The rule may be applied just now
        loop.settle(LAST)
        if self.has_died:
            self.stop_daemon(True)
            self.start_daemon()
        self.bed.wait_until(self.is_over, LIMIT, 'end of the update and its record')
        self.update = self.find(self.module).read_update()
        self.has_succeeded = (State(self.update['State']) == State.SUCCEEDED
                              and is_same(self.module.revision, target))

    def is_over(self):
        modem = self.find(self.module)
        return modem and modem.update and modem.state not in UNDER_WAY and self.is_calm() and \
            self.is_recorded()

    def check_cell(self, cell):
        """Checks that the update has an end that is true, and that nothing is left over."""
        self.check_truth()
        with self.watch.blame():
            self.check_settings(self.watch)
            self.check_directory()
        cell.check(self)
        self.watch.reset()
        self.enable_modems()

    def check_directory(self):
        directory = self.bed.state_directory
        names = os.listdir(directory)
        assert set(names) <= {f'{self.watch.imei}.conf'}, names
        assert stat.S_IMODE(os.stat(directory).st_mode) == 0o700
        for name in names:
            mode = stat.S_IMODE(os.stat(f'{directory}/{name}').st_mode)
            assert mode == 0o600, f'{name} has the mode {mode:o}'
