# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A random walk through events during updates, with invariants that are checked after
each step."""

import os
import random
import time

from gi.repository import GLib

from . import bus, loop
from .bus import MODEM, PROPERTIES, UPDATE, Call, State
from .case import Bed
from .invariants import PASSWORD, UNDER_WAY, USER, Watch, check_properties, is_stock
from .servers import make_package

OLD, NEW = '19011.1000.00.02.73.13', '19011.1000.00.02.73.15'
FIRMWARE = MODEM + '.Firmware'

# Scale of the timeouts
SCALE = 0.02
# Seconds that an unaffected modem may take to answer
BOUND = 10
# Steps between two rests
REST = 100
# Seconds to wait for a modem that can be updated
READY = 5
N_MODULES = 6

REPORTS = ['GTOTA DOWNLOAD START', 'GTOTA DOWNLOAD COMPLETE', 'GTOTA DOWNLOAD FAILED', 'GTOTA',
           *(f'GTOTA DOWNLOADING: {value}%' for value in (0, 1, 30, 60, 99, 100, 101)),
           '+GTOTA: ERROR', 'RING', 'OK', 'ERROR', '+CME ERROR: 4', '+CREG: 0', '+CREG: 1',
           ' ' * 500, 'GTOTA ' * 60]
COMMANDS = ['AT+GTSET="CALLBREAK",1', 'AT+GTSET="GPRSFIRST",1', 'AT+GTOTA=?', 'AT+GTOTA=',
            'AT+GTRAT', 'AT+GTSET?', 'AT+GTRAT=10', 'AT+CSQ']
ANSWERS = ['ERROR', '+CME ERROR: 4', '', 'OK', 'NONSENSE\\r\\n\\r\\nOK',
           '+GTOTA: (0-1)\\r\\n\\r\\nOK']
KEYS = [('stall', '50'), ('stall', '-'), ('unplug', '40'), ('unplug', '-'), ('start', 'no'),
        ('start', 'yes'), ('install', 'same'), ('install', 'package'), ('restarts', '2'),
        ('restarts', '1'), ('fragment', '3'), ('fragment', '0'), ('registration', 'umts'),
        ('registration', 'lte'), ('registration', 'gsm'), ('download', 'manual'),
        ('download', 'real'), ('report', '1+2'), ('report', '2')]
SANE = {'stall': '-', 'unplug': '-', 'start': 'yes', 'install': 'package', 'restarts': 1,
        'fragment': 0, 'registration': 'lte', 'download': 'real', 'report': '1', 'pace': 1,
        'restart_after': 50, 'away': 50}


class Walk:
    """A daemon, some modules that are acted upon, and one that is not."""

    def __init__(self, seed):
        self.seed = seed
        self.random = None
        self.steps = []
        self.counts = {}
        self.bed = Bed(SCALE)
        self.logind = self.bed.start_logind()
        http = self.bed.start_http()
        self.urls = {revision: http.publish(f'/{revision}', make_package(revision, 20000))
                     for revision in (OLD, NEW)}
        self.modules = [self.bed.simulator.add(**SANE) for _ in range(N_MODULES)]
        self.witness = self.bed.simulator.add()
        self.watches = [Watch(module) for module in self.modules]
        self.n_events = 0
        # The modem objects with an equipment identifier. A module that is unplugged during
        # its initialization has none.
        self.known = set()
        self.hidden = []
        self.blocked = False
        self.longest = 0
        self.actions = [
            (20, self.start), (18, self.report), (6, self.answer), (4, self.forget),
            (4, self.delay), (8, self.set_key), (3, self.unplug), (6, self.plug), (12, self.enable),
            (2, self.disable), (3, self.call_stock), (2, self.write_property), (1, self.restart),
            (1, self.kill), (2, self.block_records), (2, self.hide_port), (12, self.let_time_pass),
        ]

    # Modems

    def find(self, module):
        path = module.path and self.bed.observer.find(module.path)
        return bus.Modem(self.bed.observer, path) if path else None

    def pick(self):
        return self.random.choice(self.modules)

    def is_plugged(self, module):
        return module.peek_events('usb')[-1] != 'unplugged'

    def call(self, module, interface, method, arguments):
        """Calls a method without waiting for the answer."""
        modem = self.find(module)
        if modem:
            Call(self.bed.connection, modem.path, interface, method, arguments)

    # Steps; each returns its description

    def find_ready(self):
        """The modules that can be updated."""
        modems = [(module, self.find(module)) for module in self.modules]
        return [module for module, modem in modems
                if modem and modem.properties['State'] >= bus.STATE_REGISTERED
                and modem.state not in UNDER_WAY]

    def wait_for_ready(self):
        """The same, but enables modems and waits if there is none."""
        if self.find_ready():
            return self.find_ready()
        for module in self.modules:
            self.call(module, MODEM, 'Enable', GLib.Variant('(b)', (True,)))
        deadline = time.monotonic() + READY
        self.bed.wait_until(lambda: self.find_ready() or time.monotonic() > deadline, 2 * READY)
        return self.find_ready()

    def start(self):
        module = self.random.choice(self.wait_for_ready() or self.modules)
        modem = self.find(module)
        if not modem:
            return 'start: no modem'
        url = self.urls[OLD if modem.properties['Revision'] == NEW else NEW]
        settings = self.random.choice([
            *[{'url': url}] * 10, {'url': url + '-missing'},
            {'url': url, 'version': '1.2.3'}, {'url': 'http://127.0.0.1:9/package'},
            {'url': 'ftp://127.0.0.1:9/package', 'user': USER, 'password': PASSWORD},
            {}, {'url': 'nonsense'}, {'package': 'x'}])
        modem.start(settings)
        return f'start {module.number} {settings}'

    def report(self):
        module, line = self.pick(), self.random.choice(REPORTS)
        self.watches[module.number].sent_unsolicited_answers |= line in ANSWERS
        interface = self.random.choice((1, 2))
        # It may be off the bus, or leave it at any time
        module.simulator.ask_anyway('send', module.number, interface, f'\\r\\n{line}\\r\\n')
        return f'report {module.number} {line[:40]!r}'

    def answer(self):
        module, command = self.pick(), self.random.choice(COMMANDS)
        answer = self.random.choice(ANSWERS)
        module.answer(command, answer, self.random.choice((1, 1, 1, 2)))
        return f'answer {module.number} {command} {answer!r}'

    def forget(self):
        module = self.pick()
        for command in COMMANDS:
            module.answer(command, 'OK')
            module.forget(command)
            module.delay(command, 0)
        return f'forget {module.number}'

    def delay(self):
        module, command = self.pick(), self.random.choice(COMMANDS)
        milliseconds = self.random.choice((0, 50, 500, 3000))
        # Later than the timeout of the daemon
        self.watches[module.number].sent_unsolicited_answers |= milliseconds > 1000
        module.delay(command, milliseconds)
        return f'delay {module.number} {command} {milliseconds} ms'

    def set_key(self):
        module, (key, value) = self.pick(), self.random.choice(KEYS)
        module.set(**{key: value})
        return f'set {module.number} {key}={value}'

    def unplug(self):
        module = self.pick()
        module.simulator.ask_anyway('unplug', module.number)
        return f'unplug {module.number}'

    def plug(self):
        for module in self.modules:
            if not self.is_plugged(module):
                # It may come back on its own meanwhile
                module.simulator.ask_anyway('plug', module.number)
                return f'plug {module.number}'
        return 'plug: all are'

    def enable(self, on=True):
        module = self.pick()
        self.call(module, MODEM, 'Enable', GLib.Variant('(b)', (on,)))
        return f'enable {module.number} {on}'

    def disable(self):
        return self.enable(False)

    def call_stock(self):
        module = self.pick()
        interface, method, arguments = self.random.choice([
            (MODEM, 'Reset', None), (MODEM, 'FactoryReset', GLib.Variant('(s)', ('0',))),
            (FIRMWARE, 'List', None), (FIRMWARE, 'Select', GLib.Variant('(s)', ('x',))),
            (MODEM, 'SetCurrentModes', GLib.Variant('((uu))', ((8, 0),)))])
        self.call(module, interface, method, arguments)
        return f'{method} {module.number}'

    def write_property(self):
        module = self.pick()
        self.call(module, PROPERTIES, 'Set',
                  GLib.Variant('(ssv)', (UPDATE, 'State', GLib.Variant('u', 5))))
        return f'write {module.number}'

    def start_daemon(self):
        self.bed.start_daemon()
        self.bed.wait_for_modem(self.witness, 60)
        for module in self.modules:
            self.call(module, MODEM, 'Enable', GLib.Variant('(b)', (True,)))

    def stop_daemon(self, kill):
        try:
            self.bed.stop_daemon(kill=kill)
        except AssertionError as error:
            if not is_stock(str(error), self.bed.daemon.log):
                raise
            self.bed.daemon = None
            loop.wait_until(lambda: not self.bed.observer.objects, 10, 'end of all modem objects')

    def restart(self, kill=False):
        if kill or self.blocked:
            for watch in self.watches:
                watch.record_is_old |= self.blocked
        self.stop_daemon(kill)
        # The record may lack the last second of a download
        for watch in self.watches:
            watch.progress = 0
        self.process_events()
        self.start_daemon()
        return 'kill the daemon' if kill else 'restart the daemon'

    def kill(self):
        return self.restart(True)

    def block_records(self):
        """Replaces the directory of the records by a file, or restores it."""
        directory = self.bed.state_directory
        if self.blocked:
            os.unlink(directory)
            os.rename(f'{directory}.away', directory)
        else:
            os.makedirs(directory, exist_ok=True)
            os.rename(directory, f'{directory}.away')
            with open(directory, 'w', encoding='utf-8'):
                pass
            for watch in self.watches:
                watch.record_is_old = True
        self.blocked = not self.blocked
        return f'records blocked: {self.blocked}'

    def hide_port(self):
        """Hides the device node of a port, or shows all again."""
        if self.hidden:
            for path in self.hidden:
                if os.path.lexists(f'{path}.away'):
                    os.rename(f'{path}.away', path)
            self.hidden.clear()
            return 'show ports'
        module = self.pick()
        tty = module.get_tty(self.random.choice((1, 2)))
        path = f'{self.bed.simulator.directory}/dev/{tty}'
        if os.path.lexists(path):
            os.rename(path, f'{path}.away')
            self.hidden.append(path)
        return f'hide {tty}'

    def let_time_pass(self):
        milliseconds = self.random.choice((1, 10, 100, 300, 1000))
        loop.settle(milliseconds)
        return f'{milliseconds} ms'

    # Invariants

    def process_events(self):
        """Processes all events since the last call."""
        events = self.bed.observer.events
        for event in events[self.n_events:]:
            if event.interface == MODEM and event.values.get('EquipmentIdentifier'):
                self.known.add(event.path)
            elif event.interface == MODEM and event.kind == 'removed':
                self.known.discard(event.path)
            for watch in self.watches:
                if event.interface == UPDATE and event.kind != 'removed' and \
                        event.path in self.known and event.device == watch.module.path:
                    watch.see(event)
        self.n_events = len(events)

    def ask_witness(self):
        begin = time.monotonic()
        call = Call(self.bed.connection, self.find(self.witness).path, MODEM, 'Command',
                    GLib.Variant('(su)', ('+CSQ', 10)), timeout=30).wait()
        self.longest = max(self.longest, time.monotonic() - begin)
        assert call.result == ('+CSQ: 24,99',), call.message
        assert self.longest < BOUND * loop.PATIENCE, f'another modem waited {self.longest:.1f} s'

    def check_record(self, watch):
        modem = self.find(watch.module)
        imei = modem and modem.properties.get('EquipmentIdentifier')
        if not imei or self.blocked or watch.record_is_old:
            return
        before = self.bed.read_record(imei)
        call = Call(self.bed.connection, modem.path, PROPERTIES, 'GetAll',
                    GLib.Variant('(s)', (UPDATE,))).wait()
        after = self.bed.read_record(imei)
        if not before or not call.result or before['State'] != after['State']:
            return
        state = State(call.result[0]['State']).name.lower()
        assert after['State'] == state, f'the record says {after["State"]}, the bus {state}'
        assert PASSWORD not in str(after), after

    def check(self):
        self.bed.check_alive()
        self.ask_witness()
        self.process_events()
        for watch in self.watches:
            modem = self.find(watch.module)
            if modem and modem.update:
                check_properties(modem.update)
            watch.check_commands()
            self.check_record(watch)

    # Rests

    def heal(self):
        if self.blocked:
            self.block_records()
        if self.hidden:
            self.hide_port()
        for module in self.modules:
            module.set(**SANE)
            for command in COMMANDS:
                module.answer(command, 'OK')
                module.forget(command)
                module.delay(command, 0)
            # Whatever it was doing; its rules of answers are reset
            module.simulator.ask_anyway('unplug', module.number)
        for module in self.modules:
            self.bed.wait_for_no_modem(module)
            module.simulator.ask_anyway('plug', module.number)

    def find_unrest(self, module):
        """What is still going on at a module, or None."""
        modem = self.find(module)
        if not modem:
            return f'no modem {module.number}'
        if modem.state in UNDER_WAY:
            return modem.update
        record = self.bed.read_record(modem.properties['EquipmentIdentifier']) or {}
        return record if {'GTRAT', 'RadioModes', 'CALLBREAK', 'GPRSFIRST'} & set(record) else None

    def rest(self):
        """Waits until all updates have ended and nothing is left of them."""
        self.heal()
        modems = [self.bed.wait_for_modem(module) for module in self.modules]
        self.bed.wait_until(lambda: all(modem.properties['State'] >= 3 for modem in modems), 40,
                            'initialization')
        bus.enable_all(*modems)
        for module in self.modules:
            try:
                self.bed.wait_until(lambda m=module: not self.find_unrest(m), 60, 'rest')
            except AssertionError as error:
                raise AssertionError(f'{error}: {self.find_unrest(module)}') from error
        self.bed.wait_until(lambda: not self.logind.n_held, 10, 'end of all inhibitors')
        self.check()
        for watch in self.watches:
            watch.sent_unsolicited_answers = False

    # The walk

    def step(self):
        # Seeded per step, so that it does not depend on earlier steps
        self.random = random.Random(f'{self.seed} {len(self.steps)}')
        weights, actions = zip(*self.actions)
        (action,) = self.random.choices(actions, weights)
        self.counts[action.__name__] = self.counts.get(action.__name__, 0) + 1
        # Recorded even if it fails
        self.steps.append(action.__name__)
        self.steps[-1] = action()
        self.check()

    def run(self, n_steps, seconds=None):
        """Returns the number of steps; raises an error with the seed if a check fails."""
        begin = time.monotonic()
        try:
            self.start_daemon()
            self.rest()
            for number in range(1, n_steps + 1):
                if seconds and time.monotonic() - begin > seconds:
                    break
                self.step()
                if number % REST == 0:
                    self.rest()
            self.rest()
            self.bed.finish()
        except Exception as error:
            last = '\n'.join(self.steps[-30:])
            raise AssertionError(f'seed {self.seed}, step {len(self.steps)}: {error}\n{last}') \
                from error
        finally:
            self.bed.close()
        return len(self.steps)
