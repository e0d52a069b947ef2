# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Invariants: what must hold for updates, whatever happens to the modules. Most of them
at any time, some once all timeouts have run out."""

import collections
import contextlib
import re
import time

from .bus import ERROR, State

USER, PASSWORD = 'walker', 'n0t-to-be-kept'

# Complaints of the stock daemon, with or without the plugin, when it is stopped while it
# initializes a modem, and a command that it has sent shortly before
STOCK_COMPLAINTS = {
    # It exports the modem on a closed connection
    "g_object_unref: assertion 'G_IS_OBJECT (object)' failed": 'AT',
    # After reading the locks of the SIM, it connects to a SIM object that it has released
    'invalid (NULL) pointer instance': 'AT+CLCK="SC",2',
}
# "Shortly" in lines of the log
N_RECENT = 1000

# Seconds, unscaled: a module that is back with the same version, and a tentative failure
INSTALL = 600
GRACE = 30 * 60
# Seconds by which times may differ: records have whole seconds
TOLERANCE = 2

UNDER_WAY = (State.PREPARING, State.DOWNLOADING, State.INSTALLING)
OVER = (State.SUCCEEDED, State.FAILED)

# The next state that may be announced. A verdict is revised by what comes later, and a new
# version may reveal a success without a report.
NEXT = {
    State.IDLE: {State.PREPARING},
    State.PREPARING: {State.DOWNLOADING, State.INSTALLING, *OVER},
    State.DOWNLOADING: {State.INSTALLING, *OVER},
    State.INSTALLING: {State.DOWNLOADING, *OVER},
    State.SUCCEEDED: {State.PREPARING, State.FAILED},
    State.FAILED: {State.PREPARING, State.DOWNLOADING, State.INSTALLING, State.SUCCEEDED},
}

START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
# In a trace: a report, or its announcement
PERCENTAGE = re.compile(r"module: urc .*%$|bus: changed \{'Progress': \d+\}$")
SETTINGS = {'GTRAT', 'RadioModes', 'CALLBREAK', 'GPRSFIRST'}


class Violation(AssertionError):
    """A broken invariant of one module."""

    def __init__(self, watch, message):
        super().__init__(f'module {watch.module.number}: {message}')
        self.watch = watch


def is_same(one, other):
    """Whether two versions are the same firmware: they have the longest dotted number in
    common, delimited."""
    return bool(one and other and find_number(one) == find_number(other))


def find_number(version):
    return max(re.findall(r'[a-z0-9]+(?:\.[a-z0-9]+)*', version.lower()), key=len)


def is_settled(record):
    """Whether a record is that of a failure that only the target version can revise."""
    return record['State'] == 'failed' and record.get('Tentative', 'no') == 'no'


class Watch:
    """Watches the updates of one module."""

    def __init__(self, module, scale):
        self.module = module
        self.scale = scale
        self.imei = None
        self.values = {}
        self.state = None
        self.progress = 0
        # How often each state was reached
        self.n_seen = collections.Counter()
        self.n_decreases = 0
        self.n_false_starts = 0
        self.n_commands = 0
        # The value of AT+GTRAT that an update has to restore
        self.rat = '10'
        # What was done to it and announced of it since the last update started, with times
        self.steps = []
        self.changes = []
        # Since when it has failed, and since when that is settled according to the record
        self.failed_since = None
        self.settled_since = None

        # The record may be older than the last state seen, until the next update
        self.record_is_old = False
        # No record can be written
        self.is_blocked = False
        # The daemon takes an unsolicited answer for that of a command in its queue, and then
        # does not send that command
        self.sent_unsolicited_answers = False
        # The plugin could not learn or keep the values of these settings, until the next rest
        self.hidden_settings = set()

    @contextlib.contextmanager
    def blame(self):
        """Names this module if an assertion fails."""
        try:
            yield
        except AssertionError as error:
            raise Violation(self, error) from error

    def note(self, text):
        """A step of the walk that concerns this module."""
        self.steps.append((time.monotonic(), text))
        # Pretended by the walk
        self.n_false_starts += START in text

    @property
    def paths(self):
        """All paths in sysfs that it has had."""
        return {event.text.split()[1] for event in self.module.events
                if event.kind == 'usb' and event.text != 'unplugged'}

    # At any time

    def see(self, event):
        """Checks an event of our interface."""
        values = event.values
        state = State(values.get('State', self.state))
        if state == State.PREPARING and self.state not in UNDER_WAY:
            self._begin()
        self.changes.append(event)
        self.values |= values
        if event.kind == 'added':
            self._see_added(values)
        else:
            self._see_changed(values)
        if state != self.state:
            self.n_seen[state] += 1
            self.failed_since = event.time if state == State.FAILED else None
        self.state = state
        self.progress = values.get('Progress', self.progress)

    def _begin(self):
        """A new update: forgets what was before the step that has started it."""
        number = max((number for number, (_, text) in enumerate(self.steps)
                      if f'start {self.module.number} ' in text), default=len(self.steps))
        self.steps = self.steps[number:]
        self.changes = []

    def _see_added(self, values):
        if self.state is None or self.record_is_old or self.sent_unsolicited_answers:
            return
        state = State(values['State'])
        assert state != State.IDLE or self.state == State.IDLE, f'{self.state.name} is lost'
        assert self.state not in OVER or state in (self.state, *UNDER_WAY, *OVER)

    def _see_changed(self, values):
        state = State(values.get('State', self.state))
        progress = values.get('Progress', self.progress)
        if 'State' in values and state != self.state:
            assert state in NEXT[self.state], f'{self.state.name} to {state.name}'
            if state == State.SUCCEEDED:
                check_success(self.values)
        assert 0 <= progress <= 100, progress
        started = state == State.PREPARING and self.state not in UNDER_WAY
        if started and values.get('Started'):
            self.record_is_old = self.is_blocked
        # It has begun another download, whose START was lost
        is_anew = self.state == State.INSTALLING
        if progress < self.progress and not started and not is_anew:
            self.n_decreases += 1
            assert self.n_decreases <= self._count_starts(), \
                f'{self.progress} % to {progress} % without START'

    def _count_starts(self):
        return self.n_false_starts + sum(
            event.kind == 'urc' and event.text.endswith(START) for event in self.module.events)

    def observe(self, record):
        """Looks at the record, often."""
        if not record or not is_settled(record):
            self.settled_since = None
        elif self.settled_since is None:
            self.settled_since = time.monotonic()

    def check_commands(self):
        """Checks that CALLBREAK was set before each AT+GTOTA."""
        commands = self.module.peek_update_commands()
        for number in range(self.n_commands, len(commands)):
            if commands[number].startswith('AT+GTOTA=') and not self.sent_unsolicited_answers:
                before = commands[max(0, number - 2):number]
                assert any('"CALLBREAK",1' in command for command in before), commands[-4:]
        self.n_commands = len(commands)

    # Once all timeouts have run out

    @property
    def is_excused(self):
        """Whether something has happened that no plugin can make up for."""
        return self.record_is_old or self.sent_unsolicited_answers

    def check_truth(self, update):
        """Checks that the verdict agrees with what the module runs."""
        state = State(update['State'])
        if state in (State.UNKNOWN, State.IDLE) or self.is_excused:
            return
        assert state in OVER, update
        runs, target = self.module.revision, update['TargetVersion']
        assert update['CurrentVersion'] == runs, f'it runs {runs}: {update}'
        is_new = not is_same(runs, update['PreviousVersion'])
        if target:
            is_new = is_new and is_same(runs, target)
        if state == State.FAILED and is_new and not target:
            assert self._may_stay_failed(update), f'it runs {runs}: {update}'
        else:
            assert (state == State.SUCCEEDED) == is_new, f'it runs {runs}: {update}'

    def _may_stay_failed(self, update):
        """Whether a failure without known target may stay one, although the module runs
        another version: only if it was settled before the plugin knew that version, and
        rightly so, because

        * the module has not accepted the update, or
        * the failure was tentative for the whole grace time, or
        * the module had been back with the same version, and for the time of an installation
          if the download was complete.
        """
        settled = self.settled_since
        if settled is None or self._find_change('CurrentVersion', update['CurrentVersion'],
                                                time.monotonic()) < settled - TOLERANCE:
            return False
        started = update['Started'] + time.monotonic() - time.time() - TOLERANCE
        accepted = [event.time for event in self.module.events
                    if event.kind == 'accepted' and event.time > started]
        back = max((event.time for event in self.module.events if event.kind == 'usb'
                    and event.text != 'unplugged' and event.time < settled), default=started)
        complete = any(COMPLETE in event.text for event in self.module.events
                       if event.kind == 'urc' and event.time > started)
        install = INSTALL * self.scale - TOLERANCE if complete else 0
        return (not accepted
                or settled - (self.failed_since or settled) > GRACE * self.scale - TOLERANCE
                or (back > started and settled - back > install))

    def _find_change(self, name, value, default):
        """When a property was announced to have a value for the first time."""
        return next((event.time for event in self.changes if event.values.get(name) == value),
                    default)

    def check_settings(self, settings):
        """Checks that the settings of the module are restored; @settings maps their names to
        their values."""
        expected = {'GTRAT': self.rat, 'CALLBREAK': '0', 'GPRSFIRST': '0'}
        for name in expected.keys() - self.hidden_settings:
            if not self.is_excused:
                assert settings[name] == expected[name], \
                    f'{name} is {settings[name]} and was {expected[name]}'

    def reset(self):
        """All is as it should be."""
        self.sent_unsolicited_answers = False
        self.hidden_settings.clear()

    # After a failure

    def get_trace(self, n_lines):
        """The end of what has happened since the last update started."""
        lines = [(when, f'*** {text}') for when, text in self.steps]
        begin = min((when for when, _ in lines), default=0)
        lines += [(event.time, f'    bus: {event.kind} {event.values}') for event in self.changes]
        lines += [(event.time, f'    module: {event.kind} {event.text}')
                  for event in self.module.events
                  if event.time > begin - 1 and (event.kind != 'at' or 'AT+GT' in event.text
                                                 or 'AT+CGMR' in event.text)]
        if self.settled_since:
            lines.append((self.settled_since, '    record: settled'))
        lines.sort()
        # Of many percentages in a row, the last one
        shown = [line for line, following in zip(lines, [*lines[1:], (0, '')])
                 if not (PERCENTAGE.search(line[1]) and PERCENTAGE.search(following[1]))]
        return [f'{when - begin:8.2f} {text.replace(PASSWORD, "PASSWORD")}'
                for when, text in shown[-n_lines:]]


def check_success(update):
    """Checks that nothing but another version is called a success."""
    current, target = update['CurrentVersion'], update['TargetVersion']
    assert current and not is_same(current, update['PreviousVersion']), update
    assert is_same(current, target) if target else update['PreviousVersion'], update


def check_properties(update):
    """Checks that the properties agree with each other."""
    state = State(update['State'])
    name, message = update['Error']
    if state == State.FAILED:
        assert name.startswith(ERROR), update
        assert message and message.isprintable() and message.isascii(), update
    else:
        assert (name, message) == ('', ''), update
    if state in OVER:
        assert update['Finished'] >= update['Started'] > 0, update
    else:
        assert update['Finished'] == 0, update
    assert state != State.SUCCEEDED or update['Progress'] == 100, update
    assert PASSWORD not in str(update), update


def find_secrets(log):
    """The lines of a log that contain the password, except those in which the daemon logs
    the AT commands themselves."""
    return [line for line in log if PASSWORD in line and not ('/at] -->' in line
                                                              or '/at] <--' in line)]


def is_stock(problem, log):
    """Whether this is a problem of the stock daemon, with or without the plugin."""
    return any(complaint in problem and any(f"--> '{command}" in line for line in log[-N_RECENT:])
               for complaint, command in STOCK_COMPLAINTS.items())
