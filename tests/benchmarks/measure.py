# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Measurements, and how they compare with their targets."""

import dataclasses
import statistics
import time

from testbed.bus import BUS, OBJECT_MANAGER, ROOT, SERVICE

from gi.repository import Gio


class Series:
    """The values of several runs."""

    def __init__(self, values, unit=''):
        self.values = sorted(values)
        self.unit = unit

    @property
    def median(self):
        return statistics.median(self.values)

    def get_percentile(self, percent):
        return self.values[min(len(self.values) * percent // 100, len(self.values) - 1)]

    def __str__(self):
        low, high = self.values[0], self.values[-1]
        text = f'{format_number(self.median)} {self.unit}'.rstrip()
        if low == high:
            return text
        return f'{text} ({format_number(low)}…{format_number(high)})'


def format_number(value):
    """Formats a number with its significant digits."""
    value = round(value, 2)
    if abs(value) >= 100 or value == int(value):
        return f'{value + 0:,.0f}'
    return f'{value:.1f}' if abs(value) >= 10 else f'{value:.2f}'


@dataclasses.dataclass
class Row:
    """A line of the table, with or without a target."""
    what: str
    ours: str
    stock: str = '–'
    result: str = '–'
    target: str = '–'
    met: bool = None

    @property
    def verdict(self):
        return '–' if self.met is None else 'met' if self.met else '**missed**'


def make_ratio(what, ours, stock, limit=None):
    """The ratio of ours to stock, rounded like the targets."""
    ratio = round(ours.median / stock.median, 2)
    return Row(what, str(ours), str(stock), f'× {ratio:.2f}',
               *_make_target(ratio, limit, f'× {limit}'))


def make_difference(what, ours, stock, limit, unit):
    difference = ours.median - stock.median
    sign = '−' if difference < 0 else '+'
    return Row(what, str(ours), str(stock),
               f'{sign}{format_number(abs(difference))} {unit}'.rstrip(),
               *_make_target(difference, limit, f'+{limit} {unit}'.rstrip()))


def make_bound(what, ours, limit):
    return Row(what, str(ours), '–', '–',
               *_make_target(ours.median, limit, f'{limit} {ours.unit}'))


def _make_target(value, limit, text):
    return ('–', None) if limit is None else (f'≤ {text}', value <= limit)


def alternate(n_runs, *functions):
    """Calls functions in turn, so that other load affects all of them alike; returns
    the results of each."""
    results = [[] for _ in functions]
    for number in range(n_runs):
        order = list(enumerate(functions))
        for index, function in order if number % 2 == 0 else reversed(order):
            results[index].append(function())
    return results


class Clock:
    """Records when the simulator prints each line."""

    def __init__(self, simulator):
        self.lines = []
        self._read = simulator.process.on_line
        simulator.process.on_line = self._see

    def _see(self, line):
        self.lines.append((time.monotonic(), line))
        self._read(line)

    def find(self, text, since=0):
        """The time of the first line with a text since a time, or None."""
        return next((at for at, line in list(self.lines) if at >= since and text in line), None)

    def count(self, prefix, until):
        return sum(at <= until and line.startswith(prefix) for at, line in list(self.lines))


class Answer:
    """Records the time of the daemon's first answer."""

    def __init__(self, connection):
        self.time = None
        connection.signal_subscribe(BUS, BUS, 'NameOwnerChanged', None, SERVICE,
                                    Gio.DBusSignalFlags.NONE, self._appeared)

    def _appeared(self, connection, _sender, _path, _interface, _signal, parameters):
        if parameters.unpack()[2]:
            connection.call(SERVICE, ROOT, OBJECT_MANAGER, 'GetManagedObjects', None, None,
                            Gio.DBusCallFlags.NONE, -1, None, self._answered)

    def _answered(self, connection, result):
        connection.call_finish(result)
        self.time = time.monotonic()


def read_pss(pid):
    """The proportional set size in KiB."""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('Pss:'))
