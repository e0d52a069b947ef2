# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A private bus of the system type, and what else a system has: polkit, logind
and users that are not root."""

import os
import pwd
import subprocess
import tempfile
import xml.etree.ElementTree

from gi.repository import Gio, GLib

from . import bus, loop
from .case import Bed

STOCK_BUS = '/usr/share/dbus-1/system.conf'
POLICY_DIRECTORIES = ('/etc/dbus-1/system.d', '/usr/share/dbus-1/system.d')
OUR_POLICY = os.path.join(os.environ.get('top_srcdir', os.path.dirname(__file__) + '/../..'),
                          'data', 'org.freedesktop.ModemManager1.FibocomNL668.conf')
POLKITD = ('/usr/lib/polkit-1/polkitd', '/usr/libexec/polkitd')
RULES = '/etc/polkit-1/rules.d'
LOGIND = ('/lib/systemd/systemd-logind', '/usr/lib/systemd/systemd-logind')

POLKIT = 'org.freedesktop.PolicyKit1'
LOGIN = 'org.freedesktop.login1'
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
    """A stock policy file, wherever the distribution has it."""
    return _find(f'{directory}/{name}.conf' for directory in POLICY_DIRECTORIES)


def _get_stock_policies():
    """What the distribution's own system bus allows, and nothing else of it: no
    socket, no pid file, no user, no services to activate."""
    root = xml.etree.ElementTree.parse(STOCK_BUS).getroot()
    return '\n'.join(xml.etree.ElementTree.tostring(policy, encoding='unicode')
                     for policy in root.findall('policy'))


def find_namespace_obstacle():
    """Why a program cannot have mounts and a network of its own here, or None."""
    if os.geteuid() != 0:
        return 'takes root'
    if subprocess.run(['unshare', '--mount', '--net', 'true'], stderr=subprocess.DEVNULL,
                      check=False).returncode != 0:
        return 'takes namespaces (CAP_SYS_ADMIN)'
    return None


def find_polkit_obstacle():
    """Why polkit and users cannot be had here, or None."""
    if not _find(POLKITD) or not find_policy(POLKIT):
        return 'takes polkitd'
    if not os.path.exists(STOCK_BUS):
        return f'takes {STOCK_BUS}'
    return find_namespace_obstacle()


def find_logind_obstacle():
    """Why systemd-logind cannot be had here, or None."""
    return find_namespace_obstacle() if _find(LOGIND) else 'takes systemd-logind'


def _get_service_environment(env):
    """For programs that are no business of ours, warnings included"""
    return {name: value for name, value in env.items() if name != 'G_DEBUG'}


def _unshare(*namespaces, script, args=()):
    """A command that runs a script with mounts of its own."""
    return ['unshare', '--mount', *namespaces, '--propagation', 'private',
            'sh', '-e', '-c', script, 'sh', *args]


class SystemBus(bus.MessageBus):
    """A dbus-daemon of the system type: it allows what the policies say.

    They are single files, not the directories of the system: what is installed
    there, perhaps our own policy, must not decide a test.
    """

    def __init__(self, directory, env, policies):  # pylint: disable=super-init-not-called
        # Other users have to get at the socket.
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
        """Includes other files from now on; connections stay."""
        self._configure(policies)
        _call(connection, bus.BUS, '/org/freedesktop/DBus', bus.BUS, 'ReloadConfig')


def _call(connection, name, path, interface, method, arguments=None):
    return connection.call_sync(name, path, interface, method, arguments, None,
                                Gio.DBusCallFlags.NO_AUTO_START, 10000, None).unpack()


def wait_for_owner(connection, name, owned=True):
    """Waits until there is one, or until there is none."""
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
    """The real polkitd, with rules of ours instead of the machine's.

    It starts as root and becomes the user polkitd by itself; then only the end
    of its bus ends it, should this process be killed.
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
    """The real systemd-logind, with a /run and a network (for uevents) of its
    own, so that it sees no session, seat or power key of the machine, nor they
    it. Without systemd on its bus it cannot turn anything off."""

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
        """What, who, why and mode of each."""
        (inhibitors,) = _call(self._connection, *MANAGER, 'ListInhibitors')
        return [inhibitor[:4] for inhibitor in inhibitors]


class MockLogind(Logind):
    """That of python-dbusmock, which blocks nothing but says what is held."""

    def __init__(self, connection, env):  # pylint: disable=super-init-not-called
        self._connection = connection
        self.process = loop.Process(
            ['/usr/bin/python3', '-m', 'dbusmock', '--system', '--template', 'logind'],
            _get_service_environment(env))
        wait_for_owner(connection, LOGIN)


class SystemBed(Bed):
    """A bed with a bus of the system type, polkit, and users."""

    POLICIES = (find_policy(bus.SERVICE), OUR_POLICY, find_policy(POLKIT))

    def _make_bus(self):
        return SystemBus(self.directory, self.env, self.POLICIES)

    def start_daemon(self, plugins=None, options=('--debug', '--test-no-suspend-resume')):
        self.start_polkit()
        super().start_daemon(plugins, options)

    def start_polkit(self, rules=''):
        self.polkit = Polkit(self.connection, self.directory, self.env, rules)
        self._keep(self.polkit.process)

    def restart_polkit(self, rules=''):
        """It would read other rules by itself, but not tell when it has."""
        self.polkit.stop()
        self.start_polkit(rules)

    def set_policies(self, *policies):
        self.bus.set_policies(self.connection, policies)

    def run_as(self, user, *argv):
        """Runs a program as that user, and returns its exit status and output."""
        entry = pwd.getpwnam(user)
        process = self._keep(loop.Process(
            ['setpriv', f'--reuid={entry.pw_uid}', f'--regid={entry.pw_gid}', '--clear-groups',
             '--inh-caps=-all', '--', *argv],
            _get_service_environment(self.env) | {'HOME': '/'}, merge=True))
        process.end_input()
        return process.wait(30), process.stdout

    def call_as(self, user, path, method, *arguments):
        """Calls a method of the daemon as that user; arguments are GVariant texts."""
        return self.run_as(user, 'gdbus', 'call', '--system', '--dest', bus.SERVICE,
                           '--object-path', path, '--method', method, *arguments)


class LoginBed(SystemBed):
    """A bed with logind as well."""

    POLICIES = (*SystemBed.POLICIES, find_policy(LOGIN))
