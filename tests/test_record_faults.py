# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Single file operations of the daemon that fail, or during which it is killed. `make faults`
tries all of them."""

import unittest

from testbed.faults import Failure, FaultBed, Kill, Reading
from testbed.tap import main


class Operations(unittest.TestCase):
    """One update after the other; what must hold after each is in testbed/faults.py."""

    @classmethod
    def setUpClass(cls):
        cls.faults = FaultBed()
        cls.bed = cls.faults.bed
        cls.addClassCleanup(cls.bed.close)
        cls.faults.start()

    def test_no_space(self):
        """no space when the update begins: it is refused"""
        self.faults.run(Failure(1, 'ENOSPC', 'write'))

    def test_damaged_disk(self):
        """an error of the disk while the settings of the module are recorded"""
        self.faults.run(Failure(2, 'EIO', 'rename'))

    def test_killed_before_rename(self):
        """killed before the module is told to start the update"""
        self.faults.run(Kill('before', 'rename', 4))

    def test_killed_after_rename(self):
        """killed after the module was told"""
        self.faults.run(Kill('after', 'rename', 6))

    def test_unreadable(self):
        """the next daemon cannot read the record at first"""
        self.faults.run(Reading(1, 'EIO', 'read'))

    def test_zz_end(self):
        """the daemon exits cleanly"""
        self.bed.finish()


if __name__ == '__main__':
    main()
