# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The bed: everything that a test needs, set up and cleaned up."""

import configparser
import glob
import json
import os
import re
import shutil
import tempfile
import unittest

from . import bus, daemon, logind, loop, namespace, servers, simulator

# How much output is shown after a failure: clients and lines
CLIENTS_TAIL = 8
CLIENT_TAIL = 20
LOG_TAIL = 150
EVENTS_TAIL = 60
OUR_PLUGIN = 'libmm-plugin-fibocom-nl668.so'

# The stock plugins that matter to an NL668
SOME_PLUGINS = ('libmm-plugin-generic.so', 'libmm-plugin-fibocom.so')

_beds = []


def _find_plugin_directory():
    for library in ('/usr/lib/*', '/usr/lib64', '/usr/lib'):
        for name in glob.glob(f'{library}/ModemManager/libmm-plugin-generic.so'):
            return os.path.dirname(name)
    raise FileNotFoundError('no plugins of ModemManager: install it, or set plugindir')


def _find_daemon():
    return shutil.which('ModemManager', path='/usr/sbin:/usr/libexec:/usr/local/sbin')


class Paths:
    """The programs under test, from the environment of make check or found."""

    build = os.environ.get('top_builddir') or os.getcwd()
    plugins = os.environ.get('plugindir') or _find_plugin_directory()
    daemon = os.environ.get('MODEMMANAGER') or _find_daemon()
    stock_client = os.environ.get('STOCK_MMCLI') or '/usr/bin/mmcli'
    plugin = os.path.join(build, 'plugin', '.libs', OUR_PLUGIN)
    client = os.path.join(build, 'cli', 'mmcli')
    simulator = os.path.join(build, 'tests', 'simulator', 'nl668-simulator')
    preload = os.path.join(build, 'tests', 'simulator', '.libs', 'preload-usb.so')


def get_version():
    """The configured version of this software."""
    with open(os.path.join(Paths.build, 'config.h'), encoding='utf-8') as file:
        return re.search('#define PACKAGE_VERSION "(.*)"', file.read())[1]


def get_stock_plugins(names=None):
    """The names and paths of stock plugins and of the libraries that they share."""
    if names is None:
        names = [name for name in os.listdir(Paths.plugins) if name.startswith('libmm-plugin-')]
    shared = [name for name in os.listdir(Paths.plugins) if name.startswith('libmm-shared-')]
    return {name: os.path.join(Paths.plugins, name) for name in [*names, *shared]}


def parse_keyvalue(block):
    """Parses a block of the client's -K, whose colons must be aligned."""
    lines = block.splitlines()
    if len({line.index(' : ') for line in lines}) != 1:
        raise AssertionError(f'not aligned:\n{block}')
    return {key.rstrip(): value for key, value in (line.split(' : ', 1) for line in lines)}


class Bed:
    """A bus, simulated modules, servers and, once started, the daemon."""

    def __init__(self, scale=0.1, isolated=False):
        """Modules with a QMI or MBIM port need an isolated daemon."""
        _beds.append(self)
        self.scale = scale
        self.isolated = isolated
        self.directory = tempfile.mkdtemp(prefix='nl668-')
        self.processes = []
        self.daemon = None
        self._n_clients = 0
        self._n_ended = 0
        self._closers = []
        try:
            self._set_up()
        except BaseException:
            self.close()
            raise

    def _set_up(self):
        self.env = self._make_environment()
        self.bus = self._make_bus()
        self._keep(self.bus.process)
        self.env['DBUS_SESSION_BUS_ADDRESS'] = self.bus.address
        self.env['DBUS_SYSTEM_BUS_ADDRESS'] = self.bus.address
        self.connection = self.bus.connect()
        self.observer = bus.Observer(self.connection)
        self.simulator = simulator.Simulator(Paths.simulator, self.env)
        self._keep(self.simulator.process)
        # For programs that must see the simulated USB bus
        self.usb_env = self.env | {
            'LD_PRELOAD': f'{Paths.preload}:libumockdev-preload.so.0',
            'UMOCKDEV_DIR': self.simulator.directory,
        }

    def _make_bus(self):
        return bus.MessageBus(self.directory, self.env)

    def _make_environment(self):
        names = ('PATH', 'LD_LIBRARY_PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS')
        env = {name: os.environ[name] for name in names if name in os.environ}
        return env | {
            'LC_ALL': 'C.UTF-8',
            'TERM': 'xterm',
            'HOME': self.directory,
            'TMPDIR': self.directory,
            'G_DEBUG': 'fatal-warnings',
            'FIBOCOM_NL668_TIMEOUT_SCALE': str(self.scale),
            'FIBOCOM_NL668_STATE_DIR': os.path.join(self.directory, 'state'),
            'FIBOCOM_NL668_CONFIG_DIR': os.path.join(self.directory, 'config'),
            'MMCLI': Paths.stock_client,
        }

    def _keep(self, process):
        self.processes.append(process)
        return process

    # Daemon

    def make_plugin_directory(self, plugins):
        return daemon.link_plugins(tempfile.mkdtemp(dir=self.directory) + '/plugins', plugins)

    def start_daemon(self, plugins=None, options=daemon.OPTIONS, program=Paths.daemon):
        """Starts the daemon with plugins, given as a directory or as a mapping of file
        names to targets. By default, these are ours and the stock ones that matter."""
        if plugins is None:
            plugins = get_stock_plugins(SOME_PLUGINS) | {OUR_PLUGIN: Paths.plugin}
        if isinstance(plugins, dict):
            plugins = self.make_plugin_directory(plugins)
        # libqmi and libmbim warn when a module leaves the bus
        env = self.usb_env | ({'G_DEBUG': 'fatal-criticals'} if self.isolated else {})
        self.daemon = daemon.Daemon(program, plugins, env, options, self.isolated)
        self._keep(self.daemon.process)

    def stop_daemon(self, kill=False):
        """Stops the daemon with SIGTERM or SIGKILL, so that another one can be started."""
        problems = self.daemon.kill() if kill else self.daemon.stop()
        if problems:
            raise AssertionError('\n'.join(problems))
        self.daemon = None
        loop.wait_until(lambda: not self.observer.objects, 10, 'end of all modem objects')

    def set_scale(self, scale):
        """Scales the timeouts of programs that are started from now on."""
        self.scale = scale
        for env in (self.env, self.usb_env):
            env['FIBOCOM_NL668_TIMEOUT_SCALE'] = str(scale)

    def check_alive(self):
        programs = (self.bus, self.simulator, self.daemon)
        for process in (program.process for program in programs if program):
            if not process.running:
                raise AssertionError(f'{process.argv} has ended with status {process.returncode}')

    def wait_until(self, predicate, timeout=20, what='condition'):
        def look():
            self.check_alive()
            return predicate()
        return loop.wait_until(look, timeout, what)

    @property
    def state_directory(self):
        return self.env['FIBOCOM_NL668_STATE_DIR']

    def read_record(self, imei):
        """The record of a module, or None."""
        record = configparser.ConfigParser(interpolation=None)
        record.optionxform = str
        if not record.read(f'{self.state_directory}/{imei}.conf', encoding='utf-8'):
            return None
        return dict(record['Update'])

    # Modules

    def wait_for_modem(self, module, timeout=40):
        """Waits for the modem object of a module."""
        path = self.wait_until(lambda: self.observer.find(module.path), timeout,
                               f'modem of module {module.number}')
        return bus.Modem(self.observer, path)

    def wait_for_no_modem(self, module, timeout=20):
        self.wait_until(lambda: not self.observer.find(module.path), timeout,
                        f'end of the modem of module {module.number}')

    def add_modem(self, **keys):
        """Adds a module; returns it and its modem object."""
        module = self.simulator.add(**keys)
        modem = self.wait_for_modem(module)
        return module, modem

    def add_modems(self, count, **keys):
        """Adds modules at once, which is quicker than ending the updates of one; returns
        pairs of them and their modem objects, which are enabled."""
        modules = [self.simulator.add(**keys) for _ in range(count)]
        modems = [self.wait_for_modem(module) for module in modules]
        bus.enable_all(*modems)
        return list(zip(modules, modems))

    # Updates

    def get_events(self, module, since=0):
        """The events of our interface on all modem objects of the module."""
        return self.observer.get_changes(module.path, bus.UPDATE, since)

    def get_announced(self, module, name, since=0):
        """The announced values of a property, in order."""
        return [event.values[name] for event in self.get_events(module, since)
                if event.kind == 'changed' and name in event.values]

    def get_percentages(self, module, since=0):
        return [value for value in self.get_announced(module, 'Progress', since) if value]

    def wait_for_announced(self, module, state, timeout=40):
        """Waits until a state is the last one announced."""
        self.wait_until(lambda: self.get_announced(module, 'State')[-1:] == [state], timeout,
                        f'{state.name} of module {module.number}')

    def wait_for_state(self, module, state, timeout=60):
        """Waits until a modem object of the module has a state; returns that object."""
        def find():
            path = self.observer.find(module.path)
            modem = bus.Modem(self.observer, path) if path else None
            return modem if modem and modem.state == state else None
        return self.wait_until(find, timeout, f'{state.name} of module {module.number}')

    def end_update(self, module):
        """Ends an update: the module restarts with the target, or else with a revision of its
        own. Returns its new modem object, which is enabled, once the settings are restored."""
        self._n_ended += 1
        target = self.wait_for_modem(module).update['TargetVersion']
        module.unplug()
        self.wait_for_no_modem(module)
        module.set(revision=target or f'ENDED-{self._n_ended}')
        module.plug()
        modem = self.wait_for_state(module, bus.State.SUCCEEDED)
        modem.enable()
        # Every Start() waits for that
        call = modem.start({'url': ''}).wait()
        assert call.error_name == f'{bus.ERROR}Core.InvalidArgs', call.message
        return modem

    def replug(self, module):
        """Has the update fail, as the module is unplugged and comes back as it was: the next one
        can start, although the failure is not settled yet. Returns the modem object, which is
        enabled."""
        module.unplug()
        self.wait_for_no_modem(module)
        module.plug()
        modem = self.wait_for_state(module, bus.State.FAILED)
        modem.enable()
        return modem

    # Servers

    def start_http(self):
        server = servers.HttpServer()
        self._closers.append(server.close)
        return server

    def start_logind(self):
        manager = logind.Logind(self.bus.connect())
        self._closers.append(manager.close)
        return manager

    def start_ftp(self, user, password):
        directory = os.path.join(self.directory, 'ftp')
        os.makedirs(directory)
        server = servers.FtpServer(directory, user, password)
        self._closers.append(server.close)
        return server

    # Clients

    def make_client_command(self, *argv):
        """A command that runs a program with file descriptors above those of any other
        program, as umockdev tells the listeners to its events apart by their numbers."""
        self._n_clients += 1
        first = 100 + 10 * self._n_clients
        script = f'for ((i = 3; i < {first}; i++)); do eval "exec $i</"; done; exec "$@"'
        return ['bash', '-c', script, 'bash', *map(str, argv)]

    def start_program(self, argv, env=None, terminal=None, on_line=None):
        """Starts a program that sees the simulated USB bus."""
        client = loop.Process(self.make_client_command(*argv), self.usb_env | (env or {}),
                              terminal=terminal, on_line=on_line)
        client.argv = [*map(str, argv)]
        return self._keep(client)

    def start_mmcli(self, *args, stock=False, **options):
        program = Paths.stock_client if stock else Paths.client
        return self.start_program([program, *args], **options)

    def start_update(self, modem, settings, *args, **options):
        """Starts a client that updates a modem."""
        return self.start_mmcli('-m', modem.index, f'--firmware-update={settings}', *args,
                                **options)

    def mmcli(self, *args, timeout=60, **options):
        """Runs the client and waits for it."""
        client = self.start_mmcli(*args, **options)
        client.end_input()
        self.wait_for_client(client, timeout)
        return client

    def wait_for_client(self, client, timeout=60):
        """Waits for a client, and until all signals that it may have seen are received;
        returns its exit status."""
        self.wait_until(lambda: not client.running, timeout, f'end of {client.argv}')
        bus.sync(self.connection)
        return client.returncode

    def mmcli_json(self, *args, **options):
        """The parsed output of the client with -J."""
        client = self.mmcli(*args, '-J', **options)
        if client.returncode != 0:
            raise AssertionError(f'{client.argv}: {client.stderr}')
        return json.loads(client.stdout)

    def get_status(self, selector):
        """The update as printed by --firmware-update-status -J."""
        status = self.mmcli_json('-m', selector, '--firmware-update-status')
        return status['modem']['firmware']['update']

    # End

    def finish(self):
        """Stops everything cleanly; fails if there was a problem. Can be called again."""
        if not self.bus.process.running:
            return
        try:
            problems = self.daemon.stop() if self.daemon else []
            self.simulator.process.write('quit\n')
            status = self.simulator.process.wait(20)
            if status != 0:
                problems.append(f'the simulator ended with status {status}')
            problems += self.simulator.problems
            if problems:
                raise AssertionError('\n'.join(problems))
        finally:
            self.close()

    def close(self):
        """Cleans up in any case."""
        for close in self._closers:
            close()
        self._closers.clear()
        for process in reversed(self.processes):
            process.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def get_diagnostics(self):
        """Recent output of all programs, to show after a failure."""
        parts = []
        for process in self.processes[2:][-CLIENTS_TAIL:]:
            if not self.daemon or process is not self.daemon.process:
                parts += [f'--- {process.argv}: {process.returncode}',
                          *process.output[-CLIENT_TAIL:], *process.errors[-CLIENT_TAIL:]]
        if self.daemon:
            parts += ['--- end of the log of the daemon', *self.daemon.log[-LOG_TAIL:]]
        parts += ['--- last events of the simulator', *self.simulator.events[-EVENTS_TAIL:],
                  *self.simulator.process.errors]
        return '\n'.join(parts)


def get_diagnostics(test=None):
    test_bed = getattr(test, 'bed', None) or (_beds[-1] if _beds else None)
    return test_bed.get_diagnostics() if test_bed and hasattr(test_bed, 'simulator') else ''


def close_all():
    """Cleans up after an interrupted run."""
    for bed in _beds:
        bed.close()


def make_bed(test):
    """The bed of a case or of a class of cases."""
    obstacle = namespace.find_obstacle() if test.ISOLATED else None
    if obstacle:
        raise unittest.SkipTest(obstacle)
    return Bed(test.SCALE, test.ISOLATED)


class BedCase(unittest.TestCase):
    """A case with its own bed."""

    SCALE = 0.1
    ISOLATED = False
    maxDiff = None

    def setUp(self):
        self.bed = make_bed(self)
        self.addCleanup(self.bed.finish)


class SharedBedCase(unittest.TestCase):
    """Cases that share the bed of their class."""

    SCALE = 0.1
    ISOLATED = False
    maxDiff = None
    bed = None

    @classmethod
    def setUpClass(cls):
        cls.bed = make_bed(cls)
        cls.addClassCleanup(cls.bed.finish)
