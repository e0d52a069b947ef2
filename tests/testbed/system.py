# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A private system bus with polkit, logind, UPower and users other than root."""

import os
import pwd
import tempfile
import xml.etree.ElementTree

from gi.repository import Gio, GLib

from . import bus, loop, namespace
from .case import Bed, Paths

STOCK_BUS = '/usr/share/dbus-1/system.conf'
POLICY_DIRECTORIES = ('/etc/dbus-1/system.d', '/usr/share/dbus-1/system.d')
OUR_POLICY = os.path.join(os.environ.get('top_srcdir', os.path.dirname(__file__) + '/../..'),
                          'data', 'org.freedesktop.ModemManager1.FibocomNL668.conf')
POLKITD = ('/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd')
RULES = '/etc/polkit-1/rules.d'
LOGIND = ('/lib/systemd/systemd-logind', '/usr/lib/systemd/systemd-logind')

POLKIT = 'org.freedesktop.PolicyKit1'
LOGIN = 'org.freedesktop.login1'
UPOWER = 'org.freedesktop.UPower'
MANAGER = (LOGIN, '/org/freedesktop/login1', 'org.freedesktop.login1.Manager')

CONFIGURATION = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  {policies}
  {includes}
</busconfig>
'''


def _find(paths):
    return next((path for path in paths if os.path.exists(path)), None)


def find_policy(name):
    """The path of a stock policy file."""
    return _find(f'{directory}/{name}.conf' for directory in POLICY_DIRECTORIES)


def _get_stock_policies():
    """The policies of the distribution's system bus, without its other settings: socket,
    pid file, user and services."""
    root = xml.etree.ElementTree.parse(STOCK_BUS).getroot()
    return '\n'.join(xml.etree.ElementTree.tostring(policy, encoding='unicode')
                     for policy in root.findall('policy'))


def find_namespace_obstacle():
    """Why a program cannot have its own mounts and network here, or None."""
    return namespace.find_obstacle('--mount')


def find_polkit_obstacle():
    """Why polkit and other users cannot be used here, or None."""
    if not _find(POLKITD) or not find_policy(POLKIT):
        return 'needs polkitd'
    if not os.path.exists(STOCK_BUS):
        return f'needs {STOCK_BUS}'
    return find_namespace_obstacle()


def find_logind_obstacle():
    """Why systemd-logind cannot run here, or None."""
    return find_namespace_obstacle() if _find(LOGIND) else 'needs systemd-logind'


def _get_service_environment(env):
    """The environment of programs whose warnings do not matter."""
    return {name: value for name, value in env.items() if name != 'G_DEBUG'}


def _unshare(*namespaces, script, args=()):
    """A command that runs a script in its own mount namespace."""
    return ['unshare', '--mount', *namespaces, '--propagation', 'private',
            'sh', '-e', '-c', script, 'sh', *args]


class SystemBus(bus.MessageBus):
    """A dbus-daemon of the system type.

    Its policies are single files, not the directories of the system, so that the result
    does not depend on what is installed there.
    """

    def __init__(self, directory, env, policies):  # pylint: disable=super-init-not-called
        # Other users need access to the socket.
        os.chmod(directory, 0o711)
        self._socket = os.path.join(directory, 'system-bus')
        self._configuration = os.path.join(directory, 'system-bus.conf')
        self._configure(policies)
        self.process = loop.Process(
            ['dbus-daemon', f'--config-file={self._configuration}', '--nofork', '--nopidfile',
             '--nosyslog', '--print-address'], env)
        loop.wait_until(lambda: self.process.output, 10, 'system bus')
        self.address = self.process.output[0]

    def _configure(self, policies):
        with open(self._configuration, 'w', encoding='utf-8') as file:
            file.write(CONFIGURATION.format(
                socket=self._socket,
                policies=_get_stock_policies(),
                includes='\n  '.join(f'<include>{path}</include>' for path in policies)))

    def set_policies(self, connection, policies):
        """Includes other policy files from now on. Connections stay open."""
        self._configure(policies)
        _call(connection, bus.BUS, '/org/freedesktop/DBus', bus.BUS, 'ReloadConfig')


def _call(connection, name, path, interface, method, arguments=None):
    return connection.call_sync(name, path, interface, method, arguments, None,
                                Gio.DBusCallFlags.NO_AUTO_START, 10000, None).unpack()


def wait_for_owner(connection, name, owned=True):
    """Waits until a name has an owner, or has none."""
    def look():
        (answer,) = _call(connection, bus.BUS, '/org/freedesktop/DBus', bus.BUS, 'NameHasOwner',
                          GLib.Variant('(s)', (name,)))
        return answer == owned
    watch = Gio.bus_watch_name_on_connection(connection, name, Gio.BusNameWatcherFlags.NONE,
                                             None, None)
    try:
        loop.wait_until(look, 20, f'owner of {name}: {owned}')
    finally:
        Gio.bus_unwatch_name(watch)


class Polkit:
    """The real polkitd, with our rules instead of those of the machine.

    It drops root privileges on its own. If this process is killed, it exits only with
    its bus.
    """

    def __init__(self, connection, directory, env, rules=''):
        own_rules = tempfile.mkdtemp(prefix='rules-', dir=directory)
        os.chmod(own_rules, 0o755)
        with open(os.path.join(own_rules, '10-test.rules'), 'w', encoding='utf-8') as file:
            file.write(rules)
        self._connection = connection
        script = f'mount --bind "$1" {RULES}; exec {_find(POLKITD)} --no-debug'
        self.process = loop.Process(_unshare(script=script, args=[own_rules]),
                                    _get_service_environment(env))
        wait_for_owner(connection, POLKIT)

    def stop(self):
        self.process.kill()
        wait_for_owner(self._connection, POLKIT, False)


class Logind:
    """The real systemd-logind, isolated from the sessions, seats and power keys of the
    machine by its own /run and network (for uevents). Without systemd on its bus, it
    cannot turn off the machine."""

    SCRIPT = f'''
        mount -t tmpfs -o mode=755 tmpfs /run
        mkdir -p /run/systemd/logind.conf.d
        printf '[Login]\\nNAutoVTs=0\\nReserveVT=0\\n' >/run/systemd/logind.conf.d/test.conf
        mount -t tmpfs -o mode=755 tmpfs /var/lib/systemd
        exec {_find(LOGIND)}
    '''

    def __init__(self, connection, env):
        self._connection = connection
        self.process = loop.Process(
            _unshare('--net', script=self.SCRIPT),
            _get_service_environment(env) | {'SYSTEMD_LOG_TARGET': 'console'})
        wait_for_owner(connection, LOGIN)

    def list_inhibitors(self):
        """What, who, why and mode of each inhibitor."""
        (inhibitors,) = _call(self._connection, *MANAGER, 'ListInhibitors')
        return [inhibitor[:4] for inhibitor in inhibitors]


class MockLogind(Logind):
    """The logind of python-dbusmock, which inhibits nothing but lists inhibitors."""

    def __init__(self, connection, env):  # pylint: disable=super-init-not-called
        self._connection = connection
        self.process = loop.Process(
            ['/usr/bin/python3', '-m', 'dbusmock', '--system', '--template', 'logind'],
            _get_service_environment(env))
        wait_for_owner(connection, LOGIN)


class MockUPower:
    """The UPower of python-dbusmock."""

    # Of the property State
    CHARGING, DISCHARGING, FULL = 1, 2, 4

    def __init__(self, connection, env):
        self._connection = connection
        self.process = loop.Process(
            ['/usr/bin/python3', '-m', 'dbusmock', '--system', '--template', 'upower'],
            _get_service_environment(env))
        wait_for_owner(connection, UPOWER)

    def set_battery(self, state, percentage, is_present=True):
        for name, value in (('State', GLib.Variant('u', state)),
                            ('Percentage', GLib.Variant('d', percentage)),
                            ('IsPresent', GLib.Variant('b', is_present))):
            _call(self._connection, UPOWER, f'/{UPOWER.replace(".", "/")}/devices/DisplayDevice',
                  bus.PROPERTIES, 'Set', GLib.Variant('(ssv)', (UPOWER + '.Device', name, value)))

    def stop(self):
        self.process.kill()
        wait_for_owner(self._connection, UPOWER, False)


class SystemBed(Bed):
    """A bed with a system bus, polkit and users."""

    POLICIES = (find_policy(bus.SERVICE), OUR_POLICY, find_policy(POLKIT))

    def _make_bus(self):
        return SystemBus(self.directory, self.env, self.POLICIES)

    def start_daemon(self, plugins=None, options=('--debug', '--test-no-suspend-resume'),
                     program=Paths.daemon):
        self.start_polkit()
        super().start_daemon(plugins, options, program)

    def start_polkit(self, rules=''):
        self.polkit = Polkit(self.connection, self.directory, self.env, rules)
        self._keep(self.polkit.process)

    def restart_polkit(self, rules=''):
        """Changes the rules. A restart is needed to know when they are in effect."""
        self.polkit.stop()
        self.start_polkit(rules)

    def set_policies(self, *policies):
        self.bus.set_policies(self.connection, policies)

    def run_as(self, user, *argv):
        """Runs a program as a user; returns its exit status and output."""
        entry = pwd.getpwnam(user)
        # With coverage, programs complain if they cannot write their counters
        counters = tempfile.mkdtemp(dir=self.directory)
        os.chown(counters, entry.pw_uid, entry.pw_gid)
        process = self._keep(loop.Process(
            ['setpriv', f'--reuid={entry.pw_uid}', f'--regid={entry.pw_gid}', '--clear-groups',
             '--inh-caps=-all', '--', *argv],
            _get_service_environment(self.env) | {'HOME': '/', 'GCOV_PREFIX': counters},
            merge=True))
        process.end_input()
        return process.wait(30), process.stdout

    def call_as(self, user, path, method, *arguments):
        """Calls a method of the daemon as a user; arguments are in GVariant text format."""
        return self.run_as(user, 'gdbus', 'call', '--system', '--dest', bus.SERVICE,
                           '--object-path', path, '--method', method, *arguments)


class LoginBed(SystemBed):
    """A system bed whose policies allow logind."""

    POLICIES = (*SystemBed.POLICIES, find_policy(LOGIN))
