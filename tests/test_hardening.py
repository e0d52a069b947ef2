#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What makes mistakes in plugin and client harder to exploit is in what was built."""

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
    """The flags of whoever builds it, a distribution or a user."""
    with open(os.path.join(Paths.build, 'Makefile'), encoding='utf-8') as file:
        return ' '.join(re.findall(r'^(?:CPPFLAGS|CFLAGS) = (.*)$', file.read(), re.M))


class Object:
    """What is the same for both."""

    def test_relro(self):
        """what the linker fills in is read-only, and all of it is filled in at once"""
        self.assertIn('GNU_RELRO', read('--segments', self.path))
        self.assertRegex(read('--dynamic', self.path), r'\((?:FLAGS|FLAGS_1)\).*\bNOW\b')

    def test_stack(self):
        """the stack is not executable, and is protected"""
        self.assertRegex(read('--segments', self.path), r'GNU_STACK .* RW +0x')
        self.assertIn('__stack_chk_fail', read('--dyn-syms', self.path))

    def test_no_writable_code(self):
        """no segment can be both written and executed"""
        self.assertNotIn('RWE', read('--segments', self.path))
        self.assertNotIn('TEXTREL', read('--dynamic', self.path))

    def test_address(self):
        """it can be loaded anywhere"""
        self.assertRegex(read('--file-header', self.path), r'Type: +DYN')

    def test_search_path(self):
        """it looks for libraries where the system has them only"""
        self.assertNotRegex(read('--dynamic', self.path), r'\((RPATH|RUNPATH)\)')

    def test_fortify(self):
        """functions of libc check sizes, where the flags ask for it"""
        flags = get_build_flags()
        if not re.search(r'_FORTIFY_SOURCE=[123]', flags) or re.search(r'-O0', flags):
            self.skipTest('it was not built with _FORTIFY_SOURCE')
        # Others have no check where no size is known
        self.assertNotRegex(read('--dyn-syms', self.path), r' UND v?(?:s|sn|f|d)?printf\b')


class Plugin(Object, unittest.TestCase):
    """The plugin."""

    path = Paths.plugin


class Client(Object, unittest.TestCase):
    """The client."""

    path = os.path.join(Paths.build, 'cli', 'mmcli-firmware-update')


class Launcher(Object, unittest.TestCase):
    """What runs it, or the stock client."""

    path = os.path.join(Paths.build, 'cli', 'mmcli')


if __name__ == '__main__':
    main()
