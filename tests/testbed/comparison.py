# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Compares two sets of plugins with the same module: the traffic, the objects on the
bus, the output of the client, and the functions of the modem."""

import collections
import json
import re
import time

from . import bus, loop
from .case import Bed, Paths

# Seconds without traffic after which a module is quiet
QUIET = 2.5

STATE_UNKNOWN, STATE_INITIALIZING = 0, 1

OPTIONS = ('--messaging-status', '--messaging-list-sms', '--3gpp-profile-manager-list',
           '--3gpp-ussd-status', '--firmware-status', '--firmware-list', '--location-status',
           '--location-get', '--signal-get', '--time', '--voice-status', '--voice-list-calls',
           '--get-cell-info', '--sar-status', '--oma-status')
FORMATS = {'human': (), 'keyvalue': ('-K',), 'json': ('-J',)}

# Values that differ between any two runs
VARIABLE = (
    (re.compile(r'\d{4}-\d\d-\d\dT[\d:]+(?:Z|[+-]\d\d(?::?\d\d)?)'), 'TIME'),
    (re.compile(r'(duration\s*: )\d+'), r'\1N'),
)

# Commands that the daemon polls; their number depends on the time.
POLLS = re.compile(r'AT\+(CSQ|CREG\?|CGREG\?|CEREG\?|COPS\?|COPS=3,[02])$')


def hide_variable(text):
    for pattern, replacement in VARIABLE:
        text = pattern.sub(replacement, text)
    return text


def flatten(value, prefix=''):
    """Flattens nested dictionaries."""
    if not isinstance(value, dict):
        return {prefix: value}
    flat = {}
    for key, child in value.items():
        flat |= flatten(child, f'{prefix}.{key}' if prefix else key)
    return flat


def compare_values(title, without, with_ours):
    """The differences between two dictionaries, as lines."""
    lines = []
    for key in sorted(without.keys() | with_ours.keys()):
        if key not in with_ours:
            lines.append(f'{title}: - {key} = {without[key]}')
        elif key not in without:
            lines.append(f'{title}: + {key} = {with_ours[key]}')
        elif without[key] != with_ours[key]:
            lines.append(f'{title}: {key}: {without[key]} -> {with_ours[key]}')
    return lines


def compare_counts(title, without, with_ours):
    """The differences between two counters, as lines."""
    lines = [f'{title}: - {item} ({count}x)' for item, count in (without - with_ours).items()]
    lines += [f'{title}: + {item} ({count}x)' for item, count in (with_ours - without).items()]
    return sorted(lines)


class Side:
    """A module with some keys and a daemon with some plugins."""

    def __init__(self, keys, plugins, isolated):
        self.bed = Bed(isolated=isolated)
        self.module = self.bed.simulator.add(**keys)
        self.bed.start_daemon(plugins)
        self.modem = None
        self.plugin = None
        self._n_messages = 0
        self.traffic = {}
        self.objects = {}
        self.answers = {}
        self.results = {}

    # Traffic

    def _get_messages(self):
        """AT commands, and requests on a control port as logged by the simulator."""
        self.bed.simulator.sync()
        return [event.split(' ', 3)[3] for event in self.bed.simulator.events
                if event.startswith(('at 0 ', 'control 0 '))]

    def count_messages(self):
        return len(self._get_messages())

    def end_phase(self, name):
        """Counts the messages since the last phase."""
        messages = self._get_messages()
        counts = collections.Counter(messages[self._n_messages:])
        self._n_messages = len(messages)
        self.traffic[name] = collections.Counter(
            {text: 1 if POLLS.match(text) else count for text, count in counts.items()})

    def wait_for_modem(self):
        """Waits until the modem object is initialized."""
        self.modem = self.bed.wait_for_modem(self.module)
        self.wait_for_state(lambda state: state not in (STATE_UNKNOWN, STATE_INITIALIZING))

    def wait_for_state(self, predicate):
        self.bed.wait_until(lambda: self.modem.exists
                            and predicate(self.modem.properties['State']), 40, 'state')

    # Objects and output

    def mmcli(self, *args):
        """The exit status and the output of the stock client."""
        client = loop.Process([Paths.stock_client, *args], self.bed.env, merge=True)
        self.bed.processes.append(client)
        client.end_input()
        return client.wait(60), hide_variable(client.stdout)

    def record(self):
        """Records all objects on the bus and the output of the client."""
        self.plugin = self.modem.properties['Plugin']
        self.objects = bus.Call(self.bed.connection, bus.ROOT, bus.OBJECT_MANAGER,
                                'GetManagedObjects', None).wait().result[0]
        questions = [('-L',), ('-m', self.modem.index), ('-i', '0')]
        questions += [('-m', self.modem.index, option) for option in OPTIONS]
        for question in questions:
            for name, options in FORMATS.items():
                self.answers[' '.join(question), name] = self.mmcli(*question, *options)

    # Functions

    def do(self, name, *args):
        """Runs the client and records the result; returns whether it succeeded."""
        status, text = self.mmcli(*args)
        self.results[name] = f'{status} {" ".join(text.split())}'
        return status == 0

    def do_modem(self, name, *args):
        return self.do(name, '-m', self.modem.index, *args)


def wait_until_quiet(*sides):
    """Waits until there has been no traffic for a while."""
    counts = []
    end = time.monotonic()
    while time.monotonic() < end + QUIET:
        if counts != (counts := [side.count_messages() for side in sides]):
            end = time.monotonic()
        loop.settle(100)


def bring_up(*sides):
    """Waits for the modems and enables them; counts the traffic of each phase."""
    for side in sides:
        side.wait_for_modem()
    wait_until_quiet(*sides)
    for side in sides:
        side.end_phase('plug')
    bus.enable_all(*(side.modem for side in sides))
    for side in sides:
        bus.wait_for_signal(side.modem)
    wait_until_quiet(*sides)
    for side in sides:
        side.end_phase('enable')


def _compare_answers(title, form, without, with_ours):
    (status, text), (new_status, new_text) = without, with_ours
    if form == 'json' and status == 0 and new_status == 0:
        return compare_values(title, flatten(json.loads(text)), flatten(json.loads(new_text)))
    return compare_counts(title, collections.Counter([f'status {status}', *text.splitlines()]),
                          collections.Counter([f'status {new_status}', *new_text.splitlines()]))


def compare(without, with_ours):
    """All differences between two sides, as lines that begin with what differs."""
    lines = []
    for phase, traffic in without.traffic.items():
        lines += compare_counts(phase, traffic, with_ours.traffic[phase])
    for path in sorted(without.objects.keys() | with_ours.objects.keys()):
        title = f'object {path.removeprefix(bus.ROOT)}'
        old, new = without.objects.get(path, {}), with_ours.objects.get(path, {})
        lines += compare_counts(title, collections.Counter(old.keys()),
                                collections.Counter(new.keys()))
        for interface in old.keys() & new.keys():
            lines += compare_values(title, flatten(old[interface], interface),
                                    flatten(new[interface], interface))
    for (question, form), answer in without.answers.items():
        lines += _compare_answers(f'mmcli {question}, {form}', form, answer,
                                  with_ours.answers[question, form])
    lines += compare_values('function', without.results, with_ours.results)
    return lines
