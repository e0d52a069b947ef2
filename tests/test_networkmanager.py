# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""NetworkManager while the modem that it connects is updated."""

import unittest

from testbed import network
from testbed.bus import State
from testbed.case import SharedBedCase
from testbed.servers import make_package
from testbed.tap import comment, main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
STOPPED = ('the download stopped at 40%: the radio is off, turn it on, and check the status '
           'before you start the update again')

QMI = {'composition': 'qmi', 'hints': 'yes'}
MBIM = {'composition': 'mbim', 'id': '2cb7:01a0'}
PROFILE = 'mobile'

# MMModemPowerState
LOW, ON = 2, 3


class NetworkCase(SharedBedCase):
    """A modem with a connection profile, and a transcript of nmcli and mmcli."""

    ISOLATED = True
    KEYS = QMI
    AUTOCONNECT = 'yes'

    @classmethod
    def setUpClass(cls):
        obstacle = network.find_obstacle()
        if obstacle:
            raise unittest.SkipTest(obstacle)
        super().setUpClass()
        bed = cls.bed
        cls.transcript = []
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        cls.module = bed.simulator.add(**cls.KEYS)
        bed.start_daemon()
        cls.modem = bed.wait_for_modem(cls.module)
        cls.start_network()

    @classmethod
    def start_network(cls):
        cls.network = network.NetworkManager(cls.bed)
        cls.addClassCleanup(cls.network.stop)
        monitor = cls.network.start_nmcli('monitor', on_line=cls.record_nmcli)
        cls.bed.wait_until(lambda: monitor.output, 10, 'nmcli monitor')
        cls.addClassCleanup(lambda: comment('\n'.join([f'--- {cls.__doc__}', *cls.transcript])))
        cls.network.nmcli('connection', 'add', 'type', 'gsm', 'con-name', PROFILE, 'ifname', '*',
                          'apn', 'internet', 'connection.autoconnect', cls.AUTOCONNECT)

    @classmethod
    def record_nmcli(cls, line):
        # nmcli also lists the interface of the module, which has another type.
        if not line.startswith(('wwan', 'lo:')):
            cls.transcript.append(f'nmcli: {line}')

    @classmethod
    def record_mmcli(cls, line):
        cls.transcript.append(f'mmcli: {line}')

    @classmethod
    def start_update(cls):
        cls.client = cls.bed.start_update(cls.modem, cls.url, on_line=cls.record_mmcli)

    @classmethod
    def wait_for_device(cls, state, connection=''):
        """Waits until the only modem has a state; returns its name."""
        def find():
            modems = cls.network.list_modems()
            return modems[0][0] if [modem[1:] for modem in modems] == [(state, connection)] else ''
        return cls.bed.wait_until(find, 60, f'a modem that is {state}')

    def find_line(self, line):
        self.assertIn(line, self.transcript)
        return self.transcript.index(line)

    def check_success(self):
        self.assertEqual(self.client.stderr, '')
        self.assertEqual(self.client.returncode, 0)
        self.assertEqual(self.client.output[-1], SUCCESS)

    def check_replaced(self):
        """Checks that the device left with the module, not before, and came back under
        another name."""
        self.assertNotEqual(self.before, self.after)
        left = self.find_line(f'nmcli: {self.before}: device removed')
        self.assertLess(self.find_line('mmcli: installing'), left)
        self.assertLess(left, self.find_line(f'nmcli: {self.after}: device created'))

    def check_connection(self):
        """Checks that the modem is connected with the address from the network."""
        path, name, address = self.network.nmcli(
            '-g', 'GENERAL.UDI,GENERAL.IP-IFACE,IP4.ADDRESS', 'device', 'show',
            self.after).splitlines()
        self.assertEqual(path, self.bed.wait_for_modem(self.module).path)
        bearers = self.bed.observer.objects[path]['org.freedesktop.ModemManager1.Modem']['Bearers']
        self.assertTrue(bearers)
        self.assertRegex(address, r'^\d+\.\d+\.\d+\.\d+/\d+$')
        self.assertIn(f'inet {address} ', self.network.interfaces.run_ip('address', 'show', name))


class Connected(NetworkCase):
    """A connection is active when the update starts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.wait_for_device('connected', PROFILE)
        cls.start_update()
        cls.bed.wait_for_client(cls.client)
        cls.after = cls.wait_for_device('connected', PROFILE)

    def test_update(self):
        """updated"""
        self.check_success()

    def test_kept(self):
        """the connection stays up during the download"""
        begin = self.find_line('mmcli: starting')
        end = self.find_line('mmcli: installing')
        lines = self.transcript[begin:end]
        self.assertEqual([line for line in lines if line.startswith('nmcli: ')], [])

    def test_back(self):
        """device and connection are back after the restart"""
        self.check_replaced()
        self.check_connection()


class Disconnected(NetworkCase):
    """No connection is active, and autoconnect is off."""

    KEYS = MBIM
    AUTOCONNECT = 'no'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.wait_for_device('disconnected')
        cls.network.nmcli('connection', 'up', PROFILE)
        cls.connected = cls.network.list_modems()
        cls.network.nmcli('connection', 'down', PROFILE)
        cls.start_update()
        cls.bed.wait_for_client(cls.client)
        cls.after = cls.wait_for_device('disconnected')
        cls.network.nmcli('connection', 'up', PROFILE)

    def test_before(self):
        """the profile can be activated before the update"""
        self.assertEqual(self.connected, [(self.before, 'connected', PROFILE)])

    def test_update(self):
        """updated"""
        self.check_success()

    def test_back(self):
        """the device is back, and the profile can be activated again"""
        self.check_replaced()
        self.assertEqual(self.network.list_modems(), [(self.after, 'connected', PROFILE)])
        self.check_connection()


class SwitchedOffCase(NetworkCase):
    """WWAN is switched off during an update. The cases determine what the module
    reports then, as the manual does not say.

    There is no connection: NetworkManager would take it down at the same time, and
    ModemManager refuses to turn off a modem that is still disconnecting.
    """

    KEYS = QMI | {'download': 'manual'}
    AUTOCONNECT = 'no'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before = cls.wait_for_device('disconnected')
        cls.start_update()
        command = f'AT+GTOTA=0,"{cls.url}"'
        cls.bed.wait_until(lambda: command in cls.module.peek_commands(), 10, command)
        cls.report('START DOWNLOAD', 'DOWNLOADING: 40%')
        cls.bed.wait_until(lambda: cls.modem.update['Progress'] == 40, 10, '40 %')

    @classmethod
    def report(cls, *lines):
        cls.module.report(*(f'GTOTA {line}' for line in lines), interface=1)

    @classmethod
    def switch(cls, on):
        cls.network.nmcli('radio', 'wwan', 'on' if on else 'off')
        power = ON if on else LOW
        cls.bed.wait_until(lambda: cls.modem.properties['PowerState'] == power, 20,
                           f'power state {power}')

    @classmethod
    def connect(cls):
        """Activates the profile; returns the device's name."""
        cls.wait_for_device('disconnected')
        cls.network.nmcli('connection', 'up', PROFILE)
        return cls.wait_for_device('connected', PROFILE)

    @classmethod
    def restart(cls):
        """The module restarts with the new firmware."""
        cls.bed.wait_for_announced(cls.module, State.INSTALLING)
        cls.module.unplug()
        cls.bed.wait_for_no_modem(cls.module)
        cls.module.set(revision=NEW)
        cls.module.plug()


class SwitchedOff(SwitchedOffCase):
    """WWAN is switched off during the download, which stops."""

    SCALE = 0.02

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.switch(False)
        cls.off = (cls.network.nmcli('-g', 'WWAN', 'radio'), *cls.network.list_modems())
        cls.states = cls.modem.state
        cls.bed.wait_for_client(cls.client)
        cls.switch(True)
        cls.after = cls.connect()

    def test_off(self):
        """the radio is off, and the update waits"""
        self.assertEqual(self.off, ('disabled\n', (self.before, 'unavailable', '')))
        self.assertEqual(self.states, State.DOWNLOADING)

    def test_failure(self):
        """the update fails for lack of progress, and the message says what to do"""
        self.assertEqual(self.client.stderr, f"error: couldn't update the firmware: {STOPPED}\n")
        self.assertEqual(self.client.returncode, 1)
        self.assertEqual(self.modem.state, State.FAILED)
        self.assertEqual(self.modem.properties['Revision'], OLD)

    def test_on(self):
        """the profile can be activated when WWAN is on again"""
        self.assertEqual(self.after, self.before)
        self.check_connection()


class SwitchedBack(SwitchedOffCase):
    """WWAN is switched off and on during the download, which goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.switch(False)
        cls.switch(True)
        cls.again = cls.connect()
        cls.report('DOWNLOADING: 41%', 'DOWNLOADING: 100%', 'DOWNLOAD COMPLETE')
        cls.bed.wait_until(lambda: 'mmcli: installing' in cls.transcript, 20, 'installing')
        cls.restart()
        cls.bed.wait_for_client(cls.client)
        cls.after = cls.connect()

    def test_update(self):
        """updated"""
        self.check_success()

    def test_connections(self):
        """the profile can be activated during the download and after the update"""
        self.assertEqual(self.again, self.before)
        self.check_replaced()
        self.check_connection()


class SwitchedOffLate(SwitchedOffCase):
    """WWAN is switched off during the installation, and stays off."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report('DOWNLOADING: 100%', 'DOWNLOAD COMPLETE')
        cls.bed.wait_for_announced(cls.module, State.INSTALLING)
        cls.switch(False)
        cls.restart()
        cls.bed.wait_for_client(cls.client)
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.off = cls.wait_for_device('unavailable')
        cls.switch(True)
        cls.after = cls.connect()

    def test_update(self):
        """updated"""
        self.check_success()

    def test_on(self):
        """the device is back, and the profile can be activated when WWAN is on again"""
        self.assertEqual(self.off, self.after)
        self.check_replaced()
        self.check_connection()


if __name__ == '__main__':
    main()
