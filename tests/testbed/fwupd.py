# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""fwupd on the bus of a bed."""

import os
import signal

from gi.repository import Gio, GLib

from . import loop, system

PROGRAMS = ('/usr/libexec/fwupd/fwupd', '/usr/lib/fwupd/fwupd')
SERVICE = 'org.freedesktop.fwupd'

CONFIGURATION = '''[fwupd]
IdleTimeout=0
P2pPolicy=nothing
EspLocation={directory}
'''


def _find_program():
    return next((path for path in PROGRAMS if os.path.exists(path)), None)


def find_obstacle():
    """Why fwupd cannot run here, or None."""
    if os.geteuid() != 0:
        return 'needs root'
    return None if _find_program() else 'needs fwupd'


class Fwupd:
    """fwupd, with an empty state and no remotes. Its log is all of its output. It sees the
    simulated modules through ModemManager, if it is built with that, and through udev; they are
    no devices of libusb."""

    def __init__(self, bed):
        self._bed = bed
        self._directory = os.path.join(bed.directory, 'fwupd')
        os.makedirs(f'{self._directory}/remotes.d', exist_ok=True)
        with open(f'{self._directory}/fwupd.conf', 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(directory=self._directory))
        os.chmod(file.name, 0o640)
        self.process = loop.Process(
            bed.make_client_command(_find_program(), '--verbose'), self._make_environment(),
            merge=True)
        bed.processes.append(self.process)
        system.wait_for_owner(bed.connection, SERVICE)

    def _make_environment(self):
        env = {name: value for name, value in self._bed.usb_env.items() if name != 'G_DEBUG'}
        names = ('FWUPD_LOCALSTATEDIR', 'FWUPD_SYSCONFDIR', 'FWUPD_RUNDIR', 'FWUPD_LOCKDIR',
                 'STATE_DIRECTORY', 'CACHE_DIRECTORY', 'RUNTIME_DIRECTORY',
                 'CONFIGURATION_DIRECTORY', 'LOCALCONF_DIRECTORY')
        return env | {name: self._directory for name in names}

    @property
    def log(self):
        return self.process.output

    @property
    def knows_modems(self):
        """Whether it was built with support for ModemManager."""
        return any('modem_manager' in line for line in self.log)

    def list_devices(self):
        """The properties of each device. It has its own error if there are none."""
        try:
            (devices,) = self._bed.connection.call_sync(
                SERVICE, '/', SERVICE, 'GetDevices', None, None, Gio.DBusCallFlags.NO_AUTO_START,
                20000, None).unpack()
        except GLib.Error as error:
            if Gio.DBusError.get_remote_error(error) != f'{SERVICE}.NothingToDo':
                raise
            return []
        return devices

    def stop(self):
        self.process.signal(signal.SIGTERM)
        self.process.wait(20)
