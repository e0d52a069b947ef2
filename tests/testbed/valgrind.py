# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A daemon that runs in valgrind."""

import os
import shutil

from . import loop
from .case import Bed, Paths
from .daemon import OPTIONS

# A factor on all timeouts
SLOWNESS = 10

PROGRAM = '''#!/bin/sh
exec valgrind {arguments} {daemon} "$@"
'''


def is_installed():
    return shutil.which('valgrind') is not None


class ValgrindBed(Bed):
    """A bed whose daemon is slow. All timeouts of the tests are longer meanwhile."""

    is_slow = False

    def start_in_valgrind(self, arguments, plugins=None, options=OPTIONS):
        """Starts the daemon; arguments are those of valgrind."""
        loop.PATIENCE *= SLOWNESS
        self.is_slow = True
        program = os.path.join(self.directory, 'valgrind')
        with open(program, 'w', encoding='utf-8') as file:
            file.write(PROGRAM.format(arguments=' '.join(arguments), daemon=Paths.daemon))
        os.chmod(program, 0o755)
        self.start_daemon(plugins, options, program=program)

    def close(self):
        super().close()
        if self.is_slow:
            loop.PATIENCE /= SLOWNESS
            self.is_slow = False
