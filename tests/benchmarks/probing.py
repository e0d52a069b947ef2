# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""From the start of the daemon to a modem: duration and AT commands."""

import time

from testbed import namespace
from testbed.bus import MODEM
from testbed.case import OUR_PLUGIN, Bed, Paths, get_stock_plugins
from testbed.comparison import QUIET, STATE_INITIALIZING, STATE_UNKNOWN
from testbed.daemon import QUIET_OPTIONS
from testbed.loop import settle

from .measure import Clock, Row, Series, alternate, make_difference, make_ratio

# A composition without QMI and MBIM has AT ports only
MODULES = {
    '1508:1001, AT only': {},
    '1508:1001, QMI': {'composition': 'qmi'},
    '2cb7:01a0, MBIM': {'id': '2cb7:01a0', 'composition': 'mbim'},
}


def get_plugins(with_ours):
    """All stock plugins, and ours if wanted."""
    return get_stock_plugins() | ({OUR_PLUGIN: Paths.plugin} if with_ours else {})


def wait_until_quiet(bed, clock):
    """Waits until nothing has been sent to the module for a while."""
    seen = -1
    while seen != len(clock.lines):
        seen = len(clock.lines)
        settle(int(QUIET * 1000))


class Start:
    """One start of the daemon with a module plugged in."""

    def __init__(self, keys, with_ours, isolated):
        bed = Bed(isolated=isolated)
        try:
            module = bed.simulator.add(**keys)
            clock = Clock(bed.simulator)
            begin = time.monotonic()
            bed.start_daemon(get_plugins(with_ours), QUIET_OPTIONS)
            modem = bed.wait_for_modem(module, 60)
            exported = next(event.time for event in bed.observer.events
                            if event.kind == 'added' and event.interface == MODEM)
            bed.wait_until(lambda: modem.properties['State'] not in
                           (STATE_UNKNOWN, STATE_INITIALIZING), 40, 'initialization')
            self.seconds = exported - begin
            self.n_before = clock.count('at ', exported)
            wait_until_quiet(bed, clock)
            self.n_all = clock.count('at ', time.monotonic())
            self.plugin = modem.properties['Plugin']
            bed.finish()
        finally:
            bed.close()


def measure_module(name, n_runs):
    """The rows of one kind of module."""
    keys = MODULES[name]
    isolated = 'composition' in keys
    if isolated and namespace.find_obstacle():
        return [Row(name, namespace.find_obstacle())]
    ours, stock = alternate(n_runs, lambda: Start(keys, True, isolated),
                            lambda: Start(keys, False, isolated))

    def collect(runs, field, unit=''):
        return Series([getattr(run, field) for run in runs], unit)
    # Before 1.24, no stock plugin knows 1508, and all of them probe before the generic one
    limit = 0.38 if not isolated and stock[0].plugin == 'generic' else 1.0
    return [
        make_ratio(f'daemon start to modem object: {name}',
                   collect(ours, 'seconds', 's'), collect(stock, 'seconds', 's'), limit),
        make_difference(f'AT commands until then: {name}',
                        collect(ours, 'n_before'), collect(stock, 'n_before'), None, ''),
        make_difference(f'AT commands in total, until initialized: {name}',
                        collect(ours, 'n_all'), collect(stock, 'n_all'), 0, ''),
    ]


def run_at(n_runs):
    return measure_module('1508:1001, AT only', n_runs)


def run_qmi(n_runs):
    return measure_module('1508:1001, QMI', n_runs)


def run_mbim(n_runs):
    return measure_module('2cb7:01a0, MBIM', n_runs)
