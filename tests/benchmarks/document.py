# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The table of results and the description of the machine."""

import datetime
import os
import platform
import re
import subprocess
import textwrap

from testbed.case import Paths

PACKAGES = ('modemmanager', 'libglib2.0-0', 'libglib2.0-0t64', 'libmm-glib0', 'umockdev',
            'valgrind', 'dbus-daemon')
HEAD = ('what', 'with the plugin', 'stock', 'difference', 'target', '')


def format_line(row):
    cells = [row.what, row.ours, f'stock {row.stock}', row.result, f'target {row.target}',
             row.verdict]
    return ' | '.join(cell for cell in cells if not cell.endswith('–')).replace('**', '')


def _make_table(rows):
    lines = [HEAD, ['---'] * len(HEAD)]
    lines += [[row.what, row.ours, row.stock, row.result, row.target, row.verdict] for row in rows]
    return [f'| {" | ".join(line)} |' for line in lines]


def _read_line(*argv):
    """The first line that a program prints, or an empty string."""
    try:
        result = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                check=False)
    except FileNotFoundError:
        return ''
    return result.stdout.partition('\n')[0].strip()


def get_version():
    return _read_line(Paths.daemon, '--version').split()[-1]


def _get_processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        match = re.search(r'^model name\s*: (.*)', file.read(), re.MULTILINE)
    return match[1] if match else platform.machine()


def _get_memory():
    return os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / (1 << 30)


def _find_compiler():
    """The compiler, which leaves its name in the binary."""
    with open(Paths.plugin, 'rb') as file:
        match = re.search(rb'(?:GCC: \([^)]*\)|clang version) [\w.]+', file.read())
    return match[0].decode() if match else 'an unknown compiler'


def describe_machine():
    packages = [(name, _read_line('dpkg-query', '-W', '-f', '${Version}', name))
                for name in PACKAGES]
    items = [
        f'{datetime.date.today()}, {platform.freedesktop_os_release()["PRETTY_NAME"]}, '
        f'Linux {platform.release()}',
        f'{os.cpu_count()} × {_get_processor()}, {_get_memory():.0f} GiB of memory',
        ', '.join(' '.join(package) for package in packages if package[1]),
        f'the plugin is built with {_find_compiler()}',
    ]
    return [textwrap.fill(item, 80, initial_indent='* ', subsequent_indent='  ',
                          break_on_hyphens=False) for item in items]


def write(path, rows):
    """Replaces the section of this version of the daemon."""
    version = get_version()
    begin, end = f'<!-- begin {version} -->', f'<!-- end {version} -->'
    section = '\n'.join([begin, f'## ModemManager {version}', '', *describe_machine(), '',
                         *_make_table(rows), end])
    with open(path, encoding='utf-8') as file:
        text = file.read()
    if begin not in text:
        text = f'{text.rstrip()}\n\n{begin}{end}\n'
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    with open(path, 'w', encoding='utf-8') as file:
        file.write(before + section + after)
