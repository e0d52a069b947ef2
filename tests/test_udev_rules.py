# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The effect of our udev rules, together with the installed ones."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

from testbed import system
from testbed.tap import main

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RULES = os.path.join(TOP, 'data', '78-mm-fibocom-nl668.rules')

PRIMARY = {'ID_MM_PORT_TYPE_AT_PRIMARY': '1'}
SECONDARY = {'ID_MM_PORT_TYPE_AT_SECONDARY': '1'}
QCDM = {'ID_MM_PORT_TYPE_QCDM': '1'}

# With its own /run: rules there override installed ones of the same name, and what
# udevadm writes there is gone afterwards. Some versions load kernel modules in a test.
SCRIPT = '''
    mount -t tmpfs tmpfs /run
    mkdir -p /run/udev
    cp -r "$1" /run/udev/rules.d
    exec setpriv --bounding-set=-sys_module umockdev-run --device="$2" -- sh -e -c \
        'cd "$UMOCKDEV_DIR/sys/bus"
         mkdir -p usb/drivers/option usb-serial/drivers/option1
         touch usb-serial/drivers/option1/new_id
         exec udevadm test --action="$1" "$2"' sh "$3" "$4"
'''

DEVICE = '''\
P: /devices/1-1
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor={vendor}\\n
A: idProduct={product}\\n

P: /devices/1-1/1-1:1.{interface}
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
A: bInterfaceNumber={interface:02x}\\n
A: bInterfaceSubClass={subclass}\\n

P: /devices/1-1/1-1:1.{interface}/port
N: port
E: SUBSYSTEM={subsystem}
E: DEVNAME=/dev/port
'''

MODULE = '''\
P: /devices/1-1
E: SUBSYSTEM=usb
E: DEVTYPE=usb_device
A: idVendor={vendor}\\n
A: idProduct={product}\\n
{event}

P: /devices/1-1/1-1:1.0
E: SUBSYSTEM=usb
E: DEVTYPE=usb_interface
A: bInterfaceNumber=00\\n
A: bInterfaceClass=ff\\n
{driver}
'''

# The log messages of older and newer versions of udev
WRITTEN = re.compile(r"ATTR '(.*)' writing '(.*)'|skipping writing ATTR{(.*)}=\"(.*)\"")
OPTION_IDS = '/sys/bus/usb-serial/drivers/option1/new_id'


class Udev:
    """Runs the rules for single devices."""

    def __init__(self, ours=True, before=''):
        self.directory = tempfile.mkdtemp()
        rules = os.path.join(self.directory, 'rules.d')
        os.mkdir(rules)
        path = os.path.join(rules, os.path.basename(RULES))
        if ours:
            shutil.copy(RULES, path)
        else:
            os.symlink('/dev/null', path)
        self._write('rules.d/77-before.rules', before)

    def _write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def _test(self, device, path, action):
        return subprocess.run(
            ['unshare', '--mount', '--propagation', 'private', 'sh', '-e', '-c', SCRIPT, 'sh',
             os.path.join(self.directory, 'rules.d'), self._write('device', device), action, path],
            env=os.environ | {'SYSTEMD_COLORS': '0'}, capture_output=True, text=True, timeout=60,
            check=True)

    def look_at(self, usb_id, interface, subclass='00', subsystem='tty'):
        """The properties of the port of an interface that matter to the daemon."""
        vendor, product = usb_id.split(':')
        device = DEVICE.format(vendor=vendor, product=product, interface=interface,
                               subclass=subclass, subsystem=subsystem)
        done = self._test(device, f'/sys/devices/1-1/1-1:1.{interface}/port', 'add')
        properties = dict(re.findall(r'^\s*(ID_MM_\w+)=(.*)$', done.stdout, re.M))
        # The daemon's own rules set it for every tty
        properties.pop('ID_MM_CANDIDATE', None)
        return properties

    def handle_event(self, usb_id, action, synthetic=False, bound=False, path=''):
        """The attributes that an event of a module writes, and whether it loads option."""
        vendor, product = usb_id.split(':')
        device = MODULE.format(vendor=vendor, product=product,
                               event='E: SYNTH_UUID=0' if synthetic else '',
                               driver='L: driver=../../../bus/usb/drivers/option' if bound else '')
        done = self._test(device, f'/sys/devices/1-1{path}', action)
        written = [tuple(filter(None, groups)) for groups in WRITTEN.findall(done.stderr)]
        return written, "'kmod load option'" in done.stderr

    def close(self):
        shutil.rmtree(self.directory)


class UdevCase(unittest.TestCase):
    """A case that runs its own udev."""

    def setUp(self):
        obstacle = system.find_namespace_obstacle()
        if obstacle:
            self.skipTest(obstacle)


@unittest.skipUnless(shutil.which('udevadm'), 'needs udevadm')
class Rules(UdevCase):
    """Hints for the ports."""

    def look_at(self, *args, ours=True, before='', **kwargs):
        udev = Udev(ours, before)
        self.addCleanup(udev.close)
        return udev.look_at(*args, **kwargs)

    def assert_same(self, *args, **kwargs):
        """Checks that our rules change nothing."""
        self.assertEqual(self.look_at(*args, **kwargs), self.look_at(*args, ours=False, **kwargs))

    def assert_hint(self, hint, *args, **kwargs):
        """Checks that our rules add this hint to the installed rules."""
        stock = self.look_at(*args, ours=False, **kwargs)
        self.assertEqual(self.look_at(*args, **kwargs), stock | hint)

    def test_nl668(self):
        """1508:1001: the same hints as in the stock rules from 1.24 on"""
        self.assert_hint(QCDM, '1508:1001', 0, subclass='ff')
        self.assert_hint(PRIMARY, '1508:1001', 1)
        self.assert_hint(SECONDARY, '1508:1001', 2)
        self.assert_hint(SECONDARY, '1508:1001', 3)

    def test_nl668_without_diag(self):
        """1508:1000: two AT ports"""
        self.assert_hint(PRIMARY, '1508:1000', 0)
        self.assert_hint(SECONDARY, '1508:1000', 1)

    def test_other_layout(self):
        """1508:1001 with an unknown layout of interfaces: no additional hint"""
        self.assert_same('1508:1001', 0, subclass='00')
        self.assert_same('1508:1001', 1, subclass='ff')
        self.assert_same('1508:1001', 3, subclass='ff')
        self.assert_same('1508:1001', 4)
        self.assert_same('1508:1000', 2)

    def test_other_ports(self):
        """control port and network interface of QMI: no additional hint"""
        self.assert_same('1508:1001', 4, subclass='ff', subsystem='usbmisc')
        self.assert_same('1508:1001', 4, subclass='ff', subsystem='net')
        self.assert_same('1508:1000', 0, subsystem='net')

    def test_other_devices(self):
        """other modules and other devices: no additional hint"""
        for usb_id in '2cb7:01a0', '2cb7:0104', '05c6:9008', '1508:1002', '1001:1508':
            with self.subTest(usb_id):
                self.assert_same(usb_id, 0, subclass='ff')
                self.assert_same(usb_id, 2)

    def test_earlier_rules(self):
        """a port with a hint from an earlier rule: no additional hint"""
        for name in ('PORT_IGNORE', 'PORT_TYPE_AT_PRIMARY', 'PORT_TYPE_AT_SECONDARY',
                     'PORT_TYPE_AT_PPP', 'PORT_TYPE_QCDM', 'PORT_TYPE_GPS', 'PORT_TYPE_AUDIO'):
            before = f'SUBSYSTEM=="tty", ENV{{ID_MM_{name}}}="1"\n'
            with self.subTest(name):
                self.assert_same('1508:1001', 0, subclass='ff', before=before)
                self.assert_same('1508:1001', 1, before=before)
                self.assert_same('1508:1000', 1, before=before)

    def test_without_rules(self):
        """without our rules, 1508:1000 has no hint"""
        self.assertEqual(self.look_at('1508:1000', 0, ours=False), {})


@unittest.skipUnless(shutil.which('udevadm'), 'needs udevadm')
class Driver(UdevCase):
    """The driver of a module that the kernel may not know."""

    def setUp(self):
        super().setUp()
        self.udev = Udev()
        self.addCleanup(self.udev.close)

    def assert_bound(self, *args, **kwargs):
        """Checks that option is loaded and gets the id, without interface 2."""
        self.assertEqual(self.udev.handle_event(*args, **kwargs),
                         ([(OPTION_IDS, '1508 1000 ff 19d2 1426')], True))

    def assert_untouched(self, *args, **kwargs):
        """Checks that nothing is written or loaded."""
        self.assertEqual(self.udev.handle_event(*args, **kwargs), ([], False))

    def test_unknown(self):
        """1508:1000 without a driver: option gets the id"""
        self.assert_bound('1508:1000', 'bind')

    def test_triggered(self):
        """1508:1000 that was there before the rules or before udev: option gets the id"""
        self.assert_bound('1508:1000', 'add', synthetic=True)
        self.assert_bound('1508:1000', 'change', synthetic=True)

    def test_known(self):
        """1508:1000 with a driver, as the kernel knows the id: nothing is written"""
        for action, synthetic in ('bind', False), ('add', True), ('change', True):
            with self.subTest(action):
                written, _ = self.udev.handle_event('1508:1000', action, synthetic, bound=True)
                self.assertEqual(written, [])

    def test_other_events(self):
        """1508:1000 before it has interfaces, or after: nothing happens"""
        for action in 'add', 'change', 'unbind', 'remove':
            with self.subTest(action):
                self.assert_untouched('1508:1000', action)

    def test_other_devices(self):
        """other modules, and an interface of this one: nothing happens"""
        for usb_id in '1508:1001', '2cb7:01a0', '1508:1002', '1001:1508':
            with self.subTest(usb_id):
                self.assert_untouched(usb_id, 'bind')
        self.assert_untouched('1508:1000', 'bind', path='/1-1:1.0')


@unittest.skipUnless(shutil.which('udevadm'), 'needs udevadm')
class Syntax(unittest.TestCase):
    """The syntax of the rules."""

    def test_verify(self):
        """udevadm verify reports no problem"""
        if subprocess.run(['udevadm', 'verify', '--help'], capture_output=True,
                          check=False).returncode:
            self.skipTest('needs udev 254 or newer')
        done = subprocess.run(['udevadm', 'verify', RULES], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == '__main__':
    main()
