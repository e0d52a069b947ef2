# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What users and the network do during an update."""

import time

from gi.repository import GLib

from testbed.bus import ERROR, MODEM, STATE_REGISTERED, Call, State, enable_all
from testbed.case import BedCase, SharedBedCase
from testbed.servers import make_package
from testbed.tap import main

NEW = '19011.1000.00.02.73.15'

START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
PRIMARY, SECONDARY = 1, 2

POWER_OFF = 1
# MMModemCapability
LTE = 1 << 3
STATE_FAILED = -1

# Without the last state, which belongs to a new modem object
STATES = [State.PREPARING, State.DOWNLOADING, State.INSTALLING, State.SUCCEEDED]

# Seconds that the daemon may take to stop if it has nothing to wait for
STOP = 5

# The context that the module already has
APN = 'apn=internet,ip-type=ipv4v6'


def percent(value):
    return f'GTOTA DOWNLOADING: {value}%'


class ConcurrentUse(SharedBedCase):
    """A downloading module for each case."""

    SCALE = 0.3
    NAMES = ('disabled', 'connected', 'removed', 'called', 'texted')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.modules = {name: cls.bed.simulator.add(download='manual') for name in cls.NAMES}
        cls.bed.start_daemon()
        cls.modems = {name: cls.bed.wait_for_modem(module)
                      for name, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        cls.ports = {name: modem.properties['Ports'] for name, modem in cls.modems.items()}
        calls = [modem.start({'url': cls.url}) for modem in cls.modems.values()]
        for call, name in zip(calls, cls.NAMES):
            call.wait()
            assert not call.error_name, call.message
            cls.modules[name].report(START, percent(40), interface=PRIMARY)
        for name in cls.NAMES:
            cls.wait_for_percent(name, 40)

    @classmethod
    def wait_for_percent(cls, name, value):
        cls.bed.wait_until(lambda: cls.modems[name].update['Progress'] == value, 20, f'{value} %')

    def check_success(self, name, sim='ready'):
        """Checks that the update succeeds with the same modem object and ports."""
        self.modules[name].report(percent(42), interface=PRIMARY)
        self.wait_for_percent(name, 42)
        self.modules[name].report(percent(43), interface=SECONDARY)
        self.wait_for_percent(name, 43)
        self.assertEqual(self.modems[name].state, State.DOWNLOADING)
        self.assertEqual(self.modems[name].properties['Ports'], self.ports[name])
        self.modules[name].report(percent(100), COMPLETE, interface=PRIMARY)
        self.bed.wait_for_announced(self.modules[name], State.INSTALLING)
        self.modules[name].unplug()
        self.bed.wait_for_no_modem(self.modules[name])
        self.modules[name].set(revision=NEW, sim=sim)
        self.modules[name].plug()
        self.bed.wait_for_state(self.modules[name], State.SUCCEEDED)
        self.assertEqual(self.bed.get_announced(self.modules[name], 'State'), STATES)

    def stock(self, name, *args):
        return self.bed.mmcli('-m', self.modems[name].index, *args, stock=True)

    def test_disable(self):
        """mmcli --disable disables the modem; the radio stays on and the update goes on"""
        since = len(self.modules['disabled'].get_commands())
        client = self.stock('disabled', '--disable')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        commands = self.modules['disabled'].get_commands()[since:]
        self.assertEqual([command for command in commands if command.startswith('AT+CFUN=')], [])
        self.check_success('disabled')

    def test_connect(self):
        """a failed connection, and one that is made and ended: the update goes on"""
        module, modem = self.modules['connected'], self.modems['connected']
        module.answer('ATD*99', 'NO CARRIER', 1)
        client = self.stock('connected', f'--simple-connect={APN}')
        self.assertEqual(client.returncode, 1)
        self.assertIn("couldn't connect the modem", client.stderr)
        self.assertTrue([command for command in module.get_commands()
                         if command.startswith('ATD*99')])
        self.assertEqual(modem.state, State.DOWNLOADING)

        client = self.stock('connected', f'--simple-connect={APN}')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        # The primary port carries data now
        module.report(percent(41), interface=SECONDARY)
        self.wait_for_percent('connected', 41)
        client = self.stock('connected', '--simple-disconnect')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.check_success('connected')

    def test_sim_removed(self):
        """the SIM card is removed: the update goes on"""
        module, modem = self.modules['removed'], self.modems['removed']
        module.set(sim='missing')
        module.report('+CPIN: NOT READY', '+SIM: NOT INSERTED', '+CREG: 0', '+CGREG: 0',
                      '+CEREG: 0', interface=PRIMARY)
        # The daemon only sees that there is no network
        self.bed.wait_until(lambda: modem.properties['State'] < STATE_REGISTERED, 20, 'no network')
        self.assertTrue(modem.exists)
        self.check_success('removed', sim='missing')
        # Restored as soon as there is a modem that accepts commands
        imei = self.wait_for_failed_modem('removed')
        self.assertEqual(self.bed.read_record(imei)['GTRAT'], '10')
        module.unplug()
        self.bed.wait_for_no_modem(module)
        module.set(sim='ready')
        module.plug()
        self.bed.wait_until(lambda: 'GTRAT' not in self.bed.read_record(imei), 40, 'restored')
        self.assertEqual(module.get_our_commands()[-1], 'AT+GTRAT=10')

    def wait_for_failed_modem(self, name):
        modem = self.bed.wait_for_modem(self.modules[name])
        self.bed.wait_until(lambda: modem.properties['State'] == STATE_FAILED, 20, 'failed modem')
        self.assertEqual(modem.state, State.SUCCEEDED)
        return modem.properties['EquipmentIdentifier']

    def test_call(self):
        """an incoming call: the update goes on"""
        for _ in range(3):
            self.modules['called'].report('RING', interface=PRIMARY)
            self.modules['called'].report('+CRING: VOICE', interface=PRIMARY)
            self.modules['called'].report('+CLIP: "+491711234567",145,,,,0', interface=PRIMARY)
        self.modules['called'].report('NO CARRIER', interface=PRIMARY)
        self.check_success('called')

    def test_message(self):
        """an incoming message: the update goes on"""
        self.modules['texted'].report('+CMTI: "SM",3', '+CMTI: "ME",0', interface=PRIMARY)
        self.modules['texted'].report('+CMTI: "SM",4', interface=SECONDARY)
        self.check_success('texted')


class Refusals(SharedBedCase):
    """Calls that could break the module are refused during an update."""

    SCALE = 0.3
    KEYS = {'preparing': {'download': 'manual'}, 'downloading': {'download': 'manual'},
            'installing': {'restart_after': 3600000}, 'failed': {'download': 'manual'}}
    CALLS = {'Reset': None, 'FactoryReset': GLib.Variant('(s)', ('0000',)),
             'SetPowerState': GLib.Variant('(u)', (POWER_OFF,)),
             # After which the daemon resets the module, with QMI
             'SetCurrentCapabilities': GLib.Variant('(u)', (LTE,)),
             # After which it creates the modem anew, with QMI or MBIM
             'SetPrimarySimSlot': GLib.Variant('(u)', (2,)),
             'Command': GLib.Variant('(su)', ('+CSQ;+CFUN=1,1', 5))}
    OPTIONS = ('--reset', '--factory-reset=0000', '--set-power-state-off',
               '--set-current-capabilities=lte', '--set-primary-sim-slot=2', '--command=+CFUN=1,1')
    REFUSED = ERROR + 'Core.InProgress'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.modules = {name: cls.bed.simulator.add(**keys) for name, keys in cls.KEYS.items()}
        cls.bed.start_daemon()
        cls.modems = {name: cls.bed.wait_for_modem(module)
                      for name, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        cls.modules['failed'].answer('AT+GTOTA=0', '')
        for name, modem in cls.modems.items():
            call = modem.start({'url': cls.url}).wait()
            assert bool(call.error_name) == (name == 'failed'), call.message
        cls.modules['downloading'].report(START, percent(40), interface=PRIMARY)
        for name in ('downloading', 'installing'):
            cls.bed.wait_for_announced(cls.modules[name], State[name.upper()])

    def call_all(self, name):
        return {method: Call(self.bed.connection, self.modems[name].path, MODEM, method,
                             arguments).wait() for method, arguments in self.CALLS.items()}

    def check_refused(self, name):
        """Checks that calls and stock client are refused with a reason, and nothing is sent."""
        self.assertEqual(self.modems[name].state, State[name.upper()])
        since = len(self.modules[name].get_commands())
        for method, call in self.call_all(name).items():
            self.assertEqual(call.error_name, self.REFUSED, method)
            self.assertIn('firmware', call.message)
            self.assertIn('check the status of the update', call.message)
        for option in self.OPTIONS:
            client = self.bed.mmcli('-m', self.modems[name].index, option, stock=True)
            self.assertEqual(client.returncode, 1, option)
            self.assertIn("the module may be updating its firmware", client.stderr)
        sent = self.modules[name].get_commands()[since:]
        self.assertEqual([command for command in sent
                          if command.startswith(('AT+CFUN=', 'AT&F'))], [])
        self.assertEqual(self.modems[name].state, State[name.upper()])

    def test_preparing(self):
        """refused while the update is being prepared"""
        self.check_refused('preparing')

    def test_downloading(self):
        """refused during the download"""
        self.check_refused('downloading')

    def test_installing(self):
        """refused during the installation"""
        self.check_refused('installing')

    def test_failed(self):
        """refused after a failure that is not certain: the module has not answered AT+GTOTA"""
        self.check_refused('failed')

    def test_command(self):
        """a command that only reads is sent to the module in any state"""
        for name, modem in self.modems.items():
            call = Call(self.bed.connection, modem.path, MODEM, 'Command',
                        GLib.Variant('(su)', ('+GTRAT?', 5))).wait()
            self.assertEqual(call.result, ('+GTRAT: 3',), f'{name}: {call.message}')

    def test_zz_over(self):
        """accepted after the update"""
        self.modems['downloading'] = self.bed.end_update(self.modules['downloading'])
        for method, call in self.call_all('downloading').items():
            self.assertNotEqual(call.error_name, self.REFUSED, method)
            self.assertNotIn('firmware', call.message or '')


class Daemon(BedCase):
    """A stopping daemon, and two updates at once."""

    SCALE = 0.3

    def test_stop(self):
        """the daemon stops in time during a download, and the record is up to date"""
        self.bed.start_daemon()
        module, modem = self.bed.add_modem(download='manual')
        modem.enable()
        self.assertIsNone(modem.start({'url': 'http://127.0.0.1/package'}).wait().error_name)
        module.report(START, percent(40), interface=PRIMARY)
        modem.wait_for_state(State.DOWNLOADING)
        self.bed.wait_until(lambda: modem.update['Progress'] == 40, 10, '40 %')
        imei = modem.properties['EquipmentIdentifier']
        begin = time.monotonic()
        self.bed.stop_daemon()
        self.assertLess(time.monotonic() - begin, STOP)
        record = self.bed.read_record(imei)
        self.assertEqual((record['State'], record['Progress'], record['Finished']),
                         ('downloading', '40', '0'))

    def test_two(self):
        """two modules download and one is unplugged: the other update goes on"""
        url = self.bed.start_http().publish('/package', make_package(NEW))
        modules = [self.bed.simulator.add(pace=20, unplug=50), self.bed.simulator.add(pace=30)]
        self.bed.start_daemon()
        modems = [self.bed.wait_for_modem(module) for module in modules]
        enable_all(*modems)
        for call in [modem.start({'url': url}) for modem in modems]:
            self.assertIsNone(call.wait().error_name, call.message)
        self.bed.wait_until(lambda: modules[0].peek_events('usb')[-1] == 'unplugged', 20, 'unplug')
        self.bed.wait_for_state(modules[1], State.SUCCEEDED)
        self.assertEqual(self.bed.get_announced(modules[1], 'State'), STATES)
        self.assertEqual(self.bed.get_percentages(modules[1]), list(range(1, 101)))
        modules[0].set(unplug='-')
        modules[0].plug()
        modem = self.bed.wait_for_state(modules[0], State.FAILED)
        self.assertIn('disappeared', modem.update['Error'][1])


if __name__ == '__main__':
    main()
