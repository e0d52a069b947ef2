# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

""".gitignore lists everything that a build creates."""

import os
import shutil
import subprocess
import tempfile
import unittest

from testbed.case import Paths
from testbed.tap import main

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def list_built():
    """The files of the build tree; a build in place creates them in the source tree."""
    for directory, _, names in os.walk(Paths.build):
        for name in names:
            path = os.path.relpath(os.path.join(directory, name), Paths.build)
            if not os.path.exists(os.path.join(TOP, path)):
                yield path


@unittest.skipUnless(shutil.which('git'), 'needs git')
@unittest.skipUnless(os.path.exists(os.path.join(TOP, '.gitignore')), 'needs a checkout')
@unittest.skipIf(os.path.realpath(Paths.build) == TOP, 'needs a separate build tree')
class Gitignore(unittest.TestCase):

    def test_built_files(self):
        """git ignores every file of a build"""
        built = set(list_built())
        self.assertIn('cli/mmcli', built)
        with tempfile.TemporaryDirectory() as directory:
            git = ['git', '-C', TOP, f'--git-dir={directory}', f'--work-tree={TOP}']
            subprocess.run(['git', 'init', '--quiet', '--bare', directory], check=True)
            result = subprocess.run([*git, 'check-ignore', '--no-index', '--stdin'],
                                    input='\n'.join(built), check=True, capture_output=True, text=True)
        self.assertEqual(built - set(result.stdout.splitlines()), set())


if __name__ == '__main__':
    main()
