# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""NetworkManager on the bus of a bed, in the network namespace of its daemon."""

import os
import shutil
import signal
import subprocess

from . import loop, namespace, system

SERVICE = 'org.freedesktop.NetworkManager'

# It must manage nothing but the modem, and works for root without polkit
CONFIGURATION = '''[main]
plugins=keyfile
dns=none
rc-manager=unmanaged
systemd-resolved=false
hostname-mode=none
auth-polkit=false
no-auto-default=*

[keyfile]
path={directory}/connections
unmanaged-devices=type:ethernet,type:loopback

[connectivity]
enabled=false
'''

# The state of the machine's NetworkManager is hidden. With a read-only /sys, it does not
# wait for udev, which does not know this namespace.
SCRIPT = '''
    mount -t tmpfs tmpfs /run
    mount -t sysfs -o ro sysfs /sys
    mount --bind "$1/state" /var/lib/NetworkManager
    exec NetworkManager --debug --config "$1/NetworkManager.conf" --config-dir "$1/none" \\
        --system-config-dir "$1/none" --intern-config "$1/state/intern.conf"
'''


def find_obstacle():
    """Why NetworkManager cannot run here, or None."""
    for program in ('NetworkManager', 'nmcli'):
        if not shutil.which(program):
            return f'needs {program}'
    return namespace.find_obstacle()


class Interfaces:
    """Kernel network interfaces for the simulated modules: veth pairs that come and go
    with their modules."""

    def __init__(self, simulator, enter):
        self._directory = os.path.join(simulator.directory, 'sys/class/net')
        self._enter = enter
        self._names = set()
        self.update()
        simulator.on_usb = self.update

    def run_ip(self, *args):
        return subprocess.run([*self._enter, 'ip', *args], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def update(self):
        exists = os.path.isdir(self._directory)
        names = set(os.listdir(self._directory)) if exists else set()
        for name in names - self._names:
            self.run_ip('link', 'add', name, 'type', 'veth', 'peer', 'name', f'{name}-peer')
            self.run_ip('link', 'set', f'{name}-peer', 'up')
        for name in self._names - names:
            self.run_ip('link', 'delete', name)
        self._names = names


class NetworkManager:
    """NetworkManager. Its log is all of its output."""

    def __init__(self, bed):
        self._bed = bed
        self._env = {name: value for name, value in bed.env.items() if name != 'G_DEBUG'}
        self._directory = self._make_directory()
        enter = ['nsenter', f'--net=/proc/{bed.daemon.process.pid}/ns/net', '--']
        self.interfaces = Interfaces(bed.simulator, enter)
        self.process = loop.Process(
            [*enter, 'unshare', '--mount', '--propagation', 'private', 'sh', '-e', '-c', SCRIPT,
             'sh', self._directory], self._env, merge=True)
        bed.processes.append(self.process)
        system.wait_for_owner(bed.connection, SERVICE)

    def _make_directory(self):
        directory = os.path.join(self._bed.directory, 'network-manager')
        for name in ('connections', 'state', 'none'):
            os.makedirs(os.path.join(directory, name))
        with open(f'{directory}/NetworkManager.conf', 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(directory=directory))
        return directory

    @property
    def log(self):
        return self.process.output

    def start_nmcli(self, *args, on_line=None):
        client = loop.Process(['nmcli', *args], self._env, on_line=on_line)
        self._bed.processes.append(client)
        return client

    def nmcli(self, *args):
        """Runs nmcli; returns its output."""
        client = self.start_nmcli(*args)
        status = client.wait(60)
        if status != 0:
            raise AssertionError(f'{client.argv}: {status}: {client.stdout}{client.stderr}')
        return client.stdout

    def list_modems(self):
        """The name, state and connection of each modem."""
        lines = self.nmcli('-t', '-f', 'TYPE,DEVICE,STATE,CONNECTION', 'device').splitlines()
        return [tuple(line.split(':')[1:]) for line in lines if line.startswith('gsm:')]

    def stop(self):
        """Stops NetworkManager with SIGTERM."""
        self._bed.simulator.on_usb = None
        self.process.signal(signal.SIGTERM)
        self.process.wait(20)
