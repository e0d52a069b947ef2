# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Authorization on a system bus, with the stock policy and ours, a real polkitd, and
callers that are root or an ordinary user."""

import os
import re
import shutil
import time
import unittest

from testbed import bus
from testbed.bus import ERROR, MODEM, PROPERTIES, UPDATE
from testbed.case import Paths
from testbed.daemon import OPTIONS
from testbed.system import (LOGIN, OUR_POLICY, POLKIT, Logind, LoginBed, SystemBed,
                            find_logind_obstacle, find_policy, find_polkit_obstacle)
from testbed.tap import comment, main

PRELOAD = os.path.join(Paths.build, 'tests', 'testbed', '.libs', 'preload-no-polkit.so')

URL = 'http://127.0.0.1:9/package'
SETTINGS = f"{{'url': <'{URL}'>}}"
GTOTA = f'AT+GTOTA=0,"{URL}"'
START = f'{UPDATE}.Start'
LIST = f'{MODEM}.Firmware.List'
SELECT = f'{MODEM}.Firmware.Select'

ACTION = 'org.freedesktop.ModemManager1.Firmware'
USERS = ('root', 'nobody')

PACKAGE = f'''[Package]
Model=NL668-EAU*
From=19011.1000.00.*
To=19011.1000.00.02.73.15
URL={URL}
'''

# Calls a method 120 times on each of 10 connections, and counts the errors
FLOOD = '''
import sys
from gi.repository import Gio, GLib
def call_cb(connection, result):
    try:
        connection.call_finish(result)
    except GLib.Error as error:
        errors.append(error.message)
    answers.append(result)
    if len(answers) == 1200:
        loop.quit()
_, service, path, interface, method = sys.argv
loop, answers, errors = GLib.MainLoop(), [], []
address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SYSTEM)
flags = Gio.DBusConnectionFlags
flags = flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION
connections = [Gio.DBusConnection.new_for_address_sync(address, flags) for _ in range(10)]
for connection in connections:
    for _ in range(120):
        connection.call(service, path, interface, method, None, None, Gio.DBusCallFlags.NONE,
                        60000, None, call_cb)
loop.run()
print(len(errors))
'''

RULE = '''polkit.addRule(function(action, subject) {
    if (action.id == "%s" && subject.user == "nobody")
        return polkit.Result.%s;
});
'''
MAY_UPDATE = RULE % (ACTION, 'YES')
MAY_UPDATE_WITH_PASSWORD = RULE % (ACTION, 'AUTH_ADMIN')
MAY_REBOOT = RULE % ('org.freedesktop.login1.reboot', 'YES')


def setUpModule():  # pylint: disable=invalid-name
    if obstacle := find_polkit_obstacle():
        raise unittest.SkipTest(obstacle)


class SystemCase(unittest.TestCase):
    """A modem that does nothing on its own, and calls by root and by an ordinary user."""

    maxDiff = None

    @classmethod
    def start_daemon(cls):
        cls.bed.start_daemon()

    @classmethod
    def setUpClass(cls):
        cls.bed = SystemBed()
        cls.addClassCleanup(cls.bed.finish)
        cls.start_daemon()
        cls.module, cls.modem = cls.bed.add_modem(download='manual')
        cls.modem.enable()

    def setUp(self):
        self.commands = self.module.get_our_commands()

    def call(self, user, method, *arguments):
        return self.bed.call_as(user, self.modem.path, method, *arguments)

    def start(self, user):
        return self.call(user, START, SETTINGS)

    def set_rules(self, rules):
        self.bed.restart_polkit(rules)
        self.addCleanup(self.bed.restart_polkit)

    def set_package(self, name='a', contents=PACKAGE):
        directory = os.path.join(self.bed.env['FIBOCOM_NL668_CONFIG_DIR'], 'packages.d')
        path = os.path.join(directory, f'{name}.conf')
        os.makedirs(directory, exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(contents)
        self.addCleanup(os.unlink, path)

    def check_root(self):
        """Lists a package, and selects it."""
        self.set_package()
        status, text = self.call('root', LIST)
        self.assertEqual(status, 0, text)
        self.assertIn("'unique-id': <'a'>", text)
        self.assert_started(self.call('root', SELECT, 'a'))

    def assert_nothing_sent(self):
        self.assertEqual(self.module.get_our_commands(), self.commands)

    def assert_denied_by_polkit(self, answer, words='not authorized'):
        status, text = answer
        self.assertEqual(status, 1)
        self.assertIn(f'{ERROR}Core.Unauthorized', text)
        self.assertIn(f"PolicyKit authorization failed: {words} for '{ACTION}'", text)
        self.assert_nothing_sent()

    def assert_denied_by_bus(self, answer):
        status, text = answer
        self.assertEqual(status, 1)
        self.assertIn('org.freedesktop.DBus.Error.AccessDenied', text)
        self.assertIn('Rejected send message', text)
        self.assert_nothing_sent()

    def assert_started(self, answer):
        """Checks that the update was started, then ends it."""
        self.assertEqual(answer, (0, '()\n'))
        self.assertIn(GTOTA, self.module.get_our_commands()[len(self.commands):])
        type(self).modem = self.bed.end_update(self.module)


class Start(SystemCase):
    """The Start method."""

    def test_root(self):
        """root is authorized"""
        self.assert_started(self.start('root'))

    def test_user(self):
        """polkit denies an ordinary user"""
        self.assert_denied_by_polkit(self.start('nobody'))

    def test_nonsense(self):
        """the error of a denied call is about authorization, not about its settings"""
        for settings in ("{'x': <1>}", '@a{sv} {}', "{'package': <'x'>}"):
            self.assert_denied_by_polkit(self.call('nobody', START, settings))

    def test_rule(self):
        """a rule of the administrator can authorize a user"""
        self.set_rules(MAY_UPDATE)
        self.assert_started(self.start('nobody'))

    def test_password(self):
        """a user is denied if polkit needs a password and there is no agent"""
        self.set_rules(MAY_UPDATE_WITH_PASSWORD)
        self.assert_denied_by_polkit(self.start('nobody'), 'challenge needed')

    def test_without_polkit(self):
        """nobody is authorized while polkitd is not running, not even root"""
        self.bed.polkit.stop()
        self.addCleanup(self.start_polkit)
        for user in USERS:
            status, text = self.start(user)
            self.assertEqual(status, 1)
            self.assertIn('PolicyKit authorization failed', text)
            self.assert_nothing_sent()
        self.start_polkit()
        self.assert_started(self.start('root'))

    def start_polkit(self):
        if not self.bed.polkit.process.running:
            self.bed.start_polkit()


class TestSession(SystemCase):
    """A daemon in a test session, which says yes to everybody."""

    @classmethod
    def start_daemon(cls):
        cls.bed.start_daemon(options=OPTIONS)

    def assert_denied_by_us(self, answer):
        status, text = answer
        self.assertEqual(status, 1, text)
        self.assertIn(f'{ERROR}Core.Unauthorized', text)
        self.assertIn('this ModemManager does not use polkit: only root may update the firmware',
                      text)
        self.assert_nothing_sent()

    def test_user(self):
        """an ordinary user may neither start an update, nor list and select packages of ours"""
        self.assert_denied_by_us(self.start('nobody'))
        self.assert_denied_by_us(self.call('nobody', START, "{'x': <1>}"))
        self.set_package()
        self.assert_denied_by_us(self.call('nobody', LIST))
        self.assert_denied_by_us(self.call('nobody', SELECT, 'a'))
        self.assert_denied_by_us(self.call('nobody', SELECT, 'unknown'))

    def test_zz_root(self):
        """root may do all of that"""
        self.check_root()


class NoPolkit(TestSession):
    """A daemon without polkit, which says yes to everybody."""

    @classmethod
    def start_daemon(cls):
        program = shutil.copy(Paths.daemon, cls.bed.directory)
        with open(program, 'rb') as file:
            contents = file.read()
        with open(program, 'wb') as file:
            file.write(contents.replace(b'\0polkit_authority_check_authorization\0',
                                        b'\0polkit_authority_allow_authorization\0'))
        cls.bed.usb_env['LD_PRELOAD'] += f':{PRELOAD}'
        cls.bed.start_daemon(program=program)


class Policy(SystemCase):
    """Our D-Bus policy."""

    def set_policies(self, *policies):
        self.bed.set_policies(*policies)
        self.addCleanup(self.bed.set_policies, *SystemBed.POLICIES)

    def test_order(self):
        """the policy also works if it is read before the daemon's"""
        self.set_policies(OUR_POLICY, find_policy(bus.SERVICE), find_policy(POLKIT))
        self.assert_denied_by_polkit(self.start('nobody'))

    def test_without(self):
        """without the policy, the bus denies an ordinary user"""
        self.set_policies(find_policy(bus.SERVICE), find_policy(POLKIT))
        self.assert_denied_by_bus(self.start('nobody'))
        self.assert_started(self.start('root'))

    def test_nothing_else(self):
        """the policy allows nothing but Start"""
        self.assert_denied_by_bus(self.call('nobody', f'{UPDATE}.Stop'))
        self.assert_denied_by_bus(self.bed.call_as(
            'nobody', bus.ROOT, f'{bus.SERVICE}.InhibitDevice', 'x', 'true'))


class Stock(SystemCase):
    """The stock Firmware interface, with and without a package that applies."""

    def get_memory(self):
        """The resident memory of the daemon in megabytes."""
        with open(f'/proc/{self.bed.daemon.process.pid}/status', encoding='ascii') as file:
            return int(re.search(r'VmRSS:\s*(\d+)', file.read())[1]) / 1024

    def test_without_package(self):
        """a user may neither list nor select"""
        self.assert_denied_by_polkit(self.call('nobody', LIST))
        self.assert_denied_by_polkit(self.call('nobody', SELECT, 'a'))

    def test_user(self):
        """a user may neither list nor select packages of ours"""
        self.set_package()
        self.assert_denied_by_polkit(self.call('nobody', LIST))
        self.assert_denied_by_polkit(self.call('nobody', SELECT, 'a'))
        self.assert_denied_by_polkit(self.call('nobody', SELECT, 'unknown'))

    def test_client(self):
        """a user may do neither with the stock client"""
        self.set_package()
        for option in ('--firmware-list', '--firmware-select=a'):
            status, text = self.bed.run_as('nobody', self.bed.env['MMCLI'], '-m',
                                           self.modem.index, option)
            self.assert_denied_by_polkit((status, text))

    def test_client_warnings(self):
        """our client does not warn a user of package files that are ignored"""
        self.set_package('bad', 'nonsense')
        # The build directory may not be accessible
        clients = [shutil.copy(path, self.bed.directory)
                   for path in (f'{Paths.client}-firmware-update', Paths.client)]
        arguments = ('-m', self.modem.index, '--firmware-list')
        theirs = self.bed.run_as('nobody', self.bed.env['MMCLI'], *arguments)
        for client in clients:
            self.assertEqual(self.bed.run_as('nobody', client, *arguments), theirs)
            status, text = self.bed.run_as('root', client, *arguments)
            self.assertRegex(text, '^warning: package file .*/bad.conf is ignored: is not a key ')
            self.assertEqual(status, 1)

    def test_root(self):
        """root may list and select"""
        self.check_root()

    def test_flood(self):
        """500 package files are not read for 1,200 calls of a user"""
        for number in range(500):
            self.set_package(f'p{number}')
        self.set_package('flood', 'nonsense')
        before = self.get_memory()
        begin = time.monotonic()
        status, text = self.bed.run_as('nobody', '/usr/bin/python3', '-c', FLOOD, bus.SERVICE,
                                       self.modem.path, f'{MODEM}.Firmware', 'List')
        comment(f'{time.monotonic() - begin:.2f} s, {self.get_memory() - before:.1f} MB')
        self.assertEqual((status, text), (0, '1200\n'))
        # As much as with the stock handler; reading the files for each call took 360
        self.assertLess(self.get_memory() - before, 20)
        self.assertFalse([line for line in self.bed.daemon.log if 'flood.conf' in line])

        status, text = self.call('root', LIST)
        self.assertEqual((status, text.count('unique-id')), (0, 501))
        self.assertEqual(len([line for line in self.bed.daemon.log if 'flood.conf' in line]), 1)


class Properties(SystemCase):
    """Properties are read-only."""

    def test_read(self):
        """any user may read all properties"""
        for user in USERS:
            status, text = self.call(user, f'{PROPERTIES}.GetAll', UPDATE)
            self.assertEqual(status, 0, text)
            for name in self.modem.read_update():
                self.assertIn(f"'{name}': ", text)
                status, value = self.call(user, f'{PROPERTIES}.Get', UPDATE, name)
                self.assertEqual(status, 0, value)

    def test_stock_client(self):
        """any user may show the modem with the stock client"""
        for user in USERS:
            status, text = self.bed.run_as(user, self.bed.env['MMCLI'], '-m', self.modem.index)
            self.assertEqual(status, 0, text)

    def test_write(self):
        """nobody may write a property, not even root"""
        literals = {str: "<''>", int: '<uint32 0>', tuple: "<('', '')>"}
        before = self.modem.read_update()
        for user in USERS:
            for name, value in before.items():
                with self.subTest(user=user, name=name):
                    status, text = self.call(user, f'{PROPERTIES}.Set', UPDATE, name,
                                             literals[type(value)])
                    self.assertEqual(status, 1)
                    self.assertIn('is not writable', text)
        self.assertEqual(self.modem.read_update(), before)
        self.assert_nothing_sent()


class Reboot(unittest.TestCase):
    """The inhibitor keeps users from rebooting the machine."""

    @classmethod
    def setUpClass(cls):
        if obstacle := find_logind_obstacle():
            raise unittest.SkipTest(obstacle)
        cls.bed = LoginBed()
        cls.addClassCleanup(cls.bed.finish)
        cls.logind = Logind(cls.bed.connection, cls.bed.env)
        cls.bed.processes.append(cls.logind.process)
        cls.bed.start_daemon()
        cls.module, cls.modem = cls.bed.add_modem(download='manual')
        cls.modem.enable()
        cls.bed.restart_polkit(MAY_REBOOT)

    def reboot(self):
        """Returns the error; without systemd on the bus, there always is one."""
        _status, text = self.bed.run_as(
            'nobody', 'gdbus', 'call', '--system', '--dest', LOGIN, '--object-path',
            '/org/freedesktop/login1', '--method', f'{LOGIN}.Manager.Reboot', 'false')
        return text

    def test_reboot(self):
        """a user who may reboot is denied while an update is under way"""
        self.assertIn('EHOSTUNREACH', self.reboot())
        self.assertIsNone(self.modem.start({'url': URL}).wait().error_name)
        # Up to Debian 12, and from Debian 13
        self.assertRegex(self.reboot(), 'InteractiveAuthorizationRequired|active block inhibitor')
        self.bed.end_update(self.module)
        self.bed.wait_until(lambda: not self.logind.list_inhibitors(), 10, 'release')
        self.assertIn('EHOSTUNREACH', self.reboot())


if __name__ == '__main__':
    main()
