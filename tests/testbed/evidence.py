# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The base of cases that tell the story of one update each: what the module does, and what
must be said of it in the end."""

from .bus import ERROR, MODEM, Call, State, enable_all
from .case import SharedBedCase
from .loop import settle

URL = 'http://host/package'
OLD, BETWEEN, NEW = (f'19011.1000.00.02.73.{number}' for number in (13, 14, 15))
START, COMPLETE = 'GTOTA DOWNLOAD START', 'GTOTA DOWNLOAD COMPLETE'
RETRY = 'GTOTA DOWNLOAD ERROR: retry 1 of 3'
ENDED = (State.SUCCEEDED, State.FAILED)

# The USB ID of another module, which belongs to the stock plugin
FOREIGN = '2cb7:0007'

# For what depends on a timeout of the plugin, including a restart of the module
LONG = 90

# Settings that an update changes
SETTINGS = {'AT+GTSET?': '+GTSET: "CALLBREAK",0\\r\\n+GTSET: "GPRSFIRST",0\\r\\n\\r\\nOK'}


def percent(value):
    return f'GTOTA DOWNLOADING: {value}%'


class StoryCase(SharedBedCase):
    """Modules that do nothing on their own after AT+GTOTA. STORIES has the keys of the module
    of each case, by the name of the case, and KEYS those of all; they report on INTERFACE."""

    # 300 s become 6 s
    SCALE = 0.02
    STORIES = {}
    KEYS = {}
    INTERFACE = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.modules = {}
        for name, keys in cls.STORIES.items():
            module = bed.simulator.add(**({'download': 'manual'} | cls.KEYS | keys))
            for prefix, answer in SETTINGS.items():
                module.answer(prefix, answer)
            cls.modules[name] = module
        bed.start_daemon()
        enable_all(*(bed.wait_for_modem(module, LONG) for module in cls.modules.values()))

    def setUp(self):
        self.name = self.id().rpartition('.test_')[2]
        self.module = self.modules[self.name]
        self.since = len(self.bed.observer.events)
        self.before = len(self.module.get_our_commands())
        self.imei = self.modem.properties['EquipmentIdentifier']

    @property
    def modem(self):
        return self.bed.wait_for_modem(self.module)

    @property
    def record(self):
        return self.bed.read_record(self.imei)

    # What happens

    def start(self, **settings):
        return self.modem.start({'url': URL} | settings)

    def accept(self, **settings):
        """Starts an update that the module accepts."""
        call = self.start(**settings).wait()
        self.assertIsNone(call.error_name, call.message)

    def report(self, *lines):
        self.module.report(*lines, interface=self.INTERFACE)

    def download(self, *percentages, **settings):
        """Starts an update, and downloads up to the last percentage."""
        self.accept(**settings)
        self.report(START, *(percent(value) for value in percentages))
        if percentages:
            self.wait_for_progress(percentages[-1])

    def leave(self):
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)

    def come(self, revision=None):
        """The module is back, with another revision or with the one it has."""
        if revision:
            self.module.set(revision=revision)
        self.module.plug()
        return self.bed.wait_for_modem(self.module)

    def restart(self, revision=None):
        self.leave()
        return self.come(revision)

    def complete(self, **settings):
        """Starts an update, and downloads all of it."""
        self.download(50, **settings)
        self.report(COMPLETE)
        self.wait_for(State.INSTALLING)

    def install(self, revision, **settings):
        """The same, and restarts with a revision."""
        self.complete(**settings)
        return self.restart(revision)

    def come_to_next_daemon(self):
        """The module is back after the daemon was killed, and there is another one."""
        self.bed.stop_daemon(kill=True)
        self.module.plug()
        self.bed.start_daemon()
        return self.bed.wait_for_modem(self.module)

    # What is said

    def wait_for_progress(self, value):
        self.bed.wait_until(lambda: self.modem.update['Progress'] == value, 20, f'{value} %')

    def wait_for(self, *states):
        """Waits until the update is in one of the states; returns its properties."""
        for state in states[:-1]:
            self.bed.wait_for_state(self.module, state, LONG)
        return self.bed.wait_for_state(self.module, states[-1], LONG).update

    def wait_for_error(self, *texts):
        update = self.wait_for(State.FAILED)
        self.assertEqual(update['Error'][0], ERROR + 'Core.Failed')
        for text in texts:
            self.assertIn(text, update['Error'][1])

    def read_message(self):
        """The message of the error, which may not be announced yet."""
        return self.modem.read_update()['Error'][1]

    def assert_succeeded(self, revision=NEW):
        update = self.wait_for(State.SUCCEEDED)
        self.assertEqual((update['PreviousVersion'], update['CurrentVersion'], update['Error']),
                         (OLD, revision, ('', '')))
        self.wait_for_restored()

    def wait_for_restored(self):
        """Waits until nothing is held any more, and what was changed is put back."""
        self.bed.wait_until(lambda: not {'Tentative', 'GTRAT', 'RadioModes', 'CALLBREAK',
                                         'GPRSFIRST'} & set(self.record), LONG, 'restored')

    def assert_held(self):
        """Checks that the module is left alone, and that it is not reset."""
        call = Call(self.bed.connection, self.modem.path, MODEM, 'Reset', None).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.InProgress', call.message)
        for command in ('AT+GTSET="CALLBREAK",0', 'AT+GTSET="GPRSFIRST",0', 'AT+GTRAT=10'):
            self.assertNotIn(command, self.module.get_our_commands()[self.before:])

    def assert_stays(self, state, seconds=1):
        settle(int(seconds * 1000))
        self.assertEqual(self.modem.state, state)

    def assert_goes_on(self, first, *percentages, seconds=4):
        """Checks that the update is downloading for so long after each report but the first one,
        which may be old."""
        self.report(percent(first))
        for value in percentages:
            self.report(percent(value))
            self.wait_for_progress(value)
            self.assert_stays(State.DOWNLOADING, seconds)

    def assert_never(self, state):
        self.assertNotIn(state, self.get_states())
        self.assertNotEqual(self.modem.state, state)

    def get_states(self):
        """The states as announced, without those that are repeated."""
        states = self.bed.get_announced(self.module, 'State', self.since)
        return [state for state, before in zip(states, [None, *states]) if state != before]

    def restart_daemon(self):
        self.bed.stop_daemon(kill=True)
        self.bed.start_daemon()
        enable_all(self.modem)
