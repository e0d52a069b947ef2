# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Kills the daemon at random moments while modules are updated."""

from . import loop
from .walk import Walk

# How often updates are started before a kill, and how many at most
STARTS = 0.6
N_STARTS = 3
# Milliseconds until the kill, at most
LIFE = 4000


class Kills(Walk):
    """Each step is a kill. Each update must end with a true verdict."""

    REST = 20

    def start_daemon(self):
        """Does not wait for anything: it may be killed while it starts."""
        self.bed.start_daemon()
        self.n_log_lines = 0

    def draw_action(self):
        return self.kill_soon

    def kill_soon(self):
        steps = []
        if self.random.random() < STARTS:
            steps = [self.tell_story() for _ in range(self.random.randint(1, N_STARTS))]
        milliseconds = self.random.randrange(LIFE)
        loop.settle(milliseconds)
        return '; '.join([*steps, f'{milliseconds} ms', self.kill()])

    def look(self):
        self.process_events()
