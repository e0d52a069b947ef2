# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The client: time to its first output, and memory."""

import os
import subprocess
import time

from testbed.case import Bed, Paths

from .measure import Series, alternate, make_ratio

# A small parent, as a child starts with the memory of its parent
LAUNCHER = os.path.join(Paths.build, 'tests', 'benchmarks', 'run-and-measure')


class Clients:
    """A modem, and both clients with the same arguments."""

    def __init__(self):
        self.bed = Bed()
        self.bed.start_daemon()
        _module, modem = self.bed.add_modem()
        self.selector = ('-m', modem.index)

    def time_output(self, program, *args):
        """The milliseconds until the first output."""
        begin = time.monotonic()
        with subprocess.Popen([program, *self.selector, *args], env=self.bed.env,
                              stdout=subprocess.PIPE) as client:
            os.read(client.stdout.fileno(), 1)
            end = time.monotonic()
            client.stdout.read()
        assert client.returncode == 0, client.args
        return (end - begin) * 1000

    def measure_memory(self, program, *args):
        """The maximum resident set size in KiB."""
        result = subprocess.run([LAUNCHER, program, *self.selector, *args], env=self.bed.env,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        return int(result.stderr)

    def compare(self, what, measure, unit, n_runs):
        stock, ours, status = alternate(
            n_runs, lambda: measure(Paths.stock_client), lambda: measure(Paths.client),
            lambda: measure(Paths.client, '--firmware-update-status'))
        stock = Series(stock, unit)
        return [make_ratio(f'{what} of our client, -m 0', Series(ours, unit), stock, 1.1),
                make_ratio(f'{what} of --firmware-update-status, against -m 0 of the stock client',
                           Series(status, unit), stock, 1.1)]


def run(n_runs):
    clients = Clients()
    try:
        rows = clients.compare('first output', clients.time_output, 'ms', n_runs)
        rows += clients.compare('memory', clients.measure_memory, 'kB', n_runs)
        clients.bed.finish()
        return rows
    finally:
        clients.bed.close()
