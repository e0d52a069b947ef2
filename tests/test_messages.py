# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""docs/troubleshooting.md has every message of plugin and client."""

import glob
import os
import re
import unittest

from testbed.tap import main

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

DIRECTORIES = ('common', 'plugin', 'client', 'cli')

# These levels are for developers; warnings are for users.
QUIET = re.compile(r'_(critical|debug|info)$')
# Text without two words is a format, a name or an AT command.
WORDS = re.compile(r'[a-z]{2}[,:;]? [a-z(…]', re.IGNORECASE)

LITERAL = r'"(?:[^"\\\n]|\\.)*"'
TOKEN = re.compile(rf'''{LITERAL}|'(?:[^'\\]|\\.)+'|\w+|[^\w\s]''')
COMMENT = re.compile(rf'({LITERAL})|/\*.*?\*/|^#[ \t]*include[^\n]*', re.DOTALL | re.MULTILINE)
DEFINE = re.compile(rf'^#[ \t]*define (\w+)[ \t]+((?:{LITERAL}|\w+|[ \t])+)$', re.MULTILINE)
NUMBER_FORMAT = re.compile(r'(?:G_G\w+_FORMAT|PRI[a-z]\d+|G_G\w+_MODIFIER)$')
PLACEHOLDER = re.compile(r'%[-+ 0#]*(?:\d+|\*)?(?:\.\d+|\.\*)?(?:hh|h|ll|l|z)?[a-zA-Z]')
FUNCTION = re.compile(r'^(\w+) \((?:[^;{}()]|\([^()]*\))*\)\n\{\n(.*?)^\}', re.DOTALL | re.MULTILINE)
ERROR_CODE = re.compile(r'\bMM_(CORE|MOBILE_EQUIPMENT|SERIAL|CONNECTION|MESSAGE)_ERROR_([A-Z_]+)\b')
OUR_ERROR_CODE = re.compile(r'\bNL668_ERROR_([A-Z_]+)\b')
OUR_ERROR = 'org.freedesktop.ModemManager1.Modem.Firmware.Update.Error.'

# From the daemon, polkit and the bus
OTHERS = {
    'PolicyKit authorization failed',
    'Sender is not authorized to send message',
    'No such interface “org.freedesktop.ModemManager1.Modem.Firmware.Update”',
}

# What the plugin looks for in the daemon
NO_MESSAGES = {'ModemManager (version'}

LOG_SECTION = "Messages in the daemon's log"


def read(*path):
    with open(os.path.join(TOP, *path), encoding='utf-8') as file:
        return file.read()


def read_sources():
    """The sources without their comments."""
    for directory in DIRECTORIES:
        for path in sorted(glob.glob(os.path.join(TOP, directory, '*.[ch]'))):
            yield COMMENT.sub(lambda match: match[1] or ' ', read(path).replace('\\\n', ' '))


def unquote(literal):
    return re.sub(r'\\(.)', lambda match: {'n': '', 't': ' '}.get(match[1], match[1]), literal[1:-1])


def find_macros(sources):
    """Those that stand for a string, perhaps with the help of others."""
    bodies = {name: re.findall(rf'{LITERAL}|\w+', body)
              for source in sources for name, body in DEFINE.findall(source)}

    def resolve(name, seen=()):
        if NUMBER_FORMAT.match(name):
            return 'u'
        if name not in bodies or name in seen:
            return None
        parts = [unquote(part) if part[0] == '"' else resolve(part, (*seen, name))
                 for part in bodies[name]]
        return None if None in parts else ''.join(parts)

    return resolve


def fill_in(text):
    """What printf () makes of it"""
    return PLACEHOLDER.sub('…', text.replace('%%', '\0')).replace('\0', '%')


def normalize(text):
    """Without what is filled in at the end, which may be a command."""
    return re.sub(r' \(AT…\)$', '', ' '.join(text.replace('`', '').split()).rstrip(' :…'))


class Text:
    """A string, and what it is given to: calls, the innermost last."""

    def __init__(self, calls):
        self.calls = calls
        self.text = ''

    def is_message(self):
        if any(QUIET.search(call) for call in self.calls):
            return False
        return bool(WORDS.search(fill_in(self.text)))

    def get_message(self):
        return normalize(fill_in(self.text))


class Scanner:
    """Finds the strings of a source."""

    def __init__(self, resolve):
        self.resolve = resolve

    def _get_part(self, token, following):
        if token[0] == '"':
            return unquote(token)
        # A function may have the name of a macro
        return self.resolve(token) if re.match(r'[A-Z]', token) and following != '(' else None

    def scan(self, source):
        tokens = TOKEN.findall(source) + ['']
        calls, current, option = [], None, False
        for i, token in enumerate(tokens[:-1]):
            part = self._get_part(token, tokens[i + 1])
            if part is not None:
                current = current or Text(tuple(calls))
                current.text += part
                # { "--name", "what it does" } is a line of --help
                option = option or (tokens[i - 1] == '{' and part.startswith('--'))
                continue
            if current:
                if not option or token in '},':
                    yield from [] if option and current.text[:2] != '--' else [current]
                current = None
            if token == '(':
                calls.append(tokens[i - 1])
            elif token == ')' and calls:
                calls.pop()
            elif token in ('}', ';'):
                option = False


def find_codes(source):
    codes = [(f'{domain.title()}.', code) for domain, code in ERROR_CODE.findall(source)]
    codes += [(OUR_ERROR, code) for code in OUR_ERROR_CODE.findall(source)]
    return {domain.replace('_', '') + code.title().replace('_', '') for domain, code in codes}


def find_calls(source):
    """The arguments of each call that has an error's code among them."""
    for match in re.finditer(r'\b\w+ \(', source):
        depth, end = 1, match.end()
        while depth and end < len(source):
            literal = re.compile(LITERAL).match(source, end)
            if literal:
                end = literal.end()
                continue
            depth += {'(': 1, ')': -1}.get(source[end], 0)
            end += 1
        yield match[0][:-2], source[match.end():end]


class Sources:
    """What plugin and client may say."""

    def __init__(self):
        self._sources = list(read_sources())
        self.scanner = Scanner(find_macros(self._sources))

    def find_messages(self):
        return {text.get_message() for source in self._sources
                for text in self.scanner.scan(source) if text.is_message()}

    def find_errors(self):
        """The messages of which the code says what D-Bus error they are."""
        for source in self._sources:
            wrappers = {name: find_codes(body) for name, body in FUNCTION.findall(source)}
            for name, arguments in find_calls(source):
                codes = find_codes(arguments) or wrappers.get(name, ())
                if len(codes) != 1:
                    continue
                for text in self.scanner.scan(f'{name} ({arguments}'):
                    if text.is_message():
                        yield text.get_message(), next(iter(codes))


class Page:
    """docs/troubleshooting.md"""

    def __init__(self):
        self.text = read('docs', 'troubleshooting.md')
        self.sections = re.split(r'^## ', self.text, flags=re.MULTILINE)[1:]

    @staticmethod
    def find_items(text):
        return {normalize(item) for item in re.findall(r'^\* (`.*?`)$(?!\n  )', text,
                                                       re.DOTALL | re.MULTILINE)}

    def find_sections(self, message):
        return [section.partition('\n')[0] for section in self.sections
                if message in self.find_items(section)]


def find_labels():
    """Those of the table that mmcli-firmware-update(1) shows."""
    rows = re.findall(r'^ *([A-Z]\w+ \w+)? *\| +([a-z ]+): ', read('data', 'mmcli-firmware-update.1'),
                      re.MULTILINE)
    return {label for row in rows for label in row}


class Messages(unittest.TestCase):
    """The page and the sources"""

    @classmethod
    def setUpClass(cls):
        cls.sources = Sources()
        cls.messages = cls.sources.find_messages()
        cls.page = Page()
        cls.items = cls.page.find_items(cls.page.text)

    def test_complete(self):
        """every message is on the page"""
        self.assertGreater(len(self.messages), 150, 'the messages are not found any more')
        self.assertEqual(sorted(self.messages - self.items - find_labels() - NO_MESSAGES), [])

    def test_current(self):
        """the page has no other messages"""
        self.assertEqual(sorted(self.items - self.messages - OTHERS), [])

    def test_names(self):
        """every message is in the section of its D-Bus error, or in that of the log"""
        errors = set(self.sources.find_errors())
        self.assertGreater(len(errors), 40, 'the errors are not found any more')
        for message, code in sorted(errors):
            sections = self.page.find_sections(message)
            self.assertTrue(code in sections or LOG_SECTION in sections, (message, code, sections))

    def test_order(self):
        """the sections are in the order of the names"""
        names = [section.partition('\n')[0] for section in self.page.sections]
        names = [name for name in names if name.startswith('Core.')]
        self.assertGreater(len(names), 5)
        self.assertEqual(names, sorted(names))

    def test_remedies(self):
        """after every message, or several, the page says what to do"""
        for paragraph, following in zip(*(iter(re.split(r'\n\n+', self.page.text)[i:]) for i in (0, 1))):
            if paragraph.startswith('* '):
                self.assertRegex(following, r'\A  \S', paragraph)


if __name__ == '__main__':
    main()
