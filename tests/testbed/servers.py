# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""Real HTTP and FTP servers on the loopback interface, each in a thread."""

import logging
import os
import socket
import threading

from gi.repository import GLib, Soup
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, ThrottledDTPHandler
from pyftpdlib.servers import FTPServer

CHUNK = 4096


def make_package(revision, size=200000):
    """A package that makes the simulated module come back with a revision."""
    head = f'Simulated package\nRevision: {revision}\n'.encode()
    return head + b'\0' * (size - len(head))


def find_closed_port():
    """A port that nothing listens on."""
    with socket.socket() as unused:
        unused.bind(('127.0.0.1', 0))
        return unused.getsockname()[1]


class HttpServer:
    """The server of libsoup. Paths that are not published return 404."""

    def __init__(self):
        self._packages = {}
        self.requests = []
        self._context = GLib.MainContext()
        self._loop = GLib.MainLoop(self._context)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(10):
            raise AssertionError('the HTTP server did not start')

    def _run(self, ready):
        self._context.push_thread_default()
        server = Soup.Server()
        server.add_handler(None, self._handle)
        server.listen_local(0, Soup.ServerListenOptions.IPV4_ONLY)
        self.port = server.get_uris()[0].get_port()
        ready.set()
        self._loop.run()
        server.disconnect()
        self._context.pop_thread_default()

    def _handle(self, _server, message, path, _query):
        self.requests.append(path)
        if path not in self._packages:
            message.set_status(404, None)
            return
        content, until, pause = self._packages[path]
        headers = message.get_response_headers()
        headers.set_content_length(len(content))
        message.set_status(200, None)
        if message.get_method() == 'HEAD':
            return
        body = message.get_response_body()
        body.set_accumulate(False)
        Transfer(message, body, content[:until], pause, self._context)

    def publish(self, path, content, until=None, pause=0):
        """Serves content; returns its URL. The transfer hangs after so many bytes, and
        pauses for so many milliseconds after each 4096 bytes."""
        self._packages[path] = (content, until, pause)
        return f'http://127.0.0.1:{self.port}{path}'

    def close(self):
        self._loop.quit()
        self._thread.join(10)


class Transfer:
    """Writes a body in chunks."""

    def __init__(self, message, body, content, pause, context):
        self.message = message
        self.body = body
        self.rest = content
        self.pause = pause
        self.context = context
        self.waits = pause > 0
        message.connect('wrote-chunk', self._write_next)
        message.connect('finished', self._finish)
        self._append()

    def _append(self):
        self.body.append(self.rest[:CHUNK])
        self.rest = self.rest[CHUNK:]

    def _write_next(self, message):
        if not self.rest:
            # The transfer hangs, unless the content is complete
            return
        if not self.pause:
            self._append()
            return
        message.pause()
        source = GLib.timeout_source_new(self.pause)
        source.set_callback(self._resume)
        source.attach(self.context)

    def _resume(self, *_args):
        if self.message:
            self._append()
            self.message.unpause()
        return GLib.SOURCE_REMOVE

    def _finish(self, *_args):
        self.message = None


class FtpServer:
    """The server of pyftpdlib, with one user."""

    def __init__(self, directory, user, password):
        self.directory = directory
        authorizer = DummyAuthorizer()
        authorizer.add_user(user, password, directory, perm='elr')
        self.transfers = []

        class Handler(FTPHandler):
            """pyftpdlib creates one for each connection."""
            dtp_handler = type('Dtp', (ThrottledDTPHandler,), {'read_limit': 0})
            transfers = self.transfers

            def on_file_sent(self, file):
                self.transfers.append(file)

        Handler.authorizer = authorizer
        self._handler = Handler
        # Otherwise it sets up its own log
        logging.getLogger('pyftpdlib').addHandler(logging.NullHandler())
        logging.getLogger('pyftpdlib').propagate = False
        self._server = FTPServer(('127.0.0.1', 0), Handler)
        self.port = self._server.address[1]
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while not self._stopped.is_set():
            self._server.serve_forever(timeout=0.1, blocking=False, handle_exit=False)
        self._server.close_all()

    def publish(self, path, content):
        """Serves content at a path below the user's directory."""
        file_name = os.path.join(self.directory, path)
        os.makedirs(os.path.dirname(file_name), exist_ok=True)
        with open(file_name, 'wb') as file:
            file.write(content)

    @property
    def address(self):
        return f'127.0.0.1:{self.port}'

    def close(self):
        self._stopped.set()
        self._thread.join(10)
