# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Many updates on one daemon, several modules at once. Prints time, CPU time, memory
and file descriptors."""

import argparse
import os
import sys
import time

from testbed.bus import State, enable_all
from testbed.case import SOME_PLUGINS, Bed, get_stock_plugins
from testbed.daemon import QUIET_OPTIONS
from testbed.servers import make_package

REVISIONS = ('19011.1000.00.02.73.13', '19011.1000.00.02.73.15')
# Rounds after which memory is compared, as the first ones allocate caches
WARM_UP = 3
PAGE = os.sysconf('SC_PAGE_SIZE')


class Soak:
    """A daemon with modules that are all updated at once."""

    def __init__(self, n_modules, baseline=False):
        self.baseline = baseline
        self.bed = Bed(1)
        http = self.bed.start_http()
        self.urls = [http.publish(f'/{revision}', make_package(revision, 20000))
                     for revision in REVISIONS]
        self.modules = [self.bed.simulator.add(interfaces=1, restart_after=2000, away=50)
                        for _ in range(n_modules)]
        self.n_rounds = 0

    def start(self):
        self.bed.start_daemon(get_stock_plugins(SOME_PLUGINS) if self.baseline else None,
                              options=QUIET_OPTIONS)
        self.enable()

    def enable(self):
        self.modems = [self.bed.wait_for_modem(module, 120) for module in self.modules]
        enable_all(*self.modems)

    def replug(self):
        for module in self.modules:
            module.unplug()
        for module in self.modules:
            self.bed.wait_for_no_modem(module)
        for module in self.modules:
            module.plug()

    def update(self):
        url = self.urls[(self.n_rounds + 1) % 2]
        for call in [modem.start({'url': url}) for modem in self.modems]:
            call.wait(120)
            assert not call.error_name, call.message
        for module in self.modules:
            modem = self.bed.wait_for_state(module, State.SUCCEEDED, 120)
            assert modem.update['CurrentVersion'] == REVISIONS[(self.n_rounds + 1) % 2]
        # Drops events of modem objects that are gone
        self.bed.observer.events.clear()

    def run_round(self):
        (self.replug if self.baseline else self.update)()
        self.n_rounds += 1
        self.enable()

    @property
    def pid(self):
        return self.bed.daemon.process.pid

    def get_resident(self):
        """The resident set size in KiB."""
        with open(f'/proc/{self.pid}/statm', encoding='ascii') as file:
            return int(file.read().split()[1]) * PAGE // 1024

    def get_cpu_time(self):
        """The CPU time in seconds; see clock_getcpuclockid() for the clock id."""
        return time.clock_gettime(~self.pid << 3 | 2)

    def count_descriptors(self):
        return len(self.bed.daemon.get_descriptors())

    def describe(self):
        return (f'RSS {self.get_resident()} KiB, {self.count_descriptors()} descriptors, '
                f'{self.get_cpu_time():.1f} s of CPU time')


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--modules', type=int, default=20)
    parser.add_argument('--updates', type=int, default=500, help='of all modules in total')
    parser.add_argument('--baseline', action='store_true',
                        help='the stock daemon without the plugin, and replugs instead of updates')
    args = parser.parse_args()
    n_rounds = -(-args.updates // args.modules)
    what = 'replugs' if args.baseline else 'updates'

    soak = Soak(args.modules, args.baseline)
    warm = None
    try:
        soak.start()
        print(f'{args.modules} modems: {soak.describe()}', flush=True)
        for number in range(1, n_rounds + 1):
            begin = time.monotonic()
            soak.run_round()
            print(f'{number * args.modules} {what}: {time.monotonic() - begin:.1f} s, '
                  f'{soak.describe()}', flush=True)
            if number == min(WARM_UP, n_rounds):
                warm = soak.get_resident(), soak.count_descriptors()
        resident, descriptors = soak.get_resident(), soak.count_descriptors()
        soak.bed.finish()
    finally:
        soak.bed.close()
    n_after = (n_rounds - min(WARM_UP, n_rounds)) * args.modules
    growth = resident - warm[0]
    print(f'{n_rounds * args.modules} {what} with {args.modules} modules at once; the '
          f'last {n_after}: RSS {growth:+} KiB ({growth / max(n_after, 1):+.2f} each), '
          f'descriptors {descriptors - warm[1]:+}')
    if descriptors > warm[1]:
        sys.exit('error: file descriptors leaked')


if __name__ == '__main__':
    main()
