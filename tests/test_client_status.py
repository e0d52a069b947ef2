# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The status of all modules, of a module that is away, and of an update that another
program has started."""

import json
import os
import shutil
import signal
import unittest

from testbed.bus import State
from testbed.case import BedCase, Paths, SharedBedCase, parse_keyvalue
from testbed.servers import make_package
from testbed.system import SystemBed, find_polkit_obstacle
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
FAILURE = "error: couldn't update the firmware: "
URL = 'http://host/package'
FAILED = 'GTOTA DOWNLOAD FAILED'
FAILED_MESSAGE = (f'the module reports: {FAILED}; check the server, and check the status before you '
                  'start the update again')
GONE = 'the module disappeared before the download was complete'
STATUS = '--firmware-update-status'

NO_DAEMON = "couldn't find the ModemManager process in the bus"


def fail_and_unplug(bed, module):
    """Leaves the record of a failed update and no modem; returns the IMEI."""
    modem = bed.wait_for_modem(module)
    imei = modem.properties['EquipmentIdentifier']
    modem.enable()
    assert not modem.start({'url': URL, 'version': NEW}).wait().error_name
    module.report('GTOTA DOWNLOADING: 40%', interface=1)
    bed.wait_until(lambda: modem.update['Progress'] == 40, 20, '40 %')
    module.unplug()
    bed.wait_for_no_modem(module)
    bed.wait_until(lambda: bed.read_record(imei)['State'] == 'failed', 20, 'failed')
    return imei


def read_objects(client):
    return [json.loads(line)['modem'] for line in client.output]


class List(SharedBedCase):
    """A module with a modem, and one that was unplugged during an update."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gone = cls.bed.simulator.add(download='manual')
        cls.module = cls.bed.simulator.add()
        cls.foreign = cls.bed.simulator.add(id='2c7c:0125')
        cls.bed.start_daemon()
        cls.modem = cls.bed.wait_for_modem(cls.module)
        cls.bed.wait_for_modem(cls.foreign)
        cls.imei = cls.modem.properties['EquipmentIdentifier']
        cls.gone_imei = fail_and_unplug(cls.bed, cls.gone)

    def check_gone(self, modem):
        """Checks that the object shows the whole record."""
        self.assertEqual(modem['dbus-path'], '--')
        self.assertEqual(modem['generic'], {'equipment-identifier': self.gone_imei})
        update = modem['firmware']['update']
        self.assertEqual(
            {key: update[key] for key in ('state', 'progress', 'previous-version', 'target-version',
                                          'current-version', 'source', 'usb-port')},
            {'state': 'failed', 'progress': '40', 'previous-version': OLD, 'target-version': NEW,
             'current-version': '--', 'source': URL, 'usb-port': '--'})
        self.assertIn(GONE, update['error']['message'])
        for key in ('started', 'finished'):
            self.assertRegex(update[key], r'^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$')

    def test_json(self):
        """without -m, -J prints an object per line and module, modems first"""
        client = self.bed.mmcli(STATUS, '-J')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        present, gone = read_objects(client)
        self.assertEqual(present['dbus-path'], self.modem.path)
        self.assertEqual(present['generic'], {'equipment-identifier': self.imei})
        self.assertEqual(present['firmware']['update']['state'], 'idle')
        self.assertEqual(present['firmware']['update']['current-version'], OLD)
        self.check_gone(gone)

    def test_keyvalue(self):
        """without -m, -K prints a block per module"""
        client = self.bed.mmcli(STATUS, '-K')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        blocks = [parse_keyvalue(block) for block in client.stdout.rstrip('\n').split('\n\n')]
        self.assertEqual([block['modem.generic.equipment-identifier'] for block in blocks],
                         [self.imei, self.gone_imei])

    def test_human(self):
        """without -m, for humans"""
        client = self.bed.mmcli(STATUS)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(client.stdout.count('Firmware update |'), 2)
        for text in (f'equipment id: {self.imei}', f'equipment id: {self.gone_imei}',
                     'state: idle', 'state: failed', f'error: {GONE}', f'target version: {NEW}'):
            self.assertIn(f' {text}', client.stdout)

    def test_away(self):
        """-m takes the equipment identifier of a module that is away"""
        client = self.bed.mmcli('-m', self.gone_imei, STATUS, '-J')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        (gone,) = read_objects(client)
        self.check_gone(gone)

    def test_unknown_module(self):
        """an unknown equipment identifier, or an update of a module that is away, is refused"""
        for line in (['-m', '862000000099999', STATUS],
                     ['-m', self.gone_imei, f'--firmware-update={URL}']):
            client = self.bed.mmcli(*line)
            self.assertEqual((client.returncode, client.stdout, client.stderr),
                             (1, '', "error: couldn't find modem\n"))

    def test_bad_record(self):
        """a bad record does not hide the others"""
        path = os.path.join(self.bed.state_directory, '862000000088888.conf')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('[Update]\nnonsense\n')
        self.addCleanup(os.unlink, path)
        client = self.bed.mmcli(STATUS, '-J')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        states = [modem['firmware']['update']['state'] for modem in read_objects(client)]
        self.assertEqual(sorted(states), ['failed', 'idle', 'unknown'])
        client = self.bed.mmcli('-m', '862000000088888', STATUS)
        self.assertEqual(client.returncode, 1)
        self.assertRegex(client.stderr, "^error: couldn't find modem, "
                                        "and couldn't read its update record: ")
        self.assertTrue(os.path.exists(path), 'it is the daemon that sets it aside')

    def test_wait_after_end(self):
        """--wait without an update under way shows the status and exits with the last result"""
        for selector, code in ((self.imei, 0), (self.gone_imei, 1)):
            client = self.bed.mmcli('-m', selector, STATUS, '--wait', '-J')
            self.assertEqual((client.returncode, len(client.output), client.stderr), (code, 1, ''))


class NoDaemon(BedCase):
    """The daemon is not running."""

    def test_records(self):
        """records are shown, with a note that the daemon is not running"""
        module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        imei = fail_and_unplug(self.bed, module)
        self.bed.stop_daemon()
        for args in ([STATUS, '-J'], ['-m', imei, STATUS, '-J']):
            client = self.bed.mmcli(*args)
            self.assertEqual((client.returncode, client.stderr), (0, f'{NO_DAEMON}\n'))
            (modem,) = read_objects(client)
            self.assertEqual(modem['generic']['equipment-identifier'], imei)
        client = self.bed.mmcli(STATUS, env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual(client.returncode, 0)
        self.assertIn(imei, client.stdout)
        self.assertRegex(client.stderr, "^couldn't get bus: ")

    def test_nothing(self):
        """there is neither a modem, a record nor a daemon"""
        client = self.bed.mmcli(STATUS)
        self.assertEqual((client.returncode, client.stdout, client.stderr),
                         (1, '', f'error: {NO_DAEMON}\n'))
        self.bed.start_daemon()
        self.bed.wait_until(lambda: not self.bed.mmcli('-L', stock=True).returncode, 10, 'daemon')
        client = self.bed.mmcli(STATUS)
        self.assertEqual((client.returncode, client.stdout, client.stderr),
                         (0, 'No modems that support firmware updates over the air were found\n',
                          ''))
        client = self.bed.mmcli(STATUS, '-J')
        self.assertEqual((client.returncode, client.stdout, client.stderr), (0, '', ''))


@unittest.skipIf(find_polkit_obstacle(), find_polkit_obstacle())
class Users(unittest.TestCase):
    """An ordinary user."""

    def test_user(self):
        """a user sees the modems, and that only root sees modems that are away"""
        bed = SystemBed()
        self.addCleanup(bed.finish)
        gone = bed.simulator.add(download='manual')
        bed.start_daemon()
        imei = fail_and_unplug(bed, gone)
        modem = bed.wait_for_modem(bed.simulator.add())
        # Other users may have no access to the build directory
        for name in ('mmcli', 'mmcli-firmware-update'):
            shutil.copy(os.path.join(os.path.dirname(Paths.client), name), bed.directory)
        client = os.path.join(bed.directory, 'mmcli')
        code, output = bed.run_as('nobody', client, STATUS)
        self.assertEqual(code, 0, output)
        self.assertIn(modem.properties['EquipmentIdentifier'], output)
        self.assertNotIn(imei, output)
        self.assertIn('only root can see modems that are currently away\n', output)
        code, output = bed.run_as('nobody', client, '-m', imei, STATUS)
        self.assertEqual(code, 1)
        self.assertRegex(output, "^error: couldn't find modem, "
                                 "and couldn't read its update record: ")


class Wait(SharedBedCase):
    """Updates that were started by another program."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.bed.start_daemon()

    def start(self, **keys):
        """Starts an update; returns module, modem and equipment identifier."""
        module = self.bed.simulator.add(**keys)
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        call = modem.start({'url': self.url}).wait()
        self.assertIsNone(call.error_name, call.message)
        return module, modem, modem.properties['EquipmentIdentifier']

    def test_success(self):
        """--wait follows the update through the restart"""
        _module, modem, _imei = self.start(pace=10)
        client = self.bed.start_mmcli('-m', modem.index, STATUS, '--wait')
        self.assertEqual(self.bed.wait_for_client(client), 0, client.stderr)
        self.assertEqual(client.output[-1], SUCCESS)
        self.assertIn('the module left the bus', client.output)
        self.assertIn('downloading: 50%', client.output)

    def test_failure(self):
        """--wait exits with 1 and the reason of the daemon if the update fails"""
        module, modem, _imei = self.start(download='manual')
        client = self.bed.start_mmcli('-m', modem.index, STATUS, '--wait', '-J')
        self.bed.wait_until(lambda: client.output, 20, 'first object')
        module.report(FAILED, interface=1)
        self.assertEqual(self.bed.wait_for_client(client), 1)
        update = read_objects(client)[-1]['firmware']['update']
        self.assertEqual((update['state'], update['error']['message']),
                         ('failed', FAILED_MESSAGE))
        self.assertEqual(client.stderr, f'{FAILURE}{FAILED_MESSAGE}\n')

    def test_interrupted(self):
        """--wait exits with 130 or 143 if interrupted, and the update goes on"""
        module, modem, imei = self.start(download='manual')
        for number, option in ((signal.SIGINT, None), (signal.SIGTERM, '-J')):
            args = ['-m', modem.index, STATUS, '--wait', *filter(None, [option])]
            client = self.bed.start_mmcli(*args)
            self.bed.wait_until(lambda c=client: c.output, 20, 'first line')
            client.signal(number)
            self.assertEqual(self.bed.wait_for_client(client), 128 + number)
            self.assertEqual(client.stderr,
                             'the module goes on with the update on its own; to follow it, '
                             f'run `mmcli -m {imei} {STATUS} --wait`\n')
        update = read_objects(client)[-1]['firmware']['update']
        self.assertEqual((update['state'], update['error']['name']),
                         ('preparing', 'org.freedesktop.ModemManager1.Error.Core.Cancelled'))
        module.report(FAILED, interface=1)
        modem.wait_for_state(State.FAILED)

    def test_away(self):
        """--wait follows a module that is away, by its equipment identifier"""
        # It comes back on command
        module, modem, imei = self.start(download='manual', away=600000)
        module.report('GTOTA DOWNLOADING: 100%', 'GTOTA DOWNLOAD COMPLETE', interface=1)
        self.bed.wait_for_announced(module, State.INSTALLING)
        module.unplug()
        self.bed.wait_for_no_modem(module)
        client = self.bed.start_mmcli('-m', imei, STATUS, '--wait')
        self.bed.wait_until(lambda: 'installing' in client.output, 20, 'installing')
        module.set(revision=NEW)
        module.plug()
        self.assertEqual(self.bed.wait_for_client(client), 0, client.stderr)
        self.assertEqual(client.output[-1], SUCCESS)
        self.assertFalse(modem.exists)


if __name__ == '__main__':
    main()
