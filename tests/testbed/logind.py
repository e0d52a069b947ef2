# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Stands in for logind where only its inhibitors matter."""

import os
import select

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.login1'
INTERFACE = '''<node><interface name="org.freedesktop.login1.Manager">
  <method name="Inhibit">
    <arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/>
    <arg type="h" direction="out"/>
  </method>
</interface></node>'''


class Logind:
    """Gives away inhibitors, and knows which of them are held."""

    def __init__(self, connection):
        self._connection = connection
        self._fds = []
        # Calls that are to be answered, while there is a list of them
        self.held = None
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        connection.register_object('/org/freedesktop/login1', info, self._inhibit, None, None)
        # What asks for the name is the only one on its bus
        connection.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'RequestName',
                             GLib.Variant('(su)', (NAME, 0)), None, Gio.DBusCallFlags.NONE,
                             -1, None)

    def _inhibit(self, _connection, _sender, _path, _interface, _method, _parameters, invocation):
        if self.held is None:
            self._answer(invocation)
        else:
            self.held.append(invocation)

    def hold(self):
        """Answers nothing until it is told to."""
        self.held = []

    def release(self):
        """Answers what was held, and answers at once from now on."""
        for invocation in self.held:
            self._answer(invocation)
        self.held = None

    def _answer(self, invocation):
        ours, theirs = os.pipe()
        fds = Gio.UnixFDList()
        fds.append(theirs)
        os.close(theirs)
        self._fds.append(ours)
        invocation.return_value_with_unix_fd_list(GLib.Variant('(h)', (0,)), fds)

    @property
    def n_held(self):
        """How many of those that were given away have not been closed yet."""
        for fd in list(self._fds):
            poll = select.poll()
            poll.register(fd, 0)
            if poll.poll(0):
                os.close(fd)
                self._fds.remove(fd)
        return len(self._fds)

    def close(self):
        for fd in self._fds:
            os.close(fd)
        self._fds.clear()
