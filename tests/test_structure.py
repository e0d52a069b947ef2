# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The structure of the source tree. tests/structure.py prints it."""

import fnmatch
import os
import re
import unittest

import structure
from testbed.tap import main


@unittest.skipUnless(os.path.exists(os.path.join(structure.TOP, '.gitignore')), 'needs a checkout')
class Structure(unittest.TestCase):

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.tree = structure.Tree()
        cls.includes = structure.get_includes(cls.tree)
        cls.functions = list(structure.find_functions(cls.tree))

    def assertNone(self, items):
        self.assertEqual(list(items), [])

    def test_parsing(self):
        """the files and functions of the tree are found"""
        self.assertIn('tests/check', self.tree.shell_files)
        self.assertIn('common/nl668-request.h', self.includes['common/nl668-request.c'])
        functions = {(function.path, function.name) for function in self.functions}
        self.assertLess({('cli/mmcli.c', 'main'), ('tests/setup.sh', 'build'),
                         ('tests/structure.py', 'main')}, functions)

    def test_cycles(self):
        """no module includes itself by way of another"""
        self.assertNone(structure.find_cycles(self.includes))

    def test_layers(self):
        """each layer includes only itself and those below"""
        self.assertNone(structure.find_layer_violations(self.includes))

    def test_files(self):
        """no source file is too long"""
        self.assertNone(structure.find_long_files(self.tree))

    def test_functions(self):
        """no function is too long"""
        self.assertNone(filter(structure.is_too_long, self.functions))

    def test_c_lines(self):
        """no line of C is too long"""
        self.assertNone(structure.find_long_c_lines(self.tree))

    def test_prose_lines(self):
        """no line of prose is too long"""
        self.assertNone(structure.find_long_prose_lines(self.tree))

    def test_names(self):
        """no two tests have names that only a dash tells apart"""
        self.assertNone(structure.find_similar_names(self.tree))

    def test_map(self):
        """tests/README.md names every file of tests, and no other"""
        files = self.tree.read('tests/README.md').partition('\n## Files\n')[2]
        cells = re.findall(r'^\| (`.*?`) \|', files, re.MULTILINE)
        patterns = [f'tests/{name}' for cell in cells for name in re.findall('`(.*?)`', cell)]
        paths = [path for path in self.tree.paths if path.startswith('tests/')]
        self.assertNone(path for path in paths
                        if not any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns))
        self.assertNone(pattern for pattern in patterns if not fnmatch.filter(paths, pattern))

    def test_licences(self):
        """every file names its licence"""
        self.assertNone(structure.find_unlicensed(self.tree))


if __name__ == '__main__':
    main()
