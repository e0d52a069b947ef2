# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A desktop without a screen, as seen and used by a user."""

import os
import re
import shutil
import signal

from gi.repository import Gio, GLib

from . import loop, system

ACCESSIBILITY = '/usr/share/dbus-1/services/org.a11y.Bus.service'
ACCESSIBLE = 'org.a11y.atspi.Accessible'
ROOT = ('org.a11y.atspi.Registry', '/org/a11y/atspi/accessible/root')
RELATIVE_TO_WINDOW = 1
PROGRAMS = ('gnome-control-center', 'Xvfb', 'xdotool', 'import')
# The only session daemon that the panel needs, for airplane mode
AIRPLANE_MODE = '/usr/libexec/gsd-rfkill'
COMPLAINT = re.compile('WARNING|CRITICAL|ERROR')

# Only the accessibility bus can be activated
CONFIGURATION = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={directory}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{directory}/services</servicedir>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''


def find_obstacle():
    """Why GNOME Settings cannot run here, or None."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    missing += [path for path in (ACCESSIBILITY, AIRPLANE_MODE) if not os.path.exists(path)]
    return f'needs {", ".join(missing)}' if missing else None


def _connect(address):
    return Gio.DBusConnection.new_for_address_sync(
        address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)


class Accessibles:
    """The contents of all windows, as exposed to assistive technologies. A node is a bus
    name and a path."""

    def __init__(self, session):
        (bus,) = session.call_sync('org.a11y.Bus', '/org/a11y/bus', 'org.a11y.Bus', 'GetAddress',
                                   None, None, Gio.DBusCallFlags.NONE, 20000, None).unpack()
        self._connection = _connect(bus)

    def _call(self, node, interface, method, arguments=None):
        return self._connection.call_sync(*node, interface, method, arguments, None,
                                          Gio.DBusCallFlags.NONE, 20000, None).unpack()[0]

    def _get(self, node, name):
        return self._call(node, 'org.freedesktop.DBus.Properties', 'Get',
                          GLib.Variant('(ss)', (ACCESSIBLE, name)))

    def walk(self, node=ROOT):
        """Yields role, name and node of everything. Nodes that disappear meanwhile are skipped."""
        try:
            children = [(self._call(child, ACCESSIBLE, 'GetRoleName'), self._get(child, 'Name'),
                         child) for child in self._call(node, ACCESSIBLE, 'GetChildren')]
        except GLib.Error as error:
            if not Gio.DBusError.is_remote_error(error):
                raise
            return
        for child in children:
            yield child
            yield from self.walk(child[-1])

    def get_center(self, node):
        x, y, width, height = self._call(node, 'org.a11y.atspi.Component', 'GetExtents',
                                         GLib.Variant('(u)', (RELATIVE_TO_WINDOW,)))
        return (x + width // 2, y + height // 2) if width > 0 and height > 0 else None


class Desktop:
    """A session bus and an X server without a window manager."""

    def __init__(self, bed):
        self._bed = bed
        self._directory = os.path.join(bed.directory, 'desktop')
        self._screenshots = os.environ.get('SCREENSHOT_DIR') or self._directory
        os.makedirs(f'{self._directory}/run', mode=0o700)
        os.makedirs(f'{self._directory}/services')
        os.makedirs(self._screenshots, exist_ok=True)
        os.symlink(ACCESSIBILITY, f'{self._directory}/services/org.a11y.Bus.service')
        self._env = self._make_environment()
        self._server = self._start(['Xvfb', '-displayfd', '1', '-screen', '0', '1024x700x24',
                                    '-nolisten', 'tcp'])
        self._env['DISPLAY'] = f':{self._wait_for_line(self._server)}'
        self._env['DBUS_SESSION_BUS_ADDRESS'] = self._wait_for_line(self._start_bus())
        session = _connect(self._env['DBUS_SESSION_BUS_ADDRESS'])
        self._accessibles = Accessibles(session)
        self._start([AIRPLANE_MODE])
        system.wait_for_owner(session, 'org.gnome.SettingsDaemon.Rfkill')
        self.settings = None

    def _make_environment(self):
        env = {name: value for name, value in self._bed.env.items() if name != 'G_DEBUG'}
        return env | {
            'GDK_BACKEND': 'x11',
            'GSETTINGS_BACKEND': 'memory',
            'GSK_RENDERER': 'cairo',
            'XDG_CURRENT_DESKTOP': 'GNOME',
            'XDG_RUNTIME_DIR': f'{self._directory}/run',
        }

    def _start(self, argv, merge=False):
        process = loop.Process(argv, self._env, merge=merge)
        self._bed.processes.append(process)
        return process

    def _start_bus(self):
        configuration = f'{self._directory}/bus.conf'
        with open(configuration, 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(directory=self._directory))
        return self._start(['dbus-daemon', f'--config-file={configuration}', '--nofork',
                            '--print-address'])

    @staticmethod
    def _wait_for_line(process):
        loop.wait_until(lambda: process.output, 20, process.argv[0])
        return process.output[0]

    def _run(self, *argv):
        process = self._start(argv)
        status = process.wait(20)
        if status != 0:
            raise AssertionError(f'{argv}: {status}: {process.stderr}')

    # The user

    def start_settings(self, panel):
        self.settings = self._start(['gnome-control-center', panel], merge=True)

    def get_complaints(self):
        return [line for line in self.settings.output if COMPLAINT.search(line)]

    def find(self, role, name):
        """All nodes with a role and a name."""
        return [node for *found, node in self._accessibles.walk() if found == [role, name]]

    def get_texts(self, dialog):
        """The texts in a dialog, in order."""
        return [name for node in self.find('dialog', dialog)
                for role, name, _node in self._accessibles.walk(node) if role == 'label']

    def wait_until(self, predicate, what):
        """Polls, as there is no notification when a window changes."""
        timer = GLib.timeout_add(200, lambda: GLib.SOURCE_CONTINUE)
        try:
            return self._bed.wait_until(predicate, 30, what)
        finally:
            GLib.source_remove(timer)

    def click(self, role, name):
        """Clicks the first node that is visible."""
        def find():
            centers = map(self._accessibles.get_center, self.find(role, name))
            return next(filter(None, centers), None)
        x, y = self.wait_until(find, f'{role} {name!r}')
        self._run('xdotool', 'mousemove', str(x), str(y), 'click', '1')

    def save_screenshot(self, name):
        self._run('import', '-window', 'root', f'{self._screenshots}/{name}.png')

    def stop(self):
        """Stops the programs so that the X server can clean up."""
        if self.settings:
            self.settings.signal(signal.SIGTERM)
            self.settings.wait(20)
        self._server.signal(signal.SIGTERM)
        self._server.wait(20)
