# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The password of an FTP server and the query of an HTTP URL go to the module and nowhere
else."""

import glob
import os

from testbed import daemon
from testbed.bus import ERROR, UPDATE, State, enable_all
from testbed.case import BedCase, SharedBedCase
from testbed.loop import Process, wait_until
from testbed.servers import make_package
from testbed.tap import main

from gi.repository import GLib

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'

USER = 'me'
FILE = 'package'
# The same in every encoding
PASSWORD = 'Zebra4711Okapi'
TOKEN = 'Yak0815Walrus'
SECRETS = (PASSWORD, TOKEN)

# Passwords that are words of the module's or of our own
WORDS = ['a', '5', 'GTOTA', 'download', 'failed', 'module', 'server', 'shown', '***']

# How a module may spell PASSWORD, and what is left of it
SPELLINGS = {
    'upper-case': ('ZEBRA4711OKAPI', '***'),
    'percent': ('%5A%65%62%72%61%34%37%31%31%4F%6B%61%70%69', '***'),
    'percent-in-part': ('Zebra%34711Okap%69', '***'),
    'hex': ('5a65627261343731314f6b617069', '***'),
    'hex-spaces': ('5A 65 62 72 61 34 37 31 31 4F 6B 61 70 69', '***'),
    'hex-array': ('0x5a,0x65,0x62,0x72,0x61,0x34,0x37,0x31,0x31,0x4f,0x6b,0x61,0x70,0x69', '0x***'),
    'ucs2': ('005A00650062007200610034003700310031004F006B006100700069', '00***'),
    'base64': ('WmVicmE0NzExT2thcGk=', '***'),
}
HIDDEN = 'words that are not shown because they may contain a secret'

# Options of a daemon with the default log level
AT_INFO = ('--log-level=INFO', *daemon.OPTIONS[1:])

# Milliseconds between two looks at the running processes
INTERVAL = 100

# Settings with the password that are refused, and the key that the message names
REFUSED = [
    ({'url': f'http://me:{PASSWORD}@host/file'}, 'url'),
    ({'url': f'ftp://me:{PASSWORD}@host'}, 'file-name'),
    ({'url': f'ftp://me:{PASSWORD}@host:x/file'}, 'url'),
    ({'url': f'ftp://me:{PASSWORD}/file'}, 'url'),
    ({'url': f'ftp://me:{PASSWORD}#@host/file'}, 'url'),
    ({'url': f'ftp://me:{PASSWORD}@host/file?x'}, 'url'),
    ({'url': f'ftp://me:{PASSWORD}%22@host/file'}, 'password'),
    ({'url': f'ftps://me:{PASSWORD}@host/file'}, 'url'),
    ({'url': 'ftp://me@host/file', 'password': PASSWORD + '"'}, 'password'),
    ({'url': 'ftp://me@host/file', 'password': PASSWORD + 'x' * 255}, 'password'),
    ({'url': 'http://host/file', 'password': PASSWORD}, 'password'),
    ({'server': f'me:{PASSWORD}@host', 'file-name': 'f', 'user': 'u', 'password': 'p'}, 'server'),
    ({'server': 'host', 'file-name': 'f', 'password': PASSWORD}, 'user'),
    ({'package': 'x', 'password': PASSWORD}, 'password'),
    ({'password': PASSWORD}, 'url'),
]

# Arguments with the password, which the client refuses
REFUSED_ARGUMENTS = [f'ftp://me:{PASSWORD}@host/file', f'password={PASSWORD}',
                     f'url=ftp://me@host/file,password={PASSWORD}',
                     f"url='ftp://me:{PASSWORD}@host/file'", f'ftp://me:{PASSWORD}@host:x/f',
                     f'url=ftp://me:{PASSWORD}', f'server=me:{PASSWORD}@host']


class Monitor:
    """All messages on a bus."""

    def __init__(self, address, env):
        self.process = Process(['dbus-monitor', '--address', address], env)
        wait_until(lambda: self.process.output, 10, 'monitor')

    def get_messages(self):
        """The header and the body of each message."""
        messages = []
        for line in list(self.process.output):
            if line.startswith(('method ', 'signal ', 'error ')):
                messages.append([line])
            elif messages:
                messages[-1].append(line)
        return messages


class Secrets(SharedBedCase):
    """Every way to give a password and every kind of failure, in one bed. Then every
    place where the password could end up is searched."""

    SCALE = 0.05
    OPTIONS = daemon.OPTIONS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.monitor = Monitor(bed.bus.address, bed.env)
        bed.processes.append(cls.monitor.process)
        cls.ftp = bed.start_ftp(USER, PASSWORD)
        cls.ftp.publish(FILE, make_package(NEW))
        cls.http = bed.start_http()
        cls.http_url = cls.http.publish(f'/{FILE}', make_package(NEW))
        cls.url = f'ftp://{USER}@{cls.ftp.address}/{FILE}'
        cls.write_files()

        kinds = ('url', 'keys', 'client', 'package', 'login', 'unplugged', 'query')
        cls.modules = {kind: bed.simulator.add(pace=5) for kind in kinds}
        cls.modules['unplugged'].set(unplug=30)
        cls.modules['refusing'] = bed.simulator.add(download='manual')
        bed.start_daemon(options=cls.OPTIONS)
        cls.modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*cls.modems.values())

        cls.arguments = set()
        timer = GLib.timeout_add(INTERVAL, cls.look_at_arguments)
        cls.addClassCleanup(GLib.source_remove, timer)
        cls.calls = cls.start_calls()
        cls.clients = cls.start_clients()
        cls.wait_for_ends()

    @classmethod
    def write_files(cls):
        """Writes a password file and a package file with the password."""
        cls.password_file = os.path.join(cls.bed.directory, 'password')
        directory = os.path.join(cls.bed.env['FIBOCOM_NL668_CONFIG_DIR'], 'packages.d')
        os.makedirs(directory)
        cls.package_file = os.path.join(directory, 'ftp.conf')
        package = (f'[Package]\nModel=NL668-EAU*\nFrom={OLD}\nTo={NEW}\nURL={cls.url}\n'
                   f'Password={PASSWORD}\n')
        for path, contents in ((cls.password_file, PASSWORD + '\n'), (cls.package_file, package)):
            with open(path, 'w', encoding='utf-8') as file:
                file.write(contents)
            os.chmod(path, 0o600)

    @classmethod
    def look_at_arguments(cls):
        """Collects the arguments of all processes on this machine."""
        for path in glob.glob('/proc/[0-9]*/cmdline'):
            try:
                with open(path, 'rb') as file:
                    cls.arguments.add(file.read())
            except OSError:
                pass
        return GLib.SOURCE_CONTINUE

    @classmethod
    def start_calls(cls):
        login = cls.url.replace(USER, f'{USER}:{PASSWORD}', 1)
        keys = {'server': cls.ftp.address, 'file-name': FILE, 'user': USER, 'password': PASSWORD}
        return {kind: cls.modems[kind].start(settings) for kind, settings in {
            'url': {'url': login},
            'keys': keys,
            'login': keys | {'user': 'other'},
            'unplugged': {'url': login},
            'query': {'url': f'{cls.http_url}?id=5&token={TOKEN}'},
        }.items()}

    @classmethod
    def start_clients(cls):
        """Starts a client for each output format."""
        password = f'--firmware-update-password-file={cls.password_file}'
        return {
            'client': cls.bed.start_update(cls.modems['client'], cls.url, password, '-v'),
            'package': cls.bed.start_update(cls.modems['package'], 'package=ftp', '-J'),
        }

    @classmethod
    def wait_for_ends(cls):
        cls.bed.wait_for_no_modem(cls.modules['unplugged'])
        cls.modules['unplugged'].plug()
        for kind in ('url', 'keys', 'client', 'package', 'query'):
            cls.bed.wait_for_state(cls.modules[kind], State.SUCCEEDED)
        for kind in ('login', 'unplugged'):
            cls.bed.wait_for_state(cls.modules[kind], State.FAILED)
        for client in cls.clients.values():
            client.wait()

    def refuse(self, answer):
        """Has the module refuse the updates of a call and a client."""
        module, modem = self.modules['refusing'], self.modems['refusing']
        module.answer('AT+GTOTA=1', answer, 2)
        call = modem.start({'url': self.url, 'password': PASSWORD}).wait()
        self.assertTrue(call.error_name.startswith(f'{ERROR}MobileEquipment.'), call.message)
        self.assertNotIn(PASSWORD, call.message)
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={self.url}', '-v',
                                f'--firmware-update-password-file={self.password_file}')
        self.assertEqual(client.returncode, 1)
        self.assertNotIn(PASSWORD, client.stdout + client.stderr)

    # Failures; these cases run before the searches

    def test_a_refused_settings(self):
        """settings that are refused"""
        for settings, key in REFUSED:
            with self.subTest(settings=settings):
                call = self.modems['refusing'].start(settings).wait()
                self.assertEqual(call.error_name, f'{ERROR}Core.InvalidArgs')
                self.assertTrue(call.message.startswith(f'{key}: '), call.message)
                self.assertNotIn(PASSWORD, call.message)

    def test_a_refused_arguments(self):
        """a password among the client's arguments"""
        for argument in REFUSED_ARGUMENTS:
            with self.subTest(argument=argument):
                client = self.bed.mmcli('-m', self.modems['refusing'].index, '-v',
                                        f'--firmware-update={argument}')
                self.assertEqual((client.returncode, len(client.errors)), (2, 1))
                self.assertNotIn(PASSWORD, client.stdout + client.stderr)

    def test_a_refused_by_module(self):
        """an update that the module refuses"""
        for answer in ('+CME ERROR: 30', 'ERROR', '+CME ERROR: wrong password'):
            with self.subTest(answer=answer):
                self.refuse(answer)

    # Searches

    def get_log_lines(self):
        return [line for line in self.bed.daemon.log
                if any(secret in line for secret in SECRETS)]

    def test_log(self):
        """debug log: only in the AT traffic that the daemon logs"""
        found = self.get_log_lines()
        self.assertGreaterEqual(len([line for line in found if "--> 'AT+GTOTA=1," in line]), 6)
        for line in found:
            self.assertRegex(line, daemon.DEBUG)
            self.assertRegex(line, r"^\S+ \[[0-9.]+\] \[ttyUSB\d+/at\] (-->|<--) ")

    def test_files(self):
        """record and other files: only in the two files of the test"""
        found = []
        for directory, _names, files in os.walk(self.bed.directory):
            for path in (os.path.join(directory, name) for name in files):
                if os.path.isfile(path) and any(secret.encode() in self.read(path)
                                                for secret in SECRETS):
                    found.append(path)
        self.assertEqual(sorted(found), sorted([self.password_file, self.package_file]))
        records = glob.glob(os.path.join(self.bed.env['FIBOCOM_NL668_STATE_DIR'], '*.conf'))
        self.assertGreaterEqual(len(records), 6)

    @staticmethod
    def read(path):
        with open(path, 'rb') as file:
            return file.read()

    def test_bus(self):
        """bus: only in the calls of Start()"""
        found = [message for message in self.monitor.get_messages()
                if any(secret in line for line in message for secret in SECRETS)]
        self.assertGreaterEqual(len(found), 6)
        for head, *_rest in found:
            self.assertTrue(head.startswith('method call '), head)
            self.assertTrue(head.endswith(f'interface={UPDATE}; member=Start'), head)

    def test_properties(self):
        """properties: neither now nor before"""
        texts = [str(event.values) for event in self.bed.observer.events]
        texts += map(str, self.bed.observer.objects.values())
        for secret in SECRETS:
            self.assertEqual([text for text in texts if secret in text], [])

    def test_source(self):
        """the source of an update from a URL with a query: all but the query"""
        modem = self.bed.wait_for_modem(self.modules['query'])
        source = f'{self.http_url}?…'
        self.assertEqual(modem.read_update()['Source'], source)
        for locale, shown in (('C.UTF-8', source), ('C', source.replace('…', '...'))):
            client = self.bed.mmcli('-m', modem.index, '--firmware-update-status',
                                    env=self.bed.env | {'LC_ALL': locale})
            self.assertIn(f' source: {shown}\n', client.stdout)
        self.assertEqual(self.bed.get_status(modem.index)['source'], source)

    def test_clients(self):
        """output of the clients: in no format"""
        for kind, client in self.clients.items():
            self.assertEqual(client.returncode, 0, client.stderr)
            self.assertNotIn(PASSWORD, client.stdout + client.stderr, kind)
        self.assertEqual(self.clients['client'].output[-1], SUCCESS)
        modem = self.bed.wait_for_modem(self.modules['client'])
        for option in ([], ['-J'], ['-K'], ['-v']):
            client = self.bed.mmcli('-m', modem.index, '--firmware-update-status', *option)
            self.assertNotIn(PASSWORD, client.stdout + client.stderr)

    def test_arguments(self):
        """arguments of processes, which anybody can see: none"""
        seen = [arguments for arguments in self.arguments if b'--firmware-update=' in arguments]
        self.assertGreaterEqual(len(seen), 2)
        found = [arguments for arguments in self.arguments if PASSWORD.encode() in arguments]
        # Apart from those of test_a_refused_arguments
        given = [argument.encode() for argument in REFUSED_ARGUMENTS]
        self.assertEqual([arguments for arguments in found
                          if not any(argument in arguments for argument in given)], [])


class SecretsAtInfo(Secrets):
    """The same with the default log level of the daemon."""

    OPTIONS = AT_INFO

    def test_log(self):
        """log: nowhere"""
        self.assertTrue([line for line in self.bed.daemon.log if 'firmware update: ' in line])
        self.assertEqual(self.get_log_lines(), [])


class Echo(BedCase):
    """A module that discloses the password itself, with the default log level of the
    daemon."""

    def setUp(self):
        super().setUp()
        self.module = self.bed.simulator.add(download='manual')
        self.bed.start_daemon(options=AT_INFO)
        self.modem = self.bed.wait_for_modem(self.module)
        self.modem.enable()

    def start(self):
        return self.modem.start({'url': f'ftp://{USER}:{PASSWORD}@host/{FILE}'}).wait()

    def check(self):
        self.modem.wait_for_state(State.FAILED)
        self.assertNotIn(PASSWORD, str(self.modem.read_update()))
        self.assertEqual([line for line in self.bed.daemon.log if PASSWORD in line], [])
        (record,) = glob.glob(os.path.join(self.bed.env['FIBOCOM_NL668_STATE_DIR'], '*.conf'))
        with open(record, encoding='utf-8') as file:
            self.assertNotIn(PASSWORD, file.read())

    def test_later_report(self):
        """the module echoes the password of the last update, during one without a password"""
        self.assertIsNone(self.start().error_name)
        self.module.report('GTOTA DOWNLOAD COMPLETE', interface=1)
        self.bed.wait_for_announced(self.module, State.INSTALLING)
        self.modem = self.bed.end_update(self.module)
        self.assertIsNone(self.modem.start({'url': 'http://host/package'}).wait().error_name)
        self.module.report('GTOTA DOWNLOAD START', f'GTOTA LOGIN {USER}:{PASSWORD}@host FAILED',
                           interface=1)
        self.check()


class Words(SharedBedCase):
    """Modules that disclose the password themselves, in any spelling, or whose usual words
    are the password, with the default log level of the daemon."""

    SCALE = 0.05

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        kinds = (*WORDS, *SPELLINGS, 'disappeared', 'cut-off', 'answer', 'ftp', 'http')
        cls.modules = {kind: cls.bed.simulator.add(download='manual') for kind in kinds}
        cls.bed.start_daemon(options=AT_INFO)
        cls.modems = {kind: cls.bed.wait_for_modem(cls.modules[kind]) for kind in kinds}
        enable_all(*cls.modems.values())
        reports = {word: f'GTOTA LOGIN {USER}:{word} FAILED' for word in WORDS}
        reports |= {kind: f'GTOTA LOGIN <{spelling}> FAILED'
                    for kind, (spelling, _shown) in SPELLINGS.items()}
        for kind, report in reports.items():
            cls.start(kind, kind if kind in WORDS else PASSWORD)
            cls.modules[kind].report('GTOTA DOWNLOAD START', report, interface=1)

    @classmethod
    def start(cls, kind, password):
        call = cls.modems[kind].start({'url': f'ftp://{USER}@host/{FILE}', 'password': password})
        assert not call.wait().error_name, call.message

    def get_words(self, kind):
        """Returns what the failure says that the module has reported."""
        self.bed.wait_for_state(self.modules[kind], State.FAILED)
        message = self.modems[kind].read_update()['Error'][1]
        self.assertTrue(message.startswith('the module reports: '), message)
        words, rest = message.split(': ', 1)[1].split('; ', 1)
        self.assertEqual(rest, 'check the server, and check the status before you start the '
                               'update again')
        return words

    def test_words(self):
        """the password is a word, or very short: our words stay, those of the module are hidden"""
        for word in WORDS:
            with self.subTest(password=word):
                self.assertEqual(self.get_words(word), HIDDEN)

    def test_spellings(self):
        """the password in any case and encoding: masked"""
        for kind, (spelling, shown) in SPELLINGS.items():
            with self.subTest(spelling=kind):
                self.assertEqual(self.get_words(kind), f'GTOTA LOGIN <{shown}> FAILED')
                self.assertEqual([line for line in self.bed.daemon.log if spelling in line], [])

    def test_cut_off(self):
        """the password is cut off at the end of a line: three characters at most"""
        self.start('cut-off', PASSWORD)
        self.modules['cut-off'].report('GTOTA DOWNLOAD START', interface=1)
        for length in range(4, len(PASSWORD)):
            self.modules['cut-off'].report(f'GTOTA FAILED {PASSWORD[:length]}', interface=1)
        self.assertEqual(self.get_words('cut-off'), 'GTOTA FAILED ***')
        self.assertEqual([line for line in self.bed.daemon.log if 'FAILED Zebr' in line], [])

    def test_own_words(self):
        """the password is a word of the verdict: it stays"""
        module = self.modules['disappeared']
        self.start('disappeared', 'disappeared')
        module.report('GTOTA DOWNLOAD START', interface=1)
        self.bed.wait_for_announced(module, State.DOWNLOADING)
        module.unplug()
        self.bed.wait_for_no_modem(module)
        module.plug()
        self.bed.wait_for_state(module, State.FAILED)
        error = self.bed.wait_for_modem(module).read_update()['Error'][1]
        self.assertTrue(error.startswith('the module disappeared before the download was '), error)

    def test_answer(self):
        """the password in the answer of the module: not shown"""
        self.modules['answer'].answer('AT+GTOTA=?', f'+GTOTA: {PASSWORD.upper()}', 1)
        self.modules['answer'].answer('AT+GTOTA=1', f'+CME ERROR: no {PASSWORD.upper()}')
        call = self.modems['answer'].start({'url': f'ftp://{USER}:{PASSWORD}@host/{FILE}'}).wait()
        self.assertTrue(call.error_name.startswith(f'{ERROR}MobileEquipment.'), call.message)
        self.assertNotIn(PASSWORD.lower(), call.message.lower())
        error = self.modems['answer'].read_update()['Error'][1]
        self.assertEqual(error, 'the module did not start the update (AT+GTOTA): Unknown error')

    def test_zz_restart(self):
        """ModemManager is restarted, and the module repeats a secret of before: not shown"""
        self.check_nowhere()
        self.start('ftp', PASSWORD)
        self.modems['http'].start({'url': f'http://host/{FILE}?token={TOKEN}'}).wait()
        self.bed.stop_daemon(kill=True)
        self.bed.start_daemon(options=AT_INFO)
        for kind, secret in (('ftp', PASSWORD), ('http', TOKEN)):
            self.modems[kind] = self.bed.wait_for_modem(self.modules[kind])
            self.modules[kind].report('GTOTA DOWNLOAD START', f'GTOTA ERROR {secret}', interface=1)
        for kind in ('ftp', 'http'):
            self.assertEqual(self.get_words(kind), HIDDEN)

        self.modems['ftp'].enable()
        self.start('ftp', TOKEN)
        self.modules['ftp'].report('GTOTA DOWNLOAD START', f'GTOTA ERROR {PASSWORD}', interface=1)
        self.bed.wait_for_announced(self.modules['ftp'], State.DOWNLOADING)
        self.assertEqual(self.get_words('ftp'), HIDDEN)

    def test_zzz_nowhere(self):
        """the secrets are nowhere in the log, the properties and the records"""
        self.check_nowhere()

    def check_nowhere(self):
        texts = [*self.bed.daemon.log, *(str(event.values) for event in self.bed.observer.events)]
        for path in glob.glob(os.path.join(self.bed.env['FIBOCOM_NL668_STATE_DIR'], '*.conf')):
            with open(path, encoding='utf-8') as file:
                texts.append(file.read())
        for secret in SECRETS:
            self.assertEqual([text for text in texts if secret.lower() in text.lower()], [])


if __name__ == '__main__':
    main()
