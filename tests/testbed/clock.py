# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The clocks of the daemon, which can be set while it runs."""

import mmap
import os
import struct

from .case import Paths

PRELOAD = os.path.join(Paths.build, 'tests', 'testbed', '.libs', 'preload-clock.so')


class Clock:
    """The clocks of daemons and clients that are started from now on."""

    def __init__(self, bed):
        path = os.path.join(bed.directory, 'clock')
        with open(path, 'wb') as file:
            file.write(bytes(16))
        with open(path, 'r+b') as file:
            self._seconds = mmap.mmap(file.fileno(), 16)
        bed.usb_env['LD_PRELOAD'] = f'{PRELOAD}:{bed.usb_env["LD_PRELOAD"]}'
        bed.usb_env['TEST_CLOCK'] = path

    def set(self, wall, boot=0):
        """Shifts the wall time and the time since boot, as compared to the real ones, by a
        number of seconds. The monotonic time, which a suspend does not count, goes on."""
        self._seconds[:] = struct.pack('=qq', wall, boot)
