# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Invariants: what must hold for updates at any time, whatever happens to the modules."""

import collections

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

UNDER_WAY = (State.PREPARING, State.DOWNLOADING, State.INSTALLING)
OVER = (State.SUCCEEDED, State.FAILED)

# The next state that may be announced. A failed update may still go on (FAILED to
# PREPARING), and a new revision may reveal a success without a report.
NEXT = {
    State.IDLE: {State.PREPARING},
    State.PREPARING: {State.DOWNLOADING, State.INSTALLING, *OVER},
    State.DOWNLOADING: {State.INSTALLING, *OVER},
    State.INSTALLING: set(OVER),
    State.SUCCEEDED: {State.PREPARING},
    State.FAILED: {State.PREPARING},
}


class Watch:
    """Watches the updates of one module."""

    def __init__(self, module):
        self.module = module
        self.state = None
        self.progress = 0
        # How often each state was reached
        self.n_seen = collections.Counter()
        # The record may be older than the last state seen, until the next update
        self.record_is_old = False
        self.n_commands = 0
        # The daemon takes an unsolicited answer for that of a command in its queue, and then
        # does not send that command
        self.sent_unsolicited_answers = False

    def see(self, event):
        """Checks an event of our interface."""
        if event.kind == 'added':
            self._see_added(event.values)
        else:
            self._see_changed(event.values)
        state = State(event.values.get('State', self.state))
        if state != self.state:
            self.n_seen[state] += 1
        self.state = state
        self.progress = event.values.get('Progress', self.progress)

    def _see_added(self, values):
        if self.state is None or self.record_is_old or self.sent_unsolicited_answers:
            return
        state = State(values['State'])
        assert state != State.IDLE or self.state == State.IDLE, \
            f'module {self.module.number}: {self.state.name} is lost'
        assert self.state not in OVER or state in (self.state, *UNDER_WAY, *OVER)

    def _see_changed(self, values):
        state = State(values.get('State', self.state))
        progress = values.get('Progress', self.progress)
        if 'State' in values and state != self.state:
            assert state in NEXT[self.state], f'{self.state.name} to {state.name}'
        assert 0 <= progress <= 100, progress
        started = state == State.PREPARING and self.state not in UNDER_WAY
        if started and values.get('Started'):
            self.record_is_old = False
        assert progress >= self.progress or (started and progress == 0), \
            f'{self.progress} % to {progress} %'

    def check_commands(self):
        """Checks that CALLBREAK was set before each AT+GTOTA."""
        commands = self.module.peek_update_commands()
        for number in range(self.n_commands, len(commands)):
            if commands[number].startswith('AT+GTOTA=') and not self.sent_unsolicited_answers:
                before = commands[max(0, number - 2):number]
                assert any('"CALLBREAK",1' in command for command in before), commands[-4:]
        self.n_commands = len(commands)


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


def is_stock(problem, log):
    """Whether this is a problem of the stock daemon, with or without the plugin."""
    return any(complaint in problem and any(f"--> '{command}" in line for line in log[-N_RECENT:])
               for complaint, command in STOCK_COMPLAINTS.items())
