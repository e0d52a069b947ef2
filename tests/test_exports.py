# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The symbols that the plugin uses of the daemon and of libraries, and those it exports."""

import os
import re
import subprocess
import unittest

from testbed.case import Paths
from testbed.tap import comment, main

LIST_SYMBOLS = os.path.join(Paths.build, 'tests', 'testbed', 'list-symbols')

ENTRY_POINTS = {'g_module_check_init', 'mm_plugin_create', 'mm_plugin_major_version',
                'mm_plugin_minor_version'}

# The symbol that identifies each generation of the daemon, and its plugin interface
GENERATIONS = {
    'mm_plugin_get_allowed_subsystem_vendor_ids': ((1, 20), '4.0'),
    'mm_base_modem_get_physdev': ((1, 22), '5.0'),
    'mm_base_modem_get_subsystem_device_id': ((1, 24), '5.0'),
    'mm_iface_auth_authorize': ((1, 26), '5.0'),
}


# A daemon may be built without QMI or MBIM, or not tell whether it runs in a test session
OPTIONAL = ('mm_broadband_modem_qmi_new', 'mm_broadband_modem_mbim_new',
            'mm_context_get_test_session')


def run(*argv, text=None):
    return subprocess.run(argv, input=text, stdout=subprocess.PIPE, check=False, text=True)


def read_symbols(which, path):
    """The names and types of the dynamic symbols of a program or library."""
    lines = run('nm', '-D', which, path).stdout.splitlines()
    return {fields[-1].partition('@')[0]: fields[-2] for fields in map(str.split, lines)}


def get_exports(path):
    return set(read_symbols('--defined-only', path))


def get_libraries(path):
    """The libraries that it needs directly."""
    needed = re.findall(r'NEEDED +(\S+)', run('objdump', '-p', path).stdout)
    paths = dict(re.findall(r'(\S+) => (\S+)', run('ldd', path).stdout))
    return [paths[name] for name in needed]


def get_version():
    """The version of the daemon, and the stable version that it leads to."""
    name = run(Paths.daemon, '--version').stdout.split()[1]
    major, minor = map(int, name.split('.')[:2])
    return name, (major, minor + minor % 2)


class Daemon(unittest.TestCase):
    """The stock daemon of this machine."""

    def ask_plugin(self, exports):
        """The symbols that the plugin looks for and does not find, the first one that it
        finds, and its conclusion."""
        lines = run(LIST_SYMBOLS, Paths.plugin, text='\n'.join(exports)).stdout.splitlines()
        looked = [line.split() for line in lines[:-1]]
        mark = next((name for sign, name in looked if sign == '+'), None)
        return looked, mark, lines[-1]

    def test_exports(self):
        """exports all that the plugin looks for, which identifies the generation"""
        name, version = get_version()
        looked, mark, conclusion = self.ask_plugin(get_exports(Paths.daemon))
        missing = [symbol for sign, symbol in looked
                   if sign == '-' and symbol not in (*GENERATIONS, *OPTIONAL)]
        self.assertEqual(missing, [], conclusion)
        self.assertIn(mark, GENERATIONS)
        generation, interface = GENERATIONS[mark]
        self.assertEqual(conclusion, f'opened: {interface}')
        self.assertEqual(generation, min(version, max(found for found, _ in GENERATIONS.values())))
        count = sum(sign == '+' for sign, _ in looked)
        comment(f'ModemManager {name} exports all {count} functions that the plugin looks for: '
                f'generation {generation[0]}.{generation[1]}, plugin interface {interface}')

    def test_missing(self):
        """each symbol that the daemon does not export is reported"""
        exports = get_exports(Paths.daemon)
        looked, _mark, _conclusion = self.ask_plugin(exports)
        for sign, name in looked:
            if sign == '+' and name not in GENERATIONS:
                with self.subTest(name):
                    missed, _mark, conclusion = self.ask_plugin(exports - {name})
                    self.assertIn(['-', name], missed)
                    if name not in OPTIONAL:
                        self.assertRegex(conclusion, f'^refused: .* {name}\\b')


class Plugin(unittest.TestCase):
    """Our plugin."""

    def test_exported(self):
        """exports its entry points and nothing else"""
        self.assertEqual(get_exports(Paths.plugin), ENTRY_POINTS)

    def test_undefined(self):
        """needs nothing that its own libraries do not export"""
        libraries = get_libraries(Paths.plugin)
        exports = set().union(*map(get_exports, libraries))
        needed = {name for name, kind in read_symbols('--undefined-only', Paths.plugin).items()
                  if kind not in 'wv'}
        self.assertIn('g_module_symbol', needed)
        self.assertEqual(needed - exports, set(), libraries)


if __name__ == '__main__':
    main()
