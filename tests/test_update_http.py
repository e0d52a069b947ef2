# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates over HTTP, from the first command to the new revision."""

import time

from testbed.bus import MODEM, STATE_REGISTERED, UPDATE, State, enable_all
from testbed.case import SharedBedCase, get_version
from testbed.radio import GTSET
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
NEWER = '19011.1000.00.02.73.17'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'

# Milliseconds per percentage: one read of the daemon must not contain more than the OK,
# or the daemon takes the rest for a part of the response and a percentage is lost.
PACE = 5

PREREQUISITES = ['AT+GTSET="CALLBREAK",1', 'AT+GTSET="GPRSFIRST",1']


class ByClient(SharedBedCase):
    """The client updates a disabled modem. Another module is a bystander."""

    PATH = '/fota/NL668_0213-0215.zip'
    SIZE = 300000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.http = bed.start_http()
        cls.url = cls.http.publish(cls.PATH, make_package(NEW, cls.SIZE))
        cls.module = bed.simulator.add(pace=PACE)
        cls.bystander = bed.simulator.add()
        bed.start_daemon()
        cls.first = bed.wait_for_modem(cls.module)
        cls.other = bed.wait_for_modem(cls.bystander)
        bed.wait_until(lambda: cls.other.update['Transports'], 10, 'transports')
        cls.other_before = cls.other.read_update()
        cls.since = len(bed.observer.events)
        cls.begun = int(time.time())
        cls.client = bed.mmcli('-m', cls.first.index, f'--firmware-update={cls.url}')
        cls.ended = int(time.time())
        cls.modem = bed.wait_for_modem(cls.module)

    def test_client(self):
        """the client exits with 0 and prints old and new version in its last line"""
        self.assertEqual(self.client.stderr, '')
        self.assertEqual(self.client.returncode, 0)
        self.assertEqual(self.client.output[-1], SUCCESS)

    def test_client_lines(self):
        """the client prints a line per step and for every tenth percentage"""
        lines = self.client.output
        self.assertEqual([line for line in lines if line.startswith('downloading')],
                         [f'downloading: {percent}%' for percent in range(0, 101, 10)])
        steps = ['the module left the bus', 'the module is back on the bus',
                 f'ModemManager has found the modem again ({self.modem.path})']
        self.assertEqual([line for line in lines if line in steps], steps)

    def test_commands(self):
        """the plugin sends exactly these commands in this order"""
        self.bed.wait_until(lambda: 'AT+GTRAT=10' in self.module.peek_our_commands(), 10,
                            'restored radio')
        self.assertEqual(self.module.get_our_commands(), [
            'AT+GTOTA=?',
            *GTSET, 'AT+GTRAT?', 'AT+GTRAT=3', *PREREQUISITES, f'AT+GTOTA=0,"{self.url}"',
            'AT+GTOTA=?', 'AT+GTRAT?', 'AT+GTRAT=10'])

    def test_enabled_first(self):
        """the modem is enabled before the update starts"""
        order = [(event.interface, event.values['State'])
                 for event in self.bed.observer.events[self.since:]
                 if event.path == self.first.path and 'State' in event.values]
        self.assertIn((MODEM, STATE_REGISTERED), order)
        self.assertLess(order.index((MODEM, STATE_REGISTERED)),
                        order.index((UPDATE, State.PREPARING)))

    def test_download(self):
        """the module downloads the whole package once"""
        self.assertEqual(self.http.requests, [self.PATH])
        self.assertEqual(self.module.get_events('download'),
                         [f'{self.url} begins', f'{self.url} ends {self.SIZE}'])

    def test_states(self):
        """the states are announced in order, over both modem objects"""
        states = []
        for event in self.bed.get_events(self.module):
            state = event.values.get('State')
            if state and states[-1:] != [state]:
                states.append(state)
        self.assertEqual(states, [State.IDLE, State.PREPARING, State.DOWNLOADING, State.INSTALLING,
                                  State.SUCCEEDED])
        self.assertNotEqual(self.first.path, self.modem.path)
        self.assertFalse(self.first.exists)

    def test_percentages(self):
        """each percentage is announced once, in order"""
        self.assertEqual(self.bed.get_percentages(self.module), list(range(1, 101)))

    def test_times(self):
        """Started and Finished are set"""
        update = self.modem.update
        self.assertLessEqual(self.begun, update['Started'])
        self.assertLess(update['Started'], update['Finished'])
        self.assertLessEqual(update['Finished'], self.ended)

    def test_properties(self):
        """announced and current properties agree"""
        expected = {
            'State': State.SUCCEEDED, 'Progress': 100, 'Package': '', 'Source': self.url,
            'PreviousVersion': OLD, 'CurrentVersion': NEW, 'TargetVersion': '', 'Error': ('', ''),
            'Transports': 3, 'PluginVersion': get_version(),
        }
        self.bed.wait_until(lambda: self.modem.update['Transports'], 10, 'transports')
        times = {name: self.modem.update[name] for name in ('Started', 'Finished')}
        self.assertEqual(self.modem.update, expected | times)
        self.assertEqual(self.modem.read_update(), expected | times)
        self.assertEqual(self.modem.properties['Revision'], NEW)

    def test_bystander(self):
        """the other modem is left alone"""
        self.assertEqual(self.bystander.get_update_commands(), [])
        self.assertEqual(self.bystander.get_commands().count('AT+GTOTA=?'), 1)
        self.assertEqual(self.other.read_update(), self.other_before)
        events = self.bed.observer.events[self.since:]
        self.assertEqual([event for event in events if event.path == self.other.path], [])

    def test_ports(self):
        """no port is left open, as the new modem object is disabled"""
        self.bed.wait_until(lambda: not self.bed.daemon.open_ports, 10, 'ports closed')


class Variants(SharedBedCase):
    """Updates of several modules at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.http = bed.start_http()
        cls.url = cls.http.publish('/package', make_package(NEW))
        cls.modules = {
            'laptop': bed.simulator.add(pace=PACE, id='2cb7:01a0'),
            'small': bed.simulator.add(pace=PACE, id='1508:1000'),
            'keys': bed.simulator.add(pace=PACE),
            'query': bed.simulator.add(pace=PACE, fota='http'),
            'twice': bed.simulator.add(pace=PACE),
            'sparse': bed.simulator.add(pace=PACE, gprsfirst='no', start='no', report='1+2'),
        }
        bed.start_daemon()
        modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*modems.values())
        cls.client = bed.start_update(modems['keys'], f'version={NEW},url="{cls.url}"')
        cls.calls = [modems[kind].start({'url': cls.url})
                     for kind in ('laptop', 'small', 'twice', 'sparse')]
        cls.calls.append(modems['query'].start({'url': f'{cls.url}?model=NL668&from=13'}))
        for call in cls.calls:
            call.wait()

    def check(self, kind, url, target='', source=None):
        module = self.modules[kind]
        modem = self.bed.wait_for_state(module, State.SUCCEEDED)
        self.assertEqual(module.get_update_commands()[:3], [*PREREQUISITES, f'AT+GTOTA=0,"{url}"'])
        self.assertEqual(self.bed.get_percentages(module), list(range(1, 101)))
        self.assertEqual([modem.update[name] for name in (
            'PreviousVersion', 'CurrentVersion', 'TargetVersion', 'Source', 'Error')],
            [OLD, NEW, target, source or url, ('', '')])
        return modem

    def test_calls(self):
        """Start() succeeds for all modules"""
        self.assertEqual([(call.error_name, call.message, call.result) for call in self.calls],
                         [(None, None, ())] * len(self.calls))

    def test_laptop_card(self):
        """2cb7:01a0"""
        modem = self.check('laptop', self.url)
        self.assertEqual(modem.properties['Plugin'], 'fibocom-nl668')

    def test_without_diag(self):
        """1508:1000"""
        self.check('small', self.url)

    def test_keys(self):
        """client with the keys url and version"""
        self.check('keys', self.url, NEW)
        self.assertEqual(self.client.wait(), 0)
        self.assertEqual(self.client.output[-1], SUCCESS)

    def test_query(self):
        """a URL with a query, for a module that supports HTTP only"""
        self.check('query', f'{self.url}?model=NL668&from=13', source=f'{self.url}?…')

    def test_sparse_module(self):
        """a module without GPRSFIRST and START that reports on both ports"""
        self.check('sparse', self.url)

    def test_twice(self):
        """a second update after the first one"""
        modem = self.check('twice', self.url)
        module = self.modules['twice']
        first = dict(modem.update)
        since = len(self.bed.observer.events)
        url = self.http.publish('/newer', make_package(NEWER))
        modem.enable()
        call = modem.start({'url': url}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.bed.wait_for_no_modem(module)
        modem = self.bed.wait_for_modem(module)
        modem.wait_for_state(State.SUCCEEDED)
        self.assertEqual(self.bed.get_percentages(module, since), list(range(1, 101)))
        update = modem.update
        self.assertEqual((update['PreviousVersion'], update['CurrentVersion'], update['Source']),
                         (NEW, NEWER, url))
        self.assertGreaterEqual(update['Started'], first['Finished'])
        begun = [event.values for event in self.bed.get_events(module, since)
                 if event.values.get('State') == State.PREPARING]
        self.assertEqual([(values['Progress'], values['Finished'], values['PreviousVersion'])
                          for values in begun], [(0, 0, NEW)])


if __name__ == '__main__':
    main()
