# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Updates that are refused before they start, and the error messages."""

from testbed.bus import ERROR, MODEM, PROPERTIES, STATE_LOCKED, UPDATE, Call, State, enable_all
from testbed.case import SharedBedCase
from testbed.daemon import INFO
from testbed.loop import settle
from testbed.servers import make_package
from testbed.tap import main

from gi.repository import GLib

HTTP = 'http://host/package'
FTP = 'ftp://user:secret@host/file'
LOGIN = {'user': 'user', 'password': 'secret'}

INVALID_ARGS = ERROR + 'Core.InvalidArgs'
WRONG_STATE = ERROR + 'Core.WrongState'
IN_PROGRESS = ERROR + 'Core.InProgress'
UNSUPPORTED = ERROR + 'Core.Unsupported'

CALLBREAK = 'AT+GTSET="CALLBREAK",1'
GPRSFIRST = 'AT+GTSET="GPRSFIRST",1'

# A string that is too long for the module, and the longest one that it accepts
LONG = 'x' * 256
LONGEST = 'x' * 255

# Strings that must not get into a command: quotes, control and non-ASCII bytes
BAD_BYTES = ('"', '\\', '\n', '\r', '\t', '\x1b', '\x7f', 'é', '\x01')

# The key that the message must name, and the settings
INVALID = [
    ('url', LOGIN),
    ('url', {'version': '1'}),
    ('url', {'url': ''}),
    ('url', {'url': 'package'}),
    ('url', {'url': '/package'}),
    ('url', {'url': 'http:'}),
    ('url', {'url': 'http://'}),
    ('url', {'url': 'http:///package'}),
    ('url', {'url': 'http://host'}),
    ('url', {'url': 'http://host/'}),
    ('url', {'url': 'http://host/directory/'}),
    ('url', {'url': 'http://:80/package'}),
    ('url', {'url': 'http://host:0/package'}),
    ('url', {'url': 'http://host:65536/package'}),
    ('url', {'url': 'http://host:x/package'}),
    ('url', {'url': 'http://[::1/package'}),
    ('url', {'url': 'http://host/pack age'}),
    ('url', {'url': 'http://host/package#part'}),
    ('url', {'url': 'http://host/%zz'}),
    ('url', {'url': 'http://user@host/package'}),
    ('url', {'url': 'http://user:secret@host/package'}),
    ('url', {'url': 'https://host/package'}),
    ('url', {'url': 'HTTPS://host/package'}),
    ('url', {'url': 'ftps://user:secret@host/package'}),
    ('url', {'url': 'sftp://user:secret@host/package'}),
    ('url', {'url': 'file:///package'}),
    ('url', {'url': 'coap://host/package'}),
    ('url', {'url': 'http://host/' + LONG}),
    ('url', {'url': 'ftp://' + LONG + '/file', **LOGIN}),
    ('url', {'url': FTP + '?query'}),
    ('url', {'url': FTP + '#part'}),
    ('server', {'url': HTTP, 'server': 'host'}),
    ('file-name', {'url': HTTP, 'file-name': 'file'}),
    ('user', {'url': HTTP, 'user': 'user'}),
    ('password', {'url': HTTP, 'password': 'secret'}),
    ('server', {'server': '', 'file-name': 'file', **LOGIN}),
    ('server', {'server': LONG, 'file-name': 'file', **LOGIN}),
    ('server', {'server': 'user:secret@host', 'file-name': 'file', **LOGIN}),
    ('file-name', {'server': 'host', **LOGIN}),
    ('file-name', {'url': 'ftp://user:secret@host'}),
    ('file-name', {'url': 'ftp://user:secret@host/'}),
    ('file-name', {'url': 'ftp://user:secret@host/directory/'}),
    ('file-name', {'url': FTP, 'file-name': ''}),
    ('file-name', {'url': FTP, 'file-name': LONG}),
    ('file-name', {'url': FTP, 'file-name': 'directory/'}),
    ('user', {'url': 'ftp://host/file', 'password': 'secret'}),
    ('user', {'url': 'ftp://:secret@host/file'}),
    ('user', {'server': 'host', 'file-name': 'file', 'password': 'secret'}),
    ('user', {'url': FTP, 'user': ''}),
    ('user', {'url': FTP, 'user': LONG}),
    ('password', {'url': 'ftp://user@host/file'}),
    ('password', {'url': 'ftp://user:@host/file'}),
    ('password', {'server': 'host', 'file-name': 'file', 'user': 'user'}),
    ('password', {'url': FTP, 'password': ''}),
    ('password', {'url': FTP, 'password': LONG}),
    ('version', {'url': HTTP, 'version': ''}),
    ('version', {'url': HTTP, 'version': LONG}),
    ('urls', {'urls': HTTP}),
    ('URL', {'URL': HTTP}),
    ('', {'': HTTP}),
    ('callbreak', {'url': HTTP, 'callbreak': 'no'}),
    ('callbreak', {'url': HTTP, 'callbreak': ''}),
    ('callbreak', {'url': HTTP, 'callbreak': GLib.Variant('b', False)}),
    ('ignore-battery', {'url': HTTP, 'ignore-battery': 'yes'}),
    ('colour', {'url': HTTP, 'colour': 'red'}),
]
INVALID += [('url', {'url': f'http://host/pack{byte}age'}) for byte in BAD_BYTES]
INVALID += [(key, {'url': FTP, key: f'a{byte}b'}) for byte in BAD_BYTES
            for key in ('server', 'file-name', 'user', 'password', 'version')]

# A URL may contain them percent-encoded
INVALID += [(key, {'url': url.replace('*', byte)})
            for byte in ('%22', '%5C', '%0A', '%0d', '%C3%A9', '%7f')
            for key, url in (('file-name', 'ftp://user:secret@host/a*b'),
                             ('user', 'ftp://a*b:secret@host/file'),
                             ('password', 'ftp://user:a*b@host/file'))]
INVALID += [('url', {'url': f'ftp://user:secret@host/a{byte}x'})
            for byte in ('%00', '%', '%2', '%ff')]

# Those of cases with more than one
N_MORE_UPDATES = 12

NOT_STRINGS = [GLib.Variant('i', 1), GLib.Variant('b', True), GLib.Variant('as', ['x']),
               GLib.Variant('ay', HTTP.encode()), GLib.Variant('v', GLib.Variant('s', HTTP)),
               GLib.Variant('o', '/package'), GLib.Variant('a{sv}', {})]


class Refusals(SharedBedCase):
    """Modules that accept updates and report nothing, each for one update."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.http_only = bed.simulator.add(download='manual', fota='http')
        cls.no_update = bed.simulator.add(download='manual', fota='none')
        bed.start_daemon()
        cases = [name for name in dir(cls) if name.startswith('test_')]
        cls.pairs = bed.add_modems(len(cases) + N_MORE_UPDATES, download='manual')
        cls.http_only_modem, cls.no_update_modem = (
            bed.wait_for_modem(module) for module in (cls.http_only, cls.no_update))
        enable_all(cls.http_only_modem, cls.no_update_modem)

    def setUp(self):
        self.renew()

    def renew(self):
        """Takes another module."""
        self.module, self.modem = self.pairs.pop()
        self.bed.wait_until(lambda: self.modem.update['Transports'] == 3, 10, 'transports')

    def get_commands(self):
        return self.module.get_update_commands()

    def assert_refused(self, call, name, text=''):
        call.wait()
        self.assertEqual(call.error_name, name, call.message)
        self.assertIn(text, call.message)
        # The message must be readable
        self.assertNotIn('secret', call.message)
        self.assertTrue(call.message.isprintable(), call.message)

    # Settings

    def test_invalid_settings(self):
        """settings that the manual forbids are refused before any command is sent"""
        update = self.modem.read_update()
        for key, settings in INVALID:
            with self.subTest(key=key, settings=settings):
                call = self.modem.start(settings)
                self.assert_refused(call, INVALID_ARGS)
                self.assertTrue(call.message.startswith(f'{key}: '), call.message)
        self.assertEqual(self.get_commands(), [])
        self.assertEqual(self.modem.read_update(), update)

    def test_wrong_types(self):
        """settings of other types are refused"""
        for key in ('url', 'server', 'file-name', 'user', 'password', 'version'):
            for value in NOT_STRINGS:
                with self.subTest(key=key, value=value):
                    call = self.modem.start({'url': FTP, key: value})
                    self.assert_refused(call, INVALID_ARGS)
                    self.assertTrue(call.message.startswith(f'{key}: '), call.message)
        self.assertEqual(self.get_commands(), [])

    def test_key_twice(self):
        """a key that appears twice is refused"""
        settings = GLib.VariantBuilder(GLib.VariantType('a{sv}'))
        for url in (HTTP, 'http://host/other'):
            settings.add_value(GLib.Variant.new_dict_entry(
                GLib.Variant('s', 'url'), GLib.Variant('v', GLib.Variant('s', url))))
        call = Call(self.bed.connection, self.modem.path, UPDATE, 'Start',
                    GLib.Variant.new_tuple(settings.end()))
        self.assert_refused(call, INVALID_ARGS, 'url: ')
        self.assertEqual(self.get_commands(), [])

    def test_hostile_keys(self):
        """hostile unknown keys are refused with a printable message"""
        for key in ('a\nb', 'url\x1b[31m', 'é', 'x' * 10000):
            with self.subTest(key=key[:20]):
                call = self.modem.start({'url': HTTP, key: 'x'})
                self.assert_refused(call, INVALID_ARGS)
                self.assertLess(len(call.message), 1000)
        self.assertEqual(self.get_commands(), [])

    def test_reasons(self):
        """messages contain the reason"""
        for settings, reason in (
                ({'url': 'https://host/package'}, 'https'),
                ({'url': 'http://host/' + LONG}, '255'),
                ({'url': HTTP, 'version': '19011.1000.00.02.73.13'}, '19011.1000.00.02.73.13')):
            with self.subTest(settings=settings):
                self.assert_refused(self.modem.start(settings), INVALID_ARGS, reason)
        self.assertEqual(self.get_commands(), [])

    def test_longest_settings(self):
        """values of 255 bytes reach the module"""
        call = self.modem.start({'server': LONGEST, 'file-name': LONGEST, 'user': LONGEST,
                                 'password': LONGEST, 'version': LONGEST}).wait()
        self.assertIsNone(call.error_name, call.message)
        strings = ','.join([f'"{LONGEST}"'] * 4)
        self.assertEqual(self.get_commands()[2:], [f'AT+GTOTA=1,{strings}'])
        self.renew()
        url = ('http://host/' + LONGEST)[:255]
        call = self.modem.start({'url': url}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.get_commands()[-1], f'AT+GTOTA=0,"{url}"')

    def test_unusual_settings(self):
        """unusual but valid settings are accepted"""
        for settings, command in (
                ({'url': 'HTTP://host/package'}, 'AT+GTOTA=0,"HTTP://host/package"'),
                ({'url': 'http://[::1]:8080/package'}, 'AT+GTOTA=0,"http://[::1]:8080/package"'),
                ({'url': 'http://host/?package'}, 'AT+GTOTA=0,"http://host/?package"'),
                ({'url': "http://host/a,b;c'd%22e"}, 'AT+GTOTA=0,"http://host/a,b;c\'d%22e"'),
                ({'url': 'FTP://us%40er:se%3Acret@host:2121/a/b%20c'},
                 'AT+GTOTA=1,"host:2121","a/b c","us@er","se:cret"'),
                ({'url': 'ftp://user:secret@host//root/file'},
                 'AT+GTOTA=1,"host","/root/file","user","secret"'),
                ({'server': 'host', 'file-name': 'a,b', 'user': 'u v', 'password': 'p?q#r'},
                 'AT+GTOTA=1,"host","a,b","u v","p?q#r"')):
            with self.subTest(settings=settings):
                call = self.modem.start(settings).wait()
                self.assertIsNone(call.error_name, call.message)
                self.assertEqual(self.get_commands()[-1], command)
                self.renew()

    def test_read_only(self):
        """properties cannot be set"""
        for name, value in (('State', GLib.Variant('u', 5)), ('Source', GLib.Variant('s', 'x'))):
            call = Call(self.bed.connection, self.modem.path, PROPERTIES, 'Set',
                        GLib.Variant('(ssv)', (UPDATE, name, value))).wait()
            self.assertIsNotNone(call.error_name)

    # Transports

    def test_unsupported_transport(self):
        """FTP is refused for a module that supports HTTP only"""
        modem = self.http_only_modem
        self.bed.wait_until(lambda: modem.update['Transports'] == 1, 10, 'transports')
        self.assert_refused(modem.start({'url': FTP}), UNSUPPORTED, 'FTP')
        self.assertEqual(self.http_only.get_update_commands(), [])

    def test_no_transport(self):
        """any update is refused for a module without AT+GTOTA"""
        for url in (HTTP, FTP):
            with self.subTest(url=url):
                call = self.no_update_modem.start({'url': url})
                self.assert_refused(call, UNSUPPORTED, 'AT+GTOTA')
        self.assertEqual(self.no_update.get_update_commands(), [])

    # Refused by the module

    def start_and_fail(self, name):
        """Starts an update that the module refuses; returns the error."""
        since = len(self.bed.observer.events)
        call = self.modem.start({'url': HTTP})
        self.assert_refused(call, name)
        self.modem.wait_for_state(State.FAILED)
        self.assertEqual(self.modem.update['Error'], (name, call.message))
        self.assertEqual(self.bed.get_announced(self.module, 'State', since),
                         [State.PREPARING, State.FAILED])
        self.assertGreaterEqual(self.modem.update['Finished'], self.modem.update['Started'])
        return call

    def test_callbreak_refused(self):
        """an error to CALLBREAK ends the update before AT+GTOTA is sent"""
        for answer, name in (('+CME ERROR: 4', 'NotSupported'), ('+CME ERROR: 3', 'NotAllowed'),
                             ('ERROR', 'Unknown')):
            with self.subTest(answer=answer):
                before = len(self.module.get_update_commands())
                self.module.answer(CALLBREAK, answer, 1)
                call = self.start_and_fail(f'{ERROR}MobileEquipment.{name}')
                self.assertIn('CALLBREAK', call.message)
                self.assertIn('callbreak=optional', call.message)
                self.assertEqual(self.module.get_update_commands()[before:], [CALLBREAK])

    def test_callbreak_refused_at_client(self):
        """the message names callbreak=optional, with which the same update succeeds"""
        url = self.bed.start_http().publish('/package', make_package('NEW-1'))
        module, modem = self.bed.add_modem(callbreak='no', pace=5)
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={url}')
        self.assertEqual(client.returncode, 1)
        self.assertRegex(client.stderr, r"^error: couldn't update the firmware: the module cannot "
                         r'keep calls from interrupting the download \(AT\+GTSET="CALLBREAK",1\): '
                         r'.+; if it has no voice, start with callbreak=optional\n$')
        self.assertEqual(module.get_update_commands(), [CALLBREAK])
        for value in ('required', 'no'):
            client = self.bed.mmcli('-m', modem.index,
                                    f'--firmware-update=url={url},callbreak={value}')
            self.assertEqual(client.returncode, 1 if value == 'required' else 2, client.stderr)
        client = self.bed.mmcli('-m', modem.index,
                                f'--firmware-update=url={url},callbreak=optional')
        self.assertEqual(client.returncode, 0, client.stderr)
        self.assertEqual(module.get_update_commands()[-3:],
                         [CALLBREAK, GPRSFIRST, f'AT+GTOTA=0,"{url}"'])
        (line,) = [line for line in self.bed.daemon.log if 'does not support CALLBREAK' in line]
        self.assertRegex(line, INFO)

    def test_callbreak_unanswered(self):
        """callbreak=optional is for a refusal: without an answer, the update fails"""
        self.module.answer(CALLBREAK, '')
        self.addCleanup(self.module.forget, CALLBREAK)
        call = self.modem.start({'url': HTTP, 'callbreak': 'optional'})
        self.assert_refused(call, ERROR + 'Serial.ResponseTimeout', 'CALLBREAK')
        self.assertNotIn('callbreak=optional', call.message)
        self.assertEqual(self.get_commands(), [CALLBREAK])

    def test_gprsfirst_refused(self):
        """an error to GPRSFIRST means that it is not supported: the update goes on"""
        for answer in ('ERROR', '+CME ERROR: 4', '+CME ERROR: 50',
                       '+CME ERROR: operation not supported'):
            with self.subTest(answer=answer):
                self.module.answer(GPRSFIRST, answer, 1)
                call = self.modem.start({'url': HTTP}).wait()
                self.assertIsNone(call.error_name, call.message)
                self.assertEqual(self.modem.state, State.PREPARING)
                self.assertEqual(self.get_commands(),
                                 [CALLBREAK, GPRSFIRST, f'AT+GTOTA=0,"{HTTP}"'])
                self.renew()

    def test_gtota_refused(self):
        """an error to AT+GTOTA is returned as the matching D-Bus error"""
        for answer, name in (
                ('+CME ERROR: 0', 'PhoneFailure'), ('+CME ERROR: 3', 'NotAllowed'),
                ('+CME ERROR: 4', 'NotSupported'), ('+CME ERROR: 11', 'SimPin'),
                ('+CME ERROR: 13', 'SimFailure'), ('+CME ERROR: 14', 'SimBusy'),
                ('+CME ERROR: 20', 'MemoryFull'), ('+CME ERROR: 30', 'NoNetwork'),
                ('+CME ERROR: 31', 'NetworkTimeout'), ('+CME ERROR: 50', 'IncorrectParameters'),
                ('+CME ERROR: 100', 'Unknown'), ('+CME ERROR: SIM busy', 'SimBusy'),
                ('ERROR', 'Unknown'), ('+CME ERROR: 9999', 'Unknown')):
            with self.subTest(answer=answer):
                self.module.answer('AT+GTOTA=0', answer, 1)
                call = self.start_and_fail(f'{ERROR}MobileEquipment.{name}')
                self.assertIn('AT+GTOTA', call.message)

    def test_gtota_refused_at_client(self):
        """the client prints a readable message if the module refuses"""
        self.module.answer('AT+GTOTA=0', '+CME ERROR: 30', 1)
        client = self.bed.mmcli('-m', self.modem.index, f'--firmware-update={HTTP}')
        self.assertEqual(client.returncode, 1)
        self.assertEqual(client.stderr.count('\n'), 1)
        self.assertRegex(client.stderr, r"^error: couldn't update the firmware: .*[Nn]o network")
        self.assertNotIn('GDBus', client.stderr)
        self.assertNotIn('org.freedesktop', client.stderr)

    # One at a time

    def test_second_start(self):
        """a second Start() during an update gets InProgress, and the update goes on"""
        self.modem.start({'url': HTTP}).wait()
        update = self.modem.read_update()
        self.assert_refused(self.modem.start({'url': 'http://host/other'}), IN_PROGRESS)
        self.module.report('GTOTA DOWNLOADING: 40%', interface=1)
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 40, 10, '40 %')
        self.assert_refused(self.modem.start({'url': 'http://host/other'}), IN_PROGRESS)
        self.module.report('GTOTA DOWNLOADING: 41%', interface=1)
        self.bed.wait_until(lambda: self.modem.update['Progress'] == 41, 10, '41 %')
        self.assertEqual(self.get_commands(), [CALLBREAK, GPRSFIRST, f'AT+GTOTA=0,"{HTTP}"'])
        self.assertEqual(self.modem.read_update(),
                         update | {'State': State.DOWNLOADING, 'Progress': 41})

    def test_starts_together(self):
        """one of many Start() calls at once is accepted"""
        self.module.delay('AT+GTSET', 100)
        self.addCleanup(self.module.delay, 'AT+GTSET', 0)
        calls = [self.modem.start({'url': f'http://host/{number}'}) for number in range(10)]
        for call in calls:
            call.wait()
        self.assertEqual([call.error_name for call in calls], [None] + 9 * [IN_PROGRESS])
        self.assertEqual(self.get_commands(), [CALLBREAK, GPRSFIRST, 'AT+GTOTA=0,"http://host/0"'])

    def test_starts_a_millisecond_apart(self):
        """the first of two Start() calls, a millisecond apart, is accepted"""
        first = self.modem.start({'url': 'http://host/first'})
        settle(1)
        second = self.modem.start({'url': 'http://host/second'})
        self.assertIsNone(first.wait().error_name, first.message)
        self.assert_refused(second, IN_PROGRESS)
        self.assertEqual(self.get_commands(),
                         [CALLBREAK, GPRSFIRST, 'AT+GTOTA=0,"http://host/first"'])

    def test_start_after_refusal(self):
        """a refused Start() does not block the next one"""
        self.assert_refused(self.modem.start({'url': ''}), INVALID_ARGS)
        self.module.answer(CALLBREAK, '+CME ERROR: 4', 1)
        self.start_and_fail(ERROR + 'MobileEquipment.NotSupported')
        call = self.modem.start({'url': HTTP}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.assertEqual(self.modem.update['Error'], ('', ''))

    def test_two_clients(self):
        """the second client gets an error, and the update goes on"""
        self.modem.start({'url': HTTP}).wait()
        client = self.bed.mmcli('-m', self.modem.index, '--firmware-update=http://host/other')
        self.assertEqual(client.returncode, 1)
        self.assertRegex(client.stderr, "^error: couldn't update the firmware: .*under way")
        self.assertEqual(self.modem.state, State.PREPARING)


class States(SharedBedCase):
    """Modems in states in which an update cannot start."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.http = bed.start_http()
        cls.url = cls.http.publish('/package', make_package('NEW-1'))
        cls.modules = {
            'disabled': bed.simulator.add(),
            'searching': bed.simulator.add(registration='none'),
            'locked': bed.simulator.add(sim='pin'),
            'missing': bed.simulator.add(sim='missing'),
        }
        bed.start_daemon()

    def refuse(self, kind, text):
        """Checks that Start() fails with WrongState and that nothing is sent to the module."""
        module = self.modules[kind]
        modem = self.bed.wait_for_modem(module)
        self.bed.wait_until(lambda: modem.properties['State'] not in (0, 1), 20, 'initialization')
        if kind == 'searching':
            call = Call(self.bed.connection, modem.path, MODEM, 'Enable',
                        GLib.Variant('(b)', (True,))).wait()
            self.assertIsNone(call.error_name, call.message)
        if modem.update:
            call = modem.start({'url': self.url}).wait()
            self.assertEqual(call.error_name, WRONG_STATE, call.message)
            self.assertIn(text, call.message)
            self.assertEqual(modem.state, State.IDLE)
        self.assertEqual(module.get_update_commands(), [])
        return modem

    def test_disabled(self):
        """a disabled modem"""
        self.assertIsNotNone(self.refuse('disabled', 'not registered').update)

    def test_searching(self):
        """a modem that is not registered"""
        modem = self.refuse('searching', 'not registered')
        self.assertIsNotNone(modem.update)
        # Two minutes, scaled
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={self.url}',
                                env={'FIBOCOM_NL668_TIMEOUT_SCALE': '0.01'})
        self.assertEqual(client.returncode, 1)
        self.assertIn('regist', client.stderr)
        self.assertEqual(self.modules['searching'].get_update_commands(), [])

    def test_locked(self):
        """a locked SIM, until the PIN is entered"""
        modem = self.refuse('locked', 'PIN')
        self.assertEqual(modem.properties['State'], STATE_LOCKED)
        client = self.bed.mmcli('-m', modem.index, f'--firmware-update={self.url}')
        self.assertEqual(client.returncode, 1)
        self.assertRegex(client.stderr, '^error: .*(lock|PIN)')
        unlock = self.bed.mmcli('-i', modem.properties['Sim'], '--pin=1234', stock=True)
        self.assertEqual((unlock.returncode, unlock.stderr), (0, ''))
        self.bed.wait_until(lambda: modem.properties['State'] == 3, 20, 'unlocked modem')
        self.bed.wait_until(lambda: modem.update, 20, 'our interface')
        modem.enable()
        call = modem.start({'url': self.url}).wait()
        self.assertIsNone(call.error_name, call.message)
        self.bed.wait_for_announced(self.modules['locked'], State.INSTALLING)

    def test_no_sim(self):
        """a module without a SIM"""
        self.refuse('missing', 'registered')


if __name__ == '__main__':
    main()
