# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The simulated module does what its keys and methods say. Its AT ports are opened
without a daemon."""

import os
import termios
import tty

from gi.repository import GLib

from testbed.bus import MODEM, STATE_REGISTERED, Call, enable_all
from testbed.case import SharedBedCase
from testbed.loop import settle
from testbed.servers import make_package
from testbed.tap import main

OLD, BETWEEN, NEW = (f'19011.1000.00.02.73.{number}' for number in (13, 14, 15))
SPELLED = f'{NEW} [Sep 17 2019 09:00:00]'
REVISION = 'AT+CGMR'
BUSY = '+CME ERROR: 14'


class Port:
    """An open port of a module."""

    def __init__(self, bed, module, interface=1):
        self._bed = bed
        path = f'{bed.simulator.directory}/dev/{module.get_tty(interface)}'
        self._file = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._file, termios.TCSANOW)
        self.text = ''
        self.run('ATE0')

    def _read(self):
        try:
            self.text += os.read(self._file, 4096).decode()
        except (BlockingIOError, OSError):
            # Nothing to read, or unplugged
            pass
        return self.text

    def wait_for(self, text):
        """Waits for a text; returns everything up to it."""
        self._bed.wait_until(lambda: text in self._read(), 20, repr(text))
        before, _, self.text = self.text.partition(text)
        return before + text

    def run(self, command, end='OK\r\n'):
        os.write(self._file, f'{command}\r'.encode())
        return self.wait_for(end)

    def close(self):
        os.close(self._file)


class SimulatorCase(SharedBedCase):
    """Modules without a daemon."""

    def setUp(self):
        self.module = None

    def add(self, **keys):
        self.module = self.bed.simulator.add(**keys)
        return self.module

    def open(self, interface=1):
        port = Port(self.bed, self.module, interface)
        self.addCleanup(port.close)
        return port

    def wait_for_start(self, n_starts=2):
        """Waits until the module has started a number of times."""
        self.bed.wait_until(lambda: sum(event.startswith('plugged') for event
                                        in self.module.peek_events('usb')) == n_starts, 20, 'start')

    def replug(self):
        self.module.unplug()
        self.module.plug()


class Answers(SimulatorCase):
    """Answers that a case sets."""

    def test_own_answer(self):
        """lines are put before and after the module's own answer"""
        self.add().answer(REVISION, 'PB DONE\\r\\n\\r\\n<answer>\\r\\nRING', 1)
        port = self.open()
        self.assertEqual(port.run(REVISION, 'RING\r\n'),
                         f'\r\nPB DONE\r\n\r\n{OLD}\r\n\r\nOK\r\nRING\r\n')
        self.assertEqual(port.run(REVISION), f'\r\n{OLD}\r\n\r\nOK\r\n')

    def test_lost_answer(self):
        """the command is run, but its answer is lost"""
        self.add().answer('AT+GTRAT=', '<run>', 1)
        port = self.open()
        self.assertEqual(port.run('AT+GTRAT=3\rAT+GTRAT?'), '\r\n+GTRAT: 3\r\n\r\nOK\r\n')

    def test_count(self):
        """a command is refused a number of times"""
        self.add().answer('AT+GTRAT=', 'ERROR', 2)
        port = self.open()
        for end in ('ERROR\r\n', 'ERROR\r\n', 'OK\r\n'):
            self.assertEqual(port.run('AT+GTRAT=3', end), f'\r\n{end}')

    def test_each_start(self):
        """a module is busy a number of times after each start, not before"""
        self.add().answer_each_start(REVISION, BUSY, 2)
        self.assertIn(OLD, self.open().run(REVISION))
        for _ in range(2):
            self.replug()
            port = self.open()
            for _ in range(2):
                self.assertEqual(port.run(REVISION, f'{BUSY}\r\n'), f'\r\n{BUSY}\r\n')
            self.assertIn(OLD, port.run(REVISION))

    def test_forget(self):
        """what is answered after each start is forgotten"""
        self.add().answer_each_start(REVISION, BUSY)
        self.module.forget(REVISION)
        self.replug()
        self.assertIn(OLD, self.open().run(REVISION))


class Reports(SimulatorCase):
    """Reports of the module."""

    def test_framing(self):
        """reports are framed as the key says"""
        self.add()
        port = self.open()
        for framing, line_break in (('crlf', '\r\n'), ('crcrlf', '\r\r\n'), ('cr', '\r'),
                                    ('lf', '\n')):
            self.module.set(framing=framing)
            self.module.report('GTOTA DOWNLOAD START', interface=1)
            expected = f'{line_break}GTOTA DOWNLOAD START{line_break}'
            self.assertEqual(port.wait_for(expected), expected)

    def test_data_mode(self):
        """nothing is reported on a port in data mode"""
        self.add()
        port, other = self.open(1), self.open(2)
        port.run('ATD*99#', 'CONNECT 100000000\r\n')
        self.module.report('GTOTA DOWNLOADING: 1%', interface=1)
        self.module.report('GTOTA DOWNLOADING: 2%', interface=2)
        other.wait_for('GTOTA DOWNLOADING: 2%\r\n')
        other.run('ATH')
        self.assertEqual(port.wait_for('NO CARRIER\r\n'), '\r\nNO CARRIER\r\n')
        self.module.report('GTOTA DOWNLOADING: 3%', interface=1)
        self.assertEqual(port.wait_for('GTOTA DOWNLOADING: 3%\r\n'),
                         '\r\nGTOTA DOWNLOADING: 3%\r\n')


class Network(SimulatorCase):
    """The network after a change of the modes."""

    def test_at_once(self):
        """it is on the new network at once"""
        self.add(registration='umts', coverage='umts+lte')
        port = self.open()
        port.run('AT+CEREG=1')
        self.assertEqual(port.run('AT+GTRAT=3', '+CEREG: 1\r\n'), '\r\nOK\r\n\r\n+CEREG: 1\r\n')

    def test_search(self):
        """it stays on the old network, searches, and is on the new network"""
        self.add(registration='umts', coverage='umts+lte', reacquire=10, reacquire_after=500)
        port = self.open()
        port.run('AT+CEREG=2')
        port.run('AT+CGREG=2')
        self.assertEqual(port.run('AT+GTRAT=3\rAT+CGREG?', ',7\r\n'),
                         '\r\nOK\r\n\r\n+CGREG: 2,1,"1A2B","01C3D4E5",2\r\n\r\nOK\r\n'
                         '\r\n+CGREG: 2\r\n\r\n+CEREG: 2\r\n'
                         '\r\n+CGREG: 0\r\n\r\n+CEREG: 1,"1A2B","01C3D4E5",7\r\n')

    def test_no_change(self):
        """it stays registered if the modes are those that it has"""
        self.add(reacquire=10, reacquire_after=0)
        port = self.open()
        port.run('AT+CEREG=1')
        port.run('AT+GTRAT=10')
        settle(100)
        self.assertEqual(port.run('AT+CEREG?'), '\r\n+CEREG: 1,1\r\n\r\nOK\r\n')


class Modes(SharedBedCase):
    """Modes that the daemon sets over QMI and MBIM."""

    ISOLATED = True
    KEYS = {'qmi': {'composition': 'qmi'}, 'mbim': {'composition': 'mbim', 'id': '2cb7:01a0'}}
    LTE = (8, 0)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = {kind: cls.bed.simulator.add(refuse_modes=1, reacquire=100, reacquire_after=100,
                                               **keys) for kind, keys in cls.KEYS.items()}
        cls.bed.start_daemon()
        cls.modems = {kind: cls.bed.wait_for_modem(module) for kind, module in modules.items()}
        enable_all(*cls.modems.values())

    def set_modes(self, modem):
        """Returns the name of the error."""
        return Call(self.bed.connection, modem.path, MODEM, 'SetCurrentModes',
                    GLib.Variant('((uu))', (self.LTE,))).wait().error_name

    def check(self, kind):
        modem = self.modems[kind]
        self.assertTrue(self.set_modes(modem))
        begin = len(self.bed.observer.events)
        self.assertIsNone(self.set_modes(modem))

        def get_states():
            return [event.values['State'] for event in self.bed.observer.events[begin:]
                    if event.path == modem.path and event.interface == MODEM
                    and 'State' in event.values]
        self.bed.wait_until(lambda: min(get_states(), default=STATE_REGISTERED) < STATE_REGISTERED,
                            20, 'search')
        self.bed.wait_until(lambda: get_states()[-1] >= STATE_REGISTERED, 40, 'registration')

    def test_qmi(self):
        """QMI: refused once, then accepted, and the network is searched"""
        self.check('qmi')

    def test_mbim(self):
        """MBIM: refused once, then accepted, and the network is searched"""
        self.check('mbim')


class Updates(SimulatorCase):
    """Downloads and installations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW, 20000))

    def add(self, **keys):
        return super().add(**({'restart_after': 0, 'away': 0} | keys))

    def update(self, interface=1):
        """Starts an update; returns the open port."""
        port = self.open(interface)
        port.run('AT+GTSET="CALLBREAK",1')
        port.run(f'AT+GTOTA=0,"{self.url}"')
        return port

    def read_id(self):
        directory = self.bed.simulator.directory + self.module.path
        values = []
        for name in ('idVendor', 'idProduct'):
            with open(f'{directory}/{name}', encoding='ascii') as file:
                values.append(file.read().strip())
        return ':'.join(values)

    def get_revision(self, interface=1):
        return self.open(interface).run(REVISION).split('\r\n')[1]

    def test_percentages(self):
        """no percentages are reported, and the module restarts with the new firmware"""
        self.add(percentages='no')
        self.assertEqual(self.update().wait_for('COMPLETE\r\n'),
                         '\r\nGTOTA DOWNLOAD START\r\n\r\nGTOTA DOWNLOAD COMPLETE\r\n')
        self.wait_for_start()
        self.assertEqual(self.get_revision(), NEW)

    def test_unheard(self):
        """the port is in data mode when the download is complete"""
        self.add()
        port = self.open(1)
        port.run('ATD*99#', 'CONNECT 100000000\r\n')
        self.update(2)
        self.wait_for_start()
        self.assertEqual(self.get_revision(), NEW)

    def test_revisions(self):
        """it runs another version after each restart, and the last one for good"""
        self.add(revisions=f'{BETWEEN}|{SPELLED}', restarts=3)
        self.update()
        self.wait_for_start(4)
        self.assertEqual(self.module.peek_events('revision'), [OLD, BETWEEN, SPELLED, SPELLED])
        self.replug()
        self.assertEqual(self.get_revision(), SPELLED)

    def test_same(self):
        """nothing is installed"""
        self.add(install='same', revisions=NEW)
        self.update()
        self.wait_for_start()
        self.assertEqual(self.get_revision(), OLD)

    def test_emergency(self):
        """emergency download mode for a while, then the new firmware"""
        self.add(install='edl', other_for=10)
        self.update()
        self.wait_for_start(3)
        self.assertEqual(self.module.peek_events('id'), ['1508:1001', '05c6:9008', '1508:1001'])
        self.assertEqual((self.read_id(), self.get_revision()), ('1508:1001', NEW))

    def test_other(self):
        """another device for good, and as before once it is repaired"""
        self.add(install='other')
        self.update()
        self.wait_for_start()
        self.assertEqual(self.read_id(), '18d1:d00d')
        self.replug()
        self.assertEqual(self.read_id(), '18d1:d00d')
        self.module.set(install='package')
        self.replug()
        self.assertEqual((self.read_id(), self.get_revision()), ('1508:1001', OLD))

    def test_new_address(self):
        """it comes back under another id and at another port"""
        self.add(new_id='2cb7:01a0', new_port=90)
        self.update()
        self.wait_for_start()
        self.assertEqual((self.module.path, self.read_id()), ('/sys/devices/1-90', '2cb7:01a0'))
        self.assertEqual(self.get_revision(2), NEW)

    def test_new_layout(self):
        """an id that does not have the composition has AT ports only"""
        self.add(composition='mbim', id='2cb7:01a0', new_id='1508:1000')
        self.update(2)
        self.wait_for_start()
        self.assertEqual(sorted(self.bed.simulator.ttys[self.module.number]), ['0', '1'])
        self.assertEqual(self.get_revision(0), NEW)


if __name__ == '__main__':
    main()
