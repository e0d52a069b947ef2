# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The translations of the clients are complete, and their format strings are valid."""

import gettext
import os
import re
import subprocess
import tempfile
import unittest

from testbed.tap import main

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)


def read_lines(name):
    with open(os.path.join(TOP, 'po', name), encoding='utf-8') as file:
        return [line.strip() for line in file if line.strip() and not line.startswith('#')]


def compile_catalogue(path, directory):
    """Compiles a catalogue with msgfmt, which also checks it."""
    name = os.path.join(directory, 'mo')
    subprocess.run(['msgfmt', '--check', f'--output-file={name}', path], check=True,
                   capture_output=True, text=True)
    with open(name, 'rb') as file:
        return gettext.GNUTranslations(file)


def extract_messages():
    """The messages in the sources."""
    output = subprocess.run(
        ['xgettext', '--keyword=_', '--keyword=N_', '--from-code=UTF-8', '--no-wrap',
         '--no-location', '--omit-header', '--output=-', f'--directory={TOP}',
         *read_lines('POTFILES.in')],
        check=True, capture_output=True, text=True).stdout
    messages = re.findall(r'^msgid "(.+)"$', output, re.MULTILINE)
    return [message.encode('latin-1').decode('unicode_escape') for message in messages]


class Languages(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.messages = extract_messages()
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.catalogues = {
            language: compile_catalogue(os.path.join(TOP, 'po', f'{language}.po'),
                                        cls.directory.name)
            for language in read_lines('LINGUAS')}

    def test_messages(self):
        """POTFILES.in has every source file of the clients"""
        files = {f'{directory}/{name}' for directory in ('client', 'cli')
                 for name in os.listdir(os.path.join(TOP, directory)) if name.endswith('.c')}
        self.assertEqual(files, set(read_lines('POTFILES.in')))
        self.assertIn('preparing', self.messages)

    def test_complete(self):
        """every message is translated to every language"""
        for language, catalogue in self.catalogues.items():
            missing = [message for message in self.messages
                       if message not in catalogue._catalog]
            self.assertEqual(missing, [], language)

    def test_nothing_else(self):
        """no catalogue has a message that is not in the sources"""
        for language, catalogue in self.catalogues.items():
            unused = set(catalogue._catalog) - set(self.messages) - {''}
            self.assertEqual(unused, set(), language)

    def test_options(self):
        """options and variables are not translated"""
        for language, catalogue in self.catalogues.items():
            for message in self.messages:
                options = re.findall(r'--firmware-[a-z-]+|MMCLI|url=', message)
                translation = catalogue.gettext(message)
                self.assertEqual([option for option in options if option not in translation], [],
                                 f'{language}: {message}')


if __name__ == '__main__':
    main()
