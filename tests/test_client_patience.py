# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The client waits for slow answers, for a daemon that restarts, and for modules that cannot
be heard, that are inhibited or that leave early."""

import json
import os
import signal
import unittest

from gi.repository import GLib

from testbed.bus import ROOT, SERVICE, Call, State
from testbed.case import BedCase
from testbed.loop import settle
from testbed.system import SystemBed, find_polkit_obstacle
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
STARTED = 'successfully started the firmware update'
FAILURE = "error: couldn't update the firmware: "
NOT_BEGUN = 'ModemManager was stopped before it began the update: start it again'

URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'
START = 'GTOTA DOWNLOAD START'
COMPLETE = 'GTOTA DOWNLOAD COMPLETE'
NO_WAIT = '--firmware-update-no-wait'
STATUS = '--firmware-update-status'
LEFT = ('ModemManager left the bus; the module goes on without it: waiting for ModemManager to come '
        'back')

LEFT_EARLY = ('the module left the bus before it reported a complete download: leave it alone, '
              'it is probably installing')

PRIMARY = 1


def percent(number):
    return f'GTOTA DOWNLOADING: {number}%'


class ClientCase(BedCase):
    """A module that reports what the cases tell it to."""

    KEYS = {}

    def setUp(self):
        super().setUp()
        self.add_module()

    def add_module(self):
        self.module = self.bed.simulator.add(download='manual', **self.KEYS)
        self.bed.start_daemon()
        self.modem = self.bed.wait_for_modem(self.module)
        self.modem.enable()

    def report(self, *lines):
        self.module.report(*lines, interface=PRIMARY)

    def start(self, *args, **options):
        """Starts an update with a client and waits until the module has accepted it."""
        client = self.bed.start_update(self.modem, URL, *args, **options)
        self.bed.wait_until(lambda: GTOTA in self.module.peek_update_commands(), 20, GTOTA)
        self.bed.wait_until(lambda: self.bed.daemon.count_answers(GTOTA), 20, 'OK')
        return client

    def wait_for_line(self, client, line):
        self.bed.wait_until(lambda: line in client.output, 20, line)

    def install(self):
        """The module runs the new firmware when it is back."""
        self.module.set(revision=NEW)
        self.module.plug()

    def check_success(self, client):
        self.assertEqual((self.bed.wait_for_client(client), client.stderr), (0, ''))
        self.assertEqual(client.output[-1], SUCCESS)


class SlowAnswers(ClientCase):
    """The module answers later than the client waits for the reply to Start()."""

    # No scaled timeouts: the daemon waits ten seconds for an answer
    SCALE = 1

    def start_slowly(self, *args):
        self.module.delay('AT+GTOTA=0', 3000)
        return self.start('--timeout=1', *args)

    def test_accepted(self):
        """the update counts as started once the module has begun the download"""
        client = self.start_slowly(NO_WAIT)
        self.assertEqual(self.modem.state, State.PREPARING)
        self.assertEqual((client.running, client.output), (True, ['starting']))
        self.report(START)
        self.assertEqual((self.bed.wait_for_client(client), client.stderr), (0, ''))
        self.assertEqual(client.output, ['starting', STARTED])

    def test_refused(self):
        """a refusal that comes late is an error, and the update does not count as started"""
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30')
        client = self.start_slowly(NO_WAIT)
        self.assertEqual(self.bed.wait_for_client(client), 1)
        self.assertNotIn(STARTED, client.output)
        self.assertRegex(client.stderr, f'^{FAILURE}the module did not start the update')

    def test_refused_in_json(self):
        """a refusal that comes late, without --firmware-update-no-wait"""
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30')
        client = self.start_slowly('-J')
        self.assertEqual(self.bed.wait_for_client(client), 1)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual(update['state'], 'failed')
        self.assertIn('the module did not start the update', update['error']['message'])


class Restarts(ClientCase):
    """The daemon, or the module, is away for a while."""

    def test_daemon(self):
        """the daemon restarts in the middle of a slow download: the client goes on"""
        imei = self.modem.properties['EquipmentIdentifier']
        client = self.start()
        self.report(START, percent(20))
        self.wait_for_line(client, 'downloading: 20%')
        self.bed.stop_daemon()
        self.wait_for_line(client, LEFT)
        # One that is started in the meantime waits, too, but not without a bus
        late = ['-m', imei, STATUS, '--wait']
        busless = self.bed.mmcli(*late, env={'DBUS_SYSTEM_BUS_ADDRESS': 'unix:path=/nonexistent'})
        self.assertEqual(busless.returncode, 1)
        self.assertIn('state: downloading', busless.stdout)
        self.assertRegex(busless.stderr, "^couldn't get bus: ")
        late = self.bed.start_mmcli(*late)
        self.wait_for_line(late, LEFT)
        self.bed.start_daemon()
        self.modem = self.bed.wait_for_modem(self.module)
        for waiting in (client, late):
            self.wait_for_line(waiting, 'ModemManager is back')
        for number in range(30, 101, 10):
            self.report(percent(number))
            self.wait_for_line(client, f'downloading: {number}%')
        self.report(COMPLETE)
        self.wait_for_line(client, 'installing')
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.install()
        self.check_success(client)
        self.check_success(late)

    def restart_unseen(self, client, count):
        """Restarts the daemon while the client is stopped, like on a terminal after Ctrl+Z."""
        client.signal(signal.SIGSTOP)
        for _ in range(count):
            self.bed.stop_daemon(kill=True)
            self.bed.start_daemon()
            self.modem = self.bed.wait_for_modem(self.module)

    def test_daemon_twice(self):
        """the daemon has restarted once more when the client asks it: nothing is said of bus names"""
        # GDBus warns
        client = self.start(env={'G_DEBUG': ''})
        self.report(START, percent(20))
        self.wait_for_line(client, 'downloading: 20%')
        self.restart_unseen(client, 2)
        client.signal(signal.SIGCONT)
        self.wait_for_line(client, 'ModemManager is back')
        client.signal(signal.SIGINT)
        self.assertEqual(self.bed.wait_for_client(client), 128 + signal.SIGINT)
        self.assertEqual(len(client.errors), 1)
        self.assertRegex(client.stderr, '^the module goes on with the update on its own; ')

    def test_another_update(self):
        """the update has failed, and another one has started, when the client looks again"""
        client = self.start()
        imei = self.modem.properties['EquipmentIdentifier']
        self.report(START, percent(20))
        self.wait_for_line(client, 'downloading: 20%')
        client.signal(signal.SIGSTOP)
        self.bed.stop_daemon()
        self.module.unplug()
        self.module.plug()
        self.bed.start_daemon()
        self.modem = self.bed.wait_for_state(self.module, State.FAILED)
        self.modem.enable()
        self.assertIsNone(self.modem.start({'url': f'{URL}2'}).wait().error_name)
        client.signal(signal.SIGCONT)
        self.assertEqual(self.bed.wait_for_client(client), 1)
        self.assertEqual(client.stderr, (
            'error: ModemManager no longer knows about the update: compare the firmware versions; '
            f'check with `mmcli -m {imei} {STATUS}` before you start the update again\n'))
        self.assertEqual(self.modem.state, State.PREPARING)

    def test_left_early(self):
        """a module that leaves at 95 % is probably installing, and the client says so"""
        client = self.start()
        self.report(START, percent(95))
        self.wait_for_line(client, 'downloading: 90%')
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.wait_for_line(client, LEFT_EARLY)
        self.install()
        self.check_success(client)


class GivingUp(ClientCase):
    """Nothing happens for too long. That is no failure: the client does not know."""

    def check_given_up(self, client, state, reason):
        self.assertEqual(self.bed.wait_for_client(client), 1, client.stderr)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['error']['name']), (
            state, 'org.freedesktop.ModemManager1.Error.Core.Failed'))
        self.assertIn(reason, update['error']['message'])
        self.assertTrue(update['error']['message'].endswith(
            f'; check with `mmcli -m {self.imei} --firmware-update-status` before you start the '
            'update again'))
        self.assertEqual(client.stderr, f'error: {update["error"]["message"]}\n')

    def setUp(self):
        super().setUp()
        self.imei = self.modem.properties['EquipmentIdentifier']

    def test_never_back(self):
        """the module stays away: the update is still being installed, as far as is known"""
        client = self.start('-J', env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.005'})
        self.report(START, percent(100), COMPLETE)
        self.bed.wait_for_announced(self.module, State.INSTALLING)
        self.module.unplug()
        self.check_given_up(client, 'installing', 'did not come back to the bus')

    def test_forgotten(self):
        """the record is lost: the state of the update is unknown"""
        client = self.start('-J')
        self.report(START, percent(20))
        self.modem.wait_for_state(State.DOWNLOADING)
        self.bed.stop_daemon()
        os.unlink(os.path.join(self.bed.state_directory, f'{self.imei}.conf'))
        self.bed.start_daemon()
        self.check_given_up(client, 'unknown', 'no longer knows about the update')


class Restoring(ClientCase):
    """ModemManager first restores the settings after the last update."""

    # The daemon waits three seconds for an answer
    SCALE = 0.3
    KEYS = {'gtset-read': 'yes'}

    def test_late(self):
        """an update that starts later is not called a failure, or one that goes on"""
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30', 1)
        self.module.delay('AT+GTSET="CALLBREAK",0', 2000)
        self.assertIsNotNone(self.modem.start({'url': URL}).wait().error_name)
        late = self.bed.start_update(self.modem, URL, '--timeout=1', '-J')
        interrupted = self.bed.start_update(self.modem, URL)
        self.wait_for_line(interrupted, 'starting')
        interrupted.signal(signal.SIGINT)
        self.assertEqual(self.bed.wait_for_client(interrupted), 128 + signal.SIGINT)
        check = (f'; check with `mmcli -m {self.modem.properties["EquipmentIdentifier"]} {STATUS}` '
                 'before you start the update again\n')
        self.assertEqual(interrupted.stderr, f'ModemManager may still start the update{check}')
        self.assertEqual(self.bed.wait_for_client(late), 1)
        update = json.loads(late.output[-1])['modem']['firmware']['update']
        self.assertEqual((update['state'], update['source'], f'error: {update["error"]["message"]}'),
                         ('unknown', URL, late.stderr.rstrip('\n')))
        self.assertRegex(late.stderr, '^error: ModemManager did not reply; ')
        self.assertTrue(late.stderr.endswith(check))
        self.modem.wait_for_state(State.PREPARING)


class Stopped(ClientCase):
    """The daemon is killed before it has begun the update, or before it has told the module."""

    KEYS = {'gtset-read': 'yes'}

    def kill_daemon(self):
        self.bed.stop_daemon(kill=True)
        self.bed.start_daemon()
        self.modem = self.bed.wait_for_modem(self.module)

    def check_not_begun(self, client):
        self.assertEqual((self.bed.wait_for_client(client), client.stderr),
                         (1, f'{FAILURE}{NOT_BEGUN}\n'))

    def test_restoring(self):
        """while it restores the settings after the last update"""
        self.modem.start({'url': URL}).wait()
        self.module.delay('AT+GTSET?', 3000)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.install()
        self.modem = self.bed.wait_for_state(self.module, State.SUCCEEDED)
        client = self.bed.start_update(self.modem, URL)
        self.wait_for_line(client, 'starting')
        self.kill_daemon()
        self.check_not_begun(client)
        self.assertEqual(client.output, ['starting'])

    def test_registering(self):
        """while the client waits for registration, which it does not undo then"""
        module = self.bed.simulator.add(registration='none')
        client = self.bed.start_update(self.bed.wait_for_modem(module), URL)
        self.wait_for_line(client, 'waiting for registration')
        self.kill_daemon()
        self.check_not_begun(client)

    def test_last_tentative(self):
        """the last update may go on, and its result is not that of this one"""
        self.modem.start({'url': URL}).wait()
        self.report(START, percent(41))
        self.modem.wait_for_state(State.DOWNLOADING)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.module.plug()
        # The client has to enable it, and cannot disable it again
        self.modem = self.bed.wait_for_state(self.module, State.FAILED)
        self.module.delay('AT+GTSET="CALLBREAK"', 2000)
        client = self.bed.start_update(self.modem, f'{URL}2', '-J')
        self.bed.wait_for_announced(self.module, State.PREPARING)
        self.kill_daemon()
        self.check_not_begun(client)
        update = json.loads(client.output[-1])['modem']['firmware']['update']
        self.assertEqual({key: update[key] for key in ('state', 'source', 'progress', 'started')}, {
            'state': 'failed', 'source': f'{URL}2', 'progress': '--', 'started': '--'})
        self.assertEqual(update['error']['message'], NOT_BEGUN)
        self.assertEqual((self.modem.state, self.modem.update['Source']), (State.FAILED, URL))


@unittest.skipIf(find_polkit_obstacle(), find_polkit_obstacle())
class Inhibited(ClientCase):
    """Another program has inhibited the module, for which it asks polkit."""

    def setUp(self):
        self.bed = SystemBed(self.SCALE)
        self.addCleanup(self.bed.finish)
        self.add_module()

    def inhibit(self, device, is_inhibited):
        call = Call(self.bed.connection, ROOT, SERVICE, 'InhibitDevice',
                    GLib.Variant('(sb)', (device, is_inhibited))).wait()
        self.assertIsNone(call.error_name, call.message)

    def test_inhibited(self):
        """clients wait for longer than for a daemon that restarts, also one that starts later"""
        env = {'FIBOCOM_NL668_TIMEOUT_SCALE': '0.005'}
        imei = self.modem.properties['EquipmentIdentifier']
        client = self.start(env=env)
        self.report(START, percent(41))
        self.wait_for_line(client, 'downloading: 40%')
        device = self.modem.properties['Device']
        self.inhibit(device, True)
        self.bed.wait_for_no_modem(self.module)
        late = self.bed.start_mmcli('-m', imei, STATUS, '--wait', env=env)
        settle(4000)
        for waiting in (client, late):
            self.assertTrue(waiting.running, waiting.stderr)
        self.assertEqual(client.output[-1], 'ModemManager has lost the modem')
        self.inhibit(device, False)
        self.modem = self.bed.wait_for_modem(self.module)
        self.assertEqual(self.modem.state, State.DOWNLOADING)
        self.report(COMPLETE)
        self.wait_for_line(client, 'installing')
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.install()
        self.check_success(client)
        self.check_success(late)


class Deaf(ClientCase):
    """The AT port on which the module reports carries a data connection."""

    def test_data_connection(self):
        """the client says so first, and waits although nothing is heard"""
        connected = self.bed.mmcli('-m', self.modem.index, '--simple-connect=apn=internet',
                                   stock=True)
        self.assertEqual((connected.returncode, connected.stderr), (0, ''))
        client = self.start()
        self.assertEqual(client.output[0],
                         f'{self.module.get_tty(PRIMARY)} is used for a data connection: no '
                         'progress is shown until the connection ends, and the result is known '
                         'once the module runs its new firmware')
        self.assertEqual(client.output[1], 'starting')
        self.report(START, percent(50), percent(100), COMPLETE)
        self.module.unplug()
        self.bed.wait_for_no_modem(self.module)
        self.wait_for_line(client, LEFT_EARLY)
        self.install()
        self.check_success(client)
        self.assertFalse([line for line in client.output if line.startswith('downloading')])


if __name__ == '__main__':
    main()
