# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Every method of ModemManager, called while a module downloads: it is refused, or the update goes
on. And what keeps ModemManager from the module: an inhibited device."""

import re
import unittest

from gi.repository import GLib

from testbed import system
from testbed.bus import ERROR, MODEM, ROOT, SERVICE, Call, State
from testbed.servers import make_package
from testbed.tap import comment, main

NEW = '19011.1000.00.02.73.15'
PORTS = (1, 2)

INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable'
METHOD = re.compile(r'<interface name="([^"]*)">|<method name="([^"]*)"')
# Those of every object
STANDARD = 'org.freedesktop.DBus.'

# The arguments of the methods that are refused
REFUSED = {
    'Modem.Reset': '()', 'Modem.FactoryReset': "('0000',)", 'Modem.SetPowerState': '(uint32 1,)',
    'Modem.SetCurrentCapabilities': '(uint32 8,)', 'Modem.SetPrimarySimSlot': '(uint32 2,)',
    'Modem.Command': "('+CFUN=1,1', uint32 5)",
    'Modem.Firmware.Update.Start': "({'url': <'http://127.0.0.1/other'>},)",
}

# Those of all others, in every version of ModemManager. The last one ends what the others need.
ALLOWED = {
    'Call.Start': '()', 'Call.Accept': '()', 'Call.Deflect': "('+491711234567',)",
    'Call.JoinMultiparty': '()', 'Call.LeaveMultiparty': '()', 'Call.SendDtmf': "('1',)",
    'Call.Hangup': '()',
    'ScanDevices': '()', 'SetLogging': "('DEBUG',)",
    'ReportKernelEvent': "({'action': <'add'>, 'name': <'none'>, 'subsystem': <'tty'>},)",
    'Modem.ListBearers': '()', 'Modem.CreateBearer': "({'apn': <'internet'>},)",
    'Modem.DeleteBearer': f"(objectpath '{ROOT}/Bearer/999',)",
    'Modem.SetCurrentModes': '((uint32 8, uint32 0),)', 'Modem.SetCurrentBands': '([uint32 256],)',
    'Modem.GetCellInfo': '()',
    'Modem.Firmware.List': '()', 'Modem.Firmware.Select': "('none',)",
    'Modem.Location.Setup': '(uint32 1, true)', 'Modem.Location.GetLocation': '()',
    'Modem.Location.SetSuplServer': "('127.0.0.1:7275',)",
    'Modem.Location.InjectAssistanceData': '([byte 0],)',
    'Modem.Location.SetGpsRefreshRate': '(uint32 30,)',
    'Modem.Messaging.List': '()', 'Modem.Messaging.Delete': f"(objectpath '{ROOT}/SMS/999',)",
    'Modem.Messaging.Create': "({'number': <'+491711234567'>, 'text': <'x'>},)",
    'Modem.Messaging.SetDefaultStorage': '(uint32 1,)',
    'Modem.Modem3gpp.Register': "('',)", 'Modem.Modem3gpp.Scan': '()',
    'Modem.Modem3gpp.SetEpsUeModeOperation': '(uint32 4,)',
    'Modem.Modem3gpp.SetInitialEpsBearerSettings': "({'apn': <'internet'>},)",
    'Modem.Modem3gpp.SetNr5gRegistrationSettings': "({'mico-mode': <uint32 1>},)",
    'Modem.Modem3gpp.DisableFacilityLock': "((uint32 8, '0000'),)",
    'Modem.Modem3gpp.SetCarrierLock': '([byte 0],)',
    'Modem.Modem3gpp.SetPacketServiceState': '(uint32 1,)',
    'Modem.Modem3gpp.ProfileManager.List': '()',
    'Modem.Modem3gpp.ProfileManager.Set': "({'apn': <'internet'>},)",
    'Modem.Modem3gpp.ProfileManager.Delete': "({'profile-id': <9>},)",
    'Modem.Modem3gpp.Ussd.Initiate': "('*100#',)", 'Modem.Modem3gpp.Ussd.Respond': "('1',)",
    'Modem.Modem3gpp.Ussd.Cancel': '()',
    'Modem.Simple.GetStatus': '()', 'Modem.Simple.Connect': "({'apn': <'internet'>},)",
    'Modem.Simple.Disconnect': "(objectpath '/',)",
    'Modem.Signal.Setup': '(uint32 5,)',
    'Modem.Signal.SetupThresholds': "({'rssi-threshold': <uint32 10>},)",
    'Modem.Sar.Enable': '(true,)', 'Modem.Sar.SetPowerLevel': '(uint32 1,)',
    'Modem.Time.GetNetworkTime': '()',
    'Modem.CellBroadcast.List': '()', 'Modem.CellBroadcast.SetChannels': '([(uint32 1, uint32 2)],)',
    'Modem.CellBroadcast.Delete': f"(objectpath '{ROOT}/CBM/999',)",
    'Modem.Voice.ListCalls': '()', 'Modem.Voice.DeleteCall': f"(objectpath '{ROOT}/Call/999',)",
    'Modem.Voice.CreateCall': "({'number': <'+491711234567'>},)",
    'Modem.Voice.HoldAndAccept': '()', 'Modem.Voice.HangupAndAccept': '()',
    'Modem.Voice.HangupAll': '()', 'Modem.Voice.Transfer': '()',
    'Modem.Voice.CallWaitingSetup': '(true,)', 'Modem.Voice.CallWaitingQuery': '()',
    'Sim.SendPin': "('0000',)", 'Sim.SendPuk': "('00000000', '0000')",
    'Sim.EnablePin': "('0000', true)", 'Sim.ChangePin': "('0000', '1111')",
    'Sim.SetPreferredNetworks': "([('00101', uint32 16384)],)",
    'Bearer.Connect': '()', 'Bearer.Disconnect': '()',
    'Sms.Store': '(uint32 0,)', 'Sms.Send': '()',
    'Modem.Enable': '(false,)',
}

# Has its own case
INHIBIT = 'InhibitDevice'

# Whatever restarts a module, or turns it off. SetInitialEpsBearerSettings of newer daemons turns
# the radio off (4) and on (1).
BREAKS = re.compile(r'AT(\+CFUN=(?![14]$)|&F|Z|\+GTOTA=[01])')


def setUpModule():  # pylint: disable=invalid-name
    if obstacle := system.find_polkit_obstacle():
        raise unittest.SkipTest(obstacle)


class DownloadCase(unittest.TestCase):
    """A downloading module, and a manager that authorizes root."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.bed = system.SystemBed(0.3)
        cls.addClassCleanup(cls.bed.finish)
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.module = cls.bed.simulator.add(download='manual')
        cls.bed.start_daemon()
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.modem.enable()
        call = cls.modem.start({'url': cls.url}).wait()
        assert not call.error_name, call.message
        cls.percent = 0
        cls.module.report('GTOTA DOWNLOAD START', interface=PORTS[0])
        cls.check_going_on()

    @classmethod
    def check_going_on(cls):
        """Checks that the module is heard by the same modem object, at least on the port that does
        not carry data."""
        cls.percent += 1
        for interface in PORTS:
            cls.module.report(f'GTOTA DOWNLOADING: {cls.percent}%', interface=interface)
        cls.modem.wait_for_state(State.DOWNLOADING)
        cls.bed.wait_until(lambda: cls.modem.update['Progress'] == cls.percent, 20,
                           f'{cls.percent} %')

    def call(self, path, method, arguments):
        interface, _, member = f'{SERVICE}.{method}'.rpartition('.')
        return Call(self.bed.connection, path, interface, member,
                    GLib.Variant.parse(None, arguments, None, None)).wait()


class Methods(DownloadCase):

    def list_methods(self, path):
        """The methods of an object that the daemon has, without the standard interfaces."""
        xml = Call(self.bed.connection, path, INTROSPECTABLE, 'Introspect', None).wait().result[0]
        interface = None
        for name, method in METHOD.findall(xml):
            interface = name or interface
            if method and not interface.startswith(STANDARD):
                yield f'{interface}.{method}'.removeprefix(f'{SERVICE}.')

    def create(self, method):
        path = self.call(self.modem.path, method, ALLOWED[method]).result
        self.assertIsNotNone(path, method)
        return path[0]

    def find_methods(self):
        """The path of each method."""
        paths = [ROOT, self.modem.path, self.modem.properties['Sim']]
        paths += map(self.create, ('Modem.CreateBearer', 'Modem.Messaging.Create',
                                   'Modem.Voice.CreateCall'))
        return {method: path for path in paths for method in self.list_methods(path)}

    def check_refused(self, path, method):
        call = self.call(path, method, REFUSED[method])
        self.assertEqual(call.error_name, f'{ERROR}Core.InProgress', method)
        self.assertIn('updat', call.message)

    def test_all(self):
        """a method is refused, or the update goes on; none is overlooked"""
        paths = self.find_methods()
        self.assertEqual(paths.keys() - REFUSED.keys() - ALLOWED.keys(), {INHIBIT})
        since = len(self.module.get_commands())
        outcomes = []
        for method in [*REFUSED, *(method for method in ALLOWED if method in paths)]:
            with self.subTest(method=method):
                if method in REFUSED:
                    self.check_refused(paths[method], method)
                else:
                    call = self.call(paths[method], method, ALLOWED[method])
                    outcomes.append(f'{method}: {call.error_name or "done"}')
                self.check_going_on()
        comment('\n'.join(outcomes))
        sent = self.module.get_commands()[since:]
        self.assertEqual([command for command in sent if BREAKS.match(command)], [])


class Inhibited(DownloadCase):
    """An inhibited device, as by fwupd: there is no modem object until that ends."""

    def inhibit(self, is_inhibited):
        device = self.module.path
        call = self.call(ROOT, INHIBIT, f"('{device}', {str(is_inhibited).lower()})")
        self.assertIsNone(call.error_name, call.message)

    def test_inhibited(self):
        """the module goes on, reports are lost meanwhile, and the version shows the result"""
        since = len(self.module.get_commands())
        self.inhibit(True)
        self.bed.wait_for_no_modem(self.module)
        self.bed.wait_until(lambda: not self.bed.daemon.open_ports, 20, 'closed ports')
        self.module.report('GTOTA DOWNLOADING: 50%', interface=PORTS[0])
        self.inhibit(False)
        type(self).modem = self.bed.wait_for_modem(self.module)
        self.assertEqual((self.modem.state, self.modem.update['Progress']), (State.DOWNLOADING, 1))
        type(self).percent = 59
        self.check_going_on()

        self.inhibit(True)
        self.bed.wait_for_no_modem(self.module)
        self.module.unplug()
        self.module.set(revision=NEW)
        self.module.plug()
        self.inhibit(False)
        self.bed.wait_for_state(self.module, State.SUCCEEDED)
        sent = self.module.get_commands()[since:]
        self.assertEqual([command for command in sent if BREAKS.match(command)], [])


if __name__ == '__main__':
    main()
