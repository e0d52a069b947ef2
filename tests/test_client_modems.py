# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Which modem the client selects, and that it restores the state of the modem if the
update does not start."""

import json
import signal

from testbed.bus import State
from testbed.case import BedCase, SharedBedCase
from testbed.servers import make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
URL = 'http://host/package'
UPDATE = f'--firmware-update={URL}'
STATUS = '--firmware-update-status'
FAILURE = "error: couldn't update the firmware: "

DISABLED = 3


class Any(BedCase):
    """Updates with -m any."""

    def test_any(self):
        """the only modem that supports updates is selected; several are listed and refused"""
        foreign = self.bed.simulator.add(id='2c7c:0125')
        first = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        self.bed.wait_for_modem(foreign)
        modem = self.bed.wait_for_modem(first)
        modem.enable()
        client = self.bed.mmcli('-m', 'any', UPDATE, '--firmware-update-no-wait')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(modem.state, State.PREPARING)

        second = self.bed.simulator.add(plugged='no')
        for command in ('AT+CGMR', 'AT+GMR'):
            second.answer(command, 'ERROR')
        second.plug()
        other = self.bed.wait_for_modem(second)
        client = self.bed.mmcli('-m', 'any', UPDATE)
        listed = '; '.join(
            f'-m {m.index} ({m.properties["EquipmentIdentifier"]}, {revision})'
            for m, revision in ((modem, OLD), (other, 'unknown')))
        self.assertEqual((client.returncode, client.stdout, client.stderr), (
            1, '', f'error: there are several modems, choose one: {listed}\n'))
        self.assertEqual(self.bed.mmcli('-m', 'any', STATUS).stderr, client.stderr)
        self.assertEqual(second.get_update_commands(), [])

        # The status of the only one, whatever other modems there are
        second.unplug()
        self.bed.wait_for_no_modem(second)
        client = self.bed.mmcli('-m', 'any', STATUS, '-J')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(json.loads(client.stdout)['modem']['dbus-path'], modem.path)

        # Without any modem, the message is that of the stock client
        first.unplug()
        self.bed.wait_for_no_modem(first)
        client = self.bed.mmcli('-m', 'any', UPDATE)
        self.assertRegex(client.stderr, r'^error: modem does not support firmware updates '
                                        r'over the air \(plugin: generic\)')


class Disabled(SharedBedCase):
    """Disabled modems, and updates that do not start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = cls.bed.start_http().publish('/package', make_package(NEW))
        cls.bed.start_daemon()

    def add(self, **keys):
        module = self.bed.simulator.add(**keys)
        modem = self.bed.wait_for_modem(module)
        self.bed.wait_until(lambda: modem.properties['State'] == DISABLED, 20, 'disabled')
        return module, modem

    def get_states(self, modem):
        """The states of the modem that were announced."""
        return [event.values['State'] for event in self.bed.observer.events
                if event.path == modem.path and event.kind == 'changed' and
                event.interface.endswith('.Modem') and 'State' in event.values]

    def check_disabled_again(self, modem):
        self.bed.wait_until(lambda: modem.properties['State'] == DISABLED, 20, 'disabled again')
        self.assertGreater(len(self.get_states(modem)), 2)

    def test_refused_before_enabling(self):
        """settings are checked before the modem is enabled"""
        module, modem = self.add()
        since = len(self.get_states(modem))
        for settings, reason in (
                (f'url={URL},version={OLD}', f'the module already runs {OLD}'),
                ('package=nonsense', 'there is none with id nonsense'),
                (None, 'no package is known')):
            option = f'--firmware-update={settings}' if settings else '--firmware-update'
            client = self.bed.mmcli('-m', modem.index, option)
            self.assertEqual((client.returncode, client.stdout), (1, 'starting\n'))
            self.assertRegex(client.stderr, f'^{FAILURE}.*{reason}')
        self.assertEqual(self.get_states(modem)[since:], [])
        self.assertEqual(module.get_update_commands(), [])

    def test_refused_by_the_module(self):
        """the modem is disabled again if the module refuses the update"""
        module, modem = self.add()
        module.answer('AT+GTOTA=0', '+CME ERROR: 30', 1)
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={self.url}', '-J')
        self.assertEqual(client.returncode, 1)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['source']), ('failed', self.url))
        self.assertIn('AT+GTOTA', update['error']['message'])
        self.check_disabled_again(modem)

    def test_no_network(self):
        """the modem is disabled again if there is no network"""
        _module, modem = self.add(registration='none')
        client = self.bed.mmcli('-m', modem.index, UPDATE,
                                env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.01'})
        self.assertEqual(client.returncode, 1)
        self.assertEqual(client.stderr, f'{FAILURE}the modem did not register with a network: '
                         'check its SIM, its antenna and the coverage\n')
        self.assertIn('waiting for registration', client.output)
        self.check_disabled_again(modem)

    def test_interrupted(self):
        """the modem is disabled again after SIGINT while waiting for registration"""
        module, modem = self.add(registration='none')
        client = self.bed.start_mmcli('-m', modem.index, UPDATE)
        self.bed.wait_until(lambda: 'waiting for registration' in client.output, 20, 'waiting')
        client.signal(signal.SIGINT)
        self.assertEqual(self.bed.wait_for_client(client), 1)
        self.assertEqual(client.stderr, 'cancelled, nothing was sent to the module\n')
        self.check_disabled_again(modem)
        self.assertEqual(module.get_update_commands(), [])

    def test_interrupted_in_json(self):
        """with -J, the last object says that the call was cancelled"""
        module, modem = self.add(registration='none')
        client = self.bed.start_mmcli('-m', modem.index, UPDATE, '-J')
        self.bed.wait_until(lambda: modem.properties['State'] > DISABLED, 20, 'enabled')
        client.signal(signal.SIGTERM)
        self.assertEqual(self.bed.wait_for_client(client), 1)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['error']['name']),
                         ('failed', 'org.freedesktop.ModemManager1.Error.Core.Cancelled'))
        self.check_disabled_again(modem)
        self.assertEqual(module.get_update_commands(), [])

    def test_updated(self):
        """an update enables the modem"""
        module, modem = self.add(pace=10)
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={self.url}')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertIn('enabling the modem', client.output)

        # The object of a refused call is about that call, not about the last update
        modem = self.bed.wait_for_state(module, State.SUCCEEDED)
        client = self.bed.mmcli('-m', modem.index, '-J',
                                f'--firmware-update=url={URL},version={NEW}')
        self.assertEqual(client.returncode, 1)
        (line,) = client.output
        update = json.loads(line)['modem']['firmware']['update']
        self.assertEqual({key: update[key] for key in (
            'state', 'progress', 'source', 'previous-version', 'current-version', 'target-version',
            'started', 'finished')}, {
                'state': 'failed', 'progress': '--', 'source': URL, 'previous-version': '--',
                'current-version': NEW, 'target-version': NEW, 'started': '--', 'finished': '--'})
        self.assertEqual(self.bed.get_status(modem.index)['state'], 'succeeded')


class UnderWay(BedCase):
    """Another update is under way."""

    def test_refused(self):
        """with -J, the object is about the second update"""
        module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        modem.start({'url': URL}).wait()
        client = self.bed.mmcli('-m', modem.index, '--firmware-update=http://other/package', '-J')
        self.assertEqual(client.returncode, 1)
        (line,) = client.output
        update = json.loads(line)['modem']['firmware']['update']
        self.assertEqual((update['state'], update['source'], update['error']['name']),
                         ('failed', 'http://other/package',
                          'org.freedesktop.ModemManager1.Error.Core.InProgress'))
        self.assertEqual(modem.state, State.PREPARING)

    def test_two_clients(self):
        """two clients wait for registration: one is refused, and does not disturb the other"""
        module = self.bed.simulator.add(download='manual', registration='none')
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        clients = {}
        for name in ('first', 'second'):
            url = f'http://{name}/package'
            clients[url] = self.bed.start_update(modem, url, '-J')
        self.bed.wait_until(lambda: modem.properties['State'] > DISABLED, 20, 'enabled')
        module.set(registration='lte')
        self.bed.wait_until(lambda: not all(c.running for c in clients.values()), 20, 'refused')
        (url, refused), = ((u, c) for u, c in clients.items() if not c.running)
        self.assertEqual(refused.returncode, 1)
        update = json.loads(refused.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['source'], update['started']),
                         ('failed', url, '--'))
        self.assertEqual(refused.stderr, f'{FAILURE}an update is under way: follow it with '
                                         '--firmware-update-status --wait\n')
        self.assertNotEqual(modem.update['Source'], url)
        self.assertGreater(modem.properties['State'], DISABLED)


if __name__ == '__main__':
    main()
