# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Pseudoterminals for the client."""

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
    """The visible lines after each part of a text."""
    screens = [['']]
    for part in re.findall('\r\n|\r|\n|\x1b\\[K|[^\r\n\x1b]+', text):
        lines = list(screens[-1])
        if part in ('\r\n', '\n'):
            lines.append('')
        elif part == '\r':
            # The client always clears the rest of the line
            lines[-1] = ''
        elif part != '\x1b[K':
            lines[-1] += part
        screens.append(lines)
    return screens


class Terminal:
    """A terminal that records what is written to it."""

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
        """Everything that was ever drawn on a line."""
        return [part.replace('\x1b[K', '') for part in re.split('[\r\n]+', self.text)]

    def get_screen(self):
        """The visible lines at the end."""
        return get_screens(self.text)[-1]
