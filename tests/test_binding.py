# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A daemon that the plugin cannot serve: it says so in one line of the daemon's
log, and the daemon serves the modem as it does without the plugin."""

import os
import re
import shutil
import struct
import unittest

from testbed.bus import enable_all, wait_for_signal
from testbed.case import OUR_PLUGIN, SOME_PLUGINS, Bed, BedCase, Paths, get_stock_plugins
from testbed.tap import comment, main

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PRELOAD = os.path.join(Paths.build, 'tests', 'testbed', '.libs', 'preload-plugin-class.so')

# How many daemons run at a time
N_BEDS = 6

REFUSED = "could not load plugin '{}': GModule ({}) initialization check failed: {}"
NO_MODEMMANAGER = 'this is not ModemManager, or it is older than 1.20'
NEWER = ': look for a newer version of this plugin'
QUESTIONS = ((), ('-J',), ('-K',), ('--firmware-status', '-J'), ('--firmware-list',))


def read_symbols(table):
    """The daemon's functions in a table of the plugin."""
    with open(os.path.join(TOP, 'plugin', 'mm-daemon-symbols.c'), encoding='utf-8') as file:
        body = re.search(rf'\b{table}\[\] = {{(.*?)\n}};', file.read(), re.S)[1]
    return re.findall(r'"(_?mm_\w+)"', body)


def rename(symbol):
    """Another name of the same length, and with the same hash in an ELF file:
    each character counts 33 times as much there as the next one."""
    for i in range(len(symbol) - 2, 0, -1):
        if symbol[i].isalnum() and symbol[i + 1] > 'a':
            pair = chr(ord(symbol[i]) + 1) + chr(ord(symbol[i + 1]) - 33)
            return symbol[:i] + pair + symbol[i + 2:]
    raise ValueError(symbol)


def read_bytes(path):
    with open(path, 'rb') as file:
        return file.read()


def find_exports(symbols):
    """Those that the stock daemon has."""
    contents = read_bytes(Paths.daemon)
    return [symbol for symbol in symbols if f'\0{symbol}\0'.encode() in contents]


class Rebuilt:
    """The daemon and its plugins as if they had been built from a source where
    some functions have other names: copies in which these are changed."""

    def __init__(self, directory, symbols):
        self._directory = directory
        self._names = [(f'\0{name}\0'.encode(), f'\0{rename(name)}\0'.encode())
                       for name in symbols]
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


class Guard(unittest.TestCase):
    """What the plugin finds missing or different"""

    maxDiff = None

    def make_bed(self):
        bed = Bed()
        self.addCleanup(bed.finish)
        return bed

    def start(self, bed, plugins, program=Paths.daemon):
        """A daemon whose plugins are these and ours; returns the path of ours."""
        directory = bed.make_plugin_directory(plugins | {OUR_PLUGIN: Paths.plugin})
        bed.start_daemon(directory, program=program)
        return os.path.join(directory, OUR_PLUGIN)

    def start_without(self, bed, *symbols):
        """A daemon that does not have these functions."""
        rebuilt = Rebuilt(os.path.join(bed.directory, 'rebuilt'), symbols)
        return self.start(bed, rebuilt.plugins, rebuilt.daemon)

    def check_refused(self, bed, path, reason):
        """The one line in the log, and nothing else of ours."""
        lines = [line for line in bed.daemon.log if OUR_PLUGIN in line]
        self.assertEqual(len(lines), 1, lines)
        comment(lines[0])
        self.assertTrue(lines[0].endswith(REFUSED.format(path, path, reason)), lines[0])
        self.assertNotIn('fibocom-nl668', bed.daemon.loaded_plugins)

    def bring_up(self, *beds):
        """A module on each, and its modem, which the stock plugin makes register."""
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
        """What the stock client says of it."""
        answers = {}
        for question in QUESTIONS:
            client = bed.mmcli('-m', modem.index, *question, stock=True)
            answers[question] = (client.returncode, client.stdout, client.stderr)
        return answers

    def check_each(self, symbols):
        """A daemon without the first one, one without the second one, …"""
        beds = {symbol: self.make_bed() for symbol in symbols}
        paths = {symbol: self.start_without(bed, symbol) for symbol, bed in beds.items()}
        self.bring_up(*beds.values())
        for symbol, bed in beds.items():
            self.check_refused(bed, paths[symbol],
                               f'this ModemManager does not export {symbol}{NEWER}')
            bed.finish()

    def test_missing(self):
        """each function that the plugin needs is missing in turn"""
        symbols = read_symbols('symbols')
        self.assertEqual(find_exports(symbols), symbols)
        # From 1.26 on there is another one, which also tells the generation.
        symbols += (find_exports(read_symbols('symbols_authorize')) or
                    ['mm_iface_auth_authorize_finish'])
        for i in range(0, len(symbols), N_BEDS):
            self.check_each(symbols[i:i + N_BEDS])

    def test_unknown(self):
        """what tells the daemon's generation is missing, and the modem is as without us"""
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
        """the class of plugins has one more function"""
        bed = self.make_bed()
        bed.usb_env['LD_PRELOAD'] += f':{PRELOAD}'
        path = self.start(bed, get_stock_plugins(SOME_PLUGINS))
        self.bring_up(bed)
        size = struct.calcsize('P')
        self.check_refused(bed, path, f'the MMPluginClass of this ModemManager has {20 * size} '
                                      f'bytes instead of {19 * size}{NEWER}')


class Twice(BedCase):
    """The plugin is in the daemon's directory twice"""

    def check(self, second, *patterns):
        """One of both is loaded and does its work; the log says why the other
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
        """one file under two names"""
        self.check(Paths.plugin,
                   'this plugin is already loaded under another name: remove one of the two$',
                   "could not load plugin '.*': initialization failed$")

    def test_two_files(self):
        """two files"""
        self.check(shutil.copy(Paths.plugin, self.bed.directory),
                   "could not load plugin '.*': GModule .* initialization check failed: "
                   'this plugin is already loaded from another file: remove one of the two$')


if __name__ == '__main__':
    main()
