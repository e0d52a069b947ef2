# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Reports the structure of the source tree: sizes, include cycles, includes across
layers, and what is over a limit. Exits with 1 if there is a problem. Can be run on
an older checkout to compare the two."""

import argparse
import ast
import collections
import fnmatch
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

C_COLUMNS = 100
PROSE_COLUMNS = 80
FILE_LINES = 500
FUNCTION_LINES = 80
PRODUCT_FUNCTION_LINES = 50
N_LONGEST = 5

PRODUCT = ('common', 'plugin', 'client', 'cli')
# What the files of a directory may include, apart from that directory itself
LAYERS = {
    'common': (),
    'plugin': ('common',),
    'client': ('common',),
    'cli': ('common', 'client'),
}

# The text of the licence, and files whose format has no comments
NO_SPDX = ('COPYING', 'debian/changelog', 'debian/copyright', 'debian/source/format',
           'tests/fuzz/corpus/')

C_SUFFIXES = ('.c', '.h')
SHELL = re.compile(r'\A#!\S*/(?:env )?(?:busybox )?(?:ba)?sh\b|^# shellcheck shell=', re.MULTILINE)

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', re.MULTILINE)
C_FUNCTION = re.compile(r'^(\w+) \(')
SHELL_FUNCTION = re.compile(r'^(\w+) \(\) \{$')

LINK = re.compile(r'\]\([^)]*\)|<?https?://\S+')

Function = collections.namedtuple('Function', 'lines path name static')


class Ignored:
    """The patterns of a .gitignore, as far as ours needs them."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            lines = [line.strip() for line in file]
        self._patterns = [line for line in lines if line and not line.startswith('#')]

    def __call__(self, path, is_directory):
        result = False
        for line in self._patterns:
            pattern = line.lstrip('!')
            if pattern.endswith('/') and not is_directory:
                continue
            name = f'/{path}' if pattern.startswith('/') else os.path.basename(path)
            if fnmatch.fnmatchcase(name, pattern.rstrip('/')):
                result = not line.startswith('!')
        return result


class Tree:
    """The files of a checkout, without those that git ignores."""

    def __init__(self, top=TOP):
        self.top = top
        self._texts = {}
        self.paths = sorted(self._list())
        self.c_files = [path for path in self.paths if path.endswith(C_SUFFIXES)]
        self.python_files = [path for path in self.paths if path.endswith('.py')]
        self.shell_files = [path for path in self.paths if self._is_shell(path)]
        self.sources = self.c_files + self.python_files + self.shell_files
        self.makefiles = [path for path in self.paths if path.endswith('.am')]
        self.documents = [path for path in self.paths if path.endswith('.md')]

    def _list(self):
        is_ignored = Ignored(os.path.join(self.top, '.gitignore'))
        for root, directories, names in os.walk(self.top):
            directory = os.path.relpath(root, self.top)
            directories[:] = [name for name in directories if name != '.git' and
                              not is_ignored(os.path.normpath(f'{directory}/{name}'), True)]
            for name in names:
                path = os.path.normpath(f'{directory}/{name}')
                # A worktree has a file of this name
                if name != '.git' and not is_ignored(path, False):
                    yield path

    def _is_shell(self, path):
        return not path.endswith(('.c', '.h', '.py', '.md')) and SHELL.search(self.read(path)[:200])

    def read(self, path):
        """The text of a file; not all bytes of the fuzzers' corpora are UTF-8."""
        if path not in self._texts:
            with open(os.path.join(self.top, path), encoding='utf-8', errors='replace',
                      newline='\n') as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def count_lines(self, path):
        return self.read(path).count('\n')


def get_directory(path):
    """The directory that a file is counted in: those of tests count on their own."""
    depth = 3 if path.startswith('tests/fuzz/') else 2 if path.startswith('tests/') else 1
    return '/'.join(path.split('/')[:-1][:depth]) or '.'


def is_product(path):
    return get_directory(path) in PRODUCT


def measure_directories(tree):
    """The number of files and lines of each directory."""
    sizes = collections.defaultdict(lambda: [0, 0])
    for path in tree.paths:
        size = sizes[get_directory(path)]
        size[0] += 1
        size[1] += tree.count_lines(path)
    return sizes


# ---------------------------------------------------------------------------
# Includes

def find_include(tree, path, name):
    """The path of one of our headers, or None. A generated one is looked up in the Makefile."""
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if beside in tree.c_files:
        return beside
    for other in tree.c_files:
        if os.path.basename(other) == name:
            return other
    for makefile in tree.makefiles:
        match = re.search(rf'[\w/-]+/{re.escape(name)}\b', tree.read(makefile))
        if match:
            return match[0]
    return None


def get_includes(tree):
    """Which of our headers each file includes."""
    return {path: [found for name in INCLUDE.findall(tree.read(path))
                   if (found := find_include(tree, path, name))] for path in tree.c_files}


def find_cycles(includes):
    """The modules that include each other. A module is a source file with its header."""
    graph = collections.defaultdict(set)
    for path, headers in includes.items():
        module = os.path.splitext(path)[0]
        graph[module] |= {os.path.splitext(header)[0] for header in headers} - {module}

    def reach(module):
        seen, todo = set(), [module]
        while todo:
            for other in graph.get(todo.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    todo.append(other)
        return seen

    reached = {module: reach(module) for module in list(graph)}
    cycles = {tuple(sorted(other for other in reached[module] if module in reached.get(other, ())))
              for module in reached if module in reached[module]}
    return sorted(cycles)


def find_layer_violations(includes):
    """Pairs of a file and the header that it may not include."""
    for path, headers in includes.items():
        directory = get_directory(path)
        allowed = LAYERS.get(directory)
        for header in headers:
            if allowed is not None and get_directory(header) not in (directory, *allowed):
                yield path, header


# ---------------------------------------------------------------------------
# Functions

def find_c_functions(tree, path):
    """The style of the project: name and braces are in the first column."""
    name, begin, opened = None, 0, False
    lines = tree.read(path).splitlines()
    for number, line in enumerate(lines):
        match = C_FUNCTION.match(line)
        if match and not opened:
            name, begin = match[1], number
        elif line == '{' and name:
            opened = True
        elif line == '}' and opened:
            # With the line of its return type
            yield Function(number - begin + 2, path, name, lines[begin - 1].startswith('static'))
            name, opened = None, False


def find_python_functions(tree, path):
    for node in ast.walk(ast.parse(tree.read(path))):
        if isinstance(node, ast.FunctionDef):
            yield Function(node.end_lineno - node.lineno + 1, path, node.name, False)


def find_shell_functions(tree, path):
    name, begin = None, 0
    for number, line in enumerate(tree.read(path).splitlines()):
        match = SHELL_FUNCTION.match(line)
        if match:
            name, begin = match[1], number
        elif line == '}' and name:
            yield Function(number - begin + 1, path, name, False)
            name = None


def find_functions(tree):
    for files, find in ((tree.c_files, find_c_functions),
                        (tree.python_files, find_python_functions),
                        (tree.shell_files, find_shell_functions)):
        for path in files:
            yield from find(tree, path)


def find_shared_names(functions):
    """The names of static functions of plugin and clients that several files define."""
    paths = collections.defaultdict(list)
    for function in functions:
        if function.static and is_product(function.path):
            paths[function.name].append(function.path)
    return {name: found for name, found in paths.items() if len(found) > 1}


# ---------------------------------------------------------------------------
# Lines and names

def find_long_c_lines(tree):
    """Pairs of a path and the number of a line."""
    for path in tree.c_files:
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            if len(line) > C_COLUMNS:
                yield path, number


def find_long_prose_lines(tree):
    """The same for Markdown. Tables, code and lines with a long link are not counted."""
    for path in tree.documents:
        in_code = False
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            if line.lstrip().startswith('```'):
                in_code = not in_code
            elif not in_code and not line.startswith(('|', '    ')) and \
                    len(line) > PROSE_COLUMNS and len(LINK.sub('', line)) > PROSE_COLUMNS:
                yield path, number


def find_long_files(tree):
    """Pairs of the number of lines and the path."""
    sizes = [(tree.count_lines(path), path) for path in tree.sources]
    return sorted((size for size in sizes if size[0] > FILE_LINES), reverse=True)


def is_too_long(function):
    limit = PRODUCT_FUNCTION_LINES if is_product(function.path) else FUNCTION_LINES
    return function.lines > limit


def find_similar_names(tree):
    """The names of tests and their helpers that only a dash tells apart."""
    names = collections.defaultdict(set)
    for path in tree.sources:
        if path.startswith('tests/'):
            name = os.path.splitext(os.path.basename(path))[0]
            names[name.replace('-', '_')].add(name)
    return [sorted(similar) for similar in names.values() if len(similar) > 1]


def find_unlicensed(tree):
    """The files that could have an SPDX line and do not."""
    return [path for path in tree.paths
            if not path.startswith(NO_SPDX) and 'SPDX-License-Identifier: ' not in tree.read(path)]


# ---------------------------------------------------------------------------

def print_items(title, items):
    """Returns how many there are."""
    items = list(items)
    print(f'\n{title}:' if items else f'\n{title}: none')
    for item in items:
        print(f'  {item}')
    return len(items)


def print_sizes(tree):
    print(f'{"directory":20} {"files":>6} {"lines":>6}')
    sizes = measure_directories(tree)
    for directory, (n_files, n_lines) in sorted(sizes.items()):
        print(f'{directory:20} {n_files:6} {n_lines:6}')
    n_files, n_lines = (sum(column) for column in zip(*sizes.values()))
    print(f'{"all":20} {n_files:6} {n_lines:6}')
    n_lines = sum(tree.count_lines(path) for path in tree.makefiles)
    print(f'{"of these, *.am":20} {len(tree.makefiles):6} {n_lines:6}')


def format_functions(functions):
    return [f'{function.lines:4}  {function.path}: {function.name}' for function in functions]


def format_lines(lines):
    """One line for each file, with the numbers of its lines."""
    numbers = collections.defaultdict(list)
    for path, number in lines:
        numbers[path].append(str(number))
    return [f'{len(found):4}  {path}: {", ".join(found[:10])}{", ..." if found[10:] else ""}'
            for path, found in numbers.items()]


def print_longest(tree, functions):
    longest = sorted(functions, reverse=True)
    print_items('longest functions', format_functions(longest[:N_LONGEST]))
    print_items('longest functions of plugin and clients', format_functions(
        [function for function in longest if is_product(function.path)][:N_LONGEST]))
    files = sorted(((tree.count_lines(path), path) for path in tree.sources), reverse=True)
    print_items('longest source files', [f'{size:4}  {path}' for size, path in files[:N_LONGEST]])
    shared = find_shared_names(functions)
    print_items('static functions of plugin and clients that share a name', [
        f'{name}: {", ".join(paths)}' for name, paths in sorted(shared.items())])


def print_problems(tree, functions):
    """Returns how many there are."""
    includes = get_includes(tree)
    c_lines, prose_lines = list(find_long_c_lines(tree)), list(find_long_prose_lines(tree))
    return sum((
        print_items('include cycles', map(', '.join, find_cycles(includes))),
        print_items('includes across layers', map(': '.join, find_layer_violations(includes))),
        print_items(f'source files over {FILE_LINES} lines', [
            f'{size:4}  {path}' for size, path in find_long_files(tree)]),
        print_items(f'functions over {FUNCTION_LINES} lines, or {PRODUCT_FUNCTION_LINES} in plugin '
                    'and clients', format_functions(filter(is_too_long, functions))),
        print_items(f'{len(c_lines)} lines of C over {C_COLUMNS} columns', format_lines(c_lines)),
        print_items(f'{len(prose_lines)} lines of prose over {PROSE_COLUMNS} columns',
                    format_lines(prose_lines)),
        print_items('names of tests that only a dash tells apart',
                    map(', '.join, find_similar_names(tree))),
        print_items('files without an SPDX line', find_unlicensed(tree)),
    ))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--tree', default=TOP, metavar='DIR', help='another checkout')
    tree = Tree(os.path.realpath(parser.parse_args().tree))
    functions = list(find_functions(tree))
    print_sizes(tree)
    print_longest(tree, functions)
    return 1 if print_problems(tree, functions) else 0


if __name__ == '__main__':
    sys.exit(main())
