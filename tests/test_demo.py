# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""tests/demo, as a person runs it. Run by tests/check --demo, which has built it."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
from xml.etree import ElementTree

from testbed.loop import Process, wait_until
from testbed.tap import main
from testbed.terminal import Terminal

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
DEMO = os.path.join(TOP, 'tests', 'demo')

# What "tests/demo --build" has kept, and said
BUILD = os.environ.get('DEMO_BUILD')
LOG = os.environ.get('DEMO_LOG')

# For each: many run at the same time
PATIENCE = 200

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
IMEI = '864773030000001'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
PREFIX = "error: couldn't update the firmware: "
FAILED = 'The client failed as it should, with exit status 1.'

UNREGISTERED = 'the modem did not register with a network: check its SIM, its antenna and the coverage'
UNPLUGGED = ('the module disappeared before the download was complete: was it unplugged or reset? start the update again')
MISSING = (r'the module did not start the download: check that it can reach '
           r'{}://127\.0\.0\.1:\d+/nl668/0213-0215\.zip\.missing and that the package is there')

# What a person may do: kill, and Ctrl-C, which goes to all that runs on the terminal
SIGNALS = {os.kill: signal.SIGTERM, os.killpg: signal.SIGINT}

# Arguments to what the client has to say, by regular expression
FAILURES = {
    ('--fail=no-registration',): re.escape(UNREGISTERED),
    ('--fail=unplug',): re.escape(UNPLUGGED),
    ('--fail=404',): MISSING.format('http'),
    ('--ftp', '--fail=404'): MISSING.format('ftp'),
}
SUCCESSES = ((), ('--ftp',))

# What a client does instead of an update, for whom, and what the demo says of it
REAL = f'{BUILD}/build/cli/mmcli'
IMPOSTORS = {
    'missing': (None, [], 'the client could not be run'),
    'missing after a failure': (None, ['--fail=404'], 'the client could not be run'),
    'not found': ('exit 127', ['--fail=404'], 'the client could not be run'),
    'silent': ('exit 0', [], 'the client did not say "successfully updated the firmware'),
    'unchanged': (f'echo "{SUCCESS.replace(NEW, OLD)}"', [],
                  'the client did not say "successfully updated the firmware'),
    'failing': (f'echo "{SUCCESS}"; exit 1', [], 'the exit status is 1, and not 0'),
    'succeeding': (f'echo "{PREFIX}{UNREGISTERED}" >&2', ['--fail=no-registration'],
                   'the exit status is 0, and not 1'),
    'other status': (f'echo "{PREFIX}{UNREGISTERED}" >&2; exit 3', ['--fail=no-registration'],
                     'the exit status is 3, and not 1'),
    'other error': (f'echo "{PREFIX}{UNREGISTERED}" >&2; exit 1', ['--fail=404'],
                    'the client did not say "the module did not start to download'),
    'wrong stream': (f'echo "{PREFIX}{UNREGISTERED}"; exit 1', ['--fail=no-registration'],
                     'the client did not say "the modem did not register'),
}


def find_processes(directory):
    """Those that run in a directory, or were told of it."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            told = b''
            for name in ('cmdline', 'environ'):
                with open(f'/proc/{pid}/{name}', 'rb') as file:
                    told += file.read()
            if directory.encode() in told or os.readlink(f'/proc/{pid}/cwd').startswith(directory):
                found.append(told.replace(b'\0', b' ').decode(errors='replace'))
        except OSError:
            # It has ended
            pass
    return found


class Demo:
    """One that is run, with a directory of its own for temporary files."""

    def __init__(self, *arguments, build=BUILD, terminal=False, wrapper=(), env=None):
        self.directory = tempfile.mkdtemp()
        self.cwd = tempfile.mkdtemp()
        self.terminal = Terminal(100) if terminal else None
        keep = [f'--build={build}'] if build else []
        self.process = Process(
            ['env', '-C', self.cwd, *wrapper, DEMO, *keep, *arguments],
            {'PATH': os.environ['PATH'], 'HOME': self.cwd, 'TERM': 'xterm', 'LC_ALL': 'C.UTF-8',
             'TMPDIR': self.directory} | (env or {}),
            terminal=self.terminal.slave if terminal else None)

    def wait(self):
        status = self.process.wait(PATIENCE)
        if self.terminal:
            self.terminal.close()
            self.terminal.slave = None
        return status

    @property
    def lines(self):
        """What one sees in the end on its standard output."""
        return self.terminal.get_screen() if self.terminal else self.process.output

    def get_rest(self):
        """What it has left behind."""
        return os.listdir(self.directory) + find_processes(self.directory)

    def close(self):
        self.process.kill()
        shutil.rmtree(self.directory)
        shutil.rmtree(self.cwd)


def make_impostor(directory, action):
    """A build like ours, whose client does something else instead of an update."""
    build = os.path.join(directory, 'build')
    client = os.path.join(build, 'cli', 'mmcli')
    os.makedirs(os.path.dirname(client))
    for name in os.listdir(f'{BUILD}/build'):
        if name != 'cli':
            os.symlink(f'{BUILD}/build/{name}', os.path.join(build, name))
    if action:
        with open(client, 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\ncase "$*" in\n*--firmware-update=*) {action} ;;\n'
                       f'*) exec {REAL} "$@" ;;\nesac\n')
        os.chmod(client, 0o755)
    return directory


class DemoCase(unittest.TestCase):

    maxDiff = None

    @classmethod
    def start(cls, *arguments, **options):
        demo = Demo(*arguments, **options)
        cls.addClassCleanup(demo.close)
        return demo

    def assert_clean(self, demo):
        self.assertEqual(demo.get_rest(), [])

    def assert_end(self, demo, status):
        """It has ended with a status, and has left nothing behind."""
        self.assertEqual(demo.wait(), status, '\n'.join([*demo.lines, demo.process.stderr]))
        self.assert_clean(demo)

    def assert_line(self, demo, pattern):
        self.assertTrue([line for line in demo.lines if re.fullmatch(pattern, line)],
                        f'{pattern}\n' + '\n'.join(demo.lines))


class Stories(DemoCase):
    """All of them at the same time: they wait most of the time."""

    @classmethod
    def setUpClass(cls):
        cls.demos = {(terminal, arguments): cls.start(*arguments, terminal=terminal)
                     for terminal in (False, True) for arguments in (*SUCCESSES, *FAILURES)}
        german = {'LANGUAGE': 'de'}
        cls.german = {arguments: cls.start(*arguments, env=german)
                      for arguments in ((), ('--fail=unplug',))}
        cls.picture = cls.start('--picture=demo.svg', env=german)
        cls.impostors = {}
        for kind, (action, arguments, _message) in IMPOSTORS.items():
            directory = tempfile.mkdtemp()
            cls.addClassCleanup(shutil.rmtree, directory)
            cls.impostors[kind] = cls.start(*arguments, build=make_impostor(directory, action))
        cls.ended = {(send, build): cls.start(build=build)
                     for send in (os.kill, os.killpg) for build in (None, BUILD)}
        cls.reader = cls.start(wrapper=['sh', '-c', '"$@" | head -n 3', 'sh'])
        cls.interrupt()

    @classmethod
    def interrupt(cls):
        """Ends those that are to be ended, each as soon as it has said something."""
        waiting = dict(cls.ended)

        def look():
            for (send, build), demo in list(waiting.items()):
                if ('downloading: 20%' if build else '==> building') in demo.process.output:
                    send(demo.process.pid, SIGNALS[send])
                    del waiting[send, build]
                elif not demo.process.running:
                    del waiting[send, build]
            return not waiting
        wait_until(look, PATIENCE, 'moments to interrupt')

    def check_success(self, terminal):
        for arguments in SUCCESSES:
            demo = self.demos[terminal, arguments]
            self.assert_end(demo, 0)
            self.assertEqual(demo.process.stderr, '')
            self.assertIn(SUCCESS, demo.lines)
            self.assert_line(demo, r' +\| +state: succeeded')
            self.assertEqual([line for line in demo.lines if line.startswith('# ')][-1],
                             '# mmcli -m any --firmware-update-status')
            self.assertEqual(SUCCESS in demo.process.output, not terminal)

    def check_failure(self, terminal, *arguments):
        demo = self.demos[terminal, arguments]
        self.assert_end(demo, 0)
        error = FAILURES[arguments]
        self.assertRegex(demo.process.stderr, rf'\A{re.escape(PREFIX)}{error}\n\Z')
        self.assertIn(FAILED, demo.lines)
        return demo, error

    def check_missing(self, terminal):
        for arguments in (('--fail=404',), ('--ftp', '--fail=404')):
            demo, error = self.check_failure(terminal, *arguments)
            self.assert_line(demo, r' +\| +state: failed')
            self.assert_line(demo, rf' +\| +error: {error}')

    def check_unregistered(self, terminal):
        demo, _error = self.check_failure(terminal, '--fail=no-registration')
        self.assert_line(demo, r' +\| +state: idle')

    def check_unplugged(self, terminal):
        demo, error = self.check_failure(terminal, '--fail=unplug')
        last = max(i for i, line in enumerate(demo.lines) if line.startswith('# '))
        self.assertEqual(demo.lines[last], '# mmcli --firmware-update-status')
        status = '\n'.join(demo.lines[last:])
        self.assertRegex(status, r'\bstate: failed\n')
        self.assertRegex(status, rf'\berror: {error}\n')
        self.assertIn(IMEI, status)

    def test_success(self):
        """piped: updates over HTTP and FTP"""
        self.check_success(False)

    def test_missing(self):
        """piped: the package is not on the server, HTTP and FTP"""
        self.check_missing(False)

    def test_unregistered(self):
        """piped: no network"""
        self.check_unregistered(False)

    def test_unplugged(self):
        """piped: pulled out; the state can still be asked"""
        self.check_unplugged(False)

    def test_terminal_success(self):
        """on a terminal: updates over HTTP and FTP, with a bar"""
        self.check_success(True)
        for arguments in SUCCESSES:
            drawn = self.demos[True, arguments].terminal.get_drawn()
            self.assertTrue([line for line in drawn
                             if re.match(r'\[█+░+\]   50%  downloading  \d', line)], drawn)

    def test_terminal_missing(self):
        """on a terminal: the package is not on the server, HTTP and FTP"""
        self.check_missing(True)

    def test_terminal_unregistered(self):
        """on a terminal: no network"""
        self.check_unregistered(True)

    def test_terminal_unplugged(self):
        """on a terminal: pulled out; the state can still be asked"""
        self.check_unplugged(True)

    def test_german(self):
        """the client speaks the language of who runs it"""
        demo = self.german[()]
        self.assert_end(demo, 0)
        self.assertIn(f'Firmware erfolgreich aktualisiert: {OLD} -> {NEW}', demo.lines)

    def test_german_failure(self):
        """the right error is known in another language, too"""
        demo = self.german['--fail=unplug',]
        self.assert_end(demo, 0)
        self.assertRegex(demo.process.stderr, r'\AFehler: .*: das Modul verschwand, bevor .*\n\Z')
        self.assertIn(FAILED, demo.lines)

    def test_picture(self):
        """a file is where the person is, and shows all moments, in English"""
        self.assert_end(self.picture, 0)
        root = ElementTree.parse(os.path.join(self.picture.cwd, 'demo.svg')).getroot()
        description = root.findtext('{*}desc')
        for pattern in (r' 5\d%  downloading ', r'\]  installing ', re.escape(SUCCESS)):
            self.assertRegex(description, pattern)
        self.assertEqual(os.listdir(self.picture.cwd), ['demo.svg'])

    def test_impostors(self):
        """a client that does anything else fails the demo, which says why"""
        for kind, (_action, _arguments, message) in IMPOSTORS.items():
            with self.subTest(kind):
                demo = self.impostors[kind]
                self.assert_end(demo, 1)
                last = demo.process.errors[-1]
                self.assertTrue(last.startswith('error: mmcli -m 0'), last)
                self.assertIn(message, last)
                self.assertNotIn(FAILED, demo.lines)

    def check_end(self, send, build):
        self.assert_end(self.ended[send, build], 128 + SIGNALS[send])

    def test_build_terminated(self):
        """by SIGTERM to nothing but the script, while it builds"""
        self.check_end(os.kill, None)

    def test_build_interrupted(self):
        """by Ctrl-C while it builds"""
        self.check_end(os.killpg, None)

    def test_update_terminated(self):
        """by SIGTERM to nothing but the script, during the update"""
        self.check_end(os.kill, BUILD)

    def test_update_interrupted(self):
        """by Ctrl-C during the update"""
        self.check_end(os.killpg, BUILD)

    def test_reader(self):
        """by the end of who reads what it says"""
        self.assert_end(self.reader, 0)
        self.assertEqual((len(self.reader.lines), self.reader.process.stderr), (3, ''))

    def test_first(self):
        """the one that has built it"""
        with open(LOG, encoding='utf-8') as file:
            lines = file.read().splitlines()
        self.assertIn('==> building', lines)
        self.assertIn(SUCCESS, lines)


class Arguments(DemoCase):

    def check(self, arguments, status, build=None):
        demo = self.start(*arguments, build=build)
        self.assert_end(demo, status)
        return demo.process

    def test_help(self):
        """--help goes to the standard output"""
        process = self.check(['--help'], 0)
        self.assertEqual((process.output[0], process.stderr),
                         ('Usage: tests/demo [OPTION]...', ''))

    def test_misuse(self):
        """what is unknown, given twice or contradictory is refused"""
        for arguments, error in (
                (['--unknown'], 'unknown option: --unknown'),
                (['file'], 'unknown option: file'),
                (['--picture='], 'unknown option: --picture='),
                (['--fail=else'], '--fail: no-registration, 404 or unplug'),
                (['--ftp', '--ftp'], '--ftp appears twice'),
                (['--fail=404', '--fail=404'], '--fail appears twice'),
                (['--fail=404', '--fail=unplug'], '--fail appears twice'),
                (['--picture=a', '--picture=b'], '--picture appears twice'),
                (['--build=a', '--build=b'], '--build appears twice'),
                (['--picture=a', '--ftp'], 'the picture is of an update from a web server that succeeds'),
                (['--fail=404', '--picture=a'],
                 'the picture is of an update from a web server that succeeds')):
            with self.subTest(arguments):
                process = self.check(arguments, 2)
                self.assertEqual(process.errors[:3],
                                 [f'error: {error}', '', 'Usage: tests/demo [OPTION]...'])
                self.assertEqual(process.output, [])

    def test_picture(self):
        """a picture that cannot be written is refused before anything else is done"""
        for path in ('/nowhere/demo.svg', '/'):
            process = self.check([f'--picture={path}'], 1)
            self.assertEqual((process.output, process.stderr), ([], (
                f"error: couldn't write {path}: name a file that you may write in a directory "
                'that exists\n')))

    def test_build(self):
        """a directory that has something else in it is left as it is"""
        with tempfile.TemporaryDirectory() as directory:
            os.mkdir(f'{directory}/build')
            process = self.check([f'--build={directory}'], 1)
            self.assertEqual((process.output, process.stderr), ([], (
                f'error: {directory} is neither a build of this demo nor an empty directory\n')))
            self.assertEqual(os.listdir(directory), ['build'])


# Commands that pretend to install NetworkManager on a machine that runs systemd
STUBS = {
    'dpkg-query': 'case "$*" in\n*network-manager) exit 1 ;;\nesac\necho install ok installed',
    'systemctl': 'echo "systemctl $*" >>"$LOG"',
    'apt-get': 'case "$*" in\n*update) echo update >>"$LOG" ;;\n'
               '*) grep -r Condition /run/systemd/system >>"$LOG"; eval "$INSTALL" ;;\nesac',
    'script': '. "$(dirname -- "$0")/setup.sh"\nmake_work_directory\ninstall_packages\necho done',
}


@unittest.skipIf(os.geteuid() != 0 or subprocess.run(
    ['unshare', '--mount', 'true'], stderr=subprocess.DEVNULL, check=False).returncode != 0,
    'takes root and namespaces')
class Installation(unittest.TestCase):
    """What becomes of the network when NetworkManager is installed."""

    def install(self, action):
        """Returns the exit status, what was done, and what was said."""
        with tempfile.TemporaryDirectory() as directory:
            for name, script in STUBS.items():
                with open(os.path.join(directory, name), 'w', encoding='utf-8') as file:
                    file.write(f'#!/bin/sh\nset -eu\n{script}\n')
                os.chmod(file.name, 0o755)
            os.symlink(os.path.join(TOP, 'tests', 'setup.sh'), f'{directory}/setup.sh')
            log = os.path.join(directory, 'log')
            result = subprocess.run(
                ['unshare', '--mount', 'sh', '-euc',
                 'mount -t tmpfs tmpfs /run; mkdir -p /run/systemd/system; '
                 'result=0; "$0" || result=$?; find /run/systemd/system; exit "$result"',
                 f'{directory}/script'],
                env=os.environ | {'PATH': f'{directory}:{os.environ["PATH"]}', 'LOG': log,
                                  'INSTALL': action, 'TMPDIR': directory},
                capture_output=True, text=True, check=False)
            with open(log, encoding='utf-8') as file:
                return result, file.read().splitlines()

    def check(self, action, status):
        """It cannot start while it is installed, is disabled then, and nothing else is left."""
        result, log = self.install(action)
        self.assertEqual((result.returncode, log), (status, [
            'update',
            '/run/systemd/system/NetworkManager.service.d/fibocom-nl668.conf:ConditionPathExists=!/',
            'systemctl daemon-reload', 'systemctl -q disable NetworkManager.service']), result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual('done' in lines, status == 0)
        self.assertEqual(lines[-4:], [
            '==> what was installed stays; to remove it:',
            'apt-get purge --autoremove network-manager',
            'NetworkManager is disabled: it must not take over the network',
            '/run/systemd/system'])

    def test_success(self):
        """it is installed"""
        self.check('exit 0', 0)

    def test_failure(self):
        """it cannot be installed"""
        self.check('exit 100', 1)

    def test_interrupted(self):
        """a signal comes meanwhile"""
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            self.check(f'kill -{number:d} $PPID', 128 + number)


if __name__ == '__main__':
    main()
