# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A short random walk. `make walk` runs longer ones."""

import random
import unittest

from testbed.tap import comment, main
from testbed.walk import Walk

SECONDS = 60


class ShortWalk(unittest.TestCase):
    """A different walk each time."""

    def test_walk(self):
        """no invariant is violated"""
        walk = Walk(random.randrange(1 << 32), 10000, SECONDS)
        self.bed = walk.bed
        comment(f'seed {walk.seed}')
        walk.run()
        comment(f'{len(walk.steps)} steps')


if __name__ == '__main__':
    main()
