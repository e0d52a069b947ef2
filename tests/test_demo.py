# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""tests/demo, run as a user would. tests/check --demo runs this test after building it."""

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

# The directory and the output of the "tests/demo --build" that ran before
BUILD = os.environ.get('DEMO_BUILD')
LOG = os.environ.get('DEMO_LOG')

# Seconds for each demo, as many run at once
PATIENCE = 200

OLD = '19011.1000.00.02.73.13'
NEW = '19011.1000.00.02.73.15'
IMEI = '864773030000001'
SUCCESS = f'successfully updated the firmware: {OLD} -> {NEW}'
PREFIX = "error: couldn't update the firmware: "
FAILED = 'The client failed as it should, with exit status 1.'

UNREGISTERED = ('the modem did not register with a network: '
                'check its SIM, its antenna and the coverage')
UNPLUGGED = ('the module disappeared before the download was complete: '
             'was it unplugged or reset? plug it in again')
CHECK = (f'; check with `mmcli -m {IMEI} --firmware-update-status` '
         'before you start the update again')
MISSING = (r'the module has not reported that it is downloading: check that it can reach '
           r'{}://127\.0\.0\.1:\d+/nl668/0213-0215\.zip\.missing and that the package is there, '
           r'and check the status before you start the update again')

# What a user may do: kill the script, or press Ctrl-C, which signals the whole group
SIGNALS = {os.kill: signal.SIGTERM, os.killpg: signal.SIGINT}

# Arguments, and a regular expression for the error of the client
FAILURES = {
    ('--fail=no-registration',): PREFIX + re.escape(UNREGISTERED),
    ('--fail=unplug',): 'error: ' + re.escape(UNPLUGGED + CHECK),
    ('--fail=404',): PREFIX + MISSING.format('http'),
    ('--ftp', '--fail=404'): PREFIX + MISSING.format('ftp'),
}
SUCCESSES = ((), ('--ftp',))

# What a client does instead of an update, the demo's arguments, and the demo's error
REAL = f'{BUILD}/build/cli/mmcli'
IMPOSTORS = {
    'missing': (None, [], 'the client could not be run'),
    'missing after a failure': (None, ['--fail=404'], 'the client could not be run'),
    'not found': ('exit 127', ['--fail=404'], 'the client could not be run'),
    'silent': ('exit 0', [], 'the client did not say "successfully updated the firmware'),
    'unchanged': (f'echo "{SUCCESS.replace(NEW, OLD)}"', [],
                  'the client did not say "successfully updated the firmware'),
    'failing': (f'echo "{SUCCESS}"; exit 1', [], 'the exit status is 1, not 0'),
    'succeeding': (f'echo "{PREFIX}{UNREGISTERED}" >&2', ['--fail=no-registration'],
                   'the exit status is 0, not 1'),
    'other status': (f'echo "{PREFIX}{UNREGISTERED}" >&2; exit 3', ['--fail=no-registration'],
                     'the exit status is 3, not 1'),
    'other error': (f'echo "{PREFIX}{UNREGISTERED}" >&2; exit 1', ['--fail=404'],
                    'the client did not say "the module has not reported'),
    'wrong stream': (f'echo "{PREFIX}{UNREGISTERED}"; exit 1', ['--fail=no-registration'],
                     'the client did not say "the modem did not register'),
}


def find_processes(directory):
    """The processes that run in a directory or have it in their arguments or environment."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            seen = b''
            for name in ('cmdline', 'environ'):
                with open(f'/proc/{pid}/{name}', 'rb') as file:
                    seen += file.read()
            if directory.encode() in seen or os.readlink(f'/proc/{pid}/cwd').startswith(directory):
                found.append(seen.replace(b'\0', b' ').decode(errors='replace'))
        except OSError:
            # The process has ended
            pass
    return found


class Demo:
    """A running demo with its own directory for temporary files."""

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
        """The final lines of its standard output, as a user sees them."""
        return self.terminal.get_screen() if self.terminal else self.process.output

    def get_leftovers(self):
        """The files and processes that it has left behind."""
        return os.listdir(self.directory) + find_processes(self.directory)

    def close(self):
        self.process.kill()
        shutil.rmtree(self.directory)
        shutil.rmtree(self.cwd)


def make_impostor(directory, action):
    """Creates a build whose client does something else instead of an update."""
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
        self.assertEqual(demo.get_leftovers(), [])

    def assert_end(self, demo, status):
        """Checks the exit status, and that nothing is left behind."""
        self.assertEqual(demo.wait(), status, '\n'.join([*demo.lines, demo.process.stderr]))
        self.assert_clean(demo)

    def assert_line(self, demo, pattern):
        self.assertTrue([line for line in demo.lines if re.fullmatch(pattern, line)],
                        f'{pattern}\n' + '\n'.join(demo.lines))


class Demos(DemoCase):
    """All demos, run at once, as they mostly wait."""

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
        cls.interrupted = {(send, build): cls.start(build=build)
                     for send in (os.kill, os.killpg) for build in (None, BUILD)}
        cls.reader = cls.start(wrapper=['sh', '-c', '"$@" | head -n 3', 'sh'])
        cls.interrupt()

    @classmethod
    def interrupt(cls):
        """Interrupts some demos, each at a certain line of its output."""
        waiting = dict(cls.interrupted)

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
        self.assertRegex(demo.process.stderr, rf'\A{error}\n\Z')
        self.assertIn(FAILED, demo.lines)
        return demo, error

    def check_missing(self, terminal):
        for arguments in (('--fail=404',), ('--ftp', '--fail=404')):
            demo, error = self.check_failure(terminal, *arguments)
            self.assert_line(demo, r' +\| +state: failed')
            self.assert_line(demo, rf' +\| +error: {error.removeprefix(PREFIX)}')

    def check_unregistered(self, terminal):
        demo, _error = self.check_failure(terminal, '--fail=no-registration')
        self.assert_line(demo, r' +\| +state: idle')

    def check_unplugged(self, terminal):
        demo, _error = self.check_failure(terminal, '--fail=unplug')
        last = max(i for i, line in enumerate(demo.lines) if line.startswith('# '))
        self.assertEqual(demo.lines[last], '# mmcli --firmware-update-status')
        status = '\n'.join(demo.lines[last:])
        self.assertRegex(status, r'\bstate: failed\n')
        self.assertRegex(status, r'\berror: the module disappeared before the download was ')
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
        """piped: the module is unplugged, and the status is still available"""
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
        """on a terminal: the module is unplugged, and the status is still available"""
        self.check_unplugged(True)

    def test_german(self):
        """the client speaks the language of the user"""
        demo = self.german[()]
        self.assert_end(demo, 0)
        self.assertIn(f'Firmware erfolgreich aktualisiert: {OLD} -> {NEW}', demo.lines)

    def test_german_failure(self):
        """the demo recognizes the right error in another language"""
        demo = self.german['--fail=unplug',]
        self.assert_end(demo, 0)
        self.assertRegex(demo.process.stderr, r'\AFehler: das Modul verschwand, bevor .*\n\Z')
        self.assertIn(FAILED, demo.lines)

    def test_picture(self):
        """the picture is written relative to the current directory, in English"""
        self.assert_end(self.picture, 0)
        root = ElementTree.parse(os.path.join(self.picture.cwd, 'demo.svg')).getroot()
        description = root.findtext('{*}desc')
        for pattern in (r' 5\d%  downloading ', r'\]  installing ', re.escape(SUCCESS)):
            self.assertRegex(description, pattern)
        self.assertEqual(os.listdir(self.picture.cwd), ['demo.svg'])

    def test_impostors(self):
        """the demo fails and says why if the client does anything else"""
        for kind, (_action, _arguments, message) in IMPOSTORS.items():
            with self.subTest(kind):
                demo = self.impostors[kind]
                self.assert_end(demo, 1)
                last = demo.process.errors[-1]
                self.assertTrue(last.startswith('error: mmcli -m 0'), last)
                self.assertIn(message, last)
                self.assertNotIn(FAILED, demo.lines)

    def check_interrupted(self, send, build):
        self.assert_end(self.interrupted[send, build], 128 + SIGNALS[send])

    def test_build_terminated(self):
        """SIGTERM to the script alone ends a build"""
        self.check_interrupted(os.kill, None)

    def test_build_interrupted(self):
        """Ctrl-C ends a build"""
        self.check_interrupted(os.killpg, None)

    def test_update_terminated(self):
        """SIGTERM to the script alone ends an update"""
        self.check_interrupted(os.kill, BUILD)

    def test_update_interrupted(self):
        """Ctrl-C ends an update"""
        self.check_interrupted(os.killpg, BUILD)

    def test_closed_pipe(self):
        """the demo ends quietly if its output is closed"""
        self.assert_end(self.reader, 0)
        self.assertEqual((len(self.reader.lines), self.reader.process.stderr), (3, ''))

    def test_build_kept(self):
        """the demo that kept its build succeeded"""
        with open(LOG, encoding='utf-8') as file:
            lines = file.read().splitlines()
        self.assertIn('==> building', lines)
        self.assertIn(SUCCESS, lines)


class Arguments(DemoCase):
    """Arguments of tests/demo."""
    def check(self, arguments, status, build=None):
        demo = self.start(*arguments, build=build)
        self.assert_end(demo, status)
        return demo.process

    def test_help(self):
        """--help prints to standard output"""
        process = self.check(['--help'], 0)
        self.assertEqual((process.output[0], process.stderr),
                         ('Usage: tests/demo [OPTION]...', ''))

    def test_misuse(self):
        """unknown, repeated and contradictory options are refused"""
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
                (['--picture=a', '--ftp'],
                 'the picture needs an update from a web server that succeeds'),
                (['--fail=404', '--picture=a'],
                 'the picture needs an update from a web server that succeeds')):
            with self.subTest(arguments):
                process = self.check(arguments, 2)
                self.assertEqual(process.errors[:3],
                                 [f'error: {error}', '', 'Usage: tests/demo [OPTION]...'])
                self.assertEqual(process.output, [])

    def test_picture(self):
        """a picture that cannot be written is refused at once"""
        for path in ('/nowhere/demo.svg', '/'):
            process = self.check([f'--picture={path}'], 1)
            self.assertEqual((process.output, process.stderr), ([], (
                f"error: couldn't write {path}: choose a writable file in an existing "
                'directory\n')))

    def test_build(self):
        """a directory with other contents is left alone"""
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
    'needs root and namespaces')
class Installation(unittest.TestCase):
    """NetworkManager does not take over the network when it is installed."""

    def install(self, action):
        """Returns the result of the script and the log of its commands."""
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
        """Checks that it cannot start meanwhile, is disabled, and that nothing else is left."""
        result, log = self.install(action)
        self.assertEqual((result.returncode, log), (status, [
            'update',
            '/run/systemd/system/NetworkManager.service.d/fibocom-nl668.conf:'
            'ConditionPathExists=!/', 'systemctl daemon-reload',
            'systemctl -q disable NetworkManager.service']), result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual('done' in lines, status == 0)
        self.assertEqual(lines[-4:], [
            '==> the installed packages stay; to remove them:',
            'apt-get purge --autoremove network-manager',
            'NetworkManager is disabled, so that it does not take over the network',
            '/run/systemd/system'])

    def test_success(self):
        """the installation succeeds"""
        self.check('exit 0', 0)

    def test_failure(self):
        """the installation fails"""
        self.check('exit 100', 1)

    def test_interrupted(self):
        """the installation is interrupted by a signal"""
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            self.check(f'kill -{number:d} $PPID', 128 + number)


if __name__ == '__main__':
    main()
