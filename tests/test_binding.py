# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Daemons that the plugin does not support: it logs one line, and the daemon handles
the modem as if the plugin were not there."""

import os
import re
import shutil
import struct
import unittest

from testbed.bus import enable_all, wait_for_signal
from testbed.case import OUR_PLUGIN, SOME_PLUGINS, Bed, BedCase, Paths, get_stock_plugins
from testbed.daemon import link_plugins
from testbed.tap import comment, main

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PRELOAD = os.path.join(Paths.build, 'tests', 'testbed', '.libs', 'preload-plugin-class.so')

STOCK_PLUGIN = 'libmm-plugin-fibocom.so'

# How many daemons run at once
N_BEDS = 6

REFUSED = "could not load plugin '{}': GModule ({}) initialization check failed: {}"
NO_MODEMMANAGER = 'this is not ModemManager, or it is older than 1.20'
NEWER = ': look for a newer version of this plugin'
QUESTIONS = ((), ('-J',), ('-K',), ('--firmware-status', '-J'), ('--firmware-list',))


def read_symbols(table):
    """The functions of the daemon that a table of the plugin lists."""
    with open(os.path.join(TOP, 'plugin', 'mm-daemon-symbols.c'), encoding='utf-8') as file:
        body = re.search(rf'\b{table}\[\] = {{(.*?)\n}};', file.read(), re.S)[1]
    return re.findall(r'"(_?mm_\w+)"', body)


def rename(symbol):
    """Another name with the same length and the same ELF hash. In this hash, a character
    weighs 33 times as much as the next one."""
    for i in range(len(symbol) - 2, 0, -1):
        if symbol[i].isalnum() and symbol[i + 1] > 'a':
            pair = chr(ord(symbol[i]) + 1) + chr(ord(symbol[i + 1]) - 33)
            return symbol[:i] + pair + symbol[i + 2:]
    raise ValueError(symbol)


def read_bytes(path):
    with open(path, 'rb') as file:
        return file.read()


def find_exports(symbols):
    """The symbols that the stock daemon has."""
    contents = read_bytes(Paths.daemon)
    return [symbol for symbol in symbols if f'\0{symbol}\0'.encode() in contents]


class Rebuilt:
    """Copies of the daemon and its plugins in which some functions are renamed, as if
    they had been built from other sources, or with another version."""

    def __init__(self, directory, symbols=(), version=None):
        self._directory = directory
        self._names = [(f'\0{name}\0'.encode(), f'\0{rename(name)}\0'.encode())
                       for name in symbols]
        if version:
            stock = re.search(rb'ModemManager \(version ([^)]*)\)', read_bytes(Paths.daemon))[1]
            self._names.append((stock, version.encode().ljust(len(stock), b'-')))
        os.mkdir(directory)
        self.daemon = self._copy(Paths.daemon)
        self.plugins = {name: self._copy(path)
                        for name, path in get_stock_plugins(SOME_PLUGINS).items()}

    def _copy(self, path):
        contents = read_bytes(path)
        for old, new in self._names:
            contents = contents.replace(old, new)
        copy = os.path.join(self._directory, os.path.basename(path))
        with open(copy, 'wb') as file:
            file.write(contents)
        os.chmod(copy, 0o755)
        return copy


class Unsupported(unittest.TestCase):
    """The plugin finds something missing or different."""

    maxDiff = None

    def make_bed(self):
        bed = Bed()
        self.addCleanup(bed.finish)
        return bed

    def start(self, bed, plugins, program=Paths.daemon):
        """Starts a daemon with these plugins and ours; returns the path of ours."""
        directory = bed.make_plugin_directory(plugins | {OUR_PLUGIN: Paths.plugin})
        bed.start_daemon(directory, program=program)
        return os.path.join(directory, OUR_PLUGIN)

    def start_without(self, bed, *symbols):
        """Starts a daemon that lacks these functions."""
        rebuilt = Rebuilt(os.path.join(bed.directory, 'rebuilt'), symbols)
        return self.start(bed, rebuilt.plugins, rebuilt.daemon)

    def check_refused(self, bed, path, reason):
        """Checks that the plugin logged this reason and nothing else."""
        lines = [line for line in bed.daemon.log if OUR_PLUGIN in line]
        self.assertEqual(len(lines), 1, lines)
        comment(lines[0])
        self.assertTrue(lines[0].endswith(REFUSED.format(path, path, reason)), lines[0])
        self.assertNotIn('fibocom-nl668', bed.daemon.loaded_plugins)

    def bring_up(self, *beds):
        """Adds a module to each bed; returns the modems, which the stock plugin handles."""
        modules = [bed.simulator.add(id='2cb7:01a0', imei='864773030000207') for bed in beds]
        modems = [bed.wait_for_modem(module) for bed, module in zip(beds, modules)]
        enable_all(*modems)
        for bed, modem in zip(beds, modems):
            wait_for_signal(modem)
            self.assertEqual(modem.properties['Plugin'], 'fibocom')
            self.assertIsNone(modem.update, 'our interface')
            commands = [command.text for command in bed.simulator.commands]
            self.assertNotIn('+GTOTA', ' '.join(commands))
        return modems

    @staticmethod
    def ask(bed, modem):
        """The output of the stock client for a modem."""
        answers = {}
        for question in QUESTIONS:
            client = bed.mmcli('-m', modem.index, *question, stock=True)
            answers[question] = (client.returncode, client.stdout, client.stderr)
        return answers

    def check_each(self, symbols):
        """Runs one daemon for each symbol, without that symbol."""
        beds = {symbol: self.make_bed() for symbol in symbols}
        paths = {symbol: self.start_without(bed, symbol) for symbol, bed in beds.items()}
        self.bring_up(*beds.values())
        for symbol, bed in beds.items():
            self.check_refused(bed, paths[symbol],
                               f'this ModemManager does not export {symbol}{NEWER}')
            bed.finish()

    def test_missing(self):
        """a function that the plugin needs is missing (each one in turn)"""
        symbols = read_symbols('symbols')
        self.assertEqual(find_exports(symbols), symbols)
        # 1.26 has another one, which also identifies its generation.
        symbols += (find_exports(read_symbols('symbols_authorize')) or
                    ['mm_iface_auth_authorize_finish'])
        for i in range(0, len(symbols), N_BEDS):
            self.check_each(symbols[i:i + N_BEDS])

    def test_unknown(self):
        """the generation of the daemon is unknown: the modem looks as it does without the plugin"""
        marks = find_exports(read_symbols('marks'))
        bed, other = self.make_bed(), self.make_bed()
        path = self.start_without(bed, *marks)
        other.start_daemon(get_stock_plugins(SOME_PLUGINS))
        modem, other_modem = self.bring_up(bed, other)
        self.check_refused(bed, path, NO_MODEMMANAGER)
        answers = self.ask(bed, modem)
        self.assertEqual(answers[()][0], 0)
        self.assertEqual(answers, self.ask(other, other_modem))

    def test_class(self):
        """the class of plugins has an additional function"""
        bed = self.make_bed()
        bed.usb_env['LD_PRELOAD'] += f':{PRELOAD}'
        path = self.start(bed, get_stock_plugins(SOME_PLUGINS))
        self.bring_up(bed)
        size = struct.calcsize('P')
        self.check_refused(bed, path, f'the MMPluginClass of this ModemManager has {20 * size} '
                                      f'bytes instead of {19 * size}{NEWER}')


def order_plugins(directory, stock, is_ours_first):
    """The same plugins, with ours under a name with which it is loaded first, or last.
    The daemon loads the last one in the directory first."""
    for i in range(30):
        ours = f'libmm-plugin-{i}.so'
        path = link_plugins(os.path.join(directory, f'plugins-{is_ours_first}-{i}'),
                            stock | {ours: Paths.plugin})
        names = [name for name in os.listdir(path) if name in (ours, STOCK_PLUGIN)]
        if (names.index(ours) > 0) == is_ours_first:
            return path
    raise AssertionError(f'plugins are always in the same order in {directory}')


class Untried(unittest.TestCase):
    """A daemon that is newer than any that was tried."""

    VERSION = '1.28.0'
    LINES = ('this is ModemManager 1.28.0', 'only versions up to 1.26 were tried',
             'set NewestModemManager=1.28 in ')

    def make_bed(self, version=VERSION):
        bed = Bed()
        self.addCleanup(bed.finish)
        bed.rebuilt = Rebuilt(os.path.join(bed.directory, 'rebuilt'), version=version)
        return bed

    @staticmethod
    def accept(bed, version):
        os.mkdir(bed.env['FIBOCOM_NL668_CONFIG_DIR'])
        path = os.path.join(bed.env['FIBOCOM_NL668_CONFIG_DIR'], 'plugin.conf')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(f'[Plugin]\nNewestModemManager={version}\n')

    @staticmethod
    def find_lines(bed):
        return [line for line in bed.daemon.log if 'NewestModemManager' in line]

    def test_refused(self):
        """the plugin stays out, and one line says what to do: of 1.28.0, of the next one after
        1.28 was accepted, and of one with an unknown version"""
        cases = {'1.28.0': self.LINES,
                 '1.30.0': ('this is ModemManager 1.30.0', 'set NewestModemManager=1.30 in '),
                 'custom': ('the version of this ModemManager cannot be found',
                            'set NewestModemManager=unknown in ')}
        beds = {version: self.make_bed(version) for version in cases}
        self.accept(beds['1.30.0'], '1.28')
        for bed in beds.values():
            bed.start_daemon(bed.rebuilt.plugins | {OUR_PLUGIN: Paths.plugin},
                             program=bed.rebuilt.daemon)
        modules = [bed.simulator.add(id='2cb7:01a0') for bed in beds.values()]
        for (version, bed), module in zip(beds.items(), modules):
            modem = bed.wait_for_modem(module)
            self.assertEqual(modem.properties['Plugin'], 'fibocom')
            self.assertIsNone(modem.update)
            self.assertNotIn('fibocom-nl668', bed.daemon.loaded_plugins)
            (line,) = self.find_lines(bed)
            comment(line)
            for words in cases[version]:
                self.assertIn(words, line)

    def test_accepted(self):
        """if the administrator accepts it, the plugin works, and leaves the others alone"""
        beds = {is_first: self.make_bed() for is_first in (True, False)}
        for is_first, bed in beds.items():
            self.accept(bed, '1.28')
            bed.start_daemon(order_plugins(bed.directory, bed.rebuilt.plugins, is_first),
                             program=bed.rebuilt.daemon)
        modules = [bed.simulator.add(id='2cb7:01a0') for bed in beds.values()]
        for (is_first, bed), module in zip(beds.items(), modules):
            modem = bed.wait_for_modem(module)
            loaded = bed.daemon.loaded_plugins
            self.assertEqual(loaded.index('fibocom-nl668') < loaded.index('fibocom'), is_first)
            self.assertEqual(self.find_lines(bed), [])
            self.assertTrue(any('was not tried' in line for line in bed.daemon.log))
            # Otherwise, the stock plugin would create our modem.
            self.assertEqual(modem.properties['Plugin'], 'fibocom-nl668' if is_first else 'fibocom')
            self.assertEqual(any('was loaded first' in line for line in bed.daemon.log),
                             not is_first)
            if is_first:
                bed.wait_until(lambda modem=modem: modem.update['Transports'] == 3, 10,
                               'transports')
            else:
                self.assertIsNone(modem.update)


class Twice(BedCase):
    """The plugin directory contains the plugin twice."""

    def check(self, second, *patterns):
        """Checks that one is loaded and works, and that the log explains why the other
        one is not."""
        self.bed.start_daemon(get_stock_plugins(SOME_PLUGINS) | {
            OUR_PLUGIN: Paths.plugin, 'libmm-plugin-second.so': second})
        modem = self.bed.wait_for_modem(self.bed.simulator.add(id='2cb7:01a0'))
        self.assertEqual(modem.properties['Plugin'], 'fibocom-nl668')
        self.bed.wait_until(lambda: modem.update and modem.update['Transports'] == 3, 10,
                            'transports')
        self.assertEqual(self.bed.daemon.loaded_plugins.count('fibocom-nl668'), 1)
        lines = [line for line in self.bed.daemon.log
                 if 'could not load plugin' in line or 'already loaded' in line]
        for line in lines:
            comment(line)
        self.assertEqual(len(lines), len(patterns), lines)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, pattern)

    def test_two_names(self):
        """one file has two names"""
        self.check(Paths.plugin,
                   'this plugin is already loaded under another name: remove one of the two$',
                   "could not load plugin '.*': initialization failed$")

    def test_two_files(self):
        """there are two copies"""
        self.check(shutil.copy(Paths.plugin, self.bed.directory),
                   "could not load plugin '.*': GModule .* initialization check failed: "
                   'this plugin is already loaded from another file: remove one of the two$')


if __name__ == '__main__':
    main()
