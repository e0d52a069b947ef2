# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Package files: how packages are listed, selected, installed and refused."""

import os
import shutil
import socket

from testbed.bus import ERROR, MODEM, Call, State, enable_all
from testbed.case import (OUR_PLUGIN, SOME_PLUGINS, BedCase, Paths, SharedBedCase,
                          get_stock_plugins)
from testbed.daemon import WARNING
from testbed.servers import make_package
from testbed.tap import main

from gi.repository import GLib

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
FAILURE = "error: couldn't update the firmware: "

URL = 'http://host/package'
GTOTA = f'AT+GTOTA=0,"{URL}"'
FIRMWARE = f'{MODEM}.Firmware'

INVALID_ARGS = ERROR + 'Core.InvalidArgs'
NOT_FOUND = ERROR + 'Core.NotFound'

# The keys of a good file
P, M, F, T, U = '[Package]\n', 'Model=NL668-EAU*\n', f'From={OLD}\n', f'To={NEW}\n', f'URL={URL}\n'
GOOD = P + M + F + T + U
PASSWORD = 's3cret'
LOGIN = f'User=me\nPassword={PASSWORD}\n'


def describe(url=URL, model='NL668-EAU*', version=OLD, **keys):
    """The contents of a package file."""
    lines = [f'Model={model}', f'From={version}', f'To={NEW}', f'URL={url}',
             *(f'{key}={value}' for key, value in keys.items())]
    return P + ''.join(line + '\n' for line in lines)


class Packages:
    """The directory of package files of a bed."""

    def __init__(self, bed):
        self.directory = os.path.join(bed.env['FIBOCOM_NL668_CONFIG_DIR'], 'packages.d')

    def get_path(self, name):
        return os.path.join(self.directory, f'{name}.conf')

    def clear(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def add(self, name, contents, mode=0o644):
        """Writes a file, from text or bytes."""
        os.makedirs(self.directory, exist_ok=True)
        path = os.fsencode(self.get_path(name))
        with open(path, 'wb') as file:
            file.write(contents if isinstance(contents, bytes) else contents.encode())
        os.chmod(path, mode)

    def set(self, **files):
        """Replaces all package files."""
        self.clear()
        for name, contents in files.items():
            self.add(name, contents)


class CatalogueCase(SharedBedCase):
    """Modules and package files. KEYS configure the modules."""

    KEYS = {'manual': {'download': 'manual'}}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        bed = cls.bed
        cls.packages = Packages(bed)
        cls.modules = {kind: bed.simulator.add(**keys) for kind, keys in cls.KEYS.items()}
        bed.start_daemon()
        cls.modems = {kind: bed.wait_for_modem(module) for kind, module in cls.modules.items()}
        enable_all(*cls.modems.values())
        cls.modem, cls.module = cls.modems['manual'], cls.modules['manual']

    def setUp(self):
        self.packages.clear()

    def stock(self, *args):
        return self.bed.mmcli('-m', self.modem.index, *args, stock=True)

    def client(self, *args, modem=None):
        return self.bed.mmcli('-m', (modem or self.modem).index, *args)

    def list(self):
        """Whether the stock client lists the running version, and the other ids."""
        client = self.stock('--firmware-list', '-J')
        return client.returncode, client.stderr, client.stdout

    def assert_offered(self, *ids):
        """Checks that the stock client lists the running version and these packages."""
        images = [f'unique-id: {OLD}, current: yes']
        images += [f'unique-id: {name}, current: no' for name in ids]
        expected = ','.join(f'"{image}"' for image in images)
        self.assertEqual(self.list(), (
            0, '', f'{{"modem":{{"firmware":{{"list":[{expected}]}}}}}}\n'))

    def assert_nothing_sent(self, before):
        self.assertEqual(self.module.get_our_commands(), before)

    def end(self):
        type(self).modem = self.bed.replug(self.module)


class Stock(CatalogueCase):
    """The stock client."""

    KEYS = CatalogueCase.KEYS | {'select': {'pace': 5}}

    def test_list(self):
        """--firmware-list prints the running version and the packages that apply, in order"""
        self.packages.set(b=describe(), a=describe(), other_model=describe(model='NL652-EU*'),
                          other_version=describe(version=NEW),
                          named=describe(Id='c-d', Summary='Maintenance'))
        self.assert_offered('a', 'b', 'c-d')
        client = self.stock('--firmware-list')
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertRegex(client.stdout, rf'{OLD}\n.*current: yes\n.* a\n.*current: no\n')

    def test_list_disabled(self):
        """--firmware-list works on a disabled modem"""
        self.packages.set(a=describe())
        module, modem = self.bed.add_modem(download='manual')
        client = self.bed.mmcli('-m', modem.index, '--firmware-list', stock=True)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        module.unplug()

    def test_fresh(self):
        """changes of the files take effect at the next call"""
        self.packages.set(a=describe())
        self.assert_offered('a')
        self.packages.add('b', describe())
        self.assert_offered('a', 'b')
        os.unlink(self.packages.get_path('a'))
        self.assert_offered('b')
        self.packages.add('b', describe(Id='c'))
        self.assert_offered('c')
        self.packages.add('b', describe(model='NL652-EU*'))
        self.assertEqual(self.list()[0], 1)

    def test_warnings(self):
        """our client warns root of files that are ignored, and prints the same as the stock one"""
        self.packages.set(a=describe(), b_version=describe(version='*'),
                          c_model=describe(model='*'), d_nonsense='nonsense')
        reasons = (('b_version', 'From: must name the first three groups of the version'),
                   ('c_model', 'Model: must name the model and its variant'),
                   ('d_nonsense', 'is not a key file: '))
        for args in (['-m', self.modem.index], ['-m', self.modem.index, '-J'], ['-m', '99']):
            with self.subTest(args=args):
                ours = self.bed.mmcli(*args, '--firmware-list')
                theirs = self.bed.mmcli(*args, '--firmware-list', stock=True)
                self.assertEqual((ours.returncode, ours.stdout),
                                 (theirs.returncode, theirs.stdout))
                self.assertTrue(ours.stderr.endswith(theirs.stderr))
                warnings = ours.stderr.removesuffix(theirs.stderr).splitlines()
                self.assertEqual(len(warnings), len(reasons) if os.geteuid() == 0 else 0)
                for warning, (name, reason) in zip(warnings, reasons):
                    start = f'warning: package file {self.packages.get_path(name)} is ignored: '
                    self.assertTrue(warning.startswith(start + reason), warning)

    def test_select(self):
        """--firmware-select=ID starts an update, which succeeds"""
        url = self.bed.start_http().publish('/package', make_package(NEW))
        self.packages.set(a=describe(URL), b=describe(url))
        module, modem = self.modules['select'], self.modems['select']
        client = self.bed.mmcli('-m', modem.index, '--firmware-select=b', stock=True)
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual([modem.update[name] for name in ('Package', 'Source', 'TargetVersion')],
                         ['b', url, NEW])
        modem = self.bed.wait_for_state(module, State.SUCCEEDED)
        self.assertEqual([modem.update[name] for name in (
            'Package', 'Source', 'PreviousVersion', 'CurrentVersion', 'TargetVersion')],
            ['b', url, OLD, NEW, NEW])
        # It only applies to the previous version
        call = Call(self.bed.connection, modem.path, FIRMWARE, 'List', None).wait()
        self.assertEqual(call.error_name, ERROR + 'Core.Unsupported')

    def test_select_refused(self):
        """an id that is unknown or not for this module is refused, and nothing is sent"""
        self.packages.set(a=describe(), other=describe(model='NL652-EU*'))
        before = self.module.get_our_commands()
        for name, error, text in (('x', 'NotFound', 'x'), (OLD, 'NotFound', OLD),
                                  ('a b', 'NotFound', ''),
                                  ('other', 'InvalidArgs', 'NL668-EAU-00')):
            with self.subTest(name=name):
                client = self.stock(f'--firmware-select={name}')
                self.assertEqual(client.returncode, 1)
                self.assertIn(f'{ERROR}Core.{error}: package: ', client.stderr)
                self.assertIn(text, client.stderr)
        self.assert_nothing_sent(before)

    def test_select_again(self):
        """a second update is refused while one is under way"""
        self.packages.set(a=describe())
        self.assertEqual(self.stock('--firmware-select=a').returncode, 0)
        client = self.stock('--firmware-select=a')
        self.assertEqual(client.returncode, 1)
        self.assertIn(f'{ERROR}Core.InProgress', client.stderr)
        self.end()

    def test_hostile_ids(self):
        """hostile ids are refused with a printable message"""
        self.packages.set(a=describe())
        before = self.module.get_our_commands()
        for name in ('', 'a\nb', '\x1b[31m', 'x' * 10000, '../a', '*'):
            with self.subTest(name=name[:20]):
                call = Call(self.bed.connection, self.modem.path, FIRMWARE, 'Select',
                            GLib.Variant('(s)', (name,))).wait()
                self.assertEqual(call.error_name, NOT_FOUND)
                self.assertTrue(call.message.isprintable())
                self.assertLess(len(call.message), 1000)
        self.assert_nothing_sent(before)


class NoPackage(BedCase):
    """No package applies: the stock interface behaves as without the plugin."""

    def get_answers(self, plugins):
        self.bed.start_daemon(get_stock_plugins(SOME_PLUGINS) | plugins)
        modem = self.bed.wait_for_modem(self.module)
        clients = [self.bed.mmcli('-m', modem.index, *args, stock=True)
                   for args in (['--firmware-list'], ['--firmware-list', '-J'],
                                ['--firmware-list', '-K'], ['--firmware-select=a'],
                                ['--firmware-status'])]
        self.bed.stop_daemon()
        return [(client.returncode, client.stdout, client.stderr) for client in clients]

    def test_same(self):
        """List and Select give the same results as without the plugin"""
        packages = Packages(self.bed)
        packages.set(a=describe(model='NL652-EU*'), b=describe(version=NEW), c='nonsense')
        self.module = self.bed.simulator.add()
        self.assertEqual(self.get_answers({OUR_PLUGIN: Paths.plugin}), self.get_answers({}))


class Start(CatalogueCase):
    """Start(), over D-Bus and with our client."""

    KEYS = CatalogueCase.KEYS | {'only': {'pace': 5}, 'named': {'pace': 5}}

    def refuse(self, settings, name, *texts):
        """Checks that call and client are refused, and that nothing is sent to the module."""
        before = self.module.get_our_commands()
        call = self.modem.start(settings).wait()
        self.assertEqual(call.error_name, name, call.message)
        for text in texts:
            self.assertIn(text, call.message)
        value = ','.join(f'{key}={value}' for key, value in settings.items())
        client = self.client(f'--firmware-update={value}' if value else '--firmware-update')
        self.assertEqual((client.returncode, client.stderr), (1, f'{FAILURE}{call.message}\n'))
        self.assert_nothing_sent(before)
        return call.message

    def test_only(self):
        """no settings: the only package that applies is installed"""
        url = self.bed.start_http().publish('/package', make_package(NEW))
        self.packages.set(a=describe(url), other=describe(model='NL652-EU*'), bad='nonsense')
        client = self.client('--firmware-update', modem=self.modems['only'])
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(client.output[-1], SUCCESS)
        modem = self.bed.wait_for_state(self.modules['only'], State.SUCCEEDED)
        update = self.bed.get_status(modem.index)
        self.assertEqual([update[key] for key in ('package', 'source', 'target-version')],
                         ['a', url, NEW])

    def test_named(self):
        """package=ID: one of several packages is installed"""
        url = self.bed.start_http().publish('/package', make_package(NEW))
        self.packages.set(a=describe(), b=describe(url))
        client = self.client('--firmware-update=package=b', modem=self.modems['named'])
        self.assertEqual((client.returncode, client.stderr), (0, ''))
        self.assertEqual(client.output[-1], SUCCESS)

    def test_network_lock(self):
        """network-lock can be combined with a package, named or not"""
        self.packages.set(a=describe())
        for value in ('network-lock=no', 'package=a,network-lock=no'):
            with self.subTest(value=value):
                before = len(self.module.get_our_commands())
                client = self.client(f'--firmware-update={value}', '--firmware-update-no-wait')
                self.assertEqual((client.returncode, client.stderr), (0, ''))
                commands = self.module.get_our_commands()[before:]
                self.assertEqual(commands[-1], GTOTA)
                self.assertNotIn('AT+GTRAT?', commands)
                self.end()

    def test_more_keys(self):
        """callbreak and ignore-battery can be combined with a package, named or not"""
        self.packages.set(a=describe())
        for value in ('callbreak=optional,ignore-battery=yes', 'package=a,ignore-battery=no',
                      'package=a,callbreak=required'):
            with self.subTest(value=value):
                client = self.client(f'--firmware-update={value}', '--firmware-update-no-wait')
                self.assertEqual((client.returncode, client.stderr), (0, ''))
                self.assertEqual(self.module.get_our_commands()[-1], GTOTA)
                self.end()

    def test_none(self):
        """no settings and no package: refused"""
        self.refuse({}, NOT_FOUND, 'NL668-EAU-00', OLD, 'url')

    def test_none_that_applies(self):
        """no settings, and only packages for other modules: refused"""
        self.packages.set(other=describe(model='NL652-EU*'), new=describe(version=NEW))
        self.refuse({}, NOT_FOUND, 'NL668-EAU-00', OLD, 'url')

    def test_several(self):
        """no settings and several packages: refused, and the message names them"""
        self.packages.set(a=describe(), b=describe(), other=describe(model='NL652-EU*'))
        message = self.refuse({}, INVALID_ARGS, 'a, b')
        self.assertNotIn('other', message)

    def test_not_for_this(self):
        """a package for another model or version: refused, even if it is named"""
        self.packages.set(a=describe(), model=describe(model='NL652-EU*'),
                          version=describe(version='19011.1000.00.02.73.12'),
                          lower=describe(model='nl668-eau*'), prefix=describe(model='NL668-EAU'))
        for name in ('model', 'version', 'lower', 'prefix'):
            with self.subTest(name=name):
                self.refuse({'package': name}, INVALID_ARGS, name, 'NL668-EAU-00', OLD)

    def test_unknown(self):
        """an unknown id: refused"""
        self.packages.set(a=describe())
        self.refuse({'package': 'b'}, NOT_FOUND, 'package: ', ' b')

    def test_ignored(self):
        """the id of a file that is ignored: refused"""
        self.packages.set(a=describe(), bad=describe(Colour='red'))
        self.refuse({'package': 'bad'}, NOT_FOUND, 'bad')

    def test_other_keys(self):
        """a package with keys that the package sets: refused"""
        self.packages.set(a=describe())
        for key, value in (('url', URL), ('server', 'host'), ('file-name', 'f'), ('user', 'me'),
                           ('version', NEW)):
            with self.subTest(key=key):
                self.refuse({'package': 'a', key: value}, INVALID_ARGS, f'{key}: ')
        before = self.module.get_our_commands()
        call = self.modem.start({'package': 'a', 'password': PASSWORD}).wait()
        self.assertEqual(call.error_name, INVALID_ARGS)
        self.assertNotIn(PASSWORD, call.message)
        self.assert_nothing_sent(before)

    def test_wrong_type(self):
        """a package that is not a string: refused"""
        self.packages.set(a=describe())
        for value in (GLib.Variant('u', 1), GLib.Variant('as', ['a']), GLib.Variant('b', True)):
            call = self.modem.start({'package': value}).wait()
            self.assertEqual(call.error_name, INVALID_ARGS)
            self.assertTrue(call.message.startswith('package: '), call.message)

    def test_url(self):
        """a url needs no package, and Package is empty"""
        self.packages.set(a=describe('http://host/other'))
        self.assertIsNone(self.modem.start({'url': URL}).wait().error_name)
        self.assertEqual([self.modem.update[name] for name in ('Package', 'Source')], ['', URL])
        self.end()


# Contents and mode of bad files
BAD_FILES = [
    ('\n', 0o644),
    ('# only a comment\n', 0o644),
    ('hello\n', 0o644),
    (M + F + T + U, 0o644),
    ('[package]\n' + M + F + T + U, 0o644),
    (GOOD + '[Other]\na=b\n', 0o644),
    (GOOD + f'Password: {PASSWORD}\n', 0o600),
    (GOOD + f'{PASSWORD}\n', 0o600),
    (GOOD.encode() + b'Summary=\xff\xfe\n', 0o644),
    (GOOD.encode('utf-16'), 0o644),
    (GOOD.encode() + 'Summary=Grün\n'.encode('latin-1'), 0o644),
    (GOOD.encode() + b'Summary=a\0b\n', 0o644),
    (b'\xef\xbb\xbf' + GOOD.encode(), 0o644),
    (GOOD + 'Colour=red\n', 0o644),
    (GOOD + 'url=http://h/f\n', 0o644),
    (GOOD + f'Password[xx]={PASSWORD}\n', 0o644),
    (GOOD + 'Id=\n', 0o644),
    (GOOD + 'Id=a b\n', 0o644),
    (GOOD + 'Id=a"b\n', 0o644),
    (GOOD + 'Id=a\\nb\n', 0o644),
    (GOOD + 'Id=../../etc/passwd\n', 0o644),
    (GOOD + 'Id=$(reboot)\n', 0o644),
    (GOOD + 'Id=' + 'x' * 200 + '\n', 0o644),
    (GOOD + 'Id=good\n', 0o644),
    (GOOD + 'Summary=a\\nb\n', 0o644),
    (GOOD + 'Summary=\x1b[31mred\n', 0o644),
    (GOOD + 'Summary=' + 'x' * 300 + '\n', 0o644),
    (P + F + T + U, 0o644),
    (P + M + T + U, 0o644),
    (P + M + F + U, 0o644),
    (P + M + F + T, 0o644),
    (P + F + T + U + 'Model=;\n', 0o644),
    (P + M + T + U + 'From=\n', 0o644),
    (P + M + T + U + 'From=' + '*;' * 100 + '\n', 0o644),
    (P + F + T + U + 'Model=*\n', 0o644),
    (P + F + T + U + 'Model=NL668*\n', 0o644),
    (P + M + T + U + 'From=*\n', 0o644),
    (P + M + T + U + 'From=19011.1000*\n', 0o644),
    (P + M + F + U + 'To=a"b\n', 0o644),
    (P + M + F + U + 'To=a\\nAT+CFUN=0\n', 0o644),
    (P + M + F + T + 'URL=https://h/f\n', 0o644),
    (P + M + F + T + 'URL=file:///etc/passwd\n', 0o644),
    (P + M + F + T + 'URL=http://h/"+CFUN=0\n', 0o644),
    (P + M + F + T + 'URL=http://h/f\\r\\nAT+CFUN=0\n', 0o644),
    (P + M + F + T + 'URL=http://h/' + 'x' * 300 + '\n', 0o644),
    (P + M + F + T + f'URL=ftp://me:{PASSWORD}@h/f\n', 0o644),
    (P + M + F + T + 'URL=ftp://h/f\n' + LOGIN, 0o644),
    (P + M + F + T + 'URL=ftp://h/f\n' + LOGIN, 0o640),
    (P + M + F + T + f'URL=ftp://me:{PASSWORD}%22@h/f\n', 0o600),
    (P + M + F + T + f'URL=ftp://me:{PASSWORD}/f\n', 0o600),
    (P + M + F + T + 'Server=h\n' + LOGIN, 0o600),
    (GOOD + LOGIN, 0o600),
    (GOOD, 0o666),
    (GOOD + '# a comment\n' * 100000, 0o644),
]

# File names that result in a bad id
BAD_NAMES = ['no id', 'new\nline', 'quo"te', '$(reboot)', '\x1b[31m', os.fsdecode(b'\xff\xfe')]


class Hostile(CatalogueCase):
    """Bad files beside a good one."""

    def make_files(self):
        """Creates the files; returns the paths of the bad ones."""
        packages = self.packages
        packages.add('good', GOOD)
        names = [f'zz-{number:02}' for number in range(len(BAD_FILES))]
        for name, (contents, mode) in zip(names, BAD_FILES):
            packages.add(name, contents, mode)
        for name in BAD_NAMES:
            packages.add(name, GOOD)
        special = {name: packages.get_path(name) for name in (
            'directory', 'fifo', 'socket', 'loop', 'dangling', 'directory-link', 'device')}
        os.mkdir(special['directory'])
        os.mkfifo(special['fifo'])
        with socket.socket(socket.AF_UNIX) as unix:
            unix.bind(special['socket'])
        os.symlink(special['loop'], special['loop'])
        os.symlink('/nowhere', special['dangling'])
        os.symlink('/etc', special['directory-link'])
        os.symlink('/dev/zero', special['device'])
        if os.geteuid() == 0:
            packages.add('foreign', GOOD)
            os.chown(packages.get_path('foreign'), 12345, 12345)
            special['foreign'] = packages.get_path('foreign')
        return [packages.get_path(name) for name in [*names, *BAD_NAMES]] + list(special.values())

    def test_hostile(self):
        """the good package is listed and installed, and each bad file is logged once"""
        paths = self.make_files()
        self.assertGreaterEqual(len(paths), 50)
        for _ in range(3):
            self.assert_offered('good')
        self.assertIsNone(self.modem.start({}).wait().error_name)
        self.assertEqual(self.modem.update['Package'], 'good')
        self.assertEqual(self.module.get_our_commands()[-1], GTOTA)
        self.end()

        ignored = [line for line in self.bed.daemon.log if 'package file ' in line]
        for path in paths:
            shown = GLib.strescape(path) if path.isascii() else path.encode(
                errors='surrogateescape').decode('latin-1').translate(
                    {byte: f'\\{byte:o}' for byte in range(128, 256)})
            start = f'package file {shown} is ignored: '
            found = [line.partition(start)[2] for line in ignored if start in line]
            self.assertEqual(len(found), 1, path)
            self.assertGreater(len(found[0]), 5)
        self.assertEqual(len(ignored), len(paths))
        for line in ignored:
            self.assertRegex(line, WARNING)
            self.assertTrue(line.isprintable(), line)
            self.assertLess(len(line), 1000)
            self.assertNotIn(PASSWORD, line)


if __name__ == '__main__':
    main()
