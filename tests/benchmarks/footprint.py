# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The cost of the plugin without an update: start-up time and memory."""

import time

from testbed.case import Bed
from testbed.comparison import STATE_INITIALIZING, STATE_UNKNOWN
from testbed.daemon import QUIET_OPTIONS
from testbed.loop import settle

from .measure import (Answer, Series, alternate, make_difference, make_ratio,
                      read_pss)
from .probing import get_plugins

# Milliseconds until the daemon is idle
REST = 500
# All stock daemons know 2cb7:01a0, so they probe it in the same way
MODULE = {'id': '2cb7:01a0'}
N_MORE = 6
# Runs without a modem are quick, so there are this many times as many
ALONE = 6


class Answering(Bed):
    """A bed without a modem whose daemon has answered a call."""

    def __init__(self, with_ours):
        super().__init__()
        try:
            # Creating the links does not count as the daemon's time
            directory = self.make_plugin_directory(get_plugins(with_ours))
            answer = Answer(self.connection)
            begin = time.monotonic()
            self.start_daemon(directory, QUIET_OPTIONS)
            self.milliseconds = (self.wait_until(lambda: answer.time) - begin) * 1000
        except BaseException:
            self.close()
            raise

    def add_modules(self, n_modules):
        """Adds modules and waits for their modems."""
        modules = [self.simulator.add(**MODULE) for _ in range(n_modules)]
        for modem in [self.wait_for_modem(module, 60) for module in modules]:
            self.wait_until(lambda m=modem: m.properties['State'] not in
                            (STATE_UNKNOWN, STATE_INITIALIZING), 60, 'initialization')


def measure_start(with_ours):
    bed = Answering(with_ours)
    try:
        bed.finish()
    finally:
        bed.close()
    return bed.milliseconds


def run_start(n_runs):
    ours, stock = alternate(n_runs, lambda: measure_start(True), lambda: measure_start(False))
    return [make_ratio('daemon start until its first answer',
                       Series(ours, 'ms'), Series(stock, 'ms'), 1.01)]


class Pair:
    """Both daemons at once, as PSS depends on who else uses the same libraries. The first
    daemon uses other pages of them, so the order alternates."""

    def __init__(self, ours_first, with_modems):
        self.beds = []
        try:
            self.beds += [Answering(ours_first), Answering(not ours_first)]
            if not ours_first:
                self.beds.reverse()
            self.none = self._measure(0)
            if with_modems:
                self._add_modems()
            for bed in self.beds:
                bed.finish()
        finally:
            for bed in self.beds:
                bed.close()

    def _add_modems(self):
        one = self._measure(1)
        more = self._measure(N_MORE)
        self.first = [after - before for before, after in zip(self.none, one)]
        self.further = [(after - before) / N_MORE for before, after in zip(one, more)]

    def _measure(self, n_more):
        for bed in self.beds:
            bed.add_modules(n_more)
        settle(REST)
        return [read_pss(bed.daemon.process.pid) for bed in self.beds]


def make_memory_row(what, values, limit):
    ours, stock = (Series(series, 'kB') for series in zip(*values))
    return make_difference(f'memory of the daemon (PSS), {what}', ours, stock, limit, 'kB')


def run_memory(n_runs):
    alone = [Pair(number % 2 == 0, False) for number in range(ALONE * n_runs)]
    pairs = [Pair(number % 2 == 0, True) for number in range(n_runs)]
    return [
        make_memory_row('no NL668', [pair.none for pair in alone], 150),
        make_memory_row('the first NL668', [pair.first for pair in pairs], None),
        make_memory_row('each further NL668', [pair.further for pair in pairs], 60),
    ]
