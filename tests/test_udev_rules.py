# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""What udev makes of our rules, beside those that are installed."""

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

# With /run of its own: rules there win over those of the same name elsewhere, and
# what udevadm notes down is gone afterwards.
SCRIPT = '''
    mount -t tmpfs tmpfs /run
    mkdir -p /run/udev
    cp -r "$1" /run/udev/rules.d
    exec umockdev-run --device="$2" -- udevadm test --action=add "$3"
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


class Udev:
    """Runs the rules for single ports."""

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

    def look_at(self, usb_id, interface, subclass='00', subsystem='tty'):
        """What is said of the port of that interface, and is of the daemon's business."""
        vendor, product = usb_id.split(':')
        device = self._write('device', DEVICE.format(
            vendor=vendor, product=product, interface=interface, subclass=subclass,
            subsystem=subsystem))
        done = subprocess.run(
            ['unshare', '--mount', '--propagation', 'private', 'sh', '-e', '-c', SCRIPT, 'sh',
             os.path.join(self.directory, 'rules.d'), device,
             f'/sys/devices/1-1/1-1:1.{interface}/port'],
            env=os.environ | {'SYSTEMD_COLORS': '0'}, capture_output=True, text=True, timeout=60,
            check=True)
        properties = dict(re.findall(r'^\s*(ID_MM_\w+)=(.*)$', done.stdout, re.M))
        # Of every tty, by the daemon's own rules
        properties.pop('ID_MM_CANDIDATE', None)
        return properties

    def close(self):
        shutil.rmtree(self.directory)


@unittest.skipUnless(shutil.which('udevadm'), 'takes udevadm')
class Rules(unittest.TestCase):
    """What is said of the ports."""

    def setUp(self):
        obstacle = system.find_namespace_obstacle()
        if obstacle:
            self.skipTest(obstacle)

    def look_at(self, *args, ours=True, before='', **kwargs):
        udev = Udev(ours, before)
        self.addCleanup(udev.close)
        return udev.look_at(*args, **kwargs)

    def assert_same(self, *args, **kwargs):
        """Our rules change nothing."""
        self.assertEqual(self.look_at(*args, **kwargs), self.look_at(*args, ours=False, **kwargs))

    def assert_hint(self, hint, *args, **kwargs):
        """The port has this hint, and else what the installed rules say."""
        stock = self.look_at(*args, ours=False, **kwargs)
        self.assertEqual(self.look_at(*args, **kwargs), stock | hint)

    def test_nl668(self):
        """1508:1001: the same hints as the stock rules give from 1.24 on"""
        self.assert_hint(QCDM, '1508:1001', 0, subclass='ff')
        self.assert_hint(PRIMARY, '1508:1001', 1)
        self.assert_hint(SECONDARY, '1508:1001', 2)
        self.assert_hint(SECONDARY, '1508:1001', 3)

    def test_nl668_without_diag(self):
        """1508:1000: two AT ports"""
        self.assert_hint(PRIMARY, '1508:1000', 0)
        self.assert_hint(SECONDARY, '1508:1000', 1)

    def test_other_layout(self):
        """1508:1001 with other interfaces than it is known for: no hint more"""
        self.assert_same('1508:1001', 0, subclass='00')
        self.assert_same('1508:1001', 1, subclass='ff')
        self.assert_same('1508:1001', 3, subclass='ff')
        self.assert_same('1508:1001', 4)
        self.assert_same('1508:1000', 2)

    def test_other_ports(self):
        """The control port and the network interface of QMI: no hint more"""
        self.assert_same('1508:1001', 4, subclass='ff', subsystem='usbmisc')
        self.assert_same('1508:1001', 4, subclass='ff', subsystem='net')
        self.assert_same('1508:1000', 0, subsystem='net')

    def test_other_devices(self):
        """Other modules, and other devices: no hint more"""
        for usb_id in '2cb7:01a0', '2cb7:0104', '05c6:9008', '1508:1002', '1001:1508':
            with self.subTest(usb_id):
                self.assert_same(usb_id, 0, subclass='ff')
                self.assert_same(usb_id, 2)

    def test_others_spoke_before(self):
        """Whatever a rule before ours says of a port stays all that is said"""
        for name in ('PORT_IGNORE', 'PORT_TYPE_AT_PRIMARY', 'PORT_TYPE_AT_SECONDARY',
                     'PORT_TYPE_AT_PPP', 'PORT_TYPE_QCDM', 'PORT_TYPE_GPS', 'PORT_TYPE_AUDIO'):
            before = f'SUBSYSTEM=="tty", ENV{{ID_MM_{name}}}="1"\n'
            with self.subTest(name):
                self.assert_same('1508:1001', 0, subclass='ff', before=before)
                self.assert_same('1508:1001', 1, before=before)
                self.assert_same('1508:1000', 1, before=before)

    def test_no_hint_by_itself(self):
        """The test bed sees what our rules do not say"""
        self.assertEqual(self.look_at('1508:1000', 0, ours=False), {})


@unittest.skipUnless(shutil.which('udevadm'), 'takes udevadm')
class Syntax(unittest.TestCase):
    """What udev says of the file itself."""

    def test_verify(self):
        """udevadm verify finds nothing to complain about"""
        if subprocess.run(['udevadm', 'verify', '--help'], capture_output=True,
                          check=False).returncode:
            self.skipTest('takes udev 254 or newer')
        done = subprocess.run(['udevadm', 'verify', RULES], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == '__main__':
    main()
