# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""As many modules as a test machine may have. `make soak` runs longer."""

import unittest

from soak import Soak
from testbed.tap import comment, main

N_MODULES = 64


class Load(unittest.TestCase):
    """Many updates at once."""

    def test_at_once(self):
        """64 updates at once succeed and leave nothing open"""
        soak = Soak(N_MODULES)
        self.bed = soak.bed
        self.addCleanup(self.bed.finish)
        soak.start()
        comment(soak.describe())
        descriptors = soak.bed.daemon.get_descriptors()
        soak.run_round()
        comment(soak.describe())
        self.assertEqual(soak.bed.daemon.get_descriptors(), descriptors)


if __name__ == '__main__':
    main()
