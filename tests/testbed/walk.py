# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A random walk through events during updates, with rests."""

import ctypes
import os
import random
import time

from gi.repository import GLib

from . import bus, loop, stories
from .bus import MODEM, PROPERTIES, SIMPLE, UPDATE, State
from .invariants import PASSWORD, SETTINGS, START, UNDER_WAY, USER
from .servers import make_package
from .stories import BETWEEN, NEW, OLD
from .watched import WatchedBed

FIRMWARE = MODEM + '.Firmware'

N_MODULES = 6
# How many rests wait for all timeouts
PATIENCE = 0.25
# Seconds to wait for a modem that can be updated, and milliseconds until it is enabled again
READY = 5
ENABLE = 500

REPORTS = [START, START, 'GTOTA DOWNLOAD COMPLETE', 'GTOTA DOWNLOAD FAILED', 'GTOTA',
           *(f'GTOTA DOWNLOADING: {value}%' for value in (0, 1, 2, 30, 60, 90, 99, 100, 101)),
           'GTOTA DOWNLOAD ERROR: retry 1 of 3', 'GTOTA DOWNLOAD ABORT,701', 'GTOTA CHECKING',
           '+GTOTA: ERROR', '+CUSD: 0,"GTOTA DOWNLOAD ERROR",15', 'RING', '+CREG: 0', '+CREG: 1',
           ' ' * 500, 'GTOTA ' * 60]
# What a daemon takes for the end of an answer
FINAL = ['OK', 'ERROR', '+CME ERROR: 4']
NONSENSE = 'NONSENSE\\r\\n\\r\\n<answer>'

# Answers to commands, and the settings that these hide from the plugin
ALL = frozenset(SETTINGS)
REFUSED = ('ERROR', '+CME ERROR: 4', '', '<run>', NONSENSE)
ANSWERS = {
    'AT+GTSET="CALLBREAK",1': (REFUSED, ()), 'AT+GTSET="GPRSFIRST",1': (REFUSED, ()),
    'AT+GTRAT=3': (REFUSED, ()),
    'AT+GTOTA=0': ((*REFUSED, 'OK'), ()), 'AT+GTOTA=1': ((*REFUSED, 'OK'), ()),
    'AT+GTOTA=?': (('ERROR', '', 'OK', NONSENSE, '+GTOTA: (0-1)\\r\\n\\r\\nOK'), ()),
    'AT+GTRAT?': (('ERROR', '', 'OK', NONSENSE), ('GTRAT',)),
    'AT+GTSET?': (('ERROR', '', 'OK', NONSENSE), ('CALLBREAK', 'GPRSFIRST')),
    'AT+CGMR': (('ERROR', '+CME ERROR: 14', '', 'OK', NONSENSE), ()),
    'AT+CSQ': (('ERROR', '', NONSENSE), ()),
}
KEYS = [('stall', '50'), ('stall', '-'), ('unplug', '40'), ('unplug', '-'), ('start', 'no'),
        ('start', 'yes'), ('install', 'same'), ('install', 'package'), ('restarts', '2'),
        ('restarts', '1'), ('fragment', '3'), ('fragment', '0'), ('registration', 'umts'),
        ('registration', 'lte'), ('registration', 'gsm'), ('download', 'manual'),
        ('download', 'real')]
# A mode of AT+GTRAT that no update sets
USERS_RAT = '6'


def exchange(first, second):
    """Exchanges two files at once: the daemon may create what is missing for a moment."""
    libc = ctypes.CDLL(None, use_errno=True)
    at_fdcwd, rename_exchange = -100, 2
    if libc.renameat2(at_fdcwd, first.encode(), at_fdcwd, second.encode(), rename_exchange) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), first)


class Walk(WatchedBed):
    """Takes a number of steps, or walks for a time."""

    # Steps between two rests
    REST = 100

    def __init__(self, seed, n_steps=0, seconds=0):
        super().__init__(seed, N_MODULES)
        self.n_steps = n_steps
        self.seconds = seconds
        self.random = random.Random(f'{seed}')
        self.counts = {}
        self.hidden = []
        self.packages = {}
        self.publish()
        self.actions = [
            (12, self.start), (12, self.tell_story), (16, self.report), (6, self.answer),
            (3, self.forget), (4, self.delay), (5, self.set_key), (3, self.unplug), (6, self.plug),
            (12, self.enable), (2, self.disable), (3, self.call_stock), (2, self.connect),
            (2, self.disconnect), (2, self.change_modes), (2, self.write_property),
            (1, self.restart), (1, self.kill), (1, self.block_records), (1, self.hide_port),
            (12, self.let_time_pass),
        ]

    def publish(self):
        """Publishes a package for each version in each spelling, over HTTP and FTP."""
        http, ftp = self.bed.start_http(), self.bed.start_ftp(USER, PASSWORD)
        for firmware in (OLD, BETWEEN, NEW):
            self.packages[firmware] = []
            for number, revision in enumerate(stories.SPELLINGS[firmware]):
                name, content = f'{firmware}-{number}', make_package(revision, 20000)
                ftp.publish(name, content)
                self.packages[firmware] += [
                    {'url': http.publish(f'/{name}', content)},
                    {'url': f'ftp://{ftp.address}/{name}', 'user': USER, 'password': PASSWORD}]

    def pick(self):
        return self.random.choice(self.watches)

    # Steps; each returns its description, and notes it if it concerns one module

    def find_ready(self):
        """The modules that can be updated."""
        modems = [(watch, self.find(watch.module)) for watch in self.watches]
        return [watch for watch, modem in modems
                if modem and modem.properties['State'] >= bus.STATE_REGISTERED
                and modem.state not in UNDER_WAY]

    def wait_for_ready(self):
        """The same, but enables modems and waits if there is none."""
        deadline = time.monotonic() + READY
        while not self.find_ready() and time.monotonic() < deadline:
            self.enable_modems()
            loop.settle(ENABLE)
        return self.find_ready()

    def draw_settings(self, watch):
        """Settings for an update, mostly such that it can succeed."""
        now = stories.find_firmware(watch.module.revision)
        target = self.random.choice([NEW if now == OLD else OLD] * 8 + [BETWEEN, now])
        package = self.random.choice(self.packages[target])
        return self.random.choice([
            *[package] * 8, package | {'version': self.random.choice(stories.SPELLINGS[target])},
            package | {'version': target}, package | {'version': '1.2.3'},
            {'url': package['url'] + '-missing'}, {'url': 'http://127.0.0.1:9/package'},
            {'url': 'ftp://127.0.0.1:9/package', 'user': USER, 'password': PASSWORD},
            {}, {'url': 'nonsense'}, {'package': 'x'}])

    def start_update(self, watch, story):
        modem, settings = self.find(watch.module), self.draw_settings(watch)
        step = f'{story}start {watch.module.number} {settings}'
        watch.note(step)
        if modem:
            modem.start(settings)
        return step

    def start(self):
        """Also again after a failure that may not be one."""
        return self.start_update(self.random.choice(self.wait_for_ready() or self.watches), '')

    def tell_story(self):
        watch = self.random.choice(self.wait_for_ready() or self.watches)
        return self.start_update(watch, f'{stories.tell(self.random, watch)}; ')

    def report(self):
        watch, line = self.pick(), self.random.choice([*REPORTS * 3, *FINAL])
        watch.sent_unsolicited_answers |= line in FINAL
        interface = self.random.choice(watch.module.interfaces or [1])
        step = f'report {watch.module.number} {interface} {line[:40]!r}'
        watch.note(step)
        # It may be off the bus, or leave it at any time
        self.bed.simulator.ask_anyway('report', watch.module.number, interface, line)
        return step

    def answer(self):
        watch, command = self.pick(), self.random.choice(list(ANSWERS))
        answers, hidden = ANSWERS[command]
        answer = self.random.choice(answers)
        step = f'answer {watch.module.number} {command} {answer!r}'
        watch.note(step)
        watch.hidden_settings.update(hidden)
        watch.module.answer(command, answer, self.random.choice((1, 1, 1, 2)))
        return step

    def forget(self):
        watch = self.pick()
        watch.note('forget')
        watch.module.forget_all()
        return f'forget {watch.module.number}'

    def delay(self):
        watch, command = self.pick(), self.random.choice(list(ANSWERS))
        milliseconds = self.random.choice((0, 50, 500, 3000))
        step = f'delay {watch.module.number} {command} {milliseconds} ms'
        watch.note(step)
        # Later than the timeout of the daemon
        watch.sent_unsolicited_answers |= milliseconds > 1000
        watch.module.delay(command, milliseconds)
        return step

    def set_key(self):
        watch, (key, value) = self.pick(), self.random.choice(KEYS)
        if self.random.random() < 0.1 and watch.module.interfaces:
            key, value = 'report', self.random.choice(watch.module.interfaces)
        step = f'set {watch.module.number} {key}={value}'
        watch.note(step)
        watch.module.set(**{key: value})
        return step

    def unplug(self):
        watch = self.pick()
        watch.note('unplug')
        self.bed.simulator.ask_anyway('unplug', watch.module.number)
        return f'unplug {watch.module.number}'

    def plug(self):
        for watch in self.watches:
            if not watch.module.plugged:
                watch.note('plug')
                # It may come back on its own meanwhile
                self.bed.simulator.ask_anyway('plug', watch.module.number)
                return f'plug {watch.module.number}'
        return 'plug: all are'

    def enable(self, on=True):
        watch = self.pick()
        self.call(watch.module, MODEM, 'Enable', GLib.Variant('(b)', (on,)))
        return f'enable {watch.module.number} {on}'

    def disable(self):
        return self.enable(False)

    def call_stock(self):
        watch = self.pick()
        interface, method, arguments = self.random.choice([
            (MODEM, 'Reset', None), (MODEM, 'FactoryReset', GLib.Variant('(s)', ('0',))),
            (FIRMWARE, 'List', None), (FIRMWARE, 'Select', GLib.Variant('(s)', ('x',))),
            (MODEM, 'SetCurrentModes', GLib.Variant('((uu))', ((8, 0),)))])
        watch.note(method)
        self.call(watch.module, interface, method, arguments)
        return f'{method} {watch.module.number}'

    def connect(self):
        """By PPP, on the port on which the module reports."""
        watch = self.pick()
        watch.note('connect')
        self.call(watch.module, SIMPLE, 'Connect', GLib.Variant(
            '(a{sv})', ({'apn': GLib.Variant('s', 'internet')},)))
        return f'connect {watch.module.number}'

    def disconnect(self):
        watch = self.pick()
        watch.note('disconnect')
        self.call(watch.module, SIMPLE, 'Disconnect', GLib.Variant('(o)', ('/',)))
        return f'disconnect {watch.module.number}'

    def change_modes(self):
        """The user changes the modes during a download. An update must not undo that."""
        watches = [watch for watch in self.watches
                   if self.find(watch.module) and self.find(watch.module).state
                   == State.DOWNLOADING]
        if not watches:
            return 'change modes: no download'
        watch = self.random.choice(watches)
        watch.note('change modes')
        self.run_command(watch.module, f'+GTRAT={USERS_RAT}')
        watch.rat = USERS_RAT
        modem = self.find(watch.module)
        if not modem or modem.state != State.DOWNLOADING or \
                f'AT+GTRAT={USERS_RAT}' not in watch.module.peek_our_commands():
            # It may have come after the restore, or not at all
            watch.hidden_settings.add('GTRAT')
        return f'change modes {watch.module.number}'

    def write_property(self):
        watch = self.pick()
        self.call(watch.module, PROPERTIES, 'Set',
                  GLib.Variant('(ssv)', (UPDATE, 'State', GLib.Variant('u', 5))))
        return f'write {watch.module.number}'

    def restart(self, kill=False):
        step = 'kill the daemon' if kill else 'restart the daemon'
        for watch in self.watches:
            watch.note(step)
            watch.record_is_old |= self.blocked
        self.stop_daemon(kill)
        # The record may lack the last second of a download
        for watch in self.watches:
            watch.progress = 0
        self.process_events()
        self.start_daemon()
        return step

    def kill(self):
        return self.restart(True)

    def block_records(self):
        """Replaces the directory of the records by a file, or restores it."""
        directory = self.bed.state_directory
        if self.blocked:
            exchange(f'{directory}.away', directory)
            os.unlink(f'{directory}.away')
        else:
            os.makedirs(directory, exist_ok=True)
            with open(f'{directory}.away', 'w', encoding='utf-8'):
                pass
            exchange(f'{directory}.away', directory)
            for watch in self.watches:
                watch.record_is_old = True
                watch.hidden_settings |= ALL
        self.blocked = not self.blocked
        for watch in self.watches:
            watch.is_blocked = self.blocked
        return f'records blocked: {self.blocked}'

    def hide_port(self):
        """Hides the device node of a port, or shows all again."""
        if self.hidden:
            for path in self.hidden:
                if os.path.lexists(f'{path}.away'):
                    os.rename(f'{path}.away', path)
            self.hidden.clear()
            return 'show ports'
        watch = self.pick()
        if not watch.module.interfaces:
            return 'hide: no ports'
        tty = watch.module.get_tty(self.random.choice(watch.module.interfaces))
        path = f'{self.bed.simulator.directory}/dev/{tty}'
        if os.path.lexists(path):
            os.rename(path, f'{path}.away')
            self.hidden.append(path)
        watch.note(f'hide {tty}')
        return f'hide {tty}'

    def let_time_pass(self):
        milliseconds = self.random.choice((1, 10, 100, 300, 1000))
        loop.settle(milliseconds)
        return f'{milliseconds} ms'

    # The walk

    def heal(self):
        super().heal()
        if self.blocked:
            self.block_records()
        if self.hidden:
            self.hide_port()

    def draw_action(self):
        weights, actions = zip(*self.actions)
        return self.random.choices(actions, weights)[0]

    def look(self):
        """Called after each step."""
        self.check()

    def step(self):
        # Seeded per step, so that it does not depend on earlier steps
        self.random = random.Random(f'{self.seed} {len(self.steps)}')
        action = self.draw_action()
        self.counts[action.__name__] = self.counts.get(action.__name__, 0) + 1
        # Recorded even if it fails
        self.steps.append(action.__name__)
        self.steps[-1] = action()
        self.look()
        if len(self.steps) % self.REST == 0:
            self.rest(self.random.random() < PATIENCE)

    def run_steps(self):
        begin = time.monotonic()
        while len(self.steps) < self.n_steps:
            if self.seconds and time.monotonic() - begin > self.seconds:
                break
            self.step()
