# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A client on the bus that prints the time of each change of a property. It uses no
library and no thread that would add to the latency.

Arguments: the bus address, an object, an interface and a property."""

import socket
import sys
import time

from gi.repository import Gio, GLib

BUS = 'org.freedesktop.DBus'
SIZE = 1 << 16


def connect(address):
    """Connects and authenticates. The address must be a path."""
    keys = dict(pair.split('=', 1) for pair in address.partition(':')[2].split(','))
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(keys['path'])
    for line, answer in ((b'\0AUTH EXTERNAL', b'DATA'), (b'DATA', b'OK')):
        connection.sendall(line + b'\r\n')
        assert connection.recv(SIZE).startswith(answer)
    connection.sendall(b'BEGIN\r\n')
    return connection


def call(connection, serial, method, arguments=None):
    message = Gio.DBusMessage.new_method_call(BUS, '/org/freedesktop/DBus', BUS, method)
    message.set_serial(serial)
    if arguments:
        message.set_body(arguments)
    connection.sendall(message.to_blob(Gio.DBusCapabilityFlags.NONE))


def main(address, path, interface, name):
    connection = connect(address)
    rule = f"type='signal',member='PropertiesChanged',path='{path}',arg0='{interface}'"
    call(connection, 1, 'Hello')
    call(connection, 2, 'AddMatch', GLib.Variant('(s)', (rule,)))
    # Its answer shows that the match rule is in place
    call(connection, 3, 'GetNameOwner', GLib.Variant('(s)', (BUS,)))
    heard = b''
    while heard.count(BUS.encode() + b'\0') < 3:
        heard += connection.recv(SIZE)
    print('ready', flush=True)
    while message := connection.recv(SIZE):
        now = time.monotonic()
        if name.encode() in message:
            print(now, flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
