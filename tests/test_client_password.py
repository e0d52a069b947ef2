# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The prompt for the FTP password, on a terminal with a shell."""

import json
import os
import re
import signal
import subprocess

from testbed.case import BedCase, Paths
from testbed.loop import wait_until
from testbed.servers import make_package
from testbed.tap import main
from testbed.terminal import Terminal

NEW = '19011.1000.00.02.73.15'
PASSWORD = 'secret'
QUESTION = 'FTP password: '
CANCELLED = 'cancelled, nothing was sent to the module'
PROMPT = 'ready> '


class Shell:
    """An interactive shell that controls a terminal, like that of a user."""

    def __init__(self, env):
        self.terminal = Terminal(200)
        self._since = 0
        self.process = subprocess.Popen(
            # Some may be ignored, for example if a shell runs the tests in the background
            ['setsid', '--ctty', 'env', '--default-signal', 'bash', '--norc', '--noprofile',
             '--noediting', '-i'],
            env=env | {'PS1': PROMPT, 'HISTFILE': ''}, stdin=self.terminal.slave,
            stdout=self.terminal.slave, stderr=self.terminal.slave)
        self.expect(PROMPT)

    def type(self, text):
        self._since = len(self.terminal.text)
        os.write(self.terminal.master, text.encode())

    def get_new(self):
        return self.terminal.text[self._since:]

    def expect(self, text):
        """Waits for text on the screen that came after the last keys."""
        wait_until(lambda: text in self.get_new(), 20, f'{text!r} in {self.get_new()!r}')

    def run(self, line):
        """The output of a command."""
        self.type(f'{line}; echo "<$?>"\n')
        wait_until(lambda: re.search(r'<\d+>\r\n' + re.escape(PROMPT), self.get_new()), 20, line)
        return self.get_new().split('\n', 1)[1].rsplit('<', 1)[0]

    def get_status(self):
        return int(re.search(r'=(\d+)=', self.run('echo "=$?="'))[1])

    def has_echo(self):
        return ' echo ' in self.run('stty -a').replace('\r\n', ' ')

    def find_client(self):
        """The client that shows the prompt."""
        lines = subprocess.run(['ps', '--ppid', str(self.process.pid), '-o', 'pid=,comm='],
                               capture_output=True, text=True, check=True).stdout
        return int(re.search(r'(\d+) mmcli', lines)[1])

    def expect_prompt(self):
        """Waits until the client sleeps: a signal before that may not interrupt its read()."""
        self.expect(QUESTION)
        wait_until(lambda: self.is_asleep(self.find_client()), 20, 'client that waits')

    @staticmethod
    def is_asleep(pid):
        with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
            return file.read().rpartition(')')[2].split()[0] == 'S'

    def close(self):
        self.process.kill()
        self.process.wait()
        self.terminal.close()


class Prompt(BedCase):
    """The prompt and the keys of the user."""

    def setUp(self):
        super().setUp()
        self.module = self.bed.simulator.add()
        self.bed.start_daemon()
        modem = self.bed.wait_for_modem(self.module)
        modem.enable()
        server = self.bed.start_ftp('me', PASSWORD)
        server.publish('package', make_package(NEW))
        self.line = (f'{Paths.client} -m {modem.index} '
                     f'--firmware-update=ftp://me@{server.address}/package '
                     '--firmware-update-password-file=-')
        self.shell = Shell(self.bed.usb_env)
        self.addCleanup(self.shell.close)

    def ask(self, *args):
        self.shell.type(f'{" ".join([self.line, *args])}\n')
        self.shell.expect_prompt()

    def check_cancelled(self, status):
        self.shell.expect(PROMPT)
        self.assertEqual(self.shell.get_status(), status)
        self.assertTrue(self.shell.has_echo())
        self.assertEqual(self.module.get_update_commands(), [])

    def test_answer(self):
        """the password is not shown, and the update uses it"""
        self.ask()
        self.shell.type(f'{PASSWORD}\n')
        self.shell.expect('successfully updated the firmware')
        self.assertNotIn(PASSWORD, self.shell.terminal.text)
        self.shell.expect(PROMPT)
        self.assertTrue(self.shell.has_echo())

    def test_keys(self):
        """Ctrl+C interrupts, Ctrl+Z suspends and the prompt is shown again, Ctrl+\\ quits"""
        self.ask()
        self.shell.type('\x03')
        self.shell.expect(CANCELLED)
        self.check_cancelled(1)

        self.ask()
        self.shell.type('\x1a')
        self.shell.expect('Stopped')
        self.assertTrue(self.shell.has_echo())
        self.shell.type('fg\n')
        self.shell.expect_prompt()
        self.shell.type('\x03')
        self.shell.expect(CANCELLED)
        self.check_cancelled(1)

        self.shell.run('ulimit -c 0')
        self.ask()
        self.shell.type('\x1c')
        self.check_cancelled(128 + signal.SIGQUIT)

    def test_signals(self):
        """SIGTERM and SIGHUP restore the terminal"""
        for number in (signal.SIGTERM, signal.SIGHUP):
            self.ask()
            os.kill(self.shell.find_client(), number)
            self.shell.expect(CANCELLED)
            self.check_cancelled(1)

    def test_empty(self):
        """an empty password is a usage error"""
        self.ask()
        self.shell.type('\n')
        self.shell.expect('error: the password is empty')
        self.check_cancelled(2)

    def test_json(self):
        """with -J, Ctrl+C prints an object"""
        self.ask('-J')
        self.shell.type('\x03')
        self.shell.expect(CANCELLED)
        self.shell.expect(PROMPT)
        line = re.search(r'^\{.*\}\r$', self.shell.get_new(), re.MULTILINE)[0]
        update = json.loads(line)['modem']['firmware']['update']
        self.assertEqual((update['state'], update['error']['message']), ('failed', CANCELLED))


if __name__ == '__main__':
    main()
