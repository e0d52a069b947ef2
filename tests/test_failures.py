# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates that fail after they were started."""

from testbed.bus import ERROR, State, enable_all
from testbed.case import BedCase, SharedBedCase
from testbed.servers import find_closed_port, make_package
from testbed.tap import main

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'

# Timeouts of the plugin, in seconds, before they are scaled
START = 180
PROGRESS = 300
INSTALL = 600

# Seconds that a busy machine may add
SLACK = 5

PREFIX = "error: couldn't update the firmware: "
GONE = ('the module disappeared before the download was complete: plug it in again if it was '
        'unplugged, and check the status before you start the update again')
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'


class FailureCase(SharedBedCase):
    """Updates of several modules at once, each with its own client."""

    @classmethod
    def start_clients(cls, urls, **options):
        """Starts a client for each module; urls maps modules to URLs."""
        modems = {kind: cls.bed.wait_for_modem(cls.modules[kind]) for kind in urls}
        enable_all(*modems.values())
        cls.clients = {kind: cls.bed.start_update(modems[kind], url, **options)
                       for kind, url in urls.items()}

    def get_client_error(self, kind, timeout=60):
        """The message with which the client has failed."""
        client = self.clients[kind]
        self.assertEqual(self.bed.wait_for_client(client, timeout), 1, client.stdout)
        self.assertEqual(len(client.errors), 1, client.stderr)
        self.assertTrue(client.errors[0].startswith(PREFIX), client.stderr)
        return client.errors[0].removeprefix(PREFIX)

    def get_reason(self, kind, timeout=60):
        """The reason why the client has stopped waiting, which is no failure."""
        client = self.clients[kind]
        self.assertEqual(self.bed.wait_for_client(client, timeout), 1, client.stdout)
        self.assertRegex(client.stderr, rf'^error: (?!{PREFIX[7:]}).*; check with `mmcli -m \d{{15}} '
                                        '--firmware-update-status` before you start the update '
                                        'again\n$')
        return client.stderr

    def get_update(self, kind):
        """The properties as last announced, on any modem object."""
        values = {}
        for event in self.bed.get_events(self.modules[kind]):
            values.update(event.values)
        return values

    def get_time(self, kind, state):
        """The time when a state was announced."""
        return [event.time for event in self.bed.get_events(self.modules[kind])
                if event.values.get('State') == state][-1]

    def assert_duration(self, seconds, begin, end):
        """Checks for the scaled time, with some slack."""
        seconds *= self.SCALE
        # An event may be seen late, but a timeout does not end early
        self.assertGreater(end - begin, seconds / 2)
        self.assertLess(end - begin, seconds + SLACK)


class Downloads(FailureCase):
    """The package cannot be downloaded, and the module does not report that."""

    SCALE = 0.02

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        http = bed.start_http()
        ftp = bed.start_ftp('user', 'password')
        ftp.publish('package', make_package(NEW))
        cls.urls = {
            'missing': http.publish('/package', make_package(NEW)) + '-that-is-not-there',
            'dead': f'http://127.0.0.1:{find_closed_port()}/package',
            'hanging': http.publish('/hanging', make_package(NEW, 100000), until=30500),
            'stalled': http.publish('/stalled', make_package(NEW)),
            'silent': http.publish('/silent', make_package(NEW)),
            'mute': http.publish('/mute', make_package(NEW)),
            'login': f'ftp://user@{ftp.address}/package',
        }
        cls.modules = {kind: bed.simulator.add() for kind in cls.urls}
        cls.modules['stalled'].set(stall=60)
        cls.modules['silent'].answer('AT+GTOTA=0', '')
        cls.modules['mute'].answer('AT+GTSET="CALLBREAK"', '')
        cls.http = http
        bed.start_daemon()
        password_file = f'{bed.directory}/password'
        with open(password_file, 'w', encoding='utf-8') as file:
            file.write('an0ther')
        login = cls.urls.pop('login')
        cls.start_clients(cls.urls)
        modem = bed.wait_for_modem(cls.modules['login'])
        modem.enable()
        cls.clients['login'] = bed.start_update(
            modem, login, f'--firmware-update-password-file={password_file}')

    def check(self, kind, state, seconds, progress):
        """Checks that the update failed in time; returns the message."""
        message = self.get_client_error(kind)
        update = self.get_update(kind)
        self.assertEqual(update['State'], State.FAILED)
        self.assertEqual(update['Error'], (ERROR + 'Core.Failed', message))
        self.assertEqual(update['Progress'], progress)
        self.assertEqual((update['PreviousVersion'], update['CurrentVersion']), (OLD, OLD))
        last = [event.time for event in self.bed.get_events(self.modules[kind])
                if 'State' in event.values or 'Progress' in event.values]
        self.assert_duration(seconds, last[-2], self.get_time(kind, State.FAILED))
        states = self.bed.get_announced(self.modules[kind], 'State')
        self.assertEqual(states, [State.PREPARING, State.FAILED] if state == State.PREPARING
                         else [State.PREPARING, State.DOWNLOADING, State.FAILED])
        return message

    def test_not_found(self):
        """404: the update fails after the timeout for a start"""
        message = self.check('missing', State.PREPARING, START, 0)
        self.assertIn(self.urls['missing'], message)
        self.assertIn('check', message)

    def test_dead_server(self):
        """nothing listens on the port: the update fails after the timeout for a start"""
        message = self.check('dead', State.PREPARING, START, 0)
        self.assertIn(self.urls['dead'], message)
        self.assertIn('check', message)

    def test_hanging_server(self):
        """the server hangs at 30 %: the update fails after the timeout for progress"""
        message = self.check('hanging', State.DOWNLOADING, PROGRESS, 30)
        self.assertIn('30%', message)
        self.assertIn('check', message)

    def test_stalled_module(self):
        """the module reports nothing after 60 %"""
        message = self.check('stalled', State.DOWNLOADING, PROGRESS, 60)
        self.assertIn('60%', message)
        self.assertIn('start the update again', message)

    def test_wrong_password(self):
        """the FTP server refuses the login"""
        message = self.check('login', State.PREPARING, START, 0)
        self.assertIn('check', message)
        self.assertNotIn('an0ther', self.clients['login'].stdout + self.clients['login'].stderr)

    def check_silence(self, kind, command):
        message = self.get_client_error(kind)
        update = self.get_update(kind)
        self.assertEqual(update['State'], State.FAILED)
        self.assertEqual(update['Error'][1], message)
        self.assertTrue(update['Error'][0].startswith(ERROR + 'Serial.'), update['Error'])
        self.assertIn(command, message)
        self.assertEqual(self.bed.get_announced(self.modules[kind], 'State'),
                         [State.PREPARING, State.FAILED])
        begin, end = self.get_time(kind, State.PREPARING), self.get_time(kind, State.FAILED)
        self.assertLess(end - begin, 1 + SLACK)

    def test_silence_to_gtota(self):
        """the module does not answer AT+GTOTA"""
        self.check_silence('silent', 'AT+GTOTA')

    def test_silence_to_callbreak(self):
        """the module does not answer CALLBREAK: nothing else is sent"""
        self.check_silence('mute', 'CALLBREAK')
        self.assertEqual(self.modules['mute'].get_update_commands(), ['AT+GTSET="CALLBREAK",1'])

    def test_zz_again(self):
        """after each of these failures, an update succeeds"""
        url = self.http.publish('/good', make_package(NEW))
        self.modules['silent'].forget('AT+GTOTA=0')
        self.modules['mute'].forget('AT+GTSET="CALLBREAK"')
        self.modules['stalled'].set(stall='-')
        clients = []
        # Modules that are still downloading have not noticed yet that the server is gone
        for kind in ('missing', 'dead', 'stalled', 'silent', 'mute', 'login'):
            self.get_client_error(kind)
            modem = self.bed.wait_for_modem(self.modules[kind])
            clients.append(self.bed.start_update(modem, url,
                                                 env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.1'}))
        for client in clients:
            self.assertEqual((client.wait(), client.stderr), (0, ''))
            self.assertEqual(client.output[-1], SUCCESS)


class Installations(FailureCase):
    """The installation goes wrong."""

    SCALE = 0.04

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.url = bed.start_http().publish('/package', make_package(NEW))
        cls.modules = {
            'same': bed.simulator.add(install='same'),
            'twice': bed.simulator.add(restarts=2),
            'edl': bed.simulator.add(install='edl'),
            'gone': bed.simulator.add(install='gone'),
            'version': bed.simulator.add(),
        }
        bed.start_daemon()
        urls = {kind: cls.url for kind in cls.modules}
        urls['version'] = f'url={cls.url},version=19011.1000.00.02.73.99'
        # The client waits longer than the daemon, which waits for ever
        impatient = {'gone': urls.pop('gone')}
        cls.start_clients(urls)
        clients = cls.clients
        cls.start_clients(impatient, env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.015'})
        cls.clients.update(clients)

    def test_same_revision(self):
        """the revision is unchanged after the restart: the update fails after the timeout"""
        message = self.get_client_error('same')
        self.assertIn(OLD, message)
        self.assertIn('check', message)
        update = self.get_update('same')
        self.assertEqual((update['State'], update['Error']),
                         (State.FAILED, (ERROR + 'Core.Failed', message)))
        # Counted from the last restart
        back = [event.time for event in self.bed.get_events(self.modules['same'])
                if event.kind == 'added'][-1]
        self.assert_duration(INSTALL, back, self.get_time('same', State.FAILED))

    def test_two_restarts(self):
        """the module restarts twice before the new revision shows"""
        client = self.clients['twice']
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        self.assertEqual(client.output[-1], SUCCESS)
        self.assertEqual(client.output.count('the module left the bus'), 2)
        self.assertEqual(client.output.count('the module is back on the bus'), 2)
        self.assertEqual(self.modules['twice'].get_events('usb')[-4:][::2], ['unplugged'] * 2)

    def test_emergency_download_mode(self):
        """the module comes back as 05c6:9008: the client waits, then says how to repair it"""
        message = self.get_reason('edl')
        output = self.clients['edl'].stdout
        self.assertIn('the module is in emergency download mode (05c6:9008): leave it', output)
        self.assertIn('05c6:9008', message)
        self.assertIn("manufacturer's flash tool", message)
        self.assertTrue([line for line in self.bed.daemon.log
                         if 'firmware update failed' in line and '05c6:9008' in line])

    def test_never_back(self):
        """the module does not come back: the client waits for a limited time"""
        self.assertIn('did not come back', self.get_reason('gone'))

    def test_another_version(self):
        """the package installs another version than specified: the message names both"""
        message = self.get_client_error('version')
        self.assertIn(NEW, message)
        self.assertIn('19011.1000.00.02.73.99', message)
        update = self.get_update('version')
        self.assertEqual(update['Error'], (ERROR + 'Core.Failed', message))
        self.assertEqual((update['PreviousVersion'], update['CurrentVersion'],
                          update['TargetVersion']), (OLD, NEW, '19011.1000.00.02.73.99'))


class Unplugged(BedCase):
    """The module is unplugged."""

    def setUp(self):
        super().setUp()
        self.http = self.bed.start_http()
        self.url = self.http.publish('/package', make_package(NEW))

    def cycle(self, module):
        """Plugs the module in and unplugs it again."""
        module.plug()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        return modem

    def test_while_downloading(self):
        """at 40 %: the update fails, nothing leaks, and the next modem object can be updated"""
        module = self.bed.simulator.add(plugged='no')
        self.bed.start_daemon()
        self.cycle(module)
        module.unplug()
        self.bed.wait_for_no_modem(module)
        descriptors = self.bed.daemon.get_descriptors()

        module.set(unplug=40, pace=10)
        modem = self.cycle(module)
        client = self.bed.start_update(modem, self.url)
        self.bed.wait_until(lambda: module.peek_events('usb')[-1] == 'unplugged', 20, 'unplugging')
        self.bed.wait_for_no_modem(module)
        self.bed.wait_until(lambda: not self.bed.daemon.open_ports, 10, 'closed ports')

        # The client waits for the module to learn the result
        self.bed.wait_until(lambda: 'the module left the bus' in client.output, 20, 'farewell')
        self.assertTrue(client.running)
        module.set(unplug='-', pace=0)
        modem = self.cycle(module)
        self.assertEqual(client.wait(), 1)
        self.assertEqual(len(client.errors), 1, client.stderr)
        self.assertTrue(client.stderr.startswith(PREFIX), client.stderr)
        self.assertIn('disappeared', client.stderr)
        self.assertEqual(modem.state, State.FAILED)
        # A report on the wire may be lost when the module is unplugged
        self.assertIn(modem.update['Progress'], range(20, 41))
        name, message = modem.update['Error']
        self.assertEqual(name, ERROR + 'Core.Failed')
        self.assertIn('disappeared', message)
        self.assertIn('start the update again', message)
        self.assertGreaterEqual(modem.update['Finished'], modem.update['Started'])
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={self.url}')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(client.output[-1], SUCCESS)
        # Until the failure was settled, the USB port was watched
        module.unplug()
        self.bed.wait_for_no_modem(module)
        self.bed.wait_until(lambda: self.bed.daemon.get_descriptors() == descriptors, 10,
                            f'descriptors as before: {descriptors}')

    def test_other_port(self):
        """the module moves to another USB port to install: the update goes on there"""
        module = self.bed.simulator.add(restart_after=60000)
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(module)
        modem.enable()
        imei = modem.properties['EquipmentIdentifier']
        client = self.bed.start_update(modem, self.url)
        self.bed.wait_for_announced(module, State.INSTALLING)
        module.unplug()
        self.bed.wait_for_no_modem(module)
        moved = self.bed.simulator.add(imei=imei)
        self.assertNotEqual(moved.path, module.path)
        self.bed.wait_for_state(moved, State.INSTALLING)
        moved.unplug()
        self.bed.wait_for_no_modem(moved)
        moved.set(revision=NEW)
        moved.plug()
        self.bed.wait_for_state(moved, State.SUCCEEDED)
        self.assertEqual((client.wait(), client.stderr), (0, ''))
        self.assertEqual(client.output[-1], SUCCESS)

    def test_while_preparing(self):
        """while a command is being answered: Start() fails in words of ours, and nothing leaks"""
        commands = ('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT=3', 'AT+GTSET="CALLBREAK"',
                    'AT+GTSET="GPRSFIRST"', 'AT+GTOTA=0')
        modules = [self.bed.simulator.add() for _ in commands]
        self.bed.start_daemon()
        modems = [self.bed.wait_for_modem(module) for module in modules]
        enable_all(*modems)
        calls = []
        for module, modem, command in zip(modules, modems, commands):
            module.delay(command, 60000)
            calls.append(modem.start({'url': self.url}))
            self.bed.wait_until(lambda m=module, c=command: m.peek_our_commands()[-1:]
                                and m.peek_our_commands()[-1].startswith(c), 10, command)
            module.unplug()
        for call, command in zip(calls, commands):
            call.wait()
            self.assertEqual(
                (call.error_name, call.message),
                (ERROR + 'Core.Failed', GONE) if command == 'AT+GTOTA=0'
                else (ERROR + 'Core.Aborted', 'the modem is gone'), command)
        for module in modules:
            self.bed.wait_for_no_modem(module)
        self.assertEqual(self.bed.daemon.open_ports, {})

        clients = []
        for module, command in zip(modules, commands):
            module.delay(command, 0)
            module.plug()
        for module in modules:
            modem = self.bed.wait_for_modem(module)
            self.assertEqual(modem.state, State.FAILED)
            clients.append(self.bed.start_update(modem, self.url))
        for client in clients:
            self.assertEqual((client.wait(), client.stderr), (0, ''))


class Stopped(BedCase):
    """The daemon is stopped while updates are under way."""

    def test_stop(self):
        """the daemon exits at once and cleanly, in any state of the updates"""
        url = self.bed.start_http().publish('/package', make_package(NEW))
        modules = [self.bed.simulator.add(), self.bed.simulator.add(download='manual'),
                   self.bed.simulator.add(stall=50), self.bed.simulator.add(away=60000)]
        states = [State.PREPARING, State.PREPARING, State.DOWNLOADING, State.INSTALLING]
        modules[0].delay('AT+GTSET="CALLBREAK"', 60000)
        self.bed.start_daemon()
        modems = [self.bed.wait_for_modem(module) for module in modules]
        enable_all(*modems)
        for modem in modems:
            modem.start({'url': url})
        for module, state in zip(modules, states):
            self.bed.wait_for_announced(module, state)
        self.bed.wait_for_no_modem(modules[3])
        # finish() stops it


if __name__ == '__main__':
    main()
