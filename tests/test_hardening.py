#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The binaries of plugin and client are hardened."""

import os
import re
import subprocess
import unittest

from testbed.case import Paths
from testbed.tap import main


def read(option, path):
    return subprocess.run(['readelf', '--wide', option, path], stdout=subprocess.PIPE,
                          check=True, text=True).stdout


def get_build_flags():
    """The compiler flags that the distribution or the user has set."""
    with open(os.path.join(Paths.build, 'Makefile'), encoding='utf-8') as file:
        return ' '.join(re.findall(r'^(?:CPPFLAGS|CFLAGS) = (.*)$', file.read(), re.M))


class Object:
    """Cases for each binary."""

    def test_relro(self):
        """full RELRO"""
        self.assertIn('GNU_RELRO', read('--segments', self.path))
        self.assertRegex(read('--dynamic', self.path), r'\((?:FLAGS|FLAGS_1)\).*\bNOW\b')

    def test_stack(self):
        """the stack is protected and not executable"""
        self.assertRegex(read('--segments', self.path), r'GNU_STACK .* RW +0x')
        self.assertIn('__stack_chk_fail', read('--dyn-syms', self.path))

    def test_no_writable_code(self):
        """no segment is both writable and executable"""
        self.assertNotIn('RWE', read('--segments', self.path))
        self.assertNotIn('TEXTREL', read('--dynamic', self.path))

    def test_address(self):
        """the code is position independent"""
        self.assertRegex(read('--file-header', self.path), r'Type: +DYN')

    def test_search_path(self):
        """there is no library search path"""
        self.assertNotRegex(read('--dynamic', self.path), r'\((RPATH|RUNPATH)\)')

    def test_fortify(self):
        """_FORTIFY_SOURCE is in effect, if the flags set it"""
        flags = get_build_flags()
        if not re.search(r'_FORTIFY_SOURCE=[123]', flags) or re.search(r'-O0', flags):
            self.skipTest('it was not built with _FORTIFY_SOURCE')
        # Functions without a check are those whose sizes are unknown
        self.assertNotRegex(read('--dyn-syms', self.path), r' UND v?(?:s|sn|f|d)?printf\b')


class Plugin(Object, unittest.TestCase):
    """The plugin."""

    path = Paths.plugin


class Client(Object, unittest.TestCase):
    """The client."""

    path = os.path.join(Paths.build, 'cli', 'mmcli-firmware-update')


class Launcher(Object, unittest.TestCase):
    """The launcher of the client and the stock client."""

    path = os.path.join(Paths.build, 'cli', 'mmcli')


if __name__ == '__main__':
    main()
