# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What is measured, how often, and how it compares with its aim."""

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
    """With the digits that count"""
    value = round(value, 2)
    if abs(value) >= 100 or value == int(value):
        return f'{value + 0:,.0f}'
    return f'{value:.1f}' if abs(value) >= 10 else f'{value:.2f}'


@dataclasses.dataclass
class Row:
    """A line of the table. Without an aim it is only told."""
    what: str
    ours: str
    stock: str = '–'
    result: str = '–'
    aim: str = '–'
    met: bool = None

    @property
    def verdict(self):
        return '–' if self.met is None else 'met' if self.met else '**missed**'


def make_ratio(what, ours, stock, limit=None):
    """Ours against the stock one, as exact as the aims are."""
    ratio = round(ours.median / stock.median, 2)
    return Row(what, str(ours), str(stock), f'× {ratio:.2f}', *_make_aim(ratio, limit, f'× {limit}'))


def make_difference(what, ours, stock, limit, unit):
    difference = ours.median - stock.median
    sign = '−' if difference < 0 else '+'
    return Row(what, str(ours), str(stock),
               f'{sign}{format_number(abs(difference))} {unit}'.rstrip(),
               *_make_aim(difference, limit, f'+{limit} {unit}'.rstrip()))


def make_bound(what, ours, limit):
    return Row(what, str(ours), '–', '–',
               *_make_aim(ours.median, limit, f'{limit} {ours.unit}'))


def _make_aim(value, limit, text):
    return ('–', None) if limit is None else (f'≤ {text}', value <= limit)


def alternate(n_runs, *functions):
    """Calls functions in turn, so that what slows down the machine slows down all
    of them; returns what each has returned."""
    results = [[] for _ in functions]
    for number in range(n_runs):
        order = list(enumerate(functions))
        for index, function in order if number % 2 == 0 else reversed(order):
            results[index].append(function())
    return results


class Clock:
    """When each line of the simulator came."""

    def __init__(self, simulator):
        self.lines = []
        self._read = simulator.process.on_line
        simulator.process.on_line = self._see

    def _see(self, line):
        self.lines.append((time.monotonic(), line))
        self._read(line)

    def find(self, text, since=0):
        """When a line with a text came first since a time, or None."""
        return next((at for at, line in list(self.lines) if at >= since and text in line), None)

    def count(self, prefix, until):
        return sum(at <= until and line.startswith(prefix) for at, line in list(self.lines))


class Answer:
    """When the daemon has answered for the first time."""

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
    """In KiB"""
    with open(f'/proc/{pid}/smaps_rollup', encoding='ascii') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('Pss:'))
