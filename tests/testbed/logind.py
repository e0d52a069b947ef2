# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A minimal logind for tests that only need its inhibitors."""

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
    """Grants inhibitors and counts those that are held."""

    def __init__(self, connection):
        self._connection = connection
        self._fds = []
        # Pending calls, or None to answer at once
        self.held = None
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        connection.register_object('/org/freedesktop/login1', info, self._inhibit, None, None)
        # Nobody else on this bus requests the name
        connection.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'RequestName',
                             GLib.Variant('(su)', (NAME, 0)), None, Gio.DBusCallFlags.NONE,
                             -1, None)

    def _inhibit(self, _connection, _sender, _path, _interface, _method, _parameters, invocation):
        if self.held is None:
            self._answer(invocation)
        else:
            self.held.append(invocation)

    def hold(self):
        """Keeps calls pending until release()."""
        self.held = []

    def release(self):
        """Answers the pending calls, and later ones at once."""
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
        """The number of inhibitors that are not closed yet."""
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
