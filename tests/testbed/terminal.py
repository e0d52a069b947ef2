# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A terminal for the client."""

import fcntl
import os
import pty
import re
import struct
import termios
import threading

from .loop import wake


def set_columns(terminal, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))


def get_screens(text):
    """The lines that one sees, after each thing that was written."""
    screens = [['']]
    for part in re.findall('\r\n|\r|\n|\x1b\\[K|[^\r\n\x1b]+', text):
        lines = list(screens[-1])
        if part in ('\r\n', '\n'):
            lines.append('')
        elif part == '\r':
            # What is written over is always cleared to its end, too
            lines[-1] = ''
        elif part != '\x1b[K':
            lines[-1] += part
        screens.append(lines)
    return screens


class Terminal:
    """A terminal for the client, and what was written to it."""

    def __init__(self, columns):
        self.master, self.slave = pty.openpty()
        set_columns(self.slave, columns)
        self.columns = columns
        self.text = ''
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        data = b''
        while True:
            try:
                data += os.read(self.master, 4096)
            except OSError:
                break
            self.text = data.decode(errors='replace')
            wake()
        os.close(self.master)

    def close(self):
        os.close(self.slave)
        self._thread.join(10)

    def get_drawn(self):
        """All that was ever drawn in a line."""
        return [part.replace('\x1b[K', '') for part in re.split('[\r\n]+', self.text)]

    def get_screen(self):
        """The lines that one sees at the end."""
        return get_screens(self.text)[-1]
