# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Waiting in the main loop, and processes."""

import os
import signal
import subprocess
import threading
import time

from gi.repository import GLib

# A factor on all timeouts of the tests, for slow machines
PATIENCE = float(os.environ.get('TEST_PATIENCE', 1))

# Milliseconds between two checks of conditions without events, such as a file
LOOK_AGAIN = 100


def wake():
    """Makes wait_until() check again. Can be called from any thread."""
    GLib.MainContext.default().wakeup()


def wait_until(predicate, timeout=20, what='condition'):
    """Runs the main loop until the predicate is true; returns its value."""
    timeout *= PATIENCE
    context = GLib.MainContext.default()
    deadline = time.monotonic() + timeout
    timer = GLib.timeout_add(LOOK_AGAIN, lambda: GLib.SOURCE_CONTINUE)
    try:
        while not (value := predicate()):
            if time.monotonic() >= deadline:
                raise AssertionError(f'{what}: not within {timeout:g} s')
            context.iteration(True)
        return value
    finally:
        GLib.source_remove(timer)


def settle(milliseconds):
    """Runs the main loop for a while. Only for checks that nothing happens."""
    elapsed = []
    GLib.timeout_add(milliseconds, lambda: elapsed.append(True))
    wait_until(lambda: elapsed, milliseconds / 1000 + 20)


class Process:
    """A program in its own process group, which is killed when this process dies.

    Threads read its output, so that a full pipe never blocks it.
    """

    def __init__(self, argv, env, merge=False, terminal=None, on_line=None):
        self.argv = argv
        self.on_line = on_line
        self.returncode = None
        self.output = []
        self.errors = self.output if merge else []
        stdout = subprocess.PIPE if terminal is None else terminal
        self.popen = subprocess.Popen(
            ['setpriv', '--pdeathsig', 'KILL', '--', *argv], env=env,
            stdin=subprocess.PIPE, stdout=stdout,
            stderr=subprocess.STDOUT if merge else subprocess.PIPE,
            start_new_session=True)
        streams = ((self.popen.stdout, self.output), (self.popen.stderr, self.errors))
        self._readers = [self._spawn(self._read, stream, lines)
                         for stream, lines in streams if stream]
        self._waiter = self._spawn(self._wait)

    @staticmethod
    def _spawn(function, *args):
        thread = threading.Thread(target=function, args=args, daemon=True)
        thread.start()
        return thread

    def _read(self, stream, lines):
        with stream:
            for line in stream:
                text = line.decode(errors='backslashreplace').rstrip('\n')
                lines.append(text)
                if self.on_line and lines is self.output:
                    self.on_line(text)
                wake()

    def _wait(self):
        # Not reaped yet, so that its pid is not reused before kill()
        end = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        for reader in self._readers:
            # A child may keep the pipe open
            reader.join(5)
        self.returncode = end.si_status if end.si_code == os.CLD_EXITED else -end.si_status
        wake()

    @property
    def pid(self):
        return self.popen.pid

    @property
    def running(self):
        return self.returncode is None

    @property
    def stdout(self):
        """Its standard output so far, as one string."""
        return ''.join(line + '\n' for line in self.output)

    @property
    def stderr(self):
        return ''.join(line + '\n' for line in self.errors)

    def write(self, text):
        try:
            self.popen.stdin.write(text.encode())
            self.popen.stdin.flush()
        except BrokenPipeError:
            # Whoever waits for an answer will notice that it has exited
            pass

    def end_input(self):
        self.popen.stdin.close()

    def signal(self, number):
        if self.running:
            os.kill(self.pid, number)

    def wait(self, timeout=60):
        """Waits for it to exit; returns its exit status."""
        wait_until(lambda: not self.running, timeout, f'end of {os.path.basename(self.argv[0])}')
        return self.returncode

    def kill(self):
        """Kills the program and everything that it has started."""
        if self.popen.returncode is not None:
            return
        os.killpg(self.pid, signal.SIGKILL)
        self._waiter.join()
        self.popen.wait()
        self.popen.stdin.close()
