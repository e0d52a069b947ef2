#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates the firmware of a modem, and follows the update to its end.

    update.py MODEM URL

MODEM is the index of the modem. The exit status is 0 if the firmware was updated.
"""

import sys

from gi.repository import Gio, GLib

SERVICE = 'org.freedesktop.ModemManager1'
ROOT = '/org/freedesktop/ModemManager1'
MODEM = 'org.freedesktop.ModemManager1.Modem'
UPDATE = 'org.freedesktop.ModemManager1.Modem.Firmware.Update'

STATES = (None, 'idle', 'preparing', 'downloading', 'installing', 'succeeded', 'failed')

# Allows time to switch to a better network, and to enter a password for polkit
START_TIMEOUT = 600 * 1000


def get(proxy, name):
    value = proxy.get_cached_property(name)
    # A GVariant of value 0 is false
    return None if value is None else value.unpack()


class Updater:
    """An update of one module, which gets a new modem object when it restarts."""

    def __init__(self, index, url):
        self.loop = GLib.MainLoop()
        self.success = False
        self.shown = None
        self.manager = Gio.DBusObjectManagerClient.new_for_bus_sync(
            Gio.BusType.SYSTEM, Gio.DBusObjectManagerClientFlags.DO_NOT_AUTO_START,
            SERVICE, ROOT, None, None, None)
        path = f'{ROOT}/Modem/{index}'
        modem = self.manager.get_interface(path, MODEM)
        update = self.manager.get_interface(path, UPDATE)
        if not modem or not update:
            sys.exit('error: there is no such modem, or it does not support firmware updates')

        # After the restart, the module has a different object, but the same IMEI
        self.imei = get(modem, 'EquipmentIdentifier')
        # Distinguishes this update from an earlier one
        self.previous_start = get(update, 'Started')
        for signal in ('object-added', 'interface-added', 'interface-proxy-properties-changed'):
            self.manager.connect(signal, self.look)

        settings = {'url': GLib.Variant('s', url)}
        update.call('Start', GLib.Variant('(a{sv})', (settings,)), Gio.DBusCallFlags.NONE,
                    START_TIMEOUT, None, self.started)

    def started(self, update, result):
        try:
            update.call_finish(result)
        except GLib.Error as error:
            Gio.DBusError.strip_remote_error(error)
            self.end(False, error.message)

    def find_update(self):
        for candidate in self.manager.get_objects():
            modem, update = candidate.get_interface(MODEM), candidate.get_interface(UPDATE)
            if modem and update and get(modem, 'EquipmentIdentifier') == self.imei:
                return update
        return None

    def look(self, *_args):
        update = self.find_update()
        if not update or get(update, 'Started') == self.previous_start:
            return
        state, progress = STATES[get(update, 'State')], get(update, 'Progress')
        if (state, progress) != self.shown:
            self.shown = (state, progress)
            print(f'{state}: {progress}%', flush=True)
        if state == 'succeeded':
            self.end(True, f'{get(update, "PreviousVersion")} -> {get(update, "CurrentVersion")}')
        elif state == 'failed':
            _name, message = get(update, 'Error')
            self.end(False, message)

    def end(self, success, text):
        # Queued signals may still arrive
        if not self.loop.is_running():
            return
        self.success = success
        print(text if success else f'error: {text}', file=sys.stdout if success else sys.stderr)
        self.loop.quit()


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    updater = Updater(*sys.argv[1:])
    updater.loop.run()
    return 0 if updater.success else 1


if __name__ == '__main__':
    sys.exit(main())
