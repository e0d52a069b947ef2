# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The output of -J is valid according to its JSON schema."""

import copy
import json
import os
import signal
import unittest

from testbed.bus import State
from testbed.case import SharedBedCase
from testbed.servers import make_package
from testbed.tap import main

try:
    import jsonschema
except ImportError:
    jsonschema = None

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
SCHEMA = os.path.join(TOP, 'data', 'mmcli-firmware-update.schema.json')

NEW = '19011.1000.00.02.73.15'
STATES = ['preparing', 'downloading', 'installing', 'succeeded']

# For the status of a modem without an update: the path of a value, and a wrong value
WRONG = (
    (('modem', 'dbus-path'), '/'),
    (('modem', 'firmware', 'update', 'state'), 'done'),
    (('modem', 'firmware', 'update', 'state'), 'failed'),
    (('modem', 'firmware', 'update', 'progress'), '101'),
    (('modem', 'firmware', 'update', 'progress'), 5),
    (('modem', 'firmware', 'update', 'error', 'message'), 'why'),
    (('modem', 'firmware', 'update', 'error', 'name'), 'a reason'),
    (('modem', 'generic'), {}),
    (('modem', 'generic', 'equipment-identifier'), ''),
    (('modem', 'firmware', 'update', 'error', 'code'), '--'),
    (('modem', 'firmware', 'update', 'started'), 'today'),
    (('modem', 'firmware', 'update', 'transports'), ['https']),
    (('modem', 'firmware', 'update', 'usb-port'), ''),
    (('modem', 'firmware', 'update', 'colour'), 'red'),
)


@unittest.skipUnless(jsonschema, 'needs python3-jsonschema')
class Schema(SharedBedCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with open(SCHEMA, encoding='utf-8') as file:
            schema = json.load(file)
        jsonschema.Draft202012Validator.check_schema(schema)
        cls.validator = jsonschema.Draft202012Validator(schema)
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.module = cls.bed.simulator.add()
        cls.manual = cls.bed.simulator.add(download='manual')
        cls.bed.start_daemon()

    def validate(self, line):
        """Validates a line; returns its update."""
        document = json.loads(line)
        self.validator.validate(document)
        return document['modem']['firmware']['update']

    def read_status(self, modem):
        client = self.bed.mmcli('-m', modem.index, '--firmware-update-status', '-J')
        self.assertEqual((client.returncode, len(client.output)), (0, 1), client.stderr)
        return client.stdout

    def test_idle(self):
        """a modem without an update; wrong values are not valid"""
        status = self.read_status(self.bed.wait_for_modem(self.module))
        self.assertEqual(self.validate(status)['state'], 'idle')
        for path, value in WRONG:
            with self.subTest(path=path, value=value):
                document = json.loads(status)
                parent = document
                for key in path[:-1]:
                    parent = parent[key]
                parent[path[-1]] = value
                self.assertFalse(self.validator.is_valid(document))

    def test_missing(self):
        """all members are required"""
        document = json.loads(self.read_status(self.bed.wait_for_modem(self.module)))
        for key in document['modem']['firmware']['update']:
            with self.subTest(key=key):
                incomplete = copy.deepcopy(document)
                del incomplete['modem']['firmware']['update'][key]
                self.assertFalse(self.validator.is_valid(incomplete))

    def test_success(self):
        """the lines of an update, and the status after it"""
        modem = self.bed.wait_for_modem(self.module)
        modem.enable()
        client = self.bed.start_update(modem, self.url, '-J')
        self.assertEqual(client.wait(), 0, client.stderr)
        states = [self.validate(line)['state'] for line in client.output]
        self.assertEqual(list(dict.fromkeys(states)), STATES)
        modem = self.bed.wait_for_state(self.module, State.SUCCEEDED)
        self.assertEqual(self.validate(self.read_status(modem))['state'], 'succeeded')

    def test_refusals(self):
        """calls that are refused"""
        modem = self.bed.wait_for_modem(self.module)
        for args in (['-m', '99', '--firmware-update-status'], ['--firmware-update-status=x'],
                     ['-m', modem.index, '--firmware-update=colour=red'], ['--firmware-update'],
                     ['-m', modem.index, '--firmware-update=url=http://host/p,version=9', 'junk']):
            with self.subTest(args=args):
                client = self.bed.mmcli(*args, '-J')
                self.assertNotEqual(client.returncode, 0)
                self.validate(client.stdout)

    def test_list(self):
        """the lines without -m"""
        self.bed.wait_for_modem(self.module)
        self.bed.wait_for_modem(self.manual)
        client = self.bed.mmcli('--firmware-update-status', '-J')
        # Another case may have added one
        self.assertGreaterEqual(len(client.output), 2)
        for line in client.output:
            self.validate(line)

    def test_interrupted(self):
        """the last line of an interrupted call during an update"""
        module = self.bed.simulator.add(download='manual')
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        client = self.bed.start_update(modem, 'http://host/package', '-J')
        # It may hear of the state later than the bed does
        self.bed.wait_until(lambda: '"preparing"' in ''.join(client.output), 20, 'preparing')
        client.signal(signal.SIGTERM)
        self.assertEqual(self.bed.wait_for_client(client), 143)
        self.assertEqual(self.validate(client.output[-1])['state'], 'preparing')

    def test_failure(self):
        """the status during an update, a failure, and the status after it"""
        modem = self.bed.wait_for_modem(self.manual)
        modem.enable()
        client = self.bed.start_update(modem, 'http://host/package', '-J')
        modem.wait_for_state(State.PREPARING)
        self.bed.wait_until(lambda: self.bed.daemon.count_answers('AT+GTOTA=0'), 20, 'OK')
        self.manual.report('GTOTA DOWNLOADING: 7%', interface=1)
        self.bed.wait_until(lambda: modem.update['Progress'] == 7, 10, '7 %')
        update = self.validate(self.read_status(modem))
        self.assertEqual((update['state'], update['progress']), ('downloading', '7'))
        self.manual.report('GTOTA DOWNLOAD FAILED', interface=1)
        self.assertEqual(client.wait(), 1)
        self.assertEqual(self.validate(client.output[-1])['state'], 'failed')
        self.assertEqual(self.validate(self.read_status(modem))['state'], 'failed')


if __name__ == '__main__':
    main()
