# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The plugin takes nothing away: the same module with and without it, with all stock
plugins, in every USB composition."""

import collections
import re
import unittest

from testbed import bus, namespace, tap
from testbed.bus import STATE_LOCKED, STATE_REGISTERED
from testbed.case import OUR_PLUGIN, Paths, get_stock_plugins
from testbed.comparison import Side, bring_up, compare, wait_until_quiet

STATE_DISABLED, STATE_CONNECTED = 3, 11
PIN, NEW_PIN, WRONG_PIN = '1234', '4321', '0000'

Allowed = collections.namedtuple('Allowed', 'pattern reason')

# Allowed differences, each with a reason
ALWAYS = (
    Allowed(r'object \S+: .*\.Modem\.Plugin: .* -> fibocom-nl668$', 'the name of the plugin'),
    Allowed(r'mmcli .*\bplugin\b', 'the name of the plugin'),
    Allowed(r'object \S+: \+ .*\.Firmware\.Update \(1x\)$', 'the interface of the plugin'),
    Allowed(r'(plug|enable): \+ AT\+GTOTA=\? \(1x\)$', 'asks how the module is updated'),
)

# If a stock plugin claims the vendor
FIBOCOM = (
    Allowed(r'plug: - AT\+XACT=\? ', 'no NL668 is an XMM module, so it is not probed for one'),
)

# If none does (1508 before 1.24), the generic plugin takes the module after all
# plugins that probe for a vendor have given up.
GENERIC = (
    Allowed(r'plug: - AT(\+CGMI|\+CGMM|%IPSYS\?|\^SQPORT\?) ', 'other plugins probe no longer'),
)

# An AT modem then has the stock Fibocom class, as it always has from 1.24 on.
FIBOCOM_CLASS = (
    Allowed(r'function: (reset|low power|power off): 1 .* -> 0 ',
            'the generic class cannot do it'),
    Allowed(r'object \S+: .*\.Modem\.Max(Active)?Bearers: 1 -> 2$',
            'a network interface is used as well as a port for PPP'),
    Allowed(r'function: (connect|bearer): ', 'data by the network interface instead of PPP'),
)

# Which AT port is found first, if no udev rule has a hint
ANY_PORT = (
    Allowed(r'object \S+: .*\.Modem\.PrimaryPort: ', 'any AT port may be the primary one'),
    Allowed(r'mmcli .*\bprimary[- ]port\b', 'any AT port may be the primary one'),
)


# Functions of the modem, and the expected exit status of the client

def send_message(side):
    side.do_modem('create message', '--messaging-create-sms=text=hello,number=+491234567')
    created = side.results['create message'].rpartition('/')[2]
    side.do('send message', '-s', created, '--send')


def use_messages(side):
    """Lists, reads and deletes messages that were sent and received."""
    _status, text = side.mmcli('-m', side.modem.index, '--messaging-list-sms')
    messages = sorted(re.findall(r'/SMS/(\d+) \((\w+)\)', text))
    side.results['messages'] = str(messages)
    for number, state in messages:
        side.do(f'read {state} message', '-s', number, '-K')
        side.do_modem(f'delete {state} message', f'--messaging-delete-sms={number}')
    side.do_modem('list no message', '--messaging-list-sms')


def use_signal(side):
    side.results['signal'] = str(side.modem.properties['SignalQuality'])
    if side.do_modem('poll signal', '--signal-setup=5'):
        # The first values come later
        side.bed.wait_until(lambda: side.modem.get_interface(bus.SIGNAL)['Lte'], 20, 'values')
    side.do_modem('extended signal', '--signal-get')
    side.do_modem('poll signal no longer', '--signal-setup=0')


def use_data(side):
    """Connects and disconnects."""
    connected = side.do_modem('connect', '--simple-connect=apn=internet,ip-type=ipv4')
    if connected:
        # The client may see it first
        side.wait_for_state(lambda state: state == STATE_CONNECTED)
    side.results['connected'] = str(connected)
    side.do('bearer', '-b', side.modem.properties['Bearers'][-1].rpartition('/')[2])
    side.do_modem('disconnect', '--simple-disconnect')
    side.wait_for_state(lambda state: state == STATE_REGISTERED)


def use_lock(side):
    """Locks the card, which takes effect after a restart."""
    side.do('enable PIN, wrong', '-i', '0', '--enable-pin', f'--pin={WRONG_PIN}')
    side.do('enable PIN', '-i', '0', '--enable-pin', f'--pin={PIN}')
    side.do('change PIN', '-i', '0', f'--change-pin={NEW_PIN}', f'--pin={PIN}')
    side.do('disable PIN', '-i', '0', '--disable-pin', f'--pin={NEW_PIN}')
    side.do('enable PIN again', '-i', '0', '--enable-pin', f'--pin={NEW_PIN}')


def use_power(side):
    side.do_modem('disable', '--disable')
    side.do_modem('low power', '--set-power-state-low')
    side.do_modem('enable', '--enable')
    side.wait_for_state(lambda state: state >= STATE_REGISTERED)


def reset(side):
    """Resets or replugs the module, so that its card is locked again."""
    if not side.do_modem('reset', '--reset'):
        side.module.unplug()
        side.bed.wait_for_no_modem(side.module)
        side.module.plug()


def use_after_reset(side):
    """Unlocks the card after the module has come back."""
    side.bed.wait_until(lambda: len(side.module.peek_events('usb')) == 3, 20, 'restart')
    side.bed.wait_until(lambda: not side.modem.exists, 20, 'end of the modem')
    side.wait_for_modem()
    side.results['locked'] = str(side.modem.properties['State'] == STATE_LOCKED)
    sim = side.modem.properties['Sim'].rpartition('/')[2]
    side.do('PIN, wrong', '-i', sim, f'--pin={WRONG_PIN}')
    side.do('PIN', '-i', sim, f'--pin={NEW_PIN}')
    side.wait_for_state(lambda state: state >= STATE_DISABLED)
    side.do_modem('enable again', '--enable')
    side.wait_for_state(lambda state: state >= STATE_REGISTERED)


def use_power_off(side):
    side.do_modem('disable again', '--disable')
    side.do_modem('power off', '--set-power-state-off')


FUNCTIONS = (use_messages, use_signal, use_data, use_lock, use_power, reset, use_after_reset,
             use_power_off)

# Refused by the module
WRONG = {'enable PIN, wrong', 'PIN, wrong'}


class Composition:
    """Cases for each composition. KEYS configure the module, OURS is what the udev rules
    of the plugin add, and FAILS are functions that a stock daemon may lack."""

    KEYS = {}
    OURS = {}
    ISOLATED = False
    FAILS = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        obstacle = namespace.find_obstacle() if cls.ISOLATED else None
        if obstacle:
            raise unittest.SkipTest(obstacle)
        stock = get_stock_plugins()
        cls.without = cls.make_side(cls.KEYS, stock)
        cls.with_ours = cls.make_side(cls.KEYS | cls.OURS, stock | {OUR_PLUGIN: Paths.plugin})
        sides = (cls.without, cls.with_ours)
        bring_up(*sides)
        for side in sides:
            side.record()
            send_message(side)
        # The daemon reads incoming messages on its own
        wait_until_quiet(*sides)
        for function in FUNCTIONS:
            for side in sides:
                function(side)
        cls.differences = compare(cls.without, cls.with_ours)
        cls.allowed = cls.get_allowed()
        cls.report()

    @classmethod
    def make_side(cls, keys, plugins):
        side = Side(keys, plugins, cls.ISOLATED)
        cls.addClassCleanup(side.bed.finish)
        return side

    @classmethod
    def get_allowed(cls):
        """The differences that are allowed for this composition."""
        generic = cls.without.plugin == 'generic'
        at_modem = cls.KEYS.get('composition', 'at') in ('at', 'ecm')
        hints = 'hints' in cls.KEYS or cls.KEYS.get('id') == '2cb7:01a0'
        return [*ALWAYS, *(GENERIC if generic else FIBOCOM),
                *(FIBOCOM_CLASS if generic and at_modem else ()), *(() if hints else ANY_PORT)]

    @classmethod
    def find_reason(cls, difference):
        return next((allowed.reason for allowed in cls.allowed
                     if re.match(allowed.pattern, difference)), None)

    @classmethod
    def report(cls):
        """Prints the differences."""
        counts = {phase: sum(traffic.values()) for phase, traffic in cls.without.traffic.items()}
        tap.comment(f'{cls.__doc__}: without -> with the plugin (of {counts} messages)')
        for difference in cls.differences:
            reason = cls.find_reason(difference)
            tap.comment(f'  {difference}  [{f"allowed: {reason}" if reason else "NOT ALLOWED"}]')

    def test_differences(self):
        """there are no differences but the allowed ones"""
        self.assertEqual([difference for difference in self.differences
                          if not self.find_reason(difference)], [])

    def test_ours(self):
        """the plugin and its interface are there"""
        self.assertEqual(self.with_ours.plugin, 'fibocom-nl668')
        asked = sum(traffic['AT+GTOTA=?'] for traffic in self.with_ours.traffic.values())
        self.assertEqual(asked, 1)
        self.assertEqual(sum('Firmware.Update (1x)' in line for line in self.differences), 1)

    def test_functions(self):
        """the functions of the modem work, and a wrong PIN is refused"""
        results = self.with_ours.results
        failed = {name for name, result in results.items() if result.startswith('1 ')}
        self.assertEqual(failed - set(self.FAILS), WRONG)
        self.assertEqual((results['connected'], results['locked']), ('True', 'True'))
        self.assertIn('sent', results['messages'])
        self.assertIn('received', results['messages'])


# Not supported by AT nor, before 1.24, by MBIM
EXTENDED_SIGNAL = ('poll signal', 'extended signal', 'poll signal no longer')


class At(Composition, unittest.TestCase):
    """1508:1001, AT only"""

    FAILS = EXTENDED_SIGNAL


class Ecm(Composition, unittest.TestCase):
    """1508:1001, ECM"""

    KEYS = {'composition': 'ecm', 'hints': 'yes'}
    FAILS = EXTENDED_SIGNAL


class EcmRules(Composition, unittest.TestCase):
    """1508:1001, ECM, with or without the udev rules of the plugin"""

    KEYS = {'composition': 'ecm'}
    OURS = {'hints': 'yes'}
    FAILS = EXTENDED_SIGNAL


class VendorAt(Composition, unittest.TestCase):
    """2cb7:01a0, AT only"""

    KEYS = {'id': '2cb7:01a0'}
    FAILS = EXTENDED_SIGNAL


class Qmi(Composition, unittest.TestCase):
    """1508:1001, QMI"""

    KEYS = {'composition': 'qmi', 'hints': 'yes'}
    ISOLATED = True


class Qmi1000(Composition, unittest.TestCase):
    """1508:1000, QMI"""

    KEYS = {'id': '1508:1000', 'composition': 'qmi'}
    ISOLATED = True


class Mbim(Composition, unittest.TestCase):
    """2cb7:01a0, MBIM"""

    KEYS = {'id': '2cb7:01a0', 'composition': 'mbim'}
    ISOLATED = True
    FAILS = (*EXTENDED_SIGNAL, 'reset', 'power off')


if __name__ == '__main__':
    tap.main()
