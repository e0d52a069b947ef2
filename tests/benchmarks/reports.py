# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The latency from a report on the wire to a client on the bus."""

import itertools
import os
import sys
import time

from testbed.bus import MODEM, UPDATE, State
from testbed.case import Bed
from testbed.daemon import QUIET_OPTIONS
from testbed.loop import Process, settle

from .measure import Row, Series

LISTENER = os.path.join(os.path.dirname(__file__), 'listener.py')
MODEM_3GPP = f'{MODEM}.Modem3gpp'
PORT = 1
N_REPORTS = 99
# Milliseconds, and seconds
REST = 300
HEARD = 2
URL = 'http://fota.example.net/package'


class Side:
    """A modem, and a listener to one of its properties."""

    def __init__(self, bed, interface, name):
        self.bed = bed
        self.module = bed.simulator.add(download='manual')
        self.modem = bed.wait_for_modem(self.module)
        self.modem.enable()
        self.listener = Process([sys.executable, '-B', LISTENER, bed.bus.address, self.modem.path,
                                 interface, name], bed.env)
        bed.processes.append(self.listener)
        bed.wait_until(lambda: self.listener.output, 20, 'listener')

    def measure(self, report):
        """The microseconds from a report to the change, or None if the daemon has just
        polled the same value."""
        n_heard = len(self.listener.output)
        at = self.module.send(f'\\r\\n{report}\\r\\n', PORT)
        end = time.monotonic() + HEARD
        self.bed.wait_until(lambda: len(self.listener.output) > n_heard or time.monotonic() > end,
                            2 * HEARD)
        heard = self.listener.output[n_heard:]
        return (float(heard[0]) - at) * 1e6 if heard else None


class Ours(Side):
    """The progress of an update."""

    def __init__(self, bed):
        super().__init__(bed, UPDATE, 'Progress')

    def begin(self):
        """Begins the download, or has the module begin it anew."""
        if self.modem.state != State.DOWNLOADING:
            call = self.modem.start({'url': URL}).wait()
            assert not call.error_name, call.message
        self.module.report('GTOTA DOWNLOAD START', interface=PORT)
        self.modem.wait_for_state(State.DOWNLOADING)
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 0, 10, 'START')
        settle(REST)


class Stock(Side):
    """The registration state: searching or not. The daemon announces it without sending
    a command first."""

    def __init__(self, bed):
        super().__init__(bed, MODEM_3GPP, 'RegistrationState')
        self.module.set(registration='none')
        # The daemon polls these
        for domain in ('CREG', 'CGREG', 'CEREG'):
            self.module.answer(f'AT+{domain}?', f'+{domain}: 0,0\\r\\n\\r\\nOK')
        bed.wait_until(self.is_searching, 40, 'search')
        self.module.report('+CGREG: 0', '+CEREG: 0', interface=PORT)
        settle(REST)

    def is_searching(self):
        properties = self.modem.get_interface(MODEM_3GPP)
        return properties['RegistrationState'] == 2


def measure(bed, n_runs):
    """Measures reports of both sides in turn."""
    ours, stock = Ours(bed), Stock(bed)
    times = [], []
    states = itertools.cycle((0, 2))
    for _ in range(n_runs):
        ours.begin()
        for percent in range(1, N_REPORTS + 1):
            times[0].append(ours.measure(f'GTOTA DOWNLOADING: {percent}%'))
            times[1].append(stock.measure(f'+CREG: {next(states)}'))
    return [Series([value for value in series if value is not None], 'µs') for series in times]


def run(n_runs):
    bed = Bed()
    try:
        bed.start_daemon(options=QUIET_OPTIONS)
        ours, stock = measure(bed, n_runs)
        bed.finish()
    finally:
        bed.close()
    return [make_row('median', 50, ours, stock), make_row('99 %', 99, ours, stock)]


def make_row(what, percent, ours, stock):
    times = ours.get_percentile(percent), stock.get_percentile(percent)
    ratio = round(times[0] / times[1], 2)
    return Row('report on the wire until PropertiesChanged, against +CREG: '
               f'{what} of {len(ours.values):,}',
               *[f'{time:.0f} µs' for time in times], f'× {ratio:.2f}', '≤ × 1.0', ratio <= 1)
