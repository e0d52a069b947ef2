# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What must be true of updates at any time, whatever happens to the modules."""

import collections

from .bus import ERROR, State

USER, PASSWORD = 'walker', 'n0t-to-be-kept'

# What the stock daemon says, with the plugin or without, if it is told to end while it
# initializes a modem, and a command that it has sent not long before then
STOCK_COMPLAINTS = {
    # It exports the modem on a connection that is gone
    "g_object_unref: assertion 'G_IS_OBJECT (object)' failed": 'AT',
    # With the locks of the SIM read, it connects to the SIM that it has let go
    'invalid (NULL) pointer instance': 'AT+CLCK="SC",2',
}
# In lines of its log
NOT_LONG = 1000

UNDER_WAY = (State.PREPARING, State.DOWNLOADING, State.INSTALLING)
OVER = (State.SUCCEEDED, State.FAILED)

# Announced one after the other. What was failed only for us may go on (FAILED to
# PREPARING); a new revision tells of a success that nobody heard of.
NEXT = {
    State.IDLE: {State.PREPARING},
    State.PREPARING: {State.DOWNLOADING, State.INSTALLING, *OVER},
    State.DOWNLOADING: {State.INSTALLING, *OVER},
    State.INSTALLING: set(OVER),
    State.SUCCEEDED: {State.PREPARING},
    State.FAILED: {State.PREPARING},
}


class Watch:
    """What was seen of the updates of one module."""

    def __init__(self, module):
        self.module = module
        self.state = None
        self.progress = 0
        # How many times each state was reached
        self.n_seen = collections.Counter()
        # Until an update is begun: the record may be older than what was seen
        self.record_is_old = False
        self.n_commands = 0
        # The daemon takes what nobody asked for as the answer to a command that it has
        # not sent yet, and then does not send it
        self.answers_unasked = False

    def see(self, event):
        """One event of our interface."""
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
        if self.state is None or self.record_is_old or self.answers_unasked:
            return
        state = State(values['State'])
        assert state != State.IDLE or self.state == State.IDLE, \
            f'module {self.module.number}: {self.state.name} is forgotten'
        assert self.state not in OVER or state in (self.state, *UNDER_WAY, *OVER)

    def _see_changed(self, values):
        state = State(values.get('State', self.state))
        progress = values.get('Progress', self.progress)
        if 'State' in values and state != self.state:
            assert state in NEXT[self.state], f'{self.state.name} to {state.name}'
        assert 0 <= progress <= 100, progress
        begun = state == State.PREPARING and self.state not in UNDER_WAY
        if begun and values.get('Started'):
            self.record_is_old = False
        assert progress >= self.progress or (begun and progress == 0), \
            f'{self.progress} % to {progress} %'

    def check_commands(self):
        """No update is asked for unless calls were kept off before."""
        commands = self.module.peek_update_commands()
        for number in range(self.n_commands, len(commands)):
            if commands[number].startswith('AT+GTOTA=') and not self.answers_unasked:
                before = commands[max(0, number - 2):number]
                assert any('"CALLBREAK",1' in command for command in before), commands[-4:]
        self.n_commands = len(commands)


def check_properties(update):
    """Of one moment"""
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
    """Whether the stock daemon has the same problem without the plugin."""
    return any(complaint in problem and any(f"--> '{command}" in line for line in log[-NOT_LONG:])
               for complaint, command in STOCK_COMPLAINTS.items())
