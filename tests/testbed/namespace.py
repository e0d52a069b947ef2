# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Network namespaces. They separate daemons from each other, as all daemons in a
namespace share one qmi-proxy and one mbim-proxy through abstract sockets."""

import os
import select
import signal
import subprocess

from .loop import Process, wait_until


def find_obstacle(*options):
    """Why there can be no network namespace here, or None. More options of unshare may
    be given."""
    if os.geteuid() != 0:
        return 'needs root'
    if subprocess.run(['unshare', '--net', *options, 'true'], stderr=subprocess.DEVNULL,
                      check=False).returncode != 0:
        return 'needs namespaces (CAP_SYS_ADMIN)'
    return None


def _find(pid):
    """The namespace of a process, or None."""
    try:
        return os.stat(f'/proc/{pid}/ns/net').st_ino
    except OSError:
        return None


def _end(pid):
    """Terminates a process, or else kills it."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        for number in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(descriptor, number)
            if select.select([descriptor], [], [], 5)[0]:
                break
    except ProcessLookupError:
        pass
    finally:
        os.close(descriptor)


class IsolatedProcess(Process):
    """A program in its own network namespace. Whatever it leaves there, such as a proxy
    that waits for other clients, is terminated as well."""

    def __init__(self, argv, env, **options):
        # While this is open, the number of the namespace is not reused
        self._namespace = None
        super().__init__(['unshare', '--net', '--', *argv], env, **options)
        wait_until(lambda: not self.running or self._enter(), 10, 'network namespace')

    def _enter(self):
        """Whether the program is in its namespace."""
        if _find(self.pid) not in (_find('self'), None):
            self._namespace = os.open(f'/proc/{self.pid}/ns/net', os.O_RDONLY)
        return self._namespace is not None

    def _end_rest(self):
        if self._namespace is None:
            return
        number = os.fstat(self._namespace).st_ino
        for pid in filter(str.isdigit, os.listdir('/proc')):
            if _find(pid) == number:
                _end(int(pid))

    def wait(self, timeout=60):
        returncode = super().wait(timeout)
        self._end_rest()
        return returncode

    def kill(self):
        super().kill()
        self._end_rest()
        if self._namespace is not None:
            os.close(self._namespace)
            self._namespace = None
