# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The man pages and other documents: well-formed, and of what there is."""

import glob
import os
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

from testbed.case import Paths
from testbed.tap import main

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

INTERFACE = 'org.freedesktop.ModemManager1.Modem.Firmware.Update'
# Where the last one is depends on what was built: a checkout or a tarball
PAGES = ('mmcli-firmware-update.1', 'fibocom-nl668-packages.5', f'{INTERFACE}.5')

SHELL = re.compile(rb'\A#!/bin/(ba)?sh\b|^# shellcheck shell=', re.MULTILINE)

GENERATED = ('config.status', 'configure', 'libtool')


def find_page(name):
    paths = [os.path.join(directory, 'data', name) for directory in (Paths.build, TOP)]
    return next(filter(os.path.exists, paths), None)


def read(*path):
    with open(os.path.join(TOP, *path), encoding='utf-8') as file:
        return file.read()


def find_shell_scripts():
    """Those of the source, without what autoconf has written."""
    for directory in ('', '.ci', 'data', 'debian', 'examples', 'packaging', 'tests', 'tests/*'):
        for path in glob.glob(os.path.join(TOP, directory, '*')):
            if os.path.basename(path) in GENERATED or not os.path.isfile(path):
                continue
            with open(path, 'rb') as file:
                if SHELL.search(file.read(200)):
                    yield path


def render(page):
    """What one sees of a man page, and what man has to say of it."""
    env = os.environ | {'LC_ALL': 'C.UTF-8', 'MANWIDTH': '200', 'MANROFFSEQ': '',
                        'MAN_KEEP_FORMATTING': '', 'MANPAGER': 'cat', 'GROFF_NO_SGR': '1'}
    result = subprocess.run(['man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page],
                            env=env, capture_output=True, text=True, check=True)
    # In bold letters each is printed twice
    return re.sub('.\b', '', result.stdout), result.stderr


class ManPages(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        if not shutil.which('man') or not shutil.which('groff'):
            raise unittest.SkipTest('takes man-db and groff')
        cls.pages = {name: render(find_page(name)) for name in PAGES if find_page(name)}

    def get_text(self, name):
        if name not in self.pages:
            self.skipTest('takes xsltproc and docbook-xsl')
        return self.pages[name][0]

    def test_warnings(self):
        """man has nothing to say of them"""
        for name, (text, warnings) in self.pages.items():
            self.assertIn('SEE ALSO', text, name)
            self.assertEqual(warnings, '', name)

    def test_options(self):
        """mmcli-firmware-update(1) has every option and every key"""
        text = self.get_text('mmcli-firmware-update.1')
        options = re.findall(r'"(--(?:firmware-update|wait)[a-z-]*)', read('cli', 'mmcli-help.c'))
        keys = re.findall(r'^    \{ "([a-z-]+)", +"[sb]" \},', read('cli', 'mmcli-settings.c'),
                          re.MULTILINE)
        self.assertEqual((len(options), 'network-lock' in keys), (5, True))
        for word in options + keys:
            self.assertRegex(text, rf'(?m)^ +{word}\b')

    def test_output(self):
        """mmcli-firmware-update(1) has everything that -J and -K print"""
        text = self.get_text('mmcli-firmware-update.1')
        keys = re.findall(r'PREFIX "([a-z.-]+)"', read('cli', 'mmcli-format.c'))
        self.assertIn('transports', keys)
        for key in keys:
            self.assertRegex(text, rf'(?m)^ +([a-z., -]+, )?{re.escape(key)}\b')

    def test_package_keys(self):
        """fibocom-nl668-packages(5) has every key of a package file"""
        text = self.get_text('fibocom-nl668-packages.5')
        keys = re.findall(r'\[KEY_[A-Z_]+\] += "(\w+)"', read('common', 'nl668-package.c'))
        self.assertIn('FileName', keys)
        for key in keys:
            self.assertRegex(text, rf'(?m)^ +([A-Za-z, ]+, )?{key}\b')

    def test_interface(self):
        """the page of the D-Bus interface has all that it has, with a description"""
        text = self.get_text(f'{INTERFACE}.5')
        interface = ElementTree.fromstring(read('data', f'{INTERFACE}.xml')).find('interface')
        members = [f'{method.get("name")}()' for method in interface.findall('method')]
        members += [member.get('name') for member in interface.findall('property')]
        self.assertEqual(len(members), 13)
        for member in members:
            section = re.search(rf'(?m)^   {re.escape(member)}\n((?:\n| {{7}}.*\n)+)', text)
            self.assertTrue(section, member)
            self.assertRegex(section[1], r'(?m)^ {7}[A-Z]', member)
        self.assertNotIn('FIXME', text)


class Documents(unittest.TestCase):

    def test_picture(self):
        """README's picture is small, and can be read to somebody"""
        self.assertTrue('(data/demo.svg)' in read('README.md'))
        picture = read('data', 'demo.svg')
        self.assertLess(len(picture.encode()), 20000)
        root = ElementTree.fromstring(picture)
        texts = {child.tag.rpartition('}')[2]: child.text for child in root}
        self.assertTrue(texts['title'])
        for text in ('downloading', 'installing', 'successfully updated'):
            self.assertIn(text, texts['desc'])

    def test_links(self):
        """what README links to is there"""
        for target in re.findall(r'\]\(([^)#:]+)\)', read('README.md')):
            self.assertTrue(os.path.exists(os.path.join(TOP, target)), target)

    @unittest.skipUnless(shutil.which('shellcheck'), 'takes shellcheck')
    def test_shell_scripts(self):
        """shellcheck has nothing to say of the scripts"""
        scripts = list(find_shell_scripts())
        names = {os.path.basename(script) for script in scripts}
        self.assertLess({'autogen.sh', 'check', 'mmcli-completion.in', 'update-busctl'}, names)
        result = subprocess.run(['shellcheck', '--external-sources', '--source-path=SCRIPTDIR',
                                 *scripts], capture_output=True, text=True,
                                check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ''))


if __name__ == '__main__':
    main()
