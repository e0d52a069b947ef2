# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The simulated modules."""

import collections
import shlex
import time

from .loop import Process, wait_until

# Commands that only our plugin sends, and those that start an update
OUR_COMMANDS = ('AT+GTSET', 'AT+GTOTA', 'AT+GTRAT')
UPDATE_COMMANDS = ('AT+GTSET=', 'AT+GTOTA=')

# Messages of umockdev about a program that was killed during an ioctl
HANG_UPS = ('Error resolving IOCtl data: Error receiving data: Connection reset by peer',
            'Destroying IoctlClient with open stream!')

Command = collections.namedtuple('Command', 'number interface text')
Event = collections.namedtuple('Event', 'time kind text')


def unescape(text):
    """Undoes g_strescape()."""
    return text.encode('latin-1').decode('unicode_escape')


class Simulator:
    """Runs nl668-simulator, which reads commands from its stdin."""

    def __init__(self, program, env):
        self.events = []
        # Those of each module
        self.events_of = collections.defaultdict(list)
        self.commands = []
        self.paths = {}
        self.ttys = {}
        # Called by the reader thread when a module is plugged in or unplugged
        self.on_usb = None
        self._answers = []
        self._n_asked = 0
        # Its warnings are checked at the end and must not abort it
        self.process = Process(['umockdev-wrapper', program],
                               env | {'G_DEBUG': ''}, on_line=self._read)
        wait_until(lambda: self.events or not self.process.running, 10, 'simulator')
        assert self.events and self.events[0].startswith('ready '), self.process.stderr
        self.directory = self.events[0].split()[1]

    def _read(self, line):
        words = line.split(' ', 3)
        if words[0] in ('ok', 'error'):
            self._answers.append(line)
            return
        if words[0] != 'ready':
            kind, number, text = line.split(' ', 2)
            self.events_of[int(number)].append(Event(time.monotonic(), kind, text))
        if words[0] == 'at':
            self.commands.append(Command(int(words[1]), int(words[2]), unescape(words[3])))
        elif words[0] == 'usb' and words[2] == 'plugged':
            path, *ttys = words[3].split()
            self.paths[int(words[1])] = path
            self.ttys[int(words[1])] = dict(tty.split(':') for tty in ttys)
        if words[0] == 'usb' and self.on_usb:
            self.on_usb()
        self.events.append(line)

    @property
    def problems(self):
        """Its warnings."""
        return [line for line in self.process.errors
                if line and not line.endswith(HANG_UPS)]

    def ask(self, *words):
        """Sends a command; returns the value of its answer."""
        verdict, _, value = self._exchange(shlex.join(str(word) for word in words)).partition(' ')
        assert verdict == 'ok', f'{words}: {value}'
        return value

    def ask_anyway(self, *words):
        """Sends a command that may be refused."""
        self._exchange(shlex.join(str(word) for word in words))

    def _exchange(self, line):
        """Sends a line; returns its answer. Answers come in order, also if another line is
        sent while this one waits in the main loop."""
        number = self._n_asked
        self._n_asked += 1
        self.process.write(f'{line}\n')
        wait_until(lambda: len(self._answers) > number, 10, f'answer to {line!r}')
        return self._answers[number]

    def sync(self):
        """Waits until all events so far have been read."""
        self._exchange('')

    def add(self, **keys):
        text = ','.join(f'{key.replace("_", "-")}={value}' for key, value in keys.items())
        return Module(self, int(self.ask('add', text)))


class Module:
    """A simulated module."""

    def __init__(self, simulator, number):
        self.simulator = simulator
        self.number = number
        # The prefixes of the commands whose answers were set or delayed
        self._prefixes = set()

    @property
    def events(self):
        """Its events so far, in order."""
        return self.simulator.events_of[self.number]

    @property
    def path(self):
        """Its current or last path in sysfs."""
        return self.simulator.paths.get(self.number)

    def _get_last_event(self, kind):
        return next((event.text for event in reversed(self.events) if event.kind == kind), None)

    @property
    def revision(self):
        """The version that it runs, or ran last."""
        return self._get_last_event('revision')

    @property
    def usb_id(self):
        """Its current or last USB id."""
        return self._get_last_event('id')

    @property
    def plugged(self):
        return self._get_last_event('usb') != 'unplugged'

    @property
    def busy(self):
        """Whether it downloads, or has restarts before it."""
        return (self._get_last_event('installation') == 'begins' or
                (self._get_last_event('download') or '').endswith(' begins'))

    @property
    def interfaces(self):
        """The numbers of its interfaces with a serial port."""
        return [int(number) for number in self.simulator.ttys.get(self.number, ())]

    def get_tty(self, interface):
        return self.simulator.ttys[self.number][str(interface)]

    def set(self, **keys):
        for key, value in keys.items():
            self.simulator.ask('set', self.number, f'{key.replace("_", "-")}={value}')

    def plug(self):
        self.simulator.ask('plug', self.number)

    def unplug(self):
        self.simulator.ask('unplug', self.number)

    def answer(self, prefix, text, count=0):
        """Sets the answer to commands with a prefix, for a number of times or always. In it,
        "<answer>" stands for the module's own answer. With "<run>" instead, the command is
        run and its answer is lost. Otherwise, it is not run."""
        self._prefixes.add(prefix)
        self.simulator.ask('answer', self.number, prefix, text, count)

    def answer_each_start(self, prefix, text, count=0):
        """The same, but for a number of times after each start of the module to come."""
        self._prefixes.add(prefix)
        self.simulator.ask('answer-each-start', self.number, prefix, text, count)

    def forget(self, prefix):
        self.simulator.ask('forget', self.number, prefix)

    def forget_all(self):
        """Resets all answers and delays."""
        for prefix in sorted(self._prefixes):
            # Those that were used up are gone already
            self.simulator.ask_anyway('forget', self.number, prefix)
            self.delay(prefix, 0)

    def delay(self, prefix, milliseconds):
        self._prefixes.add(prefix)
        self.simulator.ask('delay', self.number, prefix, milliseconds)

    def send(self, text, interface):
        """Sends a text with C escapes on a port; returns the time."""
        return int(self.simulator.ask('send', self.number, interface, text)) / 1e6

    def flood(self, text, interface, count, rate):
        """Sends a text many times, at a rate per second."""
        self.simulator.ask('flood', self.number, interface, text, count, rate)

    def make_noise(self, interface, count, rate):
        """Sends random bytes."""
        self.simulator.ask('noise', self.number, interface, count, rate)

    def report(self, *lines, interface):
        """Sends lines as unsolicited reports, framed as the module frames them; not if the
        port is in data mode."""
        for line in lines:
            self.simulator.ask('report', self.number, interface, line)

    # What it did, as far as has been read

    def peek_commands(self):
        """All commands that it has received."""
        return [command.text for command in self.simulator.commands
                if command.number == self.number]

    def peek_our_commands(self):
        """The commands that only our plugin sends."""
        return [text for text in self.peek_commands() if text.startswith(OUR_COMMANDS)]

    def peek_update_commands(self):
        """The commands that start an update, without queries and radio settings."""
        return [text for text in self.peek_commands()
                if text.startswith(UPDATE_COMMANDS) and text != 'AT+GTOTA=?']

    def peek_events(self, kind):
        """Its events of a kind, without kind and number."""
        return [event.text for event in self.events if event.kind == kind]

    # The same, up to now

    def get_commands(self):
        self.simulator.sync()
        return self.peek_commands()

    def get_our_commands(self):
        self.simulator.sync()
        return self.peek_our_commands()

    def get_update_commands(self):
        self.simulator.sync()
        return self.peek_update_commands()

    def get_events(self, kind):
        self.simulator.sync()
        return self.peek_events(kind)
