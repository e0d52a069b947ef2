# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""README.md's table of errors has every message of plugin and client."""

import os
import re
import unittest

from testbed.tap import main

TOP = os.environ.get('top_srcdir') or os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Where messages for people come from, and the calls that they are given to.
# What is said of package files and records is for the log; the man page has it.
SOURCES = [f'plugin/nl668-{name}.c' for name in (
    'choice', 'guard', 'ports', 'preparation', 'radio', 'start', 'update')]
SOURCES += ['common/nl668-request.c']
SOURCES += [f'client/nl668-client-{name}.c' for name in ('follower', 'start', 'words')]
SOURCES += [f'cli/mmcli-{name}.c' for name in ('session', 'settings', 'status', 'update')]
CALLS = ('fail', 'g_dbus_method_invocation_return_error', 'g_error_new', 'g_error_new_literal',
         'g_prefix_error', 'g_set_error', 'g_task_return_new_error', 'give_up', 'refuse_value',
         'return')

# Prefixes that are no message by themselves, and formats that others fill in
NO_MESSAGES = {'%s: %s', '%s', ': '}

LITERAL = r'"(?:[^"\\]|\\.)*"'
TEXT = re.compile(rf'(?:{LITERAL}|NL668_COMMAND_\w+)(?:\s*(?:{LITERAL}|NL668_COMMAND_\w+))*')
DEFINE = re.compile(rf'#define (NL668_COMMAND_\w+)\s+({LITERAL})')
PLACEHOLDER = re.compile(r'%[-+ 0]*\d*(?:l|ll|z)?[a-zA-Z]')


def read(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read()


def unquote(literal):
    return literal[1:-1].replace('\\"', '"').replace('\\\\', '\\').replace('\\n', '')


def get_statement(source, start):
    """From a call to the semicolon that ends it, outside of strings."""
    match = re.compile(rf'(?:{LITERAL}|[^";])*;').match(source, start)
    return match[0] if match else ''


def find_messages(source, macros):
    """The texts in the calls, with … for what is filled in."""
    source = re.sub(r'/\*.*?\*/', '', source, flags=re.S)
    for call in re.finditer(rf'\b(?:{"|".join(CALLS)})\b[ (]', source):
        for text in TEXT.finditer(get_statement(source, call.start())):
            parts = re.findall(rf'{LITERAL}|NL668_COMMAND_\w+', text[0])
            whole = ''.join(macros[part] if part in macros else unquote(part) for part in parts)
            if ' ' in whole.strip() and whole not in NO_MESSAGES:
                yield PLACEHOLDER.sub('…', whole.replace('%%', '\0')).replace('\0', '%').rstrip(': ')


def normalize(text):
    """What Markdown adds to a text in a table"""
    return ' '.join(text.replace('\\|', '|').replace('`', '').split())


class Messages(unittest.TestCase):
    """The table and the sources"""

    def test_table(self):
        """every message is in the table, with what to do"""
        section = read('README.md').partition('\n## Troubleshooting')[2].partition('\n## ')[0]
        table = normalize('\n'.join(line for line in section.splitlines() if line.startswith('|')))
        macros = {name: unquote(value) for name, value in DEFINE.findall(read('common/nl668-at.h'))}
        messages = {message for path in SOURCES for message in find_messages(read(path), macros)}
        self.assertGreater(len(messages), 50, 'the messages are not found any more')
        missing = sorted(message for message in messages if normalize(message) not in table)
        self.assertEqual(missing, [])

    def test_rows(self):
        """every row has three columns, none of them empty"""
        section = read('README.md').partition('\n## Troubleshooting')[2].partition('\n## ')[0]
        for line in section.splitlines():
            if line.startswith('|'):
                cells = [cell.strip() for cell in re.split(r'(?<!\\)\|', line)[1:-1]]
                self.assertEqual((len(cells), all(cells)), (3, True), line)


if __name__ == '__main__':
    main()
