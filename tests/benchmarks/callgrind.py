# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The cost of functions of the daemon, counted by valgrind's callgrind."""

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
    """Call counts and inclusive costs by caller and callee."""

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
        """The sum of all calls of a function."""
        found = [edge for (_caller, callee), edge in self.edges.items() if callee == function]
        return Edge(sum(edge.calls for edge in found), sum(edge.cost for edge in found))

    def find_caller(self, function):
        """The most frequent caller of a function; its name is its address if it has no symbol."""
        return max((edge.calls, caller) for (caller, callee), edge in self.edges.items()
                   if callee == function)[1]


class CallgrindBed(ValgrindBed):
    """A bed whose daemon runs in callgrind."""

    def start_counted_daemon(self, plugins, options, at_start=False):
        """Starts the daemon; counts from the start, or only in count()."""
        self.out = os.path.join(self.directory, 'callgrind.out')
        self.start_in_valgrind(['--tool=callgrind', '--log-file=/dev/null',
                                f'--instr-atstart={"yes" if at_start else "no"}',
                                f'--callgrind-out-file={self.out}'], plugins, options)

    def _control(self, *options):
        subprocess.run(['callgrind_control', *options, str(self.daemon.process.pid)],
                       env=os.environ | {'TMPDIR': self.directory}, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def count(self, function, n_warm_up, n_times):
        """The profile of many calls of a function, after some calls to warm up."""
        self._control('--instr=on')
        for number in range(n_warm_up):
            function(number)
        self._control('--zero')
        for number in range(n_warm_up, n_warm_up + n_times):
            function(number)
        return self.dump()

    def dump(self):
        """The profile up to now."""
        self._control('--dump')
        return Profile(glob.glob(f'{self.out}.*')[0])
