# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates over FTP, with every way to specify the login."""

import os

from testbed.bus import UPDATE, State, enable_all
from testbed.case import SharedBedCase
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

FILE = 'packages/NL668 0213-0215.zip'
USER = 'nl668@fota'
PASSWORD = "s3cret:/,%41'"

URL_FILE = 'packages/NL668%200213-0215.zip'
URL_USER = 'nl668%40fota'
URL_PASSWORD = "s3cret%3A%2F,%2541'"


class Ftp(SharedBedCase):
    """Updates of several modules at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.ftp = bed.start_ftp(USER, PASSWORD)
        cls.ftp.publish(FILE, make_package(NEW))
        cls.source = f'ftp://{cls.ftp.address}/{URL_FILE}'
        # For the pace see test_update_http.py
        cls.modules = {kind: bed.simulator.add(pace=5)
                       for kind in ('url', 'keys', 'client-url', 'client-keys')}
        bed.start_daemon()
        modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(modems['url'], modems['keys'])
        cls.clients = cls.start_clients(modems)
        cls.calls = cls.start_calls(modems)

    @classmethod
    def start_calls(cls, modems):
        login = f'{URL_USER}:{URL_PASSWORD}'
        # Each key overrides its part of the URL
        keys = {'url': 'ftp://other:none@127.0.0.2:9/x', 'server': cls.ftp.address,
                'file-name': FILE, 'user': USER, 'password': PASSWORD}
        return [
            modems['url'].start({'url': f'ftp://{login}@{cls.ftp.address}/{URL_FILE}'}).wait(),
            modems['keys'].start(keys).wait(),
        ]

    @classmethod
    def start_clients(cls, modems):
        """Starts one client with a URL and one with keys."""
        password_file = os.path.join(cls.bed.directory, 'password')
        with open(password_file, 'w', encoding='utf-8') as file:
            file.write(f'{PASSWORD}\nsecond line\n')
        clients = {
            'client-url': cls.bed.start_update(
                modems['client-url'], f'ftp://{URL_USER}@{cls.ftp.address}/{URL_FILE}',
                f'--firmware-update-password-file={password_file}'),
            'client-keys': cls.bed.start_update(
                modems['client-keys'],
                f'server={cls.ftp.address}, file-name="{FILE}", user=\'{USER}\'',
                '--firmware-update-password-file=-'),
        }
        clients['client-keys'].write(f'{PASSWORD}\n')
        clients['client-keys'].end_input()
        return clients

    def check(self, kind):
        module = self.modules[kind]
        modem = self.bed.wait_for_state(module, State.SUCCEEDED)
        self.assertEqual(module.get_update_commands(), [
            'AT+GTSET="CALLBREAK",1', 'AT+GTSET="GPRSFIRST",1',
            f'AT+GTOTA=1,"{self.ftp.address}","{FILE}","{USER}","{PASSWORD}"'])
        self.assertEqual(self.bed.get_percentages(module), list(range(1, 101)))
        states = self.bed.get_announced(module, 'State')
        self.assertEqual(states[:3], [State.PREPARING, State.DOWNLOADING, State.INSTALLING])
        self.assertEqual([modem.update[name] for name in (
            'PreviousVersion', 'CurrentVersion', 'TargetVersion', 'Source', 'Error')],
            [OLD, NEW, '', self.source, ('', '')])
        self.assertLess(modem.update['Started'], modem.update['Finished'])
        if kind in self.clients:
            client = self.clients[kind]
            self.assertEqual((client.wait(), client.stderr), (0, ''))
            self.assertEqual(client.output[-1],
                             f'successfully updated the firmware: {OLD} -> {NEW}')

    def test_url(self):
        """everything is in the URL, percent-encoded"""
        self.check('url')

    def test_keys(self):
        """keys override the parts of the URL"""
        self.check('keys')

    def test_client_url(self):
        """client: a URL without password, and a password file"""
        self.check('client-url')

    def test_client_keys(self):
        """client: keys, and the password on stdin"""
        self.check('client-keys')

    def test_transfers(self):
        """the module has downloaded the package by FTP"""
        self.test_url()
        self.assertIn(os.path.join(self.ftp.directory, FILE), self.ftp.transfers)

    def test_zz_password(self):
        """the password appears only in the command to the module"""
        for client in self.clients.values():
            client.wait()
            self.assertNotIn('s3cret', client.stdout + client.stderr)
            self.assertNotIn('s3cret', ' '.join(client.argv))
        for event in self.bed.observer.events:
            if event.interface == UPDATE:
                self.assertNotIn('s3cret', str(event.values))
        lines = [line for line in self.bed.daemon.log if 's3cret' in line]
        # The stock daemon logs commands at this log level
        self.assertEqual([line for line in lines if "--> 'AT+GTOTA=1," not in line], [])


if __name__ == '__main__':
    main()
