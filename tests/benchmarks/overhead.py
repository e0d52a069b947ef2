# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 The fibocom-nl668 authors

"""The time that an update takes in addition to the module's own time."""

import time

from testbed.bus import MODEM, State
from testbed.case import Bed
from testbed.daemon import QUIET_OPTIONS
from testbed.servers import make_package

from .measure import Clock, Row, Series, make_bound

LIMIT = 20
# Milliseconds that the module takes to answer
DELAY = 50
COMMANDS = ('AT+GTSET?', 'AT+GTRAT?', 'AT+GTRAT=', 'AT+GTSET="CALLBREAK"', 'AT+GTSET="GPRSFIRST"',
            'AT+GTOTA=0')
REVISIONS = ('19011.1000.00.02.73.13', '19011.1000.00.02.73.15')


class Updates:
    """Updates of one module, from one version to another and back."""

    def __init__(self):
        self.bed = Bed()
        http = self.bed.start_http()
        self.urls = [http.publish(f'/{revision}', make_package(revision)) for revision in REVISIONS]
        self.module = self.bed.simulator.add(restart_after=500, away=100)
        for command in COMMANDS:
            self.module.delay(command, DELAY)
        self.clock = Clock(self.bed.simulator)
        self.bed.start_daemon(options=QUIET_OPTIONS)
        self.n_updates = 0

    def wait_for_event(self, since, **wanted):
        """Waits for the first event on our interface with these values."""
        def find():
            return next((event for event in self.bed.get_events(self.module, since)
                         if wanted.items() <= event.values.items()), None)
        return self.bed.wait_until(find, 60, wanted)

    def run(self):
        """Returns milliseconds: the overhead before the download, from COMPLETE to its
        announcement, and from the new modem object to the result."""
        modem = self.bed.wait_for_modem(self.module)
        modem.enable()
        self.n_updates += 1
        since, begin = len(self.bed.observer.events), time.monotonic()
        call = modem.start({'url': self.urls[self.n_updates % 2]}).wait()
        answered = time.monotonic()
        assert not call.error_name, call.message
        first = self.clock.find(COMMANDS[0], begin)
        installing = self.wait_for_event(since, State=State.INSTALLING)
        complete = self.clock.find('GTOTA DOWNLOAD COMPLETE', begin)
        result = self.wait_for_event(since, State=State.SUCCEEDED)
        exported = next(event for event in self.bed.observer.get_changes(
            self.module.path, MODEM, since) if event.kind == 'added')
        return ((answered - first) * 1000 - DELAY * len(COMMANDS),
                (installing.time - complete) * 1000,
                (result.time - exported.time) * 1000)


def run(n_runs):
    updates = Updates()
    try:
        times = [updates.run() for _ in range(n_runs)]
        updates.bed.finish()
    finally:
        updates.bed.close()
    before, announced, after = (Series(series, 'ms') for series in zip(*times))
    return [
        make_bound('first command until the client has the OK of AT+GTOTA, without the response '
                   'times of the module', before, LIMIT),
        make_bound('COMPLETE until the result, without the restart of the module and the '
                   'probing', after, LIMIT),
        Row('COMPLETE on the wire until it is recorded on disk and announced', str(announced)),
    ]
