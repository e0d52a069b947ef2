# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The man pages and other documents: well-formed, complete, and with links that resolve."""

import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

from testbed.case import Paths
from testbed.tap import main

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

INTERFACE = 'org.freedesktop.ModemManager1.Modem.Firmware.Update'
TROUBLESHOOTING = 'fibocom-nl668-troubleshooting.7'
# Those that are generated are in the build tree, or in the source tree of a tarball
PAGES = ('mmcli-firmware-update.1', 'fibocom-nl668-packages.5', TROUBLESHOOTING, f'{INTERFACE}.5')

SHELL = re.compile(rb'\A#!/bin/(ba)?sh\b|^# shellcheck shell=', re.MULTILINE)

GENERATED = ('config.status', 'configure', 'libtool')

SOURCES = ('common', 'plugin', 'client', 'cli')

# Of Markdown prose
COLUMNS_MAX = 80
README_LINES_MAX = 170

IS_CHECKOUT = os.path.exists(os.path.join(TOP, '.gitignore'))


def find_page(name):
    paths = [os.path.join(directory, 'data', name) for directory in (Paths.build, TOP)]
    return next(filter(os.path.exists, paths), None)


def read(*path):
    with open(os.path.join(TOP, *path), encoding='utf-8') as file:
        return file.read()


def read_sources():
    for directory in SOURCES:
        for path in sorted(glob.glob(os.path.join(TOP, directory, '*.c'))):
            yield read(path)


def find_in_sources(regex):
    return {match for source in read_sources() for match in re.findall(regex, source, re.MULTILINE)}


def find_documents():
    """The Markdown of the source."""
    for pattern in ('*.md', 'docs/*.md', 'tests/*.md', 'tests/*/*.md'):
        for path in sorted(glob.glob(os.path.join(TOP, pattern))):
            yield os.path.relpath(path, TOP)


def find_prose(text):
    """The lines that can be wrapped: no code, table, link or picture."""
    fenced = False
    for line in text.splitlines():
        if line.startswith('```'):
            fenced = not fenced
        elif not fenced and not re.match(r'    |\||<!--|!\[', line) and \
                not re.fullmatch(r'\W*\[[^]]*\]\([^)]*\)\W*', line):
            yield line


def find_links(text):
    """The targets that are files or headings."""
    # Code may look like a link
    text = re.sub(r'(`+)(?:(?!\1).)+\1', '', text)
    return re.findall(r'\]\(((?!https?:)[^)]+)\)', text)


def find_anchors(text):
    """The names that GitHub gives to headings."""
    headings = re.findall(r'^#+ (.*)$', text, re.MULTILINE)
    return {re.sub(r'[^\w -]', '', heading.lower()).replace(' ', '-') for heading in headings}


def find_broken_links(directory, path):
    """Those of a document below a directory, with where they are."""
    with open(os.path.join(directory, path), encoding='utf-8') as file:
        text = file.read()
    for link in find_links(text):
        target, _, anchor = link.partition('#')
        target = os.path.normpath(os.path.join(directory, os.path.dirname(path), target)) \
            if target else os.path.join(directory, path)
        if not os.path.exists(target):
            yield path, link
        elif anchor:
            with open(target, encoding='utf-8') as file:
                if anchor not in find_anchors(file.read()):
                    yield path, link


def find_named_files(text, sources):
    """Those in code spans: with their directory, or sources without it."""
    by_name = {os.path.basename(path): path for path in sources}
    for span in re.findall(r'`([^`\s]+)`', text):
        for suffix in ('.c', '.h') if span.endswith('.[ch]') else ('',):
            path = span.removesuffix('.[ch]') + suffix
            if path in by_name or re.search(r'\.[ch]$', path):
                yield by_name.get(path, path)
            elif re.fullmatch(r'\.?[\w-]+/[\w./-]*', path):
                yield path


def read_evidence_tests():
    """The table of evidence in the unit tests: columns, and rows by name."""
    source = read('tests', 'unit', 'test-update-evidence.c')
    columns = re.findall(r'^ +\{ "(\S+)", +set_up_\w+ \},$', source, re.MULTILINE)
    rows = re.findall(r'^ +\{ "(\S+)", \w+, (?:NULL|"\S+"),\n((?: +"[^"]*",?\n?)+) \},$', source,
                      re.MULTILINE)
    return columns, {name: ''.join(re.findall('"([^"]*)"', states)).split()
                     for name, states in rows}


def read_evidence_table():
    """The same in HACKING.md, which also describes the rows."""
    section = re.search(r'^## Evidence$(.*?)^## ', read('HACKING.md'), re.MULTILINE | re.DOTALL)[1]
    cells = [re.split(r' *\| *', line)[1:-1] for line in section.splitlines()
             if line.startswith('|')]
    header = next(i for i, line in enumerate(cells) if line[0] == 'evidence')
    return cells[header][2:], {line[0].strip('`'): line[2:] for line in cells[header + 2:]}


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
    """The text of a man page, and the warnings of man."""
    env = os.environ | {'LC_ALL': 'C.UTF-8', 'MANWIDTH': '200', 'MANROFFSEQ': '',
                        'MAN_KEEP_FORMATTING': '', 'MANPAGER': 'cat', 'GROFF_NO_SGR': '1'}
    result = subprocess.run(['man', '--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page],
                            env=env, capture_output=True, text=True, check=True)
    # Bold letters are printed twice
    return re.sub('.\b', '', result.stdout), result.stderr


class ManPages(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        if not shutil.which('man') or not shutil.which('groff'):
            raise unittest.SkipTest('needs man-db and groff')
        cls.pages = {name: render(find_page(name)) for name in PAGES if find_page(name)}

    def get_text(self, name):
        if name not in self.pages:
            self.skipTest('needs xsltproc and docbook-xsl')
        return self.pages[name][0]

    def test_warnings(self):
        """man has no warnings about them"""
        for name, (text, warnings) in self.pages.items():
            self.assertIn('SEE ALSO', text, name)
            self.assertEqual(warnings, '', name)

    def test_options(self):
        """mmcli-firmware-update(1) has every option and every key"""
        text = self.get_text('mmcli-firmware-update.1')
        options = find_in_sources(r'"(--(?:firmware-update|wait)[a-z-]*)')
        keys = find_in_sources(r'^ *\{ "([a-z-]+)", +"[sb]" \},')
        self.assertEqual((len(options), 'network-lock' in keys), (5, True))
        for word in options | keys:
            self.assertRegex(text, rf'(?m)^ +{word}\b')

    def test_output(self):
        """mmcli-firmware-update(1) has everything that -J and -K print"""
        text = self.get_text('mmcli-firmware-update.1')
        keys = find_in_sources(r'\bPREFIX "([a-z.-]+)"')
        self.assertIn('transports', keys)
        for key in keys:
            self.assertRegex(text, rf'(?m)^ +([a-z., -]+, )?{re.escape(key)}\b')

    def test_package_keys(self):
        """fibocom-nl668-packages(5) has every key of a package file"""
        text = self.get_text('fibocom-nl668-packages.5')
        keys = {key for source in read_sources() if '#define GROUP "Package"' in source
                for key in re.findall(r'\[KEY_[A-Z_]+\] += "(\w+)"', source)}
        self.assertIn('FileName', keys)
        for key in keys:
            self.assertRegex(text, rf'(?m)^ +([A-Za-z, ]+, )?{key}\b')

    def test_troubleshooting(self):
        """fibocom-nl668-troubleshooting(7) has every section and message of its document"""
        text = ' '.join(self.get_text(TROUBLESHOOTING).split())
        document = read('docs', 'troubleshooting.md')
        words = re.findall(r'^##+ (.*)$', document, re.MULTILINE)
        words += re.findall(r'^\* `+(.*?)`+$(?!\n  )', document, re.DOTALL | re.MULTILINE)
        self.assertGreater(len(words), 200)
        for word in words:
            plain = ' '.join(word.replace('…', '...').replace('“', '"').replace('”', '"').split())
            self.assertIn(plain, text)

    def test_interface(self):
        """the page of the D-Bus interface describes every method and property"""
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
        """the picture of README.md is small, and has a description"""
        self.assertTrue('(data/demo.svg)' in read('README.md'))
        picture = read('data', 'demo.svg')
        self.assertLess(len(picture.encode()), 20000)
        root = ElementTree.fromstring(picture)
        texts = {child.tag.rpartition('}')[2]: child.text for child in root}
        self.assertTrue(texts['title'])
        for text in ('downloading', 'installing', 'successfully updated'):
            self.assertIn(text, texts['desc'])

    @unittest.skipUnless(IS_CHECKOUT, 'needs a checkout')
    def test_links(self):
        """the links of the documents resolve"""
        documents = list(find_documents())
        self.assertIn('docs/troubleshooting.md', documents)
        broken = [link for path in documents for link in find_broken_links(TOP, path)]
        self.assertEqual(broken, [])

    def test_installed_links(self):
        """the links of the installed documents resolve"""
        with tempfile.TemporaryDirectory() as directory:
            shutil.copytree(os.path.join(Paths.build, 'data', 'doc'), directory, dirs_exist_ok=True)
            shutil.copytree(os.path.join(TOP, 'examples'), os.path.join(directory, 'examples'))
            shutil.copy(os.path.join(TOP, 'data', 'packages.d-example.conf'),
                        os.path.join(directory, 'examples'))
            documents = ['README.md', *(f'docs/{name}' for name in os.listdir(f'{directory}/docs'))]
            self.assertIn('docs/troubleshooting.md', documents)
            self.assertEqual(sorted(os.listdir(f'{directory}/docs')),
                             sorted(name for name in os.listdir(os.path.join(TOP, 'docs'))))
            broken = [link for path in documents for link in find_broken_links(directory, path)]
            self.assertEqual(broken, [])
            self.assertIn('examples/packages.d-example.conf',
                          open(f'{directory}/docs/updates.md', encoding='utf-8').read())

    def test_columns(self):
        """prose has at most 80 columns"""
        long = [(path, line) for path in find_documents() for line in find_prose(read(path))
                if len(line) > COLUMNS_MAX]
        self.assertEqual(long, [])

    def test_readme(self):
        """README.md is short"""
        self.assertLessEqual(len(read('README.md').splitlines()), README_LINES_MAX)

    @unittest.skipUnless(IS_CHECKOUT, 'needs a checkout')
    def test_map(self):
        """every file that HACKING.md names exists, and every source file is named"""
        sources = {os.path.relpath(path, TOP) for directory in SOURCES
                   for path in glob.glob(os.path.join(TOP, directory, '*.[ch]'))}
        self.assertGreater(len(sources), 20)
        named = set(find_named_files(read('HACKING.md'), sources))
        missing = {name for name in named - sources
                   if not os.path.exists(os.path.join(TOP, name))}
        self.assertEqual((sorted(missing), sorted(sources - named)), ([], []))

    def test_evidence(self):
        """the table of evidence in HACKING.md is that of the unit tests, cell by cell"""
        columns, rows = read_evidence_tests()
        documented_columns, documented_rows = read_evidence_table()
        self.assertEqual((len(columns), len(rows) > 20), (11, True))
        self.assertEqual({len(states) for states in rows.values()}, {len(columns)})
        self.assertEqual(documented_columns, columns)
        self.assertEqual(list(documented_rows), list(rows))
        for name, states in rows.items():
            self.assertEqual(documented_rows[name], states, name)

    def test_steps(self):
        """the table of the steps of Start() in HACKING.md has those of the source, in order"""
        steps = re.findall(r'^    \[STEP_\w+\] += (\w+),$', read('plugin/nl668-start.c'), re.MULTILINE)
        self.assertGreater(len(steps), 10)
        rows = re.findall(r'^\| `(\w+) \(\)` \|.*\|.*\|$', read('HACKING.md'), re.MULTILINE)
        self.assertEqual(rows, ['nl668_start', *steps, 'succeed'])

    @unittest.skipUnless(IS_CHECKOUT, 'needs a checkout')
    def test_version(self):
        """all files have the same version"""
        version = re.search(r'AC_INIT\(\[[\w-]+\], \[([\d.]+)\]', read('configure.ac'))[1]
        spec = read('packaging', 'ModemManager-fibocom-nl668.spec')
        found = {
            'README.md': re.findall(r'fibocom-nl668-([\d.]+)\.tar', read('README.md')),
            'spec': re.findall(r'^Version: +(\S+)$', spec, re.MULTILINE),
            'changelog of the spec': re.findall(r'^\* .* - ([\d.]+)-\d+$', spec, re.MULTILINE)[:1],
            'debian/changelog': re.findall(r'\Afibocom-nl668 \(([\d.]+)-', read('debian', 'changelog')),
            'NEWS': re.findall(r'^([\d.]+) \(', read('NEWS'), re.MULTILINE)[:1],
        }
        self.assertEqual(found, {name: [version] for name in found})

    @unittest.skipUnless(shutil.which('shellcheck'), 'needs shellcheck')
    def test_shell_scripts(self):
        """shellcheck has no warnings about the scripts"""
        scripts = list(find_shell_scripts())
        names = {os.path.basename(script) for script in scripts}
        self.assertLess({'autogen.sh', 'check', 'mmcli-completion.in', 'update-busctl'}, names)
        result = subprocess.run(['shellcheck', '--external-sources', '--source-path=SCRIPTDIR',
                                 *scripts], capture_output=True, text=True,
                                check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ''))


if __name__ == '__main__':
    main()
