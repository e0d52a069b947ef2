# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The stock daemon."""

import os
import re
import signal

from .loop import Process
from .namespace import IsolatedProcess

# Complaints of GLib, as formatted by the daemon and by GLib itself
COMPLAINT = re.compile(
    r'(?:CRITICAL|WARNING|ERROR) \*\*|\*\* (?:CRITICAL|WARNING|ERROR)|: assertion .* failed|'
    r'assertion failed|runtime check failed|should not be reached|invalid cast|'
    r'has no property named|Sanitizer|runtime error:')
PORT = re.compile(r'\[\w+/at\]')
OPEN_COUNT = re.compile(r'\[(\w+)/\w+\] device open count is (\d+) \((?:open|close)\)')
LOADED = re.compile(r"loaded plugin '(\S+)' from '(.*)'")

# Prefixes of log lines, up to 1.20 and from 1.22
WARNING = re.compile('^<(warn|wrn)>')
INFO = re.compile('^<(info|inf)>')
DEBUG = re.compile('^<(debug|dbg)>')



# On the private bus, whatever its type, and without logind. For measurements, as the
# debug log would take most of the time.
QUIET_OPTIONS = ('--test-session', '--test-no-suspend-resume')
OPTIONS = ('--debug', *QUIET_OPTIONS)


def find_complaints(lines):
    return [line for line in lines if COMPLAINT.search(line)]


def link_plugins(directory, plugins):
    """Fills a plugin directory with links; plugins maps file names to targets."""
    os.makedirs(directory)
    for name, target in plugins.items():
        os.symlink(target, os.path.join(directory, name))
    return directory


class Daemon:
    """ModemManager. Its log is all of its output."""

    def __init__(self, program, plugin_directory, env, options=OPTIONS, isolated=False):
        # By default the log goes to syslog, and to a slow console if there is none.
        self.process = (IsolatedProcess if isolated else Process)(
            [program, *options, '--log-file=/dev/stderr', '--test-plugin-dir', plugin_directory],
            env, merge=True)

    @property
    def log(self):
        return self.process.output

    @property
    def loaded_plugins(self):
        """The names of the plugins in the order of loading."""
        return [match[1] for match in map(LOADED.search, self.log) if match]

    @property
    def open_ports(self):
        """The open ports and their open counts, according to the log."""
        counts = {}
        for line in list(self.log):
            if match := OPEN_COUNT.search(line):
                counts[match[1]] = int(match[2])
        return {port: count for port, count in counts.items() if count}

    def count_reads(self, tty):
        """The number of reads from a port."""
        return sum(f"[{tty}/at] <-- '" in line for line in list(self.log))

    def count_answers(self, command):
        """How often a command was sent, and anything was read from its port since."""
        count, port = 0, None
        for line in list(self.log):
            if f"/at] --> '{command}" in line:
                port = PORT.search(line)[0]
            elif port and f"{port} <-- '" in line:
                count, port = count + 1, None
        return count

    def get_descriptors(self):
        """The targets of its file descriptors, sorted."""
        directory = f'/proc/{self.process.pid}/fd'
        targets = []
        for number in os.listdir(directory):
            try:
                targets.append(re.sub(r'\d+', 'N', os.readlink(f'{directory}/{number}')))
            except FileNotFoundError:
                pass
        return sorted(targets)

    def kill(self):
        """Kills the daemon; returns its problems so far."""
        self.process.signal(signal.SIGKILL)
        self.process.wait(10)
        return find_complaints(self.log)

    def stop(self):
        """Stops the daemon with SIGTERM; returns its problems."""
        self.process.signal(signal.SIGTERM)
        status = self.process.wait(40)
        problems = find_complaints(self.log)
        if status != 0:
            problems.append(f'the daemon ended with status {status}')
        return problems
