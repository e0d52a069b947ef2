# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Network namespaces. qmi-proxy and mbim-proxy listen on one abstract socket
each, which all daemons in a namespace share."""

import os
import select
import signal
import subprocess

from .loop import Process, wait_until


def find_obstacle():
    """Why there can be no namespace here, or None."""
    if os.geteuid() != 0:
        return 'takes root'
    if subprocess.run(['unshare', '--net', 'true'], stderr=subprocess.DEVNULL,
                      check=False).returncode != 0:
        return 'takes namespaces (CAP_SYS_ADMIN)'
    return None


def _find(pid):
    """The namespace that a process is in, or None."""
    try:
        return os.stat(f'/proc/{pid}/ns/net').st_ino
    except OSError:
        return None


def _end(pid):
    """Ends a process, first as it wants to be ended."""
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
    """A program in a network namespace of its own. What it leaves there, like a
    proxy that waits for other clients, ends with it."""

    def __init__(self, argv, env, **options):
        # As long as this is open no other namespace has the same number
        self._namespace = None
        super().__init__(['unshare', '--net', '--', *argv], env, **options)
        wait_until(lambda: not self.running or self._enter(), 10, 'network namespace')

    def _enter(self):
        """Whether it has got there."""
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
