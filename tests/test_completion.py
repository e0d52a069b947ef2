# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The completion of the client's options, in an interactive bash."""

import glob
import os
import pty
import select
import shutil
import subprocess
import tempfile
import unittest

from testbed.case import Paths
from testbed.tap import main

MACHINERY = '/usr/share/bash-completion/bash_completion'
STOCK = '/usr/share/bash-completion/completions/mmcli'
COMPLETION = os.path.join(Paths.build, 'data', 'completions', 'mmcli')

# A key binding reports the current line and clears it
SETUP = rf'''
PS1= PROMPT_COMMAND=
bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
. {MACHINERY}
report () {{ printf '%s\n' "$READLINE_LINE" >&"$LINES_FD"; READLINE_LINE=; }}
bind -x '"\C-x\C-p": report'
printf 'ready\n' >&"$LINES_FD"
'''
COMPLETE, INSERT_ALL, REPORT = '\t', '\x1b*', '\x18\x10'

PACKAGES = {
    'b.conf': '[Package]\nId = NL668-EAU-00_13_to_15\n',
    'a.conf': '[Package]\nModel=NL668-EAU*\n',
    'empty.conf': '',
    'wrong.conf': '[Package]\nId=$(reboot)\n',
    'notes.txt': '[Package]\nId=NL668-notes\n',
}
KEYS = ['callbreak=', 'file-name=', 'ignore-battery=', 'network-lock=', 'server=', 'url=', 'user=',
        'version=']


class Shell:
    """An interactive bash on a terminal."""

    def __init__(self, directory, env):
        self._master, slave = pty.openpty()
        self._lines, lines = os.pipe()
        setup = os.path.join(directory, 'bashrc')
        with open(setup, 'w', encoding='utf-8') as file:
            file.write(SETUP)
        self._popen = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', '--', 'bash', '--rcfile', setup, '-i'],
            env=env | {'LINES_FD': str(lines)}, cwd=directory, pass_fds=[lines],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
        os.close(slave)
        os.close(lines)
        self.screen = b''
        self._read_line()

    def _read_line(self):
        line = b''
        while not line.endswith(b'\n'):
            ready, _, _ = select.select([self._lines, self._master], [], [], 20)
            if self._master in ready:
                self.screen += os.read(self._master, 4096)
            if self._lines in ready:
                line += os.read(self._lines, 4096)
            if not ready:
                raise AssertionError(f'bash is silent: {self.screen.decode(errors="replace")}')
        return line.decode().rstrip('\n')

    def type(self, keys):
        """Types keys and returns the resulting line."""
        os.write(self._master, (keys + REPORT).encode())
        return self._read_line()

    def close(self):
        self._popen.kill()
        self._popen.wait()
        os.close(self._master)
        os.close(self._lines)


class CompletionCases:
    """Cases that hold however the completion is loaded."""

    @classmethod
    def setUpClass(cls):
        if not os.path.exists(MACHINERY):
            raise unittest.SkipTest('needs bash-completion')
        cls.directory = tempfile.mkdtemp(prefix='nl668-')
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.write_packages()
        cls.shell = Shell(cls.directory, {
            'PATH': f'{os.path.dirname(Paths.client)}:{os.environ["PATH"]}',
            'HOME': cls.directory,
            'TERM': 'xterm',
            'LC_ALL': 'C.UTF-8',
            'FIBOCOM_NL668_CONFIG_DIR': cls.directory,
            'MMCLI': Paths.stock_client,
            **cls.install(os.path.join(cls.directory, 'install')),
        })
        cls.addClassCleanup(cls.shell.close)

    @classmethod
    def write_packages(cls):
        directory = os.path.join(cls.directory, 'packages.d')
        os.mkdir(directory)
        for name, text in PACKAGES.items():
            with open(os.path.join(directory, name), 'w', encoding='utf-8') as file:
                file.write(text)
        os.symlink('/dev/null', os.path.join(directory, 'masked.conf'))
        os.symlink('/nonexistent', os.path.join(directory, 'dangling.conf'))

    def check(self, typed, completed):
        """Checks what Tab completes; | marks the end of the line."""
        with self.subTest(typed=typed):
            self.assertEqual(self.shell.type(f'mmcli {typed}{COMPLETE}') + '|',
                             f'mmcli {completed}')

    def list(self, typed):
        """The possible completions of the last word, and the words before it."""
        line = self.shell.type(f'mmcli {typed}{INSERT_ALL}')
        return sorted(line.removeprefix('mmcli ').split())

    def test_options(self):
        """names of options"""
        self.assertEqual(self.list('-m 0 --firmware-update'),
                         sorted(['-m', '0', '--firmware-update=', '--firmware-update-status',
                                 '--firmware-update-no-wait', '--firmware-update-password-file=']))
        self.check('-m 0 --firmware-update-s', '-m 0 --firmware-update-status |')
        self.check('--firmware-update-p', '--firmware-update-password-file=|')
        self.check('--firmware-update-status --wai', '--firmware-update-status --wait |')

    def test_keys(self):
        """keys of the settings, each only once, and only those that can be combined"""
        self.check('-m 0 --firmware-update=pac', '-m 0 --firmware-update=package=|')
        self.check('--firmware-update=h', '--firmware-update=http://|')
        self.check('--firmware-update=ver', '--firmware-update=version=|')
        # The value must follow the =
        self.check('--firmware-update ver', '--firmware-update ver|')
        self.check('--firmware-update=url=ftp://me@host:21/x,file',
                   '--firmware-update=url=ftp://me@host:21/x,file-name=|')
        self.check('--firmware-update=url=x,ur', '--firmware-update=url=x,ur|')
        self.check('--firmware-update=package=x,n', '--firmware-update=package=x,network-lock=|')
        self.check('--firmware-update=package=x,c', '--firmware-update=package=x,callbreak=|')
        self.check('--firmware-update=package=x,i', '--firmware-update=package=x,ignore-battery=|')
        self.check('--firmware-update=package=x,u', '--firmware-update=package=x,u|')
        self.check('--firmware-update=http://host/x,ver', '--firmware-update=http://host/x,ver|')
        self.assertEqual(self.list('--firmware-update='),
                         sorted([f'--firmware-update={first}' if first == 'callbreak=' else first
                                 for first in [*KEYS, 'package=', 'http://', 'ftp://']]))

    def test_quoted(self):
        """keys within quotes"""
        self.check('--firmware-update="pac', '--firmware-update="package=|')
        self.check('--firmware-update="url=http://host/x,ver',
                   '--firmware-update="url=http://host/x,version=|')
        self.check("--firmware-update='url=ftp://me@host/x,us",
                   "--firmware-update='url=ftp://me@host/x,user=|")

    def test_values(self):
        """values of keys"""
        self.check('--firmware-update=network-lock=n', '--firmware-update=network-lock=no |')
        self.check('--firmware-update=callbreak=o', '--firmware-update=callbreak=optional |')
        self.check('--firmware-update=ignore-battery=y', '--firmware-update=ignore-battery=yes |')
        self.check('--firmware-update=url=f', '--firmware-update=url=ftp://|')
        self.check('--firmware-update=version=', '--firmware-update=version=|')

    def test_packages(self):
        """package ids"""
        self.assertEqual(self.list('--firmware-update=package='),
                         ['--firmware-update=package=NL668-EAU-00_13_to_15', 'a'])
        self.check('--firmware-update=package=NL',
                   '--firmware-update=package=NL668-EAU-00_13_to_15 |')
        self.check('--firmware-update="network-lock=no,package=N',
                   '--firmware-update="network-lock=no,package=NL668-EAU-00_13_to_15" |')

    def test_password_file(self):
        """names of files"""
        with open(os.path.join(self.directory, 'ftp-password'), 'wb'):
            pass
        for separator in '= ':
            option = f'--firmware-update-password-file{separator}'
            self.check(f'{option}ft', f'{option}ftp-password |')

    @unittest.skipUnless(os.path.exists(STOCK), 'needs the completion of ModemManager')
    def test_stock(self):
        """everything else is completed as by the stock completion"""
        self.check('--list-m', '--list-modems |')
        self.check('--firmware-sel', '--firmware-select=|')
        self.check('--messaging-create-sms-with-data=packages.d/n',
                   '--messaging-create-sms-with-data=packages.d/notes.txt |')


class Eager(CompletionCases, unittest.TestCase):
    """bash reads the completion when it starts."""

    @staticmethod
    def install(directory):
        os.mkdir(directory)
        os.symlink(COMPLETION, os.path.join(directory, 'mmcli'))
        # Old names of functions in newer versions of bash-completion
        for path in glob.glob('/etc/bash_completion.d/000_bash_completion*'):
            os.symlink(path, os.path.join(directory, os.path.basename(path)))
        return {'BASH_COMPLETION_COMPAT_DIR': directory}


class Lazy(CompletionCases, unittest.TestCase):
    """bash finds the completion by the name of the command, before the stock one."""

    @staticmethod
    def install(directory):
        completions = os.path.join(directory, 'completions')
        os.makedirs(completions)
        os.symlink(COMPLETION, os.path.join(completions, 'mmcli'))
        return {'BASH_COMPLETION_USER_DIR': directory}


if __name__ == '__main__':
    main()
