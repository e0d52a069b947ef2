# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The files that record the updates, and their directory."""

import os
import stat

from testbed.bus import ERROR, MODEM, Call, State, enable_all
from testbed.case import BedCase, SharedBedCase
from testbed.daemon import WARNING
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

FOREVER = 3600 * 1000


class Records(SharedBedCase):
    """Files that the daemon finds in place of records."""

    IMEIS = {name: f'86000000000000{number}' for number, name in enumerate(
        ('good', 'loose', 'other', 'garbage', 'link', 'directory', 'fifo'))}
    RECORD = ('[Update]\nIMEI={imei}\nState=failed\nProgress=40\nStarted=1\nFinished=2\n'
              f'PreviousVersion={OLD}\n')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        os.makedirs(cls.bed.state_directory, 0o700)
        cls.target = f'{cls.bed.directory}/target'
        cls.write(cls.target, cls.RECORD.format(imei=cls.IMEIS['link']))
        cls.write(cls.get_path('good'), cls.RECORD.format(imei=cls.IMEIS['good']))
        cls.write(cls.get_path('loose'), cls.RECORD.format(imei=cls.IMEIS['loose']))
        os.chmod(cls.get_path('loose'), 0o660)
        cls.write(cls.get_path('good') + '.staged', '')
        cls.write(cls.get_path('other') + '.A1b2C3', '[Update]\nIMEI=')
        cls.write(cls.get_path('other'), cls.RECORD.format(imei=cls.IMEIS['good']))
        cls.write(cls.get_path('garbage'), '\0[Update\nState=succeeded\n' * 20)
        os.symlink(cls.target, cls.get_path('link'))
        os.mkdir(cls.get_path('directory'))
        os.mkfifo(cls.get_path('fifo'))
        cls.modules = {name: cls.bed.simulator.add(imei=imei)
                       for name, imei in cls.IMEIS.items()}
        cls.bed.start_daemon()
        cls.modems = {name: cls.bed.wait_for_modem(module)
                      for name, module in cls.modules.items()}

    @staticmethod
    def write(path, text):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        os.chmod(path, 0o600)

    @classmethod
    def get_path(cls, name):
        return f'{cls.bed.state_directory}/{cls.IMEIS[name]}.conf'

    def test_good(self):
        """a good record is used"""
        update = self.modems['good'].read_update()
        self.assertEqual((update['State'], update['Progress'], update['PreviousVersion']),
                         (State.FAILED, 40, OLD))

    def test_loose(self):
        """so is one with the mode 0660, which becomes 0600"""
        self.assertEqual(self.modems['loose'].read_update()['State'], State.FAILED)
        self.assertEqual(stat.S_IMODE(os.lstat(self.get_path('loose')).st_mode), 0o600)

    def test_leftovers(self):
        """what a daemon left that was killed while it wrote is removed"""
        self.assertEqual([name for name in os.listdir(self.bed.state_directory)
                          if not name.endswith(('.conf', '.bad'))], [])

    def test_bad(self):
        """anything else is moved aside with one warning, and links are not followed"""
        for name in set(self.IMEIS) - {'good', 'loose'}:
            with self.subTest(name):
                path = self.get_path(name)
                self.assertEqual(self.modems[name].read_update()['State'], State.IDLE)
                warnings = [line for line in self.bed.daemon.log
                            if WARNING.match(line) and path in line]
                self.assertEqual(len(warnings), 1, warnings)
                self.assertFalse(os.path.lexists(path))
                self.assertTrue(os.path.lexists(f'{path}.bad'))

    def test_updates(self):
        """each module can be updated and then has a record"""
        enable_all(*self.modems.values())
        for modem in self.modems.values():
            modem.start({'url': self.url})
        for name in self.IMEIS:
            self.bed.wait_for_state(self.modules[name], State.SUCCEEDED)
            self.assertEqual(self.bed.read_record(self.IMEIS[name])['State'], 'succeeded')
            self.assertEqual(stat.S_IMODE(os.lstat(self.get_path(name)).st_mode), 0o600)
        with open(self.target, encoding='utf-8') as file:
            self.assertEqual(file.read(), self.RECORD.format(imei=self.IMEIS['link']))


class Directory(BedCase):
    """The directory of the records."""

    def test_directory(self):
        """nothing is sent to the module unless a record is written first"""
        with open(self.bed.state_directory, 'w', encoding='utf-8'):
            pass
        self.bed.start_daemon()
        module, modem = self.bed.add_modem(download='manual')
        modem.enable()
        commands = module.get_our_commands()
        call = modem.start({'url': 'http://127.0.0.1/package'}).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.Failed')
        self.assertIn(self.bed.state_directory, call.message)
        self.assertEqual(modem.state, State.IDLE)
        self.assertEqual(module.get_our_commands(), commands)

        os.remove(self.bed.state_directory)
        module.delay('AT+GTSET?', FOREVER)
        call = modem.start({'url': 'http://127.0.0.1/package'})
        self.bed.wait_until(lambda: module.peek_commands()[-1] == 'AT+GTSET?', 20, 'first command')
        record = self.bed.read_record(modem.properties['EquipmentIdentifier'])
        self.assertEqual((record['State'], record['PreviousVersion'], record['Source']),
                         ('preparing', OLD, 'http://127.0.0.1/package'))
        self.assertEqual(stat.S_IMODE(os.stat(self.bed.state_directory).st_mode), 0o700)
        # The module does not answer, but it is asked again, and that does not stop the update
        module.delay('AT+GTSET?', 0)
        call.wait()
        self.assertIsNone(call.error_name, call.message)


class Unread(BedCase):
    """A record that cannot be used yet."""

    SCALE = 0.05
    URL = 'http://127.0.0.1/package'

    def assert_refused(self, call, reason):
        call.wait()
        self.assertTrue(call.error_name)
        self.assertIn(reason, call.message)

    def test_directory(self):
        """others may write to the directory: nothing is lost, and the update goes on once they
        may not"""
        self.bed.start_daemon()
        module, modem = self.bed.add_modem(download='manual')
        imei = modem.properties['EquipmentIdentifier']
        modem.enable()
        modem.start({'url': self.URL}).wait()
        module.report('GTOTA DOWNLOAD START', interface=1)
        modem.wait_for_state(State.DOWNLOADING)
        self.bed.stop_daemon(kill=True)
        before = self.bed.read_record(imei)
        os.chmod(self.bed.state_directory, 0o770)

        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        commands = module.get_update_commands()
        self.assertEqual(modem.state, State.UNKNOWN)
        self.assert_refused(modem.start({'url': self.URL}), 'is writable by others than its owner')
        self.assert_refused(Call(self.bed.connection, modem.path, MODEM, 'Reset', None), 'may be updating its firmware')
        self.assertEqual(module.get_update_commands(), commands)
        self.assertEqual(self.bed.read_record(imei), before)
        os.chmod(self.bed.state_directory, 0o700)
        modem.wait_for_state(State.DOWNLOADING)


if __name__ == '__main__':
    main()
