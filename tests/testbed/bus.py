# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A private message bus, and ModemManager as seen on it."""

import collections
import enum
import os
import time

from gi.repository import Gio, GLib

from .loop import Process, wait_until

BUS = 'org.freedesktop.DBus'
SERVICE = 'org.freedesktop.ModemManager1'
ROOT = '/org/freedesktop/ModemManager1'
MODEM = 'org.freedesktop.ModemManager1.Modem'
SIMPLE = MODEM + '.Simple'
SIGNAL = MODEM + '.Signal'
UPDATE = 'org.freedesktop.ModemManager1.Modem.Firmware.Update'
PROPERTIES = 'org.freedesktop.DBus.Properties'
PEER = 'org.freedesktop.DBus.Peer'
OBJECT_MANAGER = 'org.freedesktop.DBus.ObjectManager'
ERROR = 'org.freedesktop.ModemManager1.Error.'

STATE_LOCKED = 2
STATE_DISABLED = 3
STATE_REGISTERED = 8

CONFIGURATION = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={directory}</listen>
  <auth>EXTERNAL</auth>
  <limit name="max_replies_per_connection">50000</limit>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''


class State(enum.IntEnum):
    """The property "State" of our interface."""
    UNKNOWN = 0
    IDLE = 1
    PREPARING = 2
    DOWNLOADING = 3
    INSTALLING = 4
    SUCCEEDED = 5
    FAILED = 6


Event = collections.namedtuple('Event', 'kind path interface values time device')


class MessageBus:
    """A private dbus-daemon."""

    def __init__(self, directory, env):
        configuration = os.path.join(directory, 'bus.conf')
        with open(configuration, 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(directory=directory))
        self.process = Process(
            ['dbus-daemon', f'--config-file={configuration}', '--nofork', '--print-address'], env)
        wait_until(lambda: self.process.output, 10, 'message bus')
        self.address = self.process.output[0]

    def connect(self):
        return Gio.DBusConnection.new_for_address_sync(
            self.address,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
            None, None)


class Call:
    """A pending method call."""

    def __init__(self, connection, path, interface, method, arguments, timeout=60):
        self.done = False
        self.result = None
        self.error_name = None
        self.message = None
        connection.call(SERVICE, path, interface, method, arguments, None,
                        Gio.DBusCallFlags.NO_AUTO_START, timeout * 1000, None, self._finish)

    def _finish(self, connection, result):
        try:
            self.result = connection.call_finish(result).unpack()
        except GLib.Error as error:
            self.error_name = Gio.DBusError.get_remote_error(error)
            self.message = error.message.removeprefix(f'GDBus.Error:{self.error_name}: ')
        self.done = True

    def wait(self, timeout=60):
        wait_until(lambda: self.done, timeout, 'answer to a method call')
        return self


def sync(connection):
    """Waits until all signals that ModemManager has sent so far are received."""
    Call(connection, ROOT, PEER, 'Ping', None).wait()


class Observer:
    """All modem objects and their events, in order."""

    def __init__(self, connection):
        self.connection = connection
        self.objects = {}
        self.events = []
        self._devices = {}
        for interface, member, callback in (
                (OBJECT_MANAGER, 'InterfacesAdded', self._interfaces_added),
                (OBJECT_MANAGER, 'InterfacesRemoved', self._interfaces_removed),
                (PROPERTIES, 'PropertiesChanged', self._properties_changed)):
            connection.signal_subscribe(
                None, interface, member, None, None, Gio.DBusSignalFlags.NONE, callback)
        connection.signal_subscribe(
            BUS, BUS, 'NameOwnerChanged', None, SERVICE, Gio.DBusSignalFlags.NONE,
            self._name_owner_changed)

    def _add_event(self, kind, path, interface, values):
        self.events.append(Event(kind, path, interface, values, time.monotonic(),
                                 self._devices.get(path)))

    def _name_owner_changed(self, _connection, _sender, _path, _interface, _signal, parameters):
        _name, _old, new = parameters.unpack()
        # A daemon that was killed sends no InterfacesRemoved
        if not new:
            for path, interfaces in self.objects.items():
                for interface in interfaces:
                    self._add_event('removed', path, interface, {})
            self.objects.clear()

    def _interfaces_added(self, _connection, _sender, _path, _interface, _signal, parameters):
        path, interfaces = parameters.unpack()
        current = self.objects.setdefault(path, {})
        current.update({interface: dict(values) for interface, values in interfaces.items()})
        if MODEM in interfaces:
            self._devices[path] = interfaces[MODEM]['Device']
        # The modem interface first, regardless of the order on the bus
        for interface, values in sorted(interfaces.items()):
            self._add_event('added', path, interface, values)

    def _interfaces_removed(self, _connection, _sender, _path, _interface, _signal, parameters):
        path, interfaces = parameters.unpack()
        for interface in interfaces:
            self.objects.get(path, {}).pop(interface, None)
            self._add_event('removed', path, interface, {})
        if not self.objects.get(path):
            self.objects.pop(path, None)

    def _properties_changed(self, _connection, _sender, path, _interface, _signal, parameters):
        interface, values, _invalidated = parameters.unpack()
        self.objects.get(path, {}).get(interface, {}).update(values)
        self._add_event('changed', path, interface, values)

    def find(self, device):
        """The path of the modem object of a device, or None."""
        for path, interfaces in self.objects.items():
            if MODEM in interfaces and interfaces[MODEM]['Device'] == device:
                return path
        return None

    def get_changes(self, device, interface, since=0):
        """The events of an interface on all modem objects of a device."""
        return [event for event in self.events[since:]
                if event.interface == interface and event.device == device]


class Modem:
    """One modem object."""

    def __init__(self, observer, path):
        self.observer = observer
        self.path = path

    @property
    def exists(self):
        return self.path in self.observer.objects

    @property
    def index(self):
        return self.path.rpartition('/')[2]

    @property
    def properties(self):
        return self.observer.objects[self.path][MODEM]

    def get_interface(self, interface):
        """The properties of an interface, or None."""
        return self.observer.objects.get(self.path, {}).get(interface)

    @property
    def update(self):
        """The properties of our interface, or None."""
        return self.get_interface(UPDATE)

    @property
    def state(self):
        return State(self.update['State']) if self.update else None

    def read_update(self):
        """The result of GetAll, as opposed to the announced properties."""
        call = Call(self.observer.connection, self.path, PROPERTIES, 'GetAll',
                    GLib.Variant('(s)', (UPDATE,))).wait()
        return call.result[0]

    def start(self, settings):
        """Calls Start(); strings need not be wrapped in variants."""
        settings = {key: value if isinstance(value, GLib.Variant) else GLib.Variant('s', value)
                    for key, value in settings.items()}
        return Call(self.observer.connection, self.path, UPDATE, 'Start',
                    GLib.Variant('(a{sv})', (settings,)))

    def wait_for_state(self, *states, timeout=20):
        return wait_until(lambda: self.exists and self.state in states, timeout,
                          f'state {" or ".join(state.name for state in states)} of {self.path}, '
                          f'which is {self.update}')

    def enable(self):
        """Enables the modem and waits until it is registered."""
        enable_all(self)

    def connect(self):
        """Starts a data connection on the AT port, if the module has no other interface."""
        call = Call(self.observer.connection, self.path, SIMPLE, 'Connect',
                    GLib.Variant('(a{sv})', ({'apn': GLib.Variant('s', 'internet')},))).wait()
        assert not call.error_name, call.message

    def disconnect(self):
        Call(self.observer.connection, self.path, SIMPLE, 'Disconnect',
             GLib.Variant('(o)', ('/',))).wait()
        wait_until(lambda: self.properties['State'] == STATE_REGISTERED, 30, 'registered')


def enable_all(*modems):
    """Enables modems at once and waits until all are registered."""
    calls = [Call(modem.observer.connection, modem.path, MODEM, 'Enable',
                  GLib.Variant('(b)', (True,))) for modem in modems]
    for call in calls:
        call.wait()
        assert not call.error_name, call.message
    for modem in modems:
        wait_until(lambda m=modem: m.properties['State'] >= STATE_REGISTERED, 20, 'registration')


def wait_for_signal(modem):
    """Waits for the values that the daemon polls, after which the modem no longer changes."""
    wait_until(lambda: modem.properties['AccessTechnologies'], 20, 'access technology')
    wait_until(lambda: modem.properties['SignalQuality'][0], 20, 'signal quality')
