# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Runs the cases of a test program and prints the results as TAP."""

import argparse
import faulthandler
import signal
import sys
import time
import unittest

from . import case

# Seconds for a test program
TIME_LIMIT = 600


def print_line(line):
    print(line, flush=True)


def comment(text):
    for line in text.splitlines():
        print_line(f'# {line}')


class TapResult(unittest.TestResult):
    """Prints each result at once."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.bad = 0
        self._problems = []
        self._skipped = None
        self._started = 0

    def _print_result(self, passed, description, directive=''):
        self.count += 1
        if not passed:
            self.bad += 1
        description = description.replace('#', '\\#')
        print_line(f'{"ok" if passed else "not ok"} {self.count} - {description}{directive}')

    @staticmethod
    def _describe(test):
        name = test.id().removeprefix('__main__.')
        doc = test.shortDescription()
        return f'{name}: {doc}' if doc else name

    def startTest(self, test):
        super().startTest(test)
        self._problems = []
        self._skipped = None
        self._started = time.monotonic()

    def _add_problem(self, test, err):
        text = self._exc_info_to_string(err, test)
        if isinstance(test, unittest.TestCase):
            self._problems.append(text)
            return
        # The set-up or tear-down of a class
        self._print_result(False, test.id().replace('__main__.', ''))
        comment(text)
        comment(case.get_diagnostics())

    def addError(self, test, err):
        self._add_problem(test, err)

    def addFailure(self, test, err):
        self._add_problem(test, err)

    def addSubTest(self, test, subtest, err):
        if err:
            self._problems.append(f'{subtest.id()}\n{self._exc_info_to_string(err, test)}')

    def addUnexpectedSuccess(self, test):
        self._problems.append('unexpected success')

    def addSkip(self, test, reason):
        if isinstance(test, unittest.TestCase):
            self._skipped = reason
        else:
            self._print_result(True, test.id(), f' # SKIP {reason}')

    def stopTest(self, test):
        super().stopTest(test)
        if self._skipped is not None and not self._problems:
            self._print_result(True, self._describe(test), f' # SKIP {self._skipped}')
            return
        self._print_result(not self._problems, self._describe(test))
        for problem in self._problems:
            comment(problem)
        if self._problems:
            comment(case.get_diagnostics(test))
        comment(f'{time.monotonic() - self._started:.1f} s')


def _load(patterns):
    loader = unittest.TestLoader()
    if patterns:
        loader.testNamePatterns = [f'*{pattern}*' for pattern in patterns]
    return loader.loadTestsFromModule(sys.modules['__main__'])


def _interrupt(number, _frame):
    raise KeyboardInterrupt(f'signal {number}')


def main():
    parser = argparse.ArgumentParser(description=sys.modules['__main__'].__doc__)
    parser.add_argument('case', nargs='*', help='part of the names of the cases to run [all]')
    parser.add_argument('--list', action='store_true', help='list the cases without running them')
    args = parser.parse_args()

    suite = _load(args.case)
    if args.list:
        for group in suite:
            for test in group:
                print(test.id().removeprefix('__main__.'))
        return

    signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
    result = TapResult()
    try:
        suite.run(result)
    except KeyboardInterrupt as error:
        print_line(f'Bail out! {error or "interrupted"}')
        result.bad += 1
    finally:
        case.close_all()
    print_line(f'1..{result.count}')
    sys.exit(1 if result.bad else 0)
