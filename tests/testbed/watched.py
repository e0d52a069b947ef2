# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Modules that are watched while anything happens to them: the invariants are checked
after each step, and more of them at each rest."""

import time

from gi.repository import GLib

from . import bus, loop
from .bus import MODEM, PROPERTIES, UPDATE, Call, State
from .case import Bed
from .invariants import (PASSWORD, SETTINGS, UNDER_WAY, Violation, Watch, check_properties,
                         find_secrets, is_settled, is_stock)
from .stories import OTHER_IDS, SANE

# Scale of the timeouts
SCALE = 0.02
# Seconds that an unaffected modem may take to answer
BOUND = 10
# Seconds until all timeouts have run out
CALM = 300
# Seconds that the bus may lag behind the record
LAG = 10
# Milliseconds between two looks at the records
OBSERVE = 100
# How many lines of the last story, or of the last steps, are shown
TRACE, LAST = 100, 30


class WatchedBed:
    """A daemon, some modules that are acted upon, and one that is not."""

    def __init__(self, seed, n_modules):
        self.seed = seed
        self.steps = []
        self.bed = Bed(SCALE)
        self.logind = self.bed.start_logind()
        self.modules = [self.bed.simulator.add(**SANE) for _ in range(n_modules)]
        self.witness = self.bed.simulator.add()
        self.watches = [Watch(module, SCALE) for module in self.modules]
        # The modem objects with an equipment identifier. A module that is unplugged during
        # its initialization has none.
        self.known = set()
        # Whether there is no place for records
        self.blocked = False
        self.longest = 0
        self.n_events = 0
        self.n_log_lines = 0

    # Modems

    def find(self, module):
        path = module.path and self.bed.observer.find(module.path)
        return bus.Modem(self.bed.observer, path) if path else None

    def call(self, module, interface, method, arguments):
        """Calls a method without waiting for the answer."""
        modem = self.find(module)
        if modem:
            return Call(self.bed.connection, modem.path, interface, method, arguments)
        return None

    def run_command(self, module, command):
        """Has the daemon send a command; returns its answer, or None if that failed."""
        call = self.call(module, MODEM, 'Command', GLib.Variant('(su)', (command, 5)))
        call = call and call.wait()
        return call.result[0] if call and call.result else None

    def enable_modems(self):
        for module in self.modules:
            self.call(module, MODEM, 'Enable', GLib.Variant('(b)', (True,)))

    # The daemon

    def start_daemon(self):
        self.bed.start_daemon()
        self.n_log_lines = 0
        self.bed.wait_for_modem(self.witness, 60)
        self.enable_modems()

    def stop_daemon(self, kill):
        process = self.bed.daemon.process
        try:
            self.bed.stop_daemon(kill=kill)
        except AssertionError as error:
            if not is_stock(str(error), self.bed.daemon.log):
                raise
            self.bed.daemon = None
            loop.wait_until(lambda: not self.bed.observer.objects, 10, 'end of all modem objects')
        self.check_log(process.output)
        # It has ended, and its log takes memory
        process.kill()
        self.bed.processes.remove(process)

    # Invariants

    def observe(self):
        """Called often."""
        for watch in self.watches:
            watch.observe(self.bed.read_record(watch.imei) if watch.imei else None)
        return GLib.SOURCE_CONTINUE

    def process_events(self):
        """Processes all events since the last call."""
        events = self.bed.observer.events
        paths = {path: watch for watch in self.watches for path in watch.paths}
        for event in events[self.n_events:]:
            if event.interface == MODEM and event.values.get('EquipmentIdentifier'):
                self.known.add(event.path)
            elif event.interface == MODEM and event.kind == 'removed':
                self.known.discard(event.path)
            watch = paths.get(event.device)
            if watch and event.interface == UPDATE and event.kind != 'removed' and \
                    event.path in self.known:
                with watch.blame():
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
        # The bus follows the record, as soon as that is on disk
        deadline = time.monotonic() + LAG
        while True:
            before = self.bed.read_record(imei)
            call = Call(self.bed.connection, modem.path, PROPERTIES, 'GetAll',
                        GLib.Variant('(s)', (UPDATE,))).wait()
            after = self.bed.read_record(imei)
            if not before or not call.result or before['State'] != after['State']:
                return
            state = State(call.result[0]['State']).name.lower()
            # Until the module is told to start another update, the next daemon would know the
            # last one, which may go on
            if state == 'preparing' and after['State'] == 'failed' and 'Tentative' in after:
                return
            if after['State'] == state or time.monotonic() > deadline:
                break
        assert after['State'] == state, f'the record says {after["State"]}, the bus {state}'
        assert PASSWORD not in str(after), after

    def check_log(self, lines):
        secrets = find_secrets(lines[self.n_log_lines:])
        assert not secrets, secrets
        self.n_log_lines = len(lines)

    def check(self):
        self.bed.check_alive()
        self.ask_witness()
        self.process_events()
        self.check_log(self.bed.daemon.log)
        for watch in self.watches:
            modem = self.find(watch.module)
            with watch.blame():
                if modem and modem.update:
                    check_properties(modem.update)
                watch.check_commands()
                self.check_record(watch)

    # Rests

    def heal(self):
        """Undoes what is not undone by plugging a module in again."""
        for watch in self.watches:
            watch.module.forget_all()

    def replug(self, modules):
        """Whatever they were doing."""
        for module in modules:
            module.set(**SANE)
            self.bed.simulator.ask_anyway('unplug', module.number)
        for module in modules:
            self.bed.wait_for_no_modem(module)
            self.bed.simulator.ask_anyway('plug', module.number)

    def find_unrest(self, watch):
        """What is still going on at a module, or None."""
        modem = self.find(watch.module)
        if watch.module.busy:
            return 'busy'
        if not modem:
            return 'no modem'
        if modem.state in UNDER_WAY:
            return modem.update
        record = self.bed.read_record(watch.imei) if watch.imei else None
        if record and (SETTINGS & set(record) or (record['State'] == 'failed'
                                                  and not is_settled(record))):
            return record
        return None

    def bring_back(self, module):
        """Plugs in a module that does nothing more and is not there as a modem."""
        if module.busy:
            return
        if not module.plugged:
            self.bed.simulator.ask_anyway('plug', module.number)
        elif module.usb_id in OTHER_IDS:
            self.replug([module])

    def is_calm(self):
        for module in self.modules:
            self.bring_back(module)
        return not any(self.find_unrest(watch) for watch in self.watches)

    def wait_for_calm(self):
        try:
            self.bed.wait_until(self.is_calm, CALM, 'rest')
        except AssertionError as error:
            for watch in self.watches:
                if self.find_unrest(watch):
                    raise Violation(watch, f'{error}: {self.find_unrest(watch)}') from error
            raise

    def check_truth(self):
        self.check()
        for watch in self.watches:
            with watch.blame():
                watch.check_truth(self.find(watch.module).read_update())

    def check_settings(self, watch):
        """Compares the settings, and resets those that could not be restored."""
        lines = [self.run_command(watch.module, query) for query in ('+GTRAT?', '+GTSET?')]
        settings = dict(line.partition(': ')[2].replace('"', '').split(',') if '"' in line else
                        ('GTRAT', line.partition(': ')[2])
                        for line in '\n'.join(lines).splitlines() if line)
        watch.check_settings(settings)
        for command in (f'+GTRAT={watch.rat}', '+GTSET="CALLBREAK",0', '+GTSET="GPRSFIRST",0'):
            self.run_command(watch.module, command)

    def rest(self, patient=False):
        """Waits until all updates have ended and nothing is left of them. If patient, waits
        first until all modules have done what they were set to do."""
        self.bed.wait_for_modem(self.witness, 60)
        self.heal()
        if patient:
            # The daemon could not read their records
            self.replug([watch.module for watch in self.watches if watch.record_is_old])
            self.wait_for_calm()
            self.check_truth()
        self.replug(self.modules)
        modems = [self.bed.wait_for_modem(module) for module in self.modules]
        self.bed.wait_until(lambda: all(modem.properties['State'] >= 3 for modem in modems), 40,
                            'initialization')
        for watch, modem in zip(self.watches, modems):
            watch.imei = modem.properties['EquipmentIdentifier']
        bus.enable_all(*modems)
        self.wait_for_calm()
        self.bed.wait_until(lambda: not self.logind.n_held, 10, 'end of all inhibitors')
        self.check_truth()
        for watch in self.watches:
            with watch.blame():
                self.check_settings(watch)
            watch.reset()

    # The run

    def describe(self, error):
        """The seed, the error, and the story in which it has happened."""
        text = f'seed {self.seed}, step {len(self.steps)}: {error}'
        if isinstance(error, Violation):
            return '\n'.join([text, *error.watch.get_trace(TRACE)])
        return '\n'.join([text, *self.steps[-LAST:]])

    def run_steps(self):
        """The steps."""
        raise NotImplementedError

    def run(self):
        """Runs the steps between two rests; raises an error with the seed and the story if a
        check fails."""
        observer = GLib.timeout_add(OBSERVE, self.observe)
        try:
            self.start_daemon()
            self.rest()
            self.run_steps()
            self.rest()
            self.bed.finish()
        except Exception as error:
            raise AssertionError(self.describe(error)) from error
        finally:
            GLib.source_remove(observer)
            self.bed.close()
