# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The daemon, the module, or both go away in the middle of an update."""

import os
import shutil
import stat
import tempfile
import unittest

from testbed.bus import ERROR, MODEM, OBJECT_MANAGER, ROOT, Call, State, enable_all
from testbed.case import Bed, BedCase, SharedBedCase
from testbed.daemon import WARNING
from testbed.loop import wait_until
from testbed.servers import FtpServer, make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

USER, PASSWORD = 'updater', 'n0t-to-be-kept'
SETTINGS = '+GTSET: "CALLBREAK",0\\r\\n+GTSET: "GPRSFIRST",0\\r\\n\\r\\nOK'
PUT_BACK = ['AT+GTRAT=10', 'AT+GTSET="CALLBREAK",0', 'AT+GTSET="GPRSFIRST",0']

# Of the timeouts: of the daemon that something happens to, and of the next one
PATIENT = 0.3
HASTY = 0.04

FOREVER = 3600 * 1000

START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
PRIMARY = 1


def get_last_values(commands):
    """The last of the commands that set each of what we set."""
    last = {}
    for command in commands:
        if command.startswith('AT+GTSET="'):
            last[command.partition(',')[0]] = command
        elif command.startswith('AT+GTRAT='):
            last['AT+GTRAT'] = command
    return sorted(last.values())


def remove_repetitions(values):
    return [value for i, value in enumerate(values) if not i or values[i - 1] != value]


class Subject:
    """A module that is brought into one state of an update, and out of it."""

    KEYS = {}
    KEYS_OF_NEXT = {}
    # Whether it goes on by itself before long
    TRANSIENT = False
    # How it ends if the module stays, and if it goes away and comes back
    END_IF_KEPT = END_IF_LOST = State.SUCCEEDED

    def __init__(self, bed):
        self.bed = bed
        self.module = bed.simulator.add(**self.KEYS)
        self.module.answer('AT+GTSET?', SETTINGS)
        self.modem = self.imei = self.call = self.since = None
        self.end = self.next_end = self.states = self.percentages = self.commands = None

    @property
    def plugged(self):
        return self.module.peek_events('usb')[-1] != 'unplugged'

    def find(self):
        self.modem = self.bed.wait_for_modem(self.module)
        self.imei = self.modem.properties['EquipmentIdentifier']
        return self.modem

    def begin(self, url):
        self.since = len(self.bed.observer.events)
        self.call = self.modem.start({'url': url, 'user': USER, 'password': PASSWORD})

    def reach(self):
        """Waits until it is in its state, where it stays."""
        raise NotImplementedError

    def lose(self):
        """The cable is pulled."""
        if self.plugged:
            self.module.unplug()

    def return_with(self, revision):
        self.module.set(revision=revision)
        self.module.plug()

    def come_back(self):
        """After the cable was pulled"""
        self.module.plug()

    def speak(self):
        """The module reports to the next daemon, if it has something to report."""

    def go_on(self):
        """The module does the rest of its update."""

    def report(self, *lines):
        self.module.report(*lines, interface=PRIMARY)

    def wait_for_command(self, prefix):
        self.bed.wait_until(lambda: any(command.startswith(prefix)
                                        for command in self.module.peek_commands()), 40, prefix)

    def wait_for_announced(self, state):
        self.bed.wait_for_announced(self.module, state)

    def wait_for_end(self):
        """It is over, and the module as it was before."""
        self.bed.wait_until(self.is_over, 40, f'end of {type(self).__name__}')
        self.bed.wait_until(self.is_forgotten, 40, f'{type(self).__name__} put back')
        self.end = self.find().read_update()
        self.states = remove_repetitions(self.get_values('State'))
        self.percentages = self.get_values('Progress')
        self.commands = self.module.get_our_commands()

    def is_over(self):
        path = self.bed.observer.find(self.module.path)
        return path and self.find().state in (State.SUCCEEDED, State.FAILED)

    def is_forgotten(self):
        record = self.bed.read_record(self.imei)
        return not {'GTRAT', 'CALLBREAK', 'GPRSFIRST'} & set(record)

    def get_values(self, name):
        """What a property has been since the update was begun, in order."""
        return [event.values[name] for event in self.bed.get_events(self.module, self.since)
                if name in event.values]

    def start_next(self, url):
        self.module.set(download='real', pace=0, **self.KEYS_OF_NEXT)
        self.module.delay('AT+GTSET="CALLBREAK",1', 0)
        self.begin(url)


class Reporting(Subject):
    """The module is told what to report."""

    KEYS = {'download': 'manual'}
    END_IF_LOST = State.FAILED

    def reach(self):
        self.call.wait()
        assert not self.call.error_name, self.call.message

    def go_on(self):
        self.wait_for_announced(State.INSTALLING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.return_with(NEW)


class Preparing(Reporting):
    """The module has accepted the update and does not download yet."""

    def speak(self):
        self.bed.wait_for_state(self.module, State.PREPARING)
        self.report(START, 'GTOTA DOWNLOADING: 0%', 'GTOTA DOWNLOADING: 100%', COMPLETE)


class Asked(Subject):
    """It is being prepared: it does not know of an update yet."""

    TRANSIENT = True
    END_IF_KEPT = END_IF_LOST = State.FAILED

    def __init__(self, bed):
        super().__init__(bed)
        self.module.delay('AT+GTSET="CALLBREAK",1', FOREVER)

    def reach(self):
        self.wait_for_command('AT+GTSET="CALLBREAK",1')


class Downloading(Reporting):
    """At 40 %"""

    def reach(self):
        super().reach()
        self.report(START, 'GTOTA DOWNLOADING: 40%')
        self.bed.wait_until(lambda: self.bed.read_record(self.imei)['Progress'] == '40', 20, '40 %')

    def speak(self):
        self.bed.wait_for_state(self.module, State.DOWNLOADING)
        self.report('GTOTA DOWNLOADING: 41%', 'GTOTA DOWNLOADING: 99%', COMPLETE)


class Finishing(Subject):
    """Downloading in earnest, so that all is done before the next daemon comes."""

    KEYS = {'pace': 25, 'install': 'gone'}
    KEYS_OF_NEXT = {'install': 'package'}
    TRANSIENT = True
    END_IF_LOST = State.FAILED

    def reach(self):
        self.wait_for_announced(State.DOWNLOADING)

    def wait_until_installed(self):
        wait_until(lambda: not self.plugged, 40, 'restart of the module')
        self.return_with(NEW)


class Installing(Subject):
    """It has the whole package, and has not left the bus yet."""

    KEYS = {'restart_after': FOREVER}
    KEYS_OF_NEXT = {'restart_after': 200}

    def reach(self):
        self.wait_for_announced(State.INSTALLING)

    def come_back(self):
        self.return_with(NEW)

    def go_on(self):
        self.bed.wait_for_state(self.module, State.INSTALLING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.return_with(NEW)


class Away(Subject):
    """It has left the bus to install."""

    KEYS = {'install': 'gone'}

    def reach(self):
        self.bed.wait_until(lambda: not self.plugged, 40, 'restart of the module')
        self.bed.wait_for_no_modem(self.module)

    def come_back(self):
        self.return_with(NEW)

    def go_on(self):
        self.return_with(NEW)


class AfterRestart(Subject):
    """It runs the new firmware, and is not put back as it was yet."""

    def __init__(self, bed):
        super().__init__(bed)
        self.module.delay('AT+GTRAT=10', FOREVER)

    def reach(self):
        self.wait_for_command('AT+GTRAT=10')
        self.module.delay('AT+GTRAT=10', 0)
        assert self.bed.read_record(self.imei)['GTRAT'] == '10'


MATRIX = {'preparing': Preparing, 'downloading': Downloading,
          'installing': Installing, 'after_restart': AfterRestart}
# What else these states can be
MORE = {'asked': Asked, 'finishing': Finishing, 'away': Away}


class Story:
    """One thing that happens to modules in every state, all in one bed."""

    PHASES = ('start', 'enable', 'bring_first', 'strike', 'speak', 'go_on', 'wait_for_end',
              'start_next', 'wait_for_next')

    def __init__(self, url):
        self.url = url
        self.problem = None
        self.bed = Bed(PATIENT)
        self.logind = self.bed.start_logind()
        self.subjects = {}
        self.n_inhibitors = self.descriptors = None

    def run(self, phase):
        """Runs a phase, unless one has failed."""
        if self.problem:
            return
        try:
            getattr(self, phase)()
        except (AssertionError, KeyError) as error:
            self.problem = error

    def each(self):
        return self.subjects.values()

    def start(self):
        self.subjects = {name: kind(self.bed) for name, kind in (MATRIX | MORE).items()}
        self.bed.start_daemon()

    def enable(self):
        enable_all(*[subject.find() for subject in self.each()])

    def bring(self, transient):
        subjects = [subject for subject in self.each() if subject.TRANSIENT == transient]
        for subject in subjects:
            subject.begin(self.url)
        for subject in subjects:
            subject.reach()

    def bring_first(self):
        self.bring(False)

    def strike(self):
        self.bring(True)
        self.n_inhibitors = self.logind.n_held
        self.act()

    def act(self):
        """What the story is about"""
        raise NotImplementedError

    def speak(self):
        """What the modules report after that"""

    def go_on(self):
        raise NotImplementedError

    def get_expected_end(self, subject):
        raise NotImplementedError

    def wait_for_end(self):
        for subject in self.each():
            subject.wait_for_end()
        self.bed.wait_until(lambda: not self.logind.n_held, 10, 'end of all inhibitors')
        self.bed.wait_until(lambda: not self.bed.daemon.open_ports, 10, 'end of all open ports')
        self.descriptors = self.bed.daemon.get_descriptors()

    def get_failed(self):
        return [subject for subject in self.each() if subject.end['State'] == State.FAILED]

    def start_next(self):
        enable_all(*[subject.modem for subject in self.get_failed()])
        for subject in self.get_failed():
            subject.start_next(self.url)

    def wait_for_next(self):
        for subject in self.get_failed():
            # The module may have come back with another one meanwhile
            self.bed.wait_until(lambda modem=subject.modem: not modem.exists, 40, 'restart')
        for subject in self.get_failed():
            self.bed.wait_until(subject.is_over, 40, 'end of the next update')
            subject.next_end = subject.modem.read_update()


class KilledStory(Story):
    """The daemon is killed, and another one started."""

    def end_daemon(self):
        self.bed.stop_daemon(kill=True)

    def act(self):
        self.end_daemon()
        self.subjects['finishing'].wait_until_installed()
        self.bed.set_scale(HASTY)
        self.bed.start_daemon()

    def speak(self):
        for subject in self.each():
            subject.speak()

    def go_on(self):
        for subject in self.each():
            subject.go_on()

    def get_expected_end(self, subject):
        return subject.END_IF_KEPT


class RestartedStory(KilledStory):
    """The daemon is stopped as the system does it, and another one started."""

    def end_daemon(self):
        self.bed.stop_daemon()


class UnpluggedStory(Story):
    """The cable is pulled, and put in again."""

    def act(self):
        for subject in self.each():
            subject.lose()
        for subject in self.each():
            self.bed.wait_for_no_modem(subject.module)

    def go_on(self):
        for subject in self.each():
            subject.come_back()

    def get_expected_end(self, subject):
        return subject.END_IF_LOST


class BothStory(UnpluggedStory):
    """The daemon is killed and the cable pulled, as when the power fails."""

    def act(self):
        self.bed.stop_daemon(kill=True)
        for subject in self.each():
            subject.lose()
        self.bed.set_scale(HASTY)
        self.bed.start_daemon()


STORIES = {}


def setUpModule():
    """Runs all stories side by side: they are waiting most of the time."""
    directory = tempfile.mkdtemp()
    unittest.addModuleCleanup(shutil.rmtree, directory)
    server = FtpServer(directory, USER, PASSWORD)
    unittest.addModuleCleanup(server.close)
    server.publish('package', make_package(NEW, 20000))
    for kind in (KilledStory, RestartedStory, UnpluggedStory, BothStory):
        STORIES[kind] = kind(f'ftp://{server.address}/package')
        unittest.addModuleCleanup(STORIES[kind].bed.close)
    for phase in Story.PHASES:
        for story in STORIES.values():
            story.run(phase)


class Matrix:
    """What must be true of the end of each story."""

    STORY = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.story = STORIES[cls.STORY]
        cls.bed = cls.story.bed

    def setUp(self):
        if self.story.problem:
            raise self.story.problem

    def check(self, subject):
        """It has ended as it must, and the module is as it was before."""
        state = self.story.get_expected_end(subject)
        end = subject.end
        self.assertEqual(end['State'], state, end)
        self.assertEqual((end['PreviousVersion'], end['CurrentVersion'], end['TargetVersion']),
                         (OLD, NEW if state == State.SUCCEEDED else OLD, ''))
        self.assertEqual(end['Source'], self.story.url)
        self.assertGreaterEqual(end['Finished'], end['Started'])
        self.assertGreater(end['Started'], 0)
        if state == State.SUCCEEDED:
            self.assertEqual((end['Error'], end['Progress']), (('', ''), 100))
        else:
            self.assertTrue(end['Error'][0].startswith(ERROR), end['Error'])
            self.assertTrue(end['Error'][1])
        # Neither ever goes back; but the record may lack the last second
        self.assertEqual(subject.states, sorted(subject.states))
        if not subject.TRANSIENT:
            self.assertEqual(subject.percentages, sorted(subject.percentages))
        self.assertEqual(get_last_values(subject.commands), PUT_BACK)
        # The update itself was asked for once, if ever
        n_started = sum(command.startswith('AT+GTOTA=1') for command in subject.commands)
        self.assertEqual(n_started, 0 if isinstance(subject, Asked) else 1)
        if state == State.FAILED:
            self.assertEqual(subject.next_end['State'], State.SUCCEEDED, subject.next_end)
            self.assertEqual(subject.next_end['CurrentVersion'], NEW)

    def test_preparing(self):
        """accepted by the module, which has not begun to download"""
        self.check(self.story.subjects['preparing'])

    def test_downloading(self):
        """at 40 %"""
        self.check(self.story.subjects['downloading'])

    def test_installing(self):
        """after the last report, before the module leaves the bus"""
        self.check(self.story.subjects['installing'])

    def test_after_restart(self):
        """back with the new firmware, the radio still held"""
        self.check(self.story.subjects['after_restart'])

    def test_preparing_2(self):
        """while the module answers, before it is asked for the update"""
        self.check(self.story.subjects['asked'])

    def test_downloading_2(self):
        """a download that goes on meanwhile"""
        self.check(self.story.subjects['finishing'])

    def test_installing_2(self):
        """while the module is away"""
        self.check(self.story.subjects['away'])

    def test_records(self):
        """one file for each module, that only root can read, without a secret"""
        directory = self.bed.state_directory
        self.assertEqual(stat.S_IMODE(os.stat(directory).st_mode), 0o700)
        names = os.listdir(directory)
        # A daemon that is killed while it writes one, leaves what it has written beside it
        self.assertEqual(sorted(name for name in names if name.endswith('.conf')),
                         sorted(f'{subject.imei}.conf' for subject in self.story.each()))
        for name in names:
            self.assertRegex(name, r'^\d{15}\.conf(\.\w{6})?$')
            path = f'{directory}/{name}'
            self.assertEqual(stat.S_IMODE(os.lstat(path).st_mode), 0o600)
            with open(path, encoding='utf-8') as file:
                self.assertNotIn(PASSWORD, file.read())

    def test_bus(self):
        """an object for each module, and no other"""
        call = Call(self.bed.connection, ROOT, OBJECT_MANAGER, 'GetManagedObjects', None).wait()
        devices = [interfaces[MODEM]['Device'] for interfaces in call.result[0].values()]
        self.assertEqual(sorted(devices),
                         sorted(subject.module.path for subject in self.story.each()))

    def test_resources(self):
        """no port, pipe or inhibitor is kept"""
        # Of what is away, is just over, or never was under way, none
        self.assertGreaterEqual(self.story.n_inhibitors, 5)
        self.assertEqual(self.story.logind.n_held, 0)
        self.assertEqual([target for target in self.story.descriptors
                          if 'tty' in target or 'pts' in target], [])

    def test_zz_end(self):
        """the daemon ends cleanly"""
        self.bed.finish()


class Killed(Matrix, unittest.TestCase):
    """The daemon is killed."""
    STORY = KilledStory


class Restarted(Matrix, unittest.TestCase):
    """The daemon is restarted."""
    STORY = RestartedStory


class Unplugged(Matrix, unittest.TestCase):
    """The cable is pulled."""
    STORY = UnpluggedStory


class Both(Matrix, unittest.TestCase):
    """The daemon is killed and the cable pulled."""
    STORY = BothStory


class Records(SharedBedCase):
    """What is found where a record should be."""

    IMEIS = {name: f'86000000000000{number}' for number, name in enumerate(
        ('good', 'other', 'garbage', 'link', 'directory', 'fifo'))}
    RECORD = ('[Update]\nIMEI={imei}\nState=failed\nProgress=40\nStarted=1\nFinished=2\n'
              f'PreviousVersion={OLD}\n')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        os.makedirs(cls.bed.state_directory, 0o700)
        cls.target = f'{cls.bed.directory}/target'
        cls.write(cls.target, cls.RECORD.format(imei=cls.IMEIS['link']))
        cls.write(cls.get_path('good'), cls.RECORD.format(imei=cls.IMEIS['good']))
        cls.write(cls.get_path('other'), cls.RECORD.format(imei=cls.IMEIS['good']))
        cls.write(cls.get_path('garbage'), '\0[Update\nState=succeeded\n' * 20)
        os.symlink(cls.target, cls.get_path('link'))
        os.mkdir(cls.get_path('directory'))
        os.mkfifo(cls.get_path('fifo'))
        cls.modules = {name: cls.bed.simulator.add(imei=imei)
                       for name, imei in cls.IMEIS.items()}
        cls.bed.start_daemon()
        cls.modems = {name: cls.bed.wait_for_modem(module)
                      for name, module in cls.modules.items()}

    @staticmethod
    def write(path, text):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, 0o600)

    @classmethod
    def get_path(cls, name):
        return f'{cls.bed.state_directory}/{cls.IMEIS[name]}.conf'

    def test_good(self):
        """a record is believed"""
        update = self.modems['good'].read_update()
        self.assertEqual((update['State'], update['Progress'], update['PreviousVersion']),
                         (State.FAILED, 40, OLD))

    def test_bad(self):
        """what is none is set aside, with one warning, and never followed"""
        for name in set(self.IMEIS) - {'good'}:
            with self.subTest(name):
                path = self.get_path(name)
                self.assertEqual(self.modems[name].read_update()['State'], State.IDLE)
                warnings = [line for line in self.bed.daemon.log
                            if WARNING.match(line) and path in line]
                self.assertEqual(len(warnings), 1, warnings)
                self.assertFalse(os.path.lexists(path))
                self.assertTrue(os.path.lexists(f'{path}.bad'))

    def test_updates(self):
        """each of the modules can be updated, and has a record then"""
        enable_all(*self.modems.values())
        for modem in self.modems.values():
            modem.start({'url': self.url})
        for name in self.IMEIS:
            self.bed.wait_for_state(self.modules[name], State.SUCCEEDED)
            self.assertEqual(self.bed.read_record(self.IMEIS[name])['State'], 'succeeded')
            self.assertEqual(stat.S_IMODE(os.lstat(self.get_path(name)).st_mode), 0o600)
        with open(self.target, encoding='utf-8') as file:
            self.assertEqual(file.read(), self.RECORD.format(imei=self.IMEIS['link']))


class Directory(BedCase):
    """The directory of the records."""

    def test_directory(self):
        """none can be made: nothing is sent; else the record is there before anything is"""
        with open(self.bed.state_directory, 'w', encoding='utf-8'):
            pass
        self.bed.start_daemon()
        module, modem = self.bed.add_modem(download='manual')
        modem.enable()
        commands = module.get_our_commands()
        call = modem.start({'url': 'http://127.0.0.1/package'}).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.Failed')
        self.assertIn(self.bed.state_directory, call.message)
        self.assertEqual(modem.state, State.IDLE)
        self.assertEqual(module.get_our_commands(), commands)

        os.remove(self.bed.state_directory)
        module.delay('AT+GTSET?', FOREVER)
        call = modem.start({'url': 'http://127.0.0.1/package'})
        self.bed.wait_until(lambda: module.peek_commands()[-1] == 'AT+GTSET?', 20, 'first command')
        record = self.bed.read_record(modem.properties['EquipmentIdentifier'])
        self.assertEqual((record['State'], record['PreviousVersion'], record['Source']),
                         ('preparing', OLD, 'http://127.0.0.1/package'))
        self.assertEqual(stat.S_IMODE(os.stat(self.bed.state_directory).st_mode), 0o700)
        # It does not say it, but that does not matter
        call.wait()
        self.assertIsNone(call.error_name, call.message)


if __name__ == '__main__':
    main()
