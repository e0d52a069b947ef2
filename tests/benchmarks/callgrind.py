# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What the functions of the daemon take, counted by valgrind's callgrind."""

import collections
import glob
import os
import re
import subprocess

from testbed.valgrind import ValgrindBed

NAME = re.compile(r'(c?fn)=\((\d+)\)(?: (.*))?')
CALLS = re.compile(r'calls=(\d+)')

Edge = collections.namedtuple('Edge', 'calls cost')


class Profile:
    """Who has called whom, how many times, and what that took in all."""

    def __init__(self, path):
        self.edges = {}
        self.total = 0
        names = {}
        caller = callee = calls = None
        with open(path, encoding='utf-8', errors='replace') as file:
            for line in file:
                if match := NAME.match(line):
                    kind, number, name = match.groups()
                    names[number] = name or names[number]
                    caller, callee = ((caller, names[number]) if kind == 'cfn'
                                      else (names[number], callee))
                elif match := CALLS.match(line):
                    calls = int(match[1])
                elif calls is not None:
                    self._add(caller, callee, calls, int(line.split()[1]))
                    calls = None
                elif line.startswith('totals:'):
                    self.total = int(line.split()[1])

    def _add(self, caller, callee, calls, cost):
        before = self.edges.get((caller, callee), Edge(0, 0))
        self.edges[caller, callee] = Edge(before.calls + calls, before.cost + cost)

    def get(self, function):
        """All calls of a function"""
        found = [edge for (_caller, callee), edge in self.edges.items() if callee == function]
        return Edge(sum(edge.calls for edge in found), sum(edge.cost for edge in found))

    def find_caller(self, function):
        """Who has called a function most: one without a name has its address for that."""
        return max((edge.calls, caller) for (caller, callee), edge in self.edges.items()
                   if callee == function)[1]


class CallgrindBed(ValgrindBed):
    """One whose daemon runs in callgrind."""

    def start_counted_daemon(self, plugins, options, at_start=False):
        """Counts from the start, or only what count() is given."""
        self.out = os.path.join(self.directory, 'callgrind.out')
        self.start_in_valgrind(['--tool=callgrind', '--log-file=/dev/null',
                                f'--instr-atstart={"yes" if at_start else "no"}',
                                f'--callgrind-out-file={self.out}'], plugins, options)

    def _control(self, *options):
        subprocess.run(['callgrind_control', *options, str(self.daemon.process.pid)],
                       env=os.environ | {'TMPDIR': self.directory}, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def count(self, function, n_warm_up, n_times):
        """What it takes to do something many times, after it was done a few times."""
        self._control('--instr=on')
        for number in range(n_warm_up):
            function(number)
        self._control('--zero')
        for number in range(n_warm_up, n_warm_up + n_times):
            function(number)
        return self.dump()

    def dump(self):
        """What was counted up to now"""
        self._control('--dump')
        return Profile(glob.glob(f'{self.out}.*')[0])
