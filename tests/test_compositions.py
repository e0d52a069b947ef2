# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""A complete update with the client, in every USB composition."""

import re

from testbed.case import SharedBedCase
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'

# MMModemPortType
UNKNOWN, NET, AT, QCDM, QMI, MBIM, IGNORED = 1, 2, 3, 4, 6, 7, 9
TYPES = {'net': NET, 'at': AT, 'qcdm': QCDM, 'qmi': QMI, 'mbim': MBIM}

# An unused port is unknown, ignored or missing, depending on the daemon and the udev hints.
UNUSED = (UNKNOWN, IGNORED)


class Composition:
    """Cases for each composition. KEYS configure the module, PORTS are the ports that the
    modem must have in the end, and HELD and RELEASED the requests that lock and unlock
    the radio."""

    KEYS = {}
    PORTS = ()
    HELD = 'AT+GTRAT=3'
    RELEASED = 'AT+GTRAT=10'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        cls.module = bed.simulator.add(**cls.KEYS)
        bed.start_daemon()
        first = bed.wait_for_modem(cls.module)
        cls.client = bed.mmcli('-m', first.index, f'--firmware-update={cls.url}')
        cls.modem = bed.wait_for_modem(cls.module)

    def shortDescription(self):
        """tests/check-daemons prints these names in its table."""
        composition = type(self).__doc__.partition(': ')[0]
        return f'{composition}: {super().shortDescription()}'

    def get_requests(self):
        """The requests to the module that concern its radio."""
        return [text for text in self.module.get_commands() if text.startswith('AT+GTRAT=')]

    def test_update(self):
        """updated"""
        self.assertEqual(self.client.stderr, '')
        self.assertEqual(self.client.returncode, 0)
        self.assertEqual(self.client.output[-1], SUCCESS)
        self.assertEqual(self.modem.properties['Revision'], NEW)

    def test_ports(self):
        """the modem has the ports that the stock daemon makes of the interfaces"""
        self.assertEqual(
            sorted((name.rstrip('0123456789'), kind)
                   for name, kind in self.modem.properties['Ports'] if kind not in UNUSED),
            sorted((name, TYPES[kind]) for name, kind in self.PORTS))

    def test_radio(self):
        """the radio is locked during the update, and unlocked by the next modem object"""
        self.bed.wait_until(lambda: self.get_requests()[-1:] == [self.RELEASED], 20,
                            'the radio to be released')
        self.assertEqual(self.get_requests(), [self.HELD, self.RELEASED])


class At(Composition, SharedBedCase):
    """1508:1001, AT only"""

    PORTS = [('ttyUSB', 'at')] * 2


class Ecm(Composition, SharedBedCase):
    """1508:1001, ECM"""

    KEYS = {'composition': 'ecm'}
    PORTS = [('ttyUSB', 'at')] * 3 + [('usb', 'net')]


class EcmHints(Ecm):
    """1508:1001, ECM, with the port types of the udev rules"""

    KEYS = {'composition': 'ecm', 'hints': 'yes'}


class Qmi(Composition, SharedBedCase):
    """1508:1001, QMI: the daemon locks the radio by its modes, not by an AT command"""

    ISOLATED = True
    KEYS = {'composition': 'qmi'}
    PORTS = [('ttyUSB', 'at')] * 3 + [('cdc-wdm', 'qmi'), ('wwan', 'net')]
    HELD = 'Mode Preference = lte'
    RELEASED = 'Mode Preference = gsm, umts, lte'

    def get_requests(self):
        requests = [re.search('Mode Preference = .*', text)
                    for text in self.module.get_events('control')
                    if 'Set System Selection Preference' in text]
        return super().get_requests() + [request[0] for request in requests]


class QmiHints(Qmi):
    """1508:1001, QMI, with the port types of the udev rules"""

    KEYS = {'composition': 'qmi', 'hints': 'yes'}


class QmiSmall(Qmi):
    """1508:1000, QMI"""

    KEYS = {'composition': 'qmi', 'id': '1508:1000'}
    PORTS = [('ttyUSB', 'at')] * 2 + [('cdc-wdm', 'qmi'), ('wwan', 'net')]


class Mbim(Composition, SharedBedCase):
    """2cb7:01a0, MBIM"""

    ISOLATED = True
    KEYS = {'id': '2cb7:01a0', 'composition': 'mbim'}
    PORTS = [('cdc-wdm', 'mbim'), ('wwan', 'net')] + [('ttyUSB', 'at')] * 2
    # Data classes: LTE, and all that the module supports
    HELD = 0x20
    RELEASED = 0x3f

    def get_requests(self):
        """AT commands, and the data classes that were set by MBIM."""
        requests = [event.split()[-1] for event in self.module.get_events('control')
                    if ' set basic-connect register-state ' in event]
        return super().get_requests() + [int.from_bytes(bytes.fromhex(request)[12:16], 'little')
                                         for request in requests]


class MbimBasic(Mbim):
    """2cb7:01a0, MBIM without MBIMEx: the daemon cannot set modes"""

    KEYS = Mbim.KEYS | {'mbimex': 'no'}
    HELD = Composition.HELD
    RELEASED = Composition.RELEASED


if __name__ == '__main__':
    main()
