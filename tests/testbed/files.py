# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The file operations of the daemon in the directory of the records: counts them, and has
one of them fail, take long or be the last one."""

import collections
import os

from .case import Paths

PRELOAD = os.path.join(Paths.build, 'tests', 'testbed', '.libs', 'preload-files.so')

# A file operation: when it began and ended, in seconds of time.monotonic(); the name in the
# directory; the error number, or 0; whether the rule has applied to it. One that has not ended
# has ended at None.
Operation = collections.namedtuple('Operation', 'begin end kind name error applied')


class Files:
    """The rule for the file operations of daemons that are started from now on."""

    def __init__(self, bed):
        self._rule = os.path.join(bed.directory, 'files-rule')
        self._log = os.path.join(bed.directory, 'files-log')
        self._serial = 0
        # Before umockdev, which calls these functions itself
        bed.usb_env['LD_PRELOAD'] = f'{PRELOAD}:{bed.usb_env["LD_PRELOAD"]}'
        bed.usb_env |= {'TEST_FILES_RULE': self._rule, 'TEST_FILES_LOG': self._log}
        self.let()

    def _set(self, action, kind='any', number=0, value=0):
        """Applies to an operation of a kind, counted from now on, or to each of them."""
        self._serial += 1
        with open(f'{self._rule}.new', 'w', encoding='ascii') as file:
            file.write(f'{self._serial} {action} {kind} {number} {value}\n')
        os.rename(f'{self._rule}.new', self._rule)

    def let(self):
        """Only logs from now on."""
        self._set('let', 'none')

    def fail(self, error, kind='any', number=0):
        self._set('fail', kind, number, error)

    def shorten(self, kind='any', number=0):
        """Has it read or write half of the data, if it reads or writes."""
        self._set('shorten', kind, number)

    def kill(self, when, kind, number=0):
        """Kills the daemon 'before' or 'after' the operation."""
        self._set(f'kill-{when}', kind, number)

    def delay(self, milliseconds, kind, number=0):
        self._set('delay', kind, number, milliseconds)

    def get_operations(self):
        """The operations since the rule was set, in the order in which they began."""
        if not os.path.exists(self._log):
            return []
        operations = []
        with open(self._log, encoding='ascii') as file:
            lines = [line.split(' ', 4) for line in file]
        for serial, when, mark, kind, rest in lines:
            name, value = rest.rsplit(' ', 1)
            if int(serial) != self._serial:
                continue
            if mark != '<':
                operations.append(Operation(float(when), None, kind, name, 0, mark == '!'))
                continue
            for number, operation in enumerate(operations):
                # Unless it began before
                if operation[1:4] == (None, kind, name):
                    operations[number] = operation._replace(end=float(when), error=int(value))
                    break
        return operations
