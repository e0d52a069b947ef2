# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Modules in every state of an update, and what interrupts it: the daemon is killed
or restarted, the module is unplugged, or both."""

from gi.repository import GLib

from . import loop
from .bus import MODEM, Call, State, enable_all
from .case import Bed

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

USER, PASSWORD = 'updater', 'n0t-to-be-kept'

# Scales of the timeouts: of the daemon that is interrupted, of the next one, and of one that
# cannot know that the module has restarted, and restores its settings half an hour later
PATIENT = 0.3
HASTY = 0.04
VERY_HASTY = 0.01

FOREVER = 3600 * 1000

START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
PRIMARY = 1


def remove_repetitions(values):
    return [value for i, value in enumerate(values) if not i or values[i - 1] != value]


class Subject:
    """A module that reaches one state of an update, and then finishes the update."""

    KEYS = {}
    KEYS_OF_NEXT = {}
    # Whether the module leaves the state on its own after a short time
    TRANSIENT = False
    # The result if the module stays plugged in, and if it is unplugged and plugged in again
    END_IF_KEPT = END_IF_LOST = State.SUCCEEDED

    def __init__(self, bed):
        self.bed = bed
        self.module = bed.simulator.add(gtset_read='yes', **self.KEYS)
        self.modem = self.imei = self.call = self.since = None
        self.end = self.next_end = self.states = self.percentages = self.commands = None
        self.settings = None

    @property
    def plugged(self):
        return self.module.plugged

    def find(self):
        self.modem = self.bed.wait_for_modem(self.module)
        self.imei = self.modem.properties['EquipmentIdentifier']
        return self.modem

    def start(self, url):
        self.since = len(self.bed.observer.events)
        self.call = self.modem.start({'url': url, 'user': USER, 'password': PASSWORD})

    def reach(self):
        """Waits until the update is in its state."""
        raise NotImplementedError

    def unplug(self):
        if self.plugged:
            self.module.unplug()

    def plug_with(self, revision):
        self.module.set(revision=revision)
        self.module.plug()

    def plug_back(self):
        """Plugs the module in again, as it is after the interruption."""
        self.module.plug()

    def report_to_next_daemon(self):
        """Reports to the next daemon, if there is anything to report."""

    def finish_update(self):
        """Does the rest of the update."""

    def report(self, *lines):
        self.module.report(*lines, interface=PRIMARY)

    def wait_for_command(self, prefix):
        self.bed.wait_until(lambda: any(command.startswith(prefix)
                                        for command in self.module.peek_commands()), 40, prefix)

    def wait_for_announced(self, state):
        self.bed.wait_for_announced(self.module, state)

    def wait_for_end(self):
        """Waits until the update has ended and the settings of the module are restored."""
        self.bed.wait_until(self.is_over, 40, f'end of {type(self).__name__}')
        self.bed.wait_until(self.is_restored, 150, f'{type(self).__name__} settings restored')
        self.end = self.find().read_update()
        self.states = remove_repetitions(self.get_values('State'))
        self.percentages = self.get_values('Progress')
        self.commands = self.module.get_our_commands()
        self.settings = self.query('+GTRAT?') + self.query('+GTSET?')

    def query(self, command):
        """The lines of the module's answer."""
        call = Call(self.bed.connection, self.find().path, MODEM, 'Command',
                    GLib.Variant('(su)', (command, 10))).wait()
        assert not call.error_name, call.message
        return call.result[0].split('\r\n')

    def is_over(self):
        path = self.bed.observer.find(self.module.path)
        return path and self.find().state in (State.SUCCEEDED, State.FAILED)

    def is_restored(self):
        record = self.bed.read_record(self.imei)
        return not {'GTRAT', 'CALLBREAK', 'GPRSFIRST'} & set(record)

    def get_values(self, name):
        """The values of a property since the start of the update, in order."""
        return [event.values[name] for event in self.bed.get_events(self.module, self.since)
                if name in event.values]

    def start_next(self, url):
        self.module.set(download='real', pace=0, **self.KEYS_OF_NEXT)
        self.module.delay('AT+GTSET="CALLBREAK",1', 0)
        self.start(url)


class Reporting(Subject):
    """The module reports what it is told to."""

    KEYS = {'download': 'manual'}
    END_IF_LOST = State.FAILED

    def reach(self):
        self.call.wait()
        assert not self.call.error_name, self.call.message

    def finish_update(self):
        self.wait_for_announced(State.INSTALLING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.plug_with(NEW)


class Preparing(Reporting):
    """The module has accepted the update and has not begun the download."""

    def report_to_next_daemon(self):
        self.bed.wait_for_state(self.module, State.PREPARING)
        self.report(START, 'GTOTA DOWNLOADING: 0%', 'GTOTA DOWNLOADING: 100%', COMPLETE)


class Answering(Subject):
    """The module is answering a command before AT+GTOTA."""

    TRANSIENT = True
    END_IF_KEPT = END_IF_LOST = State.FAILED

    def __init__(self, bed):
        super().__init__(bed)
        self.module.delay('AT+GTSET="CALLBREAK",1', FOREVER)

    def reach(self):
        self.wait_for_command('AT+GTSET="CALLBREAK",1')


class Downloading(Reporting):
    """The download is at 40 %."""

    def reach(self):
        super().reach()
        self.report(START, 'GTOTA DOWNLOADING: 40%')
        self.bed.wait_until(lambda: self.bed.read_record(self.imei)['Progress'] == '40', 20, '40 %')

    def report_to_next_daemon(self):
        self.bed.wait_for_state(self.module, State.DOWNLOADING)
        self.report('GTOTA DOWNLOADING: 41%', 'GTOTA DOWNLOADING: 99%', COMPLETE)


class StillDownloading(Subject):
    """The module downloads and installs before the next daemon starts."""

    KEYS = {'pace': 25, 'install': 'gone'}
    KEYS_OF_NEXT = {'install': 'package'}
    TRANSIENT = True
    END_IF_LOST = State.FAILED

    def reach(self):
        self.wait_for_announced(State.DOWNLOADING)

    def wait_until_installed(self):
        loop.wait_until(lambda: not self.plugged, 40, 'restart of the module')
        self.plug_with(NEW)


class Installing(Subject):
    """The download is complete, and the module has not left the bus yet."""

    KEYS = {'restart_after': FOREVER}
    KEYS_OF_NEXT = {'restart_after': 200}

    def reach(self):
        self.wait_for_announced(State.INSTALLING)

    def plug_back(self):
        self.plug_with(NEW)

    def finish_update(self):
        self.bed.wait_for_state(self.module, State.INSTALLING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.plug_with(NEW)


class Away(Subject):
    """The module has left the bus to install the update."""

    KEYS = {'install': 'gone'}

    def reach(self):
        self.bed.wait_until(lambda: not self.plugged, 40, 'restart of the module')
        self.bed.wait_for_no_modem(self.module)

    def plug_back(self):
        self.plug_with(NEW)

    def finish_update(self):
        self.plug_with(NEW)


class AfterRestart(Subject):
    """The module runs the new firmware, and its settings are not restored yet."""

    def __init__(self, bed):
        super().__init__(bed)
        self.module.delay('AT+GTRAT=10', FOREVER)

    def reach(self):
        self.wait_for_command('AT+GTRAT=10')
        self.module.delay('AT+GTRAT=10', 0)
        assert self.bed.read_record(self.imei)['GTRAT'] == '10'


STATES = {'preparing': Preparing, 'downloading': Downloading,
          'installing': Installing, 'after_restart': AfterRestart}
# Other moments in these states
MORE_STATES = {'answering': Answering, 'still_downloading': StillDownloading, 'away': Away}


class Interruption:
    """One kind of interruption, of modules in every state in one bed."""

    PHASES = ('start', 'enable', 'start_lasting', 'interrupt', 'report_to_next_daemon',
              'finish_update', 'wait_for_end', 'start_next', 'wait_for_next')

    def __init__(self, url):
        self.url = url
        self.problem = None
        self.bed = Bed(PATIENT)
        self.logind = self.bed.start_logind()
        self.subjects = {}
        self.n_inhibitors = self.descriptors = None

    def run(self, phase):
        """Runs a phase, unless an earlier one has failed."""
        if self.problem:
            return
        try:
            getattr(self, phase)()
        except (AssertionError, KeyError) as error:
            self.problem = error

    def each(self):
        return self.subjects.values()

    def start(self):
        self.subjects = {name: kind(self.bed) for name, kind in (STATES | MORE_STATES).items()}
        self.bed.start_daemon()

    def enable(self):
        enable_all(*[subject.find() for subject in self.each()])

    def start_updates(self, transient):
        subjects = [subject for subject in self.each() if subject.TRANSIENT == transient]
        for subject in subjects:
            subject.start(self.url)
        for subject in subjects:
            subject.reach()

    def start_lasting(self):
        self.start_updates(False)

    def interrupt(self):
        self.start_updates(True)
        self.n_inhibitors = self.logind.n_held
        self.apply()

    def apply(self):
        """Interrupts the updates."""
        raise NotImplementedError

    def report_to_next_daemon(self):
        """Has the modules report after the interruption."""

    def finish_update(self):
        raise NotImplementedError

    def get_expected_end(self, subject):
        raise NotImplementedError

    def wait_for_end(self):
        for subject in self.each():
            subject.wait_for_end()
        self.bed.wait_until(lambda: not self.logind.n_held, 10, 'end of all inhibitors')
        self.bed.wait_until(lambda: not self.bed.daemon.open_ports, 10, 'end of all open ports')
        # The daemon logs that it closes a port before it does so
        self.bed.wait_until(lambda: not self.find_open_ttys(), 10, 'closed ports')

    def find_open_ttys(self):
        self.descriptors = self.bed.daemon.get_descriptors()
        return [target for target in self.descriptors if 'tty' in target or 'pts' in target]

    def get_failed(self):
        return [subject for subject in self.each() if subject.end['State'] == State.FAILED]

    def start_next(self):
        enable_all(*[subject.modem for subject in self.get_failed()])
        for subject in self.get_failed():
            subject.start_next(self.url)

    def wait_for_next(self):
        for subject in self.get_failed():
            # The modem object may have been replaced meanwhile
            self.bed.wait_until(lambda modem=subject.modem: not modem.exists, 40, 'restart')
        for subject in self.get_failed():
            self.bed.wait_until(subject.is_over, 40, 'end of the next update')
            subject.next_end = subject.modem.read_update()


class DaemonKilled(Interruption):
    """The daemon is killed and started again."""

    def end_daemon(self):
        self.bed.stop_daemon(kill=True)

    def apply(self):
        self.end_daemon()
        self.subjects['still_downloading'].wait_until_installed()
        self.bed.set_scale(HASTY)
        self.bed.start_daemon()

    def report_to_next_daemon(self):
        for subject in self.each():
            subject.report_to_next_daemon()

    def finish_update(self):
        for subject in self.each():
            subject.finish_update()

    def get_expected_end(self, subject):
        return subject.END_IF_KEPT


class DaemonRestarted(DaemonKilled):
    """The daemon is stopped with SIGTERM and started again."""

    def end_daemon(self):
        self.bed.stop_daemon()


class ModuleUnplugged(Interruption):
    """The module is unplugged and plugged in again."""

    def apply(self):
        for subject in self.each():
            subject.unplug()
        for subject in self.each():
            self.bed.wait_for_no_modem(subject.module)

    def finish_update(self):
        for subject in self.each():
            subject.plug_back()

    def get_expected_end(self, subject):
        return subject.END_IF_LOST


class PowerLost(ModuleUnplugged):
    """The daemon is killed and the module unplugged, as in a power failure."""

    def apply(self):
        self.bed.stop_daemon(kill=True)
        for subject in self.each():
            subject.unplug()
        self.bed.set_scale(VERY_HASTY)
        self.bed.start_daemon()
