# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The stock daemon."""

import os
import re
import signal

from .loop import Process
from .namespace import IsolatedProcess

# What GLib says when a program misuses it, in the daemon's form and in its own
COMPLAINT = re.compile(
    r'(?:CRITICAL|WARNING|ERROR) \*\*|\*\* (?:CRITICAL|WARNING|ERROR)|: assertion .* failed|'
    r'assertion failed|runtime check failed|should not be reached|invalid cast|'
    r'has no property named|Sanitizer|runtime error:')
OPEN_COUNT = re.compile(r'\[(\w+)/\w+\] device open count is (\d+) \((?:open|close)\)')
LOADED = re.compile(r"loaded plugin '(\S+)' from '(.*)'")

# How lines of its log begin, up to 1.20 and from 1.22
WARNING = re.compile('^<(warn|wrn)>')
INFO = re.compile('^<(info|inf)>')
DEBUG = re.compile('^<(debug|dbg)>')


# On the private bus of whatever type, and asks no logind: where it is measured, as its
# log would be what takes the time
QUIET_OPTIONS = ('--test-session', '--test-no-suspend-resume')
# It talks at length
OPTIONS = ('--debug', *QUIET_OPTIONS)


def find_complaints(lines):
    return [line for line in lines if COMPLAINT.search(line)]


def link_plugins(directory, plugins):
    """Fills a plugin directory with links; plugins is file names to targets."""
    os.makedirs(directory)
    for name, target in plugins.items():
        os.symlink(target, os.path.join(directory, name))
    return directory


class Daemon:
    """ModemManager itself. Its log is all that it says."""

    def __init__(self, program, plugin_directory, env, options=OPTIONS, isolated=False):
        # Without a file it goes to syslog, which writes to a slow console where
        # there is no syslog.
        self.process = (IsolatedProcess if isolated else Process)(
            [program, *options, '--log-file=/dev/stderr', '--test-plugin-dir', plugin_directory],
            env, merge=True)

    @property
    def log(self):
        return self.process.output

    @property
    def loaded_plugins(self):
        """Names of the plugins, in the order in which they were loaded."""
        return [match[1] for match in map(LOADED.search, self.log) if match]

    @property
    def open_ports(self):
        """The ports that are open, and how many times, according to the log."""
        counts = {}
        for line in list(self.log):
            if match := OPEN_COUNT.search(line):
                counts[match[1]] = int(match[2])
        return {port: count for port, count in counts.items() if count}

    def count_reads(self, tty):
        """How many times something was read from a port."""
        return sum(f"[{tty}/at] <-- '" in line for line in list(self.log))

    def was_answered(self, command):
        """Whether something was read since a command was sent last."""
        read = False
        for line in reversed(list(self.log)):
            if f"--> '{command}" in line:
                return read
            read = read or "/at] <-- '" in line
        return False

    def get_descriptors(self):
        """What its file descriptors are, sorted."""
        directory = f'/proc/{self.process.pid}/fd'
        targets = []
        for number in os.listdir(directory):
            try:
                targets.append(re.sub(r'\d+', 'N', os.readlink(f'{directory}/{number}')))
            except FileNotFoundError:
                pass
        return sorted(targets)

    def kill(self):
        """Ends it without warning, and says what was wrong until then."""
        self.process.signal(signal.SIGKILL)
        self.process.wait(10)
        return find_complaints(self.log)

    def stop(self):
        """Ends it as the system does, and says what was wrong."""
        self.process.signal(signal.SIGTERM)
        status = self.process.wait(40)
        problems = find_complaints(self.log)
        if status != 0:
            problems.append(f'the daemon ended with status {status}')
        return problems
